"""How two briefs of one article differ: their sentences side by side by the Arabic, with the flags gained and lost. Pure.

Knows neither files nor how it is shown; what a whole folder comes to is the business of ``difference_totals``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest
from typing import Literal

from trans.alignment import arabic_of, letters, side_by_side, stretches
from trans.brief import Brief, Flag, Passage, Sentence, Where

How = Literal["english", "flags", "cut", "arabic", "missing"]


@dataclass(frozen=True, slots=True)
class Side:
    """What one run has at a place. ``paragraph`` counts as that of a flag does; ``sentences`` are 1-based numbers within the
    part, none for all of it. ``editors`` are those who wrote some of the English.
    """

    paragraph: int | None
    sentences: tuple[int, ...]
    arabic: str
    english: str
    editors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which two runs differ; ``lost`` are flags that only the first has, ``gained`` those that only the second has.

    ``how``: of the same Arabic the ``english``, its flags or both differ; the same Arabic is ``cut`` into sentences elsewhere;
    the ``arabic`` differs too; one run has nothing there, it is ``missing`` and that side None; or the ``flags`` of a whole
    part or article differ, which stand at no sentence.
    """

    how: How
    where: Where
    a: Side | None
    b: Side | None
    lost: tuple[Flag, ...] = ()
    gained: tuple[Flag, ...] = ()

    @property
    def flags_differ(self) -> bool:
        return bool(self.lost or self.gained)

    @property
    def text_differs(self) -> bool:
        """Whether anything else does: its words, its Arabic, or where that is cut."""
        if self.how == "flags":
            return False
        return self.how != "english" or self.a is None or self.b is None or self.a.english != self.b.english


@dataclass(frozen=True, slots=True)
class Compared:
    """Two briefs of one article. ``sentences`` and ``summaries`` count what was looked at, whether or not it differs."""

    id: str
    title: str
    differences: tuple[Difference, ...]
    sentences: int
    summaries: int

    @property
    def flags_differ(self) -> bool:
        return any(difference.flags_differ for difference in self.differences)


@dataclass(frozen=True, slots=True)
class _Part:
    """A headline, standfirst, paragraph or summary of one run; ``flags`` by the sentence they stand at, 0 for none."""

    number: int | None
    passage: Passage
    arabic: str
    flags: Mapping[int, Sequence[Flag]]


_Parts = Mapping[Where, Sequence[_Part]]


def compare(a: Brief, b: Brief) -> Compared:
    """Return how ``b`` differs from ``a``; every sentence of either stands in one difference, or is the same in both."""
    (parts_a, whole_a), (parts_b, whole_b) = _parts(a), _parts(b)
    found: list[Difference] = []
    looked_at = Counter[bool]()
    for where, one, other in _pairs(parts_a, parts_b):
        told = [_summary(one, other)] if where == "summary" else _sentences(where, one, other)
        for difference, is_spoken in told:
            looked_at[where == "summary"] += is_spoken or difference.text_differs
            if difference.text_differs or difference.flags_differ:
                found.append(difference)
    whole = Side(None, (), "", "")
    found += _of_flags("paragraph", whole, whole, whole_a, whole_b)
    return Compared(
        id=a.article.id,
        title=b.headline.target.strip() or a.headline.target.strip(),
        differences=tuple(found),
        sentences=looked_at[False],
        summaries=looked_at[True],
    )


def _parts(brief: Brief) -> tuple[_Parts, Sequence[Flag]]:
    """Return the parts of a brief, each with its flags, and the flags of what is no part of it: the whole article."""
    found: dict[Where, list[_Part]] = defaultdict(list)
    at: dict[tuple[Where, int | None], list[Flag]] = defaultdict(list)
    for flag in brief.flags:
        number = 1 if flag.where == "summary" and flag.paragraph is None else flag.paragraph
        at[flag.where, number].append(flag)
    for where, number, passage in brief.parts():
        flags: dict[int, list[Flag]] = defaultdict(list)
        for flag in at.pop((where, number), ()):
            flags[flag.sentence if flag.sentence and flag.sentence <= len(passage.sentences) else 0].append(flag)
        arabic = brief.summaries[(number or 1) - 1].arabic if where == "summary" else passage.source
        found[where].append(_Part(number, passage, arabic, flags))
    return found, list(chain.from_iterable(at.values()))


