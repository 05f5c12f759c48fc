"""What of a web page is no story: menus, adverts, share bars, comments, links to other stories, forms, what is hidden. Pure.

Told by element, role, class and id, by the share of its text that is links, and by the words that label such things. Sites name
their elements freely: an element around something that is certainly story is never taken for a menu, whatever its class.

Old pages have it all in one cell: ``set_apart`` parts the lines above and under a headline, and those that print and send.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trans.sources.html_blocks import Block
from trans.sources.lines import ends_sentence

if TYPE_CHECKING:
    from lxml.etree import _Element

LINKED_WHOLLY = 0.9
"""From this share of its characters on, a block is a link."""
# Of the characters of a block that is no sentence: 'من <a>أحمد سالم</a>'.
_MAX_LINKED = 0.6
# Of a table's: the teams of a league or the companies of an index are links.
_MAX_LINKED_IN_TABLE = 0.85
_GROUPS = ("ul", "ol", "table")

_FRAMES = frozenset("dialog menu nav search".split())
_FRAME_ROLES = frozenset("alertdialog contentinfo dialog menu menubar navigation search".split())
# Inside a story, the card of another one and what readers fill in; around it, they are frequent.
_INSERTED = frozenset("article fieldset form".split())
_ROLES = frozenset("alert banner complementary tablist toolbar".split())
_NAMES = frozenset(
    "ad ads adsbygoogle adv advert advertisement advertising adverts banner bookmark breadcrumb breadcrumbs comment "
    "commentlist comments consent cookie cookies dfp disqus follow footer gdpr gpt login mailing menu modal most mostread nav "
    "navbar navigation newsletter outbrain pager pagination popup popular print promo promoted promotion rating readmore "
    "recommend recommendations recommended register related respond share sharebar sharedaddy shares sharing sidebar signup "
    "social socials sponsor sponsored subscribe subscription taboola tagcloud tags toolbar trending vote".split()
)
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# What labels links to other stories, and adverts.
_LABEL = re.compile(
    r"\W*(?:[اإأ]قر[أا]\w*|طالع|شاهد|تابع|للمزيد|المزيد|لمزيد)\s+"
    r"(?:أيض|ايض|كذلك|المزيد|من|على|عن|الأخبار|أخبار|التفاصيل|التغطية)"
    r"|\W*(?:مواضيع|أخبار|اخبار|مقالات|موضوعات|قصص|تقارير|روابط)\s+(?:ذات|مرتبطة|متعلقة|مشابهة|قد)"
    r"|\W*(?:إعلان|اعلان|إعلانات|Advertisement)\W*$"
)
# The same, of links that follow; alone it may head a part of a story.
_OTHERS = re.compile(r"\W*(?:مواضيع|أخبار|اخبار|مقالات|موضوعات|قصص|تقارير)\s+[أا]خرى\W*")
# What a page offers to do with itself, each in a few words: 'اطبع الصفحة | أرسل إلى صديق'.
_OFFER = (
    r"(?:(?:نسخة\s+)?(?:لل)?طباعة|[اإ]طبع|حفظ|[اإ]حفظ|تكبير|تصغير|[أا]رسل|[اإ]رسال)"
    r"(?:\s+(?:هذا|هذه|الخط|النص|الصفحة|الخبر|المقال|المقالة|الموضوع|إلى|الى|لصديقك?|صديقك?)){0,4}"
)
_OFFERS = re.compile(rf"\W*{_OFFER}(?:\W+{_OFFER})*\W*")
_RIGHTS = re.compile(
    r"(?:جميع|كافة|كل)\s+الحقوق\s+محفوظة|حقوق\s+(?:الطبع|النشر|الملكية|التأليف)(?:\s+\S+)?\s+محفوظة|all rights reserved",
    re.IGNORECASE,
)
_MAX_RIGHTS_WORDS = 15
# Over and under a headline: section, kicker, decks, by-line, day; shorter than a paragraph, and few.
_MIN_PROSE_WORDS = 12
_MAX_LINES_AROUND = 4
_MAX_LABEL_WORDS = 5
_MAX_LINKED_UNDER_LABEL = 0.4


@dataclass(slots=True)
class Chrome:
    """Tells for the ``blocks`` of a page; ``kept`` are the numbers of those that are story, ``live`` the elements around them."""

    blocks: Sequence[Block]
    kept: frozenset[int]
    live: set["_Element"]
    _known: dict["_Element", bool] = field(default_factory=dict)
    _links: dict["_Element", tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sums: defaultdict[_Element, list[int]] = defaultdict(lambda: [0, 0])
        for block in self.blocks:
            for group in block.element.iterancestors(*_GROUPS):
                sums[group][0] += block.linked
                sums[group][1] += block.size
        self._links = {group: (linked, size) for group, (linked, size) in sums.items()}

    def is_left_out(self, number: int) -> bool:
        """Say whether the block is none of the story, wherever it stands."""
        block = self.blocks[number]
        share = block.linked_share
        if is_label(block) or self._heads_links(number):
            return True
        return number not in self.kept and (self.is_within(block.element) or self._is_of_links(block, share))

    def is_within(self, element: "_Element | None") -> bool:
        """Say whether ``element``, or one around it that holds no story, looks like a menu, an advert or the like."""
        path = []
        found = False
        while element is not None and element not in self.live:
            if element in self._known:
                found = self._known[element]
                break
            path.append(element)
            element = element.getparent()
        for one in reversed(path):
            found = self._known[one] = found or one.tag in _INSERTED or looks_like_chrome(one)
        return found

    def _heads_links(self, number: int) -> bool:
        following = self.blocks[number + 1 : number + 2]
        return bool(_OTHERS.fullmatch(self.blocks[number].text)) and any(
            one.linked_share > _MAX_LINKED for one in following
        )

    def _is_of_links(self, block: Block, share: float) -> bool:
        if block.kind not in ("list", "table"):
            return share > (LINKED_WHOLLY if ends_sentence(block.text) else _MAX_LINKED)
        group = next(block.element.iterancestors(*_GROUPS), None)
        linked, size = (block.linked, block.size) if group is None else self._links[group]
        return linked > (_MAX_LINKED_IN_TABLE if block.kind == "table" else _MAX_LINKED) * max(1, size)


def is_label(block: Block) -> bool:
    """Say whether the block labels links to other stories, with or without them, or an advert, or is of the page's service."""
    if block.part == "tail" or _is_service(block):
        return True
    if _OTHERS.fullmatch(block.lines[0]):
        return block.linked_share > _MAX_LINKED_UNDER_LABEL
    short = len(block.text.split()) <= _MAX_LABEL_WORDS
    return bool(_LABEL.match(block.text)) and (short or block.linked_share > _MAX_LINKED_UNDER_LABEL)


