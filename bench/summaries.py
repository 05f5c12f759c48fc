"""Summaries at mT5-base's size: side by side with a shortlist, as trans makes them, beside one at a time without.

    python bench/summaries.py --documents FOLDER [--limit 16] [--rounds 3] [--keep FOLDER]

``--documents`` holds news as ``NAME.txt``. The weights are made up (bench/weights.py) and copy a lead. Prints JSON with the
ratio, from medians of rounds in turn; both sides on the same cores, models loaded before the clock starts.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from trans.arabic import for_model
from trans.engines.cores import usable_cores
from trans.engines.pieces import Pieces, load_pieces
from trans.models import build_engine, weights_sha256
from trans.models.copies import converted
from trans.settings import SummarizationSettings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=16, help="documents")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the weights and their copies go; else a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        json.dump(measure(arguments, (arguments.keep or Path(temporary)).resolve()), sys.stdout, indent=1)
        print()


def measure(arguments: argparse.Namespace, keep: Path) -> dict[str, object]:
    os.environ["TRANS_CACHE"] = str(keep / "cache")
    paths = sorted(arguments.documents.glob("*.txt"))
    texts = [" ".join(for_model(path.read_text(encoding="utf-8")).split()) for path in paths]
    folder = keep / "mt5-base-size"
    if not (folder / "model.safetensors").exists():
        from weights import make_mt5

        make_mt5(texts, folder)
    settings = SummarizationSettings(model=str(folder))
    pieces = load_pieces(folder)
    sources = [_cut(text, pieces, settings.max_source_tokens) for text in texts[: arguments.limit]]
    peers = {"trans": _ours(folder, settings, sources), "one_at_a_time": _plain(folder, settings, sources)}
    seconds: dict[str, list[float]] = {name: [] for name in peers}
    lengths: dict[str, list[int]] = {}
    for _ in range(arguments.rounds):
        for name, peer in peers.items():
            started = time.perf_counter()
            lengths[name] = sorted(peer())
            seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    return {
        "ratio": round(medians["one_at_a_time"] / medians["trans"], 2),
        "seconds_a_summary": {name: round(value / len(sources), 2) for name, value in medians.items()},
        "source_pieces": sorted(pieces.count(sources)),
        "target_pieces": lengths,
        "cores": usable_cores(),
        "seconds": seconds,
    }


def _cut(text: str, pieces: Pieces, limit: int) -> str:
    """Return the words of ``text`` that fit."""
    words = text.split()
    while pieces.count([" ".join(words)])[0] > limit:
        words = words[: int(len(words) * 0.95)]
    return " ".join(words)


def _ours(folder: Path, settings: SummarizationSettings, sources: list[str]) -> Callable[[], list[int]]:
    engine = build_engine(folder, engine="auto", device="cpu", quantization="int8", batch_tokens=settings.batch_tokens)
    engine.load()
    return lambda: [result.best.tokens for _, result in engine.submit(sources, settings.decoding.decoding())]


def _plain(folder: Path, settings: SummarizationSettings, sources: list[str]) -> Callable[[], list[int]]:
    import ctranslate2

    pieces = load_pieces(folder, restricted=False)
    copy = converted(folder, pieces, weights_sha256(folder), "int8")
    translator = ctranslate2.Translator(
        str(copy), device="cpu", compute_type="int8", inter_threads=1, intra_threads=usable_cores()
    )
    decoding = settings.decoding

    def go() -> list[int]:
        lengths = []
        for source in sources:
            result = translator.translate_batch(
                pieces.encode([source]),
                beam_size=decoding.beam_size,
                length_penalty=decoding.length_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram_size,
                max_decoding_length=decoding.max_tokens,
                max_input_length=0,
                disable_unk=True,
                return_end_token=True,
            )[0]
            lengths.append(len(result.hypotheses[0]))
        return lengths

    return go


if __name__ == "__main__":
    main()
