import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.batching import batches, equal_length_batches


@given(st.lists(st.integers(0, 50)), st.integers(1, 100))
def test_every_position_once_within_the_budget_longest_first(lengths: list[int], max_tokens: int) -> None:
    made = batches(lengths, max_tokens)
    flat = [position for batch in made for position in batch]
    assert sorted(flat) == list(range(len(lengths)))
    assert [lengths[position] for position in flat] == sorted(lengths, reverse=True)
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(lengths[position] for position in batch) <= max_tokens


def test_equal_lengths_keep_their_order() -> None:
    assert batches([3, 5, 3, 5], 10) == [[1, 3], [0, 2]]


def test_a_text_over_the_budget_goes_alone() -> None:
    assert batches([30, 2, 2], 10) == [[0], [1, 2]]


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        batches([1], 0)


@given(st.lists(st.integers(0, 50)), st.integers(1, 100))
def test_equal_length_batches_need_no_padding(lengths: list[int], max_tokens: int) -> None:
    made = equal_length_batches(lengths, max_tokens)
    flat = [position for batch in made for position in batch]
    assert sorted(flat) == list(range(len(lengths)))
    assert [lengths[position] for position in flat] == sorted(lengths, reverse=True)
    for batch in made:
        assert len({lengths[position] for position in batch}) == 1
        assert len(batch) == 1 or len(batch) * lengths[batch[0]] <= max_tokens
