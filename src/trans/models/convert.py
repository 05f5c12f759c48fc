"""The CTranslate2 copy of a checkpoint: made once, verified against torch, kept in the user's cache folder.

Knows both libraries' formats; which settings it is used with is the engine's business. A folder under its final name is
complete and verified: it is built beside it, under a lock, and renamed.
"""

import contextlib
import gc
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from trans.engines.ctranslate2 import CTranslate2Engine
from trans.engines.pieces import EOS, PAD, UNKNOWN, Pieces, first_line
from trans.engines.transformers import TransformersEngine
from trans.errors import ModelError, TransError
from trans.models.cache import cache_folder, read_json, write_json
from trans.models.verify import Comparison, compare, compare_formats

# Raise it when the same checkpoint would be converted to other bytes: a mended conversion, a stricter verification.
CONVERTER_VERSION = 2

_SHORTLIST = "vmap.txt"
_VERDICT = "verified.json"

_log = logging.getLogger("trans")


def shortlist_key(pieces: Pieces) -> str:
    """Return what tells one list of pieces that may be generated from another."""
    return hashlib.sha256(" ".join(pieces.allowed).encode()).hexdigest()[:8] if pieces.restricted else "none"


def conversion_key(sha256: str, quantization: str, shortlist: str) -> str:
    """Return the name of the converted folder: whatever changes its bytes is in it."""
    version = metadata.version("ctranslate2")
    return f"{sha256[:32]}-{quantization}-ct2_{version}-v{CONVERTER_VERSION}-shortlist_{shortlist}"


def converted(folder: Path, pieces: Pieces, sha256: str, quantization: str) -> Path:
    """Return the folder with the CTranslate2 copy of the checkpoint in ``folder``, making it first if need be.

    Two processes never build the same copy: the second waits and uses the first's. Raises ``ModelError`` when the checkpoint is
    broken, when the copy fails its verification, and when it can't be written.
    """
    parent = cache_folder() / "ctranslate2"
    key = conversion_key(sha256, quantization, shortlist_key(pieces))
    target = parent / key
    if _usable(target):
        return target
    try:
        parent.mkdir(parents=True, exist_ok=True)
        with _locked(parent / f"{key}.lock"):
            if _usable(target):
                return target
            # We hold the lock, so whatever lies here was left by a process that died.
            for leftover in [*parent.glob(f".{key}.*"), target]:
                shutil.rmtree(leftover, ignore_errors=True)
            temporary = Path(tempfile.mkdtemp(prefix=f".{key}.", dir=parent))
            try:
                _build_or_refuse(folder, pieces, quantization, temporary)
                (temporary / "model").replace(target)
            finally:
                shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"The CTranslate2 copy of {folder} can't be written to {parent}: {first_line(error)}",
            "Free some space there, or name another folder in the environment variable TRANS_CACHE.",
        ) from error
    return target


def _usable(folder: Path) -> bool:
    verdict = read_json(folder / _VERDICT)
    try:
        return verdict["verdict"] == "equal" and verdict["bytes"] == _sizes(folder)
    except (KeyError, OSError):
        return False


def _sizes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.iterdir() if path.name != _VERDICT}


@contextlib.contextmanager
def _locked(path: Path) -> Any:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _log.info("Waiting for another process that converts the same model")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _build_or_refuse(folder: Path, pieces: Pieces, quantization: str, temporary: Path) -> None:
    try:
        _build(folder, pieces, quantization, temporary)
    except (TransError, OSError):  # said well already; a full disk
        raise
    except Exception as error:
        # A KeyError for an activation that CTranslate2 lacks, for one. It would come again with each article.
        raise ModelError(
            f"{folder} can't be converted for CTranslate2: {type(error).__name__}: {first_line(error)}",
            "Run with --engine transformers, or choose another model.",
        ) from error


