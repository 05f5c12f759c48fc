"""Markers of list items from numbers: '3.', 'ج)', 'iv.'. Pure."""

BULLET = "• "
"""For every bullet: those of symbol fonts are no characters that other fonts have."""

_ALPHABET = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
_ABJAD = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_LETTERS = {
    "arabicAlpha": _ALPHABET,
    "arabicAbjad": _ABJAD,
    "lowerLetter": _LATIN,
    "upperLetter": _LATIN.upper(),
}
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_MAX_ROMAN = 39


def numeral(number: int, form: str) -> str:
    """Return ``number`` in the form that ECMA-376 (17.18.59) calls ``form``; plain digits for forms that no news has."""
    letters = _LETTERS.get(form, "")
    if 0 < number <= len(letters):
        return letters[number - 1]
    if form in ("lowerRoman", "upperRoman") and 0 < number <= _MAX_ROMAN:
        roman, rest = "", number
        for value, sign in _ROMAN:
            roman += sign * (rest // value)
            rest %= value
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)
