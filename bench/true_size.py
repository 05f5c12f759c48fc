"""A true-size model with random weights through both engines: equal outputs in float32, and how many differ in int8.

    python bench/true_size.py --tokenizer FOLDER --text FILE [--text FILE ..] [--sentences N] [--keep FOLDER]

FOLDER holds config.json and the tokenizer of a Marian model (no weights needed); FILE has a sentence a line. Prints JSON. Random
weights can't show quality; they show that the engines compute the same thing at the real size, and what conversion costs.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from trans.arabic import for_model
from trans.engines.pieces import MarianPieces, load_pieces
from trans.models import build_engine, weights_sha256
from trans.models.copies import conversion_key, shortlist_key
from trans.translation import Decoding, Translation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with config.json, *.spm and vocab.json")
    parser.add_argument("--text", type=Path, action="append", required=True, help="a sentence a line")
    parser.add_argument("--sentences", type=int, default=200)
    parser.add_argument("--beam-size", type=int, default=4)
    parser.add_argument("--max-tokens", type=int, default=96)
    parser.add_argument("--batch-tokens", type=int, default=1024)
    parser.add_argument("--eos-bias", type=float, default=EOS_BIAS)
    parser.add_argument("--keep", type=Path, help="where the checkpoint and its copies go; else a temporary folder")
    arguments = parser.parse_args()
    lines = [for_model(line) for path in arguments.text for line in path.read_text(encoding="utf-8").splitlines()]
    texts = [line for line in lines if line][: arguments.sentences]
    with tempfile.TemporaryDirectory() as temporary:
        work = arguments.keep or Path(temporary)
        os.environ["TRANS_CACHE"] = str(work / "cache")
        json.dump(measure(arguments, texts, work), sys.stdout, indent=1)
        print()


# Adds to the end-of-sentence logit until random weights end most outputs of news sentences before 96 pieces.
EOS_BIAS = 5.0


def measure(arguments: argparse.Namespace, texts: list[str], work: Path) -> dict[str, Any]:
    folder = make_checkpoint(arguments.tokenizer, work / "random-true-size", arguments.eos_bias)
    listed = shortlist_key(load_pieces(folder))
    decoding = Decoding(beam_size=arguments.beam_size, max_tokens=arguments.max_tokens)
    report: dict[str, Any] = {
        "sentences": len(texts),
        "beam_size": decoding.beam_size,
        "bytes": (folder / "model.safetensors").stat().st_size,
    }
    results: dict[str, dict[int, Translation]] = {}
    for name, engine, quantization in (
        ("torch", "transformers", "float32"),
        ("float32", "ctranslate2", "float32"),
        ("int8", "ctranslate2", "int8"),
    ):
        made = build_engine(
            folder,
            engine=engine,  # type: ignore[arg-type]
            device="cpu",
            quantization=quantization,
            batch_tokens=arguments.batch_tokens,
        )
        began = time.perf_counter()
        made.submit(texts[:1], Decoding(beam_size=1, max_tokens=2)).__next__()
        ready = time.perf_counter()
        results[name] = dict(made.submit(texts, decoding))
        report[name] = {
            "seconds_to_first_result": round(ready - began, 1),
            "seconds_decoding": round(time.perf_counter() - ready, 1),
            "target_tokens": made.stats.target_tokens,
            "finished": sum(result.best.finished for result in results[name].values()),
        }
        if engine == "ctranslate2":
            copy = work / "cache" / "ctranslate2" / conversion_key(weights_sha256(folder), quantization, listed)
            report[name]["verified"] = json.loads((copy / "verified.json").read_text(encoding="utf-8"))
        made.close()
    report["distinct_outputs"] = len({result.best.text for result in results["torch"].values()})
    report["float32_equal_to_torch"] = count_equal(results["torch"], results["float32"])
    report["float32_score_difference"] = max(
        abs(result.best.score - results["float32"][index].best.score) for index, result in results["torch"].items()
    )
    report["int8_different_from_float32"] = len(texts) - count_equal(results["float32"], results["int8"])
    return report


def count_equal(first: dict[int, Translation], second: dict[int, Translation]) -> int:
    return sum(
        [(hypothesis.text, hypothesis.tokens) for hypothesis in first[index].hypotheses]
        == [(hypothesis.text, hypothesis.tokens) for hypothesis in second[index].hypotheses]
        for index in first
    )


def make_checkpoint(tokenizer: Path, folder: Path, eos_bias: float) -> Path:
    """Write a checkpoint of ``tokenizer``'s config.json with random weights into ``folder`` and return it."""
    import torch
    from transformers import AutoConfig, MarianMTModel

    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    config = AutoConfig.from_pretrained(str(tokenizer))
    # Three times the usual 0.02: embeddings of that size give logits as far apart as a random model needs to have no ties.
    config.init_std = 0.06
    model = MarianMTModel(config).eval()
    with torch.no_grad():
        model.final_logits_bias[0, config.eos_token_id] = eos_bias
    model.save_pretrained(folder)
    for name in ("config.json", *MarianPieces.FILES):
        shutil.copyfile(tokenizer / name, folder / name)
    return folder


if __name__ == "__main__":
    main()
