"""Makes the tensors of a translation step from sentence pairs, varied anew each time in training.

It knows the vocabulary and the table of word translations, and no network.
"""

import random
import re

import sentencepiece
import torch

from training.align import Floats, posterior
from training.corpus import Pair
from training.loop import IGNORED, SEED, Tensors, pad
from training.vocabulary import EOS, PAD

# sentencepiece's smoothing of subword sampling: 0 is all segmentations alike. Half of the pairs are sampled; the other
# half is segmented as in use.
SAMPLING_ALPHA = 0.3
SAMPLED = 0.5

# How often the numbers of a pair are replaced by others on both sides: they are to be copied, not remembered.
NUMBERS_REPLACED = 0.5

_NUMBER = re.compile(r"\d+")


def replace_numbers(pair: Pair, rng: random.Random) -> tuple[str, str]:
    """Return both sides with each number that stands once in both replaced by one of the same length."""
    arabic, english = _NUMBER.findall(pair.arabic), _NUMBER.findall(pair.english)
    new = {}
    for number in arabic:
        # A lone 1 governs other grammar than the rest, and 0 does too.
        if arabic.count(number) == english.count(number) == 1 and number not in "10":
            first = rng.choice("23456789" if len(number) == 1 else "123456789")
            new[number] = first + "".join(rng.choice("0123456789") for _ in number[1:])
    return (
        _NUMBER.sub(lambda match: new.get(match[0], match[0]), pair.arabic),
        _NUMBER.sub(lambda match: new.get(match[0], match[0]), pair.english),
    )


class Encoder:
    """Makes the tensors of a step from pairs; ``varied`` turns on sampling and number replacement (training only)."""

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

    def __call__(self, step: int, indices: list[int]) -> Tensors:
        rng = random.Random(SEED + step)
        sources, targets = [], []
        for i in indices:
            pair = self._pairs[i]
            arabic, english = pair.arabic, pair.english
            if self._varied and rng.random() < NUMBERS_REPLACED:
                arabic, english = replace_numbers(pair, rng)
            sampled = self._varied and rng.random() < SAMPLED
            source = self._source.encode(
                arabic, out_type=str, enable_sampling=sampled, alpha=SAMPLING_ALPHA, nbest_size=-1
            )
            sources.append(self._numbers(source))
            targets.append(self._numbers(self._target.encode(english, out_type=str)))
        end, start = self._vocabulary[EOS], self._vocabulary[PAD]
        input_ids = pad(sources, start)
        return {
            "input_ids": input_ids,
            "attention_mask": (input_ids != start).long(),
            "decoder_input_ids": pad([[start, *target[:-1]] for target in targets], end),
            "labels": pad(targets, IGNORED),
            "aligned": self._alignments(sources, targets),
        }

    def _alignments(self, sources: list[list[int]], targets: list[list[int]]) -> torch.Tensor:
        found = torch.zeros(len(sources), max(map(len, targets)), max(map(len, sources)))
        for i, (source, target) in enumerate(zip(sources, targets, strict=True)):
            found[i, : len(target), : len(source)] = torch.from_numpy(posterior(self._lexicon, source, target))
        return found

    def _numbers(self, tokens: list[str]) -> list[int]:
        unknown = self._vocabulary["<unk>"]
        return [*(self._vocabulary.get(token, unknown) for token in tokens), self._vocabulary[EOS]]
