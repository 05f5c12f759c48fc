"""What the comparison of two runs comes to: which briefs, how many sentences and flags, and what they were made with. Pure."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from trans.brief import Provenance, Severity
from trans.difference import Compared

# Of a setting's value that is shown: the longest of ours, a fingerprint, has 64 characters, an instruction some hundred.
_LONGEST_VALUE = 300

# Where a brief's rendering differs, no sentence does.
_NOT_TOLD = frozenset({"hashes.rendering", "pub_status"})

# Pairs of values that are told of one setting; of the glossary each article has its own. Files by hand may have any number, and
# any number of settings: ours have some thirty.
_MOST_VALUES = 3
_MOST_SETTINGS = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that briefs were made with and that differs, by its path in the provenance:
    ``translation.settings.decoding.beam_size``. A value is empty where there is none.
    """

    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A brief that can't be compared, in which of the two folders, and why."""

    side: Literal["a", "b"]
    file: str
    reason: str


@dataclass(slots=True)
class Totals:
    """Added up a pair of briefs after another. ``a`` and ``b`` are the folders as the user called them."""

    a: str
    b: str
    same: int = 0
    differ: int = 0
    sentences: int = 0
    summaries: int = 0
    sentences_differ: int = 0
    summaries_differ: int = 0
    places_with_flags: int = 0
    demo: bool = False
    lost: Counter[Severity] = field(default_factory=Counter)
    gained: Counter[Severity] = field(default_factory=Counter)
    only_in_a: list[str] = field(default_factory=list)
    only_in_b: list[str] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    _settings: dict[str, Counter[tuple[str, str] | None]] = field(default_factory=dict)

    @property
    def both(self) -> int:
        """How many briefs are in both."""
        return self.same + self.differ

    @property
    def settings(self) -> list[tuple[Setting, int]]:
        """What differs in the making, and in how many pairs of briefs; of a setting with many values the first few."""
        return [
            (Setting(name, *(values or (_VARIOUS, _VARIOUS))), count)
            for name, found in self._settings.items()
            for values, count in found.items()
        ]

    def add(self, compared: Compared, made_a: Provenance, made_b: Provenance) -> None:
        """Count a pair of briefs."""
        self.demo |= made_a.demo or made_b.demo
        self.differ += bool(compared.differences)
        self.same += not compared.differences
        self.sentences += compared.sentences
        self.summaries += compared.summaries
        for difference in compared.differences:
            self.places_with_flags += difference.flags_differ
            self.lost.update(flag.severity for flag in difference.lost)
            self.gained.update(flag.severity for flag in difference.gained)
            if difference.text_differs:
                self.sentences_differ += difference.where != "summary"
                self.summaries_differ += difference.where == "summary"
        for setting in settings(made_a, made_b):
            if setting.name in self._settings or len(self._settings) < _MOST_SETTINGS:
                found = self._settings.setdefault(setting.name, Counter())
                values = (setting.a, setting.b)
                found[values if values in found or len(found) < _MOST_VALUES else None] += 1


_VARIOUS = "various"


def settings(a: Provenance, b: Provenance) -> Iterator[Setting]:
    """Yield what differs in the making of two briefs."""
    first, second = dict(_named(asdict(a))), dict(_named(asdict(b)))
    for name in dict.fromkeys((*first, *second)):
        one, other = (_value(values[name]) if name in values else "" for values in (first, second))
        if one != other and name not in _NOT_TOLD:
            yield Setting(name, one, other)


def _named(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        # Ours are three deep; deeper ones, of a file by hand, stay a value.
        if isinstance(value, dict) and prefix.count(".") < 3:
            yield from _named(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
