"""Briefs for the tests of what renders them: with every kind of fault, as editors leave one, and with hostile texts only."""

from dataclasses import replace

import pytest
from fakes import FakeEngine, FakeModels
from texts import HEADLINE, LEAD, SECOND, THIRD, article, english

from trans import checks
from trans.api import Translator
from trans.article import Metadata, Paragraph
from trans.brief import (
    Brief,
    Dismissed,
    Edit,
    Flag,
    Passage,
    Reopened,
    Repair,
    Review,
    Sentence,
    Spot,
    Summary,
    SummaryEdit,
    Update,
    Version,
)

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
        edit = Edit(evil, evil, one.edit.machine + evil) if one.edit else None
        return replace(one, source=one.source + evil, target=one.target + evil, flags=flags, repair=repair, edit=edit)

    def passage(one: Passage) -> Passage:
        return replace(one, sentences=tuple(map(sentence, one.sentences)))

    def flag(one: Flag) -> Flag:
        return replace(one, message=one.message + evil, source=one.source + evil, target=one.target + evil)

    def summary(one: Summary) -> Summary:
        flags = tuple(flag(item) for item in one.flags)
        edit = replace(one.edit, arabic=evil, english=passage(one.edit.english)) if one.edit else None
        return replace(one, arabic=one.arabic + evil, english=passage(one.english), flags=flags, edit=edit)

    def review(one: Review) -> Review:
        dismissed = tuple(Dismissed(flag(item.flag), evil, evil, evil) for item in one.dismissed)
        return Review(
            one.events,
            one.by and evil,
            evil,
            dismissed,
            tuple(Reopened(item.kind, *[evil] * 4) for item in one.reopened),
        )

    def update(one: Update) -> Update:
        return replace(one, versions=(*one.versions, *(Version(9, "c" * 64, text) for text in texts)))

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
        review=brief.review and review(brief.review),
        update=brief.update and update(brief.update),
    )


def _cells() -> tuple[Sentence, ...]:
    return (Sentence("", "| ", "", literal=True), Sentence("المرحلة", " | ", "Phase"), Sentence("120", " |", "120"))


def _key_point() -> Summary:
    english_of_it = Passage((Sentence(HEADLINE, "", "Ministry announces new water plan"),))
    return Summary(HEADLINE, english_of_it, covers=(3, 4, 6), method="extractive", draws_on=(3,))


SAMI, LINA = "Sami Hassan", "Lina Haddad"
AT, LATER = "2026-03-02T09:10:00+03:00", "2026-03-02T10:00:00+03:00"


def edited_brief(brief: Brief) -> Brief:
    """Return ``flagged_brief`` as editors left it: three texts edited, a flag dismissed, and all of it reviewed."""
    headline = _edited(brief.headline, 1, "The ministry has a new plan for water")
    second = _edited(brief.paragraphs[1], 2, "He said that <work> begins in May.")
    first = brief.summaries[0]
    sentence = Sentence(first.arabic, "", "A plan for water.", edit=Edit(LINA, AT, first.english.target))
    summary = replace(
        first,
        english=Passage((sentence,)),
        decode=None,
        edit=SummaryEdit(first.arabic, first.english, first.decode, first.draws_on),
    )
    dismissed, *flags = brief.flags
    return replace(
        brief,
        headline=headline,
        summaries=(summary, *brief.summaries[1:]),
        paragraphs=(brief.paragraphs[0], second, *brief.paragraphs[2:]),
        flags=tuple(flags),
        review=Review("e" * 64, SAMI, LATER, (Dismissed(dismissed, LINA, AT, "A printing error in the Arabic"),)),
    )


def updated_brief(brief: Brief) -> Brief:
    """Return ``flagged_brief`` as a second version that took back what editors had done with the first."""
    reopened = (
        Reopened("review", SAMI, LATER),
        Reopened("correction", LINA, AT, "وقال الوزير قبل ذلك", "The minister said before"),
        Reopened("name", LINA, AT, "سامي", "Samy"),
        Reopened("dismissal", LINA, AT, "قال", "It is right"),
    )
    spots = (Spot("headline", None, 1), Spot("paragraph", 2, 2), *(Spot("paragraph", 6, n) for n in (1, 2)))
    versions = (Version(2, "a" * 64, ".trans/versions/a b/2.json"), Version(1, "b" * 64, ".trans/versions/a b/1.json"))
    update = Update(3, True, (2, 3), (6,), 1, spots, versions)
    return replace(brief, review=Review("f" * 64, reopened=reopened), update=update)


def worked_on(brief: Brief) -> Brief:
    """Return ``flagged_brief`` with all at once that editors and a new version can leave in it."""
    edited, updated = edited_brief(brief), updated_brief(brief)
    assert edited.review
    assert updated.review
    return replace(edited, review=replace(updated.review, dismissed=edited.review.dismissed), update=updated.update)


def standing(brief: Brief, status: str | None, headline: str = "") -> Brief:
    """Return ``brief`` with what its publisher says of it, and with ``headline`` before its own."""
    article = brief.article
    told = replace(article.metadata, status=status)
    first = brief.headline.sentences[0]
    marked = replace(
        brief.headline, sentences=(replace(first, source=headline + first.source), *brief.headline.sentences[1:])
    )
    return replace(
        brief, headline=marked, article=replace(article, metadata=told, headline=headline + article.headline)
    )


def _edited(passage: Passage, number: int, text: str) -> Passage:
    one = passage.sentences[number - 1]
    edit = Edit(SAMI, AT, one.target, one.translation)
    written = replace(one, target=text, translation=None, edit=edit)
    return replace(passage, sentences=(*passage.sentences[: number - 1], written, *passage.sentences[number:]))
