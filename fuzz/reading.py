"""Targets: the readers of every file format, encodings, times and fields. What they read is given as bytes; no file is opened."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from zipfile import ZIP_STORED, ZipFile

from fuzz.promises import characters, read_right, writable
from trans.article import Article, Source
from trans.sources.decoding import DecodingError, decode
from trans.sources.fields import read_record
from trans.sources.jsonl import read_jsonl
from trans.sources.mhtml import read_mhtml
from trans.sources.ninjs import read_ninjs
from trans.sources.odt import read_odt
from trans.sources.page_bytes import decode_page
from trans.sources.plain import read_markdown, read_text
from trans.sources.reading import FIELDS, Reader, ReadError, Reading
from trans.sources.records import assemble, of_many
from trans.sources.rtf import read_rtf
from trans.sources.tables import read_table
from trans.sources.times import iso_time
from trans.sources.web import read_page
from trans.sources.word import read_word
from trans.sources.xml import read_xml

Function = Callable[[bytes], None]

# Small, so that what happens at the limit is seen too.
_READING = Reading(max_bytes=20_000)

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD_PARTS = ("styles", "numbering", "footnotes", "endnotes")
_OF_ENCODINGS = 16_384  # bytes: decoding tries several encodings, on a page of any size


def of_one(read: Reader, name: str) -> Function:
    """Return the target of a format whose files hold one article."""

    def target(data: bytes) -> None:
        read_right(read(io.BytesIO(data), name, _READING), name)

    return target


def of_several(read: Reader, name: str) -> Function:
    """Return the target of a format whose files hold many articles: no two have one id."""

    def target(data: bytes) -> None:
        found = read_right(of_many(read(io.BytesIO(data), name, _READING), name), name)
        ids = [one.id.casefold() for one in found if isinstance(one, Article)]
        assert len(ids) == len(set(ids))

    return target


def plain_text(data: bytes) -> None:
    """No character of a text file is lost or moved."""
    (one,) = read_right(read_text(io.BytesIO(data), "a.txt", _READING), "a.txt")
    if isinstance(one, Article):
        text, _ = decode(data)
        body = (part for paragraph in one.paragraphs for part in (paragraph.marker, paragraph.text))
        assert characters([one.headline, *one.decks, *body]) == characters([text])


def encodings(data: bytes) -> None:
    """What is decoded gives its bytes back: no character stands for another."""
    data = data[:_OF_ENCODINGS]
    try:
        text, encoding = decode(data)
        writable(text)
        assert text.encode(encoding) in data
    except DecodingError:
        pass
    try:
        page = decode_page(data)
        writable(page.text)
        assert page.damaged or page.text.encode(page.encoding) in data
    except DecodingError:
        pass


def word(data: bytes) -> None:
    """The parts of a Word file, with NUL between them: body, styles, numbering, footnotes, endnotes."""
    body, *others = data.split(b"\0", len(_WORD_PARTS))
    parts = dict(zip(_WORD_PARTS, others, strict=False))
    relations = "".join(f'<Relationship Id="{name}" Type="{_RELATIONS}/{name}" Target="{name}.xml"/>' for name in parts)
    main = f'<Relationship Id="a" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    packed = _zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{main}</Relationships>'.encode(),
            "word/document.xml": body,
            "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'.encode(),
            **{f"word/{name}.xml": part for name, part in parts.items()},
        }
    )
    read_right(read_word(io.BytesIO(packed), "a.docx", _READING), "a.docx")


def open_document(data: bytes) -> None:
    """The parts of an OpenDocument text, with NUL between them: content, styles."""
    content, *styles = data.split(b"\0", 1)
    packed = _zipped({"content.xml": content, **({"styles.xml": styles[0]} if styles else {})})
    read_right(read_odt(io.BytesIO(packed), "a.odt", _READING), "a.odt")


def archives(data: bytes) -> None:
    """The archive itself, as it comes."""
    read_right(read_word(io.BytesIO(data), "a.docx", _READING), "a.docx")
    read_right(read_odt(io.BytesIO(data), "a.odt", _READING), "a.odt")


def times(data: bytes) -> None:
    """A time that is read is one in ISO 8601, and reads as itself."""
    for line in data.decode("utf-8", "replace").splitlines():
        time = iso_time(line)
        if time is not None:
            datetime.fromisoformat(time)
            assert iso_time(time) == time


def fields(data: bytes) -> None:
    """A mapping of fields and a record, as JSON has them: ``{"map": {"title": "a.b"}, "record": {..}}``."""
    try:
        given = json.loads(data)
        mapping, record = given["map"], given["record"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    if not isinstance(mapping, dict) or not isinstance(record, dict):
        return
    chosen = {name: key for name, key in mapping.items() if name in FIELDS and isinstance(key, str) and key}
    try:
        found = read_record(record, chosen)
    except (ReadError, RecursionError):  # told by the caller: a nesting bomb
        return
    writable(found.id or "")
    read_right(
        [assemble(found.parts, Source("a.jsonl", "0" * 64, "utf-8", len(data), found.id or "line-1"))], "a.jsonl"
    )


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


READERS: dict[str, Function] = {
    "txt": plain_text,
    "md": of_one(read_markdown, "a.md"),
    "html": of_one(read_page, "a.html"),
    "mhtml": of_one(read_mhtml, "a.mhtml"),
    "docx": word,
    "odt": open_document,
    "zip": archives,
    "rtf": of_one(read_rtf, "a.rtf"),
    "csv": of_several(read_table, "a.csv"),
    "jsonl": of_several(read_jsonl, "a.jsonl"),
    "ninjs": of_several(read_ninjs, "a.json"),
    "xml": of_several(read_xml, "a.xml"),
    "encodings": encodings,
    "times": times,
    "fields": fields,
}
