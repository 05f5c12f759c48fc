"""Whether data out of a file is of the types that its dataclass says: JSON has anything anywhere. Knows no file and no format.

Of types it knows those that the project's plain data is made of: texts, numbers, truth values, None, literals, unions, tuples,
dictionaries by texts, and dataclasses of these.
"""

import math
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Shaped = TypeVar("Shaped")


def checked(value: Shaped) -> Shaped:
    """Return ``value``, a dataclass. Raises ``TypeError`` where a field of it, or of a dataclass in it, holds another type."""
    kind: Any = type(value)
    for name, fits in _fields(kind):
        if not fits(getattr(value, name)):
            raise TypeError(f"{kind.__name__} has no such {name}: {str(getattr(value, name))[:40]!r}")
    return value


@cache
def _fields(kind: type) -> tuple[tuple[str, Callable[[Any], bool]], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, _fits(hints[field.name])) for field in fields(kind))


def _whole(kind: Any) -> Callable[[Any], bool]:
    inner = _fields(kind)
    return lambda value: type(value) is kind and all(fits(getattr(value, name)) for name, fits in inner)


@cache
def _fits(hint: Any) -> Callable[[Any], bool]:
    """Return what says whether a value is of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return lambda _value: True
    if hint is float:
        return lambda value: type(value) is int or (type(value) is float and math.isfinite(value))
    if hint in (str, int, bool, NoneType):
        return lambda value: type(value) is hint
    if origin is Literal:
        return lambda value: type(value) is str and value in arguments
    if origin in (Union, UnionType):
        several = tuple(map(_fits, arguments))
        return lambda value: any(fits(value) for fits in several)
    if origin is tuple and arguments[1:] == (...,):
        each = _fits(arguments[0])
        return lambda value: type(value) is tuple and all(map(each, value))
    if origin is tuple:
        several = tuple(map(_fits, arguments))
        return lambda value: (
            type(value) is tuple
            and len(value) == len(several)
            and all(fits(one) for fits, one in zip(several, value, strict=True))
        )
    if origin is dict and arguments[0] is str:
        each = _fits(arguments[1])
        return lambda value: type(value) is dict and all(type(key) is str and each(one) for key, one in value.items())
    if is_dataclass(hint):
        known: Any = hint
        return _whole(known)
    raise NotImplementedError(f"{hint} is no type of plain data")
