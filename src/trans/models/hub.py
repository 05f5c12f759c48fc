"""The Hugging Face hub and its cache on this machine: what is there, and fetching what is not, from where it broke off.

Knows names, commits and files. Whether a checkpoint is any good is ``checkpoint``'s question, and which commit is wanted the
lock's.
"""

import contextlib
import errno
import logging
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trans.engines.pieces import first_line
from trans.errors import ModelError
from trans.models.cache import write_text
from trans.models.checkpoint import WEIGHTS
from trans.models.transfer import HubFile, fetch_large, have

# All that is read of a checkpoint of any family, weights aside: repositories also carry TensorFlow, Flax and ONNX copies.
_SMALL_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "tokenizer.json",
    "source.spm",
    "target.spm",
    "vocab.json",
    "target_vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "merges.txt",
)

# One question to the hub must fail while a user still waits for an answer: enough for a slow line, not for a dead one.
_TIMEOUT_S = 5.0

_HASH = re.compile(r"[0-9a-f]+")

_HTTP_LIBRARIES = ("httpx2", "httpx", "httpcore", "requests", "urllib3")

_AGAIN = "Run 'trans models pull' again: it goes on from where it stopped."

_log = logging.getLogger("trans")


class FetchError(Exception):
    """Why a model can't be fetched, in a few words, and what to do about it."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model in the cache. ``bytes`` came over the line for it; 0 when all of it was here."""

    folder: Path
    bytes: int

    @property
    def commit(self) -> str:
        return self.folder.name


def is_offline() -> bool:
    """Say whether the user keeps everything off the network."""
    from huggingface_hub import constants

    return constants.is_offline_mode()


def cached(model: str, revision: str) -> Path | None:
    """Return the folder of a model in the hub's cache, complete or not; None where there is none.

    Raises ``ModelError`` where ``model`` is no hub id.
    """
    from huggingface_hub import constants, try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = try_to_load_from_cache(model, "config.json", cache_dir=constants.HF_HUB_CACHE, revision=revision)
    except HFValidationError as error:
        raise ModelError(
            f"'{model}' is not a model: neither a folder nor a hub id",
            "Write a hub id as OWNER/NAME, a folder with ./ or / before it.",
        ) from error
    return Path(found).parent if isinstance(found, str) else None


def fetch(model: str, revision: str) -> Fetched:
    """Bring the model's files at ``revision``, as the hub has it now, into the cache, and return where they are.

    What is there already and is as the hub describes it is not fetched again. The branch in the cache moves on when every file is
    there, so that a fetch that is broken off leaves the model before it usable. Raises ``FetchError``.
    """
    with _hushed():
        try:
            commit, files = _asked(model, revision)
            return _fetch(model, revision, commit, files)
        except FetchError:
            raise
        except Exception as error:
            problem = _explained(error, revision)
            if problem is None:
                raise
            raise problem from error


