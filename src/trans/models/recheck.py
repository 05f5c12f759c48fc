"""Looks at a model again from the ground: every file is read, and its CTranslate2 copies are compared with torch anew.

Changes nothing and fetches nothing; what was locked is given to it.
"""

from dataclasses import dataclass
from pathlib import Path

from trans.engines.pieces import first_line
from trans.errors import ModelError, TransError
from trans.models import convert, copies, lock
from trans.models.checkpoint import weights_sha256
from trans.models.locate import locate, origin
from trans.models.lock import LockedModel
from trans.models.transfer import misnamed
from trans.models.wanted import Wanted, WantedCopy


@dataclass(frozen=True, slots=True)
class Checked:
    """``against``: what the files were compared with. ``problems`` is empty where all is right; ``hint`` says what to do else.

    ``copies`` has what was found of each CTranslate2 copy.
    """

    against: str
    problems: tuple[str, ...]
    hint: str
    copies: tuple[str, ...]


def recheck(wanted: Wanted, locked: LockedModel | None) -> Checked:
    """Look at a model: its files against ``locked``, else against the hub's names of them, and its copies against torch."""
    hint = f"Run 'trans models pull {wanted.profiles[0]}': it fetches again what is not right."
    revision = locked.commit if locked and locked.commit else wanted.revision
    against = "models.lock" if locked else "nothing, it is not locked"
    try:
        folder = locate(wanted.model, revision, wanted.base, download=False)
        if locked:
            problems = lock.verify(folder, locked, afresh=True)
            if problems and not locked.commit:
                hint = lock.put_back(folder, wanted.profiles[0])
        else:
            lock.files_of(folder, afresh=True)
            problems = []
            if origin(wanted.model) == "hub":
                against = "the hub's hashes, as it is not locked"
                problems = [f"{name} is not what the hub had" for name in misnamed(folder)]
        if problems:  # the copies are those of other files
            return Checked(against, tuple(problems), hint, ())
        found = tuple(_looked_at(copy, folder) for copy in wanted.copies)
    except TransError as error:
        return Checked(against, (error.message,), error.hint, ())
    except OSError as error:
        return Checked(against, (f"it can't be read: {first_line(error)}",), hint, ())
    return Checked(against, (), "", found)


def _looked_at(wanted: WantedCopy, folder: Path) -> str:
    """Return what is to be said of a copy that is right, or not there yet. Raises ``ModelError`` for one that is not."""
    pieces, sha256 = wanted.pieces(folder), weights_sha256(folder)
    copy = copies.copy_of(pieces, sha256, wanted.quantization)
    if copy is None:
        return f"no {wanted.quantization} copy yet"
    altered = copies.altered(copy, afresh=True)
    if altered:
        raise copies.not_as_made(copy, altered)
    # Beside the copies: the one in float32 is as large as the checkpoint, and some machines keep /tmp in memory.
    try:
        with copies.scratch_beside(copy) as scratch:
            convert.recheck(folder, pieces, wanted.quantization, copy, scratch)
    except OSError as error:
        raise ModelError(
            f"The CTranslate2 copy can't be compared, for {copy.parent} can't be written to: {first_line(error)}",
            "Free some space there, as much as the model has, or make it writable; and verify again.",
        ) from error
    return f"{wanted.quantization} copy equal to PyTorch's"
