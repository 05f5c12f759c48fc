"""Saved web pages: one file, one article.

Bytes to text, text to the parts of the article, and a clear word where there is none: ``page_bytes``, ``page_story``,
``page_facts`` and ``page_parts`` do the work. Menus, adverts, links to other stories, share bars, comments and cookie notices
stay out. A page whose article can't be told from these is refused: a front page, an error page, one whose text only a script
brings.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from trans.article import Article, Failure, Source
from trans.sources.decoding import DecodingError
from trans.sources.html_tree import parse
from trans.sources.page_bytes import Decoded, decode_page
from trans.sources.page_facts import web_url
from trans.sources.page_parts import page_parts
from trans.sources.reading import Reading
from trans.sources.records import assemble

MAX_ELEMENTS = 150_000
_END_TAG = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
_START_TAG = re.compile(r"<(?:html|head|body)[\s>]", re.IGNORECASE)
_OPEN_TAG = re.compile(r"</?[a-zA-Z][^<>]*\Z")


def read_page(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a saved page (HTML)."""
    del reading  # bounds the file, which has been seen to
    data = stream.read()
    if not data:
        yield Failure(name, "is empty", "Put an article into it, or remove it.")
        return
    try:
        page = decode_page(data)
    except DecodingError as error:
        yield Failure(name, error.reason, error.hint)
        return
    yield article_of_page(page, Source(name, hashlib.sha256(data).hexdigest(), page.encoding, len(data)))


def article_of_page(page: Decoded, source: Source, location: str | None = None) -> Article | Failure:
    """Return the article of a page; ``location`` is the address that its envelope gives, if it has one."""
    name = source.uri
    if _is_cut_off(page.text):
        return Failure(name, "is cut off: no </html> ends it", "Save the page again; if it is whole, add </html>.")
    root = parse(page.text)
    if root is None:
        return Failure(name, "holds no text", "Put an article into it, or remove it.")
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        reason = f"is too large a page: over {MAX_ELEMENTS:,} elements"
        return Failure(name, reason, "Save the page of one article, or give its text as .txt.")
    parts = page_parts(root, page.text)
    if parts is None:
        reason = "holds no article that can be told from its menus"
        return Failure(
            name, reason, "Save the page of one article once its text is on the screen, or give that text as .txt."
        )
    if parts.metadata.url is None:
        parts = replace(parts, metadata=replace(parts.metadata, url=web_url(location)))
    article = assemble(parts, source)
    if page.damaged and isinstance(article, Article) and "\ufffd" in article.text:
        return Failure(name, "is broken UTF-8 inside its article", "Save the page again, or mend its encoding.")
    return article


def _is_cut_off(text: str) -> bool:
    """Say whether a page that opens as whole ones do has no end: a copy that broke off has lost text without a trace."""
    return (bool(_START_TAG.search(text)) and not _END_TAG.search(text)) or bool(_OPEN_TAG.search(text[-1000:]))
