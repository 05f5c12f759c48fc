"""The quantities of an English text: digits, number words, times, dates, decades and centuries.

Reads words and their order; knows nothing of what the text was translated from.
"""

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from trans.quantities import dates
from trans.quantities.base import Kind, Quantity
from trans.quantities.english_numbers import Numbers
from trans.quantities.english_times import digits_hour, spoken_hour
from trans.quantities.english_words import SUFFIXES, UNSURE_SUFFIXES, table
from trans.quantities.numerals import MAX_VALUE, Found
from trans.quantities.plain import plain
from trans.quantities.tokens import quantities, share_scale, tokens

_BETWEEN = re.compile(r"\s*(?:-|to|and|or|through)\s*[$€£]?")
_PERCENT = frozenset({"%", "percent", "pct", "percentage"})
_MONEY_BEFORE = frozenset({"$", "€", "£", "¥"})
_MONEY_AFTER = frozenset(
    "$ € £ ¥ dollar dollars euro euros pound pounds riyal riyals dinar dinars dirham dirhams lira liras rouble roubles ruble"
    " rubles yen yuan franc francs rupee rupees peso pesos sterling shekel shekels cent cents usd eur gbp".split()
)
_MEASURES = {
    "days": 24, "day": 24, "weeks": 7, "week": 7, "years": 12, "year": 12, "decades": 10, "decade": 10, "centuries": 100,
}  # fmt: skip
"""What else a span of time may be said as: two weeks are 14 days, two years 24 months."""

_CENTURY = frozenset({"century", "centuries"})
_JOINS_CENTURIES = frozenset({"and", "or", "to", "-"})
_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_LENGTHS = frozenset({"km", "m", "cm", "mm", "ft", "mi", "in", "yd"})
_NUMBER_ROLES = frozenset({"unit", "teen", "tens", "hundred", "scale", "dozen", "fraction"})


@lru_cache(maxsize=2048)  # several checks read a sentence, some of them when its article is finished
def in_english(text: str) -> tuple[Quantity, ...]:
    """Return the quantities of an English ``text`` in order."""
    folded = plain(text)
    cut = tokens(folded.text)
    read = _Reader(folded.text, cut, table(), dates.english_months(cut, folded.text)).read()
    found = dates.days_and_years(read, folded.text)
    return quantities(share_scale(found, folded.text, _BETWEEN), folded, text)


