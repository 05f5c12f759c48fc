"""Word files (.docx): all text that a reader of the document sees, in the order of its body.

Kept are tracked insertions, and what stands in content controls, fields, links, text boxes, tables inside tables, diagrams,
footnotes and endnotes. Left out, for it is not the article's text: tracked deletions, comments, hidden text, prompts of empty
form fields, page headers and footers, signs of symbol fonts, the text of charts, and the core properties, whose author is
whoever typed it. The XML is read as it stands: python-docx gives a paragraph without its insertions, controls and boxes, and
unpacks without a limit.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from trans.article import Article, Failure
from trans.sources.archives import open_archive
from trans.sources.flow import Flow
from trans.sources.office import read_document
from trans.sources.reading import ReadError, Reading
from trans.sources.word_package import PREFIXES, main_part, related_to
from trans.sources.word_styles import Dress, Numbering, Styles

_HINT = "Open it in Word or LibreOffice, and save it again as .docx."
_OLE = b"\xd0\xcf\x11\xe0"
# The stream that holds an encrypted document ([MS-OFFCRYPTO] 2.3.4.4), as OLE files write names.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

_TEXTS = frozenset({"w:t", "m:t", "a:t"})
_SIGNS = {
    "w:tab": "\t",
    "w:ptab": "\t",
    "w:br": "\n",
    "w:cr": "\n",
    "a:br": "\n",
    "w:noBreakHyphen": "\u2011",
}
_FILE_LINES = str.maketrans("\t\r\n", "   ")
_OFF = frozenset({"0", "false", "off"})
_PARAGRAPHS = ("w:p", "a:p")
_STORIES = ("w:body", "w:footnote", "w:endnote")
_FRAMES = {"w:tr": "row", "w:tc": "cell", "w:txbxContent": "box"}


def read_word(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a Word file: one article."""
    yield from read_document(stream.read(), name, lambda data: _read(data, reading.max_bytes))


def _read(data: bytes, max_bytes: int) -> Flow:
    if not data:
        raise ReadError("is empty", "Put an article into it, or remove it.")
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise ReadError("is encrypted", "Open it in Word, remove its password, and save it again.")
        raise ReadError("is a document of an old Word (.doc)", "Open it in Word, and save it as .docx.")
    if data.startswith(b"{\\rtf"):
        raise ReadError("is an RTF document", "Name it .rtf.")
    archive = open_archive(data, max_bytes, _HINT)
    main = main_part(archive)
    related = related_to(archive, main)
    styles, numbering = Styles(), Numbering()
    for kind, events in (("styles", styles), ("numbering", numbering)):
        for part in related.of_type(kind):
            archive.parse(part, PREFIXES, events)
    body = _Body(styles, numbering)
    archive.parse(main, PREFIXES, body)
    if not body.is_text:
        raise ReadError("is no Word document", _HINT)
    body.flow.open("notes")
    for kind, wanted in (("footnotes", body.footnotes), ("endnotes", body.endnotes)):
        for part in related.of_type(kind) if wanted else ():
            body.wanted = frozenset(wanted)
            archive.parse(part, PREFIXES, body)
    for target in filter(None, (related.targets.get(diagram) for diagram in body.diagrams)):
        archive.parse(target, PREFIXES, body)
    body.flow.close()
    return body.flow


