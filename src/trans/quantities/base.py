"""What a quantity is: a value that stands in a text, with its span. Knows no language."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal[
    "number",  # a count, an amount, a part of a score or range
    "ordinal",  # third, 19th, التاسع عشر
    "percent",  # as written: 39 for 39%
    "money",  # the amount only
    "fraction",  # a half, ثلث, 3/4
    "time",  # minutes since midnight: 570 for 9:30
    "day",  # of a month
    "month",  # 1 to 12
    "year",
    "decade",  # its first year where the century is said, else two digits: 1980, 80
    "century",  # its number: 19
    "hijri day",
    "hijri month",
    "hijri year",
    "many",  # dozens, hundreds of, ملايين without a figure: the scale
    "code",  # digits that are part of a name or a formula: F-16, G7, CO2
]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value of a text. ``text`` is what stands at ``[start:end]`` of the text as given, Arabic proclitics included.

    ``value`` is exact. ``digits`` tells what is written in digits from what is written in words only. ``loose`` marks words that
    need not be counts and that translators render freely (one, a pair, half, a dual noun): compare with them, but raise no
    alarm over them. ``also`` are other values the same text may have: 1.200 is 1.2 or 1200. ``parts`` are what the text holds if
    it is not one value: 1,2 may be 1 and 2; 9/11 may be 9 and 11.
    """

    value: Fraction
    kind: Kind
    start: int
    end: int
    text: str
    digits: bool
    loose: bool = False
    also: tuple[Fraction, ...] = ()
    parts: tuple["Quantity", ...] = ()
