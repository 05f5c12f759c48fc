"""Times of day in English: 9:30 p.m., 0230 GMT, 11am, seven o'clock, half past eight.

Knows the words around a number that make it a time.
"""

from dataclasses import replace
from fractions import Fraction

from trans.quantities.english_numbers import Numbers
from trans.quantities.numerals import Found, clock

_PARTS = {("half", "past"): 30, ("quarter", "past"): 15, ("quarter", "to"): -15}
_CLOCK_AFTER = frozenset({"gmt", "utc", "hours", "hrs", "hour", "local"})


def digits_hour(reader: Numbers, found: Found, after: int) -> tuple[Found, int] | None:
    """Return the time that digits stand for, and the place after it; None where they are no time."""
    half, end = _half_of_day(reader, after)
    if found.kind == "time":
        minutes = int(found.value)
        return (clock(*divmod(minutes, 60), found.start, found.end, half, found.parts) if half else found), end
    if found.scale > 1 or found.kind not in ("number", "year"):
        return None
    if half and found.value <= 24:
        hour, part = divmod(found.value, 1)
        if (part * 100).denominator == 1 and part * 100 < 60:
            return clock(int(hour), int(part * 100), found.start, found.end, half, found.parts), end
    four = found.end - found.start == 4 and found.value < 2400 and found.value % 100 < 60 and not found.parts
    if four and (reader.form(after) in _CLOCK_AFTER or reader.text[found.start] == "0"):
        minutes = int(found.value // 100 * 60 + found.value % 100)
        return replace(found, also=(*found.also, Fraction(minutes))), after
    return None


def spoken_hour(reader: Numbers, found: Found, place: int, after: int) -> tuple[Found, int] | None:
    """The same of number words: seven o'clock, seven-thirty, half past seven, seven p.m."""
    if not 1 <= found.value <= 12 or found.value.denominator > 1:
        return None
    minute, end = 0, after
    at = reader.skip_hyphen(after)
    if at > after and reader.role(at) in ("teen", "tens") and reader.value(at) < 60:
        minute, end = int(reader.value(at)), at + 1
    half, end = _half_of_day(reader, end)
    part = _PARTS.get((reader.form(place - 2), reader.form(place - 1)), 0)
    o_clock = reader.form(after) == "o" and reader.form(after + 2) == "clock"
    if not (half or minute or part or o_clock):
        return None
    hour, minute = divmod(int(found.value) * 60 + minute + part, 60)
    return clock(hour, minute, found.start, reader.cut[end - 1].end, half, digits=False), end


def _half_of_day(reader: Numbers, place: int) -> tuple[str, int]:
    """Read am, a.m., a m, and the same of pm."""
    form = reader.form(place)
    if form in ("am", "pm"):
        return form, place + 1
    at = place + 2 if reader.form(place + 1) == "." else place + 1
    if form in ("a", "p") and reader.form(at) == "m":
        return form + "m", at + 2 if at > place + 1 and reader.form(at + 1) == "." else at + 1
    return "", place
