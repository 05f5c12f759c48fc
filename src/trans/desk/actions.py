"""What an editor asked for, as the event that tells of it: or why it can't be done, as the brief stands now.

Pure: a request and a brief in, an event out. Knows no server, no log and no clock.
"""

from dataclasses import asdict, dataclass, replace
from http import HTTPStatus

from trans.brief import Brief, Flag, Where
from trans.desk.asked import Asked, RefusedError
from trans.desk.security import Refusal
from trans.identity import item_of
from trans.phrases import words
from trans.render.direction import plain
from trans.render.review import dismissed, is_all_seen
from trans.review import is_reviewed, text_hash
from trans.review_edits import has_name, with_name
from trans.review_events import Event, is_blank, new_id, sha256_of
from trans.review_flags import at_flag


class ConflictError(RefusedError):
    """Somebody else's text came first. ``current`` is that text; ``event`` keeps what this editor wrote."""

    def __init__(self, refusal: Refusal, current: str, event: Event) -> None:
        super().__init__(refusal)
        self.current = current
        self.event = event


@dataclass(frozen=True, slots=True)
class Target:
    """What can be corrected: its address (a whole summary has no ``sentence``), its Arabic and by what events know that, its
    English, and the editor who wrote that, empty for the machine's.
    """

    where: Where
    paragraph: int | None
    sentence: int | None
    source: str
    source_sha256: str
    english: str
    by: str
    edited: bool


def targets(brief: Brief) -> list[Target]:
    """Return all that can be corrected in a brief, the most read first: a summary as a whole, the rest by its sentences."""
    found: list[Target] = []
    for where, number, passage in brief.parts():
        if where == "summary" and number:
            summary = brief.summaries[number - 1]
            known_by = sha256_of(brief.article.text)
            by = next((one.edit.by for one in passage.sentences if one.edit), "")
            edited = summary.edit is not None
            found.append(Target(where, number, None, summary.arabic, known_by, passage.target, by, edited))
            continue
        for position, one in enumerate(passage.sentences, start=1):
            if not one.source.strip():
                continue
            by, edited = one.edit.by if one.edit else "", one.edit is not None
            found.append(Target(where, number, position, one.source, sha256_of(one.source), one.target, by, edited))
    return found


def flag_key(flag: Flag) -> str:
    """Return what a page calls a flag: another one of the brief has another key."""
    return sha256_of(repr(asdict(flag)))[:32]


def event_of(asked: Asked, brief: Brief, by: str, at: str) -> Event | None:
    """Return the event that does what was asked, None where that is so already. Raises ``RefusedError``, ``ConflictError``.

    ``at`` is now, ISO 8601 with offset.
    """
    if asked.kind == "term":
        raise ValueError("a term is nothing that is done to a brief")
    blank = Event(new_id(), at, by, item_of(brief.article), asked.kind)
    if asked.kind in ("reviewed", "unreviewed"):
        return _review(asked, brief, blank)
    if asked.kind == "corrected" or (asked.kind == "reverted" and asked.arabic):
        return _correction(asked, brief, blank)
    if asked.kind in ("dismissed", "restored"):
        return _dismissal(asked, brief, blank)
    return _name(asked, brief, blank)


def _review(asked: Asked, brief: Brief, blank: Event) -> Event | None:
    # Text that was edited since a review may be reviewed anew.
    if is_all_seen(brief) if asked.kind == "reviewed" else not is_reviewed(brief):
        return None
    seen = text_hash(brief)
    if asked.kind == "reviewed" and asked.text != seen:
        raise RefusedError(
            Refusal(
                HTTPStatus.CONFLICT,
                "The brief has changed since you opened it.",
                "Load the page again, and look at what is new.",
            )
        )
    return replace(blank, text_sha256=seen)


