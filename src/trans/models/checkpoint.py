"""A checkpoint folder in Hugging Face layout: is it whole, and what is its fingerprint. Loads no weights."""

import hashlib
import json
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

from trans.engines.claims import cannot_fill
from trans.engines.pieces import PIECES, REPAIR_HINT, first_line, read_config
from trans.errors import ModelError, TransError
from trans.models.cache import cache_folder, read_json, write_json

WEIGHTS = ("model.safetensors", "pytorch_model.bin")

# Longest header that safetensors itself accepts (its MAX_HEADER_SIZE).
_MAX_HEADER_BYTES = 100_000_000

_log = logging.getLogger("trans")

# What was hashed in this process, as in the store: where that can't be written, weights are still read once only.
_hashed: dict[str, list[Any]] = {}


@dataclass(frozen=True, slots=True)
class CheckpointInfo:
    """What a checkpoint folder holds. ``size_bytes`` counts weights, tokenizer and ``config.json``."""

    model_type: str
    weights: Path
    tokenizer_files: tuple[Path, ...]
    size_bytes: int


def describe(folder: Path) -> CheckpointInfo:
    """Look at the checkpoint in ``folder``. Raises ``ModelError`` for what is missing, cut short or not supported."""
    config = read_config(folder)
    kind = config["model_type"]
    weights = next((folder / name for name in WEIGHTS if (folder / name).is_file()), None)
    if weights is None:
        raise ModelError(f"{folder} holds no weights: neither {' nor '.join(WEIGHTS)}", REPAIR_HINT)
    tokenizer = tuple(folder / name for name in PIECES[kind].files(folder))
    missing = [path.name for path in tokenizer if not path.is_file()]
    if missing:
        raise ModelError(f"{folder} lacks {', '.join(missing)}", REPAIR_HINT)
    if kind == "marian" and (folder / "target_vocab.json").is_file():
        raise ModelError(
            f"{folder} has a vocabulary for each language, which is not supported",
            "Choose a model with one vocab.json.",
        )
    if weights.suffix == ".safetensors":
        _check_safetensors(weights)
    else:
        _check_pickle(weights)
    if cannot_fill(config, weights.stat().st_size):
        raise ModelError(f"{folder / 'config.json'} claims a far larger model than {weights.name} holds", REPAIR_HINT)
    size = sum(path.stat().st_size for path in (weights, folder / "config.json", *tokenizer))
    return CheckpointInfo(kind, weights, tokenizer, size)


def weights_sha256(folder: Path) -> str:
    """Return the SHA-256, in hex, over the names and contents of weights, tokenizer and ``config.json``.

    An unchanged checkpoint costs no reading (see ``file_hashes``). Raises ``ModelError`` as ``describe``.
    """
    info = describe(folder)
    paths = (info.weights, *info.tokenizer_files, folder / "config.json")
    total = hashlib.sha256()
    for path, digest in zip(paths, file_hashes(paths), strict=True):
        total.update(f"{path.name}\0{digest}\n".encode())
    return total.hexdigest()


def file_hashes(paths: Sequence[Path], *, afresh: bool = False) -> list[str]:
    """Return the SHA-256 of each file, in hex.

    They are kept in the cache folder with the files' size, times and inode; ``afresh`` reads every file whatever is kept, and
    keeps what it finds. Raises ``ModelError`` for a file that can't be read.
    """
    store = _store()
    known = read_json(store) if store else {}
    digests: list[str] = []
    fresh: dict[str, list[Any]] = {}
    for path in paths:
        try:
            stat = path.stat()
            key = os.path.abspath(path)  # noqa: PTH100  resolve() would follow a hub snapshot's links to blobs
            # Programs that copy set the time of change back; nobody sets back the one of the inode, which is ctime.
            seen = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
            digest = None if afresh else _kept(_hashed.get(key), seen) or _kept(known.get(key), seen)
            if digest is None:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                fresh[key] = _hashed[key] = [*seen, digest]
        except (OSError, ValueError) as error:
            raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
        digests.append(digest)
    if fresh and store:
        # Read again: another process may have written meanwhile. Files that are gone are forgotten.
        # os.path.exists, for Path.exists raises for a folder that may not be looked into.
        kept = {key: entry for key, entry in read_json(store).items() if os.path.exists(key)}  # noqa: PTH110
        try:
            write_json(store, {**kept, **fresh})
        except OSError as error:
            _log.debug("%s can't be written: %s", store, error)
    return digests


def _kept(entry: Any, seen: list[int]) -> str | None:
    """Return the hash in an entry of the store where it is of a file that looks as in ``seen``."""
    if isinstance(entry, list) and entry[:-1] == seen and isinstance(entry[-1], str):
        return entry[-1]
    return None


def _store() -> Path | None:
    try:
        return cache_folder() / "hashes.json"
    except TransError as error:
        _log.debug("Hashes are not kept: %s", error)
        return None


def _check_safetensors(path: Path) -> None:
    """Raise ``ModelError`` unless the file is as long as its header says: an interrupted download is shorter."""
    try:
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            if not 2 <= header_bytes <= _MAX_HEADER_BYTES:
                raise ValueError("it has no safetensors header")
            header = json.loads(file.read(header_bytes))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        expected = 8 + header_bytes + max(ends, default=0)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise ModelError(f"{path} is broken: {first_line(error)}", REPAIR_HINT) from error
    if path.stat().st_size < expected:
        raise ModelError(f"{path} is cut short: {path.stat().st_size} of {expected} bytes", REPAIR_HINT)


def _check_pickle(path: Path) -> None:
    """Raise ``ModelError`` where it would unpack to more than it is: torch stores weights as they are, and has no need to."""
    try:
        with ZipFile(path) as archive:
            entries = archive.infolist()
    except (OSError, BadZipFile, NotImplementedError, ValueError):
        return  # torch's format of before 1.6, or broken: torch will say
    if any(entry.compress_type != ZIP_STORED for entry in entries) or (
        sum(entry.file_size for entry in entries) > path.stat().st_size
    ):
        raise ModelError(f"{path} is compressed, as no checkpoint is", REPAIR_HINT)
