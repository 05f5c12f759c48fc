"""``summarize: translation``: the English is what the summariser reads, and there is no summary in Arabic."""

import io
import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from zipfile import ZipFile

import jsonschema
import pytest
from fakes import FakeEngine, FakeModels, fake_summary
from texts import HEADLINE, LEAD, SECOND, THIRD, article, english, long_article

from trans import checks
from trans.api import Translator
from trans.brief import Brief
from trans.checks import Rules
from trans.errors import ExitCode, TransError
from trans.render import html, markdown, word
from trans.render import json as json_brief
from trans.render.entry import entry, load, reduced
from trans.sources import article_from_text

Make = Callable[..., Translator]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels(FakeEngine(english)).install(monkeypatch)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(summarize: str = "translation", memory: Path | str = "off", **summarization: object) -> Translator:
        settings = {"model": "x/mT5-english", **summarization}
        profile = {"translation": {"model": "x/opus"}, "summarization": settings, "summarize": summarize}
        path = tmp_path / "models.yaml"
        path.write_text(json.dumps({"default_profile": "a", "profiles": {"a": profile}}))
        return Translator(config=path, device="cpu", memory=memory)

    return made


def asked(models: FakeModels) -> list[str]:
    return [text for call in models.summariser.calls for text in call]


def test_the_summariser_reads_the_english(models: FakeModels, make: Make) -> None:
    brief = make(min_words=10).brief(article(f"القاهرة (رويترز) - {LEAD}", f"- {SECOND}", THIRD))
    (text,) = asked(models)
    assert text == " ".join(
        [english(LEAD), *(english(part + ".") for part in SECOND.rstrip(".").split(". ")), english(THIRD)]
    )
    (summary,) = brief.summaries
    assert (summary.arabic, summary.method, summary.covers) == ("", "translation", (1, 2, 3))
    assert summary.english.target == fake_summary(text)
    assert summary.decode is not None
    assert not [flag for flag in brief.flags if flag.where == "summary"], "what the English says stands in the article"


def test_an_instruction_stands_before_each_text(models: FakeModels, make: Make) -> None:
    make(min_words=10, instruction="summarize: ").brief(article())
    (text,) = asked(models)
    assert text.startswith(f"summarize: {english(LEAD)}")
    models.summariser.calls.clear()
    make("article", min_words=10, instruction="summarize: ").brief(article())
    (text,) = asked(models)
    assert text.startswith(f"summarize: {LEAD[:20]}")


def test_a_short_article_stands_for_itself_in_both_languages(models: FakeModels, make: Make) -> None:
    brief = make().brief(article(LEAD, SECOND))
    assert asked(models) == []
    (summary,) = brief.summaries
    assert (summary.method, summary.covers) == ("text", (1, 2))
    assert summary.arabic == f"{LEAD} {SECOND}"
    assert summary.english.target == " ".join(paragraph.target for paragraph in brief.paragraphs)
    (other,) = make("article").brief(article(LEAD, SECOND)).summaries
    assert (summary.arabic, summary.draws_on, summary.flags) == (other.arabic, other.draws_on, other.flags)


def test_a_headline_alone_is_its_own_summary(models: FakeModels, make: Make) -> None:
    (summary,) = make().brief(HEADLINE + "\n").summaries
    assert (summary.arabic, summary.english.target, summary.method) == (HEADLINE, english(HEADLINE), "text")
    assert make().brief("").summaries == ()
    assert asked(models) == []


def test_a_long_article_has_key_points_and_no_paragraph_is_left_out(models: FakeModels, make: Make) -> None:
    brief = make(max_source_tokens=200).brief(long_article())
    assert len(brief.summaries) > 2
    assert [number for summary in brief.summaries for number in summary.covers] == list(range(1, 13))
    texts = asked(models)
    assert all(len(text.split()) <= 200 for text in texts)
    assert " ".join(texts) == " ".join(paragraph.target for paragraph in brief.paragraphs)


