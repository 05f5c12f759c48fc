"""The English of a brief as the bodies of an IPTC ninjs item: plain text, and XHTML with its headings and lists. Pure."""

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from trans.brief import Brief
from trans.render.direction import plain


def bodies(brief: Brief) -> Iterator[dict[str, Any]]:
    """Yield the text of the brief, twice; nothing where it has none."""
    texts = [plain(paragraph.target) for paragraph in brief.paragraphs if paragraph.target.strip()]
    if not texts:
        return
    whole = "\n\n".join(texts)
    yield {
        "role": "text",
        "contentType": "text/plain",
        "charCount": len(whole),
        "wordCount": len(whole.split()),
        "value": whole,
    }
    yield {"role": "xhtml", "contentType": "text/html", "value": f"<body>{''.join(_blocks(brief))}</body>"}


def _blocks(brief: Brief) -> Iterator[str]:
    """The paragraphs as XHTML. A number before an item stays its text: no list would count as the source does."""
    parts = zip(brief.paragraphs, brief.article.paragraphs, strict=True)
    blocks = [
        _block(passage.kind, passage.target, original.marker.strip())
        for passage, original in parts
        if passage.target.strip()
    ]
    for tag, run in groupby(blocks, key=lambda block: block[0]):
        inner = "".join(f"<{tag}>{_lines(text)}</{tag}>" for _, text in run)
        yield f"<ul>{inner}</ul>" if tag == "li" else inner


def _block(kind: str, text: str, marker: str) -> tuple[str, str]:
    bare = text.removeprefix(marker).strip()
    if kind == "heading":
        return "h2", bare
    if kind == "list" and not any(character.isalnum() for character in marker):
        return "li", bare
    return "p", text


def _lines(text: str) -> str:
    return "<br/>".join(escape(line, quote=False) for line in plain(text).split("\n"))
