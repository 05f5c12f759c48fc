"""Which way text reads, and its pieces that read one way. Pure; knows the Unicode classes of characters, no file format.

Formats that have no bidirectional algorithm of their own to rely on (Word's asks each run for its direction) need the text cut
where Arabic turns into Latin.
"""

import re
from collections.abc import Iterator
from unicodedata import bidirectional

from trans.render.bidi import contained

# What XML 1.0 (section 2.2) has no way to hold, not even escaped: most control characters, surrogates, U+FFFE and U+FFFF.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_END = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_REPLACEMENT = "\ufffd"

# Unicode Standard Annex 9, by what it means for a cut: a letter that reads left to right, one that reads right to left (an
# Arabic digit stays with those), a European digit, and all else, which goes along with its neighbours.
_CLASS = {"L": "L", "R": "R", "AL": "R", "AN": "R", "EN": "N"}
# Latin within Arabic, with a digit in front of it ('3D') and what stands between its words ('F-16 Block 70').
_LATIN = re.compile("(?:(?<!N)N+)?L(?:[LNO]*[LN])?")
# Arabic within English: with a number in front of it ('300 مليون'), of no more figures than numbers have, lest a page of
# figures is searched from each of them; and the digits between its words.
_ARABIC = re.compile("(?:(?<!N)N(?:O?N){0,15}O)?R(?:[RNO]*R)?")


def plain(text: str) -> str:
    r"""Return ``text`` as XML can hold it: lines end in '\n', what can't be held shows as U+FFFD, no control reaches out."""
    return contained(_NOT_XML.sub(_REPLACEMENT, _LINE_END.sub("\n", text)))


def from_right(text: str, otherwise: bool) -> bool:
    """Return whether ``text`` reads from the right; ``otherwise`` where its letters are of both kinds or of none."""
    kinds = set(map(bidirectional, text))
    right, left = bool(kinds & {"R", "AL"}), "L" in kinds
    return right if right != left else otherwise


def pieces(text: str, rtl: bool) -> Iterator[tuple[str, bool]]:
    """Cut ``text``, which stands in a paragraph of direction ``rtl``, into pieces with the direction of each."""
    start = 0
    for match in (_LATIN if rtl else _ARABIC).finditer(_classes(text)):
        if match.start() > start:
            yield text[start : match.start()], rtl
        start = match.end()
        yield text[match.start() : start], not rtl
    if start < len(text):
        yield text[start:], rtl


def _classes(text: str) -> str:
    """Return a letter for each character of ``text``; a mark on a letter is of the letter's class."""
    found: list[str] = []
    for character in text:
        kind = bidirectional(character)
        found.append(found[-1] if kind == "NSM" and found else _CLASS.get(kind, "O"))
    return "".join(found)
