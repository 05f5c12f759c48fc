"""Checks: one file a concern, each a pure function over a text and its translation.

``check`` runs all that are on over a brief and puts the flags where they belong: at the sentence, at the summary, and in the
brief's own list, worst first. ``check_pair`` runs those that need no article over one line of any bitext.
"""

import html
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import TypeVar

from trans.article import Article
from trans.brief import SEVERITIES, Brief, Flag, Passage, Sentence, Severity, Where
from trans.checks import (
    attribution,
    completeness,
    confidence,
    grounding,
    hijri,
    language,
    lost,
    marks,
    merged,
    names,
    negation,
    numbers,
    repetition,
    spelling,
    standing,
    verbatim,
)
from trans.checks.base import BriefCheck, PassageCheck, SentenceCheck
from trans.checks.terms import terms
from trans.errors import shortage, unquoted
from trans.glossary import Glossary
from trans.precision import precision

_log = logging.getLogger("trans")

Checked = TypeVar("Checked")

VERSION = 5
"""Raise it when a check changes: finished briefs are then checked again, without a model."""

SENTENCE_CHECKS: dict[str, SentenceCheck] = {
    "missing": completeness.missing,
    "unfinished": completeness.unfinished,
    "unknown": completeness.unknown,
    "untranslated": completeness.untranslated,
    "lost": lost.lost,
    "unrelated": lost.unrelated,
    "long": lost.long,
    "arabic": marks.arabic,
    "copied": marks.copied,
    "characters": marks.characters,
    "entities": marks.entities,
    "brackets": marks.brackets,
    "quotes": marks.quotes,
    "loop": repetition.loop,
    "numbers": numbers.numbers,
    "hijri": hijri.hijri_dates,
    "negation": negation.negation,
    "verbatim": verbatim.verbatim,
    "names": names.names,
}
"""By name: what a line of a bitext is checked with, and every sentence of a brief."""

_OF_LITERAL = frozenset({"untranslated"})
"""What text is checked with that no model translated."""

_OF_ENGLISH = frozenset({"arabic", "characters", "entities", "brackets", "loop"})
"""What English is checked with that has no Arabic beside it: a summary of the translation."""

PASSAGE_CHECKS: dict[str, PassageCheck] = {
    "cut": completeness.cut,
    "merged": merged.merged,
    "repeated": repetition.same_english,
}
"""By name: how sentences follow one another."""

BRIEF_CHECKS: dict[str, BriefCheck] = {
    "standing": standing.standing,
    "language": language.language,
    "summary": completeness.summaries,
    "grounding": grounding.grounding,
    "attribution": attribution.attribution,
    "confidence": confidence.confidence,
    "spelling": spelling.spelling,
}
"""By name: what needs the whole article."""


NAMES: tuple[str, ...] = (*SENTENCE_CHECKS, "terms", *PASSAGE_CHECKS, *BRIEF_CHECKS)
"""What a profile can switch off."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How to check. ``off`` names checks that are not run; ``glossary`` holds the terms that the English must use."""

    off: frozenset[str] = frozenset()
    glossary: Glossary = field(default_factory=Glossary)

    def within(self, article: Article) -> "Rules":
        """Return the rules with the terms that concern this article."""
        return replace(self, glossary=self.glossary.within(article.text))


def check(brief: Brief, rules: Rules = Rules()) -> Brief:
    """Return ``brief`` with every flag computed anew on headline, decks, summaries and paragraphs."""
    local = rules.within(brief.article)
    found = [
        replace(flag, where=where, paragraph=number)
        for where, number, passage in brief.parts()
        for flag in _check_passage(passage, local)
    ]
    # A summary may name what the article doesn't: all terms count there.
    every = BRIEF_CHECKS | {"grounding": partial(grounding.grounding, glossary=rules.glossary)}
    for name, brief_check in every.items():
        if name not in rules.off:
            found += _run(name, brief_check, brief)
    at: dict[tuple[Where, int | None, int | None], list[Flag]] = defaultdict(list)
    for flag in found:
        at[flag.where, flag.paragraph, flag.sentence].append(flag)

    def flagged(passage: Passage, where: Where, number: int | None) -> Passage:
        sentences = enumerate(passage.sentences, start=1)
        return replace(
            passage,
            sentences=tuple(
                replace(item, flags=tuple(at.get((where, number, position), ()))) for position, item in sentences
            ),
        )

    return replace(
        brief,
        headline=flagged(brief.headline, "headline", None),
        decks=tuple(flagged(deck, "deck", number) for number, deck in enumerate(brief.decks, start=1)),
        summaries=tuple(
            replace(
                summary,
                english=flagged(summary.english, "summary", number),
                flags=tuple(flag for flag in found if flag.where == "summary" and flag.paragraph == number),
            )
            for number, summary in enumerate(brief.summaries, start=1)
        ),
        paragraphs=tuple(
            flagged(paragraph, "paragraph", number) for number, paragraph in enumerate(brief.paragraphs, start=1)
        ),
        flags=tuple(worst_first(found)),
    )


