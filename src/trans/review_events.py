"""What an editor did, a line of ``review.jsonl`` each: the events, how they are written, and which of them make sense.

Pure. Knows no brief and no file: what events do to a brief is the business of ``review``, where they are kept of ``review_log``.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from trans.brief import Where
from trans.phrases import words
from trans.plainly import json_escaped
from trans.shapes import checked

Kind = Literal["reviewed", "unreviewed", "corrected", "reverted", "name", "dismissed", "restored", "conflict"]

NOBODY = "an editor"
"""Who it was, where nobody is named: pages say 'Reviewed by an editor'."""

MAX_TEXT = 20_000
"""Characters of what an editor writes: four pages. The longest paragraph of the wires in shared/corpus has 3,000."""

MAX_BY = 200
"""Characters of a name of an editor."""

MAX_ITEM = 4_096
"""Characters of an item's name: as long as an address or a path may be."""

MAX_LINE_BYTES = 1_000_000
"""Longer lines are not read: seven texts of ``MAX_TEXT`` characters have less in Arabic."""

_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_SHA256 = re.compile("[0-9a-f]{64}")
# What ends a line anywhere, and the tab: a sentence is one line.
_LINE_ENDS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
_SPACES = re.compile(" {2,}")
# Marks of direction and joiners that words have inside: they reach no further than their neighbours (UAX 9).
_HARMLESS = frozenset("\u200c\u200d\u200e\u200f\u061c")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that an editor did to the briefs of one item (``identity.item_of``). Texts are clean: see ``clean``.

    ``at`` is ISO 8601 with its offset. ``where``, ``paragraph`` and ``sentence`` say where the editor did it, as flags do.
    ``source_sha256`` is of a sentence's Arabic (``sha256_of``); of a summary that of ``Article.text``. ``source`` is that
    sentence, the summary's Arabic, or a name's. By kind:

    ``corrected``: the English of every sentence with that Arabic was ``old`` and becomes ``new``; in a summary, all its English.
    ``name``: where the Arabic has the name ``source``, the English writes it ``new`` instead of ``old``.
    ``reverted``: takes such a correction back; where a sentence has none, what corrected names did to it; where
    ``source_sha256`` is empty, all corrections of the name ``source``, or those of its rendering ``old``.
    ``dismissed``, ``restored``: the flag of ``check`` with this ``message``, which quotes ``target``; ``source_sha256`` and
    ``text_sha256`` are of the Arabic and the English under it, ``reason`` says why. ``review.at_flag`` fills them in.
    ``reviewed``: somebody has read the text of that ``text_sha256`` (``review.text_hash``). ``unreviewed`` takes it back.
    ``conflict``: a correction that came second and changes nothing; kept so that it isn't lost.
    """

    id: str
    at: str
    by: str
    item: str
    kind: Kind
    where: Where | Literal[""] = ""
    paragraph: int | None = None
    sentence: int | None = None
    source: str = ""
    source_sha256: str = ""
    old: str = ""
    new: str = ""
    check: str = ""
    message: str = ""
    target: str = ""
    reason: str = ""
    text_sha256: str = ""

    @property
    def is_of_summary(self) -> bool:
        return self.where == "summary" and bool(self.source_sha256)


_NAMES = tuple(field.name for field in fields(Event))
_NEEDED = frozenset({"id", "at", "by", "item", "kind"})


def line_of(event: Event) -> bytes:
    """Return the event as a line of JSON in UTF-8, without the line's end; what is as if not said is left out."""
    values = ((name, getattr(event, name)) for name in _NAMES)
    line = json.dumps(
        {name: value for name, value in values if name in _NEEDED or value not in ("", None)}, ensure_ascii=False
    )
    return (line if line.isprintable() else json_escaped(line)).encode("utf-8", "replace")


def event_of(line: bytes) -> Event | None:
    """Return the event in a line; None for one that is none, or of a kind that is not known here. Never raises.

    Fields that are not known are passed over: later versions add some.
    """
    if len(line) > MAX_LINE_BYTES:
        return None
    try:
        told = json.loads(line.decode("utf-8-sig"))
        event = of_fields(told) if isinstance(told, dict) else None
    except (ValueError, TypeError, RecursionError):
        return None
    return None if event is None or problem(event) else event


def of_fields(told: dict[str, Any]) -> Event:
    """Return the event with these fields, its texts clean. Raises ``TypeError`` where one is missing or of a wrong type."""
    return cleaned(checked(Event(**{name: told[name] for name in _NAMES if name in told})))


