"""``trans run -``: a text or a web page on standard input, its brief on standard output, no file. Part of the command line."""

import codecs
import io
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trans.errors import ExitCode, TransError
from trans.locations import Location

if TYPE_CHECKING:
    from trans.api import Translator
    from trans.brief import Brief

STDIN = Path("-")

# What it is shows in its first characters.
_OPENING = 4000
_BEFORE_A_PAGE = re.compile(r"(?:\s|\ufeff|<\?xml.{0,300}?\?>|<!--.{0,2000}?-->)+", re.DOTALL)
_PAGE = re.compile(r"<!doctype\s+html|<html\b", re.IGNORECASE)
_ARCHIVE = re.compile(r"(?:[A-Za-z-]+:.*\n(?:[ \t].*\n)*)*MIME-Version:", re.IGNORECASE)
_OF_PROGRAMS = re.compile(r"<[a-zA-Z!?]|\{\s*[\"}]|\[\s*[\[{\"\]]")

# What an article from standard input is called in its brief.
_NAME = "stdin"


def check_usage(inputs: Sequence[Location], formats: Sequence[str], *, dry_run: bool) -> None:
    """Raise ``TransError`` for what can't go with ``-``."""
    if list(inputs) != [STDIN]:
        raise TransError("'-' (standard input) stands beside other inputs", "Give '-' alone, or files and folders.")
    if len(formats) != 1:
        raise TransError("With '-' one brief is printed, in one format", "Give one, as --format md.")
    if dry_run:
        raise TransError("--dry-run says what would be written, and with '-' nothing is", "Leave one of the two away.")
    if formats == ["docx"] and sys.stdout.isatty():
        raise TransError(
            "A Word file can't be shown in a terminal", "Send it to a file: trans run - --format docx > FILE"
        )


def brief_stdin(translator: "Translator", name: str) -> "Brief":
    """Read the article on standard input, print its brief in the format ``name`` and return it.

    Raises ``TransError`` where there is no article.
    """
    from trans.article import Failure
    from trans.render import RENDERERS
    from trans.sources import FORMATS

    reading = translator.profile.run.reading
    data = sys.stdin.buffer.read(reading.max_bytes + 1)
    if len(data) > reading.max_bytes:
        raise TransError(
            f"Standard input has more than {reading.max_bytes / 1e6:,.1f} MB",
            "Give one article, or raise run.max_file_mb in models.yaml.",
            ExitCode.SOME_FAILED,
        )
    (found,) = FORMATS[_kind(data)].read(io.BytesIO(data), _NAME, reading)
    if isinstance(found, Failure):
        raise TransError(f"Standard input {found.reason}", found.hint, ExitCode.SOME_FAILED)
    brief = translator.brief(found)
    sys.stdout.buffer.write(RENDERERS[name](brief))
    sys.stdout.buffer.flush()
    return brief


def _kind(data: bytes) -> str:
    """Return the extension that a file of ``data`` would have. Raises ``TransError`` for feeds, dumps and other code."""
    wide = next((mark for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) if data.startswith(mark)), None)
    opening = data[:_OPENING].decode("utf-16" if wide else "latin-1", "ignore").replace("\u00ef\u00bb\u00bf", "")
    before = _BEFORE_A_PAGE.match(opening)
    begins = before.end() if before else 0
    if _PAGE.match(opening, begins):
        return ".html"
    if _ARCHIVE.match(opening.replace("\r\n", "\n")):
        return ".mhtml"
    if _OF_PROGRAMS.match(opening, begins):
        raise TransError(
            "Standard input is XML or JSON, not an article",
            "Save it under its own extension (.xml, .json, .jsonl), and give that file.",
            ExitCode.SOME_FAILED,
        )
    return ".txt"
