"""``python -m training.translator``: train the tiny Marian model, under ``training/runs/translator``.

The network, its batches and its schedule. It reads what ``training.prepare`` wrote and leaves Trainer checkpoints;
``training.export`` makes a model folder of them.
"""

import json

import numpy
import torch
from transformers import MarianConfig, MarianMTModel

from training import loop
from training.align import LEXICON
from training.corpus import Pair, load_pairs
from training.encode import Encoder
from training.loop import IGNORED, SEED, Batches, Schedule, smoothed_loss
from training.place import DATA
from training.vocabulary import EOS, PAD, load, target_size

# Everyday sentences are twice as many as news sentences and not what the model is for: every other epoch is enough.
EVERY = {"tatoeba": 2}

# Padded tokens of the longer side: about 130 news sentences.
BATCH_TOKENS = 4500

# What the loss on held-out news is measured on during training: about a quarter of its sentences.
DEV_BATCHES = 6

# The longest paragraphs of the articles are left out: a quarter of the position table, and they fill a batch alone.
MAX_TOKENS = 128

# Half of the heads look where the word translation table says (guided alignment, Chen et al. 2016), the others where they
# will. The guide's weight falls while the network learns better than a table of words can say.
GUIDED_HEADS = 4

# Three hours or so on two cores without bfloat16. Cross entropy on held-out news was 1.83 when the learning rate began to
# fall, and 1.52 at the end.
STEPS = 3900
# Not tuned; with 8e-4, AdamW and full-size additions a first network never learned to read (see "What the steps decide").
SCHEDULE = Schedule(learning_rate=2e-3, weight_decay=0.01, warmup_steps=150)


def config(vocabulary: dict[str, int]) -> MarianConfig:
    """Return opus-mt-ar-en's configuration made small: half the width, 4 + 2 layers of 6 + 6."""
    return MarianConfig(
        vocab_size=len(vocabulary),
        decoder_vocab_size=len(vocabulary),
        d_model=256,
        encoder_layers=4,
        decoder_layers=2,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=1024,
        decoder_ffn_dim=1024,
        activation_function="swish",
        dropout=0.1,
        attention_dropout=0.0,
        activation_dropout=0.0,
        scale_embedding=True,
        static_position_embeddings=True,
        normalize_before=False,
        normalize_embedding=False,
        share_encoder_decoder_embeddings=True,
        tie_word_embeddings=True,
        max_position_embeddings=512,
        # d_model ** -0.5: embeddings of norm 1 after scaling. ``initialise`` sets the rest.
        init_std=0.0625,
        bos_token_id=vocabulary[EOS],
        eos_token_id=vocabulary[EOS],
        forced_eos_token_id=vocabulary[EOS],
        pad_token_id=vocabulary[PAD],
        decoder_start_token_id=vocabulary[PAD],
        # The only implementation that returns the attention weights.
        attn_implementation="eager",
    )


class TrainedMarian(MarianMTModel):  # type: ignore[misc]
    """MarianMTModel whose ``forward`` is the loss over target pieces only.

    The pieces of the Arabic side can be no translation, and a softmax over them costs time. ``training.export`` gives
    them a ``final_logits_bias`` that keeps them out.
    """

    target_size: int

    def forward(
        self,
        input_ids: torch.Tensor,
        attention_mask: torch.Tensor,
        decoder_input_ids: torch.Tensor,
        labels: torch.Tensor,
        aligned: torch.Tensor,
    ) -> dict[str, torch.Tensor]:
        """Return {"loss"}; only real positions are projected, shape (real positions, target pieces)."""
        outputs = self.model(
            input_ids, attention_mask, decoder_input_ids, use_cache=False, output_attentions=self.training
        )
        real = labels != IGNORED
        logits = outputs.last_hidden_state[real] @ self.model.shared.weight[: self.target_size].T
        loss = smoothed_loss(logits, labels[real], training=self.training)
        if self.training:
            attention = outputs.cross_attentions[-1][:, :GUIDED_HEADS].clamp_min(1e-6).log().mean(1)
            loss = loss - (aligned * attention).sum(-1)[real].mean()
        return {"loss": loss}


