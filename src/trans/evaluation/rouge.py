"""ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004): how much of a person's summary a machine's has, as F1 over words.

The words are what suits Arabic and English alike. The usual tokenizer takes everything but Latin letters for a space, and an
Arabic text then has no words at all; here words of any script count, and Arabic ones are compared without diacritics and
tatweel, with one form of alef, of final yeh and of ta marbuta. On ASCII text the words and scores are those of the usual one
without a stemmer.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import numpy

from trans import phrases
from trans._version import __version__
from trans.evaluation.measure import Floats, Measure
from trans.evaluation.resampling import RESAMPLES, SEED

NAMES = ("ROUGE-1", "ROUGE-2", "ROUGE-L")
LINE = "ROUGE-L"

Tokenise = Callable[[str], list[str]]


def words(text: str) -> list[str]:
    """Return the words of ``text`` as they are compared: letters folded, in lower case, without punctuation."""
    return [word.form.casefold() for word in phrases.words(text)]


def measures(
    summaries: Sequence[str],
    references: Sequence[Sequence[str]],
    tokenise: Tokenise = words,
    resamples: int = RESAMPLES,
) -> list[Measure]:
    """Return the three measures of ``summaries``; each of ``references`` has as many lines, and the best counts.

    The signatures hold for ``words``; ``resamples`` is what they tell of the confidence intervals.
    """
    rows = [
        _best(tokenise(summary), map(tokenise, wanted)) for summary, *wanted in zip(summaries, *references, strict=True)
    ]
    drawn = f"|bs:{resamples}|seed:{SEED}" if resamples else ""
    signature = f"nrefs:{len(references)}{drawn}|case:lc|stem:no|tok:folded-words|f:1|version:trans-{__version__}"
    # The mean of the lines' scores: their sum, and how many there are.
    return [
        Measure(name, numpy.array([(row[position], 1.0) for row in rows]), _mean, signature)
        for position, name in enumerate(NAMES)
    ]


def f1(summary: Sequence[str], reference: Sequence[str]) -> tuple[float, float, float]:
    """Return ROUGE-1, ROUGE-2 and ROUGE-L of two texts' words, each from 0 to 1."""
    ones, twos = (_ngrams(summary, size) & _ngrams(reference, size) for size in (1, 2))
    lengths = len(summary), len(reference)
    pairs = max(0, lengths[0] - 1), max(0, lengths[1] - 1)
    return _f1(ones.total(), *lengths), _f1(twos.total(), *pairs), _f1(_in_order(summary, reference), *lengths)


def _best(summary: list[str], references: "map[list[str]]") -> tuple[float, ...]:
    return tuple(map(max, zip(*(f1(summary, reference) for reference in references), strict=True)))


def _mean(row: Floats) -> float:
    return float(100 * row[0] / row[1])


def _ngrams(text: Sequence[str], size: int) -> Counter[tuple[str, ...]]:
    return Counter(zip(*(text[start:] for start in range(size)), strict=False))


def _f1(shared: int, ours: int, theirs: int) -> float:
    return 2 * shared / (ours + theirs) if shared else 0.0


def _in_order(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest common subsequence, a bit for each word of ``first`` (Hyyrö 2004)."""
    places: defaultdict[str, int] = defaultdict(int)
    for position, word in enumerate(first):
        places[word] |= 1 << position
    everywhere = (1 << len(first)) - 1
    unmatched = everywhere
    for word in second:
        found = unmatched & places.get(word, 0)
        unmatched = ((unmatched + found) | (unmatched - found)) & everywhere
    return len(first) - unmatched.bit_count()
