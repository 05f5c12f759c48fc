"""How a new version of an article differs from the one before, as an editor asks: which paragraphs, which sentences. Pure.

Two versions of the Arabic in, an ``Update`` out. What only moved is no change, and neither is white space, where paragraphs begin
included: a sentence counts, wherever it stands. Knows no file, and not which of two versions is the newer one.

The work grows with the texts, whatever is in them: each paragraph is compared with a few others, chosen by where they stand and
by the rare words that they share.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from trans.brief import Brief, Passage, Spot, Update, Version
from trans.composed import normalize
from trans.phrases import words

# A paragraph is one of the version before, changed, if they share so many of the longer one's words. Of 3,593 pairs of different
# paragraphs of one story (training/corpus, 400 stories) 99% share under 0.16, and one pair 0.4.
_SAME_PARAGRAPH = 0.4
# A word that stands in more paragraphs than that tells none from another.
_RARE = 8
# So many paragraphs are compared with each, beside its two neighbours in place.
_CANDIDATES = 4
# '12.', '(ب)': the number of a list's item, which changes with every item put in above.
_MARKER_CHARS = 5
# Of more runs of paragraphs than that, their number is told.
_MOST_TOLD = 6


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence, or a part of one that was too long for the model: its number in its passage, and its text as it is compared."""

    number: int
    text: str
    cut: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A passage to be compared. ``units`` are its pieces by the sentences that they are parts of, as far as that can be told;
    ``words`` how often it has each.
    """

    units: tuple[tuple[_Piece, ...], ...]
    words: Counter[str]

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(piece.text for unit in self.units for piece in unit)

    def texts(self) -> Iterator[str]:
        for unit in self.units:
            yield _whole(unit)
            yield from (piece.text for piece in unit)

    def missing_in(self, known: set[str]) -> list[int]:
        """Return the numbers of those sentences that are not among ``known``."""
        return [one.number for unit in self.units if _whole(unit) not in known for one in unit if one.text not in known]


def update_of(new: Brief, before: Brief, versions: tuple[Version, ...]) -> Update:
    """Return what is new in ``new`` against ``before``; ``versions`` are the earlier ones that are kept, newest first."""
    head, decks, ours = _parts(new)
    old_head, old_decks, theirs = _parts(before)
    known = {text for part in (old_head, *old_decks, *theirs) for text in part.texts()}
    kept = {text for part in (head, *decks, *ours) for text in part.texts()}
    pairs = _paired(ours, theirs)
    changed: list[int] = []
    added: list[int] = []
    # A headline that was a sentence of the text before is a new headline.
    spots = [Spot("headline", None, at) for at in head.missing_in(set(old_head.texts()))]
    spots += (Spot("deck", number, at) for number, deck in enumerate(decks, 1) for at in deck.missing_in(known))
    decks_gone = sum(bool(deck.missing_in(kept)) for deck in old_decks) - sum(
        bool(deck.missing_in(known)) for deck in decks
    )
    for number, part in enumerate(ours, start=1):
        partner = pairs.get(number - 1)
        fresh = part.missing_in(known)
        spots += (Spot("paragraph", number, at) for at in fresh)
        if partner is None and fresh:
            added.append(number)
        elif partner is not None and (fresh or theirs[partner].missing_in(kept)):
            changed.append(number)
    found = set(pairs.values())
    gone = (part for at, part in enumerate(theirs) if at not in found)
    return Update(
        number=(before.update.number if before.update else 1) + 1,
        headline=head.key != old_head.key,
        changed=tuple(changed),
        added=tuple(added),
        # A deck that is gone, and none in its place, is told as a paragraph.
        removed=sum(bool(part.missing_in(kept)) for part in gone) + max(0, decks_gone),
        spots=tuple(spots),
        versions=versions,
    )


def told(update: Update) -> str:
    """Return the update in a line of plain English: 'updated: paragraphs 2 and 5 changed; the headline changed'."""
    decks = len({spot.paragraph for spot in update.spots if spot.where == "deck"})
    parts = (
        _numbered(update.changed, "changed", "changed"),
        _numbered(update.added, "is new", "are new"),
        _removed(update.removed),
        "the headline changed" if update.headline else "",
        ("a deck changed" if decks == 1 else f"{decks} decks changed") if decks else "",
    )
    return f"updated: {'; '.join(filter(None, parts)) or 'no text changed'}"


def _parts(brief: Brief) -> tuple[_Part, list[_Part], list[_Part]]:
    return _part(brief.headline), [_part(one) for one in brief.decks], [_part(one) for one in brief.paragraphs]


def _part(passage: Passage) -> _Part:
    pieces = [
        _Piece(number, text, sentence.cut)
        for number, sentence in enumerate(passage.sentences, start=1)
        if any(map(str.isalnum, text := _plain(sentence.source)))
        and not (passage.kind == "list" and number == 1 and sentence.literal and len(text) <= _MARKER_CHARS)
    ]
    # Where a sentence is cut depends on the model: its pieces in a row are one text, whoever cut them.
    units: list[tuple[_Piece, ...]] = []
    for cut, run in groupby(pieces, key=lambda piece: piece.cut):
        together = tuple(run)
        units += [together] if cut else [(piece,) for piece in together]
    return _Part(tuple(units), Counter(word.form for piece in pieces for word in words(piece.text)))


def _whole(unit: tuple[_Piece, ...]) -> str:
    return " ".join(piece.text for piece in unit)


def _plain(text: str) -> str:
    """Return what is seen of a text: white space as single spaces, without characters that show nothing."""
    if not text.isprintable():
        text = "".join(one for one in text if one.isprintable() or one.isspace())
    return " ".join(normalize("NFC", text).split())


def _paired(ours: Sequence[_Part], theirs: Sequence[_Part]) -> dict[int, int]:
    """Return which paragraph of before each of ours is, by their indexes from 0: the same, else the likest one that is free."""
    free: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at in reversed(range(len(theirs))):
        free[theirs[at].key].append(at)
    pairs = {at: same.pop() for at, part in enumerate(ours) if (same := free.get(part.key))}
    left = set(range(len(theirs))).difference(pairs.values())
    holders: dict[str, list[int]] = defaultdict(list)
    for at in sorted(left):
        for word in theirs[at].words:
            holders[word].append(at)
    for at, part in enumerate(ours):
        if at in pairs:
            continue
        near = (pairs.get(at - 1, -2) + 1, pairs.get(at + 1, -1) - 1)
        rare = (those for word in part.words if len(those := holders.get(word, ())) <= _RARE)
        shared = Counter(one for those in rare for one in those if one in left)
        candidates = dict.fromkeys((*near, *(one for one, _ in shared.most_common(_CANDIDATES))))
        rated = [(_likeness(part.words, theirs[one].words), -abs(one - at), one) for one in candidates if one in left]
        best = max(rated, default=(0.0, 0, 0))
        if best[0] >= _SAME_PARAGRAPH:
            pairs[at] = best[2]
            left.discard(best[2])
    return pairs


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of the longer text's words that the other has too, from 0 to 1."""
    least, most = sorted((one, other), key=len)
    longer = max(one.total(), other.total())
    return sum(min(count, most[word]) for word, count in least.items()) / longer if longer else 0.0


def _numbered(numbers: tuple[int, ...], one: str, many: str) -> str:
    """Return 'paragraph 3 is new', 'paragraphs 2 and 5 changed', 'paragraphs 2, 5–7 changed', '31 paragraphs changed'."""
    if len(numbers) <= 1:
        return f"paragraph {numbers[0]} {one}" if numbers else ""
    runs = _runs(numbers)
    if len(runs) > _MOST_TOLD:
        return f"{len(numbers)} paragraphs {many}"
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs]
    listed = ", ".join(shown)
    if len(shown) == len(numbers):
        listed = f"{', '.join(shown[:-1])} and {shown[-1]}"
    return f"paragraphs {listed} {many}"


def _runs(numbers: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the first and last of runs of three and more; what stands in shorter ones stands alone."""
    found: list[tuple[int, int]] = []
    for _, run in groupby(enumerate(numbers), key=lambda item: item[1] - item[0]):
        members = [number for _, number in run]
        found += [(members[0], members[-1])] if len(members) > 2 else ((one, one) for one in members)
    return found


def _removed(number: int) -> str:
    return "" if not number else "1 paragraph was taken out" if number == 1 else f"{number} paragraphs were taken out"
