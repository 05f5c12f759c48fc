"""The index and the digest in a real browser: sort, filter, keys, age, and that nothing in them runs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import NARROW, WAYS, axe, served
from test_index import HOSTILE, NOW, brief, flag, listed, put
from test_index_standing import REOPENED, REVIEWED, WATER, made

from trans.brief import Brief, Review, Update
from trans.digest import digest
from trans.index import Index, Problem, index
from trans.index_entry import Listed, packed
from trans.index_file import Indexer
from trans.index_parts import parts
from trans.render.digest_page import render_html
from trans.render.index_page import STALE_AFTER_S, STALE_RUNNING_S, render

if TYPE_CHECKING:
    from playwright.sync_api import Page

SEVERAL = [
    listed(
        brief("b10.txt", headline=("إلى طهران: أزمةُ المياه", "Water crisis in Tehran"), flags=[flag("warning", "names")],
              published="2026-11-26T06:00:00+03:00"),
    ),
    listed(
        brief("b9.txt", ("زار حفتر كييف", "Haftar visited Kiev"), headline=("حفتر في كييف", "Haftar in Kyiv"),
              flags=[flag("error", "numbers"), flag("warning", "names")], published="2026-11-25T06:00:00+03:00"),
    ),
    listed(
        brief("a1.txt", ("قال حفتر", "Hiftar said"), headline=("الوزارة تعلن خطة", "Ministry announces a plan: Müller"),
              published="2026-11-27T06:00:00+03:00"),
    ),
]  # fmt: skip


def whole(briefs: list[Listed] = SEVERAL) -> Index:
    return index(
        briefs,
        failed=[Problem("bad.txt", "is empty")],
        unreadable=[Problem("broken.json", "it is cut short")],
        skipped=["skipped 'README.md': by its name it is no article"],
        updated=NOW,
    )


def opened(tab: "Page", folder: Path, found: Index | None = None, way: str = "file", after: float = 60) -> None:
    """Open the page ``after`` so many seconds since it was made."""
    (folder / "index.html").write_bytes(render(found or whole()))
    tab.clock.install(time=NOW + timedelta(seconds=after))
    with served(folder, way) as address:
        tab.goto(f"{address}/index.html")
        tab.locator("#count:not(:empty)").wait_for()


def shown(tab: "Page") -> list[str]:
    return [text.strip() for text in tab.locator("#briefs .id").all_text_contents()]


@pytest.mark.parametrize("way", WAYS)
def test_all_briefs_stand_worst_first(tab: "Page", tmp_path: Path, way: str) -> None:
    opened(tab, tmp_path, way=way)
    assert shown(tab) == ["b9.txt", "b10.txt", "a1.txt"]
    first = tab.locator("#briefs > li").first
    assert first.locator(".status").inner_text().startswith("1 error, 1 warning.")
    assert first.locator("a").get_attribute("href") == "./b9.json"
    arabic = first.locator(".headline")
    assert arabic.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert arabic.get_attribute("lang") == "ar"


def test_the_order_can_be_chosen(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    tab.get_by_label("Order").select_option("newest")
    assert shown(tab) == ["a1.txt", "b10.txt", "b9.txt"]
    tab.get_by_label("Order").select_option("name")
    assert shown(tab) == ["a1.txt", "b9.txt", "b10.txt"]


FOUND = {
    "kyiv": ["b9.txt"],
    "HAFTAR kyiv": ["b9.txt"],
    "haftar tehran": [],
    "muller": ["a1.txt"],
    "b10": ["b10.txt"],
    "ازمه": ["b10.txt"],
    "أزمة": ["b10.txt"],
    "أَزْمَـــة": ["b10.txt"],
    "\u0627\u0654زمة": ["b10.txt"],  # alef and its hamza as two characters
    "الي طهران": ["b10.txt"],
    "الوزاره": ["a1.txt"],
    "  ": ["b9.txt", "b10.txt", "a1.txt"],
}


def test_text_is_found_in_both_languages_however_it_is_spelt(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    for text, ids in FOUND.items():
        tab.get_by_role("searchbox").fill(text)
        assert shown(tab) == ids, text


def test_flags_are_filtered_by_severity_and_by_check(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    severity, check = tab.get_by_label("Flags"), tab.get_by_label("Check")
    for value, ids in {"error": ["b9.txt"], "flagged": ["b9.txt", "b10.txt"], "clean": ["a1.txt"]}.items():
        severity.select_option(value)
        assert shown(tab) == ids
    severity.select_option("")
    check.select_option("names")
    assert shown(tab) == ["b9.txt", "b10.txt"]
    tab.get_by_role("searchbox").fill("tehran")
    assert shown(tab) == ["b10.txt"]


def test_the_count_of_shown_briefs_is_told(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    count = tab.get_by_role("status")
    assert count.get_attribute("aria-live") == "polite"
    assert count.inner_text() == "All 3 briefs are shown."
    tab.get_by_role("searchbox").fill("kyiv")
    assert count.inner_text() == "1 of 3 briefs are shown."
    tab.get_by_role("searchbox").fill("nowhere")
    assert count.inner_text() == "None of 3 briefs fits."


def test_keys_lead_to_the_filter_and_back(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    tab.keyboard.press("/")
    tab.keyboard.type("kyiv")
    assert shown(tab) == ["b9.txt"]
    assert tab.get_by_role("searchbox").input_value() == "kyiv"
    tab.keyboard.press("Escape")
    assert len(shown(tab)) == 3
    for _ in range(5):  # the three lists, then the first brief
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.tagName") == "A":
            break
    assert tab.evaluate("document.activeElement.textContent") == "Haftar in Kyiv"


@pytest.mark.parametrize("way", WAYS)
def test_the_choice_is_still_there_after_a_brief_was_read(tab: "Page", tmp_path: Path, way: str) -> None:
    (tmp_path / "b9.json").write_text("{}", encoding="utf-8")
    (tmp_path / "index.html").write_bytes(render(whole()))
    with served(tmp_path, way) as address:
        tab.goto(f"{address}/index.html")
        tab.get_by_role("searchbox").fill("في")
        tab.get_by_label("Order").select_option("newest")
        tab.wait_for_url("**newest**")
        tab.reload()
        assert tab.get_by_role("searchbox").input_value() == "في"
        assert shown(tab) == ["b9.txt"]
        assert tab.get_by_label("Order").input_value() == "newest"


def test_a_link_to_a_part_of_the_page_keeps_the_choice(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    tab.get_by_role("searchbox").fill("kyiv")
    tab.get_by_role("link", name="1 input failed").click()
    assert tab.evaluate("location.hash") == "#failed"
    assert shown(tab) == ["b9.txt"]


@pytest.mark.parametrize(
    ("after", "running", "said", "stale"),
    [
        (10, False, "just now", False),
        (300, False, "5 minutes ago", False),
        (STALE_AFTER_S - 60, False, "24 hours ago", False),
        (STALE_AFTER_S + 60, False, "24 hours ago", True),
        (3 * 24 * 3600, False, "3 days ago", True),
        (STALE_RUNNING_S - 60, True, "29 minutes ago", False),
        (STALE_RUNNING_S + 60, True, "31 minutes ago", True),
    ],
)
def test_an_old_page_turns_amber_and_says_so(
    tab: "Page", tmp_path: Path, after: float, running: bool, said: str, stale: bool
) -> None:
    opened(tab, tmp_path, replace(whole(), running=running), after=after)
    line = tab.locator("#updated")
    assert said in line.inner_text()
    assert ("may be out of date" in line.inner_text()) == stale
    amber = tab.evaluate("getComputedStyle(document.querySelector('#updated')).color") != tab.evaluate(
        "getComputedStyle(document.querySelector('header p')).color"
    )
    assert amber == stale


def test_it_turns_amber_while_it_is_open(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    assert "out of date" not in tab.locator("#updated").inner_text()
    tab.clock.fast_forward(STALE_AFTER_S * 1000)
    assert "out of date" in tab.locator("#updated").inner_text()


def many(count: int) -> list[Listed]:
    """As long as real entries: a summary of some 400 characters in each language."""
    pattern = brief(headline=("الوزارة تعلن خطة جديدة للمياه", "Ministry announces new water plan"), flags=[flag()])
    one = listed(pattern)
    arabic = "أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة 300 مليون دولار في إطار المشروع. " * 4
    english = "The Ministry of Water announced a new plan to desalinate seawater at a cost of 300 million dollars. " * 4
    return [
        replace(
            one,
            entry=replace(
                one.entry,
                id=f"{number}.txt",
                packed=packed(
                    replace(
                        one.entry.told,
                        headline_english=f"Ministry announces plan {number}",
                        summary_arabic=arabic,
                        summary_english=english,
                    )
                ),
            ),
            file=f"{number}.json",
        )
        for number in range(count)
    ]


def test_one_brief_is_found_among_two_thousand(tab: "Page", tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(render(whole(many(2_000))))
    tab.goto((tmp_path / "index.html").as_uri())
    tab.locator("#briefs > li").first.wait_for()
    tab.locator("#text").press_sequentially("الوزاره plan 1999")
    assert shown(tab) == ["1999.txt"]


def test_rows_are_drawn_as_they_come_near_and_all_for_paper(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path, whole(many(300)))
    rows = tab.locator("#briefs > li")
    first = rows.count()
    assert first < 300
    rows.last.scroll_into_view_if_needed()
    rows.nth(first).wait_for()
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert rows.count() == 300
    assert tab.get_by_role("button", name="Show more").count() == 0


def test_more_rows_can_be_had_with_the_keyboard(tab: "Page", tmp_path: Path) -> None:
    tab.add_init_script("window.IntersectionObserver = class { observe() {} unobserve() {} };")
    opened(tab, tmp_path, whole(many(100)))
    before = tab.locator("#briefs > li").count()
    tab.get_by_role("button", name="Show more").press("Enter")
    assert tab.locator("#briefs > li").count() > before
    place = "[...document.querySelectorAll('#briefs > li')].indexOf(document.activeElement.closest('li'))"
    assert tab.evaluate(place) == before


@pytest.mark.parametrize("way", WAYS)
def test_a_hostile_article_is_inert(tab: "Page", tmp_path: Path, way: str) -> None:
    one = brief(HOSTILE, (WATER, f"Haftar {HOSTILE}"), headline=(HOSTILE, HOSTILE), published=HOSTILE,
                 flags=[flag(check=HOSTILE)])  # fmt: skip
    review = Review("", HOSTILE, HOSTILE, reopened=(REOPENED,))
    hostile = dateline(HOSTILE, replace(one, review=review))
    bad = Problem(HOSTILE, HOSTILE)
    briefs = [replace(listed(hostile, "x.json"), watch=(HOSTILE,)), listed(dateline(HOSTILE, made("b.txt", WATER)))]
    found = index(briefs, failed=[bad], unreadable=[bad], skipped=[HOSTILE], updated=NOW)
    opened(tab, tmp_path, found, way)
    row = tab.locator("#briefs > li").first
    assert "<script>alert(1)</script>" in row.locator("h2").inner_text()
    assert all("<script>alert(1)</script>" in row.locator(part).inner_text() for part in (".marks", ".also"))
    assert tab.locator("img").count() == 0
    (tmp_path / "digest.html").write_bytes(render_html(digest(found, None, "worst")))
    with served(tmp_path, way) as address:
        tab.goto(f"{address}/digest.html")
        assert "<script>alert(1)</script>" in tab.locator("main h2").first.inner_text()
        assert tab.locator("img").count() == 0


def dateline(text: str, one: Brief) -> Brief:
    return replace(one, article=replace(one.article, metadata=replace(one.article.metadata, dateline=text)))


def desk() -> Index:
    """Briefs that editors worked on, of a wire whose stories come twice and are taken back."""
    briefs = [
        made("reviewed.txt", review=REVIEWED, edited=True, headline=("خطة للمياه", "A plan for water")),
        dateline("القاهرة (رويترز)", made("again.txt", WATER, review=replace(REVIEWED, by="", at="", reopened=(REOPENED,)),
                 update=Update(3, changed=(2, 5)), headline=("الوزارة", "The ministry, again"), flags=[flag()])),
        dateline("CAIRO (Reuters)", made("wire.txt", WATER, headline=("الوزارة", "The ministry"))),
        made("killed.txt", WATER, status="canceled", headline=("خبر ملغى", "A story taken back"), flags=[flag()]),
        made("later.txt", status="usable, embargoed until 2026-03-01T12:00:00+03:00", headline=("تصحيح: خبر", "For later")),
    ]  # fmt: skip
    marked = [
        replace(listed(one), watch=("Water", "Ministers") if one.article.id in ("again.txt", "later.txt") else ())
        for one in briefs
    ]
    return index(marked, updated=NOW)


def test_the_list_says_what_happened_to_a_brief_and_leads_to_its_copies(tab: "Page", tmp_path: Path) -> None:
    (tmp_path / "wire.json").write_text("{}", encoding="utf-8")
    opened(tab, tmp_path, desk())
    assert shown(tab)[0] == "again.txt"
    assert shown(tab)[-1] == "killed.txt"
    first, last = tab.locator("#briefs > li").first, tab.locator("#briefs > li").last
    assert first.locator(".mark").all_inner_texts() == [
        "Watched: Water",
        "Watched: Ministers",
        "Reopened: 1 to look at again",
        "Updated 2 times, last: paragraphs 2 and 5 changed",
    ]
    assert first.locator(".also").inner_text() == "Also filed by: killed.txt (killed), CAIRO (Reuters)"
    arabic = tab.get_by_role("link", name="القاهرة (رويترز)").first.locator("bdi")
    assert arabic.evaluate("element => element.matches(':dir(rtl)')")
    assert last.locator("h2 a").evaluate("element => getComputedStyle(element).textDecorationLine") == "line-through"
    assert last.locator(".mark").first.inner_text().startswith("Killed")
    assert last.locator(".status").count() == 0
    first.get_by_role("link", name="CAIRO (Reuters)").click()
    tab.wait_for_url("**/wire.json")


def test_briefs_are_filtered_by_review_and_watch_list(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path, desk())
    review, watch = tab.get_by_label("Review"), tab.get_by_label("Watched")
    for value, ids in {
        "reviewed": ["reviewed.txt"],
        "reopened": ["again.txt"],
        "not": ["again.txt", "later.txt", "wire.txt", "killed.txt"],
    }.items():
        review.select_option(value)
        assert shown(tab) == ids
    tab.keyboard.press("Escape")
    assert len(shown(tab)) == 5
    watch.select_option("Water")
    assert shown(tab) == ["again.txt", "later.txt"]
    tab.wait_for_url("**watch=Water**")
    tab.reload()
    assert shown(tab) == ["again.txt", "later.txt"]
    tab.keyboard.press("Escape")
    tab.get_by_label("Flags").select_option("flagged")
    assert shown(tab) == ["again.txt"]
    tab.get_by_label("Flags").select_option("clean")
    assert "killed.txt" not in shown(tab)


def test_lists_of_nothing_are_not_offered(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path)
    assert tab.get_by_label("Review").count() == tab.get_by_label("Watched").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("narrow", [False, True])
def test_axe_finds_nothing(tab: "Page", tmp_path: Path, scheme: str, narrow: bool) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if narrow:
        tab.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    everything = replace(whole(), briefs=(*whole().briefs, *desk().briefs), running=True)
    opened(tab, tmp_path, everything, after=2 * STALE_AFTER_S)
    assert axe(tab) == []
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert tab.evaluate(width)
    (tmp_path / "digest.html").write_bytes(render_html(digest(everything, None, "worst")))
    tab.goto((tmp_path / "digest.html").as_uri())
    assert axe(tab) == []
    assert tab.evaluate(width)


def test_an_empty_folder_has_a_page(tab: "Page", tmp_path: Path) -> None:
    opened(tab, tmp_path, index([], updated=NOW))
    assert tab.get_by_role("status").inner_text() == "There are no briefs yet."
    assert axe(tab) == []


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An output folder of seven briefs, with pages of three."""
    monkeypatch.setattr("trans.index_pages.PAGE_BRIEFS", 3)
    monkeypatch.setattr("trans.render.index_page.PAGE_BRIEFS", 3)
    monkeypatch.setattr("trans.index_pages.parts", lambda briefs: parts(briefs, 3))
    days = ["2026-11-26", "2026-11-26", "2026-11-25", "2026-11-24", "2026-11-24", "2025-03-01", "2025-04-01"]
    for number, day in enumerate(days):
        put(tmp_path, brief(f"{number}.txt", headline=("عنوان", f"Headline {number}"), published=day, flags=[flag()]))
    indexer = Indexer(tmp_path)
    indexer.write(indexer.read(NOW))
    return tmp_path


