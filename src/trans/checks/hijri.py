"""Dates of the Islamic calendar: an editor is told the Gregorian day, and that a Hijri year does not stand as a Gregorian one."""

from collections.abc import Iterator
from datetime import date

from trans.brief import Flag, Sentence
from trans.quantities import hijri, in_arabic, in_english

_MOST = 20
"""A sentence gets notes on no more dates than that."""


def hijri_dates(sentence: Sentence) -> Iterator[Flag]:
    """Each Hijri date of the Arabic as Gregorian; and a warning where the English has its year without saying which calendar."""
    arabic = in_arabic(sentence.source)
    dates = hijri.dates(arabic)
    if not dates:
        return
    english = in_english(sentence.target)
    said = {one.value for one in english if one.kind == "hijri year"}
    for found in dates[:_MOST]:
        quote = sentence.source[arabic[found.places[0]].start : arabic[found.places[-1]].end]
        span = hijri.days(found)
        if span:
            yield Flag("hijri", "info", f"{found.text} is {_say(*span)}", source=quote)
        year = next((one for one in english if one.value == found.year), None)
        if year is not None and found.year not in said:
            first, last = hijri.years(found.year)
            gregorian = f"{first}–{last % 100:02}" if first != last else str(first)
            yield Flag(
                "hijri",
                "warning",
                f"{found.year} is a Hijri year ({gregorian}); the English gives it as if it were Gregorian",
                source=quote,
                target=year.text,
            )


def _say(first: date, last: date) -> str:
    if first == last:
        return f"{first.day} {first:%B %Y}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
    return f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
