"""Checks: one file a concern, each a pure function over a text and its translation.

``check`` runs all that are on over a brief and puts the flags where they belong: at the sentence, at the summary, and in the
brief's own list, worst first. ``check_pair`` runs those that need no article over one line of any bitext.
"""

import html
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from trans.article import Article
from trans.brief import SEVERITIES, Brief, Flag, Passage, Sentence, Severity, Where
from trans.checks import (
    attribution,
    completeness,
    confidence,
    grounding,
    hijri,
    lost,
    marks,
    merged,
    names,
    negation,
    numbers,
    repetition,
    spelling,
    verbatim,
)
from trans.checks.base import BriefCheck, PassageCheck, each_sentence
from trans.checks.precision import precision
from trans.checks.terms import terms
from trans.glossary import Glossary

_log = logging.getLogger("trans")

Checked = TypeVar("Checked")

VERSION = 3
"""Raise it when a check changes: finished briefs are then checked again, without a model."""

PASSAGE_CHECKS: dict[str, PassageCheck] = {
    "missing": each_sentence(completeness.missing),
    "unfinished": each_sentence(completeness.unfinished),
    "cut": completeness.cut,
    "unknown": each_sentence(completeness.unknown),
    "untranslated": each_sentence(completeness.untranslated, literal=True),
    "lost": each_sentence(lost.lost),
    "unrelated": each_sentence(lost.unrelated),
    "long": each_sentence(lost.long),
    "merged": merged.merged,
    "arabic": each_sentence(marks.arabic),
    "copied": each_sentence(marks.copied),
    "characters": each_sentence(marks.characters),
    "entities": each_sentence(marks.entities),
    "brackets": each_sentence(marks.brackets),
    "quotes": each_sentence(marks.quotes),
    "loop": each_sentence(repetition.loop),
    "repeated": repetition.same_english,
    "numbers": each_sentence(numbers.numbers),
    "hijri": each_sentence(hijri.hijri_dates),
    "negation": each_sentence(negation.negation),
    "verbatim": each_sentence(verbatim.verbatim),
    "names": each_sentence(names.names),
}
"""By name: what a line of a bitext is checked with, and every text of a brief."""

BRIEF_CHECKS: dict[str, BriefCheck] = {
    "summary": completeness.summaries,
    "grounding": grounding.grounding,
    "attribution": attribution.attribution,
    "confidence": confidence.confidence,
    "spelling": spelling.spelling,
}
"""By name: what needs the whole article."""


NAMES: tuple[str, ...] = (*PASSAGE_CHECKS, "terms", *BRIEF_CHECKS)
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


def _check_passage(passage: Passage, rules: Rules) -> list[Flag]:
    every = PASSAGE_CHECKS | {"terms": each_sentence(partial(terms, glossary=rules.glossary))}
    found = [
        flag
        for name, passage_check in every.items()
        if name not in rules.off
        for flag in _run(name, passage_check, passage)
    ]
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
        return list(check(text))
    except Exception:  # noqa: BLE001
        _log.debug("the check %s broke", name, exc_info=True)
        return [Flag(name, "warning", f"The check '{name}' could not be run here: compare this text yourself")]
