"""Watch lists: names, and the Arabic and English words by which a desk knows a brief that it waits for.

Reads the YAML file and says all that is wrong in it; finds the terms in texts. Knows no brief and no folder of them.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from trans.engines.pieces import first_line
from trans.errors import TransError, of_problems
from trans.phrases import Phrases, readings, words
from trans.plainly import one_line
from trans.word_forms import english_forms, is_arabic, row
from trans.yamltext import parse

KEYS = ("name", "ar", "en")
_KEYS = ", ".join(KEYS)
DEFAULT = Path("watchlist.yaml")
"""The list of the folder that a command is called in, where none is named."""

VERSION = 1
"""Raise it when a list matches other texts: what was found before is then looked for anew."""

# 2,000 entries have some 200 kB; more is a wrong file.
_MAX_BYTES = 1_000_000
# More of them in one message helps nobody: they are of one kind.
_MAX_PROBLEMS = 20
# Characters: a name stands on the index page beside others. What is longer is a description.
_LONGEST_NAME = 60
_HINT = "A watch list is a YAML list of entries with the keys name, ar, en; ar and en are texts, or lists of texts."


@dataclass(frozen=True, slots=True)
class Watched:
    """One entry: what it is called, and the terms of which any one makes a match."""

    name: str
    ar: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Watchlist:
    """What is watched for. ``hash`` changes with what the entries say, not with a comment."""

    def __init__(self, entries: Iterable[Watched] = ()) -> None:
        self.entries = tuple(entries)
        told = [VERSION, *([entry.name, entry.ar, entry.en] for entry in self.entries)]
        self.hash = hashlib.sha256(json.dumps(told).encode()).hexdigest()
        # One for each entry: in one for all a longer term of another entry would hide a shorter one of this.
        self._arabic = [Phrases((term, None) for term in entry.ar) for entry in self.entries]
        self._by_stem: dict[str, set[int]] = defaultdict(set)
        self._by_word: dict[str, list[tuple[int, tuple[str, ...], frozenset[str]]]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for term in entry.ar:
                first = words(term)[0].form
                self._by_stem[first].add(number)
                self._by_stem[first.removeprefix("ال")].add(number)
            for term in entry.en:
                *before, last = row(term)
                lasts = frozenset(english_forms(last))
                for first in before[:1] or lasts:
                    self._by_word[first].append((number, tuple(before), lasts))

    def matches(self, arabic: str, english: str) -> tuple[str, ...]:
        """Return the names of the entries of which a term stands in a text, in the order of the list.

        Arabic terms are found in any clitics and spellings, as names of the glossary are, English ones as whole words, whatever
        their case, and in the plural. No term is found across a line end.
        """
        found = {number for line in arabic.splitlines() for number in self._in_arabic(line)}
        found |= {number for line in english.splitlines() for number in self._in_english(line)}
        return tuple(self.entries[number].name for number in sorted(found))

    def _in_arabic(self, line: str) -> Iterator[int]:
        stems = {stem for word in words(line) for _, stem in readings(word.form)}
        # Few entries have their first word in a line: the others are not looked for.
        for number in {number for stem in stems & self._by_stem.keys() for number in self._by_stem[stem]}:
            if self._arabic[number].find(line):
                yield number

    def _in_english(self, line: str) -> Iterator[int]:
        forms = row(line) if self._by_word else []
        for position, form in enumerate(forms):
            for number, before, lasts in self._by_word.get(form, ()):
                last = position + len(before)
                if last < len(forms) and forms[last] in lasts and tuple(forms[position:last]) == before:
                    yield number


def find_watchlist(given: Path | None) -> Path | None:
    """Return the list that was named, else that of the current folder, if there is one."""
    return given or (DEFAULT if DEFAULT.is_file() else None)


def load(path: Path) -> Watchlist:
    """Return the watch list of a file. Raises ``TransError`` that lists every problem of it."""
    problems: list[str] = []
    entries = list(_entries(_read(path), problems))
    if problems:
        raise of_problems(f"The watch list {path} has", problems, _HINT, most=_MAX_PROBLEMS)
    return Watchlist(entries)


def _read(path: Path) -> list[Any]:
    try:
        data = path.read_bytes() if path.stat().st_size <= _MAX_BYTES else None
        text = data.decode("utf-8-sig") if data is not None else None
    except OSError as error:
        raise TransError(
            f"The watch list {path} can't be read: {error.strerror}", "Name a file that is there, with --watchlist."
        ) from error
    except UnicodeDecodeError as error:
        raise TransError(f"The watch list {path} can't be read: it is not UTF-8", "Save it as UTF-8.") from error
    if text is None:
        raise TransError(f"{path} is too large to be a watch list", _HINT)
    try:
        parsed, repeated = parse(text)
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise TransError(f"{path} is not valid YAML: {first_line(error, 400)}", "Mend that line.") from error
    except RecursionError as error:
        raise TransError(f"{path} is nested too deeply", _HINT) from error
    if repeated:
        raise TransError("\n  ".join([f"{path}:", *repeated[:_MAX_PROBLEMS]]), "Keep one of each.")
    if not isinstance(parsed, list | None):
        raise TransError(f"{path} is not a list of entries", _HINT)
    return parsed or []


def _entries(items: list[Any], problems: list[str]) -> Iterator[Watched]:
    """Yield the entries that are right; what is wrong with the others is added to ``problems``."""
    seen: dict[str, str] = {}
    for number, item in enumerate(items, start=1):
        place = f"entry {number}"
        name = item.get("name") if isinstance(item, dict) else None
        if name and _is_text(name):
            place += f" ({_shown(_line(name))})"
        wrong = list(_problems(item))
        problems += [f"{place}: {problem}" for problem in wrong]
        if wrong:
            continue
        entry = Watched(_line(item["name"]), _terms(item.get("ar")), _terms(item.get("en")))
        if entry.name in seen:
            problems.append(f"{place}: that name stands in {seen[entry.name]} already")
        seen.setdefault(entry.name, f"entry {number}")
        yield entry


def _problems(item: Any) -> Iterator[str]:
    if not isinstance(item, dict):
        yield f"'{_shown(item)}' is not an entry; an entry is written with the keys {_KEYS}"
        return
    yield from (f"there is no key '{_shown(key)}'; the keys are {_KEYS}" for key in item if key not in KEYS)
    odd = [key for key in KEYS if not _is_text(item.get(key), several=key != "name")]
    yield from (f"'{key}' is not text: {_shown(item[key])}; put it in quotation marks" for key in odd)
    if odd:
        return
    name = _line(item.get("name"))
    if not name:
        yield "it has no 'name'"
    elif len(name) > _LONGEST_NAME:
        yield f"its 'name' has {len(name)} characters; {_LONGEST_NAME} are the most"
    elif one_line(name) != name:
        yield "its 'name' has characters that can't be shown"
    for term in _terms(item.get("ar")):
        if not any(is_arabic(word.form) for word in words(term)):
            yield f"'ar' has no Arabic: '{_shown(term)}'"
    for term in _terms(item.get("en")):
        if is_arabic(term):
            yield f"'en' has Arabic in it: '{_shown(term)}'"
        elif not row(term):
            yield f"'en' has no word in it: '{_shown(term)}'"
    if not _terms(item.get("ar")) and not _terms(item.get("en")):
        yield "it has no term; give at least one in 'ar' or 'en'"


def _is_text(value: Any, *, several: bool = False) -> bool:
    """Say whether a value is what was meant: YAML reads NO as a truth value, and a colon in a name as a mapping."""
    if several and isinstance(value, list):
        return all(_is_text(part) for part in value)
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))


def _terms(value: Any) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(line for part in parts if (line := _line(part))))


def _line(value: Any) -> str:
    return " ".join(str(value).split()) if value is not None else ""


def _shown(value: Any) -> str:
    return one_line(str(value)[:_LONGEST_NAME])
