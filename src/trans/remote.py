"""A folder of a remote store: objects put whole, got, listed and deleted, several at once. All that goes wrong is an ``OSError``.

Knows names and bytes, not what they are for. A store has no folders to make, no rename and no append that could be relied on.
"""

import contextlib
import errno
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from secrets import token_hex
from typing import TYPE_CHECKING, TypeVar

from trans.locations import remote_errors

if TYPE_CHECKING:
    from upath import UPath

Item = TypeVar("Item")
Result = TypeVar("Result")

# Requests at once: each waits some 10 to 50 ms for its answer and does nothing. Clients of S3 keep 10 connections open.
_AT_ONCE = 8

# Results that may wait to be looked at: the first of them may be the slowest.
_AHEAD = 4 * _AT_ONCE

# Stores where a put shows the whole object or none of it. All others are taken for file systems that are far away.
_PUTS_ARE_WHOLE = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "memory"})


class RemoteFolder:
    """The objects under one address; a name is a POSIX path relative to it."""

    def __init__(self, place: "UPath") -> None:
        self.place = place
        self._fs = place.fs
        self._base = place.path.rstrip("/")
        protocols = {self._fs.protocol} if isinstance(self._fs.protocol, str) else set(self._fs.protocol)
        self._puts_are_whole = bool(protocols & _PUTS_ARE_WHOLE)
        # s3fs asks for an object's size first, and for a missing one twice, unless told to read it in one piece.
        self._reading = {"max_concurrency": 1} if "s3" in protocols else {}

    def get(self, name: str) -> bytes | None:
        """Return an object's bytes, or None where there is none. Raises ``OSError``."""
        try:
            with remote_errors():
                content: bytes = self._fs.cat_file(self._path(name), **self._reading)
                return content
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def put(self, name: str, content: bytes) -> None:
        """Write an object so that nobody ever reads half of it. Raises ``OSError``."""
        path = self._path(name)
        with remote_errors():
            if self._puts_are_whole:
                self._fs.pipe_file(path, content)
            else:
                self._put_and_move(path, content)

    def _put_and_move(self, path: str, content: bytes) -> None:
        folder = path.rpartition("/")[0]
        temporary = f"{folder}/.{token_hex(8)}.tmp"
        self._fs.makedirs(folder, exist_ok=True)
        try:
            self._fs.pipe_file(temporary, content)
            try:
                self._fs.mv(temporary, path)
            except FileExistsError:  # some move over nothing
                self._fs.rm_file(path)
                self._fs.mv(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                self._fs.rm_file(temporary)
            raise

    def listed(self, folder: str) -> dict[str, int]:
        """Return the size in bytes of each object below ``folder``, by its name, in order. Raises ``OSError``."""
        path = self._path(folder)
        with remote_errors():
            found = self._fs.find(path, detail=True)
        cut = len(self._base.lstrip("/")) + 1
        sizes = {name.lstrip("/")[cut:]: int(about.get("size") or 0) for name, about in found.items()}
        return {name: sizes[name] for name in sorted(sizes) if name.startswith(f"{folder}/")}

    def entries(self, folder: str = "") -> list[str]:
        """Return the names of what is in ``folder``, without what is in folders in it. Raises ``OSError``."""
        try:
            with remote_errors():
                found = self._fs.ls(self._path(folder) if folder else self._base, detail=False)
        except FileNotFoundError:
            return []
        return [name.rstrip("/").rpartition("/")[2] for name in found]

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects; one that is gone already is no matter. Raises ``OSError``."""
        for _ in at_once(self._delete, names):
            pass

    def _delete(self, name: str) -> None:
        with contextlib.suppress(FileNotFoundError), remote_errors():
            self._fs.rm_file(self._path(name))

    def _path(self, name: str) -> str:
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise OSError(errno.EILSEQ, "its name is no UTF-8") from error
        return f"{self._base}/{name}"


def at_once(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Do ``work`` for the items in several threads; yield what it returns in the items' order. Reads few items ahead.

    What it raises comes out at that item; no other is begun then.
    """
    waiting = iter(items)
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="remote") as threads:
        running = deque(threads.submit(work, item) for item in islice(waiting, _AHEAD))
        try:
            while running:
                result = running.popleft().result()
                running.extend(threads.submit(work, item) for item in islice(waiting, 1))
                yield result
        finally:
            for future in running:
                future.cancel()
