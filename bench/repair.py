"""What self-repair costs and mends: the same articles with it and without.

    python bench/repair.py --documents FOLDER [--profile tiny] [--share 0.2] [--rounds 3]

Prints JSON: seconds of the whole run and of the engines, medians of rounds in turn; pieces
that the translator wrote; sentences with an error or a missing term
of the glossary before, and how many of them were mended, by the check that called for it and by how.
"""

import argparse
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from trans.api import Translator
from trans.brief import Brief, Sentence
from trans.candidates import calls_for_repair
from trans.config import Profile, choose_profile, find_config, load_config
from trans.sources import article_from_text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, required=True, help="folder of .txt articles")
    parser.add_argument("--config", type=Path)
    parser.add_argument("--profile", default="tiny")
    parser.add_argument("--share", type=float, default=0.2)
    parser.add_argument("--limit", type=int, default=32, help="articles")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    path = find_config(arguments.config)
    profile = choose_profile(load_config(path), arguments.profile, path)
    texts = [file.read_text(encoding="utf-8") for file in sorted(arguments.documents.glob("*.txt"))[: arguments.limit]]
    runs: dict[str, list[dict[str, float]]] = {"without": [], "with": []}
    briefs: dict[str, list[Brief]] = {}
    for _ in range(arguments.rounds):
        for name, share in (("without", 0.0), ("with", arguments.share)):
            figures, briefs[name] = _measure(_with_share(profile, share), texts)
            runs[name].append(figures)
    median = {
        name: {key: round(statistics.median(run[key] for run in made), 2) for key in made[0]}
        for name, made in runs.items()
    }
    json.dump(
        {
            "articles": len(texts),
            "sentences": sum(1 for brief in briefs["without"] for _ in _sentences(brief)),
            "seconds_with_to_without": round(median["with"]["seconds"] / median["without"]["seconds"], 3),
            "engine_seconds_with_to_without": round(
                median["with"]["engine_seconds"] / median["without"]["engine_seconds"], 3
            ),
            "translator_tokens_with_to_without": round(
                median["with"]["translator_tokens"] / median["without"]["translator_tokens"], 3
            ),
            "faulty_before": sum(_is_faulty(item) for brief in briefs["without"] for item in _sentences(brief)),
            "faulty_after": sum(_is_faulty(item) for brief in briefs["with"] for item in _sentences(brief)),
            **_mended(briefs["with"]),
            "median": median,
            "runs": runs,
        },
        sys.stdout,
        indent=1,
    )
    print()


def _with_share(profile: Profile, share: float) -> Profile:
    repair = profile.settings.repair.model_copy(update={"max_share": share})
    return profile.model_copy(update={"settings": profile.settings.model_copy(update={"repair": repair})})


def _measure(profile: Profile, texts: list[str]) -> tuple[dict[str, float], list[Brief]]:
    with Translator(profile) as translator:
        translator.load()
        started = time.perf_counter()
        briefs = translator.make([translator.plan(article_from_text(text)) for text in texts])
        seconds = time.perf_counter() - started
        engines = sum(stats.seconds for stats in translator.stats)
        tokens = translator.stats[0].target_tokens
    return {"seconds": seconds, "engine_seconds": engines, "translator_tokens": tokens}, briefs


def _sentences(brief: Brief) -> Iterator[Sentence]:
    for _, _, passage in brief.parts():
        yield from (item for item in passage.sentences if not item.literal)


def _is_faulty(sentence: Sentence) -> bool:
    return any(map(calls_for_repair, sentence.flags))


def _mended(briefs: list[Brief]) -> dict[str, Any]:
    repairs = [item.repair for brief in briefs for item in _sentences(brief) if item.repair]
    return {
        "mended": len(repairs),
        "how": dict(Counter(repair.how for repair in repairs).most_common()),
        "checks": dict(Counter(check for repair in repairs for check in repair.flags_before).most_common()),
    }


if __name__ == "__main__":
    main()
