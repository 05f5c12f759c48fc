"""An engine from a checkpoint folder and a few settings. Loads and converts nothing yet."""

from pathlib import Path
from typing import Literal

from trans.engines import ctranslate2, transformers
from trans.engines.base import Engine
from trans.engines.cores import usable_cores
from trans.engines.ctranslate2 import CTranslate2Engine
from trans.engines.pieces import Languages, load_pieces
from trans.engines.placement import Placement, on_cores, on_gpus
from trans.engines.transformers import TransformersEngine
from trans.errors import TransError
from trans.models.checkpoint import weights_sha256
from trans.models.copies import CONVERTER_VERSION, converted, shortlist_key
from trans.models.device import count_gpus

EngineName = Literal["auto", "ctranslate2", "transformers"]

# torch has no int8 here: what a profile asks of CTranslate2 becomes the format of its activations.
_TORCH_INSTEAD = {("cpu", "int8"): "float32", ("cuda", "int8_float16"): "float16"}

# mT5's activations overflow float16 (reported by its users); float32, bfloat16 and int8 on CPUs hold them.
_OVERFLOWING = {"t5": ("float16", "int8_float16"), "mt5": ("float16", "int8_float16")}


def build_engine(
    folder: Path,
    *,
    engine: EngineName,
    device: Literal["cpu", "cuda"],
    quantization: str,
    batch_tokens: int | None = None,
    shortlist: bool = True,
    languages: Languages = Languages(),  # noqa: B008  (frozen)
    inter_threads: int | None = None,
    intra_threads: int | None = None,
) -> Engine:
    """Return the engine for the checkpoint in ``folder``; the first ``submit`` loads it, and converts it if need be.

    ``auto`` is CTranslate2. transformers has no int8: it takes float32 for int8 on a CPU, float16 for int8_float16 on a GPU.
    The format in effect is the engine's ``quantization`` and stands in its ``fingerprint``. With ``shortlist`` it decodes with
    the pieces of the target language only; ``languages`` are the checkpoint's own codes, where it must be told.
    ``batch_tokens`` (and CTranslate2's ``inter_threads`` and ``intra_threads``) are left to the machine where they are None.
    Raises ``ModelError`` when the checkpoint is not whole, ``TransError`` for a format that the engine doesn't have on the
    device and for a language that the checkpoint lacks, or that is missing.
    """
    name = "ctranslate2" if engine == "auto" else engine
    if name == "transformers":
        quantization = _TORCH_INSTEAD.get((device, quantization), quantization)
    formats = (ctranslate2 if name == "ctranslate2" else transformers).FORMATS[device]
    pieces = load_pieces(folder, restricted=shortlist, languages=languages)
    valid = [known for known in formats if known not in _OVERFLOWING.get(pieces.config["model_type"], ())]
    if quantization not in valid:
        raise TransError(
            f"{name} on {device} has no quantization '{quantization}' for {folder.name}",
            f"Set 'quantization: {device}:' in models.yaml to one of: {', '.join(valid)}.",
        )
    sha256 = weights_sha256(folder)
    pieces.check()
    fingerprint = f"{sha256}:{name}:{quantization}:{device}:shortlist={shortlist_key(pieces)}{languages.key}"
    if name == "transformers":
        # torch spreads a batch over the cores, or over one GPU, by itself.
        return TransformersEngine(
            folder,
            pieces,
            Placement(device),
            fingerprint=fingerprint,
            quantization=quantization,
            batch_tokens=batch_tokens,
        )
    shapes = f":{ctranslate2.SHAPES}" if (device, quantization) == ("cpu", "int8") else ""
    return CTranslate2Engine(
        lambda: converted(folder, pieces, sha256, quantization),
        pieces,
        on_cores(usable_cores(), inter_threads, intra_threads)
        if device == "cpu"
        else on_gpus(count_gpus(), inter_threads),
        fingerprint=f"{fingerprint}:v{CONVERTER_VERSION}{shapes}",
        quantization=quantization,
        batch_tokens=batch_tokens,
    )


def build_extractive() -> Engine:
    """Return the summariser that needs no model: it chooses sentences."""
    from trans.engines.extractive import ExtractiveEngine

    return ExtractiveEngine()