def test_a_paragraph_over_the_limit_is_divided_and_nothing_lost(models: FakeModels, make: Make) -> None:
    text = article(f"{LEAD} {THIRD} {SECOND}", "الفقرة رقم 7 من هذا الخبر الطويل.")
    brief = make(max_source_tokens=32, min_words=1).brief(text)
    assert all(1 < len(part.split()) <= 32 for part in asked(models))
    assert " ".join(asked(models)) == " ".join(paragraph.target for paragraph in brief.paragraphs)
    models.summariser.tokenizer.limit = 10  # less than a sentence has
    models.summariser.calls.clear()
    make(max_source_tokens=32, min_words=1).brief(text)
    assert asked(models)
    assert all(len(part.split()) <= 10 for part in asked(models))


def test_neighbours_are_invisible_and_nothing_is_asked_twice(models: FakeModels, make: Make, tmp_path: Path) -> None:
    texts = [long_article(3), article(), long_article(5)]
    translator = make()
    together = translator.make([translator.plan(article_from_text(text)) for text in texts])
    assert together == [make().brief(text) for text in texts]
    memory = tmp_path / "memory.db"
    with make(memory=memory) as first:
        first.brief(texts[0])
    models.summariser.calls.clear()
    with make(memory=memory) as second:
        assert second.brief(texts[0]).summaries == together[0].summaries
    assert asked(models) == []


def test_windows_overlap(models: FakeModels, make: Make) -> None:
    translator = make()
    plans = [[translator.plan(article_from_text(long_article(number)))] for number in (3, 4)]
    begun = translator.begin(plans[0])
    assert asked(models) == [], "there is no English yet"
    later = translator.begin(plans[1], begun)
    briefs = [*translator.finish(begun), *translator.finish(later)]
    assert briefs == [make().brief(long_article(number)) for number in (3, 4)]


def test_both_models_are_loaded_at_the_start(models: FakeModels, make: Make) -> None:
    translator = make()
    translator.warm(translator.plan(article_from_text(article())))
    assert models.translator.loaded
    assert models.summariser.loaded


