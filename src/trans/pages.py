"""The pages of an output folder itself, ``index.html``, ``index/`` and ``digest.*``: written whole, one process at a time, and
never over somebody else's. Knows not what stands in them.
"""

import contextlib
import errno
import logging
from collections.abc import Iterator

from filelock import FileLock, Timeout

from trans.errors import TransError
from trans.locations import Location, is_remote, remote_errors
from trans.remote import RemoteFolder
from trans.store import STATE_FOLDER, birthplace, cannot_write, write_atomically

_log = logging.getLogger("trans")

MARKS = (b'<meta name="generator" content="trans">', b"<!-- made by trans -->")
"""One of them stands at the head of every page made here: a file without is somebody else's, and is left alone."""

# Bytes at a page's begin that hold its head; style and script come before the mark.
_HEAD = 65_536

# Longer than the index of a large folder takes.
_LOCK_S = 30.0


@contextlib.contextmanager
def alone(out: Location) -> Iterator[None]:
    """Hold the index's lock from reading to writing: the last page is never of an older state.

    Where there can be no lock, as in a read-only folder or a store, or it is not given back, go on without; a folder of no run,
    which has no place for it, gets none.
    """
    if is_remote(out) or not (out / STATE_FOLDER).is_dir():
        yield
        return
    lock = FileLock(out / STATE_FOLDER / "index.lock", timeout=_LOCK_S)
    try:
        lock.acquire()
    except (OSError, Timeout) as error:
        _log.debug("the index of %s is made without its lock: %s", out, error)
    try:
        yield
    finally:
        lock.release()


def write_page(path: Location, content: bytes) -> None:
    """Write a page of our own, whole or not at all. Raises ``TransError``, also where another's page has that name."""
    try:
        with remote_errors():
            head = _head(path)
            if head and not is_ours(head):
                raise TransError(
                    f"{path} was not made by trans, and is left alone",
                    "Move it away, or give the briefs an output folder of their own.",
                )
            write_whole(path, content)
    except OSError as error:
        raise cannot_write(path, error) from error


def delete_page(path: Location) -> None:
    """Delete a page of our own. Somebody else's stays, and one that can't be deleted too."""
    with contextlib.suppress(OSError), remote_errors():
        if is_ours(_head(path)):
            path.unlink()


def write_whole(path: Location, content: bytes) -> None:
    """Write a file whole or not at all, and its folder. Raises ``OSError``."""
    if is_remote(path):
        RemoteFolder(path.parent).put(path.name, content)
    else:
        path.parent.mkdir(exist_ok=True)
        # Pages are in the output folder itself or one folder below it.
        states = (folder / STATE_FOLDER for folder in path.parents[:2])
        state = next((state for state in states if state.is_dir()), None)
        write_atomically(path, content, birthplace(path, state) if state else None)


def is_ours(head: bytes) -> bool:
    return any(mark in head for mark in MARKS)


def _head(path: Location) -> bytes:
    """Return the first bytes of a file, none where there is no such file."""
    try:
        if is_remote(path):
            return bytes(path.fs.cat_file(path.path, start=0, end=_HEAD))
        with path.open("rb") as stream:
            return stream.read(_HEAD)
    except FileNotFoundError:
        return b""
    except OSError as error:
        if is_remote(path) and error.errno == errno.EINVAL:  # of an empty object S3 gives no range
            return b""
        raise
