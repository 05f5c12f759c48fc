"""The parts of an article from a web page: its story's blocks and what the page states, put together. Pure.

The headline is the page's own (``<h1>``), else the one it states. Between it and the story stand decks, and sometimes the lead,
which trafilatura tends to drop: what has the class of a deck, is a heading, or is the page's description of itself is a deck;
whole sentences are the story's first paragraph; by-lines, dates and captions go.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import TYPE_CHECKING

from trans.article import Metadata, Paragraph
from trans.sources.credits import is_byline
from trans.sources.html_blocks import Block, blocks
from trans.sources.lines import ends_sentence
from trans.sources.markup import block_paragraphs, is_markup, paragraphs
from trans.sources.page_chrome import LINKED_WHOLLY, names, set_apart
from trans.sources.page_facts import Facts, agrees, called, facts, letters_of, published, without_site
from trans.sources.page_story import Story, find_story, outermost
from trans.sources.records import Parts

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_MAX_DECK_WORDS = 60
_MAX_BYLINE_WORDS = 12
# A lead that was dropped; what else stands under a headline is shorter: date, place, number of readers.
_MIN_LEAD_WORDS = 12
_MIN_SENTENCE_WORDS = 6
_DECK_NAMES = frozenset(
    "chapo deck dek excerpt intro lead lede sapo standfirst subhead subheadline subtitle summary".split()
)
_AUTHOR_NAMES = frozenset("author authors byline contributor journalist reporter writer".split())
_TIME_NAMES = frozenset("date time timestamp".split())
# '1 شباط 2026', '14:05'
_CLOCK = re.compile(r"\b(?:[12]\d{3}|\d{1,2}:\d{2})\b")
# Of the words of a day, those with digits; 'الحكومة تقر موازنة 2007' has fewer.
_MIN_DATED = 1 / 4
_CAPTION_NAMES = frozenset("caption credit".split())
# '404', 'Error 503 | ...'; not '500 مليون دولار'.
_ERROR_TITLE = re.compile(
    r"\W*(?:(?:error|خطأ)\W*)?(?:40[0-9]|50[0-9])\W*(?:$|[-–—|:]|not|error|page|forbidden|غير|الصفحة)"
    r"|.*(?:not found|forbidden|الصفحة غير موجودة|لم يتم العثور)",
    re.IGNORECASE,
)
# Letters in the sentences of six words and more. A flash of one sentence has 60 to 100, an error page up to 130; but that one
# doesn't say that it is an article, and a notice instead of a page that needs a script has no headline.
_MIN_LETTERS_DECLARED = 40
_MIN_LETTERS_CALLED = 80
_MIN_LETTERS = 140
# Of the paragraphs of a page, those right under a headline that is a link.
_MAX_TEASERS = 0.5
_MIN_TEASERS = 3
_MIN_TITLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Page:
    root: "HtmlElement"
    blocks: Sequence[Block]
    facts: Facts
    story: Story


def page_parts(root: "HtmlElement", html: str) -> Parts | None:
    """Return the article of the page of ``root``, whose text is ``html``; None where it has none that can be told."""
    stated = facts(root, html)
    titles = called(stated)
    found = list(set_apart(blocks(root), lambda line: agrees(line, titles)))
    story = find_story(root, found, stated.body, (*stated.titles, stated.title_tag))
    if story is not None:
        page = _Page(root, found, stated, story)
        number, headline = _headline(page)
        decks, picked = _opening(page, number)
        if _is_article(page, picked, called=number is not None):
            body = [made for one in picked for made in block_paragraphs(found[one])]
            if headline and body and letters_of(body[0].text) == letters_of(headline):
                body = body[1:]
            return Parts(headline, tuple(body), decks, _metadata(page, number))
    return _stated_parts(stated)


def _stated_parts(stated: Facts) -> Parts | None:
    """Return the article that the page only states: a script would have shown it."""
    text: str | tuple[Paragraph, ...] = paragraphs(stated.body) if is_markup(stated.body) else stated.body
    if len(letters_of(stated.body)) < _MIN_LETTERS:
        return None
    headline = stated.titles[0] if stated.titles else without_site(stated)
    return Parts(headline, text, (), _stated_metadata(stated))


def _stated_metadata(stated: Facts) -> Metadata:
    return Metadata(
        published=stated.published, byline=stated.byline, url=stated.url, language=stated.language, usage=stated.usage
    )


def _metadata(page: _Page, headline: int | None) -> Metadata:
    metadata = _stated_metadata(page.facts)
    return replace(
        metadata,
        published=metadata.published or _visible_time(page, headline),
        byline=metadata.byline or _visible_byline(page, headline),
    )


def _headline(page: _Page) -> tuple[int | None, str]:
    """Return the number of the block that is the headline, if one is, and its text."""
    titles = called(page.facts)
    best: tuple[int, int, int] | None = None
    for number, block in enumerate(page.blocks):
        letters = letters_of(block.text)
        top = _is_within(block.element, "h1")
        before = number <= page.story.first or block.part == "title"
        if not letters or not (top or before) or page.story.chrome.is_within(block.element):
            continue
        matches = agrees(block.text, titles)
        if matches or (top and block.linked_share < LINKED_WHOLLY and letters != letters_of(page.facts.site)):
            # A heading that the page's title repeats, then any <h1>, the nearest above the story.
            best = max(filter(None, (best, (2 * matches + top, before, number if before else -number))))
    if best is None:
        return None, page.facts.titles[0] if page.facts.titles else without_site(page.facts)
    number = abs(best[2])
    return number, " ".join(page.blocks[number].text.split())


def _opening(page: _Page, headline: int | None) -> tuple[tuple[str, ...], list[int]]:
    """Return the decks and the numbers of the story's blocks, with a lead that stands apart."""
    story = page.story
    # Before the headline stands nothing of the story; without one above it, all that stands before is unknown.
    after = headline if headline is not None and headline <= story.first else -1
    picked = [number for number in story.picked if number > after and number != headline]
    chosen = set(picked)
    decks = [page.blocks[number].text for number in range(after) if _is_kicker(page, number, after)]
    leads: list[int] = []
    for number in range(after + 1, len(page.blocks)):
        block = page.blocks[number]
        beside = number in chosen or (block.part == "under" and not story.chrome.is_left_out(number))
        if _is_credit(block) or not (beside or (after >= 0 and _is_near(page, number, after))):
            continue
        words = len(block.text.split())
        if after >= 0 and not leads and _is_deck(page, block):
            decks.append(block.text)
        elif number in story.chrome.kept:
            break
        elif beside or words >= _MIN_LEAD_WORDS or (words >= _MIN_SENTENCE_WORDS and ends_sentence(block.text)):
            leads.append(number)
    return tuple(decks), [*leads, *(one for one in picked if one >= number)]


