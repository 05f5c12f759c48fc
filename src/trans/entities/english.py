"""Finds the table's names in English: countries, adjectives, demonyms and their plurals, abbreviations and signs ('US$')."""

import re
from collections import defaultdict
from functools import cache, lru_cache

from trans.composed import without_accents
from trans.entities import Mention
from trans.entities.table import Reading, table

_TOKEN = re.compile(r"[^\W_]+|[$€£¥₹₽]")
_NO_PLURAL = ("s", "sh", "ch", "ese", "z")

_Forms = dict[str, list[tuple[tuple[str, ...], tuple[Reading, ...]]]]


def find(text: str) -> list[Mention]:
    """Return the mentions in ``text``, in order."""
    tokens = [(_plain(match[0]), *match.span()) for match in _TOKEN.finditer(text)]
    forms = _forms()
    found: list[Mention] = []
    position = 0
    while position < len(tokens):
        length, readings = _longest(forms, tokens, position)
        start, (last, _, end) = tokens[position][1], tokens[position + max(length, 1) - 1]
        if len(last) == 1 and length > 1 and text.startswith(".", end):  # 'U.S.'
            end += 1
        found += [
            Mention(reading.entity, start, end, reading.form, reading.certain)
            for reading in readings
            if reading.entity is not None
        ]
        position += max(length, 1)
    return found


def _longest(forms: _Forms, tokens: list[tuple[str, int, int]], position: int) -> tuple[int, tuple[Reading, ...]]:
    """Return how many tokens the longest form at ``position`` takes, and its readings; 0 where there is none."""
    for form, readings in forms.get(tokens[position][0].lower(), ()):
        length = len(form)
        here = tokens[position : position + length]
        if len(here) == length and all(_same(part, token[0]) for part, token in zip(form, here, strict=True)):
            return length, readings
    return 0, ()


def _same(listed: str, written: str) -> bool:
    """'dollar' is found in any case, 'Turkey' with a capital, 'WHO' as it is."""
    if listed == written:
        return True
    if listed.isupper():
        return False
    return listed.lower() == written.lower() and (listed[0].islower() or written[0].isupper())


@cache
def _forms() -> _Forms:
    """By first token in lower case, the longest first."""
    readings: dict[tuple[str, ...], list[Reading]] = defaultdict(list)
    for text, reading in table().english:
        for form in _variants(text, reading):
            tokens = tuple(_plain(token) for token in _TOKEN.findall(form))
            found = readings[tokens]
            if all(reading.entity != other.entity for other in found):
                found.append(reading)
    forms: _Forms = defaultdict(list)
    for tokens, found in readings.items():
        forms[tokens[0].lower()].append((tokens, tuple(found)))
    for listed in forms.values():
        # The longest first; of 'WHO' and 'Who' the exact one decides by itself.
        listed.sort(key=lambda item: -len(item[0]))
    return dict(forms)


def _variants(text: str, reading: Reading) -> list[str]:
    forms = [text]
    if " & " in text:
        forms.append(text.replace(" & ", " and "))
    if text.startswith("St. "):
        forms.append(text.replace("St. ", "Saint ", 1))
    if reading.form == "people" and not text.endswith(_NO_PLURAL):
        forms.append(f"{text}s")
    if reading.entity and reading.entity.kind == "organisation" and text.count(" ") >= 2:
        return [form.lower() for form in forms]  # 'the international court of justice'
    return forms


@lru_cache(maxsize=16_384)
def _plain(token: str) -> str:
    """Return ``token`` without accents: 'Réunion' and 'Reunion' are one."""
    return token if token.isascii() else without_accents(token)
