"""Whether two Arabic texts are copies of one another, told from some bytes of each: MinHash over shingles of three words.

The signatures are rensa's. Pure: texts in, signatures out; signatures in, groups out. Knows neither briefs nor files.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import eq

from rensa import RMinHash

from trans.phrases import fold

THRESHOLD = 0.5
"""The share of shingles from which on two texts are one story filed twice. ``bench/alike.py``, 732 articles: copies with another
dateline, credit and headline have 0.67 and more, those without the last paragraph or with one more 0.48, 19 in 20 of them
0.71; of follow-ups that repeat half of a story two in 732 have as much, and two stories 0.1 at most."""

NOTHING_IN_COMMON = 0.1
"""The share of shingles that two stories have at most."""

VERSION = f"1 {RMinHash.ALGORITHM_VERSION}"
"""Signatures of another version don't compare."""

# As compact as MinHash gets (b-bit minwise hashing, Li and König 2010): of each value one byte, of which chance makes two in 256
# the same. 128 of them tell the share to within 0.045 (one standard deviation at a half).
_VALUES = 128
_CHANCE = 1 / 256
_SEED = 1

_SHINGLE_WORDS = 3
# The longest reports have some 10,000; all shingles of a book would take as much memory as the index of a large folder.
_MOST_WORDS = 50_000
# A line and a headline: what is shorter is a caption or a flash, and those are alike by what they are about.
_LEAST_WORDS = 20
# Bytes of a short text's signature. It is compared, and never grouped.
_OF_SHORT = 32

# Values in a row that must be the same for two texts to be compared at all. Of pairs at the threshold 0.4% go unseen so, at 0.55
# 0.05%; of pairs with nothing in common one in 400,000 is compared.
_BAND = 3

# Groups that a text is compared with, those with the most bands in common: 5,000 texts made to be half alike, all of them with
# all, take a second and not minutes.
_MOST_COMPARED = 8

_NO_LETTER = re.compile(r"[\W_]+")


def signature(texts: Iterable[str]) -> bytes:
    """Return the signature of an article's Arabic, given in parts: 128 bytes, fewer of a short text, none of one without words.

    How the words are spelled and punctuated makes no difference, nor where a part ends.
    """
    found = _words(texts)
    if not found:
        return b""
    values = RMinHash(_VALUES, _SEED)
    values.update(_shingles(found))
    whole = bytes(value & 0xFF for value in values.digest())
    return whole if len(found) >= _LEAST_WORDS else whole[:_OF_SHORT]


def shingles(texts: Iterable[str]) -> list[str]:
    """Return what a signature is made of: each three words in a row."""
    return _shingles(_words(texts))


def similarity(one: bytes, other: bytes) -> float:
    """Return which share of all shingles of two texts both have, 0 to 1, as far as their signatures tell."""
    compared = min(len(one), len(other))
    if not compared:
        return 0.0
    same: int = sum(map(eq, one, other))
    return max(0.0, (same / compared - _CHANCE) / (1 - _CHANCE))


def groups(signatures: Sequence[bytes]) -> list[list[int]]:
    """Return the places of those that are copies of one another, in order: groups of two and more.

    All of a group are alike its first. The time is in proportion to the number of signatures, whatever they are.
    """
    bands = _shared_bands(signatures)
    found: dict[int, list[int]] = {}
    leaders: dict[int, list[int]] = defaultdict(list)
    for place in sorted(bands):
        leader = _leader(place, bands[place], leaders, signatures)
        if leader is not None:
            found[leader].append(place)
            continue
        found[place] = [place]
        for band in bands[place]:
            if len(leaders[band]) < _MOST_COMPARED:
                leaders[band].append(place)
    return [group for group in found.values() if len(group) > 1]


def _shared_bands(signatures: Sequence[bytes]) -> dict[int, list[int]]:
    """Return the bands of those that share one with another, each band as a number."""
    bands: dict[int, list[int]] = defaultdict(list)
    whole = [place for place, one in enumerate(signatures) if len(one) == _VALUES]
    number = 0
    # One after another: all bands of a large folder at once would take as much memory as its index.
    for start in range(0, _VALUES - _BAND + 1, _BAND):
        values = [signatures[place][start : start + _BAND] for place in whole]
        shared = {value: place for place, (value, count) in enumerate(Counter(values).items(), number) if count > 1}
        number += len(values)
        if shared:
            for place, value in zip(whole, values, strict=True):
                if value in shared:
                    bands[place].append(shared[value])
    return bands


def _leader(place: int, bands: list[int], leaders: dict[int, list[int]], signatures: Sequence[bytes]) -> int | None:
    """Return the first of the group that a text belongs to, the most alike; None where there is no such group."""
    common: dict[int, int] = defaultdict(int)
    for band in bands:
        for leader in leaders[band]:
            common[leader] += 1
    nearest = sorted(common, key=lambda leader: (-common[leader], leader))[:_MOST_COMPARED]
    alike = [(similarity(signatures[place], signatures[leader]), -leader) for leader in nearest]
    best, leader = max(alike, default=(0.0, 0))
    return -leader if best >= THRESHOLD else None


def _words(texts: Iterable[str]) -> list[str]:
    return list(filter(None, map(_plain, " ".join(texts).split(None, _MOST_WORDS)[:_MOST_WORDS])))


def _shingles(words: list[str]) -> list[str]:
    if len(words) < _SHINGLE_WORDS:
        return [" ".join(words)]
    return list(map(" ".join, zip(*(words[start:] for start in range(_SHINGLE_WORDS)), strict=False)))


# Newspapers use the same words: of a folder's nine in ten are met again.
@lru_cache(maxsize=65_536)
def _plain(word: str) -> str:
    return _NO_LETTER.sub("", fold(word))