def initialise(model: MarianMTModel) -> None:
    """Give matrices Glorot's values, and what each layer adds less the deeper the stack.

    Marian normalises after adding: with full-size additions the first layers hardly learn (Liu et al. 2020), and a
    decoder then writes fluent text that ignores its source.
    """
    depth = {"encoder": 2 * model.config.encoder_layers, "decoder": 3 * model.config.decoder_layers}
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim == 2 and ".layers." in name:
                torch.nn.init.xavier_uniform_(weight)
                if name.endswith(("fc2.weight", "out_proj.weight")):
                    weight.mul_(depth[name.split(".")[1]] ** -0.5)


def start_from_lexicon(model: MarianMTModel, table: torch.Tensor, shared: int) -> None:
    """Start the model as a word-by-word translator: ``table`` is t(target | source), (vocabulary, ``shared``).

    The embedding of an Arabic piece is put among those of the English pieces it is translated by, and the last
    cross-attention hands over what it finds. Where to look is learned, guided by the same table.
    """
    # How much likelier a translation is than chance: else every piece would be near "the" and the full stop.
    chance = table.mean(0, keepdim=True) + 1e-6
    weights = table * (table / chance + 1e-6).log().clamp_min(0.0)
    attention = model.model.decoder.layers[-1].encoder_attn
    embeddings = model.model.shared.weight
    with torch.no_grad():
        made = torch.nn.functional.normalize(weights @ embeddings[:shared], dim=1)
        known = weights.sum(1) > 0
        # Pieces of both sides, digits above all, keep their own embedding: they translate to themselves.
        known[:shared] = False
        known[-1] = False
        embeddings[known] = made[known]
        attention.v_proj.weight.copy_(torch.eye(model.config.d_model))
        attention.out_proj.weight.copy_(torch.eye(model.config.d_model))


def train(steps: int, *, bf16: bool = False, batch_tokens: int = BATCH_TOKENS) -> None:
    """Train for ``steps`` batches in all, those before a resume included."""
    torch.manual_seed(SEED)
    vocabulary = json.loads((DATA / "vocab.json").read_text(encoding="utf-8"))
    source, target = load(DATA / "source.spm"), load(DATA / "target.spm")
    table = numpy.load(LEXICON)

    def lengths(pairs: list[Pair]) -> list[int]:
        counts = zip(source.encode([p.arabic for p in pairs]), target.encode([p.english for p in pairs]), strict=True)
        return [max(len(arabic), len(english)) + 1 for arabic, english in counts]

    def batches(pairs: list[Pair], count: int, *, varied: bool) -> Batches:
        kept = [(pair, n) for pair, n in zip(pairs, lengths(pairs), strict=True) if n <= MAX_TOKENS]
        used = [pair for pair, _ in kept]
        encode = Encoder(used, source, target, vocabulary, table, varied=varied)
        return Batches(encode, [n for _, n in kept], [EVERY.get(p.kind, 1) for p in used], batch_tokens, count)

    dev = [pair for pair in load_pairs(DATA / "translator.dev.jsonl") if pair.kind == "news"]
    model = TrainedMarian(config(vocabulary))
    model.target_size = target_size(target)
    initialise(model)
    start_from_lexicon(model, torch.from_numpy(table).float(), model.target_size)
    print(f"parameters: {model.num_parameters():,}")
    loop.train(
        "translator",
        model,
        batches(load_pairs(DATA / "translator.train.jsonl"), steps, varied=True),
        batches(dev, DEV_BATCHES, varied=False),
        SCHEDULE,
        bf16=bf16,
    )


if __name__ == "__main__":
    loop.command_line(train, STEPS, __doc__)
