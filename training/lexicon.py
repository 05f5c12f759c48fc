"""The lexicon of ``trans.checks``: which English stems translate an Arabic one, by IBM Model 1 (Brown et al. 1993).

``python -m training.lexicon --others PATH`` reads the project's own news and articles, and from PATH Tatoeba (CC BY 2.0 FR) and
TICO-19 (CC0), and writes ``src/trans/checks/lexicon.txt.gz``, as ``trans.checks.lexicon`` reads it. It holds words and counts,
no text. It knows no model.
"""

import argparse
import gzip
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy
import numpy.typing

from training.corpus import CORPUS, Pair, by_sentence, news_files, read_articles, read_pairs
from trans.checks.lexicon import SENTENCE_LETTERS, Entry, Lexicon, best_stem, english_stem, english_words, letters_of
from trans.phrases import words

OUTPUT = Path(__file__).parent.parent / "src/trans/checks/lexicon.txt.gz"

ROUNDS = 6
# fast_align's default (Dyer et al. 2013): how strongly words at the same relative place are preferred.
DIAGONAL = 4.0
# The commonest English words stand in every sentence: they say nothing of what was translated.
STOP_WORDS = 30
MAX_WORDS = 80
# A translation must be this likely, and this many times as frequent beside the Arabic word as elsewhere.
MIN_PROBABILITY = 0.04
MIN_LIFT = 4.0
# Of a stem seen twice or thrice several English words may be the translation, few are.
MAX_TRANSLATIONS, MAX_TRANSLATIONS_RARE = 5, 2
RARE = 3
# Stems seen once double the file.
MIN_COUNT = 2
FOLDS = 3
# A stem's own hit rate weighs as if it had been seen so many times more at its bucket's rate.
SHRINK = 5.0
BUCKETS = 7
# Ridge regression of the letters of English on the Arabic stems, weighted by 1 / letters: how much doubt that a stem differs from
# what its length says. Between 0.03 and 0.3 the errors on other text differ by a hundredth.
RIDGE = 0.1
ROUNDS_OF_DESCENT = 60

Floats = numpy.typing.NDArray[numpy.float64]
Sentences = list[list[str]]


@dataclass(frozen=True, slots=True)
class Learned:
    """Translations by stem, best first; how many sentences have each Arabic stem, and each English one."""

    translations: dict[str, tuple[str, ...]]
    arabic: Counter[str]
    english: Counter[str]


def texts(others: Path | None) -> list[Pair]:
    """Return every sentence pair once."""
    pairs = [pair for path in news_files() for pair in read_pairs(path, "news")]
    articles = read_articles(CORPUS / "articles.jsonl")
    pairs += [cut for article in articles for pair in article.pairs for cut in by_sentence(pair)]
    if others:
        pairs += [pair for name in ("tatoeba", "tico19") for pair in read_pairs(others / f"{name}.ar-en.tsv", name)]
    return list(dict.fromkeys(pairs))


def count_stems(forms: Iterable[Sequence[str]]) -> dict[str, int]:
    """Return log2 of how often each word stands, with and without the article."""
    counts = Counter(form for sentence in forms for form in sentence)
    bare: Counter[str] = Counter()
    for form, count in counts.items():
        if form.isascii() or any(character.isdigit() for character in form):
            continue
        bare[form] += count
        if form.startswith("ال") and len(form) >= 5:
            bare[form[2:]] += count
    return {form: round(math.log2(count + 1)) for form, count in bare.items() if count >= MIN_COUNT}


def learn(sources: Sentences, targets: Sentences) -> Learned:
    """Return what pairs of sentences, as stems, teach."""
    arabic = Counter(stem for sentence in sources for stem in set(sentence))
    english = Counter(stem for sentence in targets for stem in set(sentence))
    row_names, column_names = ["", *sorted(arabic)], sorted(english)
    rows = {name: number for number, name in enumerate(row_names)}
    columns = {name: number for number, name in enumerate(column_names)}
    found: dict[str, list[tuple[float, str]]] = {}
    for row, column, soft in _model1(
        [[0, *(rows[stem] for stem in dict.fromkeys(sentence))] for sentence in sources],
        [[columns[stem] for stem in dict.fromkeys(sentence)] for sentence in targets],
        len(row_names),
        len(column_names),
    ):
        stem, name = row_names[row], column_names[column]
        likely = soft / arabic[stem]
        if likely >= MIN_LIFT * english[name] / len(sources) or likely >= 0.3:
            found.setdefault(stem, []).append((soft, name))
    translations = {}
    for stem, pairs in found.items():
        limit = MAX_TRANSLATIONS if arabic[stem] > RARE else MAX_TRANSLATIONS_RARE
        translations[stem] = tuple(name for _, name in sorted(pairs, reverse=True)[:limit])
    return Learned(translations, arabic, english)


