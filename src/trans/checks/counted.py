"""Which words of the Arabic are accounted for by a quantity that both texts have: 'ألف وتسعمئة وثمانية وأربعين' by '1948'.

Knows what ``quantities`` finds, and the words that stand beside a number and that English puts into its writing or leaves out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trans.phrases import Word
from trans.quantities import Quantity, in_arabic, in_english
from trans.quantities.agreement import agree

# Folded, as they end: 'the year' 1948, 'the hour' 7:30, 'the day' 14; evening is p.m., dollars are a sign, the 19th century the
# 1800s, and the 14th of 'the current' May is 14 May.
_BEFORE: dict[str, tuple[str, ...]] = {
    "year": ("عام", "سنه"),
    "time": ("ساعه",),
    "day": ("يوم",),
    "month": ("شهر",),
    "century": ("قرن",),
    "decade": ("قرن",),
    "percent": ("نسبه",),
}
_AFTER: dict[str, tuple[str, ...]] = {
    "time": ("صباح", "صباحا", "مساء", "ظهر", "ظهرا", "فجر", "فجرا", "ليل", "ليلا", "عصر", "عصرا"),
    "month": ("الجاري", "الحالي"),
    "year": ("ميلادي", "ميلاديه", "للميلاد"),
    "money": ("دولار", "دولارا", "دولارات", "يورو", "جنيه", "جنيها", "جنيهات"),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """The Arabic words numbered ``words`` are a quantity that the English words numbered ``places`` say; the words numbered
    ``beside`` belong to it."""

    words: range
    places: range
    beside: tuple[int, ...]


def counted(source: str, words: Sequence[Word], target: str, spans: Sequence[tuple[int, int]]) -> Iterator[Counted]:
    """Yield the quantities that agree, in the order of the Arabic; ``spans`` are where the English words stand."""
    arabic = in_arabic(source)
    if not arabic:
        return
    starts, ends = [word.start for word in words], [word.end for word in words]
    english_starts, english_ends = [start for start, _ in spans], [end for _, end in spans]
    for one, other in agree(arabic, in_english(target)).pairs:
        if one.loose and other.loose:
            continue  # 'one' and 'once' need not be the same
        inside, places = _overlap(one, starts, ends), _overlap(other, english_starts, english_ends)
        if inside and places:
            yield Counted(inside, places, _beside(one, other, words, inside))


def _overlap(quantity: Quantity, starts: Sequence[int], ends: Sequence[int]) -> range:
    return range(bisect_right(ends, quantity.start), bisect_left(starts, quantity.end))


def _beside(one: Quantity, other: Quantity, words: Sequence[Word], inside: range) -> tuple[int, ...]:
    """Return the numbers of the words before and after that the quantity's English need not have as words."""
    found = []
    before, after = inside.start - 1, inside.stop
    kinds = (one.kind, other.kind)
    if before >= 0 and any(words[before].form.endswith(_BEFORE.get(kind, ())) for kind in kinds):
        found.append(before)
    if after < len(words) and any(words[after].form.endswith(_AFTER.get(kind, ())) for kind in kinds):
        found.append(after)
    return tuple(found)
