"""Scores of translations and summaries against references. Pure: texts in, numbers out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_WORD = re.compile(r"\w+")
_ROUGE = ("rouge1", "rouge2", "rougeL")


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


class _Words:
    """rouge-score's own tokenizer drops every letter that is not Latin."""

    def tokenize(self, text: str) -> list[str]:
        return _WORD.findall(text)


def translation_scores(sources: Sequence[str], references: Sequence[str], hypotheses: Sequence[str]) -> list[Score]:
    """Return BLEU, chrF and number accuracy of ``hypotheses``, all lists of equal length."""
    scores = []
    for name, metric in (("bleu", BLEU()), ("chrf", CHRF())):
        value = metric.corpus_score(list(hypotheses), [list(references)]).score
        scores.append(Score(name, value, str(metric.get_signature()), len(hypotheses)))
    kept = expected = 0
    for source, reference, hypothesis in zip(sources, references, hypotheses, strict=True):
        wanted = _numbers(source) & _numbers(reference)
        kept += (wanted & _numbers(hypothesis)).total()
        expected += wanted.total()
    scores.append(_share("numbers", kept, expected, "in source and reference alike"))
    return scores


def summary_scores(articles: Sequence[str], references: Sequence[str], summaries: Sequence[str]) -> list[Score]:
    """Return ROUGE of ``summaries`` and how much of them stands in the articles, all lists of equal length."""
    scorer = RougeScorer(_ROUGE, tokenizer=_Words())
    rows = [scorer.score(reference, summary) for reference, summary in zip(references, summaries, strict=True)]
    mean = {name: 100 * sum(row[name].fmeasure for row in rows) / len(rows) for name in _ROUGE}
    words = sum(len(_WORD.findall(reference)) for reference in references)
    scores = [Score(name, value, f"F1 on words, {len(rows)} articles", words) for name, value in mean.items()]
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
