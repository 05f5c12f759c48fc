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
    """``bytes`` came over the line; ``asked`` says whether the hub was asked what it has now."""

    locked: LockedModel
    folder: Path
    bytes: int
    asked: bool


def pull(wanted: Wanted, before: LockedModel | None) -> Pulled:
    """Bring the model here as its source has it now; ``before`` is what it is locked as.

    Off the network what is in the cache is taken, at the commit that was locked. Raises ``ModelError``.
    """
    folder, fetched, asked = _brought(wanted, before)
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


def _brought(wanted: Wanted, before: LockedModel | None) -> tuple[Path, int, bool]:
    if origin(wanted.model) != "hub":
        return locate(wanted.model, wanted.revision, wanted.base, download=False), 0, False
    commit = (before and before.commit) or wanted.revision
    if hub.is_offline() and (here := hub.cached(wanted.model, commit)):
        problems = lock.verify(here, before) if before else []
        if problems:
            raise ModelError(
                f"{wanted.model} differs from its lock: {problems[0]}", "Unset HF_HUB_OFFLINE to fetch it again."
            )
        return locate(wanted.model, commit, wanted.base, download=False), 0, False
    hub.cached(wanted.model, wanted.revision)  # refuses what is no hub id
    try:
        fetched = hub.fetch(wanted.model, wanted.revision)
    except hub.FetchError as error:
        raise ModelError(f"The model {wanted.model} can't be fetched: {error.reason}", error.hint) from error
    return fetched.folder, fetched.bytes, True


def _made(copy: WantedCopy, folder: Path) -> str:
    """Make sure of a copy and return its verdict; one that was altered is made anew."""
    pieces, sha256 = copy.pieces(folder), weights_sha256(folder)
    pieces.check()
    there = copies.copy_of(pieces, sha256, copy.quantization)
    if there and copies.altered(there):
        copies.discard(there)
    return copies.verdict(copies.converted(folder, pieces, sha256, copy.quantization))
