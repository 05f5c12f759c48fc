"""The English brief as an IPTC ninjs 3 item that leads back to its Arabic source. Pure; knows the standard's names, no clock.

The item is withheld unless the run's settings say otherwise, and a demonstration always is: an unreviewed machine text must not
arrive as usable. ``contentCreated`` is when the source was published, ``versionCreated`` when its file was received, or else
published. Its ``uri`` is made from the source's: another version of an article that has an address or an id of its own is
another version of the item, and any other changed file a new one, lest it takes the place of another story of that name.
"""

import base64
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from trans.article import Article
from trans.brief import Brief
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER, told_time
from trans.render.links import web_address
from trans.render.status import CLEAN, Fault, Place, at, called, faults, opening

PROFILE = "trans.brief/1"
"""By which a reader knows an item as made here: it is no article."""

# The oldest schema that has all that is used here (digitalSourceType); valid against 3.2 and 3.3 too.
_STANDARD = {"name": "ninjs", "version": "3.1", "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"}
_MADE_BY_A_MODEL = {
    "name": "Created by a trained model",
    "uri": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
}

# Ids that are their owner's alone, by their scheme; of RFC 3986's characters.
_URI = re.compile(r"(?:urn|tag):(?:[\w.~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-F]{2})+", re.ASCII | re.IGNORECASE)
_EMBARGO = re.compile(r"embargoed until (\S+?)(?:,|\s|$)")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # BCP 47, roughly

# Places of a fault that repeats; an editor who mends the first ones finds the others with a search.
_MOST_PLACES = 6


def render(brief: Brief) -> bytes:
    """Return the item as UTF-8 JSON."""
    return (json.dumps(_filled(_item(brief)), ensure_ascii=False, indent=1) + "\n").encode()


def _item(brief: Brief) -> dict[str, Any]:
    article, about, made = brief.article, brief.article.metadata, brief.provenance
    published, received = _moment(about.published), _moment(about.received)
    models = (("machine translation", made.translation), ("machine summary", made.summarization))
    return {
        "standard": _STANDARD,
        "uri": uuid.uuid5(uuid.NAMESPACE_URL, f"{_source_uri(article)}#en").urn,
        "type": "text",
        "profile": PROFILE,
        "version": about.version,
        "versionCreated": received or published,
        "contentCreated": published,
        "embargoedUntil": _embargo(about.status),
        "pubStatus": _pub_status(brief),
        "language": "en",
        "title": brief.headline.target.strip() or article.id,
        "by": MACHINE_BANNER,
        "digitalSourceType": _MADE_BY_A_MODEL,
        "edNote": "\n".join(_note(brief)),
        "usageTerms": " ".join(_terms(brief)),
        "headlines": _texts([("main", brief.headline.target), *(("subhead", deck.target) for deck in brief.decks)]),
        "descriptions": _texts(
            ("key point" if number else "summary", summary.english.target)
            for number, summary in enumerate(brief.summaries)
        ),
        "bodies": list(_bodies(brief)),
        "infoSources": [{"name": _model(model), "role": task} for task, model in models],
        "altIds": _ids(("article", article.id), ("record", article.source.record), ("sha256", article.source.sha256)),
        "associations": [_source(article)],
    }


def _source(article: Article) -> dict[str, Any]:
    """The Arabic article: what identifies it, and what it says of itself; of its text the headline only."""
    source, about = article.source, article.metadata
    address = web_address(about.url)
    return {
        "name": "Arabic source",
        "rel": "translationOf",
        "uri": _source_uri(article),
        "type": "text",
        "representationType": "partial",
        "version": about.version,
        "versionCreated": _moment(about.received),
        "contentCreated": _moment(about.published),
        "embargoedUntil": _embargo(about.status),
        "pubStatus": _source_status(about.status),
        "language": about.language if about.language and _LANGUAGE.fullmatch(about.language) else "ar",
        "title": article.headline.strip() or article.id,
        "by": about.byline,
        "located": about.dateline,
        "usageTerms": about.usage,
        "headlines": _texts([("main", article.headline)]),
        "renditions": [{"name": "web", "href": address, "contentType": "text/html"}] if address else [],
        "altIds": _ids(("file", source.uri), ("record", source.record)),
    }


def _pub_status(brief: Brief) -> str:
    """The settings' word, unless the source is not to be used, or nothing is that these models make."""
    status = brief.article.metadata.status or ""
    source = _source_status(status)
    if source == "canceled":
        return source
    endless = "embargo" in status.lower() and _embargo(status) is None  # until when, the standard has no words for
    return "withheld" if source == "withheld" or endless or brief.provenance.demo else brief.provenance.pub_status


def _source_status(status: str | None) -> str | None:
    """Return the status of a source in the standard's words; NewsML-G2 has the same behind a prefix ('stat:canceled')."""
    word = (status or "").partition(",")[0].strip().lower().rpartition(":")[2].replace("cancelled", "canceled")
    return word if word in ("usable", "withheld", "canceled") else None