def test_what_the_article_does_not_say_is_flagged(monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    def invented(text: str) -> str:
        return "The plan of the Ministry of Water in Norway will cost 777 million dollars ."

    FakeModels(FakeEngine(english), FakeEngine(invented, finished=False)).install(monkeypatch)
    brief = make(min_words=10).brief(article())
    found = {flag.check: flag for flag in brief.flags if flag.where == "summary"}
    assert brief.summaries[0].english.target.endswith("777 million dollars."), "cleaned"
    assert "777" in " ".join(flag.message for flag in brief.flags if flag.check == "grounding")
    assert found["unfinished"].message == "The summary stopped before its end"
    assert found["unfinished"].severity == "error"
    assert not {"missing", "numbers", "names", "negation"} & found.keys(), "there is no Arabic to compare with"


GARBLED = [
    ("The minister said that " + "the minister said that " * 4 + "the plan was ready.", "loop", "error"),
    ("The plan of the the the ministry is ready.", "loop", "warning"),
    ("The plan of وزارة المياه is ready.", "arabic", "error"),
    ("The plan&eacute; of the ministry is ready.", "entities", "info"),
    ("The plan of the ministry <br> is ready.", "entities", "warning"),
    ("The plan of the ministry \ufffd is ready.", "characters", "error"),
    ("The plan (of the ministry is ready.", "brackets", "warning"),
]


@pytest.mark.parametrize(("said", "check", "severity"), GARBLED)
def test_garbled_english_is_flagged_though_no_arabic_stands_beside_it(
    said: str, check: str, severity: str, monkeypatch: pytest.MonkeyPatch, make: Make
) -> None:
    FakeModels(FakeEngine(english), FakeEngine(lambda text: said)).install(monkeypatch, repair=True)
    brief = make(min_words=10).brief(article())
    (flag,) = [flag for flag in brief.flags if flag.where == "summary"]
    assert (flag.check, flag.severity, flag.paragraph, flag.sentence) == (check, severity, 1, 1)
    assert flag.target in said
    (summary,) = brief.summaries
    assert summary.flags == summary.english.sentences[0].flags == (flag,)
    off = checks.check(brief, Rules(off=frozenset({check})))
    assert not [flag for flag in off.flags if flag.where == "summary"]


@pytest.mark.parametrize("summarize", ["article", "translation"])
def test_an_instruction_takes_its_room_once_a_section(summarize: str, models: FakeModels, make: Make) -> None:
    make(summarize, max_source_tokens=100).brief(long_article())
    plain = asked(models)
    models.summariser.calls.clear()
    told = "please sum this up : "
    make(summarize, max_source_tokens=105, instruction=told).brief(long_article())
    assert asked(models) == [told + text for text in plain]
    assert len(plain) > 2
    models.summariser.calls.clear()
    make(summarize, max_source_tokens=105, instruction=told.strip()).brief(long_article())
    assert all(len(text.split()) < 105 for text in asked(models)), "glued to the text, it is counted on the safe side"


def test_an_instruction_that_leaves_the_text_no_room_is_refused(
    models: FakeModels, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(max_source_tokens=32, instruction="word " * 16)
    for summarize in ("article", "translation"):
        with pytest.raises(TransError, match="instruction has 17 pieces, more than half of the 32 ") as caught:
            make(summarize, max_source_tokens=32, instruction="word " * 17)
        assert "Shorten 'instruction'" in caught.value.hint
        assert caught.value.exit_code is ExitCode.USAGE
    models.summariser.tokenizer.limit = 20
    with pytest.raises(TransError, match="11 pieces, more than half of the 20 "):
        make(max_source_tokens=512, instruction="word " * 11)


def test_a_summariser_that_writes_nothing_is_told(monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    FakeModels(FakeEngine(english), FakeEngine(lambda text: "")).install(monkeypatch)
    brief = make(min_words=10).brief(article())
    assert [flag.message for flag in brief.flags if flag.where == "summary"] == ["The summariser wrote nothing"]


@pytest.fixture
def brief(models: FakeModels, make: Make) -> Brief:
    return make(max_source_tokens=200).brief(long_article())


def test_every_format_says_that_there_is_none_in_arabic(brief: Brief) -> None:
    said = "made from the translation, there is none in Arabic"
    document = json.loads(json_brief.render(brief))
    schema = json.loads((resources.files("trans.render") / "brief.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    assert json_brief.render(json_brief.read(json_brief.render(brief))) == json_brief.render(brief)
    assert [(summary["ar"], summary["method"]) for summary in document["summaries"]] == [("", "translation")] * len(
        brief.summaries
    )
    page = html.render(brief).decode()
    assert page.count(said) == len(brief.summaries)
    assert '<p><span class="s"' not in page.split('class="arabic"')[1].split("</section>")[0]
    text = markdown.render(brief).decode()
    assert text.count(said) == len(brief.summaries)
    assert '<div dir="rtl" lang="ar"></div>' not in text
    with ZipFile(io.BytesIO(word.render(brief))) as document_file:
        assert said[1:] in document_file.read("word/document.xml").decode()
    kept = reduced(load(json_brief.render(brief)))
    assert kept is not None
    assert (entry(kept).summary_arabic, entry(kept).summary_english) == ("", brief.summaries[0].english.target)


def test_checks_can_be_run_again_on_the_finished_brief(brief: Brief, make: Make) -> None:
    again = make(max_source_tokens=200).recheck(json_brief.read(json_brief.render(brief)))
    assert json_brief.render(again) == json_brief.render(brief)


def test_what_is_read_is_part_of_what_a_brief_is_made_of(models: FakeModels, make: Make) -> None:
    hashes = {
        make(summarize, instruction=instruction).provenance.hashes.translation
        for summarize in ("article", "translation")
        for instruction in ("", "summarize: ")
    }
    assert len(hashes) == 4


def test_chosen_sentences_are_arabic(make: Make) -> None:
    with pytest.raises(TransError, match="'translation' needs a model that summarises English"):
        make(method="extractive", model="")
