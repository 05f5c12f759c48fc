"""The blocks of text in a tree of HTML elements: paragraphs, headings, list items, rows of tables. Pure; knows no page.

Every visible character stays, in order; white space is what a browser shows: inline tags join text as it stands, ``<br>`` ends a
line, every block ends a block. Scripts, styles, form controls and what browsers show only instead of a film or an object go.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from trans.article import Kind
from trans.sources.html_tree import BLOCKS

if TYPE_CHECKING:
    from lxml.html import HtmlElement

# Elements whose content nobody reads as text.
_DROPPED = frozenset(
    "applet area audio button canvas datalist embed head iframe input link map meta noembed noframes noscript object option "
    "progress script select style svg template textarea title video".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_PREFORMATTED = frozenset("pre listing xmp plaintext".split())

# A table with a longer cell arranges a page: the cells of the tables in news are names, numbers and short remarks.
_MAX_CELL_CHARS = 150
# As many cells make a row that ``layout`` and the sentence splitter recognise without lines at both its ends.
_CELLS_OF_OPEN_ROW = 3
_NUMBER = re.compile(r"\d{1,6}")


Part = Literal["", "above", "title", "under", "tail"]
"""Of a block: what stands above its headline, the headline, what stands under it, what is no story at its end."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text: ``lines`` as ``<br>`` ends them, white space made single spaces; of the characters of each that are no
    white space ``links`` stand in links. ``element`` is the innermost block element that it stands in, ``part`` what it is of
    one that held several things.
    """

    element: "HtmlElement"
    lines: tuple[str, ...]
    kind: Kind = "text"
    marker: str = ""
    links: tuple[int, ...] = ()
    part: Part = ""

    @property
    def text(self) -> str:
        """Its text, a line a line."""
        return "\n".join(self.lines)

    @property
    def linked(self) -> int:
        """Its characters in links, other than white space."""
        return sum(self.links)

    @property
    def size(self) -> int:
        """Its characters other than white space."""
        return sum(len(word) for line in self.lines for word in line.split())

    @property
    def linked_share(self) -> float:
        """The share of its characters that stand in links."""
        return self.linked / max(1, self.size)

    def cut(self, start: int, stop: int, part: Part = "") -> "Block":
        """Return its lines from ``start`` to before ``stop`` as a block, without empty ones at the ends."""
        filled = [number for number in range(start, stop) if self.lines[number]] or [start]
        held = slice(filled[0], filled[-1] + 1)
        return replace(self, lines=self.lines[held], links=self.links[held], part=part)


def blocks(
    root: "HtmlElement", skip: Callable[["HtmlElement"], bool] | None = None, *, keep_lines: bool = False
) -> Iterator[Block]:
    """Give the blocks of text below ``root`` in order; nothing of the elements that ``skip`` picks.

    ``keep_lines``: line ends of the source are line ends of the text, as they always are in ``<pre>``.
    """
    from lxml.etree import iterwalk

    builder = _Builder(root, keep_lines)
    walk = iterwalk(root, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            builder.end(element)
            if element is not root:
                builder.add(element.tail)
        elif element.tag in _DROPPED or (skip is not None and skip(element)):
            builder.edge(element)
            walk.skip_subtree()
        else:
            builder.start(element)
            builder.add(element.text)
        if builder.done:
            yield from builder.done
            builder.done = []


class _Builder:
    """Collects the text of a block until it ends; ``done`` are the finished blocks."""

    def __init__(self, root: "HtmlElement", keep_lines: bool) -> None:
        self.done: list[Block] = []
        self._owners: list[HtmlElement] = [root]  # block elements that are open
        self._kinds: list[tuple[HtmlElement, Kind]] = []
        self._lists: list[tuple[HtmlElement, int]] = []  # the number of the next item
        self._tables: list[tuple[HtmlElement, bool]] = []  # whether rows of it are rows of a table that people read
        self._lines: list[list[str]] = [[]]
        self._cells: list[str] | None = None  # those of the open row
        self._marker = ""
        self._linked = [0]  # of each line
        self._links = 0
        self._preformatted = int(keep_lines)

    def start(self, element: "HtmlElement") -> None:
        tag = element.tag
        self._links += _is_link(element)
        if tag == "br":
            self._break()
        if tag not in BLOCKS:
            return
        self.edge(element)
        self._owners.append(element)
        self._preformatted += tag in _PREFORMATTED
        if tag in _HEADINGS:
            self._kinds.append((element, "heading"))
        elif tag == "li":
            self._kinds.append((element, "list"))
            self._marker = self._next_marker(element)
        elif tag in ("ol", "ul"):
            self._lists.append((element, _number(element.get("start"), 1)))
        elif tag == "table":
            self._tables.append((element, self._cells is None and _is_data(element)))
        elif tag == "tr" and self._in_data_table():
            self._cells = []

    def end(self, element: "HtmlElement") -> None:
        tag = element.tag
        self._links -= _is_link(element)
        if element is not self._owners[-1] or len(self._owners) == 1:
            return
        if tag in ("td", "th") and self._cells is not None:
            self._cells.append(self._take_line())
        elif tag == "tr" and self._cells is not None:
            self._end_row()
        else:
            self.edge(element)
        self._owners.pop()
        self._preformatted -= tag in _PREFORMATTED
        for stack in (self._kinds, self._lists, self._tables):
            if stack and stack[-1][0] is element:
                stack.pop()
        if tag == "li":
            self._marker = ""

    def add(self, text: str | None) -> None:
        if not text:
            return
        if self._links:
            self._linked[-1] += sum(map(len, text.split()))
        first, *more = text.splitlines() if self._preformatted else [text]
        self._lines[-1].append(first)
        for line in more:
            self._break()
            self._lines[-1].append(line)
        if self._preformatted and text.endswith(("\n", "\r")):
            self._break()

    def edge(self, element: "HtmlElement") -> None:
        """End the block, where ``element`` is a block; inside the row of a table it only parts words."""
        if element.tag not in BLOCKS:
            return
        if self._cells is not None:
            self._lines[-1].append(" ")
        else:
            self._flush()

    def _break(self) -> None:
        if self._cells is not None:
            self._lines[-1].append(" ")
        else:
            self._lines.append([])
            self._linked.append(0)

    def _flush(self) -> None:
        lines = [" ".join("".join(pieces).split()) for pieces in self._lines]
        self._lines = [[]]
        linked, self._linked = self._linked, [0]
        filled = [number for number, line in enumerate(lines) if line]
        if filled:
            held = slice(filled[0], filled[-1] + 1)
            kind: Kind = self._kinds[-1][1] if self._kinds else "text"
            if kind == "heading":
                # '<h3>...</h2>': browsers end the heading there, the parser does not. What follows it is no part of it.
                self._kinds[-1] = self._kinds[-1][0], "text"
            marker, self._marker = (self._marker, "") if kind == "list" else ("", self._marker)
            self.done.append(Block(self._owners[-1], tuple(lines[held]), kind, marker, tuple(linked[held])))

    def _take_line(self) -> str:
        line = " ".join("".join(self._lines[-1]).split())
        self._lines = [[]]
        return line

    def _end_row(self) -> None:
        cells, self._cells = self._cells or [], None
        if loose := self._take_line():  # text between the cells, where none may be
            cells.append(loose)
        if any(cells):
            row = " | ".join(cells)
            text = row if len(cells) >= _CELLS_OF_OPEN_ROW or len(cells) == 1 else f"| {row} |"
            self.done.append(Block(self._owners[-1], (text,), "table", "", (sum(self._linked),)))
        self._linked = [0]

    def _in_data_table(self) -> bool:
        return bool(self._tables) and self._tables[-1][1]

    def _next_marker(self, item: "HtmlElement") -> str:
        if not self._lists or self._lists[-1][0].tag == "ul":
            return "- "
        holder, number = self._lists[-1]
        number = _number(item.get("value"), number)
        self._lists[-1] = holder, number + 1
        return f"{number}. "


def _is_link(element: "HtmlElement") -> bool:
    """Say whether the element leads to another page."""
    return element.tag == "a" and not (element.get("href") or "#").startswith("#")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and _NUMBER.fullmatch(text.strip()) else default


def _is_data(table: "HtmlElement") -> bool:
    """Say whether people read the table as one: it has columns, its cells are short, and it holds no other table."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return False
    columns = 0
    for row in table.iter("tr"):
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        filled = [sum(map(len, " ".join(cell.itertext()).split())) for cell in cells]
        columns = max(columns, sum(map(bool, filled)))
        if max(filled, default=0) > _MAX_CELL_CHARS:
            return False
    return columns > 1
