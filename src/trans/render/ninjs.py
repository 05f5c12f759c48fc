"""The English brief as an IPTC ninjs 3 item that leads back to its Arabic source. Pure; knows the standard's names, no clock.

The item is withheld unless the run's settings say otherwise, and a demonstration always is: an unreviewed machine text must not
arrive as usable. One that its publisher has taken back is canceled and has no text: a receiving system takes it out by that.
``contentCreated`` is when the source was published; ``versionCreated`` when its file was received, or else published, or when an
editor was at it, whichever is later. Its ``uri`` is made from the source's: another version of an article that has an address or
an id of its own is another version of the item, and any other changed file a new one, lest it takes the place of another story.
"""

import base64
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from trans.article import Article
from trans.brief import Brief
from trans.notices import is_killed, notices
from trans.render import review
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER, told_time
from trans.render.links import web_address
from trans.render.ninjs_text import bodies
from trans.render.status import Fault, Place, at, called, faults, opening

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
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")  # BCP 47, roughly

# Places of a fault that repeats; an editor who mends the first ones finds the others with a search.
_MOST_PLACES = 6


def render(brief: Brief) -> bytes:
    """Return the item as UTF-8 JSON."""
    return (json.dumps(_filled(_item(brief)), ensure_ascii=False, indent=1) + "\n").encode()


def _item(brief: Brief) -> dict[str, Any]:
    article, about, made = brief.article, brief.article.metadata, brief.provenance
    published, received = _moment(about.published), _moment(about.received)
    changed = review.last_change(brief)
    killed = is_killed(article)
    models = (("machine translation", made.translation), ("machine summary", made.summarization))
    return {
        "standard": _STANDARD,
        "uri": uuid.uuid5(uuid.NAMESPACE_URL, f"{_source_uri(article)}#en").urn,
        "type": "text",
        "profile": PROFILE,
        "version": about.version,
        "versionCreated": max(filter(None, (received or published, _moment(changed))), key=_instant, default=None),
        "contentCreated": published,
        "embargoedUntil": _embargo(article),
        "pubStatus": _pub_status(brief),
        "language": "en",
        "title": (not killed and brief.headline.target.strip()) or article.id,
        "by": review.banner(brief),
        "digitalSourceType": _MADE_BY_A_MODEL,
        "edNote": "\n".join(_note(brief)),
        "usageTerms": " ".join(_terms(brief)),
        "headlines": [] if killed else _texts(_headlines(brief)),
        "descriptions": [] if killed else _texts(_descriptions(brief)),
        "bodies": [] if killed else list(bodies(brief)),
        "infoSources": [{"name": _model(model), "role": task} for task, model in models],
        "altIds": _ids(("article", article.id), ("record", article.source.record), ("sha256", article.source.sha256)),
        "associations": [_source(article, killed)],
    }


def _headlines(brief: Brief) -> Iterator[tuple[str, str]]:
    yield "main", brief.headline.target
    yield from (("subhead", deck.target) for deck in brief.decks)


def _descriptions(brief: Brief) -> Iterator[tuple[str, str]]:
    for number, summary in enumerate(brief.summaries):
        yield "key point" if number else "summary", summary.english.target


def _source(article: Article, killed: bool) -> dict[str, Any]:
    """The Arabic article: what identifies it, and what it says of itself; of its text at most the headline."""
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
        "embargoedUntil": _embargo(article),
        "pubStatus": _source_status(article),
        "language": about.language if about.language and _LANGUAGE.fullmatch(about.language) else "ar",
        "title": (not killed and article.headline.strip()) or article.id,
        "by": about.byline,
        "located": about.dateline,
        "usageTerms": about.usage,
        "headlines": [] if killed else _texts([("main", article.headline)]),
        "renditions": [{"name": "web", "href": address, "contentType": "text/html"}] if address else [],
        "altIds": _ids(("file", source.uri), ("record", source.record)),
    }


def _pub_status(brief: Brief) -> str:
    """The settings' word, unless the source is not to be used, or nothing is that these models make."""
    article = brief.article
    source = _source_status(article)
    if source in ("canceled", "withheld"):
        return source
    endless = any(one.kind == "embargoed" for one in notices(article)) and not _embargo(
        article
    )  # no words for that there
    return "withheld" if endless or brief.provenance.demo else brief.provenance.pub_status


def _source_status(article: Article) -> str | None:
    """Return the status of a source in the standard's words; NewsML-G2 has the same behind a prefix ('stat:usable')."""
    if is_killed(article):
        return "canceled"
    if any(notice.kind == "withheld" for notice in notices(article)):
        return "withheld"
    word = (article.metadata.status or "").partition(",")[0].strip().lower().rpartition(":")[2]
    return word if word == "usable" else None


def _embargo(article: Article) -> str | None:
    """Return the end of the embargo that an article is under; None where it is under none, or until nobody knows when."""
    return next((_moment(notice.until) for notice in notices(article) if notice.kind == "embargoed"), None)


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
    yield from map(str, review.announced(brief))
    yield review.banner(brief)
    if brief.provenance.demo:
        yield DEMO_BANNER
    times = [
        f"{name} {told_time(time)}"
        for name, time in (("published", about.published), ("received", about.received))
        if time
    ]
    changed = review.last_change(brief)
    if times:
        theirs = "" if changed else "; the times of this item are the source's"
        yield f"The source was {' and '.join(times)}{theirs}."
    if changed:
        yield f"An editor changed this item last on {told_time(changed)}."
    if about.status:
        yield f"Its status there: {about.status}."
    if is_killed(brief.article):
        return
    yield from filter(None, (review.edited(brief), review.updated(brief)))
    yield from (f"Reopened: {review.why_reopened(one)}" for one in review.reopened(brief))
    found = faults(brief)
    names_of = called(brief)
    yield opening(found) if found else review.unflagged(brief)
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


def _instant(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


def _filled(value: Any) -> Any:
    """Return ``value`` without what is empty, and each text as XML too can hold it: a receiver may put it into a page."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {name: _filled(item) for name, item in value.items() if item not in (None, "", [])}
    return [_filled(item) for item in value] if isinstance(value, list) else value
