"""What was decoded before: a SQLite file of raw model outputs, shared by every run of this user.

Knows no article and no check: cleaning, checks and summaries' choice are computed anew each time. The file holds article
text; ``--memory off`` keeps none.
"""

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from trans.errors import TransError
from trans.memory_rows import key_of, packed, unpacked
from trans.models.cache import cache_folder
from trans.translation import Decoding, Translation

_log = logging.getLogger("trans")

# Seconds to wait for another run's write; a write of one batch takes milliseconds.
_BUSY_TIMEOUT_S = 30.0
# Keys in one SELECT: SQLite's default limit of host parameters was 999 for long.
_KEYS_A_QUERY = 500
# A size check costs a query; a window adds far less than this.
_EVICT_TO = 0.9

# What every SQLite file begins with.
_SQLITE = b"SQLite format 3\0"
_HINT = "Choose another file with --memory PATH, or --memory off."

VERSION = 0
"""The file's ``user_version``. Raise it when rows would mean something else: older versions then leave the file alone."""

_COLUMNS = frozenset(("key", "used", "value"))


class _DamagedError(sqlite3.DatabaseError):
    """What SQLite takes for sound is no file that this program can have written."""


def default_path() -> Path:
    """Return where the memory is unless the user names another file. Raises ``TransError`` as ``cache_folder``."""
    return cache_folder() / "memory.sqlite"


class Memory(Protocol):
    """Decodes by (task, fingerprint, decoding) and exact model input."""

    def get(self, task: str, fingerprint: str, decoding: Decoding, texts: Sequence[str]) -> dict[str, Translation]:
        """Return the decodes known of ``texts``, by text."""

    def put(self, task: str, fingerprint: str, decoding: Decoding, decodes: Mapping[str, Translation]) -> None:
        """Keep ``decodes``; they are on disk when this returns."""

    def close(self) -> None:
        """Shrink to the size limit and let go of the file."""


class NoMemory:
    """Remembers nothing."""

    def get(self, task: str, fingerprint: str, decoding: Decoding, texts: Sequence[str]) -> dict[str, Translation]:  # noqa: ARG002
        return {}

    def put(self, task: str, fingerprint: str, decoding: Decoding, decodes: Mapping[str, Translation]) -> None:
        pass

    def close(self) -> None:
        pass


