"""How quickly a large output folder is searched, and its search index made and brought up to date.

    python bench/search.py [--briefs 2000] [--paragraphs 10] [--rounds 5] [--keep FOLDER]

Makes a folder of briefs of four sentences a paragraph, Arabic and English, of made-up words that are as common as Zipf's law has
them, a quarter of the Arabic ones behind a clitic; the commonest stand in every brief. Measures in this process, as medians:
``first_s`` an index from nothing, ``changed_10_s`` after ten briefs changed, ``unchanged_ms`` where none did. Then 50 queries, of
words and phrases from the commonest to one that no brief has, each with an update before it, as a person's search has; and whole
commands, from the shell to the answer. ``of_it_cpu_ms`` is what an answer takes of a core, on a busy machine too. Prints JSON.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Brief, Hashes, Passage, Provenance, Sentence, Summary
from trans.render import json as json_brief
from trans.search import Hits
from trans.search_file import NAME, SearchIndex
from trans.store import STATE_FOLDER

_SENTENCES_A_PARAGRAPH = 4
_WORDS_A_SENTENCE = 20
# Different words of 2,000 real articles, about.
_VOCABULARY = 40_000
_CLITICS = ("و", "ال", "ب", "بال", "وال", "ل", "لل")
_QUERIES = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--briefs", type=int, default=2000)
    parser.add_argument("--paragraphs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="Use this folder, and make it where it isn't there.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        out = arguments.keep or Path(temporary)
        words = Words(random.Random(7))
        if not (out / "0" / "0.json").exists():
            make(out, arguments.briefs, arguments.paragraphs, words)
        report = _measured(out, arguments.rounds, words)
    json.dump(report, sys.stdout, indent=1, ensure_ascii=False)
    print()


class Words:
    """Made-up words in both languages, the commonest first."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.arabic = list(self._made("ابتثجحخدذرزسشصضطظعغفقكلمنهوي"))
        self.english = list(self._made("abcdefghijklmnoprstuvw"))
        # As Zipf's law has it: the tenth word is a tenth as common as the first.
        self._weights = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))

    def _made(self, letters: str) -> Iterator[str]:
        seen: set[str] = set()
        while len(seen) < _VOCABULARY:
            word = "".join(self._chance.choices(letters, k=self._chance.randint(3, 8)))
            if word not in seen:
                seen.add(word)
                yield word

    def sentences(self, count: int) -> Iterator[tuple[str, str]]:
        for _ in range(count):
            numbers = self._chance.choices(range(_VOCABULARY), cum_weights=self._weights, k=_WORDS_A_SENTENCE)
            arabic = (self._attached(self.arabic[number]) for number in numbers)
            english = (self.english[number] for number in numbers)
            yield f"{' '.join(arabic)}.", f"{' '.join(english).capitalize()}."

    def _attached(self, word: str) -> str:
        return self._chance.choice(_CLITICS) + word if self._chance.random() < 0.25 else word

    def queries(self) -> Iterator[str]:
        """Words of all ranks, the commonest together, phrases, and what nobody wrote."""
        for rank in (0, 1, 2, 5, 10, 30, 100, 300, 1000, 3000, 10_000):
            yield from (self.arabic[rank], self.english[rank])
        for rank in (0, 3, 50, 500):
            yield from (f"ال{self.arabic[rank]}", f"وبال{self.arabic[rank]}")
            yield f"{self.arabic[rank]} {self.arabic[rank + 1]}"
            yield f"{self.english[rank]} {self.arabic[rank + 1]} {self.english[rank + 2]}"
            yield f'"{self.arabic[rank]} {self.arabic[rank + 1]}"'
        yield " ".join(self.arabic[:20])
        yield "nobodywrotethis"
        yield from self.arabic[20 : 20 + _QUERIES]


