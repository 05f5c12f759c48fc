"""The brief as a web page: the decision in the first screen, the Arabic beside the English, flags at their sentence.

Lays out what ``templates/brief.html.j2`` shows. Pure; knows no markup and no file: escaping is the page's business.
"""

from collections import defaultdict
from typing import Any

from trans import names
from trans.article import Metadata
from trans.brief import Brief, Flag
from trans.render import copies, review, status
from trans.render.direction import from_right
from trans.render.html_blocks import Telling, blocks
from trans.render.html_faults import in_full, item
from trans.render.labels import DEMO_BANNER, METHODS, NAME_KINDS, origin, ranges, told_time
from trans.render.page import page
from trans.render.status import Place

# The rest of what an article says of itself stands under its headline.
_IN_FOOTER = ("Language", "Usage terms")


def render(brief: Brief) -> bytes:
    """Return the brief as one HTML file."""
    return page("brief.html.j2", style="brief.css", script="brief.js", **context(brief))


def context(brief: Brief) -> dict[str, Any]:
    """Return all that the template shows, by the names it has there; a page that extends the template adds to it.

    Of the page's own arguments it has ``data``, what the buttons copy, and ``demo``.
    """
    called, found = status.called(brief), status.faults(brief)
    faults = {f"c{number}": fault for number, fault in enumerate(found, start=1)}
    numbers = {flag: number for number, flag in reversed(list(enumerate(brief.flags)))}
    flags: dict[Place, list[Flag]] = defaultdict(list)
    for flag in brief.flags:
        flags[Place(flag.where, flag.paragraph)].append(flag)
    told_at = {(fault.check, place): name for name, fault in reversed(faults.items()) for place in fault.places}
    edits = {one.place: one for one in review.edits(brief)}
    parts = blocks(brief, Telling(called, flags, numbers, told_at, edits, review.marks(brief)))
    every = [block for some in parts.values() for block in some]
    known = {block.id for block in every} | {line.id for block in every for line in block.lines}
    items = [item(name, fault, known, numbers) for name, fault in faults.items()]
    article, killed = brief.article, review.is_killed(brief)
    return {
        "data": {} if killed else {"summary": copies.summary(brief), "translation": copies.translation(brief)},
        "demo": DEMO_BANNER if brief.provenance.demo else False,
        "announced": review.announced(brief),
        "killed": killed,
        "banner": review.banner(brief),
        "is_reviewed": review.is_all_seen(brief),
        "edited": review.edited(brief),
        "updated": review.updated_pieces(brief),
        "versions": tuple(review.versions(brief)),
        "dismissed": review.dismissed(brief),
        "reopened": review.reopened(brief),
        "why_reopened": review.why_reopened,
        "who": review.who,
        "place_told": lambda flag: status.at(Place(flag.where, flag.paragraph, flag.sentence), called),
        "article": article,
        "title": brief.headline.target.strip() or article.id,
        "times": _times(article.metadata),
        "about_source": [(name, value) for name, value in origin(article.metadata) if name in _IN_FOOTER],
        "made": brief.provenance,
        "models": (("Translation", brief.provenance.translation), ("Summary", brief.provenance.summarization)),
        "headline": parts["headline"][0],
        "summaries": tuple(zip(brief.summaries, parts["summary"], strict=True)),
        "methods": METHODS,
        "ranges": ranges,
        "from_right": from_right,
        "body": (*parts["deck"], *parts["paragraph"]),
        "opening": status.opening(found) if items else review.unflagged(brief),
        "shown": items[: status.SHOWN],
        "folded": items[status.SHOWN :],
        "in_full": tuple(in_full(brief, called, known, numbers)),
        "remarks": [
            item(f"i{number}", fault, known, numbers) for number, fault in enumerate(status.notes(brief), start=1)
        ],
        "names": names.table(brief),
        "name_kinds": NAME_KINDS,
    }


def _times(metadata: Metadata) -> list[tuple[str, str, str]]:
    """What each time is of, the time, and how people read it."""
    times = (("published", metadata.published), ("received", metadata.received))
    return [(name, time, told_time(time)) for name, time in times if time]
