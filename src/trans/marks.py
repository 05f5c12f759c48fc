"""What a process is reading right now, for whoever comes after it should it die of that: before, no attempt is written down.

One small file for a process, in the output folder's state folder, never flushed: a process that dies leaves what it wrote, and a
machine that goes down was not brought down by a reader. It is locked while its process lives: where processes can't see each
other, in containers, a free lock tells. Knows no format, and not who decides about attempts.
"""

import contextlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from trans import owner, scratch
from trans.locations import Location, is_remote
from trans.manifest import Manifest
from trans.record import Record, record_of
from trans.store import STATE_FOLDER

_NAME = "reading-"
_ON, _OFF = b"+", b"-"

# Between machines a lock may be worth nothing (NFS mounted with nolock): so long nobody reads one article.
_STILL_S = 900.0

# Not through a link: it may lead to any file that is ours.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Mark:
    """Says what this process reads into the output folder ``out``. In a remote store there is no such file, and none is left."""

    def __init__(self, out: Location) -> None:
        self._path: Path | None = None
        if not is_remote(out):
            self._path = out / STATE_FOLDER / (_NAME + owner.as_name(owner.current()))
        self._handle: int | None = None

    @contextlib.contextmanager
    def on(self, record: bytes) -> Iterator[None]:
        """What happens in here is the reading of the article, or file of many, that this line tells of."""
        self._write(_ON + record + b"\n")
        try:
            yield
        finally:
            self._write(_OFF)

    def close(self) -> None:
        """Nothing is read any more."""
        handle, self._handle = self._handle, None
        if handle is not None and self._path:
            with contextlib.suppress(OSError):
                os.close(handle)
            with contextlib.suppress(OSError):
                self._path.unlink()

    def _write(self, content: bytes) -> None:
        if self._path is None:
            return
        try:
            if self._handle is None:
                self._handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | _PLAIN, 0o666)
                _lock(self._handle)
            os.pwrite(self._handle, content, 0)
        except OSError:  # a full disk: then a reader's death is not counted, and that is all
            return


def count(out: Location, manifest: Manifest, *, sole: bool) -> None:
    """Write down the attempts of processes that died while they read. ``sole``: those of other machines have died too.

    Raises ``TransError`` when the disk refuses.
    """
    if is_remote(out):
        return
    for path in _marks(out / STATE_FOLDER):
        with _is_left(path, sole=sole) as left:
            if not left:
                continue
            if marked := _marked(path):
                manifest.refresh()
                if record := _counted(manifest.get(marked.id), marked):
                    manifest.append([record])
            with contextlib.suppress(OSError):
                path.unlink()


def _marks(folder: Path) -> list[Path]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        return sorted(Path(entry.path) for entry in entries if entry.name.startswith(_NAME))
    return []


@contextlib.contextmanager
def _is_left(path: Path, *, sole: bool) -> Iterator[bool]:
    """Say whether that file is one of a process that has died; where only its lock tells, nobody else counts it meanwhile."""
    whose = owner.of_name(path.name.removeprefix(_NAME))
    if owner.is_certain(whose):
        yield not owner.is_alive(whose)
        return
    if sole and not owner.is_here(whose):
        yield True
        return
    try:
        status = path.lstat()
    except OSError:  # somebody else counted it
        yield False
        return
    handle = None
    try:
        if stat.S_ISREG(status.st_mode):
            # Over NFS only who may write can lock.
            flags = os.O_RDWR if os.access(path, os.W_OK) else os.O_RDONLY
            with contextlib.suppress(OSError):
                handle = os.open(path, flags | _PLAIN)
        free = None if handle is None else _lock(handle)
        if free is None:
            yield scratch.is_left(whose, status.st_mtime)
        else:
            yield free and (owner.is_of_this_kernel(whose) or time.time() - status.st_mtime > _STILL_S)
    finally:
        if handle is not None:
            os.close(handle)


def _lock(handle: int) -> bool | None:
    """Lock an open file until it is closed; say whether it was free, None where files can't be locked."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _marked(path: Path) -> Record | None:
    """Return what a process was reading when it died; None where it was at something else."""
    try:
        content = path.read_bytes() if path.is_file() else b""  # a pipe would be waited for, for ever
    except OSError:
        return None
    line, _, _ = content.partition(b"\n")
    return record_of(line[1:]) if line.startswith(_ON) else None


def _counted(current: Record | None, marked: Record) -> Record | None:
    """Return the record with that attempt in it; None where it was counted already, or somebody has finished the article since.

    What was published is known from ``current`` alone: the mark tells of what was there when the reading began.
    """
    if current is None:
        return marked
    attempts = marked.attempts
    if current.status == "attempt":
        if current.owner == marked.owner:
            return None
        if _is_same_state(current, marked):
            attempts = max(attempts, current.attempts)
        elif owner.is_alive(current.owner, elsewhere=False):
            return None
    else:
        is_as_before = (current.hashes, current.outputs, current.known) == (marked.hashes, marked.outputs, marked.known)
        if not is_as_before or (current.status == "done" and _is_same_state(current, marked)):
            return None
    return replace(
        marked,
        hashes=current.hashes,
        outputs=current.outputs,
        known=current.known,
        flags=current.flags,
        risk=current.risk,
        worst=current.worst,
        attempts=attempts,
    )


def _is_same_state(one: Record, marked: Record) -> bool:
    """Say whether both tell of the same state of the source. A mark without a time has the content's own digest."""
    if marked.mtime_ns < 0:
        return (one.size, one.sha256) == (marked.size, marked.sha256)
    return (one.size, one.mtime_ns) == (marked.size, marked.mtime_ns)
