"""How sure a score is, and a difference of two: bootstrap resampling over lines (Koehn 2004, "Statistical Significance Tests for
Machine Translation Evaluation"). Draws the lines that sacrebleu draws, but a sample at a time: its own way needs gigabytes of
memory for 100,000 lines.

Knows measures only, not what they measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy

from trans.evaluation.measure import Floats, Measure

RESAMPLES = 1000
"""sacrebleu's default."""
SEED = 12345
"""sacrebleu's default: the same text gives the same intervals."""
LEVEL = 0.05
"""Below this probability a difference is called significant, as nearly everywhere in the field."""


@dataclass(frozen=True, slots=True)
class Score:
    """A measure's score and the bounds of its 95% confidence interval."""

    name: str
    value: float
    low: float
    high: float
    signature: str
    falls: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """The second system's score less the first's, its 95% interval, and how likely chance alone makes one as large.

    ``better`` is 0 or 1, the system that the measure prefers; None where they score the same.
    """

    name: str
    value: float
    low: float
    high: float
    p: float
    better: int | None

    @property
    def significant(self) -> bool:
        return self.better is not None and self.p < LEVEL


def resampled(measures: Sequence[Measure], samples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return the score of each measure on each of ``samples`` drawn sets of lines, shape (measures, samples).

    A sample has the same lines for all of them, which have equally many.
    """
    generator = numpy.random.default_rng(seed)
    count = len(measures[0].rows)
    scores = numpy.empty((len(measures), samples))
    for sample in range(samples):
        times = numpy.bincount(generator.choice(count, size=count), minlength=count)
        for position, measure in enumerate(measures):
            scores[position, sample] = measure.score(times @ measure.rows)
    return scores


def scored(measure: Measure, samples: Floats) -> Score:
    """Return the score of ``measure``, whose score on each sample is given."""
    return Score(measure.name, measure.whole(), *_interval(samples), measure.signature, measure.falls)


def compared(first: Measure, second: Measure, samples: tuple[Floats, Floats]) -> Difference:
    """Return how two systems differ in one measure, whose scores on the same samples are given.

    ``p`` is two-sided: how often a resample's difference is off the mean of all, up or down, by as much as the difference
    itself. sacrebleu's own is about half of it: it takes the differences' sizes, and so asks after the winner is known.
    """
    value = second.whole() - first.whole()
    differences = samples[1] - samples[0]
    off = numpy.abs(differences - differences.mean())
    # One more in both: of a thousand samples none can show that chance never does it.
    p = (int((off >= abs(value)).sum()) + 1) / (len(off) + 1)
    if not value:
        return Difference(first.name, 0.0, *_interval(differences), 1.0, None)
    return Difference(first.name, value, *_interval(differences), p, int((value > 0) != first.falls))


def _interval(samples: Floats) -> tuple[float, float]:
    """The bounds between which 95% of the samples lie."""
    ordered = numpy.sort(samples)
    outside = len(ordered) // 40
    return float(ordered[outside]), float(ordered[-1 - outside])
