"""Self-repair: sentences with errors are decoded once more, in several ways, all of a window in one batch.

Joins the engine and the checks; what is tried and taken is the business of ``candidates``.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from trans import candidates
from trans.brief import Brief, Flag, Passage, Sentence
from trans.candidates import Attempt
from trans.checks import Rules, check_sentence
from trans.decodes import Decodes, Task, Watcher
from trans.memory import Memory
from trans.text import Segment, segments
from trans.translation import Decoding

VERSION = 1
"""Raise it when other candidates are tried or taken: finished briefs are then made again (their decodes are remembered)."""


Flags = Callable[[Sentence], Sequence[Flag]]


def repair(
    briefs: Sequence[Brief], rules: Rules, task: Task, memory: Memory, watcher: Watcher, *, max_share: float
) -> list[Brief]:
    """Return ``briefs``, which are checked, with faulty sentences replaced where a better translation was found.

    A brief without one is the same object; in others the flags are left as they were.

    At most ``max_share`` of an article's sentences are decoded again, one at least; 0 is none. Raises as ``Decodes.wait``.
    """
    plans = [list(_planned(brief, rules.within(brief.article), task, max_share)) for brief in briefs]
    texts: dict[Decoding, list[str]] = defaultdict(list)
    for _, found, _ in (planned for plan in plans for planned in plan):
        for attempt in found:
            texts[attempt.decoding] += [part.source for part in attempt.parts if not part.literal]
    work = {
        decoding: Decodes(wanted, replace(task, decoding=decoding), memory, (), watcher).start()
        for decoding, wanted in texts.items()
    }
    decoded = {decoding: decodes.wait() for decoding, decodes in work.items()}
    repaired = []
    for brief, plan in zip(briefs, plans, strict=True):
        better = {}
        for sentence, found, flags in plan:
            tried = (
                (attempt.how, target, translation)
                for attempt in found
                for target, translation in candidates.candidates(attempt, decoded[attempt.decoding])
            )
            better[sentence.source] = candidates.better(sentence, tried, flags)
        mended = {source: sentence for source, sentence in better.items() if sentence.repair}
        repaired.append(_with(brief, mended) if mended else brief)
    return repaired


def _planned(
    brief: Brief, rules: Rules, task: Task, max_share: float
) -> Iterator[tuple[Sentence, list[Attempt], Flags]]:
    """Yield each sentence to decode again, what to try, and how to judge it."""
    limit = task.engine.tokenizer.limit
    flags = partial(check_sentence, rules=rules)

    def cut(text: str, most: int) -> tuple[Segment, ...]:
        return segments(text, limit=min(most, limit), count=task.count)

    for sentence in _faulty(brief, flags, max_share):
        tokens = task.count([sentence.source])[0]
        tried = candidates.attempts(sentence, flags(sentence), task.decoding, rules.glossary, tokens, cut)
        # A term's English may take more pieces than its Arabic.
        yield sentence, [one for one in tried if max(task.count([part.source for part in one.parts])) <= limit], flags


def _faulty(brief: Brief, flags: Flags, max_share: float) -> list[Sentence]:
    """Return the sentences of ``brief`` to decode again, each text once: those with an error or a term missing.

    At most ``max_share`` of all its sentences, one at least; the headline's and the summaries' first.
    """
    sentences = {
        item.source: item
        for _, _, passage in brief.parts()
        for item in passage.sentences
        if item.translation is not None and item.source.strip()
    }
    most = max(1, math.floor(max_share * len(sentences))) if max_share else 0
    # Only what is wrong with the sentence itself: a candidate is judged alone.
    faulty = (
        item
        for item in sentences.values()
        if any(map(candidates.calls_for_repair, item.flags)) and any(map(candidates.calls_for_repair, flags(item)))
    )
    return [item for _, item in zip(range(most), faulty, strict=False)]


def _with(brief: Brief, sentences: Mapping[str, Sentence]) -> Brief:
    """Return ``brief`` with the sentences that were repaired in the place of those with the same Arabic."""

    def passage(old: Passage) -> Passage:
        return replace(old, sentences=tuple(map(sentence, old.sentences)))

    def sentence(old: Sentence) -> Sentence:
        new = sentences.get(old.source)
        if new is None or old.translation is None:
            return old
        return replace(old, target=new.target, translation=new.translation, repair=new.repair)

    return replace(
        brief,
        headline=passage(brief.headline),
        decks=tuple(map(passage, brief.decks)),
        summaries=tuple(replace(summary, english=passage(summary.english)) for summary in brief.summaries),
        paragraphs=tuple(map(passage, brief.paragraphs)),
    )
