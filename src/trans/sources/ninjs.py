"""JSON files of the IPTC's ninjs, news in JSON: one item, a list of items, or a list wrapped in an object.

Versions 2 (names in lower case) and 3 (in camel case) have the same fields; version 1 has one headline, and a field for each form
of the body (``body_text``, ``body_xhtml``). What an item only refers to (associations, renditions) is not read. Other JSON is no
ninjs and is refused: which of its fields is what, only a mapping can say, which JSON Lines has.
"""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from trans.article import Article, Failure, Metadata, Source
from trans.sources.iptc import canceled, item_id, standing, usage
from trans.sources.jsonstream import Found, objects
from trans.sources.reading import Broken, Reading
from trans.sources.records import assemble
from trans.sources.renditions import parts_of, text_paragraphs
from trans.sources.times import iso_time

_MAIN = "main"
# Media types of text; other forms of a body (an agency's own XML, RTF) are read only where there is none of these.
_TEXT = ("text/", "application/xhtml")
_PARTIAL = ("partial", "incomplete")  # versions 2 and 3, and version 1


# How the items begin to name themselves that are written here (render/ninjs.py); a test feeds one back.
_OURS = "trans.brief/"


def read_ninjs(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a file of ninjs, item by item, whatever its size. An item that can't be read fails alone, under its number."""
    for one in objects(stream, reading.max_bytes):
        place = name if one.number is None else f"{name}/item-{one.number}"
        yield Failure(place, one.reason, one.hint) if isinstance(one, Broken) else _read(one, name, place)


def _read(found: Found, name: str, place: str) -> Article | Failure:
    inner = found.value.get("_source", found.value)  # a hit of Elasticsearch
    item = {key.lower(): value for key, value in inner.items()} if isinstance(inner, Mapping) else {}
    if _text(item, "profile").startswith(_OURS):
        return Failure(place, "is a brief that trans wrote, not an article", "Give the article it was made from.")
    identity = _text(item, "uri") or (None if found.number is None else f"item-{found.number}")
    source = Source(name, found.sha256, "utf-8", found.bytes, identity, item_id(_text(item, "uri")))
    status, version = _text(item, "pubstatus").lower(), _text(item, "version") or None
    headlines = _headlines(item)
    bodies = _texts(item, "bodies", "body_")
    told = _texts(item, "descriptions", "description_")
    # A kill may come without any text.
    if (headlines or bodies or told or source.item) and (gone := canceled(source, status, version)):
        return gone
    if not (headlines or bodies or told):
        hint = "Put other records one a line into a .jsonl file, with a mapping (--map): .json is for IPTC ninjs."
        return Failure(place, "is JSON, but no ninjs: it has neither 'headlines' nor 'bodies'", hint)
    forms, sums = ([text_paragraphs(text) for text in texts] for texts in (bodies, told))
    metadata = Metadata(
        published=_time(item, "versioncreated", "contentcreated", "firstcreated"),
        byline=_text(item, "by", "byline") or None,
        url=uri if (uri := _text(item, "uri")).startswith(("https://", "http://")) else None,
        language=_text(item, "language") or None,
        version=version,
        status=standing(
            status,
            _text(item, "embargoeduntil", "embargoed"),
            partial=_text(item, "representationtype") in _PARTIAL,
        ),
        usage=usage(_text(item, "usageterms"), _text(item, "copyrightnotice", "copyrightholder")),
    )
    made = assemble(parts_of(forms, headlines, sums, metadata), source)
    if isinstance(made, Failure):
        return Failure(place, "has no text in it", "Put an article into it, or remove it.")
    return made


def _headlines(item: Mapping[str, object]) -> list[str]:
    """Return the headlines, the main one first."""
    listed = sorted(_objects(item, "headlines"), key=lambda one: one.get("role") != _MAIN)
    more = [_text(item, key) for key in item if key.startswith("headline_")]
    return [text for text in (_text(item, "headline"), *(_text(one, "value") for one in listed), *more) if text]


def _texts(item: Mapping[str, object], plural: str, prefix: str) -> list[str]:
    """Return the forms of a text: those that are text by their media type, or all where none is."""
    forms = [
        (str(one.get("contenttype", one.get("contentType", ""))).lower(), _text(one, "value"))
        for one in _objects(item, plural)
    ]
    forms += [("", value) for key, value in item.items() if key.startswith(prefix) and isinstance(value, str)]
    forms = [(kind, text) for kind, text in forms if text]
    readable = [text for kind, text in forms if kind == "" or kind.startswith(_TEXT)]
    return readable or [text for _, text in forms]


def _objects(item: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    value = item.get(key)
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _text(item: Mapping[str, object], *keys: str) -> str:
    """Return the first of these that is a text, or a number, as some write their versions."""
    values = (item.get(key) for key in keys)
    texts = (str(value).strip() for value in values if isinstance(value, str | int) and not isinstance(value, bool))
    return next(filter(None, texts), "")


def _time(item: Mapping[str, object], *keys: str) -> str | None:
    return next((time for key in keys if (time := iso_time(_text(item, key)))), None)
