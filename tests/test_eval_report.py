"""The report of an evaluation: one page that loads nothing, shows text as text, and reads on a phone; plots are numbers."""

import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import NARROW, WIDE, axe
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag
from trans.evaluation import plots
from trans.evaluation.evaluate import Evaluation, Output, evaluate
from trans.evaluation.report import render
from trans.evaluation.resampling import Score

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\u202e&amp;"
SOURCES = ["قتل 39 شخصا في انفجار.", "وصل الوزير إلى المدينة.", "", HOSTILE] * 6
REFERENCES = ["39 people were killed in an explosion.", "The minister arrived in the city.", "", HOSTILE] * 6
OLD = ["93 people were killed in explosion.", "The minister", "", "nothing"] * 6
NEW = ["39 people were killed in a blast.", "The minister arrived in town. وصل", "", HOSTILE] * 6


def check(source: str, text: str) -> list[Flag]:
    if text.startswith("93"):
        return [Flag("numbers", "error", f"The Arabic says 39 ({source}); the English has 93")]
    return [Flag("lost", "warning", HOSTILE)] if text == "The minister" else []


def one() -> Evaluation:
    return evaluate([Output(HOSTILE, OLD, {"model": HOSTILE})], [REFERENCES], sources=SOURCES, check=check)


def two() -> Evaluation:
    outputs = [Output("old", OLD), Output("a-profile-with-quite-a-long-name", NEW)]
    return evaluate(outputs, [REFERENCES, NEW], sources=SOURCES, check=check)


def bare() -> Evaluation:
    return evaluate([Output("summaries", OLD[:1])], [REFERENCES[:1]], kind="summary")


KINDS = pytest.mark.parametrize("make", [one, two, bare])


@KINDS
def test_nothing_in_a_text_is_markup(make: Callable[[], Evaluation]) -> None:
    text = render(make()).decode()
    assert "<script>" not in text
    assert "<img" not in text
    assert "\u202e" not in text
    assert "script-src 'none'" in html.unescape(text)
    assert not re.search(r"(?:src|href)=\"(?!#|data:)", text)
    assert " style=" not in text


@KINDS
def test_the_same_evaluation_gives_the_same_page(make: Callable[[], Evaluation]) -> None:
    assert render(make()) == render(make())


def test_it_says_what_was_found() -> None:
    text = render(two()).decode()
    assert "Is the difference more than chance?" in text
    assert "a-profile-with-quite-a-long-name is better, significant at 0.05" in text
    assert "nrefs:2|bs:1000|seed:12345|case:mixed|eff:no|tok:13a" in text
    assert '<p lang="ar" dir="rtl">قتل 39 شخصا في انفجار.</p>' in text
    assert "25.0 of 100 lines have an error, 25.0 a warning and no error" in text
    assert "Demo models" not in text
    assert "Demo models" in render(two(), demo=True).decode()


def test_without_sources_and_a_second_system_their_parts_are_left_out() -> None:
    text = render(bare()).decode()
    assert "What the checks find" not in text
    assert "more than chance" not in text
    assert "ROUGE-L" in text


def test_equal_systems_have_no_lines_to_show() -> None:
    text = render(evaluate([Output("a", OLD), Output("b", OLD)], [REFERENCES])).decode()
    assert "There are none." in text
    assert "no difference" in text


@given(st.lists(st.floats(0, 300), min_size=1, max_size=50), st.sampled_from([2.0, 100.0]))
def test_every_line_stands_in_a_column_within_the_drawing(values: list[float], top: float) -> None:
    highest = plots.most(values, top=top)
    columns = plots.histogram(values, top, highest)
    assert sum(column.count for column in columns) == len(values)
    assert max(column.height for column in columns) == plots.HEIGHT
    for column in columns:
        assert column.y + column.height == pytest.approx(plots.HEIGHT)
        assert column.x >= 0
        assert column.x + column.width <= 100


def test_a_score_beyond_the_edge_ends_there() -> None:
    assert plots.bar(Score("TER", 140, 90, 180, "", True)) == plots.Bar(100, 90, 100)


@pytest.fixture
def opened(tab: "Page", tmp_path: Path) -> "Page":
    (tmp_path / "eval.html").write_bytes(render(two()))
    tab.goto(f"{tmp_path.as_uri()}/eval.html")
    return tab


@pytest.mark.parametrize(("size", "scheme"), [(WIDE, "light"), (NARROW, "dark")], ids=["desk", "phone, dark"])
def test_the_page_is_accessible_and_fits(opened: "Page", size: dict[str, int], scheme: str) -> None:
    opened.set_viewport_size({"width": size["width"], "height": size["height"]})
    opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    assert axe(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_bars_are_as_long_as_their_scores(opened: "Page") -> None:
    bar = opened.locator(".bar").first
    whole, filled = bar.bounding_box(), bar.locator("rect").bounding_box()
    value = two().systems[0].scores[0].value
    assert whole
    assert filled
    assert filled["width"] / whole["width"] == pytest.approx(value / 100, abs=0.01)


def test_texts_stand_beside_each_other_on_a_desk_and_below_on_a_phone(opened: "Page") -> None:
    texts = opened.locator(".texts").first.locator("> div")

    def tops() -> set[int]:
        boxes = (texts.nth(position).bounding_box() for position in range(2))
        return {round(box["y"]) for box in boxes if box}

    assert len(tops()) == 1
    opened.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
    assert len(tops()) == 2
    arabic = opened.locator('.line p[lang="ar"]').first
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
