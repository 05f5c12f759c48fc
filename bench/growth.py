"""How time and memory grow with the number of articles, with their length and with the cores.

    python bench/growth.py [--config FILE] [--profile tiny] [--articles 100 1000] [--rounds 3]

Made-up articles of this project's own sentences, every measurement in a process of its own, medians of rounds in turn; prints
JSON. ``articles``: the whole pipeline, and from the first number of articles to the last what became of time (times the
articles) and of peak memory. ``length``: as many sentences in few long articles and in many short ones. ``cores``: the
same articles with fewer of this machine's processors.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

# Paragraphs in all for the comparison of lengths, and for that of cores in articles of the usual length.
PARAGRAPHS = 240
LENGTHS = (3, 6, 24, 120)
USUAL = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--profile", default="tiny")
    parser.add_argument("--articles", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", type=json.loads, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        json.dump(_measure(arguments, **arguments.measure), sys.stdout)
        return
    every = len(os.sched_getaffinity(0))
    settings = {f"articles {count}": {"count": count} for count in arguments.articles}
    settings |= {f"length {length}": {"count": PARAGRAPHS // length, "paragraphs": length} for length in LENGTHS}
    counts = sorted({max(1, every // share) for share in (1, 2, 4, 8)})
    settings |= {f"cores {count}": {"count": PARAGRAPHS // USUAL, "cores": count} for count in counts}
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in settings}
    for _ in range(arguments.rounds):
        for name, setting in settings.items():
            runs[name].append(_process(setting))
    median = {
        name: {key: statistics.median(run[key] for run in made) for key in made[0]} for name, made in runs.items()
    }
    first, last = (median[f"articles {count}"] for count in (arguments.articles[0], arguments.articles[-1]))
    times = arguments.articles[-1] / arguments.articles[0]
    report = {
        "seconds_times_articles": round(last["seconds"] / (times * first["seconds"]), 3),
        "peak_memory": round(last["peak_mb"] / first["peak_mb"], 3),
        "median": median,
        "runs": runs,
    }
    json.dump(report, sys.stdout, indent=1)
    print()


def _process(setting: dict[str, int]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, *sys.argv, "--measure", json.dumps(setting)], stdout=subprocess.PIPE, check=True
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _measure(arguments: argparse.Namespace, count: int, paragraphs: int = USUAL, cores: int = 0) -> dict[str, Any]:
    if cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    from trans.bench import measure
    from trans.config import choose_profile, find_config, load_config
    from trans.heap import share

    share()
    path = find_config(arguments.config)
    return asdict(measure(choose_profile(load_config(path), arguments.profile, path), count, paragraphs))


if __name__ == "__main__":
    main()
