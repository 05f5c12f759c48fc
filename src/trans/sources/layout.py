"""The parts of an article from its text: headline, decks, paragraphs, dateline, byline. Pure; knows no file and no encoding.

News text carries no markup: what a line is shows in where it stands, how long it is and how it ends. All non-whitespace
characters stay, in order, in headline, decks and paragraphs (marker + text); only the marks that make a Markdown line the
headline (``#``, the line of ``=`` or ``-`` under it) go. Joining lines alters white space only.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from trans.article import Kind, Metadata, Paragraph
from trans.sources.credits import find_dateline, is_byline
from trans.sources.lines import ends_sentence, logical_blocks

# A headline that stands apart; the longest of 62 news articles has 140 characters. A first paragraph has more.
_MAX_HEADLINE_CHARS = 200
# One with the next line right under it must also be short: Arabic desks write headlines of 6-14 words.
_MAX_CLOSE_HEADLINE_WORDS = 18
# One that stands apart and ends like a sentence: 18 words at most in those articles; a lead paragraph has 25-40.
_MAX_SENTENCE_HEADLINE_WORDS = 22
_MAX_DECK_WORDS = 25
_MAX_DECKS = 6
_MAX_SUBHEADING_WORDS = 10

_INVISIBLE = "[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*"
_BULLET = re.compile(rf"{_INVISIBLE}[-*+•●▪◦‣–—·■□○✓➢]\s+(?=\S)")
_NUMBER = re.compile(rf"{_INVISIBLE}\(?(?:\d{{1,3}}[.)]\s+(?=\S)|\d{{1,2}}\s?[-ـ]\s*(?=[^\W\d_]))")
# 'أ. ' is also 'Mr.': taken for a marker only where the next letter of the sequence follows in another line.
_LETTER = re.compile(rf"{_INVISIBLE}([أابجدهوزحطي])\s?[.)\-]\s+(?=\S)")
_LETTERS = "أبجدهوزحطي"
_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_CLOSING_MARKS = re.compile(r"(?<!\s)\s++#++$")
_UNDERLINE = re.compile(r"=+|-+")
# A row of a table has three cells at least. Without lines at both ends it is one if the row above or below has as many, or
# if its cells are this short: prose has stray tabs too.
_MIN_CELLS = 3
_MAX_CELL_WORDS = 5
_LETTER_CHARACTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Layout:
    """What ``parse`` made of a text; the fields are those of ``Article``."""

    headline: str
    decks: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    metadata: Metadata


@dataclass(frozen=True, slots=True)
class _Line:
    """One logical line: hard-wrapped lines are joined. ``alone`` says that white lines stand around it."""

    text: str
    block: int
    alone: bool
    kind: Kind
    marker: str


def parse(text: str, *, markdown: bool = False) -> Layout:
    """Return the parts of ``text``. Never raises; a text without a headline gives an empty one and paragraphs only."""
    lines = _lines(text, markdown)
    headline, rest = _take_headline(lines, markdown)
    decks = _take_decks(rest) if headline else 0
    body = rest[decks:]
    paragraphs = _paragraphs(body)
    return Layout(headline, tuple(line.text for line in rest[:decks]), paragraphs, credit(paragraphs))


def parse_body(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text whose headline is known from elsewhere."""
    return _paragraphs(_lines(text, markdown=False))


def credit(paragraphs: Sequence[Paragraph]) -> Metadata:
    """Return what the body itself says of who wrote it and where."""
    bylines = [paragraph.text for paragraph in paragraphs if paragraph.kind == "text" and is_byline(paragraph.text)]
    first = next((one for one in paragraphs if one.kind == "text" and one.text not in bylines), None)
    dateline = find_dateline(first.text) if first else None
    return Metadata(dateline=dateline, byline=_byline(paragraphs, bylines, first))


def _paragraphs(body: Sequence[_Line]) -> tuple[Paragraph, ...]:
    return tuple(
        Paragraph(line.text.removeprefix(line.marker), _kind(body, index), line.marker)
        for index, line in enumerate(body)
    )


def _lines(text: str, markdown: bool) -> list[_Line]:
    lines = []
    blocks = logical_blocks(text, lambda line: bool(_starts_item(line) or (markdown and _HEADING.match(line))))
    letters = _letter_markers([line for block in blocks for line in block])
    for number, block in enumerate(blocks):
        for index, line in enumerate(block):
            neighbours = [*block[max(0, index - 1) : index], *block[index + 1 : index + 2]]
            kind, marker = _shape(line, neighbours, markdown, letters)
            lines.append(_Line(line, number, len(block) == 1, kind, marker))
    return lines


def _starts_item(line: str) -> re.Match[str] | None:
    return _BULLET.match(line) or _NUMBER.match(line) or _LETTER.match(line)


