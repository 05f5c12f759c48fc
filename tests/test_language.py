"""What is not Modern Standard Arabic is told; names, quotations and odd keyboards within it are not taken for it."""

import re
from pathlib import Path

import pytest
from fakes import FakeEngine, FakeModels
from hypothesis import given
from hypothesis import strategies as st
from texts import HEADLINE, LEAD, SECOND, THIRD, english

from trans import checks
from trans.api import Translator
from trans.article import Article, Paragraph, Source
from trans.brief import Brief, Flag, Hashes, Passage, Provenance, Sentence
from trans.checks import Rules
from trans.checks.identify import identify, identify_quoted
from trans.checks.language import language

FIXTURES = Path(__file__).parent / "fixtures" / "language"
OTHERS = {
    "persian": "Persian",
    "persian-heldout": "Persian",
    "urdu": "Urdu",
    "pashto": "Pashto",
    "sorani": "Kurdish",
    "uyghur": "Uyghur",
}
DIALECTS = ("egyptian", "levantine", "gulf", "maghrebi")

PERSIAN = "وزیر امور خارجه روز یکشنبه برای گفت‌وگو به وین سفر کرد. او گفت که این سفر دو روز طول می‌کشد."
EGYPTIAN = "إحنا مش عايزين غير حقنا. بقالنا سنتين بندفع ومحدش سلمنا الشقق."


def paragraphs(name: str) -> list[str]:
    """The paragraphs of a fixture, their sentences on one line."""
    return [block.replace("\n", " ") for block in (FIXTURES / f"{name}.txt").read_text(encoding="utf-8").split("\n\n")]


def brief(*texts: str, headline: str = HEADLINE) -> Brief:
    article = Article("a", Source("a.txt", "0", "utf-8", 1), headline, (), tuple(map(Paragraph, texts)))
    provenance = Provenance("0", "tiny", False, {}, {}, Hashes("", "", ""))
    return Brief(article, passage(headline), (), (), tuple(map(passage, texts)), (), provenance)


def passage(text: str) -> Passage:
    """Cut after full stops."""
    return Passage(tuple(Sentence(part, " ", "English.") for part in re.split(r"(?<=[.؟!]) ", text)))


def flags(*texts: str, headline: str = HEADLINE) -> list[Flag]:
    return list(language(brief(*texts, headline=headline)))


@pytest.mark.parametrize(("fixture", "name"), OTHERS.items())
def test_other_languages_in_arabic_script_are_named(fixture: str, name: str) -> None:
    for text in paragraphs(fixture):
        found = identify(text)
        assert found
        assert (found.name, found.arabic) == (name, False)


@pytest.mark.parametrize(("fixture", "name"), OTHERS.items())
def test_so_are_they_on_an_arabic_keyboard(fixture: str, name: str) -> None:
    for text in paragraphs(fixture):
        found = identify(text.translate(str.maketrans("یک", "يك", "\u200c")))
        assert found
        assert (found.name, found.arabic) == (name, False)


@pytest.mark.parametrize("fixture", DIALECTS)
@pytest.mark.parametrize("half", ["finding", "heldout"])
def test_most_paragraphs_in_dialect_are_found(fixture: str, half: str) -> None:
    texts = paragraphs(f"{fixture}-{half}")
    found = [one for one in map(identify, texts) if one and one.arabic]
    assert len(found) >= 0.8 * len(texts)


def test_the_region_is_named_where_it_is_clear() -> None:
    for text, name in [
        (EGYPTIAN, "Egyptian dialect"),
        ("شو بدنا نعمل هلق؟ ما حدا عم يسأل عنا.", "Levantine dialect"),
        ("هسه ماكو ماي، شنو نسوي؟", "Gulf or Iraqi dialect"),
        ("واش كاين شي حل؟ بغينا غير حقنا دابا.", "North African dialect"),
        ("اللي شفناه شوية.", "a spoken dialect"),
    ]:
        found = identify(text)
        assert found
        assert (found.name, found.arabic) == (name, True)


def test_modern_standard_arabic_is_none_of_them() -> None:
    for text in [*paragraphs("standard"), LEAD, SECOND, THIRD, HEADLINE]:
        assert identify(text) is None, text
        assert not flags(text), text


