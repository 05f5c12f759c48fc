"""What the index keeps of a JSON brief: headline, summary, what to check, names. Pure: JSON in, JSON or an ``Entry`` out.

Reads no more of a brief than that; a folder has thousands of them.
"""

import json
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from trans import alike
from trans.brief import SEVERITIES, Flag
from trans.entities import Form, in_english
from trans.index_entry import Entry, Told, packed
from trans.names import Name, NameKind, Place, Rendering
from trans.precision import risk
from trans.render.entry_standing import EDITED, at_hand, kept_of, standing, told_of
from trans.render.entry_values import LONGEST_LINE, as_line, as_number, as_text, shortened
from trans.render.json import SCHEMA
from trans.render.status import Fault, clean, faults, sentence

if TYPE_CHECKING:
    from trans.watchlist import Watchlist

VERSION = f"4, signatures {alike.VERSION}"
"""Raise it when an entry says something else of the same brief: what was kept before is then read anew."""

_ANY_SCHEMA = SCHEMA.partition("/")[0] + "/"

# Characters: a list shows some lines of a text. The longest summaries of mT5 have about 600.
_LONGEST_SUMMARY = 1_200
# The longest name of the lists has 63.
_LONGEST_NAME = 100

# Times a name stands in one article; a hand-made file may claim any number.
_MOST_OCCURRENCES = 10_000

# The names of a JSON brief say how often, not where; of paragraphs too the index needs the number only.
_SOMEWHERE = Place("paragraph", None, 1)


# The layout of ``render.json``: a line end never stands inside a JSON string, so these are the document's own keys and no text.
_PARAGRAPHS, _AFTER = b'\n "paragraphs": [', b'\n ],\n "flags": '
_TEXTS = re.compile(rb'\n   "ar": (".*"),\n   "en": (".*"),(?=\n)')
_EDIT = b'\n     "edit": {'
_WRITTEN = re.compile(re.escape(_EDIT) + rb'\n      "by": (".*"),\n      "at": (".*"),(?=\n)')


@dataclass(frozen=True, slots=True)
class _Flags:
    """The errors and warnings of a brief."""

    flags: tuple[Flag, ...]


def load(data: bytes) -> Any:
    """Return the document in ``data``, of its paragraphs only the texts, and who wrote which of their sentences when: the
    sentences are most of a brief, and parsing them most of the time. One in another layout is read whole. Raises ``ValueError``
    for what is no JSON.
    """
    start = data.find(_PARAGRAPHS)
    end = data.find(_AFTER, start)
    if start == -1 or end == -1:
        return json.loads(data)
    texts = b",".join(b'{"ar":%b,"en":%b}' % texts for texts in _TEXTS.findall(data, start, end))
    written = _WRITTEN.findall(data, start, end)
    if len(written) != data.count(_EDIT, start, end):
        return json.loads(data)
    document = json.loads(data[:start] + _PARAGRAPHS + texts + data[end:])
    document[EDITED] = [json.loads(b"[%b,%b]" % edit) for edit in written]
    return document


def reduced(document: Any, watchlist: "Watchlist | None" = None) -> dict[str, Any] | None:
    """Return what ``entry`` needs of a JSON brief, itself JSON; None for a document that is no brief at all.

    Raises ``ValueError`` for a broken brief and one of another version.
    """
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(schema, str) or not schema.startswith(_ANY_SCHEMA):
        return None
    if schema != SCHEMA:
        raise ValueError(f"its schema is {schema[:40]!r}, not {SCHEMA!r}")
    try:
        metadata = document["source"]["metadata"]
        first = document["summaries"][0] if document["summaries"] else {"ar": "", "en": ""}
        parts = (document["headline"], *document["decks"], *document["paragraphs"])
        arabic = [as_text(part["ar"]) for part in parts]
        english = [as_text(part["en"]) for part in parts]
        watch = None if watchlist is None else watchlist.matches("\n".join(arabic), "\n".join(english))
        stands = standing(document, arabic)
        flags = [_flag(flag) for flag in document["flags"] if flag["severity"] != "info"]
        return {
            "id": as_text(document["id"]),
            "headline": _both(document["headline"], LONGEST_LINE),
            "summary": _both(first, _LONGEST_SUMMARY),
            "published": as_line(metadata["published"]),
            "received": as_line(metadata["received"]),
            "dateline": as_line(metadata["dateline"]),
            "words": sum(len(text.split()) for text in arabic),
            **_to_check(flags, clean(kind for kind, _ in stands.get("notices", ()))),
            "names": [_named(name) for name in document["names"]],
            "demo": document["provenance"]["demo"] is True,
            **stands,
            **({} if watch is None else {"watch": list(watch)}),
        }
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"it is not a whole {SCHEMA}: {error!r}") from error


