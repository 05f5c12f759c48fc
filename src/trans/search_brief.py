"""What a search keeps of a JSON brief: its sentences in both languages, and what a list of findings says of it.

Pure: JSON in, rows out. Reads no more of a brief than that, and knows no database.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Where
from trans.packing import Packing
from trans.search import Dated, Pair, line_of

SCHEMA = "trans.brief/1"
"""As ``render.json`` has it, which would load all renderers: half of the time that a search takes from the shell."""

_ANY_SCHEMA = SCHEMA.partition("/")[0] + "/"
_PACKING = Packing()
# A summary says in other words what stands below it: what was reported is shown first.
_PARTS: tuple[tuple[Where, str], ...] = (("deck", "decks"), ("paragraph", "paragraphs"), ("summary", "summaries"))


@dataclass(frozen=True, slots=True)
class Told:
    """What a list says of a brief. See ``search.Found``."""

    id: str
    headline_arabic: str
    headline_english: str
    dated: Dated
    at: str
    reviewed: bool
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A brief as it is kept: ``pairs`` are its sentences, the summaries' last. ``when_s`` (since 1970) puts briefs in order,
    ``day`` is that day where no hour is known. ``arabic`` and ``english`` are the sentences' tokens, None of an article that its
    publisher has taken back: nobody is to find it. ``item`` is as of
    ``identity.item_of``, and ``version`` tells it from others of that (``search_versions``).
    """

    told: Told
    pairs: tuple[Pair, ...]
    when_s: float
    day: str | None
    arabic: str | None
    english: str | None
    item: str
    version: bytes


def row(data: bytes, made: datetime) -> Row | None:
    """Return what is kept of the JSON in ``data``, of a file that was written at ``made``; None for JSON that is no brief.

    Raises ``ValueError`` for what is no JSON, a broken brief and one of another version.
    """
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is no JSON: {error}") from error
    schema = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(schema, str) or not schema.startswith(_ANY_SCHEMA):
        return None
    if schema != SCHEMA:
        raise ValueError(f"its schema is {schema[:40]!r}, not {SCHEMA!r}")
    try:
        return _row(document, made)
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"it is not a whole {SCHEMA}: {error!r}") from error


def packed(row: Row) -> bytes:
    """Return what is shown of a brief, and its sentences, in little room."""
    pairs = [[one.where, one.paragraph, one.sentence, one.arabic, one.english, one.edited] for one in row.pairs]
    kept = [asdict(row.told), pairs]
    # A hand-made brief's text need not be UTF-8.
    return _PACKING.pack(json.dumps(kept, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def unpacked(data: bytes) -> tuple[Told, list[Any]]:
    """Return what ``packed`` was given, the sentences as ``pair`` takes them. Raises ``ValueError`` for anything else."""
    try:
        told, pairs = json.loads(_PACKING.unpack(data).decode("utf-8", "surrogatepass"))
        return Told(**{**told, "notices": tuple(told["notices"])}), pairs
    except (zlib.error, TypeError, KeyError) as error:
        raise ValueError("not what was packed") from error


def pair(kept: Any) -> Pair:
    """Return one of the sentences: most are not shown."""
    return Pair(*kept)


def _row(document: dict[str, Any], made: datetime) -> Row:
    # Where no brief has changed none is read, and these take as long to load as a search takes.
    from trans.alike import signature
    from trans.identity import item_of
    from trans.index_entry import day, moment
    from trans.notices import is_killed, notices
    from trans.search_versions import Version
    from trans.search_versions import packed as packed_version

    article = _article(document)
    metadata = article.metadata
    times: tuple[tuple[Dated, str | None], ...] = (("published", metadata.published), ("received", metadata.received))
    dated, at = next(((what, text) for what, text in times if text and moment(text)), ("brief made", made.isoformat()))
    whole, when = day(at), moment(at) or made
    pairs = tuple(_pairs(document))
    review = document.get("review")
    told = Told(
        id=article.id,
        headline_arabic=article.headline,
        headline_english=_text(document["headline"]["en"]),
        dated=dated,
        at=at,
        reviewed=bool(review and _text(review["by"])),
        notices=tuple(notice.text for notice in notices(article)),
    )
    killed = is_killed(article)
    texts = (article.headline, *article.decks, *(_text(part["ar"]) for part in document["paragraphs"]))
    version = Version(
        article.id,
        item_of(article),
        article.headline,
        metadata.published,
        metadata.received,
        metadata.version,
        killed,
        signature(texts),
    )
    return Row(
        told,
        pairs,
        when.timestamp(),
        whole.isoformat() if whole else None,
        None if killed else line_of(pair.arabic for pair in pairs),
        None if killed else line_of(pair.english for pair in pairs),
        version.item,
        packed_version(version),
    )


def _article(document: dict[str, Any]) -> Article:
    """The article, as far as what its publisher says of it goes."""
    source = document["source"]
    paragraphs = (Paragraph(_text(part["ar"]).removeprefix(_text(part["marker"]))) for part in document["paragraphs"])
    metadata = Metadata(**{key: None if value is None else _text(value) for key, value in source["metadata"].items()})
    return Article(
        id=_text(document["id"]),
        source=Source(_text(source["uri"]), "", "", 0, item=source.get("item")),
        headline=_text(document["headline"]["ar"]),
        decks=tuple(_text(part["ar"]) for part in document["decks"]),
        paragraphs=tuple(paragraphs),
        metadata=metadata,
    )


def _pairs(document: dict[str, Any]) -> Iterator[Pair]:
    yield from _pairs_of("headline", None, document["headline"])
    for where, parts in _PARTS:
        for number, part in enumerate(document[parts], start=1):
            yield from _pairs_of(where, number, part)


def _pairs_of(where: Where, paragraph: int | None, part: dict[str, Any]) -> Iterator[Pair]:
    for number, sentence in enumerate(part["sentences"], start=1):
        arabic, english = _text(sentence["ar"]), _text(sentence["en"])
        if arabic.strip() or english.strip():
            yield Pair(where, paragraph, number, arabic, english, bool(sentence.get("edit")))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value
