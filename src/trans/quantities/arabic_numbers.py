"""Arabic number words that follow one another, added up and multiplied: خمسه وعشرون, ثلاثه ملايين ونصف, 2 مليون و300 الف.

Knows how the words combine; not what stands around them.
"""

from dataclasses import replace
from fractions import Fraction

from trans.quantities.arabic_words import Role, Word
from trans.quantities.numerals import MAX_VALUE, Found
from trans.quantities.tokens import Reader

_LENGTHS = frozenset("كم كلم م مم سم ميل قدم km m cm mm".split())
_ALSO_FIFTHS = ("خمس", "سبع", "تسع", "عشر")
"""A fifth and five, in letters without vowels."""
_HUNDRED = frozenset({"المئه", "المائه", "مئه", "مائه"})
_PERCENT = frozenset({"%", "بالمئه", "بالمائه", "بالمايه", "بالميه"})
_NONE = Fraction(0)


class Numbers(Reader[Word]):
    """Reads sums of number words. Methods return what starts at a place and the place after it."""

    def role(self, place: int, *, joined: bool | None = None) -> Role | None:
        """Return the part a word has in the grammar, if 'and' is written onto it or not as asked for."""
        word = self.word(place)
        return word.role if word and (joined is None or word.joined == joined) else None

    def value(self, place: int) -> Fraction:
        word = self.word(place)
        return word.value if word else _NONE

    def number(self, place: int) -> tuple[list[Found], int]:
        """A sum of terms: 2 million and 300 thousand and 5. Digits with marks between them may hold several numbers."""
        found, after = self._term(place)
        if not found:
            return [], place
        *first, total = found
        while total.scale > 1:
            at = self._joined(after)
            if at is None:
                break
            if total.also and not total.digits and total.value == 2 * total.scale:
                # Before 'and' it is no construct: الفا وخمسمئه is 1500, though الفا موظف is 2000 of them.
                total = replace(total, value=total.value / 2, also=())
            if self.role(at) == "fraction":
                total = replace(total, value=total.value + self.value(at) * total.scale, end=self.cut[at].end)
                after = at + 1
                after += self.role(after) == "scale" and self.value(after) == total.scale  # مليون ونصف المليون
                break
            terms, end = self._term(at)
            if len(terms) != 1 or terms[0].value >= total.scale or terms[0].value.denominator != 1:
                break
            after, term = end, terms[0]
            total = _added(total, term)
        return [*first, total], after

    def is_percent(self, place: int) -> int:
        """Return how many tokens from a place on say 'per cent'."""
        if self.form(place) == "في" and self.form(place + 1) in _HUNDRED:
            return 2
        return int(self.form(place) in _PERCENT)

    def _joined(self, place: int) -> int | None:
        """Return where the next addend starts: a word with 'and' written onto it, or what follows an 'and' by itself."""
        if self.form(place) == "و":
            return place + 1
        word = self.word(place)
        eleven = (
            self.form(place) == "واحد" and self.role(place + 1, joined=False) == "ten"
        )  # 'and eleven', folded as 'one'
        return place if word and (word.joined or eleven) else None

    def _term(self, place: int) -> tuple[list[Found], int]:
        """A number below a thousand, or digits, times the scales after it; or a scale by itself."""
        if digits := self.digits(place):
            return self._digits(place, digits)
        word = self.word(place)
        if word is None:
            return [], place
        token = self.cut[place]
        if word.role in ("scale", "dual", "dual?"):
            scale = int(word.value) if word.role == "scale" else int(word.value / 2)
            also = (word.value / 2,) if word.role == "dual?" else ()
            found, after = self._scaled(
                Found(word.value, "number", token.start, token.end, False, also=also, scale=scale), place + 1
            )
            # الف is 'wrote' too, الفا is Alpha.
            return [replace(found, loose=scale == 1000 and after == place + 1)], after
        if word.role == "fraction":
            if self.role(place + 1, joined=False) not in ("scale", "scales"):
                return [], place
            found, after = self._scaled(Found(word.value, "number", token.start, token.end, False), place + 1)
            return [found], after
        value, after = self._below_thousand(place)
        if after == place:
            return [], place
        end = self.cut[after - 1].end
        if self.role(after, joined=False) == "fractions":
            share = Found(value * self.value(after), "number", token.start, self.cut[after].end, False)
            found, end = self._scaled(share, after + 1)
            return [found if end > after + 1 else replace(share, kind="fraction", loose=True)], end
        also = (1 / value,) if after == place + 1 and token.form.endswith(_ALSO_FIFTHS) else ()
        found = Found(value, "number", token.start, end, False, loose=value <= 2, also=also)
        if after == place + 1 and also and self.role(after, joined=False) in ("unit", "tens", "hundreds"):
            return [replace(found, loose=True)], after  # تسع ستين: it holds sixty
        found, after = self._scaled(found, after)
        return [found], after

    def _digits(self, place: int, digits: tuple[Found, ...]) -> tuple[list[Found], int]:
        if self._is_squared(place):
            return [], place
        *first, last = digits
        scaled, after = self._scaled(last, place + 1)
        if after > place + 1 and self.form(place - 1) == "-" and self.glued(place) and len(self.form(place - 2)) > 2:
            # سارس-2 مليون: perhaps a name, then a number.
            following, _ = self._scaled(Found(Fraction(1), "number", self.cut[place + 1].start, 0, False), place + 1)
            scaled = replace(scaled, parts=(last, following))
        return [*first, scaled], after

    def _is_squared(self, place: int) -> bool:
        """The 2 of كم2."""
        return self.glued(place) and self.form(place) in ("2", "3") and self.form(place - 1) in _LENGTHS

    def _scaled(self, found: Found, after: int) -> tuple[Found, int]:
        while role := self.role(after, joined=False):
            value = int(self.value(after) / 2 if role == "dual?" else self.value(after))
            hundred = role == "hundred" and found.digits and found.value < 10 and found.scale == 1
            # Words above ten take the singular: in 'the twelve, thousands of people' nothing is multiplied.
            plural = role == "scales" and (
                found.digits or 3 <= found.value % 100 <= 10 or found.value < 3 or found.scale > 1
            )
            if not (hundred or plural or role in ("scale", "dual?")) or found.value * value > MAX_VALUE:
                break
            found, after = found.scaled(value, self.cut[after].end), after + 1
        return found, after

    def _below_thousand(self, place: int) -> tuple[Fraction, int]:
        role, value = self.role(place), self.value(place)
        if role in ("hundred", "hundreds"):
            return self._after_hundreds(value, place + 1)
        if role == "unit" and value > 2 and self.role(place + 1, joined=False) == "hundred":
            return self._after_hundreds(value * 100, place + 2)
        return self._below_hundred(place)

    def _after_hundreds(self, hundreds: Fraction, place: int) -> tuple[Fraction, int]:
        at = self._joined(place)
        if at is None:
            return hundreds, place
        rest, after = self._below_hundred(at)
        return (hundreds, place) if after == at else (hundreds + rest, after)

    def _below_hundred(self, place: int) -> tuple[Fraction, int]:
        role, value = self.role(place), self.value(place)
        if role == "weekday":
            more = self.role(place + 1, joined=False) == "ten" or self.role(place + 1, joined=True) == "tens"
            role = "unit" if more or self.is_percent(place + 1) else None
        if role not in ("unit", "ten", "tens"):
            return _NONE, place
        if role == "unit":
            if self.role(place + 1, joined=False) == "ten":
                return value + 10, place + 2
            at = self._joined(place + 1)
            if at is not None and self.role(at) == "tens":
                return value + self.value(at), at + 1
        return value, place + 1


def _added(total: Found, term: Found) -> Found:
    """Where digits are among them, 2 million and 300 may be two numbers."""
    digits = total.digits or term.digits
    parts = (replace(total, parts=()), term) if digits else ()
    value = total.value + term.value
    return replace(total, value=value, end=term.end, digits=digits, loose=False, parts=parts, scale=term.scale)
