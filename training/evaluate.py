"""``python -m training.evaluate``: how good the tiny models are, on text they never saw.

Decodes as the product does (int8, beam 4) and prints figures; with ``--pin`` it raises the floors that the tests hold
the embedded models to. ``--source`` and ``--reference`` score any line-aligned text: nothing is tuned to it.
"""

import argparse
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from training import floors
from training.corpus import Pair, normalise_english
from training.prepare import read_corpus
from training.scores import Result, Score, summary_scores, translation_scores
from trans.arabic import for_model
from trans.config import choose_profile, find_config, load_config
from trans.models import build_engine
from trans.settings import ModelSettings, ProfileSettings

EMBEDDED = Path(__file__).parents[1] / "src" / "trans" / "models" / "embedded"
TRANSLATOR, SUMMARIZER = "tiny-marian-ar-en", "tiny-mt5-ar"

# A subset that takes seconds: what the test suite decodes.
FAST = ", fast subset"
FAST_SENTENCES = 150
FAST_ARTICLES = 20

Sets = dict[str, list[Pair]]
Scorer = Callable[[Sequence[str], Sequence[str], Sequence[str]], list[Score]]


def main() -> None:
    """Parse the command line, print the scores, pin them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=EMBEDDED, help="folder with both model folders")
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv: scored too")
    parser.add_argument("--source", type=Path, help="score this instead: Arabic sentences, one a line")
    parser.add_argument("--reference", type=Path, help="their English, line by line")
    parser.add_argument("--samples", type=int, default=0, metavar="N", help="print N outputs of each set")
    parser.add_argument(
        "--pin", action="store_true", help="raise the floors to the scores of the models in the package"
    )
    parser.add_argument("--lower-floors", action="store_true", help="let --pin lower floors too")
    args = parser.parse_args()
    if args.pin and args.models != EMBEDDED:
        parser.error("--pin is for the models in the package; training.publish puts others there")
    if args.lower_floors and not args.pin:
        parser.error("--lower-floors goes with --pin")
    if bool(args.source) != bool(args.reference):
        parser.error("--source and --reference go together")
    if args.source:
        arabic = [for_model(line) for line in args.source.read_text(encoding="utf-8").splitlines()]
        english = [normalise_english(line) for line in args.reference.read_text(encoding="utf-8").splitlines()]
        pairs = [Pair(args.source.stem, *pair) for pair in zip(arabic, english, strict=True)]
        evaluate_translator(args.models, {args.source.stem: pairs}, args.samples)
        return
    found = evaluate_translator(args.models, translation_sets(args.others), args.samples)
    found |= evaluate_summarizer(args.models, summary_sets(), args.samples)
    print(*floors.missed(floors.load(), found), sep="\n")
    if args.pin:
        floors.pin(found, lower=args.lower_floors)


def translation_sets(others: Path | None = None) -> Sets:
    """Return the held-out sentence pairs by name: the news, the news' fast subset, and each text of others."""
    dev = read_corpus(others).dev
    kinds = {kind: [pair for pair in dev if pair.kind == kind] for kind in dict.fromkeys(pair.kind for pair in dev)}
    return {f"news{FAST}": _fewest(kinds["news"], FAST_SENTENCES), **kinds}


def summary_sets() -> Sets:
    """Return the held-out articles by name, the text as ``arabic`` and the summary as ``english``."""
    articles = [Pair("article", " ".join(item.arabic), item.summary) for item in read_corpus(None).dev_articles]
    return {f"articles{FAST}": _fewest(articles, FAST_ARTICLES), "articles": articles}


def evaluate_translator(models: Path, sets: Sets, samples: int = 0) -> dict[str, Result]:
    """Translate each set, print and return its scores, and print some of its source, reference and hypothesis."""
    return _evaluate(models / TRANSLATOR, _settings().translation, translation_scores, sets, samples)


def evaluate_summarizer(models: Path, sets: Sets, samples: int = 0) -> dict[str, Result]:
    """Summarise each set, print and return its scores, and print some articles, references and summaries."""
    return _evaluate(models / SUMMARIZER, _settings().summarization, summary_scores, sets, samples)


def _evaluate(folder: Path, settings: ModelSettings, score: Scorer, sets: Sets, samples: int) -> dict[str, Result]:
    found = {}
    for name, pairs in sets.items():
        sources, references = [pair.arabic for pair in pairs], [pair.english for pair in pairs]
        hypotheses = _decode(folder, settings, sources)
        found[name] = _report(name, pairs, hypotheses, score(sources, references, hypotheses), samples)
    return found


def _fewest(pairs: Sequence[Pair], count: int) -> list[Pair]:
    """Return the ``count`` pairs of the smallest hashes: text added later changes few of them."""
    return sorted(pairs, key=lambda pair: hashlib.sha256(pair.arabic.encode()).digest())[:count]


def _settings() -> ProfileSettings:
    path = find_config(None)
    return choose_profile(load_config(path), "tiny", path).settings


def _decode(folder: Path, settings: ModelSettings, texts: Sequence[str]) -> list[str]:
    engine = build_engine(
        folder, engine="auto", device="cpu", quantization=settings.quantization.cpu, batch_tokens=settings.batch_tokens
    )
    found = dict(engine.submit(texts, settings.decoding.decoding()))
    engine.close()
    return [found[i].hypotheses[0].text for i in range(len(texts))]


def _report(name: str, pairs: Sequence[Pair], outputs: Sequence[str], scores: Sequence[Score], samples: int) -> Result:
    print(f"{name} ({len(pairs)})")
    for score in scores:
        print(f"  {score.name:14}{score.value:6.1f}  {score.how}")
    lines = [(pair.arabic, pair.english, output) for pair, output in zip(pairs, outputs, strict=True)]
    for line in lines[:samples]:
        print("", *line, sep="\n    ")
    texts = hashlib.sha256("\n".join(f"{pair.arabic}\t{pair.english}" for pair in pairs).encode()).hexdigest()[:16]
    return Result(texts, tuple(scores))


if __name__ == "__main__":
    main()
