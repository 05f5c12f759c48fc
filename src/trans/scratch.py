"""Temporary files that say whose they are: so what a killed process left can be told from what a live one is at.

Knows nothing of what is in them. Whether a process on another machine is alive nobody can tell: its files go when they are old.
So do those of one that seems to be gone from this one, unless it surely is: another machine may have the same name.
"""

import contextlib
import os
import re
import tempfile
import time
from pathlib import Path

from trans import owner

# What another machine's process left: it writes a file in seconds, and clocks differ by less.
_OLD_S = 86_400.0

# What a process left that is only likely to be gone: so long no file is written without a byte being added.
_STILL_S = 600.0

_OURS = re.compile(r"\..*?([0-9]+_[0-9]+\.[0-9]{2}_.*)\.[a-z0-9_]{8}\.tmp", re.DOTALL)


def begin(folder: Path, prefix: str = "") -> tuple[int, Path]:
    """Make a file in ``folder`` that nobody else has; return it open, and its path. Raises ``OSError``."""
    mine = owner.as_name(owner.current())
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{prefix}{mine}.", suffix=".tmp")
    return handle, Path(name)


def clear(folder: Path, prefix: str = "") -> None:
    """Delete what dead processes began in ``folder`` with that prefix. What can't be deleted stays."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(f".{prefix}"):
                with contextlib.suppress(OSError):
                    if is_leftover(entry.name, entry.stat(follow_symlinks=False).st_mtime):
                        Path(entry.path).unlink()


def is_leftover(name: str, written_s: float) -> bool:
    """Say whether a file of that name is one of these, and nobody is at work on it any more."""
    found = _OURS.fullmatch(name)
    return found is not None and is_left(owner.of_name(found[1]), written_s)


def is_left(whose: str, written_s: float) -> bool:
    """Say whether nobody is at work any more on what the process ``whose`` last wrote at that time, in seconds since 1970."""
    still_s = time.time() - written_s
    if owner.is_alive(whose):
        return not owner.is_here(whose) and still_s > _OLD_S
    return owner.is_certain(whose) or still_s > _STILL_S
