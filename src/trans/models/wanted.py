"""A model as a models.yaml wants it: its name and licence, and the CTranslate2 copies that its profiles use.

Plain data for ``pull`` and ``recheck``, which know no settings.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from trans.engines.pieces import Pieces
from trans.licences import Commercial


@dataclass(frozen=True, slots=True)
class WantedCopy:
    """A copy in a number format, for the tokenizer that ``pieces`` makes of a checkpoint's folder.

    ``variant`` tells apart what may be generated: copies that are equal in both are one.
    """

    quantization: str
    variant: tuple[object, ...]
    pieces: Callable[[Path], Pieces]


@dataclass(frozen=True, slots=True)
class Wanted:
    """``base`` is the folder that relative model folders are meant from; ``profiles`` are those that use the model."""

    model: str
    revision: str
    base: Path
    licence: str
    commercial: Commercial
    profiles: tuple[str, ...]
    copies: tuple[WantedCopy, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.model, self.revision


def merged(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Return each model once, with the profiles and the copies of all its mentions, in order."""
    found: dict[tuple[str, str], Wanted] = {}
    for item in wanted:
        before = found.get(item.key)
        if before is None:
            found[item.key] = item
            continue
        copies = {(copy.quantization, copy.variant): copy for copy in (*before.copies, *item.copies)}
        profiles = tuple(dict.fromkeys((*before.profiles, *item.profiles)))
        found[item.key] = replace(before, profiles=profiles, copies=tuple(copies.values()))
    return list(found.values())
