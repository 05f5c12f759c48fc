"""Events: as lines, clean, and what makes sense."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_cases import AT, ITEM, SAID, corrected, event, histories, named

from trans.review_events import (
    MAX_BY,
    MAX_LINE_BYTES,
    MAX_TEXT,
    NOBODY,
    Event,
    clean,
    cleaned,
    event_of,
    events_hash,
    is_blank,
    line_of,
    new_id,
    problem,
    sha256_of,
)

GOOD = corrected(SAID, "He said so.")


def line(**told: Any) -> bytes:
    """The line of a good event, with other fields."""
    return json.dumps({**json.loads(line_of(GOOD)), **told}).encode()


def test_a_line_says_what_is_told_and_nothing_else() -> None:
    told = json.loads(line_of(event("reviewed", text_sha256="a" * 64)))
    assert told == {
        "id": told["id"],
        "at": AT,
        "by": "Ann",
        "item": ITEM,
        "kind": "reviewed",
        "text_sha256": "a" * 64,
    }
    assert SAID.encode() in line_of(GOOD)


@settings(max_examples=20)
@given(histories())
def test_an_event_comes_back_from_its_line(events: tuple[Event, ...]) -> None:
    for one in events:
        assert event_of(line_of(one)) == one
        assert event_of(line_of(one) + b"\r\n") == one


@given(st.text(), st.text(), st.text())
def test_whatever_an_editor_writes_is_one_clean_line(new: str, by: str, reason: str) -> None:
    one = cleaned(event("conflict", new=new, reason=reason, source="ب"))
    assert len(one.new.splitlines()) <= 1
    assert cleaned(one) == one
    assert b"\n" not in line_of(one)
    assert line_of(one).decode().splitlines() == [line_of(one).decode()]
    assert problem(one) or event_of(line_of(one)) == one
    assert clean(by) == clean(clean(by))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("two\r\nlines\u2028and\ta tab", "two lines and a tab"),
        ("\u202eevil\u202c \x00\x1b[31mred\x9b", "evil [31mred"),
        ("a \x00 b", "a b"),
        ("tag\U000e0041\u200bs\ufeff", "tags"),
        ("سلام\u200f — ‏10\u00a0000", "سلام\u200f — ‏10\u00a0000"),
        ("  👩\u200d🚀 \ue000 ", "👩\u200d🚀 \ue000"),
    ],
)
def test_line_ends_become_spaces_and_controls_go(written: str, kept: str) -> None:
    assert clean(written) == kept


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u200d\u200f", "\u0301"])
def test_nothing_to_see_is_blank(text: str) -> None:
    assert is_blank(text)
    assert event_of(line(new=text)) is None
    assert "empty" in problem(corrected(SAID, text))


@pytest.mark.parametrize(
    "told",
    [
        {"id": ""},
        {"id": "a/b"},
        {"id": "x" * 65},
        {"id": 7},
        {"at": "yesterday"},
        {"at": "2026-03-01T12:00:00"},
        {"at": "2026-03-01"},
        {"at": None},
        {"item": ""},
        {"item": "x" * 5000},
        {"item": ["x"]},
        {"kind": "burnt"},
        {"kind": None},
        {"by": 7},
        {"where": "footer"},
        {"paragraph": 0},
        {"paragraph": True},
        {"paragraph": 1.5},
        {"sentence": -1},
        {"sentence": "1"},
        {"new": "x" * 1_000_000},
        {"new": "x" * (MAX_TEXT + 1)},
        {"new": {"a": []}},
        {"new": None},
        {"source_sha256": "a"},
        {"source_sha256": ""},
        {"where": "summary"},
        {"source": "\ud800"},
        {"item": "\udfff"},
        {"kind": "name", "source": "—", "old": "a"},
        {"kind": "name", "source": "خالد", "old": " "},
        {"kind": "name", "source": "خالد", "old": "a", "new": "\u200f"},
        {"kind": "reverted", "source": "", "source_sha256": ""},
        {"kind": "reverted", "source_sha256": "no"},
        {"kind": "dismissed"},
        {"kind": "restored", "check": "x", "where": "headline", "text_sha256": "x"},
        {"kind": "reviewed"},
    ],
)
def test_what_makes_no_sense_is_no_event(told: dict[str, Any]) -> None:
    assert event_of(line()) == GOOD
    assert event_of(line(**told)) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"\x00" * 50,
        b"[" * 100_000,
        b'{"id":' * 100_000,
        b"null",
        b"[]",
        b'"text"',
        b"1" * 10_000,
        b"{}",
        line() + b"}",
        line()[:-1],
        b'{"id": "a", "at": NaN}',
        b" " * MAX_LINE_BYTES + line(),
    ],
)
def test_a_hostile_line_is_no_event(raw: bytes) -> None:
    assert event_of(raw) is None


def test_fields_of_later_versions_are_passed_over() -> None:
    assert event_of(line(mood={"deep": [1, None]}, version=9)) == GOOD


def test_texts_at_their_limits() -> None:
    longest = event_of(line(new="د" * MAX_TEXT, by="x" * 1000, old="o" * (MAX_TEXT + 5)))
    assert longest
    assert (len(longest.new), len(longest.by), len(longest.old)) == (MAX_TEXT, MAX_BY, MAX_TEXT)
    # Arabic has two bytes a letter, what is escaped six: all of it fits into a line that is read again.
    for letter, bytes_of_it in (("د", 2), ("\U0001f600", 4)):
        texts = ("source", "old", "new", "check", "message", "target", "reason")
        whole = event("conflict", item="د" * 4000, **dict.fromkeys(texts, letter * MAX_TEXT))
        assert len(line_of(whole)) > len(texts) * bytes_of_it * MAX_TEXT
        assert event_of(line_of(whole)) == whole


def test_nobody_is_an_editor() -> None:
    for by in ("", " \u202e\n"):
        one = event_of(line(by=by))
        assert one
        assert one.by == NOBODY


def test_a_time_is_written_in_one_way() -> None:
    one = event_of(line(at="2026-03-01T12:00:00.123456Z"))
    assert one
    assert one.at == AT


def test_the_hash_is_of_the_events_and_their_order() -> None:
    one, two = GOOD, named("المشري", "Machri", "Mashri")
    assert events_hash([]) == ""
    assert re.fullmatch("[0-9a-f]{64}", events_hash([one]))
    assert len({events_hash(told) for told in ([one], [two], [one, two], [two, one])}) == 4
    assert new_id() != new_id()
    assert sha256_of("\ud800") != sha256_of("")


def test_the_page_on_the_log_names_every_field_and_kind() -> None:
    page = (Path(__file__).parents[1] / "docs" / "review-log.md").read_text(encoding="utf-8")
    for field in fields(Event):
        assert f"`{field.name}`" in page
    for kind in ("reviewed", "unreviewed", "corrected", "reverted", "name", "dismissed", "restored", "conflict"):
        assert f"`{kind}`" in page
    assert f"{MAX_TEXT:,}" in page
