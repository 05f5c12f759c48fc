"""``python -m training.evaluate``: how good the tiny models are, on text they never saw.

Decodes as the product does (int8, beam 4) and prints figures; with ``--pin`` it raises the floors that the tests hold
the embedded models to. ``--source`` and ``--reference`` score any line-aligned text: nothing is tuned to it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from training import floors
from training.corpus import Pair, normalise_english
from training.prepare import read_corpus
from training.scores import Score, summary_scores, translation_scores
from trans.arabic import for_model
from trans.config import ModelSettings, ProfileSettings, choose_profile, find_config, load_config
from trans.models import build_engine

EMBEDDED = Path(__file__).parents[1] / "src" / "trans" / "models" / "embedded"
TRANSLATOR, SUMMARIZER = "tiny-marian-ar-en", "tiny-mt5-ar"

# A subset that takes seconds: what the test suite decodes.
FAST = ", fast subset"
FAST_SENTENCES = 120
FAST_ARTICLES = 12


def main() -> None:
    """Parse the command line, print the scores, pin them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, default=EMBEDDED, help="folder with both model folders")
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv: scored too")
    parser.add_argument("--source", type=Path, help="score this instead: Arabic sentences, one a line")
    parser.add_argument("--reference", type=Path, help="their English, line by line")
    parser.add_argument("--samples", type=int, default=0, metavar="N", help="print N outputs of each set")
    parser.add_argument("--pin", action="store_true", help="raise the floors to these scores, rounded down")
    parser.add_argument("--lower-floors", action="store_true", help="let --pin lower floors too")
    args = parser.parse_args()
    if args.source and args.reference:
        arabic = [for_model(line) for line in args.source.read_text(encoding="utf-8").splitlines()]
        english = [normalise_english(line) for line in args.reference.read_text(encoding="utf-8").splitlines()]
        pairs = [Pair(args.source.stem, *pair) for pair in zip(arabic, english, strict=True)]
        _report(args.source.stem, *score_translator(args.models, pairs), args.samples)
        return
    found = report(args.models, args.others, samples=args.samples)
    if args.pin:
        floors.pin(found, lower=args.lower_floors)


def report(models: Path, others: Path | None, *, texts: int | None = None, samples: int = 0) -> dict[str, list[Score]]:
    """Print and return the scores of every held-out set, or of its first ``texts`` texts."""
    found: dict[str, list[Score]] = {}
    for sets, score in ((translation_sets(others), score_translator), (summary_sets(), score_summarizer)):
        for name, pairs in sets.items():
            scores, lines = score(models, pairs[:texts])
            _report(name, scores, lines, samples)
            found[name] = scores
    return found


def translation_sets(others: Path | None = None) -> dict[str, list[Pair]]:
    """Return the held-out sentence pairs by name: the news, the news' fast subset, and each text of others."""
    dev = read_corpus(others).dev
    kinds = {kind: [pair for pair in dev if pair.kind == kind] for kind in dict.fromkeys(pair.kind for pair in dev)}
    news = kinds["news"]
    step = max(1, len(news) // FAST_SENTENCES)
    return {f"news{FAST}": news[::step][:FAST_SENTENCES], **kinds}


def summary_sets() -> dict[str, list[Pair]]:
    """Return the held-out articles by name, the text as ``arabic`` and the summary as ``english``."""
    articles = [Pair("article", " ".join(item.arabic), item.summary) for item in read_corpus(None).dev_articles]
    return {f"articles{FAST}": articles[:FAST_ARTICLES], "articles": articles}


def score_translator(models: Path, pairs: Sequence[Pair]) -> tuple[list[Score], list[tuple[str, ...]]]:
    """Translate and return the scores and (source, reference, hypothesis) of each pair."""
    sources, references = [pair.arabic for pair in pairs], [pair.english for pair in pairs]
    hypotheses = _decode(models / TRANSLATOR, _settings().translation, sources)
    return translation_scores(sources, references, hypotheses), list(zip(sources, references, hypotheses, strict=True))


def score_summarizer(models: Path, pairs: Sequence[Pair]) -> tuple[list[Score], list[tuple[str, ...]]]:
    """Summarise and return the scores and (lead, reference, summary) of each article."""
    articles, references = [pair.arabic for pair in pairs], [pair.english for pair in pairs]
    summaries = _decode(models / SUMMARIZER, _settings().summarization, articles)
    leads = [" ".join(article.split()[:30]) for article in articles]
    return summary_scores(articles, references, summaries), list(zip(leads, references, summaries, strict=True))


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


def _report(name: str, scores: Sequence[Score], lines: Sequence[tuple[str, ...]], samples: int) -> None:
    print(f"{name} ({len(lines)})")
    for score in scores:
        print(f"  {score.name:14}{score.value:6.1f}  {score.how}")
    for line in lines[:: max(1, len(lines) // samples)][:samples] if samples else []:
        print("", *line, sep="\n    ")


if __name__ == "__main__":
    main()
