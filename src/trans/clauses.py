"""A sentence that is too long for the model, cut where a reader would draw breath. Pure; the caller counts.

Used by ``text`` only. Pieces join to the sentence exactly.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise

# Words that can't stand before a pause: prepositions, particles, relatives.
_BINDS_ON = re.compile(
    r"(?:في|من|على|إلى|عن|مع|أن|إن|بأن|لأن|كما|قد|لا|لم|لن|ما|هذا|هذه|ذلك|التي|الذي|الذين|بين|خلال|بعد|قبل|كل|غير)"
)
_WORD = re.compile(r"\s*\S+\s*|\s+")
# A character with the marks that hang on it: combining marks, joiners, variation selectors, skin tones.
_CLUSTER = re.compile(
    "(?s:.)(?:[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|(?<=\u200d)(?s:.))*"
)


def fit(
    texts: Sequence[str],
    limit: int,
    count: Callable[[Sequence[str]], list[int]],
    *,
    literal: Callable[[str], bool],
    link: re.Pattern[str],
) -> list[list[str]]:
    """Cut each text into pieces that ``count`` puts at ``limit`` or less. A text's pieces join to it.

    A piece that is ``literal`` is never cut and may stay above ``limit``; a word is cut before and after what is a ``link``.
    """
    # (text's number, piece, whether it fits)
    pieces = [(number, text, literal(text)) for number, text in enumerate(texts)]
    while todo := [piece for _, piece, fits in pieces if not fits]:
        size = dict(zip(todo, count(todo), strict=True))
        units = {piece: _units(piece, link) for piece in size if size[piece] > limit and len(piece) > 1}
        if not units:
            break
        # A word weighs what it adds: an empty text may count too, for the end of the sentence.
        known = ["", *dict.fromkeys(unit for words in units.values() for unit in words)]
        weight = dict(zip(known, count(known), strict=True))
        empty = weight[""]
        divided = []
        for number, piece, fits in pieces:
            if fits or piece not in units:
                divided.append((number, piece, True))
                continue
            weights = [max(0, weight[word] - empty) for word in units[piece]]
            # What the words together count beyond their sum is spread over the characters.
            extra = max(0, size[piece] - empty - sum(weights)) / len(piece)
            sizes = [own + extra * len(word) for own, word in zip(weights, units[piece], strict=True)]
            parts = _divide(units[piece], sizes, max(1, limit - empty))
            divided += [(number, part, literal(part)) for part in parts]
        pieces = divided
    fitted: list[list[str]] = [[] for _ in texts]
    for number, piece, _ in pieces:
        fitted[number].append(piece)
    return fitted


def _units(text: str, link: re.Pattern[str]) -> list[str]:
    """Return the words of ``text`` with the white space after them; of a single word the links in it and what is around
    them; of one without a link its characters, marks kept on them."""
    words = _WORD.findall(text)
    if len(words) == 1:
        edges = sorted({0, len(text), *(edge for match in link.finditer(text) for edge in match.span())})
        words = [text[start:end] for start, end in pairwise(edges)]
    if len(words) == 1:
        words = _CLUSTER.findall(text)
    return words if len(words) > 1 else list(text)


def _divide(words: Sequence[str], sizes: Sequence[float], limit: int) -> list[str]:
    """Join ``words`` to two or more pieces of at most ``limit`` each, alike in size, cut at the best places near it."""
    sums = [0.0, *accumulate(sizes)]
    pieces: list[str] = []
    start = 0
    while start < len(words):
        left = sums[-1] - sums[start]
        number = max(1 if pieces else 2, math.ceil(left / limit))
        if number == 1 or start == len(words) - 1:
            pieces.append("".join(words[start:]))
            break
        best = min(_candidates(words, sums, start, limit, left / number), default=(0.0, start + 1))[1]
        pieces.append("".join(words[start:best]))
        start = best
    return pieces


def _candidates(
    words: Sequence[str], sums: Sequence[float], start: int, limit: int, target: float
) -> Iterator[tuple[float, int]]:
    """Yield (cost, end) of each possible piece from ``start``: off its target size, and at a bad place, costs more."""
    for end in range(start + 1, len(words)):
        size = sums[end] - sums[start]
        if size > limit:
            return
        cost = abs(size - target) / max(1.0, target) + _place_cost(words[end - 1], words[end])
        if min(size, sums[-1] - sums[end]) < target / 3:
            cost += 1  # a sliver
        yield cost, end


def _place_cost(word: str, following: str) -> float:
    """Return what a cut between two words costs: weights chosen so that a comma wins within a third of the target size."""
    bare = word.rstrip().rstrip("\"'»”’)]")
    if not bare or bare[-1] in "؛;.!?؟…":
        return 0.0
    if bare[-1] in "،,":
        return 0.15
    if bare[-1] in "–—-:":
        return 0.25
    if _BINDS_ON.fullmatch(bare.strip("«\"'“([")) or bare[-1].isdigit():
        return 1.0
    return 0.45 if following[0] == "و" and len(following.strip()) > 2 else 0.7