class _Body:
    """Events of the body, and of notes and diagrams after it."""

    def __init__(self, styles: Styles, numbering: Numbering) -> None:
        self.flow = Flow()
        self.is_text = False
        self.footnotes: list[str] = []
        self.endnotes: list[str] = []
        self.diagrams: list[str] = []
        self.wanted: frozenset[str] = frozenset()
        self._styles = styles
        self._numbering = numbering
        self._skipped = 0  # levels inside an element that is left out
        self._dress: Dress | None = None  # inside w:pPr
        self._properties = 0  # levels inside it
        self._mark_deleted = [False]  # of the open paragraphs, innermost last
        self._carried = ""
        self._hidden = self._takes = self._is_prompt = False
        self._alternatives: list[int] = []  # characters before each open mc:AlternateContent

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins."""
        if self._skipped or self._is_left_out(name, about):
            self._skipped += 1
        elif self._dress is not None:
            self._properties += 1
            self._dress.note(name, about.get("w:val", ""))
        elif name in _TEXTS:
            self._takes = not self._hidden
        elif name in _SIGNS:
            if self.flow.is_in("paragraph") and not self._hidden:
                self.flow.add(_SIGNS[name])
        elif name in _PARAGRAPHS:
            self._begin()
        elif name in _FRAMES:
            self._let_go()
            self.flow.open("row" if name == "w:tr" else "cell" if name == "w:tc" else "box")
        elif name == "w:pPr":
            self._dress = Dress()
        elif handler := _OTHERS.get(name):
            handler(self, about)

    def end(self, name: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
        elif self._properties:  # whatever stands there: it began nothing
            self._properties -= 1
        elif name in _TEXTS:
            self._takes = False
        elif name in _PARAGRAPHS:
            self._finish()
        elif name == "w:pPr" and self._dress is not None:
            self._wear(self._dress)
            self._dress = None
        elif name in _FRAMES:
            self._let_go()
            self.flow.close()
        elif name in _STORIES:
            self._let_go()
            self.is_text = True
        elif name == "mc:AlternateContent":
            self._alternatives.pop()

    def text(self, text: str) -> None:
        """A stretch of text: the line ends in it are the file's, not the document's."""
        if self._takes and not self._skipped:
            self.flow.add(text.translate(_FILE_LINES))

    def _is_left_out(self, name: str, about: Mapping[str, str]) -> bool:
        if name in ("w:del", "w:moveFrom"):
            if self._dress is not None:
                self._mark_deleted[-1] = True
            return True
        if name in ("mc:Choice", "mc:Fallback"):
            # The same thing said twice, for a new Word and an old one.
            return bool(self._alternatives) and self.flow.characters > self._alternatives[-1]
        if name in ("w:footnote", "w:endnote"):
            return about.get("w:id", "") not in self.wanted or about.get("w:type", "normal") != "normal"
        if name == "w:sdtContent":
            prompt, self._is_prompt = self._is_prompt, False
            return prompt
        return name.endswith("Change")  # what it was before a tracked change of formatting

    def _begin(self) -> None:
        self.flow.begin()
        self._mark_deleted.append(False)
        self._hidden = False
        self._let_go()

    def _wear(self, dress: Dress) -> None:
        if not self.flow.is_in("paragraph"):
            return
        place = self._styles.list_of(dress)
        self.flow.dress(self._styles.look(dress), self._numbering.marker(*place) if place else "")

    def _finish(self) -> None:
        # A deleted paragraph mark: this paragraph and the next are one.
        self._carried = self.flow.finish(joins_next=self._mark_deleted.pop())

    def _let_go(self) -> None:
        """Put the text of a paragraph that has no end where it goes on."""
        if self._carried:
            self.flow.add(self._carried)
            self._carried = ""

    def _run(self, about: Mapping[str, str]) -> None:
        del about
        self._hidden = False

    def _vanish(self, about: Mapping[str, str]) -> None:
        self._hidden = about.get("w:val", "1") not in _OFF

    def _control(self, about: Mapping[str, str]) -> None:
        del about
        self._is_prompt = False

    def _prompt(self, about: Mapping[str, str]) -> None:
        self._is_prompt = about.get("w:val", "1") not in _OFF

    def _alternative(self, about: Mapping[str, str]) -> None:
        del about
        self._alternatives.append(self.flow.characters)

    def _footnote(self, about: Mapping[str, str]) -> None:
        self.footnotes.append(about.get("w:id", ""))

    def _endnote(self, about: Mapping[str, str]) -> None:
        self.endnotes.append(about.get("w:id", ""))

    def _diagram(self, about: Mapping[str, str]) -> None:
        self.diagrams.append(about.get("r:dm", ""))

    def _elsewhere(self, about: Mapping[str, str]) -> None:
        del about
        raise ReadError("has text in another file inside it or beside it", _HINT)


_OTHERS: dict[str, Callable[[_Body, Mapping[str, str]], None]] = {
    "w:r": _Body._run,
    "w:vanish": _Body._vanish,
    "w:sdt": _Body._control,
    "w:showingPlcHdr": _Body._prompt,
    "mc:AlternateContent": _Body._alternative,
    "w:footnoteReference": _Body._footnote,
    "w:endnoteReference": _Body._endnote,
    "dgm:relIds": _Body._diagram,
    "w:altChunk": _Body._elsewhere,
    "w:subDoc": _Body._elsewhere,
}
