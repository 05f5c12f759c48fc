"""Where a model named in models.yaml lies: in the package, in a folder, in the Hugging Face cache, or on the hub.

Knows names and folders. Whether a folder's checkpoint is any good is ``checkpoint``'s question.
"""

import logging
import os
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from trans.engines.pieces import first_line
from trans.errors import ModelError
from trans.models.checkpoint import WEIGHTS, describe

EMBEDDED = "embedded:"

# All that is read of a checkpoint, weights aside: repositories also carry TensorFlow, Flax and ONNX copies.
_SMALL_FILES = [
    "config.json",
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "source.spm",
    "target.spm",
    "vocab.json",
    "target_vocab.json",
    "spiece.model",
]

# One question to the hub must fail while a user still waits for an answer: enough for a slow line, not for a dead one.
_TIMEOUT_S = 5.0

_HTTP_LIBRARIES = ("httpx2", "httpx", "httpcore", "requests", "urllib3")

_WAYS_OUT = (
    "Connect this machine to the internet and run again; or copy the model, or another machine's Hugging Face cache, and name its"
    " folder as 'model' in models.yaml; or try --profile tiny."
)

_log = logging.getLogger("trans")


def locate(model: str, revision: str, base: Path, *, download: bool = True) -> Path:
    """Return the folder of the checkpoint called ``model``; a hub model is downloaded if need be and ``download``.

    ``embedded:NAME`` comes with the package; a name that starts with ``.``, ``/`` or ``~`` is a folder, relative to
    ``base``; any other is a hub id, of ``revision``. Raises ``ModelError``: unknown, not a checkpoint, not to be had.
    """
    if model.startswith(EMBEDDED):
        return _embedded(model.removeprefix(EMBEDDED))
    if model.startswith((".", "~")) or Path(model).is_absolute():
        return _folder(model, base)
    return _from_hub(model, revision, download)


def _folder(model: str, base: Path) -> Path:
    hint = "Mend 'model' in models.yaml, or put the checkpoint there."
    try:
        folder = base / Path(model).expanduser()
        if not folder.is_dir():
            raise ModelError(f"There is no folder {folder}", hint)
    except (OSError, RuntimeError) as error:  # no permission, a name too long; no such user, no home folder
        raise ModelError(f"The folder '{model}' can't be found: {first_line(error)}", hint) from error
    describe(folder)
    return folder


def _embedded(name: str) -> Path:
    root = Path(str(resources.files("trans.models") / "embedded"))
    known = sorted(path.parent.name for path in root.glob("*/config.json"))
    if name not in known:
        raise ModelError(
            f"There is no embedded model '{name}'", f"Choose one of: {', '.join(known) or 'none in this installation'}."
        )
    return root / name


def _from_hub(model: str, revision: str, download: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    problem: ModelError | None = None
    try:
        folder = Path(snapshot_download(model, revision=revision, local_files_only=True))
        describe(folder)
        return folder
    except HFValidationError as error:
        raise ModelError(
            f"'{model}' is not a model: neither a folder nor a hub id",
            "Write a hub id as OWNER/NAME, a folder with ./ or / before it.",
        ) from error
    except LocalEntryNotFoundError:
        pass
    except ModelError as error:
        # A download that was interrupted; a model of a foreign kind stays one however often it is fetched.
        if "not supported" in error.message:
            raise
        problem = error
    if not download:
        raise problem or ModelError(f"The model {model} is not on this machine", _WAYS_OUT)
    reason = _fetch(model, revision)
    if reason:
        if problem is not None:
            reason = f"{reason}; {problem.message}"
        raise ModelError(f"The model {model} is not on this machine and can't be fetched ({reason})", _WAYS_OUT)
    folder = Path(snapshot_download(model, revision=revision, local_files_only=True))
    describe(folder)
    return folder


def _fetch(model: str, revision: str) -> str:
    """Download the files that are needed. Return why it didn't work, in a few words, or an empty string."""
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub import errors as hub
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    hushed = not sys.stderr.isatty() and not are_progress_bars_disabled()
    if hushed:
        disable_progress_bars()
    try:
        names = _names(HfApi().model_info(model, revision=revision, timeout=_TIMEOUT_S))
        weights = next((name for name in WEIGHTS if name in names), None)
        if weights is None:
            return f"it has neither {' nor '.join(WEIGHTS)}"
        _log.info("Downloading %s (once)", model)
        snapshot_download(
            model,
            revision=revision,
            allow_patterns=[*_SMALL_FILES, weights],
            etag_timeout=_TIMEOUT_S,
        )
    except (hub.OfflineModeIsEnabled, hub.LocalEntryNotFoundError) as error:
        return "offline: HF_HUB_OFFLINE is set" if os.environ.get("HF_HUB_OFFLINE") else first_line(error, 120)
    except hub.GatedRepoError:
        return "its owner asks for a login: set HF_TOKEN"
    except hub.RevisionNotFoundError:
        return f"it has no revision {revision}"
    except hub.RepositoryNotFoundError:
        return "the hub has no such model"
    except hub.HfHubHTTPError as error:
        return f"the hub answers: {first_line(error, 120)}"
    except OSError as error:
        return first_line(error, 120)
    except Exception as error:
        # Which HTTP library raises here depends on huggingface_hub's version.
        if type(error).__module__.partition(".")[0] not in _HTTP_LIBRARIES:
            raise
        return f"no connection to the hub: {first_line(error, 120)}"
    finally:
        if hushed:
            enable_progress_bars()
    return ""


def _names(info: Any) -> set[str]:
    return {sibling.rfilename for sibling in info.siblings or ()}
