"""How much room disks have left, and whether that is enough to take on work. Knows folders and bytes only."""

import logging
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shutil import _ntuple_diskusage

_log = logging.getLogger("trans")

# What must be free where no floor is named: 1 GB is the briefs of 13,000 articles (docs/operations.md). Of a small disk it is a
# share: there would never be enough.
_FLOOR_BYTES, _FLOOR_SHARE = 1_000_000_000, 0.02

# Beyond the floor before work goes on: at the floor itself it would stop and go with each brief.
_AGAIN = 1.1


class Floor:
    """Watches the disks of some folders. ``min_free_mb`` must be free on each: None is 1 GB, or 2% of a disk where that is less,
    and 0 asks for nothing. ``problem`` says what was found last, "" where there is room.
    """

    def __init__(self, folders: Sequence[Path], min_free_mb: int | None) -> None:
        self._folders = folders
        self._min_free_mb = min_free_mb
        self.problem = ""

    def has_room(self) -> bool:
        """As ``look``; and log once that a disk has no room, and once that all have again."""
        before = self.problem
        if not self.look() and not before:
            _log.error("%s. No work is taken on until there is room", self.problem)
        elif before and not self.problem:
            _log.info("There is room on the disk again")
        return not self.problem

    def look(self) -> bool:
        """Look again, and return whether every disk has room.

        One that can't be looked at has room: who writes there will say what is wrong.
        """
        before, self.problem = self.problem, ""
        for folder in self._folders:
            self.problem = self.problem or self._shortage(folder, _AGAIN if before else 1.0)
        return not self.problem

    def _shortage(self, folder: Path, times: float) -> str:
        disk = _disk(folder) if self._min_free_mb != 0 else None
        if disk is None:
            return ""
        named = self._min_free_mb
        floor = min(_FLOOR_BYTES, int(disk.total * _FLOOR_SHARE)) if named is None else named * 1_000_000
        if disk.free >= floor * times:
            return ""
        return f"The disk of {folder} has {size(disk.free)} free, and run.min_free_mb asks for {size(floor)}"


def free_bytes(folder: Path) -> int | None:
    """Return how much the folder's disk has free; None where nobody knows."""
    disk = _disk(folder)
    return None if disk is None else disk.free


def _disk(folder: Path) -> "_ntuple_diskusage | None":
    """Look at the folder's disk; at that of the nearest folder above, where it is not there yet."""
    for place in (folder, *folder.absolute().parents):
        try:
            return shutil.disk_usage(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
    return None


def size(count: int) -> str:
    """Return bytes as people read them: '12.3 MB'."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= one:
            return f"{count / one:,.1f} {unit}"
    return f"{count} B"
