"""What the index keeps of a JSON brief beside its text: which item it is of, what its publisher says of it, what editors did with
it, how it differs from the version before, and a signature of its Arabic. Pure: JSON in, JSON or fields of an ``Entry`` out.

Of most briefs there is the signature alone, and nothing is kept of what isn't there.
"""

import base64
import hashlib
import sys
from collections.abc import Iterator
from typing import Any

from trans.alike import signature
from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Spot, Update
from trans.identity import item_of
from trans.index_entry import Entry
from trans.notices import NoticeKind, notices
from trans.render.entry_values import LONGEST_LINE, as_line, as_number, as_text, shortened
from trans.render.review import edited_since
from trans.updates import told

EDITED = "edited sentences"
"""Where a document whose sentences were not read has, of those that an editor wrote, who did and when."""

# What stands before every other brief, and among those with warnings: it is no fault of the text, and no check's business.
_SORTED: tuple[NoticeKind, ...] = ("kill notice", "correction")

# Notices stand at the head of an article, or in its last paragraph.
_FIRST_PARAGRAPHS = 3

_TOLD = ("notices", "reviewed_by", "reviewed_at", "reopened", "edited", "edited_since", "update", "number")


def standing(document: Any, arabic: list[str]) -> dict[str, Any]:
    """Return it, itself JSON. ``arabic`` is all of the article's, part by part. Raises ``TypeError`` and ``KeyError``."""
    article = _article(document, arabic)
    item, review, told_first = item_of(article), document.get("review") or {}, notices(article)
    reopened, edits = review.get("reopened") or [], list(_edits(document))
    reviewed_at = as_text(review.get("at", ""))
    found = {
        "item": _name(item) if item != article.id else None,
        "version": article.metadata.version,
        "killed": any(notice.kind == "killed" for notice in told_first),
        "notices": [[notice.kind, shortened(notice.text, LONGEST_LINE)] for notice in told_first],
        "reviewed_by": shortened(as_text(review.get("by", "")), LONGEST_LINE),
        "reviewed_at": shortened(reviewed_at, LONGEST_LINE),
        "reopened": len(reopened),
        "edited": len(edits),
        "edited_since": shortened(edited_since(edits, reviewed_at), LONGEST_LINE) if reviewed_at else "",
        **_update(document.get("update")),
        "signature": base64.b64encode(signature(arabic)).decode(),
    }
    return {name: value for name, value in found.items() if value}


def told_of(kept: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of ``Told`` that ``standing`` gave."""
    fields = {name: kept[name] for name in _TOLD if name in kept}
    if "notices" in fields:
        fields["notices"] = tuple((kind, text) for kind, text in fields["notices"])
    return fields


def at_hand(kept: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of ``Entry`` that ``standing`` gave."""
    return {
        "item": kept.get("item"),
        "version": kept.get("version") and sys.intern(kept["version"]),
        "killed": kept.get("killed", False),
        "notice": next((kind for kind, _ in kept.get("notices", ()) if kind in _SORTED), ""),
        "reviewed": bool(kept.get("reviewed_by")),
        "signature": base64.b64decode(kept.get("signature", "")),
    }


def kept_of(entry: Entry) -> dict[str, Any]:
    """Return what ``standing`` gave of the brief that ``entry`` is of."""
    found = {
        "item": entry.item,
        "version": entry.version,
        "killed": entry.killed,
        **{name: getattr(entry.told, name) for name in _TOLD},
        "signature": base64.b64encode(entry.signature).decode(),
    }
    return {name: value for name, value in found.items() if value}


def _article(document: Any, arabic: list[str]) -> Article:
    """Return what names an article and what stands at its head."""
    source, metadata = document["source"], document["source"]["metadata"]
    headline, decks, paragraphs = arabic[0], len(document["decks"]), arabic[1 + len(document["decks"]) :]
    return Article(
        as_text(document["id"]),
        Source("", "", "", 0, item=None if source.get("item") is None else as_text(source["item"])),
        headline,
        tuple(arabic[1 : 1 + decks]),
        tuple(Paragraph(text) for text in (*paragraphs[:_FIRST_PARAGRAPHS], *paragraphs[_FIRST_PARAGRAPHS:][-1:])),
        Metadata(
            url=None if metadata["url"] is None else as_text(metadata["url"]),
            version=as_line(metadata["version"]),
            status=as_line(metadata["status"]),
        ),
    )


def _name(item: str) -> str:
    """Return an item's name, or what is shorter and tells it from others."""
    return item if len(item) <= LONGEST_LINE else hashlib.sha256(item.encode("utf-8", "surrogatepass")).hexdigest()


def _edits(document: Any) -> Iterator[tuple[str, str]]:
    """Yield who wrote a sentence and when, a summary counted as one."""
    yield from ((as_text(by), as_text(at)) for by, at in document.get(EDITED, ()))
    for part in (document["headline"], *document["decks"], *document["summaries"], *document["paragraphs"]):
        written = [one["edit"] for one in part.get("sentences", ()) if one.get("edit")]
        if part.get("edit"):  # the machine's summary, whole: who wrote the one in its place stands there
            written = written[:1] or [{}]
        yield from ((as_text(one.get("by", "")), as_text(one.get("at", ""))) for one in written)


def _update(update: Any) -> dict[str, Any]:
    if update is None:
        return {}
    number, removed = as_number(update["number"]), as_number(update["removed"])
    changed, added = (tuple(as_number(place) for place in update[name]) for name in ("changed", "added"))
    # Of the sentences that are new only those of decks stand in that line.
    decks = (as_number(spot["paragraph"]) for spot in update["spots"] if spot["where"] == "deck")
    spots = tuple(Spot("deck", number) for number in dict.fromkeys(decks))
    line = told(Update(number, update["headline"] is True, changed, added, removed, spots))
    return {"update": shortened(line, LONGEST_LINE), "number": number}
