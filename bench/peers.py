"""This tool beside what a user could take instead, on the same weights and the same text.

    python bench/peers.py --tokenizer FOLDER --documents FOLDER [--rounds 3] [--keep FOLDER] [--argos PYTHON] [--json]

``--tokenizer`` holds opus-mt-ar-en's config.json and tokenizer; the weights are made up at its size (bench/weights.py), with
outputs as long as their sources. ``--documents`` holds news as ``NAME.txt`` and, a sentence a line,
``NAME.sentences.ar``. Beam 4, no summariser, the same cores.

Tokens a second are source pieces over the time from loaded models to the last file on disk; each peer runs in a process of its
own, in turn, round after round, and the median counts. The slowest, paragraph by paragraph, gets the first documents only.

The Python for Argos is that of an environment that holds trans, in the same versions, and argostranslate. Its own splitter's
model must be fetched, so it is given the sentences.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import trans as trans_package
from trans.arabic import for_model
from trans.engines.cores import usable_cores
from trans.engines.pieces import Pieces, load_pieces
from trans.models import build_engine, weights_sha256
from trans.models.copies import conversion_key, shortlist_key

BEAMS = 4
MAX_TOKENS = 320
# Tokens in a batch where CTranslate2 is called directly; --batch-tokens tries others.
BATCH_TOKENS = 1024
# EasyNMT's default.
TORCH_BATCH = 32
# Documents for the peer that takes ten minutes for all.
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
    pieces: Pieces
    batch_tokens: int

    def write(self, translations: Sequence[str]) -> None:
        """Write each document's translation, given one text a sentence in order."""
        rest = iter(translations)
        for document in self.documents:
            text = "\n".join(next(rest) for _ in document.sentences)
            (self.out / f"{document.name}.txt").write_text(text, encoding="utf-8")


Peer = Callable[[Work], Callable[[], Iterable[int]]]
"""Loads models and returns what is timed; that returns the target pieces of each output, counted when they are asked for."""


def trans(work: Work) -> Callable[[], Iterable[int]]:
    """The pipeline as ``trans run`` calls it, with the extractive summariser: it needs no model.

    Nothing is repaired: made-up weights write nothing but errors, and the others translate once.
    """
    from trans.api import Translator
    from trans.heap import share
    from trans.run import Run
    from trans.sources import discover

    settings = f"""
version: 1
default_profile: peers
profiles:
  peers:
    translation: {{model: {json.dumps(str(work.checkpoint))}}}
    summarization: {{method: extractive}}
    repair: {{max_share: 0}}
"""
    share()
    path = work.out / "models.yaml"
    path.write_text(settings, encoding="utf-8")
    names = {document.name for document in work.documents}
    translator = Translator(None, config=path, memory="off", download=False)
    translator.load()
    found = discover([work.folder], work.out / "briefs")
    inputs = [item for item in found.inputs if item.path.stem in names]

    def go() -> Iterator[int]:
        report = Run(translator, work.out / "briefs", ["md"])(inputs)
        if report.counts["written"] != len(inputs):
            raise SystemExit(f"trans wrote {report.counts} of {len(inputs)}")
        return _lengths(work.out / "briefs")

    return go


def _lengths(briefs: Path) -> Iterator[int]:
    for path in sorted(briefs.glob("*.json")):
        brief = json.loads(path.read_bytes())
        for text in (brief["headline"], *brief["paragraphs"]):
            yield from (sentence["tokens"] for sentence in text["sentences"] if sentence["tokens"])


def ceiling(work: Work) -> Callable[[], Iterable[int]]:
    """CTranslate2 called once with every sentence, tokenised beforehand, with the same shortlist."""
    return _ctranslate2(work, work.listed, shortlist=True)


def ctranslate2_plain(work: Work) -> Callable[[], Iterable[int]]:
    """The same without a shortlist: CTranslate2 at its best as its documentation shows it."""
    return _ctranslate2(work, work.plain, shortlist=False)


def _ctranslate2(work: Work, copy: Path, *, shortlist: bool) -> Callable[[], Iterable[int]]:
    import ctranslate2

    pieces = work.pieces
    translator = ctranslate2.Translator(
        str(copy), device="cpu", compute_type="int8", inter_threads=usable_cores(), intra_threads=1
    )
    texts = [sentence for document in work.documents for sentence in document.sentences]
    encoded = pieces.encode([for_model(text) for text in texts])

    def go() -> list[int]:
        results = translator.translate_batch(
            encoded,
            beam_size=BEAMS,
            max_batch_size=work.batch_tokens,
            batch_type="tokens",
            max_input_length=0,
            max_decoding_length=MAX_TOKENS,
            use_vmap=shortlist,
            return_end_token=True,
        )
        work.write([pieces.decode(result.hypotheses[0]) for result in results])
        return [len(result.hypotheses[0]) for result in results]

    return go


