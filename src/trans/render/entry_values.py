"""Values of a JSON brief that somebody may have made by hand: each is of its type, or a ``TypeError`` says that it isn't."""

from typing import Any

LONGEST_LINE = 300
"""Characters of a line in a list. The longest headlines have about 150."""


def shortened(text: str, longest: int) -> str:
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else f"{line[:longest].rstrip()}…"


def as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def as_line(value: Any) -> str | None:
    return None if value is None else shortened(as_text(value), LONGEST_LINE)


def as_number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{str(value)[:40]!r} is no number")
    return value
