"""What stands in Latin script in the Arabic must stand in the English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Sentence
from trans.checks.verbatim import verbatim


def flags(source: str, target: str) -> list[Flag]:
    return list(verbatim(Sentence(source, "", target)))


@pytest.mark.parametrize(
    ("source", "target", "severity", "quoted"),
    [
        (
            "راجع https://example.org/a/7 للتسجيل.",
            "See https://example.org/a/1 to register.",
            "error",
            "example.org/a/7",
        ),
        ("راسلونا على desk@example.org اليوم.", "Write to us at deck@example.org today.", "error", "desk@example.org"),
        ("كتب الحساب @desk_news الخبر.", "The account @desknews wrote the story.", "error", "@desk_news"),
        ("وسم #Trees4All انتشر.", "The hashtag #Trees spread.", "warning", "#Trees4All"),
        ("وسم #ازرعوا_شجرة انتشر.", "The tag spread.", "info", "#ازرعوا_شجرة"),
        ("شركة Nordwind توسع أسطولها.", "The company expands its fleet.", "warning", "Nordwind"),
        ("حصلت على شهادة ISO العام الماضي.", "It was certified last year.", "warning", "ISO"),
    ],
)
def test_found(source: str, target: str, severity: str, quoted: str) -> None:
    found = [flag for flag in flags(source, target) if flag.source]
    assert [flag.severity for flag in found] == [severity]
    assert quoted in found[0].message
    assert found[0].check == "verbatim"


def test_a_link_the_arabic_does_not_have() -> None:
    (flag,) = flags("راجع الموقع للتسجيل.", "Visit www.example.org to register.")
    assert (flag.severity, flag.target) == ("error", "www.example.org")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("راجع https://example.org/a/7/ للتسجيل.", "See example.org/a/7 to register."),
        ("راجع https://example.org/a/7، للتسجيل.", "See https://example.org/a/7."),
        ("حجز عبر Voyago.com غرفة.", "He booked a room on Voyago."),
        ("وسم #ازرعوا_شجرة انتشر.", "The hashtag #PlantATree spread."),
        ("شركة Nordwind توسع أسطولها.", "Nordwind's fleet grows."),
        ("شركة NORDWIND توسع أسطولها.", "Nordwind's fleet grows."),
        ("شركة Craigslist المعروفة.", "The well-known Craiglist."),
        ("مطعم Café Verde الجديد.", "The new Cafe Verde."),
        ("منظمة WHO حذرت.", "The World Health Organization warned."),
        ("طلب من US المساعدة.", "He asked the U.S. for help."),
        ("على بعد 5 km من المدينة.", "Five kilometres from the city."),
        ("طائرة من طراز Il-76 هبطت.", "Two Il-76s landed."),
        ("نص عربي فقط.", "Only Arabic text."),
        ("الفيتامين D مفيد.", "The vitamin is useful."),
        ("", ""),
    ],
)
def test_stands(source: str, target: str) -> None:
    assert flags(source, target) == []


@pytest.mark.parametrize("target", ["", " ", "...", "—"])
def test_where_there_is_no_english_another_check_tells(target: str) -> None:
    assert flags("Nordwind GmbH: https://example.org/a/7 #Trees @desk_news", target) == []


def test_each_word_once() -> None:
    assert len(flags("شركة Nordwind وشركة Nordwind أيضا.", "The company, and again.")) == 1


_LATIN = st.sampled_from(
    ["Nordwind", "https://example.org/x", "#tag", "@name", "a@example.org", "ISO", "x.com", "نص", "."]
)


@given(st.text() | st.lists(_LATIN).map(" ".join), st.text() | st.lists(_LATIN).map(" ".join))
def test_never_raises(source: str, target: str) -> None:
    flags(source, target)


@given(st.lists(_LATIN).map(" ".join))
def test_what_was_copied_stands(text: str) -> None:
    assert flags(text, text) == []
