"""Where articles come from: finds the input files and reads each with the reader of its extension.

The only package that knows file formats; one module a format. A reader is ``read(stream, name, reading)``, and gives articles and
failures one after another, so that a file may hold any number of them.
"""

import errno
import hashlib
import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO

from trans.article import Article, Failure
from trans.locations import Location, is_remote, remote_errors, what_and_hint
from trans.sources.discovery import Discovery, Input, discover
from trans.sources.jsonl import read_jsonl
from trans.sources.listing import look
from trans.sources.mhtml import read_mhtml
from trans.sources.ninjs import read_ninjs
from trans.sources.odt import read_odt
from trans.sources.paths import leads_astray, output_stem, resolved
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
    "look",
    "output_stem",
    "read",
]

VERSION = 2
"""Raise it when a file gives another article than before: finished briefs are then made again."""

# The longest that a brief's file name gets beyond its stem: the second one beside two that were edited by hand.
_LONGEST_ENDING = ".new2.json"
_MAX_NAME_BYTES = 255  # of Linux, and of most that is mounted there

# How much of a remote file is fetched at once, and the largest that is fetched whole. Of one held in memory 8 MB are little;
# at 100 MB/s they take longer than the some 50 ms that a store needs to answer. S3 takes no blocks below 5 MB.
_BLOCK_BYTES = 8 * 2**20

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


def holds_many(path: Location) -> bool:
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
        with remote_errors():
            if (place := _place(item)) is None:
                yield Failure(
                    item.id,
                    "was replaced by a link that leads out of the folder",
                    "Copy the file in, or make the link yourself.",
                )
                return
            item = replace(item, path=place)
            mode, size, written_s = _status(item)
            if stat.S_ISDIR(mode):
                # Discovery passes on folders that it could not look into, so that they stand in the report.
                next(iter(item.path.iterdir()), None)
                yield Failure(item.id, "is a folder, not a file", "Give its files, or the folder above it.")
            elif not stat.S_ISREG(mode):
                yield Failure(item.id, "is a device or a pipe, not a file", "Give a regular file.")
            elif kind is None:
                yield Failure(item.id, "has an extension that no reader takes", f"Use one of: {', '.join(FORMATS)}.")
            elif size > reading.max_bytes and not kind.many:
                how_large = f"{size / 1e6:,.1f} MB, over the limit of {reading.max_bytes / 1e6:,.1f} MB"
                yield Failure(
                    item.id, f"is too large: {how_large}", "Split it, or raise run.max_file_mb in models.yaml."
                )
            else:
                with _opened(item, size) as stream:
                    before = _state(stream)
                    found = kind.read(stream, item.id, reading)
                    for one in map(_as_read, of_many(found, item.id, tick)) if kind.many else found:
                        if isinstance(one, Failure):
                            yield one
                        elif not (kind.many or stream.closed) and _state(stream) != before:
                            # Its beginning may be of one state, its end of the next.
                            yield Failure(item.id, "was changed while it was read", "Run again when it is whole.")
                        else:
                            yield _received(one, written_s)
    except OSError as error:
        yield Failure(item.id, *_explain(error))


def _place(item: Input) -> Location | None:
    """Return where to read: the end of what is a link by now; None where discovery would not have followed it."""
    if is_remote(item.path) or not (item.within and item.path.is_symlink()):
        return item.path
    return None if leads_astray(item.path, item.within) else resolved(item.path)


def _status(item: Input) -> tuple[int, int, float | None]:
    """Return a file's mode, its size, and when it was written, in seconds; a remote one has what its listing said."""
    if not is_remote(item.path):
        status = item.path.stat()
        return status.st_mode, status.st_size, status.st_mtime
    size, mtime_ns = item.size, item.mtime_ns
    if size < 0:
        known = look(item.path)
        size, mtime_ns = known.size, known.mtime_ns
    return stat.S_IFREG, size, None if mtime_ns < 0 else mtime_ns / 1e9


def _opened(item: Input, size: int) -> BinaryIO:
    """Open a file; a small remote one costs one request, and of a large one a block is in memory."""
    path = item.path
    if not is_remote(path):
        stream = open(path, "rb", opener=_not_following if item.within else _not_waiting)  # noqa: SIM115  (the caller closes it)
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            stream.close()
            raise OSError(errno.EINVAL, "it was replaced by a device or a pipe")
        return stream
    if 0 <= size <= _BLOCK_BYTES:
        # s3fs asks for the size first, unless told to read it in one piece.
        whole = {"max_concurrency": 1} if path.protocol in ("s3", "s3a") else {}
        return io.BytesIO(path.fs.cat_file(path.path, **whole))
    # The store's own way of reading lines copies a block for each.
    return io.BufferedReader(path.fs.open(path.path, "rb", block_size=_BLOCK_BYTES))


def _not_waiting(path: str, flags: int) -> int:
    """Open what may have become a pipe since it was looked at: nobody may ever write into it."""
    try:
        return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    except BlockingIOError:
        # A file server has a lease on the file, for a client that writes it: the kernel asks for it back within a minute.
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116  (the file may be one of a link)
            raise
        return os.open(path, flags)


def _not_following(path: str, flags: int) -> int:
    """Open what may have become a link since it was looked at: then it is refused."""
    return _not_waiting(path, flags | getattr(os, "O_NOFOLLOW", 0))


def _state(stream: BinaryIO) -> tuple[int, int] | None:
    """Return size and time of an open file, None for what is not on this machine."""
    if not isinstance(stream, io.BufferedReader) or not isinstance(stream.raw, io.FileIO):
        return None
    status = os.fstat(stream.fileno())
    return status.st_size, status.st_mtime_ns


def _as_read(one: Article | Failure) -> Article | Failure:
    """Make a record's digest one of all that was read of it: a table's header and a feed's own terms are part of it too."""
    if isinstance(one, Failure):
        return one
    read_of_it = repr((one.source.sha256, one.headline, one.decks, one.paragraphs, one.metadata))
    return replace(one, source=replace(one.source, sha256=hashlib.sha256(read_of_it.encode()).hexdigest()))


def _received(article: Article, written_s: float | None) -> Article:
    if written_s is None:
        return article
    try:
        when = datetime.fromtimestamp(written_s, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):  # before year 1 or after 9999: some disks keep such times
        return article
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
    what, hint = what_and_hint(error, "Check the disk or the network drive it is on.")
    return f"can't be read: {what}", hint
