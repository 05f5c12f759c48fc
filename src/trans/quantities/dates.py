"""Months in running text, and the days and years beside them, Gregorian and Hijri.

Knows the two languages' names (``months``) and how a date is put; converts nothing.
"""

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

from trans.quantities import hijri, months
from trans.quantities.arabic_words import table as number_words
from trans.quantities.base import Kind
from trans.quantities.numerals import Found
from trans.quantities.tokens import Token

_HIJRI_UNTIL = 1600
"""'Ramadan 2024' is of the Gregorian year; the Hijri year 1600 is 2174."""

_FRONTS = ("", "و", "ف", "ب", "ل", "ول", "وب", "ك")
_BEFORE_MONTH = frozenset("شهر شهري بشهر لشهر وشهر الشهر منتصف مطلع اوائل اواخر نهايه بدايه خلال غره".split())
_AFTER_MONTH = frozenset("الماضي المقبل الجاري القادم الحالي الفائت الفايت المنصرم عام سنه لعام".split())
_BETWEEN_NAMES = ("/", "(", "-", ",")
_NUMBER_BEFORE = re.compile(r"[\s,]*(?:من|شهر|من شهر|of|the|in)?[\s,.]*")
_NUMBER_AFTER = re.compile(r"[\s,./()]*(?:من|عام|من عام|سنه|من سنه|لعام|للعام|العام|من العام|of|in|the)?[\s,]*")
_HIJRI_MARK = re.compile(r"[\s(]*(?:ه|هج|هجريه?|هجريا|للهجره|الهجريه?|ah|a\.h\.|h|hijri|hijra)(?!\w)", re.IGNORECASE)
_HIJRI_BEFORE = re.compile(r"(?:\bAH|\bA\.H\.|\bHijri(?: year)?)\s*$")
_HIJRI_ENGLISH = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, months.HIJRI_ENGLISH), key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_ENGLISH_ALSO_WORDS = frozenset({"may", "march"})
_ENGLISH_BEFORE = frozenset(
    "in of last next this early late mid by since until till from to during through before after and".split()
)

Months = dict[int, tuple[Found, int]]
"""Where a month's name starts -> the month, and the place after it."""


def arabic_months(cut: list[Token]) -> Months:
    """Return the months of Arabic tokens. A second name of the same month (ايلول/سبتمبر) belongs to the first."""
    names = _arabic_names()
    result: Months = {}
    after = 0
    for place, token in enumerate(cut):
        if place < after or token.form not in names:
            continue
        named = _arabic_month(cut, place)
        if named is None:
            continue
        month, after = named
        other = after
        while other < len(cut) and cut[other].form in _BETWEEN_NAMES:
            other += 1
        second = _arabic_month(cut, other, sure=True) if other < len(cut) else None
        if second and second[0].value == month.value and second[0].kind == month.kind:
            after = second[1]
            month = replace(month, end=second[0].end, loose=False)
        result[place] = month, after
    return result


@cache
def _arabic_names() -> dict[str, list[tuple[str, Kind, int, bool]]]:
    """First word with what may be written onto it -> second word or '', kind, month, is it another word too; longest first."""
    names: dict[str, list[tuple[str, Kind, int, bool]]] = {}
    kinds: tuple[tuple[Kind, dict[str, int]], ...] = (("month", months.arabic()), ("hijri month", months.HIJRI))
    for kind, listed in kinds:
        for name, value in listed.items():
            first, _, second = name.partition(" ")
            for front in _FRONTS[:2] if first == "اب" else _FRONTS:  # باب is 'door'
                names.setdefault(front + first, []).append((second, kind, value, name in months.ALSO_WORDS))
    for found in names.values():
        found.sort(key=lambda item: -len(item[0]))
    return names


def _arabic_month(cut: list[Token], place: int, *, sure: bool = False) -> tuple[Found, int] | None:
    following = cut[place + 1].form if place + 1 < len(cut) else ""
    for second, kind, value, also_word in _arabic_names().get(cut[place].form, ()):
        if second and second != following:
            continue
        unsure = also_word and not (sure or _in_date(cut, place))
        if unsure and kind == "hijri month":
            return None
        after = place + (2 if second else 1)
        return Found(Fraction(value), kind, cut[place].start, cut[after - 1].end, False, unsure), after
    return None


def _in_date(cut: list[Token], place: int) -> bool:
    """Is a name that is another word too (مارس: practised) meant as the month here?"""
    names = _arabic_names()
    before, before_that = (cut[at] if at >= 0 else None for at in (place - 1, place - 2))
    after, after_that = (cut[at] if at < len(cut) else None for at in (place + 1, place + 2))
    if before and (before.form in _BEFORE_MONTH or (before.found and before.found[-1].value <= 31)):
        return True
    if before and before_that and before.form == "من":
        ordinal = number_words().get(before_that.form)
        return bool(before_that.found) or bool(ordinal and ordinal.role in ("ordinal", "ten", "tens"))
    if before and before_that and before.form in ("/", "(") and before_that.form in names:
        return True
    if after is None:
        return False
    if after.form in _AFTER_MONTH or (after.found and _is_year(after.found[0])):
        return True
    return bool(after_that and after.form in ("/", "(") and after_that.form in names)