def cleaned(event: Event) -> Event:
    """Return the event with its editor's texts clean; what it quotes of the brief is shortened where it is very long."""
    clean_of = {
        "at": _moment(event.at) or event.at,
        "by": clean(event.by)[:MAX_BY].strip() or NOBODY,
        "new": clean(event.new),
        "reason": clean(event.reason),
        **{name: getattr(event, name)[:MAX_TEXT] for name in ("source", "old", "message", "target")},
    }
    changed = {name: text for name, text in clean_of.items() if text != getattr(event, name)}
    return replace(event, **changed) if changed else event


def problem(event: Event) -> str:
    """Return what is wrong with an event, as the end of a sentence; an empty text for one that makes sense."""
    try:
        "".join(text for name in _NAMES if isinstance(text := getattr(event, name), str)).encode()
    except UnicodeEncodeError:
        return "it holds half a character"  # of a surrogate pair: no file can
    if not _ID.fullmatch(event.id):
        return "its id is none: 1 to 64 letters, digits, '-' and '_'"
    if _moment(event.at) is None:
        return f"{event.at[:40]!r} is no time with an offset, such as 2026-03-01T12:00:00+03:00"
    if not 0 < len(event.item) <= MAX_ITEM:
        return "it names no article"
    if any(place is not None and place < 1 for place in (event.paragraph, event.sentence)):
        return "paragraphs and sentences are counted from 1"
    if max(map(len, (event.new, event.reason, event.check))) > MAX_TEXT:
        return f"its text is longer than {MAX_TEXT:,} characters"
    return _OF_KIND[event.kind](event)


def events_hash(events: Iterable[Event]) -> str:
    """Return the sha256, in hex, of events in their order; an empty text for none."""
    lines = [line_of(event) for event in events]
    return hashlib.sha256(b"\n".join(lines)).hexdigest() if lines else ""


def sha256_of(text: str) -> str:
    """Return the sha256, in hex, of a text in UTF-8: by this events know the sentence they are about."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """Return an id that no other event has."""
    return uuid4().hex


def clean(text: str) -> str:
    """Return what an editor wrote as one line: line ends and tabs become spaces, several spaces one; controls are dropped, those
    that turn text around with them, and invisible characters that no word needs."""
    if not text.isprintable():
        text = "".join(filter(_is_kept, _LINE_ENDS.sub(" ", text)))
    return _SPACES.sub(" ", text).strip()


def is_blank(text: str) -> bool:
    """Say whether there is nothing to see in a text."""
    return not any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _is_kept(character: str) -> bool:
    # What this Python's Unicode doesn't know yet, or is for private use, may be an emoji or a desk's own sign: it stays.
    return character in _HARMLESS or unicodedata.category(character) not in ("Cc", "Cf", "Cs")


def _moment(text: str) -> str | None:
    """Return a time with its offset in the one way in which it is written here; None for what is no such time."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.isoformat(timespec="seconds") if moment.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None


def _corrected(event: Event) -> str:
    if is_blank(event.new):
        return "its new text is empty; a correction can't take a sentence out"
    if not _SHA256.fullmatch(event.source_sha256):
        return "it doesn't say which sentence it is of (source_sha256)"
    if event.where == "summary" and event.paragraph is None:
        return "it doesn't say which summary it is of (paragraph)"
    return ""


def _name(event: Event) -> str:
    if not words(event.source):
        return "its source is no Arabic name"
    if is_blank(event.old) or is_blank(event.new):
        return "it needs the name as it is (old) and as it should be (new)"
    return ""


def _reverted(event: Event) -> str:
    if event.source_sha256 and not _SHA256.fullmatch(event.source_sha256):
        return "its source_sha256 is none"
    return "" if event.source_sha256 or words(event.source) else "it doesn't say what it takes back"


def _dismissed(event: Event) -> str:
    if event.check and event.where and all(map(_SHA256.fullmatch, (event.source_sha256, event.text_sha256))):
        return ""
    return "it doesn't say which flag it is of (check, where, source_sha256, text_sha256)"


def _reviewed(event: Event) -> str:
    return "" if _SHA256.fullmatch(event.text_sha256) else "it doesn't say which text was read (text_sha256)"


def _nothing(_event: Event) -> str:
    return ""


_OF_KIND = {
    "corrected": _corrected,
    "name": _name,
    "reverted": _reverted,
    "dismissed": _dismissed,
    "restored": _dismissed,
    "reviewed": _reviewed,
    "unreviewed": _nothing,
    "conflict": _nothing,
}
