"""The comparison of two runs as a web page: the Arabic beside both translations, with the words marked that differ.

Pure: bytes out. Knows no markup and no file: escaping is the page's business.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from trans.alignment import Runs, marked
from trans.brief import Flag
from trans.difference import Compared, Difference, Side
from trans.difference_totals import Totals
from trans.render import diff_labels as labels
from trans.render.direction import from_right
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER
from trans.render.page import page

TITLE = "Comparison of two runs"

# Differences on one page: each takes 1 kB there, and a browser lays out 4,000 in about a second.
_MOST_DIFFERENCES = 4_000

# Names of a list that is no matter of sentences.
_MOST_NAMES = 200


class Chosen:
    """The briefs that the page has room for: those with other flags before those with other words alone, else as they come."""

    def __init__(self, most: int = _MOST_DIFFERENCES) -> None:
        self._most = most
        self._kept: dict[bool, list[Compared]] = {True: [], False: []}
        self._counts = {True: 0, False: 0}
        self.all = 0

    def add(self, compared: Compared) -> None:
        """Take a brief into account."""
        count, flagged = len(compared.differences), compared.flags_differ
        self.all += bool(count)
        # No gap: a small brief after a large one that had no room would say something else than the first so many.
        if count and self._counts[flagged] < self._most:
            self._counts[flagged] += count
            self._kept[flagged].append(compared)

    def briefs(self) -> list[Compared]:
        """Return them in the page's order."""
        found, count = [], 0
        for compared in (*self._kept[True], *self._kept[False]):
            if count >= self._most:
                break
            count += len(compared.differences)
            found.append(compared)
        return found


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as it is shown. ``label`` says whose it is, ``note`` who wrote it; ``rtl``: it reads from the right."""

    label: str
    note: str
    runs: Runs
    rtl: bool


@dataclass(frozen=True, slots=True)
class _Row:
    """A difference as it is shown. The two ``english`` texts have columns of their own, or one stands for both."""

    place: str
    remark: str
    english: tuple[_Text, ...]
    arabic: tuple[_Text, ...]
    lost: tuple[tuple[str, Flag], ...]
    gained: tuple[tuple[str, Flag], ...]


def render(totals: Totals, chosen: Chosen) -> bytes:
    """Return the page as UTF-8."""
    briefs = chosen.briefs()
    return page(
        "diff.html.j2",
        style="diff.css",
        script="diff.js",
        demo=DEMO_BANNER if totals.demo else False,
        machine=MACHINE_BANNER,
        title=TITLE,
        totals=totals,
        sums=list(labels.sums(totals)),
        settings=labels.with_values(totals),
        only=[(side, names[:_MOST_NAMES], len(names)) for side, names in _only(totals) if names],
        unreadable=totals.unreadable[:_MOST_NAMES],
        left_out=chosen.all - len(briefs),
        briefs=[(compared, [_row(difference) for difference in compared.differences]) for compared in briefs],
    )


def _only(totals: Totals) -> Sequence[tuple[str, list[str]]]:
    return ("A", totals.only_in_a), ("B", totals.only_in_b)


def _row(difference: Difference) -> _Row:
    place = labels.place(difference)
    return _Row(
        place=f"{place[:1].upper()}{place[1:]}",
        remark=labels.remark(difference),
        english=_english(difference),
        arabic=_arabic(difference),
        lost=_flags(difference.lost),
        gained=_flags(difference.gained),
    )


def _english(difference: Difference) -> tuple[_Text, ...]:
    a, b = difference.a, difference.b
    if difference.how == "flags":
        return ()
    if a and b:
        if not difference.text_differs:
            return (_text("A and B", a, ((a.english, False),)),)
        runs_a, runs_b = marked(a.english, b.english)
        return _text("A", a, runs_a), _text("B", b, runs_b)
    return tuple(_text(label, side, ((side.english, False),)) for label, side in (("A", a), ("B", b)) if side)


def _arabic(difference: Difference) -> tuple[_Text, ...]:
    a, b = difference.a, difference.b
    if a and b and difference.how == "arabic":
        runs_a, runs_b = marked(a.arabic, b.arabic)
        return _original("A", runs_a, a), _original("B", runs_b, b)
    return tuple(_original("", ((side.arabic, False),), side) for side in (b or a,) if side and side.arabic)


def _text(label: str, side: Side, runs: Runs) -> _Text:
    return _Text(label, labels.edited(side), runs, from_right(side.english, False))


def _original(label: str, runs: Runs, side: Side) -> _Text:
    return _Text(label, "", runs, from_right(side.arabic, True))


def _flags(flags: Sequence[Flag]) -> tuple[tuple[str, Flag], ...]:
    return tuple((labels.severity(flag).capitalize(), flag) for flag in flags)
