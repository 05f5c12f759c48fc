"""Where the line is between one story filed twice and two stories, and how quickly a folder is searched for the first.

    python bench/alike.py [--documents FOLDER] [--sizes 2000 20000]

Articles are those of training/corpus, and with --documents real news as ``NAME.txt``, the headline first. Of each, copies are
made as agencies and papers make them, and follow-ups that repeat half of it. Prints JSON. ``shares``: of each kind of pair the
share of shingles in common, told exactly: the least, that of which one in twenty is below, the median, the most. ``grouped``: of
the originals and one kind of copy in one folder how many copies stand with their own, and how many with another. ``seconds``: for
texts with nothing in common, for copies of one text, and for texts made to be half alike. ``signature_us``: microseconds a
signature of 1,000 words, and with datasketch installed those that it takes.
"""

import argparse
import itertools
import json
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from trans import alike

ROOT = Path(__file__).parent.parent
PLACES = ("دبي", "بيروت", "عمّان", "الرباط", "تونس", "القاهرة")
AGENCIES = ("رويترز", "أ ف ب", "د ب أ", "سبأ", "وام", "بترا")
HEADLINES = (
    "تطورات جديدة في الملف كما أوردتها الوكالات",
    "تفاصيل ما جرى اليوم نقلا عن مصادر رسمية",
    "آخر المستجدات بحسب ما نشرته الصحف المحلية",
)

Text = tuple[str, ...]
"""The headline and the paragraphs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[2_000, 20_000])
    arguments = parser.parse_args()
    articles = [json.loads(line) for line in (ROOT / "training/corpus/articles.jsonl").open(encoding="utf-8")]
    texts = [(one["headline_ar"], *one["paragraphs_ar"]) for one in articles]
    if arguments.documents:
        found = sorted(arguments.documents.glob("*.txt"))
        texts += [tuple(filter(None, path.read_text(encoding="utf-8").split("\n"))) for path in found]
    chance = random.Random(11)
    made = {kind: [copy(chance, text, texts) for text in texts] for kind, copy in COPIES.items()}
    report = {
        "articles": len(texts),
        "median_words": statistics.median(len(" ".join(text).split()) for text in texts),
        "shares": {kind: _spread(list(map(_share, texts, copies))) for kind, copies in made.items()}
        | {"two stories": _spread(_of_two_stories(texts))},
        "estimate_sd": _estimate_sd(texts, made["followed up"]),
        "grouped": {kind: _grouped(texts, copies) for kind, copies in made.items()},
        "seconds": {str(size): _seconds(chance, size) for size in arguments.sizes},
        "signature_us": _signature_us(texts),
    }
    json.dump(report, sys.stdout, indent=1)
    print()


def _dateline(chance: random.Random, text: Text, _: list[Text]) -> Text:
    return text[0], f"{chance.choice(PLACES)} ({chance.choice(AGENCIES)}) - {text[1]}", *text[2:]


def _credit(chance: random.Random, text: Text, _: list[Text]) -> Text:
    return *text, f"إعداد {chance.choice(PLACES)} للنشرة العربية - تحرير {chance.choice(AGENCIES)}"


def _headline(chance: random.Random, text: Text, _: list[Text]) -> Text:
    return chance.choice(HEADLINES), *text[1:]


def _trimmed(chance: random.Random, text: Text, _: list[Text]) -> Text:
    return text[:-1]


def _added(chance: random.Random, text: Text, others: list[Text]) -> Text:
    return *text, chance.choice(chance.choice(others)[1:])


def _several(chance: random.Random, text: Text, others: list[Text]) -> Text:
    return _dateline(chance, _credit(chance, _headline(chance, text, others), others), others)


def _followed_up(chance: random.Random, text: Text, others: list[Text]) -> Text:
    """A new headline and as much that is new before what the paper has of the day before: the second half of its paragraphs."""
    background = text[1 + len(text[1:]) // 2 :]
    new = [chance.choice(chance.choice(others)[1:]) for _ in background]
    return chance.choice(HEADLINES), *new, *background


COPIES: dict[str, Callable[[random.Random, Text, list[Text]], Text]] = {
    "another dateline": _dateline,
    "another credit": _credit,
    "another headline": _headline,
    "dateline, credit and headline": _several,
    "without the last paragraph": _trimmed,
    "with a paragraph more": _added,
    "followed up": _followed_up,
}


def _shingles(text: Text) -> set[str]:
    return set(alike.shingles(text))


def _share(one: Text, other: Text) -> float:
    first, second = _shingles(one), _shingles(other)
    return len(first & second) / len(first | second)


def _of_two_stories(texts: list[Text]) -> list[float]:
    sets = list(map(_shingles, texts))
    return [len(one & other) / len(one | other) for one, other in itertools.combinations(sets, 2)]


def _spread(shares: list[float]) -> list[float]:
    ordered = sorted(shares)
    return [
        round(share, 3) for share in (ordered[0], ordered[len(ordered) // 20], statistics.median(ordered), ordered[-1])
    ]


def _estimate_sd(texts: list[Text], copies: list[Text]) -> float:
    pairs = list(zip(texts, copies, strict=True))
    wrong = [
        alike.similarity(alike.signature(one), alike.signature(other)) - _share(one, other) for one, other in pairs
    ]
    return round(statistics.pstdev(wrong), 3)


def _grouped(texts: list[Text], copies: list[Text]) -> dict[str, int]:
    found = alike.groups([alike.signature(text) for text in (*texts, *copies)])
    own = {frozenset((place, place + len(texts))) for place in range(len(texts))}
    pairs = {frozenset(pair) for group in found for pair in itertools.combinations(group, 2)}
    return {"own": len(pairs & own), "other": len(pairs - own), "of": len(texts)}


def _seconds(chance: random.Random, size: int) -> dict[str, float]:
    one = chance.randbytes(128)
    # Each value is that of one text with the root of the share, so that two of them have the share in common.
    half = [
        bytes(value if chance.random() < 0.45**0.5 else chance.randrange(256) for value in one) for _ in range(size)
    ]
    folders = {
        "nothing in common": [chance.randbytes(128) for _ in range(size)],
        "the same": [one] * size,
        "half alike": half,
    }
    times = {}
    for name, signatures in folders.items():
        started = time.perf_counter()
        alike.groups(signatures)
        times[name] = round(time.perf_counter() - started, 3)
    return times


def _signature_us(texts: list[Text]) -> dict[str, float]:
    words = " ".join(itertools.chain.from_iterable(texts)).split()
    thousands = [(" ".join(words[start : start + 1_000]),) for start in range(0, min(len(words), 40_000) - 999, 1_000)]
    times = {"trans": _us(lambda text: alike.signature(text), thousands)}
    try:
        from datasketch import MinHash
    except ImportError:
        return times
    shingles = [[shingle.encode() for shingle in alike.shingles(text)] for text in thousands]
    times["datasketch, without the shingles"] = _us(lambda found: MinHash(128).update_batch(found), shingles)
    return times


def _us(call: Callable[[Any], object], inputs: list[Any]) -> float:
    times = []
    for one in (*inputs, *inputs):  # the first time words are met for the first time
        started = time.perf_counter()
        call(one)
        times.append(time.perf_counter() - started)
    return round(statistics.median(times) * 1e6)


if __name__ == "__main__":
    main()
