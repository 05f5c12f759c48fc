"""The bytes of a web page to text. Pure; knows no tags.

A page says in which encoding it is, and it often lies: servers and editors change it without touching the tag. So the bytes
decide: a byte-order mark, then valid UTF-8 (no Arabic text in an 8-bit encoding is valid UTF-8 by chance), then what
``decoding.decode`` sees in the words beyond ASCII. The declaration serves where those are too few, and is checked.
"""

import codecs
import re
from dataclasses import dataclass

from trans.sources.decoding import DecodingError, decode

# The HTML standard looks at the first 1,024 bytes; real pages have scripts before their tag.
_DECLARATION_BYTES = 16_384
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([a-z0-9][\w.:-]{1,30})""", re.IGNORECASE)
# Names that Python lacks, and Latin-1, which on the web means windows-1252 (WHATWG Encoding standard, 4.2).
_NAMES = {
    "x-windows-1256": "cp1256",
    "win-1256": "cp1256",
    "iso-8859-6-i": "iso8859_6",
    "iso-8859-6-e": "iso8859_6",
    "asmo-708": "iso8859_6",
    "dos-720": "cp720",
    "x-mac-arabic": "mac_arabic",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
}
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
# decode() was measured on whole articles; a page of 5 MB has no more to say about its encoding than this.
_SAMPLE_BYTES = 65_536
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)

_ARABIC = re.compile("[\u0600-\u06ff]")
_ASCII_LETTER = re.compile("[A-Za-z]")
_HIGH_LETTER = re.compile("[^\\W\\d_\x00-\x7f]")
_CONTROL = re.compile("[\x80-\x84\x86-\x9f]")
# Of the letters beyond ASCII, in a page that is declared to be in an Arabic encoding.
_MIN_ARABIC_SHARE = 0.8
# Of all letters: French has 4%, Turkish 12%, Vietnamese 25% with marks; Arabic read as windows-1252 has nearly all.
_MAX_HIGH_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page. ``damaged``: bytes that belong to no character stand in it as U+FFFD."""

    text: str
    encoding: str
    damaged: bool = False


def decode_page(data: bytes, declared: str | None = None) -> Decoded:
    """Return the text of a page; ``declared`` is the encoding that its envelope names, if it has one.

    A few broken bytes in UTF-8 do not spoil a page, whose article may be whole. Raises ``DecodingError`` for bytes that are no
    text, or in no encoding that can be told.
    """
    if data.startswith(_WIDE_MARKS) or b"\x00" in data[:_DECLARATION_BYTES]:
        return Decoded(*decode(data))
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    high = sum(map(len, _HIGH_RUN.findall(data)))
    if text.count("\ufffd") < high / 2:
        return Decoded(text, "utf-8", damaged=True)
    sample = b" ".join(_HIGH_RUN.findall(data))[:_SAMPLE_BYTES]
    try:
        _, encoding = decode(sample)
        return Decoded(data.decode(encoding), encoding)
    except (DecodingError, UnicodeDecodeError):
        return _as_declared(data, declared or _declaration(data))


def _declaration(data: bytes) -> str | None:
    """Return the encoding that the page names: in a meta tag, in the content of one, or in its XML declaration."""
    match = _DECLARED.search(data[:_DECLARATION_BYTES])
    return match[1].decode("ascii") if match else None


def _as_declared(data: bytes, declared: str | None) -> Decoded:
    name = (declared or "").lower()
    try:
        encoding = codecs.lookup(_NAMES.get(name, name)).name
        text = data.decode(encoding)
    except (LookupError, ValueError):
        text = ""
    # Else decode() says what is wrong: it may be a PDF, or a program.
    return Decoded(text, encoding) if _is_plausible(text) else Decoded(*decode(data))


def _is_plausible(text: str) -> bool:
    high = len(_HIGH_LETTER.findall(text))
    if not text or _CONTROL.search(text):
        return False
    if len(_ARABIC.findall(text)) >= _MIN_ARABIC_SHARE * high:
        return True
    return high <= _MAX_HIGH_SHARE * (high + len(_ASCII_LETTER.findall(text)))
