"""Faults put into good English, one a line, to see which of them the checks find. Deterministic: ``seed`` and the line decide.

Each fault is a function of (source, reference, a random generator) that returns the English spoilt, or None where the line
gives no occasion. Knows nothing of the checks, so that no check can be made to fit.
"""

import random
import re
from collections.abc import Callable
from functools import cache

from babel import Locale

Fault = Callable[[str, str, random.Random], str | None]

_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_CLAUSE = re.compile(r"[,;:–—]\s+|\s+(?=(?:and|but|while|which|who|after|before|because|when|where|as)\s)")


def digit_changed(source: str, reference: str, draw: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(reference))
    if not numbers:
        return None
    number = draw.choice(numbers)
    places = [place for place in range(*number.span()) if reference[place].isdigit()]
    place = draw.choice(places)
    digits = [
        digit for digit in "0123456789" if digit != reference[place] and not (digit == "0" and place == places[0])
    ]
    return reference[:place] + draw.choice(digits) + reference[place + 1 :]


def number_dropped(source: str, reference: str, draw: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(reference))
    if not numbers:
        return None
    number = draw.choice(numbers)
    return " ".join((reference[: number.start()] + reference[number.end() :]).split())


def digits_transposed(source: str, reference: str, draw: random.Random) -> str | None:
    pairs = [
        place
        for number in _NUMBER.finditer(reference)
        for place in range(number.start(), number.end() - 1)
        if reference[place].isdigit() and reference[place + 1].isdigit() and reference[place] != reference[place + 1]
    ]
    if not pairs:
        return None
    place = draw.choice(pairs)
    return reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]


def numbers_exchanged(source: str, reference: str, draw: random.Random) -> str | None:
    numbers = list(_NUMBER.finditer(reference))
    pairs = [(one, other) for one in numbers for other in numbers if one.start() < other.start() and one[0] != other[0]]
    if not pairs:
        return None
    one, other = draw.choice(pairs)
    between = reference[one.end() : other.start()]
    return reference[: one.start()] + other[0] + between + one[0] + reference[other.end() :]


def last_clause_dropped(source: str, reference: str, draw: random.Random) -> str | None:
    """The last clause of three or more words; the full stop stays."""
    for match in reversed(list(_CLAUSE.finditer(reference))):
        if len(reference[match.end() :].split()) >= 3 and len(reference[: match.start()].split()) >= 3:
            return reference[: match.start()].rstrip(" ,;:–—") + "."
    return None


def half_dropped(source: str, reference: str, draw: random.Random) -> str | None:
    """The second half of the words; the full stop goes or stays."""
    words = reference.split()
    if len(words) < 6:
        return None
    return " ".join(words[: len(words) // 2]) + draw.choice(("", "."))


def phrase_looped(source: str, reference: str, draw: random.Random) -> str | None:
    """Two to five words come three times."""
    words = reference.split()
    length = draw.randint(2, 5)
    if len(words) < length + 2:
        return None
    start = draw.randrange(len(words) - length + 1)
    return " ".join([*words[: start + length], *words[start : start + length] * 2, *words[start + length :]])


def country_replaced(source: str, reference: str, draw: random.Random) -> str | None:
    """A country that both sides name is called otherwise in the English."""
    found = [
        match
        for english, arabic in _countries().items()
        if arabic in source
        for match in re.finditer(rf"\b{re.escape(english)}\b", reference)
    ]
    if not found:
        return None
    match = draw.choice(found)
    other = draw.choice([name for name in sorted(_countries()) if name not in reference and name not in match[0]])
    return reference[: match.start()] + other + reference[match.end() :]


def left_in_arabic(source: str, reference: str, draw: random.Random) -> str | None:
    """An Arabic word of the source stands where an English one was."""
    arabic = re.findall(r"[\u0621-\u064a]{4,}", source)
    words = reference.split()
    if not arabic or len(words) < 4:
        return None
    place = draw.randrange(1, len(words) - 1)
    return " ".join([*words[:place], draw.choice(arabic), *words[place + 1 :]])


FAULTS: dict[str, Fault] = {
    "digit changed": digit_changed,
    "number dropped": number_dropped,
    "digits transposed": digits_transposed,
    "numbers exchanged": numbers_exchanged,
    "last clause dropped": last_clause_dropped,
    "half dropped": half_dropped,
    "phrase looped": phrase_looped,
    "country replaced": country_replaced,
    "left in Arabic": left_in_arabic,
}


@cache
def _countries() -> dict[str, str]:
    """CLDR's countries: English to Arabic."""
    english, arabic = (
        {str(code): str(name) for code, name in Locale(language).territories.items()} for language in ("en", "ar")
    )
    codes = [code for code in english if len(code) == 2 and code in arabic and code not in ("ZZ", "EZ")]
    return {english[code]: arabic[code] for code in codes}
