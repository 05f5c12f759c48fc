"""What a search's index has of each JSON file: a row in ``briefs``, and of a brief its texts, what is shown of it, and what tells
it from others.

Knows the tables; neither when they are brought up to date nor what is looked for in them.
"""

import os
import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime

from trans.index_listing import File
from trans.search_brief import packed, row
from trans.search_database import DamagedError

# Those of which not each may be found: of one article, or of one item.
_VERSIONS = """
SELECT no, file, version FROM briefs JOIN versions USING (no)
WHERE id IN (SELECT id FROM briefs GROUP BY id HAVING count(*) > 1)
  OR item IN (SELECT item FROM briefs GROUP BY item HAVING count(*) > 1)
"""


def changes(db: sqlite3.Connection, briefs: Mapping[str, File]) -> tuple[list[str], list[str]]:
    """Return the files that are new or have changed, and those that are gone."""
    known = {os.fsdecode(file): state for file, state in db.execute("SELECT file, state FROM briefs")}
    return [name for name, file in briefs.items() if known.get(name) != str(file)], [
        name for name in known if name not in briefs
    ]


def forget(db: sqlite3.Connection, name: str) -> None:
    found = db.execute("SELECT no FROM briefs WHERE file = ?", (os.fsencode(name),)).fetchone()
    if found:
        db.execute("DELETE FROM texts WHERE rowid = ?", found)
        db.execute("DELETE FROM shown WHERE no = ?", found)
        db.execute("DELETE FROM versions WHERE no = ?", found)
        db.execute("DELETE FROM briefs WHERE no = ?", found)


def add(db: sqlite3.Connection, name: str, file: File, data: bytes | OSError) -> None:
    """Keep one file; what is wrong with it is its ``reason``, never an exception."""
    reason, kept = "", None
    if isinstance(data, OSError):
        reason = f"it can't be read: {data.strerror or data}"
    else:
        try:
            kept = row(data, _time(file))
        except ValueError as error:
            reason = shown(str(error))
    # One that can't be read now may be readable the next time, though it has not changed.
    state = str(file) if not isinstance(data, OSError) else ""
    values = (os.fsencode(name), state, reason)
    if kept is None:
        db.execute("INSERT INTO briefs (file, state, reason) VALUES (?, ?, ?)", values)
        return
    names = (one.encode("utf-8", "surrogatepass") for one in (kept.told.id, kept.item))
    number = db.execute(
        "INSERT INTO briefs (file, state, reason, id, item, at, day, reviewed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*values, *names, kept.when_s, kept.day, kept.told.reviewed),
    ).lastrowid
    db.execute("INSERT INTO versions (no, version) VALUES (?, ?)", (number, kept.version))
    if kept.arabic is not None:
        db.execute("INSERT INTO texts (rowid, ar, en) VALUES (?, ?, ?)", (number, kept.arabic, kept.english))
        db.execute("INSERT INTO shown (no, told) VALUES (?, ?)", (number, packed(kept)))


def hide(db: sqlite3.Connection) -> None:
    """Note which briefs are not to be found beside others."""
    db.execute("UPDATE briefs SET hidden = 0 WHERE hidden")
    found = db.execute(_VERSIONS).fetchall()
    if not found:
        return
    # It loads as long as a search takes, and is needed for few folders.
    from trans.search_versions import hidden, unpacked

    try:
        numbers = hidden((number, os.fsdecode(file), unpacked(version)) for number, file, version in found)
    except ValueError as error:
        raise DamagedError(str(error)) from error
    db.executemany("UPDATE briefs SET hidden = 1 WHERE no = ?", [(number,) for number in sorted(numbers)])


def _time(file: File) -> datetime:
    """Return when a file was written; 1970 for a time that no calendar has."""
    try:
        return datetime.fromtimestamp(file.mtime_ns // 1_000_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def shown(name: str) -> str:
    """Return a file's name as it is told."""
    return name.encode("utf-8", "backslashreplace").decode()
