"""What the index and the digest know of one brief, and when it is of: a small part of it, in little room.

Plain data. Knows no file, no clock and no page; what it takes from a brief is the business of ``render.entry``.
"""

import json
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal

from trans.names import Name
from trans.packing import Packing

Dated = Literal["published", "received", "brief made"]
"""What a time in a list is the time of."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a list says of one brief. ``words`` counts the Arabic, ``counted`` says in words how many flags there are, ``status``
    what they are, and ``checks`` names those that found something; notes (``info``) are left out.

    ``notices`` are the kinds of ``trans.notices``, each with its sentence. ``reviewed_by`` and ``reviewed_at`` are of the review
    that holds; ``reopened`` counts what editors did that holds no longer, ``edited`` the sentences and summaries they wrote,
    ``edited_since`` names who wrote some after that review.
    ``update`` says how the article differs from the version before, and ``number`` counts those that came.
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
    notices: tuple[tuple[str, str], ...] = ()
    reviewed_by: str = ""
    reviewed_at: str = ""
    reopened: int = 0
    edited: int = 0
    update: str = ""
    number: int = 0
    edited_since: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one brief. ``published`` and ``received`` are as the article has them, ``severity`` is that of its worst
    flag, ``risk`` the probability that one of them is right.

    ``item`` tells its article in all its versions, None where the id does; ``killed`` that its publisher took it back, ``notice``
    that it is a "kill notice" or a "correction" itself. ``watch``
    are the names that a watch list has for it, None where none was looked at. ``signature`` is ``trans.alike``'s.

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
    item: str | None = None
    version: str | None = None
    killed: bool = False
    notice: str = ""
    reviewed: bool = False
    watch: tuple[str, ...] | None = None
    signature: bytes = b""

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
_NOTHING: tuple[object, ...] = ((), "", 0)


def packed(told: Told) -> bytes:
    """Return it in little room: a run over a large archive holds one of each brief."""
    values = [getattr(told, name) for name in _TOLD]
    while values[-1] in _NOTHING:  # of most briefs nothing was ever written, and no version was before them
        values.pop()
    # A hand-made brief's text need not be UTF-8.
    return _PACKING.pack(json.dumps(values, ensure_ascii=False).encode("utf-8", "surrogatepass"))


# One brief's fields are asked for one after another.
@lru_cache(maxsize=16)
def _unpacked(packed: bytes) -> Told:
    values = dict(zip(_TOLD, json.loads(_PACKING.unpack(packed)), strict=False))
    notices = tuple((kind, text) for kind, text in values.get("notices", ()))
    return Told(**{**values, "checks": tuple(values.get("checks", ())), "notices": notices})


@dataclass(frozen=True, slots=True)
class Copy:
    """Another brief of the same story: what it is called by, its dateline or else its id, and its page."""

    name: str
    page: str
    killed: bool


@dataclass(frozen=True, slots=True)
class Also:
    """The briefs of one story filed more than once, as one of them tells it: ``story`` is the id of the first, ``copies`` are
    some of the others, and ``more`` counts the rest."""

    story: str
    copies: tuple[Copy, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry and its files: ``file`` is the JSON brief, ``page`` what a reader opens, both POSIX names relative to the output
    folder. ``made`` is when the brief was written; ``state`` tells this state of the file from others. ``watch`` are the names
    of the watch list that is in use.
    """

    entry: Entry
    file: str
    page: str
    made: datetime
    state: str = ""
    watch: tuple[str, ...] = ()
    also: Also | None = None

    @property
    def item(self) -> str:
        """What its article is called in all its versions."""
        return self.entry.id if self.entry.item is None else self.entry.item

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
