"""Web archives (MHTML): a page and its pictures as one mail message. One file, one article.

Knows the envelope; the page in it is read as any saved page is. The message's date is when the page was saved, not when its
article was published, and is left alone.
"""

import email
import email.policy
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import CloseBoundaryNotFoundDefect, MessageError
from typing import BinaryIO

from trans.article import Article, Failure, Source
from trans.sources.decoding import DecodingError
from trans.sources.page_bytes import decode_page
from trans.sources.reading import Reading
from trans.sources.web import article_of_page

_PAGES = ("text/html", "application/xhtml+xml")
_HINT = "Save the page again, as a web archive or as HTML."


@dataclass(frozen=True, slots=True)
class _Enclosed:
    """A page in its envelope; ``whole``: the envelope goes on after it, or is closed."""

    data: bytes
    charset: str | None
    location: str | None
    whole: bool


def read_mhtml(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a web archive."""
    del reading  # bounds the file, which has been seen to
    data = stream.read()
    if not data:
        yield Failure(name, "is empty", "Put an article into it, or remove it.")
        return
    try:
        page = _open(data)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # The standard library's parser fails on some headers, and nests as deeply as the message does.
        yield Failure(name, "is no web archive that can be read", _HINT)
        return
    if page is None:
        yield Failure(name, "is a web archive without a page, or one cut off before it", _HINT)
    elif not page.whole:
        yield Failure(name, "is cut off inside its page", _HINT)
    else:
        yield _article(page, name, data)


def _open(data: bytes) -> _Enclosed | None:
    """Return the page that the archive was made of: not that of a frame in it."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    leaves = [part for part in message.walk() if not part.is_multipart()]
    pages = [part for part in leaves if part.get_content_type() in _PAGES]
    saved = message.get("Snapshot-Content-Location")
    page = next((part for part in pages if saved and part.get("Content-Location") == saved), next(iter(pages), None))
    content = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(content, bytes):
        return None
    open_ended = any(isinstance(one, CloseBoundaryNotFoundDefect) for part in message.walk() for one in part.defects)
    location = saved or page.get("Content-Location")
    return _Enclosed(
        content,
        page.get_content_charset(),
        str(location) if location else None,
        whole=not open_ended or page is not leaves[-1],
    )


def _article(page: _Enclosed, name: str, data: bytes) -> Article | Failure:
    try:
        decoded = decode_page(page.data, page.charset)
    except DecodingError as error:
        return Failure(name, error.reason, error.hint)
    source = Source(name, hashlib.sha256(data).hexdigest(), decoded.encoding, len(data))
    return article_of_page(decoded, source, page.location)
