"""What editors wrote about the briefs of an output folder: ``OUT/.trans/review.jsonl``, a line an event, which only ever grows.

Knows lines and whose they are, not what they do to a brief. Nothing in the file is changed or taken out, a line that can't be
read no more than others: it may be a later version's. A kill in mid-write costs the line in the making, which nobody was told of.
"""

import contextlib
import logging
import os
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from trans.appending import append, flush_folder
from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote
from trans.review_events import MAX_LINE_BYTES, Event, cleaned, event_of, events_hash, line_of, problem
from trans.store import STATE_FOLDER, Store, cannot_write, leads_out

NAME = f"{STATE_FOLDER}/review.jsonl"

# An event is written in milliseconds; whoever holds the lock longer hangs, or its disk does.
_LOCK_S = 30.0

# Bytes of a line that no other line ends with: a hash, or what somebody wrote.
_KNOWN_BY = 256

_log = logging.getLogger("trans")


class ReviewLog:
    """The log of an output folder. Threads may share one; several processes may append at once. In a remote store it can only be
    read. Nothing is known before the first ``refresh``.
    """

    def __init__(self, out: Location) -> None:
        self.out = out
        self._store = Store(out)
        self._path: Path | None = None if is_remote(out) else out / NAME
        self._alone = threading.RLock()
        self._forget()

    def refresh(self) -> bool:
        """Read what was appended since; return whether the log is another. Raises ``TransError`` where it is there and can't be
        read: briefs would lose what editors wrote.
        """
        with self._alone:
            before = self._which, len(self._ids)
            if self._path is None:
                self._refresh_whole()
            else:
                self._refresh_end(self._path)
            return before != (self._which, len(self._ids))

    def of(self, *items: str) -> tuple[Event, ...]:
        """Return what was written about an item, in order; of several names of one, about all of them."""
        with self._alone:
            found = sorted(
                (n, event) for item in dict.fromkeys(items) for n, event in self._events.get(item, {}).items()
            )
            return tuple(event for _, event in found)

    def items(self) -> tuple[str, ...]:
        """Return the items that anything was written about."""
        with self._alone:
            return tuple(self._events)

    def hash_of(self, *items: str) -> str:
        """Return the hash of what was written about an item (``events_hash``); an empty text where nothing was."""
        with self._alone:
            if items not in self._hashes:
                self._hashes[items] = events_hash(self.of(*items))
            return self._hashes[items]

    def append(self, event: Event) -> bool:
        """Write an event down, on disk when this returns; return False where one of its id was there already.

        Raises ``TransError`` for an event that makes no sense, and where the disk refuses.
        """
        return bool(self.append_all([event]))

    def append_all(self, events: Iterable[Event]) -> int:
        """As ``append``, for several in one go; return how many were not there yet."""
        path = self._path
        if path is None:
            raise TransError(
                f"What editors write can't be kept in {self.out}",
                "Copy the folder to this machine, review it here, and copy it back.",
            )
        wanted = [_sound(event) for event in events]
        with self._alone, _locked(path, self.out):
            self.refresh()
            new: dict[str, Event] = {}
            for event in wanted:
                if event.id not in self._ids:
                    new.setdefault(event.id, event)
            if new:
                _write(path, b"".join(line_of(event) + b"\n" for event in new.values()))
                self.refresh()
            return len(new)

    def _forget(self) -> None:
        self._events: dict[str, dict[int, Event]] = defaultdict(dict)
        self._ids: set[str] = set()
        self._hashes: dict[tuple[str, ...], str] = {}
        self._which: tuple[int, int] | bytes | None = None
        """Which file was read: another may have been put in its place."""
        self._end = 0
        self._before_end = b""
        """What stands there: a file that was copied over this one has something else."""
        self._lines = 0

    def _refresh_end(self, path: Path) -> None:
        try:
            with open(path, "rb", opener=_no_waiting) as stream:
                status = os.fstat(stream.fileno())
                stream.seek(self._end - len(self._before_end))
                known = stream.read(len(self._before_end)) == self._before_end
                if self._which != (status.st_dev, status.st_ino) or not known:
                    self._forget()
                    self._which = status.st_dev, status.st_ino
                stream.seek(self._end)
                self._read(stream)
        except FileNotFoundError:
            self._forget()
        except OSError as error:
            raise _unreadable(str(path), error.strerror or str(error)) from error

    def _refresh_whole(self) -> None:
        data = self._store.read(NAME) or b""
        if data != self._which:
            self._forget()
            self._which = data
            self._read(BytesIO(data))

    def _read(self, stream: BinaryIO) -> None:
        """Take the lines from here on. What stands without a line's end is taken if it is whole, else left for the next time."""
        bad: list[int] = []
        for line in _lines(stream):
            whole = line.endswith(b"\n")
            event = event_of(line) if line.strip() else None
            if not whole and event is None:
                break
            self._lines += whole
            self._end = stream.tell()
            self._before_end = line[-_KNOWN_BY:]
            if event:
                self._take(event)
            elif line.strip():
                bad.append(self._lines)
        if bad:
            _log.warning(
                "%s: %s can't be read here and %s passed over, the first is line %d. %s in the file.",
                f"{self.out}/{NAME}",
                "a line" if len(bad) == 1 else f"{len(bad):,} lines",
                "is" if len(bad) == 1 else "are",
                bad[0],
                "It stays" if len(bad) == 1 else "They stay",
            )

    def _take(self, event: Event) -> None:
        if event.id in self._ids:
            return
        self._events[event.item][len(self._ids)] = event
        self._ids.add(event.id)
        self._hashes = {items: known for items, known in self._hashes.items() if event.item not in items}


def _sound(event: Event) -> Event:
    event = cleaned(event)
    wrong = problem(event)
    if not wrong and len(line_of(event)) >= MAX_LINE_BYTES:
        wrong = "it is too long"
    if wrong:
        raise TransError(f"This can't be kept: {wrong}", "Mend that, and try again.")
    return event


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield lines with their ends. Of one that is too long only as much as shows that, and its end."""
    while line := stream.readline(MAX_LINE_BYTES + 1):
        rest = end = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES + 1)
            end = (end + rest)[-_KNOWN_BY:]
        yield line if rest is line else line + end


@contextlib.contextmanager
def _locked(path: Path, out: Location) -> Iterator[None]:
    """Hold the log's lock, and see that its folder is there."""
    try:
        if leads_out(path.parent, Path(str(out))):
            raise TransError(
                f"{path.parent} is a link that leads out of the output folder",
                "Put a folder in its place.",
                ExitCode.SOME_FAILED,
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.lock", timeout=_LOCK_S)
        lock.acquire()
    except Timeout as error:
        raise TransError(
            f"{path} is held by another process", "Look which one hangs, and try again.", ExitCode.SOME_FAILED
        ) from error
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield
    finally:
        lock.release()


def _write(path: Path, data: bytes) -> None:
    """What was written before it failed stays, as after a kill."""
    is_new = not path.exists()
    try:
        append(path, data)
    except OSError as error:
        raise cannot_write(path, error) from error
    if is_new:
        flush_folder(path.parent)


def _no_waiting(path: str, flags: int) -> int:
    """Open a file to read. A pipe in its place would be waited for, for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _unreadable(path: str, what: str) -> TransError:
    return TransError(
        f"{path} can't be read: {what}", "Editors' corrections are in it: mend that, or move it away, and run again."
    )
