"""Folders of small briefs for the tests of search and of watch lists: sentences as they are given, and no model."""

from pathlib import Path
from typing import Any

from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Brief, Edit, Hashes, Passage, Provenance, Review, Sentence, Summary
from trans.render import json as json_brief
from trans.store import STATE_FOLDER

Pairs = tuple[tuple[str, str], ...]

HEADLINE = ("هجوم على القاعدة", "Attack on the base")
BASE: Pairs = (
    ("قصفت الطائرات حميميم.", "Aircraft bombed Hmeimim."),
    ("وبحميميم قال الناطق إن الهجوم فشل.", "In Hmeimim the spokesman said the attack had failed."),
)
WATER: Pairs = (
    ("أعلنت وزارة المياه خطة.", "The Ministry of Water announced a plan."),
    ("وتعاني المنطقة من شح الأمطار.", "The region suffers from a lack of rain."),
)


def brief(
    article_id: str,
    *paragraphs: Pairs,
    headline: tuple[str, str] = HEADLINE,
    edited: str = "",
    reviewed: bool = False,
    item: str | None = None,
    **metadata: Any,
) -> Brief:
    """A brief of ``paragraphs`` of sentence pairs. An editor wrote the English ``edited``, where it is given."""
    passages = tuple(_passage(pairs, edited) for pairs in paragraphs)
    article = Article(
        article_id,
        Source(article_id, "0" * 64, "utf-8", 9, item=item),
        headline[0],
        (),
        tuple(Paragraph(passage.source) for passage in passages),
        Metadata(**metadata),
    )
    made = Provenance("0", "test", False, {}, {}, Hashes("", "", ""))
    summary = Summary(passages[0].source, passages[0], (1,), "text")
    review = Review("", "Sara", "2026-11-28T06:00:00+00:00") if reviewed else None
    return Brief(article, _passage((headline,), ""), (), (summary,), passages, (), made, review)


def _passage(pairs: Pairs, edited: str) -> Passage:
    edit = Edit("Sara", "2026-11-28T06:00:00+00:00", "the machine's")
    seps = [" "] * (len(pairs) - 1) + [""]
    told = zip(pairs, seps, strict=True)
    return Passage(tuple(Sentence(ar, sep, en, edit=edit if en == edited else None) for (ar, en), sep in told))


def put(out: Path, made: Brief, name: str | None = None) -> Path:
    """Write the JSON of a brief, and an empty page beside it."""
    (out / STATE_FOLDER).mkdir(parents=True, exist_ok=True)
    path = out / (name or made.article.id.replace(".txt", ".json"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json_brief.render(made))
    path.with_suffix(".html").write_bytes(b"")
    return path
