"""Texts into batches by their lengths. Knows numbers only: no text, no model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Batch:
    """Positions of texts that are decoded together, in a matrix of ``length`` columns: at least the longest text's length."""

    positions: tuple[int, ...]
    length: int


def batches(lengths: Sequence[int], max_tokens: int) -> list[Batch]:
    """Group positions into batches of at most ``max_tokens`` padded tokens (longest text x texts in the batch).

    Returns positions into ``lengths``, longest first, so that a batch too big for the memory fails at once and padding is
    small; equal lengths keep their order. A text longer than ``max_tokens`` gets a batch to itself. Raises
    ``ValueError`` for a ``max_tokens`` below 1.
    """
    _check(max_tokens)
    made: list[list[int]] = []
    longest = 0
    for position in _longest_first(lengths):
        # An empty text still takes a row of the batch.
        length = max(lengths[position], 1)
        if not made or (len(made[-1]) + 1) * longest > max_tokens:
            made.append([])
            longest = length
        made[-1].append(position)
    return [Batch(tuple(positions), max(1, lengths[positions[0]])) for positions in made]


def shaped_batches(lengths: Sequence[int], max_tokens: int, shape: Callable[[int], int]) -> list[Batch]:
    """As ``batches``, but a text's matrix has ``shape(its length)`` columns, whatever its neighbours.

    ``shape`` returns at least the length it is given and never falls as that grows. Texts of one shape are dealt out like
    cards, so that as many batches as can be hold a text that fills the matrix by itself.
    """
    _check(max_tokens)
    made = []
    for columns, group in groupby(_longest_first(lengths), key=lambda position: shape(max(1, lengths[position]))):
        positions = list(group)
        count = -(-len(positions) // max(1, max_tokens // columns))
        made += [Batch(tuple(positions[first::count]), columns) for first in range(count)]
    return made


def _longest_first(lengths: Sequence[int]) -> list[int]:
    return sorted(range(len(lengths)), key=lambda position: -lengths[position])


def _check(max_tokens: int) -> None:
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, not {max_tokens}")
