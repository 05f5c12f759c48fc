"""Files of the output folder: written whole or not at all, never over an editor's own changes.

Knows names and bytes, not what a brief is. What was written is told to the manifest by the caller.
"""

import contextlib
import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path, PurePosixPath
from typing import TypeVar

from trans import scratch
from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, what_and_hint
from trans.remote import RemoteFolder, at_once

STATE_FOLDER = ".trans"
"""Folder inside the output folder for what is not a brief."""

_PREPARED = f"{STATE_FOLDER}/prepared"

# What is wrong with one name or one content in a remote store; all else is wrong with the store.
_ONE_NAME = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EMSGSIZE, errno.EILSEQ})
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NAME_ERRORS = (FileExistsError, IsADirectoryError, NotADirectoryError)

Item = TypeVar("Item")
Result = TypeVar("Result")


class UnwritableError(TransError):
    """One name that can't be written, where others can: too long, a folder of that name, no permission."""


@dataclass(frozen=True, slots=True)
class Written:
    """One published file: its name relative to the output folder, and whether it stands beside an edited one."""

    name: str
    sha256: str
    edited: str | None = None
    """The name of the hand-edited file that was left alone, where there is one."""
    is_there: bool = False
    """Whether that very content stood there already."""


class Store:
    """An output folder, on this machine or in a remote store."""

    def __init__(self, out: Location) -> None:
        self.out = out
        self._remote: RemoteFolder | None = None
        if is_remote(out):
            self._remote = RemoteFolder(out)
        else:
            self._folder = out
        self._is_empty: bool | None = None
        self._cleared: set[Path] = set()

    def prepare(self) -> None:
        """Make the folder and see that it can be written, before any work is done. Raises ``TransError``."""
        hint = "Give a folder that you may write to with --out."
        try:
            if self._remote:
                self._remote.put(_PREPARED, b"trans keeps here what is done. This file shows that it may write.\n")
                return
            state = self._folder / STATE_FOLDER
            if leads_out(state, self._folder):
                raise TransError(
                    f"{state} is a link that leads out of the output folder",
                    "Put a folder in its place; what is in it is made anew.",
                )
            state.mkdir(parents=True, exist_ok=True)
            scratch.clear(state)
            handle, probe = scratch.begin(state)
            os.close(handle)
            probe.unlink()
        except OSError as error:
            if error.errno in _FULL:
                raise cannot_write(self.out, error) from error
            what, hint = what_and_hint(error, hint)
            raise TransError(f"The output folder {self.out} can't be written: {what}", hint) from error

    def exists(self, name: str) -> bool:
        """Say whether a file that was published is there. In a remote store it is taken to be: to ask takes a request each."""
        if self._remote:
            return True
        beside = next(islice(_candidates(name), 1, None))
        try:
            # Where something else has its name, a folder say, it is beside that.
            return (self._folder / name).is_file() or (
                os.path.lexists(self._folder / name) and (self._folder / beside).is_file()
            )
        except OSError:
            return False

    def read(self, name: str) -> bytes | None:
        """Return the bytes of ``name``, or None where there is no such file. Raises ``TransError`` for a remote store only."""
        if self._remote:
            try:
                return self._remote.get(name)
            except OSError as error:
                raise self._refuses(name, error, "read") from error
        path = self._folder / name
        try:
            # A pipe would be waited for, for ever.
            return path.read_bytes() if path.is_file() else None
        except OSError:
            return None

    def is_empty(self) -> bool:
        """Say whether a remote store surely held no brief when this was first asked."""
        if self._remote and self._is_empty is None:
            try:
                self._is_empty = not set(self._remote.entries()) - {STATE_FOLDER}
            except OSError as error:
                raise self._refuses("", error, "read") from error
        return bool(self._is_empty)

    def each(self, work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
        """Do ``work``, which reads or writes files, for the items; yield what it returns, in order.

        On this machine one after another, in a remote store several at once: each waits for its answers most of the time.
        """
        return at_once(work, items) if self._remote else map(work, items)

    def place(self, names: Mapping[str, bytes], known: Iterable[str]) -> dict[str, Written]:
        """Return where each of ``names`` (name -> content) is to be published.

        A file whose sha256 is neither the content's nor among ``known`` (what this program wrote before) was edited by hand:
        the content then goes to ``NAME.new.EXT`` beside it, or ``NAME.new2.EXT`` where that was edited too.
        """
        ours = set(known)
        placed = {}
        for name, content in names.items():
            sha = sha256(content)
            for free in _candidates(name):
                stands = self._stands(free)
                if stands is None or stands in (sha, *ours):
                    break
            placed[name] = Written(free, sha, edited=name if free != name else None, is_there=stands == sha)
        return placed

    def _stands(self, name: str) -> str | None:
        """Return the sha256 of what stands under a name: None for nothing, an empty text for what can't be read."""
        existing = self.read(name)
        if existing is not None:
            return sha256(existing)
        return "" if self._remote is None and os.path.lexists(self._folder / name) else None

    def publish(self, name: str, content: bytes) -> None:
        """Write ``content`` under ``name``: a temporary file, flushed to disk, then renamed; remotely one put.

        Raises ``UnwritableError`` when this one name can't be written, ``TransError`` when the disk is full or read-only.
        """
        if self._remote:
            try:
                self._remote.put(name, content)
            except OSError as error:
                raise self._refuses(name, error, "written") from error
            return
        path = self._folder / name
        if self.read(name) == content:
            return
        try:
            if leads_out(path.parent, self._folder):
                raise UnwritableError(
                    f"{path} can't be written: a link leads out of the output folder",
                    f"Put a folder in the link's place; {self.out} itself may be a link.",
                    ExitCode.SOME_FAILED,
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            begun_in = birthplace(path, self._folder / STATE_FOLDER)
            if begun_in == path.parent not in self._cleared:
                self._cleared.add(path.parent)
                scratch.clear(path.parent)
            write_atomically(path, content, begun_in)
        except OSError as error:
            raise cannot_write(path, error) from error
        except RecursionError as error:  # mkdir goes up folder by folder
            raise cannot_write(path, OSError(errno.ENAMETOOLONG, "its folders are nested too deeply")) from error

    def remove(self, name: str, ours: Iterable[str]) -> bool:
        """Delete a file whose sha256 is among ``ours``; one that was edited by hand, or can't be deleted, stays. Return whether
        it is gone.
        """
        content = self.read(name)
        if content is None or sha256(content) not in set(ours):
            return content is None
        try:
            if self._remote:
                self._remote.delete([name])
            else:
                (self._folder / name).unlink(missing_ok=True)
        except OSError:
            return False
        if not self._remote:
            with contextlib.suppress(OSError):  # not empty: the end of it
                for folder in PurePosixPath(name).parents[:-1]:
                    (self._folder / folder).rmdir()
        return True

    def _refuses(self, name: str, error: OSError, to_be: str) -> TransError:
        return _refused(f"{self.out}/{name}", error, to_be, remote=True)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def leads_out(folder: Path, root: Path) -> bool:
    """Say whether ``folder``, by its name below ``root`` or in it, is really elsewhere. Raises ``OSError``.

    Whoever may make links in an output folder could have files written wherever we may write.
    """
    try:
        return not folder.resolve().is_relative_to(root.resolve())
    except RuntimeError as error:  # of Python before 3.13
        raise OSError(errno.ELOOP, "a link leads to itself") from error


def write_atomically(path: Path, content: bytes, folder: Path | None = None) -> None:
    """Write a file so that its name never shows a half-written state, even over a power cut.

    The temporary file is in ``folder``, on the same disk, else beside the file; what a kill leaves is there (``scratch.clear``).
    """
    handle, temporary = scratch.begin(folder or path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.chmod(0o666 & ~_umask())  # mkstemp's 0600 would hide a brief from its editors
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if folder and isinstance(error, OSError) and error.errno == errno.EXDEV:
            write_atomically(path, content)
            return
        raise


def birthplace(path: Path, folder: Path) -> Path:
    """Return ``folder`` where a file that is made in it and renamed is as if made in its own folder; else that one."""
    try:
        return folder if _gives(folder) == _gives(path.parent) else path.parent
    except OSError:
        return path.parent


def _gives(folder: Path) -> tuple[int, int, int, bytes]:
    """Return what a folder gives its new files: disk, group, whether they get that, default ACL. Raises ``OSError``."""
    status = folder.stat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    rights = b""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # most have none, and many disks know none
            rights = os.getxattr(folder, "system.posix_acl_default")
    return status.st_dev, status.st_gid, status.st_mode & stat.S_ISGID, rights


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def cannot_write(path: Location, error: OSError) -> TransError:
    """Return what to tell the user; exit code 1, since what was written before stays good."""
    return _refused(str(path), error, "written", remote=is_remote(path))


def _refused(path: str, error: OSError, to_be: str, *, remote: bool) -> TransError:
    full = error.errno in _FULL
    hint = "Mend that and run again: finished briefs are kept."
    if full:
        what, hint = "the disk is full", "Free some space and run again: finished briefs are kept."
    elif remote:
        what, hint = what_and_hint(error, hint)
    else:
        what = error.strerror or str(error)
    if remote:
        of_one = error.errno in _ONE_NAME or isinstance(error, _NAME_ERRORS)
    else:
        of_one = not full and error.errno not in (errno.EROFS, errno.EIO)
    kind = UnwritableError if of_one else TransError
    return kind(f"{path} can't be {to_be}: {what}", hint, ExitCode.SOME_FAILED)


def beside(name: str, count: int) -> Iterator[str]:
    """Yield the names under which a file is published: its own, and so many beside ones that were edited by hand."""
    return islice(_candidates(name), 1 + count)


def _candidates(name: str) -> Iterator[str]:
    yield name
    stem, _, extension = name.rpartition(".")
    for number in count(1):
        yield f"{stem}.new{number if number > 1 else ''}.{extension}"
