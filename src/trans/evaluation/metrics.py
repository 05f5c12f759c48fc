"""BLEU, chrF and TER as sacrebleu computes them, with its signatures: figures that can be set beside published ones.

Takes sacrebleu's statistics of each line once, for scores, resamples and single lines alike; a test holds the results to its own.
"""

from collections.abc import Sequence

import numpy
from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from trans.evaluation.measure import Floats, Measure
from trans.evaluation.resampling import RESAMPLES, SEED

# sacrebleu's defaults, which nearly all published figures have: 13a tokens and mixed case for BLEU, character n-grams up to 6
# for chrF, lower case for TER.
_METRICS: dict[str, type[Metric]] = {"BLEU": BLEU, "chrF": CHRF, "TER": TER}
_FALLS = {"TER"}

NAMES = tuple(_METRICS)
LINE = "chrF"
"""The measure that says most of a single line: BLEU needs four words in a row."""


def measures(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    names: Sequence[str] = NAMES,
    resamples: int = RESAMPLES,
) -> list[Measure]:
    """Return the measures called ``names`` of ``hypotheses``; each of ``references`` has as many lines, at least one.

    ``resamples`` is what the signatures tell of the confidence intervals; 0 where there are none.
    """
    return [_measure(name, hypotheses, references, resamples) for name in names]


def _measure(name: str, hypotheses: Sequence[str], references: Sequence[Sequence[str]], resamples: int) -> Measure:
    metric = _METRICS[name]()
    metric._force = True  # its warning of tokenised text speaks of a parameter that nobody here can set
    rows = numpy.array(metric._extract_corpus_statistics(hypotheses, references), dtype=numpy.float64)
    signature = metric.get_signature()
    if resamples:
        signature.update("bs", resamples)
        signature.update("seed", str(SEED))

    def score(row: Floats) -> float:
        return float(metric._compute_score_from_stats(row).score)  # type: ignore[arg-type]  # numbers in an array

    return Measure(name, rows, score, signature.format(), falls=name in _FALLS)
