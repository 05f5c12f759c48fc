"""``python -m training.summarizer``: train the tiny mT5 model, under ``training/runs/summarizer``.

It learns to say an article in one sentence, mostly by copying its lead: few real summaries exist, and a small model
that paraphrases invents. It reads what ``training.prepare`` wrote; ``training.export`` makes a model folder.
"""

import itertools
import random
from collections.abc import Sequence
from typing import Any

import sentencepiece
import torch
from transformers import MT5Config, MT5ForConditionalGeneration

from training import loop
from training.augment import NUMBERS_SWAPPED, swap_numbers
from training.corpus import Pair, load_pairs
from training.loop import IGNORED, SEED, Batches, Schedule, Tensors, pad, smoothed_loss
from training.place import DATA
from training.vocabulary import load

# mT5's own numbers.
PAD_ID, EOS_ID = 0, 1

# Padded source tokens: about 25 articles. Small, for many updates in little time; not tuned.
BATCH_TOKENS = 3000
# mT5_multilingual_XLSum reads 512; longer articles are cut there in use too.
MAX_SOURCE_TOKENS = 512
DEV_BATCHES = 4

# So that a place that matches outweighs a hundred that don't, and what it brings outweighs the piece just written. Tried
# before any training on 24 leads: with these 86% of the next pieces are right; matching one piece and without
# NOTE_GAIN 37%.
COPY_SHARPNESS = 0.6
COPY_GAIN = 10.0
# Pieces that have to match: the one just written and those before it.
COPY_CONTEXT = 3
# What is noted has to stand out from the noting piece's own embedding.
NOTE_GAIN = 3.0

# Half of what the words count: enough to be learned first, too little to outweigh them later.
ALIGNMENT_WEIGHT = 0.5

# Half an hour or so on two cores. After 3,400 (with the same falling rate at the end) ROUGE-L was no better: 32.4 against 34.6.
STEPS = 2400
# Not tuned; lower than the translator's, because the copying it starts with is not to be lost.
SCHEDULE = Schedule(learning_rate=5e-4, weight_decay=0.01, warmup_steps=50)

# Articles have summaries that somebody wrote; the leads of loose sentences are many and teach to copy.
EVERY = {"news": 8}


def config(vocabulary_size: int) -> MT5Config:
    """Return mT5's architecture at a hundredth of mT5-base's size."""
    return MT5Config(
        vocab_size=vocabulary_size,
        d_model=192,
        d_kv=32,
        num_heads=6,
        d_ff=512,
        num_layers=3,
        num_decoder_layers=2,
        feed_forward_proj="gated-gelu",
        # With 0.1, dropped parts of the pieces looked for undid the copying above: 8.7 nats a piece instead of 3.7.
        dropout_rate=0.0,
        pad_token_id=PAD_ID,
        eos_token_id=EOS_ID,
        decoder_start_token_id=PAD_ID,
        # The only implementation that returns the attention weights.
        attn_implementation="eager",
    )


def untie(model: MT5ForConditionalGeneration) -> None:
    """Give the model an output layer of its own, as mT5 has.

    MT5Config forces ``tie_word_embeddings`` to True whatever it is given, and a model built with False would have three
    embeddings (transformers 5): so the output is parted from the embedding afterwards. It starts as a copy: a copied
    token's own embedding should win at once. mT5 doesn't scale its output, hence the factor.
    """
    model.lm_head.weight = torch.nn.Parameter(model.shared.weight.detach() * model.config.d_model**-0.5)
    model.config.tie_word_embeddings = False


def teach_copying(model: MT5ForConditionalGeneration) -> None:
    """Start the model as a copier: after the pieces just written, say what follows them in the article.

    Started at random, it showed no sign of copying in its first 550 steps; matching the last piece only, it jumped from
    one place to another after 800. Heads of the encoder's first layer note for each piece the ones before it, heads of
    the decoder's first layer the ones written before; all heads of the decoder's first cross-attention look for the
    same row of pieces, and hand over the one they find. Training goes on from there.
    """
    d_kv, d_model, heads = model.config.d_kv, model.config.d_model, model.config.num_heads
    # Orthogonal, so that what is noted of one place is not taken for another's.
    directions = torch.nn.init.orthogonal_(torch.empty(3 * d_kv, d_model))
    looked_for, of_article, of_summary = torch.split(directions, d_kv)
    parts = torch.arange(d_kv).tensor_split(COPY_CONTEXT)
    encoder = model.encoder.block[0].layer[0].SelfAttention
    decoder = model.decoder.block[0].layer[0].SelfAttention
    cross = model.decoder.block[0].layer[1].EncDecAttention
    with torch.no_grad():
        for back, part in enumerate(parts, 1):
            _note(encoder, back - 1, back, looked_for[part], of_article[part], d_kv)
        query = torch.zeros(d_kv, d_model)
        query[parts[0]] = looked_for[parts[0]]
        for back, part in enumerate(parts[1:], 1):
            _note(decoder, back - 1, back, looked_for[part], of_summary[part], d_kv)
            query[part] = of_summary[part]
        # T5 doesn't scale its attention: a match of all parts scores COPY_SHARPNESS * d_kv.
        cross.q.weight.copy_(query.repeat(heads, 1) * COPY_SHARPNESS**0.5)
        cross.k.weight.copy_(of_article.repeat(heads, 1) * COPY_SHARPNESS**0.5)
        cross.v.weight.copy_(torch.eye(d_model))
        cross.o.weight.copy_(torch.eye(d_model) * COPY_GAIN)


