"""``python -m training.prepare``: text into training files and vocabularies, under ``training/runs/data``.

The only step that reads the corpora. It draws the line between training and held-out text, once and by hash, and
trains the vocabularies on the training side only.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from training.corpus import (
    CORPUS,
    DEV_ARTICLES_PERCENT,
    DEV_SENTENCES_PERCENT,
    Article,
    Pair,
    is_dev,
    news_files,
    read_articles,
    read_pairs,
    write_rows,
)
from training.vocabulary import marian_vocabulary, train_sentencepiece

DATA = Path(__file__).parent / "runs" / "data"

# A guess, not tuned: small, because 50,000 pairs give rare pieces few occasions to be learned.
SOURCE_PIECES = 4500
TARGET_PIECES = 4000
SUMMARY_PIECES = 5000

# A lead names who, what and where. Headlines and fragments are shorter and would teach summaries without a verb.
LEAD_WORDS = 12
# What follows a lead in the files: mostly the same story, in any case text that is not to be copied. None at all is the
# easiest case, from which copying is learned first.
FOLLOWING_SENTENCES = (0, 5)


def main() -> None:
    """Parse the command line and write everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extra", type=Path, help="folder with tatoeba.ar-en.tsv and tico19.ar-en.tsv")
    args = parser.parse_args()
    DATA.mkdir(parents=True, exist_ok=True)

    news = {path: list(read_pairs(path, "news")) for path in news_files()}
    articles = list(read_articles(CORPUS / "articles.jsonl"))
    pairs = [pair for rows in news.values() for pair in rows]
    if args.extra:
        for kind in ("tatoeba", "tico19"):
            pairs += read_pairs(args.extra / f"{kind}.ar-en.tsv", kind)

    train_articles = [article for article in articles if not _held_out(article)]
    dev_articles = [article for article in articles if _held_out(article)]
    hidden = {text for article in dev_articles for text in (*article.arabic, article.summary)}
    train = [pair for pair in dict.fromkeys(pairs) if not is_dev(pair.arabic, DEV_SENTENCES_PERCENT)]
    train += [pair for article in train_articles for pair in article.pairs]
    dev = [pair for pair in dict.fromkeys(pairs) if is_dev(pair.arabic, DEV_SENTENCES_PERCENT)]
    seen_by_dev = {pair.arabic for pair in dev} | hidden
    train = [pair for pair in train if pair.arabic not in seen_by_dev]

    examples = [Pair("article", " ".join(article.arabic), article.summary) for article in train_articles]
    for rows in news.values():
        examples += _pseudo_articles([pair.arabic for pair in rows if pair.arabic not in seen_by_dev])
    dev_examples = [Pair("article", " ".join(article.arabic), article.summary) for article in dev_articles]

    for name, written in {
        "train": write_rows(DATA / "translator.train.jsonl", train),
        "dev": write_rows(DATA / "translator.dev.jsonl", dev),
        "summaries": write_rows(DATA / "summarizer.train.jsonl", examples),
        "dev summaries": write_rows(DATA / "summarizer.dev.jsonl", dev_examples),
    }.items():
        print(f"{name}: {written}")

    arabic = [pair.arabic for pair in train]
    (DATA / "source.spm").write_bytes(train_sentencepiece(arabic, SOURCE_PIECES, arabic=True))
    (DATA / "target.spm").write_bytes(
        train_sentencepiece([pair.english for pair in train], TARGET_PIECES, arabic=False)
    )
    news_arabic = [pair.arabic for pair in train if pair.kind in ("news", "article")]
    (DATA / "spiece.model").write_bytes(train_sentencepiece(news_arabic, SUMMARY_PIECES, arabic=True, t5_layout=True))
    vocabulary = marian_vocabulary(DATA / "source.spm", DATA / "target.spm")
    (DATA / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False, indent=0), encoding="utf-8")
    print(f"vocabulary: {len(vocabulary)}")


def _held_out(article: Article) -> bool:
    return is_dev(article.arabic[0], DEV_ARTICLES_PERCENT)


def _pseudo_articles(sentences: Sequence[str]) -> list[Pair]:
    """Make (lead + what follows it, lead) from the sentences of one file; how many follow varies with the position."""
    low, high = FOLLOWING_SENTENCES
    made = []
    for start, lead in enumerate(sentences):
        following = sentences[start + 1 : start + 1 + low + start % (high - low + 1)]
        if len(lead.split()) >= LEAD_WORDS and lead.endswith(".") and len(following) >= low:
            made.append(Pair("news", " ".join([lead, *following]), lead))
    return made


if __name__ == "__main__":
    main()
