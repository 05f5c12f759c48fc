"""Articles from parts that a format names itself: headline, body, metadata; and their ids inside a file of many.

Knows no format. What the format leaves open, the text is asked for: the dateline, the by-line.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from trans.article import Article, Failure, Metadata, Paragraph, Source
from trans.composed import normalize
from trans.sources.layout import credit, parse_body

# Of the records of one file that can't be read, so many are named one by one: a file of a million is one mistake.
NAMED_FAILURES = 100

# A name that any file system takes: no separators, none of the characters that Windows refuses, no dot or space at the ends.
_UNSAFE = re.compile(r"[^\w\-.~+@]+")
# File systems bear 255; what is added to it (a digest, '.new2.ninjs.json') and the folders above it need their share.
_MAX_NAME_BYTES = 120
_DIGEST_CHARS = 8
# Of one article. News has under 200, a book some thousands; each costs a brief in seven formats up to a millisecond, so that a
# file of 4 MB in lines of one letter would take an hour.
_MOST_PIECES = 20_000
# Names of devices under Windows, and endings that briefs are named without, or with.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?|.*\.txt|.*\.ninjs", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """An article as its format gives it. ``body`` is text, cut into paragraphs as a plain text file is, or paragraphs."""

    headline: str
    body: str | tuple[Paragraph, ...]
    decks: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)


def assemble(parts: Parts, source: Source) -> Article | Failure:
    """Return the article; a ``Failure`` where there is nothing to read in it.

    Its id is the file's, and in a file of many the record's below it. White space around and inside headline and decks is
    made single spaces.
    """
    name = article_id(source)
    paragraphs = parse_body(parts.body) if isinstance(parts.body, str) else parts.body
    headline, *decks = (" ".join(text.split()) for text in (parts.headline, *parts.decks))
    article = Article(
        name, source, headline, tuple(filter(None, decks)), tuple(one for one in paragraphs if one.text.strip())
    )
    if not any(character.isalnum() for character in article.text):
        return Failure(name, "holds no text", "Put an article into it, or remove it.")
    if too_many := of_too_many_pieces(article):
        return too_many
    found = credit(article.paragraphs)
    metadata = replace(
        parts.metadata,
        byline=parts.metadata.byline or found.byline,
        dateline=parts.metadata.dateline or found.dateline,
    )
    return replace(article, metadata=metadata)


def of_too_many_pieces(article: Article) -> Failure | None:
    """Return what is wrong with an article of more paragraphs and cells of tables than any has; None where nothing is."""
    if sum(1 + one.text.count("|") + one.text.count("\t") for one in article.paragraphs) <= _MOST_PIECES:
        return None
    many = f"has over {_MOST_PIECES:,} paragraphs and cells of tables"
    return Failure(article.id, f"{many}: that is no article", "Split it, or save its text alone.")


def article_id(source: Source) -> str:
    """Return the id of the article from ``source``: its file's, or its record's below that."""
    return source.uri if source.record is None else f"{source.uri}/{record_name(source.record)}"


def record_name(record: str) -> str:
    """Return a file name for a record's id: the id itself where that can be one, else what is legible of it and a digest."""
    plain = _UNSAFE.sub("_", normalize("NFC", record.partition("://")[2] or record)).strip("._")
    plain = plain.encode()[:_MAX_NAME_BYTES].decode(errors="ignore").rstrip("._")
    if plain and plain == record and not _RESERVED.fullmatch(record):
        return plain
    digest = hashlib.sha256(record.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]
    return f"{plain}-{digest}" if plain else digest


def of_many(
    found: Iterator[Article | Failure], name: str, tick: Callable[[], None] = lambda: None
) -> Iterator[Article | Failure]:
    """Pass on what a file of many gives: a record whose id stood in it before is a failure, and many failures become one.

    ``tick`` is called for each record, told or not; what it raises ends the reading.
    """
    failed = 0
    last: Failure | None = None
    # On disk beyond a few pages: the ids of a file of millions are not kept in memory.
    seen = sqlite3.connect("")
    seen.execute("CREATE TABLE seen (id BLOB PRIMARY KEY, times INTEGER) WITHOUT ROWID")
    try:
        for one in found:
            tick()
            result = one
            if isinstance(one, Article) and (times := _times_seen(seen, one.id)) > 1:
                hint = "Give each record an id of its own; the first one is briefed."
                result = Failure(f"{one.id} ({times})", "has the id of a record before it", hint)
            if isinstance(result, Failure):
                failed += 1
                last = result
            # What its publisher has taken back is told in any case: a brief may have been made of it.
            if isinstance(result, Article) or result.withdrawn or failed <= NAMED_FAILURES:
                yield result
    finally:
        seen.close()
    if last is not None and failed > NAMED_FAILURES:
        more = f"{failed - NAMED_FAILURES:,} more records give no article; the last: {last.id}: {last.reason}"
        yield Failure(name, more, last.hint)


def _times_seen(seen: sqlite3.Connection, name: str) -> int:
    folded = normalize("NFC", normalize("NFC", name).casefold())
    key = hashlib.sha256(folded.encode("utf-8", "surrogatepass")).digest()[:16]
    insert = "INSERT INTO seen VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times"
    return int(seen.execute(insert, (key,)).fetchone()[0])
