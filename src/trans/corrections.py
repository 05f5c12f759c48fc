"""Corrections made elsewhere: a ``review.jsonl``, or a table with the columns article, arabic, english, by, at.

Reads files and says all that is wrong in them, line by line. Knows no brief: whether the Arabic is in an article shows when its
brief is made. What is taken in twice is the same event twice, by its id, which the log keeps once.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from trans.errors import TransError, of_problems
from trans.plainly import one_line
from trans.review_events import MAX_LINE_BYTES, NOBODY, Event, of_fields, problem, sha256_of

COLUMNS = ("article", "arabic", "english", "by", "at")
Told = TypeVar("Told")

_COLUMNS = ", ".join(COLUMNS)
_NEEDED = COLUMNS[:3]

# A desk's corrections of some years: 50,000 of 2 kB each.
_MAX_BYTES = 100_000_000
# More of them in one message helps nobody: they are of one kind.
_MAX_PROBLEMS = 20

_HINT = (
    f"Give lines as .trans/review.jsonl has them, or CSV with the columns {_COLUMNS} ('by' and 'at' may be left out)."
)


@dataclass(frozen=True, slots=True)
class _Row:
    """What a line says: where it stands, the event, and what is wrong with it."""

    place: str
    event: Event | None
    problem: str = ""


def load(path: Path) -> list[Event]:
    """Return the events in a file, in order. Raises ``TransError`` that lists every problem of it.

    What says no time is of the file's: events that are in the log are not taken in again, whatever their time.
    """
    text, time = _read(path)
    rows = list(_lines(text, time) if _is_json(path, text) else _table(text, time))
    problems = [f"{row.place}: {one_line(row.problem)}" for row in rows if row.problem]
    if problems:
        raise of_problems(f"The corrections {path} have", problems, _HINT, most=_MAX_PROBLEMS)
    return [row.event for row in rows if row.event]


def _read(path: Path) -> tuple[str, str]:
    """Return the file's text and the time it is of. Raises ``TransError``."""
    try:
        status = path.stat()
        data = path.read_bytes() if status.st_size <= _MAX_BYTES else None
        text = data.decode("utf-8-sig") if data is not None else None
    except OSError as error:
        raise TransError(
            f"The corrections {path} can't be read: {error.strerror}", "Name a file that is there with --corrections."
        ) from error
    except UnicodeDecodeError as error:
        raise TransError(f"The corrections {path} can't be read: they are not UTF-8", "Save them as UTF-8.") from error
    if text is None:
        raise TransError(f"{path} is too large to be a file of corrections", _HINT)
    return text, datetime.fromtimestamp(int(status.st_mtime), UTC).isoformat()


def _is_json(path: Path, text: str) -> bool:
    kind = path.suffix.lower()
    return kind in (".jsonl", ".ndjson", ".json") or (kind not in (".csv", ".tsv") and text.lstrip()[:1] == "{")


def _lines(text: str, time: str) -> Iterator[_Row]:
    # Only LF ends a line of JSON lines; others may stand in a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _checked(f"line {number}", _of_json, line, time)


def _of_json(line: str, time: str) -> Event:
    if len(line.encode("utf-8", "surrogatepass")) > MAX_LINE_BYTES:
        raise ValueError(f"it is longer than {MAX_LINE_BYTES:,} bytes")
    told = json.loads(line)
    if not isinstance(told, dict):
        raise ValueError("it is no object")
    return _event(told, time)


def _event(told: dict[str, Any], time: str) -> Event:
    """Return the event that was told of; what follows from the rest may have been left out."""
    if not isinstance(told.get("item"), str) or not isinstance(told.get("kind"), str):
        raise ValueError("it says no item, or no kind")
    source = told.get("source")
    found = {"at": time, "by": NOBODY, **told}
    if told["kind"] == "corrected" and told.get("where") != "summary" and isinstance(source, str) and source:
        found.setdefault("source_sha256", sha256_of(source))
    found.setdefault("id", _id(told))
    return of_fields(found)


def _table(text: str, time: str) -> Iterator[_Row]:
    """Yield the rows of a CSV file: commas, Excel's semicolons or tabs, whichever the heading has."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=heading.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        columns = [name.strip().lower() for name in next((row for row in rows if any(map(str.strip, row))), ())]
        if wrong := _of_heading(columns):
            yield _Row(f"line {max(rows.line_num, 1)}", None, wrong)
            return
        for row in rows:
            cells = dict(zip(columns, row, strict=False))
            # Excel writes empty cells to the right of a table.
            strays = (cell for n, cell in enumerate(row) if n >= len(columns) or not columns[n])
            stray = "".join(strays).strip()
            if stray:
                what = "a cell stands in no column; one with a comma in it needs quotation marks"
                yield _Row(f"line {rows.line_num}", None, f"{what}: '{stray[:40]}'")
            elif any(map(str.strip, row)):
                yield _checked(f"line {rows.line_num}", _of_cells, cells, time)
    except csv.Error as error:
        yield _Row(f"line {rows.line_num}", None, f"this is not CSV: {error}")


def _of_heading(columns: list[str]) -> str:
    missing = [name for name in _NEEDED if name not in columns]
    strange = sorted(set(columns) - {*COLUMNS, ""})
    twice = [name for name in COLUMNS if columns.count(name) > 1]
    if missing:
        return f"the first line names the columns, and has no {', '.join(missing)}"
    if strange:
        return f"there is no column '{strange[0][:40]}'; the columns are {_COLUMNS}"
    return f"the column '{twice[0]}' stands twice" if twice else ""


def _of_cells(cells: dict[str, str], time: str) -> Event:
    article = cells.get("article", "").strip()
    arabic, english, by, at = (" ".join(cells.get(name, "").split()) for name in COLUMNS[1:])
    if not article:
        raise ValueError("it says no article: put in its id, as the brief has it, or what its publisher calls it")
    if not arabic:
        raise ValueError("it has no Arabic sentence")
    told = {"item": article, "kind": "corrected", "source": arabic, "new": english, "by": by, "at": at}
    return _event({name: value for name, value in told.items() if value or name == "new"}, time)


def _checked(place: str, make: Callable[[Told, str], Event], told: Told, time: str) -> _Row:
    try:
        event = make(told, time)
    except (json.JSONDecodeError, RecursionError):
        return _Row(place, None, "it is no JSON")
    except ValueError as error:
        return _Row(place, None, str(error))
    except TypeError as error:
        return _Row(place, None, str(error).replace("Event has no such", "it can have no such"))
    return _Row(place, event, problem(event))


def _id(told: dict[str, Any]) -> str:
    """Return an id that the same line has again."""
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]
