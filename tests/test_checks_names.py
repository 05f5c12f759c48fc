"""Names that the English lacks, has too many of, or has in place of others."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Sentence
from trans.checks.names import names
from trans.entities import in_arabic


def check(arabic: str, english: str) -> list[Flag]:
    return list(names(Sentence(arabic, "", english)))


def severities(arabic: str, english: str) -> list[str]:
    return [flag.severity for flag in check(arabic, english)]


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("عاد الوفد السوري إلى دمشق", "The Syrian delegation returned to Damascus"),
        ("عاد الوفد السوري إلى العاصمة", "The delegation of Syria returned to the capital"),
        ("قالت موسكو إنها سترد", "Russia said it would respond"),
        ("اتهمت روسيا كييف", "Moscow accused Ukraine"),
        ("وصل إلى عمان وزير الخارجية", "The foreign minister arrived in Amman"),
        ("وصل إلى عمان وزير الخارجية", "The foreign minister arrived in Oman"),
        ("تلقى دعما ماليا كبيرا", "He received large financial support"),
        ("بلغ سعره 300 ليرة سورية", "Its price reached 300 Syrian pounds"),
        ("بلغ سعره 300 دولار أمريكي", "Its price reached $300"),
        ("بلغ سعره 300 دولار", "Its price reached 300 US dollars"),
        ("بريطانيا ولندن والإنجليز", "The UK, London and the English"),
        ("حذرت منظمة الصحة العالمية من الوباء", "The WHO warned of the epidemic"),
        ("أعلن حزب الله وحركة حماس", "Hizbullah and Hamas announced"),
        ("عبرت السفينة المحيط الهندي", "The ship crossed the Indian Ocean"),
        ("زرعت البلدية أشجار القرم على الساحل", "The municipality planted mangroves on the coast"),
        ("تنمو شتلات القرم ببطء ويحمي القرم الساحل", "Mangrove seedlings grow slowly and mangroves protect the coast"),
        ("ضمت روسيا القرم", "Russia annexed Crimea"),
        ("", ""),
    ],
)
def test_good_translations_have_no_flag(arabic: str, english: str) -> None:
    assert not check(arabic, english)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("عاد الوفد إلى سوريا", "The delegation returned to Serbia"),
        ("التقى الرئيس السوري الوفد", "The Serbian president met the delegation"),
        ("وصل إلى موسكو مساء الأحد", "He arrived in Minsk on Sunday evening"),
        ("بلغ سعره 300 دولار", "Its price reached 300 euros"),
        ("بلغ سعره 300 يورو", "Its price reached $300"),
        ("زار المستشار النمساوي فيينا", "The Australian chancellor visited Vienna"),
        ("قرر الاتحاد الأوروبي فرض العقوبات", "The African Union decided to impose sanctions"),
        ("تشهد كوريا الشمالية مجاعة", "South Korea is experiencing a famine"),
        ("غادر الوفد النيجر", "The delegation left Nigeria"),
        ("غادر الوفد ألمانيا", "The delegation left Albania"),
        ("وصل إلى شبه جزيرة القرم", "He arrived in Kashmir"),
        ("اتفقت فرنسا وفرنسا واليابان", "France, Togo and Japan agreed"),
    ],
)
def test_a_name_in_place_of_another_is_an_error(arabic: str, english: str) -> None:
    assert "error" in severities(arabic, english)


def test_the_message_says_what_each_side_has() -> None:
    (flag,) = check("عاد الوفد إلى سوريا مساء الأحد", "The delegation returned to Serbia on Sunday evening")
    assert flag.message == "The Arabic says سوريا (Syria); the English has Serbia"
    assert (flag.check, flag.source, flag.target) == ("names", "سوريا", "Serbia")


def test_a_country_left_out_or_put_in_is_a_warning() -> None:
    assert severities("غادر الوزير اليابان صباحا", "The minister left in the morning") == ["warning"]
    assert severities("غادر الوزير صباحا", "The minister left Japan in the morning") == ["warning"]


def test_an_adjective_or_an_organisation_left_out_is_information() -> None:
    assert severities("صوت مجلس الشيوخ الأمريكي", "The Senate voted") == ["info"]
    assert severities("ذكرت وكالة رويترز ذلك", "The agency said so") == ["info"]


def test_what_may_be_no_name_warns_at_most() -> None:
    assert severities("زار المنتخب مالي", "The team visited Mauritius") == ["warning"]
    assert severities("نظام مالي جديد", "A new financial system") == []


@pytest.mark.parametrize("english", ["Georgia", "Jordan", "Chad", "Jersey"])
def test_a_country_that_has_a_namesake_is_still_no_translation_of_another(english: str) -> None:
    assert severities("غادر الوزير اليابان", f"The minister left {english}") == ["error"]


def test_a_namesake_alone_is_no_matter() -> None:
    assert severities("سجل جوردان هدفين", "Jordan scored twice") == []


def test_lost_spaces_do_not_hide_a_name() -> None:
    assert severities("بحثتالصينوروسيا الأمر", "China and Russia discussed the matter") == []


def test_a_spelling_of_no_list_is_no_other_name() -> None:
    assert severities("هبط المنتخب في أذربيجانا", "The team landed in Azerbaijan") == []


COUNTRIES = {
    "سوريا": "Syria",
    "العراق": "Iraq",
    "إيران": "Iran",
    "روسيا": "Russia",
    "الصين": "China",
    "ألمانيا": "Germany",
    "كندا": "Canada",
    "البرازيل": "Brazil",
    "الهند": "India",
    "المجر": "Hungary",
    "مصر": "Egypt",
    "قطر": "Qatar",
}


@given(st.sampled_from(sorted(COUNTRIES)), st.sampled_from(sorted(COUNTRIES)))
def test_any_country_for_any_other(said: str, has: str) -> None:
    found = severities(f"أعلن مسؤول في {said} أمس", f"An official in {COUNTRIES[has]} announced yesterday")
    assert found == ([] if said == has else ["error"])


@given(st.text(max_size=150), st.text(max_size=150))
def test_never_raises(arabic: str, english: str) -> None:
    check(arabic, english)
    check(english, arabic)


EVERY = " ".join(f"{arabic} {english}" for arabic, english in COUNTRIES.items())


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("سوريا " * 15_000, "Iraq " * 15_000),
        (EVERY * 500, "Serbia Togo Mali " * 4_000),
        ("ب" * 100_000, "B" * 100_000),
    ],
    ids=["one", "many", "none"],
)
def test_hostile_length(arabic: str, english: str) -> None:
    started = time.process_time()
    check(arabic, english)
    assert time.process_time() - started < 10


def test_a_sentence_costs_little() -> None:
    arabic = "قال وزير الخارجية الأمريكي في موسكو إن بلاده ستدعم سوريا والعراق بمئة مليون دولار عبر الأمم المتحدة"
    english = (
        "The US secretary of state said in Moscow that it would help Serbia and Iraq through the UN with $100 million"
    )
    check(arabic, english)
    in_arabic(arabic)
    started = time.process_time()
    for number in range(100):
        check(f"{arabic} {number}", f"{english} {number}")
    assert time.process_time() - started < 2  # 1 ms each where nothing else runs