def _correction(asked: Asked, brief: Brief, blank: Event) -> Event | None:
    if asked.kind == "corrected" and is_blank(asked.new):
        raise RefusedError(_unprocessable("There is no text.", "Write the English, or go back to the machine's."))
    target = _target(asked, brief)
    if target is None:
        said = "The Arabic has changed since you opened the page."
        event = replace(blank, where=asked.where, paragraph=asked.paragraph, sentence=asked.sentence)
        event = replace(event, source_sha256=asked.arabic, old=asked.old, new=asked.new)
        raise ConflictError(_conflict(said, "Load the page again."), "", _kept(event, asked))
    event = replace(
        blank,
        where=target.where,
        paragraph=target.paragraph,
        sentence=target.sentence,
        source=target.source,
        source_sha256=asked.arabic,
        old=target.english,
        new=asked.new,
    )
    if _alike(asked.new, target.english) or (asked.kind == "reverted" and not target.edited):
        return None
    if not _alike(asked.old, target.english):
        who = " ".join(plain(target.by).split()) or "Somebody else"
        said = f"{who} has changed this since you opened the page."
        hint = "Compare the two, and save again what shall stand."
        raise ConflictError(_conflict(said, hint), target.english, _kept(event, asked))
    return event


def _target(asked: Asked, brief: Brief) -> Target | None:
    """Return what is to be corrected, by its Arabic: a paragraph that was put in before it has moved it."""
    same = [
        one for one in targets(brief) if one.source_sha256 == asked.arabic and _part(one.where) == _part(asked.where)
    ]
    if asked.where == "summary":
        return next((one for one in same if one.paragraph == asked.paragraph), None)
    place = (asked.where, asked.paragraph, asked.sentence)
    return next((one for one in same if (one.where, one.paragraph, one.sentence) == place), next(iter(same), None))


def _part(where: Where) -> bool:
    return where == "summary"


def _name(asked: Asked, brief: Brief, blank: Event) -> Event | None:
    if not words(asked.source):
        raise RefusedError(_unprocessable("There is no Arabic name.", "Write the name as the article has it."))
    sentences = [
        one for _, _, passage in brief.parts() for one in passage.sentences if has_name(asked.source, one.source)
    ]
    if not sentences:
        said = f"The article has no {asked.source}."
        raise RefusedError(_unprocessable(said, "Write the name as the article has it."))
    if asked.kind == "reverted":
        return replace(blank, source=asked.source)
    if is_blank(asked.old) or is_blank(asked.new):
        raise RefusedError(_unprocessable("A name is missing.", "Write the English as it is, and as it should be."))
    event = replace(blank, source=asked.source, old=asked.old, new=asked.new)
    if any(with_name(one.target, asked.old, asked.new) != one.target for one in sentences):
        return event
    if any(asked.new in one.target for one in sentences):
        return None
    said = f"No sentence with {asked.source} has '{asked.old}' as it stands now."
    raise ConflictError(_conflict(said, "Load the page again."), "", _kept(event, asked))


def _dismissal(asked: Asked, brief: Brief, blank: Event) -> Event | None:
    there = {flag_key(flag): flag for flag in brief.flags}
    away = {flag_key(one.flag): one.flag for one in dismissed(brief)}
    wanted, done = (there, away) if asked.kind == "dismissed" else (away, there)
    if asked.flag in done:
        return None
    if asked.flag not in wanted:
        raise RefusedError(_conflict("That flag is not there any more: the text has changed.", "Load the page again."))
    if asked.kind == "dismissed" and is_blank(asked.reason):
        raise RefusedError(_unprocessable("There is no reason.", "Write why the flag can be put aside."))
    reason = asked.reason if asked.kind == "dismissed" else ""
    return at_flag(replace(blank, reason=reason), brief, wanted[asked.flag])


def _kept(event: Event, asked: Asked) -> Event:
    """Return what keeps a correction that came second: nothing that an editor wrote is lost."""
    return replace(event, kind="conflict", old=asked.old)


def _alike(one: str, other: str) -> bool:
    """Say whether two texts look the same: a page shows no controls, and white space as one space."""
    return " ".join(plain(one).split()) == " ".join(plain(other).split())


def _conflict(message: str, hint: str) -> Refusal:
    return Refusal(HTTPStatus.CONFLICT, message, hint)


def _unprocessable(message: str, hint: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, message, hint)
