"""A search's words: what a query asks for, in which forms it stands in texts, and where. Pure; knows no file and no database.

Arabic words are found in any spelling and behind any clitics (``word_forms``), as names of the glossary are; a query's own are
taken off where the briefs rather have the word without. Text between quotation marks is looked for as it stands.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import product
from typing import Literal

from trans.brief import Where
from trans.errors import TransError
from trans.phrases import has_article, readings, words
from trans.plainly import one_line
from trans.word_forms import arabic_forms, english_forms, is_arabic, row, tokens

Dated = Literal["published", "received", "brief made"]
Span = tuple[int, int]
"""Of a text ``text[start:end]``, in characters."""

Counted = Callable[[Set[str]], Mapping[str, int]]
"""Says of tokens how many briefs have each; those that none has are left out."""

BOUNDARY = "_"
"""Stands between sentences where a brief's are one text: it is part of no word, so no phrase goes beyond its sentence."""

# A headline pasted whole has about 20. Each word costs a look-up in each of its forms.
_MOST_WORDS = 32
# Of one brief the list shows so many sentences; the brief itself has the others.
MOST_OF_A_BRIEF = 3
# A word that is read without its clitics has at least so many letters left: 'كان' (was) is not 'ان' (that) behind 'ك'.
_SHORTEST_STEM = 3

