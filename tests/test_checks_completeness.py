"""Lost text: what is missing from the English is found and quoted, what is there is not."""

import gzip

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trans.brief import Flag, Passage, Sentence
from trans.checks.completeness import cut, missing, unfinished, unknown, untranslated
from trans.checks.coverage import English, cover
from trans.checks.lexicon import best_stem, english_stem, lexicon, unpack
from trans.checks.lost import long, lost, unrelated
from trans.checks.merged import merged
from trans.translation import Decoding, Hypothesis, Translation

PAIRS = [
    (
        "قال وزير الخارجية إن بلاده ستواصل دعم المفاوضات، لكنه حذر من أن فشل الهدنة سيؤدي إلى تصعيد جديد في المنطقة.",
        "The foreign minister said his country would continue to support the negotiations, but he warned that the "
        "collapse of the truce would lead to a new escalation in the region.",
    ),
    (
        "ارتفعت أسعار النفط أكثر من ثلاثة في المئة بعد أن أغلقت السلطات الميناء الرئيسي، وتوقع محللون استمرار الصعود.",
        "Oil prices rose more than three percent after the authorities closed the main port, and analysts expected the "
        "rise to continue.",
    ),
    (
        "أعلنت وزارة الصحة إصابة 45 شخصا في انفجار وقع قرب السوق المركزي، ونقل الجرحى إلى المستشفيات القريبة.",
        "The health ministry announced that 45 people were injured in an explosion near the central market, and the "
        "wounded were taken to nearby hospitals.",
    ),
    (
        "التقى الرئيس المصري نظيره الفرنسي في باريس، حيث بحثا التعاون الاقتصادي والوضع في ليبيا والسودان.",
        "The Egyptian president met his French counterpart in Paris, where they discussed economic cooperation and the "
        "situation in Libya and Sudan.",
    ),
]


