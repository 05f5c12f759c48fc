"""What every format tells of an article's standing, its review and its versions, in the same words. Pure; knows no format."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from trans import notices
from trans.brief import Brief, Dismissed, Edit, Reopened, Review, Update, Version
from trans.render.labels import MACHINE_BANNER, UNREVIEWED, told_time
from trans.render.status import CLEAN, Place, clean, faults, sentence
from trans.review import is_reviewed as is_reviewed
from trans.review_events import NOBODY
from trans.updates import told

# Of those who edited a brief, in the one line about it; each edit names its own.
_MOST_NAMES = 3

# The nouns and verbs of a notice's sentence that its word in capitals says already.
_SAID = re.compile(r"(?:an? |under )?(?:killed|withheld|embargo(?:ed)?|kill notice|correction)\b:?\s*", re.IGNORECASE)
# Of what an update says, the parts that name paragraphs of this version.
_NAMES_PARAGRAPHS = re.compile(r"(?:updated: )?paragraphs? \d", re.IGNORECASE)

_NOBODY = Review("")


@dataclass(frozen=True, slots=True)
class Announced:
    """What must be known before the article is used: a word that says it all, in capitals, and the rest of its sentence.

    ``grave``: nothing of it may be published now.
    """

    word: str
    text: str
    grave: bool

    def __str__(self) -> str:
        return f"{self.word}: {self.text}"


@dataclass(frozen=True, slots=True)
class Edited:
    """English that an editor wrote, and the machine's in whose place it stands. ``place`` is a sentence, or a whole summary."""

    place: Place
    by: str
    at: str
    machine: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What the version before did not have: ``spots`` are sentences, ``parts`` what differs as a whole, with the word for it."""

    spots: frozenset[Place] = frozenset()
    parts: Mapping[Place, str] = field(default_factory=dict)


def announced(brief: Brief) -> tuple[Announced, ...]:
    """Return what stands first in every format, the gravest first."""
    return tuple(
        Announced(one.kind.upper(), _SAID.sub("", one.text, count=1), one.kind != "correction")
        for one in notices.notices(brief.article)
    )


def status(brief: Brief) -> str:
    """Return the one sentence that says what to check; where nothing was found, what an article's standing asks for."""
    return sentence(faults(brief), unflagged(brief))


def unflagged(brief: Brief, otherwise: str = CLEAN) -> str:
    """Return what is said where no check found anything: what the article's standing asks for, else ``otherwise``."""
    return clean((one.kind for one in notices.notices(brief.article)), otherwise)


def is_killed(brief: Brief) -> bool:
    """Say whether the article's publisher has taken it back: nothing of it is copied or sent on."""
    return notices.is_killed(brief.article)


def banner(brief: Brief) -> str:
    """Return what the English is: unreviewed, or who reviewed it and when, or that it has changed since."""
    review = _review(brief)
    if is_reviewed(brief):
        return f"Reviewed by {_name(review.by)}, {told_time(review.at)}{_since(brief)}."
    lapsed = [one for one in review.reopened if one.kind == "review"]
    if lapsed:
        by = who(lapsed[-1].by, lapsed[-1].at)
        return f"{MACHINE_BANNER.rstrip('.')}: its text has changed since it was reviewed by {by}."
    return MACHINE_BANNER


def mark(brief: Brief) -> str:
    """Return what goes along with every copied text: that nobody has reviewed it, or who has."""
    return f"[translation reviewed by {_name(_review(brief).by)}{_since(brief)}]" if is_reviewed(brief) else UNREVIEWED


def is_seen(brief: Brief, edit: Edit | None) -> bool:
    """Say whether there is a review that holds, and it was of a sentence as it stands: no editor wrote it later."""
    return is_reviewed(brief) and not (edit and edited_since([(edit.by, edit.at)], _review(brief).at))


def is_all_seen(brief: Brief) -> bool:
    """Say whether the review that holds was of all the English as it stands."""
    return is_reviewed(brief) and not _since(brief)


def edited_since(edits: Iterable[tuple[str, str]], reviewed: str) -> str:
    """Return who wrote something after a review at ``reviewed``, as one text; empty where nobody did. Of an edit there is who
    wrote it and when. Times are ISO 8601; what can't be compared as one is no later.
    """
    return _names(by for by, at in edits if _moment(at) > _moment(reviewed))


def who(by: str, at: str) -> str:
    """Return a name and a time as people read them: 'Sami on 2026-03-01 14:05 UTC+03:00'."""
    return f"{_name(by)} on {' '.join(told_time(at).split())}"


def edits(brief: Brief) -> tuple[Edited, ...]:
    """Return all that editors wrote and that stands in the brief, in reading order."""
    return tuple(_edits(brief))


