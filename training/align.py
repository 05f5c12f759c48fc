"""Which Arabic piece an English piece comes from: IBM Model 1 (Brown et al. 1993), run over the training pairs.

``python -m training.align`` writes the table of word translations that ``training.translator`` starts from and is guided
by. It knows pieces as numbers only, and no network.
"""

import json
from collections.abc import Sequence

import numpy
import numpy.typing

from training.corpus import load_pairs
from training.place import DATA
from training.vocabulary import load, numbers, target_size

Floats = numpy.typing.NDArray[numpy.float32]

LEXICON = DATA / "lexicon.npy"

# Model 1 has converged for this use after a few rounds; more only sharpen rare words' accidents.
ROUNDS = 5
# fast_align's default (Dyer et al. 2013): how strongly a pair of pieces at the same relative position is preferred.
DIAGONAL = 4.0
# Longer pairs are few and cost the square of their length.
MAX_TOKENS = 90


def lexicon(sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]], rows: int, columns: int) -> Floats:
    """Return t(target | source), shape (rows, columns). The </s> that ends each source is the empty word."""
    cells, instances = [], []
    first = 0
    for source, target in zip(sources, targets, strict=True):
        grid = numpy.asarray(source, numpy.int64)[:, None] * columns + numpy.asarray(target, numpy.int64)
        cells.append(grid.ravel().astype(numpy.int32))
        instances.append(numpy.tile(numpy.arange(first, first + len(target), dtype=numpy.int32), len(source)))
        first += len(target)
    cell, instance = numpy.concatenate(cells), numpy.concatenate(instances)
    table = numpy.ones(rows * columns, numpy.float32)
    for _ in range(ROUNDS):
        share = table[cell]
        share /= numpy.bincount(instance, share, minlength=first).astype(numpy.float32)[instance]
        counts = numpy.bincount(cell, share, minlength=rows * columns).reshape(rows, columns)
        table = (counts / numpy.maximum(counts.sum(1, keepdims=True), 1e-9)).astype(numpy.float32).ravel()
    return table.reshape(rows, columns)


def posterior(table: Floats, source: Sequence[int], target: Sequence[int]) -> Floats:
    """Return where each target piece comes from, shape (target length, source length), each row a distribution."""
    weights = table[numpy.asarray(source)][:, numpy.asarray(target)].T.astype(numpy.float32) + 1e-8
    rows, columns = weights.shape
    distance = numpy.abs(numpy.linspace(0, 1, rows)[:, None] - numpy.linspace(0, 1, columns)[None, :])
    prior = numpy.exp(-DIAGONAL * distance)
    # The empty word has no place.
    prior[:, -1] = prior[:, :-1].mean(1) if columns > 1 else 1.0
    weights *= prior.astype(numpy.float32)
    return numpy.asarray(weights / weights.sum(1, keepdims=True), numpy.float32)


def align() -> None:
    """Write the table."""
    vocabulary = json.loads((DATA / "vocab.json").read_text(encoding="utf-8"))
    source, target = load(DATA / "source.spm"), load(DATA / "target.spm")
    columns = target_size(target)
    sources, targets = [], []
    for pair in load_pairs(DATA / "translator.train.jsonl"):
        arabic, english = source.encode(pair.arabic, out_type=str), target.encode(pair.english, out_type=str)
        if max(len(arabic), len(english)) < MAX_TOKENS:
            sources.append(numbers(arabic, vocabulary, len(vocabulary)))
            targets.append(numbers(english, vocabulary, columns))
    numpy.save(LEXICON, lexicon(sources, targets, len(vocabulary), columns).astype(numpy.float16))


if __name__ == "__main__":
    align()