def flags(source: str, target: str) -> list[Flag]:
    sentence = Sentence(source, "", target)
    return [*lost(sentence), *unrelated(sentence), *long(sentence)]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_a_whole_translation_has_no_flag(source: str, target: str) -> None:
    assert not flags(source, target)
    assert not flags(source, target.rstrip("."))
    assert not flags(source, target.upper())


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("stop", ["", "."])
def test_half_a_translation_is_an_error(source: str, target: str, stop: str) -> None:
    words = target.split()
    (flag,) = flags(source, " ".join(words[: len(words) // 2]) + stop)
    assert flag.severity == "error"
    assert flag.check in ("lost", "unrelated")


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_last_clause_is_missed_and_quoted(source: str, target: str) -> None:
    (flag,) = flags(source, target[: target.rindex(",")] + ".")
    assert (flag.check, flag.severity in ("error", "warning")) == ("lost", True)
    assert flag.message.startswith("The end of this sentence")
    assert flag.source in source
    assert flag.source.split()[-1] == source.rstrip(".").split()[-1]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_first_clause_is_missed(source: str, target: str) -> None:
    (flag,) = flags(source, target[target.rindex(",") + 2 :])
    assert flag.check == "lost"
    assert "beginning" in flag.message or "Much" in flag.message
    assert source.index(flag.source.split()[0]) < 12


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_another_sentence_s_english_is_no_translation(number: int) -> None:
    source, target = PAIRS[number][0], PAIRS[number - 1][1]
    (flag,) = flags(source, target)
    assert (flag.check, flag.severity) == ("unrelated", "error")


def test_far_more_english_than_arabic() -> None:
    source, target = PAIRS[3]
    assert [flag.check for flag in flags(source, f"{target} {PAIRS[0][1]}")] == ["long"]
    assert [flag.severity for flag in flags(source, f"{target} {PAIRS[0][1]} {PAIRS[1][1]}")] == ["error"]


def test_a_merged_sentence_is_found_with_its_neighbour() -> None:
    (first, first_english), (second, second_english) = PAIRS[:2]
    both = f"{first_english[:-1]}, and {second_english}"
    for gone in ("", "..."):
        passage = Passage((Sentence(first, " ", both), Sentence(second, "", gone)))
        (flag,) = merged(passage)
        assert (flag.severity, flag.sentence, flag.source) == ("error", 2, second)
        assert "sentence 1" in flag.message
    (flag,) = merged(Passage((Sentence(first, " ", ""), Sentence(second, "", both))))
    assert flag.sentence == 1


def test_a_lost_sentence_that_is_nowhere_is_not_merged() -> None:
    (first, first_english), (second, _) = PAIRS[:2]
    assert not list(merged(Passage((Sentence(first, " ", first_english), Sentence(second, "", "")))))
    assert not list(merged(Passage(tuple(Sentence(source, " ", target) for source, target in PAIRS))))


def test_numbers_names_and_latin_words_are_counterparts() -> None:
    source = "اشترت Siemens من شفارتسنكوف 250 جهازا"
    found = {
        source[word.start : word.end]: word.place
        for word in cover(source, English("Siemens bought 250 of Schwarzenkov"))
    }
    assert found["Siemens"] == 0
    assert found["250"] == 2


@given(st.text(max_size=60), st.text(max_size=60))
@example("ـ:", "")
def test_no_english_word_is_two_words_counterpart(source: str, target: str) -> None:
    places = [
        word.place for word in cover(source + PAIRS[0][0], English(target + PAIRS[0][1])) if word.place is not None
    ]
    assert len(set(places)) == len(places)


def test_stems() -> None:
    counts = {"حكومه": 9, "عراق": 9, "كان": 9, "ان": 9}
    for form, stem in {
        "وبالحكومه": "حكومه",
        "حكومتها": "حكومه",
        "للعراق": "عراق",
        "والعراق": "عراق",
        "كان": "كان",
        "لا": None,
    }.items():
        assert best_stem(form, counts) == stem
    for words in (("announce", "announced", "announcing"), ("country", "countries"), ("organise", "organized")):
        assert len({english_stem(word) for word in words}) == 1


def test_the_lexicon_is_small_and_sound() -> None:
    packaged = lexicon()
    assert 20_000 < len(packaged.entries) < 40_000
    assert packaged.entries.keys() == packaged.counts.keys()
    assert all(
        0 <= entry.hit <= 1 and 0 < entry.rate <= 1 and entry.letters >= 0 for entry in packaged.entries.values()
    )
    assert "governm" in packaged.entries["حكومه"].english


def test_unpack() -> None:
    blocks = ["باب\nعن", "3\n9", "18\n0", "12\n9", "4\n2", "door gate\n-"]
    made = unpack(gzip.compress("\n\n".join(blocks).encode()))
    assert made.entries["باب"].english == ("door", "gate")
    assert made.entries["باب"].hit == 0.9
    assert made.entries["عن"].english == ()


@given(st.text(), st.text())
def test_never_raises(source: str, target: str) -> None:
    flags(source, target)
    list(merged(Passage((Sentence(source, " ", target), Sentence(target, "", source)))))


@given(st.text(alphabet="قالو ،.123aA I'-«"), st.text(alphabet="said a.,1A'-"))
def test_never_raises_on_words(source: str, target: str) -> None:
    flags(source, target)
    flags(target, source)


@pytest.mark.parametrize("word", [("قال ", "said "), ("بتك ", "btk "), ("1 ", "1 "), ("ا", "a"), ("، ", "AB ")])
def test_hostile_text_is_quick(word: tuple[str, str]) -> None:
    source, target = (part * (100_000 // len(part)) for part in word)
    flags(source, target)


def test_missing() -> None:
    assert [flag.severity for flag in missing(Sentence("قال الوزير", "", " ... "))] == ["error"]
    assert not list(missing(Sentence("قال الوزير", "", "He said")))


@pytest.mark.parametrize(
    ("source", "target"), [("", ""), ("***", "***"), ("—", "—"), ("—", ""), (" ", "\xa0"), ("…", ".")]
)
def test_marks_need_no_translation(source: str, target: str) -> None:
    assert not list(missing(Sentence(source, "", target)))


@pytest.mark.parametrize("source", ["", " ", "—", "***"])
def test_english_without_arabic(source: str) -> None:
    (flag,) = missing(Sentence(source, "", "He said"))
    assert (flag.severity, flag.message) == ("warning", "There is English here, but no Arabic")
    assert not list(missing(Sentence(source, "", "He said", literal=True)))


@pytest.mark.parametrize("source", ["Reuters", "2024", "قال", "هـ"])
def test_letters_and_digits_need_some(source: str) -> None:
    assert [flag.severity for flag in missing(Sentence(source, "", ""))] == ["error"]
    assert not list(missing(Sentence(source, "", "", literal=True)))


def test_what_the_decode_says() -> None:
    decoding = Decoding()
    stopped = Translation((Hypothesis("He", -1.0, 2, False),), "☃", decoding)
    sentence = Sentence("قال", "", "He", stopped)
    assert [flag.severity for flag in unfinished(sentence)] == ["error"]
    assert ["☃" in flag.message for flag in unknown(sentence)] == [True]


def test_text_that_is_not_arabic() -> None:
    assert [flag.severity for flag in untranslated(Sentence("Reuters said", "", "Reuters said", literal=True))] == [
        "info"
    ]
    assert [flag.severity for flag in untranslated(Sentence("Министр", "", "Министр", literal=True))] == ["warning"]


def test_a_cut_sentence_has_one_flag() -> None:
    pieces = tuple(Sentence(part, " ", part, cut=True) for part in ("one", "two", "three"))
    (flag,) = cut(Passage((Sentence("zero", " ", "zero"), *pieces)))
    assert (flag.sentence, flag.source) == (2, "one two three")