def english_months(cut: list[Token], text: str) -> Months:
    """Return the months of English tokens; 'may' and 'march' where the words around make them months are sure, else loose."""
    names = months.english()
    result: Months = {}
    for place, token in enumerate(cut):
        if token.form in names and text[token.start].isupper():
            also_word = token.form in _ENGLISH_ALSO_WORDS
            loose = (also_word or len(token.form) < 4) and not _by_date(cut, place, also_word=also_word)
            month = Found(Fraction(names[token.form]), "month", token.start, token.end, False, loose)
            result[place] = month, place + 1
    places: dict[int, int] = {}
    for match in _HIJRI_ENGLISH.finditer(text):
        places = places or {token.start: place for place, token in enumerate(cut)}
        value = months.HIJRI_ENGLISH.get(match[0].lower())
        first = places.get(match.start())
        if value is None or first is None:  # ignoring case, 'ſ' is an s
            continue
        after = first
        while after < len(cut) and cut[after].start < match.end():
            after += 1
        loose = not _by_date(cut, first, also_word=False) and not (after < len(cut) and cut[after].found)
        result[first] = Found(Fraction(value), "hijri month", match.start(), match.end(), False, loose), after
    return result


def _by_date(cut: list[Token], place: int, *, also_word: bool) -> bool:
    before, after = (cut[at] if 0 <= at < len(cut) else None for at in (place - 1, place + 1))
    if before and before.form == "of" and place > 2:  # 4 of July, 4th of July
        before = cut[place - 2] if cut[place - 2].found else cut[place - 3]
    if after and after.form == "." and not also_word:
        after = cut[place + 2] if place + 2 < len(cut) else None
    if (before and before.found) or (after and after.found):
        return True
    return also_word and bool(before and before.form in _ENGLISH_BEFORE)


def days_and_years(found: list[Found], text: str) -> list[Found]:
    """Return ``found`` with the numbers beside a month as its day and year, and years marked Hijri as such."""
    marked = list(found)
    for place, one in enumerate(found):
        if one.kind in ("month", "hijri month") and not one.loose:
            _mark_date(marked, place, text)
        elif one.digits and 1 <= one.value <= 2200 and one.value.denominator == 1 and _is_marked_hijri(one, text):
            marked[place] = replace(one, kind="hijri year")
    return hijri.with_gregorian(marked) if any(one.kind == "hijri year" for one in marked) else marked


def _is_marked_hijri(one: Found, text: str) -> bool:
    """'1445 هـ', 'AH 1445'."""
    before = _HIJRI_BEFORE.search(text, max(0, one.start - 14), one.start)
    return bool(before or _HIJRI_MARK.match(text, one.end))


def _mark_date(marked: list[Found], place: int, text: str) -> None:
    month = marked[place]
    is_hijri = month.kind == "hijri month"
    day: Kind = "hijri day" if is_hijri else "day"
    before = marked[place - 1] if place else None
    if before and _is_day(before) and _NUMBER_BEFORE.fullmatch(text, before.end, month.start):
        # 'The first of March' is a day, اول اذار may be its beginning.
        marked[place - 1] = replace(before, kind=day, loose=before.loose and text[: before.end].endswith(" اول"))
    end = month.end
    for at in range(place + 1, min(place + 3, len(marked))):
        one = marked[at]
        if not _NUMBER_AFTER.fullmatch(text, end, one.start):
            return
        if _is_year(one):
            marked[at] = replace(one, kind="hijri year" if is_hijri and one.value < _HIJRI_UNTIL else "year")
            return
        if _is_short_year(one):  # 5 June 67
            marked[at] = replace(one, kind="year", also=(1900 + one.value, 2000 + one.value))
            return
        if at > place + 1 or not (_is_day(one) and one.digits):
            return
        marked[at] = replace(one, kind=day)
        end = one.end


def _is_day(one: Found) -> bool:
    counted = one.kind == "ordinal" or (one.kind == "number" and not one.loose)
    return counted and one.value.denominator == 1 and 1 <= one.value <= 31 and one.scale == 1


def _is_short_year(one: Found) -> bool:
    return one.kind == "number" and one.digits and one.end - one.start == 2 and one.value > 31


def _is_year(one: Found) -> bool:
    return one.digits and one.value.denominator == 1 and 1000 <= one.value <= 2200 and one.kind in ("number", "year")