@pytest.mark.parametrize(
    ("typed", "instead"),
    [("يك", "یک"), ("ىك", "یک"), ("ه", "ھ"), ("ه", "ہ"), ("أإة", "ااه"), ("ي", "ى")],
    ids=["Persian keys", "Persian keys for ى", "ھ", "ہ", "no hamza", "Egyptian yeh"],
)
def test_the_keyboard_makes_no_other_language(typed: str, instead: str) -> None:
    for text in [*paragraphs("standard"), LEAD, SECOND, THIRD]:
        assert identify(text.translate(str.maketrans(typed, instead))) is None, text


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_any_text_is_taken(text: str) -> None:
    identify(text)
    identify_quoted(text)
    flags(text, headline="")


@given(st.lists(st.sampled_from([*LEAD.split(), *SECOND.split(), *THIRD.split()]), max_size=60).map(" ".join))
def test_words_of_the_news_in_any_order_are_arabic(text: str) -> None:
    assert identify(text) is None


def test_an_article_in_another_language_has_one_error() -> None:
    (flag,) = flags(*paragraphs("persian")[:4], headline="گفت‌وگوهای وین")
    assert (flag.check, flag.severity, flag.where, flag.paragraph) == ("language", "error", "paragraph", None)
    assert "Persian" in flag.message


def test_an_article_in_dialect_has_one_warning() -> None:
    (flag,) = flags(*paragraphs("egyptian-finding")[:4], headline="حكاية حارة")
    assert (flag.severity, flag.paragraph, flag.sentence) == ("warning", None, None)
    assert "Egyptian dialect" in flag.message


def test_a_statement_in_another_language_is_told_where_it_stands() -> None:
    (flag,) = flags(LEAD, PERSIAN, SECOND, THIRD)
    assert (flag.severity, flag.where, flag.paragraph, flag.sentence) == ("error", "paragraph", 2, None)
    assert flag.source == passage(PERSIAN).source


def test_a_sentence_in_another_language_is_told_where_it_stands() -> None:
    (flag,) = flags(LEAD, f"{SECOND} {PERSIAN.split('. ')[1]}", THIRD)
    assert (flag.severity, flag.paragraph, flag.sentence) == ("error", 2, 3)
    assert flag.message.startswith("Part of")


def test_a_headline_is_told_too() -> None:
    (flag,) = flags(LEAD, SECOND, headline="مش عايزين غير حقنا")
    assert (flag.severity, flag.where, flag.paragraph) == ("warning", "headline", None)


@pytest.mark.parametrize("text", paragraphs("quotations"))
def test_quoted_dialect_is_a_warning_at_its_paragraph(text: str) -> None:
    (flag,) = flags(LEAD, text, THIRD)
    assert (flag.severity, flag.paragraph) == ("warning", 2)
    assert flag.message.startswith("Part of")


def test_quoted_dialect_makes_no_article_dialect() -> None:
    found = flags(*paragraphs("quotations"))
    assert [flag.paragraph for flag in found] == list(range(1, len(paragraphs("quotations")) + 1))
    assert {flag.severity for flag in found} == {"warning"}


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("The ministry announced a new plan for water on Tuesday.", "Latin"),
        ("המשרד הודיע ביום שלישי על תוכנית חדשה למים.", "Hebrew"),
        ("Министерство объявило о новом плане.", "Cyrillic"),
    ],
)
def test_an_article_in_other_letters_has_one_error(text: str, letters: str) -> None:
    (flag,) = flags(text, text, headline="")
    assert (flag.severity, flag.paragraph) == ("error", None)
    assert letters in flag.message


@pytest.mark.parametrize("text", ["", "2024", "https://example.org/a/long/path/to/a/story", "BBC"])
def test_what_says_nothing_has_no_language(text: str) -> None:
    assert not flags(text, headline="")


def test_english_within_an_arabic_article_is_no_fault_of_language() -> None:
    assert not flags(LEAD, "The ministry announced a new plan for water on Tuesday.", SECOND)


def test_the_article_is_translated_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(english)).install(monkeypatch)
    made = Translator("news").brief("\n\n".join(paragraphs("persian")[:3]))
    assert all(one.target for one in made.paragraphs)
    first = made.flags[0]
    assert (first.check, first.severity) == ("language", "error")


def test_it_can_be_switched_off() -> None:
    one = brief(EGYPTIAN, EGYPTIAN)
    assert "language" in {flag.check for flag in checks.check(one).flags}
    assert "language" not in {flag.check for flag in checks.check(one, Rules(off=frozenset({"language"}))).flags}
    assert "language" in checks.NAMES
