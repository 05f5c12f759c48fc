"""The Word brief: the same as the Markdown one, with what to check as comments at the sentences it is about.

Says which text stands where; what a Word file looks like inside is ``ooxml``'s business, and python-docx is loaded there.
"""

from collections.abc import Iterator

from trans import names
from trans.brief import Brief, Summary
from trans.render import review
from trans.render.blocks import Block, Span, Table, block
from trans.render.direction import from_right
from trans.render.labels import DEMO_BANNER, NAME_KINDS, covered, origin
from trans.render.links import web_address
from trans.render.status import Fault, Place, called, faults
from trans.render.status import notes as remarks
from trans.render.word_notes import Notes, both, notes_by_place
from trans.render.word_places import Called, link, links
from trans.render.word_review import announced, dismissed, edited, reopened, standing

# Shares of the page: the two languages; a number before them; what a name is and where it stands between them.
_SIDE_BY_SIDE = (1, 1)
_NUMBERED, _POINTS = (0.15, 1, 1), (0.25, 1, 1)
_MARKED = (0.3, 1, 1)  # room for 'changed' under the number
_NAMES = (1, 0.5, 0.6, 1)

_ARABIC = "العربية"

# Characters of the headline at the foot of each page: with the rest, one line of it.
_FOOT = 80

# Places of a fault that repeats; the comments stand at all of them.
_MOST_PLACES = 6


def render(brief: Brief) -> bytes:
    """Return the brief as a Word file (.docx)."""
    # python-docx takes a quarter of a second to load.
    from trans.render import ooxml

    title = _title(brief)
    marks = [*(one.word for one in review.announced(brief)), review.mark(brief)]
    foot = f"{' · '.join(marks)} · {title[:_FOOT]}{'…' if len(title) > _FOOT else ''}"
    return ooxml.write(_blocks(brief), title=title, subject=review.banner(brief), foot=foot)


def _blocks(brief: Brief) -> Iterator[Block | Table]:
    notes, names_of = notes_by_place(brief), called(brief)
    yield from announced(brief)
    yield block(review.mark(brief), look="banner")
    if brief.provenance.demo:
        yield block(DEMO_BANNER, look="banner")
    yield from standing(brief)
    yield from _headline(brief, notes)
    yield _about(brief)
    yield from _summary(brief, notes)
    yield from _to_check(brief, names_of)
    yield from _key_points(brief, notes)
    yield from _paragraphs(brief, notes)
    yield from _names(brief)
    yield from edited(brief, names_of)
    yield from _repairs(brief, names_of)
    yield from dismissed(brief, names_of)
    yield from _provenance(brief)
    yield from _remarks(brief, names_of)


def _title(brief: Brief) -> str:
    return " ".join((brief.headline.target.strip() or brief.article.id).split())


def _headline(brief: Brief, notes: Notes) -> Iterator[Block]:
    english, arabic = both(brief.headline, Place("headline"), notes)
    if brief.headline.target.strip():
        yield Block(english.spans, "title", english.rtl, "headline", english.notes)
    else:
        yield Block((Span(_title(brief)),), "title", False, "headline", (*english.notes, *english.spoken))
    if brief.headline.source.strip():
        yield Block(arabic.spans, "original title", arabic.rtl)
    for number, deck in enumerate(brief.decks, start=1):
        english, arabic = both(deck, Place("deck", number), notes)
        yield Block(english.spans, "standfirst", english.rtl, f"deck{number}", english.notes)
        yield arabic


def _about(brief: Brief) -> Block:
    about = brief.article.metadata
    source = brief.article.source
    parts = [Span("Source: "), *_isolated(source.uri)]
    if source.record:
        parts += [Span(", record "), *_isolated(source.record)]
    for label, value in origin(about):
        parts += [Span(f" · {label}: "), *_isolated(value)]
    if about.url:
        parts += [Span(" · Link: "), Span(about.url, url=web_address(about.url))]
    return block(*parts, look="small")


def _isolated(value: str) -> Iterator[Span]:
    """An Arabic value within an English line keeps its brackets: a right-to-left mark at both ends holds them."""
    if from_right(value, otherwise=False):
        yield Span(f"\u200f{value}\u200f")
    else:
        yield Span(value)


def _summary(brief: Brief, notes: Notes) -> Iterator[Block | Table]:
    yield block("Summary", look="heading", name="s1")
    if not brief.summaries:
        yield block("There was no text to summarise.")
        return
    summary = brief.summaries[0]
    yield Table(_SIDE_BY_SIDE, (_summarised(summary, Place("summary", 1), notes),))
    yield block(*_covers(summary), look="small")


def _summarised(summary: Summary, place: Place, notes: Notes) -> tuple[Block, Block]:
    english, arabic = both(summary.english, place, notes)
    rtl = from_right(summary.arabic, otherwise=True)
    return english, Block((Span(summary.arabic.strip()),), rtl=rtl, notes=arabic.spoken)


