"""Blocks as a Word file (Office Open XML, by python-docx): direction, tables, comments, and the same bytes each time.

Knows no brief. Every run says its direction, for Word takes it from there; the Arabic has sizes and a font of its own, which
Word calls those of complex scripts. Import it where it is used: python-docx is not quick to load.
"""

from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.text.run import Run

from trans.render.blocks import Block, Note, Span, Table
from trans.render.direction import from_right, pieces, plain
from trans.render.ooxml_template import AUTHOR, STYLES, TEXT_WIDTH, element, set_up

_INITIALS = "tr"

_LINK_COLOUR = "1F4E9E"

# Of the template's tables, at the left and at the right.
_CELL_MARGIN = 108

# Characters of a cell that fill about a third of a page in one column of two, as LibreOffice sets them; a longer row may
# break, for a page that waits for it is left empty.
_WHOLE_ROW = 800

_HEAD_FILL = "E8EDF4"
_LINE_COLOUR = "BFBFBF"


def write(blocks: Iterable[Block | Table], *, title: str, subject: str, foot: str) -> bytes:
    """Return the file. ``title`` and ``subject`` are its properties; ``foot`` stands on every page, with its number."""
    document = docx.Document()
    set_up(document, title, subject)
    _Writer(document).write(blocks, foot)
    made = BytesIO()
    document.save(made)
    return _timeless(made.getvalue())


class _Writer:
    """Puts blocks into one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._bookmarks = count(1)
        self._styles = {look: document.styles[style.name].style_id for look, style in STYLES.items()}

    def write(self, blocks: Iterable[Block | Table], foot: str) -> None:
        section = self._document.sections[0]
        end = self._document.element.body.sectPr
        for item in blocks:
            end.addprevious(self._table(item) if isinstance(item, Table) else self._paragraph(item))
        footer = self._paragraph(Block((Span(f"{foot} · Page "),), "small"))
        footer.append(element("w:fldSimple", _run("1", Span(""), rtl=False), instr="PAGE"))
        empty = section.footer.paragraphs[0]._p
        empty.addprevious(footer)
        empty.getparent().remove(empty)

    def _table(self, table: Table) -> Any:
        # Lines and fills end where the text of the page does; without them, the text in the cells does.
        whole = TEXT_WIDTH if table.head else TEXT_WIDTH + 2 * _CELL_MARGIN
        widths = [round(share / sum(table.widths) * whole) for share in table.widths]
        sides = ("top", "bottom", "insideH") if table.head else ()
        made = element(
            "w:tbl",
            element(
                "w:tblPr",
                element("w:tblW", w=str(sum(widths)), type="dxa"),
                element("w:tblInd", w=str(0 if table.head else -_CELL_MARGIN), type="dxa"),
                element(
                    "w:tblBorders",
                    *(element(f"w:{side}", val="single", sz="4", space="0", color=_LINE_COLOUR) for side in sides),
                ),
                element("w:tblLayout", type="fixed"),
            ),
            element("w:tblGrid", *(element("w:gridCol", w=str(width)) for width in widths)),
        )
        if table.head:
            made.append(self._row(table.head, widths, head=True))
        for row in table.rows:
            made.append(self._row(row, widths))
        return made

    def _row(self, cells: Sequence[Block], widths: Sequence[int], head: bool = False) -> Any:
        properties = element("w:trPr")
        if max(sum(len(span.text) for span in cell.spans) for cell in cells) <= _WHOLE_ROW:
            properties.append(element("w:cantSplit"))
        if head:
            properties.append(element("w:tblHeader"))
        row = element("w:tr", properties)
        for cell, width in zip(cells, widths, strict=True):
            about = element("w:tcPr", element("w:tcW", w=str(width), type="dxa"))
            if head:
                about.append(element("w:shd", val="clear", color="auto", fill=_HEAD_FILL))
            row.append(element("w:tc", about, self._paragraph(cell)))
        return row

    def _paragraph(self, block: Block) -> Any:
        paragraph = element("w:p", element("w:pPr", element("w:pStyle", val=self._styles[block.look])))
        if block.rtl:
            paragraph[0].append(element("w:bidi"))
        if block.name:
            number = str(next(self._bookmarks))
            paragraph.append(element("w:bookmarkStart", id=number, name=block.name))
            paragraph.append(element("w:bookmarkEnd", id=number))
        remarks: list[tuple[Sequence[Any], Note]] = []
        every: list[Any] = []
        for span in block.spans:
            runs: Sequence[Any] = list(_runs(span, block.rtl)) or [_run("", span, block.rtl)]
            if span.to or span.url:
                paragraph.append(self._link(span, runs))
                continue
            paragraph.extend(runs)
            every += runs
            remarks += ((runs, note) for note in span.notes)
        if block.notes and not every:
            # A comment needs a run of text to stand at, and an empty text or one of links only has none.
            every = [_run("", Span(""), block.rtl)]
            paragraph.extend(every)
        for runs, note in (*remarks, *((every, note) for note in block.notes)):
            self._comment(runs, note)
        return paragraph

    def _link(self, span: Span, runs: Sequence[Any]) -> Any:
        if span.to:
            return element("w:hyperlink", *runs, anchor=span.to)
        link = element("w:hyperlink", *runs)
        link.set(qn("r:id"), self._document.part.relate_to(span.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        return link

    def _comment(self, runs: Sequence[Any], note: Note) -> None:
        ends = [Run(runs[0], self._document), Run(runs[-1], self._document)]
        comment = self._document.add_comment(ends, "", AUTHOR, _INITIALS)
        # python-docx writes the time of the day.
        comment._comment_elm.attrib.pop(qn("w:date"), None)
        first = comment.paragraphs[0]._p
        first.extend([*_runs(Span(f"{note.head}: ", bold=True), False), *_runs(Span(note.text), False)])
        for quote in note.quotes:
            rtl = from_right(quote, otherwise=False)
            comment._comment_elm.append(self._paragraph(Block((Span(quote),), "text", rtl)))


def _runs(span: Span, rtl: bool) -> Iterator[Any]:
    for text, from_the_right in pieces(plain(span.text), rtl):
        yield _run(text, span, from_the_right)


def _run(text: str, span: Span, rtl: bool) -> Any:
    # The order of properties is the schema's (ECMA-376 part 1, 17.3.2.28).
    about = element("w:rPr")
    for wanted, names in ((span.bold, ("w:b", "w:bCs")), (span.italic, ("w:i", "w:iCs"))):
        about.extend([element(name) for name in names if wanted])
    if span.to or span.url:
        about.extend([element("w:color", val=_LINK_COLOUR), element("w:u", val="single")])
    elif span.new:
        about.append(element("w:u", val="single"))
    if rtl:
        about.extend([element("w:rtl"), element("w:lang", bidi="ar-SA")])
    run = element("w:r", about)
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(element("w:br"))
        for position, part in enumerate(line.split("\t")):
            if position:
                run.append(element("w:tab"))
            if part:
                words = element("w:t")
                words.text = part
                words.set(qn("xml:space"), "preserve")
                run.append(words)
    return run


def _timeless(data: bytes) -> bytes:
    """Return the archive without the times and the system it was written at, so that one brief gives one file."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as made, ZipFile(out, "w", ZIP_DEFLATED) as fixed:
        for name in made.namelist():
            entry = ZipInfo(name)
            entry.compress_type, entry.create_system = ZIP_DEFLATED, 0
            fixed.writestr(entry, made.read(name))
    return out.getvalue()
