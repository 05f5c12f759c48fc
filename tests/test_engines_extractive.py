import time

from hypothesis import given
from hypothesis import strategies as st
from sentencex import segment

from trans.engines.extractive import ExtractiveEngine, stems
from trans.models import build_extractive
from trans.translation import Decoding

ARTICLE = """أعلنت وزارة الري أمس بدء العمل في سد جديد على نهر الوادي لحماية القرى من الفيضانات.
وقال الوزير إن السد سيكلف 40 مليون دولار وإن العمل فيه سيستمر ثلاث سنوات. وأضاف أن القرى عانت من الفيضانات كل عام.
كان الجو مشمسا. يأمل سكان القرى أن يحميهم السد من الفيضانات التي دمرت بيوتهم في العام الماضي.
وتأتي الخطة بعد احتجاجات طالب فيها السكان الوزارة ببناء السد. نعم."""


def summary(text: str, max_tokens: int = 84) -> str:
    ((index, result),) = ExtractiveEngine().submit([text], Decoding(max_tokens=max_tokens))
    assert index == 0
    assert result.best.finished
    return result.best.text


def test_whole_sentences_in_their_order() -> None:
    sentences = [part.strip() for line in ARTICLE.splitlines() for part in segment("ar", line)]
    made = summary(ARTICLE)
    chosen = [sentence for sentence in sentences if sentence in made]
    assert 1 <= len(chosen) <= 2
    assert made == " ".join(chosen)


def test_the_lead_is_central_here_and_asides_are_not() -> None:
    made = summary(ARTICLE)
    assert made.startswith("أعلنت وزارة الري")
    assert "مشمسا" not in made
    assert "نعم" not in made


def test_one_sentence_where_words_are_few() -> None:
    assert summary(ARTICLE, max_tokens=5).count(".") == 1


def test_texts_without_choice() -> None:
    assert summary("") == ""
    assert summary(" \n ") == ""
    assert summary("جملة واحدة فقط.") == "جملة واحدة فقط."
    assert summary("☃ ☃ ☃. ☃ ☃.") != ""


def test_the_same_sentence_is_not_chosen_twice() -> None:
    sentence = "أعلنت الحكومة اليوم خطة جديدة لدعم المزارعين في البلاد."
    assert summary(f"{sentence}\n{sentence}\n{sentence}") == sentence


def test_affixes_and_letter_forms_do_not_part_words() -> None:
    assert stems("المحكمة") == stems("محكمه")
    assert stems("والوزارة") == stems("وزارة")
    assert stems("إعلان") == stems("اعلان")


def test_it_is_quick_and_deterministic() -> None:
    text = "\n".join(ARTICLE.replace("السد", f"السد {number}") for number in range(8))
    began = time.process_time()
    first = summary(text)
    assert time.process_time() - began < 1.0
    assert summary(text) == first


def test_it_is_an_engine() -> None:
    made = build_extractive()
    assert made.fingerprint.startswith("extractive:")
    assert made.tokenizer.count(["كلمة أخرى", ""]) == [2, 0]
    assert made.tokenizer.limit > 10_000
    assert len(list(made.submit([ARTICLE, ""], Decoding()))) == 2
    assert made.stats.texts == 2
    made.close()


def test_half_a_character_stays_as_it_is() -> None:
    assert summary("أعلنت الوزارة\ud800 أمس بدء العمل. نعم.") == "أعلنت الوزارة\ud800 أمس بدء العمل. نعم."
    assert "\udfff" in summary(ARTICLE.replace("الري أمس", "الري\udfff أمس"))


@given(st.text(st.characters() | st.sampled_from("ابجد .؟!\n\ud800"), max_size=80))
def test_what_it_writes_stands_in_the_text(text: str) -> None:
    made = summary(text)
    first = next((size for size in range(len(made), -1, -1) if made[:size] in text), 0)
    # At most two sentences, so that at most one joint is not in the text.
    assert made[first:].removeprefix(" ") in text