def transformers_sorted_32(work: Work) -> Callable[[], Iterable[int]]:
    """``generate`` over batches of 32 sentences of similar length, as EasyNMT does."""
    translate = _generate(work)
    texts = [sentence for document in work.documents for sentence in document.sentences]

    def go() -> list[int]:
        order = sorted(range(len(texts)), key=lambda index: -len(texts[index]))
        found: dict[int, tuple[str, int]] = {}
        for start in range(0, len(order), TORCH_BATCH):
            batch = order[start : start + TORCH_BATCH]
            found.update(zip(batch, translate([texts[index] for index in batch]), strict=True))
        work.write([found[index][0] for index in range(len(texts))])
        return [length for _, length in found.values()]

    return go


def transformers_by_paragraph(work: Work) -> Callable[[], Iterable[int]]:
    """``generate`` for one paragraph after the other, as a first script does."""
    translate = _generate(work)

    def go() -> list[int]:
        lengths = []
        for document in work.documents:
            made = [translate([paragraph])[0] for paragraph in document.paragraphs]
            (work.out / f"{document.name}.txt").write_text("\n\n".join(text for text, _ in made), encoding="utf-8")
            lengths += [length for _, length in made]
        return lengths

    return go


def _generate(work: Work) -> Callable[[list[str]], list[tuple[str, int]]]:
    """transformers alone: its tokenizer, its generate, float32. Gives texts and their target pieces."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    torch.set_num_threads(usable_cores())
    tokenizer = MarianTokenizer.from_pretrained(str(work.checkpoint))
    model = MarianMTModel.from_pretrained(str(work.checkpoint), dtype=torch.float32).eval()
    pad = model.config.pad_token_id

    def translate(texts: list[str]) -> list[tuple[str, int]]:
        batch = tokenizer(texts, return_tensors="pt", padding=True, truncation=True, max_length=512)
        with torch.inference_mode():
            made = model.generate(
                **batch, num_beams=BEAMS, max_new_tokens=MAX_TOKENS, bad_words_ids=[[pad]], do_sample=False
            )
        # The first piece is where the decoder starts from; after the end there is padding.
        lengths = (made[:, 1:] != pad).sum(1).tolist()
        return list(zip(tokenizer.batch_decode(made, skip_special_tokens=True), lengths, strict=True))

    return translate


def argos(work: Work) -> Callable[[], Iterable[int]]:
    """Argos Translate's own translation of each paragraph; sentences are given, its splitter's model must be fetched."""
    for name in ("DATA", "CONFIG", "CACHE"):
        os.environ[f"XDG_{name}_HOME"] = str(work.out / "argos")
    import ctranslate2
    from argostranslate import settings, translate
    from argostranslate.package import Package

    package = work.out / "package"
    package.mkdir()
    about = {"from_code": "ar", "to_code": "en", "from_name": "Arabic", "to_name": "English", "package_version": "1.0"}
    (package / "metadata.json").write_text(json.dumps(about), encoding="utf-8")
    model = package / "model"
    model.mkdir()
    for part in ("model.bin", "shared_vocabulary.json"):
        (model / part).symlink_to(work.plain / part)
    # As CTranslate2's converter for OPUS-MT sets it: Argos' tokenizer ends no sentence.
    config = json.loads((work.plain / "config.json").read_text(encoding="utf-8"))
    (model / "config.json").write_text(json.dumps({**config, "add_source_eos": True}), encoding="utf-8")
    (package / "sentencepiece.model").symlink_to(work.checkpoint / "source.spm")
    installed = Package(package)
    translator = ctranslate2.Translator(
        str(model),
        device="cpu",
        compute_type="int8",
        inter_threads=settings.inter_threads,
        intra_threads=settings.intra_threads or usable_cores(),
    )

    class Given:
        def split_sentences(self, text: str) -> list[str]:
            return text.split("\n")

    if settings.beam_size != BEAMS:
        raise SystemExit(f"Argos Translate decodes with {settings.beam_size} beams here, not {BEAMS}")

    def go() -> Iterator[int]:
        made = []
        for document in work.documents:
            written = []
            for paragraph in _with_sentences(document):
                # One hypothesis, as its translate() asks for.
                best = translate.apply_packaged_translation(installed, paragraph, translator, Given(), 1)[0]
                written.append(best.value)
            (work.out / f"{document.name}.txt").write_text("\n\n".join(written), encoding="utf-8")
            made += written
        return (work.pieces.count([text])[0] for text in made)

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
    "transformers_sorted_32": (transformers_sorted_32, False),
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
    peer, _ = PEERS[name]
    sources = work.pieces.count([for_model(text) for document in work.documents for text in document.sentences])
    tokens = sum(sources)
    go = peer(work)
    started = time.perf_counter()
    counted = go()
    seconds = time.perf_counter() - started
    lengths = list(counted)
    shutil.rmtree(work.out)
    return {
        "documents": len(work.documents),
        "tokens": tokens,
        "seconds": seconds,
        "tokens_per_s": tokens / seconds,
        # Not ru_maxrss: a child begins with its parent's.
        "peak_mb": int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024,
        "outputs": len(lengths),
        "target_tokens": sum(lengths),
        "target_tokens_max": max(lengths),
        "lengths": {"source": _histogram(sources), "target": _histogram(lengths)},
    }


def _histogram(lengths: Sequence[int]) -> dict[str, int]:
    """Return how many texts have how many pieces, in tens: "20" stands for 20 to 29."""
    counted = Counter(length // 10 * 10 for length in lengths)
    return {str(start): counted[start] for start in sorted(counted)}


def main() -> None:
    """Parse the command line; make the weights; run the peers in turn; print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--documents", type=Path, required=True)
    parser.add_argument("--limit", type=int, help="documents")
    parser.add_argument("--few", type=int, default=FEW, help="documents for the slowest peer")
    parser.add_argument("--batch-tokens", type=int, default=BATCH_TOKENS, help="for CTranslate2 called directly")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the weights and their copies go; else a temporary folder")
    parser.add_argument("--argos", type=Path, help="a Python with argostranslate")
    parser.add_argument("--only", action="append", choices=list(PEERS), help="these peers; trans is always there")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--peer", choices=list(PEERS), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep = arguments.keep.resolve()
        arguments.keep.mkdir(parents=True, exist_ok=True)
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
    shutil.rmtree(_work(arguments, keep, None).out)
    names = ["trans", *(name for name in PEERS if name != "trans" and name in (arguments.only or PEERS))]
    if not arguments.argos and "argos" in names:
        names.remove("argos")
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    lengths: dict[str, Any] = {}
    for _ in range(arguments.rounds):
        for name in names:
            run = _process(name, arguments, keep)
            lengths[name] = run.pop("lengths")
            runs[name].append(run)
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
        "lengths": lengths,
        "cores": usable_cores(),
        "cpu": _cpu(),
        "beam_size": BEAMS,
        "batch_tokens": arguments.batch_tokens,
        "versions": {name: metadata.version(name) for name in ("ctranslate2", "torch", "transformers")},
    }


