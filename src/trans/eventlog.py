"""``--log-json``: one event a line, for machines. Holds paths, counts and times, never article text.

The file is turned over at a size, ``FILE`` to ``FILE.1`` and so on. Several processes may write one log: each looks before a line
whether the name still leads to the file that it has open, and one of them turns it over, under a lock on that very file. A line
that another has just begun then stands in ``FILE.1``: none is lost, and none is cut. What another program turns over is its.
"""

import contextlib
import json
import logging
import os
import re
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Any, Self

from trans.errors import TransError
from trans.outcome import Decoded, Event
from trans.plainly import json_line

_log = logging.getLogger("trans")

KEPT_LOGS = 5
"""Older files beside the one that is written: what logrotate's own examples keep."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0)


class EventLog:
    """Appends events to a file; ``None`` keeps no log. Raises ``TransError`` where the file can't be opened.

    A regular file is turned over before it would grow over ``max_bytes``; 0 never does. A pipe, a device or a link, such as
    ``/dev/stdout``, is only written to. Where it can't be written later, a full disk say, the log ends with a warning and the
    run goes on.
    """

    def __init__(self, path: Path | None, max_bytes: int = 0) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._is_anothers = False
        self._guard = Lock()
        self._handle: int | None = None
        if path:
            try:
                self._handle = os.open(path, _FLAGS, 0o666)
            except OSError as error:
                raise TransError(
                    f"The log file {path} can't be written: {error.strerror or error}",
                    "Give another file with --log-json.",
                ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            try:
                os.close(handle)
            except OSError as failure:
                self._give_up(failure)

    def write(self, event: str, **fields: Any) -> None:
        """Add one line: the time (seconds since 1970), the event's name and its fields."""
        if self._handle is None:
            return
        text = json_line(json.dumps({"time": round(time.time(), 3), "event": event, **fields}, ensure_ascii=False))
        # A file's name may hold bytes that are no UTF-8; written with a backslash they are JSON's own escapes.
        line = text.encode("utf-8", "backslashreplace") + b"\n"
        with self._guard:
            try:
                self._append(line)
            except OSError as error:
                self._give_up(error)

    def __call__(self, event: Event) -> None:
        if isinstance(event, Decoded):
            return  # hundreds a second; the closing event has the sum
        # What the worst flag says quotes the article; the brief and the index have it.
        self.write(
            event.status,
            id=event.id,
            reason=event.reason,
            files=[file.name for file in event.files],
            edited=[file.edited for file in event.files if file.edited],
            flags=event.flags,
            risk=event.risk,
        )

    def _append(self, line: bytes) -> None:
        if self._handle is None or self._path is None:
            return
        if self._turns():
            self._follow()
            status = os.fstat(self._handle)
            if not self._is_anothers and status.st_size and status.st_size + len(line) > self._max_bytes:
                self._turn_over()
        left = line
        while left:  # a pipe may take less; a file takes it at once, so that lines of several processes never mix
            left = left[os.write(self._handle, left) :]

    def _turns(self) -> bool:
        """Whether the log is a file of its own that may be turned over: what a link leads to is somebody else's."""
        if not self._max_bytes or sys.platform == "win32" or self._handle is None or self._path is None:
            return False
        if not stat.S_ISREG(os.fstat(self._handle).st_mode):
            return False
        try:
            return stat.S_ISREG(self._path.lstat().st_mode)
        except OSError:
            return True  # it was moved away: a new one is begun

    def _follow(self) -> None:
        """Open the file that the name leads to now, where that is another one: another process has turned it over."""
        if self._handle is None or self._path is None or self._is_ours():
            return
        mode = stat.S_IMODE(os.fstat(self._handle).st_mode)
        there = self._path.exists()
        handle = os.open(self._path, _FLAGS, mode)
        if not there:
            with contextlib.suppress(OSError):  # whoever may read the old file may read the new one
                os.fchmod(handle, mode)
        os.close(self._handle)
        self._handle = handle

    def _is_ours(self) -> bool:
        if self._handle is None or self._path is None:
            return False
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._handle))
        except FileNotFoundError:
            return False

    def _turn_over(self) -> None:
        """Move the files on by one, unless another process has just done it, and begin a new one."""
        if self._handle is None or self._path is None:
            return
        try:
            with _locked(self._handle):
                if found := _of_another(self._path):
                    self._is_anothers = True
                    _log.warning(
                        "The log file %s is turned over by another program, as %s shows; trans leaves that to it",
                        self._path,
                        found,
                    )
                elif self._is_ours():
                    for number in range(KEPT_LOGS - 1, 0, -1):
                        with contextlib.suppress(FileNotFoundError):
                            _numbered(self._path, number).replace(_numbered(self._path, number + 1))
                    self._path.replace(_numbered(self._path, 1))
        except OSError as error:
            self._max_bytes = 0
            _log.warning(
                "The log file %s can't be turned over (%s); it goes on growing", self._path, error.strerror or error
            )
            return
        self._follow()

    def _give_up(self, error: OSError) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                os.close(handle)
        _log.warning("The log file %s can't be written (%s); going on without it", self._path, error.strerror or error)


def _of_another(path: Path) -> str:
    """Return the name of an older file that another program has made, logrotate say: packed, or beyond those kept here."""
    older = re.compile(rf"{re.escape(path.name)}\.(\d+)(\..+)?")
    with os.scandir(path.parent) as entries:
        for entry in entries:
            if (found := older.fullmatch(entry.name)) and (found[2] or int(found[1]) > KEPT_LOGS):
                return entry.name
    return ""


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


@contextlib.contextmanager
def _locked(handle: int) -> Iterator[None]:
    """Hold the lock of an open file; processes that have the same one open wait for each other. Raises ``OSError``."""
    if sys.platform == "win32":
        yield  # there an open file can't be renamed, and nothing is turned over
        return
    import fcntl

    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(handle, fcntl.LOCK_UN)