def _note(attention: Any, head: int, back: int, read: torch.Tensor, written: torch.Tensor, d_kv: int) -> None:
    """Make a head of a first self-attention write, for each piece, ``read`` of the one ``back`` places before."""
    rows = slice(head * d_kv, head * d_kv + len(read))
    # Buckets of small distances to the left are the distances. e**8 outweighs the few hundred other pieces.
    attention.relative_attention_bias.weight[back, head] = 8.0
    attention.q.weight[head * d_kv : (head + 1) * d_kv] = 0.0
    attention.v.weight[rows] = read
    attention.o.weight[:, rows] = written.T * NOTE_GAIN


class TrainedMt5(MT5ForConditionalGeneration):  # type: ignore[misc]
    """MT5ForConditionalGeneration whose ``forward`` is the smoothed loss, over real positions only.

    Where the summary copies, one head of the first cross-attention is also told where from (guided alignment, Chen et
    al. 2016).
    """

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        decoder_input_ids: torch.Tensor,
        labels: torch.Tensor,
        copied: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """Return {"loss"}; ``copied`` is (batch, target length): the source position a piece is copied from, or -1."""
        encoded = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        decoded = self.decoder(
            input_ids=decoder_input_ids,
            encoder_hidden_states=encoded,
            encoder_attention_mask=attention_mask,
            use_cache=False,
            output_attentions=True,
        )
        real = labels != IGNORED
        hidden = decoded.last_hidden_state[real]
        loss = smoothed_loss(self.lm_head(hidden), labels[real], training=self.training)
        if self.training:
            right = decoded.cross_attentions[0][:, 0].gather(2, copied.clamp_min(0)[:, :, None])[:, :, 0]
            # A weight that underflowed to zero has no logarithm.
            missed = -right.clamp_min(1e-6).log()[copied >= 0]
            loss = loss + ALIGNMENT_WEIGHT * missed.sum() / max(1, missed.numel())
        return {"loss": loss}


class Encoder:
    """Makes the tensors of a step from (article, summary) pairs; here ``english`` is the Arabic summary.

    ``varied`` puts other numbers into half of the pairs, the same into article and summary (training only).
    """

    def __init__(self, pairs: list[Pair], model: sentencepiece.SentencePieceProcessor, *, varied: bool) -> None:
        self._pairs, self._model, self._varied = pairs, model, varied
        self.lengths = [min(len(row) + 1, MAX_SOURCE_TOKENS) for row in model.encode([p.arabic for p in pairs])]

    def __call__(self, item: int, indices: list[int]) -> Tensors:
        rng = random.Random(SEED + item)
        articles, summaries = [], []
        for pair in (self._pairs[i] for i in indices):
            texts = pair.arabic, pair.english
            article, summary = swap_numbers(*texts, rng) if self._varied and rng.random() < NUMBERS_SWAPPED else texts
            articles.append(article)
            summaries.append(summary)
        sources = [[*row[: MAX_SOURCE_TOKENS - 1], EOS_ID] for row in self._model.encode(articles)]
        targets = [[*row, EOS_ID] for row in self._model.encode(summaries)]
        input_ids = pad(sources, PAD_ID)
        return {
            "input_ids": input_ids,
            "attention_mask": (input_ids != PAD_ID).long(),
            "decoder_input_ids": pad([[PAD_ID, *target[:-1]] for target in targets], PAD_ID),
            "labels": pad(targets, IGNORED),
            "copied": pad([copied_from(*rows) for rows in zip(sources, targets, strict=True)], -1),
        }


def copied_from(source: Sequence[int], target: Sequence[int]) -> list[int]:
    """Return for each target piece the source position it is copied from, or -1.

    A piece counts as copied where it and the one before it stand in the source in this order: where the copy goes on
    if it does, else at the first such place. The first piece is copied if the source starts with it.
    """
    places: dict[tuple[int, int], list[int]] = {}
    for place, pair in enumerate(itertools.pairwise(source)):
        places.setdefault(pair, []).append(place + 1)
    found = [0 if source[0] == target[0] else -1]
    for before, piece in itertools.pairwise(target):
        candidates = places.get((before, piece), [-1])
        follows = found[-1] + 1
        found.append(follows if follows in candidates else candidates[0])
    return found


def train(steps: int, *, bf16: bool = False) -> None:
    """Train for ``steps`` batches in all, those before a resume included."""
    torch.manual_seed(SEED)
    pieces = load(DATA / "spiece.model")

    def batches(name: str, count: int, *, varied: bool) -> Batches:
        pairs = load_pairs(DATA / name)
        encode = Encoder(pairs, pieces, varied=varied)
        return Batches(encode, encode.lengths, [EVERY.get(pair.kind, 1) for pair in pairs], BATCH_TOKENS, count)

    model = TrainedMt5(config(pieces.get_piece_size()))
    untie(model)
    teach_copying(model)
    print(f"parameters: {model.num_parameters():,}")
    loop.train(
        "summarizer",
        model,
        batches("summarizer.train.jsonl", steps, varied=True),
        batches("summarizer.dev.jsonl", DEV_BATCHES, varied=False),
        SCHEDULE,
        bf16=bf16,
    )


if __name__ == "__main__":
    loop.command_line(train, STEPS, __doc__)
