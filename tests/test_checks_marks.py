"""Marks and letters that do not belong in the English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Sentence
from trans.checks.marks import arabic, brackets, characters, copied, entities, quotes

ARABIC = "قال الوزير إن الحكومة ستعقد اجتماعا في العاصمة"
CHECKS = (arabic, brackets, characters, copied, entities, quotes)


def flags(english: str, source: str = ARABIC) -> list[Flag]:
    return [flag for check in CHECKS for flag in check(Sentence(source, "", english))]


def severities(english: str, source: str = ARABIC) -> list[tuple[str, str]]:
    return [(flag.check, flag.severity) for flag in flags(english, source)]


def test_a_good_sentence_has_no_flag() -> None:
    assert not flags("The minister said the government (or what is left of it) would meet in the capital's palace.")


@given(st.sampled_from(ARABIC.split()))
def test_an_arabic_word_left_is_an_error_that_names_it(word: str) -> None:
    (flag,) = flags(f"The minister said the {word} would meet.")
    assert (flag.check, flag.severity, flag.target) == ("arabic", "error", word)
    assert word in flag.message


@pytest.mark.parametrize("word", ["ﻣﺼﺮ", "مُحَمَّد", "پاکستان", "ـمصرـ"])
def test_arabic_of_any_kind(word: str) -> None:
    assert severities(f"It said {word} was there.") == [("arabic", "error")]


def test_the_arabic_copied_is_one_error() -> None:
    assert severities(ARABIC) == [("copied", "error")]
    assert severities(f"  {ARABIC}. ") == [("copied", "error")]


def test_a_hashtag_may_be_arabic() -> None:
    assert not flags("The post carried #مصر and nothing else.")


def test_arabic_marks_and_digits_are_a_warning() -> None:
    assert severities("The minister، who is ٣٩, said no؟") == [("arabic", "warning")]


def test_signs_for_what_could_not_be_written() -> None:
    assert severities("The minister ⁇ said no.") == [("characters", "error")]
    assert severities("The minister \ufffd said no.") == [("characters", "error")]
    assert severities("The minister <unk> said no.") == [("characters", "error")]


def test_a_third_script_is_a_warning_unless_the_source_has_it() -> None:
    assert severities("The minister Путин said no.") == [("characters", "warning")]
    assert not flags("The minister Путин said no.", "قال الوزير Путин لا")
    assert not flags("A wave of 5 μm, α and β, at São Tomé, Łódź and İzmir.")


@pytest.mark.parametrize("entity", ["& amp ;", "&quot ;", "<br>", "</p>", '<a href="x">'])
def test_torn_entities_and_tags_are_warnings(entity: str) -> None:
    assert severities(f"The minister said {entity} no.") == [("entities", "warning")]
    assert not flags(f"The minister said {entity} no.", f"{ARABIC} {entity}")


@pytest.mark.parametrize("entity", ["&quot;", "&#39;", "&#x27;"])
def test_whole_entities_are_notes(entity: str) -> None:
    assert severities(f"The minister said {entity} no.") == [("entities", "info")]


def test_an_ampersand_is_no_entity() -> None:
    assert not flags("AT&T and B&B; R&D is up, a < b and c > d.")


def test_brackets() -> None:
    assert severities("The minister (of trade said no.") == [("brackets", "warning")]
    assert severities("The minister of trade) said no.") == [("brackets", "warning")]
    assert severities("The minister [of trade) said no.") == [("brackets", "warning")]
    assert not flags("1) The minister (of trade [and more]) said a) no b) yes :) (at last)")


def test_brackets_that_the_arabic_leaves_open_too() -> None:
    assert not flags("The minister (of trade said no.", "قال الوزير (وزير التجارة لا")


SPOKEN = "وقال الوزير إن «الحكومة ستعقد اجتماعا طارئا في العاصمة» يوم الأحد"


def test_a_quotation_that_lost_its_marks() -> None:
    (flag,) = flags(
        "The minister said the government would hold an emergency meeting in the capital on Sunday.", SPOKEN
    )
    assert (flag.check, flag.severity) == ("quotes", "warning")
    assert flag.source == "«الحكومة ستعقد اجتماعا طارئا في العاصمة»"


@pytest.mark.parametrize("quote", ['"{}"', "“{}”", "'{}'", "‘{}’"])
def test_a_quotation_that_kept_them(quote: str) -> None:
    assert not flags(f"The minister said {quote.format('the government would meet')} on Sunday.", SPOKEN)


def test_quoted_names_may_lose_their_marks() -> None:
    assert not flags("The newspaper Al-Hayat said no.", "قالت صحيفة «الحياة» لا")
    assert not flags(
        "Troops of the Party of the Land of the Fathers came.", "وصلت قوات «حزب أرض الآباء والأجداد الحرة»"
    )


def test_english_that_quotes_what_the_arabic_does_not() -> None:
    assert severities('The minister said "the government would meet in the capital".') == [("quotes", "warning")]
    assert not flags('The newspaper "Al-Hayat" said no.')


def test_a_quotation_mark_alone_is_a_note() -> None:
    assert severities('The minister said "no on Sunday.', "قال الوزير «لا» يوم الأحد") == [("quotes", "info")]


@given(st.text(), st.text())
def test_never_raises(source: str, target: str) -> None:
    flags(target, source)


@given(st.text(alphabet="ا،\"'()[]<>&;#«»“” aب1:-"))
def test_never_raises_on_marks(text: str) -> None:
    flags(text, text)
    flags(text)
    flags("", text)


HOSTILE = ("«", '"ا ', "(", "ا،", "&a", "<a ", "قال «", "''")


@pytest.mark.parametrize("part", HOSTILE)
def test_hostile_text_is_quick(part: str) -> None:
    text = part * (100_000 // len(part))
    flags(text, ARABIC)
    flags(text, text)


def test_a_number_may_end_a_quotation() -> None:
    item = Sentence("أطلقت المركبة «شاندرايان-1» مسبارا.", "", 'The vehicle "Chandrayaan-1" launched a probe.')
    assert not list(quotes(item))
