"""OpenDocument texts (.odt): all text that a reader of the document sees, in the order of its body.

Left out, for it is not the article's text: what tracked changes deleted, annotations, hidden text, page headers and footers, and
descriptions of pictures. Formulas and charts are files of their own inside, and are left out too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from trans.article import Article, Failure
from trans.sources.archives import open_archive
from trans.sources.flow import Flow
from trans.sources.numerals import BULLET, numeral
from trans.sources.odt_styles import Styles, count
from trans.sources.office import read_document
from trans.sources.reading import ReadError, Reading

_HINT = "Open it in LibreOffice, and save it again as .odt."

_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_PREFIXES = {
    f"{_OASIS}:office:1.0": "office",
    f"{_OASIS}:style:1.0": "style",
    f"{_OASIS}:text:1.0": "text",
    f"{_OASIS}:table:1.0": "table",
    f"{_OASIS}:drawing:1.0": "draw",
    f"{_OASIS}:svg-compatible:1.0": "svg",
}

_LEFT_OUT = frozenset(
    {
        "office:annotation",
        "office:forms",
        "office:scripts",
        "svg:desc",
        "svg:title",
        "text:note-citation",
        "text:ruby-text",
        "text:tracked-changes",
    }
)
# Of indexes: what their lines are made from.
_TEMPLATE_ENDING = "-source"
_FRAMES = {
    "draw:text-box": "box",
    "table:table-cell": "cell",
    "table:table-row": "row",
    "text:note-body": "notes",
}
_PARAGRAPHS = ("text:p", "text:h")
_STYLED = (*_PARAGRAPHS, "text:span")
_MAX_SPACES = 100
_FILE_LINES = str.maketrans("\t\r\n", "   ")


def read_odt(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read an OpenDocument text: one article."""
    yield from read_document(stream.read(), name, lambda data: _read(data, reading.max_bytes))


def _read(data: bytes, max_bytes: int) -> Flow:
    if not data:
        raise ReadError("is empty", "Put an article into it, or remove it.")
    archive = open_archive(data, max_bytes, _HINT)
    # Not parsed: old OpenOffice gives this file a document type, which is refused in the others.
    if archive.contains("META-INF/manifest.xml", b":encryption-data"):
        raise ReadError("is encrypted", "Open it in LibreOffice, remove its password, and save it again.")
    styles = Styles()
    if "styles.xml" in archive.names:
        archive.parse("styles.xml", _PREFIXES, styles)
    body = _Body(styles)
    archive.parse("content.xml", _PREFIXES, body)
    if not body.is_text:
        raise ReadError("is no OpenDocument text", _HINT)
    return body.flow


@dataclass(slots=True)
class _List:
    style: str
    count: int
    marked: bool = True  # the item that is open has its marker


class _Body:
    """Events of ``content.xml``."""

    def __init__(self, styles: Styles) -> None:
        self.flow = Flow()
        self.is_text = False
        self._styles = styles
        self._skipped = 0  # levels inside an element that is left out
        self._lists: list[_List] = []
        self._last: dict[str, int] = {}  # the last number of each list style

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins."""
        style = about.get("text:style-name", "")
        if self._skipped or self._is_left_out(name, style):
            self._skipped += 1
        elif name in _PARAGRAPHS:
            self._begin(name, style)
        elif name in _FRAMES:
            self.flow.open(_FRAMES[name])  # type: ignore[arg-type]
        elif name == "text:list":
            outer = self._lists[-1].style if self._lists else ""
            goes_on = about.get("text:continue-numbering") == "true" or "text:continue-list" in about
            self._lists.append(_List(style or outer, self._last.get(style, 0) if goes_on else 0))
        elif name == "text:list-item" and self._lists:
            self._item(about)
        elif name == "office:text":
            self.is_text = True
        elif not self.flow.is_in("paragraph"):
            self._styles.start(name, about)
        elif name == "text:s":
            self.flow.add(" " * min(count(about.get("text:c", "1")), _MAX_SPACES))
        elif name == "text:tab":
            self.flow.add("\t")
        elif name == "text:line-break":
            self.flow.add("\n")

    def end(self, name: str) -> None:
        """An element ends."""
        if self._skipped:
            self._skipped -= 1
        elif name in _PARAGRAPHS:
            self.flow.finish()
        elif name in _FRAMES:
            self.flow.close()
        elif name == "text:list" and self._lists:
            ended = self._lists.pop()
            self._last[ended.style] = ended.count

    def text(self, text: str) -> None:
        """A stretch of text: of white space in it, the document has one space (ODF 6.1.2)."""
        if not self._skipped and self.flow.is_in("paragraph"):
            self.flow.add(text.translate(_FILE_LINES))

    def _is_left_out(self, name: str, style: str) -> bool:
        template = name.startswith("text:") and name.endswith(_TEMPLATE_ENDING)
        return template or name in _LEFT_OUT or (name in _STYLED and self._styles.hides(style))

    def _begin(self, name: str, style: str) -> None:
        look = self._styles.look(style) or ("heading" if name == "text:h" else "text")
        marker = ""
        if self._lists:
            look = "list" if look == "text" else look
            marker = self._marker()
        self.flow.begin(look, marker)

    def _item(self, about: Mapping[str, str]) -> None:
        inner = self._lists[-1]
        level = self._styles.level(inner.style, len(self._lists))
        first = level.start if inner.count == 0 else inner.count + 1
        inner.count = count(about["text:start-value"]) if "text:start-value" in about else first
        inner.marked = False

    def _marker(self) -> str:
        inner = self._lists[-1]
        if inner.marked:
            return ""
        inner.marked = True
        level = self._styles.level(inner.style, len(self._lists))
        if not level.form:
            return BULLET
        return f"{level.prefix}{numeral(inner.count, level.form)}{level.suffix}".strip() + " "
