"""The digest: the briefs of a night or of a week on one page, for a morning meeting. Pure; knows no file, no clock, no page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trans.durations import duration
from trans.errors import TransError
from trans.index import Index, Problem, badness
from trans.index_entry import Listed, moment

Order = Literal["worst", "newest"]

_HINT = "Give a date (2026-11-27), a time (2026-11-27T06:00), or how long ago: 24h, 2d, 1w."


@dataclass(frozen=True, slots=True)
class Digest:
    """Briefs in the order of reading; ``since`` is None for all. ``failed`` are inputs without a brief, and briefs that can't be
    read. ``reviewed`` says that only those were wanted which an editor has reviewed; ``copies`` counts those that are named under
    another of the same story, ``killed`` those that were taken back, which are left out.
    """

    briefs: tuple[Listed, ...]
    failed: tuple[Problem, ...]
    since: datetime | None
    updated: datetime
    demo: bool
    reviewed: bool = False
    copies: int = 0
    killed: int = 0


def digest(index: Index, since: datetime | None, order: Order, *, reviewed: bool = False) -> Digest:
    """Return the briefs of articles published since then; of those that don't say when, received since then, or else made.

    An article that tells a day without an hour counts for the whole of it. With ``reviewed`` there is nothing but what an editor
    has reviewed. A story that was filed more than once has one brief: a reviewed one, else the likeliest to be right, else the
    newest.
    """
    found = [listed for listed in index.briefs if since is None or listed.is_since(since)]
    living = [listed for listed in found if not listed.entry.killed and (listed.entry.reviewed or not reviewed)]
    stories: dict[str, Listed] = {}
    for listed in sorted(living, key=_best):
        stories.setdefault(listed.also.story if listed.also else listed.entry.id, listed)
    briefs = sorted(stories.values(), key=badness if order == "worst" else _newest)
    return Digest(
        briefs=tuple(briefs),
        failed=(*index.failed, *index.unreadable),
        since=since,
        updated=index.updated,
        demo=any(listed.entry.demo for listed in briefs),
        reviewed=reviewed,
        copies=len(living) - len(briefs),
        killed=sum(listed.entry.killed for listed in found),
    )


def parse_since(text: str, now: datetime) -> datetime:
    """Return the time that ``--since`` names; without an offset it is in ``now``'s zone. Raises ``TransError``."""
    wanted = text.strip()
    if (ago := duration(wanted)) is not None:
        try:
            return now - ago
        except OverflowError as error:
            raise TransError(f"--since {wanted} is before all time", _HINT) from error
    if moment(wanted) is None:
        raise TransError(f"--since {text!r} is no date or time", _HINT)
    since = datetime.fromisoformat(wanted)
    since = since if since.tzinfo else since.replace(tzinfo=now.tzinfo)
    if since > now:
        raise TransError(f"--since {wanted} is in the future", _HINT)
    return since


def _newest(listed: Listed) -> tuple[float, str]:
    return -listed.when.timestamp(), listed.entry.id


def _best(listed: Listed) -> tuple[bool, bool, float, float, str]:
    entry = listed.entry
    return not entry.reviewed, entry.severity == "error", entry.risk, -listed.when.timestamp(), entry.id
