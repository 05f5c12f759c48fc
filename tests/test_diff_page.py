"""The page of ``trans diff`` in a real browser: both translations beside the Arabic, a filter, hostile text, axe at rest."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from briefs import HOSTILE, flagged_brief, hostile_brief
from browser import NARROW, WAYS, axe, served

from trans.brief import Brief, Edit, Flag, Passage, Sentence
from trans.difference import compare
from trans.difference_totals import Totals, Unreadable
from trans.render import diff_page

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def a(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


@pytest.fixture
def b(a: Brief) -> Brief:
    """With a word changed everywhere, a flag gone, one more, a paragraph cut elsewhere, an edited one."""

    def changed(one: Sentence) -> Sentence:
        edit = Edit("Samia", "2026-11-27T06:00:00+00:00", one.target) if "spring" in one.target else None
        return replace(one, target=one.target.replace("water", "sea").replace("spring", "autumn"), edit=edit)

    paragraphs = [Passage(tuple(map(changed, one.sentences)), one.kind) for one in a.paragraphs]
    first, *rest = paragraphs[1].sentences
    joined = replace(first, source=paragraphs[1].source, sep="")
    paragraphs[1] = Passage((joined,) if rest else paragraphs[1].sentences)
    gained = Flag("names", "warning", "The English leaves out الوزير", "paragraph", 7, 1)
    headline = Passage(tuple(map(changed, a.headline.sentences)))
    return replace(a, headline=headline, paragraphs=tuple(paragraphs), flags=(*a.flags[1:], gained))


def page_of(a: Brief, b: Brief, name: str = "") -> bytes:
    totals, chosen = Totals(f"a{name}", f"b{name}"), diff_page.Chosen()
    compared = compare(a, b)
    made = replace(b.provenance, translation={**b.provenance.translation, "revision": f"1{name}"})
    totals.add(compared, a.provenance, made)
    totals.only_in_a = [f"one.txt{name}"]
    totals.unreadable = [Unreadable("b", f"two.json{name}", f"it is no JSON{name}")]
    chosen.add(replace(compared, id=f"{compared.id}{name}"))
    return diff_page.render(totals, chosen)


def shown(tab: "Page", content: bytes, folder: Path) -> "Page":
    (folder / "diff.html").write_bytes(content)
    tab.goto(f"{folder.as_uri()}/diff.html")
    return tab


def test_flags_of_either_side_are_called_alike(a: Brief, b: Brief) -> None:
    page = page_of(a, b).decode()
    assert "Only in B: " in page
    assert "Only in A: " in page
    assert "Gained" not in page


@pytest.mark.parametrize("way", WAYS)
def test_the_filter_leaves_where_flags_differ(way: str, a: Brief, b: Brief, tab: "Page", tmp_path: Path) -> None:
    (tmp_path / "diff.html").write_bytes(page_of(a, b))
    with served(tmp_path, way) as address:
        tab.goto(f"{address}/diff.html")
        rows = tab.locator(".row")
        every, flagged = rows.count(), tab.locator(".row.flagged").count()
        assert 0 < flagged < every
        assert tab.locator("#count").inner_text() == f"{every} of {every} places"
        tab.get_by_label("Only where flags differ").check()
        assert rows.locator("visible=true").locator(".place").count() == flagged
        assert tab.locator("#count").inner_text() == f"{flagged} of {every} places"
        tab.get_by_label("Only where flags differ").uncheck()
        assert rows.locator("visible=true").locator(".place").count() == every


def test_both_translations_stand_beside_their_arabic(a: Brief, b: Brief, tab: "Page", tmp_path: Path) -> None:
    row = shown(tab, page_of(a, b), tmp_path).locator(".row").first
    english, arabic = row.locator(".both").bounding_box(), row.locator(".ar p").bounding_box()
    assert english
    assert arabic
    assert english["x"] + english["width"] <= arabic["x"]
    assert row.locator("mark").all_inner_texts() == ["water", "sea"]
    assert row.locator(".ar p").evaluate("one => getComputedStyle(one).direction") == "rtl"
    assert tab.locator(".note").first.inner_text() == "(edited by Samia)"


@pytest.mark.parametrize(("size", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_nothing_is_out_of_reach(size: str, scheme: str, a: Brief, b: Brief, tab: "Page", tmp_path: Path) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    if size == "narrow":
        tab.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    demo = replace(a, provenance=replace(a.provenance, demo=True))
    page = shown(tab, page_of(demo, b), tmp_path)
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true })")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_briefs_are_inert(a: Brief, b: Brief, tab: "Page", tmp_path: Path) -> None:
    evil = " ".join(HOSTILE)
    page = shown(tab, page_of(a, hostile_brief(b, *HOSTILE, "A" * 3000), evil), tmp_path)
    assert page.locator("script").count() == 1
    assert page.locator("img, svg, iframe, object, embed, form, base, a:not(.skip)").count() == 0
    assert "<script>alert(1)</script>" in page.locator("h3").inner_text()
    assert "{{ 7 * 7 }}" in page.locator("h3").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
