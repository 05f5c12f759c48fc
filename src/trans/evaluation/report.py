"""An evaluation as a web page in one file: scores with their intervals, how lines are spread, checks' rates, lines to look at.

Pure: bytes out. Knows nothing of how the figures came about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trans._version import __version__
from trans.brief import SEVERITIES, Flag, Severity
from trans.evaluation import plots
from trans.evaluation.evaluate import Evaluation, System, most_different
from trans.evaluation.told import TITLES, title, verdict
from trans.render.direction import from_right, plain
from trans.render.labels import DEMO_BANNER
from trans.render.page import page

# What a person reads through in one sitting.
_LINES_SHOWN = 20

# A translation twice as long as its reference is far off, and rare: all beyond stand in the last column.
_LONGEST_RATIO = 2.0


@dataclass(frozen=True, slots=True)
class Made:
    """One system's text of a line, its score and its flags."""

    name: str
    text: str
    score: float
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line to look at: all its texts; ``number`` is 1-based, ``source`` None where there is none."""

    number: int
    source: str | None
    made: tuple[Made, ...]
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """A histogram of one system, with words for who can't see it. ``marks`` stand below, from left to right."""

    name: str
    told: str
    unit: str
    columns: list[plots.Column]
    marks: tuple[str, ...]


def render(evaluation: Evaluation, *, demo: bool = False) -> bytes:
    """Return the page as UTF-8. ``demo``: a system is made of the embedded models, and the page says so."""
    systems = evaluation.systems
    return page(
        "evaluation.html.j2",
        style="evaluation.css",
        demo=DEMO_BANNER if demo else False,
        title=title(evaluation),
        evaluation=evaluation,
        measures=[
            (scores[0].name, TITLES[scores[0].name], [(score, plots.bar(score)) for score in scores])
            for scores in zip(*(system.scores for system in systems), strict=True)
        ],
        names=[system.output.name for system in systems],
        verdicts=[verdict(difference, evaluation) for difference in evaluation.differences],
        spreads=[_spreads_of_scores(evaluation), _spreads_of_lengths(evaluation)],
        checks=_checks([system for system in systems if system.rates]),
        lines=list(_lines(evaluation)),
        height=plots.HEIGHT,
        from_right=from_right,
        version=__version__,
    )


def _spreads_of_scores(evaluation: Evaluation) -> tuple[str, list[Spread]]:
    name = evaluation.line_measure
    highest = plots.most(*(system.lines for system in evaluation.systems), top=100)
    return f"{name} of single lines", [
        Spread(
            system.output.name,
            f"Half of the lines have {name} {_median(system.lines):.0f} or more.",
            f"{name} ",
            plots.histogram(system.lines, 100, highest),
            ("0", "25", "50", "75", "100"),
        )
        for system in evaluation.systems
    ]


def _spreads_of_lengths(evaluation: Evaluation) -> tuple[str, list[Spread]]:
    ratios = [list(_ratios(system.output.texts, evaluation.references[0])) for system in evaluation.systems]
    highest = plots.most(*ratios, top=_LONGEST_RATIO)
    return "Length beside the reference", [
        Spread(
            system.output.name,
            f"Half of the lines are {_median(own):.2f} times as long as the reference or more; short ones may have lost text.",
            "length ",
            plots.histogram(own, _LONGEST_RATIO, highest),
            ("0", "half", "equal", "1.5", "twice or more"),
        )
        for system, own in zip(evaluation.systems, ratios, strict=True)
    ]


def _ratios(texts: Sequence[str], references: Sequence[str]) -> Iterator[float]:
    for text, reference in zip(texts, references, strict=True):
        ours, theirs = len(text.strip()), len(reference.strip())
        yield ours / theirs if theirs else _LONGEST_RATIO if ours else 1.0


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _checks(systems: Sequence[System]) -> list[tuple[str, list[list[float]]]]:
    """A row a check: per 100 lines its flags of each severity, for each system."""
    found = [system.rates for system in systems if system.rates]
    names = dict.fromkeys(check for rates in found for check in rates.flags)
    return [
        (check, [[rates.per_100(count) for count in _counts(rates.flags.get(check, {}))] for rates in found])
        for check in names
    ]


def _counts(by_severity: dict[Severity, int]) -> list[int]:
    return [by_severity.get(severity, 0) for severity in SEVERITIES]


def _lines(evaluation: Evaluation) -> Iterator[Line]:
    for position in most_different(evaluation, _LINES_SHOWN):
        yield Line(
            number=position + 1,
            source=plain(evaluation.sources[position]) if evaluation.sources is not None else None,
            made=tuple(
                Made(
                    system.output.name,
                    plain(system.output.texts[position]),
                    system.lines[position],
                    system.flags[position] if system.flags else (),
                )
                for system in evaluation.systems
            ),
            references=tuple(plain(reference[position]) for reference in evaluation.references),
        )
