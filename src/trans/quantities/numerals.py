"""What is written in digits, in any language: separators, decimals, fractions, times, ranges. Knows no words.

Reads ASCII digits (see ``plain``). Where a writing has two readings both are kept: 1.234 is 1.234 or 1234, 1,2 is 1.2 or 1 and 2.
"""

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from trans.quantities.base import Kind

NUMERAL = (
    r"(?<!\d)\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?! ?\d|[.,:/-]\d)"  # 10 000
    r"|\d{0,9}[\u00bc-\u00be\u2150-\u215e]"  # 2½
    r"|\d{1,3} [1-9]/[2-9](?!\d)"  # 2 1/2
    r"|(?<![^\s($€£<>=-])\.\d+"  # .5
    r"|\d+(?:[.,:/-]\d+)*"
)
"""A regular expression of one stretch of digits with the marks between them."""

MAX_VALUE = 10**18
"""Scales are multiplied up to here: 'million million million ...' is no quantity."""

# Longer runs of digits are no quantities; Python refuses to read ones above 4,300 digits.
_MAX_DIGITS = 60


@dataclass(frozen=True, slots=True)
class Found:
    """A quantity being read: as ``base.Quantity``, with its span in the plain text. ``scale`` is the million that is in it."""

    value: Fraction
    kind: Kind
    start: int
    end: int
    digits: bool
    loose: bool = False
    also: tuple[Fraction, ...] = ()
    parts: tuple["Found", ...] = ()
    scale: int = 1

    def scaled(self, scale: int, end: int, kind: Kind | None = None) -> "Found":
        """Return it times ``scale``, up to the scale's ``end``: 1,5 with 'million' is one amount."""
        kind = kind or ("number" if self.kind == "year" else self.kind)
        also = tuple(value * scale for value in self.also)
        value, scale = self.value * scale, self.scale * scale
        return replace(self, value=value, kind=kind, also=also, end=end, parts=(), loose=False, scale=scale)


def read(chunk: str, at: int) -> list[Found]:
    """Return what a match of ``NUMERAL`` that starts ``at`` there holds, in order."""
    if not chunk.isascii() or " " in chunk:
        return _spaced(chunk, at)
    if chunk[0] == ".":
        return [_found(Fraction("0" + chunk[:_MAX_DIGITS]), chunk, at, also=(_whole(chunk[1:]),))]
    if match := re.fullmatch(r"(\d{1,2}):([0-5]\d)", chunk):
        hour, minute = int(match[1]), int(match[2])
        if hour <= 24:
            return [clock(hour, minute, at, at + len(chunk), parts=tuple(_each(chunk, at, r"[^:]+")))]
    if "-" in chunk:
        found = [one for match in re.finditer(r"[^-]+", chunk) for one in read(match[0], at + match.start())]
        return [found[0], _year_range(*found)] if len(found) == 2 else found
    found = _each(chunk, at, r"[^:/]+")
    return _slashed(found) if len(found) == 2 and "/" in chunk else found


def clock(
    hour: int,
    minute: int,
    start: int,
    end: int,
    half: str = "",
    parts: tuple[Found, ...] = (),
    *,
    digits: bool = True,
) -> Found:
    """Return a time of day. ``half`` is 'am', 'pm', 'noon', 'night' or unknown; what may be in either half has both values."""
    if half and hour <= 12:
        hour = hour % 12
        if half == "pm" or (half == "noon" and hour < 5) or (half == "night" and hour >= 6):
            hour += 12
    minutes = hour * 60 + minute
    also = () if half or hour > 12 or hour == 0 else (Fraction((minutes + 720) % 1440),)
    return Found(Fraction(minutes % 1440), "time", start, end, digits, also=also, parts=parts)


def _each(chunk: str, at: int, pattern: str) -> list[Found]:
    return [one for match in re.finditer(pattern, chunk) for one in _piece(match[0], at + match.start())]


def _piece(piece: str, at: int) -> list[Found]:
    """Digits with commas and dots only."""
    marks = re.findall(r"[.,]", piece)
    if not marks:
        return [_found(_whole(piece), piece, at, kind=_plain_kind(piece))]
    if len(piece) > _MAX_DIGITS:
        return _apart(piece, at)
    groups = re.split(r"[.,]", piece)
    by_three = 1 <= len(groups[0]) <= 3 and groups[0] != "0" and all(len(group) == 3 for group in groups[1:])
    if len(marks) == 1:
        decimal = Fraction(f"{groups[0]}.{groups[1]}")
        if not by_three:
            parts = tuple(_apart(piece, at)) if marks[0] == "," else ()  # 1,2 may be a list; 5.3 is none
            return [_found(decimal, piece, at, parts=parts)]
        whole = _whole("".join(groups))
        if marks[0] == ",":
            return [_found(whole, piece, at, parts=tuple(_apart(piece, at)))]
        return [_found(decimal, piece, at, also=(whole,))]
    if by_three and len(set(marks)) == 1:
        return [_found(_whole("".join(groups)), piece, at)]
    head, tail = groups[:-1], groups[-1]
    if len(set(marks[:-1])) == 1 and marks[-1] != marks[0] and all(len(group) == 3 for group in head[1:]):
        return [_found(Fraction("".join(head) + "." + tail), piece, at)]
    return _apart(piece, at)


def _apart(piece: str, at: int) -> list[Found]:
    return [
        _found(_whole(match[0]), match[0], at + match.start(), kind=_plain_kind(match[0]))
        for match in re.finditer(r"\d+", piece)
    ]


def _spaced(chunk: str, at: int) -> list[Found]:
    apart = tuple(_apart(chunk, at))
    if "/" in chunk:
        whole, over, under = (int(digits) for digits in re.findall(r"\d+", chunk))
        return [_found(whole + Fraction(over, under), chunk, at, parts=apart)]
    if chunk[-1].isdecimal():
        return [_found(_whole(re.sub(r"\D", "", chunk)), chunk, at, parts=apart)]
    sign = Fraction(unicodedata.numeric(chunk[-1])).limit_denominator(12)
    return [_found((_whole(chunk[:-1]) if len(chunk) > 1 else 0) + sign, chunk, at)]


def _slashed(found: list[Found]) -> list[Found]:
    over, under = found
    second = _year_range(over, under)
    if second is not under:  # 2019/20
        return [over, second]
    if not under.value:
        return found
    whole = Found(over.value / under.value, "fraction", over.start, under.end, True, parts=(over, under))
    return [whole]


def _year_range(first: Found, second: Found) -> Found:
    """1995-96 ends in 96, or 1996."""
    if first.kind == "year" and second.end - second.start == 2:
        year = first.value - first.value % 100 + second.value
        return replace(second, kind="year", also=(year if year > first.value else year + 100,))
    return second


def _plain_kind(digits: str) -> Kind:
    return "year" if len(digits) == 4 and 1000 <= int(digits) <= 2199 else "number"


def _whole(digits: str) -> Fraction:
    if len(digits) > _MAX_DIGITS:
        digits = digits[: _MAX_DIGITS // 2] + digits[-_MAX_DIGITS // 2 :]
    return Fraction(int(digits))


def _found(
    value: Fraction,
    text: str,
    at: int,
    *,
    kind: Kind = "number",
    also: tuple[Fraction, ...] = (),
    parts: tuple[Found, ...] = (),
) -> Found:
    return Found(value, kind, at, at + len(text), True, also=also, parts=parts)
