"""A search's words: the forms in which they are found, and what of a text is marked. No file and no database."""

from collections.abc import Set
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.errors import TransError
from trans.phrases import has_article, readings, words
from trans.search import Counted, Term, Wanted, best, expression, line_of, parse, spans, wanted
from trans.word_forms import arabic_forms, english_forms, tokens

ARABIC = st.text("ابتدرسفكلمنهويةأإآىئ", min_size=1, max_size=12)


def counts(**known: int) -> Counted:
    return lambda tokens: {token: known[token] for token in tokens if token in known}


def everywhere(tokens: Set[str]) -> dict[str, int]:
    return dict.fromkeys(tokens, 1)


def look_for(query: str, **known: int) -> Wanted:
    (term,) = parse(query)
    return wanted(term, counts(**known))


def lines(*pairs: tuple[str, str]) -> tuple[str, str]:
    return line_of(arabic for arabic, _ in pairs), line_of(english for _, english in pairs)


@given(ARABIC)
def test_a_word_is_found_wherever_it_is_a_reading(word: str) -> None:
    """What the glossary and the checks take for the word behind clitics is what a search for it asks for, and nothing else."""
    (form,) = (found.form for found in words(word))
    for _, stem in readings(form):
        assert form in arabic_forms(stem)
    for other in arabic_forms(form):
        assert form in [stem for _, stem in readings(other)] or len(form) < 2


@given(st.text())
def test_tokens_are_letters_and_digits_of_any_text(text: str) -> None:
    for word in tokens(text):
        assert word.form
        assert not any(character.isascii() and not character.isalnum() for character in word.form), word
        assert len(word.form) <= 64
        assert text[word.start : word.end].strip()


@pytest.mark.parametrize("text", ["حِمَيْميم", "حميــميم", "ﺣﻤﻴﻤﻴﻢ", "حميمیم"])
def test_spellings_are_one_token(text: str) -> None:
    assert [word.form for word in tokens(text)] == ["حميميم"]


def test_case_and_accents_are_left_out_and_signs_too() -> None:
    assert [word.form for word in tokens("RÉUNION Straße 10² 3½ F-16")] == [
        "reunion",
        "strasse",
        "102",
        "312",
        "f",
        "16",
    ]


def test_plurals() -> None:
    assert english_forms("city") == ("city", "citys", "cities")
    assert set(english_forms("cities", singular=True)) >= {"cities", "city"}
    assert set(english_forms("boxes", singular=True)) >= {"boxes", "box"}
    assert "syri" not in english_forms("syria", singular=True)
    assert "gas" in english_forms("gas", singular=True)
    assert "crisi" not in english_forms("crisis", singular=True)
    assert english_forms("16") == ("16",)


# The query.


def test_words_and_phrases() -> None:
    assert parse('حميميم  "وزارة المياه" «قاعدة جوية» “air base” F-16 plan') == (
        Term("حميميم", ("حميميم",)),
        Term("وزارة المياه", ("وزاره", "المياه"), literal=True),
        Term("قاعدة جوية", ("قاعده", "جويه"), literal=True),
        Term("air base", ("air", "base"), literal=True),
        Term("F-16", ("f", "16")),
        Term("plan", ("plan",)),
    )


@pytest.mark.parametrize("query", ["Syria's", "SYRIA", "syria syria", "Syria’s", '"', "-syria*", "(syria)", 'syria"'])
def test_signs_are_none_of_the_words(query: str) -> None:
    if query == '"':
        with pytest.raises(TransError):
            parse(query)
    else:
        assert [term.tokens for term in parse(query)] == [("syria",)]


@pytest.mark.parametrize("query", ["", "  ", "\0", "😀😀", '""', "«»", "*", "ـــ", "\u202e", "'"])
def test_a_query_without_a_word_is_refused(query: str) -> None:
    with pytest.raises(TransError, match="no word") as caught:
        parse(query)
    assert caught.value.message.isprintable()


def test_too_many_words_are_refused() -> None:
    with pytest.raises(TransError, match="more than 32"):
        parse("a " * 10 + " ".join(f"x{number}" for number in range(40)))


@pytest.mark.parametrize(
    "operator", ["AND", "OR", "NOT", "NEAR", "NEAR(a b, 3)", "ar:", "en : x", "^x", "x*", "{ar en}"]
)
def test_operators_are_words(operator: str) -> None:
    asked = expression([wanted(term, everywhere) for term in parse(f"{operator} plan")], english=False)
    assert set(asked.replace("(", "").replace(")", "").replace(" OR ", " ").replace(" AND ", " ")) <= set(
        '" abcdefghijklmnopqrstuvwxyz0123456789'
    )


@given(st.text())
def test_nothing_of_a_query_is_obeyed(query: str) -> None:
    try:
        terms = parse(query)
    except TransError:
        return
    asked = expression([wanted(term, everywhere) for term in terms], english=True)
    assert all(character.isalnum() or not character.isascii() or character in '"() :' for character in asked), asked


