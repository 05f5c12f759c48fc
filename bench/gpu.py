"""The translator's speed on this machine's GPUs, by number format and batch size, beside the CPU's: needs CUDA.

    python bench/gpu.py --tokenizer FOLDER --documents FOLDER [--summaries] [--keep FOLDER] [--rounds 3]

Folders as for bench/peers.py; the weights are made up (bench/weights.py). Prints JSON: source tokens a second of each setting,
medians of rounds in turn; what ``auto`` chose as a batch; how many texts differ from float32 on the CPU; and whether a batch
far over the memory is halved and goes on. ``--summaries`` adds mT5-base's size in bfloat16.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from trans.arabic import for_model
from trans.engines import gpu
from trans.engines.pieced import PiecesEngine
from trans.models import build_engine, resolve_device
from trans.models.device import count_gpus
from trans.translation import Decoding

BATCHES = (None, 1024, 4096, 16_384, 65_536)
# One batch of all sentences so many times: about a million padded tokens, which need some 100 GB.
COPIES = 10
TOO_LARGE = 2**31 - 1
DECODING = Decoding(beam_size=4, max_tokens=320)
SUMMARY = Decoding(beam_size=4, max_tokens=84, length_penalty=0.6, no_repeat_ngram_size=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--summaries", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    resolve_device("cuda")
    with tempfile.TemporaryDirectory() as temporary:
        keep = (arguments.keep or Path(temporary)).resolve()
        os.environ["TRANS_CACHE"] = str(keep / "cache")
        json.dump(measure(arguments, keep), sys.stdout, indent=1)
        print()


def measure(arguments: argparse.Namespace, keep: Path) -> dict[str, Any]:
    from weights import make_marian, make_mt5

    checkpoint = keep / "opus-mt-size"
    if not (checkpoint / "vocab.json").exists():
        make_marian(arguments.tokenizer, checkpoint)
    sentences = [
        for_model(line)
        for path in sorted(arguments.documents.glob("*.sentences.ar"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    report: dict[str, Any] = {
        "gpus": count_gpus(),
        "free_bytes": gpu.free_bytes(range(count_gpus())),
        "translations": _settings(checkpoint, sentences, DECODING, ("float16", "bfloat16"), arguments.rounds),
    }
    if arguments.summaries:
        texts = [
            " ".join(for_model(path.read_text(encoding="utf-8")).split())[:2000]
            for path in sorted(arguments.documents.glob("*.txt"))
        ]
        folder = keep / "mt5-base-size"
        if not (folder / "model.safetensors").exists():
            make_mt5(texts, folder)
        report["summaries"] = _settings(folder, texts, SUMMARY, ("bfloat16",), arguments.rounds)
    # Last: what its allocator keeps would make the others' batches smaller.
    report["halved"] = _halved(checkpoint, sentences)
    return report


def _settings(
    folder: Path, texts: list[str], decoding: Decoding, formats: tuple[str, ...], rounds: int
) -> dict[str, Any]:
    engines = {"cpu int8": _engine(folder, "cpu", "int8", None)}
    for name in formats:
        engines |= {f"cuda {name} {tokens or 'auto'}": _engine(folder, "cuda", name, tokens) for tokens in BATCHES}
    exact = _texts(_engine(folder, "cpu", "float32", None), texts, decoding)[1]
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    different: dict[str, int] = {}
    for _ in range(rounds):
        for name, engine in engines.items():
            engine.load()
            seconds, made = _texts(engine, texts, decoding)
            engine.close()
            speeds[name].append(sum(engine.pieces.count(texts)) / seconds)
            different[name] = sum(one != other for one, other in zip(made, exact, strict=True))
    return {
        name: {
            "tokens_per_s": round(statistics.median(found)),
            "texts_unlike_float32": different[name],
            "batch_tokens": engines[name]._budget(engines[name].pieces.count(texts), decoding),
        }
        for name, found in speeds.items()
    } | {"texts": len(texts)}


def _halved(folder: Path, sentences: list[str]) -> dict[str, Any]:
    """Give the GPU more than it holds, in one batch."""
    many = [f"{number} {sentence}" for number in range(COPIES) for sentence in sentences]
    engine = _engine(folder, "cuda", "float16", TOO_LARGE)
    seconds, made = _texts(engine, many, DECODING)
    return {
        "texts": len(made),
        "all_there": all(made),
        "seconds": seconds,
        "smallest_batch_that_did_not_fit": engine._fits,
    }


def _engine(folder: Path, device: Any, quantization: str, batch_tokens: int | None) -> PiecesEngine:
    engine = build_engine(folder, engine="auto", device=device, quantization=quantization, batch_tokens=batch_tokens)
    if not isinstance(engine, PiecesEngine):
        raise TypeError(f"{folder} has no pieces")
    return engine


def _texts(engine: PiecesEngine, texts: list[str], decoding: Decoding) -> tuple[float, list[str]]:
    started = time.perf_counter()
    found = dict(engine.submit(texts, decoding))
    return time.perf_counter() - started, [found[index].best.text for index in range(len(texts))]


if __name__ == "__main__":
    main()
