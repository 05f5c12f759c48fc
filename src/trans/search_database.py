"""An SQLite file that may be deleted at any time: opened, made anew where it is damaged, and in memory where it can't be kept.

Knows what is in the tables of a search's index no further than that they are there.
"""

import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from trans.errors import ExitCode, TransError
from trans.search import BOUNDARY
from trans.store import leads_out

_log = logging.getLogger("trans")

VERSION = 2
"""The file's ``user_version``. Raise it when rows would say something else of the same brief: the file is then made anew."""

# Seconds to wait for another process that is bringing the file up to date: 2,000 briefs from nothing take a third of that.
_BUSY_TIMEOUT_S = 30.0

# A rollback journal, SQLite's default, and not WAL: that needs memory that processes share, which network drives don't have.
# The tokenizer takes what ``search.line_of`` has cut and folded as it is, and parts it at spaces; the text that it keeps is what
# sentences are told apart by.
_SCHEMA = (
    "DROP TABLE IF EXISTS briefs",
    "DROP TABLE IF EXISTS shown",
    "DROP TABLE IF EXISTS versions",
    "DROP TABLE IF EXISTS texts",
    "CREATE TABLE briefs (no INTEGER PRIMARY KEY, file BLOB NOT NULL UNIQUE, state TEXT NOT NULL, id BLOB, at REAL, day TEXT,"
    " reviewed INTEGER, reason TEXT, item BLOB, hidden INTEGER NOT NULL DEFAULT 0)",
    # Apart from what is looked through each time.
    "CREATE TABLE shown (no INTEGER PRIMARY KEY, told BLOB)",
    "CREATE TABLE versions (no INTEGER PRIMARY KEY, version BLOB)",
    "CREATE INDEX briefs_id ON briefs (id)",
    "CREATE INDEX briefs_item ON briefs (item)",
    f"CREATE VIRTUAL TABLE texts USING fts5 (ar, en, tokenize = \"ascii tokenchars '{BOUNDARY}'\")",
    f"PRAGMA user_version = {VERSION}",
)
_TOKENS = "CREATE VIRTUAL TABLE temp.tokens USING fts5vocab (main, texts, row)"

Result = TypeVar("Result")


class DamagedError(sqlite3.DatabaseError):
    """What SQLite takes for sound is nothing that this program has written."""


class Database:
    """The file ``path`` below the folder ``root``. ``note`` says why it is in memory, where it is; ``refill`` brings a new one up
    to date; ``opened`` counts how often it was opened. Not for several threads at once.
    """

    def __init__(self, path: Path, root: Path, refill: Callable[[sqlite3.Connection], None]) -> None:
        self.note = ""
        self.opened = 0
        self._path = path
        self._root = root
        self._refill = refill
        self._db: sqlite3.Connection | None = None

    def close(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            with contextlib.suppress(sqlite3.Error):
                db.close()

    def do(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do ``work``; once more where the file is damaged, with a new one, and where it can't be written, in memory."""
        for last in (False, False, True):  # the file, a new one, memory
            db = self._db or self._connected()
            try:
                return work(db)
            except sqlite3.DatabaseError as error:
                in_memory = bool(self.note)
                self.close()
                if in_memory or last:
                    raise
                self._mend(error)
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            if work != self._refill:
                self.do(self._refill)
        raise AssertionError("the last try returns or raises")

    def _connected(self) -> sqlite3.Connection:
        self.opened += 1
        self.note = self.note or self._obstacle()
        while not self.note:
            try:
                self._db = _opened(self._path)
                return self._db
            except sqlite3.DatabaseError as error:
                self._mend(error)
        self._db = _copied(self._path)
        return self._db

    def _obstacle(self) -> str:
        """Return why the file can't be kept, before it is tried."""
        state = self._path.parent
        try:
            if not state.is_dir():
                return f"there is no folder {state}"
            if leads_out(state, self._root) or self._path.is_symlink():
                return f"a link leads out of {self._root}"
        except OSError as error:
            return f"{state} can't be used: {error.strerror or error}"
        return ""

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        """Make way for a new file, or for none. Raises ``TransError`` where another process is at it."""
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise TransError(
                f"Another process is making the search index of {self._root}",
                "Search again when it is done, in a minute or two.",
                ExitCode.SOME_FAILED,
            ) from error
        if "no such module" in str(error):
            raise TransError("SQLite has no FTS5 here", "Use a Python whose SQLite has it: most have.") from error
        if isinstance(error, DamagedError) or code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            try:
                _delete(self._path)
                _log.debug("%s was damaged (%s) and is made anew", self._path, error)
            except OSError as failure:
                self.note = f"{self._path} is damaged, and can't be deleted: {failure.strerror or failure}"
        else:
            self.note = f"{self._path} can't be written: {error}"


def _opened(path: Path | str) -> sqlite3.Connection:
    # Used by several threads, one at a time.
    db = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        if _version(db) != VERSION:
            db.execute("BEGIN IMMEDIATE")
            for statement in _SCHEMA if _version(db) != VERSION else ():  # another process may just have made it
                db.execute(statement)
            db.execute("COMMIT")
        tables = {name for (name,) in db.execute("SELECT name FROM main.sqlite_master")}
        if not {"briefs", "briefs_id", "briefs_item", "shown", "texts", "versions"} <= tables:
            raise DamagedError("its tables are gone")
        db.execute(_TOKENS)
    except BaseException:
        db.close()
        raise
    return db


def _copied(path: Path) -> sqlite3.Connection:
    """Return the index in memory: what the file has, where that can be read, or an empty one."""
    with contextlib.suppress(sqlite3.Error, OSError):
        if path.is_file() and not path.is_symlink():
            db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            with contextlib.closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True)) as kept:
                if _version(kept) == VERSION:
                    kept.backup(db)
            db.execute("SELECT no FROM briefs JOIN shown USING (no) JOIN texts ON texts.rowid = no LIMIT 1").fetchone()
            db.execute(_TOKENS)
            return db
    return _opened(":memory:")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _delete(path: Path) -> None:
    """Delete the file, and then its journal: SQLite passes over one without a file. Raises ``OSError``."""
    path.unlink(missing_ok=True)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
