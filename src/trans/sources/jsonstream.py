"""JSON files of any size, object by object: those of a list at the top, or of a list that is wrapped in an object.

Each object is parsed, given away and forgotten: memory holds one, of ``max_bytes`` at most. Knows JSON, not what it says.
"""

import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from trans.sources.reading import Broken

_CHUNK_BYTES = 65_536
# ``json.dumps`` ends at Python's recursion limit; ninjs has under 10 levels.
_MAX_DEPTH = 200

# Where objects stand: in a list, or under the names that wrappers have ('_items': Superdesk; 'hits': Elasticsearch).
_WRAPPERS = ("items", "_items", "results", "articles", "data", "docs", "hits.hits")
_PLACES = frozenset({"item", *(f"{name}.item" for name in _WRAPPERS)})

# Python refuses to read longer numbers, and at that the parser (ijson 3.6, yajl2_c) ends the process where one stands in two of
# its chunks. So it is never given one, be it in a text.
_MOST_DIGITS = 4300
_DIGITS = re.compile(b"[0-9]{%d}" % (_MOST_DIGITS + 1))

_MEND = "Mend the file, or export it again."
_SPLIT = "Split it, or raise run.max_file_mb in models.yaml."


@dataclass(frozen=True, slots=True)
class Found:
    """An object. ``number`` is its place in the list, from 1; None if it is the whole file.

    ``sha256`` and ``bytes`` are those of the file then, else of the object as written with sorted keys and without white space.
    """

    value: dict[str, Any]
    sha256: str
    bytes: int
    number: int | None


class _RefusedError(Exception):
    """Nothing more of the file is read."""


def objects(stream: BinaryIO, max_bytes: int) -> Iterator[Found | Broken]:
    """Give the objects of ``stream``. One over ``max_bytes`` is broken and passed over.

    A file that goes wrong gives what came before and then one ``Broken`` without a number; so does one with no object in it.
    """
    import ijson

    source = _Source(stream, max_bytes)
    reader = _Reader(source, max_bytes)
    reason, hint = "", _MEND
    try:
        for event, value in ijson.basic_parse(source, buf_size=_CHUNK_BYTES):
            source.heard = source.count
            if (done := reader.take(event, value)) is not None:
                yield done
    except ijson.JSONError as error:
        reason, hint = _explain(str(error))
    except _RefusedError as error:
        reason = str(error)
    except UnicodeError:
        reason = "has half a character in it (a lone surrogate)"
    except (ArithmeticError, ValueError):
        reason = "has a number that is no figure"
    if reason:
        after = f" from its object {reader.number:,} on" if reader.number else ""
        empty = Broken("is empty", "Put articles into it, or remove it.")
        yield Broken(reason + after, hint) if source.count else empty
    elif not reader.number:
        yield reader.whole()


def _explain(message: str) -> tuple[str, str]:
    """Say what is wrong, without the text that the parser cites, and what to do."""
    if "premature EOF" in message:
        return "is cut off", "Get the whole file."
    if "trailing garbage" in message:
        return "goes on after its JSON", "If it has an object a line, name it .jsonl."
    if "UTF8" in message:
        return "is not UTF-8, as JSON has to be", "Save it as UTF-8."
    return "is no JSON", _MEND


class _Source:
    """The stream as the parser reads it: counts and hashes its bytes, leaves out a byte-order mark, ends a text without end."""

    def __init__(self, stream: BinaryIO, max_bytes: int) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self.count = 0
        self._tail = b""
        self.heard = 0  # the count when the parser last gave something

    def read(self, size: int) -> bytes:
        if self.count - self.heard > self._max_bytes + 2 * _CHUNK_BYTES:
            raise _RefusedError(f"has a text of over {self._max_bytes / 1e6:,.1f} MB")
        chunk = self._stream.read(size)
        first = not self.count
        self._digest.update(chunk)
        self.count += len(chunk)
        searched = self._tail + chunk
        if _DIGITS.search(searched):
            raise _RefusedError("has a number of thousands of digits")
        self._tail = searched[-_MOST_DIGITS:]
        if first and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise _RefusedError("is UTF-16, where JSON has to be UTF-8")
        return chunk.removeprefix(codecs.BOM_UTF8) if first else chunk

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class _Reader:
    """Makes objects of what the parser gives. An object at the top is the one wanted, until a list of objects is seen in it."""

    def __init__(self, source: _Source, max_bytes: int) -> None:
        from ijson import ObjectBuilder

        self._new_builder = ObjectBuilder
        self._source = source
        self._max_bytes = max_bytes
        self._path: list[str] = []
        self._inside = False  # an object of a list
        self._depth = 0  # of the list it is in
        self._begun = 0
        self._builder = ObjectBuilder()  # None: what it would hold is passed over
        self.number = 0

    def take(self, event: str, value: object) -> Found | Broken | None:
        """Take one event; return the object that it ends, if any."""
        if event in ("end_map", "end_array"):
            self._path.pop()
        elif event == "map_key":
            self._path[-1] = str(value)
        elif not self._inside and ".".join(self._path[:4]) in _PLACES:
            self._inside, self._depth = True, len(self._path)
            self._begun = self._source.count
            self._builder = self._new_builder()
            self.number += 1
        # The count runs ahead of the parser by a chunk.
        if self._source.count - self._begun > self._max_bytes + _CHUNK_BYTES:
            self._builder = None
        if self._builder is not None:
            self._builder.event(event, value)
        if event in ("start_map", "start_array"):
            self._path.append("item" if event == "start_array" else "")
            if len(self._path) > _MAX_DEPTH:
                raise _RefusedError(f"has over {_MAX_DEPTH} lists and objects inside one another")
        elif event != "map_key" and self._inside and len(self._path) == self._depth:
            return self._finish()
        return None

    def whole(self) -> Found | Broken:
        """Return the object that is the whole file."""
        if self._builder is None:
            return self._too_large(None)
        value = self._builder.value
        if not isinstance(value, dict):
            return Broken("is JSON, but holds no object", "Put articles into it, or remove it.")
        return Found(value, self._source.hexdigest(), self._source.count, None)

    def _finish(self) -> Found | Broken:
        self._inside = False
        builder, self._builder = self._builder, None
        if builder is None:
            return self._too_large(self.number)
        if not isinstance(builder.value, dict):
            return Broken("is no object", "Make each article an object.", self.number)
        data = json.dumps(builder.value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode(
            "utf-8", "surrogatepass"
        )
        if len(data) > self._max_bytes:
            return self._too_large(self.number)
        return Found(builder.value, hashlib.sha256(data).hexdigest(), len(data), self.number)

    def _too_large(self, number: int | None) -> Broken:
        return Broken(f"is too large: over the limit of {self._max_bytes / 1e6:,.1f} MB", _SPLIT, number)
