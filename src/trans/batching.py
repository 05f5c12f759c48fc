"""Texts into batches by their lengths. Knows numbers only: no text, no model."""

from collections.abc import Sequence
from itertools import groupby


def batches(lengths: Sequence[int], max_tokens: int) -> list[list[int]]:
    """Group positions into batches of at most ``max_tokens`` padded tokens (longest text x texts in the batch).

    Returns positions into ``lengths``, longest first, so that a batch too big for the memory fails at once and padding is
    small; equal lengths keep their order. A text longer than ``max_tokens`` gets a batch to itself. Raises
    ``ValueError`` for a ``max_tokens`` below 1.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, not {max_tokens}")
    result: list[list[int]] = []
    longest = 0
    for position in sorted(range(len(lengths)), key=lambda index: -lengths[index]):
        # An empty text still takes a row of the batch.
        length = max(lengths[position], 1)
        if not result or (len(result[-1]) + 1) * longest > max_tokens:
            result.append([])
            longest = length
        result[-1].append(position)
    return result


def equal_length_batches(lengths: Sequence[int], max_tokens: int) -> list[list[int]]:
    """As ``batches``, and no batch holds two lengths: nothing is padded."""
    longest_first = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    made = []
    for length, group in groupby(longest_first, key=lambda index: lengths[index]):
        indices = list(group)
        size = max(1, max_tokens // max(1, length))
        made += [indices[start : start + size] for start in range(0, len(indices), size)]
    return made
