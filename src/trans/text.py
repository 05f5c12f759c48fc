"""Paragraphs into the sentences a model translates. Pure; knows no engine: the caller says how long a text is.

OPUS models are trained on single sentences and drop text when they get several at once, or one that is too long.
Nothing is lost or altered here: the segments with their separators join to the paragraph exactly.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import sentencex

from trans.clauses import fit

VERSION = 2
"""Raise it when the same paragraph gives other segments: finished translations are then made again."""

Count = Callable[[Sequence[str]], list[int]]

# The longest paragraph of 62 news articles has 566 characters. sentencex takes quadratic time over unbalanced quotes (6 s
# for 100,000 of them), so that longer texts go to it in stretches.
_STRETCH_CHARS = 2_000

# No pattern here may take quadratic time over a long run of anything: each is tried once a run (a look-behind stands before
# what repeats, or it can't fail), and what repeats is possessive, so that no shorter run is tried again.
_SENTENCE_STOP = re.compile(r"(?<![.!?؟…])[.!?؟…]++[\"'»”’)\]]*+\s++")

# 'د. محمد', 'أ.د. علي', '(أ. ب.': single letters with a dot are titles and initials. Not after a number: '2024 م.' ends.
_INITIALS = re.compile(r"(?:^|[\s(\[«\"'“])(?:[\u0621-\u064aA-Z]\.)+$")
_AFTER_NUMBER = re.compile(r"[\d٪%]\s*\S+$")
# 'أ.' + 'ف.': sentencex cuts inside dotted abbreviations.
_INSIDE_INITIALS = re.compile(r"(?:^|[\s(\[«\"'“.])[\u0621-\u064aA-Za-z]\.$")
_UNIT = re.compile(r"[\d٪]\s*(?:كم|سم|مم|كغ|كلغ|كجم|م)\.$")
_UNIT_GOES_ON = re.compile(r"(?:من|عن|إلى|في|شمال|جنوب|شرق|غرب|شمالي|جنوبي|شرقي|غربي|مربع|مكعب)\b")
_LIST_NUMBER = re.compile(r"\s*[(\[]?[\d]{1,3}[.)]\s*$")
_WORD_CHARACTER = re.compile(r"[^\W_]")

# In a quotation or in brackets sentencex never cuts. Both sides must be sentences, not an exclamation.
_MIN_WORDS_IN_QUOTE = 4

# Letters of the Arabic script, Persian and Urdu ones and presentation forms included, without tatweel.
_ARABIC_LETTER = re.compile(
    "[\u0620-\u063f\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"
)
# Of all letters, links left out. 1,007 Arabic news sentences are at 0.62 up; a sentence that names a company with a long
# Latin name is at about 0.35, English with one Arabic name under 0.2.
_MIN_ARABIC_SHARE = 0.3

# What is the same in both languages: links, embedded data, addresses, hashtags and handles in any script, host names.
LINK = re.compile(
    r"(?:https?://|www\.|(?<!\w)data:[\w/+.-]{0,80}[;,])[^\s،؛«»\"]++"
    r"|(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}(?:\.[\w-]{1,63})++"
    r"|(?u:[@#][\w\u064b-\u065f\u0670\u200c]++)"
    r"|(?<![\w-])(?<![\w-]\.)(?:[a-z0-9-]++\.)+[a-z]{2,6}(?:/[^\s\u0600-\u06ff]*+)?",
    re.ASCII | re.IGNORECASE,
)
_OPENING = "«“‘([{<-–—"
# White space with at most one line of a table in it; it's an edge if there is a line or a tab.
_CELL_EDGE = re.compile(r"\s++(?:\|\s*+)?|\|\s*+")
# After a dateline, as sources/credits.py recognises it: white space follows the dash, or 'أبوظبي-دبي' would be torn; only
# after the bracket of an agency, '(رويترز)-قال', there may be none.
_DATELINE_DASH = re.compile(r"\s*[-–—−ـ:]+\s+(?=\S)")
_DATELINE_DASH_AFTER_BRACKET = re.compile(r"\s*[-–—−ـ:]+\s*(?=\S)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Segment:
    """One text for the model. ``sep`` is what follows up to the next segment: white space, a dateline's dash,
    the line between two cells of a table.

    ``cut`` marks every piece of a sentence that was too long; ``literal`` what passes through untranslated, whatever its
    length.
    """

    source: str
    sep: str
    cut: bool = False
    literal: bool = False


def segments(text: str, *, limit: int, count: Count, marker: str = "", dateline: str = "") -> tuple[Segment, ...]:
    """Cut a paragraph into segments of at most ``limit`` pieces, as ``count`` counts a batch of texts.

    ``"".join(segment.source + segment.sep ...)`` is ``marker + text``. ``marker`` is a literal segment of its own, ``dateline``
    one of its own with its dash as separator where ``dateline_end`` finds it. What is literal never goes to a model and is
    never cut, a link inside an over-long sentence included. Of the rest, only a single character that ``count`` puts above
    ``limit`` stays above it.
    """
    spans: list[tuple[str, str]] = []
    if start := dateline_end(text, dateline):
        spans.append((dateline, text[len(dateline) : start]))
    rest = text[start:]
    spans += _cells(rest) if len(_edges(rest.strip())) >= 2 else _sentences(rest)
    result = []
    if marker:
        result.append(Segment(marker.rstrip(), marker[len(marker.rstrip()) :], literal=True))
    pieces = fit([source for source, _ in spans], limit, count, literal=is_literal, link=LINK)
    for (_, sep), parts in zip(spans, pieces, strict=True):
        for number, part in enumerate(parts, start=1):
            stripped = part.rstrip()
            tail = part[len(stripped) :] + (sep if number == len(parts) else "")
            result.append(Segment(stripped, tail, cut=len(parts) > 1, literal=is_literal(stripped)))
    return tuple(result)


def dateline_end(text: str, dateline: str) -> int:
    """Return the offset after ``dateline`` and the dash or colon that follows it, white space included.

    0 when ``text`` doesn't begin so: 'دبي تستضيف القمة' and 'دبي-أبوظبي' don't begin with the dateline 'دبي'.
    """
    if not dateline or not text.startswith(dateline):
        return 0
    dash = _DATELINE_DASH_AFTER_BRACKET if dateline.endswith(")") else _DATELINE_DASH
    match = dash.match(text, len(dateline))
    return match.end() if match else 0


def is_arabic(text: str) -> bool:
    """Say whether a fair share of ``text``'s letters, links left out, are of the Arabic script."""
    text = without_links(text)
    letters = sum(map(str.isalpha, text)) - text.count("\u0640")
    return letters > 0 and len(_ARABIC_LETTER.findall(text)) >= _MIN_ARABIC_SHARE * letters


