"""``models.lock``: which files the models are, by hash, and at which commit. Reads, writes and compares.

Knows checkpoint folders and the lock's format; where a model comes from and who writes the lock is not its business.
"""

import contextlib
import hashlib
import json
import logging
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

from filelock import FileLock

from trans.engines.pieces import first_line
from trans.errors import ModelError, TransError
from trans.licences import Commercial
from trans.models.cache import cache_folder, write_text
from trans.models.checkpoint import describe, file_hashes

_VERSION = 1

# Not needed to run a checkpoint, but fetched with it: a bundle or another program may want them.
_OTHER_FILES = ("generation_config.json", "tokenizer_config.json", "special_tokens_map.json")

_SHA256 = re.compile(r"[0-9a-f]{64}")
# A name becomes a path: it must stay in the model's folder.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

# Digits of a hash that people compare by eye; git shows as many of a commit.
SHORT = 12

_log = logging.getLogger("trans")

Locks = Mapping[tuple[str, str], "LockedModel"]


@dataclass(frozen=True, slots=True)
class LockedFile:
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class LockedModel:
    """A model as it was when it was locked. ``commit`` is None for folders and embedded models.

    ``conversions`` has the verdict on each CTranslate2 copy that was made, by number format.
    """

    model: str
    revision: str
    commit: str | None
    licence: str
    commercial: Commercial
    files: Mapping[str, LockedFile]
    conversions: Mapping[str, str]


def read_lock(path: Path) -> dict[tuple[str, str], LockedModel]:
    """Return the models of the lock at ``path`` by name and revision; none where there is no file. Raises ``TransError``."""
    hint = "Put back the file as it was; or delete it and lock the models anew with 'trans models pull'."
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):  # a service's HOME may be /dev/null
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise TransError(f"{path} can't be read: {first_line(error)}", hint) from error
    try:
        data = json.loads(text)
        if data["version"] != _VERSION:
            raise TransError(
                f"{path} has version {data['version']!r}, and this trans reads version {_VERSION}",
                "Update trans, or lock the models anew: delete the file and run 'trans models pull'.",
            )
        models = [_model(entry) for entry in data["models"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"it lacks {error}" if isinstance(error, KeyError) else first_line(error)
        raise TransError(f"{path} is not a lock of models: {what}", hint) from error
    return {(model.model, model.revision): model for model in models}


def write_lock(path: Path, models: Iterable[LockedModel]) -> None:
    """Replace the lock at ``path`` by one of ``models``, in one step. Raises ``TransError`` where it can't be written."""
    entries = []
    for model in sorted(models, key=lambda model: (model.model, model.revision)):
        entry = asdict(model)
        entries.append({**entry, **{part: dict(sorted(entry[part].items())) for part in ("files", "conversions")}})
    text = json.dumps({"version": _VERSION, "models": entries}, ensure_ascii=False, indent=2)
    try:
        write_text(path, text + "\n", mode=0o644)
    except OSError as error:
        raise TransError(
            f"{path} can't be written: {first_line(error)}",
            "Make its folder writable, or use a models.yaml in a folder that is, with --config.",
        ) from error


@contextlib.contextmanager
def updating(path: Path) -> Iterator[None]:
    """Keep the user's other processes from changing the lock at ``path`` between its reading and its writing.

    What they wait for lies in the cache folder, so that nothing is left beside models.yaml; without one nobody waits.
    """
    with contextlib.ExitStack() as stack:
        try:
            name = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:SHORT]
            guard = cache_folder() / "locks" / f"{path.name}-{name}.lock"
            guard.parent.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(guard))
        except (OSError, TransError) as error:
            _log.debug("%s is changed without a guard: %s", path, error)
        yield


