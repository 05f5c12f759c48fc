"""The index of an output folder, kept up to date: reads the JSON briefs and the manifest, and has the pages written.

A brief is read once: what the index needs of it is kept in ``.trans/index.jsonl`` until the file changes. That file can be
deleted at any time. Knows neither what the pages look like nor who asks for them; the time is handed in.
"""

import contextlib
import gc
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from trans.decide import deaths
from trans.index import Index, Problem, index
from trans.index_entry import Entry, Listed
from trans.index_kept import Kept, Read, content
from trans.index_kept import load as load_kept
from trans.index_listing import PAGES, File, contents, listing
from trans.index_pages import write_pages
from trans.locations import Location, is_remote
from trans.manifest import Manifest
from trans.pages import write_whole
from trans.record import Record
from trans.render.entry import entry, load, reduced
from trans.store import STATE_FOLDER

if TYPE_CHECKING:
    from trans.watchlist import Watchlist

_log = logging.getLogger("trans")

# A day within what the calendar has, so that every zone has them.
_FIRST, _LAST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


class Indexer:
    """Reads an output folder, again and again, each brief once. ``skipped``: notes of a run, None to keep those of the last.

    ``manifest`` is the folder's where it was read already. ``watchlist`` marks briefs; without one no mark is shown, and those
    that another one set are kept for the next time.
    """

    def __init__(
        self,
        out: Location,
        skipped: Sequence[str] | None = None,
        *,
        manifest: Manifest | None = None,
        watchlist: "Watchlist | None" = None,
    ) -> None:
        self.out = out
        self._manifest = manifest
        self._watchlist = watchlist
        self._path = out / STATE_FOLDER / "index.jsonl"
        last = load_kept(self._path)
        self._watched = watchlist.hash if watchlist else last.watched
        # What another list said of a brief says nothing of this one.
        self._read = last.files if self._watched == last.watched else {}
        self._written = last.pages
        self._skipped = last.skipped if skipped is None else list(skipped)
        self._changed = self._skipped != last.skipped or self._watched != last.watched
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
        before = {
            name: read for name, read in self._read.items() if read.file == briefs.get(name) and self._is_marked(read)
        }
        new = {name: file for name, file in briefs.items() if name not in before}
        self._changed |= bool(new) or len(before) != len(self._read)
        before |= {name: _of(new[name], data, self._watchlist) for name, data in contents(self.out, new)}
        self._read = {name: before[name] for name in briefs}
        return index(
            [
                Listed(
                    entry=_as_known(read.entry, manifest.get(read.entry.id)),
                    file=_shown(name),
                    page=_page(name, self._files, manifest.get(read.entry.id)),
                    made=_time(read.file),
                    state=str(read.file),
                    watch=(read.entry.watch or ()) if self._watchlist else (),
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

    def _is_marked(self, read: Read) -> bool:
        """Say whether the watch list, where there is one, was asked about a brief."""
        return self._watchlist is None or read.entry is None or read.entry.watch is not None

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
            write_whole(self._path, content(Kept(self._read, self._skipped, self._written, self._watched)))
            self._changed = False
        except OSError as error:
            _log.debug("%s can't be written: %s", self._path, error)


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


def _of(file: File, data: bytes | OSError, watchlist: "Watchlist | None") -> Read:
    """Read one file; what is wrong with it is its ``reason``, never an exception."""
    if isinstance(data, OSError):
        return Read(file, None, f"it can't be read: {data.strerror or data}")
    try:
        document = load(data)
    except (ValueError, RecursionError) as error:
        return Read(file, None, f"it is no JSON: {error}")
    try:
        brief = reduced(document, watchlist)
        return Read(file, entry(brief) if brief else None)
    except ValueError as error:
        return Read(file, None, str(error))


def _time(file: File) -> datetime:
    """Return when a file was written; of times that no calendar has the nearest it has."""
    try:
        return datetime.fromtimestamp(file.mtime_ns // 1_000_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return _FIRST if file.mtime_ns < 0 else _LAST


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


def _as_known(entry: Entry, record: Record | None) -> Entry:
    """Return the entry of a brief that somebody edited by hand as killed, where its publisher has taken it back since."""
    return replace(entry, killed=True) if record and record.killed and not entry.killed else entry


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
