"""Where a hot folder's finished inputs went: ``.trans/places.json``, which every ``trans watch`` adds its folders to.

So that an input that was moved out of the way is not taken for one that was deleted. Knows folders, and no single file.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trans.moves import Places
from trans.sources.paths import resolved
from trans.store import STATE_FOLDER, write_atomically
from trans.watch_status import status_path

_log = logging.getLogger("trans")

MARK = ".trans-inputs"
"""A file by which a folder is known again: another drive at its path, or none, does not have it."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Pairs of a watched folder and one that its inputs are moved to.

    ``are_unknown``: what was written down can't be read, or nothing was. ``were_unknown``: nothing was before the first pair.
    """

    pairs: tuple[tuple[Path, Path], ...] = ()
    are_unknown: bool = False
    were_unknown: bool = False

    def of(self, path: Path) -> Iterator[tuple[Path, Path]]:
        """Yield the pairs that a file of the watched folder is a matter of."""
        return ((root, folder) for root, folder in self.pairs if root in path.parents)


@dataclass(frozen=True, slots=True)
class _Noted:
    entries: list[dict[str, Any]]
    unknown: bool


def note_places(places: Places) -> bool:
    """Add a hot folder's places to what is known of its output folder; false, with a warning, where the disk refuses.

    To be called before the hot folder's first status is written: one without places is an earlier version's.
    """
    path = _path(places.out)
    try:
        noted = _read(path)
    except OSError as error:
        _log.warning("%s can't be read: %s", path, error.strerror or error)
        return False
    except ValueError:
        _log.warning("%s is damaged, and left as it is: 'trans gc' keeps every brief", path)
        return True
    noted = noted or _Noted([], status_path(places.out).exists())
    entry = {
        "root": str(resolved(places.root)),
        "to": [str(resolved(folder)) for folder in (places.done, places.failed) if folder],
    }
    if entry in noted.entries:
        return True
    known = {folder for other in noted.entries for folder in other["to"]}
    # Only the first time: where the mark of a folder is missing later, that is another folder.
    for folder in entry["to"]:
        if folder not in known:
            _mark(Path(folder))
    try:
        unknown = {"unknown": True} if noted.unknown else {}
        content = {"places": [*noted.entries, entry], **unknown}
        write_atomically(path, json.dumps(content, indent=1).encode() + b"\n")
    except OSError as error:
        _log.warning("%s can't be written: %s", path, error.strerror or error)
        return False
    return True


def read_moves(out: Path) -> Moves:
    """Return what is known of the hot folders that wrote into ``out``."""
    try:
        noted = _read(_path(out))
    except (OSError, ValueError):
        return Moves(are_unknown=True)
    if noted is None:
        return Moves(are_unknown=status_path(out).exists())
    pairs = tuple((Path(entry["root"]), Path(folder)) for entry in noted.entries for folder in entry["to"])
    return Moves(pairs, were_unknown=noted.unknown)


def _mark(folder: Path) -> None:
    """Make a folder for finished inputs, and the file that it is known by: without it no brief of what is in it goes."""
    mark = folder / MARK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not mark.exists():
            mark.open("xb").close()  # empty: a kill leaves it whole, or not at all
    except OSError as error:
        _log.warning("%s can't be written: %s", mark, error.strerror or error)


def _path(out: Path) -> Path:
    return out / STATE_FOLDER / "places.json"


def _read(path: Path) -> _Noted | None:
    """Return what is noted; None where there is no file. Raises ``OSError`` and ``ValueError`` where it can't be read."""
    try:
        content = json.loads(path.read_bytes())
        entries = list(content["places"])
        if all(isinstance(text, str) for entry in entries for text in (entry["root"], *list(entry["to"]))):
            return _Noted(entries, bool(content.get("unknown")))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("it is damaged") from error
    raise ValueError("it is damaged")
