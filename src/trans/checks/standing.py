"""Whether an article may be used at all, as its source says: canceled, withheld, under embargo, a draft.

Reads the status that came with the article, no text and no clock: an embargo that has passed is told as one all the same.
"""

import re
from collections.abc import Iterator

from trans.brief import Brief, Flag

# By what stands in a status: IPTC's codes, and the words of content systems (WordPress: draft, pending, private, future).
_NOT_TO_USE = re.compile(r"\b(?:cancell?ed|killed|retracted)\b|ملغى|ملغاة", re.IGNORECASE)
_NOT_YET = re.compile(r"\b(?:withheld|embargo(?:ed)?|future)\b|محجوب|محظور", re.IGNORECASE)
_NOT_FINISHED = re.compile(r"\b(?:draft|pending|private|trash|not the whole item)\b|مسودة|مسوّدة", re.IGNORECASE)


def standing(brief: Brief) -> Iterator[Flag]:
    """Flag an article that its source doesn't give free for use."""
    status = brief.article.metadata.status or ""
    if _NOT_TO_USE.search(status):
        yield Flag("standing", "error", "Its publisher has taken it back: use nothing of it", source=status)
    elif _NOT_YET.search(status):
        yield Flag("standing", "error", f"It may not be used yet, its source says: {status}", source=status)
    elif _NOT_FINISHED.search(status):
        yield Flag("standing", "warning", f"It is not finished, its source says: {status}", source=status)
