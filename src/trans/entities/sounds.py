"""Does an English word sound like an Arabic one? So that names that stand in no list are found on both sides.

Consonants decide: each Arabic letter has the Latin letters that transliterations write for it, vowels only must not contradict.
``Sounds`` finds the pairs between two sets of words by hashing, so that long texts cost no more than their length. Knows nothing
of meaning: 'General' and جنرال are a pair as good as 'Haftar' and حفتر.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from trans.composed import normalize
from trans.entities.letters import ARABIC, ARABIC_VOWELS, ENGLISH, ENGLISH_VOWELS, ENGLISH_WEAK, WRITTEN_AS
from trans.phrases import fold

# With two consonants, short words agree by chance: 'روك' is Rock and Rook.
_LEAST_CONSONANTS, _LEAST_LETTERS = 2, 4
_MOST_KEYS = 24  # readings of one word: 'ch' alone has three
_MOST_LETTERS = 24  # longer than any name; bounds what hostile text can cost
_MOST_PER_KEY = 8  # words of a text that share one key

# What may be written onto an Arabic name: conjunction, preposition, article; fewest letters first.
_CLITICS = ("", *"وفبلك", "ال", "لل", "وب", "ول", "وك", "وال", "فال", "بال", "كال", "ولل", "وبال", "وكال")

_ARABIC_GROUP = re.compile("|".join(sorted(ARABIC, key=len, reverse=True)))
_ENGLISH_GROUP = re.compile("|".join(sorted(ENGLISH, key=len, reverse=True)))
_ARABIC_DOUBLE = re.compile("([لوي])\\1")
_DOUBLE = re.compile(r"([^\Waeiouz])\1")


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One reading of a word: ``key`` holds a class a letter; ``parts`` what stands for each; ``gaps`` what is before each of
    them and after the last.
    """

    key: str
    parts: tuple[str, ...]
    gaps: tuple[str, ...]


class Sounds:
    """The English words of a text, to ask which of them an Arabic word may be written as."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_key: dict[str, list[tuple[str, Skeleton]]] = defaultdict(list)
        for word in dict.fromkeys(words):
            for skeleton in english_skeletons(word):
                if len(found := self._by_key[skeleton.key]) < _MOST_PER_KEY:
                    found.append((word, skeleton))

    def like(self, arabic: str, least: int = _LEAST_CONSONANTS) -> list[tuple[str, str]]:
        """Return the English words that sound like ``arabic`` (folded), each with the stem it matches: fewest clitics first.

        ``least`` is how many consonants they must share.
        """
        found: dict[str, str] = {}
        for stem in stems(arabic):
            for skeleton in arabic_skeletons(stem):
                if len(skeleton.key) < least:
                    continue
                for word, other in self._by_key.get(skeleton.key, ()):
                    if word not in found and _agree(skeleton, other):
                        found[word] = stem
        return list(found.items())


def same_sound(first: str, second: str) -> bool:
    """Whether two English names may be spellings of one ('Kiev', 'Kyiv')."""
    keys = [{skeleton.key for skeleton in english_skeletons(word)} for word in (first, second)]
    return not keys[0].isdisjoint(keys[1])


@lru_cache(maxsize=16_384)
def stems(form: str) -> tuple[str, ...]:
    """Return a folded word as it is, and without what may be written onto it."""
    return tuple(
        dict.fromkeys(
            form[len(clitic) :] for clitic in _CLITICS if form.startswith(clitic) and len(form) > len(clitic) + 2
        )
    )


@lru_cache(maxsize=16_384)
def arabic_skeletons(word: str) -> tuple[Skeleton, ...]:
    """Return the readings of an Arabic word; none where it has too few consonants to tell a name by.

    Two letters alike are two consonants, as doubled ones are written once: all but long vowels and the ل of الله.
    """
    letters = fold(word)
    least = _LEAST_CONSONANTS + (len(letters) < _LEAST_LETTERS)
    return tuple(_skeletons(_ARABIC_DOUBLE.sub(r"\1", letters), _ARABIC_GROUP, ARABIC, least))


@lru_cache(maxsize=16_384)
def english_skeletons(word: str) -> tuple[Skeleton, ...]:
    """Return the readings of an English word; none where it has too few consonants to tell a name by."""
    letters = normalize("NFKD", word.lower())
    plain = "".join(letter for letter in letters if letter.isalpha())
    return tuple(_skeletons(_DOUBLE.sub(r"\1", plain), _ENGLISH_GROUP, ENGLISH, _LEAST_CONSONANTS))


def _skeletons(
    word: str, group: re.Pattern[str], classes: dict[str, tuple[str, ...]], least: int
) -> Iterator[Skeleton]:
    if len(word) > _MOST_LETTERS:
        return
    found = list(group.finditer(word))
    readings = product(*(classes[match[0]] for match in found))
    for _, reading in zip(range(_MOST_KEYS), readings, strict=False):
        key = "".join(reading)
        if len(key) < least:
            continue
        parts: list[str] = []
        gaps = [""]
        last = 0
        for match, letters in zip(found, reading, strict=True):
            gaps[-1] += word[last : match.start()]
            last = match.end()
            if not letters:  # a silent letter is a vowel's place
                gaps[-1] += match[0]
            for _letter in letters:
                parts.append(match[0])
                gaps.append("")
        gaps[-1] += word[last:]
        yield Skeleton(key, tuple(parts), tuple(gaps))


def _agree(arabic: Skeleton, english: Skeleton) -> bool:
    """Whether two skeletons of one key may be one name: each consonant can be written so, and each long vowel has one."""
    return (
        all(
            letter not in WRITTEN_AS or group in WRITTEN_AS[letter]
            for letter, group in zip(arabic.parts, english.parts, strict=True)
        )
        and _begin_alike(arabic.gaps[0], english.gaps[0], len(arabic.key))
        and _end_alike(arabic.gaps[-1], english.gaps[-1])
        and all(
            _count(long, ARABIC_VOWELS) <= _count(vowels, ENGLISH_VOWELS)
            for long, vowels in zip(arabic.gaps[1:-1], english.gaps[1:-1], strict=True)
        )
    )


def _begin_alike(arabic: str, english: str, consonants: int) -> bool:
    if not english:
        # A name that begins with ع or ح may have no letter for it; with so few consonants that is no evidence.
        return not arabic or (arabic[0] not in ARABIC_VOWELS and consonants > _LEAST_CONSONANTS)
    if not arabic:
        return english[0] not in "aeiou" and ENGLISH_WEAK.issuperset(english)
    # و and ي are consonants at a name's beginning, and others are silent before them ('Yusuf', 'Joseph', 'Eugene', 'Utopia').
    if arabic[0] == "و":
        return english[0] in "wouvh"
    if arabic[0] == "ي":
        return english[0] in "yieju"
    return True


def _end_alike(arabic: str, english: str) -> bool:
    if not arabic:
        return english in ("", "e", "h")  # silent ones
    return bool(english) or ARABIC_VOWELS.isdisjoint(arabic)


def _count(letters: str, of: frozenset[str]) -> int:
    return sum(letter in of for letter in letters)
