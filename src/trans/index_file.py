"""The index of an output folder, kept up to date: reads the JSON briefs and the manifest, and has the pages written.

A brief is read once: what the index needs of it is kept in ``.trans/index.jsonl`` until the file changes. That file can be
deleted at any time. Knows neither what the pages look like nor who asks for them; the time is handed in.
"""

import contextlib
import gc
import io
import json
import logging
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trans.decide import deaths
from trans.index import Entry, Index, Listed, Problem, index
from trans.index_listing import PAGES, File, contents, listing
from trans.index_pages import Written, write_pages
from trans.locations import Location, is_remote, remote_errors
from trans.manifest import Manifest, Record
from trans.pages import write_whole
from trans.render.entry import VERSION, entry, kept, load, reduced
from trans.store import STATE_FOLDER

_log = logging.getLogger("trans")

# A day within what the calendar has, so that every zone has them.
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read of one state of a file: no ``entry`` and no ``reason`` for JSON that is no brief."""

    file: File
    entry: Entry | None
    reason: str = ""


class Indexer:
    """Reads an output folder, again and again, each brief once. ``skipped``: notes of a run, None to keep those of the last.

    ``manifest`` is the folder's where it was read already.
    """

    def __init__(
        self, out: Location, skipped: Sequence[str] | None = None, *, manifest: Manifest | None = None
    ) -> None:
        self.out = out
        self._manifest = manifest
        self._path = out / STATE_FOLDER / "index.jsonl"
        self._read, last, self._written = _load(self._path)
        self._skipped = last if skipped is None else list(skipped)
        self._changed = self._skipped != last
        self._files: dict[str, File] = {}

    def read(self, now: datetime, *, failed: Sequence[Problem] = (), running: bool = False) -> Index:
        """Return the index as of ``now``; ``failed`` are those of this run: the manifest does not know them all.

        Raises ``TransError`` where the folder or its manifest can't be read.
        """
        self._files = listing(self.out)
        if self._manifest is None:
            self._manifest = Manifest(self.out)
        else:
            self._manifest.refresh()
        manifest = self._manifest
        briefs = {name: file for name, file in self._files.items() if name.endswith(".json")}
        before = {name: read for name, read in self._read.items() if read.file == briefs.get(name)}
        new = {name: file for name, file in briefs.items() if name not in before}
        self._changed |= bool(new) or len(before) != len(self._read)
        before |= {name: _of(new[name], data) for name, data in contents(self.out, new)}
        self._read = {name: before[name] for name in briefs}
        return index(
            [
                Listed(
                    entry=read.entry,
                    file=_shown(name),
                    page=_page(name, self._files, manifest.get(read.entry.id)),
                    made=_time(read.file),
                    state=str(read.file),
                )
                for name, read in self._read.items()
                if read.entry
            ],
            unreadable=[Problem(_shown(name), read.reason) for name, read in self._read.items() if read.reason],
            failed={problem.name: problem for problem in (*_failed(manifest), *failed)}.values(),
            skipped=self._skipped,
            updated=now,
            running=running,
        )

    def write(self, found: Index) -> None:
        """Write the pages of what was read last, those that are new or say something else. Raises ``TransError``."""
        sizes = {name: file.size for name, file in self._files.items()}
        self._files = {}  # tens of thousands, which the next reading lists anew
        written = write_pages(self.out, found, sizes, self._written)
        self._changed |= written != self._written
        self._written = written

    def keep(self) -> None:
        """Write down what was read, for the next time. It is a convenience: a disk that refuses is passed over."""
        if not self._changed or not (is_remote(self.out) or self._path.parent.is_dir()):
            return
        try:
            write_whole(self._path, self._content())
            self._changed = False
        except OSError as error:
            _log.debug("%s can't be written: %s", self._path, error)

    def _content(self) -> bytes:
        content = io.BytesIO()  # a list of the lines would take as much again
        content.writelines(self._lines())
        return content.getvalue()

    def _lines(self) -> Iterator[bytes]:
        yield _line({"version": VERSION, "skipped": self._skipped, "pages": self._written})
        for name, read in self._read.items():
            if not read.reason:
                file, brief = read.file, kept(read.entry) if read.entry else None
                yield _line({"file": name, "state": [file.size, file.mtime_ns, file.tag], "brief": brief})


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Pause the search for dead cycles: there are none here, and looking for them again and again among all that is kept took a
    quarter of the time (2,000 briefs: 2.1 and 2.8 s without, 2.8 and 3.2 s with, in turn)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _of(file: File, data: bytes | OSError) -> _Read:
    """Read one file; what is wrong with it is its ``reason``, never an exception."""
    if isinstance(data, OSError):
        return _Read(file, None, f"it can't be read: {data.strerror or data}")
    try:
        document = load(data)
    except (ValueError, RecursionError) as error:
        return _Read(file, None, f"it is no JSON: {error}")
    try:
        brief = reduced(document)
        return _Read(file, entry(brief) if brief else None)
    except ValueError as error:
        return _Read(file, None, str(error))


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


def _time(file: File) -> datetime:
    """Return when a file was written; of times that no calendar has the nearest it has."""
    try:
        return datetime.fromtimestamp(file.mtime_ns // 1_000_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return _FIRST if file.mtime_ns < 0 else _LAST


def _load(path: Location) -> tuple[dict[str, _Read], list[str], Written]:
    """Return what was kept of files, the last run's notes, and the pages; nothing where it is of another version or broken."""
    found: dict[str, _Read] = {}
    try:
        with remote_errors(), path.open("rb") as lines:
            head = _item(next(lines))
            if head["version"] != VERSION:
                return {}, [], {}
            for line in lines:
                item = _item(line)
                size, mtime_ns, tag = item["state"]
                brief = item["brief"]
                found[item["file"]] = _Read(File(size, mtime_ns, tag), entry(brief) if brief else None)
            pages = {str(name): (str(content), int(size)) for name, (content, size) in head["pages"].items()}
            return found, [str(note) for note in head["skipped"]], pages
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError):
        return {}, [], {}


def _failed(manifest: Manifest) -> Iterator[Problem]:
    """Yield the inputs that the manifest knows to have no brief of their present state."""
    for record in manifest.unfinished():
        if _was_removed(record):
            continue
        if record.status == "failed":
            yield Problem(record.id, record.reason)
        elif deaths(record) > 0:
            yield Problem(record.id, record.reason or "trans died while working on it; the next run tries it again")


def _was_removed(record: Record) -> bool:
    """Whether the input is gone from a folder that is still there: then nobody waits for its brief.

    Of one in a store it isn't asked: each would be a request.
    """
    return bool(record.path) and not os.path.lexists(record.path) and Path(record.path).parent.is_dir()


def _page(name: str, files: Mapping[str, File], record: Record | None) -> str:
    """Return the link to what a reader opens of the brief ``name``: its web page, else its Markdown, else the JSON.

    A page that the last run did not make may be of an older state of the article: it is passed over.
    """
    stem = name.removesuffix(".json")
    made = record.outputs if record and record.outputs.get("json", ("",))[0] == name else None
    page = next(
        f"{stem}{extension}"
        for extension in PAGES
        if f"{stem}{extension}" in files and (made is None or extension[1:] in made)
    )
    # With './', as 'a:b.html' would be taken for an address with the scheme 'a'.
    return f"./{quote(page, errors='surrogateescape')}"


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
