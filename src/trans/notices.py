"""What must be known of an article before it is used: killed, withheld, under embargo, a kill notice, a correction. Pure.

Reads the status that came with the article, and the marks that agencies set before an Arabic headline or text ('تصحيح-',
'(إلغاء)'): see ``wire_marks``. Knows no clock: an embargo is told with its time, whether that has passed or not.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trans.article import Article
from trans.plainly import one_line
from trans.wire_marks import marks

NoticeKind = Literal["killed", "withheld", "embargoed", "kill notice", "correction"]

# A status is a word or two; what is longer is a mistake, and stands in full with the article's other facts.
_SHOWN_CHARS = 80
# Everything from there on is the embargo, but for what this program itself sets after it (sources/iptc.py).
_EMBARGO = re.compile(
    r"(?<![a-z])embargo(?:ed)?(?![a-z])(?P<until>.*?)(?P<rest>,\s*not the whole item\s*)?$"
    r"|(?:محظور|تحت الحظر|حظر)(?P<ar>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_UNTIL = re.compile(r"[\s:=\-]*(?:(?:un)?till?|for|up to|حتى|لغاية|إلى|النشر)?[\s:=]*", re.IGNORECASE)
# IPTC's codes ('canceled', 'stat:canceled', '.../pubstatusg2/canceled'), what content systems write, and plain words.
_KILLED = re.compile(
    r"(?<!not )(?<![a-z])(?:cancell?ed|kill(?:ed)?|retracted|withdrawn|recalled)(?![a-z])|ملغ[ىيا]|مسحوب", re.IGNORECASE
)
_WITHHELD = re.compile(r"(?<!not )(?<![a-z])(?:withheld|on hold|hold)(?![a-z])|محجوب|موقوف", re.IGNORECASE)
_SCHEDULED = re.compile(r"(?<![a-z])(?:future|scheduled)(?![a-z])|مجدول", re.IGNORECASE)

_TEXTS: dict[NoticeKind, str] = {
    "killed": "Killed: its publisher has taken it back. Use nothing of it.",
    "withheld": "Withheld: its publisher has not released it. Don't publish it.",
    "embargoed": "Under embargo: its source doesn't say until when.",
    "kill notice": "A kill notice: its agency takes back a story. Find that story, and use nothing of it.",
    "correction": "A correction: something in an earlier version or story was wrong.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that a reader must see first. ``text`` is a sentence of plain English that is safe on a terminal; a page escapes
    it. ``until`` is an embargo's time, ISO 8601 where its source has it so; empty for what has none.
    """

    kind: NoticeKind
    text: str
    until: str = ""


def notices(article: Article) -> tuple[Notice, ...]:
    """Return what must be known of the article, the gravest first; mostly nothing. At most one of each kind."""
    status = article.metadata.status or ""
    embargo = _EMBARGO.search(status)
    if embargo:
        status = status[: embargo.start()] + (embargo["rest"] or "")
    found: list[Notice] = []
    if _KILLED.search(status):
        found.append(Notice("killed", _TEXTS["killed"]))
    if _WITHHELD.search(status):
        found.append(Notice("withheld", _TEXTS["withheld"]))
    if embargo:
        found.append(_embargoed(embargo["until"] or embargo["ar"] or ""))
    elif _SCHEDULED.search(status):
        found.append(Notice("embargoed", "Not to be published yet: its source has it scheduled for later."))
    return (*found, *(Notice(kind, _TEXTS[kind]) for kind in marks(article)))


def is_killed(article: Article) -> bool:
    """Say whether its publisher has taken the article back: it belongs into no digest, no export and no search.

    A kill *notice* is not killed itself: editors must see it.
    """
    return any(notice.kind == "killed" for notice in notices(article))


def _embargoed(told: str) -> Notice:
    until = _UNTIL.sub("", " ".join(told.split()), count=1).strip(" ,;.()")
    if not until:
        return Notice("embargoed", _TEXTS["embargoed"])
    try:
        when = datetime.fromisoformat(until)
    except ValueError:
        short = until if len(until) <= _SHOWN_CHARS else f"{until[:_SHOWN_CHARS].rstrip()}…"
        return Notice("embargoed", f"Embargoed until: {one_line(short)}", until)
    shown = f"{when:%Y-%m-%d %H:%M}" if ":" in until or "T" in until else f"{when:%Y-%m-%d}"
    return Notice("embargoed", f"Embargoed until {shown}{f' {when.tzname()}' if when.tzinfo else ''}", until)
