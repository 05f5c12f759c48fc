"""Text with every digit in ASCII, Arabic letters folded and invisible marks gone, and the way back to the text as given.

Knows characters only.
"""

import re
import unicodedata
from dataclasses import dataclass

_DROPPED = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufb50-\ufdff\ufe70-\ufefc]"
)
"""Marks, tatweel, direction and joiner characters; and presentation forms, which come apart into plain letters."""

_DIGIT = re.compile(r"(?![0-9])\d")
_SAME = str.maketrans("أإآٱىیکة٪٫٬،‐‑‒–—―−⁄∕’‘٠١٢٣٤٥٦٧٨٩", "اااايي" + "كه%.,," + "-" * 7 + "//''0123456789")


@dataclass(frozen=True, slots=True)
class Plain:
    """``text`` is plain; ``places[i]`` is where its character ``i`` stands in the text as given, or None if all stand where
    they stood."""

    text: str
    places: tuple[int, ...] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the text as given of ``text[start:end]``, which must not be empty."""
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def plain(text: str) -> Plain:
    """Return ``text`` folded: hamza forms of alef, ى and ة as plain letters, dashes as '-', '٫' as '.', '٬' and '،' as ','."""
    places: tuple[int, ...] | None = None
    if _DROPPED.search(text):
        kept = [
            (letter, place)
            for place, character in enumerate(text)
            for letter in (_spell(character) if _DROPPED.match(character) else character)
        ]
        text = "".join(letter for letter, _ in kept)
        places = tuple(place for _, place in kept)
    text = text.translate(_SAME)
    return Plain(_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text), places)


def _spell(character: str) -> str:
    """A presentation form as its letters; nothing for a mark."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", character))
