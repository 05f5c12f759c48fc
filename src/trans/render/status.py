"""What an editor must check in a brief, in the order and in the one sentence that every format says first.

Pure; knows no format. A fault is one item however often it repeats; notes (``info``) are left out.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from trans.brief import SEVERITIES, Brief, Flag, Passage, Severity, Where
from trans.precision import precision

SHOWN = 3
"""Faults that the one sentence names; the rest is a count."""

CLEAN = "No error and no warning found."

# What a notice asks for, in its own words, by its kind in ``trans.notices``: beside one, "nothing found" reads as "use it".
_ASKED: Mapping[str, str] = {
    "killed": "Use nothing of it.",
    "withheld": "Don't publish it.",
    "embargoed": "Don't publish it before its embargo ends.",
    "kill notice": "Find the story that it takes back, and use nothing of that.",
    "correction": "Find what it corrects.",
}

# What an editor reads first, and what makes a wrong story of it: the top of the text, and who, where and how many.
_LEAD = 2
_FIGURES_AND_NAMES = frozenset({"numbers", "hijri", "names", "terms", "spelling"})

# Two Arabic forms of one name ('سوريا', 'سورية') are the same fault; of other checks the quoted text is the fault.
_OF_VALUES = frozenset({"numbers", "names", "terms"})
_QUOTED_ARABIC = re.compile(r" ?\([^()]*[\u0600-\u06ff][^()]*\)|[\u0600-\u06ff]+")
_SAYS = re.compile(r"The Arabic says [^;]+; the English has (?!.* without )[^;]+$")
# The full stop of a sentence, which that of 'p.m.' is not.
_STOP = re.compile(r"(?<!\.[A-Za-z])\.$")

# Of one fault in the sentence that names three: about a line of text.
_LONGEST = 140


class Flagged(Protocol):
    """A brief, or what the index keeps of one."""

    @property
    def flags(self) -> tuple[Flag, ...]: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault stands; the numbers count from 1 and mean what those of a ``Flag`` do."""

    where: Where
    paragraph: int | None = None
    sentence: int | None = None

    def __str__(self) -> str:
        """As a reader says it, without the sentence: 'the headline', 'paragraph 3'."""
        if self.where == "paragraph":
            return f"paragraph {self.paragraph}" if self.paragraph else "the article"
        if self.where == "summary" and self.paragraph and self.paragraph > 1:
            return f"key point {self.paragraph - 1}"
        if self.where == "deck" and self.paragraph and self.paragraph > 1:
            return f"standfirst {self.paragraph}"
        return f"the {'standfirst' if self.where == 'deck' else self.where}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to check, with all its places in reading order; ``source`` and ``target`` quote the first of them.

    ``flags`` are those of the brief that say it.
    """

    severity: Severity
    check: str
    message: str
    places: tuple[Place, ...]
    source: str = ""
    target: str = ""
    flags: tuple[Flag, ...] = ()


def faults(brief: Flagged) -> tuple[Fault, ...]:
    """Return the errors and warnings of ``brief``: headline and summary, figures and names in the lead, then the worst."""
    return _grouped(flag for flag in brief.flags if flag.severity != "info")


def notes(brief: Flagged) -> tuple[Fault, ...]:
    """Return what is no more than a note, in the same order."""
    return _grouped(flag for flag in brief.flags if flag.severity == "info")


def status(brief: Flagged) -> str:
    """Return the one sentence that says what to check, in plain text."""
    return sentence(faults(brief))


def clean(notices: Iterable[str], otherwise: str = CLEAN) -> str:
    """Return what is said where nothing was found: what the gravest of an article's ``notices`` asks for, else that nothing was
    found. They are kinds, the gravest first.
    """
    return next((_ASKED[kind] for kind in notices if kind in _ASKED), otherwise)


def sentence(found: Sequence[Fault], otherwise: str = CLEAN) -> str:
    """Return that sentence for the faults that were found, ``otherwise`` where none were."""
    if not found:
        return otherwise
    named = "; ".join(told(fault) for fault in found[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{opening(found)} {named}{more}"


def opening(found: Sequence[Fault]) -> str:
    """Return how the sentence begins: 'Check 2 things:'."""
    return f"Check {len(found)} thing{'s' if len(found) > 1 else ''}:"


def said(fault: Fault, longest: int | None = _LONGEST) -> str:
    """Return a fault and its first place as a part of that sentence: 'paragraph 3 reads 93, the Arabic says ٣٩'.

    It is cut to about ``longest`` characters, if that is not None.
    """
    place = str(fault.places[0])
    if fault.check == "numbers" and fault.source and fault.target and _SAYS.match(fault.message):
        before, text = f"{place} ", f"reads {fault.target}, the Arabic says {fault.source}"
    else:
        message = re.sub(r"^This (sentence|text)\b", r"a \1", fault.message.replace("; ", ", "))
        message = _STOP.sub("", message.replace("of this sentence", "of a sentence"))
        before, text = f"in {place} ", f"{message[:1].lower()}{message[1:]}"
    return before + (text if longest is None else _cut(text, longest - len(before)))


def _cut(text: str, room: int) -> str:
    """Return ``text`` cut between two words; '300' of '300 million' or '30' of '300' would be another number."""
    if len(text) <= room:
        return text
    words = text[: room + 1].split(" ")[:-1]
    while words and words[-1][-1:].isdigit():
        words.pop()
    kept = " ".join(words) or re.sub(r"[\d.,٫٬]+$", "", text[:room])
    return f"{kept.rstrip()}…"


def told(fault: Fault) -> str:
    """Return ``said`` with a count of the fault's other places."""
    others = len(dict.fromkeys(map(str, fault.places))) - 1
    return f"{said(fault)} (and in {others} other place{'s' if others > 1 else ''})" if others else said(fault)


