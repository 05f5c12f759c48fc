"""Makes the tensors of a translation step from sentence pairs, varied anew each time in training.

It knows the vocabulary and the table of word translations, and no network.
"""

import random

import sentencepiece
import torch

from training.align import Floats, posterior
from training.augment import vary
from training.corpus import Pair
from training.loop import IGNORED, PROCESSES, SEED, Tensors, pad
from training.vocabulary import EOS, PAD, numbers, target_size

# sentencepiece's smoothing of subword sampling: 0 is all segmentations alike. The rest is segmented as in use. More
# sampling makes sources longer and steps slower: with half of the pairs at 0.3 they had 1.4 times as many pieces.
SAMPLING_ALPHA = 0.5
SAMPLED = 0.3

# The weight of the guide, not tuned: full at first, to find the way, then little, as it is often wrong.
GUIDE = (0.5, 0.05)
GUIDE_STEPS = 1000


def guide_weight(step: int) -> float:
    """Return how much the table of word translations counts in a step."""
    first, last = GUIDE
    return max(last, first - (first - last) * step / GUIDE_STEPS)


class Encoder:
    """Makes the tensors of a step from pairs; ``varied`` turns on sampling and other names and numbers (training only)."""

    def __init__(
        self,
        pairs: list[Pair],
        source: sentencepiece.SentencePieceProcessor,
        target: sentencepiece.SentencePieceProcessor,
        vocabulary: dict[str, int],
        lexicon: Floats,
        *,
        varied: bool,
    ) -> None:
        self._lexicon = lexicon
        self._pairs = pairs
        self._source, self._target, self._vocabulary = source, target, vocabulary
        self._varied = varied
        self._target_size = target_size(target)

    def __call__(self, item: int, indices: list[int]) -> Tensors:
        rng = random.Random(SEED + item)
        # sentencepiece draws from a generator of its own.
        sentencepiece.set_random_generator_seed(SEED + item)
        sources, targets = [], []
        for i in indices:
            pair = self._pairs[i]
            arabic, english = pair.arabic, pair.english
            if self._varied:
                arabic, english = vary(arabic, english, rng)
            sampled = self._varied and rng.random() < SAMPLED
            source = self._source.encode(
                arabic, out_type=str, enable_sampling=sampled, alpha=SAMPLING_ALPHA, nbest_size=-1
            )
            sources.append(numbers(source, self._vocabulary, len(self._vocabulary)))
            targets.append(numbers(self._target.encode(english, out_type=str), self._vocabulary, self._target_size))
        end, start = self._vocabulary[EOS], self._vocabulary[PAD]
        input_ids = pad(sources, start)
        return {
            "input_ids": input_ids,
            "attention_mask": (input_ids != start).long(),
            "decoder_input_ids": pad([[start, *target[:-1]] for target in targets], end),
            "labels": pad(targets, IGNORED),
            "aligned": self._alignments(sources, targets) * guide_weight(item // PROCESSES),
        }

    def _alignments(self, sources: list[list[int]], targets: list[list[int]]) -> torch.Tensor:
        found = torch.zeros(len(sources), max(map(len, targets)), max(map(len, sources)))
        for i, (source, target) in enumerate(zip(sources, targets, strict=True)):
            found[i, : len(target), : len(source)] = torch.from_numpy(posterior(self._lexicon, source, target))
        return found
