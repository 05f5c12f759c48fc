"""The translator's speed on this machine's GPUs, by number format and batch size, beside the CPU's: needs CUDA.

    python bench/gpu.py --tokenizer FOLDER --documents FOLDER [--only PART ..] [--keep FOLDER] [--rounds 3]

Folders as for bench/peers.py; the weights are made up (bench/weights.py). Prints JSON: source tokens a second of each setting,
medians of rounds in turn; what ``auto`` chose as a batch; how many texts differ from float32 on the CPU; how much memory
batches took beside what was expected; the same of summaries at mT5-base's size; whether a batch far over the memory is halved and
goes on; and what whole runs do, from articles on disk to briefs, with checks in one process and in several.
"""

import argparse
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from trans.arabic import for_model
from trans.engines import gpu
from trans.engines.pieced import PiecesEngine
from trans.engines.placement import bytes_a_token
from trans.models import build_engine, resolve_device
from trans.models.device import count_gpus
from trans.translation import Decoding

BATCHES = (None, 1024, 4096, 16_384, 65_536)
# How large a batch's memory is looked at.
FILLED = (4096, 16_384, 32_768)
# One batch of all sentences so many times, and the memory that is left for it.
COPIES = 10
LEFT_BYTES = 3 * 2**30
ENGINES = ("ctranslate2", "transformers")
# Whole runs: articles of so many sentences of the project's own.
ARTICLES, SENTENCES = 1024, 16
PARTS = ("translations", "memory", "summaries", "halved", "whole")
TOO_LARGE = 2**31 - 1
DECODING = Decoding(beam_size=4, max_tokens=320)
SUMMARY = Decoding(beam_size=4, max_tokens=84, length_penalty=0.6, no_repeat_ngram_size=2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--only", action="append", choices=PARTS)
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
    from weights import make_marian

    checkpoint = keep / "opus-mt-size"
    if not (checkpoint / "vocab.json").exists():
        make_marian(arguments.tokenizer, checkpoint)
    sentences = [
        for_model(line)
        for path in sorted(arguments.documents.glob("*.sentences.ar"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    report: dict[str, Any] = {"gpus": count_gpus(), "free_bytes": gpu.free_bytes(range(count_gpus()))}
    for part in arguments.only or PARTS:
        if part == "translations":
            report[part] = _settings(checkpoint, sentences, DECODING, ("float16", "bfloat16"), arguments.rounds)
        elif part == "memory":
            report[part] = [_alone(_filled, checkpoint, "float16", sentences, tokens, DECODING) for tokens in FILLED]
        elif part == "summaries":
            report |= _summaries(arguments, keep)
        elif part == "halved":
            report[part] = {engine: _alone(_halved, checkpoint, sentences, engine) for engine in ENGINES}
        else:
            report[part] = [_alone(_whole, checkpoint, processes) for processes in (0, "auto")]
        print(json.dumps({part: report[part]}), file=sys.stderr, flush=True)
    return report


def _summaries(arguments: argparse.Namespace, keep: Path) -> dict[str, Any]:
    from weights import make_mt5

    texts = [
        " ".join(for_model(path.read_text(encoding="utf-8")).split())[:2000]
        for path in sorted(arguments.documents.glob("*.txt"))
    ]
    folder = keep / "mt5-base-size"
    if not (folder / "model.safetensors").exists():
        make_mt5(texts, folder)
    return {
        "summaries": _settings(folder, texts, SUMMARY, ("bfloat16",), arguments.rounds),
        "summaries_memory": [_alone(_filled, folder, "bfloat16", texts, tokens, SUMMARY) for tokens in FILLED],
    }


def _whole(checkpoint: Path, check_processes: Any) -> dict[str, Any]:
    """Brief articles on disk, models loaded and warm, with an extractive summariser and nothing repaired."""
    from trans.api import Translator
    from trans.heap import share
    from trans.run import Run
    from trans.sources import discover

    share()
    corpus = sorted((Path(__file__).parents[1] / "training" / "corpus").glob("news-*.tsv"))
    lines = [line.split("\t")[0] for path in corpus for line in path.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "in").mkdir()
        for number in range(min(ARTICLES, len(lines) // SENTENCES)):
            text = "\n\n".join(lines[number * SENTENCES : (number + 1) * SENTENCES])
            (folder / "in" / f"{number}.txt").write_text(text, encoding="utf-8")
        settings = {
            "translation": {"model": str(checkpoint)},
            "summarization": {"method": "extractive"},
            "repair": {"max_share": 0},
        }
        config = {"version": 1, "default_profile": "gpu", "profiles": {"gpu": settings}}
        (folder / "models.yaml").write_text(json.dumps(config), encoding="utf-8")
        with Translator(
            config=folder / "models.yaml",
            device="cuda",
            memory="off",
            download=False,
            check_processes=check_processes,
        ) as translator:
            translator.load()
            started = time.perf_counter()
            report = Run(translator, folder / "out", ["md"])(discover([folder / "in"], folder / "out").inputs)
            seconds = time.perf_counter() - started
            stats = translator.stats[0]
        return {
            "check_processes": check_processes,
            "articles": report.counts["written"],
            "seconds": seconds,
            "tokens_per_s": round(stats.source_tokens / seconds),
            "share_decoding": stats.seconds / seconds,
        }


def _alone(function: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Call ``function`` in a process of its own: what an allocator keeps would be in the way of others."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as processes:
        return processes.submit(function, *arguments).result()


def _filled(folder: Path, quantization: str, texts: list[str], tokens: int, decoding: Decoding) -> dict[str, Any]:
    """Decode batches of ``tokens``; say what they took of the GPU's memory, and what they were expected to take."""
    engine = _engine(folder, "cuda", quantization, tokens)
    lengths = engine.pieces.count(texts)
    many = texts * (1 + 8 * tokens // sum(lengths))  # enough batches for the driver to be asked in between
    engine.load()
    before = lowest = _free()
    done = threading.Event()

    def look() -> None:
        nonlocal lowest
        while not done.is_set():
            lowest = min(lowest, _free())

    looking = threading.Thread(target=look)
    looking.start()
    _texts(engine, many, decoding)
    done.set()
    looking.join()
    took = before - lowest
    each = bytes_a_token(engine._size(), max(lengths), statistics.median_low(lengths), decoding.beam_size)
    return {"batch_tokens": tokens, "texts": len(many), "mb": took >> 20, "expected_mb": int(each * tokens) >> 20}


def _free() -> int:
    found = gpu.free_bytes([0])
    if found is None:
        raise SystemExit("nvidia-smi does not answer")
    return found


def _settings(
    folder: Path, texts: list[str], decoding: Decoding, formats: tuple[str, ...], rounds: int
) -> dict[str, Any]:
    engines = {
        "cpu int8": _engine(folder, "cpu", "int8", None),
        f"cuda {formats[0]} transformers": _engine(folder, "cuda", formats[0], None, engine="transformers"),
    }
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


def _halved(folder: Path, sentences: list[str], name: str) -> dict[str, Any]:
    """Give the GPU more than it holds, in one batch, while another process has most of it."""
    many = [f"{number} {sentence}" for number in range(COPIES) for sentence in sentences]
    engine = _engine(folder, "cuda", "float16", TOO_LARGE, name)
    engine.load()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    held = max(0, _free() - LEFT_BYTES)
    holder = context.Process(target=_hold, args=(held, there))
    holder.start()
    here.recv()
    try:
        seconds, made = _texts(engine, many, DECODING)
    finally:
        here.send(None)
        holder.join()
    return {
        "texts": len(made),
        "held_bytes": held,
        "all_there": all(made),
        "seconds": seconds,
        "smallest_batch_that_did_not_fit": engine._fits,
    }


def _hold(size: int, connection: Any) -> None:
    import torch

    held = torch.empty(size, dtype=torch.uint8, device="cuda")
    connection.send(held.numel())
    connection.recv()


def _engine(
    folder: Path, device: Any, quantization: str, batch_tokens: int | None, engine: Any = "auto"
) -> PiecesEngine:
    made = build_engine(folder, engine=engine, device=device, quantization=quantization, batch_tokens=batch_tokens)
    if not isinstance(made, PiecesEngine):
        raise TypeError(f"{folder} has no pieces")
    return made


def _texts(engine: PiecesEngine, texts: list[str], decoding: Decoding) -> tuple[float, list[str]]:
    started = time.perf_counter()
    found = dict(engine.submit(texts, decoding))
    return time.perf_counter() - started, [found[index].best.text for index in range(len(texts))]


if __name__ == "__main__":
    main()
