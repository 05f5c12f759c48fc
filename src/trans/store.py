"""Files of the output folder: written whole or not at all, never over an editor's own changes.

Knows names and bytes, not what a brief is. What was written is told to the manifest by the caller.
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeVar

from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, what_and_hint
from trans.remote import RemoteFolder, at_once

STATE_FOLDER = ".trans"
"""Folder inside the output folder for what is not a brief."""

_PREPARED = f"{STATE_FOLDER}/prepared"

# What is wrong with one name or one content in a remote store; all else is wrong with the store.
_ONE_NAME = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EMSGSIZE, errno.EILSEQ})
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

    def prepare(self) -> None:
        """Make the folder and see that it can be written, before any work is done. Raises ``TransError``."""
        hint = "Give a folder that you may write to with --out."
        try:
            if self._remote:
                self._remote.put(_PREPARED, b"trans keeps here what is done. This file shows that it may write.\n")
                return
            state = self._folder / STATE_FOLDER
            state.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=state):
                pass
        except OSError as error:
            what, hint = what_and_hint(error, hint)
            raise TransError(f"The output folder {self.out} can't be written: {what}", hint) from error

    def exists(self, name: str) -> bool:
        """Say whether a file that was published is there. In a remote store it is taken to be: to ask takes a request each."""
        try:
            return self._remote is not None or (self._folder / name).is_file()
        except OSError:
            return False

    def read(self, name: str) -> bytes | None:
        """Return the bytes of ``name``, or None where there is no such file. Raises ``TransError`` for a remote store only."""
        if self._remote:
            try:
                return self._remote.get(name)
            except OSError as error:
                raise self._refuses(name, error, "read") from error
        try:
            return (self._folder / name).read_bytes()
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
        """Write ``content`` under ``name``: a temporary file beside it, flushed to disk, then renamed; remotely one put.

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
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as error:
            raise cannot_write(path, error) from error

    def _refuses(self, name: str, error: OSError, to_be: str) -> TransError:
        return _refused(f"{self.out}/{name}", error, to_be, remote=True)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that its name never shows a half-written state, even over a power cut."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o666 & ~_umask())  # mkstemp's 0600 would hide a brief from its editors
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def cannot_write(path: Location, error: OSError) -> TransError:
    """Return what to tell the user; exit code 1, since what was written before stays good."""
    return _refused(str(path), error, "written", remote=is_remote(path))


def _refused(path: str, error: OSError, to_be: str, *, remote: bool) -> TransError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
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


def _candidates(name: str) -> Iterator[str]:
    yield name
    stem, _, extension = name.rpartition(".")
    for number in count(1):
        yield f"{stem}.new{number if number > 1 else ''}.{extension}"
