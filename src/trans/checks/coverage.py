"""Which words of the Arabic have a counterpart in the English, and which have none.

A word has one where the English holds a translation that the lexicon knows, a word that sounds like it, its number or its Latin
letters, and where it belongs to a quantity that the English writes in its own way (``counted``). An English word is the
counterpart of one Arabic word only, of the one that stands nearest. That a word has none says little alone, people translate
freely; how much it says depends on the word, and is its ``evidence``.
"""

import math
import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from trans.checks.counted import counted
from trans.checks.lexicon import (
    Entry,
    arabic_sounds,
    arabic_stem,
    english_stem,
    latin_sounds,
    letters_of,
    lexicon,
)
from trans.phrases import Word, words

Kind = Literal["known", "name", "number", "latin", "unknown", "function"]

_ENGLISH_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGITS = re.compile(r"\d+")

# How much a word's presence or absence says, in nats, by its kind: present, absent. From how often such words have a counterpart
# in their own translation and in another sentence's (FLORES reference: numbers 91% and 0%, Latin words 98% and 10%; sounds of
# three consonants 315 times and 30). An unknown word that sounds like nothing is a little more often in the wrong sentence.
_EVIDENCE: dict[Kind, tuple[float, float]] = {
    "number": (-3.3, 2.0),
    "latin": (-2.5, 2.5),
    "name": (-2.2, 0.0),
    "unknown": (0.0, 0.3),
    "function": (0.0, 0.0),
}
# Its counterpart is another word's: it may be a repetition.
_SHARED = 0.3
_HIT = 0.9
# English words to an Arabic one. With 1.1 or 1.4 a hundredth fewer lost clauses are found; with places as shares of each
# sentence's length, two hundredths: a text cut short would be stretched over the whole Arabic.
_ENGLISH_WORDS = 1.25
# Hit rates in news and reference translations are so much lower than in the text that the lexicon comes from (0.73 for 0.81).
_HIT_IN_OTHER_TEXT = 0.88
_MAX_HIT, _MIN_CHANCE, _MAX_CHANCE = 0.95, 0.02, 0.9

# Two consonants are alike as often in another sentence as in the right one.
_MIN_SOUNDS = 3
_MIN_SOUNDS_NEARLY = 4
_MIN_NAME, _MAX_NAME = 3, 24
# Of a word that stands again and again, so many places are looked at: those where the counterpart is expected.
_MAX_PLACES = 8
_BEFORE_NAMES = ("", "ال", "و", "ب", "ل", "لل", "وال", "بال")


@dataclass(frozen=True, slots=True)
class Covered:
    """A word of the Arabic, ``text[start:end]``. ``place`` is the number of the English word that is its counterpart, or None;
    ``hit`` is how likely it has one in a good translation; ``evidence``, in nats, is above zero where it seems left out, below
    where it seems translated; ``letters`` is how long its English would be."""

    start: int
    end: int
    kind: Kind
    place: int | None
    hit: float
    evidence: float
    letters: float


class English:
    """The words of an English text, to be looked up by stem, by sound and as they are."""

    def __init__(self, text: str) -> None:
        self.text = text
        matches = list(_ENGLISH_WORD.finditer(text))
        self.words = [match[0].lower() for match in matches]
        self.spans = [match.span() for match in matches]
        self._by_word: dict[str, list[int]] = {}
        self._by_stem: dict[str, list[int]] = {}
        self._by_sound: dict[str, list[int]] = {}
        self._by_near_sound: dict[str, list[int]] = {}
        self._by_number: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            self._by_word.setdefault(word, []).append(place)
            self._by_stem.setdefault(english_stem(word), []).append(place)
            for number in _DIGITS.findall(word):
                self._by_number.setdefault(number, []).append(place)
            sound = latin_sounds(word) if len(word) <= _MAX_NAME else ""
            if len(sound) >= _MIN_SOUNDS:
                self._by_sound.setdefault(sound, []).append(place)
            if len(sound) >= _MIN_SOUNDS_NEARLY:
                for near in _nearly(sound):
                    self._by_near_sound.setdefault(near, []).append(place)

    def word(self, form: str, near: float) -> list[int]:
        return _around(self._by_word.get(form.lower(), ()), near)

    def number(self, form: str, near: float) -> list[int]:
        return [
            place
            for number in _DIGITS.findall(form)[:_MAX_PLACES]
            for place in _around(self._by_number.get(number, ()), near)
        ]

    def translation(self, entry: Entry, near: float) -> list[int]:
        return [place for stem in entry.english for place in _around(self._by_stem.get(stem, ()), near)]

    def name(self, form: str, near: float) -> list[int]:
        """Places of words with the same consonants, or all but one of four and more."""
        for before in _BEFORE_NAMES:
            if form.startswith(before) and _MIN_NAME <= len(form) - len(before) <= _MAX_NAME:
                sound = arabic_sounds(form[len(before) :])
                if found := self._by_sound.get(sound):
                    return _around(found, near)
                if len(sound) >= _MIN_SOUNDS_NEARLY:
                    for alike in _nearly(sound):
                        if found := self._by_near_sound.get(alike):
                            return _around(found, near)
        return []


