"""What the formats of the IPTC, ninjs and NewsML-G2, have in common: which item it is, whether and until when it may be
used. Pure.
"""

from trans.article import Failure, Source
from trans.identity import item_name
from trans.sources.records import article_id

# NewsCodes "Publishing Status" has 'canceled'; the other spellings are those of systems around it.
_CANCELED = frozenset({"canceled", "cancelled", "killed"})
# No id of an item has more (UUIDs, 'urn:newsml:', addresses: under 200); it is kept with all that is noted of the brief.
_MAX_ID_CHARS = 2048


def item_id(text: str) -> str | None:
    """Return what a publisher calls an item in all its versions; None for nothing, and for what can be no id."""
    text = text.strip()
    return text if 0 < len(text) <= _MAX_ID_CHARS and text.isprintable() else None


def canceled(source: Source, status: str, version: str | None) -> Failure | None:
    """Return the failure that an item is which its publisher took back, by its publishing status."""
    if status not in _CANCELED:
        return None
    hint = "Use nothing of it, and take back what was published of it."
    name, item = article_id(source), item_name(source.item) or None
    return Failure(name, "is canceled by its publisher", hint, withdrawn=True, item=item, version=version)


def standing(status: str, embargoed: str, *, partial: bool = False) -> str | None:
    """Return one line on how an item may be used: 'usable, embargoed until 2026-03-01T12:00:00+03:00'."""
    parts = (status, f"embargoed until {embargoed}" if embargoed else "", "not the whole item" if partial else "")
    return ", ".join(filter(None, parts)) or None


def usage(terms: str, notice: str) -> str | None:
    """Return the usage terms and the copyright notice as one text."""
    return "; ".join(" ".join(text.split()).rstrip(";") for text in (terms, notice) if text.strip()) or None
