"""The paragraphs, rows, boxes and notes of an RTF document: RTF says what ends, and beginnings are made here. Knows no token."""

import re
from typing import Literal

from trans.sources.flow import Flow, Look
from trans.sources.numerals import BULLET

# Beside these, letters stand for the bullets of symbol fonts.
_ORDINAL = re.compile(r"\(?\w{1,5}[.)\-]+|\d{1,3}")


class Story:
    """Collects the text of one document. ``marker`` is that of the paragraph to come."""

    def __init__(self) -> None:
        self.flow = Flow()
        self.marker = ""
        self._rows = [False]  # whether a row is open: in the text, and in each open box
        self._markers: list[str] = []  # of the paragraphs that the open boxes hang on

    def text(self, text: str, *, in_table: bool) -> None:
        """Add text to the paragraph; it begins one where none is open."""
        self._begin(in_table)
        self.flow.add(text)

    def end(self, word: str, look: Look | None) -> None:
        """End what ``word`` ends: a paragraph, and with it a cell or a row. ``look`` is that of the paragraph."""
        self._end_paragraph(look)
        if word == "cell":
            self._open_cell()
            self.flow.close()
        elif word == "row":
            self._end_row()

    def open_aside(self, kind: Literal["box", "notes"], *, in_table: bool) -> None:
        """Begin a text box or a note, which hang on a paragraph: the open one, or the one to come."""
        self._begin(in_table)
        self.flow.open(kind)
        self._rows.append(False)
        self._markers.append(self.marker)
        self.marker = ""

    def close_aside(self, look: Look | None) -> None:
        """End the text box or the note."""
        self.finish(look)
        self._rows.pop()
        self.flow.close()
        self.marker = self._markers.pop()

    def finish(self, look: Look | None) -> None:
        """End whatever is open in the text or the innermost box."""
        self._end_paragraph(look)
        self._end_row()

    def _begin(self, in_table: bool) -> None:
        if not self.flow.is_in("paragraph"):
            if in_table:
                self._open_cell()
            else:
                self._end_row()
            self.flow.begin()

    def _open_cell(self) -> None:
        if not self._rows[-1]:
            self.flow.open("row")
            self._rows[-1] = True
        if not self.flow.is_in("cell"):
            self.flow.open("cell")

    def _end_paragraph(self, look: Look | None) -> None:
        marker, self.marker = self.marker.strip(), ""
        if self.flow.is_in("paragraph"):
            shown = marker and (f"{marker} " if _ORDINAL.fullmatch(marker) else BULLET)
            self.flow.dress(look or ("list" if marker else "text"), shown)
            self.flow.finish()

    def _end_row(self) -> None:
        if self._rows[-1]:
            if self.flow.is_in("cell"):
                self.flow.close()
            self.flow.close()
            self._rows[-1] = False
