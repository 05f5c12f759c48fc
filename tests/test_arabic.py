"""The model's input: same values, plain characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.arabic import for_model


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("١٬٥٠٠٫٢٥ دولار", "1,500.25 دولار"),
        ("٣٩٪", "39%"),
        ("۱۲۳", "123"),
        ("300،948", "300,948"),
        ("٣٠٠،٩٤٨", "300,948"),
        ("أولا، ثم ثانيا", "أولا، ثم ثانيا"),
        ("3½ أمتار", "3 1/2 أمتار"),
        ("10² متر", "10^2 متر"),
        ("العـــربية", "العربية"),
        ("مُحَمَّدٌ", "محمد"),
        ("ﺍﻟﻌﺮﺑﻴﺔ", "العربية"),
        ("ﷲ", "الله"),
        ("\u202bنص\u202c \u200fهنا\u200b", "نص هنا"),
        ("«نعم» و“لا”", '"نعم" و"لا"'),
        ("باريس – لندن…", "باريس - لندن..."),
        ("علی کتاب", "علي كتاب"),
        ("  سطر\n\tآخر\u00a0هنا ", "سطر آخر هنا"),
        ("ا\u0654ول ا\u0653خر", "أول آخر"),
        ("", ""),
    ],
)
def test_for_model(text: str, expected: str) -> None:
    assert for_model(text) == expected


def test_diacritics_may_stay() -> None:
    assert for_model("مُدُن", strip_diacritics=False) == "مُدُن"


_ARABIC = st.text(
    st.characters(min_codepoint=0x600, max_codepoint=0x6FF) | st.sampled_from(" .,-½²\u200f\ufdfa\ufe8d«»12")
)


@given(st.text() | _ARABIC, st.booleans())
def test_idempotent(text: str, strip: bool) -> None:
    once = for_model(text, strip_diacritics=strip)
    assert for_model(once, strip_diacritics=strip) == once


@given(st.text() | _ARABIC)
def test_no_arabic_digits_left_and_values_stay(text: str) -> None:
    seen = for_model(text)
    assert not any("\u0660" <= character <= "\u0669" or "\u06f0" <= character <= "\u06f9" for character in seen)
    digits = [str(unicodedata.decimal(one)) for one in text if one in "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹0123456789"]
    if not any(unicodedata.normalize("NFKC", one) != one for one in text):
        assert [one for one in seen if one in "0123456789"] == digits
