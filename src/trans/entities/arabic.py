"""Finds the table's names in Arabic: with clitics, in newspapers' spellings, nationalities in all their inflections."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from trans.entities import Entity, Mention
from trans.entities.table import Reading, table
from trans.phrases import Match, Phrases, fold

_LEAST_WITHIN = 5  # 'مالي' stands in 'شمالية'
_LEAST_GLUED = 7  # shorter words are no two
# After a nisba adjective's ي: feminine, accusative, plurals, duals, and the plurals in construct ('فلسطينيو الداخل').
_ENDINGS = ("ة", "ا", "ون", "ين", "ات", "ان", "تان", "تين", "و", "ي")


def find(text: str) -> list[Mention]:
    """Return the mentions in ``text``, in order."""
    return [mention for match in _phrases().find(text) for mention in _mentions(text, match)]


def has_glued(forms: Iterable[str], entity: Entity) -> bool:
    """Whether folded words have the name within them ('الصينوروسيا'): articles from the web often lose their spaces."""
    letters = " ".join(form for form in forms if len(form) > _LEAST_GLUED)
    return any(form in letters for form in _spellings().get(entity.id, ()))


def _mentions(text: str, match: Match[tuple[Reading, ...]]) -> Iterator[Mention]:
    before = match.proclitics.removesuffix("ال").removesuffix("لل")
    start = match.start + len(before) if text.startswith(before, match.start) else match.start
    for reading in match.value:
        if reading.entity is None:
            continue
        # 'اليمنى' is the right hand, 'مجرى' a river's bed; but Egyptian papers write every final ي without its dots.
        undotted = _is_nisba(reading) and text[start : match.end].endswith("ى")
        yield Mention(reading.entity, start, match.end, reading.form, reading.certain and not undotted)


@cache
def _spellings() -> dict[str, tuple[str, ...]]:
    """By entity: its forms without spaces, those only that are too long to stand in other words by chance."""
    found: dict[str, list[str]] = defaultdict(list)
    for text, reading in table().arabic:
        form = fold(text).replace(" ", "")
        if reading.entity is not None and reading.certain and len(form) >= _LEAST_WITHIN:
            found[reading.entity.id].append(form)
    return {name: tuple(forms) for name, forms in found.items()}


@cache
def _phrases() -> Phrases[tuple[Reading, ...]]:
    readings: dict[str, list[Reading]] = defaultdict(list)
    written: dict[str, str] = {}
    with_article: set[str] = set()
    for text, reading in table().arabic:
        for form in _inflected(text) if _is_nisba(reading) else (text,):
            folded = fold(form)
            written.setdefault(folded, form)
            if not _takes_no_article(reading):
                with_article.add(folded)
            if all(reading.entity != other.entity for other in readings[folded]):
                readings[folded].append(reading)
    # 'كابول' is Kabul, 'الكابول' nothing; but 'سورية' is Syria and 'السورية' the Syrian woman.
    bare = readings.keys() - with_article
    # 'الكندي' is the Canadian, 'كندي' may be a Kennedy: what is listed with the article comes first.
    ordered = sorted(readings.items(), key=lambda item: not written[item[0]].startswith("ال"))
    return Phrases(((written[folded], tuple(found)) for folded, found in ordered), bare)


def _takes_no_article(reading: Reading) -> bool:
    return reading.form == "name" and reading.entity is not None and reading.entity.kind in ("country", "capital")


def _inflected(people: str) -> Iterator[str]:
    yield people
    if " " in people:  # listed as they are
        return
    if people.endswith("ي"):
        yield from (people + ending for ending in _ENDINGS)
    elif not people.startswith("ال"):  # a broken plural ('أتراك', 'أتراكا')
        yield f"{people}ا"


def _is_nisba(reading: Reading) -> bool:
    return reading.form == "people" or (reading.entity is not None and reading.entity.kind == "nationality")
