"""Names that a reader of news knows: countries, capitals, peoples, currencies, organisations, found in Arabic and in English.

``in_arabic`` and ``in_english`` say which entities a text names, in whatever form: country or nationality, singular or plural,
with clitics, in the spellings that newspapers use. The lists are the CSV files beside this one, and CLDR's countries (through
Babel). Pure; knows nothing of translations or flags. The lists are read at the first call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

EntityKind = Literal["country", "capital", "nationality", "currency", "organisation"]
Form = Literal["name", "people"]


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name. ``id`` is a country's code (ISO 3166), else a name; ``kin`` are the ids of entities that lawfully
    stand for this one: a capital for its country, Congo for either Congo. ``nationality`` is a people or a place without a
    state of its own.
    """

    id: str
    kind: EntityKind
    english: str
    arabic: str
    kin: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` names ``entity``; in Arabic with the article, but without 'and', 'in' or 'to' written onto it.

    ``form`` is ``people`` for what is derived from a country's name: 'Syrian', 'Swedes', 'السوريات'. ``certain`` is False where
    the words often mean something else: 'مالي' (Mali, financial), 'Georgia' (the country, the American state). Words with several
    readings ('pounds') give one mention for each.
    """

    entity: Entity
    start: int
    end: int
    form: Form = "name"
    certain: bool = True


def stands_for(one: Entity, other: Entity) -> bool:
    """Whether a text that names ``one`` may be said to name ``other``: the same, a capital and its country, a part of it."""
    return one.id == other.id or one.id in other.kin or other.id in one.kin


def in_arabic(text: str) -> list[Mention]:
    """Return the entities that an Arabic ``text`` names, in order; of overlapping names the longest from the left."""
    from trans.entities.arabic import find

    return list(_kept(find, text) if len(text) <= _MOST_KEPT else find(text))


def in_english(text: str) -> list[Mention]:
    """Return the entities that an English ``text`` names, in order; of overlapping names the longest from the left."""
    from trans.entities.english import find

    return list(_kept(find, text) if len(text) <= _MOST_KEPT else find(text))


# Checks ask for a sentence again when its article is finished: those of a window are kept, a whole page is not.
_MOST_KEPT = 2_000


@lru_cache(maxsize=2560)
def _kept(find: Callable[[str], list[Mention]], text: str) -> tuple[Mention, ...]:
    return tuple(find(text))
