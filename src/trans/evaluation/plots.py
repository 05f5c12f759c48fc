"""Where the marks of a plot stand, in a drawing 100 wide: the page's template draws them. Pure numbers; knows no markup."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trans.evaluation.resampling import Score

# Twenty columns are a shape, and still wide enough on a phone.
_COLUMNS = 20
HEIGHT = 40.0
"""Of a histogram, beside 100 of width."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A score from the left, 0, to where it is, and the bounds of its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a histogram from its upper left corner, and what it stands for: ``count`` lines from ``start`` to ``end``."""

    x: float
    y: float
    width: float
    height: float
    start: float
    end: float | None
    count: int


def bar(score: Score) -> Bar:
    """Return the bar of a score of 0 to 100; what goes beyond ends at the edge, as TER can."""
    return Bar(*(round(min(100.0, max(0.0, value)), 2) for value in (score.value, score.low, score.high)))


def most(*histograms: Sequence[float], top: float) -> int:
    """Return how many lines the highest column has of several histograms that are to have one scale."""
    return max(max(_counts(values, top)) for values in histograms)


def histogram(values: Iterable[float], top: float, highest: int) -> list[Column]:
    """Return columns of the values from 0 to ``top``, the last with all beyond; ``highest`` lines fill the height."""
    step, width = top / _COLUMNS, 100 / _COLUMNS
    columns = []
    for position, count in enumerate(_counts(values, top)):
        height = round(HEIGHT * count / highest, 2)
        end = None if position == _COLUMNS - 1 else round((position + 1) * step, 2)
        # A gap between columns of a tenth of their width.
        columns.append(
            Column(
                x=round((position + 0.05) * width, 2),
                y=round(HEIGHT - height, 2),
                width=round(0.9 * width, 2),
                height=height,
                start=round(position * step, 2),
                end=end,
                count=count,
            )
        )
    return columns


def _counts(values: Iterable[float], top: float) -> list[int]:
    counts = [0] * _COLUMNS
    for value in values:
        counts[min(_COLUMNS - 1, int(max(0.0, value) / top * _COLUMNS))] += 1
    return counts
