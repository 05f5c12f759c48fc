"""Which quantities of an Arabic text and its English translation are the same ones, and which stand on one side only.

First equal values of one kind, then equal values, then what may lawfully stand for another: 50% for a half, 22:30 for half past
ten, the 1980s for الثمانينيات. Knows how quantities correspond, not how bad it is when they don't.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from trans.quantities.base import Quantity

Key = tuple[str, Fraction]
"""A value within a family of kinds: nine o'clock is no nine."""

_FAMILIES = {"time": "time", "month": "month", "hijri month": "hijri month", "many": "many"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """``pairs`` in the order of the Arabic; what is left of each text in its own order. Composite quantities stand as their parts
    where only the parts have counterparts."""

    pairs: tuple[tuple[Quantity, Quantity], ...]
    arabic: tuple[Quantity, ...]
    english: tuple[Quantity, ...]


def agree(arabic: tuple[Quantity, ...], english: tuple[Quantity, ...]) -> Agreement:
    """Return how the quantities of two texts correspond; near-linear in their number."""
    one, other = _apart(arabic, english), _apart(english, arabic)
    left_one, left_other = dict(enumerate(one)), dict(enumerate(other))
    pairs: list[tuple[int, int]] = []
    for keys, also in _ROUNDS:
        if not left_one or not left_other:
            break
        by_key: dict[object, deque[int]] = defaultdict(deque)
        for place, quantity in left_other.items():
            for key in also(quantity):
                by_key[key].append(place)
        for place, quantity in list(left_one.items()):
            match = next(
                (
                    at
                    for key in keys(quantity)
                    if (at := _first(by_key.get(key), left_other)) is not None
                    and not _are_other_shares(quantity, left_other[at])
                ),
                None,
            )
            if match is not None:
                pairs.append((place, match))
                del left_one[place], left_other[match]
    pairs.sort()
    return Agreement(
        tuple((one[place], other[match]) for place, match in pairs),
        tuple(left_one.values()),
        tuple(left_other.values()),
    )


def _are_other_shares(one: Quantity, other: Quantity) -> bool:
    """2.25% is 0.0225, which no other percentage is; 225% must not pass for it."""
    return one.kind == other.kind == "percent" and not {one.value, *one.also} & {other.value, *other.also}


def _first(places: deque[int] | None, left: dict[int, Quantity]) -> int | None:
    """Return the first of ``places`` that is still left, and forget those before it."""
    while places and places[0] not in left:
        places.popleft()
    return places[0] if places else None


def _apart(quantities: tuple[Quantity, ...], others: tuple[Quantity, ...]) -> list[Quantity]:
    """Composite quantities as their parts, where that is how the other side has them."""
    if not any(quantity.parts for quantity in quantities):
        return list(quantities)
    whole = {key for other in others for key in _values(other)}
    firm = {key for other in others for key in _firm_lawful(other)}
    firm |= {key for other in others if other.kind == "fraction" for part in other.parts for key in _values(part)}
    result: list[Quantity] = []
    for quantity in quantities:
        split = quantity.parts and not any(key in whole for key in _values(quantity))
        split = split and all(any(key in firm for key in _values(part)) for part in quantity.parts)
        result += quantity.parts if split else (quantity,)
    return result


def _family(quantity: Quantity) -> str:
    return _FAMILIES.get(quantity.kind, "number")


def _of_kind(quantity: Quantity) -> Iterator[object]:
    if not quantity.loose:
        yield quantity.kind, quantity.value


def _firm(quantity: Quantity) -> Iterator[object]:
    if not quantity.loose:
        yield _family(quantity), quantity.value


def _values(quantity: Quantity) -> Iterator[Key]:
    family = _family(quantity)
    yield family, quantity.value
    for value in quantity.also:
        yield ("month" if family == "hijri month" else family), value


def _firm_values(quantity: Quantity) -> Iterator[Key]:
    if not quantity.loose:
        yield from _values(quantity)


def _firm_lawful(quantity: Quantity) -> Iterator[Key]:
    if not quantity.loose:
        yield from _lawful(quantity)


def _lawful(quantity: Quantity) -> Iterator[Key]:
    """Its values, and those of other writings that mean the same."""
    yield from _values(quantity)
    value, kind = quantity.value, quantity.kind
    if kind == "percent":
        yield "number", value / 100
    elif kind == "fraction":
        yield "number", value * 100
    elif kind == "time":
        for minutes in (value, *quantity.also):
            if minutes % 60 == 0:
                yield "number", minutes / 60
                yield "number", (minutes / 60 - 12) % 24
            yield "number", minutes // 60 * 100 + minutes % 60
    elif kind == "month":
        yield "number", value
    elif kind == "decade":
        if value < 100:
            yield "number", 1900 + value
            if value <= 20:
                yield "number", 2000 + value
        if value % 100 == 0 and value >= 1000:
            yield "number", value / 100 + 1
    elif kind == "century":
        yield "number", (value - 1) * 100
    elif kind == "many":
        yield "number", value
    elif kind == "number" and 1 <= value < 25 and 100 % value.denominator == 0 and value % 1 < Fraction(3, 5):
        yield "time", value // 1 * 60 + value % 1 * 100  # 9.30


_Keys = Callable[[Quantity], Iterable[object]]
_ROUNDS: tuple[tuple[_Keys, _Keys], ...] = (
    (_of_kind, _of_kind),
    (_firm, _firm),
    (_firm_values, _firm_values),
    (_firm_lawful, _firm_values),
    (_firm_values, _firm_lawful),
    (_firm, _values),
    (_values, _firm),
    (_firm_lawful, _values),
    (_values, _firm_lawful),
    (_lawful, _firm_values),
    (_firm_values, _lawful),
    (_values, _values),
)
"""The keys of the Arabic and of the English that must meet, surest first. What is loose meets what is firm before its own kind:
'واحدة' is the 1 that the English has in digits rather than some 'once' of it."""
