"""``trans check``: the checks over any bitext, by the installed console script."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from console_script import called, complaint, trans

ARABIC = "قتل 39 شخصا في انفجار وسط العاصمة يوم الأحد.\nوصل الوزير إلى المدينة صباح الأحد.\n"
WRONG = (
    "93 people were killed in an explosion in the centre of the capital on Sunday.\n"
    "The minister arrived in the city on Sunday morning.\n"
)
RIGHT = WRONG.replace("93", "39")


@pytest.fixture
def bitext(tmp_path: Path) -> tuple[Path, Path]:
    source, target = tmp_path / "a.ar", tmp_path / "a.en"
    source.write_text(ARABIC, encoding="utf-8")
    target.write_text(WRONG, encoding="utf-8")
    return source, target


def test_json_is_one_object_a_flagged_line(bitext: tuple[Path, Path]) -> None:
    result = trans("check", "--source", bitext[0], "--target", bitext[1], "--json")
    assert result.returncode == 4, result.stderr
    (line,) = [json.loads(text) for text in result.stdout.splitlines()]
    assert line["line"] == 1
    flag = line["flags"][0]
    assert set(flag) == {"check", "severity", "message", "source", "target"}
    assert (flag["check"], flag["severity"]) == ("numbers", "error")
    assert "39" in flag["message"]
    assert "93" in flag["message"]
    assert "2 lines, 1 flagged: 1 error, 0 warnings, 0 info" in result.stderr


def test_a_right_translation_passes(bitext: tuple[Path, Path]) -> None:
    bitext[1].write_text(RIGHT, encoding="utf-8")
    result = called("check", "--source", bitext[0], "--target", bitext[1])
    assert (result.returncode, result.stdout) == (0, "")


def test_fail_on_never_only_tells(bitext: tuple[Path, Path]) -> None:
    result = called("check", "--source", bitext[0], "--target", bitext[1], "--fail-on", "never")
    assert result.returncode == 0
    assert result.stdout.startswith("line 1: error: ")


def flags(result: CompletedProcess[str]) -> dict[int, list[tuple[str, str]]]:
    """What ``--json`` told: severity and check of the flags, by line."""
    lines = map(json.loads, result.stdout.split("\n")[:-1])
    return {line["line"]: [(flag["severity"], flag["check"]) for flag in line["flags"]] for line in lines}


def checked(bitext: tuple[Path, Path], arabic: str, english: str) -> CompletedProcess[str]:
    for path, text in zip(bitext, (arabic, english), strict=True):
        path.write_bytes(text.encode())
    return called("check", "--source", bitext[0], "--target", bitext[1], "--json")


def test_entities_of_html_are_read_as_what_they_stand_for(bitext: tuple[Path, Path]) -> None:
    arabic = "ارتفع &#39;السعر&#39; إلى 50 دولارا.\n" * 2
    english = "The price rose to 50 dollars.\nThe &#34;price&#34; rose to &#53;0 dollars.\n"
    # Read as what they stand for, '39' is no number, and '&#53;0' is 50; one that only the English has is a note.
    assert flags(checked(bitext, arabic, english)) == {2: [("info", "entities")]}
    assert flags(checked(bitext, arabic, english.replace("50", "60"))) == {
        1: [("error", "numbers")], 2: [("info", "entities")]
    }  # fmt: skip


def test_an_empty_file_has_no_lines(bitext: tuple[Path, Path]) -> None:
    result = checked(bitext, "", "")
    assert (result.returncode, result.stdout) == (0, "")
    assert "0 lines, 0 flagged: 0 errors, 0 warnings, 0 info" in result.stderr


def test_blank_lines_and_rules_are_right(bitext: tuple[Path, Path]) -> None:
    result = checked(bitext, "\n***\n—\n" + ARABIC, "\n***\n—\n" + RIGHT)
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith("5 lines, 0 flagged")


def test_a_line_with_only_one_side_is_told(bitext: tuple[Path, Path]) -> None:
    result = checked(bitext, "وصل الوزير إلى المدينة.\n\n", "\nThe minister arrived.\n")
    assert flags(result) == {1: [("error", "missing")], 2: [("warning", "missing")]}


@pytest.mark.parametrize("both", [False, True])
def test_line_ends_and_a_byte_order_mark_of_windows(bitext: tuple[Path, Path], both: bool) -> None:
    def windows(text: str) -> str:
        return "\ufeff" + text.replace("\n", "\r\n").removesuffix("\r\n")

    assert not flags(checked(bitext, windows(ARABIC), windows(RIGHT) if both else RIGHT))
    assert flags(checked(bitext, windows(ARABIC), windows(WRONG) if both else WRONG)) == {1: [("error", "numbers")]}


def test_only_a_line_feed_ends_a_line(bitext: tuple[Path, Path]) -> None:
    result = checked(bitext, ARABIC.replace(" شخصا", "\u2028شخصا"), RIGHT.replace(" people", "\x85people"))
    assert result.stderr.startswith("2 lines, 0 flagged")


def test_a_very_long_line(bitext: tuple[Path, Path]) -> None:
    # 75,000 characters; a fifth of them is translated.
    result = checked(bitext, ARABIC.replace("\n", " ") * 1_000 + "\n", RIGHT.replace("\n", " ") * 200)
    assert result.returncode == 4
    assert {"lost", "unrelated"} & {check for _, check in flags(result)[1]}
    assert result.stderr.startswith("1 line, 1 flagged")


def test_the_closing_line_counts_in_english(bitext: tuple[Path, Path]) -> None:
    bitext[0].write_text("قتل 39 شخصا.\n", encoding="utf-8")
    bitext[1].write_text("93 people were killed.\n", encoding="utf-8")
    result = called("check", "--source", bitext[0], "--target", bitext[1])
    assert result.stderr.startswith("1 line, 1 flagged: 1 error, 0 warnings, 0 info")
    bitext[1].write_text("1\n2\n", encoding="utf-8")
    what, _ = complaint(called("check", "--source", bitext[0], "--target", bitext[1]), 2)
    assert "has 1 line and" in what


def test_files_that_do_not_match_are_refused(bitext: tuple[Path, Path], tmp_path: Path) -> None:
    bitext[1].write_text("one line\n", encoding="utf-8")
    what, _ = complaint(called("check", "--source", bitext[0], "--target", bitext[1]), 2)
    assert "2 lines" in what
    assert "1" in what
    what, _ = complaint(called("check", "--source", tmp_path / "none", "--target", bitext[1]), 2)
    assert "none" in what
    bitext[1].write_bytes(b"\xff\xfe\n\n")
    complaint(called("check", "--source", bitext[0], "--target", bitext[1]), 2)


def test_a_glossary_of_the_desk_counts(bitext: tuple[Path, Path], tmp_path: Path) -> None:
    bitext[1].write_text(RIGHT, encoding="utf-8")
    glossary = tmp_path / "desk.csv"
    glossary.write_text("ar,en\nالوزير,the Secretary\n", encoding="utf-8")
    result = called(
        "check", "--source", bitext[0], "--target", bitext[1], "--glossary", glossary, "--fail-on", "warning"
    )
    assert result.returncode == 4
    assert "the Secretary" in result.stdout
