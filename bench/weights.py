"""Checkpoints of the published sizes whose outputs are as long as their sources: for measuring speed without a model hub.

Random weights end a sentence by chance, and speed depends on lengths. Here a few matrices are set so that the decoder looks at
the source piece of its own position and writes the English piece that stands for it; all others are random and small. What
comes out means nothing; what it costs is what the published checkpoint costs.
"""

import io
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from trans.engines.pieces import MarianPieces, load_spm

SEED = 20260701

# mT5's vocabulary, how many of its pieces are of Arabic, Latin, digits and punctuation, and how many the measured texts use.
MT5_PIECES = 250_112
_KEPT = 45_000
_SEEN = 8_000

# Of the 256 frequencies of the sinusoids those whose periods are 6 to 60 positions: they tell neighbours apart.
_FREQUENCIES = 64
# Makes the right position's score so much larger than its neighbours' that it has nearly all of the attention.
_SHARPNESS = 5.3
# What is looked up outweighs the piece written before.
_GAIN = 2.0
# Of a source piece's embedding, the cosine to that of the target piece it stands for: the rest is noise, and doubt.
_LIKENESS = 0.8
# Everything else: present, as it costs time, and too small to disturb.
_SMALL = 0.05


def make_marian(tokenizer: Path, folder: Path) -> Path:
    """Write a checkpoint of ``tokenizer``'s config.json and vocabulary into ``folder`` and return it."""
    import torch
    from transformers import AutoConfig, MarianMTModel

    torch.manual_seed(SEED)
    config = AutoConfig.from_pretrained(str(tokenizer))
    model = MarianMTModel(config).eval()
    width = config.d_model
    positions = [*range(_FREQUENCIES), *range(width // 2, width // 2 + _FREQUENCIES)]
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim == 2 and ".layers." in name:
                torch.nn.init.xavier_uniform_(weight)
                if name.endswith(("fc2.weight", "out_proj.weight")):
                    weight.mul_(_SMALL)
        embeddings = torch.randn(config.vocab_size, width) * 2**0.5 * width**-0.5
        for source, target in _meanings(tokenizer, config.vocab_size):
            embeddings[source] = _LIKENESS * embeddings[target] + (1 - _LIKENESS**2) ** 0.5 * embeddings[source]
        embeddings[:, positions] = 0.0
        # CTranslate2 starts Marian's decoder from nothing, torch from the padding's embedding: published ones are zero.
        embeddings[config.pad_token_id] = 0.0
        model.model.shared.weight.copy_(embeddings)
        look = model.model.decoder.layers[-1].encoder_attn
        size = width // config.decoder_attention_heads
        # A sine and the cosine of the same frequency, for every other frequency: as many rows as a head has.
        rows = torch.zeros(size, width)
        for row in range(size // 2):
            rows[2 * row, 2 * row * _FREQUENCIES // size] = _SHARPNESS
            rows[2 * row + 1, width // 2 + 2 * row * _FREQUENCIES // size] = _SHARPNESS
        for projection in (look.q_proj, look.k_proj):
            projection.weight.copy_(rows.repeat(config.decoder_attention_heads, 1))
        look.v_proj.weight.copy_(torch.eye(width))
        look.out_proj.weight.copy_(torch.eye(width) * _GAIN)
    _save(model, folder)
    for name in ("config.json", *MarianPieces.FILES):
        shutil.copyfile(tokenizer / name, folder / name)
    return folder


def make_mt5(texts: Sequence[str], folder: Path) -> Path:
    """Write a checkpoint of mT5-base's size into ``folder`` and return it; its vocabulary has seen ``texts``.

    It copies its source from some place to the next full stop: about as much as a summary has.
    """
    import torch

    sys.path.insert(0, str(Path(__file__).parents[1]))
    from training.summarizer import teach_copying, untie
    from transformers import MT5Config, MT5ForConditionalGeneration

    torch.manual_seed(SEED)
    folder.mkdir(parents=True, exist_ok=True)
    pieces = _mt5_vocabulary(texts, folder / "spiece.model")
    config = MT5Config(
        vocab_size=MT5_PIECES,
        d_model=768,
        d_kv=64,
        d_ff=2048,
        num_layers=12,
        num_decoder_layers=12,
        num_heads=12,
        feed_forward_proj="gated-gelu",
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    model = MT5ForConditionalGeneration(config).eval()
    untie(model)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith((".wo.weight", ".o.weight")):
                weight.mul_(_SMALL)
    teach_copying(model)
    with torch.no_grad():
        # Where a full stop would be copied, the text ends.
        for stop in (".", "\u2581."):
            if stop in pieces:
                model.lm_head.weight[1] += model.lm_head.weight[pieces.index(stop)]
                model.lm_head.weight[pieces.index(stop)] = 0.0
    _save(model, folder)
    path = folder / "config.json"
    saved = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**saved, "tie_word_embeddings": False}), encoding="utf-8")
    return folder


def _mt5_vocabulary(texts: Sequence[str], path: Path) -> list[str]:
    """Write a vocabulary of mT5's size: pieces of ``texts``, then made-up ones, in the shares of mT5's own scripts."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    written = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=written,
        vocab_size=_SEEN,
        hard_vocab_limit=False,
        character_coverage=1.0,
        max_sentence_length=1_000_000,
        minloglevel=2,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
    )
    model = sentencepiece_model_pb2.ModelProto()
    model.ParseFromString(written.getvalue())
    for number in range(len(model.pieces), MT5_PIECES):
        # Private letters in no text: Latin for what a shortlist keeps, Chinese for what it leaves out.
        script = "\u01c2" if number < _KEPT else "\u9f98"
        model.pieces.add(piece=script + format(number, "x"), score=-100.0)
    path.write_bytes(model.SerializeToString())
    return [piece.piece for piece in model.pieces]


def _meanings(tokenizer: Path, size: int) -> list[tuple[int, int]]:
    """Return (source id, target id) for each id that is not a target piece's: which one is all the same."""
    numbered: dict[str, int] = json.loads((tokenizer / "vocab.json").read_text(encoding="utf-8"))
    target = load_spm(tokenizer / "target.spm")
    written = sorted({numbered[piece] for piece in map(target.id_to_piece, range(len(target))) if piece in numbered})
    known = set(written)
    others = [index for index in range(size) if index not in known]
    # 7,919 is prime: neighbours in the vocabulary get targets far apart.
    return [(index, written[2 + index * 7919 % (len(written) - 2)]) for index in others]


def _save(model: Any, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
