"""Known Arabic phrases found in running text, whatever clitics and spellings they come in.

Arabic writes 'and', 'in', 'to', 'the' onto the next word (وبالعراق: and in Iraq), and newspapers differ in hamza, ى/ي and ة/ه.
Words are compared folded; matches are spans of the text as it stands. Pure; knows no list of names of its own.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from trans.arabic import for_model

Value = TypeVar("Value")

# Letters and digits with the marks, joiners and tatweel inside a word.
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0640\u064b-\u065f\u0670\u200b-\u200f])*")
_FOLDED = str.maketrans("أإآٱىةگڤپچ", "اااايهكفبج")
# Conjunction, preposition, article; 'لل' is 'ل' and the article.
_PROCLITICS = re.compile(r"[وف]?(?:لل|[بكلس]?(?:ال)?)")


class Word(NamedTuple):
    """A word of a text: ``form`` is folded, ``text[start:end]`` is what stands there."""

    form: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match(Generic[Value]):
    """A phrase found: its value and its span, proclitics included; ``proclitics`` is what was written onto it ('وب')."""

    value: Value
    start: int
    end: int
    proclitics: str


def folded(text: str) -> str:
    """Return ``text`` without diacritics and tatweel, hamza forms of alef, ى and ة and foreign letters as their plain letters."""
    return for_model(text).translate(_FOLDED)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return a word ``folded``. Words come again and again; texts don't, and would fill the memory of them."""
    return folded(word)


def words(text: str) -> list[Word]:
    """Return the words of ``text`` in order, in any script. A tatweel alone, as writers set it for a dash, is none."""
    return list(_words(text))


def forms(text: str) -> list[str]:
    """Return the folded words of ``text`` alone, in order: for texts that are long, or many."""
    return [form for word in _WORD.findall(text) if (form := fold(word))]


# A sentence is looked at by check after check; those of a few articles are kept.
@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[Word, ...]:
    return tuple(Word(form, *match.span()) for match in _WORD.finditer(text) if (form := fold(match[0])))


class Phrases(Generic[Value]):
    """Phrases and what each stands for. A phrase that begins with the article is found with it only, in any clitics
    ('العراق': والعراق, للعراق); one without is found with and without, unless it is listed as ``bare``.
    """

    def __init__(self, entries: Iterable[tuple[str, Value]], bare: Iterable[str] = ()) -> None:
        self._by_word: dict[str, list[tuple[tuple[str, ...], bool | None, Value]]] = defaultdict(list)
        never = {fold(phrase) for phrase in bare}
        for phrase, value in entries:
            found = words(phrase)
            first, *rest = [word.form for word in found]
            article = True if has_article(phrase, found[0]) else False if fold(phrase) in never else None
            self._by_word[first.removeprefix("ال") if article else first].append((tuple(rest), article, value))
        for entries_of_word in self._by_word.values():
            entries_of_word.sort(key=lambda item: -len(item[0]))

    def find(self, text: str) -> list[Match[Value]]:
        """Return what is found, in order: of overlapping phrases the longest from the left."""
        return list(self.find_in(words(text)))

    def find_in(self, found: list[Word]) -> Iterator[Match[Value]]:
        """As ``find``, for a text cut into ``words`` already."""
        forms = [word.form for word in found]
        position = 0
        while position < len(found):
            match = self._at(forms, position)
            if match is None:
                position += 1
                continue
            value, length, before = match
            yield Match(value, found[position].start, found[position + length - 1].end, before)
            position += length

    def _at(self, forms: list[str], position: int) -> tuple[Value, int, str] | None:
        best: tuple[Value, int, str] | None = None
        for before, stem in readings(forms[position]):
            has_article = before.endswith(("ال", "لل"))
            for rest, article, value in self._by_word.get(stem, ()):
                length = 1 + len(rest)
                if (article is not None and article != has_article) or (best and length <= best[1]):
                    continue
                if tuple(forms[position + 1 : position + length]) == rest:
                    best = value, length, before
        return best


def has_article(phrase: str, first: Word) -> bool:
    """Say whether the word ``first`` of a phrase begins with the article.

    Looks at the phrase as it is written: folded, 'ألمانيا' would seem to begin with it too.
    """
    return len(first.form) > 4 and for_model(phrase[first.start : first.end]).startswith(("ال", "ٱل"))


@lru_cache(maxsize=65_536)
def readings(form: str) -> tuple[tuple[str, str], ...]:
    """Return the ways to read a folded word as proclitics and stem, fewest proclitics first."""
    ends = (end for end in range(1, min(6, len(form) - 1)) if _PROCLITICS.fullmatch(form[:end]))
    return ("", form), *((form[:end], form[end:]) for end in ends)