# Its words in their forms.


def test_a_word_is_looked_for_behind_all_that_is_written_onto_it() -> None:
    known = {"حميميم": 3, "بحميميم": 2, "والحميميم": 1, "حميميمي": 9}
    assert look_for("حميميم", **known).forms == (("حميميم",), ("بحميميم",), ("والحميميم",))


def test_a_querys_own_clitics_are_taken_off_where_the_briefs_rather_have_the_word_without() -> None:
    found = look_for("وبحميميم", حميميم=3, بحميميم=2)
    assert found.read_as == "حميميم"
    assert set(found.forms) == {("حميميم",), ("بحميميم",)}
    assert look_for("بحميميم", حميميم=1).read_as == "حميميم"
    assert look_for("الوزارة", وزاره=5, الوزاره=4).read_as == "وزاره"
    assert look_for("للوزارة", الوزاره=5, للوزاره=1).read_as == "الوزاره"


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ("ورقة", {"ورقه": 5, "رقه": 1, "الرقه": 7}),
        ("لبنان", {"لبنان": 9, "بنان": 1}),
        ("كان", {"كان": 1, "ان": 9}),
        ("حميميم", {"حميميم": 1}),
        ('"بحميميم"', {"حميميم": 3, "بحميميم": 2}),
    ],
)
def test_and_not_where_they_are_the_words_own_letters_or_quoted(query: str, known: dict[str, int]) -> None:
    assert not look_for(query, **known).read_as


def test_a_word_with_the_article_is_found_with_it() -> None:
    known = {"الرقه": 3, "بالرقه": 1, "للرقه": 1, "وللرقه": 1, "ورقه": 9}
    assert set(look_for("الرقة", **known).forms) == {("الرقه",), ("بالرقه",), ("للرقه",), ("وللرقه",)}
    germany = look_for("ألمانيا", المانيا=2, لالمانيا=1, للمانيا=1)
    assert set(germany.forms) == {("المانيا",), ("لالمانيا",)}, "it only seems to have one"


def test_english_is_found_in_the_plural_and_the_singular_but_quoted_as_it_is() -> None:
    known = {"city": 1, "cities": 1, "citie": 1}
    assert set(look_for("cities", **known).forms) == {("cities",), ("city",), ("citie",)}
    assert look_for('"cities"', **known).forms == (("cities",),)


def test_a_phrase_may_have_clitics_before_it() -> None:
    found = look_for('"وزارة المياه"', وزاره=1, بوزاره=1, المياه=1)
    assert found.forms == (("وزاره", "المياه"), ("بوزاره", "المياه"))
    assert not look_for('"وزارة المياه"', وزاره=1).forms, "one of its words is nowhere"


# Sentences.


def test_the_sentences_that_hold_most_come_first_and_each_word_is_shown() -> None:
    pairs = lines(
        ("خطة", "a plan"),
        ("مياه", "water"),
        ("خطة مياه", "a water plan"),
        ("مطر", "rain"),
        ("خطة", "plans"),
        ("خطة مطر", "x"),
    )
    both = [wanted(term, everywhere) for term in parse("خطة مياه")]
    shown, more, _ = best(pairs, both)
    assert (list(shown), more) == ([2], 4)
    apart = [wanted(term, everywhere) for term in parse("مياه مطر")]
    shown, more, forms = best(pairs, apart)
    assert (list(shown), more) == ([1, 2, 3], 1)
    assert forms == {("مياه",), ("مطر",)}


def test_of_many_sentences_three_are_shown_and_equal_ones_once() -> None:
    pairs = lines(*[("خطة", "a plan")] * 3, *((f"خطة {n}", "plan") for n in range(5)))
    (term,) = (wanted(term, everywhere) for term in parse("خطة"))
    shown, more, _ = best(pairs, [term])
    assert (list(shown), more) == ([0, 3, 4], 3)


def test_spans_are_whole_words_of_the_text_as_it_stands() -> None:
    text = "قال إن وَبِحميـميم، والرقة"
    assert [text[start:end] for start, end in spans(text, [("وبحميميم",), ("والرقه",)])] == ["وَبِحميـميم", "والرقة"]
    assert spans("air base air", [("air", "base"), ("base", "air")]) == ((0, 12),)
    assert spans("", [("x",)]) == ()


@given(st.text(), st.lists(st.tuples(st.text("ab ", min_size=1))))
def test_spans_are_in_order_and_apart(text: str, forms: list[tuple[str, ...]]) -> None:
    marked = spans(text, forms)
    assert all(start < end for start, end in marked)
    assert all(end <= start for (_, end), (start, _) in pairwise(marked))


def test_the_article_is_that_of_the_word_as_it_is_written() -> None:
    assert has_article("الرقة", words("الرقة")[0])
    assert not has_article("ألمانيا", words("ألمانيا")[0])