def _embargo(status: str | None) -> str | None:
    """Return the end of the embargo that a status tells of: 'usable, embargoed until 2026-03-01T12:00:00+03:00'."""
    told = _EMBARGO.search(status or "")
    return _moment(told[1]) if told else None


def _source_uri(article: Article) -> str:
    """What identifies the source: the id that it came with, its own address, or its bytes (RFC 6920)."""
    record = (article.source.record or "").strip()
    if _URI.fullmatch(record):
        return record
    for address in (web_address(record), web_address(article.metadata.url)):
        parts = urlsplit(address)
        if parts.path.strip("/") or parts.query:  # else it is a newspaper's, and not a story's
            return address
    digest = base64.urlsafe_b64encode(bytes.fromhex(article.source.sha256)).decode().rstrip("=")
    return f"ni:///sha-256;{digest}"


def _note(brief: Brief) -> Iterator[str]:
    """What an editor must know before anything else: what this is, from when, and what is to check."""
    about = brief.article.metadata
    yield MACHINE_BANNER
    if brief.provenance.demo:
        yield DEMO_BANNER
    times = [
        f"{name} {told_time(time)}"
        for name, time in (("published", about.published), ("received", about.received))
        if time
    ]
    if times:
        yield f"The source was {' and '.join(times)}; the times of this item are the source's."
    if about.status:
        yield f"Its status there: {about.status}."
    found = faults(brief)
    names_of = called(brief)
    yield opening(found) if found else CLEAN
    for number, fault in enumerate(found, start=1):
        yield f"{number}. {fault.severity.capitalize()} in {_places(fault, names_of)}: {' '.join(fault.message.split())}"


def _places(fault: Fault, names_of: Mapping[Place, Sequence[str]]) -> str:
    named = "; ".join(at(place, names_of) for place in fault.places[:_MOST_PLACES])
    more = len(fault.places) - _MOST_PLACES
    return f"{named}; and {more} more" if more > 0 else named


def _terms(brief: Brief) -> Iterator[str]:
    usage = " ".join((brief.article.metadata.usage or "").split())
    yield f"Source: {usage}" if usage else "The source states no usage terms."
    for task, about in (("Translated", brief.provenance.translation), ("Summarised", brief.provenance.summarization)):
        yield f"{task} with {_model(about)}, licence {about.get('licence', 'unknown')}."


def _model(about: dict[str, Any]) -> str:
    return " @ ".join(filter(None, (str(about.get("model", "")), about.get("revision"))))


def _bodies(brief: Brief) -> Iterator[dict[str, Any]]:
    texts = [plain(paragraph.target) for paragraph in brief.paragraphs if paragraph.target.strip()]
    if not texts:
        return
    whole = "\n\n".join(texts)
    yield {
        "role": "text",
        "contentType": "text/plain",
        "charCount": len(whole),
        "wordCount": len(whole.split()),
        "value": whole,
    }
    yield {"role": "xhtml", "contentType": "text/html", "value": f"<body>{''.join(_blocks(brief))}</body>"}


def _blocks(brief: Brief) -> Iterator[str]:
    """The paragraphs as XHTML. A number before an item stays its text: no list would count as the source does."""
    parts = zip(brief.paragraphs, brief.article.paragraphs, strict=True)
    blocks = [
        _block(passage.kind, passage.target, original.marker.strip())
        for passage, original in parts
        if passage.target.strip()
    ]
    for tag, run in groupby(blocks, key=lambda block: block[0]):
        inner = "".join(f"<{tag}>{_lines(text)}</{tag}>" for _, text in run)
        yield f"<ul>{inner}</ul>" if tag == "li" else inner


def _block(kind: str, text: str, marker: str) -> tuple[str, str]:
    bare = text.removeprefix(marker).strip()
    if kind == "heading":
        return "h2", bare
    if kind == "list" and not any(character.isalnum() for character in marker):
        return "li", bare
    return "p", text


def _lines(text: str) -> str:
    return "<br/>".join(escape(line, quote=False) for line in plain(text).split("\n"))


def _texts(texts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"role": role, "contentType": "text/plain", "value": text.strip()} for role, text in texts if text.strip()]


def _ids(*ids: tuple[str, str | None]) -> list[dict[str, str]]:
    return [{"role": role, "value": value} for role, value in ids if value]


def _moment(time: str | None) -> str | None:
    """Return a time as the schema has it (RFC 3339); None for a day without an hour, which it can't hold."""
    try:
        read = datetime.fromisoformat((time or "").strip())
        if read.tzinfo is None:
            return None
        offset = read.utcoffset()
        return (read.astimezone(UTC) if offset and offset.total_seconds() % 60 else read).isoformat()
    except (ValueError, OverflowError):
        return None


def _filled(value: Any) -> Any:
    """Return ``value`` without what is empty, and each text as XML too can hold it: a receiver may put it into a page."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in value.items() if item not in (None, "", [])}
    return [_filled(item) for item in value] if isinstance(value, list) else value
