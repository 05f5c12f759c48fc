"""The straight line on a fake engine: nothing lost, nothing decoded twice, neighbours invisible."""

import gc
import weakref
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from fakes import FakeEngine, FakeModels, fake_english, fake_summary
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import HEADLINE, LEAD, SECOND, THIRD, article, long_article

from trans.api import Translator
from trans.brief import Brief, Passage
from trans.errors import ModelError
from trans.pipeline import Begun
from trans.sources import article_from_text

ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي ٠١٢٣،.؟!؛:«»\n-\u200f\u0640abAB12 ", max_size=300)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


def passages(brief: Brief) -> list[Passage]:
    return [brief.headline, *brief.decks, *brief.paragraphs, *(summary.english for summary in brief.summaries)]


def squeezed(*texts: str) -> str:
    return "".join("".join(texts).split())


@pytest.mark.usefixtures("models")
def test_every_sentence_stands_beside_its_own_translation() -> None:
    brief = Translator("news").brief(article())
    assert brief.headline.source == HEADLINE
    assert [paragraph.source for paragraph in brief.paragraphs] == [LEAD, SECOND, THIRD]
    assert len(brief.paragraphs[1].sentences) == 2
    for passage in passages(brief):
        for sentence in passage.sentences:
            assert sentence.target == fake_english(sentence.source)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=ARABIC)
def test_no_character_is_lost_and_every_sentence_has_a_translation_or_a_flag(text: str, models: FakeModels) -> None:
    del models
    brief = Translator("news").brief(text)
    parts = [brief.headline, *brief.decks, *brief.paragraphs]
    assert squeezed(*(part.source for part in parts)) == squeezed(text)
    for passage in passages(brief):
        for sentence in passage.sentences:
            assert sentence.literal or sentence.target or sentence.flags or not sentence.source


def test_a_text_is_decoded_once_however_often_it_stands(models: FakeModels) -> None:
    translator = Translator("news")
    texts = [article(LEAD, SECOND, LEAD), article(SECOND, LEAD)]
    translator.make([translator.plan(article_from_text(text)) for text in texts])
    asked = [text for call in models.translator.calls for text in call]
    assert asked
    assert len(asked) == len(set(asked))


def test_a_window_begun_before_the_last_is_finished_decodes_only_what_is_new(models: FakeModels) -> None:
    translator = Translator("news")
    first, second = (
        [translator.plan(article_from_text(text))] for text in (long_article(), long_article() + "\n" + SECOND)
    )
    begun = translator.begin(first)
    later = translator.begin(second, begun)
    briefs = [*translator.finish(begun), *translator.finish(later)]
    asked = [text for call in models.translator.calls for text in call]
    assert len(asked) == len(set(asked))
    assert briefs == Translator("news").make([*first, *second])


