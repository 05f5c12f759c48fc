"""What an XML parser tells, made into records: builds the tree of the record that it is in, and lets all else go.

Knows no format. Memory holds one record, of ``max_bytes`` at most as it stands in the file (its tree is some times larger: 25
times, for nothing but tags of one letter), the parser's chunk, and a few names; never the file.
"""

import codecs
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers.expat import ErrorString, errors

from trans.sources.reading import Broken, ReadError

CHUNK_BYTES = 65_536
"""The parser is given so much at a time."""

# Of a tree deeper than Python's recursion limit nothing could be made; news has under 30 levels, pages of tables under 100.
_MAX_DEPTH = 200
# The parser keeps each name it has seen for good. NewsML-G2 with NITF in it has under 400.
_MAX_NAMES = 10_000
# What stands outside the records (the language of a channel, its copyright): so many texts, each so long.
_MAX_OUTER = 200
_MAX_OUTER_CHARS = 2000

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_INVALID_TOKEN = errors.codes[errors.XML_ERROR_INVALID_TOKEN]
_CUT_OFF = frozenset(
    errors.codes[message]
    for message in (
        errors.XML_ERROR_NO_ELEMENTS,
        errors.XML_ERROR_UNCLOSED_TOKEN,
        errors.XML_ERROR_PARTIAL_CHAR,
        errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its tree, with namespaces, and where it stood.

    ``language`` is the nearest ``xml:lang`` at or above it; ``outer`` has the texts that stood before it outside all records, by
    the local names of parent and element ('channel/language'). ``sha256`` and ``bytes`` are of its raw bytes up to its end tag.
    """

    element: Element
    root: str
    number: int
    line: int
    language: str | None
    outer: Mapping[str, str]
    sha256: str
    bytes: int
    encoding: str


def local(tag: str) -> str:
    """Return the name of an element without its namespace."""
    return tag.rpartition("}")[2]


class Target:
    """What the parser tells: builds the tree of the record it is in, and lets all else go."""

    def __init__(self, kinds: Mapping[str, str], max_bytes: int) -> None:
        self._kinds = kinds
        self._max_bytes = max_bytes
        self.raw = bytearray()  # what was fed and is still wanted, from the offset ``_base`` of the file on
        self._base = 0
        self.root: str | None = None
        self.wanted = ""
        self.declared: str | None = None
        self._encoding = "utf-8"
        self.number = 0
        self._done: list[Record | Broken] = []
        self._tree: TreeBuilder | None = None  # None while a record is passed over, too
        self._depth_of_record = 0  # 0: outside all records
        self._start = 0
        self._line = 0
        self._languages: list[str | None] = [None]
        self._names: list[str] = []
        self._text = ""
        self._outer: dict[str, str] = {}
        self._heard = 0

    def attach(self, expat: Any) -> None:
        """Listen to the parser. Entities it doesn't know may then be declared elsewhere, and are looked up in its table."""
        self._expat = expat
        expat.UseForeignDTD(True)
        expat.XmlDeclHandler = self._declaration

    def take(self) -> Iterator[Record | Broken]:
        """Give what is finished."""
        while self._done:
            yield self._done.pop(0)

    def trim(self, fed: int) -> None:
        """Let go of the raw bytes that are done with. Raises ``ReadError`` for what the parser itself would have to keep."""
        start = self._start if self._tree is not None else fed
        del self.raw[: start - self._base]
        self._base = start
        if fed - self._heard > self._max_bytes + CHUNK_BYTES:
            limit = f"of over {self._max_bytes / 1e6:,.1f} MB"
            self._refuse(f"has a tag, a comment or a declaration {limit}", "Export it again without that.")
        if len(self._expat.intern) > _MAX_NAMES:
            self._refuse(f"has over {_MAX_NAMES:,} names of elements", "Export it as a feed or as NewsML-G2.")

    def explain(self, error: ParseError) -> Broken:
        """Say what is wrong with the XML."""
        line = error.position[0]
        place = self._expat.ErrorByteIndex - self._base
        foreign = 0 <= place < len(self.raw) and self.raw[place] >= 0x80
        if error.code == _INVALID_TOKEN and foreign and self._encoding in ("utf-8", "ascii"):
            says = "says that it is" if self.declared else "has to be, by saying nothing,"
            return Broken(
                f"{says} UTF-8, and is not: line {line} has other bytes",
                'Name its encoding in its first line (encoding="windows-1256"), or save it as UTF-8.',
            )
        if error.code in _CUT_OFF and self.root is None:
            return Broken("has no XML in it", "Put articles into it, or remove it.")
        if error.code in _CUT_OFF:
            return Broken(f"is cut off at line {line}", "Get the whole file.")
        return Broken(
            f"is no well-formed XML from line {line} on: {ErrorString(error.code)}", "Mend it, or export it again."
        )

    # What the parser calls.

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._heard = self._expat.CurrentByteIndex
        if self.root is None:
            self._open(tag)
        if len(self._names) == _MAX_DEPTH:
            self._refuse(f"has over {_MAX_DEPTH} elements inside one another", "Export it again without those.")
        self._names.append(local(tag))
        self._languages.append(attributes.get(_LANGUAGE) or self._languages[-1])
        if not self._depth_of_record and self._names[-1] == self.wanted:
            self._depth_of_record = len(self._names)
            self._start, self._line = self._heard, self._expat.CurrentLineNumber
            self._tree = TreeBuilder()
            self.number += 1
        self._text = ""
        if self._fits() and self._tree is not None:
            self._tree.start(tag, attributes)

    def data(self, text: str) -> None:
        self._heard = self._expat.CurrentByteIndex
        if self._fits() and self._tree is not None:
            self._tree.data(text)
        elif not self._depth_of_record and len(self._text) < _MAX_OUTER_CHARS:
            self._text += text[:_MAX_OUTER_CHARS]

    def end(self, tag: str) -> None:
        self._heard = self._expat.CurrentByteIndex
        if self._fits() and self._tree is not None:
            self._tree.end(tag)
        if len(self._names) == self._depth_of_record:
            self._close()
        elif not self._depth_of_record and self._text.strip() and len(self._outer) < _MAX_OUTER:
            self._outer.setdefault("/".join(self._names[-2:]), self._text.strip())
        self._text = ""
        self._names.pop()
        self._languages.pop()

    def close(self) -> None:
        pass

    # What follows from it.

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self.declared = encoding

    def _open(self, tag: str) -> None:
        self.root = tag
        # UTF-16 need not be declared: the parser knows it by its mark.
        wide = bytes(self.raw[:2]) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
        self._encoding = codecs.lookup(self.declared or ("utf-16" if wide else "utf-8")).name
        name = local(tag)
        if name not in self._kinds:
            self._refuse(
                f"is XML of a kind that is not read: its root is <{name[:40]}>", "Export it as RSS, Atom or NewsML-G2."
            )
        self.wanted = self._kinds[name]

    def _fits(self) -> bool:
        """Say whether the record, if this is one, is still within the limit; let it go as soon as it is not."""
        if self._tree is not None and self._heard - self._start > self._max_bytes:
            self._tree = None
            size = f"over the limit of {self._max_bytes / 1e6:,.1f} MB (line {self._line})"
            hint = "Split it, or raise run.max_file_mb in models.yaml."
            self._done.append(Broken(f"is too large: {size}", hint, self.number))
        return self._tree is not None

    def _close(self) -> None:
        tree, self._tree = self._tree, None
        language = self._languages[self._depth_of_record]
        self._depth_of_record = 0
        if tree is None:
            return
        raw = bytes(self.raw[self._start - self._base : self._heard - self._base])
        if not self._encoding.startswith("utf") and _is_utf8(raw):
            reason = f"is UTF-8, but its file says that it is {self._encoding} (line {self._line})"
            self._done.append(Broken(reason, "Correct the encoding in the first line of the file.", self.number))
            return
        digest = hashlib.sha256(raw).hexdigest()
        self._done.append(
            Record(
                tree.close(),
                self.root or "",
                self.number,
                self._line,
                language,
                self._outer,
                digest,
                len(raw),
                self._encoding,
            )
        )

    def _refuse(self, reason: str, hint: str) -> None:
        raise ReadError(reason, hint)


def _is_utf8(raw: bytes) -> bool:
    """Say whether the bytes are UTF-8 beyond ASCII. Arabic text in an 8-bit encoding never is."""
    try:
        return not raw.decode("utf-8").isascii()
    except UnicodeDecodeError:
        return False
