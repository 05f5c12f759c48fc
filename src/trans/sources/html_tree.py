"""HTML text to a tree, however deep or broken. Pure; knows elements, not what they hold.

The parser stops where elements are nested too deeply and drops all that follows; here the text is kept instead.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup p plaintext pre search section "
    "summary table tbody td tfoot th thead tr ul xmp".split()
)
"""The display: block, list-item and table elements of the HTML standard's rendering section, and those of old pages."""

TAG = re.compile(r"</?(?P<name>[a-zA-Z][^\s/<>]{0,30}+)[^<>]*+>")
# What holds no tags, and what is no text though it begins with '<', with its end.
_RAW = frozenset({"script", "style"})
_UNREAD = (("<!--", "-->"), ("<!", ">"), ("<?", ">"))


def parse(html: str) -> "HtmlElement | None":
    """Return the root of the parsed HTML, None where there is nothing in it. Never fails.

    A page nested deeper than the parser goes (2,048 levels) comes without its structure, as lines of text.
    """
    from lxml.etree import LxmlError
    from lxml.html import HTMLParser, document_fromstring

    # It would stop the parser; a lone surrogate can't be encoded.
    html = html.replace("\x00", "")
    for text in (html, None):
        # Old pages leave <font> open hundreds of times: without huge_tree the parser stops at 256 levels. HTML has no entities
        # of its own that could grow.
        parser = HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
        data = (_flat(html) if text is None else text).encode("utf-8", "replace")
        try:
            root = document_fromstring(data, parser=parser)
        except LxmlError:  # it holds nothing but white space, comments or closing tags
            return None
        if not any(entry.level_name == "FATAL" for entry in parser.error_log):
            return root
    return root


def _flat(html: str) -> str:
    """Return ``html`` without structure: inline tags gone, ``<br><br>`` for the rest, dropped elements left out."""
    pieces = []
    position = 0
    while (start := html.find("<", position)) >= 0:
        pieces.append(html[position:start])
        match = TAG.match(html, start)
        name = match["name"].lower() if match else ""
        if match is None:
            closing = next((last for first, last in _UNREAD if html.startswith(first, start)), "")
            pieces.append("" if closing else "&lt;")
            position = _after(closing, html, start) if closing else start + 1
        elif name in _RAW and match[0][1] != "/":
            position = _after(rf"</{name}\s*>", html, match.end())
        else:
            pieces.append("<br><br>" if name in BLOCKS else "<br>" if name == "br" else "")
            position = match.end()
    return "".join([*pieces, html[position:]])


def _after(closing: str, html: str, start: int) -> int:
    """Return the offset after the first match of ``closing``, or the end."""
    match = re.compile(closing, re.IGNORECASE).search(html, start)
    return match.end() if match else len(html)