def _process(name: str, arguments: argparse.Namespace, keep: Path) -> dict[str, Any]:
    """Run a peer in a process of its own; ``process_s`` is what a user waits."""
    limits = [limit for limit in (arguments.limit, arguments.few if PEERS[name][1] else None) if limit]
    python = str(arguments.argos) if name == "argos" else sys.executable
    command = [python, __file__, "--peer", name, "--keep", str(keep)]
    command += ["--tokenizer", str(arguments.tokenizer), "--documents", str(arguments.documents)]
    command += ["--batch-tokens", str(arguments.batch_tokens)]
    command += ["--limit", str(min(limits))] if limits else []
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(trans_package.__file__).parents[1]),
        "OMP_NUM_THREADS": str(usable_cores()),
        "HF_HUB_OFFLINE": "1",
    }
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
        if not copy.exists() and arguments.peer:
            raise SystemExit(f"{copy} is not there: another version of ctranslate2?")
        if not copy.exists():
            build_engine(
                checkpoint, engine="auto", device="cpu", quantization="int8", batch_tokens=1024, shortlist=shortlist
            ).load()
        copies.append(copy)
    documents = read(arguments.documents, limit)
    out = Path(tempfile.mkdtemp(dir=keep, prefix="out-"))
    return Work(
        documents,
        arguments.documents,
        checkpoint,
        listed=copies[0],
        plain=copies[1],
        out=out,
        pieces=load_pieces(checkpoint),
        batch_tokens=arguments.batch_tokens,
    )


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")


def show(report: dict[str, Any]) -> None:
    print(f"{'':28}{'documents':>10}{'tokens':>8}{'tokens/s':>10}{'ratio':>8}{'peak MB':>9}{'process s':>11}")
    for name, figures in report["peers"].items():
        ratio = report["ratios"].get(name, 1.0)
        print(
            f"{name:28}{figures['documents']:10.0f}{figures['tokens']:8.0f}{figures['tokens_per_s']:10.0f}{ratio:8.2f}"
            f"{figures['peak_mb']:9.0f}{figures['process_s']:11.1f}"
        )


if __name__ == "__main__":
    main()
