"""What can go, and what each kind of it must be able to do. Knows no kind."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

DEAD_S = 3600.0
"""A file that is being written is there for seconds, a staging folder has a lock: what is older was left by a killed process."""


@dataclass(frozen=True, slots=True)
class Litter:
    """One thing that can go: ``what`` it is, in a few words, and its ``name``, by which its sweep knows it."""

    what: str
    name: str
    bytes: int


class SweepError(Exception):
    """One thing could not be removed; the words say why."""


class KeptError(Exception):
    """One thing is needed again since it was found; the words say why."""


class Sweep(Protocol):
    """One kind of litter. ``notes`` are lines on what stays and why; they grow while it works."""

    notes: list[str]

    def find(self) -> Iterator[Litter]:
        """Yield what can go; changes nothing."""

    def remove(self, litter: Litter) -> int:
        """Remove one of what was found, if it still can go; return how many bytes went. Raises ``SweepError``, ``KeptError``."""

    def finish(self) -> None:
        """Whatever follows from what was removed. Raises ``SweepError``, or ``TransError``."""


def tree_bytes(path: Path) -> int:
    """Return the size of the files in a folder; links count for themselves."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118  (there may be very many)
            except OSError:
                continue
    return total


def regular(path: Path) -> os.stat_result | None:
    """Return the status of a regular file that no link leads to; None for anything else."""
    try:
        status = path.lstat()
    except (OSError, ValueError):
        return None
    return status if stat.S_ISREG(status.st_mode) else None
