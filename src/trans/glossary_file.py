"""Glossary files: the dated starter list of the package, and a desk's own CSV or YAML file, line over line.

Reads files and says all that is wrong in them; what terms are for is ``glossary``'s business.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from trans.engines.pieces import first_line
from trans.errors import TransError, of_problems
from trans.glossary import Glossary, Term, key_of, without_article
from trans.phrases import fold, words
from trans.yamltext import parse

COLUMNS = ("ar", "en", "variants", "context", "note")
_COLUMNS = ", ".join(COLUMNS)
_STARTER = "starter_glossary.csv"
# A glossary of 20,000 lines has some 2 MB; more is a wrong file.
_MAX_BYTES = 10_000_000
# More of them in one message helps nobody: they are of one kind.
_MAX_PROBLEMS = 20
_ARABIC = re.compile("[\u0621-\u063a\u0641-\u064a]")
_HINT = "A glossary is a CSV file with the columns ar, en, variants, context, note, or a YAML list with these keys."


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a CSV file or an entry of a YAML file: where it stands, its cells by column, and what is wrong with it."""

    place: str
    cells: dict[str, Any]
    problems: tuple[str, ...] = ()


def load(*files: Path | None, starter: bool = True) -> Glossary:
    """Return the starter list, if wanted, with each of ``files`` laid over it, later ones over earlier ones.

    Raises ``TransError`` that lists every problem of a file.
    """
    lists = [_starter()] if starter else []
    lists += [_read(path) for path in files if path is not None]
    # The last list first: where 'ناتو' and the starter's 'الناتو' both fit a text, the desk's own line is the one found. In one
    # list it is the one with the article, whichever line comes first.
    terms: dict[str, Term] = {}
    for one in reversed(lists):
        for key, term in sorted(one.items(), key=lambda item: item[0] == without_article(item[0])):
            terms.setdefault(key, term)
    return Glossary(tuple(term for term in terms.values() if term.en))


def terms_of(text: str, name: str) -> dict[str, Term]:
    """Return the terms in the text of a CSV file, which is called ``name``, by their folded Arabic. Raises as ``load``."""
    return _terms(_csv(text), name)


@cache
def _starter() -> dict[str, Term]:
    text = (resources.files("trans") / _STARTER).read_text(encoding="utf-8")
    return _terms(_csv(text), _STARTER)


def _read(path: Path) -> dict[str, Term]:
    try:
        data = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else None
        text = data.decode("utf-8-sig") if data is not None else None
    except OSError as error:
        raise TransError(
            f"The glossary {path} can't be read: {error.strerror}",
            "Name a file that is there, with --glossary or as the profile's glossary.",
        ) from error
    except UnicodeDecodeError as error:
        raise TransError(f"The glossary {path} can't be read: it is not UTF-8", "Save it as UTF-8.") from error
    if text is None:
        raise TransError(f"{path} is too large to be a glossary", _HINT)
    is_yaml = path.suffix.lower() in (".yaml", ".yml")
    return _terms(_yaml(text, path) if is_yaml else _csv(text), str(path))


