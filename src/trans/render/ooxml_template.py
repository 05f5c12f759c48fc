"""The template of a Word file: paper, looks of paragraphs, properties. Knows no text but the title; the rest is ``ooxml``'s."""

from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from trans.render.blocks import Look
from trans.render.direction import plain

AUTHOR = "trans"

# ISO 216 A4 in millimetres; Word counts table widths in twentieths of a point.
_PAGE_MM, _MARGIN_MM = (210, 297), 20
TEXT_WIDTH = round((_PAGE_MM[0] - 2 * _MARGIN_MM) / 25.4 * 1440)

# Fonts that Word has on Windows and macOS, the second with Arabic letters in naskh.
_LATIN_FONT, _ARABIC_FONT = "Calibri", "Times New Roman"

# What the core properties may hold of a text (python-docx refuses more).
_PROPERTY = 255


@dataclass(frozen=True, slots=True)
class _Style:
    """Sizes and spaces are in points. Naskh letters are drawn smaller than Latin ones of one size: hence two."""

    name: str
    latin: float
    arabic: float
    bold: bool = False
    italic: bool = False
    colour: str = "000000"
    fill: str = ""
    before: float = 0
    after: float = 4


STYLES: dict[Look, _Style] = {
    "text": _Style("Normal", 10.5, 13),
    "title": _Style("Heading 1", 20, 24, bold=True, colour="111827", before=6),
    "original title": _Style("Original Headline", 16, 20, bold=True, colour="111827", after=6),
    "heading": _Style("Heading 2", 13, 16, bold=True, colour="1F3A5F", before=14),
    "standfirst": _Style("Standfirst", 11, 14, italic=True, colour="333333"),
    "banner": _Style("Banner", 10.5, 13, bold=True, colour="6B2A00", fill="FFF1D0"),
    "small": _Style("Small Print", 9, 11, colour="595959"),
    "bullet": _Style("List Bullet", 10.5, 13),
}


def set_up(document: Document, title: str, subject: str) -> None:
    """Give python-docx's template our paper, looks and properties, and take away what it says about itself."""
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(side) for side in _PAGE_MM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:bidi"), "ar-SA")
    # Word's own number for 2013 and later: an older one opens in 'Compatibility Mode'.
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    # Ninety looks of tables, most of the file, that no table here has.
    for style in list(document.styles.element):
        if style.get(qn("w:type")) == "table" and style.get(qn("w:default")) is None:
            document.styles.element.remove(style)
    known = {item.name for item in document.styles}
    for look in STYLES.values():
        if look.name not in known:
            document.styles.add_style(look.name, WD_STYLE_TYPE.PARAGRAPH)
        _set_style(document.styles[look.name], look)
    properties = document.core_properties
    properties.title, properties.subject = plain(title)[:_PROPERTY], plain(subject)[:_PROPERTY]
    properties.author, properties.language, properties.comments = AUTHOR, "en", ""
    for part in document.part.package.iter_parts():
        if part.partname == "/docProps/core.xml":
            times = [child for child in part.element if child.tag in (qn("dcterms:created"), qn("dcterms:modified"))]
            for child in times:
                part.element.remove(child)
    # A picture of the empty template, and the program that made it.
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype in (RELATIONSHIP_TYPE.THUMBNAIL, RELATIONSHIP_TYPE.EXTENDED_PROPERTIES):
            del document.part.package.rels[key]


def _set_style(made: Any, style: _Style) -> None:
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(style.before), Pt(style.after)
    if style.fill:
        made.element.get_or_add_pPr().insert(0, element("w:shd", val="clear", color="auto", fill=style.fill))
    about = made.element.get_or_add_rPr()
    for child in list(about):
        about.remove(child)
    about.append(element("w:rFonts", ascii=_LATIN_FONT, hAnsi=_LATIN_FONT, cs=_ARABIC_FONT))
    for wanted, names in ((style.bold, ("w:b", "w:bCs")), (style.italic, ("w:i", "w:iCs"))):
        about.extend([element(name) for name in names if wanted])
    about.append(element("w:color", val=style.colour))
    # In half points.
    about.append(element("w:sz", val=str(round(style.latin * 2))))
    about.append(element("w:szCs", val=str(round(style.arabic * 2))))


def element(tag: str, *children: Any, **attributes: str) -> Any:
    """Return an XML element, all in Word's own namespace ``w``."""
    made = OxmlElement(tag, {qn(f"w:{name}"): value for name, value in attributes.items()})
    made.extend(children)
    return made
