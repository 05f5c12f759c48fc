"""What a new version says that the one before did not: paragraphs, sentences, the headline; told in a line."""

import random
import sys
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans import updates
from trans.article import Article, Kind, Source
from trans.brief import Brief, Hashes, Passage, Provenance, Sentence, Spot, Update, Version
from trans.updates import told, update_of

LEAD = "أعلنت وزارة المياه بدء العمل في محطة جديدة للتحلية. ويبلغ حجم الإنفاق 300 مليون دولار."
SECOND = "وقال الوزير إن المحطة تخدم ثلاث مدن على الساحل. وأضاف أن العمل فيها ينتهي بعد عامين."
THIRD = "وتعاني المنطقة من شح الأمطار منذ سنوات. ويعتمد سكانها على صهاريج تأتي من الجنوب."
FOURTH = "وكانت شركة محلية قد بنت محطة أصغر قبل عشرة أعوام. وتوقفت تلك بسبب عطل في المضخات."
NEW = "ورحبت نقابة المهندسين بالمشروع في بيان مساء الأحد. وطالبت بتوظيف أبناء المدن الثلاث."

_MADE = Provenance("0", "p", False, {}, {}, Hashes("", "", ""))


def passage(text: str, kind: Kind = "text", marker: str = "") -> Passage:
    """A passage whose sentences end with a full stop and a space."""
    pieces = text.replace(". ", ".\0").split("\0") if text else []
    first = (Sentence(marker.rstrip(), " ", marker.rstrip(), literal=True),) if marker else ()
    return Passage((*first, *(Sentence(piece, " ", "x") for piece in pieces)), kind)


def brief(*paragraphs: str | Passage, headline: str = "محطة جديدة", decks: tuple[str, ...] = ()) -> Brief:
    made = tuple(one if isinstance(one, Passage) else passage(one) for one in paragraphs)
    article = Article("a", Source("a", "0", "utf-8", 1), headline, decks, ())
    return Brief(article, passage(headline), tuple(map(passage, decks)), (), made, (), _MADE)


OLD = brief(LEAD, SECOND, THIRD, FOURTH)


def diff(
    *paragraphs: str | Passage, old: Brief = OLD, headline: str = "محطة جديدة", decks: tuple[str, ...] = ()
) -> Update:
    return update_of(brief(*paragraphs, headline=headline, decks=decks), old, ())


def at(number: int, *sentences: int) -> tuple[Spot, ...]:
    return tuple(Spot("paragraph", number, one) for one in sentences)


def test_a_changed_sentence_is_marked_in_its_paragraph() -> None:
    update = diff(LEAD, SECOND.replace("عامين", "ثلاثة أعوام"), THIRD, FOURTH)
    assert update == Update(2, changed=(2,), spots=at(2, 2))
    assert told(update) == "updated: paragraph 2 changed"


def test_versions_are_counted_and_passed_on() -> None:
    versions = (Version(2, "b" * 64, ".trans/versions/2.json"), Version(1, "a" * 64, ".trans/versions/1.json"))
    before = replace(OLD, update=Update(2))
    assert update_of(OLD, before, versions) == Update(3, versions=versions)


@pytest.mark.parametrize(
    "paragraphs",
    [
        (LEAD, SECOND, THIRD, FOURTH),
        (FOURTH, LEAD, THIRD, SECOND),
        (LEAD.replace(" ", "  "), f"\u00a0{SECOND}", THIRD.replace("شح", "\u200fشح\u200f"), FOURTH),
        (f"{LEAD} {SECOND}", THIRD, FOURTH),
        (*LEAD.split(". "), SECOND, THIRD, FOURTH),
        (SECOND, ". ".join(reversed(LEAD.removesuffix(".").split(". "))) + ".", THIRD, FOURTH),
    ],
)
def test_what_moved_and_white_space_are_no_change(paragraphs: tuple[str, ...]) -> None:
    # A sentence that loses its full stop where a paragraph ends is written otherwise: here none does.
    update = diff(*(one if one.endswith(".") else f"{one}." for one in paragraphs))
    assert update == Update(2)
    assert told(update) == "updated: no text changed"