def called(brief: Brief) -> dict[Place, tuple[str, ...]]:
    """Return, of each part of ``brief``, what a reader calls its sentences: 'sentence 2', 'cell 3'.

    What no reader counts has no name: a bullet, a rule, the bars of a table.
    """
    markers = [paragraph.marker.strip() for paragraph in brief.article.paragraphs]
    return {
        Place(where, number): _called(passage, markers[number - 1] if where == "paragraph" and number else "")
        for where, number, passage in brief.parts()
    }


def at(place: Place, names_of: Mapping[Place, Sequence[str]]) -> str:
    """Return what a reader calls a place, with its sentence: 'paragraph 3, sentence 2'. ``names_of`` is what ``called`` gives."""
    names = names_of.get(Place(place.where, place.paragraph), ())
    sentence = place.sentence if place.sentence and place.where != "headline" else 0
    name = names[sentence - 1] if 0 < sentence <= len(names) else ""
    return f"{place}, {name}" if name else str(place)


def _called(passage: Passage, marker: str) -> tuple[str, ...]:
    kind = "cell" if passage.kind == "table" else "sentence"
    names: list[str] = []
    count = 0
    for position, sentence in enumerate(passage.sentences):
        marks = position == 0 and sentence.literal and sentence.source == marker
        counts = not marks and any(character.isalnum() for character in sentence.source + sentence.target)
        count += counts
        names.append(f"{kind} {count}" if counts else "")
    return tuple(names)


def _grouped(flags: Iterable[Flag]) -> tuple[Fault, ...]:
    same: dict[tuple[str, ...], list[Flag]] = defaultdict(list)
    for flag in flags:
        same[_identity(flag)].append(flag)
    groups = sorted((sorted(group, key=_reading) for group in same.values()), key=_urgency)
    return tuple(_fault(group) for group in groups)


def _identity(flag: Flag) -> tuple[str, ...]:
    """Return what two flags of one fault have in common. Two numbers are two faults, even if the message tells neither."""
    if flag.check not in _OF_VALUES:
        return flag.check, flag.message
    message = _QUOTED_ARABIC.sub("", flag.message)
    if flag.check == "numbers":
        return flag.check, message, _digits_folded(flag.source), _digits_folded(flag.target)
    return flag.check, message


def _digits_folded(text: str) -> str:
    return "".join(str(unicodedata.decimal(character, character)) for character in text)


def _fault(flags: list[Flag]) -> Fault:
    first = flags[0]
    severity = min((flag.severity for flag in flags), key=SEVERITIES.index)
    places = tuple(dict.fromkeys(Place(flag.where, flag.paragraph, flag.sentence) for flag in flags))
    return Fault(severity, first.check, first.message, places, first.source, first.target, tuple(flags))


def _urgency(flags: list[Flag]) -> tuple[int, int, float, tuple[int, int, int]]:
    """Least is first. ``flags`` are those of one fault in reading order."""
    severity = min(SEVERITIES.index(flag.severity) for flag in flags)
    return min(map(_rank, flags)), severity, -max(map(precision, flags)), _reading(flags[0])


def _rank(flag: Flag) -> int:
    if flag.check in ("standing", "language") and flag.where == "paragraph" and flag.paragraph is None:
        return -1  # whether the text may be used, and what it is, comes before what is in it
    if flag.where == "headline" or (flag.where == "summary" and flag.paragraph in (None, 1)):
        return 0
    in_lead = flag.where == "paragraph" and flag.paragraph is not None and flag.paragraph <= _LEAD
    return 1 if in_lead and flag.check in _FIGURES_AND_NAMES else 2


def _reading(flag: Flag) -> tuple[int, int, int]:
    order: tuple[Where, ...] = ("headline", "summary", "deck", "paragraph")
    return order.index(flag.where), flag.paragraph or 0, flag.sentence or 0
