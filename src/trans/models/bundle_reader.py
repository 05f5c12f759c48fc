"""Reads a bundle that nobody vouches for: each member is what the manifest says, in its order, or the bundle is refused.

Memory is flat whatever the archive claims, and no name in it becomes a path. Where things go is the caller's business.
"""

import hashlib
import os
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NoReturn

import zstandard

from trans.engines.pieces import first_line
from trans.errors import TransError
from trans.models.bundle import MANIFEST, MANIFEST_MAX_BYTES, Manifest, Progress, load_manifest
from trans.models.lock import LockedFile

# What bundles are written with takes 2 MiB; RFC 8878 asks every decoder for 8.
_WINDOW_BYTES = 8 * 2**20

_CHUNK_BYTES = 2**20


class BundleReader:
    """The members of a bundle in the order in which its manifest names them; anything else is no bundle."""

    def __init__(self, file: BinaryIO, path: Path, progress: Progress) -> None:
        self._file = file
        self._path = path
        self._progress = progress
        # A pipe has neither a size nor a position.
        self._total = os.fstat(file.fileno()).st_size if file.seekable() else 0
        decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW_BYTES)
        self._stream = decompressor.stream_reader(file, read_across_frames=True, closefd=False)

    def refuse(self, what: str, cause: Exception | None = None) -> NoReturn:
        raise TransError(
            f"{self._path} can't be installed: {what}",
            "Copy it again, compare its SHA-256 with the one that 'trans models pack' printed; nothing was installed.",
        ) from cause

    def manifest(self) -> Manifest:
        try:
            size = self._header(MANIFEST, MANIFEST_MAX_BYTES)
            content = b"".join(self._content(size))
        except TransError as error:
            raise TransError(
                f"{self._path} is no bundle of models, or only the beginning of one",
                "Give a file that 'trans models pack' made; nothing was installed.",
            ) from error
        try:
            return load_manifest(content)
        except ValueError as error:
            if "newer" in str(error):
                hint = "Update trans, or pack again with this version; nothing was installed."
                raise TransError(f"{self._path} can't be installed: {error}", hint) from error
            self.refuse(str(error), error)

    def member(self, name: str, locked: LockedFile, target: Path | None) -> None:
        """Read the next member, which has to be ``locked``, into ``target``, or to nowhere."""
        if self._header(name, locked.bytes) != locked.bytes:
            self.refuse(f"its {name} has another size than its manifest says")
        sha256 = hashlib.sha256()
        with ExitStack() as stack:
            file = stack.enter_context(target.open("xb")) if target else None
            for chunk in self._content(locked.bytes):
                sha256.update(chunk)
                if file:
                    file.write(chunk)
                if self._total:
                    self._progress(self._file.tell(), self._total)
            if file:
                file.flush()
                os.fsync(file.fileno())
        if sha256.hexdigest() != locked.sha256:
            self.refuse(f"the SHA-256 of its {name} is not the manifest's")

    def end(self) -> None:
        if any(self._exactly(2 * tarfile.BLOCKSIZE)) or self._read(1):
            self.refuse("it holds more than its manifest says")

    def _header(self, name: str, limit: int) -> int:
        """Return the size of the next member. One header of one plain file: archives' extensions could ask for any memory."""
        block = self._exactly(tarfile.BLOCKSIZE)
        try:
            info = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            self.refuse(f"where its {name} should be is something else", error)
        if info.name != name or info.type != tarfile.REGTYPE or not 0 <= info.size <= limit:
            self.refuse(f"where its {name} should be is something else")
        return info.size

    def _content(self, size: int) -> Iterator[bytes]:
        left = size
        while left:
            chunk = self._exactly(min(left, _CHUNK_BYTES))
            left -= len(chunk)
            yield chunk
        self._exactly(-size % tarfile.BLOCKSIZE)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._read(size - len(data))
            if not more:
                self.refuse("it is cut short")
            data += more
        return data

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except zstandard.ZstdError as error:
            self.refuse(f"it is broken ({first_line(error, 80)})", error)
        except OSError as error:
            raise TransError(f"{self._path} can't be read: {first_line(error)}", "Copy it again.") from error
