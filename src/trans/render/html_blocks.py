"""The parts of a brief as they stand on its page: sentences side by side, with all that is told of each under its part.

Pure data for ``templates/brief.html.j2``; knows no markup, no banner, and nothing of the list of what to check.
"""

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from trans.brief import SEVERITIES, Brief, Flag, Passage, Sentence, Severity, Where
from trans.render.review import Edited, Marks
from trans.render.status import Place

_PREFIX: dict[Where, str] = {"headline": "h", "summary": "s", "deck": "d", "paragraph": "p"}


@dataclass(frozen=True, slots=True)
class Note:
    """A flag as it stands under its text. ``anchor`` is where its sentence is, ``at`` what that is called: 'sentence 2', without
    the bullet that counts as one; quotes that the message has are left out. ``number`` is its place in the brief's flags, from 0.
    """

    id: str
    anchor: str
    at: str
    flag: Flag
    source: str
    target: str
    number: int


@dataclass(frozen=True, slots=True)
class Written:
    """What an editor wrote in place of the machine: ``anchor`` is where it stands, ``at`` what that is called."""

    id: str
    anchor: str
    at: str
    edited: Edited


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence beside its translation. ``id`` is empty for what is no sentence: a bullet, a rule.

    ``worst`` is the severity of its worst flag that is no note, ``told_at`` the id of the element that says it in words;
    ``edited`` the id of the one that tells who wrote it, empty for the machine. ``new``: the version before did not have it.
    """

    id: str
    source: str
    sep: str
    target: str
    worst: Severity | None
    told_at: str
    edited: str
    new: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A headline, summary, standfirst or paragraph in both languages, with its notes. ``name`` is what people call it, ``label``
    what stands before it.

    ``worst``, ``told_at`` and ``edited`` are those of what stands at no sentence of it; ``mark`` says in a word how all of it
    differs from the version before, and is empty where its sentences say so.
    """

    id: str
    name: str
    label: str
    kind: str
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    repaired: tuple[tuple[str, Sentence], ...]
    written: tuple[Written, ...]
    worst: Severity | None
    told_at: str
    edited: str
    mark: str


@dataclass(frozen=True, slots=True)
class Telling:
    """What there is to say about a brief, by its place, for all of its blocks. ``told_at``: the elements of the first screen."""

    called: Mapping[Place, Sequence[str]]
    flags: Mapping[Place, Sequence[Flag]]
    numbers: Mapping[Flag, int]
    told_at: Mapping[tuple[str, Place], str]
    edits: Mapping[Place, Edited]
    marks: Marks


def blocks(brief: Brief, telling: Telling) -> dict[Where, list[Block]]:
    """Return the blocks of ``brief`` in reading order, by what they are part of."""
    found: dict[Where, list[Block]] = defaultdict(list)
    for where, number, passage in brief.parts():
        found[where].append(_block(brief, Place(where, number), passage, telling))
    return found


def _block(brief: Brief, place: Place, passage: Passage, telling: Telling) -> Block:
    base, called, flags = identity(place), telling.called[place], telling.flags.get(place, ())
    serious = [flag for flag in flags if flag.severity != "info" and not on_top(place)]
    notes = tuple(
        note(f"n-{base}-{count}", flag, passage, called, telling.numbers[flag])
        for count, flag in enumerate(serious, start=1)
    )
    # What stands in the first screen is told there; the rest under its own text.
    at = ChainMap({(one.flag.check, place_of(one.flag)): one.id for one in reversed(notes)}, dict(telling.told_at))
    by_sentence: dict[int, list[Flag]] = defaultdict(list)
    for flag in flags:
        by_sentence[flag.sentence if flag.sentence and flag.sentence <= len(called) else 0].append(flag)
    whole, mark = telling.edits.get(place), telling.marks.parts.get(place, "")
    lines: list[Line] = []
    repaired: list[tuple[str, Sentence]] = []
    written = [Written(f"e-{base}", base, "", whole)] if whole else []
    for position, sentence in enumerate(passage.sentences, start=1):
        spot = Place(place.where, place.paragraph, position)
        edited, new = telling.edits.get(spot), spot in telling.marks.spots
        # Links lead to what is spoken, and to what there is something to say about.
        linked = called[position - 1] or by_sentence[position] or sentence.repair or edited
        anchor = identity(spot) if linked else ""
        told = f"e-{anchor}" if edited else ""
        worst = _worst(by_sentence[position], at)
        lines.append(Line(anchor, sentence.source, sentence.sep, sentence.target, *worst, told, new))
        if sentence.repair:
            repaired.append((anchor, sentence))
        if edited:
            written.append(Written(told, anchor, called[position - 1], edited))
    if passage.kind == "heading" and lines and lines[0].source == _marker(brief, place) and not lines[0].id:
        del lines[0]  # '##' is what makes it a heading, and it is shown as one
    name = str(place).removeprefix("the ")
    label = str(place.paragraph) if place.where == "paragraph" else "•"
    return Block(
        base,
        f"{name[:1].upper()}{name[1:]}",
        label,
        passage.kind,
        tuple(lines),
        notes,
        tuple(repaired),
        tuple(written),
        *_worst(by_sentence[0], at),
        f"e-{base}" if whole else "",
        mark,
    )


def _marker(brief: Brief, place: Place) -> str:
    if place.where != "paragraph" or not place.paragraph:
        return ""
    return brief.article.paragraphs[place.paragraph - 1].marker.strip()


def on_top(place: Place) -> bool:
    """Whether a part stands in the first screen, where the sentence that says what to check is."""
    return place in (Place("headline"), Place("summary", 1))


def _worst(flags: Iterable[Flag], told_at: Mapping[tuple[str, Place], str]) -> tuple[Severity | None, str]:
    """Return the worst severity of ``flags``, but for notes, and the element that tells of such a flag."""
    serious = sorted(
        (flag for flag in flags if flag.severity != "info"), key=lambda flag: SEVERITIES.index(flag.severity)
    )
    if not serious:
        return None, ""
    return serious[0].severity, told_at.get((serious[0].check, place_of(serious[0])), "status")


def note(name: str, flag: Flag, passage: Passage | None, called: Sequence[str], number: int) -> Note:
    """Return a flag as it is told under ``passage``, whose sentences are ``called`` so; ``number`` is its place in all flags."""
    position = flag.sentence if passage and flag.sentence and flag.sentence <= len(called) else 0
    whole = passage.sentences[position - 1] if passage and position else None
    source = flag.source if flag.source not in flag.message and not (whole and whole.source == flag.source) else ""
    target = flag.target if flag.target not in flag.message and not (whole and whole.target == flag.target) else ""
    at = called[position - 1] if position else ""
    return Note(name, identity(place_of(flag)), at, flag, source, target if target != source else "", number)


def identity(place: Place) -> str:
    """Return the id of a place on the page: 'h-1' of the headline, 's1-2', 'd1-1', 'p2-3'; without a sentence 'p2'."""
    base = f"{_PREFIX[place.where]}{place.paragraph or ''}"
    return f"{base}-{place.sentence}" if place.sentence else base


def place_of(flag: Flag) -> Place:
    """Return where a flag stands."""
    return Place(flag.where, flag.paragraph, flag.sentence)
