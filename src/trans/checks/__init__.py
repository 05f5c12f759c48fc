"""Checks: one file a concern, each a pure function over a passage and its translation.

``check`` runs them all over a brief and puts the flags where they belong: at the sentence, at the summary, and in the
brief's own list, worst first.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from trans.brief import SEVERITIES, Brief, Flag, Passage, Severity, Where
from trans.checks import completeness
from trans.checks.base import Check, each_sentence

VERSION = 1
"""Raise it when a check changes: finished briefs are then checked again, without a model."""

CHECKS: dict[str, Check] = {
    "missing": each_sentence(completeness.missing),
    "unfinished": each_sentence(completeness.unfinished),
    "cut": completeness.cut,
    "unknown": each_sentence(completeness.unknown),
    "untranslated": each_sentence(completeness.untranslated),
}


def check(brief: Brief) -> Brief:
    """Return ``brief`` with every flag computed anew on headline, decks, summaries and paragraphs."""
    headline = _check_passage(brief.headline, "headline", None)
    decks = tuple(_check_passage(deck, "deck", number) for number, deck in enumerate(brief.decks, start=1))
    summaries = []
    for number, summary in enumerate(brief.summaries, start=1):
        english = _check_passage(summary.english, "summary", number)
        own = (replace(flag, where="summary", paragraph=number) for flag in completeness.summary(summary))
        summaries.append(replace(summary, english=english, flags=(*own, *_flags_of(english))))
    paragraphs = tuple(
        _check_passage(paragraph, "paragraph", number) for number, paragraph in enumerate(brief.paragraphs, start=1)
    )
    flags = [
        *_flags_of(headline),
        *(flag for summary in summaries for flag in summary.flags),
        *(flag for passage in (*decks, *paragraphs) for flag in _flags_of(passage)),
    ]
    return replace(
        brief,
        headline=headline,
        decks=decks,
        summaries=tuple(summaries),
        paragraphs=paragraphs,
        flags=tuple(sorted(flags, key=lambda flag: SEVERITIES.index(flag.severity))),
    )


def count_by_severity(flags: tuple[Flag, ...]) -> dict[Severity, int]:
    """Return the number of flags of each severity, worst first, zeros included."""
    return {severity: sum(flag.severity == severity for flag in flags) for severity in SEVERITIES}


def _check_passage(passage: Passage, where: Where, paragraph: int | None) -> Passage:
    found: dict[int, list[Flag]] = defaultdict(list)
    for passage_check in CHECKS.values():
        for flag in passage_check(passage):
            found[flag.sentence or 1].append(replace(flag, where=where, paragraph=paragraph))
    sentences = tuple(
        replace(sentence, flags=tuple(found[number])) for number, sentence in enumerate(passage.sentences, start=1)
    )
    return replace(passage, sentences=sentences)


def _flags_of(passage: Passage) -> Iterator[Flag]:
    for sentence in passage.sentences:
        yield from sentence.flags
