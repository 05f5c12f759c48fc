"""Is a part of the Arabic missing in the English, or is there more English than the Arabic can account for?

Weighs the ``evidence``, with weights fitted by ``training/lost.py``. The order of what is there is no matter here.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from trans.brief import Flag, Sentence, Severity
from trans.checks.evidence import Evidence, weigh
from trans.text import is_arabic

# Logistic regression on 993 + 993 + 1,007 whole translations (FLORES reference and Google, NTREX) and 25,000 cut ones: the output
# of training/lost.py. Fitted on two of the sets it finds in the third as much as fitted on all, within a hundredth.
_WARNING = {
    "": -3.22, "length": -2.03, "stretch": 0.23, "unexplained": 3.53, "commas": 0.38, "ands": 0.4, "tail": 0.17,
    "last third": -0.52, "last quarter": -0.54, "end": 2.1, "ends at": 1.56, "dangling": 2.28,
}  # fmt: skip
_ERROR = {
    "": -5.64, "length": -6.44, "stretch": 0.24, "unexplained": 4.51, "commas": 0.21, "ands": -0.17, "tail": 0.08,
    "last third": -1.3, "last quarter": -0.17, "end": 0.72, "ends at": 3.26, "dangling": 2.34,
}  # fmt: skip
# Measured with bench/checks.py: docs/checks.md has the figures.
_WARNING_FROM, _ERROR_FROM = 0.45, 2.8
# The weights are those of the end; turned round, for the start, they must say more.
_WARNING_AT_START_FROM, _ERROR_AT_START_FROM = 2.0, 4.0
# People shorten headlines, which have no stop, and short sentences as they like: 4 of 6 errors in 1,007 lines of news were such.
_ERROR_A_WORD_SHORT, _SHORT_WORDS, _ERROR_WITHOUT_STOP = 0.4, 12, 1.0
_STOP = re.compile(r"[.!?؟…:؛][\"'»”’)\]\s]{0,8}$")
# Evidence, in nats, that the English is of something else: 58% of the English sentences put beside their neighbour's Arabic
# (FLORES) are above it, 74% of those put beside another text's (NTREX), and two of 2,997 put beside their own, of which one is
# wrong.
_UNRELATED_FROM = 9.0
# Of 3,000 good translations none is e^0.75 times as long as expected at ten words, or e^0.6 at thirty.
_LONG_FROM, _LONG_FROM_AT_ONE_WORD = 0.5, 2.5
_MUCH_TOO_LONG = 0.5
# Enough to find the place; the whole stretch is quoted beside the message.
_QUOTED_CHARS = 60
# Where so much of the text is lost, a quotation of what is lost says nothing.
_ALL = 0.85
_MIN_WORDS = 4


def lost(sentence: Sentence) -> Iterator[Flag]:
    """A part of the Arabic that the English does not have."""
    evidence = weigh(sentence.source, sentence.target)
    if evidence is None or is_unrelated(evidence) or is_arabic(sentence.target):
        return
    freedom = _ERROR_A_WORD_SHORT * max(0, _SHORT_WORDS - len(evidence.covered))
    freedom += 0 if _STOP.search(sentence.source[-10:]) else _ERROR_WITHOUT_STOP
    at_end, at_start = evidence.at_end, evidence.at_start
    if max(_score(at_end, _ERROR) - _ERROR_FROM, _score(at_start, _ERROR) - _ERROR_AT_START_FROM) > freedom:
        yield _lost(sentence, evidence, "error")
    elif _score(at_end, _WARNING) > _WARNING_FROM or _score(at_start, _WARNING) > _WARNING_AT_START_FROM:
        yield _lost(sentence, evidence, "warning")


def unrelated(sentence: Sentence) -> Iterator[Flag]:
    """English that has next to nothing of the Arabic."""
    if lacking(sentence.source, sentence.target).unrelated and not is_arabic(sentence.target):
        yield Flag("unrelated", "error", "The English does not look like a translation of this sentence")


def long(sentence: Sentence) -> Iterator[Flag]:
    """Far more English than the Arabic accounts for."""
    evidence = weigh(sentence.source, sentence.target)
    if evidence is None or len(evidence.covered) < _MIN_WORDS:
        return
    too_long = evidence.ratio - _LONG_FROM - _LONG_FROM_AT_ONE_WORD / len(evidence.covered)
    if too_long > 0:
        severity: Severity = "error" if too_long > _MUCH_TOO_LONG else "warning"
        times = math.exp(evidence.ratio)
        yield Flag(
            "long",
            severity,
            f"The English is {times:.1f} times as long as it should be: does it say more than the Arabic?",
        )


@dataclass(frozen=True, slots=True)
class Lacking:
    """The Arabic that has no English, all of it where the English is ``unrelated``; empty where nothing is lost."""

    part: str
    unrelated: bool


# As many sentences as a window has: what neighbours are compared by, when all of an article is there.
@lru_cache(maxsize=2048)
def lacking(source: str, target: str) -> Lacking:
    """Return what ``target`` does not have of ``source``."""
    evidence = weigh(source, target)
    if evidence is None:
        return Lacking("" if any(map(str.isalnum, target)) else source, unrelated=False)
    if is_unrelated(evidence):
        return Lacking(source, unrelated=True)
    flags = lost(Sentence(source, "", target))
    return Lacking(next((flag.source or source for flag in flags), ""), unrelated=False)


def shortened(part: str) -> str:
    """Return a quotation for a message, cut after a word."""
    if len(part) <= _QUOTED_CHARS:
        return part
    start = part[: _QUOTED_CHARS + 1]
    words, space, _ = start.rpartition(" ")
    return (words if space else start[:-1]).rstrip(" ،,؛;:") + "…"


def is_unrelated(evidence: Evidence) -> bool:
    """Say whether the English seems to be of another text."""
    return len(evidence.covered) >= _MIN_WORDS and sum(word.evidence for word in evidence.covered) > _UNRELATED_FROM


def _score(features: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return weights[""] + sum(weights[name] * value for name, value in features.items())


def _lost(sentence: Sentence, evidence: Evidence, severity: Severity) -> Flag:
    """Return the flag, quoting the stretch that seems lost."""
    covered, start, end = evidence.covered, evidence.start, evidence.end
    seems = "seems to be" if severity == "error" else "may be"
    if end - start >= _ALL * len(covered):
        return Flag("lost", severity, f"Much of this sentence {seems} missing from the English")
    where = "The end" if end == len(covered) else "The beginning" if start <= 1 else "A part"
    part = sentence.source[covered[start].start : covered[end - 1].end]
    return Flag(
        "lost",
        severity,
        f"{where} of this sentence {seems} missing from the English: {shortened(part)}",
        source=part,
        target=sentence.target,
    )
