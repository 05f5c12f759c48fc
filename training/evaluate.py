"""``python -m training.evaluate translator|summarizer``: how good an exported model is, on text it never saw.

Prints numbers and samples; it changes nothing. ``--source`` and ``--reference`` score any line-aligned text, for a
figure in a report: nothing is tuned to it.
"""

import argparse
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from training.corpus import load_pairs, normalise_english
from training.decode import Decoder
from training.export import EMBEDDED
from training.prepare import DATA
from trans.arabic import for_model

FOLDERS = {"translator": "tiny-marian-ar-en", "summarizer": "tiny-mt5-ar"}
SAMPLES = 10
# One at a time in torch: enough to catch a wrong conversion, a minute at most.
COMPARED_WITH_TORCH = 50

_NUMBER = re.compile(r"\d+")


def kept_numbers(sources: Sequence[str], references: Sequence[str], outputs: Sequence[str]) -> tuple[int, int]:
    """Return (numbers kept, numbers that should be): those that stand in both source and reference."""
    kept = expected = 0
    for source, reference, output in zip(sources, references, outputs, strict=True):
        wanted = Counter(_NUMBER.findall(source)) & Counter(_NUMBER.findall(reference))
        kept += (wanted & Counter(_NUMBER.findall(output))).total()
        expected += wanted.total()
    return kept, expected


def overlap(reference: Sequence[str], output: Sequence[str]) -> float:
    """Return the F1 of the longest common subsequence of words: ROUGE-L without its stemmer, which has no Arabic."""
    row = [0] * (len(output) + 1)
    for word in reference:
        previous = row
        row = [0]
        for i, other in enumerate(output):
            row.append(previous[i] + 1 if word == other else max(previous[i + 1], row[i]))
    return 2 * row[-1] / max(1, len(reference) + len(output))


def report_translations(name: str, sources: Sequence[str], references: Sequence[str], outputs: Sequence[str]) -> None:
    """Print BLEU, chrF and the share of numbers kept for one set."""
    for metric in (BLEU(), CHRF()):
        score = metric.corpus_score(list(outputs), [list(references)])
        print(f"{name}: {score.name} {score.score:.1f}  {metric.get_signature()}")
    kept, expected = kept_numbers(sources, references, outputs)
    print(f"{name}: numbers kept {kept} of {expected}; sentences {len(sources)}")


def evaluate_translator(decoder: Decoder, source: Path | None, reference: Path | None) -> None:
    """Score the held-out pairs of each kind, or one line-aligned text."""
    if source and reference:
        arabic = [for_model(line) for line in source.read_text(encoding="utf-8").splitlines()]
        english = [normalise_english(line) for line in reference.read_text(encoding="utf-8").splitlines()]
        report_translations(source.stem, arabic, english, decoder.decode(arabic))
        return
    pairs = load_pairs(DATA / "translator.dev.jsonl")
    for kind in sorted({pair.kind for pair in pairs}):
        chosen = [pair for pair in pairs if pair.kind == kind]
        arabic, english = [pair.arabic for pair in chosen], [pair.english for pair in chosen]
        outputs = decoder.decode(arabic)
        report_translations(f"dev {kind}", arabic, english, outputs)
        if kind == "news":
            same = decoder.count_same_as_torch(arabic[:COMPARED_WITH_TORCH])
            print(f"CTranslate2 equals torch on {same} of {COMPARED_WITH_TORCH}")
            for row in list(zip(arabic, english, outputs, strict=True))[:SAMPLES]:
                print("", *row, sep="\n  ")


def evaluate_summarizer(decoder: Decoder) -> None:
    """Score the summaries of held-out articles: likeness, invented words, loops."""
    pairs = load_pairs(DATA / "summarizer.dev.jsonl")
    outputs = decoder.decode([pair.arabic for pair in pairs])
    words = [output.split() for output in outputs]
    articles = [pair.arabic.split() for pair in pairs]
    # The lead: all up to the first full stop that ends a word.
    leads = [re.split(r"(?<=[.؟!]) ", pair.arabic, maxsplit=1)[0].split() for pair in pairs]
    mean = 1 / len(pairs)
    print(f"overlap with the summaries: {mean * sum(map(overlap, [p.english.split() for p in pairs], words)):.3f}")
    print(f"overlap with the leads: {mean * sum(map(overlap, leads, words)):.3f}")
    invented = sum(word not in article for article, row in zip(articles, words, strict=True) for word in row)
    print(f"words that are not in the article: {invented} of {sum(map(len, words))}")
    loops = sum(max(Counter(zip(row, row[1:], row[2:], strict=False)).values(), default=0) > 1 for row in words)
    print(f"summaries that say three words twice: {loops} of {len(pairs)}")
    same = decoder.count_same_as_torch([pair.arabic for pair in pairs[:COMPARED_WITH_TORCH]])
    print(f"CTranslate2 equals torch on {same} of {len(pairs[:COMPARED_WITH_TORCH])}")
    for lead, output in list(zip(leads, outputs, strict=True))[:SAMPLES]:
        print("", " ".join(lead), output, sep="\n  ")


def main() -> None:
    """Parse the command line and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=sorted(FOLDERS))
    parser.add_argument("--folder", type=Path, help="an exported model; default: the embedded one")
    parser.add_argument("--source", type=Path, help="Arabic sentences, one a line (translator only)")
    parser.add_argument("--reference", type=Path, help="their English, line by line")
    args = parser.parse_args()
    decoder = Decoder(args.folder or EMBEDDED / FOLDERS[args.model])
    if decoder.is_summarizer:
        evaluate_summarizer(decoder)
    else:
        evaluate_translator(decoder, args.source, args.reference)


if __name__ == "__main__":
    main()
