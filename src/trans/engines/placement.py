"""How an engine lies on the machine: how many batches at once, on how many cores or GPUs each, and how large they may be.

Decides from numbers only, so that every decision can be tested without the hardware. Knows no library.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Placement:
    """``workers``: batches decoded at once, on each of ``gpus`` where there are some; ``threads``: cores in one batch.

    ``slots`` is how many batches are in the library's hands at once.
    """

    device: Literal["cpu", "cuda"] = "cpu"
    workers: int = 1
    threads: int = 1
    gpus: tuple[int, ...] = (0,)
    slots: int = 1


def on_cores(cores: int, workers: int | None = None, threads: int | None = None) -> Placement:
    """Return the placement on ``cores`` physical cores; what is given overrides.

    A worker a core unless told otherwise: decoding is many small steps, after each of which a batch's threads wait for one
    another. On two cores (AVX2) one worker with both took 1.9 times as long for translations at opus-mt's size and 2.2
    times for summaries at mT5-base's.
    """
    if workers is None:
        workers = max(1, cores // (threads or 1))
    return Placement("cpu", workers, threads or max(1, cores // workers), slots=workers)


def on_gpus(count: int, workers: int | None = None) -> Placement:
    """Return the placement on the first ``count`` GPUs that the process sees, ``workers`` batches at once on each."""
    workers = workers or 1
    gpus = tuple(range(max(1, count)))
    # The second in hand keeps a GPU at work while Python takes the first one's results.
    return Placement("cuda", workers, 1, gpus, slots=2 * workers * len(gpus))


@dataclass(frozen=True, slots=True)
class Size:
    """What decides how much memory a batch takes: the decoder's layers and width, heads, and the pieces it chooses from."""

    layers: int
    width: int
    heads: int
    pieces: int
    bytes_a_number: int


# Of the free memory: two engines take theirs one after the other, and caching allocators keep what they once took.
_SHARE = 0.3
# A larger batch gains nothing, a smaller one would be quicker on the CPU.
_MOST_TOKENS, LEAST_TOKENS = 32_768, 512


def bytes_a_token(size: Size, longest: int, usual: int, beams: int) -> float:
    """Return the bytes of a GPU's memory that a padded source token takes; ``longest`` and ``usual`` are texts' lengths.

    An estimate from what beam search keeps for each token: keys and values of the decoder for each beam and of the source once,
    the encoder's attention, and three copies of the last step's logits in float32. What batches took of real GPUs' memory is in
    docs/performance.md.
    """
    kept = 2 * size.layers * size.width * (beams + 1) * size.bytes_a_number
    attention = 2 * size.heads * longest * size.bytes_a_number
    logits = 3 * 4 * beams * size.pieces / max(1, usual)
    return kept + attention + logits


def tokens_that_fit(free_bytes: int, batches: int, size: Size, longest: int, usual: int, beams: int) -> int:
    """Return the padded source tokens of a batch that fit into a GPU's ``free_bytes`` beside ``batches - 1`` others.

    Where it is too much, the engine halves the batch.
    """
    fit = _SHARE * free_bytes / batches / bytes_a_token(size, longest, usual, beams)
    return max(LEAST_TOKENS, min(_MOST_TOKENS, int(fit)))
