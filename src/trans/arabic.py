"""The model's input, made from the reader's Arabic.

OPUS models were trained on plain text: presentation forms, tatweel, invisible direction marks and Arabic-Indic
digits are rare there, and what is rare is mistranslated. This module knows characters only: no model, no
sentence, no file. What people read is never altered by it; only the engine sees its result.
"""

import re
import unicodedata

from trans.composed import normalize

VERSION = 1
"""Raise it when the same text gives another model input: finished briefs are then made again."""

# Arabic Presentation Forms A and B: what old typesetting systems and PDF extraction leave behind. Only these go
# through NFKC: over a whole text it would turn 10² into 102.
_PRESENTATION_FORM = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")

# Tatweel (kashida) is typography; the rest is invisible: bidi marks, embeddings and isolates, zero-width spaces
# and joiners, word joiner, byte-order mark, soft hyphen.
_INVISIBLE = dict.fromkeys(
    [
        *(0x0640, 0x00AD, 0x061C, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)

# Arabic-Indic and Persian digits stand in reading order already, so they map one to one.
_DIGITS = {zero + value: str(value) for zero in (0x0660, 0x06F0) for value in range(10)}

_PUNCTUATION = {
    **dict.fromkeys(map(ord, "«»“”„‟\ufd3e\ufd3f"), '"'),
    **dict.fromkeys(map(ord, "‹›‘’‚‛"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    ord("…"): "...",
    ord("٪"): "%",
    ord("٫"): ".",
    ord("٬"): ",",
}

# Letters that a Persian keyboard leaves in Arabic text: 43,696th and 52,176th of opus-mt-ar-en's 62,834 pieces.
_LETTERS = {ord("ی"): "ي", ord("ک"): "ك"}

_TABLE = {**_INVISIBLE, **_DIGITS, **_PUNCTUATION, **_LETTERS}

# Honorific signs, short vowels, tanwin, shadda, sukun, dagger alef, Quranic marks (Unicode blocks Arabic, Arabic
# Extended-A). Hamza and madda above or below (U+0653-0655) are letters' parts and are composed by NFC after this.
_DIACRITICS = re.compile(
    "[\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]"
)

_COMMA_IN_NUMBER = re.compile(r"(?<=\d)،(?=\d)")
_FRACTION = re.compile("(\\d?)([\u00bc-\u00be\u2150-\u215e])")
_SUPERSCRIPT = re.compile("(?<=\\d)([\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+)")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def for_model(text: str, *, strip_diacritics: bool = True) -> str:
    """Return ``text`` as the model should see it: one line, plain letters, ASCII digits and quotes.

    Values are kept: ``١٬٥٠٠٫٢٥`` becomes ``1,500.25``, ``٣٩٪`` becomes ``39%``, ``3½`` becomes ``3 1/2``. The function
    is idempotent and never raises. Source of the mapping: Unicode's Arabic blocks and CLDR's Arabic number symbols.
    """
    text = _PRESENTATION_FORM.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = text.translate(_TABLE)
    if strip_diacritics:
        text = _DIACRITICS.sub("", text)
    # After the letters are plain and what stood between them is gone: a Persian yeh and a hamza above are one letter.
    text = normalize("NFC", text)
    text = _COMMA_IN_NUMBER.sub(",", text)
    # sentencepiece's own NFKC would glue these to the digit before: 3½ -> 31/2, 10² -> 102.
    text = _FRACTION.sub(_spell_fraction, text)
    text = _SUPERSCRIPT.sub(lambda match: "^" + normalize("NFKC", match[1]), text)
    return _SPACE.sub(" ", text).strip()


def _spell_fraction(match: re.Match[str]) -> str:
    digit, fraction = match.groups()
    spelled = unicodedata.normalize("NFKC", fraction).replace("\u2044", "/")
    return f"{digit} {spelled}" if digit else spelled
