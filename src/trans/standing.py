"""How an input stands on its disk or in its store: size, time, content, and whether it is there at all. Knows no brief."""

import errno
import time
from pathlib import Path

from trans.errors import TransError
from trans.jobs import Offer
from trans.locations import Location, is_remote, location, remote_errors
from trans.sources import Input, look
from trans.store import sha256

# FAT, of all disks' clocks, has the coarsest: 2 s.
_SETTLED_NS = 2_000_000_000


def stat_of(item: Input) -> tuple[int, int]:
    """Return size in bytes and modification time in nanoseconds; -1 where the file can't be looked at (reading will say why)."""
    try:
        status = item if item.size >= 0 else look(item.path)
    except OSError:
        return -1, -1
    return status.size, status.mtime_ns


def settled(offer: Offer) -> int:
    """Return the time that tells this state of a file from the next one; -1 for none, where only reading it does.

    A file that was written a moment ago may be written once more within the same tick of its disk's clock. Of a store's objects
    it isn't asked: reading each once more costs a request.
    """
    if is_remote(offer.path) or offer.mtime_ns < time.time_ns() - _SETTLED_NS:
        return offer.mtime_ns
    return -1


def content_sha256(path: Location) -> str:
    """Return the digest of a file's bytes. Raises ``OSError``."""
    with remote_errors():
        if not is_remote(path) and not path.is_file():
            raise OSError(errno.EINVAL, "no regular file")  # a pipe would be waited for, for ever
        return sha256(path.read_bytes())


def exists(path: str) -> bool:
    """Say whether there is something at a path or address that a record has."""
    try:
        place = location(path)
        if not is_remote(place):
            return place.exists()
        look(place)
    except (OSError, TransError):  # a store that can't be reached any more has nothing that could be mixed up
        return False
    return True


def same_file(one: str, other: str) -> bool:
    """Say whether two paths of records lead to one file."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return False
