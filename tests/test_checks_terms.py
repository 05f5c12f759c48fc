"""The check that the English uses the glossary's words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Sentence
from trans.checks import Rules, check_pair
from trans.checks.terms import terms
from trans.glossary import Glossary, Term
from trans.glossary_file import load

STARTER = load()
GLOSSARY = Glossary(
    (
        Term("قسد", "SDF", ("Syrian Democratic Forces",), note="not 'compulsion'"),
        Term("مجلس الوزراء", "cabinet"),
        Term("نجمة", "Najma", context=("وكالة",)),
    )
)


def flags(arabic: str, english: str) -> list[Flag]:
    return list(terms(Sentence(arabic, "", english), GLOSSARY))


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("انسحبت قسد من البلدة", "The SDF withdrew from the town"),
        ("انسحبت قسد من البلدة", "The Syrian Democratic Forces withdrew from the town"),
        ("أقر مجلس الوزراء الخطة", "The Cabinet approved the plan"),
        ("لا شيء من ذلك", "Nothing of the kind"),
    ],
)
def test_a_term_that_is_there_is_not_flagged(arabic: str, english: str) -> None:
    assert flags(arabic, english) == []


def test_a_missing_term_is_a_warning_that_quotes_the_arabic_as_it_stands() -> None:
    (flag,) = flags("انسحبوا ولقَسَد بيان", "They withdrew and it has a statement")
    assert (flag.check, flag.severity) == ("terms", "warning")
    assert flag.source == "ولقَسَد"
    assert flag.message == "The glossary calls قسد “SDF”; the English does not"  # a note is for those who keep the file


@pytest.mark.parametrize("english", ["", " ", "...", "—"])
def test_where_there_is_no_english_that_is_told_and_not_the_terms(english: str) -> None:
    assert flags("اجتمع مجلس الوزراء", english) == []


def test_a_term_is_told_once_and_each_term_of_its_own() -> None:
    found = flags("قالت قسد إن مجلس الوزراء أبلغ قسد", "They said that they were told")
    assert [flag.source for flag in found] == ["قسد", "مجلس الوزراء"]


def test_a_line_of_a_bitext_is_checked_with_the_terms_that_concern_it() -> None:
    def sources(arabic: str) -> list[str]:
        rules = Rules(glossary=GLOSSARY)
        return [
            flag.source
            for flag in check_pair(arabic, "A sentence of quite another kind", rules)
            if flag.check == "terms"
        ]

    assert sources("ظهرت نجمة في السماء أمس") == []
    assert sources("ذكرت وكالة نجمة الخبر أمس") == ["نجمة"]


def test_the_check_can_be_switched_off() -> None:
    rules = Rules(off=frozenset({"terms"}), glossary=GLOSSARY)
    assert not [flag for flag in check_pair("انسحبت قسد أمس", "It withdrew", rules) if flag.check == "terms"]


@given(st.text(), st.text())
def test_it_never_raises(arabic: str, english: str) -> None:
    assert len(list(terms(Sentence(arabic, "", english), STARTER))) <= len(arabic)
    assert not list(terms(Sentence(arabic, "", english), Glossary()))
