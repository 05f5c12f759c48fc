"""``trans run -``: an article in, its brief out, nothing on disk."""

import json
from pathlib import Path

import pytest
from console_script import called, complaint, trans
from texts import HEADLINE, LEAD, SECOND, THIRD

STORY = f"{HEADLINE}\n\n{LEAD}\n\n{SECOND}\n"


def test_a_story_on_standard_input_is_a_brief_on_standard_output(tmp_path: Path) -> None:
    result = trans("run", "-", "--profile", "tiny", "--memory", "off", cwd=tmp_path, stdin=STORY)
    assert result.returncode == 0, result.stderr
    assert LEAD in result.stdout
    assert "not a usable translation" in result.stdout
    assert result.stdout.startswith("# ") or result.stdout.startswith("> ")
    assert not list(tmp_path.iterdir())


def test_any_format_can_be_printed_and_is_that_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "stdin.txt").write_text(STORY, encoding="utf-8")
    shared = ("--profile", "tiny", "--memory", tmp_path / "memory.sqlite")
    piped = called("run", "-", "--format", "json", *shared, cwd=tmp_path, stdin=STORY)
    filed = called("run", "stdin.txt", "--out", "out", *shared, cwd=tmp_path)
    assert (piped.returncode, filed.returncode) == (0, 0), piped.stderr + filed.stderr
    printed, written = json.loads(piped.stdout), json.loads((tmp_path / "out/stdin.json").read_text(encoding="utf-8"))
    assert printed["paragraphs"] == written["paragraphs"]
    assert printed["summaries"] == written["summaries"]


def test_a_web_page_on_standard_input_is_read_as_one(tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{text}</p>" for text in (LEAD, SECOND, THIRD))
    page = f"<!DOCTYPE html><html lang='ar'><body><article><h1>{HEADLINE}</h1>{paragraphs}</article></body></html>"
    result = called("run", "-", "--profile", "tiny", "--memory", "off", "--format", "json", cwd=tmp_path, stdin=page)
    assert result.returncode == 0, result.stderr
    brief = json.loads(result.stdout)
    assert brief["headline"]["ar"] == HEADLINE
    assert [paragraph["ar"] for paragraph in brief["paragraphs"]] == [LEAD, SECOND, THIRD]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["-", "inputs"], "beside other inputs"),
        (["-", "--format", "md,json"], "in one format"),
        (["-", "--dry-run"], "nothing is"),
    ],
)
def test_what_cannot_go_with_standard_input_is_said(tmp_path: Path, arguments: list[str], what: str) -> None:
    wrong, hint = complaint(called("run", *arguments, "--profile", "tiny", cwd=tmp_path, stdin=STORY), 2)
    assert what in wrong
    assert hint.strip()


@pytest.mark.parametrize(("given", "what"), [("", "is empty"), (" \n", "holds no text")])
def test_no_article_on_standard_input_is_a_failure(tmp_path: Path, given: str, what: str) -> None:
    wrong, _ = complaint(called("run", "-", "--profile", "tiny", cwd=tmp_path, stdin=given), 1)
    assert what in wrong


@pytest.mark.parametrize(
    "given",
    [
        '<?xml version="1.0"?>\n<rss version="2.0"><channel><item><title>خبر</title></item></channel></rss>',
        '{"headline": "خبر", "body": "نص"}\n{"headline": "خبر"}\n',
        '[{"uri": "x"}]',
    ],
)
def test_feeds_and_dumps_are_not_taken_for_an_article(tmp_path: Path, given: str) -> None:
    wrong, hint = complaint(called("run", "-", "--profile", "tiny", cwd=tmp_path, stdin=given), 1)
    assert "XML or JSON" in wrong
    assert ".jsonl" in hint
