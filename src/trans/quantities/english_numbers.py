"""English number words that follow one another, added up: two million three hundred thousand; two and a half billion; two dozen.

Knows how the words combine; not what stands around them.
"""

from fractions import Fraction

from trans.quantities.english_words import Word
from trans.quantities.numerals import MAX_VALUE, Found
from trans.quantities.tokens import Reader

_MULTIPLIED = ("hundred", "scale", "dozen", "fraction")
"""What 'a' counts: a hundred, a million, a dozen, a half."""


_NONE = Fraction(0)


class Numbers(Reader[Word]):
    """Reads sums of number words. Methods return a value and the place after it; the place itself where there is none."""

    def role(self, place: int) -> str:
        word = self.word(place)
        return word.role if word else ""

    def value(self, place: int) -> Fraction:
        word = self.word(place)
        return word.value if word else _NONE

    def skip_hyphen(self, place: int) -> int:
        """Return the place after a hyphen inside a word, or the same place."""
        return place + 1 if self.form(place) == "-" and self.glued(place) and self.glued(place + 1) else place

    def is_counted(self, place: int) -> bool:
        """Return whether 'a' stands there before a word that it counts."""
        return self.form(place) in ("a", "an") and self.role(place + 1) in _MULTIPLIED

    def sum(self, place: int) -> tuple[Fraction, int, int]:
        """Return the value of the words from ``place`` on, the place after them, and the smallest scale among them."""
        total, after, unit = Fraction(0), place, MAX_VALUE
        while unit > 1:
            at = after
            if after > place:
                at = self.skip_hyphen(at + (self.form(at) == "and"))
            group, end = self._group(at)
            scale, end = self._scales(end)
            if end == at or (after > place and group * scale >= unit):
                break
            total, after, unit = total + group * scale, end, scale
            half, end = self.half(after)
            if half:
                total, after = total + half * scale, end
                if scale == 1 and self.role(after) == "scale":  # two and a half million
                    scale = int(self.value(after))
                    total, after, unit = total * scale, after + 1, scale
                break
        return total, after, unit if after > place else 1

    def half(self, place: int) -> tuple[Fraction, int]:
        """Return the fraction of 'and a half' at a place, and the place after it; 0 and the place where there is none."""
        if self.form(place) != "and":
            return Fraction(0), place
        at = place + 2 if self.form(place + 1) in ("a", "one") else place + 1
        return (self.value(at), at + 1) if self.role(at) == "fraction" else (Fraction(0), place)

    def scaled(self, found: Found, after: int) -> tuple[Found, int]:
        """Return digits times the scales after them: 2.5 million, 1.5-billion, 3 dozen, 100 millionth."""
        while True:
            at = self.skip_hyphen(after)
            role, value = self.role(at), int(self.value(at))
            small = found.value < 100 and found.scale == 1
            if not value or found.value * value > MAX_VALUE:
                return found, after
            if role == "scale" or (role in ("hundred", "dozen") and small):
                found, after = found.scaled(value, self.cut[at].end), at + 1
            elif role == "ordinal scale" and value > 100:
                return found.scaled(value, self.cut[at].end, "ordinal"), at + 1
            else:
                return found, after

    def _scales(self, place: int) -> tuple[int, int]:
        scale = 1
        while True:
            at = place
            if self.role(place - 1) == "fraction":  # half a million, a quarter of a million
                at += self.form(at) == "of"
                at += self.form(at) == "a"
            at = self.skip_hyphen(at)
            if self.role(at) != "scale" or scale * self.value(at) > MAX_VALUE:
                return scale, place
            scale, place = scale * int(self.value(at)), at + 1

    def _group(self, place: int) -> tuple[Fraction, int]:
        """A number below a thousand, or a fraction or a dozen that a scale may follow. A bare scale counts as one of it."""
        start = place
        place += self.is_counted(place)
        role, value = self.role(place), self.value(place)
        if role == "scale":
            return Fraction(1), place
        if role == "fraction":
            at = place + 1
            at += self.form(at) == "a" and self.role(at + 1) in ("dozen", "hundred")
            at = self.skip_hyphen(at)
            return (value * self.value(at), at + 1) if self.role(at) in ("dozen", "hundred") else (value, place + 1)
        if role == "dozen":
            return value, place + 1
        if role == "hundred":
            return self._after_hundred(value, place + 1)
        value, after = self._below_hundred(place)
        if after == place:
            return Fraction(0), start
        at = self.skip_hyphen(after)
        if self.role(at) == "hundred":
            return self._after_hundred(value * 100, at + 1)
        return (value * 12, at + 1) if self.role(at) == "dozen" else (value, after)

    def _below_hundred(self, place: int) -> tuple[Fraction, int]:
        role, value = self.role(place), self.value(place)
        if role not in ("unit", "teen", "tens"):
            return Fraction(0), place
        at = self.skip_hyphen(place + 1)
        # In 'thirty four-wheel drives' there are thirty.
        own = at == place + 1 and self.form(at + 1) == "-" and self.glued(at + 1) and not self.role(at + 2)
        if role == "tens" and self.role(at) == "unit" and self.value(at) and not own:
            return value + self.value(at), at + 1
        return value, place + 1

    def _after_hundred(self, hundreds: Fraction, place: int) -> tuple[Fraction, int]:
        at = place + (self.form(place) == "and")
        rest, after = self._below_hundred(at)
        return (
            (hundreds, place) if self.role(after) in ("hundred", "dozen") or after == at else (hundreds + rest, after)
        )
