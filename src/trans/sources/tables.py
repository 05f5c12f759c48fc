"""CSV and TSV: a file of many articles, a row each, under a header that names the columns.

Reads row by row, whatever the size of the file. The delimiter is the one of comma, semicolon, tab and bar that gives the header
the most names that are known. Which column holds what is the business of ``fields``, where cells begin and end that of ``rows``.
"""

import hashlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from trans.article import Article, Failure, Source
from trans.sources.fields import read_record, shown, usual_keys
from trans.sources.rawlines import line_text, open_lines
from trans.sources.reading import ReadError, Reading
from trans.sources.records import assemble
from trans.sources.rows import BrokenRow, Form, NumberedLines, Row, read_rows, split

_log = logging.getLogger("trans")

# Spreadsheets write a semicolon where the comma is the decimal mark, as it is in much of the Arab world.
_DELIMITERS = (",", ";", "\t", "|")
# What a file of one column is split at: no row may hold it.
_NO_DELIMITER = "\0"
_DECLARED = re.compile(r'"?sep=(.)"?')  # a first line that Excel understands
_HINT = "Give it a first row that names its columns."
_MAPPING_HINT = "Say which column holds what: --map title=COLUMN,body=COLUMN, or run.fields in models.yaml."


def read_table(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read a CSV or TSV file. Rows without any text are passed over.

    ``sha256`` and ``bytes`` of an article are those of its row's raw lines, with LF between them and no end.
    """
    try:
        raw = open_lines(stream, reading.max_bytes)
        columns, rows = _open(NumberedLines(raw.lines), raw.encoding or "utf-8", reading)
    except ReadError as error:
        yield Failure(name, error.reason, error.hint)
        return
    if ignored := _ignored(columns, reading.fields):
        _log.info("%s: columns that are not read: %s", name, shown(ignored))
    empty = True
    for row in rows:
        if isinstance(row, BrokenRow):
            yield Failure(f"{name}/line-{row.line}", row.reason, row.hint)
        elif not any(cell and not cell.isspace() for cell in row.cells):
            continue
        else:
            try:
                yield _read(row, columns, name, reading)
            except ReadError as error:
                yield Failure(f"{name}/line-{row.line}", error.reason, error.hint)
        empty = False
    if empty:
        yield Failure(name, "has no rows under its header", "Put articles into it, a row each, or remove it.")


def _open(lines: NumberedLines, encoding: str, reading: Reading) -> tuple[list[str], Iterator[Row | BrokenRow]]:
    """Return the columns, and the rows below them. Raises ``ReadError`` where no row can be read."""
    delimiter = ""
    for number, line in lines:
        if line is None:
            raise ReadError(f"has no header: its line {number} is over the limit", _HINT)
        text = line_text(line, encoding)[0]
        if declared := _DECLARED.fullmatch(text):
            delimiter = declared[1]
        elif text and not text.isspace():
            lines.give_back([(number, line)], reading.max_bytes)
            form = Form(delimiter or _delimiter(text, reading.fields), encoding, reading.max_bytes)
            columns = _columns(next(read_rows(lines, form)), reading.fields)
            return columns, read_rows(lines, replace(form, width=len(columns)))
    raise ReadError("is empty", "Put articles into it, a row each under a header, or remove it.")


def _delimiter(header: str, fields: Mapping[str, str]) -> str:
    def worth(delimiter: str) -> tuple[int, int]:
        names = _names(split(header, delimiter)[0])
        known = len(usual_keys(names, fields)) + len(set(names).intersection(fields.values()))
        return known, len(names)

    best = max(_DELIMITERS, key=worth)
    return best if worth(best)[1] > 1 else _NO_DELIMITER


def _names(cells: Sequence[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in cells]


def _columns(header: Row | BrokenRow, fields: Mapping[str, str]) -> list[str]:
    """Return the names of the columns. Raises ``ReadError`` where they don't say where the articles are."""
    if isinstance(header, BrokenRow):
        raise ReadError(f"has no header that can be read: line {header.line} {header.reason}", header.hint)
    columns = _names(header.cells)
    while columns and not columns[-1]:
        columns.pop()
    for field, column in fields.items():
        if column not in columns:
            raise ReadError(
                f"has no column '{column}', which '{field}' is mapped to; its columns are {shown(columns)}",
                f"Correct the mapping: --map {field}=COLUMN, or run.fields in models.yaml.",
            )
    usual = usual_keys(columns, fields)
    if "body" not in fields and "body" not in usual:
        raise ReadError(f"has no column for the articles' text; its columns are {shown(columns)}", _MAPPING_HINT)
    for column in (*fields.values(), *(name for names in usual.values() for name in names)):
        if columns.count(column) > 1:
            raise ReadError(f"has {columns.count(column)} columns {shown([column])}", "Give each a name of its own.")
    return columns


def _ignored(columns: Sequence[str], fields: Mapping[str, str]) -> list[str]:
    """Return the named columns that hold no field of an article."""
    used = {*fields.values(), *(name for names in usual_keys(columns, fields).values() for name in names)}
    return [column for column in columns if column and column not in used]


def _read(row: Row, columns: Sequence[str], name: str, reading: Reading) -> Article | Failure:
    place = f"line-{row.line}"
    record = read_record(dict(zip(columns, row.cells, strict=False)), reading.fields)
    digest = hashlib.sha256(row.data).hexdigest()
    source = Source(name, digest, row.encoding, len(row.data), record.id or place)
    made = assemble(record.parts, source)
    # Under the number of its line: by an id that stands in it, nobody finds a row that is broken.
    return replace(made, id=f"{name}/{place}") if isinstance(made, Failure) else made
