"""Which blocks of a web page are its story. Pure; knows no headline, no metadata.

trafilatura finds the story, and now and then drops from it what it takes for something else: a short paragraph, a quotation, a
list, a table, the lead above the rest. So its answer only tells the place, and the text is taken from the page:

1. Some blocks are *kept* for certain (``page_certain``). The *container* is the smallest element with four fifths of their text.
2. From the first kept block of the container to the last, every block is story unless it is left out (``page_chrome``).
3. What follows the last kept block in the container, or stands before the first, is story if it stands beside one of these
   in an element of the same name, or is a list, a table, a heading, a quotation.
4. Kept blocks outside the container are story, and so is prose in the ``<article>`` or ``articleBody`` around it.

Measured on 600 pages of random make around 250 known stories (their elements and classes, adverts, cards, share bars, lists,
tables): of 4,024 paragraphs trafilatura alone lacks 146, this 10, all of them headings that end a story; nothing else came in.

Captions between two paragraphs are text of the story; that of a picture above the first is not.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from trans.sources.html_blocks import Block
from trans.sources.page_certain import certain_blocks, path_of
from trans.sources.page_chrome import Chrome, looks_like_chrome
from trans.sources.page_facts import letters_of

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_CONTAINER_SHARE = 0.8
# A paragraph outside the container: the teasers and captions there are shorter, or are links.
_MIN_PROSE_WORDS = 12
# As many letters as make a line certain: no section, no day.
_MIN_HEAD_LETTERS = 24

# Elements that hold a part of a story, not a whole.
_PARTS = frozenset(
    "p h1 h2 h3 h4 h5 h6 li ul ol dl dt dd blockquote pre table thead tbody tfoot tr figure figcaption center".split()
)


@dataclass(frozen=True, slots=True)
class Story:
    """``picked`` are the numbers of the blocks that are story, in order; ``first`` is that of the first one that is certain, in
    the element around the story.
    """

    picked: tuple[int, ...]
    first: int
    container: "HtmlElement"
    chrome: Chrome


def find_story(
    root: "HtmlElement", blocks: Sequence[Block], body: str = "", titles: Iterable[str] = ()
) -> Story | None:
    """Return where the story stands among the ``blocks`` of ``root``; None where there is none.

    ``body`` is the text that the page states as its story's, ``titles`` what it states as headlines, if it does.
    """
    certain = certain_blocks(root, blocks, body, titles)
    if not certain:
        return None
    paths = {number: path_of(blocks[number].element) for number in certain}
    container = _container(certain, paths)
    if container.tag == "div" and [len(one.lines) for one in blocks if container in path_of(one.element)] == [1]:
        container = container.getparent()  # a <div> that stands for a <p>
    chrome = Chrome(blocks, frozenset(certain), {one for path in paths.values() for one in path})
    inside = [number for number, block in enumerate(blocks) if container in path_of(block.element)]
    kept = [number for number in inside if number in certain]
    picked = _picked(blocks, inside, kept, chrome, container)
    picked |= _outside(blocks, container, set(inside), chrome)
    return Story(tuple(sorted(_without_labels(blocks, picked, frozenset(inside)))), kept[0], container, chrome)


def _container(kept: dict[int, set[str]], paths: dict[int, list["_Element"]]) -> "HtmlElement":
    """Return the smallest element with most of what was kept; a line that stands in the page twice counts once."""
    total = sum(map(len, set().union(*kept.values())))
    group = list(kept)
    container = paths[group[0]][0]
    for depth in range(1, max(map(len, paths.values()))):
        held: defaultdict[_Element, list[int]] = defaultdict(list)
        for number in group:
            if len(paths[number]) > depth:
                held[paths[number][depth]].append(number)
        weights = {one: sum(map(len, set().union(*(kept[number] for number in held[one])))) for one in held}
        best = max(weights, key=lambda one: weights[one], default=None)
        if best is None or weights[best] < _CONTAINER_SHARE * total:
            break
        container, group = best, held[best]
    while container.tag in _PARTS and container.getparent() is not None:
        container = container.getparent()
    return container


def _is_head(block: Block, container: "HtmlElement") -> bool:
    lines = any(len(letters_of(line)) >= _MIN_HEAD_LETTERS for line in block.lines)
    return block.element is container and not block.part and lines


def _picked(
    blocks: Sequence[Block], inside: Sequence[int], certain: Sequence[int], chrome: Chrome, container: "HtmlElement"
) -> set[int]:
    inner = {one for one in inside if certain[0] <= one <= certain[-1] and not chrome.is_left_out(one)}
    beside = {_place(blocks[number]) for number in inner}
    # Text may stand in the element around it: 'نص<br><br>نص<ul>...'.
    around = {parent for parent, _ in beside} | {blocks[one].element for one in inner}
    places = beside | {(parent, part) for parent in around for part in _PARTS}
    outer = {one for one in inside if one not in inner and _place(blocks[one]) in places}
    # Headline and decks of an old page stand in the cell itself, where nothing else tells them.
    inner |= {
        one for one in inside if one < certain[0] and _is_head(blocks[one], container) and not chrome.is_left_out(one)
    }
    return inner | {one for one in outer if not chrome.is_left_out(one)}


def _place(block: Block) -> tuple["_Element", str]:
    return outermost(block.element).getparent(), block.element.tag


def _outside(blocks: Sequence[Block], container: "HtmlElement", inside: set[int], chrome: Chrome) -> set[int]:
    around = path_of(container)
    scopes = [one for one in around if one.tag == "article" or one.get("itemprop") == "articleBody"]
    picked = set()
    for number, block in enumerate(blocks):
        if number in inside or chrome.is_left_out(number):
            continue
        if number in chrome.kept:
            beside = next(
                one
                for one in (block.element, *block.element.iterancestors())
                if one.getparent() in around or one in around
            )
            if beside in around or not looks_like_chrome(beside):
                picked.add(number)
        elif scopes and len(block.text.split()) >= _MIN_PROSE_WORDS and scopes[-1] in block.element.iterancestors():
            picked.add(number)
    return picked


def outermost(element: "HtmlElement") -> "HtmlElement":
    """Return the list, table or quotation that ``element`` is a part of, or itself."""
    while (parent := element.getparent()) is not None and parent.tag in _PARTS:
        element = parent
    return element


def _without_labels(blocks: Sequence[Block], picked: set[int], inside: frozenset[int]) -> set[int]:
    """Return ``picked`` without headings that stand above nothing but what was not picked of the container."""
    kept = set(picked)
    empty = False  # whether something that was not picked comes before anything that was
    for number in range(len(blocks) - 1, -1, -1):
        heading = blocks[number].kind == "heading"
        if number in picked:
            if heading and empty:
                kept.discard(number)
            empty = heading and empty
        elif number in inside and (heading or blocks[number].linked):
            empty = True
    return kept
