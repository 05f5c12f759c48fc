"""Self-repair: a faulty sentence is decoded again, in one batch, and the better candidate stays and says how it came about."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeEngine, FakeModels
from hypothesis import given
from hypothesis import strategies as st

from trans import candidates
from trans.api import Translator
from trans.brief import Brief, Flag, Sentence
from trans.candidates import Attempt
from trans.checks import Rules, check_sentence
from trans.glossary import Glossary, Term
from trans.run import Run
from trans.sources import article_from_text, discover
from trans.text import Segment
from trans.translation import Decoding, Hypothesis, Translation

WRONG = "قتل 39 شخصا في انفجار وسط العاصمة يوم الأحد."
BAD = "93 people were killed in an explosion in the centre of the capital on Sunday."
GOOD = "39 people were killed in an explosion in the centre of the capital on Sunday."
FINE = "وصل الوزير إلى المدينة صباح الأحد."
FINE_ENGLISH = "The minister arrived in the city on Sunday morning."


def decode(*texts: str) -> Translation:
    return Translation(tuple(Hypothesis(text, -0.5, len(text.split()), True) for text in texts), "", Decoding())


def sentence(source: str, target: str) -> Sentence:
    return Sentence(source, "", target, decode(target))


def flags(item: Sentence) -> list[Flag]:
    return check_sentence(item, Rules())


def translated(known: dict[str, str], second: dict[str, str]) -> Callable[[str, Decoding], list[str]]:
    """The best hypothesis of each text, and a second one where several are wanted."""

    def hypotheses(text: str, decoding: Decoding) -> list[str]:
        best = known.get(text, FINE_ENGLISH)
        return [best, second.get(text, best)][: decoding.hypotheses]

    return hypotheses


def briefed(engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, text: str, glossary: Path | None = None) -> Brief:
    FakeModels(engine).install(monkeypatch, repair=True)
    with Translator("news", glossary_file=glossary) as translator:
        return translator.brief(text)


def test_a_wrong_number_is_mended_from_another_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(hypotheses=translated({WRONG: BAD}, {WRONG: GOOD}))
    brief = briefed(engine, monkeypatch, f"{FINE}\n\n{WRONG}\n\n{FINE}")
    (found,) = [item for item in brief.paragraphs[0].sentences if item.source == WRONG]
    assert found.target == GOOD
    assert found.repair is not None
    assert (found.repair.before, found.repair.flags_before) == (BAD, ("numbers",))
    assert found.repair.how == "another hypothesis"
    assert not [flag for flag in found.flags if flag.severity == "error"]


def test_what_no_candidate_mends_stays_and_stays_flagged(monkeypatch: pytest.MonkeyPatch) -> None:
    brief = briefed(FakeEngine(hypotheses=translated({WRONG: BAD}, {})), monkeypatch, f"{FINE}\n\n{WRONG}")
    (found,) = brief.paragraphs[0].sentences
    assert (found.target, found.repair) == (BAD, None)
    assert "numbers" in {flag.check for flag in brief.flags if flag.severity == "error"}


def test_a_window_is_repaired_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(hypotheses=translated({WRONG: BAD}, {WRONG: GOOD}))
    FakeModels(engine).install(monkeypatch, repair=True)
    with Translator("news") as translator:
        plans = [translator.plan(item) for item in map(article_from_text, (f"{FINE}\n\n{WRONG}", f"{WRONG}\n\n{FINE}"))]
        before = len(engine.calls)
        translator.make(plans)
    # Articles, then what the summaries add if anything, then one call a way of decoding: the same text twice is once.
    again = [call for call in engine.calls[before:] if call == [WRONG]]
    assert 1 <= len(again) <= 3


def test_an_article_without_errors_is_not_decoded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = FakeEngine(hypotheses=translated({}, {}))
    briefed(engine, monkeypatch, f"{FINE}\n\n{FINE}")
    assert len([text for call in engine.calls for text in call if text == FINE]) == 1


def test_repair_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = tmp_path / "models.yaml"
    config.write_text(
        "default_profile: x\nprofiles:\n  x:\n    translation: {model: a}\n    summarization: {model: mT5}\n"
        "    repair: {max_share: 0}\n",
        encoding="utf-8",
    )
    engine = FakeEngine(hypotheses=translated({WRONG: BAD}, {WRONG: GOOD}))
    FakeModels(engine).install(monkeypatch, repair=True)
    with Translator("x", config=config) as translator:
        brief = translator.brief(f"{FINE}\n\n{WRONG}")
    assert brief.paragraphs[0].sentences[0].target == BAD


def test_a_missing_term_is_put_into_the_arabic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = "أعلنت حركة البدر وصول الوزير إلى المدينة صباح الأحد."
    wrong = "The full moon movement announced the arrival of the minister in the city on Sunday morning."
    right = "The Badr Movement announced the arrival of the minister in the city on Sunday morning."
    glossary = tmp_path / "desk.csv"
    glossary.write_text("ar,en\nحركة البدر,Badr Movement\n", encoding="utf-8")
    with_term = "أعلنت Badr Movement وصول الوزير إلى المدينة صباح الأحد."
    engine = FakeEngine(hypotheses=translated({source: wrong, with_term: right}, {}))
    brief = briefed(engine, monkeypatch, f"{FINE}\n\n{source}", glossary)
    (found,) = brief.paragraphs[0].sentences
    assert found.target == right
    assert found.source == source
    assert found.repair is not None
    assert found.repair.flags_before == ("terms",)


def test_a_candidate_with_another_fault_is_not_taken() -> None:
    item = sentence(WRONG, BAD)
    looped = GOOD + " of the capital" * 4
    assert candidates.better(item, [("x", looped, decode(looped))], flags) == item
    assert candidates.better(item, [("x", "39.", decode("39."))], flags) == item
    taken = candidates.better(item, [("x", looped, decode(looped)), ("y", GOOD, decode(GOOD))], flags)
    assert taken.target == GOOD
    assert taken.repair is not None
    assert taken.repair.how == "y"


def test_no_fault_is_traded_for_another() -> None:
    source = "قتل 39 شخصا وجرح 52 في انفجار عام 2019 وسط العاصمة."
    item = sentence(
        source, "93 people were killed and 25 wounded in an explosion in 2019 in the centre of the capital."
    )
    other = "39 people were killed and 52 wounded in an explosion in 1920 in the centre of the capital."
    assert candidates.better(item, [("x", other, decode(other))], flags) == item
    right = other.replace("1920", "2019")
    assert candidates.better(item, [("x", right, decode(right))], flags).target == right


def test_what_the_model_finds_far_less_likely_is_not_taken() -> None:
    item = sentence(WRONG, BAD)
    unlikely = Translation((Hypothesis(GOOD, -2.5, 12, True),), "", Decoding())
    assert candidates.better(item, [("x", GOOD, unlikely)], flags) == item


@pytest.mark.parametrize(
    ("arabic", "with_english"),
    [("للناتو دور", "ل NATO دور"), ("وللناتو دور", "ول NATO دور"), ("بالناتو", "ب NATO"), ("الناتو", "NATO")],
)
def test_what_is_written_onto_a_term_stays(arabic: str, with_english: str) -> None:
    glossary = Glossary((Term("الناتو", "NATO"),))
    item = sentence(arabic, "Something else")
    (attempt,) = candidates.attempts(
        item, [Flag("terms", "warning", "")], Decoding(), glossary, 4, lambda text, most: ()
    )
    assert attempt.parts[0].source == with_english


def test_only_so_many_sentences_of_an_article_are_decoded_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config = tmp_path / "models.yaml"
    config.write_text(
        "default_profile: x\nprofiles:\n  x:\n    translation: {model: a}\n    summarization: {model: mT5}\n"
        "    repair: {max_share: 0.2}\n",
        encoding="utf-8",
    )
    wrong = [f"قتل {number} شخصا في انفجار وسط العاصمة يوم الأحد." for number in range(30, 50)]
    engine = FakeEngine(hypotheses=lambda text, decoding: ["93 people were killed."] * decoding.hypotheses)
    FakeModels(engine).install(monkeypatch, repair=True)
    with Translator("x", config=config) as translator:
        article = "\n\n".join(["عنوان الخبر", *wrong])
        plan = translator.plan(article_from_text(article))
        translator.make([plan])
    again = [call for call in engine.calls if len(call) < 5]
    assert max(len(call) for call in again) <= 0.2 * 24
    # The headline comes first, then the summary, then the lead.
    assert any("عنوان الخبر" in call for call in again)


def test_a_second_run_takes_repairs_from_the_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = f"{FINE}\n\n{WRONG}"
    made = []
    for _ in range(2):
        engine = FakeEngine(hypotheses=translated({WRONG: BAD}, {WRONG: GOOD}))
        FakeModels(engine).install(monkeypatch, repair=True)
        with Translator("news", memory=tmp_path / "memory.sqlite") as translator:
            made.append(translator.brief(text))
    assert engine.calls == []
    assert made[0] == made[1]
    assert made[0].paragraphs[0].sentences[0].target == GOOD


def test_an_engine_that_breaks_at_it_costs_no_translation(monkeypatch: pytest.MonkeyPatch) -> None:
    def hypotheses(text: str, decoding: Decoding) -> list[str]:
        if decoding.hypotheses > 1:
            raise RuntimeError("out of order")
        return [BAD]

    brief = briefed(FakeEngine(hypotheses=hypotheses), monkeypatch, f"{FINE}\n\n{WRONG}")
    assert brief.paragraphs[0].sentences[0].target == BAD


def test_a_check_switched_off_gives_what_a_fresh_run_gives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "one.txt").write_text(f"{FINE}\n\n{WRONG}", encoding="utf-8")

    def briefs(out: Path, skip: str) -> bytes:
        config = tmp_path / "models.yaml"
        config.write_text(
            "default_profile: x\nprofiles:\n  x:\n    translation: {model: a}\n    summarization: {model: mT5}\n"
            f"    checks: {{skip: [{skip}]}}\n",
            encoding="utf-8",
        )
        engine = FakeEngine(hypotheses=translated({WRONG: BAD}, {WRONG: GOOD}))
        FakeModels(engine).install(monkeypatch, repair=True)
        with Translator("x", config=config) as translator:
            Run(translator, out, ("md",))(discover([inputs], out).inputs)
        return (out / "one.json").read_bytes()

    checked = briefs(tmp_path / "fresh", "")
    unchecked = briefs(tmp_path / "other", "numbers")
    assert checked != unchecked
    assert briefs(tmp_path / "other", "") == checked
    assert briefs(tmp_path / "fresh", "numbers") == unchecked


def test_clauses_are_joined_with_what_stood_between_them() -> None:
    attempt = Attempt(
        "clause by clause",
        (Segment("أ", ", "), Segment("http://x.org", " ", literal=True), Segment("ب", "")),
        Decoding(),
    )
    ((text, made),) = candidates.candidates(attempt, {"أ": decode("One"), "ب": decode("two words")})
    assert text == "One, http://x.org two words"
    assert made.best.finished
    assert made.best.tokens == 3


def test_clauses_of_one_sentence_read_as_one_sentence() -> None:
    parts = (Segment("وصل إلى المدينة", " ", cut=True), Segment("وقال الوزير إن العمل يبدأ.", "", cut=True))
    attempt = Attempt("clause by clause", parts, Decoding())
    decoded = {
        parts[0].source: decode("He came to the city."),
        parts[1].source: decode("And the minister said work begins."),
    }
    ((text, _),) = candidates.candidates(attempt, decoded)
    assert text == "He came to the city and the minister said work begins."


@given(st.text(max_size=60), st.text(max_size=60), st.lists(st.text(max_size=60), max_size=4))
def test_a_sentence_never_gets_worse(source: str, target: str, others: list[str]) -> None:
    item = sentence(source, target)
    taken = candidates.better(item, [("x", other, decode(other)) for other in others], flags)
    errors = [sum(flag.severity == "error" for flag in flags(one)) for one in (item, taken)]
    assert errors[1] < errors[0] or taken == item
    assert replace(taken, target=target, translation=item.translation, repair=None) == item


def test_attempts_fit_the_fault() -> None:
    item = sentence(WRONG, BAD)
    glossary = Glossary((Term("العاصمة", "the capital"),))

    def ways(*checks: str, tokens: int = 40) -> list[str]:
        found = [Flag(check, "error", "") for check in checks]
        cut = lambda text, most: (Segment(text[:20], " "), Segment(text[20:], ""))  # noqa: E731
        return [one.how for one in candidates.attempts(item, found, Decoding(), glossary, tokens, cut)]

    assert ways("numbers") == ["another hypothesis", "clause by clause"]
    assert ways("numbers", tokens=8) == ["another hypothesis"]
    assert ways("loop")[0] == "with repeats held down"
    assert "with longer output preferred" in ways("missing")
    assert ways("terms") == []  # it stands there