def set_apart(blocks: Iterable[Block], is_title: Callable[[str], bool]) -> Iterator[Block]:
    """Give the blocks; those of several lines that begin with a headline or end with what is no story in their parts."""
    for block in blocks:
        if block.kind != "text" or len(block.lines) == 1:
            yield block
            continue
        end = _end(block)
        title, prose = _head(block, end, is_title)
        lines = range(len(block.lines))
        yield from (block.cut(one, one + 1, "above") for one in lines[:title] if block.lines[one])
        if prose:
            yield block.cut(title, title + 1, "title")
        yield from (block.cut(one, one + 1, "under") for one in lines[title + 1 : prose] if block.lines[one])
        if any(block.lines[prose:end]):
            yield block.cut(prose, end)
        if end < len(lines):
            yield block.cut(end, len(lines), "tail")


def _end(block: Block) -> int:
    """Return the number of the line from which on the block offers to print it, links to other stories, or states rights."""
    end = len(block.lines)
    for number in range(end - 1, 0, -1):
        line = block.cut(number, number + 1)
        below = block.cut(min(number + 1, len(block.lines) - 1), len(block.lines))
        if _is_service(line) or (
            (_OTHERS.fullmatch(line.text) or _LABEL.match(line.text)) and below.linked_share > _MAX_LINKED
        ):
            end = number
        elif line.text and line.linked_share < LINKED_WHOLLY:
            break
    return end


def _head(block: Block, end: int, is_title: Callable[[str], bool]) -> tuple[int, int]:
    """Return the numbers of the headline and of the first line of the story under it; 0 and 0 where it has no headline."""
    filled = [number for number in range(end) if block.lines[number]]
    for place, title in enumerate(filled[: _MAX_LINES_AROUND + 1]):
        if block.cut(title, title + 1).linked_share < LINKED_WHOLLY and is_title(block.lines[title]):
            under = filled[place + 1 :]
            prose = next((one for one in under if _is_prose(block.lines[one])), end)
            few = sum(one < prose for one in under) <= _MAX_LINES_AROUND
            return title, prose if few else title + 1
        if _is_prose(block.lines[title]):
            break
    return 0, 0


def _is_prose(line: str) -> bool:
    return len(line.split()) >= _MIN_PROSE_WORDS or ends_sentence(line)


def _is_service(block: Block) -> bool:
    """Say whether the block is a line that offers to print or send the page, or states who has its rights."""
    if len(block.lines) > 1 or len(block.text.split()) > _MAX_RIGHTS_WORDS:
        return False
    stated = _RIGHTS.search(block.text) and ("©" in block.text or not ends_sentence(block.text))
    return bool(stated or _OFFERS.fullmatch(block.text))


def is_frame(element: "_Element") -> bool:
    """Say whether ``element`` is of those around the content of a page: a menu, a footer. A quotation's footer is its author."""
    if element.tag == "footer":
        parent = element.getparent()
        return parent is None or parent.tag != "blockquote"
    return element.tag in _FRAMES or (element.get("role") or "").lower() in _FRAME_ROLES


def looks_like_chrome(element: "_Element") -> bool:
    """Say whether ``element`` by itself looks like a menu, an advert, a share bar and so on, or is hidden."""
    if is_frame(element) or (element.get("role") or "").lower() in _ROLES:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return bool(_HIDDEN.search(element.get("style") or "")) or not _NAMES.isdisjoint(names(element))


def names(element: "_Element") -> set[str]:
    """Return the words of the element's class and id, in lower case."""
    return {word.lower() for word in _NAME.findall(f"{element.get('class') or ''} {element.get('id') or ''}")}