class _Reader(Numbers):
    """Reads what is made of numbers; methods return what starts at a place and the place after it."""

    def starting(self, place: int, before: list[Found]) -> tuple[list[Found], int]:
        if self.form(place) in _CENTURY and before and before[-1].kind == "century":
            return [], place + 1  # said already
        return self._at(place)

    def _at(self, place: int) -> tuple[list[Found], int]:
        if self.digits(place):
            return self._digits(place)
        if self.word(place) is None and not self.is_counted(place):
            return self._roman(place), place + 1
        if self.role(place) in _NUMBER_ROLES or self.is_counted(place):
            return self._number(place)
        return self._other(place)

    # Digits, what is written onto them and what follows.

    def _digits(self, place: int) -> tuple[list[Found], int]:
        *first, last = self.digits(place)
        after = place + 1
        onto = self.form(after) if self.glued(after) else ""
        before = self.form(place - 1) if self.glued(place) else ""
        if last.kind == "number" and self.form(place)[0] != ".":  # in English 2.220 is no 2220; .38 may be a 38
            last = replace(last, also=())
        if before in _LENGTHS and last.value in (2, 3):
            return [], after  # km2
        if onto in ("st", "nd", "rd", "th"):
            last, after = replace(last, kind="ordinal", end=self.cut[after].end), after + 1
        elif last.value % 10 == 0 and (onto == "s" or (onto == "'" and self.form(after + 1) == "s")):
            after += 1 if onto == "s" else 2
            last = replace(last, kind="decade", end=self.cut[after - 1].end)
        elif onto in SUFFIXES and last.kind not in ("time", "fraction") and self.form(after + 1) != "/":
            sure = onto not in UNSURE_SUFFIXES or self.form(place - 1) in _MONEY_BEFORE
            scaled = last.scaled(SUFFIXES[onto], self.cut[after].end)
            last, after = scaled if sure else replace(scaled, also=(*scaled.also, last.value)), after + 1
        elif (
            before.isalpha()
            or (before == "-" and self.form(place - 2).isalpha())
            or (len(onto) == 1 and onto.isalpha())
        ):
            last = replace(last, kind="code")
        elif before == "'" and last.end - last.start == 2:  # '96
            last = replace(last, also=(1900 + last.value, 2000 + last.value))
        if self.form(after) == "+" and self.role(after + 1) == "scale":
            after += 1
        last, after = self.scaled(last, after)
        if hour := digits_hour(self, last, after):
            return [*first, hour[0]], hour[1]
        return self._with_unit([*first, last], place, after), after

    def _with_unit(self, found: list[Found], place: int, after: int) -> list[Found]:
        *first, last = found
        at = after + (self.form(after) == "-")
        following = self.form(at)
        kind: Kind | None = None
        if following in _PERCENT or (following == "per" and self.form(at + 1) == "cent"):
            kind = "percent"
        elif self.form(place - 1) in _MONEY_BEFORE or following in _MONEY_AFTER:
            kind = "money"
        if kind:
            return [replace(one, kind=kind) for one in found]
        if last.kind == "ordinal" and self._is_century(at):
            last = replace(last, kind="century")
        if not last.also and (days := _MEASURES.get(following)):
            last = replace(last, also=(last.value * days,))
        half, _ = self.half(after)
        half = half or self.half(after + 1)[0]  # three years and a half
        if half:
            also = (last.value + half * last.scale,)
            last = replace(last, also=last.also + also)
        return [*first, last]

    def _is_century(self, place: int) -> bool:
        """Does 'century' stand there, or after a second ordinal: '19th and early 20th centuries'?"""
        if self.form(place) in _CENTURY:
            return True
        return self.form(place) in _JOINS_CENTURIES and any(self.form(place + more) in _CENTURY for more in range(2, 5))

    # Words.

    def _number(self, place: int) -> tuple[list[Found], int]:
        start = self.cut[place].start
        value, after, scale = self.sum(place)
        if after == place:
            return self._other(place)
        at = self.skip_hyphen(after)
        hundredth = value % 100 == 0 and self.form(at) == "and" and self.role(at + 1) == "ordinal"
        at += hundredth
        role, more, end = self.role(at), self.value(at), self.cut[at].end if at < len(self.cut) else 0
        if role == "fractions" or (role == "ordinal" and value == 1 and at > after):  # two thirds, one-fifth
            return self._share(value * (more if role == "fractions" else 1 / more), start, at + 1)
        fits = hundredth or (value % 10 == 0 and more < 10)
        if role == "ordinal scale" or (role == "ordinal" and fits):  # twenty-third, two hundred and fortieth
            value = value * more if role == "ordinal scale" else value + more
            return [Found(value, "century" if self._is_century(at + 1) else "ordinal", start, end, False)], at + 1
        if role == "decade" and value in (17, 18, 19):  # nineteen eighties
            return [Found(value * 100 + more, "decade", start, end, False)], at + 1
        found = Found(value, "number", start, self.cut[after - 1].end, False, scale=scale)
        # A fraction of a whole is loose; so is 'a dozen', which may be a figure of speech.
        is_dozen = value == 12 and self.role(after - 1) == "dozen"
        found = replace(found, loose=value < 1 or is_dozen or (value <= 2 and after == place + 1))
        if value.denominator > 1 and scale == 1:
            found = replace(found, kind="fraction")
        if hour := spoken_hour(self, found, place, after):
            return [hour[0]], hour[1]
        return self._with_unit([found], place, after), after

    def _share(self, share: Fraction, start: int, after: int) -> tuple[list[Found], int]:
        """Two thirds; three quarters of a million. 'Five quarters' are as many of a year."""
        found = Found(share, "fraction", start, self.cut[after - 1].end, False, loose=True)
        if share >= 1:
            return [replace(found, kind="number", value=share * 4, also=(share,))], after
        at = after + (self.form(after) == "of")
        at += self.form(at) == "a"
        scaled, end = self.scaled(replace(found, kind="number"), at)
        return ([scaled], end) if end > at else ([found], after)

    def _other(self, place: int) -> tuple[list[Found], int]:
        role, value, token = self.role(place), self.value(place), self.cut[place]
        if role == "ordinal":
            century = self._is_century(place + 1)
            share = value > 2 and not century and self.form(place - 1) in ("a", "one")
            if share and self.form(place + 1) == "of":
                return [Found(1 / value, "fraction", token.start, token.end, False, loose=True)], place + 1
            loose = share or (value <= 2 and not century)
            also = (1 / value,) if value > 2 else ()
            return [
                Found(value, "century" if century else "ordinal", token.start, token.end, False, loose, also)
            ], place + 1
        if role == "many":
            return self._many(place)
        if role == "loose" and value == 2:  # a couple of thousand
            at = place + 1 + (self.form(place + 1) == "of")
            if self.role(at) in ("scale", "hundred", "dozen"):
                return [Found(2 * self.value(at), "number", token.start, self.cut[at].end, False, loose=True)], at + 1
        if role == "few" and self.role(place + 1) in ("hundred", "scale", "dozen"):  # several hundred thousand
            value, after, _ = self.sum(place + 1)
            value = Fraction(10) if value == 12 else value  # as 'dozens' are 'tens' in Arabic
            return [Found(value, "many", token.start, self.cut[after - 1].end, False, loose=True)], after
        kinds: dict[str, Kind] = {
            "decade": "decade",
            "fraction": "fraction",
            "fractions": "fraction",
            "loose": "number",
            "ordinal scale": "ordinal",
        }
        if role in kinds:
            return [Found(value, kinds[role], token.start, token.end, False, loose=role != "decade")], place + 1
        return [], place + 1

    def _many(self, place: int) -> tuple[list[Found], int]:
        """Thousands, tens of thousands."""
        value, after = self.value(place), place + 1
        while True:
            at = after + (self.form(after) == "of")
            if self.role(at) not in ("many", "scale") or value * self.value(at) > MAX_VALUE:
                break
            value, after = value * self.value(at), at + 1
        return [Found(value, "many", self.cut[place].start, self.cut[after - 1].end, False, loose=True)], after

    def _roman(self, place: int) -> list[Found]:
        token = self.cut[place]
        written = self.text[token.start : token.end]
        if written[0] not in _ROMAN_VALUES or not _ROMAN.fullmatch(written):
            return []
        values = [_ROMAN_VALUES[letter] for letter in written]
        value = sum(-one if one < other else one for one, other in zip(values, [*values[1:], 0], strict=True))
        return [Found(Fraction(value), "ordinal", token.start, token.end, False, loose=True)]
