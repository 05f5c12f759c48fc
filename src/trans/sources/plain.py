"""Plain text and Markdown files: one file, one article.

Knows neither paths nor what is done with the article. Errors of the stream itself are the caller's.
"""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from trans.article import Article, Failure, Source
from trans.sources.decoding import DecodingError, decode
from trans.sources.layout import parse
from trans.sources.reading import Reading
from trans.sources.records import of_too_many_pieces


def read_text(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a plain text file."""
    del reading  # bounds the file, which has been seen to
    return _read(stream, name, markdown=False)


def read_markdown(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a Markdown file: as plain text, and ``#`` marks headings."""
    del reading
    return _read(stream, name, markdown=True)


def _read(stream: BinaryIO, name: str, *, markdown: bool) -> Iterator[Article | Failure]:
    data = stream.read()
    if not data:
        yield Failure(name, "is empty", "Put an article into it, or remove it.")
        return
    try:
        text, encoding = decode(data)
    except DecodingError as error:
        yield Failure(name, error.reason, error.hint)
        return
    if not any(character.isalnum() for character in text):
        yield Failure(name, "holds no text, only white space or marks", "Put an article into it, or remove it.")
        return
    made = _article(text, Source(name, hashlib.sha256(data).hexdigest(), encoding, len(data)), markdown=markdown)
    yield of_too_many_pieces(made) or made


def article_from_text(text: str, name: str = "text") -> Article:
    """Return the article in ``text``, read as a plain text file is; it may be empty. A lone surrogate becomes U+FFFD."""
    # Files never give lone surrogates, since no decoder does; a str may hold some, and nothing later could encode them.
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    data = text.encode()
    return _article(text, Source(name, hashlib.sha256(data).hexdigest(), "utf-8", len(data)), markdown=False)


def _article(text: str, source: Source, *, markdown: bool) -> Article:
    layout = parse(text, markdown=markdown)
    return Article(source.uri, source, layout.headline, layout.decks, layout.paragraphs, layout.metadata)
