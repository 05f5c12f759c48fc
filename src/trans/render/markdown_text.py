"""Text as Markdown and the HTML inside it have it, and what several parts of a Markdown brief say alike. Pure; knows no brief.

All text is shown as text, never as markup, and holds no control that a terminal obeys.
"""

import html
import re
from collections.abc import Iterator, Sequence

from trans.brief import Flag, Where
from trans.render.direction import plain

# CommonMark's inline markup, and what opens a block at the start of a line.
_INLINE = re.compile(r"([\\`*_\[\]<>|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+=](?=\s|[-+=])|\d{1,9}(?=[.)]\s))")


def arabic(text: str) -> Iterator[str]:
    """An Arabic text as a block of its own."""
    yield f'<div dir="rtl" lang="ar">{in_block(text.strip())}</div>'
    yield ""


def bold(text: str) -> str:
    """Text of HTML in bold letters."""
    return f"<strong>{text}</strong>"


def in_block(text: str) -> str:
    """Text inside an HTML block: a blank line would end the block, so line ends become ``<br>``."""
    return one_block(escaped(text))


def one_block(markup: str) -> str:
    """HTML that holds line ends as a part of one HTML block."""
    return "<br>".join(line.strip() for line in markup.splitlines() if line.strip())


def escaped(text: str) -> str:
    """Text as HTML has it, with its line ends."""
    return html.escape(plain(text), quote=False)


def inline(text: str) -> str:
    """Text on a line of Markdown."""
    line = " ".join(plain(text).split())
    line = _ENTITY.sub("&amp;", _INLINE.sub(r"\\\1", line))
    return _BLOCK_START.sub(_escape_block_start, line)


def _escape_block_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def address(where: Where, number: int | None, position: int | None) -> str:
    """What a place is called, with a link to its paragraph; the numbers are those of a ``Flag``."""
    if where == "headline":
        return "headline"
    sentence = f", sentence {position}" if position else ""
    if where == "paragraph":
        return f"[paragraph {number}](#p{number}){sentence}" if number else "the article"
    if where == "summary" and number and number > 1:
        return f"key point {number - 1}{sentence}"
    return f"{where}{sentence}" if where == "summary" else f"deck {number}{sentence}"


def listed(flags: Sequence[Flag]) -> Iterator[str]:
    """Flags as items of a list, with what they quote."""
    for flag in flags:
        yield f"- **{flag.severity}**, {address(flag.where, flag.paragraph, flag.sentence)}: {inline(flag.message)}"
        if flag.source:
            yield f'  <div dir="rtl" lang="ar">{in_block(flag.source)}</div>'
        if flag.target and flag.target != flag.source:
            yield f"  <div>{in_block(flag.target)}</div>"
