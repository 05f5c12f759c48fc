"""Briefs in which every text is hostile, made of choices: a searching program gives them as bytes, hypothesis draws them.

What is made is a brief as the pipeline makes one in shape: its paragraphs are the article's, its numbers count what is there.
"""

from collections.abc import Callable
from typing import Literal, Protocol, TypeVar, get_args

from trans.article import Article, Kind, Metadata, Paragraph, Source
from trans.brief import SEVERITIES, Brief, Flag, Hashes, Passage, Provenance, Repair, Sentence, Summary, Where
from trans.checks import NAMES
from trans.translation import Decoding, Hypothesis, Translation

Made = TypeVar("Made")

HOSTILE = (
    "",
    "أعلنت الوزارة اليوم خطة بكلفة 300 مليون دولار.",
    "The ministry announced a plan of 300 million dollars today.",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</td></tr></table></div>",
    "[x](javascript:alert(1)) <javascript:alert(1)>",
    "![x](http://example.org/a.png)",
    "{{ 7 * 7 }}{% raw %}",
    "\"' onmouseover=alert(1) x='",
    "<!-- -->]]>&lt;b&gt;&#x202e;&#0;",
    "\u202emoc.live\u2069\u202c\u2067",
    "\x00\x0b\x1f\x85\u2028\u2029\ufeff\ufffe",
    '=HYPERLINK("http://example.org")',
    "../../../etc/passwd",
    "\\`*_~^|#\n# a\n\n- b\n```\n",
    "1. \n\t+ ",
    'https://example.org/?a=1&b=<">\u202e',
    "javascript:alert(1)",
    "2026-03-01T12:00:00+03:00",
    "0001-01-01T00:00:00+23:59",
    "embargoed until 9999-12-31T23:59:59-23:59",
    "🇸🇾\u0301\u200d😀",
)
"""Texts that break what holds them, and a few that don't."""

_MOST = 3  # of sentences, paragraphs, flags: what breaks with one of each mostly breaks


class Choices(Protocol):
    """Where what is made comes from."""

    def number(self, most: int) -> int:
        """Return a number from 0 to ``most``."""

    def text(self) -> str:
        """Return any text without lone surrogates."""


class FromBytes:
    """Choices that bytes make: a byte a number, a line a text. When they are used up, all is 0 and empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, most: int) -> int:
        """Return a number from 0 to ``most``."""
        self._at += 1
        return self._data[self._at - 1] % (most + 1) if self._at <= len(self._data) else 0

    def text(self) -> str:
        """Return a hostile text, or what stands up to the next line end."""
        kind = self.number(len(HOSTILE))
        if kind < len(HOSTILE):
            return HOSTILE[kind]
        end = self._data.find(b"\n", self._at)
        raw = self._data[self._at : end if end >= 0 else len(self._data)]
        self._at += len(raw) + 1
        return raw.decode("utf-8", "replace")


def brief(choices: Choices) -> Brief:
    """Return a brief of hostile texts."""
    number, text = choices.number, choices.text

    def some(make: Callable[[], Made], least: int = 0) -> tuple[Made, ...]:
        return tuple(make() for _ in range(least + number(_MOST - least)))

    def maybe() -> str | None:
        return text() if number(1) else None

    def flag() -> Flag:
        where: Where = get_args(Where)[number(3)]
        place = None if where == "headline" else 1 + number(_MOST)
        sentence = 1 + number(_MOST) if number(1) else None
        check = NAMES[number(len(NAMES) - 1)]
        return Flag(check, SEVERITIES[number(2)], text() or "-", where, place, sentence, text(), text())

    def decoded(best: str) -> Translation | None:
        kind = number(2)
        if not kind:
            return None
        return Translation((Hypothesis(best, -number(9) / 8, number(9), kind == 1),), text(), Decoding())

    def sentence() -> Sentence:
        target = text()
        repair = Repair(text(), text(), some(text)) if number(1) else None
        shape = number(3)
        return Sentence(text(), text(), target, decoded(target), shape == 1, shape == 2, some(flag), repair)

    def passage(kind: Kind = "text") -> Passage:
        return Passage(some(sentence), kind)

    def summary() -> Summary:
        method: Literal["model", "extractive", "translation", "text"] = ("model", "extractive", "translation", "text")[
            number(3)
        ]
        arabic = text()
        covers = tuple(range(1, 1 + number(_MOST)))
        return Summary(arabic, passage(), covers, method, decoded(arabic), some(flag), covers[: number(_MOST)])

    headline = Passage(some(sentence))
    decks = some(passage)
    paragraphs = some(lambda: passage(get_args(Kind)[number(3)]))
    markers = [one.sentences[0].source if one.sentences and number(1) else "" for one in paragraphs]
    article = Article(
        id=text() or "a.txt",
        source=Source(text(), "0" * 64, "utf-8", number(9), maybe()),
        headline=headline.source,
        decks=tuple(deck.source for deck in decks),
        paragraphs=tuple(
            Paragraph(one.source.removeprefix(marker), one.kind, marker)
            for one, marker in zip(paragraphs, markers, strict=True)
        ),
        metadata=Metadata(*(maybe() for _ in range(9))),
    )
    model = {"model": text(), "revision": text(), "licence": text(), "engine": text(), "quantization": text()}
    hashes = Hashes(text(), text(), text())
    about = Provenance(text(), text(), number(1) == 1, model, model, hashes, text(), ("withheld", "usable")[number(1)])
    return Brief(article, headline, decks, some(summary), paragraphs, some(flag), about)