def _pairs(a: _Parts, b: _Parts) -> Iterator[tuple[Where, _Part | None, _Part | None]]:
    """Yield the parts of both in reading order: summaries by their numbers, standfirsts and paragraphs by their Arabic."""
    numbered: tuple[Where, ...] = ("headline", "summary")
    for where in numbered:
        for one, other in zip_longest(a.get(where, ()), b.get(where, ())):
            yield where, one, other
    aligned: tuple[Where, ...] = ("deck", "paragraph")
    for where in aligned:
        first, second = a.get(where, ()), b.get(where, ())
        texts_a, texts_b = ([letters(part.arabic) for part in side] for side in (first, second))
        for _, i1, i2, j1, j2 in stretches(texts_a, texts_b):
            for one, other in zip_longest(first[i1:i2], second[j1:j2]):
                yield where, one, other


def _summary(one: _Part | None, other: _Part | None) -> tuple[Difference, bool]:
    """Compare summaries as wholes, with all flags that stand in them."""
    same = one and other and one.arabic == other.arabic
    how: How = "missing" if one is None or other is None else "english" if same else "arabic"
    every = [list(chain.from_iterable(part.flags.values())) if part else [] for part in (one, other)]
    lost, gained = tuple(_without(every[0], every[1])), tuple(_without(every[1], every[0]))
    return Difference(how, "summary", _whole(one), _whole(other), lost, gained), True


def _sentences(where: Where, one: _Part | None, other: _Part | None) -> Iterator[tuple[Difference, bool]]:
    """Yield each place of a part, the same or not, and whether it is spoken: a bullet is not."""
    a, b = (part.passage.sentences if part else () for part in (one, other))
    for i1, i2, j1, j2 in side_by_side(a, b):
        left, right = _side(one, i1, i2), _side(other, j1, j2)
        how = _how(a[i1:i2], b[j1:j2])
        before, after = _flags(one, i1, i2), _flags(other, j1, j2)
        difference = Difference(how, where, left, right, tuple(_without(before, after)), tuple(_without(after, before)))
        yield difference, not all(sentence.literal for sentence in (*a[i1:i2], *b[j1:j2]))
    yield from (
        (difference, False)
        for difference in _of_flags(*(where, _whole(one), _whole(other)), _flags(one, -1, 0), _flags(other, -1, 0))
    )


def _how(a: Sequence[Sentence], b: Sequence[Sentence]) -> How:
    if not a or not b:
        return "missing"
    if len(a) == len(b) == 1 and a[0].source.split() == b[0].source.split():
        return "english"
    return "cut" if arabic_of(a) == arabic_of(b) else "arabic"


def _side(part: _Part | None, start: int, end: int) -> Side | None:
    if part is None or start == end:
        return None
    # What follows the last of them, white space or a dash, leads on to the next.
    chosen = (*part.passage.sentences[start : end - 1], replace(part.passage.sentences[end - 1], sep=""))
    passage = Passage(chosen)
    return Side(part.number, tuple(range(start + 1, end + 1)), passage.source, passage.target, _editors(passage))


def _whole(part: _Part | None) -> Side | None:
    return Side(part.number, (), part.arabic, part.passage.target, _editors(part.passage)) if part else None


def _editors(passage: Passage) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sentence.edit.by for sentence in passage.sentences if sentence.edit))


def _flags(part: _Part | None, start: int, end: int) -> list[Flag]:
    """Return the flags of the sentences from ``start`` to before ``end``, counted from 0; those of no sentence are at -1."""
    return [flag for n in range(start, end) for flag in part.flags.get(n + 1, ())] if part else []


def _of_flags(
    where: Where, a: Side | None, b: Side | None, before: Sequence[Flag], after: Sequence[Flag]
) -> Iterator[Difference]:
    lost, gained = tuple(_without(before, after)), tuple(_without(after, before))
    if lost or gained:
        yield Difference("flags", where, a, b, lost, gained)


def _without(flags: Iterable[Flag], others: Iterable[Flag]) -> Iterator[Flag]:
    """Yield those of ``flags`` that are not among ``others``, wherever these stand."""
    left = Counter(map(_words, others))
    for flag in flags:
        if left[_words(flag)]:
            left[_words(flag)] -= 1
        else:
            yield flag


def _words(flag: Flag) -> tuple[str, ...]:
    return flag.check, flag.severity, flag.message, flag.source, flag.target
