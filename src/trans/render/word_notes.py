"""The two languages of a passage as paragraphs of a Word file, with what an editor must know as notes at the sentences.

Pure; knows no section of the brief and nothing of Word.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from trans.brief import Brief, Flag, Passage
from trans.render import review
from trans.render.blocks import Block, Note, Span
from trans.render.direction import from_right
from trans.render.status import Place


@dataclass(frozen=True, slots=True)
class Notes:
    """What there is to say, by the sentence, passage or article that it is about; ``new`` are the sentences of this version."""

    said: Mapping[Place, Sequence[Note]]
    new: Set[Place] = frozenset()

    def at(self, place: Place) -> tuple[Note, ...]:
        """Return what there is to say at a place."""
        return tuple(self.said.get(place, ()))


def both(passage: Passage, place: Place, notes: Notes, marker: str = "") -> tuple[Block, Block]:
    """The English and the Arabic of a passage, with what there is to say about each sentence, and without ``marker``."""
    bold = passage.kind == "heading"
    english, arabic = [], []
    for number, sentence in enumerate(passage.sentences, start=1):
        spot = Place(place.where, place.paragraph, number)
        said, new = notes.at(spot), spot in notes.new
        if number == 1 and marker and sentence.source.strip() == marker and sentence.literal and not said:
            continue  # '##' is what makes it a heading, and it is shown as one.
        last = number == len(passage.sentences)
        # What has no translation is spoken of where it stands in Arabic.
        at_english = bool(sentence.target.strip()) or not sentence.source.strip()
        english += [Span(sentence.target, bold, notes=said if at_english else (), new=new)]
        arabic += [Span(sentence.source, bold, notes=() if at_english else said, new=new)]
        if not last:
            # A source that sets no space between its sentences must not glue the English ones.
            english += [Span(sentence.sep or " ")]
            arabic += [Span(sentence.sep)]
    return (
        Block(tuple(english), rtl=from_right(passage.target, otherwise=False), notes=notes.at(place)),
        Block(tuple(arabic), rtl=from_right(passage.source, otherwise=True)),
    )


def notes_by_place(brief: Brief) -> Notes:
    """The errors and warnings by the sentence, else the passage, else the article that they are about, then who wrote it."""
    passages = {Place(where, number): passage for where, number, passage in brief.parts()}
    found: dict[Place, list[Note]] = defaultdict(list)
    for flag in brief.flags:
        if flag.severity == "info":
            continue
        of_passage = Place(flag.where, flag.paragraph)
        passage = passages.get(of_passage)
        if passage is None:
            found[Place("paragraph")].append(_note(flag, ""))
        elif flag.sentence and flag.sentence <= len(passage.sentences):
            whole = passage.sentences[flag.sentence - 1]
            found[Place(flag.where, flag.paragraph, flag.sentence)].append(_note(flag, whole.source))
        else:
            found[of_passage].append(_note(flag, passage.source))
    for one in review.edits(brief):
        had = (one.machine,) if one.machine.strip() else ()
        told = f"by {review.who(one.by, one.at)}; the machine had{':' if had else ' nothing'}"
        found[one.place].append(Note("Edited", told, had))
    return Notes(found, review.marks(brief).spots)


def _note(flag: Flag, whole: str) -> Note:
    """What it quotes is told, unless its message says it or it is all of the text that it stands at."""
    quotes = (flag.source, flag.target) if flag.source != whole else ()
    told = dict.fromkeys(quote for quote in quotes if quote.strip() and quote not in flag.message)
    return Note(flag.severity.capitalize(), flag.message, tuple(told))
