"""What the formats of the IPTC, ninjs and NewsML-G2, have in common: whether and until when an item may be used. Pure."""

from trans.article import Failure

# NewsCodes "Publishing Status" has 'canceled'; the other spellings are those of systems around it.
_CANCELED = frozenset({"canceled", "cancelled", "killed"})


def canceled(name: str, status: str) -> Failure | None:
    """Return the failure that an item is which its publisher took back, by its id and its publishing status."""
    if status not in _CANCELED:
        return None
    hint = "Use nothing of it, and take back what was published of it."
    return Failure(name, "is canceled by its publisher", hint, withdrawn=True)


def standing(status: str, embargoed: str, *, partial: bool = False) -> str | None:
    """Return one line on how an item may be used: 'usable, embargoed until 2026-03-01T12:00:00+03:00'."""
    parts = (status, f"embargoed until {embargoed}" if embargoed else "", "not the whole item" if partial else "")
    return ", ".join(filter(None, parts)) or None


def usage(terms: str, notice: str) -> str | None:
    """Return the usage terms and the copyright notice as one text."""
    return "; ".join(" ".join(text.split()).rstrip(";") for text in (terms, notice) if text.strip()) or None
