"""Unicode's normal forms in time that grows with the text.

``unicodedata.normalize`` puts the marks on one letter in order by moving each past all others: one letter with 160 kB of accents
took it 12 s, and 4 MB would take hours. A letter with more than 64 marks stays as it is; UAX #15 (Stream-Safe Text Format) finds
30 enough for any language.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]

# Characters: the worst text of that length takes 0.7 ms, and nearly every sentence is shorter.
_SHORT = 512
_MARKS = 64
# The only ones that are no marks themselves and become some: Tibetan vowels, and the halfwidth marks of Japanese.
_MADE_OF_MARKS = "\u0f73\u0f75\u0f81\uff9e\uff9f"
# Nothing composes with an ASCII character after it.
_PIECE = re.compile(r"[ -~][^ -~]*|[^ -~]+")


def normalize(form: Form, text: str) -> str:
    """Return the text in a normal form, as ``unicodedata.normalize`` has it but for letters with more than 64 marks."""
    if len(text) <= _SHORT or text.isascii():
        return unicodedata.normalize(form, text)
    return "".join(_piecewise(form, text))


def without_accents(text: str) -> str:
    """Return the text with its letters alone: 'Réunion' becomes 'Reunion'."""
    return "".join(letter for letter in normalize("NFKD", text) if not unicodedata.combining(letter))


def _piecewise(form: Form, text: str) -> Iterator[str]:
    for match in _PIECE.finditer(text):
        piece = match[0]
        if len(piece) <= _SHORT:
            yield unicodedata.normalize(form, piece)
            continue
        done = 0
        for start, end in _overloaded(piece):
            yield unicodedata.normalize(form, piece[done:start])
            yield piece[start:end]
            done = end
        yield unicodedata.normalize(form, piece[done:])


def _is_mark(character: str) -> bool:
    return unicodedata.combining(character) > 0 or character in _MADE_OF_MARKS


def _overloaded(text: str) -> Iterator[tuple[int, int]]:
    """Yield where letters with too many marks begin and end."""
    start = 0
    for position, character in enumerate(text):
        if not _is_mark(character):
            if position - start - 1 > _MARKS:
                yield start, position
            start = position
    if len(text) - start - 1 > _MARKS:
        yield start, len(text)
