"""The lists of names, read: CSV files of the project's own, and CLDR's countries through Babel.

Every list gives forms as they stand, separated by '|'; a form after '?' often means something else. Knows no text and no
grammar but for that of the lists: how forms are inflected and found is the business of ``arabic`` and ``english``.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from trans.entities import Entity, EntityKind, Form

_REGION_CODES = frozenset({"EU", "UN", "ZZ"})  # in CLDR beside the countries: two organisations, and 'unknown'

_CLUMSY = re.compile(r"\(| - | SAR ")  # 'Myanmar (Burma)', 'Congo - Kinshasa': nobody writes so


@dataclass(frozen=True, slots=True)
class Reading:
    """What a form stands for. ``entity`` is None for phrases that hold a name but are not one ('Indian Ocean')."""

    entity: Entity | None
    form: Form
    certain: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The forms of both languages, each with its reading; a form may come several times."""

    arabic: tuple[tuple[str, Reading], ...]
    english: tuple[tuple[str, Reading], ...]


@cache
def table() -> Table:
    """Return all lists as one table; the first call reads the files (about 40 ms, most of it Babel's)."""
    arabic: list[tuple[str, Reading]] = []
    english: list[tuple[str, Reading]] = []

    def add(entity: Entity | None, ar: str, en: str, form: Form = "name") -> None:
        arabic.extend(_readings(ar, entity, form))
        english.extend(_readings(en, entity, form))

    for row in _rows("not_names.csv"):
        add(None, row["arabic"], row["english"])
    for country, capital, row in _countries():
        add(country, row["arabic"], row["english"])
        add(country, row["arabic_people"], row["english_people"], "people")
        add(capital, row["arabic_capital"], row["english_capital"])
    kinds: tuple[tuple[str, EntityKind], ...] = (
        ("peoples.csv", "nationality"),
        ("organisations.csv", "organisation"),
        ("currencies.csv", "currency"),
    )
    for file, kind in kinds:
        for row in _rows(file):
            ar, en = row["arabic"], row["english"]
            entity = Entity(row["id"], kind, row["id"], _first(ar), frozenset(_split(row["kin"])))
            add(entity, ar, en)
    return Table(tuple(arabic), tuple(english))


def _countries() -> Iterator[tuple[Entity, Entity, dict[str, str]]]:
    """Yield each country, its capital, and its row with CLDR's names put in."""
    from babel import Locale  # here: only a run that checks names needs it

    names = {code: (arabic, Locale("en").territories[code]) for code, arabic in Locale("ar").territories.items()}
    rows = {row["code"]: row for row in _rows("countries.csv")}
    for code in names:
        if len(code) == 2 and code not in _REGION_CODES:  # the longer ones are continents
            rows.setdefault(code, dict.fromkeys(next(iter(rows.values())), ""))
    for code, row in rows.items():
        arabic, english = names.get(code, ("", ""))
        filled = {**row, "arabic": _with(arabic, row["arabic"]), "english": _with(english, row["english"])}
        relatives = _relatives(code, rows)
        plain = english if english and not _CLUMSY.search(english) else _first(row["english"])
        country = Entity(code, "country", plain or english, arabic or _first(row["arabic"]), relatives)
        name = _first(row["english_capital"])
        capital = Entity(
            f"{code}: {name}", "capital", name, _first(row["arabic_capital"]) or country.arabic, relatives | {code}
        )
        yield country, capital, filled


def _relatives(code: str, codes: Iterable[str]) -> frozenset[str]:
    """The project's own codes say it: 'KP+KR' is Korea, either of them; 'GB-SCT' is a part of GB."""
    own = {other for other in codes if not other.isalpha()}
    near = {other for other in own if code in other.split("+") or other.startswith(f"{code}-")}
    near.update(code.split("+"), (code.split("-")[0],), _KIN.get(code, ()))
    return frozenset(near - {code})


# Places that stand in for one another in news texts though each has a name of its own.
_PAIRS = ("HK CN", "MO CN", "TW CN", "SU RU", "YU RS", "CS CZ", "CS SK", "IE GB-NIR")
_KIN: dict[str, list[str]] = {}
for _pair in _PAIRS:
    _KIN.setdefault(_pair.split()[0], []).append(_pair.split()[1])


def _with(name: str, forms: str) -> str:
    """CLDR's ``name`` before the list's forms, unless the list has it as an uncertain one."""
    return forms if not name or f"?{name}" in forms.split("|") else f"{name}|{forms}"


def _readings(forms: str, entity: Entity | None, form: Form) -> Iterator[tuple[str, Reading]]:
    for text in _split(forms):
        yield text.removeprefix("?"), Reading(entity, form, not text.startswith("?"))


def _split(forms: str) -> Iterable[str]:
    return dict.fromkeys(text for text in forms.split("|") if text)


def _first(forms: str) -> str:
    return next(iter(_split(forms)), "").removeprefix("?")


def _rows(file: str) -> list[dict[str, str]]:
    text = (files("trans.entities") / file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
