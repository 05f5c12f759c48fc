"""HTML to paragraphs: the fragments that feeds and records of JSON hold, and the blocks of pages. Pure; knows no file.

Every visible character stays, in order. Lines inside a block are read as those of a plain text file are
(``layout.parse_body``), so that two ``<br>`` end a paragraph. What is menu and what is story is not known here.
"""

import re
from collections.abc import Iterator
from html.entities import html5

from trans.article import Paragraph
from trans.sources.html_blocks import Block, blocks
from trans.sources.html_tree import BLOCKS, TAG, parse
from trans.sources.layout import parse_body

_LINE_TAGS = BLOCKS | {"br"}
_INLINE = frozenset("a abbr b bdi bdo big cite em font i img mark q s small span strike strong sub sup time u".split())
# Places that WordPress fills when it shows a page (pictures, embedded posts, page builders' columns); the text between stays.
_SHORTCODE = re.compile(
    r"\[/?(?:caption|gallery|embed|audio|video|playlist|(?:vc|wp|et_pb|su)_[a-z_]{1,40})(?:\s[^\[\]]{0,1000})?\]"
)
_ENTITY = re.compile(r"&(?:#\d{2,7}|#[xX][0-9a-fA-F]{2,6}|(?P<name>[a-zA-Z][a-zA-Z0-9]{1,30}));")


def paragraphs(html: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of an HTML fragment or document.

    Places for pictures and the like (``[gallery ids="1"]``) are dropped. Without any block tag, the line ends of the source are
    line ends of the text: a plain text with a few tags or entities.
    """
    root = parse(_SHORTCODE.sub("", html))
    if root is None:
        return ()
    plain = not any(match["name"].lower() in _LINE_TAGS for match in TAG.finditer(html))
    return tuple(made for block in blocks(root, keep_lines=plain) for made in block_paragraphs(block))


def is_markup(text: str) -> bool:
    """Say whether ``text`` is HTML, not plain text: it has a tag or an entity that HTML knows."""
    if any(match["name"].lower() in _LINE_TAGS | _INLINE for match in TAG.finditer(text)):
        return True
    return any(match["name"] is None or match["name"] + ";" in html5 for match in _ENTITY.finditer(text))


def block_paragraphs(block: Block) -> Iterator[Paragraph]:
    """Give the paragraphs in a block: one, unless it has several lines."""
    if block.kind == "table":
        yield Paragraph(block.text, "table")
    elif block.kind == "heading":
        yield Paragraph(" ".join(filter(None, block.lines)), "heading")
    else:
        marker = block.marker
        for line in parse_body(block.text):
            if block.kind == "list" and line.kind in ("text", "heading"):
                yield Paragraph(line.text, "list", line.marker or marker)
            else:
                yield line
            marker = ""
