"""Two texts side by side: what is equal in both, sentences of one Arabic text that are cut elsewhere, changed words. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

from trans.brief import Sentence

# Pairs of items that are looked at in search of what is equal: 100 words with 100. A file by hand may have any number, and the
# search takes the cube of it at worst (200 words of two kinds: a second).
_MOST_PAIRS = 10_000

# A word with the marks on its letters and what holds its parts together ('3.5', "minister's"), or another character; and the
# white space after it.
_MARKS = "\u0300-\u036f\u064b-\u065f\u0670"
_WORD = re.compile(rf"[\w{_MARKS}]+(?:['’.,-][\w{_MARKS}]+)*\s*|\W\s*")

Runs = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it differs from the other text."""


def stretches(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Yield whether a stretch is equal in both, then from where to where it is in ``a``, and in ``b``. Nothing is left out."""
    shorter = min(len(a), len(b))
    start = next((n for n, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), shorter)
    rest = shorter - start
    from_end = zip(reversed(a), reversed(b), strict=False)
    same = min(next((n for n, (one, other) in enumerate(from_end) if one != other), rest), rest)
    end_a, end_b = len(a) - same, len(b) - same
    if start:
        yield True, 0, start, 0, start
    if min(end_a - start, end_b - start) and (end_a - start) * (end_b - start) <= _MOST_PAIRS:
        matcher = SequenceMatcher(None, a[start:end_a], b[start:end_b], autojunk=False)
        for tag, i1, i2, j1, j2 in matcher.get_opcodes():
            yield tag == "equal", start + i1, start + i2, start + j1, start + j2
    elif max(end_a, end_b) > start:
        yield False, start, end_a, start, end_b
    if same:
        yield True, end_a, len(a), end_b, len(b)


def side_by_side(a: Sequence[Sentence], b: Sequence[Sentence]) -> Iterator[tuple[int, int, int, int]]:
    """Yield where the sentences of a part stand side by side, one of each where that can be: from where to where in both."""
    whole = [(False, 0, len(a), 0, len(b))]
    found = whole if arabic_of(a) == arabic_of(b) else stretches([one.source for one in a], [one.source for one in b])
    for _, i1, i2, j1, j2 in found:
        if arabic_of(a[i1:i2]) == arabic_of(b[j1:j2]):
            yield from ((i1 + i, i1 + k, j1 + j, j1 + m) for i, k, j, m in _cut_alike(a[i1:i2], b[j1:j2]))
        elif i2 - i1 == j2 - j1:
            yield from ((i1 + n, i1 + n + 1, j1 + n, j1 + n + 1) for n in range(i2 - i1))
        else:
            yield i1, i2, j1, j2


def arabic_of(sentences: Iterable[Sentence]) -> str:
    """Return the letters of their Arabic."""
    return letters("".join(sentence.source + sentence.sep for sentence in sentences))


def letters(text: str) -> str:
    """Return ``text`` without white space, which two versions of a reader may lay out in their own ways."""
    return "".join(text.split())


def _cut_alike(a: Sequence[Sentence], b: Sequence[Sentence]) -> Iterator[tuple[int, int, int, int]]:
    """Cut sentences of the same Arabic where both runs cut it."""
    i = j = 0
    while i < len(a) or j < len(b):
        i1, j1 = i, j
        i, j = min(i + 1, len(a)), min(j + 1, len(b))
        ahead = len(arabic_of(a[i1:i])) - len(arabic_of(b[j1:j]))
        while ahead:  # whoever is behind has letters left
            if ahead < 0:
                ahead, i = ahead + len(arabic_of(a[i : i + 1])), i + 1
            else:
                ahead, j = ahead - len(arabic_of(b[j : j + 1])), j + 1
        yield i1, i, j1, j


def marked(a: str, b: str) -> tuple[Runs, Runs]:
    """Return both texts with the words marked that the other does not have there."""
    words_a, words_b = _WORD.findall(a), _WORD.findall(b)
    runs_a: list[tuple[str, bool]] = []
    runs_b: list[tuple[str, bool]] = []
    same = stretches([word.rstrip() for word in words_a], [word.rstrip() for word in words_b])
    for is_equal, i1, i2, j1, j2 in same:
        for runs, words in ((runs_a, words_a[i1:i2]), (runs_b, words_b[j1:j2])):
            text = "".join(words)
            bare = text.rstrip()
            pieces = ((text, False),) if is_equal else ((bare, True), (text[len(bare) :], False))
            runs += [piece for piece in pieces if piece[0]]
    return tuple(runs_a), tuple(runs_b)
