"""The quantities of an Arabic text: digits, number words, times, dates, decades and centuries.

Reads words and their order; knows nothing of the translation.
"""

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from trans.quantities import arabic_times, dates
from trans.quantities.arabic_numbers import Numbers
from trans.quantities.arabic_words import table
from trans.quantities.base import Quantity
from trans.quantities.numerals import MAX_VALUE, Found
from trans.quantities.plain import plain
from trans.quantities.tokens import quantities, share_scale, tokens

_BETWEEN = re.compile(r"\s*(?:-|الي|و|او|حتي)?\s*")
"""'And' may be written onto the second number."""
_SIGNS = frozenset({"$", "€", "£"})
_CURRENCIES = frozenset(
    "$ € £ دولار دولارا دولارات يورو جنيه جنيها جنيهات ريال ريالا ريالات دينار دينارا دنانير درهم درهما دراهم ليره ليرات روبل"
    " روبلا ين يوان فرنك روبيه روبيات بيزو استرليني شيكل سنت سنتا سنتات".split()
)
_CENTURY = frozenset({"القرن", "قرن", "والقرن", "للقرن", "بالقرن", "القرنين", "القرنان", "والقرنين"})
_LAST_CENTURY = {"الماضي": 1900, "المنصرم": 1900, "الفائت": 1900, "الحالي": 2000, "الجاري": 2000}
_SPANS = {
    "يوم": 24, "يوما": 24, "ايام": 24, "اسابيع": 7, "اسبوعا": 7, "اسبوع": 7, "عام": 12, "عاما": 12, "اعوام": 12, "سنه": 12,
    "سنوات": 12, "سنين": 12, "عقود": 10, "عقدا": 10, "قرون": 100, "قرنا": 100,
}  # fmt: skip
"""What else a span of time may be said as: two weeks are 14 days, two years 24 months."""

_MEASURES = (("اسبوع", 7), ("عقد", 10), ("قرن", 100), ("يوم", 24), ("عام", 12), ("سنت", 12))
"""The same of duals, by the letters of their noun."""


