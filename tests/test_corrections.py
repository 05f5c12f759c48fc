"""Corrections made elsewhere: files of lines, and tables."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from review_cases import AT, ITEM, SAID, TITLE, corrected, english, event, machine_brief, named

from trans import corrections
from trans.corrections import load
from trans.errors import TransError
from trans.review import with_events
from trans.review_events import MAX_TEXT, line_of, sha256_of
from trans.review_log import ReviewLog

MTIME = "1970-01-12T13:46:40+00:00"


def put(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode("utf-8-sig") if isinstance(text, str) else text)
    os.utime(path, (1_000_000, 1_000_000))
    return path


def test_a_log_of_another_folder_is_taken_as_it_is(tmp_path: Path) -> None:
    events = [corrected(SAID, "He said so."), named("المشري", "Machri", "Mashri"), event("unreviewed")]
    path = put(tmp_path / "x.jsonl", "".join(f"{line_of(one).decode()}\r\n\n" for one in events))
    assert load(path) == events


def test_lines_may_leave_out_what_follows_from_the_rest(tmp_path: Path) -> None:
    told = {"item": ITEM, "kind": "corrected", "source": SAID, "new": "He\nsaid so."}
    (one,) = load(put(tmp_path / "no-suffix", json.dumps(told)))
    assert (one.source_sha256, one.new, one.by, one.at) == (sha256_of(SAID), "He said so.", "an editor", MTIME)
    assert load(put(tmp_path / "again.ndjson", json.dumps(told))) == [one]
    (other,) = load(put(tmp_path / "other.jsonl", json.dumps({**told, "new": "He did not."})))
    assert other.id != one.id


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("a.csv", f"article,arabic,english\r\na/b.txt,{SAID},He said so.\r\n"),
        ("a.csv", f"\n\nEnglish;Article;Arabic;\nHe said so.;a/b.txt;{SAID};\n;;;\n"),
        ("a.tsv", f"by\tarticle\tarabic\tenglish\tat\n\ta/b.txt\t{SAID}\tHe said so.\t\n"),
        ("a.txt", f'article,arabic,english\na/b.txt,"{SAID.replace(" ", chr(10) + " ")}","He\nsaid  so."\n'),
    ],
)
def test_a_table_of_sentences(tmp_path: Path, name: str, table: str) -> None:
    (one,) = load(put(tmp_path / name, table))
    assert (one.kind, one.item, one.source, one.new) == ("corrected", "a/b.txt", SAID, "He said so.")
    assert (one.by, one.at) == ("an editor", MTIME)
    assert english(with_events(machine_brief(), [one]))[SAID] == "He said so."


def test_a_table_may_say_who_and_when(tmp_path: Path) -> None:
    table = f'article,arabic,english,by,at\na,"{TITLE}","Minister, gone",Ann,{AT}\na,{SAID},X,,2026-03-01T12:00:00Z\n'
    assert [(one.by, one.at, one.new) for one in load(put(tmp_path / "a.csv", table))] == [
        ("Ann", AT, "Minister, gone"),
        ("an editor", AT, "X"),
    ]


def test_what_is_taken_in_again_is_there_already(tmp_path: Path) -> None:
    rows = [f"a,{SAID},He said so.", f"a,{TITLE},Gone", f"a,{SAID},He said so."]
    path = put(tmp_path / "a.csv", "\n".join(["article,arabic,english", *rows]))
    log = ReviewLog(tmp_path)
    assert log.append_all(load(path)) == 2
    path.write_text("\n".join(["arabic,article,english", f"{SAID},a,He said so.", f"{SAID},a,New"]), encoding="utf-8")
    assert log.append_all(load(path)) == 1
    assert [one.new for one in log.of("a")] == ["He said so.", "Gone", "New"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", f"article,arabic,english\n,{SAID},x", "line 2: it says no article"),
        ("a.csv", "article,arabic,english\na,,x", "line 2: it has no Arabic"),
        ("a.csv", f"article,arabic,english\na,{SAID},", "line 2: its new text is empty"),
        ("a.csv", f"article,arabic,english\na,{SAID},\u200f", "line 2: its new text is empty"),
        ("a.csv", f"article,arabic,english\na,{SAID},{'x' * (MAX_TEXT + 1)}", "line 2: its text is longer than 20,000"),
        ("a.csv", f"article,arabic,english\na,{SAID},{'x' * 1_000_000}", "this is not CSV: field larger"),
        ("a.csv", f"article,arabic,english,at\na,{SAID},x,yesterday", "line 2: 'yesterday' is no time"),
        ("a.csv", f"article,arabic,english\na,{SAID},x, y", "line 2: a cell stands in no column"),
        ("a.csv", f"arabic,english\n{SAID},x", "line 1: the first line names the columns, and has no article"),
        ("a.csv", f"article,arabic,english,mood\na,{SAID},x,y", "line 1: there is no column 'mood'"),
        ("a.csv", f"article,arabic,english,arabic\na,{SAID},x,y", "line 1: the column 'arabic' stands twice"),
        ("a.csv", "", "has no article, arabic, english"),
        ("a.csv", 'article,arabic,english\n"a" b,c,d', "line 2: this is not CSV"),
        ("a.jsonl", "{}\nnull\n[]\nx", "line 1: it says no item, or no kind"),
        ("a.jsonl", "{}\nnull\n[]\nx", "line 2: it is no object"),
        ("a.jsonl", "{}\nnull\n[]\nx", "line 4: it is no JSON"),
        ("a.jsonl", "[" * 100_000, "line 1: it is no JSON"),
        ("a.jsonl", '{"item": "a", "kind": "burnt"}', "line 1: it can have no such kind: 'burnt'"),
        ("a.jsonl", '{"item": "a", "kind": "corrected", "new": 5}', "it can have no such new"),
        ("a.jsonl", '{"item": "a", "kind": "corrected", "new": "x"}', "which sentence"),
        ("a.jsonl", '{"item": "\\ud800", "kind": "unreviewed"}', "half a character"),
        ("a.jsonl", '{"item": "\x1b[31m", "kind": "\u202e\x1b"}', "it is no JSON"),
        ("a.jsonl", '{"item": "a", "kind": "\u202e\\u001b"}', "'\\u202e\\x1b'"),
        (
            "a.jsonl",
            '{"item": "a", "kind": "corrected", "x": "' + "y" * 1_000_000 + '"}',
            "longer than 1,000,000 bytes",
        ),
        ("a.csv", b"\xff\xfea", "not UTF-8"),
    ],
)
def test_what_is_wrong_is_told_by_its_line(tmp_path: Path, name: str, text: str | bytes, said: str) -> None:
    with pytest.raises(TransError) as told:
        load(put(tmp_path / name, text))
    assert said in told.value.message
    assert "\x1b" not in told.value.message


def test_all_problems_are_told_at_once_and_nothing_is_taken(tmp_path: Path) -> None:
    rows = [f"a,{SAID},", "a,,x", f"a,{SAID},right", *["a,,y"] * 30]
    with pytest.raises(TransError, match="32 problems") as told:
        load(put(tmp_path / "a.csv", "\n".join(["article,arabic,english", *rows])))
    assert told.value.message.count("\n") == 20


def test_files_that_are_not_there_or_far_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TransError, match="can't be read"):
        load(tmp_path / "none.csv")
    with pytest.raises(TransError, match="can't be read"):
        load(tmp_path)
    monkeypatch.setattr(corrections, "_MAX_BYTES", 3)
    with pytest.raises(TransError, match="too large"):
        load(put(tmp_path / "a.csv", "article"))


def test_an_empty_file_of_lines_corrects_nothing(tmp_path: Path) -> None:
    nothing: list[Any] = load(put(tmp_path / "a.jsonl", "\n\n"))
    assert nothing == []
