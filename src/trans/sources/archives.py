"""Documents that are ZIP archives of XML (.docx, .odt): opened within limits, their XML passed on as events.

Knows no document format. Nothing of an archive is believed: sizes are checked before anything is unpacked and again while it is,
no document type and so no entity is accepted, and no tree is built, so that memory doesn't grow with the XML.
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from trans.sources.reading import ReadError

# XML of Word and LibreOffice is 5 to 40 times the size of its archive, pictures aside; the text in it is a small part of that.
_MAX_TIMES = 10  # the XML of a document, against what an article may have
# A part of a document compresses 5 to 30 times, DEFLATE at most 1,032 times. Small parts are harmless at any ratio.
_MAX_RATIO = 200
_SMALL_BYTES = 1_000_000
# A long document with many pictures has a few hundred entries.
_MAX_ENTRIES = 5_000
_CHUNK_BYTES = 65_536

_DIRECTORY_ENTRY = b"PK\x01\x02"  # opens each entry of the directory (APPNOTE.TXT 4.3.12)
_ENCRYPTED = 0x1  # of the entry's flags (APPNOTE.TXT 4.4.4)
_XML_ENDINGS = (".xml", ".rels")


class Events(Protocol):
    """Gets the parts of an XML file in order. Names are 'prefix:name', by the caller's own prefixes."""

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins; ``about`` are its attributes."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """A stretch of text; one text may come in several."""


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive within the limits. ``hint`` says how to mend a file of its format."""

    file: ZipFile
    names: frozenset[str]
    hint: str

    def parse(self, name: str, prefixes: Mapping[str, str], events: Events) -> None:
        """Pass the XML file ``name`` to ``events``; ``prefixes`` maps namespaces to the prefixes that names come with.

        Raises ``ReadError`` where it isn't there, is broken, or has a document type.
        """
        from lxml.etree import XMLParser, XMLSyntaxError

        # huge_tree=False keeps libxml2's own limits: 2,048 levels, 10 MB a text.
        parser = XMLParser(
            target=_Target(prefixes, events, self.hint),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
        )
        try:
            for chunk in self._chunks(name):
                parser.feed(chunk)
            parser.close()
        except XMLSyntaxError as error:
            raise ReadError(f"is damaged: '{name}' is no XML (line {error.lineno})", self.hint) from error

    def contains(self, name: str, mark: bytes) -> bool:
        """Say whether the file ``name`` is there and has ``mark`` in it; it isn't parsed."""
        last = b""
        for chunk in self._chunks(name) if name in self.names else ():
            if mark in last + chunk:
                return True
            last = chunk[-len(mark) :]
        return False

    def _chunks(self, name: str) -> Iterator[bytes]:
        """Yield what ``name`` unpacks to. An entry may hold more than it declares: that is never unpacked."""
        try:
            with self.file.open(name) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    yield chunk
        except KeyError as error:
            raise ReadError(f"has no '{name}' in it", self.hint) from error
        except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error) as error:
            raise ReadError(f"is damaged: '{name}' can't be unpacked", self.hint) from error


def open_archive(data: bytes, max_bytes: int, hint: str) -> Archive:
    """Return the archive in ``data``. ``max_bytes`` is what an article may have; its XML may have ten times that.

    Raises ``ReadError`` for what is no archive, or truncated, or encrypted, and for one that unpacks to too much.
    """
    if data.count(_DIRECTORY_ENTRY) > _MAX_ENTRIES:
        raise ReadError(f"is an archive of more than {_MAX_ENTRIES:,} files, no document", "Remove it from the inputs.")
    try:
        file = ZipFile(BytesIO(data))
    except (BadZipFile, NotImplementedError, ValueError) as error:
        raise ReadError("is damaged or cut short: the archive inside has no directory", hint) from error
    entries = [entry for entry in file.infolist() if entry.filename.endswith(_XML_ENDINGS)]
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise ReadError("is compressed as no office program does it", hint)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise ReadError("is encrypted", "Remove its password, and save it again.")
    total = sum(entry.file_size for entry in entries)
    if total > max_bytes * _MAX_TIMES or any(map(_is_bomb, entries)):
        raise ReadError(
            f"unpacks to {total / 1e6:,.0f} MB of XML from {len(data) / 1e6:,.1f} MB: that is no article",
            "Remove it from the inputs; if it is one, raise run.max_file_mb in models.yaml, or save its text alone.",
        )
    return Archive(file, frozenset(file.namelist()), hint)


def _is_bomb(entry: ZipInfo) -> bool:
    return entry.file_size > max(_SMALL_BYTES, entry.compress_size * _MAX_RATIO)


class _Target:
    """What lxml calls. Raises for a document type before anything that it declares could be used."""

    def __init__(self, prefixes: Mapping[str, str], events: Events, hint: str) -> None:
        self._prefixes = prefixes
        self._events = events
        self._hint = hint
        self._names: dict[str, str] = {}

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._events.start(self._name(tag), {self._name(key): value for key, value in attributes.items()})

    def end(self, tag: str) -> None:
        self._events.end(self._name(tag))

    def data(self, text: str) -> None:
        self._events.text(text)

    def doctype(self, *_: Any) -> None:
        raise ReadError("holds XML with a document type, which is refused for safety", self._hint)

    def close(self) -> None:
        """Called at the end, and after a syntax error."""

    def _name(self, tag: str) -> str:
        name = self._names.get(tag)
        if name is None:
            namespace, _, local = tag.rpartition("}")
            prefix = self._prefixes.get(namespace[1:], "?" if namespace else "")
            name = self._names[tag] = f"{prefix}:{local}" if prefix else local
        return name
