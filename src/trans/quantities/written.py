"""How an English reader writes the value of a quantity: 2024, 1.5 million, 10:15, 39%. Knows nothing of where it stands."""

from fractions import Fraction

from trans.quantities import hijri
from trans.quantities.base import Quantity
from trans.quantities.months import english_name

# '1.5 million' is read at a glance, 1,500,000 is not; 1,234,567 has no short form.
_SCALES = ((10**12, " trillion"), (10**9, " billion"), (10**6, " million"))


def written(one: Quantity) -> str:
    """Return the value as an English reader writes it."""
    value = one.value
    if one.kind == "time":
        return f"{int(value) // 60}:{int(value) % 60:02}"
    if one.kind == "month":
        return english_name(int(value))
    if one.kind == "hijri month":
        return hijri.NAMES[int(value) - 1]
    if one.kind == "hijri year":
        return f"{value} AH"
    number = _number(value, plain=one.kind in ("year", "decade", "code"))
    match one.kind:
        case "percent":
            return f"{number}%"
        case "decade":
            return f"{number}s"
        case "century":
            return f"century {number}"
    return number


def _number(value: Fraction, *, plain: bool) -> str:
    if value.denominator == 1:
        if plain:
            return str(value)
        for scale, name in _SCALES:
            if value >= scale and value * 1000 % scale == 0:
                return f"{float(value / scale):,.3f}".rstrip("0").rstrip(".") + name
        return f"{int(value):,}"
    if any(10**digits % value.denominator == 0 for digits in range(1, 8)):
        return f"{float(value):,.8f}".rstrip("0")
    return str(value)
