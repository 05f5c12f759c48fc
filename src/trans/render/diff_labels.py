"""What the comparison of two runs says in text and on its page: places, what is special about them, sums. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence

from trans.brief import SEVERITIES, Flag, Severity
from trans.difference import Difference, Side
from trans.difference_totals import Totals
from trans.render.status import Place

_NAMES: dict[Severity, tuple[str, str]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "info": ("note", "notes"),
}


def place(difference: Difference) -> str:
    """Return where it is, as a reader says it; B's own number where another is in front of it."""
    names = [_part(difference, side) for side in (difference.a, difference.b) if side]
    return names[0] if len(set(names)) == 1 else f"{names[0]} in A, {names[1]} in B"


def remark(difference: Difference) -> str:
    """Return what else than the English and the flags differs; empty where nothing does."""
    if difference.how == "missing":
        return "only in B" if difference.a is None else "only in A"
    if difference.how == "cut" and difference.a and difference.b:
        counts = [len(side.sentences) for side in (difference.a, difference.b)]
        return f"the Arabic is cut elsewhere: {_counted(counts[0], 'sentence', 'sentences')} in A, {counts[1]} in B"
    return {
        "arabic": "the Arabic differs",
        "flags": "flags of no one sentence",
    }.get(difference.how, "")


def edited(side: Side) -> str:
    """Return that an editor wrote some of it; empty where none did."""
    return f"edited by {', '.join(side.editors)}" if side.editors else ""


def severity(flag: Flag) -> str:
    return _NAMES[flag.severity][0]


def sums(totals: Totals) -> Iterator[str]:
    """Yield what the comparison comes to, in sentences."""
    yield f"{_briefs(totals.both)} in both: {totals.differ:,} with differences, {totals.same:,} the same."
    yield (
        f"{totals.sentences_differ:,} of {_counted(totals.sentences, 'sentence', 'sentences')} and "
        f"{totals.summaries_differ:,} of {_counted(totals.summaries, 'summary', 'summaries')} differ."
    )
    alone = [
        f"{found} in {side} alone"
        for side, counts in (("B", totals.gained), ("A", totals.lost))
        if (found := _flags(counts))
    ]
    places = _counted(totals.places_with_flags, "place", "places")
    yield f"Flags differ at {places}: {'; '.join(alone)}." if alone else "No flag differs."
    for side, names in (("A", totals.only_in_a), ("B", totals.only_in_b)):
        if names:
            yield f"{_briefs(len(names))} only in {side}."


def with_values(totals: Totals) -> Sequence[tuple[str, str, str, str]]:
    """Return the settings that differ, their values, '–' for none, and of how many pairs of briefs."""
    return [(setting.name, setting.a or "–", setting.b or "–", _briefs(count)) for setting, count in totals.settings]


def _part(difference: Difference, side: Side) -> str:
    if difference.where == "paragraph" and side.paragraph is None:
        return "the article"
    return str(Place(difference.where, side.paragraph)).removeprefix("the ")


def _flags(counts: "Counter[Severity]") -> str:
    return ", ".join(_counted(counts[one], *_NAMES[one]) for one in SEVERITIES if counts[one])


def _briefs(count: int) -> str:
    return _counted(count, "brief", "briefs")


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} {one if count == 1 else more}"
