"""Sentences the model was much less sure of than of the rest."""

from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Paragraph, Source
from trans.brief import Brief, Flag, Hashes, Passage, Provenance, Sentence
from trans.checks.confidence import confidence
from trans.translation import Decoding, Hypothesis, Translation


def sentence(number: int, score: float | None, *, tokens: int = 12, literal: bool = False) -> Sentence:
    decode = None
    if score is not None:
        decode = Translation((Hypothesis("English.", score, tokens, finished=True),), "", Decoding())
    return Sentence(f"جملة رقم {number}.", " ", f"Sentence {number}.", decode, literal)


def brief(*sentences: Sentence) -> Brief:
    article = Article("a", Source("a.txt", "0", "utf-8", 1), "عنوان", (), (Paragraph("نص"),))
    provenance = Provenance("0", "tiny", False, {}, {}, Hashes("", "", ""))
    headline = Passage((Sentence("عنوان", "", "Title"),))
    return Brief(article, headline, (), (), (Passage(sentences),), (), provenance)


def flags(*scores: float | None) -> list[Flag]:
    return list(confidence(brief(*(sentence(number, score) for number, score in enumerate(scores, start=1)))))


EVEN = (-0.50, -0.55, -0.45, -0.60, -0.52, -0.48, -0.57, -0.51, -0.49)


def test_the_odd_one_out() -> None:
    (flag,) = flags(*EVEN, -1.9)
    assert (flag.check, flag.severity, flag.where, flag.paragraph, flag.sentence) == (
        "confidence",
        "info",
        "paragraph",
        1,
        10,
    )


def test_nothing_in_an_even_article_however_low() -> None:
    assert flags(*EVEN) == []
    assert flags(*(score - 2 for score in EVEN)) == []


def test_a_low_score_of_a_sure_model_is_high_enough() -> None:
    assert flags(*(score + 0.45 for score in EVEN), -0.6) == []


def test_few_sentences_say_nothing() -> None:
    assert flags(*EVEN[:5], -5.0) == []


def test_without_scores_nothing() -> None:
    assert flags(*[None] * 12) == []


def test_short_and_literal_text_is_left_out() -> None:
    whole = [sentence(number, score) for number, score in enumerate(EVEN)]
    assert list(confidence(brief(*whole, sentence(20, -4.0, tokens=2)))) == []
    assert list(confidence(brief(*whole, sentence(21, -4.0, literal=True)))) == []


@given(st.lists(st.none() | st.floats(-20, 0), max_size=40))
def test_never_raises_and_never_flags_half(scores: list[float | None]) -> None:
    assert len(flags(*scores)) <= len(scores) / 2
