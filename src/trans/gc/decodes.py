"""Decodes that no run has used for long: their rows go, and the memory's file shrinks. Safe while runs use it.

Knows the memory's table; what a decode is, ``memory`` says.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from trans.gc.litter import Litter, SweepError
from trans.memory import VERSION
from trans.room import size

# Seconds to wait for a run's write, which takes milliseconds.
_BUSY_TIMEOUT_S = 10.0
# Rows in one DELETE, pages in one step: a run that waits for them waits some 10 ms.
_ROWS_AT_ONCE, _PAGES_AT_ONCE = 2_000, 2_000

# Bytes of a row beside its key and value, with its place in the index of times; and how much larger than that a file may be: one
# that was never cleaned took 1.3 times as much, 10,000 rows put in by chance; after half of them went, 2.2 times.
_ROW_BYTES, _LOOSE = 60, 1.6

# A larger file is not written anew: the whole of it is read and written under a lock, and a run that starts meanwhile waits for
# its memory, and then goes without. Chosen, not measured.
_LARGE_BYTES = 200_000_000

_COUNT = "SELECT count(*), coalesce(sum(length(key) + length(CAST(value AS BLOB))), 0) FROM decodes WHERE used < ?"
# More than any clock shows; and what a small file takes whatever is in it.
_FOR_EVER_S, _LEAST_BYTES = 2**62, 200_000
_DELETE = "DELETE FROM decodes WHERE key IN (SELECT key FROM decodes WHERE used < ? ORDER BY used LIMIT ?)"


class UnusedDecodes:
    """The rows of the memory at ``path`` that were last used before ``cut_s``, in seconds since 1970."""

    def __init__(self, path: Path, cut_s: float) -> None:
        self.notes: list[str] = []
        self._path = path
        self._cut_s = int(cut_s)

    def find(self) -> Iterator[Litter]:
        if not self._path.is_file():
            return
        try:
            with self._opened("ro") as db:
                rows, unused = db.execute(_COUNT, (self._cut_s,)).fetchone()
                every, used = db.execute(_COUNT, (_FOR_EVER_S,)).fetchone()
                empty = self._empty_bytes(db)
        except (sqlite3.Error, _NotOursError) as error:
            self.notes.append(f"the memory {self._path} is left alone: {error}")
            return
        room = self._bytes() - int(_LOOSE * (used + _ROW_BYTES * every)) - _LEAST_BYTES
        if self._is_large():
            room = empty
        if rows:
            what = f"{rows:,} decode{'' if rows == 1 else 's'} not used for so long, in the memory"
            yield Litter(what, str(self._path), unused + _ROW_BYTES * rows)
        elif room > 0:
            yield Litter("unused room in the memory", str(self._path), room)

    def remove(self, litter: Litter) -> int:  # noqa: ARG002  (there is one)
        before = self._bytes()
        try:
            with self._opened("rw") as db:
                self._delete(db)
            self._shrink()
        except (sqlite3.Error, _NotOursError) as error:
            if not _is_busy(error):
                raise SweepError(f"the memory can't be changed: {error}; to delete it costs only time") from error
            self.notes.append(f"the memory {self._path} is in use: run again when no run is at work")
        return max(0, before - self._bytes())

    def finish(self) -> None:
        pass

    @contextlib.contextmanager
    def _opened(self, mode: str, *, alone: bool = False) -> Iterator[sqlite3.Connection]:
        """Give the database; ``alone`` waits for nobody and keeps others out. Raises ``sqlite3.Error``, ``_NotOursError``."""
        address = f"file:{quote(str(self._path.absolute()))}?mode={mode}"
        timeout = 0.0 if alone else _BUSY_TIMEOUT_S
        with contextlib.closing(sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)) as db:
            if alone:
                db.execute("PRAGMA locking_mode = EXCLUSIVE")
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "decodes" not in tables:
                raise _NotOursError("it is not a memory of trans")
            if db.execute("PRAGMA user_version").fetchone()[0] > VERSION:
                raise _NotOursError("it is of a newer trans")
            yield db

    def _delete(self, db: sqlite3.Connection) -> None:
        """Delete the rows, few at a time; one that a run uses meanwhile stays."""
        while db.execute(_DELETE, (self._cut_s, _ROWS_AT_ONCE)).rowcount:
            pass

    def _shrink(self) -> None:
        """Make the file as small as what is in it. Of a large one, or one that is in use, give back only the empty pages."""
        if self._is_large():
            large = f"is larger than {size(_LARGE_BYTES)}: only its empty pages went; to delete it costs only time"
            self.notes.append(f"the memory {self._path} {large}")
            self._give_back()
            return
        try:
            with self._opened("rw", alone=True) as db:
                db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # of a file that another program made
                db.execute("VACUUM")
                return
        except sqlite3.OperationalError as error:
            busy = _is_busy(error)
            why = "is in use" if busy else f"can't be made smaller ({error})"
            self.notes.append(f"the memory {self._path} {why}: run again when no run is at work, and its file shrinks")
        self._give_back()

    def _give_back(self) -> None:
        """Give back the pages that are empty, few at a time."""
        with self._opened("rw") as db:
            free = db.execute("PRAGMA freelist_count").fetchone()[0]
            while free:
                db.executescript(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})")  # execute() would free a single page
                left = db.execute("PRAGMA freelist_count").fetchone()[0]
                free = left if left < free else 0

    def _empty_bytes(self, db: sqlite3.Connection) -> int:
        """Return how many bytes of empty pages could be given back: none in a file that another program made."""
        if not db.execute("PRAGMA auto_vacuum").fetchone()[0]:
            return 0
        pages, each = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("freelist_count", "page_size"))
        return int(pages * each)

    def _is_large(self) -> bool:
        return self._bytes() > _LARGE_BYTES

    def _bytes(self) -> int:
        total = 0
        for name in (self._path.name, f"{self._path.name}-wal"):
            with contextlib.suppress(OSError):
                total += self._path.with_name(name).stat().st_size
        return total


class _NotOursError(Exception):
    """The file is another program's, or a newer version's."""


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
