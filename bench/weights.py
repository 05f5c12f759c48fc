"""Checkpoints of the published sizes whose outputs are as long as their sources: for measuring speed without a model hub.

Random weights end a sentence by chance, and speed depends on lengths. Here a few matrices are set so that the decoder looks at
the source piece of its own position and writes the English piece that stands for it; all others are random and small. What
comes out means nothing; what it costs is what the published checkpoint costs.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from trans.engines.pieces import MarianPieces, load_spm

SEED = 20260701

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
