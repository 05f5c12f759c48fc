"""What a document is made of, for formats that are no text: spans, paragraphs and tables. Plain data; knows no format."""

from dataclasses import dataclass
from typing import Literal

Look = Literal["text", "title", "original title", "heading", "standfirst", "banner", "small", "bullet"]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark at a text: ``head`` is its word in bold, ``quotes`` are the words that it is about."""

    head: str
    text: str
    quotes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one look. It leads ``to`` the block of that name, or to the web address ``url``; most lead nowhere.

    ``new``: an earlier version of the text did not have it.
    """

    text: str
    bold: bool = False
    italic: bool = False
    to: str = ""
    url: str = ""
    notes: tuple[Note, ...] = ()
    new: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph. ``rtl``: it reads from the right. ``name`` is what spans lead to; ``notes`` concern all of it."""

    spans: tuple[Span, ...]
    look: Look = "text"
    rtl: bool = False
    name: str = ""
    notes: tuple[Note, ...] = ()

    @property
    def spoken(self) -> tuple[Note, ...]:
        """The notes of its spans."""
        return tuple(note for span in self.spans for note in span.notes)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, one block each; another block follows a table. ``widths`` are the columns' shares of the page.

    ``head``, where there is one, names the columns and stands again on every page. Without it no lines are drawn either:
    then a table only sets things side by side.
    """

    widths: tuple[float, ...]
    rows: tuple[tuple[Block, ...], ...]
    head: tuple[Block, ...] = ()


def block(*texts: str | Span, look: Look = "text", rtl: bool = False, name: str = "") -> Block:
    """Return a paragraph of ``texts``."""
    return Block(tuple(Span(text) if isinstance(text, str) else text for text in texts), look, rtl, name)