def test_a_new_paragraph_and_one_that_is_gone() -> None:
    assert diff(LEAD, NEW, SECOND, THIRD, FOURTH) == Update(2, added=(2,), spots=at(2, 1, 2))
    assert diff(LEAD, SECOND, FOURTH) == Update(2, removed=1)
    assert diff(LEAD, SECOND, NEW, FOURTH) == Update(2, added=(3,), removed=1, spots=at(3, 1, 2))
    assert told(diff(LEAD, SECOND, NEW)) == "updated: paragraph 3 is new; 2 paragraphs were taken out"


def test_a_paragraph_that_moved_and_changed_is_one_that_changed() -> None:
    update = diff(FOURTH.replace("عشرة", "تسعة"), LEAD, SECOND, THIRD)
    assert update == Update(2, changed=(1,), spots=at(1, 1))


def test_a_paragraph_that_lost_a_sentence_changed() -> None:
    assert diff(LEAD, SECOND.split(". ")[0] + ".", THIRD, FOURTH) == Update(2, changed=(2,))


def test_a_short_paragraph_keeps_its_place() -> None:
    old = brief(LEAD, "وأصيب 5 أشخاص.", THIRD)
    assert diff(LEAD, "وأصيب 7 أشخاص.", THIRD, old=old) == Update(2, changed=(2,), spots=at(2, 1))


def test_headline_and_decks() -> None:
    old = brief(LEAD, headline="محطة جديدة", decks=("الكلفة 300 مليون", "العمل يبدأ غدا"))
    update = diff(LEAD, old=old, headline="محطة للتحلية", decks=("الكلفة 400 مليون", "العمل يبدأ غدا"))
    assert update == Update(2, headline=True, spots=(Spot("headline", None, 1), Spot("deck", 1, 1)))
    assert told(update) == "updated: the headline changed; a deck changed"
    # White space and place are no change here either; what is gone is told.
    same = diff(LEAD, old=old, headline="محطة\u00a0جديدة", decks=("العمل يبدأ غدا", "الكلفة 300 مليون"))
    assert same == Update(2)
    assert diff(LEAD, old=old, decks=("العمل يبدأ غدا",)) == Update(2, removed=1)
    assert told(diff(LEAD, old=old)) == "updated: 2 paragraphs were taken out"


def test_a_sentence_of_the_text_as_headline_is_a_new_headline() -> None:
    first = LEAD.split(". ")[0] + "."
    assert diff(LEAD, SECOND, THIRD, FOURTH, headline=first).spots == (Spot("headline", None, 1),)


def test_the_numbers_of_a_list_are_no_text() -> None:
    old = brief(*(passage(text, "list", f"{n}. ") for n, text in enumerate((LEAD, SECOND, THIRD), 1)))
    new = (passage(text, "list", f"{n}. ") for n, text in enumerate((LEAD, NEW, SECOND, THIRD), 1))
    assert diff(*new, old=old) == Update(2, added=(2,), spots=at(2, 2, 3))


def test_where_a_model_had_sentences_cut_is_no_change() -> None:
    cut = [
        Sentence(one, " ", "x", cut=True)
        for one in ("أعلنت وزارة المياه بدء", "العمل في محطة جديدة", "للتحلية على الساحل.")
    ]
    wide = [
        Sentence(one, " ", "x", cut=True)
        for one in ("أعلنت وزارة المياه بدء العمل في محطة", "جديدة للتحلية على الساحل.")
    ]
    old = brief(Passage(tuple(cut)), SECOND)
    assert diff(Passage(tuple(wide)), SECOND, old=old) == Update(2)
    changed = (cut[0], Sentence("العمل في محطة قديمة", " ", "x", cut=True), cut[2])
    assert diff(Passage(changed), SECOND, old=old) == Update(2, changed=(1,), spots=at(1, 2))


def test_a_text_all_new() -> None:
    assert diff(NEW) == Update(2, added=(1,), removed=4, spots=at(1, 1, 2))
    assert diff() == Update(2, removed=4)
    assert diff(LEAD, old=brief()) == Update(2, added=(1,), spots=at(1, 1, 2))


