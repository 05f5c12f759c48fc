"""ROUGE: the usual figures on English, and words that Arabic has too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from trans.evaluation import rouge
from trans.evaluation.evaluate import Output, evaluate

ASCII = st.text(alphabet="aAbB1_ .,'-\n", max_size=40)


@given(ASCII, ASCII)
def test_on_ascii_text_the_scores_are_those_of_rouge_score(summary: str, reference: str) -> None:
    theirs = RougeScorer(["rouge1", "rouge2", "rougeL"]).score(reference, summary)
    ours = rouge.f1(rouge.words(summary), rouge.words(reference))
    assert ours == pytest.approx([theirs[name].fmeasure for name in ("rouge1", "rouge2", "rougeL")])


WORDS = st.lists(st.sampled_from("abcd"), max_size=70)


@given(WORDS, WORDS)
def test_no_side_is_preferred_and_what_is_equal_is_whole(first: list[str], second: list[str]) -> None:
    assert rouge.f1(first, second) == rouge.f1(second, first)
    if len(first) > 1:
        assert rouge.f1(first, first) == (1, 1, 1)


def test_arabic_words_count() -> None:
    reference, summary = "أعلنت الحكومة خطة المياه", "أعلنت الحكومة خطة الطاقة"
    assert rouge.f1(rouge.words(summary), rouge.words(reference)) == pytest.approx((3 / 4, 2 / 3, 3 / 4))
    # The usual tokenizer finds no words in them.
    assert RougeScorer(["rouge1"]).score(reference, reference)["rouge1"].fmeasure == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أعلنت الحُكُومَةُ", "اعلنت الحكومه"),
        ("إلى المستشفى", "الي المستشفي"),
        ("كتـــاب، «جديد»!", "كتاب جديد"),
        ("قتل ٣٩ شخصا", "قتل 39 شخصا"),
        ("ﻻ ﺣﻞ", "لا حل"),
        ("The MINISTER’s plan", "the minister's plan"),
    ],
    ids=["alef, ta marbuta, vowels", "yeh", "tatweel, punctuation", "digits", "presentation forms", "case, quotes"],
)
def test_spellings_that_make_no_difference(one: str, other: str) -> None:
    assert rouge.words(one) == rouge.words(other)
    assert rouge.words(one)


def test_other_words_stay_other_words() -> None:
    assert rouge.words("علم") != rouge.words("عمل")
    assert rouge.words("والحكومة") != rouge.words("الحكومة")  # clitics stay


def test_the_best_of_several_references_counts() -> None:
    by_name = {measure.name: measure for measure in rouge.measures(["a b"], [["c d"], ["a b"], ["a d"]])}
    assert {name: measure.whole() for name, measure in by_name.items()} == dict.fromkeys(rouge.NAMES, 100)
    assert "nrefs:3|" in by_name["ROUGE-1"].signature


def test_scores_are_means_over_summaries_with_their_intervals() -> None:
    texts = ["a b c", "a x", "", "a b"] * 10
    found = evaluate(
        [Output("a", texts), Output("b", ["a b"] * 40)], [["a b c", "a b", "a b", "a b"] * 10], kind="summary"
    )
    first = found.systems[0].scores[0]
    assert first.value == pytest.approx(100 * (1 + 0.5 + 0 + 1) / 4)
    assert first.low < first.value < first.high
    assert found.systems[0].lines[:4] == pytest.approx((100, 50, 0, 100))
    assert [difference.better for difference in found.differences] == [1, 1, 1]
    assert found.line_measure == "ROUGE-L"
