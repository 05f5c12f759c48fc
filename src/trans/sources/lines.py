"""Lines of a text file into logical lines: text that was hard-wrapped at a column is joined again. Pure.

Newsroom systems and mail wrap at 60 to 80 columns; web text has a paragraph a line. A wrapped line shows by being full: the
next line's first word would not have fitted on it.
"""

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

# fmt, mail and wire systems wrap at 60-80; a hundred is the widest that editors set. Paragraphs are longer.
_MAX_WIDTH = 110
_MIN_WIDTH = 30
# Short vowels and tatweel are counted by some wrappers and not by others.
_SLACK = 3
# Lines to see a width in; two lines of like length are a coincidence.
_MIN_WRAPPED_LINES = 3

_SENTENCE_STOPS = tuple(".!?؟…")
_CLOSING_MARKS = "\"'»”’)]*_"
_VISIBLE = re.compile("[^\\s\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_RULE = re.compile(r"[\W_]+")


def ends_sentence(line: str) -> bool:
    """Say whether ``line`` ends as sentences do."""
    return line.rstrip(_CLOSING_MARKS).endswith(_SENTENCE_STOPS)


def logical_blocks(text: str, starts_item: Callable[[str], bool]) -> list[list[str]]:
    """Return the blocks that white lines set apart, each a list of logical lines, stripped.

    ``starts_item`` says that a line opens an item or a heading, and is never joined to the line before it. Joined lines have a
    single space between them.
    """
    blocks = _blocks(text)
    widths = [width for block in blocks if (width := _wrap_width(block, starts_item))]
    usual = max(widths, default=0)
    return [_join(block, _wrap_width(block, starts_item) or _pair_width(block, usual), starts_item) for block in blocks]


def _blocks(text: str) -> list[list[str]]:
    """Split at white lines. A line of invisible marks only counts as white; its marks go to the next line, or the last."""
    blocks: list[list[str]] = [[]]
    marks = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not _VISIBLE.search(line):
            marks += "".join(line.split())
            blocks.append([])
        else:
            blocks[-1].append(marks + line)
            marks = ""
    filled = [block for block in blocks if block]
    if marks and filled:
        filled[-1][-1] += marks
    elif marks:
        filled = [[marks]]
    return filled


def _is_full(line: str, following: str, width: int) -> bool:
    return len(line) + 1 + len(following.split()[0]) > width - _SLACK


def _wrap_width(block: Sequence[str], starts_item: Callable[[str], bool]) -> int:
    """Return the column a block was wrapped at, or 0. A first line much shorter than the rest may be a headline."""
    body = block[1:] if len(block) > _MIN_WRAPPED_LINES and len(block[0]) < len(block[1]) * 0.8 else block
    width = max(map(len, body))
    if len(body) < _MIN_WRAPPED_LINES or not _MIN_WIDTH <= width <= _MAX_WIDTH:
        return 0
    pairs = [(line, following) for line, following in pairwise(body) if not starts_item(following)]
    full = [line for line, following in pairs if _is_full(line, following, width)]
    running = [line for line in full if not ends_sentence(line)]
    explained = [line for line, following in pairs if _is_full(line, following, width) or ends_sentence(line)]
    # Decks and lists of like length don't close with a full stop; wrapped prose does, or goes on for long.
    prose = ends_sentence(body[-1]) or len(running) >= 5
    if prose and len(running) >= 2 and len(running) * 2 >= len(pairs) and len(explained) >= len(pairs) * 0.9:
        return width
    return 0


def _pair_width(block: Sequence[str], usual: int) -> int:
    """Return the width for a block too short to show one: that of the file's other blocks, if it keeps to it."""
    return usual if usual and max(map(len, block)) <= usual + _SLACK else 0


def _join(block: Sequence[str], width: int, starts_item: Callable[[str], bool]) -> list[str]:
    if not width:
        return list(block)
    joined = [block[0]]
    last = block[0]
    for line in block[1:]:
        ends_early = ends_sentence(last) and not _is_full(last, line, width)
        is_heading = len(last) < width * 0.6 and not _is_full(last, line, width)
        if starts_item(line) or ends_early or is_heading or _RULE.fullmatch(line) or _RULE.fullmatch(last):
            joined.append(line)
        else:
            joined[-1] += " " + line
        last = line
    return joined
