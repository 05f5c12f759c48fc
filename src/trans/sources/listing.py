"""What is in a remote folder, by one listing of all that is below it, and what is known of a file without opening it.

Knows nothing of articles. A store has no folders of its own: they are in the names.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from trans.locations import Location, is_remote, remote_errors

if TYPE_CHECKING:
    from upath import UPath

# What stores call the time a file was last written, the surest first; 'created' is memory://'s.
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class File:
    """``size`` in bytes and ``mtime_ns``; -1 where the store doesn't tell."""

    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Folder:
    """Files and folders by name. A store may have one of each under one name."""

    files: dict[str, File] = field(default_factory=dict)
    folders: dict[str, "Folder"] = field(default_factory=dict)


def listing(place: "UPath") -> Folder | File:
    """Return all that is below a remote folder, or, where ``place`` is a file, that file. Raises ``OSError``."""
    with remote_errors():
        store = place.fs
        found = store.find(place.path, detail=True)
        if not found and store.info(place.path)["type"] == "directory":
            return Folder()
    if not found or list(found) == [place.path]:
        return look(place)
    root = Folder()
    start = place.path.rstrip("/") + "/"
    for name, info in found.items():
        *parents, last = name.removeprefix(start).split("/")
        if not last or info.get("type") == "directory":
            continue  # what consoles make where somebody asks for an empty folder
        folder = root
        for parent in parents:
            folder = folder.folders.setdefault(parent, Folder())
        folder.files[last] = _file(info)
    return root


def look(place: Location) -> File:
    """Ask for the size and the time of one file. Raises ``OSError``, for a remote folder too."""
    if not is_remote(place):
        status = place.stat()
        return File(status.st_size, status.st_mtime_ns)
    with remote_errors():
        info = place.fs.info(place.path)
    if info.get("type") == "directory":
        raise IsADirectoryError(f"{place} is a folder")
    return _file(info)


def _file(info: Mapping[str, Any]) -> File:
    size = info.get("size")
    time = next((info[name] for name in _TIMES if info.get(name) is not None), None)
    return File(-1 if size is None else int(size), _nanoseconds(time))


def _nanoseconds(time: datetime | str | float | None) -> int:
    """Return a store's time in nanoseconds since 1970, to the microsecond, which is the most that a store tells."""
    if isinstance(time, str):
        try:
            time = datetime.fromisoformat(time)
        except ValueError:
            time = None
    if isinstance(time, datetime):
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return -1 if time is None else round(time * 1e6) * 1000