def _covers(summary: Summary) -> list[Span]:
    said = covered(summary)
    spans = [Span(f"{said[:1].upper()}{said[1:]}")]
    if summary.draws_on and summary.draws_on != summary.covers:
        spans += [Span("; draws on "), *links(summary.draws_on)]
    return [*spans, Span(".")]


def _to_check(brief: Brief, names_of: Called) -> Iterator[Block]:
    yield block("What to check", look="heading")
    yield block(Span(review.status(brief), bold=True))
    for fault in faults(brief):
        yield _listed(fault, names_of, Span(f"{fault.severity.capitalize()}: ", bold=True))
    yield from reopened(brief)


def _remarks(brief: Brief, names_of: Called) -> Iterator[Block]:
    """What is no more than a note: at the end and without comments, which are for what must be checked."""
    found = remarks(brief)
    if found:
        yield block(f"Notes ({len(found)})", look="heading")
    for fault in found:
        yield _listed(fault, names_of)


def _listed(fault: Fault, names_of: Called, *before: Span) -> Block:
    spans = [*before, Span(f"{fault.message} (")]
    for position, place in enumerate(fault.places[:_MOST_PLACES]):
        spans += [Span(", ")] if position else []
        spans += [link(place, names_of)]
    more = len(fault.places) - _MOST_PLACES
    return block(*spans, f", and {more} more)" if more > 0 else ")", look="bullet")


def _key_points(brief: Brief, notes: Notes) -> Iterator[Block | Table]:
    points = brief.summaries[1:]
    if not points:
        return
    yield block("Key points", look="heading")
    rows = []
    for number, point in enumerate(points, start=2):
        english, arabic = _summarised(point, Place("summary", number), notes)
        rows.append((block(*links(point.draws_on or point.covers), name=f"s{number}"), english, arabic))
    yield Table(_POINTS, tuple(rows), _head("From", "English", _ARABIC))


def _paragraphs(brief: Brief, notes: Notes) -> Iterator[Block | Table]:
    yield Block((Span("Full translation"),), "heading", name="text", notes=notes.at(Place("paragraph")))
    if not brief.paragraphs:
        yield block("The article has no text under its headline.")
        return
    rows, marks = [], review.marks(brief)
    for number, paragraph in enumerate(brief.paragraphs, start=1):
        marker = brief.article.paragraphs[number - 1].marker.strip() if paragraph.kind == "heading" else ""
        english, arabic = both(paragraph, Place("paragraph", number), notes, marker)
        mark = marks.parts.get(Place("paragraph", number), "")
        rows.append((block(f"{number} {mark}".strip(), name=f"p{number}"), english, arabic))
    widths = _MARKED if "changed" in marks.parts.values() else _NUMBERED
    yield Table(widths, tuple(rows), _head("", "English", _ARABIC))


def _names(brief: Brief) -> Iterator[Block | Table]:
    found = names.table(brief)
    if not found:
        return
    yield block(f"Names ({len(found)})", look="heading")
    rows = []
    for name in found:
        written = (f"{item.text} ({item.count})" if item.count > 1 else item.text for item in name.renderings)
        rows.append(
            (
                block(", ".join(written) or "–"),
                block(NAME_KINDS.get(name.kind, name.kind)),
                block(*links(name.paragraphs) if name.paragraphs else "–"),
                block("، ".join(name.arabic), rtl=True),
            )
        )
    yield Table(_NAMES, tuple(rows), _head("English", "What", "Paragraphs", _ARABIC))


def _repairs(brief: Brief, names_of: Called) -> Iterator[Block]:
    """Each sentence whose first translation had an error: where, how the one that stands was made, and the first."""
    repaired = [
        (Place(where, number, position), sentence.repair)
        for where, number, passage in brief.parts()
        for position, sentence in enumerate(passage.sentences, start=1)
        if sentence.repair
    ]
    if not repaired:
        return
    yield block(f"Translated again ({len(repaired)})", look="heading")
    for place, repair in repaired:
        yield block(
            link(place, names_of),
            f": {repair.how}; the first translation was: ",
            Span(repair.before, italic=True),
            look="bullet",
        )


def _provenance(brief: Brief) -> Iterator[Block]:
    made = brief.provenance
    yield block("How this was made", look="heading")
    sha = brief.article.source.sha256[:16]
    yield block(f"trans {made.trans} · profile {made.profile} · source sha256 {sha}", look="small")
    for task, about in (("Translation", made.translation), ("Summary", made.summarization)):
        model = " @ ".join(filter(None, (about.get("model") or "unknown", about.get("revision"))))
        engine = f"{about.get('engine') or ''} {about.get('quantization') or ''}".strip()
        parts = [model, f"licence {about.get('licence') or 'unknown'}", engine]
        yield block(f"{task}: {', '.join(filter(None, parts))}", look="small")


def _head(*names: str) -> tuple[Block, ...]:
    return tuple(block(Span(name, bold=True), rtl=name == _ARABIC) for name in names)
