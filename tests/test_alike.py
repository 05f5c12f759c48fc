"""Near copies: what a signature tells of two texts, and that any number of texts is grouped in little time."""

import random
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans import alike
from trans.alike import NOTHING_IN_COMMON, THRESHOLD, groups, shingles, signature, similarity

WORDS = (
    "أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة مليون دولار وقال الوزير إن العمل يبدأ في الربيع وأضاف أن المشروع "
    "يخدم مدينة في سوريا والعراق وتعاني المنطقة من شح الأمطار منذ سنوات ويأمل السكان حل قريب لهذه الأزمة الطويلة رغم تحذيرات "
    "خبراء البيئة"
).split()


def story(seed: int, count: int = 120) -> list[str]:
    """Words of one story, all of the same few."""
    return random.Random(seed).choices(WORDS, k=count)


def text(words: list[str]) -> tuple[str, ...]:
    return (" ".join(words),)


def share(one: list[str], other: list[str]) -> float:
    first, second = set(shingles(text(one))), set(shingles(text(other)))
    return len(first & second) / len(first | second)


@given(st.integers(0, 999), st.integers(0, 120))
def test_signatures_tell_the_share_of_shingles(seed: int, kept: int) -> None:
    one = story(seed)
    other = one[:kept] + story(seed + 1_000, 120 - kept)
    assert abs(similarity(signature(text(one)), signature(text(other))) - share(one, other)) < 0.25  # five deviations


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_any_texts_have_signatures_that_compare(one: list[str], other: list[str]) -> None:
    first, second = signature(one), signature(other)
    assert similarity(first, first) == (1 if first else 0)
    assert 0 <= similarity(first, second) == similarity(second, first) <= 1


def test_spelling_marks_and_layout_make_no_difference() -> None:
    plain = text([*WORDS, "إلى", "أزمة"])
    other = (" ".join(WORDS[:20]) + "،", "«" + "  ".join(WORDS[20:]) + "» الى أَزْمَـــة.")
    assert signature(plain) == signature(other)


def test_of_a_book_the_beginning_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.alike._MOST_WORDS", 100)
    assert len(shingles(text(story(1)))) == 98
    assert signature(text(story(1))) == signature(text(story(1)[:100]))


def test_a_text_without_words_is_like_none() -> None:
    assert signature(("", " – ", "…")) == b""
    assert similarity(b"", b"") == 0


COPIES: dict[str, Callable[[list[str]], list[str]]] = {
    "dateline": lambda words: ["دبي", "(رويترز)", "-", *words],
    "headline": lambda words: [*"عاجل تفاصيل ما جرى اليوم".split(), *words[8:]],
    "trimmed": lambda words: words[: len(words) * 4 // 5],
    "added": lambda words: words + story(77, 25),
    "credit": lambda words: [*words, *"إعداد سامي للنشرة العربية تحرير ليلى".split()],
}


@pytest.mark.parametrize("kind", COPIES)
def test_copies_are_grouped_and_stories_of_the_same_words_are_not(kind: str) -> None:
    stories = [story(seed) for seed in range(40)]
    copies = [COPIES[kind](words) for words in stories]
    found = groups([signature(text(words)) for words in (*stories, *copies)])
    assert sorted(found) == [[place, place + 40] for place in range(40)]
    assert max(share(one, other) for one, other in combinations(stories, 2)) < NOTHING_IN_COMMON


def test_a_follow_up_that_repeats_half_of_a_story_is_another() -> None:
    one = story(1)
    other = story(2, 60) + one[60:]
    assert NOTHING_IN_COMMON < share(one, other) < THRESHOLD
    assert groups([signature(text(one)), signature(text(other))]) == []


def test_captions_and_flashes_are_compared_and_never_grouped() -> None:
    one, other = signature(text(WORDS[:8])), signature(text(WORDS[8:16]))
    assert similarity(one, one) == 1
    assert similarity(one, other) < NOTHING_IN_COMMON
    assert groups([one, one]) == []
    assert similarity(one, signature(text(WORDS[:8] + WORDS[20:]))) > 0


@given(st.lists(st.integers(0, 5), max_size=12))
def test_each_text_is_in_one_group_with_its_copies(numbers: list[int]) -> None:
    found = groups([signature(text(story(number))) for number in numbers])
    places = [place for group in found for place in group]
    assert len(set(places)) == len(places)
    for group in found:
        assert group == [place for place, number in enumerate(numbers) if number == numbers[group[0]]]
    assert sum(map(len, found)) == sum(1 for number in numbers if numbers.count(number) > 1)


class Counted:
    """Counts how many pairs of signatures are compared."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pairs = 0
        compare = alike.similarity

        def similarity(one: bytes, other: bytes) -> float:
            self.pairs += 1
            return compare(one, other)

        monkeypatch.setattr("trans.alike.similarity", similarity)


def half_alike(count: int) -> list[bytes]:
    chance = random.Random(3)
    one = chance.randbytes(128)
    return [bytes(value if chance.random() < 0.65 else chance.randrange(256) for value in one) for _ in range(count)]


@pytest.mark.parametrize("kind", ["the same", "half alike", "nothing in common"])
def test_work_grows_with_the_number_of_texts_only(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    count = 1_000
    chance = random.Random(4)
    texts = {
        "the same": [signature(text(story(1)))] * count,
        "half alike": half_alike(count),
        "nothing in common": [chance.randbytes(128) for _ in range(count)],
    }[kind]
    found = groups(texts)
    assert counted.pairs <= 8 * count
    if kind == "the same":
        assert [len(group) for group in found] == [count]
    if kind == "nothing in common":
        assert found == []
