"""Does the English give every number of the Arabic, and no other? Compares values, not writings.

``quantities`` reads both texts; here is how bad it is when they don't agree, and how to say it to an editor.
"""

import re
from collections.abc import Iterator
from itertools import chain, islice, pairwise

from trans.brief import Flag, Sentence, Severity
from trans.quantities import Quantity, in_arabic, in_english
from trans.quantities.agreement import Agreement, agree
from trans.quantities.written import written

# Any Arabic word that may be a dual: the English may give it as '2'.
_DUAL = re.compile(r"[\u0621-\u064a]{2,}(?:ين|ان)(?![\u0621-\u064a])")
_TIME_OF_DAY = re.compile("صباح|مساء|ظهر|فجر|ليل|عصر|عشاء|غروب|غرينتش|UTC|GMT")
_DASH = re.compile(r"\s?[-‐‑‒–—−]\s?")
_NAMED = re.compile(r"\s[A-Z]")
_SAID = frozenset({"century", "decade", "time", "day", "percent", "money"})
"""Kinds that the words around a number give it, whatever its value is."""

_TOLD = _SAID | {"code"}
"""Kinds that tell two numbers apart wherever they stand: the 19 of COVID-19 is no 19 people."""

_VAGUE = ("many", "fraction")
"""Thousands, a third: compared where both texts have one, and no more."""

_SMALL = 2
"""Number words up to here are rendered freely by human translators, a dual needs none: a lone one is a warning only. From three
on an error stands on 3 of 2,997 human and good lines."""

_LARGE = 12
"""So may ordinals, centuries and the like up to here (fourballs, trimester)."""

_RANGE_CHARS = 15
"""'between 4 and 5.5 percent': so far behind a number its percent sign may stand."""

_MOST = 40
"""A sentence gets no more flags than that, and a number is compared with no more others: texts can be hostile."""


def numbers(sentence: Sentence) -> Iterator[Flag]:
    """Numbers that the English has otherwise than the Arabic, leaves out, adds or exchanges."""
    arabic, english = in_arabic(sentence.source), in_english(sentence.target)
    if not arabic and not english:
        return
    agreement = agree(arabic, english)
    found = chain(
        _left_over(agreement, sentence),
        _exchanged(agreement),
        _half_of_day(agreement, sentence.source),
        _bare(agreement),
    )
    yield from islice(found, _MOST)


def _left_over(agreement: Agreement, sentence: Sentence) -> Iterator[Flag]:
    # May is a verb and آب is water: such a month counts where the other side has a month left that is sure.
    sure = any(one.kind == "month" and not one.loose for one in (*agreement.arabic, *agreement.english))
    vague = (*_VAGUE, "month") if sure else _VAGUE
    arabic = [one for one in agreement.arabic if not one.loose or one.kind in vague]
    english = [one for one in agreement.english if not one.loose or one.kind in vague]
    if not arabic and not english:
        return
    yield from _scores(arabic, english, sentence)
    known = {one.value for one, _ in agreement.pairs}
    for one in arabic:
        other = _closest(one, english)
        if other is not None:
            english.remove(other)
            message = f"The Arabic says {_say(one)}; the English has {written(other)}"
            severity: Severity = "warning" if one.loose else "error"
            yield Flag("numbers", severity, message, source=one.text, target=other.text)
        elif not one.loose:
            yield Flag("numbers", _missing(one), f"The English leaves out {_say(one)}", source=one.text)
    for other in english:
        if other.loose or (other.value == 2 and _DUAL.search(sentence.source)):
            continue
        severity = "info" if other.value in known else _added(other, sentence.target)
        yield Flag("numbers", severity, f"The English says {written(other)}; the Arabic does not", target=other.text)


def _scores(arabic: list[Quantity], english: list[Quantity], sentence: Sentence) -> Iterator[Flag]:
    """A score or range that became one decimal, or the other way round; takes out what it tells of."""
    for one, other, whole in _with_dash(arabic, sentence.source, english):
        message = f"The Arabic says {written(one)}-{written(other)}; the English has {written(whole)}"
        yield Flag("numbers", "error", message, source=sentence.source[one.start : other.end], target=whole.text)
    for one, other, whole in _with_dash(english, sentence.target, arabic):
        message = f"The Arabic says {_say(whole)}; the English has {written(one)}-{written(other)}"
        yield Flag("numbers", "error", message, source=whole.text, target=sentence.target[one.start : other.end])


