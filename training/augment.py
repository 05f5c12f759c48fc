"""Varies sentence pairs, on both sides alike: other numbers, other names.

What stands once in the Arabic and once in the English is the same thing in both and may be another. It knows no
vocabulary and no network.
"""

import functools
import random
import re
from collections import defaultdict

from training.names import Name, names

# How often a pair's numbers and names are others than those written: they are to be read, not remembered.
NUMBERS_SWAPPED = 0.5
NAMES_SWAPPED = 0.3

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)|\d+")
# A possessive's 's is no part of the name.
_WORD = re.compile(r"[A-Z](?:[A-Za-z-]|'(?!s\b))+")
# Beside one of these it is another name: South Sudan, the South China Sea, the Panama Canal.
_COMPOUND = r"(?:North|South|East|West|New|Northern|Southern|Eastern|Western|Equatorial|Central|San|Sea|Canal|Strait)"


def swap_numbers(arabic: str, english: str, rng: random.Random) -> tuple[str, str]:
    """Return both sides with each number that stands once in both replaced by one of the same length.

    2500 and 2,500 are one number: each side keeps its commas.
    """
    source, target = ([_value(text) for text in _NUMBER.findall(side)] for side in (arabic, english))
    new = {}
    for number in source:
        # 0, 1 and 3 to 10 govern another form of the noun than the rest in Arabic: few stay with few, many with many.
        if source.count(number) == target.count(number) == 1 and number not in ("0", "1", "2", "10"):
            first = "0" if number[0] == "0" else rng.choice("3456789" if len(number) == 1 else "123456789")
            rest = "".join(rng.choice("0123456789") for _ in number[1:])
            new[number] = first + rest if first + rest != "10" else number

    def swapped(match: re.Match[str]) -> str:
        digits = iter(new.get(_value(match[0]), _value(match[0])))
        return "".join(next(digits) if char != "," else char for char in match[0])

    return _NUMBER.sub(swapped, arabic), _NUMBER.sub(swapped, english)


def _value(number: str) -> str:
    return number.replace(",", "")


def swap_names(arabic: str, english: str, rng: random.Random) -> tuple[str, str]:
    """Return both sides with each known name that stands once in both replaced by another of its kind."""
    by_english, slots = _index()
    for word in _WORD.findall(english):
        for name in by_english.get(word, ()):
            # A proclitic (and, by, for ...) may be written before a name without the article.
            before = r"(?<!\w)([وف]?[بك]?)" if name.slot[1] else r"(?<!\w)([وف]?[بلك]?)"
            pattern = re.compile(rf"{before}{re.escape(name.arabic)}(?!\w)")
            if len(pattern.findall(arabic)) == 1 and _alone(word, english):
                other = rng.choice(slots[name.slot])
                arabic = pattern.sub(rf"\g<1>{other.arabic}", arabic)
                english = re.sub(rf"(?<!\w){word}(?!\w)", other.english, english)
                break
    return arabic, english


def _alone(word: str, english: str) -> bool:
    """Return whether the name stands once and is no part of a longer one."""
    whole = re.findall(rf"(?<!\w){word}(?!\w)", english)
    longer = re.search(rf"\b{_COMPOUND} {word}\b|\b{word} {_COMPOUND}\b", english)
    return len(whole) == 1 and not longer


def vary(arabic: str, english: str, rng: random.Random) -> tuple[str, str]:
    """Return one variant of a pair; often the pair as it is."""
    if rng.random() < NUMBERS_SWAPPED:
        arabic, english = swap_numbers(arabic, english, rng)
    if rng.random() < NAMES_SWAPPED:
        arabic, english = swap_names(arabic, english, rng)
    return arabic, english


@functools.cache
def _index() -> tuple[dict[str, list[Name]], dict[tuple[str, bool], list[Name]]]:
    by_english, slots = defaultdict(list), defaultdict(list)
    for name in names():
        by_english[name.english].append(name)
        slots[name.slot].append(name)
    return by_english, slots
