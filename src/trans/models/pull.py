"""Brings a model here, makes and verifies its CTranslate2 copies, and says what goes into ``models.lock``.

Asks the hub through ``hub``; reads and writes no lock, and prints nothing.
"""

from dataclasses import dataclass
from pathlib import Path

from trans.errors import ModelError
from trans.models import copies, hub, lock
from trans.models.checkpoint import weights_sha256
from trans.models.locate import locate, origin
from trans.models.lock import LockedModel
from trans.models.wanted import Wanted, WantedCopy


@dataclass(frozen=True, slots=True)
class Pulled:
    """``bytes`` came over the line; ``asked`` says whether the hub was asked for anything."""

    locked: LockedModel
    folder: Path
    bytes: int
    asked: bool


def pull(wanted: Wanted, before: LockedModel | None, *, update: bool = False) -> Pulled:
    """Bring the model here at the commit of ``before``, which is what it is locked as; else as its source has it now.

    ``update`` takes what the source has now all the same. Off the network a model that is not locked is taken as it is in the
    cache. Raises ``ModelError``.
    """
    folder, fetched, asked = _brought(wanted, before, update)
    files = lock.files_of(folder)
    verdicts = dict(before.conversions) if before and before.files == files else {}
    verdicts |= {copy.quantization: _made(copy, folder) for copy in wanted.copies}
    locked = LockedModel(
        model=wanted.model,
        revision=wanted.revision,
        commit=folder.name if origin(wanted.model) == "hub" else None,
        licence=wanted.licence,
        commercial=wanted.commercial,
        files=files,
        conversions=verdicts,
    )
    return Pulled(locked, folder, fetched, asked)


def _brought(wanted: Wanted, before: LockedModel | None, update: bool) -> tuple[Path, int, bool]:
    if origin(wanted.model) != "hub":
        return locate(wanted.model, wanted.revision, wanted.base, download=False), 0, False
    locked = before if before and before.commit and not update else None
    revision = (locked and locked.commit) or wanted.revision
    here = hub.cached(wanted.model, revision)
    if here and locked:
        problems = lock.verify(here, locked)
        if not problems:
            return here, 0, False
        if hub.is_offline():
            raise _differs(wanted, problems[0], "Unset HF_HUB_OFFLINE to fetch it again.")
    elif here and hub.is_offline() and not update:
        return locate(wanted.model, revision, wanted.base, download=False), 0, False
    try:
        fetched = hub.fetch(wanted.model, revision)
    except hub.FetchError as error:
        raise ModelError(f"The model {wanted.model} can't be fetched: {error.reason}", error.hint) from error
    if locked and (problems := lock.verify(fetched.folder, locked)):
        hint = f"Put back models.lock as it was, or lock what the hub has now: 'trans models pull --update {wanted.profiles[0]}'."
        raise _differs(wanted, problems[0], hint)
    return fetched.folder, fetched.bytes, True


def _differs(wanted: Wanted, problem: str, hint: str) -> ModelError:
    return ModelError(f"{wanted.model} differs from its lock: {problem}", hint)


def _made(copy: WantedCopy, folder: Path) -> str:
    """Make sure of a copy and return its verdict."""
    pieces, sha256 = copy.pieces(folder), weights_sha256(folder)
    pieces.check()
    return copies.verdict(copies.converted(folder, pieces, sha256, copy.quantization))
