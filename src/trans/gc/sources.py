"""Is an article's source deleted, or only out of sight? A drive that is not mounted shows an empty folder, none, or another one.

So a file counts as deleted only where the folder that it was found in is there, holds something, and is surely that folder: a
source of ours still stands in it, or a mark. In doubt the answer is no. Knows paths and no brief.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from trans import owner
from trans.moved import MARK, Moves
from trans.record import Record
from trans.sources.paths import names_of

THERE = "there"

# An address in a store, whether or not its library is installed.
_IN_STORE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


@dataclass(slots=True)
class Sources:
    """Answers for one output folder. ``moves`` says where a hot folder's finished inputs went."""

    moves: Moves
    _shows: dict[Path, bool] = field(default_factory=dict)
    _standing: dict[Path, Path] = field(default_factory=dict)

    def look(self, records: Iterable[Record]) -> None:
        """Find a source that is there in each folder of inputs."""
        for record in records:
            root = _root_of(record)
            if root and root not in self._standing and _is_there(path := Path(record.path)):
                self._standing[root] = path

    def why_kept(self, record: Record) -> str:
        """Return why the source of ``record`` does not count as deleted, in a few words; "" where it does."""
        if not record.path:
            return "where their sources are is not known"
        if _IN_STORE.match(record.path):
            return "their sources are in a store, where nobody looked"
        if record.owner and not owner.is_here(record.owner):
            return "their sources are on another machine, or on this one under its name before; look there"
        path = Path(record.path)
        root = _root_of(record)
        if root is None:
            return "their sources were reached through links"
        if not path.is_absolute():
            return "where their sources are is not known"
        if why := self._absence(path, root):
            return why
        if not record.below and not _is_there(top := root / path.relative_to(root).parts[0]) and top != path:
            return f"{top} is not there, and may have been a link: an earlier version did not write that down"
        return self._moved(path, record)

    def _absence(self, path: Path, root: Path) -> str:
        """Return "" where a file is surely gone from the folder ``root``."""
        found = _is_there(path)
        if found is None:
            return f"{path.parent} can't be looked into"
        if found:
            return THERE
        for folder in path.parents:
            is_there = _is_there(folder)
            if is_there is None:
                return f"{folder} can't be looked into"
            if is_there:
                if not self._shows_any(folder) and not _is_there(folder / MARK):
                    return f"{folder} is empty, as when its drive is not mounted; {_IF_MEANT.format(folder / MARK)}"
                if folder != root and root not in folder.parents:
                    break
                return "" if self._is_known(root) else f"{_UNKNOWN.format(root)}; {_IF_MEANT.format(root / MARK)}"
        return f"{root} is not there"

    def _is_known(self, root: Path) -> bool:
        """Say whether the folder at ``root`` is surely the one that is meant."""
        standing = self._standing.get(root)
        if _is_there(root / MARK) or (standing is not None and _is_there(standing)):
            return True
        # Where all inputs are moved out of the way when they are done, one of those folders may lie in it.
        return any(root in folder.parents and _is_there(folder / MARK) for _, folder in self.moves.pairs)

    def _moved(self, path: Path, record: Record) -> str:
        """Return "" where no hot folder has moved the file to a place where it still is."""
        if self.moves.are_unknown:
            return (
                "a hot folder of an earlier version has worked here, which wrote down no moves; start it once"
                " (or .trans/places.json is damaged)"
            )
        if self.moves.were_unknown and not record.below:
            return "an earlier version made them, whose hot folder wrote down no moves"
        folders = list(self.moves.of(path))
        for root, folder in folders:
            target = folder / path.relative_to(root)
            if why := self._absence(target, folder):
                return why
            if self._has_numbered(target):
                return THERE
        # Marked or not: a hot folder that began while the drive was away has marked what lies below it.
        if folders and not any(self._shows_any(folder) for _, folder in folders):
            return f"{folders[0][1]} is empty, as when its drive is not mounted; if that is meant, put any file into it"
        return ""

    def _has_numbered(self, target: Path) -> bool:
        """Say whether ``a.2.txt`` or the like stands where ``a.txt`` would, or may do so."""
        numbered = re.compile(rf"{re.escape(target.stem)}\.\d+{re.escape(target.suffix)}")
        try:
            with os.scandir(target.parent) as entries:
                return any(numbered.fullmatch(entry.name) for entry in entries)
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:
            return True

    def _shows_any(self, folder: Path) -> bool:
        """Say whether a folder holds anything that is not hidden, as what is left at a mount point often is."""
        if folder not in self._shows:
            try:
                with os.scandir(folder) as entries:
                    self._shows[folder] = any(not entry.name.startswith(".") for entry in entries)
            except OSError:
                self._shows[folder] = False
        return self._shows[folder]


_IF_MEANT = "if that is meant, make the file {}"
_UNKNOWN = "none of the sources found in {} is there any more, as when another drive is mounted"


def _root_of(record: Record) -> Path | None:
    """Return the folder of inputs that a source was found in; None where a link led to it. Of an earlier version's a guess."""
    path = Path(record.path)
    count = record.below or names_of(path, record.id)
    return path.parents[count - 1] if 0 < count < len(path.parts) else None


def _is_there(path: Path) -> bool | None:
    """Say whether there is something at ``path``; None where nobody can tell."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return None
    return True
