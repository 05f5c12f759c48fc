"""Files with a text a line, as translators and their users exchange them. Knows nothing of what the lines say."""

import sys
from collections.abc import Sequence
from pathlib import Path

from trans.errors import TransError
from trans.locations import Location, remote_errors, what_and_hint

STDIN = Path("-")


def read_lines(place: Location) -> list[str]:
    """Return the lines of a file, or of standard input for ``-``; only a line feed ends one, so that all files count alike.

    Raises ``TransError`` for a file that can't be read or is not UTF-8.
    """
    try:
        with remote_errors():
            content = sys.stdin.buffer.read() if place == STDIN else place.read_bytes()
    except OSError as error:
        what, hint = what_and_hint(error, "Give a text file, a sentence a line.")
        raise TransError(f"{called(place)} can't be read: {what}", hint) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TransError(f"{called(place)} is not UTF-8 (line {line})", "Save it as UTF-8.") from error
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def refuse_unequal(*files: tuple[Location, Sequence[str]]) -> None:
    """Raise ``TransError`` that names both counts where two files, each given with its lines, have not equally many."""
    (first, lines), *others = files
    for place, other in others:
        if len(other) != len(lines):
            raise TransError(
                f"{called(first)} has {counted(len(lines), 'line')} and {called(place)} has {len(other)}",
                "Give files in which each line is the translation of the other's.",
            )


def called(place: Location) -> str:
    return "Standard input" if place == STDIN else str(place)


def counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
