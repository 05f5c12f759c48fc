"""One or two systems' outputs against references: scores, checks' rates, and how the two differ. Pure: texts in, figures out.

Knows neither where the texts come from nor how the figures are shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from trans.brief import Flag
from trans.evaluation import metrics, rouge
from trans.evaluation.measure import Measure
from trans.evaluation.rates import Rates, rates
from trans.evaluation.resampling import Difference, Score, compared, resampled, scored

Kind = Literal["translation", "summary"]
Check = Callable[[str, str], list[Flag]]
"""Returns the flags of a text and its translation, worst first."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a system made: a text a line. ``model`` says which model and settings it was, where that is known."""

    name: str
    texts: Sequence[str]
    model: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class System:
    """An output and what it is worth. ``lines`` has each line's own score in the measure that suits single lines, ``flags`` what
    the checks found in each; without sources nothing is checked, and ``rates`` is None.
    """

    output: Output
    scores: tuple[Score, ...]
    lines: tuple[float, ...]
    flags: tuple[tuple[Flag, ...], ...]
    rates: Rates | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One system, or two and their ``differences``, a measure each. ``line_measure`` is what lines are scored in."""

    kind: Kind
    sources: Sequence[str] | None
    references: Sequence[Sequence[str]]
    systems: tuple[System, ...]
    differences: tuple[Difference, ...]
    line_measure: str


def evaluate(
    outputs: Sequence[Output],
    references: Sequence[Sequence[str]],
    *,
    kind: Kind = "translation",
    sources: Sequence[str] | None = None,
    check: Check | None = None,
    ter: bool = True,
) -> Evaluation:
    """Score one or two ``outputs``; all files have equally many lines, at least one.

    With ``sources`` and ``check`` each line is checked too; without ``ter`` translations have no TER, which takes minutes where
    lines are long.
    """
    measured = [_measures(kind, output.texts, references, ter=ter) for output in outputs]
    count = len(measured[0])
    samples = resampled([measure for measures in measured for measure in measures])
    drawn = [samples[start : start + count] for start in range(0, len(samples), count)]
    line_measure = metrics.LINE if kind == "translation" else rouge.LINE
    systems = []
    for output, measures, own in zip(outputs, measured, drawn, strict=True):
        flags = tuple(_flags(output.texts, sources, check))
        systems.append(
            System(
                output=output,
                scores=tuple(scored(measure, values) for measure, values in zip(measures, own, strict=True)),
                lines=next(measure for measure in measures if measure.name == line_measure).lines(),
                flags=flags,
                rates=rates(flags) if flags else None,
            )
        )
    return Evaluation(
        kind=kind,
        sources=sources,
        references=references,
        systems=tuple(systems),
        differences=tuple(map(compared, *measured, zip(*drawn, strict=True))) if len(outputs) == 2 else (),
        line_measure=line_measure,
    )


def most_different(evaluation: Evaluation, count: int) -> list[int]:
    """Return the positions of the ``count`` lines to look at first: the worst, or of two systems those they differ most in."""
    first = evaluation.systems[0].lines
    if len(evaluation.systems) == 1:
        return sorted(range(len(first)), key=lambda line: (first[line], line))[:count]
    second = evaluation.systems[1].lines
    ordered = sorted(range(len(first)), key=lambda line: (-abs(first[line] - second[line]), line))
    return [line for line in ordered if first[line] != second[line]][:count]


def _flags(texts: Sequence[str], sources: Sequence[str] | None, check: Check | None) -> list[tuple[Flag, ...]]:
    if sources is None or check is None:
        return []
    return [tuple(check(source, text)) for source, text in zip(sources, texts, strict=True)]


def _measures(kind: Kind, texts: Sequence[str], references: Sequence[Sequence[str]], *, ter: bool) -> list[Measure]:
    if kind == "summary":
        return rouge.measures(texts, references)
    return metrics.measures(texts, references, [name for name in metrics.NAMES if ter or name != "TER"])