def _letter_markers(lines: Sequence[str]) -> frozenset[str]:
    """Return the letters that number a list: two at least, neighbours in the alphabet, in order."""
    found = [match[1].replace("ا", "أ") for line in lines if (match := _LETTER.match(line))]
    pairs = {(one, other) for one, other in pairwise(found) if one + other in _LETTERS}
    return frozenset(letter for pair in pairs for letter in pair)


def _shape(line: str, neighbours: Sequence[str], markdown: bool, letters: frozenset[str]) -> tuple[Kind, str]:
    if markdown and (heading := _HEADING.match(line)):
        return "heading", heading[0]
    if _is_row(line, neighbours):
        return "table", ""
    letter = _LETTER.match(line)
    item = _BULLET.match(line) or _NUMBER.match(line)
    if letter and letter[1].replace("ا", "أ") in letters:
        item = letter
    return ("list", item[0]) if item else ("text", "")


def _is_row(line: str, neighbours: Sequence[str]) -> bool:
    if len(line) > 1 and line.startswith("|") and line.endswith("|"):
        return True
    for mark in "|\t":
        cells = line.split(mark)
        if len(cells) < _MIN_CELLS:
            continue
        if any(other.count(mark) == len(cells) - 1 for other in neighbours):
            return True
        if all(0 < len(cell.split()) <= _MAX_CELL_WORDS for cell in cells):
            return True
    return False


def _take_headline(lines: Sequence[_Line], markdown: bool) -> tuple[str, Sequence[_Line]]:
    """Return the headline, if the first line is one, and the lines after it."""
    if not lines:
        return "", lines
    first, rest = lines[0], lines[1:]
    if markdown and first.kind == "heading":
        return _CLOSING_MARKS.sub("", first.text.removeprefix(first.marker)), rest
    if markdown and rest and rest[0].block == first.block and _UNDERLINE.fullmatch(rest[0].text):
        return first.text, rest[1:]
    text = first.text
    if first.kind != "text" or not _LETTER_CHARACTER.search(text) or is_byline(text) or find_dateline(text):
        return "", lines
    words = len(text.split())
    if not rest or not first.alone:
        fits = not ends_sentence(text) and words <= _MAX_CLOSE_HEADLINE_WORDS
    else:
        fits = words <= _MAX_SENTENCE_HEADLINE_WORDS or not ends_sentence(text)
    return (text, rest) if fits and len(text) <= _MAX_HEADLINE_CHARS else ("", lines)


def _take_decks(lines: Sequence[_Line]) -> int:
    """Return how many lines under the headline are decks. A body must follow them.

    Decks are short and don't end like a sentence; the first may (a standfirst), if another deck or a dateline follows.
    """
    number = 0
    while number < min(len(lines), _MAX_DECKS + 1) and _is_deck(lines[number], may_end=number == 0):
        number += 1
    if number > _MAX_DECKS or number == len(lines) or lines[number].kind not in ("text", "list"):
        return 0
    after = lines[number]
    if number == 1 and ends_sentence(lines[0].text) and not find_dateline(after.text) and not is_byline(after.text):
        return 0
    if number and after.kind == "text" and after.alone and _kind(lines, number) == "heading":
        return 0
    # A lone short line far from any sentence is more likely a list of lines without a body.
    return number if any(ends_sentence(line.text) for line in lines[number:]) else 0


def _is_deck(line: _Line, *, may_end: bool) -> bool:
    return (
        line.kind == "text"
        and len(line.text.split()) <= _MAX_DECK_WORDS
        and (may_end or not ends_sentence(line.text))
        and bool(_LETTER_CHARACTER.search(line.text))
        and not is_byline(line.text)
        and not find_dateline(line.text)
    )


def _kind(lines: Sequence[_Line], index: int) -> Kind:
    """Return the line's kind: a short line alone that doesn't end like a sentence, with text after it, is a heading."""
    line = lines[index]
    if line.kind != "text" or not line.alone or index == len(lines) - 1:
        return line.kind
    short = len(line.text.split()) <= _MAX_SUBHEADING_WORDS and bool(_LETTER_CHARACTER.search(line.text))
    closed = ends_sentence(line.text) or line.text.endswith((":", "،", '"', "»"))
    if short and not closed and not is_byline(line.text) and not find_dateline(line.text):
        return "heading"
    return "text"


def _byline(paragraphs: Sequence[Paragraph], bylines: Sequence[str], first: Paragraph | None) -> str | None:
    """Return the byline: above the first paragraph of the body, else the article's last line."""
    for paragraph in paragraphs:
        if paragraph is first:
            break
        if paragraph.text in bylines:
            return paragraph.text
    return paragraphs[-1].text if paragraphs and paragraphs[-1].text in bylines else None