def test_a_window_whose_forerunner_broke_decodes_for_itself(
    models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    translator = Translator("news")
    plans = [translator.plan(article_from_text(article()))]
    whole = models.translator.submit
    monkeypatch.setattr(models.translator, "submit", lambda *given: broken_off(whole(*given)))
    begun = translator.begin(plans)
    monkeypatch.setattr(models.translator, "submit", whole)
    later = translator.begin(plans, begun)
    with pytest.raises(RuntimeError, match="broke off"):
        translator.finish(begun)
    assert translator.finish(later) == Translator("news").make(plans)


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("broken", [False, True])
def test_a_window_holds_no_other_window_when_it_is_done(broken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    translator = Translator("news")
    begun: Begun | None = None
    old = []
    for number in range(5):
        plans = [translator.plan(article_from_text(article(f"{LEAD} {number}.")))]
        begun = translator.begin(plans, begun)
        if broken:
            monkeypatch.setattr(begun.articles, "wait", lambda each: next(broken_off(iter(()))))
            with pytest.raises(RuntimeError):
                translator.finish(begun)
        else:
            translator.finish(begun)
        old.append(weakref.ref(begun.written))
    monkeypatch.undo()
    gc.collect()
    assert [ref() is None for ref in old] == [True] * 4 + [False]


def broken_off(results: Iterator[object]) -> Iterator[object]:
    yield from islice(results, 1)
    raise RuntimeError("broke off")


@pytest.mark.usefixtures("models")
def test_neighbours_in_a_window_change_nothing() -> None:
    texts = [article(), long_article(), article(THIRD, LEAD, headline="")]
    translator = Translator("news")
    together = translator.make([translator.plan(article_from_text(text)) for text in texts])
    assert together == [Translator("news").brief(text) for text in texts]


def test_the_memory_answers_for_the_engine(models: FakeModels, tmp_path: Path) -> None:
    memory = tmp_path / "memory.sqlite"
    with Translator("news", memory=memory) as first:
        before = first.brief(long_article())
    calls = len(models.translator.calls), len(models.summariser.calls)
    with Translator("news", memory=memory) as second:
        assert second.brief(long_article()) == before
    assert (len(models.translator.calls), len(models.summariser.calls)) == calls


def test_the_translator_is_loaded_ahead_unless_the_memory_knows_everything(models: FakeModels, tmp_path: Path) -> None:
    memory = tmp_path / "memory.sqlite"
    with Translator("news", memory=memory) as translator:
        translator.brief(long_article())
    assert models.translator.loaded
    models.translator.loaded = False
    with Translator("news", memory=memory) as translator:
        translator.brief(long_article())
    assert not models.translator.loaded, "the memory knew everything"


def test_a_model_that_cannot_be_loaded_is_said_so(models: FakeModels, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ModelError("no weights", "fetch them")

    monkeypatch.setattr(models.translator, "load", broken)
    with pytest.raises(ModelError, match="no weights"):
        Translator("news").brief(long_article())


def test_the_summary_is_made_from_the_body_and_then_translated(models: FakeModels) -> None:
    brief = Translator("news").brief(long_article())
    first = brief.summaries[0]
    assert HEADLINE not in models.summariser.calls[0][0]
    assert first.method == "model"
    assert first.arabic == fake_summary(models.summariser.calls[0][0])
    assert first.english.target == fake_english(first.arabic)
    assert first.covers[0] == 1
    assert [number for summary in brief.summaries for number in summary.covers] == list(range(1, 13))


def test_a_short_text_stands_for_itself(models: FakeModels) -> None:
    brief = Translator("news").brief(article(LEAD))
    assert models.summariser.calls == []
    assert [(summary.method, summary.arabic, summary.covers) for summary in brief.summaries] == [("text", LEAD, (1,))]


@pytest.mark.usefixtures("models")
def test_a_headline_alone_is_its_own_summary() -> None:
    brief = Translator("news").brief(HEADLINE + "\n")
    assert HEADLINE in (brief.headline.source, *(paragraph.source for paragraph in brief.paragraphs))
    assert brief.summaries[0].arabic == HEADLINE


@pytest.mark.usefixtures("models")
def test_the_dateline_is_metadata_and_not_part_of_the_first_sentence() -> None:
    brief = Translator("news").brief(article(f"القاهرة (رويترز) - {LEAD}", SECOND))
    assert brief.article.metadata.dateline == "القاهرة (رويترز)"
    assert [sentence.source for sentence in brief.paragraphs[0].sentences] == ["القاهرة (رويترز)", LEAD]
    assert not brief.summaries[0].arabic.startswith("القاهرة")


def test_english_passes_through_and_is_flagged(models: FakeModels) -> None:
    english = "The minister spoke in English about the new plan for two hours."
    brief = Translator("news").brief(article(LEAD, english))
    assert brief.paragraphs[1].target == english
    assert english not in [text for call in models.translator.calls for text in call]
    flags = [flag for flag in brief.flags if flag.paragraph == 2 and flag.where == "paragraph"]
    assert [(flag.check, flag.severity) for flag in flags] == [("untranslated", "info")]


def test_bullets_and_numbers_pass_through(models: FakeModels) -> None:
    brief = Translator("news").brief(article(LEAD, "- " + SECOND, "٣٩٫٥"))
    assert brief.paragraphs[1].target.startswith("- Sentence")
    assert brief.paragraphs[2].target == "39.5"
    assert all("-" not in text for call in models.translator.calls for text in call)


def test_an_over_long_sentence_is_cut_and_says_so(models: FakeModels) -> None:
    long_sentence = "، ".join([LEAD.rstrip(".")] * 30) + "."
    brief = Translator("news").brief(article(long_sentence))
    assert max(len(text.split()) for text in models.translator.calls[0]) < 128
    assert len(brief.paragraphs[0].sentences) > 2
    cut = [flag for flag in brief.flags if flag.check == "cut" and flag.where == "paragraph"]
    assert [flag.paragraph for flag in cut] == [1]


def test_an_output_cut_at_the_limit_is_an_error_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(finished=False), FakeEngine(fake_summary, finished=False)).install(monkeypatch)
    brief = Translator("news").brief(long_article())
    errors = {flag.where for flag in brief.flags if flag.check == "unfinished" and flag.severity == "error"}
    assert errors == {"headline", "summary", "paragraph"}
    assert any("Arabic summary" in flag.message for flag in brief.flags)


def test_characters_the_model_lacks_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(unknown="ء")).install(monkeypatch)
    brief = Translator("news").brief(article("قال الوزير إن الماء يصل غدا إلى القرية البعيدة."))
    flags = [flag for flag in brief.flags if flag.check == "unknown" and flag.where == "paragraph"]
    assert [flag.severity for flag in flags] == ["warning"]
    assert "ء" in flags[0].message


def test_an_empty_translation_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(lambda text: "" if "الوزير" in text else "English.")).install(monkeypatch)
    brief = Translator("news").brief(article())
    missing = [flag for flag in brief.flags if flag.check == "missing"]
    assert [
        (flag.severity, flag.where, flag.paragraph, flag.sentence) for flag in missing if flag.where == "paragraph"
    ] == [("error", "paragraph", 2, 1)]
    assert brief.flags[0].severity == "error"


