"""JSON Lines: a file of many articles, a JSON object a line.

Reads line by line, whatever the size of the file. Knows JSON; which key holds what is the business of ``fields``. A line that
can't be read fails alone, under its number.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from trans.article import Article, Failure, Source
from trans.sources.decoding import DecodingError, decode
from trans.sources.fields import read_record, shown
from trans.sources.rawlines import line_text, open_lines, too_large
from trans.sources.reading import ReadError, Reading
from trans.sources.records import assemble

_HINT = "Write each record as one JSON object on a line of its own, in UTF-8."
_KINDS = {dict: "an object", list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}


def read_jsonl(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a file of JSON Lines. Blank lines are passed over.

    ``sha256`` and ``bytes`` of an article are those of its line, without its end.
    """
    try:
        raw = open_lines(stream, reading.max_bytes)
    except DecodingError as error:
        yield Failure(name, error.reason, error.hint)
        return
    empty = True
    for number, line in enumerate(raw.lines, 1):
        place = f"{name}/line-{number}"
        if line is None:
            yield Failure(place, *too_large(reading.max_bytes))
        else:
            try:
                text, encoding = _text(line, raw.encoding)
                if not text or text.isspace():
                    continue
                yield _read(text, Source(name, _digest(line), encoding, len(line), f"line-{number}"), reading)
            except ReadError as error:
                yield Failure(place, error.reason, error.hint)
        empty = False
    if empty:
        yield Failure(name, "holds no record", "Put records into it, a JSON object a line, or remove it.")


def _text(line: bytes, encoding: str | None) -> tuple[str, str]:
    try:
        return line_text(line, encoding)
    except DecodingError:
        # Dumps of several systems come joined. Looking for an encoding is slow, and no use in what is no JSON anyway.
        if encoding not in (None, "utf-8") or not line.lstrip().startswith(b"{"):
            raise
        return decode(line)


def _read(text: str, source: Source, reading: Reading) -> Article | Failure:
    try:
        record = read_record(_object(text), reading.fields)
    except RecursionError:
        raise ReadError("is no record: its lists or objects stand hundreds deep in one another", _HINT) from None
    made = assemble(record.parts, replace(source, record=record.id or source.record))
    # Under the number of its line: by an id that stands in it, nobody finds a record that is broken.
    return replace(made, id=f"{source.uri}/{source.record}") if isinstance(made, Failure) else made


def _object(text: str) -> dict[str, object]:
    """Return the JSON object in ``text``. Raises ``ReadError``; ``RecursionError`` for a nesting bomb."""
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")
        reason = f"is no JSON: {what[:1].lower()}{what[1:]} at character {error.colno}"
        raise ReadError(reason, _HINT) from None
    except ReadError:
        raise
    except ValueError:  # Python refuses to read a number of more than 4,300 digits: that takes very long
        raise ReadError("is no record: it has a number of thousands of digits", _HINT) from None
    if not isinstance(value, dict):
        raise ReadError(f"is {_KINDS.get(type(value), 'null')}, not an object", _HINT)
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return the object. Raises ``ReadError`` for a key that it has twice: of two texts, JSON keeps the last."""
    made = dict(pairs)
    if len(made) < len(pairs):
        for key, _ in pairs:
            if key not in made:
                raise ReadError(f"has the key {shown([key])} twice in one object", "Give each a name of its own.")
            del made[key]
    return made


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


# Not strict: a tab or a line end inside a text, which JSON wants escaped, is no reason to lose an article.
_DECODER = json.JSONDecoder(strict=False, object_pairs_hook=_once)
