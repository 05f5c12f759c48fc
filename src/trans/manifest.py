"""What is done: one line of JSON an event, appended; the last line of an article counts.

A line that a kill cut short is passed over. The lines can be deleted: they are made anew from the briefs, but for the failures.
Other versions read them too: fields may be added, and what is not known of a line is passed over. Knows not how lines are kept.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from trans.errors import TransError
from trans.journal import Journal
from trans.journal_files import FileJournal
from trans.journal_objects import ObjectJournal
from trans.locations import Location, is_remote, what_and_hint
from trans.packing import Packing
from trans.record import MAX_KNOWN, Record, fold, line_of, name_of, record_from, record_of
from trans.remote import RemoteFolder
from trans.shards import Shard
from trans.store import STATE_FOLDER, cannot_write

_log = logging.getLogger("trans")

# Lines for each article before all are rewritten: a run adds two or three.
_COMPACT_AT = 4


class Manifest:
    """The records of one output folder; safe for many runs at once, on one machine or on many.

    With a ``shard`` it holds that share's articles alone, and what it is told goes into a journal of the shard's own; without one
    it holds all that anybody wrote. Raises ``TransError`` when what is there can't be read.
    """

    def __init__(self, out: Location, shard: Shard | None = None) -> None:
        self._out = out
        self._shard = shard
        self._journal = _journal(out, shard)
        self._lines = self._damaged = 0
        self._guard = Lock()  # windows are begun by a thread of their own
        # Lines, not objects, and packed: a record is looked at once or twice in a run, and there may be a million. What all have
        # in common with the first takes no room.
        self._latest: dict[str, bytes] = {}
        self._packing: Packing | None = None
        self._unfinished: set[str] = set()
        # Of lines that have one, those of articles that are gone among them.
        self._stamps: dict[str, str] = {}
        # The ids of one item, where its publisher names it.
        self._of_item: dict[str, tuple[str, ...]] = {}
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
        packed = self._latest.get(article_id)
        return None if packed is None else self._unpacked(packed)

    def of_item(self, item: str) -> list[Record]:
        """Return the records of the articles that are versions of one item, in the order of their ids."""
        with self._guard:
            names = self._of_item.get(item, ())
        found = [record for name in sorted({*names, item}) if (record := self.get(name))]
        return [record for record in found if (record.item or record.id) == item]

    def forget(self, article_ids: Iterable[str]) -> None:
        """Know nothing of these any more: their inputs no longer hold them. Raises ``TransError`` when the disk refuses."""
        self.append(Record(name, "gone") for name in sorted(article_ids))

    def unfinished(self) -> list[Record]:
        """Return the records of articles that are not done: failed, or begun and never finished."""
        with self._guard:
            lines = [self._latest[name] for name in sorted(self._unfinished)]
        return [self._unpacked(line) for line in lines]

    def records(self) -> Iterator[Record]:
        """Yield the record of every article that is known."""
        with self._guard:
            lines = list(self._latest.values())
        for line in lines:
            yield self._unpacked(line)

    def append(self, records: Iterable[Record]) -> None:
        """Add ``records``; they are on disk when this returns. Raises ``TransError`` when the disk refuses."""
        new = {record.id: record for record in records}
        if not new:
            return
        with self._guard:
            if not is_remote(self._out):
                with _readable(self._out):
                    if self._journal.has_news():
                        self._read()
                # Files that the desk wrote since the record was taken are ours too; its line must not make that forgotten.
                new = {name: self._with_known(record) for name, record in new.items()}
            lines = _lines(new)
            with _writable(self._out):
                stamp = self._journal.append(lines)
            self._lines += len(lines)
            for record, line in zip(new.values(), lines, strict=True):
                self._note(record, stamp, line)

    def compact(self) -> None:
        """Make what is written shorter, where it has grown: one line an article, and in a remote store few objects."""
        whole = self._damaged > 0 or self._lines > _COMPACT_AT * max(1, len(self._latest))
        try:
            with self._guard:
                self._journal.compact(whole=whole)
                if whole:
                    self._lines, self._damaged = len(self._latest), 0
        except OSError as error:
            _log.debug("The manifest of %s stays as long as it is: %s", self._out, error)

    def merge(self) -> None:
        """Move what all shards have written into the common journal; safe while they are at work, and broken off at any point.

        Raises ``TransError`` when the disk refuses.
        """
        with self._guard, _writable(self._out):
            self._journal.merge()

    def _with_known(self, record: Record) -> Record:
        before = self.get(record.id)
        missing = [sha for sha in before.known if sha not in record.known] if before else []
        return replace(record, known=(*record.known, *missing)[:MAX_KNOWN]) if missing else record

    def _read(self) -> None:
        before = self._latest, self._unfinished, self._lines
        if self._journal.is_whole:
            self._latest, self._unfinished, self._lines = {}, set(), 0
        try:
            damaged, is_damaged = 0, False
            for stamp, line in self._journal.read():
                damaged += is_damaged  # the last one may be just being written
                is_damaged = not self._learn(stamp, line)
            self._tell_damage(damaged)
        except OSError:
            # What was known is better than nothing.
            self._latest, self._unfinished, self._lines = before
            raise

    def _tell_damage(self, lines: int) -> None:
        if lines and not self._damaged:
            what = "1 line" if lines == 1 else f"{lines} lines"
            _log.warning("%s of the manifest of %s can't be read; its articles are looked at anew", what, self._out)
        self._damaged = max(self._damaged, lines)

    def _learn(self, stamp: str, line: bytes) -> bool:
        """Take in a line; say whether it is one."""
        record = record_of(line)
        if record and (self._shard is None or self._shard.holds(record.id)):
            self._lines += 1
            self._note(record, stamp, line)
        return record is not None or not line or name_of(line) is not None

    def _note(self, record: Record, stamp: str, line: bytes) -> None:
        name = record.id
        if self._stamps.get(name, "") > stamp:
            return
        if stamp:
            self._stamps[name] = stamp
        if record.status == "gone":
            self._latest.pop(name, None)
        else:
            self._packing = self._packing or Packing(line)
            self._latest[name] = self._packing.pack(line)
            if record.item and name not in (known := self._of_item.get(record.item, ())):
                self._of_item[record.item] = (*known, name)
        (self._unfinished.discard if record.status in ("done", "gone") else self._unfinished.add)(name)

    def _unpacked(self, packed: bytes) -> Record:
        return record_from(json.loads(self._packing.unpack(packed) if self._packing else packed))


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
        return ObjectJournal(RemoteFolder(out), shard, fold)
    return FileJournal(out / STATE_FOLDER, shard, fold)


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
    return [line_of(record) for record in records.values()]
