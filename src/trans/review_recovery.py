"""What editors wrote, read back out of a brief that shows it: where the log of it is lost, briefs are all that is left of it.

Pure. Who wrote it and when is kept; that it was the machine's before, and what was taken back since, is not.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from trans.brief import Brief, Edit
from trans.review import at_flag, is_reviewed, text_hash
from trans.review_events import MAX_TEXT, Event, cleaned, events_hash, line_of, problem, sha256_of

_ID_CHARS = 32


def events_of(brief: Brief, item: str) -> tuple[Event, ...]:
    """Return events of ``item`` that make of the machine's brief what ``brief`` shows. The same brief gives the same events, ids
    included.
    """
    return tuple(_named(event) for event in _events(brief, item))


def lost_events(standing: Brief, item: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """Return, as events of ``item``, what ``standing`` shows of editors' work that ``events``, the log's, no longer tell: it was
    lost, cut short or taken from a backup, or the article had another name. Nothing where the brief is of an earlier state of
    the log.
    """
    shown = standing.review.events if standing.review else ""
    if any(events_hash(events[:count]) == shown for count in range(len(events), -1, -1)):
        return ()
    told = {_about(event): event for event in events}
    lost = (event for event in events_of(standing, item) if not problem(cleaned(event)))
    return tuple(one for one in lost if (known := told.get(_about(one))) is None or _moment(known) < _moment(one))


def _about(event: Event) -> tuple[str, ...]:
    """Return what an event is about: of two about the same the later one counts."""
    if event.kind in ("corrected", "reverted"):
        number = str(event.paragraph) if event.where == "summary" else ""
        return "text", event.source_sha256, number
    if event.kind in ("reviewed", "unreviewed"):
        return ("review",)
    if event.kind in ("dismissed", "restored"):
        return "flag", event.check, event.where, event.message, event.source_sha256
    return event.kind, event.source, event.new


def _moment(event: Event) -> datetime:
    return datetime.fromisoformat(event.at)


def _events(brief: Brief, item: str) -> Iterator[Event]:
    told: set[str] = set()
    for where, number, passage in brief.parts():
        if where == "summary" and brief.summaries[(number or 1) - 1].edit:
            summary = brief.summaries[(number or 1) - 1]
            (sentence,) = passage.sentences
            edit = sentence.edit or Edit("", "", "")
            event = _correction(item, edit, sentence.target, summary.arabic)
            whole = sha256_of(brief.article.text)
            yield replace(event, where=where, paragraph=number, sentence=1, source_sha256=whole)
            continue
        if where == "summary" and any(sentence.edit and not sentence.source for sentence in passage.sentences):
            # Made of the English, its sentences have no Arabic to be known by.
            edit = next(sentence.edit for sentence in passage.sentences if sentence.edit)
            event = _correction(item, replace(edit, machine=""), passage.target, "")
            whole = sha256_of(brief.article.text)
            yield replace(event, where=where, paragraph=number, sentence=1, source_sha256=whole)
            continue
        for place, sentence in enumerate(passage.sentences, start=1):
            if sentence.edit and sentence.source not in told:
                told.add(sentence.source)
                event = _correction(item, sentence.edit, sentence.target, sentence.source)
                yield replace(event, where=where, paragraph=number, sentence=place)
    review = brief.review
    if review is None:
        return
    for one in review.reopened:
        # What it was about is gone; what the editor wrote need not be, and is told again as long as that is so.
        event = Event("", one.at, one.by, item, "conflict", source=one.source, new=one.text, reason=one.kind)
        if one.kind in ("correction", "summary") and one.source and len(one.source) < MAX_TEXT:
            event = replace(event, kind="corrected", source_sha256=sha256_of(one.source), reason="")
            if one.kind == "summary":
                event = replace(event, where="summary", paragraph=1)
        elif one.kind == "review":
            event = replace(event, kind="reviewed", new="", reason="", text_sha256=sha256_of(f"{one.at} {one.by}"))
        yield event
    for dismissed in review.dismissed:
        event = Event("", dismissed.at, dismissed.by, item, "dismissed", reason=dismissed.reason)
        yield at_flag(event, brief, dismissed.flag)
    if is_reviewed(brief):
        yield Event("", review.at, review.by, item, "reviewed", text_sha256=text_hash(brief))


def _correction(item: str, edit: Edit, target: str, source: str) -> Event:
    event = Event("", edit.at, edit.by, item, "corrected", source=source, source_sha256=sha256_of(source))
    return replace(event, old=edit.machine, new=target)


def _named(event: Event) -> Event:
    return replace(event, id=hashlib.sha256(line_of(event)).hexdigest()[:_ID_CHARS])
