"""The model's raw English into readable English: HTML entities and the spaces that tokenised training text left.

Knows characters only. Deletes white space and unescapes entities, nothing else: no word, digit or mark is dropped or added.
"""

import html
import re

VERSION = 1
"""Raise it when the same output is cleaned otherwise: finished briefs are then made again (their decodes are remembered)."""

# opus-mt-ar-en writes entities in about 2% of its sentences, some torn apart ('& apos ;', '& amp ; quot ;') by the
# tokeniser its training text went through. Only the names seen there and in web text: '&copy' may be a word.
_ENTITY = re.compile(
    r"&\s*(amp|quot|apos|lt|gt|nbsp|lsquo|rsquo|ldquo|rdquo|laquo|raquo|ndash|mdash|hellip|#\s?\d{1,6}|#\s?x[0-9a-f]{1,5})\s*;",
    re.IGNORECASE,
)

_BEFORE = re.compile(r"(?<=[^\s,;:])\s+(?=[,.;!?…]+(?:[\s\"'”’)\]]|$))")  # 'word ,' but not ' .5' or ' .NET'
_COLON = re.compile(r"(?<![\d\s])\s+:(?=\s|$)")  # not '3 : 1'
_PERCENT = re.compile(r"(?<=\d)\s+(?=[%٪](?!\w))")
_CURRENCY = re.compile(r"(?<=[$€£])\s+(?=\d)")
_OPEN = re.compile(r"(?<=[(\[{“«])\s+")
_CLOSE = re.compile(r"\s+(?=[)\]}”»](?!\w))")
# Possessives and contractions as Moses tokenises them: "Roux ' s", "it 's", "don 't", "do n't", "d ' état", "workers ' rights".
_CONTRACTION = re.compile(r"(?<=\w)\s+(?=n['’]t\b)|(?<=\w)\s*(['’])\s*(?=(?:s|t|re|ve|ll|d|m)\b)", re.IGNORECASE)
_PLURAL_POSSESSIVE = re.compile(r"(?<=s)\s+(['’])(?=\s[a-z])")
_ELISION = re.compile(r"\b([dlDLO]|[Qq]u)\s*(['’])\s*(?=[^\W\d_]{2})")
_QUOTE = re.compile(r"\s*\"\s*")


def clean(text: str) -> str:
    """Return ``text`` with entities unescaped, the spaces around punctuation closed, and single spaces. Idempotent.

    Digits and their order stay; no two numbers are joined: in ``3 , 000`` only the space before the comma goes.
    """
    while (cleaned := _once(text)) != text:  # ends: every change makes the text shorter
        text = cleaned
    return text


def _once(text: str) -> str:
    text = _ENTITY.sub(_unescape, text)
    text = " ".join(text.split())
    for pattern in (_BEFORE, _PERCENT, _CURRENCY, _OPEN, _CLOSE):
        text = pattern.sub("", text)
    text = _COLON.sub(":", text)
    text = _CONTRACTION.sub(r"\1", text)
    text = _ELISION.sub(r"\1\2", text)
    if len(re.findall(r"(?<!\w)['’]|['’](?!\w)", text)) == 1:  # with a second one it may be a quotation
        text = _PLURAL_POSSESSIVE.sub(r"\1", text)
    return _close_quotes(text)


def _unescape(match: re.Match[str]) -> str:
    return html.unescape(f"&{match[1].replace(' ', '').lower()};")


def _close_quotes(text: str) -> str:
    """Close the spaces inside pairs of straight double quotes, unless the quotes don't pair: then none is touched."""
    if text.count('"') % 2:
        return text
    inside = False
    parts = []
    last = 0
    for match in _QUOTE.finditer(text):
        before, after = match[0].split('"')
        # A word right before an opening quote, or right after a closing one: the pairs are not what they seem.
        glued = text[match.start() - 1 : match.start()] if not inside and not before else ""
        glued += text[match.end() : match.end() + 1] if inside and not after else ""
        if any(character.isalnum() for character in glued):
            return text
        parts += [text[last : match.start()], f'"{after}' if inside else f'{before}"']
        inside = not inside
        last = match.end()
    return "".join(parts) + text[last:]
