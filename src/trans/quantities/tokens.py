"""A plain text cut into numerals, words and signs, and what both languages' readers do with them.

Knows no words of its own.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from trans.quantities.base import Quantity
from trans.quantities.numerals import NUMERAL, Found, read
from trans.quantities.plain import Plain

_TOKEN = re.compile(rf"(?P<numeral>{NUMERAL})|(?P<word>[^\W\d_]+)|(?P<sign>[^\w\s])")


@dataclass(frozen=True, slots=True)
class Token:
    """``form`` is lower case; ``found`` is what a numeral holds, empty for a word or a sign."""

    form: str
    start: int
    end: int
    found: tuple[Found, ...] = ()


def tokens(plain: str) -> list[Token]:
    """Return the tokens of a plain text in order."""
    cut = []
    for match in _TOKEN.finditer(plain):
        found = tuple(read(match[0], match.start())) if match.lastgroup == "numeral" else ()
        cut.append(Token(match[0].lower(), match.start(), match.end(), found))
    return cut


Word = TypeVar("Word")


class Reader(ABC, Generic[Word]):
    """The tokens of one text beside what a language's table of number words says of them. ``months`` are where a month's name
    starts, which is no number word then (تشرين الثاني), with the month and the place after it."""

    def __init__(
        self, text: str, cut: list[Token], table: Mapping[str, Word], months: Mapping[int, tuple[Found, int]]
    ) -> None:
        self.text = text
        self.cut = cut
        self._months = months
        self._words = [None if token.found else table.get(token.form) for token in cut]
        for place in months:
            self._words[place] = None

    def read(self) -> list[Found]:
        """Go over the tokens once, from the left, and return what they hold."""
        result: list[Found] = []
        place = 0
        while place < len(self.cut):
            if month := self._months.get(place):
                result.append(month[0])
                place = month[1]
                continue
            found, after = self.starting(place, result)
            result += found
            place = max(after, place + 1)
        return result

    @abstractmethod
    def starting(self, place: int, before: list[Found]) -> tuple[list[Found], int]:
        """Return what starts at a place, and the place after it; it may add to what was found ``before``."""

    def word(self, place: int) -> Word | None:
        """Return what the word at a place is, if it says a number. Any place may be asked for."""
        return self._words[place] if 0 <= place < len(self._words) else None

    def form(self, place: int) -> str:
        """Return the token at a place as it stands in lower case; nothing beyond the ends."""
        return self.cut[place].form if 0 <= place < len(self.cut) else ""

    def digits(self, place: int) -> tuple[Found, ...]:
        """Return what the numeral at a place holds; nothing for other tokens."""
        return self.cut[place].found if 0 <= place < len(self.cut) else ()

    def glued(self, place: int) -> bool:
        """Return whether nothing stands between the token at a place and the one before it."""
        return 0 < place < len(self.cut) and self.cut[place - 1].end == self.cut[place].start


def share_scale(found: list[Found], plain: str, between: re.Pattern[str]) -> list[Found]:
    """In '3 to 5 million' the 3 may be 3 million: give it that value too. ``between`` is what joins two such numbers."""
    shared = list(found)
    for place in range(len(found) - 1, 0, -1):
        low, high = shared[place - 1], shared[place]
        if high.scale > 1 == low.scale and low.value < 1000 and between.fullmatch(plain, low.end, high.start):
            shared[place - 1] = replace(low, also=(*low.also, low.value * high.scale))
    return shared


def quantities(found: Iterable[Found], plain: Plain, text: str) -> tuple[Quantity, ...]:
    """Return what was found as quantities of the text as given."""

    def made(one: Found) -> Quantity:
        start, end = plain.span(one.start, one.end)
        parts = tuple(made(part) for part in one.parts)
        return Quantity(one.value, one.kind, start, end, text[start:end], one.digits, one.loose, one.also, parts)

    return tuple(made(one) for one in found)
