"""What a checkpoint's ``config.json`` may claim: sizes that models have, which its weights can fill, and no code.

Libraries believe it: they make tables of these sizes before they look at the weights, and some settings name a program to fetch.
Pure; knows the families' settings, no file.
"""

from collections.abc import Mapping
from typing import Any

# The most that is published in these families, with room: MADLAD-400 10B has 256,000 pieces, T5 11B 65,536 inner dimensions, 128
# heads and 24 layers, NLLB 54B 1,024 positions, LED (a BART) 16,384.
_LARGEST = {
    "vocab_size": 1_000_000,
    "decoder_vocab_size": 1_000_000,
    "d_model": 16_384,
    "hidden_size": 16_384,
    "d_kv": 1_024,
    "head_dim": 1_024,
    "d_ff": 262_144,
    "encoder_ffn_dim": 262_144,
    "decoder_ffn_dim": 262_144,
    "num_heads": 512,
    "num_attention_heads": 512,
    "encoder_attention_heads": 512,
    "decoder_attention_heads": 512,
    "num_layers": 256,
    "num_decoder_layers": 256,
    "encoder_layers": 256,
    "decoder_layers": 256,
    "num_hidden_layers": 256,
    "max_position_embeddings": 65_536,
    "relative_attention_num_buckets": 4_096,
    "relative_attention_max_distance": 65_536,
    # transformers makes a name for each; a translator has none, MADLAD and BART carry 2 or 3 from their training.
    "num_labels": 10_000,
}
"""Setting, by each of its names -> its largest value. What is left out is the family's own, and small; lists are no longer than
the file."""

# Settings by which transformers takes kernels from the hub, other files than the checkpoint's, or other libraries' formats,
# or by which the sizes above get other names, or other values for single layers.
_FOREIGN = (
    "attn_implementation",
    "_attn_implementation",
    "transformers_weights",
    "quantization_config",
    "kernel_config",
    "attribute_map",
    "per_layer_config",
)

# Weights in int8 have a byte a number; shared tables are counted twice below. Positions are mostly computed, and in no file.
_NUMBERS_A_BYTE = 2
_SLACK = 10_000_000


def problem_of(config: Mapping[str, Any]) -> str:
    """Say what no checkpoint that runs here has; nothing where all is well."""
    for name in _FOREIGN:
        if config.get(name):
            return f"'{name}' is not supported"
    for name, most in _LARGEST.items():
        value = config.get(name)
        if value is not None and not (type(value) is int and 0 <= value <= most):
            return f"'{name}' is {str(value)[:20]}, which is no size from 0 to {most:,}"
    return ""


def cannot_fill(config: Mapping[str, Any], weights_bytes: int) -> bool:
    """Say whether a file of so many bytes is too small by far for the weights that ``config`` claims."""
    return parameters(config) > _NUMBERS_A_BYTE * weights_bytes + _SLACK


def parameters(config: Mapping[str, Any]) -> int:
    """Return about how many numbers a model of these sizes has: tables, attention and feed-forward layers."""

    def size(*names: str) -> int:
        return next((config[name] for name in names if type(config.get(name)) is int), 0)

    def largest(*names: str) -> int:  # of two names of one size that don't agree either may win
        return max(size(name) for name in names)

    width = largest("d_model", "hidden_size")
    inner = largest("d_kv", "head_dim") * largest("num_heads", "num_attention_heads") or width
    tables = width * (max(size("vocab_size"), size("decoder_vocab_size")) + 2 * size("max_position_embeddings"))
    encoder = (
        largest("encoder_layers", "num_layers", "num_hidden_layers")
        * width
        * (4 * inner + 2 * size("encoder_ffn_dim", "d_ff"))
    )
    layers = size("decoder_layers", "num_decoder_layers", "num_layers")
    return tables + encoder + layers * width * (8 * inner + 2 * size("decoder_ffn_dim", "d_ff"))