def make(out: Path, count: int, paragraphs: int, words: Words) -> None:
    """Write ``count`` briefs, all different, a hundred a folder."""
    (out / STATE_FOLDER).mkdir(parents=True, exist_ok=True)
    pattern = json_brief.document(_pattern())
    for number in range(count):
        path = out / f"{number // 100}" / f"{number}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        day = f"2026-{1 + number % 12:02}-{1 + number % 28:02}"
        pattern["id"] = f"{number // 100}/{number}.txt"
        pattern["source"]["metadata"]["published"] = f"{day}T06:00:00+03:00"
        pattern["headline"] = _part(pattern["headline"], words, 1)
        parts = [_part(pattern["paragraphs"][0], words, _SENTENCES_A_PARAGRAPH) for _ in range(paragraphs)]
        pattern["paragraphs"] = [{**part, "n": n} for n, part in enumerate(parts, start=1)]
        first = {key: parts[0][key] for key in ("ar", "en", "sentences")}
        pattern["summaries"] = [{**pattern["summaries"][0], **first}]
        path.write_text(json.dumps(pattern, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for extension in (".html", ".md"):
            path.with_suffix(extension).touch()


def _part(pattern: dict[str, Any], words: Words, sentences: int) -> dict[str, Any]:
    """A part of a JSON brief as ``pattern`` is, of so many other sentences."""
    like = pattern["sentences"][0]
    told = [{**like, "ar": arabic, "en": english} for arabic, english in words.sentences(sentences)]
    text = {language: " ".join(one[language] for one in told) for language in ("ar", "en")}
    return {**pattern, **text, "sentences": told}


def _pattern() -> Brief:
    passage = Passage((Sentence("نص", " ", "Text"),))
    source = Source("0.txt", f"{0:064x}", "utf-8", 9_000)
    article = Article("0.txt", source, passage.source, (), (Paragraph(passage.source),), Metadata())
    made = Provenance("0", "bench", False, {}, {}, Hashes("", "", ""))
    return Brief(article, passage, (), (Summary("نص", passage, (1,), "model"),), (passage,), (), made)


def _measured(out: Path, rounds: int, words: Words) -> dict[str, Any]:
    kept = out / STATE_FOLDER / NAME
    first, changed, unchanged = list[float](), list[float](), list[float]()
    index = SearchIndex(out)
    for number in range(rounds):
        index.close()
        kept.unlink(missing_ok=True)
        first.append(_seconds(index.update))
        for path in sorted(out.glob("*/*.json"))[number * 10 : number * 10 + 10]:
            path.write_bytes(path.read_bytes() + b"\n" * (number + 1))
        changed.append(_seconds(index.update))
        unchanged.append(_seconds(index.update))
    queries = list(words.queries())[:_QUERIES]
    times, searches, cpu = list[float](), list[float](), list[float]()
    counts = []
    for query in queries:
        started, worked = time.perf_counter(), time.process_time()
        index.update()
        updated = time.perf_counter()
        hits: Hits = index.search(query)
        searches.append((time.perf_counter() - updated) * 1e3)
        times.append((time.perf_counter() - started) * 1e3)
        cpu.append((time.process_time() - worked) * 1e3)
        counts.append(hits.briefs)
    index.close()
    commands = [_command(out, query) for query in queries[: 2 * rounds]]
    files = [path.stat().st_size for path in out.rglob("*.json")]
    slowest = max(range(len(times)), key=times.__getitem__)
    return {
        "briefs": len(files),
        "mean_brief_kb": round(statistics.mean(files) / 1e3, 1),
        "index_mb": round(kept.stat().st_size / 1e6, 1),
        "first_s": round(statistics.median(first), 2),
        "changed_10_s": round(statistics.median(changed), 3),
        "unchanged_ms": round(statistics.median(unchanged) * 1e3, 1),
        "queries": len(queries),
        "found_in_all": sum(count == len(files) for count in counts),
        "found_in_none": counts.count(0),
        "answer_ms": _spread(times),
        "of_it_search_ms": _spread(searches),
        "of_it_cpu_ms": _spread(cpu),
        "slowest": queries[slowest],
        "command_ms": _spread(commands),
    }


def _spread(times: list[float]) -> dict[str, float]:
    return {
        "p50": round(statistics.median(times), 1),
        "p95": round(statistics.quantiles(times, n=20)[-1], 1),
        "max": round(max(times), 1),
    }


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _command(out: Path, query: str) -> float:
    """Return the milliseconds of a whole command."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "trans", "search", str(out), query]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ, check=True)
    return (time.perf_counter() - started) * 1e3


if __name__ == "__main__":
    main()