def _csv(text: str) -> Iterator[_Row]:
    """Yield the rows of a CSV file, its heading first: lines that begin with # are comments, and Excel's semicolons and tabs
    serve too. Under a heading without the column 'ar' no row is read.
    """
    lines = [
        (number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip() and line[0] != "#"
    ]
    if not lines:
        return
    heading = lines[0][1]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.DictReader(io.StringIO("\n".join(line for _, line in lines)), delimiter=delimiter, strict=True)

    def place() -> str:  # a cell may hold line ends
        return f"line {lines[min(max(reader.reader.line_num, 1), len(lines)) - 1][0]}"

    try:
        columns = [name.strip().lower() for name in reader.fieldnames or ()]
        yield _Row(place(), {}, tuple(_heading_problems(columns)))
        for row in reader if "ar" in columns else ():
            cells = {(key or "").strip().lower(): value for key, value in row.items()}
            stray = cells.pop("", None) or ""  # Excel writes empty cells to the right of the table
            shown = (delimiter.join(stray) if isinstance(stray, list) else stray).strip(f"{delimiter} ")
            problem = f"'{shown}' stands in no column; a cell with a comma in it needs quotation marks"
            yield _Row(place(), cells, (problem,) if shown else ())
    except csv.Error as error:
        yield _Row(place(), {}, (f"this is not CSV: {error}",))


def _heading_problems(columns: list[str]) -> Iterator[str]:
    if not set(columns) & set(COLUMNS):
        yield f"this is not a heading; the first line names the columns: {_COLUMNS}"
        return
    strange = sorted(set(columns) - {*COLUMNS, ""})
    yield from (f"there is no column '{name}'; the columns are {_COLUMNS}" for name in strange)
    if "ar" not in columns and not strange:
        yield f"the column 'ar' is missing; the columns are {_COLUMNS}"
    yield from (f"the column '{name}' stands twice" for name in COLUMNS if columns.count(name) > 1)


def _yaml(text: str, path: Path) -> Iterator[_Row]:
    """Yield the entries of a YAML file. Raises ``TransError`` where it is no list."""
    try:
        data, repeated = parse(text)
    except (
        yaml.YAMLError,
        ArithmeticError,
        AttributeError,
        LookupError,
        TypeError,
        ValueError,
        RecursionError,
    ) as error:
        raise TransError(f"{path} is not valid YAML: {first_line(error, 400)}", "Mend that line.") from error
    if repeated:
        raise TransError("\n  ".join([f"{path}:", *repeated[:_MAX_PROBLEMS]]), "Keep one of each.")
    if not isinstance(data, list | None):
        raise TransError(f"{path} is not a list of terms", _HINT)
    told: set[str] = set()
    for number, item in enumerate(data or (), start=1):
        place = f"entry {number}"
        if not isinstance(item, dict):
            yield _Row(place, {}, (f"'{item}' is not a term; a term is written with the keys {_COLUMNS}",))
            continue
        strange = {str(key) for key in item} - set(COLUMNS)
        new = tuple(f"there is no key '{key}'; the keys are {_COLUMNS}" for key in sorted(strange - told))
        told |= strange
        yield _Row(place, item if "ar" in item or not strange else {}, new)


def _terms(rows: Iterable[_Row], name: str) -> dict[str, Term]:
    """Return the terms of a file by their folded Arabic. Raises ``TransError`` with all that is wrong in it."""
    problems: list[str] = []
    seen: dict[str, str] = {}
    terms: dict[str, Term] = {}
    for row in rows:
        wrong = [*row.problems, *_problems(row.cells)]
        problems += [f"{row.place}: {problem}" for problem in wrong]
        if wrong or not (term := _term(row.cells)).ar:
            continue
        key = key_of(term.ar)
        if key in seen:
            problems.append(f"{row.place}: {term.ar} stands in {seen[key]} already")
        seen.setdefault(key, row.place)
        terms.setdefault(key, term)
    if problems:
        raise of_problems(f"The glossary {name} has", problems, _HINT, most=_MAX_PROBLEMS)
    return terms


def _problems(row: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a row: one that is empty but for a note is nothing, and right."""
    odd = [name for name in COLUMNS if not _is_text(row.get(name), name in ("variants", "context"))]
    for name in odd:
        yield f"'{name}' is not text: {row[name]}; put it in quotation marks"
    if odd:
        return
    term = _term(row)
    if not _has_word(term.ar) and (term.ar or term.en):
        yield f"'ar' has no Arabic: '{term.ar}'"
    for name, english in [("en", term.en), *(("variants", variant) for variant in term.variants)]:
        if _ARABIC.search(fold(english)):
            yield f"'{name}' has Arabic in it: '{english}'"
    for context in term.context:
        if not _has_word(context):
            yield f"'context' has no Arabic: '{context}'"


def _has_word(arabic: str) -> bool:
    """Say whether there is an Arabic word to be found: signs are none, though some, as that of the rial, stand for one."""
    return any(_ARABIC.search(word.form) for word in words(arabic))


def _is_text(value: Any, several: bool) -> bool:
    """Say whether a value is what was meant: YAML reads NO as a truth value, and a colon in a name as a mapping."""
    if several and isinstance(value, list):
        return all(_is_text(part, several=False) for part in value)
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))


def _term(row: dict[str, Any]) -> Term:
    ar, en, note = (" ".join(str(row.get(name) or "").split()) for name in ("ar", "en", "note"))
    return Term(ar, en, _several(row.get("variants")), _several(row.get("context")), note)


def _several(value: Any) -> tuple[str, ...]:
    """Return the texts of a YAML list, or of a cell with bars between them."""
    parts = value if isinstance(value, list) else str(value or "").split("|")
    return tuple(part for part in (" ".join(str(part).split()) for part in parts) if part)