def _edits(brief: Brief) -> Iterator[Edited]:
    for where, number, passage in brief.parts():
        summary = brief.summaries[number - 1] if where == "summary" and number else None
        written = [(n, one.edit) for n, one in enumerate(passage.sentences, start=1) if one.edit]
        if summary and summary.edit and written:
            first = written[0][1]
            yield Edited(Place(where, number), first.by, first.at, summary.edit.english.target)
        else:
            yield from (Edited(Place(where, number, n), one.by, one.at, one.machine) for n, one in written)


def edited(brief: Brief) -> str:
    """Return in one line how much of a brief editors wrote: 'Edited in 2 places, by Sami.'; empty where nothing."""
    found = edits(brief)
    if not found:
        return ""
    return f"Edited in {len(found)} place{'s' if len(found) > 1 else ''}, by {_names(one.by for one in found)}."


def last_change(brief: Brief) -> str:
    """Return when an editor last did something that shows in the brief, ISO 8601 with its offset; empty where none did."""
    found = _review(brief)
    times = [found.at, *(one.at for one in edits(brief)), *(one.at for one in found.dismissed)]
    return max(filter(_moment, times), key=_moment, default="")


def dismissed(brief: Brief) -> tuple[Dismissed, ...]:
    """Return the flags that editors put aside."""
    return _review(brief).dismissed


def reopened(brief: Brief) -> tuple[Reopened, ...]:
    """Return what editors did that holds no longer."""
    return _review(brief).reopened


def why_reopened(one: Reopened) -> str:
    """Return what was done, by whom and when, and why it holds no longer; its texts are told beside it."""
    by = who(one.by, one.at)
    return {
        "review": f"The text has changed since it was reviewed by {by}. Review it again.",
        "correction": f"A correction by {by} no longer applies: its Arabic has changed.",
        "summary": f"A summary written by {by} no longer applies: the article has changed.",
        "name": f"A name corrected by {by} no longer applies: the text has changed.",
        "dismissal": f"A flag dismissed by {by} counts again: its text has changed.",
    }[one.kind]


def updated(brief: Brief) -> str:
    """Return in one line how the article differs from its version before; empty where there was none."""
    return "".join(text for text, _ in updated_pieces(brief))


def updated_pieces(brief: Brief) -> tuple[tuple[str, int | None], ...]:
    """Return that line in pieces: a text each, and which paragraph it is the number of, if it is one."""
    if brief.update is None:
        return ()
    line = f"{told(brief.update)}."
    numbers = {*brief.update.changed, *brief.update.added}
    pieces: list[tuple[str, int | None]] = []
    for part in re.split("(; )", line[:1].upper() + line[1:]):
        for piece in filter(None, re.split(r"(\d+)", part) if _NAMES_PARAGRAPHS.match(part) else [part]):
            number = int(piece) if piece.isdecimal() and len(piece) < 10 else 0
            there = number in numbers and number <= len(brief.paragraphs)
            pieces.append((piece, number if there else None))
    return tuple(pieces)


def marks(brief: Brief) -> Marks:
    """Return the sentences and the parts that the version before did not have."""
    update = brief.update
    if update is None:
        return Marks()
    spots = frozenset(Place(one.where, one.paragraph, one.sentence) for one in update.spots)
    told_there = {Place(one.where, one.paragraph) for one in update.spots if one.sentence}
    changed = [Place("headline")] if update.headline else []
    changed += [Place("paragraph", number) for number in update.changed]
    parts = {place: "changed" for place in changed if place not in told_there}
    return Marks(spots, parts | {Place("paragraph", number): "new" for number in update.added})


def versions(brief: Brief) -> Iterator[tuple[str, str]]:
    """Yield the earlier versions that are kept, the newest first: what each is called, and its address relative to the brief's.

    A brief lies in the output folder as deep as its id says.
    """
    above = "../" * brief.article.id.count("/") or "./"
    for version in brief.update.versions if brief.update else ():
        if brief.update and all(part not in ("", ".", "..") for part in version.file.split("/")):
            yield version_name(brief.update, version), above + quote(version.file, errors="replace")


def version_name(update: Update, version: Version) -> str:
    """Return what an earlier version is called: by its distance, for a number would be taken for the publisher's."""
    before = update.number - version.number
    return "the one before" if before == 1 else f"{before} before"


def _review(brief: Brief) -> Review:
    return brief.review or _NOBODY


def _moment(time: str) -> float:
    """Return a time as seconds, to be compared; 0 for what can't be read, and for one without its offset."""
    try:
        read = datetime.fromisoformat(time)
        return read.timestamp() if read.tzinfo else 0
    except (ValueError, OverflowError):
        return 0


def _since(brief: Brief) -> str:
    names = edited_since(((one.by, one.at) for one in edits(brief)), _review(brief).at)
    return f"; edited since by {names}" if names else ""


def _names(found: Iterable[str]) -> str:
    names = list(dict.fromkeys(map(_name, found)))
    if len(names) > _MOST_NAMES:
        names = [*names[:_MOST_NAMES], f"{len(names) - _MOST_NAMES} more"]
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _name(by: str) -> str:
    return " ".join(by.split()) or NOBODY
