"""What must be known before an article is used: from its status, and from the marks that agencies set. News is no notice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Metadata, Paragraph, Source
from trans.notices import Notice, is_killed, notices
from trans.wire_marks import marks

BODY = "قال مسؤول في الوزارة يوم الأحد إن العمل سيبدأ في الربيع المقبل."

KILL, CORRECTION = ("kill notice",), ("correction",)

MARKED = [
    ("إلغاء: وفاة المخرج المعروف في منزله", KILL),
    ("إلغاء - استقالة محافظ البنك المركزي", KILL),
    ("(إلغاء) انهيار سد في شمال البلاد", KILL),
    ("[إلغاء] زيارة الوفد للميناء", KILL),
    ("/إلغاء/ افتتاح محطة القطار", KILL),
    ("عاجل: إلغاء: انفجار في المصنع", KILL),
    ("قنا / إلغاء / خبر المعرض", KILL),
    ("إلغاء خبر وفاة الفنان", KILL),
    ("إلغاء الخبر السابق عن نتائج الاقتراع", KILL),
    ("إلغاء", KILL),
    ("الغاء خبر رقم 27", KILL),
    ("إلغــاء: تعيين مدير جديد للمطار", KILL),
    ("سحب خبر بعنوان الوزير يستقيل من منصبه", KILL),
    ("سحب الخبر رقم 14", KILL),
    ("(سحب) تصريحات رئيس النادي", KILL),
    ("حذف خبر: تأجيل المباراة النهائية", KILL),
    ("نلغي الخبر الذي بثثناه عن الحريق", KILL),
    ("تلغي وكالة الأنباء خبرها عن سعر الوقود", KILL),
    ("يُلغى الخبر المنشور ظهر اليوم عن القمة", KILL),
    ("يرجى عدم استخدام الخبر السابق عن الزلزال", KILL),
    ("الرجاء من السادة المشتركين إلغاء هذا الخبر", KILL),
    ("ملحوظة للمشتركين: تم سحب العاجل الخاص بالميزانية، والخبر غير دقيق", KILL),
    ("استقالة محافظ البنك المركزي (إلغاء)", KILL),
    ("KILL: الوزير يستقيل من منصبه", KILL),
    ("تصحيح: البنك يرفع الفائدة نصف نقطة", CORRECTION),
    ("تصحيح-البنك يرفع الفائدة نصف نقطة", CORRECTION),
    ("تصحيح ـ البنك يرفع الفائدة نصف نقطة", CORRECTION),
    ("(تصحيح) البنك يرفع الفائدة", CORRECTION),
    ("رويترز - تصحيح - ارتفاع أسعار القمح", CORRECTION),
    ("تَصْحِيح: ارتفاع أسعار القمح", CORRECTION),
    ("تصحيح 2- ارتفاع أسعار القمح", CORRECTION),
    ("إعادة مع تصحيح: موعد افتتاح المعرض", CORRECTION),
    ("إعادة-تصحيح-موعد افتتاح المعرض", CORRECTION),
    ("تصحيح واعتذار: صورة الخبر ليست للميناء", CORRECTION),
    ("تصويب: عدد الضحايا سبعة لا سبعون", CORRECTION),
    ("تصويب خبر سابق عن أعداد الحجاج", CORRECTION),
    ("استدراك: القمة تعقد الثلاثاء", CORRECTION),
    ("استدراك - القمة تعقد الثلاثاء", CORRECTION),
    ("تصحيح خبر القمة", CORRECTION),
    ("تصحيح خطأ مطبعي في اسم السفير", CORRECTION),
    ("تصحيح اسم السفير في الفقرة الثالثة", CORRECTION),
    ("افتتاح المعرض الدولي (تصحيح)", CORRECTION),
    ("افتتاح المعرض الدولي - تصويب", CORRECTION),
    ("افتتاح المعرض الدولي (تصحيح الموعد في الفقرة الأولى)", CORRECTION),
    ("تنويه للمشتركين: في الخبر السابق خطأ في الأرقام", CORRECTION),
    ("CORRECTED - ارتفاع أسعار القمح", CORRECTION),
    ("تصحيح // وصول الوفد غدا", CORRECTION),
    ("تصحيح | وصول الوفد غدا", CORRECTION),
    ("واس / تصحيح خبر / وزير الطاقة يستقبل الوفد", CORRECTION),
    ("أ ش أ/ تصويب/ عودة الوفد", CORRECTION),
    ("القاهرة (رويترز) - تصحيح: وصول الوفد غدا", CORRECTION),
    ("نسخة مصححة: وصول الوفد غدا", CORRECTION),
    ("تنبيه: يرجى عدم نشر الخبر السابق", KILL),
    ("(يُلغى) وصول الوفد", KILL),
    ("خبر ملغى: وصول الوفد", KILL),
]

NEWS = [
    "إلغاء رحلات جوية بسبب العاصفة",
    "إلغاء 40 رحلة في مطار المدينة",
    "إلغاء قانون الطوارئ بعد ثلاثين عاما",
    "إلغاء حكم الإعدام وإعادة المحاكمة",
    "إلغاء/تأجيل مباريات الدوري بسبب الأمطار",
    "إلغاء أم تأجيل: مصير المهرجان",
    "الإلغاء يهدد موسم الحفلات",
    "عاجل: إلغاء القمة الخليجية",
    "الوزير: إلغاء الرسوم من أول العام",
    "البرلمان يقر إلغاء المادة 12",
    "بعد إلغاء الخبراء زيارتهم، الوكالة تبحث عن بدائل",
    "إلغاء خبرة السنوات الثلاث من شروط التوظيف",
    "تصحيح المسار الاقتصادي يبدأ بالصناعة",
    "تصحيح أوضاع العمالة المخالفة ينتهي الشهر المقبل",
    "تصحيح امتحانات الثانوية العامة: نسب النجاح ترتفع",
    "تصحيح أوراق الامتحان إلكترونيا",
    "تصحيح أسعار الذهب مستمر للأسبوع الثالث",
    "«تصحيح» حزب جديد في البلاد",
    "الأسهم في موجة تصحيح",
    "خبير: موجة تصحيح",
    "تصحيح النظر بالليزر: ما يجب أن تعرفه",
    "تصحيح مفاهيم في الخطاب الديني",
    "تصويب أوضاع اللاجئين",
    "تصويب السلاح نحو المتظاهرين",
    "حملة لتصحيح أسماء الشوارع",
    "استدراك ما فات الطلاب من دروس",
    "استدراكا لما فات: دروس مسائية",
    "سحب الجنسية من 12 شخصا",
    "سحب رعدية وأمطار على المرتفعات",
    "سحب: أمطار متوقعة على الساحل",
    "سحب السفير للتشاور",
    "سحب منتج غذائي من الأسواق",
    "صحيفة تسحب خبرا عن رئيس الوزراء وتعتذر",
    "رويترز تسحب خبرها عن القمة",
    "حذف خبراء للمناخ فصلا من التقرير",
    "محكمة: عقد الشراكة ملغى",
    "الملغى من الرحلات يعوض أصحابه",
    "الشركة إلى المشتركين: إلغاء رسوم العداد",
    "رسالة إلى المشتركين في خدمة المياه",
    "ملحوظة مهمة للمسافرين: إلغاء القطار الليلي",
    "الوزارة ترجو من المواطنين عدم استخدام الهاتف",
    "يرجى عدم نشر صور الضحايا، تقول العائلة",
    "اعتذار رسمي عن خطأ في التشخيص",
    "مباراة (معدلة) التوقيت",
    "KILL Bill يعود إلى دور العرض",
    "التصحيح - قصة حزب",
    "تصحيح خبر كاذب على منصات التواصل",
    "توضيح وتصحيح مفاهيم حول اللقاح",
    "هدف (ملغى) يشعل المباراة",
    "مباراة الفريقين (إلغاء ركلة جزاء) تنتهي بالتعادل",
    "القاهرة (رويترز) - إلغاء رحلات وتحويل أخرى",
    "رويترز - إلغاء القمة بعد خلافات",
    "استدراك الموازنة: 3 مليارات",
    "(معدل البطالة) يرتفع",
    "حذف خبر قديم قد يكلف الموقع غرامة",
]


def article(headline: str, *paragraphs: str, status: str | None = None, decks: tuple[str, ...] = ()) -> Article:
    texts = tuple(Paragraph(text) for text in paragraphs or (BODY,))
    return Article("a.txt", Source("a.txt", "0" * 64, "utf-8", 1), headline, decks, texts, Metadata(status=status))


def kinds(one: Article) -> list[str]:
    return [notice.kind for notice in notices(one)]


@pytest.mark.parametrize(("headline", "expected"), MARKED)
def test_a_marked_headline_is_a_notice(headline: str, expected: tuple[str, ...]) -> None:
    assert marks(article(headline)) == expected
    # A flash is its headline, and has none.
    assert marks(article("", headline)) == expected


@pytest.mark.parametrize("headline", NEWS)
def test_news_with_the_same_words_is_news(headline: str) -> None:
    assert marks(article(headline)) == ()
    assert marks(article("", headline, BODY)) == ()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("القاهرة (رويترز) - تصحيح: " + BODY,), CORRECTION),
        ((BODY, "تصحيح: ذكرت نسخة سابقة من هذا الخبر أن العمل بدأ."), CORRECTION),
        ((BODY, "(تصويب: ورد اسم السفير خطأ في النسخة الأولى)"), CORRECTION),
        (("ورد في خبرنا السابق أن العدد سبعون، والصحيح سبعة.",), CORRECTION),
        (("ملاحظة إلى السادة المشتركين: نلغي القصة الخاصة بالحريق.",), KILL),
        # Who did what stands under a text too, and a correction in its middle is a story's.
        ((BODY, "تصحيح: سامي حسن"), ()),
        ((BODY, "تصحيح: هذا ما طالب به النواب.", BODY), ()),
        (("قال الطبيب إن خطأ ورد في التشخيص، والصحيح أن المريض بخير.",), ()),
    ],
)
def test_a_text_may_be_marked_at_its_beginning_and_its_end(texts: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert marks(article("الوزارة تبدأ العمل في الربيع", *texts)) == expected


def test_a_deck_may_be_marked() -> None:
    assert marks(article("الوزارة تبدأ العمل", decks=("(تصحيح)",))) == CORRECTION
    assert marks(article("الوزارة تبدأ العمل", decks=("تصحيح الأوضاع أولا",))) == ()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, []),
        ("", []),
        ("usable", []),
        ("draft", []),
        ("Published", []),
        ("not canceled", []),
        ("canceled", ["killed"]),
        ("Cancelled", ["killed"]),
        ("stat:canceled", ["killed"]),
        ("http://cv.iptc.org/newscodes/pubstatusg2/canceled", ["killed"]),
        ("STATUS_KILLED", ["killed"]),
        ("retracted", ["killed"]),
        ("ملغى", ["killed"]),
        ("withheld", ["withheld"]),
        ("Withheld", ["withheld"]),
        ("محجوب", ["withheld"]),
        ("embargoed", ["embargoed"]),
        ("future", ["embargoed"]),
        ("usable, embargoed until 2026-03-01T12:00:00+03:00", ["embargoed"]),
        ("withheld, embargoed until 2026-03-03T18:00:00Z, not the whole item", ["withheld", "embargoed"]),
        ("killed, withheld, embargoed", ["killed", "withheld", "embargoed"]),
        # What an embargo waits for is no status.
        ("usable, embargoed until the canceled summit is held", ["embargoed"]),
    ],
)
def test_the_status_is_read_as_systems_write_it(status: str | None, expected: list[str]) -> None:
    found = article("الوزارة تبدأ العمل", status=status)
    assert kinds(found) == expected
    assert is_killed(found) == ("killed" in expected)


def test_a_mark_of_the_text_comes_after_the_status() -> None:
    found = article("تصحيح: إلغاء خبر", "إلغاء خبر سابق", status="canceled, embargoed")
    assert kinds(found) == ["killed", "embargoed", "kill notice", "correction"]
    assert not is_killed(article("إلغاء: الوزارة تبدأ العمل"))  # the message is not what it takes back


@pytest.mark.parametrize(
    ("status", "text", "until"),
    [
        (
            "usable, embargoed until 2026-03-01T12:00:00+03:00",
            "Embargoed until 2026-03-01 12:00 UTC+03:00",
            "2026-03-01T12:00:00+03:00",
        ),
        ("embargoed until 2026-03-03T18:00:00Z", "Embargoed until 2026-03-03 18:00 UTC", "2026-03-03T18:00:00Z"),
        ("Embargo: 2026-03-01", "Embargoed until 2026-03-01", "2026-03-01"),
        ("embargoed until the minister speaks", "Embargoed until: the minister speaks", "the minister speaks"),
        ("محظور حتى السادسة مساء", "Embargoed until: السادسة مساء", "السادسة مساء"),
        ("embargoed", "Under embargo: its source doesn't say until when.", ""),
    ],
)
def test_an_embargo_is_told_with_its_time(status: str, text: str, until: str) -> None:
    assert notices(article("الوزارة تبدأ العمل", status=status)) == (Notice("embargoed", text, until),)


def test_a_hostile_embargo_reaches_no_terminal() -> None:
    (notice,) = notices(article("خبر", status="embargoed until \x1b[2J\u202e" + "x" * 5000))
    assert notice.text.isprintable()
    assert len(notice.text) < 200


_ODD = st.sampled_from(
    ["تصحيح", "إلغاء", "خبر", "قنا", "/", "-", ":", "(", ")", " ", "1", "canceled", "embargo", "until", ",", "\u202e"]
)


@given(st.lists(_ODD | st.text(max_size=3), max_size=60).map("".join), st.lists(_ODD, max_size=12).map(" ".join))
def test_any_text_gives_each_notice_once_and_in_order(text: str, status: str) -> None:
    found = kinds(article(text, text, status=status))
    order = ["killed", "withheld", "embargoed", "kill notice", "correction"]
    assert found == [kind for kind in order if kind in found]
