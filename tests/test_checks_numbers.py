"""What an editor is told of numbers in a translation."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trans.brief import Flag, Passage, Sentence
from trans.checks import SENTENCE_CHECKS, worst_first


def flags(source: str, target: str) -> list[Flag]:
    passage = Passage((Sentence(source, "", target),))
    return worst_first(
        flag
        for check in ("numbers", "hijri")
        for sentence in passage.sentences
        for flag in SENTENCE_CHECKS[check](sentence)
    )


def worst(source: str, target: str) -> str:
    found = [flag.severity for flag in flags(source, target) if flag.severity != "info"]
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("بلغت الخسائر 1,5 مليون دولار", "Losses reached $1,500,000"),
        ("بلغت الخسائر 1,5 مليون دولار", "Losses reached 1.5 million dollars"),
        ("نزح مليون ونصف المليون", "1.5 million were displaced"),
        ("نزح أكثر من مليوني شخص", "more than 2 million people were displaced"),
        ("أصيب ثلاثة وعشرون جنديا", "23 soldiers were wounded"),
        ("وقع في يناير/ كانون الثاني 2011", "It happened in January 2011"),
        ("وقع في حزيران يونيو", "It happened in June"),
        ("في الساعة 22:30", "at 10:30 p.m."),
        ("في الساعة السابعة إلا ربعا", "at 6:45"),
        ("أيد نصف السكان القرار", "50% of residents backed the decision"),
        ("ارتفع بنسبة 25 في المئة", "It rose by a quarter"),
        ("في الثمانينيات", "in the 1980s"),
        ("في تسعينيات القرن الماضي", "in the nineties of the last century"),
        ("أحداث 11 سبتمبر", "the 9/11 attacks"),
        ("الحرب العالمية الثانية", "World War II"),
        ("بين 3 و5 ملايين", "between 3 and 5 million"),
        ("قتل عشرات الآلاف", "tens of thousands were killed"),
        ("بعد سنتين ونصف", "after two and a half years"),
        ("المساحة 300،948 ميلا", "an area of 300,948 miles"),
        ("سجل هدفين", "He scored 2 goals"),
        ("بعد 14 يوما", "two weeks later"),
        ("قبل عقدين", "20 years ago"),
        ("طائرات إف-16", "F-16s"),
        ("فاز بهدفين دون رد", "won 2-0"),
        ("15 رمضان 1445هـ", "25 March 2024"),
        ("15 رمضان 1445هـ", "15 Ramadan 1445 AH"),
        ("مساحتها 500 كيلومتر مربع", "It covers 500 km2"),
        ("موسم 2019-2020", "the 2019/20 season"),
        ("عند الساعة 14:00 بتوقيت غرينتش", "at 1400 GMT"),
        ("خلال الساعات الـ48 الماضية", "in the past 48 hours"),
        ("وصل 3 آلاف و500 جندي", "3,500 soldiers arrived"),
    ],
)
def test_what_agrees_raises_no_alarm(source: str, target: str) -> None:
    assert not worst(source, target)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("تحطمت طائرة من طراز ٣٩", "A type 93 plane crashed"),
        ("فاز الفريق 5-3", "The team won 5.3"),
        ("المساحة 300،948 ميلا", "an area of 948,300 miles"),
        ("عند الساعة ٠٢٣٠", "at 2030"),
        ("بلغت الخسائر مليون دولار", "Losses reached a billion dollars"),
        ("في سبتمبر 2001", "in October 2001"),
        ("الساعة 9:30 مساء", "at 9:30 am"),
        ("أصيب ثلاثة وعشرون جنديا", "thirty-two soldiers were wounded"),
        ("في القرن التاسع عشر", "in the 18th century"),
        ("في الثمانينيات", "in the 1970s"),
        ("انتشر مرض كوفيد-19", "The disease spread"),
        ("وصل الضيوف", "12 guests arrived"),
        ("بسعر 2,220 ليرة", "at 2.220 lira"),
        ("حضر خمسة وزراء", "Six ministers attended"),
        ("نام خمس ساعات", "He slept for hours"),
        ("في أيار الماضي", "last year"),
        ("في تشرين الأول الماضي", "last March"),
        ("ارتفع بنسبة 2.25 بالمئة", "It rose by 225 percent"),
    ],
)
def test_what_differs_is_an_error(source: str, target: str) -> None:
    assert worst(source, target) == "error"


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("نزح الآلاف", "Hundreds were displaced"),
        ("استولوا على ثلث المدينة", "They seized a half of the city"),
        ("سجل 24 هدفا في 53 مباراة", "He scored 53 goals in 24 matches"),
        ("عند الساعة 11:20", "at 11:20 p.m."),
        ("ارتفع بنسبة 39 بالمئة", "It rose by 39"),
        ("شارك في المهرجان", "He took part in the Six Flags festival"),
    ],
)
def test_what_may_differ_is_a_warning(source: str, target: str) -> None:
    assert worst(source, target) == "warning"


@given(st.integers(3, 10**7), st.integers(3, 10**7))
def test_another_number_is_an_error_and_the_same_none(number: int, other: int) -> None:
    assume(number != other)
    source = f"شارك {number} شخصا في المسيرة"
    assert not worst(source, f"{number:,} people took part in the march")
    assert worst(source, f"{other:,} people took part in the march") == "error"
    assert worst(source, "Many people took part in the march") == "error"


@given(st.integers(13, 999), st.integers(13, 999))
def test_numbers_that_change_places_are_a_warning(one: int, other: int) -> None:
    assume(one != other)
    source = f"وصلت {one} سفينة تحمل {other} حاوية"
    assert not worst(source, f"{one} ships carrying {other} containers arrived")
    assert worst(source, f"{other} ships carrying {one} containers arrived") == "warning"


@given(st.text(), st.text())
def test_any_texts_are_checked(source: str, target: str) -> None:
    flags(source, target)


def test_messages_name_both_values() -> None:
    (flag,) = flags("تحطمت طائرة من طراز ٣٩", "A type 93 plane crashed")
    assert flag.message == "The Arabic says 39 (٣٩); the English has 93"
    assert (flag.source, flag.target) == ("٣٩", "93")
    (flag,) = flags("أصيب ثلاثة وعشرون جنديا", "Soldiers were wounded")
    assert flag.message == "The English leaves out 23 (ثلاثة وعشرون)"


@pytest.mark.parametrize(
    ("source", "target", "message", "quoted"),
    [
        ("فاز الفريق 5-3", "The team won 5.3", "The Arabic says 5-3; the English has 5.3", ("5-3", "5.3")),
        ("ارتفع 5.3 نقطة", "It rose by 5-3 points", "The Arabic says 5.3; the English has 5-3", ("5.3", "5-3")),
    ],
)
def test_a_score_that_became_a_decimal_is_told_of_once(
    source: str, target: str, message: str, quoted: tuple[str, str]
) -> None:
    (flag,) = flags(source, target)
    assert (flag.severity, flag.message, (flag.source, flag.target)) == ("error", message, quoted)


def test_a_number_that_the_english_repeats_is_a_note() -> None:
    assert [flag.severity for flag in flags("الغرفة 62", "Room 62. Room 62 is large")] == ["info"]


def test_order_of_numbers_that_keep_what_they_count_is_free() -> None:
    assert not flags("ارتفع 5% في 2020", "In 2020 it rose 5%")
    assert not flags("قتل مرض كوفيد-19 نحو 97 شخصا", "Some 97 people were killed by COVID-19")


def test_hijri_dates_come_with_their_gregorian_day() -> None:
    (flag,) = flags("يوم 15 رمضان 1445هـ", "on 15 Ramadan 1445 AH")
    assert (flag.check, flag.severity) == ("hijri", "info")
    assert flag.message == "15 Ramadan 1445 AH is 25 March 2024"
    assert flag.source == "15 رمضان 1445"


def test_a_hijri_year_must_not_stand_as_a_gregorian_one() -> None:
    found = flags("في عام 1445 هجري", "in 1445")
    assert [(flag.check, flag.severity) for flag in found] == [("hijri", "warning"), ("hijri", "info")]
    assert "(2023–24)" in found[0].message
    assert not worst("في عام 1445 هجري", "in 2023")
