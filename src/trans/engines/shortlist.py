"""Which pieces the decoder may write: those of the target language. A softmax over the others costs time, and they can only be
mistakes.

Knows sentencepiece's vocabularies; no weights, no engine.
"""

from collections.abc import Iterator
from typing import Any

# Raise it when the same vocabulary would give another list: converted copies and remembered decodes depend on it.
VERSION = 1

# What Arabic and English are written with, of the hundred scripts that mT5 knows.
_CHARACTERS = frozenset(
    chr(code)
    for block in (
        range(0x0020, 0x0250),  # ASCII, and Latin with all accents of Europe's languages
        range(0x0300, 0x0370),  # combining accents
        range(0x0600, 0x0700),  # Arabic
        range(0x0750, 0x0780),
        range(0x08A0, 0x0900),
        range(0x1E00, 0x1F00),  # more Latin
        range(0x2000, 0x2070),  # dashes, quotation marks
        range(0x20A0, 0x20D0),  # currencies
        range(0x2100, 0x2600),  # number sign, minus, arrows, bullets; among them U+2581, sentencepiece's mark of a word
        range(0xFB50, 0xFE00),  # Arabic ligatures
        range(0xFE70, 0xFF00),
    )
    for code in block
)

# A list of pieces is kept in a text file, one line of words (CTranslate2's vmap.txt).
_SEPARATORS = frozenset(" \t\r\n")


def pieces(model: Any, *, own_language: bool) -> Iterator[str]:
    """Yield the pieces of a sentencepiece model that stand for text of the target language.

    ``own_language``: the model was trained on that language alone, so that all its pieces count; else those written with its
    characters.
    """
    for index in range(model.get_piece_size()):
        if model.is_control(index) or model.is_unknown(index) or model.is_unused(index):
            continue
        piece: str = model.id_to_piece(index)
        if (own_language or _CHARACTERS.issuperset(piece)) and _SEPARATORS.isdisjoint(piece):
            yield piece
