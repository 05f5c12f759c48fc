"""``python -m training.prepare``: text into training files and vocabularies.

The only step that reads the corpora for training. It draws the line between training and held-out text, by hash, and
trains the vocabularies on the training side only.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.corpus import (
    CORPUS,
    DEV_ARTICLES_PERCENT,
    DEV_SENTENCES_PERCENT,
    Article,
    Pair,
    by_sentence,
    is_dev,
    joined,
    news_files,
    read_articles,
    read_pairs,
    write_rows,
)
from training.place import DATA
from training.vocabulary import marian_vocabulary, train_sentencepiece

# Texts of others, used from a path on the command line: Tatoeba and TICO-19.
OTHERS = ("tatoeba", "tico19")

# A guess, not tuned: small, because 70,000 pairs give rare pieces few occasions to be learned.
SOURCE_PIECES = 4500
TARGET_PIECES = 4000
SUMMARY_PIECES = 5000

# A lead names who, what and where. Headlines and fragments are shorter and would teach summaries without a verb.
LEAD_WORDS = 12
# What follows a lead in the files: mostly the same story, in any case text that is not to be copied. None at all is the
# easiest case, from which copying is learned first.
MAX_FOLLOWING = 5


@dataclass(frozen=True, slots=True)
class Corpus:
    """All text, with the line between training and held-out drawn."""

    news: tuple[tuple[Pair, ...], ...]
    others: tuple[Pair, ...]
    train_articles: tuple[Article, ...]
    dev_articles: tuple[Article, ...]
    dev: tuple[Pair, ...]

    @property
    def hidden(self) -> set[str]:
        """Arabic that no training example may hold as one of its texts."""
        texts = [pair for article in self.dev_articles for pair in article.pairs]
        return {pair.arabic for text in texts for pair in (text, *by_sentence(text))} | {
            pair.arabic for pair in self.dev
        }


def read_corpus(others: Path | None, files: int | None = None) -> Corpus:
    """Read the project's own text (of ``files`` news files only) and, from the folder ``others``, Tatoeba and TICO-19."""
    paths = {name: others / f"{name}.ar-en.tsv" for name in OTHERS} if others else {}
    if missing := [str(path) for path in paths.values() if not path.is_file()]:
        raise SystemExit(f"{', '.join(missing)} is not there: training/README.md says what --others takes.")
    news = tuple(tuple(read_pairs(path, "news")) for path in news_files()[:files])
    pairs = [pair for name, path in paths.items() for pair in read_pairs(path, name)]
    articles = list(read_articles(CORPUS / "articles.jsonl"))
    every = dict.fromkeys([*(pair for rows in news for pair in rows), *pairs])
    return Corpus(
        news,
        tuple(pairs),
        tuple(article for article in articles if not is_dev(article.arabic[0], DEV_ARTICLES_PERCENT)),
        tuple(article for article in articles if is_dev(article.arabic[0], DEV_ARTICLES_PERCENT)),
        tuple(pair for pair in every if is_dev(pair.arabic, DEV_SENTENCES_PERCENT)),
    )


def translation_pairs(corpus: Corpus) -> list[Pair]:
    """Return what the translator learns from: sentences, paragraphs, the sentences in them, short ones joined."""
    hidden = corpus.hidden
    news = [[pair for pair in rows if pair.arabic not in hidden] for rows in corpus.news]
    texts = [pair for article in corpus.train_articles for pair in article.pairs]
    pairs = [pair for rows in news for pair in (*rows, *joined(rows))]
    pairs += [*corpus.others, *texts, *(cut for pair in texts for cut in by_sentence(pair))]
    return [pair for pair in dict.fromkeys(pairs) if pair.arabic not in hidden]


def summary_pairs(corpus: Corpus) -> list[Pair]:
    """Return what the summariser learns from, ``english`` being the Arabic summary: articles, and leads with what follows."""
    hidden = corpus.hidden
    pairs = [_summary(article) for article in corpus.train_articles if not hidden.intersection(article.arabic)]
    for rows in corpus.news:
        pairs += _pseudo_articles([pair.arabic for pair in rows if pair.arabic not in hidden])
    return pairs


def prepare(others: Path | None, files: int | None = None) -> None:
    """Write the training files and, if there are none, the vocabularies."""
    DATA.mkdir(parents=True, exist_ok=True)
    corpus = read_corpus(others, files)
    train = translation_pairs(corpus)
    summaries = summary_pairs(corpus)
    for name, rows in {
        "translator.train": train,
        "translator.dev": corpus.dev,
        "summarizer.train": summaries,
        "summarizer.dev": [_summary(article) for article in corpus.dev_articles],
    }.items():
        print(f"{name}: {write_rows(DATA / f'{name}.jsonl', rows)}")
    _make_vocabularies(train)


def _make_vocabularies(train: Sequence[Pair]) -> None:
    """Write the vocabularies, unless they are there: a network in training depends on their numbers."""
    if (DATA / "vocab.json").exists():
        print("vocabularies: kept")
        return
    arabic, english = [pair.arabic for pair in train], [pair.english for pair in train]
    own = [pair.arabic for pair in train if pair.kind not in OTHERS]
    source, target = DATA / "source.spm", DATA / "target.spm"
    source.write_bytes(train_sentencepiece(arabic, SOURCE_PIECES, arabic=True))
    target.write_bytes(train_sentencepiece(english, TARGET_PIECES, arabic=False))
    (DATA / "spiece.model").write_bytes(train_sentencepiece(own, SUMMARY_PIECES, arabic=True, t5_layout=True))
    # Last, and whole at once: it says that the vocabularies are there.
    vocabulary = marian_vocabulary(source, target)
    partial = DATA / "vocab.json.partial"
    partial.write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")
    partial.replace(DATA / "vocab.json")
    print(f"vocabulary: {len(vocabulary)}")


def _summary(article: Article) -> Pair:
    return Pair("article", " ".join(article.arabic), article.summary)


def _pseudo_articles(sentences: Sequence[str]) -> list[Pair]:
    """Make (lead + what follows it, lead) from the sentences of one file; how many follow varies with the position."""
    made = []
    for start, lead in enumerate(sentences):
        following = sentences[start + 1 : start + 1 + start % (MAX_FOLLOWING + 1)]
        if len(lead.split()) >= LEAD_WORDS and lead.endswith("."):
            made.append(Pair("news", " ".join([lead, *following]), lead))
    return made


def main() -> None:
    """Parse the command line and write everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv")
    prepare(parser.parse_args().others)


if __name__ == "__main__":
    main()
