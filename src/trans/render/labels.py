"""What every format says in the same words: the banners, the mark of a copied text, how places and times are told."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from trans.article import Metadata
from trans.brief import Summary

DEMO_BANNER = "Demo models: not a usable translation."
MACHINE_BANNER = "Machine translation, unreviewed."
UNREVIEWED = "[machine translation, unreviewed]"
"""Goes along with every copied text."""

NAME_KINDS = {"nationality": "people or place", "name": ""}
"""Kinds of ``trans.names`` that are not called by their own name: a list of peoples holds places without a state too."""


METHODS = {
    "text": "the text itself",
    "extractive": "chosen sentences",
    "translation": "made from the translation, there is none in Arabic",
}
"""Of a summary that no model made of the Arabic: what it is instead."""


def ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of numbers that follow one another."""
    runs = []
    for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        one = [number for _, number in run]
        runs.append((one[0], one[-1]))
    return runs


def covered(summary: Summary) -> str:
    """Return what a summary was made from: 'of paragraphs 1–3, 5'."""
    how = METHODS.get(summary.method, "")
    if not summary.covers:
        return how or "the whole text"
    numbers = ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in ranges(summary.covers))
    of = f"of paragraph{'s' if len(summary.covers) > 1 else ''} {numbers}"
    return f"{how}; {of}" if how else of


def origin(about: Metadata) -> list[tuple[str, str]]:
    """Return what an article says of itself, each with its name; its link, which formats show in their own ways, aside."""
    told = {
        "By-line": about.byline,
        "Dateline": about.dateline,
        "Published": about.published and told_time(about.published),
        "Received": about.received and told_time(about.received),
        "Version": about.version,
        "Status": about.status,
        "Language": about.language,
        "Usage terms": about.usage,
    }
    return [(name, value) for name, value in told.items() if value]


def told_time(time: str) -> str:
    """Return an ISO 8601 time as people read it, with its offset: '2026-03-01 14:05 UTC+03:00'. Any other text stays."""
    try:
        read = datetime.fromisoformat(time)
    except ValueError:
        return time
    if "T" not in time and " " not in time.strip():
        return f"{read:%Y-%m-%d}"
    return f"{read:%Y-%m-%d %H:%M}" + (f" {read.tzname()}" if read.tzinfo else "")
