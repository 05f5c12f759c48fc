"""Items of NewsML-G2, the XML of news agencies (IPTC). Pure: a ``newsItem`` in, an article out; knows no file.

The text is what the item holds itself, as NITF, XHTML or plain text. What it only points to is not fetched: remoteContent, the
items of a package. Of an item in several languages the Arabic is read.
"""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from trans.article import Article, Failure, Metadata, Paragraph, Source
from trans.sources.iptc import canceled, item_id, standing, usage
from trans.sources.records import assemble
from trans.sources.renditions import element_paragraphs, parts_of, text_paragraphs
from trans.sources.times import iso_time
from trans.sources.xmltarget import Record, local

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ARABIC = "ar"
_INLINE_DATA = "inlineData"
_INLINE = ("inlineXML", _INLINE_DATA)
_RANK_DIGITS = 4  # ranks are 1, 2, 3


def read_item(record: Record, name: str) -> Article | Failure:
    """Return the article of one newsItem of the file ``name``; a ``Failure`` for one that is canceled or has no text."""
    item = record.element
    place = f"item-{record.number}"
    guid = item.get("guid", "").strip()
    source = Source(name, record.sha256, record.encoding, record.bytes, guid or place, item_id(guid))
    status, version = _status(item), item.get("version")
    if gone := canceled(source, status, version):
        return gone
    language = record.language or ""
    contents = _wanted([one for one in _at(item, "contentSet/*") if local(one.tag) in _INLINE], language)
    nitf = next((one for content in contents for one in _named(content, "nitf")), item)
    # Read before the bodies: reading these renames what is in them.
    byline = _byline(item, nitf, language)
    dateline = _first(_at(item, "contentMeta/dateline"), _named(nitf, "dateline"))
    headlines = [_text(one) for one in (*_headlines(item, language), *_in_head(nitf, "hl1"), *_in_head(nitf, "hl2"))]
    told = [*_named(nitf, "abstract"), *_wanted(_at(item, "contentMeta/description"), language)]
    bodies = [body for content in contents if (body := _body(content))]
    metadata = Metadata(
        published=_time(item, "itemMeta/versionCreated", "contentMeta/contentModified", "itemMeta/firstCreated"),
        byline=byline or None,
        dateline=dateline.rstrip(" -–—ـ:") or None,
        language=_tag(item) or next(filter(None, (one.get(_LANGUAGE) for one in contents)), record.language),
        version=version,
        status=standing(status, _first(_at(item, "itemMeta/embargoed"))),
        usage=usage(_first(_at(item, "rightsInfo/usageTerms")), _first(_at(item, "rightsInfo/copyrightNotice"))),
    )
    found = assemble(parts_of(bodies, headlines, [element_paragraphs(one) for one in told], metadata), source)
    if isinstance(found, Failure):
        hint = "It may point to its text elsewhere: have items sent with their text in them."
        return Failure(f"{name}/{place}", f"has no text in it (line {record.line})", hint)
    return found


def _body(content: Element) -> tuple[Paragraph, ...]:
    """Return the text of one part of the contentSet, whose parts are forms of one content."""
    if local(content.tag) == _INLINE_DATA:
        encoded = any(content.get(name) for name in ("encoding", "encodinguri"))
        return () if encoded else text_paragraphs(content.text or "")
    documents = [*_named(content, "body.content"), *_named(content, "body.end")]
    documents = documents or _named(content, "body") or list(content) or [content]
    return tuple(one for document in documents for one in element_paragraphs(document))


def _headlines(item: Element, language: str) -> list[Element]:
    """Return the headlines by their rank; those without one come last."""
    return sorted(_wanted(_at(item, "contentMeta/headline"), language), key=_rank)


def _rank(headline: Element) -> int:
    rank = headline.get("rank", "")
    return int(rank) if rank.isdecimal() and len(rank) < _RANK_DIGITS else 10**_RANK_DIGITS


def _in_head(nitf: Element, name: str) -> list[Element]:
    return [one for head in _named(nitf, "body.head") for one in _named(head, name)]


def _byline(item: Element, nitf: Element, language: str) -> str:
    written = _first(_wanted(_at(item, "contentMeta/by"), language), _named(nitf, "byline"))
    names = [_first(_wanted(_at(one, "name"), language)) for one in _at(item, "contentMeta/creator")]
    return written or "، ".join(filter(None, names)) or _first(_at(item, "contentMeta/creditline"))


def _status(item: Element) -> str:
    """Return the publishing status: its code 'stat:canceled' or its address '.../pubstatusg2/canceled' without what is before."""
    for one in _at(item, "itemMeta/pubStatus"):
        return (one.get("qcode", "").rpartition(":")[2] or one.get("uri", "").rpartition("/")[2]).strip().lower()
    return ""


def _time(item: Element, *paths: str) -> str | None:
    texts = (_text(one) for path in paths for one in _at(item, path))
    return next((time for text in texts if (time := iso_time(text))), None)


def _tag(item: Element) -> str | None:
    tags = [one.get("tag", "") for one in _at(item, "contentMeta/language")]
    return next((tag for tag in tags if tag.startswith(_ARABIC)), tags[0] if tags else "") or None


def _wanted(elements: list[Element], language: str) -> list[Element]:
    """Return the elements without those in other languages, where any is in Arabic; ``language`` is that of what says nothing."""
    languages = [one.get(_LANGUAGE, language) for one in elements]
    if not any(one.startswith(_ARABIC) for one in languages):
        return elements
    return [one for one, its in zip(elements, languages, strict=True) if not its or its.startswith(_ARABIC)]


def _at(item: Element, path: str) -> list[Element]:
    """Return the elements at a path of names of the item's own namespace."""
    own = item.tag[: item.tag.rfind("}") + 1]
    return item.findall("/".join(name if name == "*" else own + name for name in path.split("/")))


def _named(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if local(one.tag) == name]


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _first(*groups: Iterable[Element]) -> str:
    """Return the first text that is not empty, as one line."""
    return next(filter(None, (_text(one) for group in groups for one in group)), "")
