"""Which blocks of a web page are certainly its story: what trafilatura finds of it. Pure.

A block is certain if trafilatura's text, or the text that the page itself states, has one of its lines. Of a short page
trafilatura gives everything, and of some the teasers of other stories: menus, links, adverts and teasers don't count. Where
that leaves little of the prose around it and its headline, or nothing, all prose there counts that is none of these.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from trans.sources.html_blocks import Block
from trans.sources.page_chrome import LINKED_WHOLLY, is_frame, is_label, looks_like_chrome
from trans.sources.page_facts import letters_of

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

# A line of so many letters and digits stands in a page by chance no second time; shorter ones ('وكالات') do.
_MIN_LETTERS = 24
# Of lines that begin with the same letters, so many are looked for inside trafilatura's lines; the rest only as a whole.
_MAX_ALIKE = 8
# The card of another story: its headline, a link of some words, and at most two texts: teaser and date.
_MIN_TITLE_WORDS = 4
_MAX_CARD_TEXTS = 2

# Of a page whose paragraphs are <div>s trafilatura may give a quotation and no more.
_LEAST_OF_PROSE = 1 / 3

# What trafilatura's answer has inside a line.
_INLINE = frozenset("hi ref del graphic span a b i em strong u sub sup".split())

Certain = dict[int, set[str]]
"""The letters of the lines that make a block certain, by the number of the block."""


def certain_blocks(root: "HtmlElement", blocks: Sequence[Block], body: str, titles: Iterable[str]) -> Certain:
    """Return the certain ones among the ``blocks`` of ``root``; ``body`` and ``titles`` are what the page states as such."""
    every = {
        number: lines
        for number, block in enumerate(blocks)
        if not block.part
        and (lines := {letters for line in block.lines if len(letters := letters_of(line)) >= _MIN_LETTERS})
    }
    found = _found(set().union(*every.values()), [*_extracted(root), *body.split("\n")])
    hits = {number: held for number, lines in every.items() if (held := found & lines)}
    called = [letters_of(title) for title in titles]
    headlines = {number for number, block in enumerate(blocks) if _is_title(block, called)}
    others = headlines | _teasers(blocks, called)
    sure = {number: hits[number] for number in hits if number not in others and not _is_menu(blocks[number])}
    if not sure or any(_is_menu(blocks[number]) for number in hits):
        sure = _apart(blocks, sure) or sure
    rest = _apart(blocks, {number: every[number] for number in every if number not in others})
    if sure:
        above = max((number for number in headlines if number < min(sure)), default=min(sure))
        around = _common([path_of(blocks[number].element) for number in (above, *sure)])
        rest = {number: held for number, held in rest.items() if around in path_of(blocks[number].element)}
    return rest if _weight(sure) < _LEAST_OF_PROSE * _weight(rest) else sure


def _extracted(root: "HtmlElement") -> list[str]:
    """Return the lines that trafilatura takes for the story."""
    import logging

    from lxml.etree import LxmlError, iterwalk
    from trafilatura import bare_extraction

    # Without a handler its warnings would go to the terminal, among the run's own.
    logger = logging.getLogger("trafilatura")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    try:
        document = bare_extraction(root, output_format="txt", include_comments=False, deduplicate=False)
    except (LxmlError, RecursionError, LookupError, AttributeError, TypeError, ValueError):
        return []  # it has bugs on odd pages; then there is no story for us
    if document is None or isinstance(document, dict) or document.body is None:
        return []
    pieces: list[str] = []
    for event, element in iterwalk(document.body, events=("start", "end")):
        if element.tag not in _INLINE:
            pieces.append("\n")
        pieces.append((element.text if event == "start" else element.tail) or "")
    return "".join(pieces).split("\n")


def _found(lines: Iterable[str], text: Sequence[str]) -> set[str]:
    """Return those of ``lines`` that stand in ``text``: as a line, or as a part of one or of several."""
    pieces = [letters_of(line) for line in text]
    wanted = set(lines)
    found = wanted.intersection(pieces)
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for line in wanted - found:
        if len(heads[line[:_MIN_LETTERS]]) < _MAX_ALIKE:
            heads[line[:_MIN_LETTERS]].append(line)
    whole = "".join(pieces)
    for start in range(len(whole) - _MIN_LETTERS + 1 if heads else 0):
        for line in heads.get(whole[start : start + _MIN_LETTERS], ()):
            if whole.startswith(line, start):
                found.add(line)
    return found


def _is_title(block: Block, called: Sequence[str]) -> bool:
    """Say whether the block is the headline, which is no sign of where the story stands."""
    letters = letters_of(block.text)
    return (
        block.part == "title"
        or block.element.tag == "h1"
        or (len(letters) >= _MIN_LETTERS and any(letters in title for title in called))
    )


def _weight(certain: Certain) -> int:
    return sum(map(len, set().union(*certain.values())))


def _common(paths: Sequence[Sequence["_Element"]]) -> "_Element":
    """Return the innermost element that all the paths share."""
    return [level[0] for level in zip(*paths, strict=False) if all(one is level[0] for one in level)][-1]


def _is_menu(block: Block) -> bool:
    return block.linked_share >= LINKED_WHOLLY or is_label(block) or any(map(is_frame, path_of(block.element)))


def _apart(blocks: Sequence[Block], certain: Certain) -> Certain:
    """Return ``certain`` without what stands in menus, adverts and so on, by the names of their elements."""
    return {
        number: held
        for number, held in certain.items()
        if not _is_menu(blocks[number])
        and not any(map(looks_like_chrome, path_of(blocks[number].element, below="body")))
    }


def _teasers(blocks: Sequence[Block], titles: Sequence[str]) -> set[int]:
    """Return the numbers of the blocks under a linked headline, in an element that has little else."""
    texts: defaultdict[_Element, int] = defaultdict(int)
    for block in blocks:
        if block.linked_share < LINKED_WHOLLY:
            texts[block.element.getparent()] += 1
    found = set()
    headline: Block | None = None
    for number, block in enumerate(blocks):
        if block.linked_share >= LINKED_WHOLLY:
            long = len(block.text.split()) >= _MIN_TITLE_WORDS
            headline = block if long and not any(letters_of(block.text) in title for title in titles) else None
        elif headline is not None:
            around = list(headline.element.iterancestors())
            card = next((one for one in (block.element, block.element.getparent()) if one in around), None)
            if card is None or texts[card] > _MAX_CARD_TEXTS:
                headline = None
            else:
                found.add(number)
    return found


def path_of(element: "_Element", below: str = "") -> list["_Element"]:
    """Return the elements around ``element`` and itself, the outermost first; ``below`` an element of that name, if given."""
    path = [*reversed(list(element.iterancestors())), element]
    starts = [number for number, one in enumerate(path) if one.tag == below]
    return path[starts[0] + 1 :] if starts else path
