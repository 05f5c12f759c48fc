"""Text cut where its direction turns, and text as XML can hold it."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.render.direction import from_right, pieces, plain


@pytest.mark.parametrize(
    ("text", "rtl", "wanted"),
    [
        ("قال 300 مليون", True, [("قال 300 مليون", True)]),
        ("عن F-16 Block 70 في", True, [("عن ", True), ("F-16 Block 70", False), (" في", True)]),
        ("قناة (BBC).", True, [("قناة (", True), ("BBC", False), (").", True)]),
        ("طباعة 3D", True, [("طباعة ", True), ("3D", False)]),
        ("the Arabic says ٣٩.", False, [("the Arabic says ", False), ("٣٩", True), (".", False)]),
        ("said «نعم 5 لا» twice", False, [("said «", False), ("نعم 5 لا", True), ("» twice", False)]),
        ("(300 مليون), the 3.5 ألف", False, [("(", False), ("300 مليون", True), ("), the ", False), ("3.5 ألف", True)]),
        ("cafe\u0301 قال", True, [("cafe\u0301", False), (" قال", True)]),
        ("", True, []),
    ],
)
def test_text_is_cut_where_the_direction_turns(text: str, rtl: bool, wanted: list[tuple[str, bool]]) -> None:
    assert list(pieces(text, rtl)) == wanted


@given(text=st.text() | st.text("ab قس12 .()\u0301\u200f"), rtl=st.booleans())
def test_cutting_loses_nothing_and_turns_at_each_cut(text: str, rtl: bool) -> None:
    found = list(pieces(text, rtl))
    assert "".join(part for part, _ in found) == text
    assert all(part for part, _ in found)
    assert all(one != other for (_, one), (_, other) in pairwise(found))


@pytest.mark.parametrize("text", ["1 ", "1", "a ", "ا ", " ", "1 ا", "a 1", "(a", ". "])
def test_a_page_of_anything_is_cut_at_once(text: str) -> None:
    long = text * 50_000
    for rtl in (True, False):
        assert "".join(part for part, _ in pieces(long, rtl)) == long


def test_an_english_paragraph_in_the_arabic_column_reads_from_the_left() -> None:
    assert not from_right("An English paragraph.", otherwise=True)
    assert from_right("BBC قناة", otherwise=True)
    assert from_right("123", otherwise=True)


@given(st.text(st.characters() | st.sampled_from("\x00\x0b\ud800\ufffe")))
def test_what_a_file_can_not_hold_is_seen_and_nothing_else_is_lost(text: str) -> None:
    shown = plain(text)
    kept = [c for c in text if c.isalnum()]
    assert [c for c in shown if c.isalnum()] == kept
    assert shown.count("\ufffd") >= sum(c in "\x00\ud800\ufffe" for c in text)
