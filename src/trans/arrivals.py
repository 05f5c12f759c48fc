"""What of a hot folder is to be read, and when: once a file has stopped growing, and again after a failure, but not for ever.

Looks at files' sizes and times and opens none; the clock is handed in.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trans.sources import Input, holds_many

# A file is whole when nothing of it has changed for so long. Writers that pause for longer are caught up with: their file is
# read again once it has grown. The rest of the two seconds from a file's arrival to the index page is for the page.
SETTLE_S = 0.5
# Its writer may still have it open, and what it adds later would go with a file that was moved.
MOVE_AFTER_S = 5.0
# An empty file is one whose writer has yet to flush its first buffer.
SETTLE_EMPTY_S = 10.0
# Until a failed file is tried again: a drive that comes back takes seconds, one that somebody must mend minutes.
_RETRY_S = 10.0
_RETRY_FACTOR = 6


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it stands: bytes, and nanoseconds of its last write and of its last change of any kind, its name's too.

    Where the second is later, the last that happened to it was no write: it was renamed into place, or copied with its times.
    """

    size: int
    mtime_ns: int
    ctime_ns: int


# What can't be looked at. Reading it says why.
UNSEEN = Look(-1, -1, -1)


def look(path: Path) -> Look | None:
    """Return how a file stands, None where it is gone."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return UNSEEN
    return Look(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(slots=True)
class _Waiting:
    """A file to be read: seen first at ``first_s``, as it stands since ``since_s``, to be tried from ``due_s`` on."""

    item: Input
    look: Look
    first_s: float
    since_s: float
    failures: int = 0
    due_s: float = 0.0


class Arrivals:
    """The files of a folder that wait, and those that were dealt with as they stand.

    ``attempts`` is how often a file is tried before it has to change; ``at_once`` takes a file that was renamed into place
    without waiting, which needs times that can be relied on. A new process knows nothing of another's failures: it tries again.
    """

    def __init__(
        self,
        attempts: int,
        *,
        at_once: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempts = attempts
        self._at_once = at_once
        self._monotonic = monotonic
        self._waiting: dict[str, _Waiting] = {}
        self._dealt_with: dict[str, Look] = {}
        self._in_work: frozenset[str] = frozenset()

    @property
    def unread(self) -> int:
        """How many files have not been tried yet and are not in work."""
        return sum(1 for _ in self._unread())

    @property
    def oldest_s(self) -> float | None:
        """When the first of those was first seen, by the clock; None where there is none."""
        return min((one.first_s for one in self._unread()), default=None)

    def _unread(self) -> Iterator[_Waiting]:
        return (one for name, one in self._waiting.items() if not one.failures and name not in self._in_work)

    def work(self, items: Iterable[Input]) -> None:
        """These are in work from now on, and no others."""
        self._in_work = frozenset(item.id for item in items)

    def notice(self, item: Input) -> None:
        """Something may have happened to a file."""
        seen = look(item.local)
        now = self._monotonic()
        if seen is None:
            self.forget(item)
        elif one := self._waiting.get(item.id):
            self._renew(one, seen, now)
        elif self._dealt_with.get(item.id) != seen:
            self._waiting[item.id] = _Waiting(item, seen, now, now)

    def survey(self, items: Iterable[Input]) -> None:
        """These are all the files of the folder."""
        there = set()
        for item in items:
            there.add(item.id)
            self.notice(item)
        self._dealt_with = {name: seen for name, seen in self._dealt_with.items() if name in there}

    def ready(self, most: int) -> list[Input]:
        """Return up to ``most`` files that can be read now, the first seen first; one that changes does not hold up others.

        Of these the files of many come last, the largest at the very end: nobody knows how long they take.
        """
        now = self._monotonic()
        found: list[_Waiting] = []
        for one in list(self._waiting.values()):
            if len(found) == most:
                break
            if now < one.due_s:
                continue
            seen = look(one.item.local)
            if seen is None:
                self.forget(one.item)
                continue
            self._renew(one, seen, now)
            settle_s = SETTLE_S if seen.size else SETTLE_EMPTY_S
            if now - one.since_s >= settle_s or one.failures or self._came_whole(one):
                found.append(one)
        return [one.item for one in sorted(found, key=_work_ahead)]

    def done(self, item: Input) -> float | None:
        """A file was read. Return from when on, by the clock, it may be moved; None where it has changed, and is read again."""
        one = self._waiting.pop(item.id, None)
        if one is None:
            return None
        self._dealt_with[item.id] = one.look
        if not self.stands(item):
            self.notice(item)
            return None
        return one.since_s + (0.0 if self._came_whole(one) else MOVE_AFTER_S)

    def stands(self, item: Input) -> bool:
        """Say whether a file that was dealt with is there and has not changed since."""
        seen = self._dealt_with.get(item.id)
        return seen is not None and seen == look(item.local)

    def is_retry(self, item: Input) -> bool:
        """Say whether a file has failed before, as it stands."""
        one = self._waiting.get(item.id)
        return one is not None and one.failures > 0

    def failed(self, item: Input) -> float | None:
        """A file could not be made a brief of. Return in how many seconds it is tried again; None where it was the last time.

        Then it is to be told as ``done``.
        """
        one = self._waiting.get(item.id)
        if one is None:
            return None
        one.failures += 1
        if one.failures >= self._attempts:
            return None
        wait_s = float(_RETRY_S * _RETRY_FACTOR ** (one.failures - 1))
        one.due_s = self._monotonic() + wait_s
        return wait_s

    def forget(self, item: Input) -> None:
        """A file is gone."""
        self._waiting.pop(item.id, None)
        self._dealt_with.pop(item.id, None)

    def _came_whole(self, one: _Waiting) -> bool:
        return self._at_once and one.look.size > 0 and one.look.ctime_ns > one.look.mtime_ns

    def _renew(self, one: _Waiting, seen: Look, now: float) -> None:
        if seen != one.look:
            one.look, one.since_s, one.failures, one.due_s = seen, now, 0, 0.0


def _work_ahead(one: _Waiting) -> int:
    return max(1, one.look.size) if holds_many(one.item.path) else 0