def _is_near(page: _Page, number: int, headline: int) -> bool:
    """Say whether the block stands where decks and leads do: beside the headline, or beside what leads down to the story."""
    if page.story.chrome.is_left_out(number):
        return False
    title = page.blocks[headline].element
    places = [*page.story.container.iterancestors(), page.story.container, *list(title.iterancestors())[:2]]
    around = outermost(page.blocks[number].element).getparent()
    return around in places or around.getparent() in places


def _is_kicker(page: _Page, number: int, headline: int) -> bool:
    """Say whether the block is a line right above the headline that tells more than a section's name."""
    block = page.blocks[number]
    beside = block.part == "above" and block.element is page.blocks[headline].element
    told = len(block.text.split()) >= _MIN_TITLE_WORDS and block.linked_share < LINKED_WHOLLY
    return beside and told and not _is_credit(block) and not is_byline(block.text)


def _is_deck(page: _Page, block: Block) -> bool:
    if len(block.text.split()) > _MAX_DECK_WORDS:
        return False
    if block.part == "under":
        return not is_byline(block.text)
    if block.kind == "heading" or not _DECK_NAMES.isdisjoint(_names_around(block.element)):
        return True
    # Many pages describe themselves with their first paragraph.
    alone = outermost(block.element).getparent() is not page.story.container
    return alone and letters_of(block.text) in [letters_of(one) for one in page.facts.descriptions]