def without_links(text: str) -> str:
    """Return ``text`` without what is the same in every language: links, addresses, handles, hashtags (in any script)."""
    return LINK.sub(" ", text)


def is_literal(text: str) -> bool:
    """Say whether ``text`` passes through untranslated: only links, handles, hashtags, numbers, marks; or no Arabic."""
    return not is_arabic(text)


def _cells(text: str) -> list[tuple[str, str]]:
    """Return (sentence, what stands before the next) of a row's cells; a cell without text gives an empty sentence."""
    body = text.lstrip()
    spans = [("", text[: len(text) - len(body)])]
    start = 0
    for edge in [*_edges(body), None]:
        cell = body[start : edge.start() if edge else None]
        *before, (last, white) = _sentences(cell) or [("", "")]
        spans += [*before, (last, white + (edge[0] if edge else ""))]
        start = edge.end() if edge else len(body)
    return [span for span in spans if span != ("", "")]


def _edges(text: str) -> list[re.Match[str]]:
    return [match for match in _CELL_EDGE.finditer(text) if "|" in match[0] or "\t" in match[0]]


def _sentences(text: str) -> list[tuple[str, str]]:
    """Return (sentence, white space after it); leading white space gives a first sentence that is empty."""
    body = text.lstrip()
    spans = [("", text[: len(text) - len(body)])] if len(body) < len(text) else []
    start = 0
    for end in [*_ends(body), len(body)]:
        sentence = body[start:end]
        if sentence.strip():
            stripped = sentence.rstrip()
            spans.append((stripped, sentence[len(stripped) :]))
            start = end
    return spans