def _model1(
    sources: list[list[int]], targets: list[list[int]], rows: int, columns: int
) -> Iterable[tuple[int, int, float]]:
    """Yield (row, column, soft count) of what is likely aligned; row 0 is the empty word."""
    cells, instances, priors, first = [], [], [], 0
    for source, target in zip(sources, targets, strict=True):
        if not target:
            continue
        cells.append(
            (numpy.asarray(source, numpy.int64)[:, None] * columns + numpy.asarray(target, numpy.int64)).ravel()
        )
        instances.append(numpy.tile(numpy.arange(first, first + len(target), dtype=numpy.int32), len(source)))
        places = numpy.linspace(0, 1, max(2, len(source)))[: len(source), None]
        prior = numpy.exp(-DIAGONAL * numpy.abs(places - numpy.linspace(0, 1, len(target))[None, :]))
        prior[0] = 0.3
        priors.append(prior.ravel().astype(numpy.float32))
        first += len(target)
    unique, inverse = numpy.unique(numpy.concatenate(cells), return_inverse=True)
    cell, instance, prior = inverse.astype(numpy.int32), numpy.concatenate(instances), numpy.concatenate(priors)
    del cells, instances, priors, inverse
    row = unique // columns
    table: Floats = numpy.ones(len(unique))
    counts: Floats = table
    for _ in range(ROUNDS):
        share = table[cell] * prior
        share /= numpy.bincount(instance, share, minlength=first)[instance]
        counts = numpy.bincount(cell, share, minlength=len(unique)).astype(numpy.float64)
        table = counts / numpy.maximum(numpy.bincount(row, counts, minlength=rows)[row], 1e-9)
    keep = (table >= MIN_PROBABILITY) & (row > 0)
    yield from zip(row[keep].tolist(), (unique % columns)[keep].tolist(), counts[keep].tolist(), strict=True)


def hits(learned: Learned, sources: Sentences, targets: Sentences) -> dict[str, tuple[int, int]]:
    """Return (sentences with a translation of it, sentences) for each stem."""
    found: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for source, target in zip(sources, targets, strict=True):
        english = set(target)
        for stem in set(source):
            if stem in learned.translations:
                every[stem] += 1
                found[stem] += not english.isdisjoint(learned.translations[stem])
    return {stem: (found[stem], count) for stem, count in every.items()}


def _bucket(count: int) -> int:
    return min(BUCKETS - 1, int(math.log2(count)))


def held_out_rates(sources: Sentences, targets: Sentences) -> list[float]:
    """Return how often a stem that was seen 1, 2-3, 4-7 ... times is translated as learned, in text it was not learned from."""
    found, every = [0] * BUCKETS, [0] * BUCKETS
    for fold in range(FOLDS):
        numbers = [number for number in range(len(sources)) if number % FOLDS != fold]
        learned = learn([sources[number] for number in numbers], [targets[number] for number in numbers])
        rest = range(fold, len(sources), FOLDS)
        for stem, (hit, count) in hits(learned, [sources[n] for n in rest], [targets[n] for n in rest]).items():
            found[_bucket(learned.arabic[stem])] += hit
            every[_bucket(learned.arabic[stem])] += count
    return [hit / max(1, count) for hit, count in zip(found, every, strict=True)]


