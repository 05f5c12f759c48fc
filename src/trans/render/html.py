"""The brief as a web page: the decision in the first screen, the Arabic beside the English, flags at their sentence.

Lays out what ``templates/brief.html.j2`` shows. Pure; knows no markup and no file: escaping is the page's business.
"""

from collections import ChainMap, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from trans import names
from trans.article import Metadata
from trans.brief import SEVERITIES, Brief, Flag, Passage, Sentence, Severity, Where
from trans.render import copies, status
from trans.render.direction import from_right
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER, METHODS, NAME_KINDS, origin, ranges, told_time
from trans.render.page import page
from trans.render.status import Fault, Place

# Further places of a fault that repeats, as links; an editor who mends the first ones finds the others with a search.
_MOST_PLACES = 6

# The rest of what an article says of itself stands under its headline.
_IN_FOOTER = ("Language", "Usage terms")

_PREFIX: dict[Where, str] = {"headline": "h", "summary": "s", "deck": "d", "paragraph": "p"}


@dataclass(frozen=True, slots=True)
class Note:
    """A flag as it stands under its text. ``anchor`` is where its sentence is, ``at`` what that is called: 'sentence 2', without
    the bullet that counts as one; quotes that the message has are left out.
    """

    id: str
    anchor: str
    at: str
    flag: Flag
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence beside its translation. ``id`` is empty for what is no sentence: a bullet, a rule.

    ``worst`` is the severity of its worst flag that is no note, ``told_at`` the id of the element that says it in words.
    """

    id: str
    source: str
    sep: str
    target: str
    worst: Severity | None
    told_at: str


@dataclass(frozen=True, slots=True)
class Block:
    """A headline, summary, standfirst or paragraph in both languages, with its notes. ``name`` is what people call it, ``label``
    what stands before it.

    ``worst`` and ``told_at`` are those of a flag that stands at no sentence of it.
    """

    id: str
    name: str
    label: str
    kind: str
    lines: tuple[Line, ...]
    notes: tuple[Note, ...]
    repaired: tuple[tuple[str, Sentence], ...]
    worst: Severity | None
    told_at: str


@dataclass(frozen=True, slots=True)
class Item:
    """A fault in the list of what to check: its first place is where its text leads, the others follow it.

    ``whole`` is what ``said`` may cut.
    """

    id: str
    fault: Fault
    said: str
    whole: str
    anchor: str
    others: tuple[tuple[str, str], ...]
    more: int


def render(brief: Brief) -> bytes:
    """Return the brief as one HTML file."""
    faults = {f"c{number}": fault for number, fault in enumerate(status.faults(brief), start=1)}
    told_at = {(fault.check, place): name for name, fault in reversed(faults.items()) for place in fault.places}
    called = status.called(brief)
    flags: dict[Place, list[Flag]] = defaultdict(list)
    for flag in brief.flags:
        flags[Place(flag.where, flag.paragraph)].append(flag)
    blocks: dict[Where, list[Block]] = defaultdict(list)
    for where, number, passage in brief.parts():
        part = Place(where, number)
        blocks[where].append(_block(brief, part, passage, called[part], flags[part], told_at))
    every = [block for some in blocks.values() for block in some]
    known = {block.id for block in every} | {line.id for block in every for line in block.lines}
    items = [_item(name, fault, known) for name, fault in faults.items()]
    article = brief.article
    return page(
        "brief.html.j2",
        style="brief.css",
        script="brief.js",
        data={"summary": copies.summary(brief), "translation": copies.translation(brief)},
        demo=DEMO_BANNER if brief.provenance.demo else False,
        banner=MACHINE_BANNER,
        article=article,
        title=brief.headline.target.strip() or article.id,
        times=_times(article.metadata),
        about_source=[(name, value) for name, value in origin(article.metadata) if name in _IN_FOOTER],
        made=brief.provenance,
        models=(("Translation", brief.provenance.translation), ("Summary", brief.provenance.summarization)),
        headline=blocks["headline"][0],
        summaries=tuple(zip(brief.summaries, blocks["summary"], strict=True)),
        methods=METHODS,
        ranges=ranges,
        from_right=from_right,
        body=(*blocks["deck"], *blocks["paragraph"]),
        opening=status.opening(list(faults.values())) if items else status.CLEAN,
        shown=items[: status.SHOWN],
        folded=items[status.SHOWN :],
        in_full=tuple(_in_full(brief, called, known)),
        remarks=[_item(f"i{number}", note, known) for number, note in enumerate(status.notes(brief), start=1)],
        names=names.table(brief),
        name_kinds=NAME_KINDS,
    )


def _block(
    brief: Brief,
    place: Place,
    passage: Passage,
    called: Sequence[str],
    flags: Sequence[Flag],
    told_at: dict[tuple[str, Place], str],
) -> Block:
    base = _id(place)
    serious = [flag for flag in flags if flag.severity != "info" and not _on_top(place)]
    notes = tuple(_note(f"n-{base}-{count}", flag, passage, called) for count, flag in enumerate(serious, start=1))
    # What stands in the first screen is told there; the rest under its own text.
    at = ChainMap({(note.flag.check, _place(note.flag)): note.id for note in reversed(notes)}, told_at)
    by_sentence: dict[int, list[Flag]] = defaultdict(list)
    for flag in flags:
        by_sentence[flag.sentence if flag.sentence and flag.sentence <= len(called) else 0].append(flag)
    lines: list[Line] = []
    repaired: list[tuple[str, Sentence]] = []
    for position, sentence in enumerate(passage.sentences, start=1):
        # Links lead to what is spoken, and to what there is something to say about.
        linked = called[position - 1] or by_sentence[position] or sentence.repair
        identity = _id(Place(place.where, place.paragraph, position)) if linked else ""
        lines.append(Line(identity, sentence.source, sentence.sep, sentence.target, *_worst(by_sentence[position], at)))
        if sentence.repair:
            repaired.append((identity, sentence))
    if passage.kind == "heading" and lines and lines[0].source == _marker(brief, place) and not lines[0].id:
        del lines[0]  # '##' is what makes it a heading, and it is shown as one
    name = str(place).removeprefix("the ")
    label = str(place.paragraph) if place.where == "paragraph" else "•"
    told = f"{name[:1].upper()}{name[1:]}"
    return Block(base, told, label, passage.kind, tuple(lines), notes, tuple(repaired), *_worst(by_sentence[0], at))


def _marker(brief: Brief, place: Place) -> str:
    if place.where != "paragraph" or not place.paragraph:
        return ""
    return brief.article.paragraphs[place.paragraph - 1].marker.strip()


def _on_top(place: Place) -> bool:
    """Whether a part stands in the first screen, where the sentence that says what to check is."""
    return place in (Place("headline"), Place("summary", 1))


def _worst(flags: Iterable[Flag], told_at: Mapping[tuple[str, Place], str]) -> tuple[Severity | None, str]:
    """Return the worst severity of ``flags``, but for notes, and the element that tells of such a flag."""
    serious = sorted(
        (flag for flag in flags if flag.severity != "info"), key=lambda flag: SEVERITIES.index(flag.severity)
    )
    if not serious:
        return None, ""
    return serious[0].severity, told_at.get((serious[0].check, _place(serious[0])), "status")


def _note(identity: str, flag: Flag, passage: Passage | None, called: Sequence[str]) -> Note:
    position = flag.sentence if passage and flag.sentence and flag.sentence <= len(called) else 0
    whole = passage.sentences[position - 1] if passage and position else None
    source = flag.source if flag.source not in flag.message and not (whole and whole.source == flag.source) else ""
    target = flag.target if flag.target not in flag.message and not (whole and whole.target == flag.target) else ""
    at = called[position - 1] if position else ""
    return Note(identity, _id(_place(flag)), at, flag, source, target if target != source else "")


def _in_full(brief: Brief, called: Mapping[Place, Sequence[str]], known: Set[str]) -> Iterator[Note]:
    """The errors and warnings with no text to stand under: of the first screen, of the whole article, of what is not there.

    The sentence in the first screen cuts them, and tells those that are alike once.
    """
    passages = {Place(where, number): passage for where, number, passage in brief.parts()}
    for count, flag in enumerate(brief.flags, start=1):
        part = Place(flag.where, flag.paragraph)
        if flag.severity == "info" or (part in passages and not _on_top(part)):
            continue
        note = _note(f"f{count}", flag, passages.get(part), called.get(part, ()))
        at = f"{part}, {note.at}" if note.at else str(part)
        yield replace(note, anchor=_anchor(_place(flag), known), at=at)


def _item(identity: str, fault: Fault, known: Set[str]) -> Item:
    places: dict[str, Place] = {}
    for place in fault.places:
        places.setdefault(str(place), place)
    (_, first), *others = places.items()
    links = tuple((name, _anchor(other, known)) for name, other in others[:_MOST_PLACES])
    more = max(0, len(others) - _MOST_PLACES)
    return Item(identity, fault, status.said(fault), status.said(fault, None), _anchor(first, known), links, more)


def _id(place: Place) -> str:
    base = f"{_PREFIX[place.where]}{place.paragraph or ''}"
    return f"{base}-{place.sentence}" if place.sentence else base


def _anchor(place: Place, known: Set[str]) -> str:
    """Return which of the ids ``known`` a place has: its own, that of its part, or else where the flags are told."""
    candidates = (_id(place), _id(Place(place.where, place.paragraph)))
    return next((one for one in candidates if one in known), "status")


def _place(flag: Flag) -> Place:
    return Place(flag.where, flag.paragraph, flag.sentence)


def _times(metadata: Metadata) -> list[tuple[str, str, str]]:
    """What each time is of, the time, and how people read it."""
    times = (("published", metadata.published), ("received", metadata.received))
    return [(name, time, told_time(time)) for name, time in times if time]
