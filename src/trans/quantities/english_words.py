"""English words that say how many or which in order, each with its part in the grammar.

A table; how the words combine is ``english``'s business.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

Role = Literal[
    "unit",  # 1 to 9
    "teen",  # 10 to 19
    "tens",  # 20 to 90
    "hundred",
    "scale",  # a thousand and up
    "dozen",
    "many",  # hundreds of
    "ordinal",
    "ordinal scale",  # hundredth, millionth
    "decade",
    "fraction",
    "fractions",  # two thirds
    "few",  # several hundred
    "loose",  # may stand for a number: twice, both, decade
]


@dataclass(frozen=True, slots=True)
class Word:
    role: Role
    value: Fraction


_UNITS = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINAL_UNITS = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINAL_TEENS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()
)
_SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
SUFFIXES = {
    "k": 1000, "m": 10**6, "mn": 10**6, "mln": 10**6, "mil": 10**6, "b": 10**9, "bn": 10**9, "bln": 10**9, "t": 10**12,
    "tn": 10**12, "trn": 10**12,
}  # fmt: skip
"""Scales written onto digits: 2bn."""

UNSURE_SUFFIXES = frozenset({"m", "k", "b", "t", "mil"})
"""100m may be metres, 5K a run: both values are kept unless money stands before it."""

_LOOSE = {
    1: "another single once sole only alone solo mono",
    2: "both couple pair pairs double doubled doubles doubling twice dual duo twin twins two-fold twofold secondly either",
    0: "nil scoreless goalless nought blank unanswered",
    3: "trimester trimesters triple tripled triples thrice trio triad trilogy triplet triplets threefold tripling triangle treble"
    " tripartite",
    4: "quadruple quadrupled fourfold quartet quadruplets foursome foursomes fourball fourballs",
    5: "quintet fivefold",
    6: "sextet",
    7: "week weeks weekly",
    10: "decade decades tenfold",
    14: "fortnight",
    20: "score",
    24: "day overnight",
    60: "hour minute",
    100: "century centenary hundredfold",
    1000: "millennium millennia",
}


@cache
def table() -> dict[str, Word]:
    """Return lower-case word -> what it is."""
    words: dict[str, Word] = {}

    def put(role: Role, value: Fraction | int, form: str) -> None:
        words.setdefault(form, Word(role, Fraction(value)))

    for value, form in enumerate(_UNITS, start=1):
        put("unit", value, form)
    for value, form in enumerate(_TEENS, start=10):
        put("teen", value, form)
    for value, form in zip(range(20, 100, 10), _TENS, strict=True):
        put("tens", value, form)
        put("ordinal", value, form[:-1] + "ieth")
        put("decade", value, form[:-1] + "ies")
        put("decade", value, form + "something")
    for cardinals in (_UNITS[2:], _TEENS, _TENS):
        for form in cardinals:
            put("loose", words[form].value, form + "fold")
    put("unit", 0, "zero")
    put("tens", 40, "fourty")
    put("hundred", 100, "hundred")
    put("ordinal scale", 100, "hundredth")
    put("many", 100, "hundreds")
    put("dozen", 12, "dozen")
    put("many", 10, "dozens")
    put("many", 10, "tens")
    put("many", 20, "scores")
    for form, value in _SCALES.items():
        put("scale", value, form)
        put("many", value, form + "s")
        put("ordinal scale", value, form + "th")
    for value, form in enumerate(_ORDINAL_UNITS, start=1):
        put("ordinal", value, form)
        if value > 2:
            put("fractions", Fraction(1, value), form + "s")
    for value, form in enumerate(_ORDINAL_TEENS, start=10):
        put("ordinal", value, form)
        put("fractions", Fraction(1, value), form + "s")
    put("fraction", Fraction(1, 2), "half")
    put("fraction", Fraction(1, 2), "halved")
    put("fractions", Fraction(1, 2), "halves")
    put("fraction", Fraction(1, 4), "quarter")
    put("fractions", Fraction(1, 4), "quarters")
    put("few", 1, "few")
    put("few", 1, "several")
    for value, forms in _LOOSE.items():
        for form in forms.split():
            put("loose", value, form)
    return words
