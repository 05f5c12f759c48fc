"""What the index and the digest list: every article once, in an order, beside what went wrong.

Plain data. Knows no file, no clock and no page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from trans.index_entry import Listed
from trans.index_items import newest, with_copies
from trans.names import Inconsistent, inconsistent

_OF_BEFORE = frozenset({"index.json", "digest.json"})


@dataclass(frozen=True, slots=True)
class Problem:
    """An input without a brief, or a brief that can't be read, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Index:
    """All that the page shows. ``skipped`` are the last run's notes on what it passed over on purpose. ``running`` says that a
    run was at work at the time ``updated``.
    """

    briefs: tuple[Listed, ...]
    unreadable: tuple[Problem, ...]
    failed: tuple[Problem, ...]
    skipped: tuple[str, ...]
    names: tuple[Inconsistent, ...]
    updated: datetime
    running: bool = False

    @property
    def demo(self) -> bool:
        return any(listed.entry.demo for listed in self.briefs)


def index(
    briefs: Iterable[Listed],
    *,
    unreadable: Iterable[Problem] = (),
    failed: Iterable[Problem] = (),
    skipped: Iterable[str] = (),
    updated: datetime,
    running: bool = False,
) -> Index:
    """Put everything in order: briefs the likeliest to be wrong first, each article once."""
    once: dict[str, Listed] = {}
    # 'NAME.new.json' beside an edited 'NAME.json': the editor's own stands. An 'index.json' is older than the page's name.
    for listed in sorted(briefs, key=lambda listed: (listed.file in _OF_BEFORE, len(listed.file), listed.file)):
        once.setdefault(listed.entry.id, listed)
    ordered = sorted(newest(once.values()), key=badness)
    return Index(
        briefs=tuple(with_copies(ordered)),
        unreadable=tuple(sorted(unreadable, key=lambda problem: problem.name)),
        failed=tuple(sorted(failed, key=lambda problem: problem.name)),
        skipped=tuple(skipped),
        names=tuple(inconsistent(listed.entry.names for listed in ordered)),
        updated=updated,
        running=running,
    )


def badness(listed: Listed) -> tuple[bool, bool, bool, bool, float, str]:
    """The key that puts the worst first: briefs with errors, then by ``risk``; the id makes the order whole. Nobody works on what
    was killed: it is last. A kill notice comes before all, whatever was found in it: a story must be found and not be used; a
    correction before the briefs with warnings.
    """
    entry = listed.entry
    is_kill, is_correction = entry.notice == "kill notice", entry.notice == "correction"
    return entry.killed, not is_kill, entry.severity != "error", not is_correction, -entry.risk, entry.id
