"""Is a part of the Arabic missing in the English? Here: what a number accounts for, and what the editor is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Passage, Sentence
from trans.checks.lost import lost
from trans.checks.merged import merged


def flags(source: str, target: str) -> list[Flag]:
    return list(lost(Sentence(source, "", target)))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("بلغ عددهم مليونين وثلاثمئة وخمسين ألفا.", "They numbered 2,350,000."),
        ("عام ألف وتسعمئة وثمانية وأربعين.", "In 1948."),
        ("الساعة السابعة والنصف مساء", "at 7:30 pm"),
        ("تنطلق المباراة الساعة التاسعة إلا ربعا مساء بتوقيت عمان.", "The match kicks off at 8:45 pm Amman time."),
        ("نصف مليون", "500,000"),
        ("بعد مئتين وثلاثة وعشرين يوما من الحرب.", "After 223 days of war."),
        ("وصل الوفد إلى بغداد يوم 14 مايو/ أيار الجاري.", "The delegation arrived in Baghdad on May 14."),
        ("وقع الاتفاق في الرابع عشر من تشرين الثاني/نوفمبر.", "The deal was signed on Nov 14."),
        ("ارتفعت الأسعار بنسبة خمسة وعشرين في المئة.", "Prices rose 25%."),
        ("بلغت الكلفة ثلاثة ملايين ومئتي ألف دولار.", "It cost $3.2m."),
        ("بنيت القلعة في القرن التاسع عشر.", "The castle was built in the 1800s."),
        ("غرقت السفينة سنة ألف وتسعمئة واثنتي عشرة.", "The ship sank in 1912."),
    ],
)
def test_number_words_are_accounted_for_by_digits(source: str, target: str) -> None:
    assert flags(source, target) == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("غرقت السفينة سنة ألف وتسعمئة واثنتي عشرة.", "The ship sank."),
        ("قتل مئة وستة وعشرون جنديا وأصيب ثلاثمئة وأربعة وخمسون.", "126 soldiers were killed."),
        ("قتل مئة وستة وعشرون جنديا وأحرق المسلحون مخازن القمح القديمة.", "126 soldiers were killed."),
        ("بلغ عدد الزوار مليونا ونصف المليون بحسب بيانات هيئة السياحة.", "There were 1,500,000 visitors."),
    ],
)
def test_what_no_number_accounts_for_is_missed(source: str, target: str) -> None:
    assert [flag.check for flag in flags(source, target)] == ["lost"]


LONG = (
    "زار الوزير المدرسة الجديدة، ثم افتتح معرضا للكتب القديمة في ساحة البلدة وتحدث مع المزارعين عن أسعار القمح والزيتون وعن"
    " الطرق التي لم تصلح بعد."
)


def test_the_message_quotes_a_long_stretch_shortly() -> None:
    (flag,) = flags(LONG, "The minister visited the new school.")
    told = flag.message.partition(": ")[2]
    assert told.endswith("…")
    assert len(told) <= 61
    assert flag.source.startswith(told[:-1])
    assert flag.source.startswith(told[:-1] + " ")
    assert len(flag.source) > 61


def test_so_does_that_of_a_sentence_that_stands_with_its_neighbour() -> None:
    end = LONG.partition("، ")[2]
    english = (
        "He then opened a fair of old books in the town square and talked with farmers about the prices of wheat and olives and"
        " the roads that have not yet been repaired."
    )
    first = Sentence("زار الوزير المدرسة الجديدة.", " ", f"The minister visited the new school. {english}")
    (flag,) = merged(Passage((first, Sentence(end, "", ""))))
    assert flag.source == end
    assert flag.message.endswith("…")


_TEXT = st.text() | st.lists(
    st.sampled_from(
        "ألف وتسعمئة 1948 1,5 مليون million half نصف الساعة 7:30 pm مساء القرن century مايو/ أيار May 14 % في المئة".split()
    )
).map(" ".join)


@given(_TEXT, _TEXT)
def test_any_texts_are_checked(source: str, target: str) -> None:
    for flag in flags(source, target):
        assert flag.source in source


@given(st.integers(3, 10**6))
def test_a_short_sentence_about_one_number(number: int) -> None:
    assert flags(f"بلغ عدد الزوار {number} زائرا.", f"There were {number:,} visitors.") == []
