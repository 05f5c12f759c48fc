"""What editors wrote, laid over the brief that the machine made, and taken off again: two layers. Pure; knows no file, no clock.

``machine(with_events(brief, events))`` is ``machine(brief)`` but for the flags of English that has changed, which only ``checks``
can say. Events count in their order: a later correction wins. None ever changes the article.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from trans.brief import Brief, Reopened, Review
from trans.review_edits import Edits, edits_of, without_edits
from trans.review_events import Event, events_hash, sha256_of
from trans.review_flags import at_flag, under, with_dismissed, with_flags_of, without_dismissed

__all__ = ["at_flag", "edits_of", "is_reviewed", "machine", "text_hash", "under", "with_events"]

Check = Callable[[Brief], Brief]

_OF_TEXT = frozenset({"corrected", "name", "reverted"})
"""The events that change English."""


def machine(brief: Brief) -> Brief:
    """Return the brief as if no editor had seen it. Sentences that were edited have no flags then: nobody checked them."""
    return with_events(brief, ())


def with_events(brief: Brief, events: Sequence[Event], check: Check | None = None) -> Brief:
    """Return the brief with what editors wrote about it; ``events`` are all that were written about its item, in order.

    What is on it of them is taken off first, so ``brief`` may be the machine's or of any earlier state. ``check`` returns a brief
    with its flags computed anew; it is asked where the English is not that of ``brief``. Without it, sentences with other English
    have no flags.
    """
    if not events and brief.review is None and not edits_of(brief):
        return brief
    flagged = with_dismissed(brief)
    bare = without_edits(flagged)
    edits = Edits(events)
    edited = replace(with_flags_of(edits(bare), flagged), review=None)
    if check and (edited.flags != flagged.flags or text_hash(edited) != text_hash(flagged)):
        edited = check(edited)
    if not events:
        return edited
    holds, lapsed = _review(bare, events)
    edited, dismissed, again = without_dismissed(edited, events)
    vain = [(n, event) for n, event in (*edits.live, *again) if n not in edits.held]
    # Whoever read it as it is now saw then what didn't hold any more.
    settled = holds[0] if holds else -1
    told = [_reopened(event) for n, event in sorted(vain, key=lambda one: one[0]) if n > settled]
    return replace(
        edited,
        review=Review(
            events=events_hash(events),
            by=holds[1].by if holds else "",
            at=holds[1].at if holds else "",
            dismissed=dismissed,
            reopened=(*([_reopened(lapsed)] if lapsed else []), *told),
        ),
    )


def text_hash(brief: Brief) -> str:
    """Return the sha256, in hex, of all that an editor reads in a brief, in both languages, without its flags."""
    texts = [[where, number, passage.source, passage.target] for where, number, passage in brief.parts()]
    return sha256_of(json.dumps([texts, [summary.arabic for summary in brief.summaries]]))


def is_reviewed(brief: Brief) -> bool:
    """Say whether an editor has marked the brief reviewed, and that holds."""
    return brief.review is not None and bool(brief.review.at)


def _review(bare: Brief, events: Sequence[Event]) -> tuple[tuple[int, Event] | None, Event | None]:
    """Return the last review that holds, with its number; where none does, the last that did."""
    reviews: list[tuple[int, Event]] = []
    for n, event in enumerate(events):
        if event.kind == "reviewed":
            reviews.append((n, event))
        elif event.kind == "unreviewed":
            reviews.clear()
    seen: dict[int, str] = {}
    for n, event in reversed(reviews):
        # What the editor saw if the machine's text was then what it is now.
        before = [one for one in events[:n] if one.kind in _OF_TEXT]
        if len(before) not in seen:
            seen[len(before)] = text_hash(Edits(before)(bare))
        if seen[len(before)] == event.text_sha256:
            return (n, event), None
    return None, reviews[-1][1] if reviews else None


def _reopened(event: Event) -> Reopened:
    kinds: dict[str, Literal["review", "correction", "summary", "name", "dismissal"]]
    kinds = {"reviewed": "review", "corrected": "correction", "name": "name", "dismissed": "dismissal"}
    kind = "summary" if event.kind == "corrected" and event.where == "summary" else kinds[event.kind]
    return Reopened(kind, event.by, event.at, event.source, event.new or event.reason)
