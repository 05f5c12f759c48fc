"""Scores of translations and summaries against references, as ``trans eval`` computes them, and how many numbers come through.

Pure: texts in, numbers out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trans.evaluation import metrics, rouge

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"\w+")
# What the floors call them, and what trans does.
_TRANSLATION = {"bleu": "BLEU", "chrf": "chrF"}
_ROUGE = {"rouge1": "ROUGE-1", "rouge2": "ROUGE-2", "rougeL": "ROUGE-L"}


@dataclass(frozen=True, slots=True)
class Score:
    """One figure, in percent, with how it came about (a sacrebleu signature, or counts) and over how many things."""

    name: str
    value: float
    how: str
    count: int


@dataclass(frozen=True, slots=True)
class Result:
    """The scores of one set; ``texts`` is a hash of its sources and references."""

    texts: str
    scores: tuple[Score, ...]


def translation_scores(sources: Sequence[str], references: Sequence[str], hypotheses: Sequence[str]) -> list[Score]:
    """Return BLEU, chrF and number accuracy of ``hypotheses``, all lists of equal length."""
    measures = metrics.measures(hypotheses, [references], list(_TRANSLATION.values()), resamples=0)
    scores = [
        Score(name, measure.whole(), measure.signature, len(hypotheses))
        for name, measure in zip(_TRANSLATION, measures, strict=True)
    ]
    kept = expected = 0
    for source, reference, hypothesis in zip(sources, references, hypotheses, strict=True):
        wanted = _numbers(source) & _numbers(reference)
        kept += (wanted & _numbers(hypothesis)).total()
        expected += wanted.total()
    scores.append(_share("numbers", kept, expected, "in source and reference alike"))
    return scores


def summary_scores(articles: Sequence[str], references: Sequence[str], summaries: Sequence[str]) -> list[Score]:
    """Return ROUGE of ``summaries`` and how much of them stands in the articles, all lists of equal length."""
    # Words as they are written, which is what the floors are pinned of; trans eval folds their letters.
    measures = {
        measure.name: measure for measure in rouge.measures(summaries, [references], _WORD.findall, resamples=0)
    }
    words = sum(len(_WORD.findall(reference)) for reference in references)
    how = f"F1 on words, {len(summaries)} articles"
    scores = [Score(name, measures[ours].whole(), how, words) for name, ours in _ROUGE.items()]
    for name, pattern in (("words found", _WORD), ("numbers found", _NUMBER)):
        found = total = 0
        for article, summary in zip(articles, summaries, strict=True):
            known = set(pattern.findall(article))
            said = pattern.findall(summary)
            found += sum(item in known for item in said)
            total += len(said)
        scores.append(_share(name, found, total, "stand in the article"))
    return scores


def _share(name: str, part: int, whole: int, what: str) -> Score:
    return Score(name, 100 * part / whole if whole else 100.0, f"{part} of {whole} {what}", whole)


def _numbers(text: str) -> Counter[str]:
    # 2500 and 2,500 are one number.
    return Counter(_NUMBER.findall(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)))