@pytest.mark.parametrize(
    ("update", "line"),
    [
        (Update(2), "no text changed"),
        (Update(2, changed=(2, 5)), "paragraphs 2 and 5 changed"),
        (Update(2, changed=(2, 3)), "paragraphs 2 and 3 changed"),
        (Update(2, changed=(5, 6, 7)), "paragraphs 5–7 changed"),
        (Update(2, changed=(2, 4, 9)), "paragraphs 2, 4 and 9 changed"),
        (
            Update(2, headline=True, changed=(2, 5, 6, 7), added=(9,), removed=2),
            "paragraphs 2, 5–7 changed; paragraph 9 is new; 2 paragraphs were taken out; the headline changed",
        ),
        (Update(2, added=(1, 3)), "paragraphs 1 and 3 are new"),
        (Update(2, changed=tuple(range(1, 60, 2))), "30 paragraphs changed"),
        (Update(2, changed=tuple(range(1, 2001))), "paragraphs 1–2000 changed"),
        (Update(2, removed=1), "1 paragraph was taken out"),
        (Update(2, spots=(Spot("deck", 1, 1), Spot("deck", 1, 2), Spot("deck", 2, 1))), "2 decks changed"),
    ],
)
def test_an_update_is_told_in_plain_words(update: Update, line: str) -> None:
    assert told(update) == f"updated: {line}"


_SENTENCES = st.sampled_from(
    [f"{one}." for text in (LEAD, SECOND, THIRD) for one in text.removesuffix(".").split(". ")]
)
_PARAGRAPHS = st.lists(st.lists(_SENTENCES | st.text("اب. ", max_size=6), max_size=4).map(" ".join), max_size=6)


@given(_PARAGRAPHS, _PARAGRAPHS)
def test_every_new_sentence_is_marked_and_no_other(old: list[str], new: list[str]) -> None:
    before, after = brief(*old), brief(*new)
    update = update_of(after, before, ())
    had = {" ".join(one.source.split()) for _, _, part in before.parts() for one in part.sentences}
    expected = {
        Spot("paragraph", number, at)
        for number, part in enumerate(after.paragraphs, 1)
        for at, one in enumerate(part.sentences, 1)
        if (text := " ".join(one.source.split())) not in had and any(map(str.isalnum, text))
    }
    assert set(update.spots) == expected
    assert {spot.paragraph for spot in expected} <= {*update.changed, *update.added}
    assert not set(update.changed) & set(update.added)
    assert update.removed <= len(old)
    assert update_of(before, before, ()) == Update(2)


def _hostile(kind: str, size: int, salt: int) -> Brief:
    rng = random.Random(f"{kind}{salt}")
    if kind == "the same words":
        texts = [" ".join(rng.choice("ابجدهوز") for _ in range(12)) + "." for _ in range(size)]
    elif kind == "one word":
        texts = ["كلمة " * rng.randrange(1, 24) + f"{salt}." for _ in range(size)]
    elif kind == "rare words, eight times each":
        texts = [" ".join(f"كلمة{rng.randrange(size * 12 // 8)}" for _ in range(12)) + "." for _ in range(size)]
    elif kind == "one long paragraph":
        texts = [" ".join(f"جملة {rng.randrange(size)} {salt}." for _ in range(size * 4))]
    else:
        texts = [f"فقرة رقم {n + salt} من الخبر الطويل جدا." for n in range(size)]
    return brief(*texts)


@pytest.mark.parametrize(
    "kind", ["the same words", "one word", "rare words, eight times each", "one long paragraph", "renumbered"]
)
def test_the_work_grows_with_the_text(kind: str) -> None:
    lines = dict.fromkeys((150, 600), 0)
    for size in lines:
        old, new = _hostile(kind, size, 1), _hostile(kind, size, 2)

        def count(frame: FrameType, event: str, arg: object, size: int = size) -> Any:
            lines[size] += event == "line"
            return count if frame.f_code.co_filename == updates.__file__ else None

        before = sys.gettrace()
        sys.settrace(count)
        try:
            update_of(new, old, ())
        finally:
            sys.settrace(before)
    assert 0 < lines[600] < 5.5 * lines[150]  # 16 times where each is compared with each
