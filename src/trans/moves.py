"""A hot folder's folders, and finished inputs out of the way: never over another file, never losing one, to another disk too.

Knows nothing of briefs. At any moment the whole file stands under its old name or its new one.
"""

import contextlib
import ctypes
import errno
import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from trans import scratch
from trans.appending import flush_folder
from trans.errors import TransError
from trans.sources import Input
from trans.store import leads_out

_log = logging.getLogger("trans")

# From Linux' fcntl.h and fs.h: a path is taken from the current folder; nothing is replaced.
_AT_FDCWD, _RENAME_NOREPLACE = -100, 1
# What a system or a drive answers that has no such renaming.
_NOT_KNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})


@dataclass(frozen=True, slots=True)
class Places:
    """Where things are: ``done`` and ``failed`` are where inputs are moved to, None where they stay."""

    root: Path
    out: Path
    done: Path | None = None
    failed: Path | None = None

    def check(self) -> None:
        """Raise ``TransError`` for folders that get in each other's way."""
        if not self.root.is_dir():
            raise TransError(
                f"There is no folder '{self.root}'", "Make it, or give the folder that articles arrive in."
            )
        root, out = self.root.resolve(), self.out.resolve()
        if root == out or out in root.parents:
            raise TransError(
                f"The folder '{self.root}' is in the output folder '{self.out}'",
                "Give another --out: output is never input.",
            )
        for option, place in (("--done", self.done), ("--failed", self.failed)):
            real = place.resolve() if place else None
            if real and (real in (root, out) or real in root.parents or out in real.parents):
                raise TransError(
                    f"{option} '{place}' holds the folder that is watched, or lies in the output folder",
                    "Give a folder for finished inputs alone; it may be inside the folder that is watched.",
                )


class Leaving:
    """Finished inputs that wait until their writers have surely left them."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._links = {place: place.is_symlink() for place in (places.done, places.failed) if place}
        self._waiting: dict[str, tuple[Input, Path, float]] = {}
        self._cleared: set[Path] = set()

    def add(self, item: Input, from_s: float | None, *, failed: bool) -> None:
        """Have an input moved from a time on, where it is to be moved. A link stays: it is somebody's own pointer."""
        folder = self._places.failed if failed else self._places.done
        if folder and from_s is not None and item.path.is_file() and not item.path.is_symlink():
            self._waiting[item.id] = (item, folder, from_s)

    def move(self, now_s: float, stands: Callable[[Input], bool]) -> Iterator[Input]:
        """Move those whose time has come and that still stand as they were read; yield each."""
        for item, folder, from_s in list(self._waiting.values()):
            if now_s < from_s:
                continue
            del self._waiting[item.id]
            if not stands(item):
                continue
            try:
                if folder not in self._cleared:
                    self._cleared.add(folder)
                    scratch.clear(folder)
                target = folder / item.local.relative_to(self._places.root)
                # Whoever may write into the watched folder may do so in a folder for finished inputs inside it.
                if leads_out(target.parent, folder) or folder.is_symlink() != self._links[folder]:
                    raise OSError(errno.ELOOP, "a link leads out of that folder")
                place = move(item.local, target, folder)
            except OSError as error:
                _log.warning("%s could not be moved to %s: %s", item.id, folder, error.strerror or error)
                continue
            _log.debug("%s moved to %s", item.id, place)
            yield item


def move(path: Path, target: Path, folder: Path | None = None) -> Path:
    """Move the file ``path`` to ``target``, or to ``NAME.2.EXT`` and so on where that is taken. Return where it is now.

    Folders are made as needed. Copied to another disk it has its temporary file in ``folder``, the one place to look for what a
    kill left, else beside the target. A copy that a kill left whole is the file. Raises ``OSError``; the file is then where it
    was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for place in _names(target):
        try:
            if _is_copy(place, path):
                path.unlink()
            else:
                _put(path, place, folder or place.parent)
        except FileExistsError:
            continue
        return place
    raise AssertionError("names never end")


def _names(target: Path) -> Iterator[Path]:
    yield target
    for number in count(2):
        yield target.with_name(f"{target.stem}.{number}{target.suffix}")


def _put(path: Path, place: Path, folder: Path) -> None:
    try:
        _rename(path, place)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(path, place, folder)
        path.unlink()


def _rename(path: Path, place: Path) -> None:
    """Rename a file, over none: in one step where the system can do that. Raises ``OSError``."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        _reserve_and_rename(path, place)
        return
    if rename(_AT_FDCWD, os.fsencode(path), _AT_FDCWD, os.fsencode(place), _RENAME_NOREPLACE) == 0:
        return
    number = ctypes.get_errno()
    if number not in _NOT_KNOWN:
        raise OSError(number, os.strerror(number), str(path), None, str(place))
    _reserve_and_rename(path, place)


def _reserve_and_rename(path: Path, place: Path) -> None:
    """Rename a file over an empty one of our own; killed between the two, that one stays."""
    place.open("xb").close()  # the name is ours from here on
    try:
        path.replace(place)
    except BaseException:
        # A network drive may say that it failed when it has not: only our own empty file is taken away.
        with contextlib.suppress(OSError):
            if path.exists() and not place.stat().st_size:
                place.unlink()
        raise


def _is_copy(place: Path, path: Path) -> bool:
    """Say whether a file is a copy of the other with its times: killed after it was whole, a move leaves both."""
    try:
        copied, original = place.stat(follow_symlinks=False), path.stat()
    except OSError:
        return False
    alike = (copied.st_mode, copied.st_size, copied.st_mtime_ns) == (
        original.st_mode,
        original.st_size,
        original.st_mtime_ns,
    )
    return alike and not os.path.samestat(copied, original) and _sha256(place) == _sha256(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy(path: Path, place: Path, folder: Path) -> None:
    """Copy a file to another disk, so that it is really there before the old one goes. Raises ``OSError``."""
    disk = place.parent.stat().st_dev
    handle, temporary = scratch.begin(folder if folder.stat().st_dev == disk else place.parent)
    try:
        with os.fdopen(handle, "wb") as copy, path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            shutil.copyfileobj(stream, copy)
            copy.flush()
            os.fsync(copy.fileno())
            copied = copy.tell()
        after = path.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or copied != after.st_size:
            raise OSError(errno.EAGAIN, "it changed while it was copied")
        shutil.copystat(path, temporary)
        _rename(temporary, place)
        flush_folder(place.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
