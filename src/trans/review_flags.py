"""Flags that editors dismissed, and flags of English that is no more. Pure; checks nothing."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from trans.brief import SEVERITIES, Brief, Dismissed, Flag, Passage, Summary, Where
from trans.checks import BRIEF_CHECKS, NAMES, PASSAGE_CHECKS
from trans.precision import precision
from trans.review_edits import without_edits
from trans.review_events import MAX_TEXT, Event, sha256_of

_CHECKS = {name: n for n, name in enumerate(NAMES)}
_PARTS: tuple[Where, ...] = ("headline", "summary", "deck", "paragraph")
"""In the order of ``Brief.parts``."""

Numbered = tuple[int, Event]
Spot = tuple[Where, int | None, int | None]


def under(brief: Brief, flag: Flag) -> tuple[str, str]:
    """Return the Arabic and the English that a flag is about; a dismissal holds as long as both stay.

    Of a flag at a sentence it is that, of one at a headline, paragraph or summary all of it; of one of the whole article the
    article's, and the machine's English of it: a correction somewhere does not touch that. Where a summary has no Arabic it is
    the article's too.
    """
    for where, number, passage in brief.parts():
        if (where, number) != (flag.where, flag.paragraph):
            continue
        if flag.sentence is not None and flag.sentence <= len(passage.sentences):
            sentence = passage.sentences[flag.sentence - 1]
            return sentence.source or brief.article.text, sentence.target
        arabic = brief.summaries[(number or 1) - 1].arabic if where == "summary" else passage.source
        return arabic or brief.article.text, passage.target
    return brief.article.text, "\n".join(passage.target for _, _, passage in without_edits(brief).parts())


def at_flag(event: Event, brief: Brief, flag: Flag) -> Event:
    """Return a ``dismissed`` or ``restored`` event with all that it knows its flag of ``brief`` by."""
    arabic, english = under(brief, flag)
    return replace(
        event,
        where=flag.where,
        paragraph=flag.paragraph,
        sentence=flag.sentence,
        source=arabic[:MAX_TEXT] if flag.sentence is not None else "",
        source_sha256=sha256_of(arabic),
        check=flag.check,
        message=flag.message[:MAX_TEXT],
        target=flag.target[:MAX_TEXT],
        text_sha256=sha256_of(english),
    )


def without_dismissed(brief: Brief, events: Sequence[Event]) -> tuple[Brief, tuple[Dismissed, ...], list[Numbered]]:
    """Take off the flags that are dismissed. Return these, too, and the numbered dismissals whose flag is there again."""
    wanted: dict[tuple[str, ...], list[Numbered]] = defaultdict(list)
    for n, event in enumerate(events):
        key = (event.check, event.where, event.message, event.source_sha256)
        if event.kind == "dismissed":
            wanted[key].append((n, event))
        elif event.kind == "restored":
            wanted.pop(key, None)
    if not wanted:
        return brief, (), []
    checks = {key[0] for key in wanted}
    dismissed = []
    found: set[int] = set()
    places, spots = set(), set()
    for flag in brief.flags:
        if flag.check not in checks:
            continue
        arabic, english = map(sha256_of, under(brief, flag))
        several = wanted.get((flag.check, flag.where, flag.message[:MAX_TEXT], arabic), ())
        fitting = [one for one in several if _is_of(one[1], flag, english)]
        if fitting:
            found.update(n for n, _ in fitting)
            last = fitting[-1][1]
            dismissed.append(Dismissed(flag, last.by, last.at, last.reason))
        else:
            places.add((flag.check, flag.where, arabic))
            spots.add((flag.check, _spot(flag)))
    again = [
        (n, event)
        for several in wanted.values()
        for n, event in several
        if n not in found
        and ((event.check, event.where, event.source_sha256) in places or (event.check, _spot(event)) in spots)
    ]
    gone = {one.flag for one in dismissed}
    return _keeping(brief, lambda flag: flag not in gone), tuple(dismissed), again


def with_dismissed(brief: Brief) -> Brief:
    """Return the brief with the flags that were dismissed back where they stood, as ``checks.check`` puts them."""
    for one in brief.review.dismissed if brief.review else ():
        brief = _with_flag(brief, one.flag)
    return brief


def with_flags_of(brief: Brief, before: Brief) -> Brief:
    """Return ``brief`` with the flags of ``before``, but for those at sentences whose English is another there."""
    changed: set[Spot] = set()
    summaries = enumerate(zip(brief.summaries, before.summaries, strict=True), start=1)
    replaced = {
        n
        for n, (one, other) in summaries
        if one.edit != other.edit or (one.edit and one.english.target != other.english.target)
    }
    for (where, number, new), (_, _, old) in zip(brief.parts(), before.parts(), strict=True):
        if where == "summary" and (number in replaced or len(new.sentences) != len(old.sentences)):
            changed |= {(where, number, None), *((where, number, n) for n in range(1, len(old.sentences) + 1))}
        else:
            pairs = enumerate(zip(new.sentences, old.sentences, strict=True), start=1)
            changed |= {(where, number, n) for n, (one, other) in pairs if one.target != other.target}

    def passage(new: Passage, old: Passage, where: Where, number: int | None) -> Passage:
        if (where, number, None) in changed:
            return replace(new, sentences=tuple(replace(one, flags=()) for one in new.sentences))
        pairs = zip(new.sentences, old.sentences, strict=True)
        return replace(new, sentences=tuple(replace(one, flags=other.flags) for one, other in pairs))

    parts = {
        (where, number): passage(new, old, where, number)
        for (where, number, new), (_, _, old) in zip(brief.parts(), before.parts(), strict=True)
    }
    brief = replace(
        brief,
        headline=parts["headline", None],
        decks=tuple(parts["deck", n] for n in range(1, len(brief.decks) + 1)),
        summaries=tuple(
            replace(one, english=parts["summary", n], flags=other.flags)
            for n, (one, other) in enumerate(zip(brief.summaries, before.summaries, strict=True), start=1)
        ),
        paragraphs=tuple(parts["paragraph", n] for n in range(1, len(brief.paragraphs) + 1)),
        flags=before.flags,
    )
    return _keeping(brief, lambda flag: _spot(flag) not in changed) if changed else brief


def _with_flag(brief: Brief, flag: Flag) -> Brief:
    def passage(one: Passage, where: Where, number: int | None) -> Passage:
        if (where, number) != (flag.where, flag.paragraph) or not 1 <= (flag.sentence or 0) <= len(one.sentences):
            return one
        at = (flag.sentence or 0) - 1
        sentence = replace(one.sentences[at], flags=_inserted(one.sentences[at].flags, flag))
        return replace(one, sentences=(*one.sentences[:at], sentence, *one.sentences[at + 1 :]))

    def summary(one: Summary, number: int) -> Summary:
        flags = _inserted(one.flags, flag) if (flag.where, flag.paragraph) == ("summary", number) else one.flags
        return replace(one, english=passage(one.english, "summary", number), flags=flags)

    return replace(
        brief,
        headline=passage(brief.headline, "headline", None),
        decks=tuple(passage(deck, "deck", n) for n, deck in enumerate(brief.decks, start=1)),
        summaries=tuple(summary(one, n) for n, one in enumerate(brief.summaries, start=1)),
        paragraphs=tuple(passage(one, "paragraph", n) for n, one in enumerate(brief.paragraphs, start=1)),
        flags=_inserted(brief.flags, flag, lambda one: (SEVERITIES.index(one.severity), -precision(one), *_order(one))),
    )


def _inserted(
    flags: tuple[Flag, ...], flag: Flag, order: Callable[[Flag], tuple[Any, ...]] | None = None
) -> tuple[Flag, ...]:
    """Return flags with one more in its place; the others stay as they are."""
    order = order or _order
    at = next((n for n, one in enumerate(flags) if order(one) > order(flag)), len(flags))
    return (*flags[:at], flag, *flags[at:])


def _order(flag: Flag) -> tuple[int, ...]:
    """A flag's place in the order in which ``checks.check`` finds them: part by part, sentences first, the whole article last."""
    check = _CHECKS.get(flag.check, len(_CHECKS))
    sentence = flag.sentence or 0
    within = (1, check, sentence) if flag.check in PASSAGE_CHECKS else (0, sentence, check)
    of_brief = (1, check) if flag.check in BRIEF_CHECKS else (0, 0)
    return (*of_brief, _PARTS.index(flag.where), flag.paragraph or 0, *within)


def _is_of(event: Event, flag: Flag, english: str) -> bool:
    return event.text_sha256 == english and event.target == flag.target[:MAX_TEXT]


def _spot(at: Flag | Event) -> tuple[str, int | None, int | None]:
    return at.where, at.paragraph, at.sentence


def _keeping(brief: Brief, kept: Callable[[Flag], bool]) -> Brief:
    """Return the brief with those flags only, wherever it has them."""

    def passage(one: Passage) -> Passage:
        if not any(sentence.flags for sentence in one.sentences):
            return one
        sentences = (replace(sentence, flags=tuple(filter(kept, sentence.flags))) for sentence in one.sentences)
        return replace(one, sentences=tuple(sentences))

    return replace(
        brief,
        headline=passage(brief.headline),
        decks=tuple(map(passage, brief.decks)),
        summaries=tuple(
            replace(one, english=passage(one.english), flags=tuple(filter(kept, one.flags))) for one in brief.summaries
        ),
        paragraphs=tuple(map(passage, brief.paragraphs)),
        flags=tuple(filter(kept, brief.flags)),
    )
