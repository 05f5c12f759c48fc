"""Denials that were lost on the way, or came in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Sentence
from trans.checks.negation import negation


def flags(source: str, target: str) -> list[Flag]:
    return list(negation(Sentence(source, "", target)))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("لم يقدم الوزير استقالته.", "The minister resigned."),
        ("ولن تشارك الشركة في المعرض.", "And the company will take part in the fair."),
        ("الميناء لا يعمل في الليل.", "The port works at night."),
        ("ليست هذه أول زيارة له إلى المدينة.", "This is his first visit to the city."),
        ("طالبت النقابة بعدم بيع المصنع.", "The union demanded the sale of the factory."),
        ("قررت الوزارة بيع المصنع.", "The ministry decided not to sell the factory."),
        ("يعمل الميناء في الليل.", "The port doesn't work at night."),
        ("وصلت القافلة إلى القرية.", "The convoy never reached the village."),
    ],
)
def test_found(source: str, target: str) -> None:
    (flag,) = flags(source, target)
    assert (flag.check, flag.severity) == ("negation", "warning")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("لم يقدم الوزير استقالته.", "The minister did not resign."),
        ("لم يقدم الوزير استقالته.", "The minister hasn’t resigned."),
        ("لم يتمكن العمال من العودة.", "The workers were unable to return."),
        ("لا يمكن الوصول إلى القرية.", "The village is inaccessible."),
        ("لا يزال الطريق مغلقا.", "The road is closed as before."),
        ("ما زال الطريق مغلقا.", "The road remains closed."),
        ("قتل ما لا يقل عن عشرة أشخاص.", "At least ten people were killed."),
        ("لا بد من حل قريب.", "There must be a solution soon."),
        ("لا تملك الوزارة إلا تسع شاحنات.", "The ministry has nine trucks in all."),
        ("لم يحضر الجلسة سوى ستة نواب.", "Just six members attended the session."),
        ("الخبر صحيح ولا سيما في الجنوب.", "The news is right, especially in the south."),
        ("ما لم تصل المساعدات ستغلق المخابز.", "If aid fails to arrive the bakeries will close."),
        ("فاز الفريق في لا ليغا على ضيفه.", "The team beat its guest in La Liga."),
        ("أعيد لم شمل الأسرة.", "The family was reunited."),
        ("رفض الوزير الاستقالة.", "The minister will not resign."),
        ("بقيت القرية من دون كهرباء.", "The village is without electricity."),
        ("فشلت المحادثات.", "The talks did not succeed."),
        ("فازت المدينة بالجائزة.", "The city won not only the prize but our hearts."),
        ("فازت السيارة رقم خمسة.", "Car No. 5 won."),
        ("قال محاميه إنه بريء.", "His lawyer said he pleaded not guilty."),
        ("سقطت الحكومة بعد حجب الثقة.", "The government fell in a no-confidence vote."),
    ],
)
def test_answered(source: str, target: str) -> None:
    assert flags(source, target) == []


def test_what_may_be_an_answer_is_a_hint() -> None:
    (flag,) = flags("لم يتم تحديد موعد الافتتاح.", "The opening date has yet to be set.")
    assert flag.severity == "info"


def test_the_message_quotes_the_denial() -> None:
    (flag,) = flags("وقال إن الشركة لن تشارك في المعرض.", "He said the company would take part in the fair.")
    assert "لن تشارك" in flag.message
    (flag,) = flags("يعمل الميناء في الليل.", "Nobody works in the port at night.")
    assert "Nobody" in flag.message


_WORDS = st.sampled_from(["لا", "لم", "إلا", "سوى", "يكتب", "غير", "ليس", "ما", "not", "no", "un", "less", "n't", "."])


@given(st.text() | st.lists(_WORDS).map(" ".join), st.text() | st.lists(_WORDS).map(" ".join))
def test_never_raises(source: str, target: str) -> None:
    assert len(flags(source, target)) <= 1
    assert flags(source, target) == flags(source, target)
