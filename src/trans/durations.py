"""How long: ``12h``, ``90d``, ``2w``, as people give it to a command. Pure."""

import re
from datetime import timedelta

_SPAN = re.compile(r"(\d{1,6})\s*(h|d|w)", re.IGNORECASE)
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}


def duration(text: str) -> timedelta | None:
    """Return the span of time that ``text`` names; None for what names none."""
    found = _SPAN.fullmatch(text.strip())
    return timedelta(hours=int(found[1]) * _HOURS[found[2].lower()]) if found else None