def _ends(text: str) -> list[int]:
    """Return where sentences end, as offsets after the white space that follows each, without the end of the text."""
    last_word = max((match.start() for match in _WORD_CHARACTER.finditer(text)), default=0)
    kept: list[int] = []
    start = first_word = end = 0
    for boundary in sorted(_boundaries(text) | _quoted_boundaries(text)):
        end = max(end, boundary)  # a run of white space holds many boundaries, and is gone through once
        while end < len(text) and text[end].isspace():
            end += 1
        if not start < end <= last_word:
            continue
        if first_word <= start:
            first_word = next(_WORD_CHARACTER.finditer(text, start)).start()
        if first_word >= end:
            # Only marks: a closing quote, dots. They belong to what stands before them, opening ones to what follows.
            if kept and text[start] not in _OPENING:
                kept[-1] = start = end
        elif _is_end(text, start, end):
            kept.append(end)
            start = end
    return kept


def _boundaries(text: str) -> set[int]:
    # A lone surrogate can't cross into Rust, and a no-break space before a stop makes it panic; both replacements have the
    # same length.
    text = _WIDE_SPACE.sub(" ", _SURROGATE.sub("\ufffd", text))
    ends = set()
    start = 0
    while start < len(text):
        stop = _stretch_end(text, start)
        position = start
        for piece in _pieces(text[start:stop]):
            position += len(piece)
            ends.add(position)
        if not _ends_sentence(text, stop):
            ends.discard(stop)
        start = stop
    return ends


def _pieces(stretch: str) -> list[str]:
    """Return the stretch cut at its sentence ends."""
    try:
        return list(sentencex.segment("ar", stretch))
    except BaseException as error:
        # A panic in Rust is no Exception, and its class can't be imported. Plain stops serve then.
        if type(error).__name__ != "PanicException":
            raise
    edges = [0, *(match.end() for match in _SENTENCE_STOP.finditer(stretch)), len(stretch)]
    return [stretch[start:end] for start, end in pairwise(edges)]


def _stretch_end(text: str, start: int) -> int:
    """Return the end of a stretch: after a sentence if there is one in its second half, else at white space, else anywhere."""
    stop = start + _STRETCH_CHARS
    if stop >= len(text):
        return len(text)
    window = text[start + _STRETCH_CHARS // 2 : stop]
    stops = list(_SENTENCE_STOP.finditer(window)) or list(re.finditer(r"\s+", window))
    return start + _STRETCH_CHARS // 2 + stops[-1].end() if stops else stop


def _ends_sentence(text: str, end: int) -> bool:
    return any(
        match.end() == end - max(0, end - 200) for match in _SENTENCE_STOP.finditer(text[max(0, end - 200) : end])
    )


def _quoted_boundaries(text: str) -> set[int]:
    """Return the sentence ends between two stretches of several words, wherever they are: in quotes and brackets too."""
    ends = set()
    edges = [0, *(match.end() for match in _SENTENCE_STOP.finditer(text)), len(text)]
    words = [len(text[start:end].split()) for start, end in pairwise(edges)]
    for end, (before, after) in zip(edges[1:], pairwise(words), strict=False):
        if min(before, after) >= _MIN_WORDS_IN_QUOTE:
            ends.add(end)
    return ends


def _is_end(text: str, start: int, end: int) -> bool:
    """Say whether the sentence text[start:end] really ends there, and not at an abbreviation or a list's number."""
    tail = text[max(start, end - 60) : end]
    before = tail.rstrip()
    if len(before) == len(tail) and _INSIDE_INITIALS.search(before[-4:]):
        return False
    if _INITIALS.search(before) and not _AFTER_NUMBER.search(before[-12:]):
        return False
    if _UNIT.search(before[-12:]) and _UNIT_GOES_ON.match(text, end):
        return False
    return end - start > 8 or not _LIST_NUMBER.fullmatch(text, start, end)
