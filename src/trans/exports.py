"""Which formats a brief is given in: an export leaves the desk, and neither a killed item nor, where that is asked for, one that
nobody reviewed may do that. Pure; knows no renderer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Word files and translation memories go to people and systems that never see our pages. ninjs of a killed item stays: without its
# text, it is what tells a receiving system to take the item back.
EXPORTS = frozenset({"docx", "ninjs", "tmx", "jsonl"})
_TELLS_OF_KILLS = "ninjs"


@dataclass(frozen=True, slots=True)
class Wish:
    """What formats were asked for. ``only_reviewed``: exports of reviewed briefs alone."""

    formats: tuple[str, ...]
    only_reviewed: bool = False

    def of(self, *, killed: bool, reviewed: bool) -> tuple[str, ...]:
        """Return the formats that a brief of that standing is given in."""
        return tuple(name for name in self.formats if self.may(name, killed=killed, reviewed=reviewed))

    def amiss(self, there: Iterable[str], *, killed: bool, reviewed: bool) -> bool:
        """Say whether a format is missing among those that are ``there``, or is one that the brief must not be given in."""
        wanted = self.of(killed=killed, reviewed=reviewed)
        return any(name not in there for name in wanted) or any(
            not self.may(name, killed=killed, reviewed=reviewed) for name in there
        )

    def may(self, name: str, *, killed: bool, reviewed: bool) -> bool:
        """Say whether a brief of that standing may be given in a format, asked for or not."""
        if name not in EXPORTS:
            return True
        if killed:
            return name == _TELLS_OF_KILLS
        return reviewed or not self.only_reviewed
