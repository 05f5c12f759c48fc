"""Entries of feeds: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0. Pure: an element in, an article out; knows no file.

A feed's own mistakes are borne with: HTML in a title, a date in another field, elements of Dublin Core where RSS has its own.
What an entry has only on the web is not fetched: where a feed gives a teaser only, the teaser is the article.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from trans.article import Article, Failure, Metadata, Paragraph, Source
from trans.sources.records import assemble
from trans.sources.renditions import element_paragraphs, parts_of
from trans.sources.times import iso_time
from trans.sources.xmltarget import Record

_ATOM = "{http://www.w3.org/2005/Atom}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"

# The elements of each field, best first. A name without a namespace is of the feed's own, whichever that is.
_IDS = ("id", "guid")
_TITLES = ("title", f"{_DC}title")
# The first of these with text is the body; RSS has its own description and, in full, content:encoded.
_BODIES = (
    f"{_CONTENT}encoded",
    "content",
    f"{_ATOM}content",
    "description",
    "summary",
    f"{_DC}description",
    f"{_ATOM}summary",
)
_PUBLISHED = (
    "pubDate", "published", f"{_ATOM}published", "issued", f"{_TERMS}issued", f"{_DC}date", f"{_TERMS}created",
    "updated", f"{_ATOM}updated", "modified", f"{_TERMS}modified",
)  # fmt: skip
_AUTHORS = (f"{_DC}creator", "author", f"{_ATOM}author")
_LINKS = ("link", f"{_ATOM}link")
# 'The post TITLE appeared first on SITE.', and as WordPress says it in Arabic.
_APPEARED = re.compile(r"The post .{1,500} appeared first on .{1,200}|ظهرت المقالة .{1,500} أولا?ً?ا? على .{1,200}")
_RIGHTS = ("rights", f"{_DC}rights", "copyright")


def read_entry(record: Record, name: str) -> Article | Failure:
    """Return the article of one entry of the file ``name``."""
    entry = record.element
    place = f"item-{record.number}"
    url = _url(entry)
    identity = _first(entry, _IDS) or entry.get(_ABOUT, "").strip() or url or place
    source = Source(name, record.sha256, record.encoding, record.bytes, identity)
    bodies = [form for one in _all(entry, _BODIES) if _is_text(one) and (form := _own(element_paragraphs(one)))]
    metadata = Metadata(
        published=next((time for one in _all(entry, _PUBLISHED) if (time := iso_time(one.text or ""))), None),
        byline=_authors(entry) or record.outer.get("author/name"),
        url=url,
        language=_first(entry, (f"{_DC}language",)) or record.language or _outer(record, "language"),
        usage=_first(entry, _RIGHTS) or _outer(record, "copyright", "rights"),
    )
    found = assemble(parts_of(bodies[:1], [_first(entry, _TITLES)], bodies[1:], metadata), source)
    if isinstance(found, Failure):
        hint = "Take it out of the feed, or give it a title."
        return Failure(f"{name}/{place}", f"has neither title nor text (line {record.line})", hint)
    return found


def _own(paragraphs: tuple[Paragraph, ...]) -> tuple[Paragraph, ...]:
    """Return a text without the line that WordPress puts under each: it is the feed's, not the article's."""
    return tuple(one for one in paragraphs if not _APPEARED.fullmatch(one.text))


def _all(entry: Element, names: tuple[str, ...]) -> Iterator[Element]:
    """Give the children of those names, in the order of the names."""
    own = entry.tag[: entry.tag.rfind("}") + 1]
    for name in names:
        yield from entry.findall(name if name.startswith("{") else own + name)


def _first(entry: Element, names: tuple[str, ...]) -> str:
    """Return the first text that is not empty, as one line."""
    texts = (" ".join("".join(one.itertext()).split()) for one in _all(entry, names))
    return next(filter(None, texts), "")


def _is_text(body: Element) -> bool:
    """Say whether it holds text by its type: one of Atom's three, or a media type; other media stand there in base64."""
    kind = body.get("type", "").strip().lower()
    return "/" not in kind or kind.startswith("text/") or kind.endswith("xml")


def _authors(entry: Element) -> str | None:
    """Return the authors: an element of their kind is a name (or, in RSS, an address with the name), or has a name in it."""
    for kind in _AUTHORS:
        named = []
        for one in _all(entry, (kind,)):
            name = next((child for child in one if child.tag.endswith("name")), one)
            named.append(" ".join((name.text or "").split()))
        if any(named):
            return "، ".join(dict.fromkeys(filter(None, named)))
    return None


def _url(entry: Element) -> str | None:
    """Return the address of the page: the link, or the guid of RSS where it is one."""
    for link in _all(entry, _LINKS):
        address = (link.get("href") or link.text or "").strip()
        if address and link.get("rel", "alternate") == "alternate":
            return address
    for guid in _all(entry, ("guid",)):
        address = (guid.text or "").strip()
        if guid.get("isPermaLink", "true") != "false" and address.startswith(("http://", "https://")):
            return address
    return None


def _outer(record: Record, *names: str) -> str | None:
    """Return what the feed says for all its entries."""
    keys = (f"{parent}/{name}" for parent in ("channel", "feed") for name in names)
    return next((record.outer[key] for key in keys if key in record.outer), None)
