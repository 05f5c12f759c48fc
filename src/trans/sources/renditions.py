"""The text of a wire item or a feed entry, which may come as plain text or as HTML, and often in several forms of one content.

Pure. Of several forms the fullest is taken, and from the others only what it doesn't say: nothing is lost, nothing stands twice.
"""

import re
from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, tostring

from trans.article import Metadata, Paragraph
from trans.sources.layout import parse_body
from trans.sources.records import Parts
from trans.sources.xmltarget import local

_WORD = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?؟…؛]+(?=\s|$)|\n")
# Characters gone through for sentences that are cut otherwise in another form: under a second's work. An article's forms take a
# million or so; a file of 5 MB can be made that takes a million times as many. What is not looked for then may stand twice.
_MOST_SEARCHED = 500_000_000
# The blocks of NITF 3 by their names in HTML; what it has beyond these (person, money) marks words inside a line.
_NITF_AS_HTML = {
    "hl1": "h1",
    "hl2": "h2",
    "bq": "blockquote",
    "block": "div",
    "note": "div",
    "fn": "div",
    "media": "figure",
    "media-caption": "figcaption",
    "media-producer": "figcaption",
}


def parts_of(
    bodies: Sequence[tuple[Paragraph, ...]],
    headlines: Iterable[str],
    told: Sequence[tuple[Paragraph, ...]],
    metadata: Metadata,
) -> Parts:
    """Return the article in the forms that its source gives.

    ``bodies`` are forms of one text, ``headlines`` the best first, ``told`` texts that sum it up. What neither headline nor body
    says of these is a deck.
    """
    headline, *others = [*filter(None, map(_one_line, headlines))] or [""]
    body = _without_headline(_fullest(bodies), headline)
    more = [*map(Paragraph, others), *(one for paragraphs in told for one in paragraphs)]
    if not body:
        # Of a picture there is only the caption.
        body, more = _new(more, headline), []
    if not body and headline:
        # A flash is its headline: as in a text file of one line, that is the text.
        headline, body = "", (Paragraph(headline),)
    decks = _new(more, f"{headline}\n{_joined(body)}")
    return Parts(headline, body, tuple(one.marker + one.text for one in decks), metadata)


def text_paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a text that may be HTML."""
    from trans.sources.markup import is_markup, paragraphs

    return paragraphs(text) if is_markup(text) else parse_body(text)


def element_paragraphs(element: Element) -> tuple[Paragraph, ...]:
    """Return the paragraphs of an XML element: those of the XHTML or NITF in it, else of its text. Renames what is in it."""
    from trans.sources.markup import paragraphs

    if not len(element):
        return text_paragraphs(element.text or "")
    element.tail = None
    for one in element.iter():
        one.tag = _NITF_AS_HTML.get(local(one.tag), local(one.tag))
        one.attrib = {name: value for name, value in one.attrib.items() if "}" not in name}
    element.tag = "div"
    return paragraphs(tostring(element, encoding="unicode", method="html"))


def _one_line(text: str) -> str:
    """Return a text that may be HTML as one line."""
    return " ".join(_joined(text_paragraphs(text)).split())


def _fullest(forms: Sequence[tuple[Paragraph, ...]]) -> tuple[Paragraph, ...]:
    """Return the form that says most, of those the one cut finest, and after it what the other forms say beyond it."""
    if len(forms) < 2:
        return tuple(one for form in forms for one in form)
    best = max(range(len(forms)), key=lambda number: (len(_spoken(_joined(forms[number]))), len(forms[number])))
    others = (one for number, form in enumerate(forms) if number != best for one in form)
    return forms[best] + _new(others, _joined(forms[best]))


def _new(paragraphs: Iterable[Paragraph], said: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs with a sentence whose words don't stand, one after another, in ``said`` or in one before.

    Sentences, for one form has the whole text in one paragraph, and another subheadings in it.
    """
    found: list[Paragraph] = []
    words = _spoken(said)
    known = set(map(_spoken, _SENTENCE_END.split(said)))
    room = _MOST_SEARCHED
    for one in paragraphs:
        sentences = [_spoken(sentence) for sentence in _SENTENCE_END.split(one.marker + one.text)]
        new = [sentence for sentence in sentences if sentence not in known]
        room -= len(words) * len(new)
        if new and (room < 0 or not all(sentence in words for sentence in new)):
            found.append(one)
            words += "".join(sentences) if room >= 0 else ""
            known.update(sentences)
    return tuple(found)


def _without_headline(paragraphs: tuple[Paragraph, ...], headline: str) -> tuple[Paragraph, ...]:
    """Return the paragraphs without a first one that only repeats the headline, as pages do."""
    repeats = len(paragraphs) > 1 and _spoken(paragraphs[0].text) == _spoken(headline)
    return paragraphs[1:] if repeats else paragraphs


def _joined(paragraphs: Iterable[Paragraph]) -> str:
    return "\n".join(one.marker + one.text for one in paragraphs)


def _spoken(text: str) -> str:
    """Return the words of ``text``, each between spaces; for a text without words, a space."""
    words = _WORD.findall(text)
    return f" {' '.join(words)} " if words else " "
