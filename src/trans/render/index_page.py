"""The index page: every brief of an output folder, to sort and to filter in the browser, and what went wrong.

Pure: an ``Index`` in, bytes out. What is sorted and filtered is data in the page; the rest is written out.
"""

from datetime import UTC
from functools import cache
from typing import Any

from trans.index import Index, Listed
from trans.phrases import fold
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER, told_time
from trans.render.page import ARABIC_RUN, page

# A desk works every day: an index older than that is of a job that did not run.
STALE_AFTER_S = 24 * 3600
# During a run the page follows every window of articles; on two cores the largest takes some minutes.
STALE_RUNNING_S = 30 * 60

# Rows of names beyond which nobody reads; ``trans names`` has them all.
NAMES_SHOWN = 200

# Where the characters are that Arabic is folded in: Latin-1's quotation marks, Arabic, punctuation, presentation forms.
_FOLDED = ((0x00AB, 0x00BC), (0x0600, 0x0700), (0x2010, 0x2070), (0xFB50, 0xFE00), (0xFE70, 0xFF00))


def render(index: Index) -> bytes:
    """Return the page as UTF-8."""
    rows = [_row(listed) for listed in index.briefs]
    counts = {severity: sum(row["severity"] == severity for row in rows) for severity in ("error", "warning")}
    checks: dict[str, int] = {}
    for row in rows:
        for check in row["checks"]:
            checks[check] = checks.get(check, 0) + 1
    return page(
        "index.html.j2",
        style="index.css",
        script="index.js",
        data={
            "briefs": rows,
            "fold": folding(),
            "arabic": f"({ARABIC_RUN})",
            "updated": index.updated.astimezone(UTC).isoformat(timespec="seconds"),
            "staleAfter": STALE_RUNNING_S if index.running else STALE_AFTER_S,
        },
        demo=DEMO_BANNER if index.demo else False,
        machine=MACHINE_BANNER,
        index=index,
        counts=counts,
        checks=sorted(checks.items(), key=lambda item: (-item[1], item[0])),
        updated=told_time(index.updated.isoformat()),
        names=index.names[:NAMES_SHOWN],
    )


@cache
def folding() -> dict[str, str]:
    """Return what ``trans.phrases.fold`` makes of single characters, for the page's own search: أ to ا, tatweel to nothing."""
    characters = (chr(code) for first, end in _FOLDED for code in range(first, end))
    return {one: folded for one in characters if not one.isspace() and (folded := fold(one)) != one}


def dated(listed: Listed) -> str:
    """Return the time that counts, as a page says it: 'published 2026-03-01 14:05 UTC+03:00', 'received ...'."""
    what, time = listed.dated
    return f"{what} {told_time(time)}"


def _row(listed: Listed) -> dict[str, Any]:
    entry = listed.entry
    return {
        "id": entry.id,
        "page": listed.page,
        "english": entry.headline_english or entry.id,
        "arabic": entry.headline_arabic,
        "summary": entry.summary_english,
        "arabicSummary": entry.summary_arabic,
        "when": round(listed.when.timestamp()),
        "date": dated(listed),
        "words": entry.words,
        "severity": entry.severity,
        "counted": entry.counted,
        "checks": entry.checks,
        "status": entry.status,
    }