def files_of(folder: Path, *, afresh: bool = False) -> dict[str, LockedFile]:
    """Return the files of the checkpoint in ``folder`` by name. ``afresh`` reads them all, else only what has changed.

    Raises ``ModelError`` as ``describe``.
    """
    info = describe(folder)
    others = [folder / name for name in _OTHER_FILES if (folder / name).is_file()]
    paths = sorted({info.weights, folder / "config.json", *info.tokenizer_files, *others})
    hashes = file_hashes(paths, afresh=afresh)
    return {path.name: LockedFile(digest, path.stat().st_size) for path, digest in zip(paths, hashes, strict=True)}


def verify(folder: Path, locked: LockedModel, *, afresh: bool = False) -> list[str]:
    """Return what differs between the checkpoint in ``folder`` and ``locked``, a few words each; nothing when they are equal."""
    try:
        found = files_of(folder, afresh=afresh)
    except ModelError as error:
        return [error.message]
    problems = []
    for name in sorted(found.keys() | locked.files.keys()):
        here, expected = found.get(name), locked.files.get(name)
        if expected is None:
            problems.append(f"{name} is not in the lock")
        elif here is None:
            problems.append(f"{name} is missing")
        elif here != expected:
            problems.append(
                f"{name} has sha256 {here.sha256[:SHORT]} ({here.bytes:,} bytes), "
                f"not {expected.sha256[:SHORT]} ({expected.bytes:,} bytes)"
            )
    return problems


def wanted_revision(locks: Locks, model: str, revision: str) -> str:
    """Return the commit that a model is locked at, else ``revision``."""
    locked = locks.get((model, revision))
    return locked.commit if locked and locked.commit else revision


def require(folder: Path, locks: Locks, model: str, revision: str, path: Path) -> None:
    """Raise ``ModelError`` where the checkpoint in ``folder`` is not what ``locks``, read from ``path``, say of the model."""
    locked = locks.get((model, revision))
    problems = verify(folder, locked) if locked else []
    if locked and problems:
        problems = verify(folder, locked, afresh=True)  # what is kept of the hashes may be what is damaged
    if locked and problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ModelError(
            f"{model} differs from {path.name}: {problems[0]}{more}",
            "Fetch it again with 'trans models pull PROFILE', or see every difference with 'trans models verify PROFILE'."
            if locked.commit
            else put_back(folder, "PROFILE"),
        )


def is_left_out(locks: Locks, model: str, revision: str) -> bool:
    """Say whether there is a lock and the model is not in it; embedded ones come with the package and need none."""
    return bool(locks) and (model, revision) not in locks and not model.startswith("embedded:")


def warn_left_out(locks: Locks, model: str, revision: str, path: Path) -> None:
    """Tell the log of a model that ``locks``, read from ``path``, does not hold to anything."""
    if is_left_out(locks, model, revision):
        _log.warning("%s is not in %s: 'trans models pull PROFILE' locks it", model, path.name)


def put_back(folder: Path, profile: str) -> str:
    """Return what to do about a folder that differs from its lock: nobody but the user can fetch it again."""
    return f"Put the locked files back into {folder}, or lock what is there with 'trans models pull {profile}'."


def _model(entry: Any) -> LockedModel:
    model = LockedModel(
        model=_text(entry["model"]),
        revision=_text(entry["revision"]),
        commit=None if entry["commit"] is None else _text(entry["commit"]),
        licence=_text(entry["licence"]),
        commercial=cast("Commercial", entry["commercial"]),
        files={name: LockedFile(file["sha256"], file["bytes"]) for name, file in entry["files"].items()},
        conversions={_text(name): _text(verdict) for name, verdict in entry["conversions"].items()},
    )
    if model.commercial not in ("yes", "no", "unknown"):
        raise ValueError(f"'commercial' of {model.model} is {model.commercial!r}")
    for name, file in model.files.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a model's file")
        if not (isinstance(file.sha256, str) and _SHA256.fullmatch(file.sha256) and type(file.bytes) is int):
            raise ValueError(f"{name} of {model.model} has no sha256 and number of bytes")
    return model


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} stands where a text should")
    return value
