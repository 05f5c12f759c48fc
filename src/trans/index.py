"""What the index and the digest know of briefs: a small part of each, in an order, beside what went wrong.

Plain data. Knows no file, no clock and no page; what it takes from a brief is the business of ``render.entry``.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal

from trans.names import Inconsistent, Name, inconsistent
from trans.packing import Packing

Dated = Literal["published", "received", "brief made"]
"""What a time in a list is the time of."""

_OF_BEFORE = frozenset({"index.json", "digest.json"})


@dataclass(frozen=True, slots=True)
class Told:
    """What a list says of one brief. ``words`` counts the Arabic, ``counted`` says in words how many flags there are, ``status``
    what they are, and ``checks`` names those that found something; notes (``info``) are left out.
    """

    headline_arabic: str
    headline_english: str
    summary_arabic: str
    summary_english: str
    dateline: str | None
    words: int
    counted: str
    status: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one brief. ``published`` and ``received`` are as the article has them, ``severity`` is that of its worst
    flag, ``risk`` the probability that one of them is right.

    What puts briefs in order is at hand; what is shown of them lies in ``packed`` until a page of it is made.
    """

    id: str
    published: str | None
    received: str | None
    severity: Literal["error", "warning", ""]
    risk: float
    demo: bool
    names: tuple[Name, ...]
    packed: bytes

    @property
    def told(self) -> Told:
        return _unpacked(self.packed)

    @property
    def headline_arabic(self) -> str:
        return self.told.headline_arabic

    @property
    def headline_english(self) -> str:
        return self.told.headline_english

    @property
    def summary_arabic(self) -> str:
        return self.told.summary_arabic

    @property
    def summary_english(self) -> str:
        return self.told.summary_english

    @property
    def dateline(self) -> str | None:
        return self.told.dateline

    @property
    def words(self) -> int:
        return self.told.words

    @property
    def counted(self) -> str:
        return self.told.counted

    @property
    def status(self) -> str:
        return self.told.status

    @property
    def checks(self) -> tuple[str, ...]:
        return self.told.checks


_PACKING = Packing()
_TOLD = tuple(item.name for item in fields(Told))


def packed(told: Told) -> bytes:
    """Return it in little room: a run over a large archive holds one of each brief."""
    values = [getattr(told, name) for name in _TOLD]
    # A hand-made brief's text need not be UTF-8.
    return _PACKING.pack(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass"))


# One brief's fields are asked for one after another.
@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> Told:
    values = dict(zip(_TOLD, json.loads(_PACKING.unpack(packed)), strict=True))
    return Told(**{**values, "checks": tuple(values["checks"])})


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry and its files: ``file`` is the JSON brief, ``page`` what a reader opens, both POSIX names relative to the output
    folder. ``made`` is when the brief was written; ``state`` tells this state of the file from others.
    """

    entry: Entry
    file: str
    page: str
    made: datetime
    state: str = ""

    @property
    def dated(self) -> tuple[Dated, str]:
        """The time that counts, and of what: publication, else receipt, else the making of the brief. A time that can't be read
        counts as none."""
        times: tuple[tuple[Dated, str | None], ...] = (
            ("published", self.entry.published),
            ("received", self.entry.received),
        )
        for what, text in times:
            if text and moment(text):
                return what, text
        return "brief made", self.made.isoformat()

    @property
    def when(self) -> datetime:
        """That time as one that compares."""
        return moment(self.dated[1]) or self.made

    def is_since(self, start: datetime) -> bool:
        """Say whether that time is not before ``start``. A day without an hour counts whole: it is not before any time of its
        day in ``start``'s zone."""
        whole = day(self.dated[1])
        return whole >= start.date() if whole else self.when >= start


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
    ordered = tuple(sorted(once.values(), key=badness))
    return Index(
        briefs=ordered,
        unreadable=tuple(sorted(unreadable, key=lambda problem: problem.name)),
        failed=tuple(sorted(failed, key=lambda problem: problem.name)),
        skipped=tuple(skipped),
        names=tuple(inconsistent(listed.entry.names for listed in ordered)),
        updated=updated,
        running=running,
    )


def badness(listed: Listed) -> tuple[bool, float, str]:
    """The key that puts the worst first: briefs with errors, then by ``risk``; the id makes the order whole."""
    return listed.entry.severity != "error", -listed.entry.risk, listed.entry.id


def moment(text: str | None) -> datetime | None:
    """Return the time that ``text`` (ISO 8601) says, in UTC where it has no offset; None where it is no time.

    A day without an hour is its last second: what is of today must not count as older than this morning.
    """
    try:
        whole = day(text)
        value = datetime.combine(whole, time.max) if whole else datetime.fromisoformat((text or "").strip())
        value = value if value.tzinfo else value.replace(tzinfo=UTC)
        value.timestamp()  # some years have none
    except (ValueError, OverflowError):
        return None
    return value


def day(text: str | None) -> date | None:
    """Return the day that ``text`` (ISO 8601) says, if it says no hour."""
    wanted = (text or "").strip()
    try:
        datetime.fromisoformat(wanted)  # of ten digits the date's own takes eight
        return date.fromisoformat(wanted)
    except ValueError:
        return None