class SqliteMemory:
    """The memory in one SQLite file, safe for several processes and for a kill at any moment.

    It saves work and must never cost any. Damage found at opening sets the file aside as ``NAME.damaged`` and begins a new
    one; damage or a full disk found later turns the memory off for this run with one warning, and so does a default
    file that can't be opened, or is another's. Raises ``TransError`` where a file that the user named can't be opened or is
    another's, a newer version's too: then nothing is written or renamed.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._db: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._writable = True
        # One window asks while another remembers. What damage makes of the file is one step, too.
        self._lock = threading.RLock()
        default = _is_default(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if default:
                _make_private(path)
            if not default and not _may_be_ours(path):
                raise self._foreign()
            try:
                self._db = self._open()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                name = self._set_aside()
                if default:
                    _make_private(path)
                _log.warning("The memory %s was damaged; it was set aside as %s and a new one begun", path, name)
                self._db = self._open()
            self._file = _identity(path)
        except TransError as error:  # another program's, or a newer version's
            if not default:
                raise
            _log.warning("%s; going on without it", error.message)
        except (OSError, sqlite3.Error) as error:
            if not default:
                raise TransError(f"The memory {path} can't be used: {error}", _HINT) from error
            _log.warning("The memory %s can't be used (%s); going on without it", path, error)

    def get(self, task: str, fingerprint: str, decoding: Decoding, texts: Sequence[str]) -> dict[str, Translation]:
        with self._lock:
            return self._get({key_of(task, fingerprint, decoding, text): text for text in texts}, decoding)

    def _get(self, keys: dict[bytes, str], decoding: Decoding) -> dict[str, Translation]:
        found: dict[str, Translation] = {}
        try:
            for key, value in self._rows(list(keys)):
                translation = unpacked(value, decoding)
                if translation is not None and key in keys:
                    found[keys[key]] = translation
        except sqlite3.Error as error:
            self._turn_off(error)
        if found:
            used = int(time.time())
            self._write(
                "UPDATE decodes SET used = ? WHERE key = ?",
                [(used, key) for key, text in keys.items() if text in found],
            )
        return found

    def put(self, task: str, fingerprint: str, decoding: Decoding, decodes: Mapping[str, Translation]) -> None:
        used = int(time.time())
        with self._lock:
            self._write(
                "INSERT OR REPLACE INTO decodes (key, used, value) VALUES (?, ?, ?)",
                [(key_of(task, fingerprint, decoding, text), used, packed(value)) for text, value in decodes.items()],
            )

    def close(self) -> None:
        with self._lock:
            if self._db is None:
                return
            try:
                if self._writable:
                    self._evict(self._db)
                self._db.close()
            except sqlite3.Error as error:
                self._turn_off(error)
            self._db = None

    def _open(self) -> sqlite3.Connection:
        # Used by several threads, one at a time.
        db = sqlite3.connect(self._path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if tables and "decodes" not in tables:
                # In the user's cache folder nobody else's file has that name.
                raise _DamagedError("its table is gone") if _is_default(self._path) else self._foreign()
            if db.execute("PRAGMA user_version").fetchone()[0] > VERSION:
                raise TransError(f"The memory {self._path} is of a newer trans", f"Update trans. {_HINT}")
            columns = {name for _, name, *_ in db.execute("PRAGMA table_info(decodes)")}
            if columns and not columns >= _COLUMNS:
                raise _DamagedError("its table is another one") if _is_default(self._path) else self._foreign()
            db.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only counts before the first table
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")  # in WAL mode a power cut loses the last writes, never the file
            db.execute(
                "CREATE TABLE IF NOT EXISTS decodes (key BLOB PRIMARY KEY, used INTEGER NOT NULL, value TEXT NOT NULL)"
                " WITHOUT ROWID"
            )
            db.execute("CREATE INDEX IF NOT EXISTS decodes_used ON decodes (used)")
        except BaseException:
            db.close()
            raise
        return db

    def _rows(self, keys: list[bytes]) -> Iterator[tuple[bytes, object]]:
        for start in range(0, len(keys), _KEYS_A_QUERY):
            chunk = keys[start : start + _KEYS_A_QUERY]
            if self._db is None:
                return
            marks = ",".join("?" * len(chunk))
            # As bytes: a TEXT that is no UTF-8 would be an error of the whole query.
            yield from self._db.execute(
                f"SELECT key, CAST(value AS BLOB) FROM decodes WHERE key IN ({marks})",  # noqa: S608
                chunk,
            )

    def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        if self._db is None or not self._writable:
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany(statement, rows)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if not isinstance(error, sqlite3.OperationalError):
                self._turn_off(error)
                return
            # A full disk, a file that may only be read, another process that writes on and on: it can still answer.
            self._writable = False
            _log.warning("The memory %s can't be written (%s); going on without it", self._path, error)
            with contextlib.suppress(sqlite3.Error):
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _turn_off(self, error: sqlite3.Error) -> None:
        """Answer nothing more in this run; a damaged file is set aside at once, so that the next run begins a new one."""
        db, self._db = self._db, None
        if db is not None:
            with contextlib.suppress(sqlite3.Error):
                db.close()
        if not _is_damage(error):
            _log.warning("The memory %s can't be used (%s); going on without it", self._path, error)
            return
        try:
            # Another process may have met the same damage and begun a new file.
            done = "set aside as " + self._set_aside() if _identity(self._path) == self._file else "set aside already"
        except OSError as failure:
            done = f"delete it: it can't be set aside ({failure.strerror or failure})"
        _log.warning("The memory %s is damaged (%s); going on without it; %s", self._path, error, done)

    def _set_aside(self) -> str:
        """Rename the file and return its new name. Processes that still have it open go on with it under that name."""
        damaged = self._path.with_name(self._path.name + ".damaged")
        with contextlib.suppress(FileNotFoundError):  # another process was quicker
            self._path.replace(damaged)
        for companion in ("-wal", "-shm"):
            self._path.with_name(self._path.name + companion).unlink(missing_ok=True)
        return damaged.name

    def _foreign(self) -> TransError:
        return TransError(f"{self._path} is not a memory of trans", _HINT)

    def _evict(self, db: sqlite3.Connection) -> None:
        """Drop the least recently used decodes until the file is under its limit."""
        page_size = db.execute("PRAGMA page_size").fetchone()[0]
        while True:
            pages, free = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
            used_bytes = (pages - free) * page_size
            if used_bytes <= self._max_bytes:
                break
            count = db.execute("SELECT count(*) FROM decodes").fetchone()[0]
            surplus = max(1, int(count * (1 - _EVICT_TO * self._max_bytes / used_bytes)))
            deleted = db.execute(
                "DELETE FROM decodes WHERE key IN (SELECT key FROM decodes ORDER BY used, key LIMIT ?)", (surplus,)
            ).rowcount
            if not deleted:
                break
        db.executescript("PRAGMA incremental_vacuum")  # execute() would free a single page


def _is_default(path: Path) -> bool:
    try:
        return path.absolute() == default_path().absolute()
    except TransError:
        return False


def _make_private(path: Path) -> None:
    """Make the file, where there is none, for this user alone: it holds articles. SQLite's other files get the same rights.

    One that a user names elsewhere may be shared on purpose, and has the rights that the user's mask gives.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _may_be_ours(path: Path) -> bool:
    """Return whether a memory may be at ``path``: nothing, an empty file or an SQLite file, damaged or not."""
    if not path.exists():
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) in (b"", _SQLITE)


def _is_damage(error: sqlite3.Error) -> bool:
    if isinstance(error, _DamagedError):
        return True
    # The low byte is the kind of error, the rest details.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_dev, stat.st_ino
