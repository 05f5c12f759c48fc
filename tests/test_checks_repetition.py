"""Loops: what turns in circles is found, what people write is not."""

from hypothesis import given
from hypothesis import strategies as st

from trans.brief import Flag, Passage, Sentence
from trans.checks.repetition import loop, same_english

ARABIC = "قال الوزير إن الحكومة ستعقد اجتماعا طارئا في العاصمة يوم الأحد"
ENGLISH = "The minister said the government would hold an emergency meeting in the capital on Sunday"

WORDS = ("army", "river", "market", "court", "vote", "train", "harbour", "school")
plain_words = st.lists(st.sampled_from(WORDS), min_size=2, max_size=5, unique=True)


def loops(english: str, arabic: str = ARABIC) -> list[Flag]:
    return list(loop(Sentence(arabic, "", english)))


def test_a_good_sentence_has_no_loop() -> None:
    assert not loops(ENGLISH)


@given(plain_words, st.integers(3, 8), st.sampled_from([" ", ", ", " and ", "; ", " - ", ". ", ", and "]))
def test_a_phrase_said_three_times_is_an_error(phrase: list[str], times: int, between: str) -> None:
    (flag,) = loops("On Sunday " + between.join([" ".join(phrase)] * times) + " were closed.")
    assert (flag.check, flag.severity) == ("loop", "error")
    assert flag.target.count(phrase[0]) >= times
    assert f"{times} times" in flag.message


@given(st.integers(4, 60), st.sampled_from([" ", ", ", " and "]))
def test_a_word_said_four_times_is_an_error(times: int, between: str) -> None:
    (flag,) = loops("The minister said " + between.join(["blue"] * times) + ".")
    assert (flag.severity, f'"blue" {times} times' in flag.message) == ("error", True)


def test_a_word_said_three_times_is_a_warning() -> None:
    assert [flag.severity for flag in loops("They were very very very tired.")] == ["warning"]


def test_a_phrase_said_twice_with_nothing_between_is_a_warning() -> None:
    assert [flag.severity for flag in loops("The court of the court of appeal met.")] == ["warning"]
    assert [flag.severity for flag in loops("The minister of the the interior met them.")] == ["warning"]


def test_what_people_write_is_no_loop() -> None:
    for english in (
        "It protects all children, and all children deserve it.",
        "He had had enough, and she knew that that was true.",
        "The rate rose more and more and stood at 3 to 3.5 per cent.",
        "From house to house and from street to street they searched.",
    ):
        assert not loops(english), english


def test_what_the_arabic_says_again_may_be_said_again() -> None:
    assert not loops("They shouted no, no, no, no!", "هتفوا لا، لا، لا، لا!")
    assert loops("They shouted no, no, no, no!", "هتفوا رفضا للقرار")


def test_a_loop_with_other_words_between_is_found() -> None:
    circle = "the head of the party of Egypt, the head of the party of Iran, the head of the party of Oman met"
    assert [flag.severity for flag in loops(circle)] == ["error"]


def test_a_word_that_loops_in_itself_is_found() -> None:
    assert [flag.severity for flag in loops("The town of Bananananananana was hit.")] == ["error"]
    assert not loops("A goooooal in the Mississippi cup.")


def test_two_sentences_with_the_same_english() -> None:
    same = "The ministry denied the report on Sunday evening."
    other = Sentence("وصل الرئيس إلى باريس صباح اليوم", "", same)
    first = Sentence("نفت الوزارة صحة التقرير مساء الأحد", " ", same)
    (flag,) = same_english(Passage((first, other)))
    assert (flag.check, flag.severity, flag.sentence) == ("repeated", "error", 2)
    assert not list(same_english(Passage((first, first))))


def test_short_sentences_may_be_the_same() -> None:
    passage = Passage((Sentence("نعم بالتأكيد", " ", "Yes, he did."), Sentence("فعل ذلك", "", "Yes, he did.")))
    assert not list(same_english(passage))


@given(st.lists(st.tuples(st.text(), st.text()), max_size=4))
def test_never_raises(pairs: list[tuple[str, str]]) -> None:
    sentences = tuple(Sentence(source, " ", target) for source, target in pairs)
    for sentence in sentences:
        list(loop(sentence))
    list(same_english(Passage(sentences)))


def test_hostile_text_is_quick() -> None:
    for text in ("ab " * 33_000, "a" * 100_000, "ab" * 50_000, "abc abd " * 12_000, " ".join(map(str, range(20_000)))):
        list(loop(Sentence(text, "", text)))
        list(loop(Sentence("", "", text)))