def _build(folder: Path, pieces: Pieces, quantization: str, temporary: Path) -> None:
    """Write the verified copy into ``temporary / "model"``."""
    _log.info("Converting %s for CTranslate2 (once)", folder.name)
    exact, wanted = temporary / "float32", temporary / "model"
    reference = TransformersEngine(folder, pieces)
    try:
        write_copy(reference.model, pieces, "float32", exact)
        comparison = compare(reference, _engine(exact, pieces, "float32"))
        _refuse(comparison, folder)
        if quantization != "float32":
            write_copy(reference.model, pieces, quantization, wanted)
    finally:
        reference.close()
        gc.collect()
    checks = {"torch": asdict(comparison)}
    if quantization == "float32":
        exact.replace(wanted)
    else:
        formats = compare_formats(_engine(exact, pieces, "float32"), _engine(wanted, pieces, quantization))
        _refuse(formats, folder)
        checks["float32"] = asdict(formats)
    write_json(
        wanted / _VERDICT,
        {
            "verdict": "equal",
            "model": folder.name,
            "bytes": _sizes(wanted),
            "quantization": quantization,
            "compared_with": checks,
            "versions": {name: metadata.version(name) for name in ("ctranslate2", "torch", "transformers")},
        },
    )


def write_copy(model: Any, pieces: Pieces, quantization: str, output: Path) -> None:
    """Write ``model``, a torch model in float32, into the folder ``output`` in CTranslate2's format.

    In int8 it spoils ``model``: CTranslate2 scales the weights where they lie. So that comes last.
    CTranslate2's own converter would load the checkpoint once more, in the dtype it names, and needs transformers'
    tokenizers; its loaders for the weights are what is used here.
    """
    from ctranslate2.converters import transformers as loaders

    kind = pieces.config["model_type"]
    loader: Any = {"marian": loaders.MarianMTLoader, "mt5": loaders.MT5Loader, "t5": loaders.T5Loader}[kind]()
    restore = model.config.tie_word_embeddings
    if kind != "marian":
        # The loader takes "tied" to mean that the decoder's output is scaled by d_model ** -0.5. transformers 5 calls every
        # T5 tied, never scales mT5, and says for T5 in scale_decoder_outputs whether it does.
        model.config.tie_word_embeddings = bool(getattr(model.config, "scale_decoder_outputs", False))
    try:
        spec = loader(model, _Vocabulary(pieces))
    finally:
        model.config.tie_word_embeddings = restore
    spec.validate()
    spec.optimize(quantization=None if quantization == "float32" else quantization)
    output.mkdir(parents=True)
    spec.save(str(output))
    if pieces.restricted:
        # For CTranslate2's use_vmap: one line for every source, of no source piece, a tab, the target pieces.
        (output / _SHORTLIST).write_text(f"\t{' '.join(pieces.allowed)}\n", encoding="utf-8")


class _Vocabulary:
    """What CTranslate2's loaders ask of a transformers tokenizer."""

    eos_token, unk_token, pad_token, bos_token = EOS, UNKNOWN, PAD, None

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def get_vocab(self) -> dict[str, int]:
        return self._pieces.ids

    def convert_ids_to_tokens(self, index: int) -> str:
        return self._pieces.vocabulary[index]


def _engine(folder: Path, pieces: Pieces, quantization: str) -> CTranslate2Engine:
    """Return an engine for verification: on the CPU whatever the copy is for, in the nearest format that CPUs have."""
    prepare: Callable[[], Path] = lambda: folder  # noqa: E731
    nearest = "int8" if quantization.startswith("int8") else "float32"
    return CTranslate2Engine(prepare, pieces, quantization=nearest, workers=1)


def _refuse(comparison: Comparison, folder: Path) -> None:
    if comparison.problem:
        raise ModelError(
            f"The CTranslate2 copy of {folder} is not the same model: {comparison.problem}",
            "Run with --engine transformers, and report this with the versions that trans doctor shows.",
        )
