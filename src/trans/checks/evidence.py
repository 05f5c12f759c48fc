"""What speaks for text lost in translation: how long the English should be, which words have no counterpart (``coverage``), and
above all whether a whole stretch of them has none. It says how much there is of each; what it all means, ``lost`` says.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from trans.checks.coverage import Covered, English, cover
from trans.checks.lexicon import SENTENCE_LETTERS

# Standard deviation of the letters of English as a share of those expected (FLORES and NTREX: 0.13 to 0.15), and of very few.
_LENGTH_DEVIATION = 0.145
_LENGTH_VARIANCE = 25.0
# A word's evidence counts half: neighbouring words are paraphrased together. Between 0.35 and 1 it makes no difference.
_EVIDENCE_WEIGHT = 0.5
# 'IOC' stands for three Arabic words; a letter of an acronym is worth five others, all acronyms at most 25.
_ACRONYM = re.compile(r"\b(?:[A-Z]\.){2,5}|\b[A-Z]{2,6}(?=s?\b)")
_ACRONYM_LETTERS, _MAX_ACRONYM_LETTERS = 5, 25
_LATIN = re.compile("[A-Za-z]+")
_BRACKETED_LATIN = re.compile(r"\([A-Z]{2,6}\)")
_ARABIC_COMMA, _ENGLISH_COMMA = re.compile("[،؛,;:]"), re.compile("[,;:–—]")
# No sentence ends so, as long as nothing was cut off.
_DANGLING = frozenset(
    "the of to and in a an for with at from by as than that which or but their its his her is are was were be been has had into "
    "on who".split()
)
# So many words with a counterpart at an end of the English tell where in the Arabic it ends.
_FEW = 3
# Larger values say no more; the weights are linear.
_MAX_STRETCH, _MAX_TAIL, _MAX_DIFFERENCE = 40.0, 25.0, 6


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for lost text: features by name, of its end and, the same turned round, of its start.

    The words numbered ``start`` to ``end``, exclusive, are the stretch that has most likely no counterpart. ``ratio`` is the
    logarithm of the letters of English to those expected.
    """

    covered: Sequence[Covered]
    at_end: Mapping[str, float]
    at_start: Mapping[str, float]
    start: int
    end: int
    ratio: float


@lru_cache(maxsize=256)
def weigh(source: str, target: str) -> Evidence | None:
    """Return the evidence, or None where a side has no word."""
    english = English(target)
    covered = cover(source, english)
    if not covered or not english.words:
        return None
    expected = SENTENCE_LETTERS + _letters(covered)
    actual = sum(map(str.isalnum, target)) + _acronym_letters(source, target)
    score, start, end = _stretch(covered, expected, expected - actual)
    ratio = math.log(max(actual, 1) / expected)
    used = {word.place: number for number, word in enumerate(covered) if word.place is not None}
    unused = sum(len(word) for place, word in enumerate(english.words) if place not in used)
    unfound = sum(
        word.letters * min(1.0, word.hit) for word in covered if word.place is None and word.kind != "function"
    )
    shared = {
        "length": ratio,
        "stretch": min(score, _MAX_STRETCH),
        "unexplained": (unfound - unused) / expected,
        "commas": _limited(len(_ARABIC_COMMA.findall(source)) - len(_ENGLISH_COMMA.findall(target))),
        "ands": _limited(_ands(source, covered) - english.words.count("and")),
    }
    pairs = [(number, place) for place, number in sorted(used.items())]
    lengths = [len(word) for word in english.words]
    at_end = _edge(covered, lengths, pairs, expected) | {"dangling": float(english.words[-1] in _DANGLING)}
    turned = [(len(covered) - 1 - number, len(lengths) - 1 - place) for number, place in reversed(pairs)]
    at_start = _edge(covered[::-1], lengths[::-1], turned, expected) | {"dangling": 0.0}
    return Evidence(covered, shared | at_end, shared | at_start, start, end, ratio)


def _edge(
    covered: Sequence[Covered], lengths: Sequence[int], pairs: Sequence[tuple[int, int]], expected: float
) -> dict[str, float]:
    """Return the features of the end of a text: ``pairs`` are the counterparts' numbers, in the order of the English."""
    sums = list(accumulate((word.evidence for word in covered), initial=0.0))
    third, quarter = max(2, len(covered) // 3), max(2, len(covered) // 4)
    last = max((number for number, _ in pairs), default=-1)
    ends_at = max((number for number, _ in pairs[-_FEW:]), default=-1)
    last_place = pairs[-1][1] if pairs else -1
    return {
        "tail": min(sums[-1] - min(sums[:-1]), _MAX_TAIL),
        "last third": math.log(_coverage(covered[-third:])),
        "last quarter": math.log(_coverage(covered[-quarter:])),
        "end": math.log((10 + _letters(covered[last + 1 :])) / (10 + sum(lengths[last_place + 1 :]))),
        "ends at": _letters(covered[ends_at + 1 :]) / expected,
    }


def _letters(words: Sequence[Covered]) -> float:
    return sum(word.letters for word in words)


def _limited(difference: int) -> float:
    return float(max(-_MAX_DIFFERENCE, min(_MAX_DIFFERENCE, difference)))


def _stretch(covered: Sequence[Covered], expected: float, deficit: float) -> tuple[float, int, int]:
    """Return (score, start, end) of the stretch that is lost most likely: of those that begin or end the text, and of the one
    with the most evidence inside it. The score is the log-odds that it is left out and the rest is as long as it should be."""
    evidence = list(accumulate((word.evidence for word in covered), initial=0.0))
    letters = list(accumulate((word.letters for word in covered), initial=0.0))
    variance = (_LENGTH_DEVIATION * expected) ** 2 + _LENGTH_VARIANCE
    count = len(covered)
    best = (-math.inf, 0, count)
    for start, end in [
        *((start, count) for start in range(count)),
        *((0, end) for end in range(1, count)),
        _densest(evidence),
    ]:
        missing = letters[end] - letters[start]
        score = _EVIDENCE_WEIGHT * (evidence[end] - evidence[start]) + missing * (2 * deficit - missing) / (
            2 * variance
        )
        best = max(best, (score, start, end))
    return best


def _densest(sums: Sequence[float]) -> tuple[int, int]:
    """Return (start, end) of the stretch with the largest sum, given the running sums."""
    best, lowest = (-math.inf, 0, 1), 0
    for end in range(1, len(sums)):
        if sums[end - 1] < sums[lowest]:
            lowest = end - 1
        best = max(best, (sums[end] - sums[lowest], lowest, end))
    return best[1], best[2]


def _coverage(covered: Sequence[Covered]) -> float:
    """Return the counterparts there are to those there should be, drawn towards one where there are few words."""
    known = [word for word in covered if word.kind not in ("unknown", "function")]
    return (sum(word.place is not None for word in known) + 0.7) / (
        sum(min(0.95, word.hit * 0.88) for word in known) + 0.9
    )


def _ands(source: str, covered: Sequence[Covered]) -> int:
    return sum(source[word.start] == "و" and word.end - word.start > 3 for word in covered)


def _acronym_letters(source: str, target: str) -> int:
    # '(GPS)' after its own long name in Arabic: English that has no brackets has only one of the two.
    known = set(_LATIN.findall(source if "(" in target else _BRACKETED_LATIN.sub(" ", source)))
    acronyms = {match for match in _ACRONYM.findall(target) if match not in known}
    return min(_MAX_ACRONYM_LETTERS, sum(_ACRONYM_LETTERS * sum(map(str.isupper, acronym)) for acronym in acronyms))
