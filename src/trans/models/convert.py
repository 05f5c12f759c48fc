"""Makes the CTranslate2 copy of a checkpoint and verifies it against torch; as a command, for ``copies``.

Knows both libraries' formats; where copies are kept is the business of ``copies``, which settings they are used with the
engine's.
"""

import argparse
import contextlib
import gc
import os
import shutil
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from trans.engines.ctranslate2 import CTranslate2Engine
from trans.engines.pieces import BOS, EOS, UNKNOWN, Languages, Pieces, first_line, load_pieces
from trans.engines.placement import Placement
from trans.engines.transformers import TransformersEngine
from trans.errors import ModelError, TransError, shortage
from trans.models.cache import write_json
from trans.models.verify import Comparison, compare, compare_formats, fitting

_SHORTLIST = "vmap.txt"


def build(folder: Path, pieces: Pieces, quantization: str, output: Path) -> dict[str, Any]:
    """Write the copy of the checkpoint in ``folder`` into ``output``, verify it, and return what the comparisons found.

    A copy in float32 is made beside ``output`` for the comparison with torch. Raises ``ModelError`` when the checkpoint is
    broken, when CTranslate2 can't hold it, and when the copy is not the same model; ``OSError`` from the disk.
    """
    try:
        return _build(folder, pieces, quantization, output)
    except (TransError, OSError):  # said well already; a full disk
        raise
    except Exception as error:
        if lacking := shortage(error):
            raise lacking from error
        # A KeyError for an activation that CTranslate2 lacks, for one. It would come again with each article.
        raise ModelError(
            f"{folder} can't be converted for CTranslate2: {type(error).__name__}: {first_line(error)}",
            "Run with --engine transformers, or choose another model.",
        ) from error


def _build(folder: Path, pieces: Pieces, quantization: str, output: Path) -> dict[str, Any]:
    exact = output if quantization == "float32" else output.with_name(f"{output.name}-float32")
    reference = TransformersEngine(folder, pieces, Placement())
    try:
        write_copy(reference.model, pieces, "float32", exact)
        samples = fitting(pieces)
        comparison = compare(reference, _engine(exact, pieces, "float32"), samples)
        _refuse(comparison, folder)
        if quantization != "float32":
            write_copy(reference.model, pieces, quantization, output)
    finally:
        reference.close()
        gc.collect()
    checks = {"torch": asdict(comparison)}
    if quantization != "float32":
        formats = compare_formats(_engine(exact, pieces, "float32"), _engine(output, pieces, quantization), samples)
        _refuse(formats, folder)
        checks["float32"] = asdict(formats)
    return {
        "verdict": "equal",
        "model": folder.name,
        "quantization": quantization,
        "compared_with": checks,
        "versions": {name: metadata.version(name) for name in ("ctranslate2", "torch", "transformers")},
    }


def recheck(folder: Path, pieces: Pieces, quantization: str, copy: Path, scratch: Path) -> None:
    """Compare ``copy``, as it lies there, with torch again, as when it was made. Raises ``ModelError`` where it differs.

    One in another format than float32 is compared over one in float32 that is made in the folder ``scratch`` for it.
    """
    reference = TransformersEngine(folder, pieces, Placement())
    try:
        exact = copy if quantization == "float32" else scratch / "float32"
        if exact is not copy:
            write_copy(reference.model, pieces, "float32", exact)
        samples = fitting(pieces)
        _refuse(compare(reference, _engine(exact, pieces, "float32"), samples), folder)
        if exact is not copy:
            formats = compare_formats(_engine(exact, pieces, "float32"), _engine(copy, pieces, quantization), samples)
            _refuse(formats, folder)
    except (TransError, OSError):
        raise
    except Exception as error:
        if lacking := shortage(error):
            raise lacking from error
        raise ModelError(
            f"The CTranslate2 copy of {folder} can't be read: {type(error).__name__}: {first_line(error)}",
            f"Delete {copy}: the next use makes it anew.",
        ) from error
    finally:
        reference.close()