def _with_dash(
    parts: list[Quantity], text: str, wholes: list[Quantity]
) -> Iterator[tuple[Quantity, Quantity, Quantity]]:
    """Take out and yield two numbers with a dash between them, and the decimal of the same figures: 5-3 and 5.3."""
    decimals = {written(whole): whole for whole in wholes if whole.value.denominator > 1}
    for one, other in pairwise(tuple(parts) if decimals else ()):
        whole = decimals.get(f"{written(one)}.{written(other)}")
        if whole in wholes and one in parts and _DASH.fullmatch(text, one.end, other.start):
            parts.remove(one)
            parts.remove(other)
            wholes.remove(whole)
            yield one, other, whole


def _closest(one: Quantity, others: list[Quantity]) -> Quantity | None:
    """Return which of ``others`` most likely stands where ``one`` should."""
    alike = [other for other in others[:_MOST] if _group(one) == _group(other)]
    return max(alike, key=lambda other: _likeness(one, other), default=None)


def _group(one: Quantity) -> str:
    return one.kind if one.loose or one.kind in ("month", "hijri month") else "number"


def _likeness(one: Quantity, other: Quantity) -> tuple[bool, bool, bool]:
    return one.digits == other.digits, one.kind == other.kind, sorted(str(one.value)) == sorted(str(other.value))


def _missing(one: Quantity) -> Severity:
    if one.kind == "hijri month":
        return "info"
    if one.kind in ("hijri day", "hijri year"):
        return "warning"
    return "error" if one.kind == "month" or _is_plain(one) else "warning"


def _is_plain(one: Quantity) -> bool:
    """Whether people keep such a number: digits, what the words around it make sure, and number words that are not small."""
    return one.digits or one.kind in _SAID or one.value > (_SMALL if one.kind == "number" else _LARGE)


def _added(other: Quantity, target: str) -> Severity:
    if other.kind in ("month", "hijri month"):
        return "info"
    if other.kind == "code":  # KV62, R0: a name that Arabic may spell out
        return "warning"
    if not other.value:  # 3-0, where the Arabic may say 'without reply'
        return "info"
    if not other.digits and other.text[:1].isupper() and _NAMED.match(target, other.end):
        return "warning"  # Six Flags
    return "error" if _is_plain(other) else "warning"


def _exchanged(agreement: Agreement) -> Iterator[Flag]:
    """Two numbers that stand in each other's place. Two of 70 lines with several numbers have them so in a human translation
    of FLORES, none of 54 in news."""
    pairs = [
        (one, other)
        for one, other in agreement.pairs
        if (one.digits or other.digits) and one.value == other.value and "month" not in (one.kind, other.kind)
    ]
    pairs = [(one, other) for one, other in pairs if not one.loose and not other.loose]
    order = sorted(range(len(pairs)), key=lambda place: pairs[place][1].start)
    moved = [place for place, other in enumerate(order) if place != other]
    if len(moved) != 2:
        return
    (one, one_english), (other, other_english) = (pairs[place] for place in moved)
    if one.value == other.value:
        return
    said = one.kind != other.kind and (one.kind in _TOLD or other.kind in _TOLD)
    if said and one.kind == one_english.kind and other.kind == other_english.kind:
        return  # each kept what it counts: only the order of words is another
    crossed = said and one.kind == other_english.kind and other.kind == one_english.kind
    yield Flag(
        "numbers",
        "error" if crossed else "warning",
        f"The English may have exchanged {written(one)} and {written(other)}",
        source=f"{one.text} … {other.text}",
        target=f"{other_english.text} … {one_english.text}",
    )


def _bare(agreement: Agreement) -> Iterator[Flag]:
    """A percentage that lost its sign. In a range only the last has one."""
    percent = [other.start for _, other in agreement.pairs if other.kind == "percent"]
    for one, other in agreement.pairs:
        lost = one.kind == "percent" and other.kind == "number" and one.value == other.value and other.digits
        if lost and not any(other.end <= start <= other.end + _RANGE_CHARS for start in percent):
            message = f"The Arabic says {_say(one)}; the English has {written(other)} without 'percent'"
            yield Flag("numbers", "warning", message, source=one.text, target=other.text)


def _half_of_day(agreement: Agreement, source: str) -> Iterator[Flag]:
    """A 'p.m.' that the Arabic does not say: two of five systems add one to a bare 11:20."""
    for one, other in agreement.pairs:
        added = one.kind == other.kind == "time" and one.also and not other.also and other.value >= 12 * 60
        if added and not _TIME_OF_DAY.search(source):
            message = f"The Arabic does not say which half of the day {one.text} is in; the English says p.m."
            yield Flag("numbers", "warning", message, source=one.text, target=other.text)


def _say(one: Quantity) -> str:
    """The value, and how the Arabic has it unless that reads the same."""
    value = written(one)
    return value if one.text.strip() == value else f"{value} ({one.text})"