def check_pair(source: str, target: str, rules: Rules = Rules()) -> list[Flag]:
    """Return the flags of one text and its translation, worst first. HTML entities are a fault, but not of the words."""
    arabic, english = html.unescape(source), html.unescape(target)
    rules = replace(rules, glossary=rules.glossary.within(arabic))
    flags = check_sentence(Sentence(arabic, "", english), rules)
    if english != target and "entities" not in rules.off:
        flags += marks.entities(Sentence(source, "", target))
    return worst_first(flags)


def check_sentence(sentence: Sentence, rules: Rules) -> list[Flag]:
    """Return the flags of a sentence that need no other sentence, worst first. ``rules`` are those of its article."""
    return worst_first(_check_passage(Passage((sentence,)), rules))


def worst_first(flags: Iterable[Flag]) -> list[Flag]:
    """Return ``flags`` by severity, then by how often such a check is right, then in reading order."""
    return sorted(flags, key=lambda flag: (SEVERITIES.index(flag.severity), -precision(flag)))


def count_by_severity(flags: tuple[Flag, ...]) -> dict[Severity, int]:
    """Return the number of flags of each severity, worst first, zeros included."""
    return {severity: sum(flag.severity == severity for flag in flags) for severity in SEVERITIES}


def prepare(sentence: Sentence, rules: Rules) -> None:
    """Check a sentence ahead of its article; ``check`` then finds the flags there."""
    _alone(replace(sentence, sep="", flags=(), repair=None), rules.off)


# Sentences whose flags are kept: two windows of 64 articles have some 2,500.
@lru_cache(maxsize=2560)
def _alone(sentence: Sentence, off: frozenset[str]) -> tuple[Flag, ...]:
    """The flags of a sentence by itself. A flag that quotes nothing gets the whole sentence."""
    return tuple(
        flag if flag.source or flag.target else replace(flag, source=sentence.source, target=sentence.target)
        for name, sentence_check in SENTENCE_CHECKS.items()
        if name not in off and _concerns(name, sentence)
        for flag in _run(name, sentence_check, sentence)
    )


def _concerns(name: str, sentence: Sentence) -> bool:
    return not sentence.literal or name in (_OF_LITERAL if sentence.source else _OF_ENGLISH)


def _check_passage(passage: Passage, rules: Rules) -> list[Flag]:
    found: list[Flag] = []
    for number, sentence in enumerate(passage.sentences, start=1):
        flags = list(_alone(replace(sentence, sep="", flags=(), repair=None), rules.off))
        if "terms" not in rules.off and not sentence.literal:
            flags += _run("terms", partial(terms, glossary=rules.glossary), sentence)
        found += (replace(flag, sentence=number) for flag in flags)
    for name, passage_check in PASSAGE_CHECKS.items():
        if name not in rules.off:
            found += _run(name, passage_check, passage)
    return _once(found)


# What a missing translation has beside being missing.
_OF_NOTHING = frozenset({"missing", "unfinished", "cut", "unknown", "untranslated"})


def _once(flags: list[Flag]) -> list[Flag]:
    """One fault is told once: what is not there at all lacks no number, and an organisation that is a term is missing once."""
    gone = {flag.sentence for flag in flags if flag.check == "missing"}
    terms_told = {(flag.sentence, flag.source) for flag in flags if flag.check == "terms"}
    return [
        flag
        for flag in flags
        if (flag.sentence not in gone or flag.check in _OF_NOTHING)
        and (flag.check != "names" or (flag.sentence, flag.source) not in terms_told)
    ]


def _run(name: str, check: Callable[[Checked], Iterable[Flag]], text: Checked) -> list[Flag]:
    """Return a check's flags. One that breaks must not cost the editor the brief, nor pass for one that found nothing."""
    try:
        return list(map(_one_line, check(text)))
    except Exception as error:
        if shortage(error):
            raise  # a brief depends on its article, not on what the machine lacks just now
        _log.debug("the check %s broke", name, exc_info=unquoted(error))
        return [Flag(name, "warning", f"The check '{name}' could not be run here: compare this text yourself")]


def _one_line(flag: Flag) -> Flag:
    """A message may quote text in which a line ends; lists and tables of messages have a line for each."""
    return flag if len(flag.message.splitlines()) == 1 else replace(flag, message=" ".join(flag.message.split()))
