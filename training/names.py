"""Names in both languages, for swapping: places from CLDR (through Babel), persons from ``corpus/names.tsv``.

It knows names only; ``augment`` puts them into sentences.
"""

import functools
import re
from dataclasses import dataclass

from babel import Locale

from training.corpus import CORPUS
from trans.arabic import for_model

# English puts "the" before them, which a swap would leave out or leave behind.
_WITH_ARTICLE = {
    "Bahamas",
    "Comoros",
    "Congo",
    "Gambia",
    "Maldives",
    "Netherlands",
    "Philippines",
    "Seychelles",
    "Vatican",
}

_ENGLISH = re.compile(r"[A-Z][A-Za-z'-]+")


@dataclass(frozen=True, slots=True)
class Name:
    """One name; ``kind`` is country, city, m (man's given name), f (woman's) or s (surname)."""

    kind: str
    arabic: str
    english: str

    @property
    def slot(self) -> tuple[str, bool]:
        """What it may be swapped with: names of its kind that take the Arabic article as it does."""
        return self.kind, self.arabic.startswith("ال")


@functools.cache
def names() -> tuple[Name, ...]:
    """Return all names of one word, each Arabic and each English spelling once within a kind."""
    arabic, english = Locale("ar"), Locale("en")
    found = [
        Name("country", arabic.territories[code], english.territories[code])
        for code in sorted(english.territories)
        if len(code) == 2 and code in arabic.territories
    ]
    for zone in sorted(arabic.time_zones):
        city = arabic.time_zones[zone].get("city")
        if city and "city" not in english.time_zones.get(zone, {}):
            found.append(Name("city", city, zone.split("/")[-1]))
    for line in (CORPUS / "names.tsv").read_text(encoding="utf-8").splitlines():
        kind, source, target, _ = line.split("\t")
        found.append(Name(kind, source, target))
    unique: dict[tuple[str, str], Name] = {}
    for name in found:
        name = Name(name.kind, for_model(name.arabic), name.english)
        if _ENGLISH.fullmatch(name.english) and name.english not in _WITH_ARTICLE and " " not in name.arabic:
            unique.setdefault((name.kind, name.english), name)
    return tuple(unique.values())
