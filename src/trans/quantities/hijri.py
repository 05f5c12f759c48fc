"""Dates of the Islamic calendar and the Gregorian days they fall on (Umm al-Qura, by hijridate).

Knows the calendar only; finding the dates in a text is ``dates``' business.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from trans.quantities.base import Quantity
from trans.quantities.numerals import Found

NAMES = (
    "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhira", "Rajab", "Shaban",
    "Ramadan", "Shawwal", "Dhu al-Qadah", "Dhu al-Hijjah",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class HijriDate:
    """A date of a text from the finest part that is said up to the year; ``places`` are those of its quantities."""

    day: int | None
    month: int | None
    year: int
    places: tuple[int, ...]

    @property
    def text(self) -> str:
        parts = [str(self.day) if self.day else "", NAMES[self.month - 1] if self.month else "", f"{self.year} AH"]
        return " ".join(part for part in parts if part)


def dates(quantities: Sequence[Quantity | Found]) -> list[HijriDate]:
    """Return the Hijri dates that ``quantities`` hold, in order: each has a year."""
    result = []
    for place, one in enumerate(quantities):
        if one.kind != "hijri year":
            continue
        day = month = None
        places = [place]
        if place and quantities[place - 1].kind == "hijri month":
            month = int(quantities[place - 1].value)
            places.insert(0, place - 1)
            if place > 1 and quantities[place - 2].kind == "hijri day":
                day = int(quantities[place - 2].value)
                places.insert(0, place - 2)
        result.append(HijriDate(day, month, int(one.value), tuple(places)))
    return result


def days(hijri: HijriDate) -> tuple[date, date] | None:
    """Return the first and last Gregorian day of a Hijri date; None beyond the calendar's tables (1343 to 1500 AH)."""
    from hijridate import Hijri  # on first use: few articles hold one

    def first(year: int, month: int, day: int) -> date:
        found = Hijri(year, month, day).to_gregorian()
        return date(found.year, found.month, found.day)

    year, month, day = hijri.year, hijri.month, hijri.day
    try:
        if month is None:
            return first(year, 1, 1), first(year + 1, 1, 1) - timedelta(days=1)
        if day is None:
            following = (year, month + 1) if month < 12 else (year + 1, 1)
            return first(year, month, 1), first(*following, 1) - timedelta(days=1)
        return first(year, month, day), first(year, month, day)
    except (ValueError, OverflowError):
        return None


def years(year: int) -> tuple[int, int]:
    """Return the Gregorian years that a Hijri year falls in, by the mean length of its year: good to a year at any time."""
    # 354.36708 days a Hijri year, 365.2425 a Gregorian one, from 622.54.
    start = 622.54 + (year - 1) * 354.36708 / 365.2425
    return int(start), int(start + 0.97)


def with_gregorian(found: list[Found]) -> list[Found]:
    """Give the parts of each Hijri date their Gregorian values too, so that a converted date agrees."""
    result = list(found)
    for hijri in dates(found):
        span = days(hijri)
        *_, year = hijri.places
        both = {span[0].year, span[1].year} if span else set(years(hijri.year))
        result[year] = replace(found[year], also=tuple(Fraction(one) for one in sorted(both)))
        if span and hijri.day:
            day, month, _ = hijri.places
            result[day] = replace(found[day], also=(Fraction(span[0].day),))
            result[month] = replace(found[month], also=(Fraction(span[0].month),))
    return result
