"""Where articles come from: finds the input files and reads each with the reader of its extension.

The only package that knows file formats; one module a format. A reader is ``read(stream, name, reading)``, and gives articles and
failures one after another, so that a file may hold any number of them.
"""

import hashlib
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from trans.article import Article, Failure
from trans.sources.discovery import Discovery, Input, discover
from trans.sources.jsonl import read_jsonl
from trans.sources.mhtml import read_mhtml
from trans.sources.ninjs import read_ninjs
from trans.sources.odt import read_odt
from trans.sources.paths import output_stem
from trans.sources.pdf import read_pdf
from trans.sources.plain import article_from_text, read_markdown, read_text
from trans.sources.reading import FIELDS, Format, Reading
from trans.sources.records import of_many
from trans.sources.rtf import read_rtf
from trans.sources.tables import read_table
from trans.sources.web import read_page
from trans.sources.word import read_word
from trans.sources.xml import read_xml

__all__ = [
    "FIELDS",
    "FORMATS",
    "VERSION",
    "Discovery",
    "Input",
    "Reading",
    "article_from_text",
    "discover",
    "holds_many",
    "output_stem",
    "read",
]

VERSION = 2
"""Raise it when a file gives another article than before: finished briefs are then made again."""

# The longest that a brief's file name gets beyond its stem: the second one beside two that were edited by hand.
_LONGEST_ENDING = ".new2.json"
_MAX_NAME_BYTES = 255  # of Linux, and of most that is mounted there

# os.fsdecode gives these for bytes that are no UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")

FORMATS: dict[str, Format] = {
    ".atom": Format(read_xml, many=True),
    ".csv": Format(read_table, many=True),
    ".doc": Format(read_word),
    ".docx": Format(read_word),
    ".htm": Format(read_page),
    ".html": Format(read_page),
    ".json": Format(read_ninjs, many=True),
    ".jsonl": Format(read_jsonl, many=True),
    ".md": Format(read_markdown),
    ".mht": Format(read_mhtml),
    ".mhtml": Format(read_mhtml),
    ".ndjson": Format(read_jsonl, many=True),
    ".odt": Format(read_odt),
    ".pdf": Format(read_pdf),
    ".rss": Format(read_xml, many=True),
    ".rtf": Format(read_rtf),
    ".tsv": Format(read_table, many=True),
    ".txt": Format(read_text),
    ".xml": Format(read_xml, many=True),
}
"""By a file name's extension. Libraries are loaded where a file of the format is read."""


def holds_many(path: Path) -> bool:
    """Say whether a file of this name may hold any number of articles: then only reading it tells which."""
    kind = FORMATS.get(path.suffix.lower())
    return kind is not None and kind.many


def read(item: Input, reading: Reading, tick: Callable[[], None] = lambda: None) -> Iterator[Article | Failure]:
    """Read the articles of one input. A file that can't be read or makes no sense is one ``Failure``, never an exception.

    ``metadata.received`` is when the file was last written. ``tick`` is called for each record of a file of many; what it raises
    ends the reading.
    """
    if misnamed := _misnamed(item):
        yield Failure(item.id, *misnamed)
        return
    kind = FORMATS.get(item.path.suffix.lower())
    try:
        info = item.path.stat()
        if stat.S_ISDIR(info.st_mode):
            # Discovery passes on folders that it could not look into, so that they stand in the report.
            next(item.path.iterdir(), None)
            yield Failure(item.id, "is a folder, not a file", "Give its files, or the folder above it.")
        elif not stat.S_ISREG(info.st_mode):
            yield Failure(item.id, "is a device or a pipe, not a file", "Give a regular file.")
        elif kind is None:
            yield Failure(item.id, "has an extension that no reader takes", f"Use one of: {', '.join(FORMATS)}.")
        elif info.st_size > reading.max_bytes and not kind.many:
            size = f"{info.st_size / 1e6:,.1f} MB, over the limit of {reading.max_bytes / 1e6:,.1f} MB"
            yield Failure(item.id, f"is too large: {size}", "Split it, or raise run.max_file_mb in models.yaml.")
        else:
            received = datetime.fromtimestamp(info.st_mtime, UTC).isoformat(timespec="seconds")
            with item.path.open("rb") as stream:
                found = kind.read(stream, item.id, reading)
                for one in map(_as_read, of_many(found, item.id, tick)) if kind.many else found:
                    yield one if isinstance(one, Failure) else _received(one, received)
    except OSError as error:
        yield Failure(item.id, *_explain(error))


def _as_read(one: Article | Failure) -> Article | Failure:
    """Make a record's digest one of all that was read of it: a table's header and a feed's own terms are part of it too."""
    if isinstance(one, Failure):
        return one
    read_of_it = repr((one.source.sha256, one.headline, one.decks, one.paragraphs, one.metadata))
    return replace(one, source=replace(one.source, sha256=hashlib.sha256(read_of_it.encode()).hexdigest()))


def _received(article: Article, when: str) -> Article:
    return replace(article, metadata=replace(article.metadata, received=when))


def _misnamed(item: Input) -> tuple[str, str] | None:
    """Return what is wrong with a name that nothing later could write: in its brief, in the manifest, beside its brief."""
    names = item.path.parts[-len(item.id.split("/")) :]  # the folders above the input root are in no id
    if any(_SURROGATE.search(name) for name in names):
        return "its name is not valid UTF-8", "Rename it."
    brief = output_stem(item.id).rpartition("/")[2] + _LONGEST_ENDING
    if len(brief.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES:
        return "its name is too long for a brief beside it", "Shorten its name."
    return None


def _explain(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "is gone, or a link to a file that is gone", "Put it back, or run again without it."
    if isinstance(error, PermissionError):
        return "can't be read: permission denied", "Give yourself the right to read it."
    return f"can't be read: {error.strerror or error}", "Check the disk or the network drive it is on."
