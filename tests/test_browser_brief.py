"""The brief page in a real browser: direction, highlight, keys, copies, print, hostile text; axe finds nothing."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from briefs import HOSTILE, flagged_brief, hostile_brief, standing, worked_on
from browser import NARROW, WAYS, axe, served

from trans.brief import Brief, Flag
from trans.render import copies, html
from trans.render.labels import UNREVIEWED

if TYPE_CHECKING:
    from playwright.sync_api import FloatRect, Locator, Page


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


@pytest.fixture
def opened(brief: Brief, tab: "Page", tmp_path: Path) -> "Page":
    return shown(tab, brief, tmp_path)


def shown(tab: "Page", brief: Brief, folder: Path) -> "Page":
    (folder / "brief.html").write_bytes(html.render(brief))
    tab.goto(f"{folder.as_uri()}/brief.html")
    return tab


def box(part: "Locator") -> "FloatRect":
    found = part.bounding_box()
    assert found
    return found


@pytest.mark.parametrize("way", WAYS)
def test_it_works_from_a_folder_and_from_a_server(way: str, brief: Brief, tab: "Page", tmp_path: Path) -> None:
    (tmp_path / "brief.html").write_bytes(html.render(brief))
    with served(tmp_path, way) as address:
        tab.goto(f"{address}/brief.html")
        tab.keyboard.press("n")
        assert tab.locator("#said").inner_text().startswith("Flag 1 of")
        assert tab.locator("h1").inner_text().startswith("Ministry announces new water plan")
        # The style was allowed in, too.
        assert tab.locator(".first").evaluate("one => getComputedStyle(one).display") == "grid"


def test_arabic_reads_from_the_right_beside_its_english(opened: "Page") -> None:
    row = opened.locator("#p2")
    arabic, english = row.locator(".ar"), row.locator(".en")
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert english.evaluate("one => getComputedStyle(one).direction") == "ltr"
    assert "Arab" in arabic.evaluate("one => getComputedStyle(one).fontFamily")
    # What is not Arabic in the Arabic column ends with its full stop, all the same.
    latin = opened.locator("#p5 .ar .s")
    assert latin.evaluate("one => getComputedStyle(one).direction") == "ltr"
    left, right = box(english), box(arabic)
    assert left["x"] + left["width"] <= right["x"]
    assert abs(left["y"] - right["y"]) < 2


def test_the_decision_fits_the_first_screen(opened: "Page") -> None:
    sentence = box(opened.locator("#status .status"))
    assert sentence["y"] + sentence["height"] < 900
    tops = [box(opened.locator(name).first)["y"] for name in ("h1", ".about", ".summary", "#status")]
    assert tops == sorted(tops)


def test_pointing_at_a_sentence_lights_its_counterpart(opened: "Page") -> None:
    english, arabic = opened.locator('.en [data-s="p2-2"]'), opened.locator('.ar [data-s="p2-2"]')
    colour = "one => getComputedStyle(one).backgroundColor"
    dark = arabic.evaluate(colour)
    english.hover()
    assert arabic.evaluate(colour) != dark
    arabic.focus()
    opened.mouse.move(0, 0)
    assert english.evaluate(colour) != dark
    opened.keyboard.press("Tab")
    assert english.evaluate(colour) == dark


def test_the_keys_go_from_flag_to_flag(opened: "Page") -> None:
    flagged = opened.locator("[data-flagged]")
    places = flagged.evaluate_all("all => all.map(one => one.id)")
    assert len(places) > 1
    focused = "document.activeElement.id"
    for key, place in (("n", places[0]), ("n", places[1]), ("p", places[0]), ("p", places[-1]), ("n", places[0])):
        opened.keyboard.press(key)
        assert opened.evaluate(focused) == place
    opened.get_by_role("button", name="Next flag").click()
    assert opened.evaluate(focused) == places[1]
    opened.keyboard.press("Control+p")
    assert opened.evaluate(focused) == places[1]


def test_the_keys_stop_at_a_flag_of_the_whole_headline(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    page = shown(tab, replace(brief, flags=(Flag("x", "error", "All of it", "headline"),)), tmp_path)
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "h"
    whole = page.locator("#f1")
    assert not whole.is_visible()
    page.get_by_text("In full", exact=True).click()
    assert whole.inner_text() == "Error in the headline: All of it"


def test_an_address_that_is_no_text_breaks_nothing(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    page = shown(tab, brief, tmp_path)
    page.goto(f"{page.url}#%E0")
    page.reload()
    page.keyboard.press("n")
    assert page.locator("#said").inner_text().startswith("Flag 1 of")
    assert errors == []


def test_a_flag_of_the_status_leads_to_its_sentence(opened: "Page") -> None:
    opened.locator("#status .status a").first.click()
    assert opened.evaluate("document.activeElement.id") == "p1-2"
    assert opened.locator("#p1-2").evaluate("one => one.getBoundingClientRect().top") < 900
    assert opened.locator("#p1 .flag.error").inner_text().startswith("Error in sentence 2: The Arabic says 300 million")


def test_notes_show_only_when_asked_for(opened: "Page") -> None:
    note = opened.locator("#i1")
    assert not note.is_visible()
    opened.get_by_text(re.compile(r"^\d+ notes?$")).click()
    assert note.is_visible()


def test_a_link_to_something_folded_unfolds_it(opened: "Page") -> None:
    opened.goto(f"{opened.url}#i1")
    assert opened.locator("#i1").is_visible()


@pytest.mark.parametrize("what", ["summary", "translation"])
def test_copies_take_the_mark_and_the_source_along(what: str, brief: Brief, opened: "Page") -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.get_by_role("button", name=f"Copy {what}").click()
    opened.get_by_text(f"Copied: {what}").wait_for()
    copied = opened.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(UNREVIEWED)
    assert copied == (copies.summary(brief) if what == "summary" else copies.translation(brief))


def test_copies_work_where_a_page_has_no_clipboard(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    tab.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = shown(tab, brief, tmp_path)
    page.evaluate("addEventListener('copy', () => { window.taken = document.activeElement.value })")
    button = page.get_by_role("button", name="Copy summary")
    button.click()
    page.get_by_text("Copied: summary").wait_for()
    assert page.evaluate("window.taken") == copies.summary(brief)
    assert page.locator("textarea").count() == 0
    assert button.evaluate("one => one === document.activeElement")


def test_a_killed_article_says_so_before_anything_else_and_is_not_copied(
    brief: Brief, tab: "Page", tmp_path: Path
) -> None:
    page = shown(tab, standing(replace(brief, provenance=replace(brief.provenance, demo=True)), "canceled"), tmp_path)
    notice = page.locator(".notice")
    for medium in ("screen", "print"):
        page.emulate_media(media="print" if medium == "print" else "screen")
        assert notice.inner_text() == "KILLED: its publisher has taken it back. Use nothing of it."
        assert all(box(notice)["y"] < box(page.locator(below).first)["y"] for below in (".demo", ".machine", "h1"))
        # Without colours, too, there is a frame.
        assert notice.evaluate("one => getComputedStyle(one).borderTopStyle") == "solid"
    page.emulate_media(media="screen")
    assert page.get_by_role("button", name=re.compile("Copy")).count() == 0
    page.keyboard.press("n")
    assert page.locator("#said").inner_text().startswith("Flag 1 of")


def test_the_machines_text_unfolds_at_what_an_editor_wrote(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    page = shown(tab, worked_on(brief), tmp_path)
    before = page.get_by_text("He added that the project would serve three cities.").first
    assert not before.is_visible()
    page.locator("#p2 .mark.edited").click()
    assert before.is_visible()
    dismissed = page.get_by_text("A printing error in the Arabic")
    assert not dismissed.is_visible()
    page.get_by_text("1 dismissed").click()
    assert dismissed.is_visible()


def test_an_update_leads_to_what_changed(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    page = shown(tab, worked_on(brief), tmp_path)
    page.locator(".banner.update").get_by_role("link", name="6").click()
    assert page.evaluate("location.hash") == "#p6"
    assert box(page.locator("#p6"))["y"] < 900
    colour = "one => getComputedStyle(one).backgroundColor"
    for side in (".en", ".ar"):
        new, old = page.locator(f'#p2 {side} [data-s="p2-2"]'), page.locator(f'#p2 {side} [data-s="p2-1"]')
        assert new.evaluate(colour) != old.evaluate(colour)


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_nothing_is_out_of_reach(size: str, scheme: str, brief: Brief, tab: "Page", tmp_path: Path) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if size == "narrow":
        tab.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    demo = replace(worked_on(brief), provenance=replace(brief.provenance, demo=True))
    page = shown(tab, standing(demo, "canceled", "تصحيح: "), tmp_path)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


def test_on_a_phone_the_arabic_stands_under_its_english(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    tab.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    page = shown(tab, brief, tmp_path)
    english, arabic = box(page.locator("#p1 .en")), box(page.locator("#p1 .ar"))
    assert arabic["y"] >= english["y"] + english["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_paper_has_all_that_is_folded_and_no_button(opened: "Page") -> None:
    opened.emulate_media(media="print", color_scheme="dark")
    assert not opened.locator(".tools").is_visible()
    assert opened.locator("#i1").is_visible()
    assert opened.locator("body").evaluate("one => getComputedStyle(document.documentElement).backgroundColor") in (
        "rgb(255, 255, 255)",
        "rgba(0, 0, 0, 0)",
    )
    english, arabic = box(opened.locator("#p1 .en")), box(opened.locator("#p1 .ar"))
    assert english["x"] + english["width"] <= arabic["x"]
    assert opened.pdf(format="A4").startswith(b"%PDF")


def test_a_hostile_article_is_inert(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    evil = hostile_brief(brief, *HOSTILE)
    page = shown(tab, replace(evil, provenance=replace(evil.provenance, demo=True)), tmp_path)
    assert page.locator("script:not(#data)").count() == 1
    assert page.locator("img, svg, iframe, object, embed, form, base").count() == 0
    assert page.locator("a:not([href^='#'])").count() == 0
    assert "<script>alert(1)</script>" in page.locator("h1").inner_text()
    page.locator("[data-s]").first.hover()
    page.keyboard.press("n")
    assert page.locator("#said").inner_text().startswith("Flag 1 of")
    assert axe(page) == []


def test_no_sentence_turns_its_neighbours_round(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    """Direction controls in one sentence leave the next one where it would be without them."""

    def places(*texts: str) -> list[float]:
        page = shown(tab, hostile_brief(brief, *texts), tmp_path)
        return [
            page.locator(f'[data-s="p2-{n}"]').nth(side).evaluate("one => one.getClientRects()[0].left")
            for n in (1, 2)
            for side in (0, 1)
        ]

    assert places("\u202e\u2069\u202c\u2067\u202a\u2068") == places("")


def test_a_very_long_word_does_not_break_the_page(brief: Brief, tab: "Page", tmp_path: Path) -> None:
    page = shown(tab, hostile_brief(brief, "A" * 3000), tmp_path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
