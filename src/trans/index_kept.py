"""What an index keeps of a folder's briefs for the next time, in ``.trans/index.jsonl``: a line a brief.

A convenience: of a file that is broken or of another version nothing is taken.
"""

import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from trans.index_entry import Entry
from trans.index_listing import File
from trans.index_pages import Written
from trans.locations import Location, remote_errors
from trans.render.entry import VERSION, entry, kept


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of one state of a file: no ``entry`` and no ``reason`` for JSON that is no brief."""

    file: File
    entry: Entry | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read of the files, the last run's notes, the pages that were written, and the hash of the watch list that marked
    the briefs."""

    files: dict[str, Read] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    pages: Written = field(default_factory=dict)
    watched: str = ""


def load(path: Location) -> Kept:
    """Return what was kept; nothing where it is of another version or broken."""
    found: dict[str, Read] = {}
    try:
        with remote_errors(), path.open("rb") as lines:
            head = _item(next(lines))
            if head["version"] != VERSION:
                return Kept()
            for line in lines:
                item = _item(line)
                size, mtime_ns, tag = item["state"]
                brief = item["brief"]
                found[item["file"]] = Read(File(size, mtime_ns, tag), entry(brief) if brief else None)
            pages = {str(name): (str(content), int(size)) for name, (content, size) in head["pages"].items()}
            return Kept(found, [str(note) for note in head["skipped"]], pages, str(head["watched"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
        return Kept()


def content(what: Kept) -> bytes:
    """Return the file's bytes. What could not be read is not kept: it is looked at anew."""
    written = io.BytesIO()  # a list of the lines would take as much again
    written.writelines(_lines(what))
    return written.getvalue()


def _lines(what: Kept) -> Iterator[bytes]:
    yield _line({"version": VERSION, "skipped": what.skipped, "pages": what.pages, "watched": what.watched})
    for name, read in what.files.items():
        if not read.reason:
            file, brief = read.file, kept(read.entry) if read.entry else None
            yield _line({"file": name, "state": [file.size, file.mtime_ns, file.tag], "brief": brief})


def _line(item: dict[str, object]) -> bytes:
    # Neither a file's name nor a text of a hand-made brief need be UTF-8; JSON is read in the same way.
    text = json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    # The sum tells a line that a disk has spoilt from one that was written.
    return b"%08x %b\n" % (zlib.crc32(text), text)


def _item(line: bytes) -> Any:
    """Return what ``_line`` made a line of. Raises ``ValueError`` for any other."""
    told, _, text = line.rstrip(b"\n").partition(b" ")
    if int(told, 16) != zlib.crc32(text):
        raise ValueError("the line is not as it was written")
    return json.loads(text)
