"""Files of the output folder: written whole or not at all, never over an editor's own changes.

Knows names and bytes, not what a brief is. What was written is told to the manifest by the caller.
"""

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from trans.errors import ExitCode, TransError

STATE_FOLDER = ".trans"
"""Folder inside the output folder for what is not a brief."""


class UnwritableError(TransError):
    """One name that can't be written, where others can: too long, a folder of that name, no permission."""


@dataclass(frozen=True, slots=True)
class Written:
    """One published file: its name relative to the output folder, and whether it stands beside an edited one."""

    name: str
    sha256: str
    edited: str | None = None
    """The name of the hand-edited file that was left alone, where there is one."""


class Store:
    """An output folder."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def prepare(self) -> None:
        """Make the folder and see that it can be written, before any work is done. Raises ``TransError``."""
        try:
            (self.out / STATE_FOLDER).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.out / STATE_FOLDER):
                pass
        except OSError as error:
            raise TransError(
                f"The output folder {self.out} can't be written: {error.strerror or error}",
                "Give a folder that you may write to with --out.",
            ) from error

    def exists(self, name: str) -> bool:
        try:
            return (self.out / name).is_file()
        except OSError:
            return False

    def read(self, name: str) -> bytes | None:
        """Return the bytes of ``name``, or None where there is no such file."""
        try:
            return (self.out / name).read_bytes()
        except OSError:
            return None

    def place(self, names: Mapping[str, bytes], known: Iterable[str]) -> dict[str, Written]:
        """Return where each of ``names`` (name -> content) is to be published.

        A file whose sha256 is neither the content's nor among ``known`` (what this program wrote before) was edited by hand:
        the content then goes to ``NAME.new.EXT`` beside it, or ``NAME.new2.EXT`` where that was edited too.
        """
        ours = set(known)
        placed = {}
        for name, content in names.items():
            sha = sha256(content)
            free = next(candidate for candidate in _candidates(name) if self._is_ours(candidate, ours | {sha}))
            placed[name] = Written(free, sha, edited=name if free != name else None)
        return placed

    def _is_ours(self, name: str, shas: set[str]) -> bool:
        if not os.path.lexists(self.out / name):
            return True
        existing = self.read(name)
        return existing is not None and sha256(existing) in shas

    def publish(self, name: str, content: bytes) -> None:
        """Write ``content`` under ``name``: a temporary file beside it, flushed to disk, then renamed.

        Raises ``UnwritableError`` when this one name can't be written, ``TransError`` when the disk is full or read-only.
        """
        path = self.out / name
        if self.read(name) == content:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as error:
            raise cannot_write(path, error) from error


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


def cannot_write(path: Path, error: OSError) -> TransError:
    """Return what to tell the user; exit code 1, since what was written before stays good."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    what = "the disk is full" if full else (error.strerror or str(error))
    hint = "Free some space and run again" if full else "Mend that and run again"
    kind = TransError if full or error.errno in (errno.EROFS, errno.EIO) else UnwritableError
    return kind(f"{path} can't be written: {what}", f"{hint}: finished briefs are kept.", ExitCode.SOME_FAILED)


def _candidates(name: str) -> Iterator[str]:
    yield name
    stem, _, extension = name.rpartition(".")
    for number in count(1):
        yield f"{stem}.new{number if number > 1 else ''}.{extension}"
