"""A manifest's lines in a remote store, where nothing can be appended to: in many small objects, merged into fewer now and then.

Knows of a line only that it is JSON, and begins with a brace.
"""

import logging
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from secrets import token_hex

from trans.journal import COMMON, SHARD, Entry, Fold
from trans.remote import RemoteFolder, at_once
from trans.shards import Shard
from trans.store import STATE_FOLDER

_log = logging.getLogger("trans")

# Appends, and so objects, that a run makes before it merges them. A run that was killed left no more for the next to read, which
# takes some seconds.
_APPENDS = 500

# An object below that was made by appends, and is merged with its like: a window of 64 articles is some 50 kB.
_SMALL_BYTES = 2**20

# Small objects that are not worth the trouble.
_FEW = 32

# Merged objects are hardly longer: one request reads one, and a few dozen of them may be in memory at once.
_PART_BYTES = 2**23

_OBJECT = re.compile(r"[0-9]{20}-[0-9a-f]{16}\.jsonl")

_STAMPED = re.compile(rb'\{"at": "([0-9]{20}-[0-9a-f]{16})", ')


class ObjectJournal:
    """Objects ``manifest/STAMP.jsonl``, and for each shard ``manifest-3-of-16/STAMP.jsonl``: one an append, or many merged.

    A stamp is a time, later than all that were read, and a random number. Lines keep theirs when they are merged, so what counts
    of an article does not depend on the objects' order, on which were merged by whom, nor on one being there twice. An object is
    deleted only after all its lines stand in another one.
    """

    is_whole = False

    def __init__(self, remote: RemoteFolder, shard: Shard | None, fold: Fold) -> None:
        self._remote = remote
        self._common = f"{STATE_FOLDER}/{COMMON}"
        self._shard = shard
        self._fold = fold
        self._own = self._common if shard is None else f"{STATE_FOLDER}/manifest-{shard.name}"
        self._known: set[str] = set()
        self._newest_ns = 0
        self._appends = 0
        self._was_read = self.is_complete = False

    def has_news(self) -> bool:
        return True  # a listing says, and ``read`` begins with it

    def read(self) -> Iterator[Entry]:
        names = self._listed()
        self._known &= set(names)
        missing: set[str] = set()
        while True:
            seen = self._known | missing
            new = [name for name in names if name not in seen]
            gone = False
            for name, data in at_once(self._get, new):
                if data is None:  # merged since: its lines are in an object that was not listed yet
                    missing.add(name)
                    gone = True
                    continue
                self._known.add(name)
                yield from self._entries(name, data)
            if not gone:
                break
            names = self._listed()
        if not self._was_read:
            # Where there is no journal at all, the output folder is new, or its state was lost.
            # All journals were listed, but by a share, which asks for its own and the common one.
            folders = (
                (name.split("/")[-2] for name in names) if self._shard is None else self._remote.entries(STATE_FOLDER)
            )
            shards = {name for name in folders if SHARD.fullmatch(name)}
            self.is_complete = (bool(self._known) or bool(shards)) and not self._are_unread(shards)
            self._was_read = True

    def append(self, lines: Sequence[bytes]) -> str:
        stamp = self._stamp()
        name = f"{self._own}/{stamp}.jsonl"
        self._remote.put(name, b"".join(line + b"\n" for line in lines))
        self._known.add(name)
        self._appends += 1
        if self._appends >= _APPENDS:
            self._appends = 0
            try:
                self._shorten(_SMALL_BYTES, 1)
            except OSError as error:
                _log.debug("%s stays as long as it is: %s", self._own, error)
        return stamp

    def compact(self, *, whole: bool) -> None:
        if whole:
            self._shorten(sys.maxsize, 1)
        elif len(self._known) > _FEW:
            self._shorten(_SMALL_BYTES, _FEW)

    def merge(self) -> None:
        shards: dict[str, list[str]] = {}
        for name in self._journal(STATE_FOLDER):
            folder = name.rpartition("/")[0]
            if folder != self._common and self._is_journal(folder):
                shards.setdefault(folder, []).append(name)
        for names in shards.values():
            self._move(names, self._common)

    def _shorten(self, below_bytes: int, few: int) -> None:
        names = [name for name, size in self._journal(self._own).items() if size < below_bytes]
        if len(names) > few:
            self._move(names, self._own)

    def _move(self, names: Sequence[str], folder: str) -> None:
        """Write what counts of some objects into new ones in ``folder``; then delete them."""
        found: list[str] = []

        def entries() -> Iterator[Entry]:
            for name, data in at_once(self._get, names):
                if data is not None:
                    found.append(name)
                    yield from self._entries(name, data)

        for part in _parts(self._fold(entries(), False)):
            name = f"{folder}/{self._stamp()}.jsonl"
            self._remote.put(name, part)
            if set(found) <= self._known:
                self._known.add(name)  # nothing is in it that was not read
        self._remote.delete(found)
        self._known.difference_update(found)

    def _get(self, name: str) -> tuple[str, bytes | None]:
        return name, self._remote.get(name)

    def _entries(self, name: str, data: bytes) -> Iterator[Entry]:
        whole = name.rpartition("/")[2].removesuffix(".jsonl")
        self._see(whole)
        for line in data.splitlines():
            if found := _STAMPED.match(line):
                stamp = sys.intern(found[1].decode())  # shared by the lines of one append
                self._see(stamp)
                yield stamp, b"{" + line[found.end() :]
            else:
                yield whole, line

    def _listed(self) -> list[str]:
        """Return the names of all objects that are read here. A merge moves lines to what is listed later, never back."""
        if self._shard is not None:
            return [*self._journal(self._own), *self._journal(self._common)]
        listed = self._journal(STATE_FOLDER)
        return [name for name in listed if self._is_journal(name.rpartition("/")[0])]

    def _are_unread(self, shards: Iterable[str]) -> bool:
        """Say whether there are journals of shares otherwise divided, which may tell of this share's articles."""
        return self._shard is not None and any(not name.endswith(f"-of-{self._shard.count}") for name in shards)

    def _is_journal(self, folder: str) -> bool:
        return folder == self._common or SHARD.fullmatch(folder.rpartition("/")[2]) is not None

    def _journal(self, folder: str) -> dict[str, int]:
        try:
            listed = self._remote.listed(folder)
        except FileNotFoundError:  # no such bucket: writing will say so
            return {}
        return {name: size for name, size in listed.items() if _OBJECT.fullmatch(name.rpartition("/")[2])}

    def _see(self, stamp: str) -> None:
        self._newest_ns = max(self._newest_ns, int(stamp.partition("-")[0]))

    def _stamp(self) -> str:
        """Return a stamp that is newer than all that were seen, whatever the clock says now, and that nobody else makes."""
        self._newest_ns = max(time.time_ns(), self._newest_ns + 1)
        return f"{self._newest_ns:020}-{token_hex(8)}"


def _parts(entries: Iterable[Entry]) -> Iterator[bytes]:
    """Yield the contents of merged objects."""
    lines: list[bytes] = []
    size = 0
    for stamp, line in entries:
        lines.append(b'{"at": "%s", %s\n' % (stamp.encode(), line[1:]))
        size += len(lines[-1])
        if size >= _PART_BYTES:
            yield b"".join(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines)
