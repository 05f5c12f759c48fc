"""Writes a bundle: the checkpoints of profiles and their CTranslate2 copies, as they lie on this machine. Fetches nothing.

The same models give the same bytes: the archive holds no clock, no user and no path of this machine.
"""

import hashlib
import os
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from secrets import token_hex
from typing import BinaryIO

import zstandard

from trans._version import __version__
from trans.engines.pieces import first_line
from trans.errors import ModelError, TransError
from trans.models.bundle import MANIFEST, MANIFEST_MAX_BYTES, ConvertedCopy, Manifest, Progress, load_manifest
from trans.models.checkpoint import file_hashes, weights_sha256
from trans.models.copies import altered, files_of_copy, kept_copies, not_as_made
from trans.models.locate import locate, origin
from trans.models.lock import LockedFile, LockedModel, files_of, read_lock, verify, wanted_revision
from trans.models.transfer import misnamed

# zstd's own default. Weights hardly compress: 8% of float32's bytes go, of the embedded models' as of 300 MB of random ones.
# Those took 2.3 s of a processor to pack, with three times hashing.
_LEVEL = 3

_CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Contents:
    """What a bundle is to hold, and where the folders of its manifest lie: the models first, then the copies."""

    manifest: Manifest
    folders: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle that was written: its size and its SHA-256, in hex."""

    size_bytes: int
    sha256: str


def contents_of(entries: Iterable[tuple[LockedModel, Path, Path]], *, converted: bool) -> Contents:
    """Return what a bundle of ``entries`` holds: what is known of a model but its files, models.yaml's folder, the lock.

    Embedded models are passed over, a model that is named twice is held once. Raises ``ModelError`` for one that is missing,
    broken, or not what its lock says, and for a copy that is not as it was made; ``TransError`` for a folder that has no place
    on another machine.
    """
    models: dict[tuple[str, str], tuple[LockedModel, Path]] = {}
    copies: dict[str, Path] = {}
    for about, base, lock in entries:
        key = (about.model, about.revision)
        if origin(about.model) == "embedded" or key in models:
            continue
        locks = read_lock(lock)
        folder = locate(about.model, wanted_revision(locks, *key), base, download=False)
        models[key] = (_entry(about, locks.get(key), folder), folder)
        if converted:
            for copy in kept_copies(weights_sha256(folder)):
                if wrong := altered(copy):
                    raise not_as_made(copy, wrong)
                copies[copy.name] = copy
    manifest = Manifest(
        __version__,
        tuple(model for model, _ in models.values()),
        tuple(ConvertedCopy(name, _files_of_copy(path)) for name, path in sorted(copies.items())),
    )
    folders = [folder for _, folder in models.values()] + [path for _, path in sorted(copies.items())]
    return Contents(manifest, tuple(folders))


def _entry(about: LockedModel, locked: LockedModel | None, folder: Path) -> LockedModel:
    is_folder = origin(about.model) == "folder"
    if is_folder and (not about.model.startswith("./") or ".." in PurePosixPath(about.model).parts):
        raise TransError(
            f"The model {about.model} is a folder that has no place of its own on another machine",
            "Name it in models.yaml as ./NAME, below the folder of models.yaml; or copy it yourself.",
        )
    if locked is None:
        wrong = [] if is_folder else misnamed(folder)
        if wrong:
            raise ModelError(
                f"{about.model} is not what the hub had: {', '.join(wrong)}", "Run 'trans models pull', and pack again."
            )
        return replace(about, commit=None if is_folder else folder.name, files=files_of(folder))
    problems = verify(folder, locked)
    if problems:
        raise ModelError(
            f"{about.model} is not what models.lock says: {problems[0]}",
            "Run 'trans models verify', mend what it says, and pack again.",
        )
    return locked


def _files_of_copy(copy: Path) -> dict[str, LockedFile]:
    paths = files_of_copy(copy)
    return {
        path.name: LockedFile(digest, path.stat().st_size)
        for path, digest in zip(paths, file_hashes(paths), strict=True)
    }


def pack(contents: Contents, out: Path, progress: Progress) -> Packed:
    """Write the bundle ``out``, whole or not at all. Raises ``TransError`` where it can't be written or a file changes."""
    if out.exists() and not out.is_file():
        raise TransError(f"{out} is not a file", "Give the name of the bundle with -o.")
    try:
        # Beside it, and hidden. Not by tempfile, whose files are for this user alone; a name that nobody can lay a link at.
        temporary = out.with_name(f".{out.name}.{token_hex(8)}")
        try:
            with temporary.open("xb") as file:
                stream = _Stream(file)
                _write(contents, stream, progress)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(out)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise TransError(
            f"{out} can't be written: {error.strerror or first_line(error)}",
            "Give a file in a folder that you may write to, with room for the models, with -o.",
        ) from error
    return Packed(out.stat().st_size, stream.sha256.hexdigest())


class _Stream:
    """What is written to it goes into ``file`` compressed, and is hashed there."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compressobj()
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._put(self._compressor.compress(data))

    def finish(self) -> None:
        self._put(self._compressor.flush())

    def _put(self, compressed: bytes) -> None:
        self.sha256.update(compressed)
        self._file.write(compressed)


def _write(contents: Contents, stream: _Stream, progress: Progress) -> None:
    manifest = contents.manifest
    head = manifest.dump()
    if len(head) > MANIFEST_MAX_BYTES:
        raise TransError("These are too many models for one bundle", "Pack fewer profiles at once.")
    try:
        load_manifest(head)
    except ValueError as error:
        raise TransError(
            f"These models can't be packed, since no bundle may hold that: {error}", "Mend it in models.yaml."
        ) from error
    done, total = 0, manifest.total_bytes
    stream.write(_header(MANIFEST, len(head)) + head + _padding(len(head)))
    for member, number, name, locked in manifest.members():
        stream.write(_header(member, locked.bytes))
        for chunk in _checked(contents.folders[number] / name, locked):
            stream.write(chunk)
            done += len(chunk)
            progress(done, total)
        stream.write(_padding(locked.bytes))
    stream.write(bytes(2 * tarfile.BLOCKSIZE))
    stream.finish()


def _header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)  # whose sizes go beyond 8 GB


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def _checked(path: Path, locked: LockedFile) -> Iterable[bytes]:
    """Yield the content of ``path``. Raises ``TransError`` unless it is, in the end, what the manifest says."""
    sha256, left = hashlib.sha256(), locked.bytes
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                left -= len(chunk)
                if left < 0:
                    break
                sha256.update(chunk)
                yield chunk
    except OSError as error:
        raise ModelError(
            f"{path} can't be read: {first_line(error)}", "Mend that, or fetch the model again, and pack again."
        ) from error
    if left or sha256.hexdigest() != locked.sha256:
        raise ModelError(
            f"{path} is not what was hashed before: it has changed, or its disk is failing",
            "Pack again when nothing writes there; 'trans models verify' reads every file anew.",
        )
