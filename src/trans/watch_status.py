"""How a hot folder's service stands, as its status file says, and whether that is well. Knows no clock: the time is handed in."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from trans import owner
from trans.errors import TransError
from trans.shapes import checked
from trans.store import STATE_FOLDER

SCHEMA = "trans.status/1"

State = Literal["starting", "idle", "working", "waiting", "ended"]


@dataclass(frozen=True, slots=True)
class Status:
    """How a service stood at ``updated``. Times are ISO 8601 in UTC.

    ``state`` is ``waiting`` where ``problem``, such as a full disk, keeps it from working. ``queue`` are the files to be read
    that are not in work, and ``oldest_unread_s`` how long ago the first of them was first seen. ``written`` and ``failures``
    count articles since ``started``, ``seconds_an_article`` is the mean of the last ones.
    """

    folder: str
    profile: str
    pid: int = 0
    owner: str = ""
    started: str = ""
    updated: str = ""
    state: State = "starting"
    problem: str = ""
    queue: int = 0
    oldest_unread_s: float | None = None
    last_success: str | None = None
    written: int = 0
    failures: int = 0
    seconds_an_article: float | None = None
    disk_free_bytes: int | None = None
    schema: str = field(default=SCHEMA)


def status_path(out: Path) -> Path:
    return out / STATE_FOLDER / "status.json"


def read_status(out: Path) -> Status:
    """Return what the service that writes into ``out`` last said. Raises ``TransError`` where there is no such thing."""
    path = status_path(out)
    try:
        data = json.loads(path.read_bytes())
        if data["schema"] != SCHEMA:
            raise ValueError("it is of another version of trans")
        status = checked(Status(**data))
        if datetime.fromisoformat(status.updated).tzinfo is None:
            raise ValueError("its time has no offset")
        return status
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        reason = "is not there" if isinstance(error, FileNotFoundError) else f"can't be read: {error}"
        raise TransError(
            f"The status file {path} {reason}", "Give the folder that 'trans watch --out' writes."
        ) from error


def stuck(status: Status, now: datetime, max_age_s: float) -> tuple[str, str] | None:
    """Say what is wrong with the service and what to do; None where all is well.

    A beat or an unread file may be ``max_age_s`` old. Of a process on another machine, or in another container, only those tell.
    """
    age_s = (now - datetime.fromisoformat(status.updated)).total_seconds()
    start = "Start it again; what came in meanwhile is read then."
    if status.state == "ended":
        return f"trans watch has ended, {_ago(age_s)}", start
    if not owner.is_alive(status.owner):
        return (
            f"trans watch (process {status.pid}) is gone without having ended; its last word was {_ago(age_s)}",
            start,
        )
    if age_s > max_age_s:
        return (
            f"trans watch (process {status.pid}) was last heard of {_ago(age_s)}, when it was {status.state}",
            "Look at its log, and start it again: nothing that is finished is lost.",
        )
    if status.oldest_unread_s is not None and status.oldest_unread_s + age_s > max_age_s:
        waiting = f"{status.queue} file{'' if status.queue == 1 else 's'} to read"
        because = f": {status.problem}" if status.problem else ""
        return (
            f"{waiting}, the oldest for {status.oldest_unread_s + age_s:,.0f} s{because}",
            "Mend that; it goes on by itself." if because else "It is slower than what comes in: see its log, or wait.",
        )
    return None


def _ago(seconds: float) -> str:
    return f"{seconds:,.0f} s ago"
