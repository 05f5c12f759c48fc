"""How the index of a large folder is divided into pages: by the day of the time that counts, newest first.

Pure: briefs in, parts out. Knows neither files nor what a page looks like.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from trans.index_entry import Listed

PAGE_BRIEFS = 2_000
"""Briefs on one page. Each takes 1.7 kB there: 3.3 MB load in half a second, and a keystroke is answered in some 20 ms."""

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Days = dict[date, list[int]]
"""The places of briefs, by their day."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the briefs, worst first as they came. ``name`` tells it from the others and stays while briefs come and go;
    ``title`` says which time it is of.
    """

    name: str
    title: str
    year: int
    briefs: tuple[Listed, ...]


def parts(briefs: Sequence[Listed], most: int = PAGE_BRIEFS) -> list[Part]:
    """Divide ``briefs`` into parts of at most ``most``, newest first.

    A year is one part if it is small enough, else its months are; of a month that is too large neighbouring days are put
    together, and a day that is too large is cut. So there are few parts for a few briefs of each day over many years, and a new
    brief changes parts of its own month only.
    """
    days: dict[date, list[int]] = defaultdict(list)
    for place, listed in enumerate(briefs):
        days[listed.when.date()].append(place)
    found: list[Part] = []
    for year, of_year in _grouped(days, lambda day: day.year):
        if _size(of_year) <= most:
            found.append(_part(briefs, f"{year:04}", f"{year}", of_year))
            continue
        for month, of_month in _grouped(of_year, lambda day: day.month):
            if _size(of_month) <= most:
                title = f"{_MONTHS[month - 1]} {year}"
                found.append(_part(briefs, f"{year:04}-{month:02}", title, of_month))
            else:
                for together in _together(of_month, most):
                    found += _of_days(briefs, together, most)
    return found[::-1]


def _grouped(days: Days, key: Callable[[date], int]) -> list[tuple[int, Days]]:
    """Put days of one year or month together, oldest first."""
    groups: dict[int, Days] = defaultdict(dict)
    for day in sorted(days):
        groups[key(day)][day] = days[day]
    return list(groups.items())


def _together(days: Days, most: int) -> Iterator[Days]:
    """Yield neighbouring days that fit into one part, oldest first; a day that does not fit stands alone."""
    held: Days = {}
    for day, places in days.items():
        if held and _size(held) + len(places) > most:
            yield held
            held = {}
        held[day] = places
    yield held


def _of_days(briefs: Sequence[Listed], days: Days, most: int) -> Iterator[Part]:
    """Yield the parts of some days of one month: one, or of a day that is too large several, the oldest briefs first.

    What comes later in the day so adds to the last part, and the others stay as they are.
    """
    first, last = min(days), max(days)
    title = f"{_MONTHS[first.month - 1]} {first.year}"
    if first != last:
        yield _part(briefs, first.isoformat(), f"{first.day} to {last.day} {title}", days)
    elif _size(days) <= most:
        yield _part(briefs, first.isoformat(), f"{first.day} {title}", days)
    else:
        places = sorted(days[first], key=lambda place: (briefs[place].when, briefs[place].entry.id))
        for number, start in enumerate(range(0, len(places), most), start=1):
            name = first.isoformat() + (f"-{number}" if number > 1 else "")
            piece = {first: places[start : start + most]}
            yield _part(briefs, name, f"{first.day} {title}, part {number}", piece)


def _part(briefs: Sequence[Listed], name: str, title: str, days: Days) -> Part:
    places = sorted(place for of_day in days.values() for place in of_day)
    return Part(name, title, min(days).year, tuple(briefs[place] for place in places))


def _size(days: Days) -> int:
    return sum(map(len, days.values()))
