"""The index page: every brief of an output folder, to sort and to filter in the browser, and what went wrong. Of a large folder
it has the worst briefs, and each part of it is a page too.

Pure: an ``Index`` or a ``Part`` in, bytes out. What is sorted and filtered is data in the page; the rest is written out.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC
from functools import cache
from typing import Any

from trans.index import Index
from trans.index_entry import Listed
from trans.index_parts import PAGE_BRIEFS, Part
from trans.phrases import fold
from trans.render.labels import DEMO_BANNER, told_time
from trans.render.listed_marks import banner, look, marks
from trans.render.page import ARABIC_RUN, page

# A desk works every day: an index older than that is of a job that did not run.
STALE_AFTER_S = 24 * 3600
# During a run the page follows every window of articles; on two cores the largest takes some minutes.
STALE_RUNNING_S = 30 * 60

# Rows of names beyond which nobody reads; ``trans names`` has them all.
NAMES_SHOWN = 200

PROBLEMS_SHOWN = 2_000
"""Failed inputs and notes beyond which a list says no more than its count: those of a whole archive would fill the page."""

PARTS_FOLDER = "index"
"""Beside ``index.html``; an input folder of that name may have its briefs there too."""

_PART_FILE = re.compile(rf"{PARTS_FOLDER}/briefs-[0-9-]+\.html")

# Where the characters are that Arabic is folded in: Latin-1's quotation marks, Arabic, punctuation, presentation forms.
_FOLDED = ((0x00AB, 0x00BC), (0x0600, 0x0700), (0x2010, 0x2070), (0xFB50, 0xFE00), (0xFE70, 0xFF00))


def render(index: Index, parts: Sequence[Part] = (), *, at_desk: bool = False) -> bytes:
    """Return the page as UTF-8; with ``parts``, which have all briefs, it has the worst of them and links to those.

    ``at_desk``: as the desk serves it, which searches all texts.
    """
    years: dict[int, list[Part]] = {}
    for part in parts:
        years.setdefault(part.year, []).append(part)
    return _page(
        "desk_index.html.j2" if at_desk else "index.html.j2",
        index.briefs[:PAGE_BRIEFS] if parts else index.briefs,
        data={
            "updated": index.updated.astimezone(UTC).isoformat(timespec="seconds"),
            "staleAfter": STALE_RUNNING_S if index.running else STALE_AFTER_S,
        },
        demo=index.demo,
        at_desk=at_desk,
        machine=banner(index.briefs),
        partial=bool(parts),
        index=index,
        counts=_counts(index.briefs),
        updated=told_time(index.updated.isoformat()),
        failed=index.failed[:PROBLEMS_SHOWN],
        unreadable=index.unreadable[:PROBLEMS_SHOWN],
        skipped=index.skipped[:PROBLEMS_SHOWN],
        names=index.names[:NAMES_SHOWN],
        years=[
            (year, [(f"./{PARTS_FOLDER}/{part_file(part)}", part.title, len(part.briefs)) for part in of_year])
            for year, of_year in years.items()
        ],
        parts=len(parts),
    )


def render_part(part: Part, newer: Part | None, older: Part | None) -> bytes:
    """Return the page of one part, in ``PARTS_FOLDER``, as UTF-8. It says nothing that changes while its briefs don't."""
    return _page(
        "index_part.html.j2",
        part.briefs,
        above=".",
        demo=any(listed.entry.demo for listed in part.briefs),
        machine=banner(part.briefs),
        partial=True,
        counts=_counts(part.briefs),
        title=part.title,
        beside=[
            (rel, what, f"./{part_file(other)}", other.title)
            for rel, what, other in (("prev", "Newer", newer), ("next", "Older", older))
            if other
        ],
    )


def part_file(part: Part) -> str:
    """Return the name of a part's page in its folder."""
    return f"briefs-{part.name}.html"


def is_part(name: str) -> bool:
    """Say whether a file of an output folder has the name of a part."""
    return _PART_FILE.fullmatch(name) is not None


def _page(
    template: str,
    briefs: Sequence[Listed],
    *,
    demo: bool,
    partial: bool,
    data: dict[str, Any] | None = None,
    above: str = "",
    at_desk: bool = False,
    **context: Any,
) -> bytes:
    """Return a page with these briefs to sort and filter; their links go ``above``, to the folder that they are relative to."""
    rows = [_row(listed, above) for listed in briefs]
    checks = Counter(check for row in rows for check in row["checks"])
    watch = Counter(name for listed in briefs for name in listed.watch)
    return page(
        template,
        style=("index.css", "marks.css", *(["desk.css"] if at_desk else [])),
        script="index.js",
        asks_server=at_desk,
        data={
            "briefs": rows,
            "partial": partial,
            "fold": folding(),
            "arabic": f"({ARABIC_RUN})",
            **(data or {}),
        },
        demo=DEMO_BANNER if demo else False,
        partial=partial,
        shown=len(briefs),
        checks=_commonest(checks),
        watch=_commonest(watch),
        reviews=any("review" in row for row in rows),
        **context,
    )


def _commonest(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _counts(briefs: Iterable[Listed]) -> Counter[str]:
    """Return how many briefs there are, and how many of each kind; what was killed is of no other kind."""
    counts = Counter[str]()
    for listed in briefs:
        counts["all"] += 1
        counts["killed" if listed.entry.killed else listed.entry.severity] += 1
        counts["reviewed"] += listed.entry.reviewed and not listed.entry.killed
    return counts


@cache
def folding() -> dict[str, str]:
    """Return what ``trans.phrases.fold`` makes of single characters, for the page's own search: أ to ا, tatweel to nothing."""
    characters = (chr(code) for first, end in _FOLDED for code in range(first, end))
    return {one: folded for one in characters if not one.isspace() and (folded := fold(one)) != one}


def dated(listed: Listed) -> str:
    """Return the time that counts, as a page says it: 'published 2026-03-01 14:05 UTC+03:00', 'received ...'."""
    what, time = listed.dated
    return f"{what} {told_time(time)}"


def _row(listed: Listed, above: str) -> dict[str, Any]:
    entry, told = listed.entry, listed.entry.told
    review = [name for name, holds in (("reviewed", entry.reviewed), ("reopened", told.reopened)) if holds]
    seldom: dict[str, Any] = {
        "killed": entry.killed,
        "marks": marks(listed),
        "look": "" if entry.killed or entry.severity else look(listed),
        "review": review,
        "watch": listed.watch,
    }
    if listed.also:
        seldom["also"] = [[copy.name, f"{above}{copy.page}", copy.killed] for copy in listed.also.copies]
        seldom["more"] = listed.also.more
    return {
        "id": entry.id,
        "page": f"{above}{listed.page}",
        "english": told.headline_english or entry.id,
        "arabic": told.headline_arabic,
        "summary": told.summary_english,
        "arabicSummary": told.summary_arabic,
        "when": round(listed.when.timestamp()),
        "date": dated(listed),
        "words": told.words,
        **_to_check(listed),
        # Each key takes room on a page of 2,000 briefs: of most there is none of these.
        **{name: value for name, value in seldom.items() if value},
    }


def _to_check(listed: Listed) -> dict[str, Any]:
    """What an editor has to look at: of what was killed, nothing."""
    entry, told = listed.entry, listed.entry.told
    if entry.killed:
        return {"severity": "killed", "counted": "", "checks": (), "status": ""}
    return {"severity": entry.severity, "counted": told.counted, "checks": told.checks, "status": told.status}