@pytest.mark.parametrize("way", WAYS)
def test_a_large_folder_is_read_by_days(tab: "Page", large: Path, way: str) -> None:
    with served(large, way) as address:
        tab.goto(f"{address}/index.html")
        assert tab.get_by_role("status").inner_text() == "All 3 briefs of this page are shown."
        assert "of 7 in all" in tab.locator("#scope").inner_text()
        description = tab.get_by_role("searchbox").get_attribute("aria-describedby")
        assert description == "scope"
        tab.get_by_text("All 7 briefs by day").focus()
        tab.keyboard.press("Enter")
        days = tab.get_by_role("navigation").get_by_role("link")
        assert days.all_text_contents() == ["26 November 2026", "24 to 25 November 2026", "2025"]
        days.first.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/index/**")
        assert sorted(shown(tab)) == ["0.txt", "1.txt"]
        tab.keyboard.press("/")
        tab.keyboard.type("headline 1")
        assert shown(tab) == ["1.txt"]
        assert tab.get_by_role("status").inner_text() == "1 of 2 briefs of this page are shown."
        tab.locator("a[rel=next]").first.click()
        tab.locator("a[rel=next]").first.click()
        assert tab.title() == "Briefs: 2025"
        assert sorted(shown(tab)) == ["5.txt", "6.txt"]
        links = tab.locator("#briefs a").evaluate_all("all => all.map((one) => one.href)")
        assert sorted(links) == [f"{address}/5.json", f"{address}/6.json"]
        tab.get_by_role("link", name="all pages").first.click()
        tab.wait_for_url("**/index.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_a_large_folder(tab: "Page", large: Path, scheme: str) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    tab.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    width = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    tab.goto((large / "index.html").as_uri())
    tab.get_by_text("All 7 briefs by day").click()
    assert axe(tab) == []
    assert tab.evaluate(width)
    tab.goto((large / "index" / "briefs-2025.html").as_uri())
    tab.locator("#count:not(:empty)").wait_for()
    assert axe(tab) == []
    assert tab.evaluate(width)
