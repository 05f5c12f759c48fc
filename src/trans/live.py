"""How a service that is at work tells how it is: ``.trans/status.json``, a Prometheus textfile, and systemd's watchdog.

Written by the work itself as it gets on, never by a thread beside it: what hangs goes silent. Knows counts and times, no article.
"""

import contextlib
import json
import logging
import math
import os
import shutil
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from trans import owner
from trans.errors import TransError
from trans.notify import Notifier
from trans.store import STATE_FOLDER, write_atomically
from trans.watch_status import State, Status, read_status, status_path

_log = logging.getLogger("trans")

# No more often than anybody looks; when nothing happens, often enough for a watchdog of a minute.
_WRITE_EVERY_S = 1.0
_BEAT_S = 10.0

# Articles that the mean time is taken over.
_RECENT = 50


def alone(out: Path) -> FileLock:
    """Be the one service that writes into ``out``, until the lock that is returned is released or the process ends.

    Two would tell how they are in one file, and each would move what the other reads. Where there can be no lock, as on some
    network drives, nobody is told of the other. Raises ``TransError`` where another process is at work.
    """
    lock = FileLock(out / STATE_FOLDER / "watch.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        who = ""
        with contextlib.suppress(TransError):
            who = f" (process {read_status(out).pid})"
        raise TransError(
            f"Another 'trans watch' writes into {out}{who}",
            "Stop that one first, or give this one an --out of its own.",
        ) from None
    except OSError as error:
        _log.debug("%s is watched for without a lock: %s", out, error)
    return lock


class Live:
    """Keeps the status of a service. ``set`` and ``beat`` may be called from any thread.

    ``prometheus`` is a textfile for the node exporter. ``monotonic`` and ``now`` are clocks.
    """

    def __init__(
        self,
        out: Path,
        folder: str,
        profile: str,
        *,
        prometheus: Path | None = None,
        notify: Notifier | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._out = out
        self._prometheus = prometheus
        self._notify = notify or Notifier()
        self._monotonic = monotonic
        self._now = now
        self._lock = Lock()
        self._status = Status(folder, profile, os.getpid(), owner.current(), started=_iso(now()))
        self._oldest_s: float | None = None
        self._seconds: deque[float] = deque(maxlen=_RECENT)
        self._written_s = self._pinged_s = -_BEAT_S
        self._changed = True
        self._warned = False

    def set(self, state: State, *, queue: int = 0, oldest_s: float | None = None, problem: str = "") -> None:
        """Say what the service is at; ``oldest_s`` is the clock when its oldest unread file was first seen."""
        with self._lock:
            status = replace(self._status, state=state, queue=queue, problem=problem)
            self._changed |= status != self._status
            if state != self._status.state:
                self._written_s = -math.inf  # what comes next may take long: it is written at once
            self._status, self._oldest_s = status, oldest_s
        self.beat()

    def ready(self) -> None:
        """The service works from now on; systemd may start what needs it."""
        self._notify(READY=1)
        self.beat()

    def counted(self, *, written: int = 0, failures: int = 0) -> None:
        """So many articles more are finished."""
        with self._lock:
            status = self._status
            self._status = replace(
                status,
                written=status.written + written,
                failures=status.failures + failures,
                last_success=_iso(self._now()) if written else status.last_success,
            )
            self._changed |= self._status != status
        self.beat()

    def took(self, articles: int, seconds: float) -> None:
        """Articles that were written took so many seconds together."""
        with self._lock:
            self._seconds.extend([seconds / articles] * min(articles, _RECENT) if articles else ())
        self.beat()

    def beat(self) -> None:
        """The work gets on. Writes a new state at once, other changes at most once a second, and something every few seconds."""
        if not self._lock.acquire(blocking=False):
            return  # another thread is at it
        try:
            now_s = self._monotonic()
            if now_s - self._pinged_s >= _WRITE_EVERY_S:
                self._pinged_s = now_s
                self._notify(WATCHDOG=1, STATUS=_line(self._status))
            if now_s - self._written_s >= (_WRITE_EVERY_S if self._changed else _BEAT_S):
                self._write(now_s)
        finally:
            self._lock.release()

    def ending(self) -> None:
        """The service was asked to end, and finishes what is in hand."""
        self._notify(STOPPING=1)

    def ended(self) -> None:
        """The last word."""
        with self._lock:
            self._status = replace(self._status, state="ended")
            self._write(self._monotonic())

    def _write(self, now_s: float) -> None:
        self._written_s = now_s
        self._changed = False
        self._status = status = replace(
            self._status,
            updated=_iso(self._now()),
            oldest_unread_s=None if self._oldest_s is None else round(max(0.0, now_s - self._oldest_s), 1),
            seconds_an_article=round(sum(self._seconds) / len(self._seconds), 3) if self._seconds else None,
            disk_free_bytes=_disk_free(self._out),
        )
        try:
            write_atomically(status_path(self._out), json.dumps(asdict(status), indent=1).encode() + b"\n")
            if self._prometheus:
                from trans.prometheus import write_textfile

                write_textfile(self._prometheus, status)
            self._warned = False
        except OSError as error:
            if not self._warned:
                _log.warning("The service's status can't be written: %s", error)
            self._warned = True


def _line(status: Status) -> str:
    """What ``systemctl status`` shows."""
    counts = f"{status.written} written, {status.failures} failed, {status.queue} to read"
    return f"{status.state}: {status.problem or counts}"


def _disk_free(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _iso(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="seconds")
