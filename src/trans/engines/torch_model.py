"""A checkpoint's torch model, loaded the safe way. Knows the checkpoint's files; how to decode with it is the engine's."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from trans.engines.pieces import REPAIR_HINT, first_line
from trans.errors import ModelError, shortage


def load_model(folder: Path, dtype: str) -> Any:
    """Return the checkpoint's torch model on the CPU, in ``dtype``, for inference. Raises ``ModelError`` when it is broken.

    Safetensors are preferred; a pickled checkpoint is read with ``weights_only``; no code of the checkpoint is run.
    """
    import torch
    import transformers

    weights = folder / "model.safetensors"
    if not weights.is_file():
        weights = folder / "pytorch_model.bin"
    try:
        with _quiet():
            model, report = transformers.AutoModelForSeq2SeqLM.from_pretrained(
                str(folder),
                dtype=getattr(torch, dtype),
                use_safetensors=weights.suffix == ".safetensors",
                weights_only=True,
                local_files_only=True,
                trust_remote_code=False,
                output_loading_info=True,
            )
    except Exception as error:
        if short := shortage(error):
            raise short from error
        # Whatever a damaged or foreign checkpoint makes four libraries raise: it would come again with each article.
        raise ModelError(f"{weights} can't be loaded: {first_line(error)}", REPAIR_HINT) from error
    # transformers only warns, and goes on with random numbers.
    lacking = sorted(report["missing_keys"])
    if lacking:
        raise ModelError(f"{weights} lacks {len(lacking)} weights, {lacking[0]} for one", REPAIR_HINT)
    # Whatever config.json or generation_config.json say would fill what a Decoding leaves open.
    model.generation_config = transformers.GenerationConfig()
    return model.eval()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers' bars and notes about old checkpoints off the terminal while loading."""
    from transformers.utils import logging as noise

    level, bar = noise.get_verbosity(), noise.is_progress_bar_enabled()
    noise.set_verbosity_error()
    noise.disable_progress_bar()
    try:
        yield
    finally:
        noise.set_verbosity(level)
        if bar:
            noise.enable_progress_bar()
