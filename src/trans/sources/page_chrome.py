"""What of a web page is no story: menus, adverts, share bars, comments, links to other stories, forms, what is hidden. Pure.

Told by element, role, class and id, by the share of its text that is links, and by the words that label such things. Sites name
their elements freely: an element around something that is certainly story is never taken for a menu, whatever its class.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
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
        if is_label(block):
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

    def _is_of_links(self, block: Block, share: float) -> bool:
        if block.kind not in ("list", "table"):
            return share > (LINKED_WHOLLY if ends_sentence(block.text) else _MAX_LINKED)
        group = next(block.element.iterancestors(*_GROUPS), None)
        linked, size = (block.linked, block.size) if group is None else self._links[group]
        return linked > (_MAX_LINKED_IN_TABLE if block.kind == "table" else _MAX_LINKED) * max(1, size)


def is_label(block: Block) -> bool:
    """Say whether the block labels links to other stories, with or without them, or an advert."""
    short = len(block.text.split()) <= _MAX_LABEL_WORDS
    return bool(_LABEL.match(block.text)) and (short or block.linked_share > _MAX_LINKED_UNDER_LABEL)


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
