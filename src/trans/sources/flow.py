"""The text of an office document, as its reader meets it: paragraphs, rows of tables, text boxes, notes.

Knows no file format: readers of Word, OpenDocument and RTF files say what begins and ends, and get blocks in the order people
read them. A text box comes after the paragraph that it hangs on; notes come after everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Look = Literal["title", "subtitle", "heading", "list", "table", "text"]

# A cell of several paragraphs and more words than this holds text that a table only places on the page: columns, frames.
_MAX_CELL_WORDS = 30
# Word's own limit is 63. Empty cells beyond it are a way to fill the memory.
_MAX_COLUMNS = 63
# The longest headline of 62 news articles has 24 words. Longer ones are text that someone gave a heading's looks.
_MAX_HEADING_WORDS = 30


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph or row. Lines of its ``text`` end with a line feed."""

    text: str
    look: Look = "text"
    marker: str = ""


@dataclass(slots=True)
class _Frame:
    """Something open: a paragraph (its text so far, and what comes after it), a box, notes, a row or a cell of one."""

    kind: Literal["paragraph", "box", "notes", "row", "cell"]
    look: Look = "text"
    marker: str = ""
    pieces: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    cells: list[list[Block]] = field(default_factory=list)


class Flow:
    """Collects the blocks of one document."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._notes: list[Block] = []
        self._open: list[_Frame] = []
        self.characters = 0

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks, those of what is still open left out."""
        return (*self._blocks, *self._notes)

    def is_in(self, kind: Literal["paragraph", "cell"]) -> bool:
        """Say whether the innermost open thing is one."""
        return bool(self._open) and self._open[-1].kind == kind

    def begin(self, look: Look = "text", marker: str = "") -> None:
        """Begin a paragraph."""
        self._open.append(_Frame("paragraph", look, marker))

    def dress(self, look: Look, marker: str) -> None:
        """Say what the open paragraph is."""
        self._open[-1].look, self._open[-1].marker = look, marker

    def add(self, text: str) -> None:
        """Add text to the open paragraph; text outside one is one of its own."""
        self.characters += len(text)
        if self.is_in("paragraph"):
            self._open[-1].pieces.append(text)
        elif text.strip():
            self._emit([Block(text.strip())])

    def finish(self, *, joins_next: bool = False) -> str:
        """End the paragraph. One that ``joins_next`` gives no block: its text is returned, to begin the next one with."""
        frame = self._open.pop()
        text = _tidied("".join(frame.pieces))
        blocks = [_sober(Block(text, frame.look, frame.marker))] if text and not joins_next else []
        self._emit([*blocks, *frame.blocks])
        return "".join(frame.pieces) if joins_next else ""

    def open(self, kind: Literal["box", "notes", "row", "cell"]) -> None:
        """Begin a text box, notes, a row of a table or a cell of one."""
        self._open.append(_Frame(kind))

    def close(self) -> None:
        """End the innermost of what ``open`` began."""
        frame = self._open.pop()
        if frame.kind == "notes":
            self._notes += frame.blocks
        elif frame.kind == "cell" and self._open and self._open[-1].kind == "row":
            cells = self._open[-1].cells
            if frame.blocks or len(cells) < _MAX_COLUMNS:
                cells.append(frame.blocks)
        else:
            self._emit(_row(frame.cells) + frame.blocks if frame.kind == "row" else frame.blocks)

    def _emit(self, blocks: Sequence[Block]) -> None:
        (self._open[-1].blocks if self._open else self._blocks).extend(blocks)


def look_named(style: str) -> Look | None:
    """Return the look of a paragraph style that all office programs have, by its name; None for any other."""
    name = style.strip().lower()
    if name in ("title", "subtitle"):
        return "title" if name == "title" else "subtitle"
    return "heading" if name.startswith("heading") else None


def _row(cells: Sequence[Sequence[Block]]) -> list[Block]:
    """Return a row as one block; as the blocks of its cells where the table only places text on the page."""
    filled = [cell for cell in cells if cell]
    if not filled:
        return []
    if len(cells) == 1 or any(_is_page(cell) for cell in filled):
        return [block for cell in cells for block in cell]
    texts = (" ".join(" ".join(f"{block.marker}{block.text}".split()) for block in cell) for cell in cells)
    # Lines at both ends too: a row of two cells is then one for whatever reads the text alone.
    return [Block(f"| {' | '.join(texts)} |", "table")]


def _is_page(cell: Sequence[Block]) -> bool:
    words = sum(len(block.text.split()) for block in cell)
    return any(block.look == "table" for block in cell) or (len(cell) > 1 and words > _MAX_CELL_WORDS)


def _tidied(text: str) -> str:
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def _sober(block: Block) -> Block:
    if block.look in ("title", "subtitle", "heading") and len(block.text.split()) > _MAX_HEADING_WORDS:
        return replace(block, look="text")
    return block
