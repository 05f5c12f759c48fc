"""Which Arabic words have a counterpart in an English text: stems, a learned lexicon, names by their consonants, numbers.

The lexicon (``lexicon.txt.gz``, made by ``training/lexicon.py`` from the project's own news, Tatoeba and TICO-19) says for an
Arabic stem which English stems translate it, how often one of them is there when it should be, and how often by chance. It does
not translate: it tells whether a word is likely to have been translated.
"""

import gzip
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

# What is written onto a word's beginning and its end, with what it costs to take it off in doublings of the stem's count: a stem
# must be 2^cost times as common as the whole word. Chosen by hand; the held-out hit rates of training/lexicon.py measure them.
_PREFIXES = {
    "": 0.0, "ال": 0.0, "و": 2.0, "وال": 1.0, "لل": 1.5, "بال": 1.5, "ب": 2.5, "ل": 2.5, "ف": 4.0, "ك": 4.0, "س": 3.0,
    "كال": 3.0, "فال": 4.0, "ولل": 2.5, "وبال": 2.5, "وب": 3.5, "ول": 3.5, "وس": 4.0, "ي": 5.0, "ت": 5.0, "ن": 5.5, "سي": 5.0,
    "ست": 5.0, "وي": 6.0, "وت": 6.0, "لي": 6.0, "لت": 6.0, "ا": 6.0,
}  # fmt: skip
_SUFFIXES = {
    "": 0.0, "ه": 2.5, "ها": 2.5, "هم": 2.5, "هما": 2.5, "هن": 3.0, "نا": 3.0, "ني": 3.5, "كم": 3.5, "ك": 4.0, "ي": 3.0,
    "ات": 3.0, "ون": 3.0, "ين": 3.0, "ان": 3.0, "وا": 3.0, "ت": 2.5, "ا": 1.5, "يه": 4.0, "يا": 4.0, "تين": 4.0, "تان": 4.0,
    "اته": 5.0, "اتها": 5.0, "اتهم": 5.0, "يات": 5.0, "يين": 4.0, "يون": 4.0, "ته": 3.5, "تها": 3.5, "تهم": 3.5, "تي": 4.0,
    "تنا": 4.0,
}  # fmt: skip
# These may stand for a feminine ending, which comes back: حكومتها, حكومات, حكومي -> حكومة.
_FEMININE = frozenset({"ات", "ته", "تها", "تهم", "تي", "تنا", "تين", "تان", "اته", "اتها", "اتهم", "ي", "يه"})
_MIN_STEM = 3
# Longer words are no words.
_MAX_WORD = 24

_ENGLISH = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_DIGITS = re.compile(r"\d+")


