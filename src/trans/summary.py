"""Which text goes into which summary call. Chooses and joins the reader's text; knows no model and no file.

The first section's summary is the brief's summary, those of further sections are its key points.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from trans.article import Article
from trans.text import dateline_end, is_arabic, segments

VERSION = 1
"""Raise it when other text reaches the summariser: finished briefs are then made again."""

Method = Literal["model", "extractive", "text"]
Count = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class Section:
    """Text to summarise. ``covers`` are 1-based paragraph numbers; ``method`` 'text' means: it stands for itself."""

    text: str
    covers: tuple[int, ...]
    method: Method


def sections(article: Article, *, method: Method, limit: int, count: Count, min_words: int) -> tuple[Section, ...]:
    """Cut the body into sections of whole paragraphs, at most ``limit`` pieces each as ``count`` counts them.

    Headings, tables, bylines, datelines, decks and paragraphs that are not Arabic stay out. A paragraph over the limit is
    divided between sections at sentence ends. A section of fewer than ``min_words`` words stands for itself. An article
    without such a body is summed up by its headline.
    """
    blocks = list(_blocks(article, limit, count))
    if not blocks:
        headline = article.headline.strip()
        return (Section(headline, (), "text"),) if headline else ()
    joined = _join(blocks, limit)
    return tuple(Section(text, covers, method if len(text.split()) >= min_words else "text") for text, covers in joined)


def chosen(article: Article) -> Iterator[tuple[int, int]]:
    """Yield the number of each paragraph that may be summarised, and the offset in marker and text where it begins."""
    dateline = article.metadata.dateline or ""
    for number, paragraph in enumerate(article.paragraphs, start=1):
        text = paragraph.text.strip()
        if paragraph.kind in ("heading", "table") or text == article.metadata.byline or not is_arabic(text):
            continue
        start = len(paragraph.marker) + len(paragraph.text) - len(paragraph.text.lstrip())
        if paragraph.kind == "text" and (end := dateline_end(text, dateline)):
            dateline = ""  # a later paragraph may open with the same place as its subject
            if end == len(text):
                continue
            start += end
        yield number, start


def _blocks(article: Article, limit: int, count: Count) -> list[tuple[str, int, int]]:
    """Return (text, paragraph number, pieces) of what may be summarised; no block is over the limit."""
    texts = []
    for number, start in chosen(article):
        paragraph = article.paragraphs[number - 1]
        texts.append((" ".join((paragraph.marker + paragraph.text)[start:].split()), number))
    blocks = []
    for (text, number), pieces in zip(texts, count([text for text, _ in texts]), strict=True):
        if pieces <= limit:
            blocks.append((text, number, pieces))
            continue
        parts = [part.source for part in segments(text, limit=limit, count=count) if part.source]
        blocks += [(part, number, size) for part, size in zip(parts, count(parts), strict=True)]
    return blocks


def _join(blocks: list[tuple[str, int, int]], limit: int) -> list[tuple[str, tuple[int, ...]]]:
    """Fill sections in order. Joining adds no piece: each count holds an end-of-sentence piece that the join drops."""
    joined: list[tuple[list[str], list[int]]] = []
    size = limit + 1
    for text, number, pieces in blocks:
        if size + pieces > limit:
            joined.append(([], []))
            size = 0
        joined[-1][0].append(text)
        joined[-1][1].append(number)
        size += pieces
    return [(" ".join(texts), tuple(dict.fromkeys(numbers))) for texts, numbers in joined]
