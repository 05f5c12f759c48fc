"""Does what a summary says stand in the article? Its numbers, its countries, and the names that the glossary settles.

Looks for values and names, not for what is said of them: a number moved from the wounded to the dead passes. The English is held
against the Arabic article, against its translation, and against the Arabic summary, which is checked itself.

Measured on 250 articles of the project's own with their summaries, 405 numbers and 681 names in all: no error, warnings on four
summaries. Of digits changed in a summary 96% are found (68% as errors), of years put off by up to four all, as errors; of number
words exchanged 84% (18%), of countries exchanged 92% (all as errors).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice

from trans import entities, quantities
from trans.brief import Brief, Flag, Severity
from trans.entities import Entity, Mention
from trans.glossary import Glossary
from trans.phrases import words
from trans.quantities import Kind, Quantity
from trans.quantities.written import written

# Words that say that a number is not exact, when they stand near it; folded.
_ABOUT = frozenset(
    "نحو حوالي قرابه زهاء يقارب تقارب يناهز تناهز تقريبا اكثر ازيد اقل يزيد تزيد زاد يفوق تفوق فاق تجاوز تجاوزت "
    "يتجاوز تتجاوز يقل تقل فوق دون بضعه ونيف about around nearly almost some roughly approximately over more less "
    "fewer than least most under above below exceeding exceed exceeds exceeded close up topped".split()
)
_JOINS = frozenset({"من", "than"})
_ABOUT_BEFORE = 4
_ABOUT_AFTER = 2
# The loosest rounding in the measured summaries is 'more than two thousand' for 2,300.
_ROUNDED = Fraction(15, 100)
# Kinds that people round, and what they may have rounded; digits that look like a year are often an amount. No one rounds a year,
# a time or a day: those are held against their own kind, and another value there is the one that was meant.
_AMOUNTS: frozenset[Kind] = frozenset({"number", "money", "year"})
_ROUNDABLE: dict[Kind, frozenset[Kind]] = {"number": _AMOUNTS, "money": _AMOUNTS, "percent": frozenset({"percent"})}
# Kinds that no sum or difference gives.
_UNRECKONED: frozenset[Kind] = frozenset({"time", "day", "month", "hijri day", "hijri month", "code"})
# What a writer counts: 'three cities' where the article names them.
_COUNTED = 20
# Days in a week and a month, months in a year, years in a decade and a century, hours, minutes; thousands.
_UNITS = (7, 10, 12, 24, 30, 60, 100, 1000)
_MONTHS = 12
# Bounds on the work for texts that are no news. The measured summaries hold at most 5 numbers, their articles 31.
_MOST_FLAGS = 20
_MOST_SUMMED = 40

_NO_TERMS = Glossary()


def grounding(brief: Brief, glossary: Glossary = _NO_TERMS) -> Iterator[Flag]:
    """Numbers, countries and terms of ``glossary`` that stand in a summary and not in the article."""
    # Sentence by sentence: each was read before, by the checks of its own.
    sentences = [item for where, _, part in brief.parts() if where != "summary" for item in part.sentences]
    arabic = tuple(item.source for item in sentences)
    english = tuple(item.target for item in sentences)
    numbers = [_Numbers(arabic, quantities.in_arabic), _Numbers(english, quantities.in_english)]
    names = [_Names(arabic, entities.in_arabic), _Names(english, entities.in_english)]
    dated = frozenset(Fraction(int(part)) for part in re.findall(r"\d+", (brief.article.metadata.published or "")[:10]))
    for number, summary in enumerate(brief.summaries, start=1):
        found: list[Flag] = []
        if summary.method == "model":  # others are the article's own words
            found += _numbers(summary.arabic, quantities.in_arabic(summary.arabic), numbers[:1], dated)
            found += _names(summary.arabic, entities.in_arabic(summary.arabic), names[:1])
            found += _terms(summary.arabic, arabic, glossary)
            found = [replace(flag, source=flag.target, target="") for flag in found]
        own = (summary.arabic,)
        target = summary.english.target
        summary_numbers = _Numbers(own, quantities.in_arabic)
        found += _numbers(target, quantities.in_english(target), numbers, dated, summary_numbers)
        found += _names(target, entities.in_english(target), [_Names(own, entities.in_arabic), *names])
        yield from (replace(flag, where="summary", paragraph=number) for flag in found)


class _Numbers:
    """The values that stand in some texts, each text read only when it is come to."""

    def __init__(self, texts: Iterable[str], find: Callable[[str], Iterable[Quantity]]) -> None:
        self._rest = (quantity for text in texts for quantity in find(text))
        self._values: set[Fraction] = set()
        self.read: list[Quantity] = []

    def hold(self, wanted: frozenset[Fraction]) -> bool:
        """Say whether any value that is ``wanted`` stands there."""
        if wanted & self._values:
            return True
        for quantity in self._rest:
            values = set(_values(quantity))
            self.read.append(quantity)
            self._values |= values
            if values & wanted:
                return True
        return False


class _Names:
    """The entities that some texts name, each text read only when it is come to."""

    def __init__(self, texts: Iterable[str], find: Callable[[str], Iterable[Mention]]) -> None:
        self._rest = (mention.entity for text in texts for mention in find(text))
        self._read: dict[str, Entity] = {}

    def hold(self, entity: Entity) -> bool:
        if any(entities.stands_for(entity, other) for other in self._read.values()):
            return True
        for other in self._rest:
            self._read.setdefault(other.id, other)
            if entities.stands_for(entity, other):
                return True
        return False


def _values(quantity: Quantity) -> Iterator[Fraction]:
    """Yield all that a text may mean by ``quantity``: '1.200', the nineties of any century, both numbers of '9/11'."""
    yield quantity.value
    yield from quantity.also
    if quantity.kind == "decade":
        yield quantity.value % 100
    if "." not in quantity.text:  # 2.1 is not 2 and 1
        yield from (part.value for part in quantity.parts)


def _numbers(
    text: str,
    found: Iterable[Quantity],
    article: list[_Numbers],
    dated: frozenset[Fraction],
    checked: _Numbers | None = None,
) -> Iterator[Flag]:
    """``checked`` are numbers that are looked at by themselves, besides those of the article."""
    pools = [checked, *article] if checked else article
    missing: dict[Fraction, Quantity] = {}
    for quantity in found:
        if quantity.loose or quantity.kind == "many" or quantity.value in missing:
            continue
        own = {quantity.value, *quantity.also, *([quantity.value % 100] if quantity.kind == "decade" else [])}
        parts = [frozenset((part.value,)) for part in quantity.parts if "." not in quantity.text]
        if own & dated and quantity.kind in ("year", "month", "day"):  # what the article calls 'today'
            continue
        if any(pool.hold(frozenset(own)) or (parts and all(map(pool.hold, parts))) for pool in pools):
            continue
        missing[quantity.value] = quantity
    if not missing:
        return
    seen = [quantity for pool in article for quantity in pool.read]
    for quantity in islice(missing.values(), _MOST_FLAGS):
        yield from _ungrounded(quantity, text, seen)


def _ungrounded(quantity: Quantity, text: str, seen: list[Quantity]) -> Iterator[Flag]:
    value, kind = quantity.value, quantity.kind
    said = f"The summary says {quantity.text}"
    severity: Severity = "warning"
    if kind == "year" and _is_about(text, quantity, before=1, after=0):
        kind = "number"  # 'about 2000' and 'more than 2000' count something
    near = _nearest(value, _ROUNDABLE.get(kind, frozenset({kind})), seen)
    if kind in _ROUNDABLE and near and _is_rounded(value, near.value):
        if _is_about(text, quantity):
            return
        message = f"{said}; the article says {written(near)}"
    elif kind in ("number", "ordinal") and value <= _COUNTED and value.denominator == 1:
        message = f"{said}; no such number stands in the article: was it counted?"
    elif _reckoned(value, kind, seen):
        message = f"{said}; no such number stands in the article: was it reckoned?"
    else:
        severity = "warning" if kind == "month" else "error"
        says = f"says {written(near)}" if near and kind not in _ROUNDABLE else "does not"
        message = f"{said}; the article {says}"
    yield Flag("grounding", severity, message, target=quantity.text)


def _nearest(value: Fraction, kinds: frozenset[Kind], seen: list[Quantity]) -> Quantity | None:
    """Return the quantity of these kinds whose value is nearest, as a share of it."""
    alike = (other for other in seen if other.kind in kinds and other.value)
    return min(alike, key=lambda other: abs(other.value - value) / abs(other.value), default=None)


def _is_rounded(value: Fraction, exact: Fraction) -> bool:
    return _figures(value) < _figures(exact) and abs(exact - value) <= _ROUNDED * abs(exact)


def _figures(value: Fraction) -> int:
    """Return how many figures of ``value`` are not noughts at its ends: 2 for 1,500,000 and for 0.15."""
    return len(re.sub(r"e.*|\D", "", f"{float(value):.12g}").strip("0"))


def _is_about(text: str, quantity: Quantity, *, before: int = _ABOUT_BEFORE, after: int = _ABOUT_AFTER) -> bool:
    """Say whether one of so many words around a number says that it is not exact."""
    ahead = [word.form.lower() for word in words(text[max(0, quantity.start - 40) : quantity.start])]
    if ahead and ahead[-1] in _JOINS:  # more than
        before += 1
    # The span may begin with what is written onto the number, and an English one with 'a'.
    inside = [word.form.lower() for word in words(quantity.text)[:1]]
    behind = [word.form.lower() for word in words(text[quantity.end : quantity.end + 25])[:after]]
    return any(form in _ABOUT or form[1:] in _ABOUT for form in (*ahead[-before:], *inside, *behind))


def _reckoned(value: Fraction, kind: Kind, seen: list[Quantity]) -> bool:
    """Say whether ``value`` is one number of the article in another unit, or a sum or difference of two."""
    if kind == "year":  # from another year and a number of years
        seen = [other for other in seen if other.kind == "year" or other.value * _MONTHS in other.also]
    values = {one for other in seen for one in (other.value, *other.also)}
    if any(value * unit in values or value / unit in values for unit in _UNITS):
        return True
    some = [] if kind in _UNRECKONED else sorted(values)[:_MOST_SUMMED]
    return any(value in (one + other, abs(one - other)) for one, other in combinations(some, 2))


def _names(text: str, mentions: Iterable[Mention], pools: list[_Names]) -> Iterator[Flag]:
    at: dict[int, list[Mention]] = {}
    for mention in mentions:
        at.setdefault(mention.start, []).append(mention)
    judged: set[str] = set()
    for readings in at.values():
        first = readings[0].entity
        if first.id in judged or not all(reading.certain for reading in readings):
            continue
        judged.add(first.id)
        if any(pool.hold(reading.entity) for pool in pools for reading in readings):
            continue
        severity: Severity = "error" if first.kind in ("country", "capital", "nationality") else "warning"
        message = f"The summary names {first.english}; the article does not"
        yield Flag("grounding", severity, message, target=text[readings[0].start : readings[0].end])


def _terms(summary: str, article: Iterable[str], glossary: Glossary) -> Iterator[Flag]:
    wanted = {match.value.ar: match for match in glossary.find(summary)}
    if not wanted:
        return
    for text in article:
        for found in glossary.find(text):
            wanted.pop(found.value.ar, None)
    for match in wanted.values():
        message = f"The summary names {match.value.en}; the article does not"
        yield Flag("grounding", "warning", message, target=summary[match.start : match.end])
