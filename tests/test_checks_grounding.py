"""Summaries: what they say must stand in the article, and who said it must not be lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Brief, Flag, Hashes, Passage, Provenance, Sentence, Summary
from trans.checks.attribution import attribution
from trans.checks.grounding import grounding
from trans.checks.support import draws_on
from trans.glossary import Glossary, Term

LEAD = (
    "افتتحت سلطنة عمان محطة لتحلية المياه بكلفة 1,497,300 دولار تخدم 45 قرية في الجبال.",
    "Oman opened a desalination plant for $1,497,300 that serves 45 villages in the mountains.",
)
SECOND = (
    "وقال المهندس سالم الحبسي إن خزانات المحطة القديمة تسربت وإن سكان الوادي شربوا مياها ملوثة طوال الصيف.",
    "Engineer Salem al-Habsi said the old plant's tanks had leaked and valley people had drunk foul water all summer.",
)
THIRD = ("وتستغرق المرحلة الثانية 24 شهرا بمشاركة الهند.", "The second phase takes 24 months, with India taking part.")
ARTICLE = (LEAD, SECOND, THIRD)


def brief(
    arabic: str, english: str = "", *pairs: tuple[str, str], method: str = "model", published: str | None = None
) -> Brief:
    pairs = pairs or ARTICLE
    article = Article(
        "a",
        Source("a.txt", "0", "utf-8", 1),
        "محطة جديدة للمياه",
        (),
        tuple(Paragraph(source) for source, _ in pairs),
        Metadata(published=published),
    )
    provenance = Provenance("0", "tiny", False, {}, {}, Hashes("", "", ""))
    paragraphs = tuple(Passage((Sentence(source, "", target),)) for source, target in pairs)
    summary = Summary(arabic, Passage((Sentence(arabic, "", english),)), tuple(range(1, len(pairs) + 1)), method)
    headline = Passage((Sentence(article.headline, "", "New water plant"),))
    return Brief(article, headline, (), (summary,), paragraphs, (), provenance)


def grounded(arabic: str, english: str = "", **options: str) -> list[Flag]:
    return list(grounding(brief(arabic, english, **options)))


@pytest.mark.parametrize(
    ("arabic", "english", "severity", "quoted"),
    [
        ("محطة تخدم 54 قرية.", "", "error", "54"),
        ("", "A plant serves 54 villages.", "error", "54"),
        ("محطة تخدم 45 قرية.", "A plant serves 93 villages.", "error", "93"),
        ("محطة بكلفة 1.6 مليون دولار.", "", "warning", "1.6 مليون"),
        ("محطة جديدة في ثلاث بلدات.", "", "warning", "ثلاث"),
        ("", "A plant in three towns.", "warning", "three"),
        ("مشروع يستغرق سنتين و69 يوما مع الهند.", "", "warning", "69"),
        ("محطة جديدة في قطر.", "", "error", "قطر"),
        ("", "A plant opens in Qatar.", "error", "Qatar"),
        ("اليابان تشارك في المشروع.", "China takes part.", "error", "اليابان"),
    ],
)
def test_ungrounded(arabic: str, english: str, severity: str, quoted: str) -> None:
    flag = grounded(arabic, english)[0]
    assert (flag.check, flag.severity, flag.where, flag.paragraph) == ("grounding", severity, "summary", 1)
    assert flag.source + flag.target == quoted
    assert bool(flag.source) == bool(arabic and quoted in arabic)


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("محطة تخدم 45 قرية.", "A plant serves 45 villages."),
        ("محطة تخدم خمسا وأربعين قرية.", "A plant serves forty-five villages."),
        ("محطة كلفت نحو 1.5 مليون دولار.", "A plant cost nearly 1.5 million dollars."),
        ("تفتتح مسقط محطة للمياه.", "Muscat opens a water plant."),
        ("المحطة العمانية تخدم القرى.", "The Omani plant serves the villages."),
        ("المرحلة الثانية بعد 24 شهرا.", "The second phase comes in 24 months."),
        ("مئات القرى بلا ماء.", "Hundreds of villages lack water."),
        ("", ""),
    ],
)
def test_stands_in_the_article(arabic: str, english: str) -> None:
    assert grounded(arabic, english) == []


def test_what_stands_in_the_translation_or_the_arabic_summary_only_is_said_once() -> None:
    pairs = (("تخدم المحطة قرى كثيرة.", "The plant serves 45 villages."),)
    assert list(grounding(brief("", "45 villages have water.", *pairs))) == []
    flags = grounded("محطة تخدم 54 قرية في قطر.", "A plant serves 54 villages in Qatar.")
    assert len(flags) == 2
    assert all(flag.source for flag in flags)


def test_a_number_reckoned_from_the_article_is_a_warning() -> None:
    (flag,) = grounded("مشروع يستغرق مع الإعداد 69 شهرا.")
    assert flag.severity == "warning"


def test_a_date_of_the_day_of_publication() -> None:
    assert [flag.severity for flag in grounded("افتتحت المحطة عام 2031.")] == ["error"]
    assert grounded("افتتحت المحطة عام 2031.", published="2031-05-04T10:00:00+04:00") == []


def test_the_articles_own_words_are_grounded_in_arabic_not_in_english() -> None:
    flags = grounded(LEAD[0], "Oman opened a plant that serves 93 villages.", method="text")
    assert [flag.target for flag in flags] == ["93"]


@pytest.mark.parametrize(
    ("summary", "article", "message"),
    [
        ("بنيت المحطة عام 2020.", "بنيت المحطة عام 2024.", "The summary says 2020; the article says 2024"),
        (
            "بنيت المحطة عام 2020.",
            "بنيت المحطة قبل 4 قرون لا عام 2024.",
            "The summary says 2020; the article says 2024",
        ),
        ("قتل أكثر من خمسة عام 2020.", "قتل أكثر من خمسة عام 2024.", "The summary says 2020; the article says 2024"),
        ("يبدأ الساعة 10:00 صباحا.", "يبدأ الساعة 10:15 صباحا.", "The summary says 10:00; the article says 10:15"),
        ("تفتتح في 20 آذار.", "تفتتح في 23 آذار.", "The summary says 20; the article says 23"),
        (
            "بنيت في القرن الثامن عشر.",
            "بنيت في القرن التاسع عشر.",
            "The summary says الثامن عشر; the article says century 19",
        ),
    ],
)
def test_no_one_rounds_a_year_a_time_or_a_day(summary: str, article: str, message: str) -> None:
    (flag,) = grounding(brief(summary, "", (article, "")))
    assert (flag.severity, flag.message) == ("error", message)


@pytest.mark.parametrize(
    ("summary", "article"),
    [
        ("حضر نحو 2000 زائر.", "حضر 1950 زائرا."),
        ("حضر أكثر من 2000 زائر.", "حضر 2043 زائرا."),
        ("حضر نحو ألفي زائر.", "حضر 1950 زائرا."),
        ("ارتفعت الأسعار بنحو 25 في المئة.", "ارتفعت الأسعار بنسبة 24.7 في المئة."),
    ],
)
def test_amounts_are_rounded(summary: str, article: str) -> None:
    assert list(grounding(brief(summary, "", (article, "")))) == []
    (flag,) = grounding(brief("ارتفعت الأسعار 25 في المئة.", "", ("ارتفعت الأسعار 24.7 في المئة.", "")))
    assert (flag.severity, flag.message) == ("warning", "The summary says 25 في المئة; the article says 24.7%")


def test_a_year_reckoned_from_a_number_of_years_is_a_warning() -> None:
    (flag,) = grounding(brief("بنيت المحطة عام 1984.", "", ("بنيت المحطة قبل 40 عاما وتجدد عام 2024.", "")))
    assert flag.severity == "warning"


def test_glossary_names() -> None:
    glossary = Glossary((Term("الفرقة الزرقاء", "the Blue Squad"), Term("الحبسي", "al-Habsi")))
    flags = list(grounding(brief("الفرقة الزرقاء تساعد الحبسي."), glossary))
    assert [(flag.severity, flag.source) for flag in flags] == [("warning", "الفرقة الزرقاء")]


ATTRIBUTED = "تسربت خزانات المحطة القديمة وشرب سكان الوادي مياها ملوثة طوال الصيف."


def attributed(arabic: str, english: str = "", *pairs: tuple[str, str], method: str = "model") -> list[Flag]:
    return list(attribution(brief(arabic, english, *pairs, method=method)))


def test_stated_as_fact() -> None:
    (flag,) = attributed(ATTRIBUTED, "The old plant's tanks leaked.")
    assert (flag.check, flag.severity, flag.where, flag.paragraph, flag.sentence) == (
        "attribution",
        "warning",
        "summary",
        1,
        1,
    )
    assert "paragraph 2" in flag.message
    assert "قال المهندس" in flag.message


@pytest.mark.parametrize(
    "arabic",
    [
        f"قال مهندس إن خزانات المحطة {ATTRIBUTED}",
        f"{ATTRIBUTED[:-1]}، بحسب مهندس.",
        f"اتهامات للمحطة القديمة: {ATTRIBUTED}",
        "افتتحت سلطنة عمان محطة لتحلية المياه تخدم القرى في الجبال.",
        "تسربت خزانات.",
        "لا صلة لهذا الكلام الطويل بما ورد هناك مطلقا أيها القارئ العزيز.",
        "",
    ],
)
def test_attributed_or_not_supported_by_a_speaker(arabic: str) -> None:
    assert attributed(arabic) == []


def test_the_english_may_attribute() -> None:
    assert attributed(ATTRIBUTED, "An engineer said the old plant's tanks had leaked.") == []


def test_what_the_article_states_as_well_is_a_fact() -> None:
    fact = ("تسربت خزانات المحطة القديمة وشرب سكان الوادي مياها ملوثة طوال الصيف.", "")
    assert attributed(ATTRIBUTED, "", SECOND, fact) == []


def test_an_announcement_is_a_hint() -> None:
    announced = ("أعلنت الوزارة أن المحطة الجديدة تبدأ ضخ المياه إلى قرى الوادي في الخريف المقبل.", "")
    (flag,) = attributed("تبدأ المحطة الجديدة ضخ المياه إلى قرى الوادي في الخريف المقبل.", "", announced)
    assert flag.severity == "info"


def test_according_to_a_law_is_nobodys_saying() -> None:
    lawful = ("تضخ المحطة الجديدة المياه إلى قرى الوادي في الخريف وفقا للقانون.", "")
    assert attributed("تضخ المحطة الجديدة المياه إلى قرى الوادي في الخريف.", "", lawful) == []


def test_a_quotation_goes_on_into_the_next_sentence() -> None:
    made = brief("نحلم بحديقة واسعة ومدرسة حديثة ومكتبة كبيرة لأطفال الوادي.")
    sentences = (
        Sentence("وقالت المعلمة: «بقيت القرية مهجورة زمنا.", " ", ""),
        Sentence("نحلم بحديقة واسعة ومدرسة حديثة ومكتبة كبيرة لأطفال الوادي».", "", ""),
    )
    quoting = Brief(made.article, made.headline, (), made.summaries, (Passage(sentences),), (), made.provenance)
    (flag,) = attribution(quoting)
    assert "وقالت المعلمة" in flag.message


def test_extracts_are_left_alone() -> None:
    assert attributed(ATTRIBUTED, method="extractive") == []


def test_draws_on() -> None:
    paragraphs = [source for source, _ in ARTICLE]
    assert draws_on("محطة لتحلية المياه في عمان تخدم القرى.", paragraphs) == (1,)
    assert draws_on("شرب سكان الوادي مياها ملوثة.", paragraphs) == (2,)
    assert draws_on("تحلية المياه تخدم قرى الجبال، والهند تشارك في المرحلة الثانية.", paragraphs) == (1, 3)
    assert draws_on("كلام آخر.", paragraphs) == ()
    assert draws_on("محطة", []) == ()
    assert draws_on("", paragraphs) == ()


_TEXT = st.text() | st.lists(
    st.sampled_from(
        ["قال", "بحسب", "45", "٩٣", "نحو", "مليون", "قطر", "Qatar", "the 90s", "two", "«", "»", ".", "محطة", "المياه"]
    )
).map(" ".join)


@given(_TEXT, _TEXT, st.lists(st.tuples(_TEXT, _TEXT), max_size=4))
def test_never_raises(arabic: str, english: str, pairs: list[tuple[str, str]]) -> None:
    made = brief(arabic, english, *pairs)
    list(grounding(made))
    list(attribution(made))


@given(_TEXT, st.lists(_TEXT, max_size=5))
def test_draws_on_paragraphs_that_are_there(summary: str, paragraphs: list[str]) -> None:
    found = draws_on(summary, paragraphs)
    assert list(found) == sorted(set(found))
    assert set(found) <= set(range(1, len(paragraphs) + 1))


@given(_TEXT)
def test_a_text_draws_on_itself_alone(text: str) -> None:
    assert draws_on(text, [text]) in ((), (1,))


@given(st.lists(_TEXT, min_size=1, max_size=4), st.data())
def test_the_articles_own_sentence_is_grounded(texts: list[str], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(texts))
    flags = grounding(brief(chosen, "", *((text, "") for text in texts)))
    assert [flag for flag in flags if flag.severity == "error"] == []
