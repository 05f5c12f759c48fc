"""Rows of a delimited text (CSV, TSV) of any size, cell by cell, in bounded memory. Knows no header and no article.

RFC 4180, and what is written beside it: a cell in quotes may hold delimiters, line ends and doubled quotes; a quote inside a cell
that doesn't begin with one is itself; so are quotes that open a cell and close inside it. A quote that opens a cell and isn't
closed as it should be on a later line spoils its row alone: reading goes on with the line after the row's first.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from trans.sources.decoding import DecodingError
from trans.sources.rawlines import line_text, too_large

# No article has more lines. It also bounds what lines of a few bytes take in memory.
_MAX_ROW_LINES = 20_000

_QUOTE_HINT = "Close the quote, and double quotes that stand inside a cell."
_SPACES = re.compile(" *")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that begins in line ``line``. ``data`` are its raw lines, with LF between them and none at its end."""

    line: int
    cells: list[str]
    data: bytes
    encoding: str


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that can't be read, as a ``Failure`` would say it."""

    line: int
    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Form:
    """How rows are written. ``width`` is how many cells each has; None for any number. ``max_bytes`` bounds a row."""

    delimiter: str
    encoding: str
    max_bytes: int
    width: int | None = None


class NumberedLines:
    """Lines under their numbers, counted from 1. Some may be given back, to be read once more."""

    def __init__(self, lines: Iterator[bytes | None]) -> None:
        self._lines = enumerate(lines, 1)
        self._again: deque[tuple[int, bytes | None]] = deque()
        self._spent = 0

    def __iter__(self) -> Iterator[tuple[int, bytes | None]]:
        return self

    def __next__(self) -> tuple[int, bytes | None]:
        if self._again:
            return self._again.popleft()
        number, line = next(self._lines)
        self._spent -= len(line or b"") + 1
        return number, line

    def give_back(self, lines: Sequence[tuple[int, bytes | None]], max_bytes: int) -> bool:
        """Put ``lines`` before the next one, unless bytes are then read more than twice on the average: a file could be made
        that is read a thousand times. ``max_bytes`` may be read more often. Say whether they are.
        """
        size = sum(len(line or b"") + 1 for _, line in lines)
        if self._spent + size > max_bytes:
            return False
        self._spent += size
        self._again.extendleft(reversed(lines))
        return True


def read_rows(lines: NumberedLines, form: Form) -> Iterator[Row | BrokenRow]:
    """Give the rows of ``lines``. Empty lines between them are passed over."""
    for number, line in lines:
        if line is None:
            yield BrokenRow(number, *too_large(form.max_bytes))
        elif line:
            yield _row(number, line, lines, form)


def split(line: str, delimiter: str, opened: list[str] | None = None) -> tuple[list[str], list[str] | None]:
    """Return the cells that end in ``line``, and the lines so far of one that stays open: ``opened``, which is added to, where
    one was open before.

    Raises ``ValueError`` if that one, from before, is followed by anything else than a delimiter where it closes.
    """
    cells: list[str] = []
    at = 0
    while True:
        begin = at if opened else _after_spaces(line, at)
        if opened or line.startswith('"', begin):
            begin += not opened
            close = _closing(line, begin)
            if close < 0:
                opened = opened or []
                opened.append(line[begin:].replace('""', '"'))
                return cells, opened
            after = _after_spaces(line, close + 1)
            if after == len(line) or line[after] == delimiter:
                cells.append("\n".join([*(opened or ()), line[begin:close].replace('""', '"')]))
                opened = None
                if after == len(line):
                    return cells, None
                at = after + 1
                continue
            if opened:
                raise ValueError
        stop = line.find(delimiter, at)
        if stop < 0:
            return [*cells, line[at:]], None
        cells.append(line[at:stop])
        at = stop + 1


def _closing(line: str, begin: int) -> int:
    """Return where the first quote from ``begin`` on stands that isn't doubled; -1 for nowhere."""
    at = line.find('"', begin)
    while at >= 0 and line.startswith('"', at + 1):
        at = line.find('"', at + 2)
    return at


def _after_spaces(line: str, at: int) -> int:
    spaces = _SPACES.match(line, at)
    return spaces.end() if spaces else at


def _row(start: int, first: bytes, lines: NumberedLines, form: Form) -> Row | BrokenRow:
    taken: list[tuple[int, bytes]] = []
    upcoming: list[tuple[int, bytes | None]] = [(start, first)]
    cells: list[str] = []
    opened: list[str] | None = None
    encodings = set()
    broken: BrokenRow | None = None
    room = form.max_bytes + 1
    while upcoming and len(taken) < _MAX_ROW_LINES:
        number, line = upcoming[0]
        room -= len(line or b"") + 1
        if line is None or room < 0:
            break
        upcoming.clear()
        taken.append((number, line))
        try:
            text, its_encoding = line_text(line, form.encoding)
            encodings.add(its_encoding)
        except DecodingError as error:
            broken = broken or BrokenRow(start, f"{error.reason} (line {number})", error.hint)
            text = line.decode(form.encoding, "replace")
        try:
            found, opened = split(text, form.delimiter, opened)
        except ValueError:
            break
        cells += found
        if opened is None:
            miscounted = _miscounted(start, cells, form.width)
            if broken or not miscounted:
                data = b"\n".join(line for _, line in taken)
                return broken or Row(start, cells, data, form.encoding if form.encoding in encodings else "utf-8")
            broken = miscounted
            break
        upcoming = list(islice(lines, 1))
    broken = broken or BrokenRow(start, "opens a quote that is not closed", _QUOTE_HINT)
    # A quote too much takes in the rows after its own: they are read again, as what they are.
    rest = [*taken[1:], *upcoming]
    if not lines.give_back(rest, form.max_bytes):
        broken = replace(broken, reason=f"{broken.reason}, and the lines to {rest[-1][0]:,} are passed over with it")
    return broken


def _miscounted(line: int, cells: list[str], width: int | None) -> BrokenRow | None:
    """Return what is wrong with the number of cells. Empty ones at the end are none too many: spreadsheets write them."""
    if width is None or (len(cells) >= width and not any(cell.strip() for cell in cells[width:])):
        return None
    count = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
    hint = "Put cells that hold the delimiter or line ends into quotes, and leave none out."
    return BrokenRow(line, f"has {count} where the header has {width}", hint)
