import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.batching import Batch, batches, shaped_batches


def fours(length: int) -> int:
    return -(-length // 4) * 4


@given(st.lists(st.integers(0, 50)), st.integers(1, 100))
def test_every_position_once_within_the_budget_longest_first(lengths: list[int], max_tokens: int) -> None:
    made = batches(lengths, max_tokens)
    flat = [position for batch in made for position in batch.positions]
    assert sorted(flat) == list(range(len(lengths)))
    assert [lengths[position] for position in flat] == sorted(lengths, reverse=True)
    for batch in made:
        assert batch.length == max(1, *(lengths[position] for position in batch.positions))
        assert len(batch.positions) == 1 or len(batch.positions) * batch.length <= max_tokens


def test_equal_lengths_keep_their_order() -> None:
    assert batches([3, 5, 3, 5], 10) == [Batch((1, 3), 5), Batch((0, 2), 3)]


def test_a_text_over_the_budget_goes_alone() -> None:
    assert batches([30, 2, 2], 10) == [Batch((0,), 30), Batch((1, 2), 2)]


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        batches([1], 0)
    with pytest.raises(ValueError, match="at least 1"):
        shaped_batches([1], 0, fours)


@given(st.lists(st.integers(0, 50)), st.integers(1, 100))
def test_a_text_has_the_same_shape_whatever_its_neighbours(lengths: list[int], max_tokens: int) -> None:
    made = shaped_batches(lengths, max_tokens, fours)
    assert sorted(position for batch in made for position in batch.positions) == list(range(len(lengths)))
    assert [batch.length for batch in made] == sorted((batch.length for batch in made), reverse=True)
    for batch in made:
        assert {fours(max(1, lengths[position])) for position in batch.positions} == {batch.length}
        assert len(batch.positions) == 1 or len(batch.positions) * batch.length <= max_tokens


def test_texts_that_fill_their_shape_are_spread_over_the_batches() -> None:
    assert shaped_batches([7, 8, 6, 8], 16, fours) == [Batch((1, 0), 8), Batch((3, 2), 8)]