def _asked(model: str, revision: str) -> tuple[str, list[HubFile]]:
    """Return the commit that ``revision`` is at the hub now, and the files to fetch of it."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    try:
        info = HfApi().model_info(model, revision=revision, timeout=_TIMEOUT_S, files_metadata=True)
    except HfHubHTTPError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # the login page of a network, for one
        raise FetchError(
            f"what answers is no hub: {first_line(error, 120)}",
            "Look at the connection, and at HF_ENDPOINT if it is set.",
        ) from error
    files = _wanted(info)
    if any(type(file.bytes) is not int or file.bytes < 0 for file in files):
        raise FetchError("what answers is no hub: its files have no sizes", "Look at HF_ENDPOINT if it is set.")
    # They become names of files.
    if not all(map(_HASH.fullmatch, [info.sha or "", *(file.sha256 or file.git_sha1 or "0" for file in files)])):
        raise FetchError(
            "what answers is no hub: its names of files are no hashes", "Look at HF_ENDPOINT if it is set."
        )
    return str(info.sha), files


def _wanted(info: Any) -> list[HubFile]:
    """Return the files to fetch, the smallest first."""
    there = {sibling.rfilename: sibling for sibling in info.siblings or ()}
    weights = next((name for name in WEIGHTS if name in there), None)
    if weights is None or "config.json" not in there:
        lacks = f"neither {' nor '.join(WEIGHTS)}" if weights is None else "no config.json"
        raise FetchError(f"it has {lacks}", "Choose another model or revision in models.yaml.")
    return sorted(
        (
            HubFile(name, item.lfs.size, item.lfs.sha256, None)
            if item.lfs
            else HubFile(name, item.size or 0, None, item.blob_id)
            for name, item in there.items()
            if name in (*_SMALL_FILES, weights)
        ),
        key=lambda file: file.bytes,
    )


def _fetch(model: str, revision: str, commit: str, files: list[HubFile]) -> Fetched:
    from huggingface_hub import constants, hf_hub_download, try_to_load_from_cache

    home = Path(constants.HF_HUB_CACHE)
    missing = []
    for file in files:
        found = try_to_load_from_cache(model, file.name, cache_dir=home, revision=commit)
        if isinstance(found, str) and not file.is_at(Path(found)):
            _log.warning("%s of %s is not what the hub has: fetching it again", file.name, model)
            Path(found).resolve().unlink(missing_ok=True)
            Path(found).unlink(missing_ok=True)
            found = None
        if not isinstance(found, str):
            missing.append(file)
    repository = home / f"models--{model.replace('/', '--')}"
    needed = sum(file.bytes - have(repository, file) for file in missing)
    if missing:
        _log.info("Downloading %s (%s)", model, _megabytes(needed))
        _check_space(home, needed)
    for file in missing:
        came = fetch_large(model, commit, file, repository) if file.sha256 else True
        if came:
            path = hf_hub_download(model, file.name, revision=commit, cache_dir=home, etag_timeout=_TIMEOUT_S)
            came = file.is_at(Path(path))
        if not came:
            raise FetchError(f"what came of {file.name} is not what the hub says it has", _AGAIN)
    if revision != commit:
        _move_on(repository / "refs" / revision, commit)
    return Fetched(repository / "snapshots" / commit, needed)


def _move_on(reference: Path, commit: str) -> None:
    """Make a branch or tag in the cache mean ``commit``."""
    if not reference.is_file() or reference.read_text(encoding="utf-8") != commit:
        write_text(reference, commit, mode=0o644)


def _check_space(home: Path, needed: int) -> None:
    """Raise ``FetchError`` rather than fill the disk for an hour and fail."""
    there = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < needed:
        raise FetchError(
            f"{_megabytes(needed)} are needed in {home}, and {_megabytes(free)} are free", _no_space_hint(home)
        )


def _no_space_hint(home: Path) -> str:
    return f"Free some space in {home}, or name another folder in the environment variable HF_HOME, and run again."


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


def _explained(error: Exception, revision: str) -> FetchError | None:
    """Return what a user can do about ``error``; None for one that is nobody's doing but ours."""
    from huggingface_hub import constants
    from huggingface_hub import errors as hub

    said = first_line(error, 120)
    known: list[tuple[type[Exception], str, str]] = [
        (
            hub.OfflineModeIsEnabled,
            "offline: HF_HUB_OFFLINE is set",
            "Unset HF_HUB_OFFLINE to fetch it; or unpack a bundle made elsewhere with 'trans models unpack'.",
        ),
        (
            hub.GatedRepoError,
            "its owner asks for a login",
            "Ask for access on the model's page, put a token into HF_TOKEN, and run again.",
        ),
        (
            hub.RevisionNotFoundError,
            f"it has no revision {revision}",
            "Set 'revision' in models.yaml to a branch, a tag or a commit of it; for a locked commit, pull with --update.",
        ),
        (
            hub.RepositoryNotFoundError,
            "the hub has no such model",
            "Mend 'model' in models.yaml; for a private one put a token into HF_TOKEN.",
        ),
        (hub.HfHubHTTPError, f"the hub answers: {said}", f"Wait a little. {_AGAIN}"),
        (hub.LocalEntryNotFoundError, f"no connection to the hub: {said}", f"Look at the connection. {_AGAIN}"),
    ]
    for kind, reason, hint in known:
        if isinstance(error, kind):
            return FetchError(reason, hint)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return FetchError("the disk is full", _no_space_hint(Path(constants.HF_HUB_CACHE)))
    if type(error).__module__.partition(".")[0] in _HTTP_LIBRARIES:
        # Which HTTP library raises here depends on huggingface_hub's version.
        return FetchError(f"no connection to the hub: {said}", f"Look at the connection. {_AGAIN}")
    return FetchError(said, _AGAIN) if isinstance(error, OSError) else None


@contextlib.contextmanager
def _hushed() -> Iterator[None]:
    """Keep huggingface_hub's warnings away from a user, who gets ours, and its bars off what is not a terminal."""
    from huggingface_hub.utils import logging as hub_logging
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    bars = not sys.stderr.isatty() and not are_progress_bars_disabled()
    level = hub_logging.get_verbosity()
    hub_logging.set_verbosity(logging.ERROR)
    if bars:
        disable_progress_bars()
    try:
        yield
    finally:
        hub_logging.set_verbosity(level)
        if bars:
            enable_progress_bars()
