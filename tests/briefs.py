"""Briefs for the tests of what renders them: one with every kind of fault, one whose every text is hostile."""

from dataclasses import replace

import pytest
from fakes import FakeEngine, FakeModels
from texts import HEADLINE, LEAD, SECOND, THIRD, article, english

from trans import checks
from trans.api import Translator
from trans.article import Metadata, Paragraph
from trans.brief import Brief, Flag, Passage, Repair, Sentence, Summary

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style></title></textarea><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "\"' onmouseover=alert(1) x='",
    "<!-- -->]]>&lt;b&gt;&#x202e;",
    "\u202emoc.live\u2069\u202c\u2067",
    "\x00\x0b\x1f\u2028\u2029\ufeff",
)


def flagged_brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    """A brief of seven paragraphs: a wrong number in the headline's story, a list, a heading, a table, a repaired sentence."""
    FakeModels(FakeEngine(english)).install(monkeypatch)
    text = article(f"القاهرة (رويترز) - {LEAD}", SECOND, LEAD, "- " + THIRD, "A paragraph in English.", SECOND, THIRD)
    brief = Translator("news").brief(text)
    repaired = brief.paragraphs[1].sentences[1]
    mended = replace(repaired, repair=Repair("another hypothesis", "He added the <b>projects</b>.", ("numbers",)))
    second = replace(brief.paragraphs[1], sentences=(brief.paragraphs[1].sentences[0], mended))
    kinds = {6: Passage(brief.paragraphs[5].sentences, "heading"), 7: Passage(_cells(), "table")}
    paragraphs = [second if n == 2 else kinds.get(n, one) for n, one in enumerate(brief.paragraphs, start=1)]
    told = brief.article
    changed = replace(
        brief,
        article=replace(
            told,
            metadata=replace(
                told.metadata,
                byline="كتب: سامي حسن",
                published="2026-03-01T14:05:00+03:00",
                url="https://example.org/a",
            ),
            paragraphs=tuple(
                Paragraph(passage.source.removeprefix(one.marker), passage.kind, one.marker)
                for passage, one in zip(paragraphs, told.paragraphs, strict=True)
            ),
        ),
        paragraphs=tuple(paragraphs),
        summaries=(*brief.summaries, _key_point()),
    )
    return checks.check(changed)


def hostile_brief(brief: Brief, *texts: str) -> Brief:
    """Return ``brief`` with ``texts`` added to everything in it that an article, a file or a model wrote."""
    evil = " ".join(texts)

    def sentence(one: Sentence) -> Sentence:
        flags = tuple(flag(item) for item in one.flags)
        repair = Repair(evil, evil, ()) if one.repair else None
        return replace(one, source=one.source + evil, target=one.target + evil, flags=flags, repair=repair)

    def passage(one: Passage) -> Passage:
        return replace(one, sentences=tuple(map(sentence, one.sentences)))

    def flag(one: Flag) -> Flag:
        return replace(one, message=one.message + evil, source=one.source + evil, target=one.target + evil)

    def summary(one: Summary) -> Summary:
        return replace(
            one, arabic=one.arabic + evil, english=passage(one.english), flags=tuple(flag(item) for item in one.flags)
        )

    told, made = brief.article, brief.provenance
    paragraphs = tuple(map(passage, brief.paragraphs))
    return replace(
        brief,
        article=replace(
            told,
            id=evil,
            headline=told.headline + evil,
            source=replace(told.source, uri=evil, record=evil),
            paragraphs=tuple(
                Paragraph(one.source.removeprefix(was.marker), one.kind, was.marker)
                for one, was in zip(paragraphs, told.paragraphs, strict=True)
            ),
            metadata=Metadata(evil, evil, evil, evil, texts[0] if texts else None, evil, evil, evil, evil),
        ),
        headline=passage(brief.headline),
        decks=tuple(map(passage, brief.decks)),
        summaries=tuple(map(summary, brief.summaries)),
        paragraphs=paragraphs,
        flags=tuple(map(flag, brief.flags)),
        provenance=replace(made, profile=evil, translation={**made.translation, "model": evil, "licence": evil}),
    )


def _cells() -> tuple[Sentence, ...]:
    return (Sentence("", "| ", "", literal=True), Sentence("المرحلة", " | ", "Phase"), Sentence("120", " |", "120"))


def _key_point() -> Summary:
    english_of_it = Passage((Sentence(HEADLINE, "", "Ministry announces new water plan"),))
    return Summary(HEADLINE, english_of_it, covers=(3, 4, 6), method="extractive", draws_on=(3,))
