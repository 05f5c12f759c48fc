"""What is done: one line of JSON an event, appended; the last line of an article counts.

A line that a kill cut short is passed over. The lines can be deleted: they are made anew from the briefs, but for the failures.
Knows not how lines are kept.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any, Literal

from trans.brief import Hashes
from trans.errors import TransError
from trans.journal import Entry, Journal
from trans.journal_files import FileJournal
from trans.journal_objects import ObjectJournal
from trans.locations import Location, is_remote, what_and_hint
from trans.remote import RemoteFolder
from trans.shards import Shard
from trans.store import STATE_FOLDER, cannot_write

_log = logging.getLogger("trans")

Status = Literal["attempt", "done", "failed", "gone"]

# Lines for each article before all are rewritten: a run adds two or three.
_COMPACT_AT = 4


@dataclass(frozen=True, slots=True)
class Record:
    """One article's state.

    ``path``, ``size`` (bytes) and ``mtime_ns`` are the source file's. ``attempts`` counts the processes that took the article
    into work since it was last finished, ``owner`` names the last of them. ``outputs`` maps a format to (file name, sha256);
    ``known`` are the sha256 of files this program published, or was about to; ``flags`` counts by severity, ``risk`` and
    ``worst`` are as in ``Outcome``.
    """

    id: str
    status: Status
    path: str = ""
    size: int = -1
    mtime_ns: int = -1
    sha256: str = ""
    hashes: Hashes | None = None
    outputs: dict[str, tuple[str, str]] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    flags: dict[str, int] = field(default_factory=dict)
    risk: float = 0.0
    worst: str = ""
    reason: str = ""
    attempts: int = 0
    owner: str = ""


class Manifest:
    """The records of one output folder; safe for many runs at once, on one machine or on many.

    With a ``shard`` it holds that share's articles alone, and what it is told goes into a journal of the shard's own; without one
    it holds all that anybody wrote. Raises ``TransError`` when what is there can't be read.
    """

    def __init__(self, out: Location, shard: Shard | None = None) -> None:
        self._out = out
        self._shard = shard
        self._journal = _journal(out, shard)
        self._lines = 0
        self._guard = Lock()  # windows are begun by a thread of their own
        # Lines, not objects: a record is looked at once or twice in a run, and there may be a million.
        self._latest: dict[str, bytes] = {}
        self._unfinished: set[str] = set()
        # Of lines that have one, those of articles that are gone among them.
        self._stamps: dict[str, str] = {}
        with _readable(self._out):
            self._read()

    @property
    def is_complete(self) -> bool:
        """Whether an article that is not known surely has no brief: none needs to be looked for."""
        return self._journal.is_complete

    def refresh(self) -> None:
        """Learn what other processes have written since; reads only where there is something to learn."""
        with self._guard, _readable(self._out):
            if self._journal.has_news():
                self._read()

    def get(self, article_id: str) -> Record | None:
        line = self._latest.get(article_id)
        return None if line is None else _record(json.loads(line))

    def forget(self, article_ids: Iterable[str]) -> None:
        """Know nothing of these any more: their inputs no longer hold them. Raises ``TransError`` when the disk refuses."""
        self.append(Record(name, "gone") for name in sorted(article_ids))

    def unfinished(self) -> list[Record]:
        """Return the records of articles that are not done: failed, or begun and never finished."""
        with self._guard:
            lines = [self._latest[name] for name in sorted(self._unfinished)]
        return [_record(json.loads(line)) for line in lines]

    def append(self, records: Iterable[Record]) -> None:
        """Add ``records``; they are on disk when this returns. Raises ``TransError`` when the disk refuses."""
        new = {record.id: record for record in records}
        if not new:
            return
        lines = _lines(new)
        with self._guard:
            with _writable(self._out):
                stamp = self._journal.append(lines)
            self._lines += len(lines)
            for record, line in zip(new.values(), lines, strict=True):
                self._note(record, stamp, line)

    def compact(self) -> None:
        """Make what is written shorter, where it has grown: one line an article, and in a remote store few objects."""
        whole = self._lines > _COMPACT_AT * max(1, len(self._latest))
        try:
            with self._guard:
                self._journal.compact(whole=whole)
                if whole:
                    self._lines = len(self._latest)
        except OSError as error:
            _log.debug("The manifest of %s stays as long as it is: %s", self._out, error)

    def merge(self) -> None:
        """Move what all shards have written into the common journal; safe while they are at work, and broken off at any point.

        Raises ``TransError`` when the disk refuses.
        """
        with self._guard, _writable(self._out):
            self._journal.merge()

    def _read(self) -> None:
        before = self._latest, self._unfinished, self._lines
        if self._journal.is_whole:
            self._latest, self._unfinished, self._lines = {}, set(), 0
        try:
            for stamp, line in self._journal.read():
                self._learn(stamp, line)
        except OSError:
            # What was known is better than nothing.
            self._latest, self._unfinished, self._lines = before
            raise

    def _learn(self, stamp: str, line: bytes) -> None:
        record = _parsed(line)
        if record and (self._shard is None or self._shard.holds(record.id)):
            self._lines += 1
            self._note(record, stamp, line)

    def _note(self, record: Record, stamp: str, line: bytes) -> None:
        name = record.id
        if self._stamps.get(name, "") > stamp:
            return
        if stamp:
            self._stamps[name] = stamp
        if record.status == "gone":
            self._latest.pop(name, None)
        else:
            self._latest[name] = line
        (self._unfinished.discard if record.status in ("done", "gone") else self._unfinished.add)(name)


class Appender:
    """Adds records to one output folder's manifest, and holds none. Raises ``TransError`` when what is there can't be read."""

    def __init__(self, out: Location) -> None:
        self._out = out
        self._journal = _journal(out, None)
        self._guard = Lock()
        with _readable(out):
            for _ in self._journal.read():
                pass  # what is added must count as newer than all that is there

    def append(self, records: Iterable[Record]) -> None:
        """Add ``records``; they are on disk when this returns. Raises ``TransError`` when the disk refuses."""
        new = {record.id: record for record in records}
        if new:
            with self._guard, _writable(self._out):
                self._journal.append(_lines(new))


def _journal(out: Location, shard: Shard | None) -> Journal:
    if is_remote(out):
        return ObjectJournal(RemoteFolder(out), shard, _fold)
    return FileJournal(out / STATE_FOLDER, shard, _fold)


@contextmanager
def _readable(out: Location) -> Iterator[None]:
    try:
        yield
    except NotADirectoryError as error:
        raise TransError(f"{out} is not a folder", "Give a folder with --out.") from error
    except OSError as error:
        what, hint = what_and_hint(error, "Mend its permissions, or choose another --out.")
        raise TransError(f"The manifest of {out} can't be read: {what}", hint) from error


@contextmanager
def _writable(out: Location) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise cannot_write(out / STATE_FOLDER, error) from error


def _lines(records: Mapping[str, Record]) -> list[bytes]:
    return [json.dumps(asdict(record), ensure_ascii=False).encode() for record in records.values()]


def _parsed(line: bytes) -> Record | None:
    try:
        return _record(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _fold(entries: Iterable[Entry], are_all: bool) -> Iterable[Entry]:
    """Return what counts, an entry an article; of one that is gone only where older lines of it may stand elsewhere."""
    latest: dict[str, Entry] = {}
    for stamp, line in entries:
        record = _parsed(line)
        if record is None or (record.id in latest and latest[record.id][0] > stamp):
            continue
        if record.status == "gone" and are_all:
            latest.pop(record.id, None)
        else:
            latest[record.id] = stamp, line
    return latest.values()


def _record(data: dict[str, Any]) -> Record:
    hashes = Hashes(**data["hashes"]) if data["hashes"] else None
    outputs = {name: (file, sha) for name, (file, sha) in data["outputs"].items()}
    return Record(**{**data, "hashes": hashes, "outputs": outputs, "known": tuple(data["known"])})
