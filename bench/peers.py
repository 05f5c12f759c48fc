"""This tool beside what a user could take instead, on the same weights and the same text.

    python bench/peers.py --tokenizer FOLDER --documents FOLDER [--rounds 3] [--keep FOLDER] [--argos PYTHON] [--json]

``--tokenizer`` holds opus-mt-ar-en's config.json and tokenizer; the weights are made up at its size (bench/weights.py), with
outputs as long as their sources. ``--documents`` holds news as ``NAME.txt`` and, a sentence a line,
``NAME.sentences.ar``. ``--argos`` is a Python that has Argos Translate installed. Beam 4, no summariser, the same cores.

Tokens a second are source pieces over the time from loaded models to the last file on disk; each peer runs in a process of its
own, in turn, round after round, and the median counts. The peers on torch are slow: they get the first documents only.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trans.arabic import for_model
from trans.engines.cores import usable_cores
from trans.engines.pieces import Pieces, load_pieces
from trans.models import build_engine, weights_sha256
from trans.models.copies import conversion_key, shortlist_key

BEAMS = 4
MAX_TOKENS = 320
# CTranslate2's best of 512, 1,024, 2,048 and 4,096 tokens on this text.
BATCH_TOKENS = 1024
# EasyNMT's default.
TORCH_BATCH = 32
# Documents for the peers that take minutes for all.
FEW = 4


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    paragraphs: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """What a peer gets: documents, the checkpoint, its converted copies with and without a shortlist, and an output folder."""

    documents: tuple[Document, ...]
    folder: Path
    checkpoint: Path
    listed: Path
    plain: Path
    out: Path

    @property
    def pieces(self) -> Pieces:
        return load_pieces(self.checkpoint)

    def write(self, translations: Sequence[str]) -> None:
        """Write each document's translation, given one text a sentence in order."""
        rest = iter(translations)
        for document in self.documents:
            text = "\n".join(next(rest) for _ in document.sentences)
            (self.out / f"{document.name}.txt").write_text(text, encoding="utf-8")


Peer = Callable[[Work], Callable[[], None]]
"""Loads models and returns what is timed."""


def trans(work: Work) -> Callable[[], None]:
    """The pipeline as ``trans run`` calls it, with the extractive summariser: it needs no model."""
    from trans.api import Translator
    from trans.config import load_config
    from trans.run import Run
    from trans.sources import discover

    settings = f"""
version: 1
default_profile: peers
profiles:
  peers:
    translation: {{model: {json.dumps(str(work.checkpoint))}}}
    summarization: {{method: extractive}}
"""
    path = work.out / "models.yaml"
    path.write_text(settings, encoding="utf-8")
    names = {document.name for document in work.documents}
    load_config(path)
    translator = Translator(None, config=path, memory="off", download=False)
    translator.load()
    found = discover([work.folder], work.out / "briefs")
    inputs = [item for item in found.inputs if item.path.stem in names]

    def go() -> None:
        report = Run(translator, work.out / "briefs", ["md"])(inputs)
        assert report.counts["written"] == len(inputs), report  # noqa: S101

    return go


def ceiling(work: Work) -> Callable[[], None]:
    """CTranslate2 called once with every sentence, tokenised beforehand, with the same shortlist."""
    return _ctranslate2(work, work.listed, shortlist=True)


def ctranslate2_plain(work: Work) -> Callable[[], None]:
    """The same without a shortlist: CTranslate2 at its best as its documentation shows it."""
    return _ctranslate2(work, work.plain, shortlist=False)


def _ctranslate2(work: Work, copy: Path, *, shortlist: bool) -> Callable[[], None]:
    import ctranslate2

    pieces = work.pieces
    translator = ctranslate2.Translator(
        str(copy), device="cpu", compute_type="int8", inter_threads=usable_cores(), intra_threads=1
    )
    texts = [sentence for document in work.documents for sentence in document.sentences]
    encoded = pieces.encode([for_model(text) for text in texts])

    def go() -> None:
        results = translator.translate_batch(
            encoded,
            beam_size=BEAMS,
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            max_input_length=0,
            max_decoding_length=MAX_TOKENS,
            use_vmap=shortlist,
        )
        work.write([pieces.decode(result.hypotheses[0]) for result in results])

    return go