def _is_credit(block: Block) -> bool:
    """Say whether a block above the story is a caption, or names the author or the time."""
    if _is_within(block.element, "figure"):
        return True
    if block.kind != "text" or len(block.text.split()) > _MAX_BYLINE_WORDS or ends_sentence(block.text):
        return False
    if block.part:  # its element is the story's
        words = block.text.split()
        dated = sum(any(map(str.isdigit, word)) for word in words)
        return bool(_CLOCK.search(block.text)) and dated > _MIN_DATED * len(words)
    if _CLOCK.search(block.text) or block.element.find(".//time") is not None:
        return True
    return not (_CAPTION_NAMES | _AUTHOR_NAMES | _TIME_NAMES).isdisjoint(_names_around(block.element))


def _names_around(element: "_Element") -> set[str]:
    parent = element.getparent()
    return names(element) | (names(parent) if parent is not None else set())


def _is_within(element: "_Element", tag: str) -> bool:
    return element.tag == tag or next(element.iterancestors(tag), None) is not None


def _is_article(page: _Page, picked: Sequence[int], *, called: bool) -> bool:
    """Say whether what was found is one article: it has sentences, and they are no teasers of others.

    ``called``: it has a headline that stands in the page.
    """
    texts = [
        number
        for number in picked
        if page.blocks[number].kind in ("text", "list") and len(page.blocks[number].text.split()) >= _MIN_SENTENCE_WORDS
    ]
    letters = sum(len(letters_of(page.blocks[number].text)) for number in texts)
    if page.facts.declared:
        return letters >= _MIN_LETTERS_DECLARED
    least = _MIN_LETTERS_CALLED if called else _MIN_LETTERS
    if letters < least or _ERROR_TITLE.match(page.facts.title_tag):
        return False
    above = [page.blocks[number - 1] for number in texts if number]
    teasers = sum(one.linked_share >= LINKED_WHOLLY and len(one.text.split()) >= _MIN_TITLE_WORDS for one in above)
    return teasers < _MIN_TEASERS or teasers <= _MAX_TEASERS * len(texts)


def _visible_time(page: _Page, headline: int | None) -> str | None:
    """Return the time in the story or beside its headline."""
    title = page.blocks[headline].element if headline is not None else None
    places = {page.story.container, *(list(title.iterancestors())[:2] if title is not None else [])}
    stated = []
    for element in page.root.iter("time", "span", "div", "p", "abbr"):
        marked = element.get("itemprop") == "datePublished"
        if not marked and element.tag != "time":
            continue
        text = element.get("datetime") or element.get("content")
        if text and not places.isdisjoint(element.iterancestors()) and not page.story.chrome.is_within(element):
            stated.append((not marked, text))
    return published([text for _, text in sorted(stated, key=lambda one: one[0])])


def _visible_byline(page: _Page, headline: int | None) -> str | None:
    """Return the line beside the headline or in the story that an author's class or attribute marks, or one above the first
    paragraph that reads as a by-line.
    """
    first = headline if headline is not None else page.story.first
    for number in range(first, min(len(page.blocks), page.story.picked[-1] + 2)):
        block = page.blocks[number]
        if not _AUTHOR_NAMES.isdisjoint(_names_around(block.element)) and (line := _short(block.text)):
            return line
        for one in block.element.iter("a", "address", "div", "p", "span"):
            marked = one.get("rel") == "author" or one.get("itemprop") == "author" or names(one) & _AUTHOR_NAMES
            if marked and (line := _short(str(one.text_content()))):
                return line
    lines = [line for number in page.story.picked if number >= first for line in page.blocks[number].lines]
    above = takewhile(lambda line: len(line.split()) < _MIN_LEAD_WORDS and not ends_sentence(line), lines)
    return next(filter(is_byline, above), None)


def _short(text: str) -> str:
    """Return ``text`` in one line, empty where it is too long for a by-line or has a date in it."""
    line = " ".join(text.split())
    return line if len(line.split()) <= _MAX_BYLINE_WORDS and not re.search(r"\d", line) else ""
