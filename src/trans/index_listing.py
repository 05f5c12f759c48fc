"""The files of an output folder, with the sizes and times by which a change is seen, and their bytes: on disk and in a store.

A store answers slowly and many at once: there it is one listing, and then only what is asked for. Knows not what the files hold.
"""

import contextlib
import errno
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trans.errors import TransError
from trans.locations import Location, is_remote, remote_errors, what_and_hint
from trans.remote import RemoteFolder, at_once

if TYPE_CHECKING:
    from upath import UPath

_log = logging.getLogger("trans")

PAGES = (".html", ".md", ".json")
"""What a reader may open of a brief, the best first. Other files are not listed."""

# Where the listings of fsspec's file systems have the time of a change: s3, abfs, gs, local and sftp, memory.
_TIMES = ("LastModified", "last_modified", "updated", "mtime", "created")

_HINT = "Give the folder that 'trans run --out' wrote."


@dataclass(frozen=True, slots=True)
class File:
    """Tells one state of a file from another. ``tag`` is a store's own mark of the content: its times may be whole seconds."""

    size: int
    mtime_ns: int
    tag: str = ""

    def __str__(self) -> str:
        return f"{self.size} {self.mtime_ns} {self.tag}"


def listing(out: Location, extensions: tuple[str, ...] = PAGES) -> dict[str, File]:
    """Return the files below ``out`` by their POSIX names, without hidden ones and hidden folders, in a stable order: those with
    one of the ``extensions``.

    Raises ``TransError`` where the folder can't be read.
    """
    found = _in_store(out, extensions) if is_remote(out) else _on_disk(Path(out), extensions)
    return dict(sorted(found))


def contents(out: Location, names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
    """Yield the bytes of each file, or why they can't be had; few at a time are in memory."""
    if is_remote(out):
        yield from _from_store(out, names)
        return
    for name in names:
        try:
            yield name, (out / name).read_bytes()
        except OSError as error:
            yield name, error


def _on_disk(out: Path, extensions: tuple[str, ...]) -> Iterator[tuple[str, File]]:
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(out / folder) as entries:
                for item in entries:
                    name = f"{folder}/{item.name}" if folder else item.name
                    if item.name.startswith("."):
                        continue
                    if item.is_dir(follow_symlinks=False):
                        folders.append(name)
                    elif name.endswith(extensions):
                        with contextlib.suppress(OSError):  # gone since, or a link to nothing
                            if item.is_file():  # a pipe would be waited for
                                status = item.stat()
                                yield name, File(status.st_size, status.st_mtime_ns)
        except OSError as error:
            if not folder:
                raise TransError(f"{out} can't be read: {error.strerror or error}", _HINT) from error
            _log.warning("%s can't be read: %s", out / folder, error.strerror or error)


def _in_store(out: "UPath", extensions: tuple[str, ...]) -> Iterator[tuple[str, File]]:
    root = out.path.strip("/")
    try:
        with remote_errors():
            found: dict[str, dict[str, Any]] = out.fs.find(out.path, detail=True)
    except OSError as error:
        what, hint = what_and_hint(error, _HINT)
        raise TransError(f"{out} can't be read: {what}", hint) from error
    for path, about in found.items():
        name = path.strip("/").removeprefix(f"{root}/")
        if name.endswith(extensions) and not any(part.startswith(".") for part in name.split("/")):
            yield name, File(about.get("size") or 0, _time_ns(about), str(about.get("ETag") or about.get("etag") or ""))


def _from_store(out: "UPath", names: Iterable[str]) -> Iterator[tuple[str, bytes | OSError]]:
    folder = RemoteFolder(out)

    def read(name: str) -> tuple[str, bytes | OSError]:
        try:
            found = folder.get(name)
        except OSError as error:
            return name, error
        return name, FileNotFoundError(errno.ENOENT, "it is gone") if found is None else found

    return at_once(read, names)


def _time_ns(about: Mapping[str, Any]) -> int:
    """Return the time of the last change, in whole nanoseconds since 1970; 0 where a store doesn't tell it."""
    time = next((about[key] for key in _TIMES if about.get(key)), 0)
    with contextlib.suppress(ValueError):
        time = datetime.fromisoformat(time) if isinstance(time, str) else time
    if isinstance(time, datetime):
        time = (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    return round(time * 1e6) * 1000 if isinstance(time, int | float) else 0
