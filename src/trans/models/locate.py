"""Where a model named in models.yaml lies: in the package, in a folder, in the Hugging Face cache, or on the hub.

Knows names and folders. Whether a folder's checkpoint is any good is ``checkpoint``'s question, how the hub is asked ``hub``'s.
"""

from importlib import resources
from pathlib import Path
from typing import Literal

from trans.engines.pieces import first_line
from trans.errors import ModelError
from trans.models.checkpoint import describe
from trans.models.hub import FetchError, cached, fetch

EMBEDDED = "embedded:"

_WAYS_OUT = (
    "Connect this machine to the internet and run 'trans models pull'; or unpack a bundle made elsewhere with"
    " 'trans models unpack', or name the checkpoint's folder as 'model' in models.yaml; or try --profile tiny."
)


def origin(model: str) -> Literal["embedded", "folder", "hub"]:
    """Say where the model called ``model`` comes from, by the form of its name."""
    if model.startswith(EMBEDDED):
        return "embedded"
    return "folder" if model.startswith((".", "~")) or Path(model).is_absolute() else "hub"


def locate(model: str, revision: str, base: Path, *, download: bool = True) -> Path:
    """Return the folder of the checkpoint called ``model``; a hub model is downloaded if need be and ``download``.

    ``embedded:NAME`` comes with the package; a name that starts with ``.``, ``/`` or ``~`` is a folder, relative to
    ``base``; any other is a hub id, of ``revision``. Raises ``ModelError``: unknown, not a checkpoint, not to be had.
    """
    place = origin(model)
    if place == "embedded":
        return _embedded(model.removeprefix(EMBEDDED))
    return _folder(model, base) if place == "folder" else _from_hub(model, revision, download)


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
    folder = cached(model, revision)
    problem: ModelError | None = None
    if folder:
        try:
            describe(folder)
            return folder
        except ModelError as error:
            # A download that was interrupted; a model of a foreign kind stays one however often it is fetched.
            if "not supported" in error.message:
                raise
            problem = error
    if not download:
        raise problem or ModelError(f"The model {model} is not on this machine", _WAYS_OUT)
    try:
        folder = fetch(model, revision).folder
    except FetchError as error:
        reason = f"{error.reason}; {problem.message}" if problem else error.reason
        raise ModelError(
            f"The model {model} is not on this machine and can't be fetched ({reason})", _WAYS_OUT
        ) from error
    describe(folder)
    return folder