def _around(places: Sequence[int], near: float) -> list[int]:
    """Return the places nearest to one, of places in order."""
    if len(places) <= _MAX_PLACES:
        return list(places)
    middle = bisect(places, near)
    return list(places[max(0, middle - _MAX_PLACES // 2) : middle + _MAX_PLACES // 2])


def cover(source: str, english: English) -> list[Covered]:
    """Return the words of ``source`` in order, with their counterparts."""
    candidates = list(_candidates(source, english))
    taken = _nearest([places for _, _, places, _ in candidates])
    covered = []
    for number, (word, kind, places, entry) in enumerate(candidates):
        place = taken.get(number)
        if places and place is None:
            evidence = _SHARED
        elif kind == "known" and entry:
            evidence = _evidence(entry, len(english.words), place is not None)
        else:
            evidence = _EVIDENCE[kind][place is None]
        letters, hit = (entry.letters, entry.hit) if entry else (letters_of(word.form), _HIT)
        covered.append(Covered(word.start, word.end, kind, place, hit, evidence, letters))
    _count(source, [word for word, _, _, _ in candidates], english, covered)
    return covered


def _count(source: str, words: Sequence[Word], english: English, covered: list[Covered]) -> None:
    """Cover what has no counterpart by itself, but belongs to a quantity that the English has, however it writes it."""
    for quantity in counted(source, words, english.text, english.spans):
        missing = [number for number in quantity.words if covered[number].place is None]
        for number in quantity.beside:
            if covered[number].place is None:
                covered[number] = replace(covered[number], kind="function", evidence=0.0, letters=0.0)
        if not missing:
            continue
        own = [number for number in quantity.words if (at := covered[number].place) is None or at in quantity.places]
        letters = sum(len(english.words[place]) for place in quantity.places) / len(own)
        for number in own:
            covered[number] = replace(covered[number], letters=letters)
        # All its words together say as much as one number.
        for order, number in enumerate(missing):
            place = quantity.places[-1 if number == quantity.words[-1] else min(order, len(quantity.places) - 1)]
            kind: Kind = "function" if order else "number"
            evidence = 0.0 if order else _EVIDENCE["number"][0]
            covered[number] = replace(covered[number], kind=kind, place=place, evidence=evidence)


def _candidates(source: str, english: English) -> Iterator[tuple[Word, Kind, list[int], Entry | None]]:
    """Yield each word with all the English words that may be its counterpart, and its entry."""
    entries = lexicon().entries
    for number, word in enumerate(words(source)):
        form, near = word.form, number * _ENGLISH_WORDS
        if form[0].isdigit():
            yield word, "number", english.number(form, near), None
        elif form.isascii():
            yield word, "latin", english.word(form, near), None
        else:
            stem = arabic_stem(form)
            entry = entries.get(stem) if stem else None
            if entry and (places := english.translation(entry, near)):
                yield word, "known", places, entry
            elif places := english.name(form, near):
                yield word, "name", places, entry
            else:
                yield word, "unknown" if not entry else "known" if entry.english else "function", [], entry


def _nearest(candidates: Sequence[Sequence[int]]) -> dict[int, int]:
    """Give each English word to one Arabic word, those first that stand where they would in a whole translation."""
    pairs = sorted(
        (abs(number - place / _ENGLISH_WORDS), number, place)
        for number, places in enumerate(candidates)
        for place in places
    )
    found: dict[int, int] = {}
    used: set[int] = set()
    for _, number, place in pairs:
        if number not in found and place not in used:
            found[number] = place
            used.add(place)
    return found


def _evidence(entry: Entry, english_words: int, found: bool) -> float:
    hit = min(_MAX_HIT, entry.hit * _HIT_IN_OTHER_TEXT)
    chance = min(_MAX_CHANCE, max(_MIN_CHANCE, 1 - math.exp(-entry.rate * english_words)))
    if chance >= hit:
        return 0.0
    return math.log(chance / hit) if found else math.log((1 - chance) / (1 - hit))


def _nearly(sound: str) -> list[str]:
    return [sound, *(sound[:place] + sound[place + 1 :] for place in range(len(sound)))]