def entry(kept: dict[str, Any]) -> Entry:
    """Return the entry of what ``reduced`` kept. Raises ``ValueError`` for anything else."""
    try:
        told = Told(
            headline_arabic=kept["headline"][0],
            headline_english=kept["headline"][1],
            summary_arabic=kept["summary"][0],
            summary_english=kept["summary"][1],
            dateline=kept["dateline"],
            words=kept["words"],
            counted=kept["counted"],
            status=kept["status"],
            checks=tuple(kept["checks"]),
            **told_of(kept),
        )
        return Entry(
            id=kept["id"],
            published=_once(kept["published"]),
            received=_once(kept["received"]),
            severity=kept["severity"],
            risk=kept["risk"],
            demo=kept["demo"],
            names=tuple(_name(name) for name in kept["names"]),
            packed=packed(told),
            watch=tuple(kept["watch"]) if "watch" in kept else None,
            **at_hand(kept),
        )
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"not an entry: {error!r}") from error


def kept(entry: Entry) -> dict[str, Any]:
    """Return what ``reduced`` kept of the brief that ``entry`` is of."""
    told = entry.told
    return {
        "id": entry.id,
        "headline": [told.headline_arabic, told.headline_english],
        "summary": [told.summary_arabic, told.summary_english],
        "published": entry.published,
        "received": entry.received,
        "dateline": told.dateline,
        "words": told.words,
        "severity": entry.severity,
        "counted": told.counted,
        "status": told.status,
        "checks": told.checks,
        "risk": entry.risk,
        "names": [
            [name.kind, name.arabic, [(one.text, one.count) for one in name.renderings], len(name.paragraphs)]
            for name in entry.names
        ],
        "demo": entry.demo,
        **kept_of(entry),
        **({} if entry.watch is None else {"watch": list(entry.watch)}),
    }


def counted(found: tuple[Fault, ...]) -> str:
    """Return how many things there are to check, in words: '2 errors, 1 warning'. One fault is one, however often it repeats."""
    severities = [fault.severity for fault in found]
    numbers = ((severities.count(severity), severity) for severity in SEVERITIES)
    return ", ".join(f"{number} {severity}{'s' if number > 1 else ''}" for number, severity in numbers if number)


def _to_check(flags: list[Flag], otherwise: str) -> dict[str, Any]:
    found = faults(_Flags(tuple(flags)))
    return {
        "severity": min((fault.severity for fault in found), key=SEVERITIES.index, default=""),
        "counted": counted(found),
        "status": sentence(found, otherwise),
        "checks": sorted({fault.check for fault in found}),
        "risk": risk(flags),
    }


def _once(time: str | None) -> str | None:
    """Return the text as it is in memory already: what comes together was received in the same second."""
    return None if time is None else sys.intern(time)


def _both(part: Any, longest: int) -> list[str]:
    return [shortened(as_text(part[language]), longest) for language in ("ar", "en")]


def _flag(flag: Any) -> Flag:
    if flag["severity"] not in SEVERITIES or flag["where"] not in ("headline", "deck", "summary", "paragraph"):
        raise TypeError("a flag of no known severity or place")
    place, position = (None if flag[key] is None else as_number(flag[key]) for key in ("paragraph", "sentence"))
    check, message, source, target = (as_text(flag[key]) for key in ("check", "message", "source", "target"))
    return Flag(check, flag["severity"], message, flag["where"], place, position, source, target)


def _named(name: Any) -> list[Any]:
    """The kind, the Arabic forms, the English ones with their counts, and the number of paragraphs."""
    english = [[_written(one["text"]), min(as_number(one["count"]), _MOST_OCCURRENCES)] for one in name["en"]]
    arabic = [_written(form) for form in name["ar"]]
    return [as_text(name["kind"]), arabic, english, len(name["paragraphs"])]


def _written(form: Any) -> str:
    return shortened(as_text(form), _LONGEST_NAME)


def _name(kept: list[Any]) -> Name:
    kind, arabic, english, paragraphs = kept
    if not arabic:
        raise ValueError("a name without its Arabic")
    return _shared(kind, tuple(arabic), tuple((text, count) for text, count in english), paragraphs)


# The briefs of a folder name the same again and again: what they have in common is in memory once.
@lru_cache(maxsize=65_536)
def _shared(kind: NameKind, arabic: tuple[str, ...], english: tuple[tuple[str, int], ...], paragraphs: int) -> Name:
    renderings = tuple(_rendering(text, count, kind) for text, count in english)
    return Name(kind, arabic, renderings, _first(paragraphs))


@lru_cache(maxsize=65_536)
def _rendering(text: str, count: int, kind: str) -> Rendering:
    return Rendering(text, (_SOMEWHERE,) * count, "name" if kind == "name" else _form(text))


@lru_cache(maxsize=1024)
def _first(count: int) -> tuple[int, ...]:
    return tuple(range(1, count + 1))


# A run's briefs name the same countries and peoples again and again.
@lru_cache(maxsize=8192)
def _form(text: str) -> Form:
    """Whether an English form of a listed name is that of a people ('Syrian'); the JSON brief doesn't say."""
    mentions = in_english(text)
    return "people" if mentions and all(mention.form == "people" for mention in mentions) else "name"
