"""What the readers of quantities find in texts of either language."""

import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.quantities import Quantity, hijri, in_arabic, in_english
from trans.quantities.written import written

_SCRIPTS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"]


def firm(found: tuple[Quantity, ...]) -> list[Fraction | int]:
    return [one.value for one in found if not one.loose]


def kinds(found: tuple[Quantity, ...]) -> list[tuple[str, Fraction | int]]:
    return [(one.kind, one.value) for one in found if not one.loose]


# Every number below a million in words, by the rules of the two languages' grammars, to read back.

_AR_UNITS = "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة".split()
_AR_TEENS = "عشرة,أحد عشر,اثنا عشر,ثلاثة عشر,أربعة عشر,خمسة عشر,ستة عشر,سبعة عشر,ثمانية عشر,تسعة عشر".split(",")
_AR_TENS = "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون".split()
_AR_HUNDREDS = "مئة مئتان ثلاثمئة أربعمئة خمسمئة ستمئة سبعمئة ثمانمئة تسعمئة".split()
_EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen"
    " nineteen"
).split()
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def arabic(number: int) -> str:
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        if thousands == 1:
            said = "ألف"
        elif thousands == 2:
            said = "ألفان"
        else:
            said = f"{arabic(thousands)} {'آلاف' if 3 <= thousands % 100 <= 10 else 'ألفاً'}"
        return f"{said} و{arabic(rest)}" if rest else said
    parts = []
    if number >= 100:
        parts.append(_AR_HUNDREDS[number // 100 - 1])
    rest = number % 100
    if rest >= 20:
        parts += ([_AR_UNITS[rest % 10]] if rest % 10 else []) + [_AR_TENS[rest // 10 - 2]]
    elif rest >= 10:
        parts.append(_AR_TEENS[rest - 10])
    elif rest:
        parts.append(_AR_UNITS[rest])
    return " و".join(parts)


def english(number: int, joint: str = " and ") -> str:
    if number >= 1000:
        rest = number % 1000
        return english(number // 1000, joint) + " thousand" + (f" {english(rest, joint)}" if rest else "")
    if number >= 100:
        rest = number % 100
        return _EN_SMALL[number // 100] + " hundred" + (joint + english(rest) if rest else "")
    if number >= 20:
        return _EN_TENS[number // 10 - 2] + (f"-{_EN_SMALL[number % 10]}" if number % 10 else "")
    return _EN_SMALL[number]


@given(st.integers(3, 999_999))
def test_number_words_are_read_as_they_are_spelled(number: int) -> None:
    # The scale by itself may be a verb or a name, and is loose.
    assert [one.value for one in in_arabic(f"بلغ العدد {arabic(number)} شخصا")] == [number]
    assert [one.value for one in in_english(f"there were {english(number)} people")] == [number]
    assert [one.value for one in in_english(f"there were {english(number, ' ')} people")] == [number]


@given(st.integers(0, 10**9), st.sampled_from(_SCRIPTS))
def test_digits_of_every_script_are_read(number: int, script: str) -> None:
    written = "".join(script[int(digit)] for digit in str(number))
    assert firm(in_arabic(f"بلغ العدد {written} شخصا")) == [number]
    assert firm(in_english(f"there were {written} people")) == [number]


@given(st.integers(1000, 10**9), st.sampled_from(["٬", ",", "،", "."]))
def test_arabic_thousands_come_with_any_separator(number: int, separator: str) -> None:
    (found,) = in_arabic(f"بلغ العدد {number:,} شخصا".replace(",", separator))
    assert number in (found.value, *found.also)


@given(st.text())
def test_any_text_is_read_and_spans_are_its_own(text: str) -> None:
    for found in (in_arabic(text), in_english(text)):
        for one in found:
            assert 0 <= one.start < one.end <= len(text)
            assert one.text == text[one.start : one.end]


@given(
    st.lists(
        st.sampled_from(
            "و الف مليون ثلاثة عشر نصف الساعة القرن من في المئة 5 1,2 2:30 رمضان هـ - / ( مايو and a half two".split()
        )
    )
)
def test_any_order_of_number_words_is_read(words: list[str]) -> None:
    text = " ".join(words)
    assert all(one.text for one in (*in_arabic(text), *in_english(text)))


@pytest.mark.parametrize(
    "text", ["1" * 50_000, "1," * 50_000, "ألف مليون " * 10_000, "و" * 100_000, "½" * 50_000, "9:30-" * 9_000]
)
def test_hostile_texts_are_read(text: str) -> None:
    in_arabic(text)
    in_english(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("خمسة وعشرون نائبا", [25]),
        ("مليونا ونصف المليون", [1_500_000]),
        ("ثلاثة ملايين ونصف", [3_500_000]),
        ("مليونا نازح", [2_000_000]),
        ("ملياري دولار", [2 * 10**9]),
        ("2 مليون و300 ألف", [2_300_000]),
        ("ألفا وخمسمئة", [1500]),
        ("بالسادسة والعشرين", [26]),
        ("١٬٥٠٠٫٢٥", [Fraction("1500.25")]),
        ("كوفيد-19", [19]),
        ("مساحته 40 كم2", [40]),
        ("نصف مليون", [500_000]),
        ("ثلاثة أرباع المليون", [750_000]),
        ("يوم الأحد عشاء", []),
        ("يوم الأحد والاثنين", []),
        ("لست متأكدا", []),
    ],
)
def test_arabic_values(text: str, expected: list[Fraction | int]) -> None:
    assert firm(in_arabic(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$2bn and 1.5 million", [2 * 10**9, 1_500_000]),
        ("half a million", [500_000]),
        ("two and a half billion", [2_500_000_000]),
        ("a million and a half", [1_500_000]),
        ("three-quarters of a million", [750_000]),
        ("two dozen", [24]),
        ("the twenty-third", [23]),
        ("the two hundred and fortieth time", [240]),
        ("thirty four-wheel drives", [30, 4]),
        ("40 km2", [40]),
        ("1 500 seats", [1500]),
        ("2½ hours", [Fraction(5, 2)]),
    ],
)
def test_english_values(text: str, expected: list[Fraction | int]) -> None:
    assert firm(in_english(text)) == expected


@pytest.mark.parametrize(
    ("arabic_text", "english_text", "expected"),
    [
        ("39٪", "39 percent", [("percent", 39)]),
        ("خمسة في المئة", "five per cent", [("percent", 5)]),
        ("الساعة 9:30 مساءً", "9:30 p.m.", [("time", 21 * 60 + 30)]),
        ("السابعة إلا ربعا صباحا", "a quarter to seven am", [("time", 6 * 60 + 45)]),
        ("الساعة الحادية عشرة والنصف صباحا", "11:30 a.m.", [("time", 11 * 60 + 30)]),
        ("القرن التاسع عشر", "the 19th century", [("century", 19)]),
        ("القرن الـ19", "the nineteenth century", [("century", 19)]),
        ("ثلاثينيات القرن التاسع عشر", "the 1830s", [("decade", 1830)]),
        ("17 تشرين الأول/أكتوبر 2019", "17 October 2019", [("day", 17), ("month", 10), ("year", 2019)]),
        ("15 رمضان 1445هـ", "15 Ramadan 1445 AH", [("hijri day", 15), ("hijri month", 9), ("hijri year", 1445)]),
        ("في جانفي وفيفري وأوت 2020", "", [("month", 1), ("month", 2), ("month", 8), ("year", 2020)]),
    ],
)
def test_kinds(arabic_text: str, english_text: str, expected: list[tuple[str, Fraction | int]]) -> None:
    assert kinds(in_arabic(arabic_text)) == expected
    if english_text:
        assert kinds(in_english(english_text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("عام 2024", "2024"),
        ("الساعة 10:15 صباحا", "10:15"),
        ("مليون ونصف المليون نازح", "1.5 million"),
        ("1497300 دولار", "1,497,300"),
        ("39٪", "39%"),
        ("5,25 لترا", "5.25"),
    ],
)
def test_values_are_written_as_in_english(text: str, expected: str) -> None:
    assert [written(one) for one in in_arabic(text) if not one.loose] == [expected]


def test_words_that_may_be_months_are_months_beside_a_date_only() -> None:
    assert not firm(in_arabic("ثم مارس عمله في شركة نيسان"))
    assert kinds(in_arabic("في 3 مارس")) == [("day", 3), ("month", 3)]
    assert not firm(in_english("They may march on"))
    assert kinds(in_english("on 3 March")) == [("day", 3), ("month", 3)]


def test_a_writing_with_two_readings_has_both() -> None:
    (found,) = in_arabic("1.234")
    assert found.value == Fraction("1.234")
    assert found.also == (Fraction(1234),)
    (found,) = in_arabic("1,234")
    assert found.value == 1234
    assert [part.value for part in found.parts] == [1, 234]
    low, high = in_english("3-5 million")
    assert Fraction(3_000_000) in low.also
    assert high.value == 5_000_000


def test_hijri_dates_have_their_gregorian_days() -> None:
    (found,) = hijri.dates(in_arabic("يوم 1 رمضان 1445"))
    assert hijri.days(found) == (date(2024, 3, 11), date(2024, 3, 11))
    (year,) = hijri.dates(in_arabic("سنة 1445 هجرية"))
    assert hijri.days(year) == (date(2023, 7, 19), date(2024, 7, 6))
    assert hijri.days(hijri.HijriDate(None, None, 656, (0,))) is None
    assert hijri.years(656) == (1258, 1259)


@given(st.integers(1343, 1499))
def test_the_years_of_a_hijri_year_are_those_of_its_days(year: int) -> None:
    span = hijri.days(hijri.HijriDate(None, None, year, (0,)))
    assert span is not None
    first, last = hijri.years(year)
    assert abs(first - span[0].year) <= 1
    assert abs(last - span[1].year) <= 1


def test_spans_survive_marks_and_presentation_forms() -> None:
    text = "في ٣٩\u200f٪ من \ufe94\u0640الحالات"
    (found,) = in_arabic(text)
    assert kinds((found,)) == [("percent", 39)]
    assert re.sub(r"[^\w٪]", "", found.text) == "٣٩٪"