def test_marks_alone_are_no_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(lambda text: " . ")).install(monkeypatch)
    brief = Translator("news").brief(article(LEAD))
    assert [flag.where for flag in brief.flags if flag.check == "missing"] == ["headline", "summary", "paragraph"]


def test_a_text_that_is_headline_here_and_body_there_is_summed_up_as_each(models: FakeModels) -> None:
    del models
    words = " ".join(f"{LEAD.rstrip('.')} {number}" for number in range(6))
    translator = Translator("news")
    plans = [translator.plan(article_from_text(text)) for text in (words, article(words, headline=HEADLINE))]
    together = translator.make(plans)
    assert together == [Translator("news").make([plan])[0] for plan in plans]


@pytest.mark.usefixtures("models")
def test_a_dateline_is_taken_off_the_paragraph_it_opens_only() -> None:
    brief = Translator("news").brief(article("- دبي تستضيف قمة المناخ.", f"دبي - {LEAD}", "دبي تستعد للقمة غدا."))
    assert brief.article.metadata.dateline == "دبي"
    sources = [[sentence.source for sentence in paragraph.sentences] for paragraph in brief.paragraphs]
    assert sources == [["-", "دبي تستضيف قمة المناخ."], ["دبي", LEAD], ["دبي تستعد للقمة غدا."]]


def test_a_summariser_that_writes_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(summariser=FakeEngine(lambda text: "")).install(monkeypatch)
    brief = Translator("news").brief(long_article())
    assert ("missing", "error", "summary") in {(flag.check, flag.severity, flag.where) for flag in brief.flags}


@pytest.mark.usefixtures("models")
def test_translate_keeps_order_and_cuts_into_sentences() -> None:
    translated = Translator("news").translate([SECOND, "", LEAD, SECOND])
    assert translated[0] == translated[3]
    assert translated[0].count("Sentence") == 2
    assert translated[1] == ""
    assert translated[2] == fake_english(LEAD)


def test_closing_frees_the_engines(models: FakeModels) -> None:
    with Translator("news") as translator:
        translator.brief(article())
    assert models.translator.closed
    assert models.summariser.closed
