"""What killed processes left in an output folder and in the cache: temporary files, half-made conversions, damaged memories.

A name alone proves nothing: its process is dead, its lock is free, or it is older than anybody works on a file.
"""

import contextlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from trans import scratch
from trans.gc.conversions import KEY_PATTERN
from trans.gc.litter import DEAD_S, KeptError, Litter, SweepError, regular, tree_bytes

# Temporary files of version 0.1, which don't say whose they are: as mkstemp names them. One name in sixteen has letters alone, as
# other programs' files have (.autosave.tmp), and stays.
_CHANCE = r"(?=[a-z]*[0-9_])[a-z0-9_]{8}"
_UNNAMED_HERE = re.compile(rf"\.{_CHANCE}\.tmp")
_UNNAMED = re.compile(rf"\.(?:(?:hashes\.json|models\.lock)\.[a-z0-9_]{{8}}(?:\.tmp)?|{_CHANCE}\.tmp)")

_HALF_MADE = re.compile(rf"\.({KEY_PATTERN})\.[a-z0-9_]+")
_STAGING = re.compile(r"\.trans-unpack\.[a-z0-9_]{8}")


class OutputLeftovers:
    """Temporary files below ``out``. No link is followed."""

    def __init__(self, out: Path) -> None:
        self.notes: list[str] = []
        self._out = out

    def find(self) -> Iterator[Litter]:
        for folder, folders, names in os.walk(self._out):
            folders.sort()
            for name in sorted(names):
                path = Path(folder, name)
                if _is_dead_file(path, _UNNAMED_HERE) and (status := regular(path)):
                    yield Litter("temporary file", str(path.relative_to(self._out)), status.st_size)

    def remove(self, litter: Litter) -> int:
        return _unlink(self._out / litter.name)

    def finish(self) -> None:
        pass


class CacheLeftovers:
    """In the cache folder: temporary files, what killed conversions and unpackings left, and beside the memory the damaged ones
    that nobody has looked at since ``cut_s``."""

    def __init__(self, cache: Path, memory: Path | None, cut_s: float) -> None:
        self.notes: list[str] = []
        self._cache = cache
        self._copies = cache / "ctranslate2"
        self._memory = memory
        self._cut_s = cut_s

    def find(self) -> Iterator[Litter]:
        for path in _entries(self._cache):
            if _is_dead_file(path, _UNNAMED) and (status := regular(path)):
                yield Litter("temporary file", str(path), status.st_size)
        if self._memory:
            damaged = re.compile(rf"{re.escape(self._memory.name)}\.damaged[0-9.]*(?:-wal|-shm)?")
            for path in _entries(self._memory.parent):
                status = regular(path)
                if status and damaged.fullmatch(path.name) and status.st_mtime < self._cut_s:
                    yield Litter("damaged memory that was set aside", str(path), status.st_size)
        for path in _entries(self._copies):
            if path.is_symlink() or not path.is_dir():
                continue
            if (_HALF_MADE.fullmatch(path.name) or _STAGING.fullmatch(path.name)) and _is_old(path):
                with self._at_rest(path) as free:
                    if free:
                        yield Litter("half-made conversion", str(path), tree_bytes(path))

    def remove(self, litter: Litter) -> int:
        path = Path(litter.name)
        if not path.is_dir() or path.is_symlink():
            return _unlink(path)
        with self._at_rest(path) as free:
            if not free:
                raise KeptError("is kept: a process is at work on it")
            try:
                shutil.rmtree(path)
            except OSError as error:
                raise SweepError(f"it can't be deleted: {error.strerror or error}") from error
        return litter.bytes

    def finish(self) -> None:
        pass

    @contextlib.contextmanager
    def _at_rest(self, folder: Path) -> Iterator[bool]:
        """Hold the lock under which the folder is filled; false where somebody else has it."""
        found = _HALF_MADE.fullmatch(folder.name)
        lock = FileLock(self._copies / f"{found[1]}.lock" if found else folder / "lock", timeout=0)
        try:
            lock.acquire()
        except (Timeout, OSError):
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def _is_dead_file(path: Path, unnamed: re.Pattern[str]) -> bool:
    try:
        written_s = path.lstat().st_mtime
    except OSError:
        return False
    return scratch.is_leftover(path.name, written_s) or (bool(unnamed.fullmatch(path.name)) and _is_old(path))


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > DEAD_S
    except OSError:
        return False


def _entries(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(Path(entry.path) for entry in entries)
    except OSError:
        return []


def _unlink(path: Path) -> int:
    status = regular(path)
    if status is None:
        return 0
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise SweepError(f"it can't be deleted: {error.strerror or error}") from error
    return status.st_size
