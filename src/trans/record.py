"""What is known of one article's brief, as a line of JSON. Pure.

Other versions read the lines too: fields may be added, and what is not known of a line is passed over. Knows not how lines are
kept.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from trans.brief import Hashes
from trans.journal import Entry
from trans.shapes import checked

Status = Literal["attempt", "done", "failed", "gone"]


MAX_KNOWN = 64
"""Hashes of our own files kept for an article: seven formats at nine versions, each edit at the desk being one. Beyond that an
old file of ours, kept under its name while its format was not asked for, is taken for an edited one, and is safe."""


@dataclass(frozen=True, slots=True)
class Record:
    """One article's state.

    ``path``, ``size`` (bytes) and ``mtime_ns`` are the source file's. ``below`` counts the last names of ``path`` that lie below
    the folder of inputs; -1: a link led out of it; 0: not known, as of what version 0.1 wrote. ``attempts`` counts the processes
    that took the article into work since it was last finished, ``owner`` names the last of them, or the one that last found it
    done at this path. ``outputs`` maps a format to (file name, sha256); ``known`` are the sha256 of files this program published,
    or was about to; ``flags`` counts by severity, ``risk`` and ``worst`` are as in ``Outcome``.

    ``item`` is what its publisher calls it, where that is another name than ``id``; ``review`` the hash of what editors wrote
    about it and the brief shows; ``reviewed`` and ``killed`` how the brief stands; ``superseded`` the id of a newer version that
    lies elsewhere. Of a failure ``withdrawn`` says that its publisher took the item back, with the version ``version``.
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
    below: int = 0
    item: str = ""
    review: str = ""
    reviewed: bool = False
    killed: bool = False
    superseded: str = ""
    withdrawn: bool = False
    version: str = ""


_FIELDS = frozenset(item.name for item in fields(Record))
# Told where they are set only: most articles have none of them.
_SELDOM = {
    "item": "",
    "review": "",
    "reviewed": False,
    "killed": False,
    "superseded": "",
    "withdrawn": False,
    "version": "",
}


def line_of(record: Record) -> bytes:
    """Return the line that tells of a record."""
    told = {name: value for name, value in asdict(record).items() if name not in _SELDOM or value != _SELDOM[name]}
    # A path may hold bytes that are no UTF-8; written with a backslash they are JSON's own escapes.
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "backslashreplace")


def record_of(line: bytes) -> Record | None:
    """Return what a line tells; None for what is no line."""
    try:
        return record_from(json.loads(line))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def fold(entries: Iterable[Entry], are_all: bool) -> Iterable[Entry]:
    """Return what counts, an entry an article; of one that is gone only where older lines of it may stand elsewhere."""
    latest: dict[str, Entry] = {}
    for stamp, line in entries:
        record = record_of(line)
        # What a newer version says of an article stays, though nobody here understands it.
        name = record.id if record else name_of(line)
        if name is None or (name in latest and latest[name][0] > stamp):
            continue
        if record and record.status == "gone" and are_all:
            latest.pop(name, None)
        else:
            latest[name] = stamp, line
    return latest.values()


def name_of(line: bytes) -> str | None:
    """Return which article a line is about that is no record of this version; None where it is no line at all."""
    try:
        name = json.loads(line)["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return name if isinstance(name, str) else None


def record_from(data: dict[str, Any]) -> Record:
    """Return what the data of a line tell. Raises ``TypeError`` or ``KeyError`` for others."""
    known = {name: value for name, value in data.items() if name in _FIELDS}
    if made := known.get("hashes"):
        known["hashes"] = Hashes(made["translation"], made["checks"], made["rendering"])
    known["outputs"] = {name: (file, sha) for name, (file, sha) in known.get("outputs", {}).items()}
    known["known"] = tuple(known.get("known", ()))
    return checked(Record(**known))
