"""What the index and the digest say of a brief beside its text: that it was killed, reviewed, reopened, edited or updated, and
what it is watched for. Pure; knows neither page.
"""

from collections.abc import Collection, Iterator
from typing import Literal

from trans.index_entry import Listed
from trans.render.labels import MACHINE_BANNER
from trans.render.review import who

Weight = Literal["grave", "warn", "good", "plain", "watch"]
"""How a mark looks; what it means its text says."""

SOME_REVIEWED = "Machine translation, unreviewed except where it is marked."
ALL_REVIEWED = "Machine translation, reviewed by editors."

# A brief whose newer version was taken back says nothing of that itself.
_KILLED = "Killed: its publisher has taken back a newer version. Use nothing of it."
_NOTES = frozenset({"correction"})


def marks(listed: Listed) -> list[tuple[Weight, str]]:
    """Return what is to be said of a brief, the gravest first; of most there is nothing."""
    return list(_marks(listed))


def banner(briefs: Collection[Listed]) -> str:
    """Return what the English on a page is: unreviewed, reviewed, or some of both."""
    reviewed = sum(listed.entry.reviewed for listed in briefs)
    return MACHINE_BANNER if not reviewed else ALL_REVIEWED if reviewed == len(briefs) else SOME_REVIEWED


def look(listed: Listed) -> str:
    """Return how what is to check looks: as an error, a warning, or ("") as nothing to do. A notice asks for something too."""
    entry = listed.entry
    kinds = {kind for kind, _ in entry.told.notices}
    return entry.severity or ("error" if kinds - _NOTES else "warning" if kinds else "")


def _updated(line: str, times: int) -> str:
    """'Updated: paragraph 2 changed'; from the second time on 'Updated 3 times, last: paragraph 2 changed'."""
    often = f" {times} times, last" if times > 1 else ""
    return f"Updated{often}: {line.removeprefix('updated: ')}"


def _marks(listed: Listed) -> Iterator[tuple[Weight, str]]:
    told = listed.entry.told
    if listed.entry.killed and not any(kind == "killed" for kind, _ in told.notices):
        yield "grave", _KILLED
    for kind, text in told.notices:
        yield "warn" if kind in _NOTES else "grave", text
    for name in listed.watch:
        yield "watch", f"Watched: {name}"
    if told.reviewed_by:
        since = f"; edited since by {told.edited_since}" if told.edited_since else ""
        yield "warn" if since else "good", f"Reviewed by {who(told.reviewed_by, told.reviewed_at)}{since}"
    if told.reopened:
        yield "warn", f"Reopened: {told.reopened} to look at again"
    if told.update:
        yield "plain", _updated(told.update, told.number - 1)
    if told.edited:
        yield "plain", f"Edited in {told.edited} place{'' if told.edited == 1 else 's'}"
