"""An article from the blocks of an office document: which of them is the headline, which are decks.

Styles say it where the document has them; else the rules for plain text do, for most newsrooms type all of a story in one style.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from trans.article import Article, Failure, Kind, Paragraph, Source
from trans.sources.flow import Block, Flow, Look
from trans.sources.layout import parse, parse_body
from trans.sources.reading import ReadError
from trans.sources.records import Parts, assemble

_KINDS: dict[Look, Kind] = {
    "title": "heading",
    "subtitle": "heading",
    "heading": "heading",
    "list": "list",
    "table": "table",
}

# A section's name or a slug may stand above a title; more is a text of its own.
_MAX_BLOCKS_ABOVE = 3
_MAX_WORDS_ABOVE = 20

# What our own briefs begin with (render/labels.py has it too; a test feeds every kind of brief back).
_BRIEF_MARK = "[machine translation, unreviewed]"


def read_document(data: bytes, name: str, read: Callable[[bytes], Flow]) -> Iterator[Article | Failure]:
    """Yield the article of a document whose blocks ``read`` finds, or what is wrong with it."""
    try:
        flow = read(data)
    except ReadError as error:
        yield Failure(name, error.reason, error.hint)
        return
    yield article_from_blocks(flow.blocks, Source(name, hashlib.sha256(data).hexdigest(), "utf-8", len(data)))


def article_from_blocks(blocks: Sequence[Block], source: Source) -> Article | Failure:
    """Return the article, with all text of ``blocks``; a ``Failure`` where there is none, or for a brief of our own."""
    if any(_BRIEF_MARK in block.text for block in blocks[:_MAX_BLOCKS_ABOVE]):
        return Failure(
            source.uri, "is a brief that trans wrote, with its translation", "Give the article it was made from."
        )
    above, headline, below = _split(blocks)
    subtitles = 0
    while headline and subtitles < len(below) and below[subtitles].look == "subtitle":
        subtitles += 1
    decks = tuple(block.text for block in below[:subtitles])
    rest = below[subtitles:]
    paragraphs = list(_paragraphs(above))
    if not decks:
        # The first stretch of plain text: the rules that a text file is read by, with the headline if there is one.
        opening = _opening(rest)
        layout = parse("\n\n".join(filter(None, (headline, *(block.text for block in rest[:opening])))))
        if opening and (not headline or layout.headline == headline) and not above:
            headline, decks = layout.headline, layout.decks
            paragraphs += layout.paragraphs
            rest = rest[opening:]
    paragraphs += _paragraphs(rest)
    return assemble(Parts(headline, tuple(paragraphs), decks), source)


def _split(blocks: Sequence[Block]) -> tuple[Sequence[Block], str, Sequence[Block]]:
    """Return (what stands above the headline, the headline that a style marks or nothing, what stands below)."""
    at = next((index for index, block in enumerate(blocks) if block.look == "title"), None)
    if at is not None:
        words = sum(len(block.text.split()) for block in blocks[:at])
        at = at if at <= _MAX_BLOCKS_ABOVE and words <= _MAX_WORDS_ABOVE else None
    if at is None and blocks and blocks[0].look == "heading":
        at = 0
    if at is None:
        return (), "", blocks
    end = at + 1
    while blocks[at].look == "title" and end < len(blocks) and blocks[end].look == "title":
        end += 1  # a headline set in two lines
    headline = " ".join(" ".join(block.text.split()) for block in blocks[at:end])
    return blocks[:at], blocks[at].marker + headline, blocks[end:]


def _opening(blocks: Sequence[Block]) -> int:
    return next((index for index, block in enumerate(blocks) if block.look != "text"), len(blocks))


def _paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    for look, run in groupby(blocks, key=lambda block: block.look):
        if look == "text":
            yield from parse_body("\n\n".join(block.text for block in run))
        else:
            for block in run:
                yield Paragraph(" ".join(block.text.split()), _KINDS[look], block.marker)