def write_copy(model: Any, pieces: Pieces, quantization: str, output: Path) -> None:
    """Write ``model``, a torch model in float32, into the folder ``output`` in CTranslate2's format.

    In int8 it spoils ``model``: CTranslate2 scales the weights where they lie. So that comes last.
    CTranslate2's own converter would load the checkpoint once more, in the dtype it names, and needs transformers'
    tokenizers; its loaders for the weights are what is used here.
    """
    from ctranslate2.converters import transformers as loaders

    kind = pieces.config["model_type"]
    loader: Any = vars(loaders)[pieces.LOADER]()
    restore = model.config.tie_word_embeddings
    if kind in ("t5", "mt5"):
        # The loader takes "tied" to mean that the decoder's output is scaled by d_model ** -0.5. transformers 5 calls every
        # T5 tied, never scales mT5, and says for T5 in scale_decoder_outputs whether it does.
        model.config.tie_word_embeddings = bool(getattr(model.config, "scale_decoder_outputs", False))
    if kind in ("bart", "mbart"):
        # The loader asks the checkpoint; transformers never does.
        model.config.normalize_before = kind == "mbart"
        model.config.normalize_embedding = True
    if kind != "marian":
        # Where the checkpoint leaves it out, the family's own.
        model.config.decoder_start_token_id = pieces.start_id
    try:
        spec = loader(model, _Vocabulary(pieces))
    finally:
        model.config.tie_word_embeddings = restore
    if kind == "mbart":
        # The loader takes every mBART for one of the first kind, unless config.json names another tokenizer.
        spec.config.decoder_start_token = pieces.vocabulary[pieces.start_id]
    spec.validate()
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    output.mkdir(parents=True)
    spec.save(str(output))
    if pieces.restricted:
        # For CTranslate2's use_vmap: one line for every source, of no source piece, a tab, the target pieces.
        (output / _SHORTLIST).write_text(f"\t{' '.join(pieces.allowed)}\n", encoding="utf-8")


class _Vocabulary:
    """What CTranslate2's loaders ask of a transformers tokenizer."""

    eos_token, unk_token = EOS, UNKNOWN
    special_tokens_map: Mapping[str, list[str]] = {}

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self.pad_token = pieces.pad
        self.bos_token = BOS if BOS in pieces.ids else None
        self.unk_token_id = pieces.ids[UNKNOWN]

    def get_vocab(self) -> dict[str, int]:
        return self._pieces.ids

    def convert_ids_to_tokens(self, index: int) -> str:
        return self._pieces.vocabulary[index]


def _engine(folder: Path, pieces: Pieces, quantization: str) -> CTranslate2Engine:
    """Return an engine for verification: on the CPU whatever the copy is for, in the nearest format that CPUs have."""
    prepare: Callable[[], Path] = lambda: folder  # noqa: E731
    nearest = "int8" if quantization.startswith("int8") else "float32"
    return CTranslate2Engine(prepare, pieces, Placement(), quantization=nearest)


def _refuse(comparison: Comparison, folder: Path) -> None:
    if comparison.problem:
        raise ModelError(
            f"The CTranslate2 copy of {folder} is not the same model: {comparison.problem}",
            "Run with --engine transformers, and report this with the versions that trans doctor shows.",
        )


def main() -> None:
    """Build a copy and write what was found, or what is wrong, as JSON. Ends when the process that waits for it has ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("quantization")
    parser.add_argument("output", type=Path)
    parser.add_argument("answer", type=Path)
    parser.add_argument("waiting", type=int, help="the process that waits")
    parser.add_argument("--unrestricted", action="store_true", help="no shortlist")
    parser.add_argument("--source-language")
    parser.add_argument("--target-language")
    arguments = parser.parse_args()
    threading.Thread(target=_end_with, args=(arguments.waiting,), daemon=True).start()
    # The process is short: looking for garbage while torch and transformers are imported took 0.6 of its 9 seconds.
    gc.disable()
    try:
        languages = Languages(arguments.source_language, arguments.target_language)
        pieces = load_pieces(arguments.folder, restricted=not arguments.unrestricted, languages=languages)
        answer = build(arguments.folder, pieces, arguments.quantization, arguments.output)
    except TransError as error:
        answer = {"error": error.message, "hint": error.hint}
    except OSError as error:
        # Half-written copies may be what fills the disk, and the answer needs room.
        for path in arguments.output.parent.glob(f"{arguments.output.name}*"):
            shutil.rmtree(path, ignore_errors=True)
        answer = {"disk": str(error)}
    write_json(arguments.answer, answer)
    # Taking torch down in an orderly way took as long, and everything is written.
    os._exit(0)


def _end_with(pid: int) -> None:
    """End this process once there is no process ``pid``."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(pid).wait()
    os._exit(1)
