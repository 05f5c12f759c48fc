"""Lines of a file of any size as raw bytes, in bounded memory, and the encoding they are in. Knows no format.

The encoding is found in the first 64 KiB. A line is decoded by itself, so that one damaged line harms no other.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from trans.sources.decoding import DecodingError, decode

_CHUNK_BYTES = 1 << 16
# A file that goes on may have a character cut at the end of the first chunk: of 4 bytes at most in any Unicode encoding.
_MAX_CUT_BYTES = 3

# The longest first: the mark of UTF-32-LE begins with that of UTF-16-LE.
_MARKS = {
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-8": codecs.BOM_UTF8,
}
_WIDE = frozenset(_MARKS) - {"utf-8"}


@dataclass(frozen=True, slots=True)
class RawLines:
    """``lines`` gives each line without its end (LF, CR LF, or CR alone) and without the file's byte-order
    mark; None for one over the limit.

    ``encoding`` is that of the file; None where its first lines are in several.
    """

    encoding: str | None
    lines: Iterator[bytes | None]


def open_lines(stream: BinaryIO, max_bytes: int) -> RawLines:
    """Return the lines of ``stream``. Raises ``DecodingError`` where nothing at its beginning is text."""
    head = stream.read(_CHUNK_BYTES)
    encoding = _encoding(head, whole=len(head) < _CHUNK_BYTES)
    head = head.removeprefix(_MARKS.get(encoding or "", b""))
    feed, carriage = ("\n".encode(encoding or "ascii"), "\r".encode(encoding or "ascii"))
    # Old Macintosh exports end lines with a carriage return alone.
    end = carriage if _find(head, feed, 0) < 0 <= _find(head, carriage, 0) else feed
    chunks = chain([head], iter(lambda: stream.read(_CHUNK_BYTES), b""))
    lines = _split(chunks, end, max_bytes)
    return RawLines(encoding, (line and line.removesuffix(carriage) for line in lines))


def line_text(line: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the text of a line from a file in ``encoding``, and the line's own: UTF-8 shows, also in a file of another.

    Raises ``DecodingError``.
    """
    for one in (encoding,) if encoding in _WIDE else ("utf-8", encoding):
        try:
            return line.decode(one or "utf-8"), one or "utf-8"
        except UnicodeDecodeError as error:
            broken = error
    name = (encoding or "utf-8").upper()
    raise DecodingError(f"is broken {name}: byte {broken.start + 1} of the line belongs to no character") from broken


def too_large(max_bytes: int) -> tuple[str, str]:
    """Return what is wrong with a record over the limit, and what to do."""
    return f"is over the limit of {max_bytes / 1e6:,.1f} MB", "Split it, or raise run.max_file_mb in models.yaml."


def _encoding(head: bytes, *, whole: bool) -> str | None:
    marked = next((name for name, mark in _MARKS.items() if head.startswith(mark)), None)
    if marked:
        return marked
    for cut in range(1 if whole else _MAX_CUT_BYTES + 1):
        try:
            return decode(head[: len(head) - cut])[1]
        except DecodingError as error:
            broken = error
    # Damaged lines, or lines in several encodings: what most are in. ASCII says nothing, unless all are.
    lines = [line for line in head.split(b"\n") if not line.isascii()]
    good = sum(_is_utf8(line) for line in lines)
    if good * 2 > len(lines) or not lines:
        return "utf-8"
    if good == 0 and not any(_is_text(line) for line in lines):
        raise broken
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_text(line: bytes) -> bool:
    try:
        decode(line)
    except DecodingError:
        return False
    return True


def _split(chunks: Iterator[bytes], end: bytes, max_bytes: int) -> Iterator[bytes | None]:
    held = bytearray()
    searched = 0  # so much of what is held has no end of line
    too_long = False
    for chunk in chunks:
        held += chunk
        start = 0
        while (stop := _find(held, end, max(start, searched))) >= 0:
            yield None if too_long or stop - start > max_bytes else bytes(held[start:stop])
            start = stop + len(end)
            too_long = False
        del held[:start]
        searched = len(held) - len(held) % len(end)
        if searched > max_bytes:
            too_long = True
            del held[:searched]
            searched = 0
    if too_long or len(held) > max_bytes:
        yield None
    elif held:
        yield bytes(held)


def _find(data: bytes | bytearray, end: bytes, start: int) -> int:
    """Return where ``end`` stands in ``data`` from ``start`` on, at a whole number of its own lengths; -1 for nowhere."""
    found = data.find(end, start)
    while found % len(end) and found >= 0:
        found = data.find(end, found + 1)
    return found
