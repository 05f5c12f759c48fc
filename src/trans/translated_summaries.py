"""Summaries of the English: what was translated goes to a summariser that reads English, so that there is none in Arabic.

Joins briefs and an engine. Works on the translation as it was decoded: repair comes later and changes single sentences.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trans import english
from trans.brief import Brief, Passage, Sentence, Summary
from trans.checks.support import draws_on
from trans.clauses import fit
from trans.decodes import Decodes
from trans.line import Line
from trans.summary import Count, chosen
from trans.text import LINK
from trans.translation import Translation

VERSION = 1
"""Raise it when other text reaches the summariser: finished briefs of such profiles are then made again."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Text that is not divided between two sections: a paragraph's English, or a part of a long one's.

    ``sentences`` are those that begin in it.
    """

    text: str
    paragraph: int
    pieces: int
    sentences: tuple[Sentence, ...]


def summarised(briefs: Sequence[Brief], line: Line) -> list[Brief]:
    """Return ``briefs``, which have no summaries, with those that the summariser makes of their English.

    Sections are of whole paragraphs, of as many pieces as ``line`` says; one of fewer than ``min_words`` words stands for
    itself, and an article without a body is summed up by its headline. Raises as ``Decodes.wait``.
    """
    limit, min_words = line.summary_tokens, line.settings.summarization.min_words
    cut = [list(_sections(brief, limit, line.count_summarised)) for brief in briefs]
    long = [_text(section) for sections in cut for section in sections if not _is_short(section, min_words)]
    made = Decodes(long, line.summarize, line.memory, (), line.watcher).start().wait() if long else {}
    return [
        replace(brief, summaries=tuple(_summary(brief, section, made) for section in sections) or _headline(brief))
        for brief, sections in zip(briefs, cut, strict=True)
    ]


def _sections(brief: Brief, limit: int, count: Count) -> Iterator[list[_Block]]:
    """Fill sections in order. Joining adds no piece: each count holds an end-of-sentence piece that the join drops."""
    section: list[_Block] = []
    size = 0
    for block in _blocks(brief, limit, count):
        if section and size + block.pieces > limit:
            yield section
            section, size = [], 0
        section.append(block)
        size += block.pieces
    if section:
        yield section


def _blocks(brief: Brief, limit: int, count: Count) -> Iterator[_Block]:
    paragraphs = [(number, _after(brief.paragraphs[number - 1], start)) for number, start in chosen(brief.article)]
    texts = [_english(sentences) for _, sentences in paragraphs]
    for (number, sentences), text, pieces in zip(paragraphs, texts, count(texts), strict=True):
        if not text:
            continue
        if pieces <= limit:
            yield _Block(text, number, pieces, sentences)
            continue
        cut = fit([_english([sentence]) for sentence in sentences], limit, count, literal=_never, link=LINK)
        parts = [
            (part.strip(), (sentence,) if place == 0 else ())
            for sentence, pieces_of_it in zip(sentences, cut, strict=True)
            for place, part in enumerate(pieces_of_it)
            if part.strip()
        ]
        sizes = count([part for part, _ in parts])
        for (part, begun), size in zip(parts, sizes, strict=True):
            yield _Block(part, number, size, begun)


def _after(paragraph: Passage, start: int) -> tuple[Sentence, ...]:
    """Return the sentences of a paragraph without those before offset ``start``: its marker, its dateline."""
    sentences, end = [], 0
    for sentence in paragraph.sentences:
        end += len(sentence.source) + len(sentence.sep)
        if end > start:
            sentences.append(sentence)
    if sentences and not sentences[-1].sep:
        # Another paragraph may follow it in the same summary.
        sentences[-1] = replace(sentences[-1], sep=" ")
    return tuple(sentences)


def _summary(brief: Brief, section: Sequence[_Block], made: Mapping[str, Translation]) -> Summary:
    covers = tuple(dict.fromkeys(block.paragraph for block in section))
    decode = made.get(_text(section))
    if decode is None:
        itself = Passage(tuple(sentence for block in section for sentence in block.sentences))
        arabic = " ".join(itself.source.split())
        drawn = draws_on(arabic, [paragraph.text for paragraph in brief.article.paragraphs])
        return Summary(arabic, itself, covers, "text", draws_on=drawn)
    text = " ".join(english.clean(decode.best.text).split())
    return Summary("", Passage((Sentence("", "", text, literal=True),)), covers, "translation", decode)


def _headline(brief: Brief) -> tuple[Summary, ...]:
    headline = brief.article.headline.strip()
    return (Summary(headline, brief.headline, (), "text"),) if headline else ()


def _text(section: Sequence[_Block]) -> str:
    return " ".join(block.text for block in section)


def _is_short(section: Sequence[_Block], min_words: int) -> bool:
    """Say whether a section stands for itself. The rest of a sentence that another section has the beginning of never does."""
    return len(_text(section).split()) < min_words and all(block.sentences for block in section)


def _english(sentences: Sequence[Sentence]) -> str:
    return " ".join(" ".join(sentence.target for sentence in sentences).split())


def _never(_text: str) -> bool:
    return False