# Letters and digits of English to letters of Arabic, by least squares on 70,000 pairs; an entry knows better for its stem.
_LETTERS_A_WORD, _LETTERS_A_LETTER, SENTENCE_LETTERS = 1.2, 0.93, 3.0


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of an Arabic stem.

    ``hit``: how often one of ``english`` is in the translation; ``rate``: how often one of them is an English word, per word of
    running text; ``letters``: how many letters and digits of English a word of this stem makes.
    """

    english: tuple[str, ...]
    hit: float
    rate: float
    letters: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """``counts``: how often each stem was seen, as a power of two."""

    entries: dict[str, Entry]
    counts: dict[str, int]


@cache
def lexicon() -> Lexicon:
    """Return the packaged lexicon, 30,000 stems; read once, in 0.15 s."""
    return unpack(Path(__file__).with_name("lexicon.txt.gz").read_bytes())


def unpack(packed: bytes) -> Lexicon:
    """Read what training/lexicon.py writes: six blocks of one line a stem."""
    blocks = [block.split("\n") for block in gzip.decompress(packed).decode("utf-8").split("\n\n")]
    entries, counts = {}, {}
    for stem, count, hit, rate, letters, english in zip(*blocks, strict=True):
        counts[stem] = int(count)
        entries[stem] = Entry(
            () if english == "-" else tuple(english.split(" ")), int(hit) / 20, 2.0 ** -int(rate), float(letters)
        )
    return Lexicon(entries, counts)


def letters_of(form: str) -> float:
    """Return how many letters and digits of English a folded word makes, going by its length."""
    return len(form) if form.isascii() or form[0].isdigit() else _LETTERS_A_WORD + _LETTERS_A_LETTER * len(form)


def stems(form: str) -> Iterator[tuple[float, str]]:
    """Yield (cost, stem) of every way to take affixes off a folded word, itself first."""
    if len(form) > _MAX_WORD:
        yield 0.0, form
        return
    for start in range(min(4, len(form) - _MIN_STEM) + 1 if len(form) >= _MIN_STEM else 1):
        cost = _PREFIXES.get(form[:start])
        if cost is None:
            continue
        for length in range(min(4, len(form) - start - 2) + 1 if len(form) - start >= _MIN_STEM else 1):
            end = len(form) - length
            more = _SUFFIXES.get(form[end:])
            if more is None:
                continue
            stem = form[start:end]
            if len(stem) >= _MIN_STEM or not start + length:
                yield cost + more, stem
            if form[end:] in _FEMININE and len(stem) >= 2:
                yield cost + more, stem + "ه"


def best_stem(form: str, counts: Mapping[str, float]) -> str | None:
    """Return the stem of a folded Arabic word that its commonness speaks for, or None if no reading is known."""
    best, stem = -math.inf, None
    for cost, candidate in stems(form):
        count = counts.get(candidate)
        if count is not None and count - cost > best:
            best, stem = count - cost, candidate
    return stem


@lru_cache(maxsize=65_536)
def arabic_stem(form: str) -> str | None:
    """``best_stem`` by the packaged lexicon."""
    return best_stem(form, lexicon().counts)


@lru_cache(maxsize=65_536)
def english_stem(word: str) -> str:
    """Return a rough stem of a lower-case word: inflections fall together, so do British and American spellings."""
    word = word.replace("’", "'")
    if "'" in word:
        word = word[: word.index("'")] if not word.endswith("n't") else word
    if len(word) > 4:
        if word.endswith("ies"):
            word = word[:-3] + "y"
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "as")):
        word = word[:-1]
    for ending in ("ing", "ed", "ly", "er"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    elif word.endswith("y") and len(word) > 3:
        word = word[:-1] + "i"
    return word.replace("z", "s").replace("our", "or")[:7]


def english_words(text: str) -> list[str]:
    """Return the words of an English text, as they stand."""
    return _ENGLISH.findall(text)


# Sounds that two alphabets write as they like fall together; vowels and what stands for one are dropped.
_ARABIC_SOUNDS = dict(
    zip("بتثجحخدذرزسشصضطظعغفقكلمنهوياءئؤ", ["b", "t", "t", "g", "", "k", "d", "d", "r", "s", "s", "s", "s", "d", "t", "d", "",
        "g", "f", "k", "k", "l", "m", "n", "", "", "", "", "", "", ""], strict=True)
)  # fmt: skip
_LATIN_SOUNDS = dict(
    zip("bcdfgjklmnpqrstvxz", ["b", "k", "d", "f", "g", "g", "k", "l", "m", "n", "b", "k", "r", "s", "t", "f", "ks", "s"],
        strict=True)
)  # fmt: skip
_SOFT_C = re.compile("c(?=[eiy])|ch|sch")
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=65_536)
def arabic_sounds(form: str) -> str:
    """Return the consonants of a folded Arabic word as classes of sounds."""
    return _DOUBLED.sub(r"\1", "".join(_ARABIC_SOUNDS.get(letter, "") for letter in form))


@lru_cache(maxsize=65_536)
def latin_sounds(word: str) -> str:
    """Return the consonants of a lower-case Latin word as the same classes."""
    word = _SOFT_C.sub("s", word.replace("ph", "f"))
    return _DOUBLED.sub(r"\1", "".join(_LATIN_SOUNDS.get(letter, "") for letter in word))
