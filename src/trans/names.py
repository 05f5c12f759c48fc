"""The names of a brief and how the English writes them; over a run, the names that are written in several ways.

Names of the lists (``trans.entities``) and those found by their sound. Pure; whether two renderings are a fault is for the check
``spelling`` to say, and what a glossary file looks like for the command line.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from trans.brief import Brief, Where
from trans.entities import Entity, EntityKind, Form, Mention, in_arabic, in_english
from trans.entities.sounds import same_sound
from trans.entities.spelled import GIVEN_NAMES, groups, one_word, plain
from trans.phrases import fold, words

# Kinds whose lists hold names only: 'Catalonia' and 'Catalan', 'krone' and 'kroner' are no two spellings.
_SPELLED = frozenset(("name", "country", "capital", "organisation"))

NameKind = EntityKind | Literal["name"]
Spelling = tuple[str, Form]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands, as flags say it."""

    where: Where
    paragraph: int | None
    sentence: int

    def __str__(self) -> str:
        return self.where if self.paragraph is None or self.where != "paragraph" else f"paragraph {self.paragraph}"


@dataclass(frozen=True, slots=True)
class Rendering:
    """One way in which the English writes a name, and where, in reading order. ``form`` is ``people`` for 'Syrian'."""

    text: str
    places: tuple[Place, ...]
    form: Form = "name"

    @property
    def count(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a brief. ``kind`` is ``name`` for those that no list has. ``arabic`` are its Arabic forms, ``renderings`` its
    English ones, both the commonest first; ``paragraphs`` the 1-based numbers of those that hold it, on either side. A listed
    name may have no rendering: then the English lacks it.
    """

    kind: NameKind
    arabic: tuple[str, ...]
    renderings: tuple[Rendering, ...]
    paragraphs: tuple[int, ...]

    @property
    def variants(self) -> tuple[Rendering, ...]:
        """The renderings that are different spellings, one of each word ('Houthi' for 'Houthis' too), the commonest first.

        Of a listed name only those that sound alike: 'US' and 'America' are both right, 'Kiev' beside 'Kyiv' is not.
        """
        kept: list[Rendering] = []
        for rendering in self.renderings:
            if rendering.form == "people" or any(one_word(rendering.text, other.text) for other in kept):
                continue
            if not kept or self.kind == "name" or same_sound(rendering.text, kept[0].text):
                kept.append(rendering)
        return tuple(kept) if self.kind in _SPELLED else tuple(kept[:1])


def table(brief: Brief) -> tuple[Name, ...]:
    """Return the names of ``brief``, the most frequent first."""
    return _table(
        tuple(
            (Place(where, number, position), sentence.source, sentence.target)
            for where, number, passage in brief.parts()
            for position, sentence in enumerate(passage.sentences, start=1)
            if not sentence.literal
        )
    )


# A check and each renderer ask for the same brief's table; two windows of 64 are at work at once.
@lru_cache(maxsize=128)
def _table(sentences: tuple[tuple[Place, str, str], ...]) -> tuple[Name, ...]:
    places = [place for place, _, _ in sentences]
    pairs = [(source, target) for _, source, target in sentences]
    found = [*_listed(pairs, places), *_unlisted(pairs, places)]
    return tuple(sorted(found, key=lambda name: -_weight(name)))


@dataclass(frozen=True, slots=True)
class Inconsistent:
    """A name that a run writes in several ways, with the count of each, the commonest first; ``briefs`` have it."""

    arabic: str
    renderings: tuple[tuple[str, int], ...]
    briefs: int


def inconsistent(tables: Iterable[tuple[Name, ...]]) -> list[Inconsistent]:
    """Return the names that the briefs with these ``tables`` write in two ways or more, the most frequent first."""
    whole = [_whole(names) for names in _united(tables)]
    found: dict[str, Inconsistent] = {}
    for name, briefs in sorted(whole, key=lambda item: -_weight(item[0])):
        if len(name.variants) > 1:
            counts = tuple((rendering.text, rendering.count) for rendering in name.variants)
            # What a list has and what it lacks may be written alike; a glossary takes one line of a term.
            found.setdefault(_key(name.arabic[0]), Inconsistent(name.arabic[0], counts, briefs))
    return sorted(found.values(), key=lambda name: (-sum(count for _, count in name.renderings), name.arabic))


def _united(tables: Iterable[tuple[Name, ...]]) -> list[list[tuple[int, Name]]]:
    """Put the names together that share an Arabic form, or share one with a third, each with the number of its brief."""
    names = [
        (number, name)
        for number, of_brief in enumerate(tables)
        for name in of_brief
        if name.kind in _SPELLED and not any(fold(form) in GIVEN_NAMES for form in name.arabic)
    ]
    # Union-find: of each form another one that is nearer to the one that stands for all.
    nearer: dict[tuple[NameKind, str], tuple[NameKind, str]] = {}

    def of_all(form: tuple[NameKind, str]) -> tuple[NameKind, str]:
        while (other := nearer.setdefault(form, form)) != form:
            nearer[form] = nearer[other]
            form = other
        return form

    for _, name in names:
        first, *others = ((name.kind, _key(form)) for form in name.arabic)
        for other in others:
            nearer[of_all(other)] = of_all(first)
    united: dict[tuple[NameKind, str], list[tuple[int, Name]]] = defaultdict(list)
    for number, name in names:
        united[of_all((name.kind, _key(name.arabic[0])))].append((number, name))
    return list(united.values())


def _whole(names: list[tuple[int, Name]]) -> tuple[Name, int]:
    """Return the names of several briefs as one, and how many briefs have it."""
    arabic = Counter[str]()
    english: dict[Spelling, list[Place]] = defaultdict(list)
    for _, name in names:
        arabic.update(name.arabic)
        for rendering in name.renderings:
            english[rendering.text, rendering.form] += rendering.places
    briefs = len({number for number, _ in names})
    return Name(names[0][1].kind, _commonest(arabic), _renderings(english), ()), briefs


# A run's briefs name the same again and again.
@lru_cache(maxsize=16_384)
def _key(form: str) -> str:
    """Return what forms have in common that a glossary takes for one term; with the article and without are one too."""
    return (" ".join(word.form for word in words(form)) or fold(form)).removeprefix("ال")


def _weight(name: Name) -> int:
    return max(len(name.paragraphs), sum(rendering.count for rendering in name.renderings))


def _listed(pairs: list[tuple[str, str]], places: list[Place]) -> Iterator[Name]:
    """Names of the lists that the Arabic has; what only the English says is not a name of the article."""
    arabic: dict[Entity, Counter[str]] = defaultdict(Counter)
    english: dict[Entity, dict[Spelling, list[Place]]] = defaultdict(lambda: defaultdict(list))
    held: dict[Entity, set[int]] = defaultdict(set)
    for (source, target), place in zip(pairs, places, strict=True):
        named = _surest(in_arabic(source))
        sure = {mention.entity for mention in named if mention.certain}
        rendered = _surest(in_english(target))
        sure |= {mention.entity for mention in named} & {mention.entity for mention in rendered}
        for mention in named:
            if mention.entity in sure:
                arabic[mention.entity][_with_article(source[mention.start : mention.end])] += 1
        for mention in rendered:
            if mention.entity in sure:
                english[mention.entity][target[mention.start : mention.end], mention.form].append(place)
        for entity in sure:
            if place.where == "paragraph" and place.paragraph is not None:
                held[entity].add(place.paragraph)
    for entity, forms in arabic.items():
        yield Name(entity.kind, _commonest(forms), _renderings(english[entity]), tuple(sorted(held[entity])))


def _surest(mentions: list[Mention]) -> list[Mention]:
    """Of a span with several readings those that are certain, if any is: the Kremlin is itself before it is Moscow."""
    certain = {(mention.start, mention.end) for mention in mentions if mention.certain}
    return [mention for mention in mentions if mention.certain or (mention.start, mention.end) not in certain]


def _unlisted(pairs: list[tuple[str, str]], places: list[Place]) -> Iterator[Name]:
    for group in groups(pairs):
        english: dict[Spelling, list[Place]] = defaultdict(list)
        for occurrence in group.occurrences:
            english[occurrence.english, "name"].append(places[occurrence.sentence])
        held = {place.paragraph for spots in english.values() for place in spots if place.where == "paragraph"}
        yield Name(
            "name",
            _commonest(Counter(occurrence.arabic for occurrence in group.occurrences)),
            _renderings(english),
            tuple(sorted(number for number in held if number is not None)),
        )


def _renderings(english: dict[Spelling, list[Place]]) -> tuple[Rendering, ...]:
    """Renderings that differ in case or accents only are one."""
    same: dict[Spelling, list[Spelling]] = defaultdict(list)
    for text, form in english:
        same[plain(text) or text, form].append((text, form))
    merged = [
        Rendering(
            max(spellings, key=lambda spelling: len(english[spelling]))[0],
            tuple(place for spelling in spellings for place in english[spelling]),
            form,
        )
        for (_, form), spellings in same.items()
    ]
    return tuple(sorted(merged, key=lambda rendering: -rendering.count))


def _with_article(form: str) -> str:
    """'للأمم' is ل and الأمم."""
    return f"ال{form[2:]}" if form.startswith("لل") else form


def _commonest(forms: Counter[str]) -> tuple[str, ...]:
    return tuple(form for form, _ in forms.most_common())
