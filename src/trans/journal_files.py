"""A manifest's lines in files of a folder on this machine, or on a disk that machines share: appended under a lock.

Knows nothing of what is in a line.
"""

import contextlib
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from filelock import FileLock

from trans.appending import append as _append
from trans.journal import COMMON, SHARD, Entry, Fold
from trans.shards import Shard
from trans.store import write_atomically

_log = logging.getLogger("trans")


class FileJournal:
    """``manifest.jsonl``, and for each shard ``manifest-3-of-16.jsonl``: all stamps are equal, and the order of lines counts.

    The common file's lock is held while lines are moved into it, or read from more than one file. A run without shards moves
    theirs before it appends, so that what the common file has of an article is never newer than what a shard's has.
    """

    is_whole = True
    is_complete = False  # to look for briefs that no line tells of costs little here

    def __init__(self, folder: Path, shard: Shard | None, fold: Fold) -> None:
        self._folder = folder
        self._common = folder / f"{COMMON}.jsonl"
        self._shard = shard
        self._fold = fold
        self._own = self._common if shard is None else folder / f"manifest-{shard.name}.jsonl"
        # How long each file is as far as it is known here. Beyond are another process' lines.
        self._ends: dict[Path, int] = {}

    def has_news(self) -> bool:
        return self._sizes() != self._ends

    def read(self) -> Iterator[Entry]:
        with ExitStack() as stack:
            with self._steady() as paths:
                streams = {}
                for path in paths:
                    with contextlib.suppress(FileNotFoundError):
                        streams[path] = stack.enter_context(path.open("rb"))
                self._ends = {path: os.fstat(stream.fileno()).st_size for path, stream in streams.items()}
            # Line by line: there may be a million. What is moved or appended meanwhile does not show.
            ends, self._ends = self._ends, {}  # broken off, it is all news again
            for path, stream in streams.items():
                left = ends[path]
                for line in stream:
                    yield "", line[:left].rstrip(b"\n")
                    left -= len(line)
                    if left <= 0:
                        break
            self._ends = ends

    def append(self, lines: Sequence[bytes]) -> str:
        data = b"".join(line + b"\n" for line in lines)
        with _lock(self._own):
            if self._shard is None:
                self._take_shards()
            written = _append(self._own, data)
            self._ends[self._own] = self._ends.get(self._own, 0) + written
        return ""

    def compact(self, *, whole: bool) -> None:
        if not whole:
            return
        with _lock(self._own):
            if self._shard is None:
                self._take_shards()
            entries = (("", line) for line in self._own.read_bytes().splitlines())
            write_atomically(self._own, b"".join(line + b"\n" for _, line in self._fold(entries, self._shard is None)))

    def merge(self) -> None:
        if self._shards():
            with _lock(self._common):
                self._take_shards()

    def _take_shards(self) -> None:
        """Move the lines of all shards over, under the common file's lock. Broken off, it is done again, to the same end."""
        for path in self._shards():
            with _lock(path), contextlib.suppress(FileNotFoundError):
                _append(self._common, path.read_bytes())
                path.unlink()

    def _sizes(self) -> dict[Path, int]:
        """Return how long the files are that are read here, in the order in which their lines count."""
        sizes = {}
        for path in (self._common, *(self._shards() if self._shard is None else [self._own])):
            with contextlib.suppress(FileNotFoundError):
                sizes[path] = path.stat().st_size
        return sizes

    def _shards(self) -> list[Path]:
        """Return the files of all shards, the one that was last written last."""
        found = []
        with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.endswith(".jsonl") and SHARD.fullmatch(entry.name[:-6]):
                    with contextlib.suppress(FileNotFoundError):
                        found.append((entry.stat().st_mtime_ns, entry.name))
        return [self._folder / name for _, name in sorted(found)]

    @contextlib.contextmanager
    def _steady(self) -> Iterator[Iterable[Path]]:
        """Give the files to read, and let no lines be moved from one to another."""
        if self._sizes().keys() <= {self._common}:
            yield [self._common]
            return
        lock = _lock(self._common)
        try:
            lock.acquire()
        except OSError as error:
            _log.debug("%s is read without its lock: %s", self._common, error)  # a folder that can only be read
        try:
            yield self._sizes()
        finally:
            lock.release()


def _lock(path: Path) -> FileLock:
    return FileLock(path.with_suffix(".lock"))
