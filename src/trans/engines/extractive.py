"""A summary of chosen sentences, with no model: LexRank (Erkan & Radev 2004) with a bonus for the lead.

Not sumy 0.13: its Arabic rests on pyarabic, which is under the GPL and ends a sentence at each comma. Knows Arabic text only.
"""

import math
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import sentencex

from trans.arabic import for_model
from trans.engines.base import Stats
from trans.translation import Decoding, Hypothesis, Translation

# Raise it when the same text may give another summary.
_VERSION = 1

# LexRank's damping (Erkan & Radev 2004, section 3.3: between 0.1 and 0.2), as in PageRank.
_DAMPING = 0.15
_ITERATIONS = 30

# News leads with what matters: the first sentences alone are a baseline that is hard to beat (Nenkova 2005). The bonus
# falls from this share of the score to nothing over the sentences.
_LEAD_WEIGHT = 0.5

# A sentence of fewer words says too little, one of more is no summary. XL-Sum's Arabic summaries have about 25 words.
_MIN_WORDS = 6
_MAX_WORDS = 60

# Two sentences whose words' cosine is above this say the same thing: LexRank's own threshold against repetition in a
# summary (cross-sentence informational subsumption, reranker default 0.5).
_SAME = 0.5

_WORD = re.compile(r"\w+")
# Half a UTF-16 pair, which damaged text may hold: sentencex refuses it.
_SURROGATE = re.compile("[\ud800-\udfff]")

# Light10 (Larkey et al. 2007): the affixes that light stemming of Arabic takes off, longest first.
_PREFIXES = ("وال", "بال", "كال", "فال", "ال", "لل", "و")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")
_LETTERS = str.maketrans("أإآى", "اااي")


class Words:
    """Counts words. Sentences of any length are taken."""

    limit = 1_000_000

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]


class ExtractiveEngine:
    """Chooses the one or two most central sentences of a section, verbatim and in their order.

    ``decoding.max_tokens`` bounds the words where two sentences are possible; one sentence is always given. Deterministic.
    """

    name = "extractive"
    fingerprint = f"extractive:{_VERSION}:sentencex"
    quantization = ""

    def __init__(self) -> None:
        self.stats = Stats()
        self._tokenizer = Words()

    @property
    def tokenizer(self) -> Words:
        return self._tokenizer

    def submit(self, texts: Sequence[str], decoding: Decoding) -> Iterator[tuple[int, Translation]]:
        """Yield ``(position, summary)``; work happens as results are taken, in milliseconds."""
        for index, text in enumerate(texts):
            began = time.perf_counter()
            summary = summarise(text, decoding.max_tokens)
            words = len(summary.split())
            self.stats.texts += 1
            self.stats.source_tokens += len(text.split())
            self.stats.padded_source_tokens += len(text.split())
            self.stats.target_tokens += words
            self.stats.seconds += time.perf_counter() - began
            yield index, Translation((Hypothesis(summary, 0.0, words, True),), "", decoding)

    def load(self) -> None:
        """Nothing to load."""

    def cancel(self) -> None:
        """Nothing to give up: an article takes milliseconds."""

    def close(self) -> None:
        """Nothing to free."""


def summarise(text: str, max_words: int) -> str:
    """Return one or two sentences of ``text``, each verbatim, in their order, joined by a space."""
    sentences = [part for line in text.splitlines() for part in _sentences(line)]
    words = [len(sentence.split()) for sentence in sentences]
    bags = [Counter(stems(sentence)) for sentence in sentences]
    candidates = [index for index, count in enumerate(words) if _MIN_WORDS <= count <= _MAX_WORDS]
    candidates = candidates or list(range(len(sentences)))
    scores = _scores(bags)
    ranked = sorted(candidates, key=lambda index: (-scores[index], index))
    chosen = ranked[:1]
    for index in ranked[1:]:
        if words[chosen[0]] + words[index] > min(max_words, _MAX_WORDS):
            continue
        if _likeness(bags[chosen[0]], bags[index]) <= _SAME:
            chosen.append(index)
            break
    return " ".join(sentences[index] for index in sorted(chosen))


def _sentences(line: str) -> Iterator[str]:
    start = 0
    # sentencex's parts are the whole line: their lengths say where they lie in the text as it is.
    for part in sentencex.segment("ar", _SURROGATE.sub("\ufffd", line)):
        sentence = line[start : start + len(part)].strip()
        start += len(part)
        if sentence:
            yield sentence


def stems(sentence: str) -> list[str]:
    """Return the words of a sentence without their commonest affixes, letters that are often confused made one."""
    return [_stem(word) for word in _WORD.findall(for_model(sentence)) if len(word) > 1]


def _stem(word: str) -> str:
    word = word.translate(_LETTERS)
    # Again and again: "and the ministry" and "ministry" both lose the و that is part of the word, and stay alike.
    while prefix := next((known for known in _PREFIXES if word.startswith(known) and len(word) - len(known) >= 3), ""):
        word = word[len(prefix) :]
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def _scores(bags: Sequence[Counter[str]]) -> list[float]:
    """Return each sentence's share of attention: its LexRank, mixed with its place in the text."""
    count = len(bags)
    weighted = _idf_weighted(bags)
    links = [
        [_cosine(first, second) if row != column else 0.0 for column, second in enumerate(weighted)]
        for row, first in enumerate(weighted)
    ]
    totals = [sum(row) for row in links]
    rank = [1.0 / max(1, count)] * count
    for _ in range(_ITERATIONS):
        rank = [
            _DAMPING / count
            + (1 - _DAMPING)
            * sum(rank[row] * (links[row][column] / totals[row] if totals[row] else 1 / count) for row in range(count))
            for column in range(count)
        ]
    top = max(rank, default=1.0)
    return [
        (1 - _LEAD_WEIGHT) * value / top + _LEAD_WEIGHT * (count - index) / count for index, value in enumerate(rank)
    ]


def _idf_weighted(bags: Sequence[Counter[str]]) -> list[dict[str, float]]:
    documents = Counter(stem for bag in bags for stem in bag)
    return [{stem: times * math.log(1 + len(bags) / documents[stem]) for stem, times in bag.items()} for bag in bags]


def _cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    product = sum(weight * second[stem] for stem, weight in first.items() if stem in second)
    norms = math.hypot(*first.values()) * math.hypot(*second.values())
    return product / norms if norms else 0.0


def _likeness(first: Counter[str], second: Counter[str]) -> float:
    return _cosine({stem: float(times) for stem, times in first.items()}, {k: float(v) for k, v in second.items()})
