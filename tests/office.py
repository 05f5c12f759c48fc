"""Office files for the tests, made by hand: a body, and the parts beside it that a test cares for."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from trans.article import Article, Failure
from trans.sources.odt import read_odt
from trans.sources.reading import Reading
from trans.sources.rtf import read_rtf
from trans.sources.word import read_word

MAX_BYTES = 5_000_000

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006"
_NAMESPACES = (
    f'xmlns:w="{_W}" xmlns:r="{_DOCUMENT}/relationships" xmlns:m="{_DOCUMENT}/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("svg", "svg-compatible"),
        ("manifest", "manifest"),
    )
)


def zipped(parts: dict[str, bytes]) -> bytes:
    """An archive of ``parts``."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def w(text: str, style: str = "", properties: str = "") -> str:
    """A paragraph of Word."""
    dress = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{dress}{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, **parts: str) -> bytes:
    """A Word file. ``parts`` are the insides of styles, numbering, footnotes, endnotes, comments, header1, diagramData."""
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_DOCUMENT}/relationships/{name.rstrip("1")}" Target="{name}.xml"/>'
        for name in parts
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="a" '
        f'Type="{_DOCUMENT}/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
    }
    for name, text in parts.items():
        root = {"header1": "hdr", "diagramData": "data"}.get(name, name)
        files[f"word/{name}.xml"] = f"<w:{root} {_NAMESPACES}>{text}</w:{root}>"
    return zipped({name: text.encode() for name, text in files.items()})


def odt(body: str, automatic: str = "", styles: str = "", manifest: str = "") -> bytes:
    """An OpenDocument text."""
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": (
                f"<office:document-content {_ODF_NAMESPACES}><office:automatic-styles>{automatic}</office:automatic-styles>"
                f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
            ).encode(),
            "styles.xml": f"<office:document-styles {_ODF_NAMESPACES}>{styles}</office:document-styles>".encode(),
            "META-INF/manifest.xml": f"<manifest:manifest {_ODF_NAMESPACES}>{manifest}</manifest:manifest>".encode(),
        }
    )


def rtf(body: str, head: str = "\\ansi\\ansicpg1256\\deff0{\\fonttbl{\\f0\\fswiss Arial;}}") -> bytes:
    """An RTF document."""
    return f"{{\\rtf1{head} {body}}}".encode("latin-1")


def result(data: bytes, name: str, max_bytes: int = MAX_BYTES) -> Article | Failure:
    """What the reader of ``name``'s extension gives."""
    readers = {"docx": read_word, "odt": read_odt, "rtf": read_rtf}
    (one,) = readers[name.rpartition(".")[2]](BytesIO(data), name, Reading(max_bytes))
    return one


def article(data: bytes, name: str) -> Article:
    """The article in a file that holds one."""
    one = result(data, name)
    assert isinstance(one, Article), one
    return one


def failure(data: bytes, name: str, max_bytes: int = MAX_BYTES) -> Failure:
    """What is wrong with a file that holds none; the words that no failure may lack are checked."""
    one = result(data, name, max_bytes)
    assert isinstance(one, Failure), one
    assert one.id == name
    assert one.reason[0].islower()
    assert one.hint.endswith(".")
    return one
