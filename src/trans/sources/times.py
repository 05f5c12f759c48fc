"""Times as newsrooms and their systems write them, to ISO 8601. Pure: knows no clock and no time zone of its own.

ISO 8601 in its extended and basic forms, RFC 822 and 2822, and Unix time. A time that comes without an offset becomes its date:
we invent no zone. Dates that mean one day in Cairo and another in New York (03/04/2026) are not read at all.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

# A newspaper's archive may go back far; an earlier or a later year is a mistake in the data.
_FIRST_YEAR = 1900
_LAST_YEAR = 2200
_MAX_CHARS = 64  # the longest form, RFC 2822 with a full day name and a comment, has under 50
# Offsets in use run from -12:00 (Baker Island) to +14:00 (Kiribati).
_LEAST_OFFSET = timedelta(hours=-12)
_GREATEST_OFFSET = timedelta(hours=14)

_ZONE = r"(?P<zone>[+\-\u2212]\d\d(?::?\d\d)?|Z|UTC?|GMT|[A-Z]{1,5})"
_ISO = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
    rf"(?:[T ]?\ *(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d+)?)?\ *{_ZONE}?)?",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MAIL = re.compile(
    r"(?:[A-Z]{3,9}\.?,?\ +)?(?P<day>\d\d?)[ -]+(?P<name>[A-Z]{3})[A-Z]*\.?[ -]+(?P<year>\d{4}|\d\d)"
    rf"(?:,?\ +(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d))?\ *{_ZONE}?(?:\ *\([^()]*\))?)?",
    re.IGNORECASE,
)
# Ten digits from 1, in seconds (2001 to 2033), or three more in milliseconds. From 2 up it may be a year, month, day and hour.
_UNIX = re.compile(r"(1\d{9})(?:\d{3}|\.\d*)?")
_UNIVERSAL = frozenset({"Z", "UT", "UTC", "GMT"})


def iso_time(text: str) -> str | None:
    """Return ``text`` as ISO 8601 to the second with the offset it has; as a date where it has none; None where it is no time.

    '20260301T140500Z' gives '2026-03-01T14:05:00+00:00'; 'Sun, 01 Mar 2026 14:05 +0300' '2026-03-01T14:05:00+03:00';
    '2026-03-01 14:05' '2026-03-01'. Of zones with names only those of universal time are known: AST is Riyadh's and Halifax's.
    """
    text = "".join(_plain(character) for character in text[: _MAX_CHARS + 1]).strip()
    if len(text) > _MAX_CHARS:
        return None
    if unix := _UNIX.fullmatch(text):
        return datetime.fromtimestamp(int(unix[1]), UTC).isoformat(timespec="seconds")
    match = _ISO.fullmatch(text) or _MAIL.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    try:
        return _written(_date(found), found)
    except ValueError:
        return None


def _plain(character: str) -> str:
    """Return the ASCII digit for any digit, a space for any white space, nothing for what is not seen."""
    if character.isspace():
        return " "
    if unicodedata.category(character) == "Cf":
        return ""
    decimal = unicodedata.decimal(character, None)
    return character if decimal is None else str(decimal)


def _date(found: dict[str, str | None]) -> date:
    year, day = found["year"] or "", int(found["day"] or "")
    name = found.get("name")
    month = _MONTHS.index(name.lower()) + 1 if name else int(found["month"] or "")
    # RFC 2822, 4.3: a year of two digits from 00 to 49 is of this century, another of the last.
    century = 0 if len(year) > 2 else 2000 if int(year) < 50 else 1900
    day_of_year = date(century + int(year), month, day)
    if not _FIRST_YEAR <= day_of_year.year <= _LAST_YEAR:
        raise ValueError(year)
    return day_of_year


def _written(day: date, found: dict[str, str | None]) -> str:
    if found["hour"] is None:
        return day.isoformat()
    second = 59 if found["second"] == "60" else int(found["second"] or 0)  # a leap second is no second to Python
    when = datetime(day.year, day.month, day.day, int(found["hour"]), int(found["minute"] or ""), second)
    offset = _offset(found["zone"])
    return day.isoformat() if offset is None else when.replace(tzinfo=timezone(offset)).isoformat(timespec="seconds")


def _offset(zone: str | None) -> timedelta | None:
    """Return the offset; None where it is unknown: none is given, '-0000' (RFC 2822, 3.3), a name, or one no place has."""
    if zone is None:
        return None
    if zone.upper() in _UNIVERSAL:
        return timedelta()
    digits = zone[1:].replace(":", "")
    if not digits.isdigit():
        return None
    hours, minutes = int(digits[:2]), int(digits[2:] or 0)
    if zone[0] != "+" and not hours and not minutes:
        return None
    offset = timedelta(hours=hours, minutes=minutes) * (1 if zone[0] == "+" else -1)
    return offset if minutes < 60 and _LEAST_OFFSET <= offset <= _GREATEST_OFFSET else None
