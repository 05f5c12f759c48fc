"""Names of the lists, found in both languages; names of none, found by their sound."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.entities import Entity, in_arabic, in_english, stands_for
from trans.entities.sounds import Sounds, same_sound
from trans.entities.spelled import groups, one_word
from trans.entities.table import table
from trans.phrases import fold

ANY_TEXT = st.text(max_size=200) | st.text("اأإآبتجدرسشصطعغفقكلمنهويىةءؤئ ًّـ،.٣", max_size=200)


def ids(text: str, *, arabic: bool = True) -> list[str]:
    return [mention.entity.id for mention in (in_arabic if arabic else in_english)(text) if mention.certain]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("عاد الوفد إلى سوريا وسورية", ["SY", "SY"]),
        ("السوريون والسوريات والسوريين والسورية", ["SY"] * 4),
        ("زار وزير الخارجية الأميركي والأمريكيون أمريكا", ["US"] * 3),
        ("الولايات المتحدة الأمريكية وللولايات المتحدة", ["US", "US"]),
        ("للألمان وبالألمانية وألمانيا وألمان", ["DE"] * 4),
        ("الروس والأتراك وأتراكا والهنود", ["RU", "TR", "TR", "IN"]),
        ("الأكراد والكردية", ["Kurds", "Kurds"]),
        ("كوريا الجنوبية ثم كوريا الشمالية ثم الكوريتين", ["KR", "KP", "KP+KR"]),
        ("جنوب السودان والسودان", ["SS", "SD"]),
        ("غينيا الاستوائية وغينيا بيساو وبابوا غينيا الجديدة وغينيا", ["GQ", "GW", "PG", "GN"]),
        ("النيجر ونيجيريا والنيجيري", ["NE", "NG", "NG"]),
        ("جمهورية الكونغو الديمقراطية والكونغو", ["CD", "CD+CG"]),
        ("لبنان واللبنانيين وبلبنان", ["LB"] * 3),
        ("موسكو وبكين", ["RU: Moscow", "CN: Beijing"]),
        ("مئة دولار أمريكي وألف يورو وخمسون جنيها", ["dollar", "euro", "pound"]),
        ("الأمم المتحدة وحلف الناتو وداعش والحوثيين", ["UN", "NATO", "Islamic State", "Houthis"]),
        ("المحيط الهندي وأمريكا اللاتينية وريال مدريد", []),
        ("مشى على رجله اليمنى قرب مجرى النهر", []),
        ("قطع الكابل وسالت السيول", []),
        ("قُتِل جُندِيٌّ في العِراقِ", ["IQ"]),
        ("المانيا والالمان وألبانيا والألبانية", ["DE", "DE", "AL", "AL"]),
        ("عاد إلى شبه جزيرة القرم", ["Crimea"]),
        ("زرع المتطوعون أشجار القرم في غابات القرم", []),
    ],
)
def test_arabic(text: str, expected: list[str]) -> None:
    assert ids(text) == expected


@pytest.mark.parametrize("text", ["دعم مالي وإداري", "سافر من عمان", "كندي", "اجتماع مجلس الأمن", "نمو القرم"])
def test_what_may_mean_something_else_is_not_certain(text: str) -> None:
    assert in_arabic(text)
    assert not ids(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U.S. and US-led forces, the USA's allies", ["US", "US", "US"]),
        ("Syria's Syrians, the Dutch, two Swedes and a Frenchwoman", ["SY", "SY", "NL", "SE", "FR"]),
        ("Côte d'Ivoire, Cote d'Ivoire, Ivory Coast", ["CI"] * 3),
        ("Bosnia and Herzegovina, Bosnia & Herzegovina, Bosnia", ["BA"] * 3),
        ("Papua New Guinea, Guinea-Bissau, Guinea", ["PG", "GW", "GN"]),
        ("North Korea, South Koreans, Korea", ["KP", "KR", "KP+KR"]),
        ("the Indian Ocean, Latin America, New Mexico, Real Madrid", []),
        ("they told us who will polish the china", []),
        ("the WHO said, and the international court of justice", ["WHO", "ICJ"]),
        ("US$5 and 3 euros, €4", ["dollar", "euro", "euro"]),
        ("SYRIA AND IRAQ", ["SY", "IQ"]),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert ids(text, arabic=False) == expected


def test_jordan_and_georgia_may_be_people_or_states() -> None:
    assert not ids("Michael met Jordan in Georgia", arabic=False)
    assert len(in_english("Michael met Jordan in Georgia")) == 2


def test_a_span_leaves_the_clitics_out_and_the_article_in() -> None:
    text = "وصلوا وبالعراق ولتركيا"
    assert [text[mention.start : mention.end] for mention in in_arabic(text)] == ["العراق", "تركيا"]


def entity(text: str, *, arabic: bool = False) -> Entity:
    return (in_arabic if arabic else in_english)(text)[0].entity


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("Moscow", "Russia", True),
        ("Seoul", "Korea", True),
        ("Scotland", "Britain", True),
        ("England", "Scotland", False),
        ("Moscow", "Kyiv", False),
        ("North Korea", "South Korea", False),
        ("Congo", "DRC", True),
        ("Pentagon", "America", True),
        ("dollars", "euros", False),
    ],
)
def test_stands_for(one: str, other: str, kin: bool) -> None:
    assert stands_for(entity(one), entity(other)) is kin
    assert stands_for(entity(other), entity(one)) is kin


@pytest.mark.parametrize("name", ["Oman", "Amman", "Muscat", "Jordan"])
def test_oman_and_amman_are_written_alike(name: str) -> None:
    assert any(stands_for(mention.entity, entity(name)) for mention in in_arabic("عمان"))
    assert not any(stands_for(mention.entity, entity("Yemen")) for mention in in_arabic("عمان"))


def test_every_country_of_cldr_is_found_by_its_own_name() -> None:
    from babel import Locale

    for code, name in Locale("ar").territories.items():
        if len(code) == 2 and code != "ZZ":
            assert code in [mention.entity.id for mention in in_arabic(name)], name
            english = Locale("en").territories[code]
            assert code in [mention.entity.id for mention in in_english(english)], english


def test_the_lists_have_no_form_twice_for_one_entity_and_no_stray_marks() -> None:
    for forms in (table().arabic, table().english):
        for form, _reading in forms:
            assert form == form.strip()
            assert not set(form) & set("?|;")
    assert len({(form, reading) for form, reading in table().english}) == len(table().english)


@given(ANY_TEXT)
def test_mentions_stand_in_order_within_the_text(text: str) -> None:
    for find in (in_arabic, in_english):
        spans = [(mention.start, mention.end) for mention in find(text)]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("حفتر", "Haftar"),
        ("أوفيتشكين", "Oveschkin"),
        ("أوفشكين", "Ovshkin"),
        ("ولأردوغان", "Erdogan"),
        ("زيلينسكي", "Zelenskyy"),
        ("نتنياهو", "Netanyahu"),
        ("شارلوت", "Charlotte"),
        ("والسيسي", "Sisi"),
        ("جونسون", "Johnson"),
        ("خامنئي", "Khamenei"),
        ("عبدالله", "Abdullah"),
        ("تتارستان", "Tatarstan"),
        ("ممداني", "Mamdani"),
        ("يوتوبيا", "Utopia"),
        ("يورغن", "Juergen"),
        ("وهران", "Oran"),
    ],
)
def test_sounds_alike(arabic: str, english: str) -> None:
    assert Sounds([english, "Government", "Monday"]).like(fold(arabic))[0][0] == english


@pytest.mark.parametrize(
    ("arabic", "english"),
    [("بايدن", "Putin"), ("القوات", "Quartet"), ("المحكمة", "Mohican"), ("ماكرون", "Merkel"), ("ستتركز", "Strikes")],
)
def test_does_not_sound_alike(arabic: str, english: str) -> None:
    assert not Sounds([english]).like(fold(arabic))


def test_kiev_and_kyiv_sound_the_same() -> None:
    assert same_sound("Kiev", "Kyiv")
    assert not same_sound("Kiev", "Minsk")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Houthi", "Houthis", True),
        ("Al-Sharaa", "Al Sharaa", True),
        ("Böhm", "Bohm", True),
        ("Trump", "Trumpism", True),
        ("Oveschkin", "Ovshkin", False),
        ("Mossachi", "Mosashi", False),
    ],
)
def test_one_word(one: str, other: str, same: bool) -> None:
    assert one_word(one, other) is same
    assert one_word(other, one) is same


def test_spellings_of_a_long_name_are_one_group_and_short_names_are_not() -> None:
    found = groups([("فاز أوفيتشكين", "Oveschkin won"), ("خسر أوفشكين", "Ovshkin lost")])
    assert [len(group.stems) for group in found] == [2]
    found = groups([("فاز باسم", "Basem won"), ("خسر بسام", "Bassam lost")])
    assert [len(group.stems) for group in found] == [1, 1]


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("وصل في أكتوبر", "He arrived in October"),
        ("وصل في سبتمبر", "He arrived in Septembre"),
        ("دول الشرق الأوسط", "States of the Middle East"),
        ("القضايا الثنائية", "Sana matters"),
        ("ستتركز الضربات هناك", "Strikes will focus there"),
        ("لأن حالته مستقرة", "Although it is stable"),
        ("قررت اللجنة", "Court decided"),
        ("تتراوح الأسعار", "Tartar prices"),
        ("طرق الجبل", "Truck of the mountain"),
    ],
)
def test_ordinary_words_that_sound_alike_are_no_names(arabic: str, english: str) -> None:
    assert not groups([(arabic, english)])


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("قال سعيد", "Said said"),
        ("شركة معادن", "The firm Maaden"),
        ("زار ستيفن", "Stephen visited"),
        ("سيتروين", "Citroen"),
        ("سيارات نيسان", "Nissan cars"),
        ("عادل إمام", "Adel Imam"),
    ],
)
def test_names_that_mean_something_are_names(arabic: str, english: str) -> None:
    assert groups([(arabic, english)])


def test_a_word_that_the_text_also_writes_in_lower_case_is_no_name() -> None:
    found = groups([("كرنك المحرك", "Crank of the engine"), ("أدار الذراع", "He turned the crank")])
    assert not found
    assert groups([("كرنك المحرك", "Crank of the engine")])


def test_what_is_written_onto_a_name_is_no_part_of_it() -> None:
    found = groups([("جاء أحمد وإدوارد", "Ahmad and Edward came"), ("غادر إدوارد", "Edward left")])
    assert ("ادوارد",) in [group.stems for group in found]
    assert not [group for group in found if any(stem.startswith("وا") for stem in group.stems)]


def test_two_names_of_one_sentence_are_two_people() -> None:
    found = groups([("كتب غاليليو غاليلي", "Galileo Galilei wrote"), ("عاد غاليليو", "Galileo returned")])
    assert sorted(len(group.occurrences) for group in found) == [1, 2]


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=4))
def test_groups_of_any_text(pairs: list[tuple[str, str]]) -> None:
    for group in groups(pairs):
        assert group.stems
        assert all(0 <= one.sentence < len(pairs) for one in group.occurrences)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [("سوريا ", "Syria "), ("بب", "Bb"), ("أوفيتشكين ", "Oveschkin "), ("ال", "ch"), ("ولل ", "U.S. ")],
)
def test_hostile_length_costs_no_more_than_its_length(arabic: str, english: str) -> None:
    long_arabic, long_english = arabic * (100_000 // len(arabic)), english * (100_000 // len(english))
    started = time.process_time()
    in_arabic(long_arabic)
    in_english(long_english)
    groups([(long_arabic, long_english)])
    assert time.process_time() - started < 10
