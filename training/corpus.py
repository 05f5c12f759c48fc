"""The texts a tiny model learns from, and which of them it never sees.

Reads sentence pairs (Arabic TAB English) and bilingual articles, and gives both sides the form the models are trained
on. It knows no vocabulary, no model and no batch.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from trans.arabic import for_model

CORPUS = Path(__file__).parent / "corpus"

# About 1,100 of the 36,000 news sentences: enough to compare models by, few enough to leave the rest for training.
DEV_SENTENCES_PERCENT = 3
# There are only 670 articles: 3% would be twenty, too few to say much about summaries.
DEV_ARTICLES_PERCENT = 10

# Characters of Arabic to one of English; outside, the sentences of a paragraph are not in the same order (8 of 2,485).
LIKELY_RATIO = (0.4, 1.5)

# Two of these are no longer than a long sentence.
SHORT_WORDS = 14

# A full stop after a word of two letters or more, so that initials and figures end nothing.
_SENTENCE_END = re.compile(r"(?<=\w{2}[.!?؟]) (?=\S)")

# Editors type ASCII quotes and dashes in wire English; two spellings of one sign would only cost the model capacity.
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‘’‚‛′ʼ`´", "'"),
        **dict.fromkeys("‐‑‒–−", "-"),
        "—": " - ",
        "…": "...",
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
    }
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One Arabic text and its English, both as the model sees them; ``kind`` is where it came from."""

    kind: str
    arabic: str
    english: str


@dataclass(frozen=True, slots=True)
class Article:
    """One bilingual article of the project's own text; only the Arabic is in the model's form."""

    arabic: tuple[str, ...]
    summary: str
    pairs: tuple[Pair, ...]


def normalise_english(text: str) -> str:
    """Return ``text`` on one line with ASCII quotes and dashes."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_TYPOGRAPHY).split())


def is_dev(arabic: str, percent: int) -> bool:
    """Say whether a text is held out: by its own hash, so that two copies of it always end up on the same side."""
    return int(hashlib.sha256(arabic.encode()).hexdigest()[:8], 16) % 100 < percent


def read_pairs(path: Path, kind: str) -> Iterator[Pair]:
    """Yield the pairs of one ``.tsv`` file in its order; lines with an empty side are skipped."""
    for line in path.read_text(encoding="utf-8").splitlines():
        arabic, _, english = line.partition("\t")
        pair = Pair(kind, for_model(arabic), normalise_english(english))
        if pair.arabic and pair.english:
            yield pair


def read_articles(path: Path) -> Iterator[Article]:
    """Yield the articles of ``articles.jsonl``; headline, summary and paragraphs are also translation pairs."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        arabic = [row["headline_ar"], row["summary_ar"], *row["paragraphs_ar"]]
        english = [row["headline_en"], row["summary_en"], *row["paragraphs_en"]]
        yield Article(
            tuple(for_model(text) for text in row["paragraphs_ar"]),
            for_model(row["summary_ar"]),
            tuple(
                Pair("article", for_model(ar), normalise_english(en)) for ar, en in zip(arabic, english, strict=True)
            ),
        )


def by_sentence(pair: Pair) -> list[Pair]:
    """Cut a paragraph into its sentence pairs where both sides have equally many; else return it whole."""
    arabic, english = _SENTENCE_END.split(pair.arabic), _SENTENCE_END.split(pair.english)
    parts = list(zip(arabic, english, strict=False))
    low, high = LIKELY_RATIO
    if len(arabic) != len(english) or not all(low < len(ar) / len(en) < high for ar, en in parts):
        return [pair]
    return [Pair(pair.kind, ar, en) for ar, en in parts]


def joined(pairs: Sequence[Pair]) -> list[Pair]:
    """Join each short sentence with the one after it, if that is short too: what stands together belongs together."""
    made = []
    for first, second in zip(pairs[::2], pairs[1::2], strict=False):
        words = max(len(first.english.split()), len(second.english.split()))
        if words <= SHORT_WORDS and first.english.endswith("."):
            made.append(Pair(first.kind, f"{first.arabic} {second.arabic}", f"{first.english} {second.english}"))
    return made


def news_files() -> list[Path]:
    """Return the project's own sentence files in a fixed order."""
    return sorted(CORPUS.glob("news-*.tsv"))


def write_rows(path: Path, rows: Iterable[object]) -> int:
    """Write dataclasses as JSON lines and return how many there were."""
    lines = [json.dumps(asdict(row), ensure_ascii=False) for row in rows]  # type: ignore[call-overload]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return len(lines)


def load_pairs(path: Path) -> list[Pair]:
    """Read back what ``write_rows`` wrote of pairs."""
    return [Pair(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
