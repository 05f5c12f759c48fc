"""``trans run -``: a text or a web page on standard input, its brief on standard output, no file. Part of the command line."""

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trans.errors import ExitCode, TransError

if TYPE_CHECKING:
    from trans.api import Translator
    from trans.brief import Brief

STDIN = Path("-")

# A web page says so in its first bytes, but for a byte-order mark and white space.
_OPENING = 1000
_PAGE = (b"<!doctype html", b"<html", b"\xef\xbb\xbf<!doctype html", b"\xef\xbb\xbf<html")

# What an article from standard input is called in its brief.
_NAME = "stdin"


def check_usage(inputs: Sequence[Path], formats: Sequence[str], *, dry_run: bool) -> None:
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
    kind = ".html" if data[:_OPENING].lstrip().lower().startswith(_PAGE) else ".txt"
    (found,) = FORMATS[kind].read(io.BytesIO(data), _NAME, reading)
    if isinstance(found, Failure):
        raise TransError(f"Standard input {found.reason}", found.hint, ExitCode.SOME_FAILED)
    brief = translator.brief(found)
    sys.stdout.buffer.write(RENDERERS[name](brief))
    sys.stdout.buffer.flush()
    return brief