def letters(forms: Sentences, stems: Sequence[Sequence[str | None]], english: Sequence[int]) -> dict[str, float]:
    """Return by how many letters each stem's English is longer than ``letters_of`` says; ``english`` counts each sentence's."""
    numbers = {stem: number for number, stem in enumerate(sorted({s for x in stems for s in x if s}))}
    row = numpy.array([n for n, sentence in enumerate(stems) for stem in sentence if stem], numpy.int32)
    column = numpy.array([numbers[stem] for sentence in stems for stem in sentence if stem], numpy.int32)
    expected = numpy.array([SENTENCE_LETTERS + sum(map(letters_of, sentence)) for sentence in forms])
    weight = 1 / numpy.maximum(numpy.array(english, numpy.float64), 12)

    def back(values: Floats) -> Floats:
        return numpy.bincount(column, values[row], minlength=len(numbers)).astype(numpy.float64)

    # Conjugate gradients.
    found = numpy.zeros(len(numbers))
    rest = back(weight * (numpy.array(english) - expected))
    step, size = rest.copy(), float(rest @ rest)
    for _ in range(ROUNDS_OF_DESCENT):
        bent = back(weight * numpy.bincount(row, step[column], minlength=len(forms))) + RIDGE * step
        length = size / float(step @ bent)
        found += length * step
        rest -= length * bent
        before, size = size, float(rest @ rest)
        step = rest + size / before * step
    return dict(zip(numbers, found.tolist(), strict=True))


def build(pairs: Sequence[Pair]) -> Lexicon:
    """Return the lexicon of these texts."""
    forms = [[word.form for word in words(pair.arabic)] for pair in pairs]
    counts = count_stems(forms)
    every = [[best_stem(form, counts) for form in sentence] for sentence in forms]
    sources = [[stem for stem in sentence[:MAX_WORDS] if stem] for sentence in every]
    english = [[english_stem(word.lower()) for word in english_words(pair.english)][:MAX_WORDS] for pair in pairs]
    tokens = Counter(stem for sentence in english for stem in sentence)
    stop = {stem for stem, _ in tokens.most_common(STOP_WORDS)}
    targets = [[stem for stem in sentence if stem not in stop] for sentence in english]
    rates = held_out_rates(sources, targets)
    print("held-out hit rates by log2 of count:", [round(rate, 3) for rate in rates])
    learned = learn(sources, targets)
    seen = hits(learned, sources, targets)
    inside = [[0, 0] for _ in rates]
    for stem, (hit, count) in seen.items():
        inside[_bucket(learned.arabic[stem])][0] += hit
        inside[_bucket(learned.arabic[stem])][1] += count
    longer = letters(forms, every, [sum(map(str.isalnum, pair.english)) for pair in pairs])
    total = sum(tokens.values())
    entries = {}
    for stem in sorted(longer):
        translations = learned.translations.get(stem, ())
        hit, count = seen.get(stem, (0, 0))
        bucket = _bucket(max(1, learned.arabic[stem]))
        honest = rates[bucket] / max(1e-9, inside[bucket][0] / max(1, inside[bucket][1]))
        rate = (hit * honest + SHRINK * rates[bucket]) / (count + SHRINK)
        chance = sum(tokens[name] for name in translations) / total
        entries[stem] = Entry(
            translations, rate if translations else 0.0, chance, max(1.0, letters_of(stem) + longer[stem])
        )
    return Lexicon(entries, counts)


def pack(lexicon: Lexicon) -> bytes:
    """Return the file's bytes: the same for the same lexicon. What is alike stands together, or it would be a fifth longer."""
    stems = sorted(lexicon.entries)
    entries = [lexicon.entries[stem] for stem in stems]
    blocks = [
        stems,
        [str(lexicon.counts[stem]) for stem in stems],
        [f"{entry.hit * 20:.0f}" for entry in entries],
        [f"{-math.log2(max(entry.rate, 1e-7)):.0f}" for entry in entries],
        [f"{entry.letters:.0f}" for entry in entries],
        [" ".join(entry.english) or "-" for entry in entries],
    ]
    return gzip.compress("\n\n".join("\n".join(block) for block in blocks).encode(), mtime=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    arguments = parser.parse_args()
    made = build(texts(arguments.others))
    packed = pack(made)
    arguments.output.write_bytes(packed)
    print(f"{len(made.entries)} stems, {len(packed)} bytes")


if __name__ == "__main__":
    main()