@lru_cache(maxsize=2048)  # several checks read a sentence, some of them when its article is finished
def in_arabic(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of an Arabic ``text`` in order."""
    folded = plain(text)
    cut = tokens(folded.text)
    read = _Reader(folded.text, cut, table(), dates.arabic_months(cut)).read()
    found = dates.days_and_years(read, folded.text)
    return quantities(share_scale(found, folded.text, _BETWEEN), folded, text)


class _Reader(Numbers):
    """Reads what is made of numbers; methods return what starts at a place and the place after it."""

    def starting(self, place: int, before: list[Found]) -> tuple[list[Found], int]:
        found, after = self._at(place)
        return ([] if self._only_announces(place) or self._adds_half(before, place) else found), after

    def _only_announces(self, place: int) -> bool:
        """'The hour', 'the century' before their number are no quantities of their own."""
        form = self.form(place)
        if form not in _CENTURY and form not in arabic_times.HOUR:
            return False
        ahead, _ = self._at(self._past_article(place + 1))
        return bool(ahead) and ahead[0].kind in ("century", "time")

    def _adds_half(self, result: list[Found], place: int) -> bool:
        """In 'two billion dollars and half a billion' the second belongs to the first: give it that value too."""
        scale = self.value(place + 1)
        if self.role(place, joined=True) != "fraction" or self.role(place + 1) != "scale" or not result:
            return False
        last = result[-1]
        if last.scale != scale or last.end < self.cut[max(0, place - 2)].start:
            return False
        result[-1] = replace(last, also=(*last.also, last.value + self.value(place) * scale))
        return True

    def _past_article(self, place: int) -> int:
        """The article stands by itself before digits: القرن ال19."""
        return place + (self.form(place) == "ال")

    def _at(self, place: int) -> tuple[list[Found], int]:
        if not self.digits(place) and self.word(place) is None:
            return [], place
        before = place - 2 if self.form(place - 1) == "ال" else place - 1
        if self.form(before) in _CENTURY and (century := self._century(place)):
            return [century[0]], century[1]
        if self.role(place) == "ordinal":
            found, after = self._ordinal(place)
            time = arabic_times.hour(self, found, place, after) if self._may_be_hour(place, found) else None
            return ([time[0]], time[1]) if time else ([found], after)
        founds, after = self.number(place)
        if not founds:
            return self._other(place)
        of_hundred = self.form(place) in ("المئه", "المائه") and self.form(place - 1) in ("في", "من")
        if (of_hundred or self.form(place - 1) == "دور") and len(founds) == 1:  # hundredths; the last eight
            return [replace(founds[0], loose=True, also=(2 / founds[0].value,) if founds[0].value else ())], after
        return self._with_unit(founds, place, after)

    def _may_be_hour(self, place: int, found: Found) -> bool:
        word = self.word(place)
        return bool(word and word.definite and found.value <= 12)

    # What follows a number, or stands before it.

    def _with_unit(self, found: list[Found], place: int, after: int) -> tuple[list[Found], int]:
        *first, last = found
        following, before = self.form(after), self.form(place - 1)
        per_hundred = self.is_percent(after)
        if per_hundred or before == "%":
            after += per_hundred
            last = replace(last, end=max(last.end, self.cut[after - 1].end))
            return [replace(one, kind="percent") for one in (*first, last)], after
        if time := arabic_times.hour(self, last, place, after):
            return [*first, time[0]], time[1]
        of_century = last.kind == "year" and following == "من" and self.form(after + 1) in _CENTURY
        if of_century and last.value % 10 == 0 and (century := self._century(self._past_article(after + 2))):
            # 1930 من القرن العشرين: the digits tell the century already.
            return [*first, replace(last, kind="decade")], century[1]
        if following in _CURRENCIES or before in _SIGNS:
            last = replace(last, kind="money")
        elif last.digits and following in ("ينات", "ينيات", "ات"):
            last = replace(last, kind="decade")
        elif last.digits and self._in_name(place):
            last = replace(last, kind="code")
        if not last.also and (days := _SPANS.get(following)):
            last = replace(last, also=(last.value * days,))
        return [*first, self._and_a_half(last, after)], after

    def _in_name(self, place: int) -> bool:
        """H5N1 in Latin letters; كوفيد-19: a word of some length, a hyphen, digits."""
        before = self.form(place - 1)
        if not self.glued(place):
            return False
        hyphened = (
            before == "-" and self.glued(place - 1) and len(self.form(place - 2)) > 2 and not self.digits(place - 2)
        )
        return hyphened or (before.isascii() and before.isalpha())

    def _and_a_half(self, found: Found, after: int) -> Found:
        """'Three years and a half' is 3.5 of them."""
        for place in (after, after + 1):
            if self.role(place, joined=True) == "fraction":
                return replace(found, also=(*found.also, found.value + self.value(place) * found.scale))
        return found

    # Words that are no cardinal numbers.

    def _ordinal(self, place: int) -> tuple[Found, int]:
        value, after, token = self.value(place), place + 1, self.cut[place]
        is_first = token.form.endswith(("اول", "اولي"))  # 'the first ten' is no eleventh
        if self.role(after, joined=False) == "ten" and not is_first:
            value, after = value + 10, after + 1
        elif self.role(after, joined=True) == "tens":
            value, after = value + self.value(after), after + 1
        if self.form(after) == "بعد" and self.value(after + 1) in (100, 1000) and self.form(after + 1).startswith("ال"):
            value, after = value + self.value(after + 1), after + 2  # the eleventh after the hundredth
        also = (
            ((value - 1) * 10,) if self.form(place - 1) == "العقد" else ()
        )  # the third decade of a life: the twenties
        return Found(value, "ordinal", token.start, self.cut[after - 1].end, False, loose=value <= 2, also=also), after

    def _century(self, place: int) -> tuple[Found, int] | None:
        if self.role(place) == "ordinal":
            found, after = self._ordinal(place)
        else:
            founds, after = self.number(place)
            if len(founds) != 1:
                return None
            found = founds[0]
        if found.value.denominator != 1 or not 1 <= found.value <= 40 or found.kind == "time":
            return None
        return replace(found, kind="century", loose=False), after

    def _other(self, place: int) -> tuple[list[Found], int]:
        word, token = self.word(place), self.cut[place]
        if word is None:
            return [], place
        if word.role == "decade":
            return self._decade(place)
        if word.role in ("many", "scales"):
            return self._many(place)
        found = Found(word.value, "number", token.start, token.end, False, loose=True)
        if self.form(place + 1) in ("نهائي", "النهائي"):  # the last eighth has 16 teams
            return [replace(found, also=(2 / word.value,) if word.value else ())], place + 1
        if word.role == "ageing":
            found = replace(found, kind="decade")
        elif word.role in ("fraction", "fractions"):
            found = replace(found, kind="fraction", also=self._with_whole(place))
            if not word.joined and (per_hundred := self.is_percent(place + 1)):
                return [replace(found, kind="percent", loose=False)], place + 1 + per_hundred
        elif word.role == "two":
            also = tuple(2 * Fraction(measure) for noun, measure in _MEASURES if noun in token.form)
            # العامين are 'the two years' or 'the general ones'.
            loose = word.definite and "عام" in token.form
            found = self._and_a_half(replace(found, loose=loose, also=also), place + 1)
        return [found], place + 1

    def _with_whole(self, place: int) -> tuple[Fraction, ...]:
        """'An hour and a half', 'two kilometres and a half'."""
        value = self.value(place)
        if self.role(place, joined=True) is None:
            return ()
        return (2 + value if self.form(place - 1).endswith(("ين", "ان")) else 1 + value,)

    def _many(self, place: int) -> tuple[list[Found], int]:
        """Thousands, tens of thousands."""
        value, after = self.value(place), place + 1
        while True:
            at = after + (self.form(after) == "من")
            if self.role(at, joined=False) not in ("many", "scale", "scales") or value * self.value(at) > MAX_VALUE:
                break
            value, after = value * self.value(at), at + 1
        return [Found(value, "many", self.cut[place].start, self.cut[after - 1].end, False, loose=True)], after

    def _decade(self, place: int) -> tuple[list[Found], int]:
        """'The eighties', 'the eighties of the 19th century', 'of the last century'."""
        token, value, after = self.cut[place], self.value(place), place + 1
        found = Found(value, "decade", token.start, token.end, False)
        at = after + (self.form(after) == "من")
        if self.form(at) not in _CENTURY:
            return self._with_year(found, after)
        if (since := _LAST_CENTURY.get(self.form(at + 1))) is not None:
            return [replace(found, value=since + value, end=self.cut[at + 1].end)], at + 2
        named = self._century(self._past_article(at + 1))
        if named is None:
            return [found], after
        century, after = named
        value += (century.value - 1) * 100
        return self._with_year(replace(found, value=value, end=century.end, parts=(found, century)), after)

    def _with_year(self, found: Found, after: int) -> tuple[list[Found], int]:
        """'The thirties 1930' names the decade twice."""
        year = self.digits(after)
        if len(year) == 1 and year[0].kind == "year" and year[0].value % 100 == found.value % 100:
            return [replace(found, value=year[0].value, end=year[0].end, digits=True, parts=())], after + 1
        return [found], after