_PARTS = re.compile('"([^"]*)"|«([^»]*)»|“([^”]*)”|([^\\s"«»“”]+)')
_HINT = "Give words to look for; put words that stand together between quotation marks."


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query. ``tokens`` as ``word_forms`` has them; ``literal``: it stood in quotation marks."""

    text: str
    tokens: tuple[str, ...]
    article: bool = False
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term in the forms that some brief has: each a row of tokens. ``read_as`` is the query's word without its clitics, where
    it is looked for so too.
    """

    term: Term
    forms: tuple[tuple[str, ...], ...]
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in both languages, and its address, as a flag has it. ``edited``: an editor wrote the English."""

    where: Where
    paragraph: int | None
    sentence: int
    arabic: str
    english: str
    edited: bool = False

    @property
    def place(self) -> str:
        return self.where if self.paragraph is None else f"{self.where} {self.paragraph}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence with what was looked for, and where in it that stands."""

    pair: Pair
    arabic: tuple[Span, ...]
    english: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A brief that holds all that was looked for. ``hits`` are the sentences that hold most of it, in reading order; ``more``
    others hold some. ``file`` is the JSON brief and ``page`` what a reader opens, POSIX names relative to the output folder;
    ``at`` (ISO 8601) is the time of what ``dated`` says. ``notices``: what its publisher says of it, in English.
    """

    id: str
    headline_arabic: str
    headline_english: str
    file: str
    page: str
    dated: Dated
    at: str
    reviewed: bool
    notices: tuple[str, ...]
    hits: tuple[Hit, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What a search found: the newest first, no more than were asked for, of ``briefs`` in all. ``lacking`` are the words that
    no brief has.
    """

    query: str
    wanted: tuple[Wanted, ...]
    found: tuple[Found, ...]
    briefs: int

    @property
    def lacking(self) -> tuple[str, ...]:
        return tuple(wanted.term.text for wanted in self.wanted if not wanted.forms)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A brief that can't be read, by its file's name, and why."""

    file: str
    reason: str


def parse(query: str) -> tuple[Term, ...]:
    """Return the terms of a query, each once. Raises ``TransError`` where it has no word, or too many."""
    terms: dict[tuple[tuple[str, ...], bool], Term] = {}
    count = 0
    for *quoted, bare in _PARTS.findall(query):
        literal = not bare
        text = " ".join((bare or "".join(quoted)).split())
        found = tuple(row(text))
        if not literal and len(found) > 1 and found[-1] == "s":
            found = found[:-1]  # "Syria's": texts are asked for the name
        count += len(found)
        if count > _MOST_WORDS:
            raise TransError(f"There are more than {_MOST_WORDS} words to look for", "Give the few that matter.")
        if found:
            article = has_article(text, words(text)[0])
            terms.setdefault((found, literal), Term(text, found, article, literal))
    if not terms:
        raise TransError(f"There is no word in '{one_line(query.strip()[:40])}'", _HINT)
    return tuple(terms.values())


def wanted(term: Term, counted: Counted) -> Wanted:
    """Return a term in the forms that there are."""
    first, *rest = term.tokens
    if is_arabic(first):
        forms = arabic_forms(first, article=term.article)
    else:
        forms = (first,) if term.literal or rest else english_forms(first, singular=True)
    stems = [] if term.literal or rest or not is_arabic(first) else _stems(first)
    counts = counted({*forms, *stems, *rest})
    read_as = _without_clitics(first, stems, counts)
    if read_as:
        forms = (*forms, *arabic_forms(read_as, article=read_as.startswith("ال")))
        counts = counted(set(forms))
    there = [form for form in dict.fromkeys(forms) if form in counts] if all(token in counts for token in rest) else []
    return Wanted(term, tuple((form, *rest) for form in there), read_as)


def _stems(word: str) -> list[str]:
    """Return what may be the word behind clitics."""
    found = [stem for before, stem in readings(word) if before and len(stem) >= _SHORTEST_STEM]
    return found + [f"ال{stem}" for before, stem in readings(word) if before.endswith("لل")]


def _without_clitics(word: str, stems: list[str], counts: Mapping[str, int]) -> str:
    """Return that of its ``stems`` which the briefs have most, if they have it at least as often as the word as it is; else "".

    So 'بحميميم' is 'حميميم', while 'ورقة' (paper) is not 'رقة' and 'لبنان' (Lebanon) is not 'بنان'.
    """
    best = max(stems, key=lambda stem: counts.get(stem, 0), default="")
    return best if counts.get(best, 0) >= max(1, counts.get(word, 0)) else ""


def expression(terms: Iterable[Wanted], *, english: bool) -> str:
    """Return what FTS5 is asked: all terms in one brief; with ``english`` in its English alone. Tokens hold no sign that it
    would obey."""
    asked = [" OR ".join(f'"{" ".join(form)}"' for form in term.forms) for term in terms]
    whole = " AND ".join(f"({term})" for term in asked)
    return f"en : ({whole})" if english else whole


def line_of(texts: Iterable[str]) -> str:
    """Return the tokens of sentences as one text, with a boundary between them: what FTS5 is given."""
    return BOUNDARY.join(f" {' '.join(row(text))} " for text in texts)


def best(
    texts: Sequence[str], terms: Sequence[Wanted]
) -> tuple[dict[int, tuple[str, ...]], int, frozenset[tuple[str, ...]]]:
    """Return which sentences hold most of what is wanted, in reading order, with their tokens in each language, how many others
    hold some, and the forms that any of them has. ``texts`` are all sentences' tokens in each language, as of ``line_of``.
    """
    held: dict[int, set[int]] = {}
    there: set[tuple[str, ...]] = set()
    # Of the many forms of a word a brief has few: only those are looked for in all of its text.
    had = {token for text in texts for token in text.split()}
    for number, term in enumerate(terms):
        for text, form in product(texts, [form for form in term.forms if form[0] in had]):
            part = f" {' '.join(form)} "
            at = text.find(part)
            while at >= 0:
                held.setdefault(text.count(BOUNDARY, 0, at), set()).add(number)
                there.add(form)
                end = text.find(BOUNDARY, at)
                at = text.find(part, end) if end >= 0 else -1
    ranked = sorted(held, key=lambda position: (-len(held[position]), position))
    most = len(held[ranked[0]]) if ranked else 0
    chosen: list[int] = []
    seen: set[int] = set()
    # First those that show a word that no other has shown, then what else holds as many as the best.
    for position in ranked:
        if held[position] - seen:
            chosen.append(position)
            seen |= held[position]
    chosen += [position for position in ranked if len(held[position]) == most and position not in chosen]
    # A headline that is the first sentence too, or a summary made of sentences, is no further finding.
    lines = list(zip(*(text.split(BOUNDARY) for text in texts), strict=True))
    once = {lines[position]: position for position in reversed(chosen)}
    shown = sorted(sorted(once.values(), key=chosen.index)[:MOST_OF_A_BRIEF])
    others = len({lines[position] for position in held}) - len(shown)
    return {position: lines[position] for position in shown}, others, frozenset(there)


def spans_of(text: str, line: str, forms: Iterable[tuple[str, ...]]) -> tuple[Span, ...]:
    """As ``spans``, for a text whose tokens are known: most have nothing, and need not be cut into words again."""
    there = [form for form in forms if f" {' '.join(form)} " in line]
    return spans(text, there) if there else ()


def spans(text: str, forms: Iterable[tuple[str, ...]]) -> tuple[Span, ...]:
    """Return where any of some rows of tokens stands in a text: whole words, clitics included; what overlaps is one."""
    found = tokens(text)
    line = [word.form for word in found]
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for form in forms:
        by_first.setdefault(form[0], []).append(form)
    marked: list[Span] = []
    places = [
        (position, position + len(form))
        for position, token in enumerate(line)
        for form in by_first.get(token, ())
        if tuple(line[position : position + len(form)]) == form
    ]
    for first, end in places:
        start, stop = found[first].start, found[end - 1].end
        if marked and start < marked[-1][1]:
            marked[-1] = (marked[-1][0], max(stop, marked[-1][1]))
        else:
            marked.append((start, stop))
    return tuple(marked)