def transformers_sorted_32(work: Work) -> Callable[[], None]:
    """``generate`` over batches of 32 sentences of similar length, as EasyNMT does."""
    translate = _generate(work)
    texts = [sentence for document in work.documents for sentence in document.sentences]

    def go() -> None:
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        found: dict[int, str] = {}
        for start in range(0, len(order), TORCH_BATCH):
            batch = order[start : start + TORCH_BATCH]
            found.update(zip(batch, translate([texts[index] for index in batch]), strict=True))
        work.write([found[index] for index in range(len(texts))])

    return go


def transformers_by_paragraph(work: Work) -> Callable[[], None]:
    """``generate`` for one paragraph after the other, as a first script does."""
    translate = _generate(work)

    def go() -> None:
        for document in work.documents:
            texts = [translate([paragraph])[0] for paragraph in document.paragraphs]
            (work.out / f"{document.name}.txt").write_text("\n\n".join(texts), encoding="utf-8")

    return go


def _generate(work: Work) -> Callable[[list[str]], list[str]]:
    """transformers alone: its tokenizer, its generate, float32."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    torch.set_num_threads(usable_cores())
    tokenizer = MarianTokenizer.from_pretrained(str(work.checkpoint))
    model = MarianMTModel.from_pretrained(str(work.checkpoint), dtype=torch.float32).eval()
    pad = model.config.pad_token_id

    def translate(texts: list[str]) -> list[str]:
        batch = tokenizer(texts, return_tensors="pt", padding=True, truncation=True, max_length=512)
        with torch.inference_mode():
            made = model.generate(
                **batch, num_beams=BEAMS, max_new_tokens=MAX_TOKENS, bad_words_ids=[[pad]], do_sample=False
            )
        decoded: list[str] = tokenizer.batch_decode(made, skip_special_tokens=True)
        return decoded

    return translate


def argos(work: Work) -> Callable[[], None]:
    """Argos Translate's own translation of each paragraph; sentences are given, its splitter's model must be fetched."""
    import ctranslate2
    from argostranslate import settings, translate
    from argostranslate.package import Package

    package = work.out / "package"
    package.mkdir()
    about = {"from_code": "ar", "to_code": "en", "from_name": "Arabic", "to_name": "English", "package_version": "1.0"}
    (package / "metadata.json").write_text(json.dumps(about), encoding="utf-8")
    (package / "model").symlink_to(work.plain)
    (package / "sentencepiece.model").symlink_to(work.checkpoint / "source.spm")
    installed = Package(package)
    translator = ctranslate2.Translator(
        str(work.plain),
        device="cpu",
        compute_type="int8",
        inter_threads=settings.inter_threads,
        intra_threads=settings.intra_threads or usable_cores(),
    )

    class Given:
        def split_sentences(self, text: str) -> list[str]:
            return text.split("\n")

    def go() -> None:
        for document in work.documents:
            written = []
            for paragraph in _with_sentences(document):
                best = translate.apply_packaged_translation(installed, paragraph, translator, Given(), BEAMS)[0]
                written.append(best.value)
            (work.out / f"{document.name}.txt").write_text("\n\n".join(written), encoding="utf-8")

    return go


def _with_sentences(document: Document) -> list[str]:
    """Return the paragraphs with a line for each sentence."""
    paragraphs = []
    rest = list(document.sentences)
    for paragraph in document.paragraphs:
        taken: list[str] = []
        while rest and rest[0].strip() in paragraph:
            taken.append(rest.pop(0).strip())
        paragraphs.append("\n".join(taken or [paragraph]))
    if rest:
        paragraphs.append("\n".join(rest))
    return paragraphs


# Name -> (peer, whether it gets the first documents only).
PEERS: dict[str, tuple[Peer, bool]] = {
    "trans": (trans, False),
    "ceiling": (ceiling, False),
    "ctranslate2_plain": (ctranslate2_plain, False),
    "argos": (argos, False),
    "transformers_sorted_32": (transformers_sorted_32, True),
    "transformers_by_paragraph": (transformers_by_paragraph, True),
}


def read(folder: Path, limit: int | None) -> tuple[Document, ...]:
    documents = []
    for path in sorted(folder.glob("*.txt"))[:limit]:
        paragraphs = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        sentences = path.with_name(f"{path.stem}.sentences.ar").read_text(encoding="utf-8").splitlines()
        documents.append(Document(path.stem, tuple(paragraphs), tuple(line for line in sentences if line.strip())))
    return tuple(documents)


def run_one(name: str, work: Work) -> dict[str, Any]:
    """Run a peer in this process and return its figures."""
    import resource

    peer, _ = PEERS[name]
    tokens = sum(work.pieces.count([for_model(text) for document in work.documents for text in document.sentences]))
    go = peer(work)
    started = time.perf_counter()
    go()
    seconds = time.perf_counter() - started
    return {
        "tokens": tokens,
        "seconds": seconds,
        "tokens_per_s": tokens / seconds,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Parse the command line; make the weights; run the peers in turn; print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="documents")
    parser.add_argument("--few", type=int, default=FEW, help="documents for the peers on torch")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the weights and their copies go; else a temporary folder")
    parser.add_argument("--argos", type=Path, help="a Python with argostranslate")
    parser.add_argument("--only", action="append", choices=list(PEERS), help="these peers; trans is always there")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", choices=list(PEERS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        json.dump(run_one(arguments.peer, _work(arguments, arguments.keep, arguments.limit)), sys.stdout)
        return
    with tempfile.TemporaryDirectory() as temporary:
        report = compare(arguments, arguments.keep or Path(temporary))
    if arguments.json:
        json.dump(report, sys.stdout, indent=1)
        print()
    else:
        show(report)


def compare(arguments: argparse.Namespace, keep: Path) -> dict[str, Any]:
    os.environ["TRANS_CACHE"] = str(keep / "cache")
    _work(arguments, keep, None)
    names = ["trans", *(name for name in PEERS if name != "trans" and name in (arguments.only or PEERS))]
    if not arguments.argos and "argos" in names:
        names.remove("argos")
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name in names:
            runs[name].append(_process(name, arguments, keep))
    median = {
        name: {key: statistics.median(run[key] for run in made) for key in made[0]} for name, made in runs.items()
    }
    ours = median["trans"]["tokens_per_s"]
    return {
        "ratios": {
            name: round(ours / figures["tokens_per_s"], 2) for name, figures in median.items() if name != "trans"
        },
        "peers": median,
        "runs": runs,
        "cores": usable_cores(),
        "beam_size": BEAMS,
    }


def _process(name: str, arguments: argparse.Namespace, keep: Path) -> dict[str, Any]:
    """Run a peer in a process of its own; ``process_s`` is what a user waits."""
    limit = arguments.few if PEERS[name][1] else arguments.limit
    python = str(arguments.argos) if name == "argos" else sys.executable
    command = [python, __file__, "--peer", name, "--keep", str(keep)]
    command += ["--tokenizer", str(arguments.tokenizer), "--documents", str(arguments.documents)]
    command += ["--limit", str(limit)] if limit else []
    environment = {**os.environ, "OMP_NUM_THREADS": str(usable_cores()), "HF_HUB_OFFLINE": "1"}
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return {**json.loads(done.stdout), "process_s": time.perf_counter() - started}


def _work(arguments: argparse.Namespace, keep: Path, limit: int | None) -> Work:
    """Make the checkpoint and its copies unless they are there."""
    os.environ["TRANS_CACHE"] = str(keep / "cache")
    checkpoint = keep / "opus-mt-size"
    if not (checkpoint / "vocab.json").exists():
        from weights import make_marian

        make_marian(arguments.tokenizer, checkpoint)
    copies = []
    for shortlist in (True, False):
        pieces = load_pieces(checkpoint, restricted=shortlist)
        key = conversion_key(weights_sha256(checkpoint), "int8", shortlist_key(pieces))
        copy = keep / "cache" / "ctranslate2" / key
        if not copy.exists():
            build_engine(
                checkpoint, engine="auto", device="cpu", quantization="int8", batch_tokens=1024, shortlist=shortlist
            ).load()
        copies.append(copy)
    out = Path(tempfile.mkdtemp(dir=keep, prefix="out-"))
    return Work(read(arguments.documents, limit), arguments.documents, checkpoint, copies[0], copies[1], out)


def show(report: dict[str, Any]) -> None:
    print(f"{'':28}{'tokens/s':>10}{'ratio':>8}{'peak MB':>9}{'process s':>11}")
    for name, figures in report["peers"].items():
        ratio = report["ratios"].get(name, 1.0)
        print(
            f"{name:28}{figures['tokens_per_s']:10.0f}{ratio:8.2f}{figures['peak_mb']:9.0f}{figures['process_s']:11.1f}"
        )


if __name__ == "__main__":
    main()
