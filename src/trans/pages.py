"""The pages of an output folder itself, ``index.html`` and ``digest.*``: written whole, one process at a time, and never over
somebody else's. Knows not what stands in them.
"""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from trans.errors import TransError
from trans.store import STATE_FOLDER, cannot_write, write_atomically

_log = logging.getLogger("trans")

MARKS = (b'<meta name="generator" content="trans">', b"<!-- made by trans -->")
"""One of them stands at the head of every page made here: a file without is somebody else's, and is left alone."""

# Bytes at a page's begin that hold its head; style and script come before the mark.
_HEAD = 65_536

# Longer than the index of a large folder takes.
_LOCK_S = 30.0


@contextlib.contextmanager
def alone(out: Path) -> Iterator[None]:
    """Hold the index's lock from reading to writing: the last page is never of an older state.

    Where there can be no lock, as in a read-only folder, or it is not given back, go on without; a folder of no run, which
    has no place for it, gets none.
    """
    if not (out / STATE_FOLDER).is_dir():
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


def write_page(path: Path, content: bytes) -> None:
    """Write a page of our own, whole or not at all. Raises ``TransError``, also where another's page has that name."""
    try:
        with contextlib.suppress(FileNotFoundError), path.open("rb") as stream:
            head = stream.read(_HEAD)
            if head and not any(mark in head for mark in MARKS):
                raise TransError(
                    f"{path} was not made by trans, and is left alone",
                    "Move it away, or give the briefs an output folder of their own.",
                )
        write_atomically(path, content)
    except OSError as error:
        raise cannot_write(path, error) from error
