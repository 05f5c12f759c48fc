"""How a run on a Ray cluster scales with its workers, and what the cluster costs a brief beside a run on the same processors.

    python bench/scale.py [--config FILE] [--profile tiny] [--articles 100 400] [--workers 1 2] [--rounds 1]

Made-up articles of this project's own sentences; every measurement in a process of its own that has as many of this machine's
processors as workers, and each worker one; prints JSON. ``alone`` is the run of one process on the same processors. Each is run
with both numbers of articles: what more articles take longer is the time for articles, and the rest, ``start_s``, is the same for
ten articles and for ten million.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--profile", default="tiny")
    parser.add_argument("--articles", type=int, nargs=2, default=[100, 400])
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--measure", type=json.loads, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        json.dump(_measure(arguments, **arguments.measure), sys.stdout)
        return
    settings = {
        f"{kind} {count}": {"workers": count, "cluster": kind == "cluster"}
        for count in arguments.workers
        for kind in ("alone", "cluster")
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in settings}
    for _ in range(arguments.rounds):
        for name, setting in settings.items():
            few, many = (_process({**setting, "count": count}) for count in arguments.articles)
            each = (many - few) / (arguments.articles[1] - arguments.articles[0])
            start = few - each * arguments.articles[0]
            runs[name].append({"few_s": few, "many_s": many, "s_per_article": each, "start_s": start})
    median = {
        name: {key: round(statistics.median(run[key] for run in made), 4) for key in made[0]}
        for name, made in runs.items()
    }
    each = {name: figures["s_per_article"] for name, figures in median.items()}
    report = {
        "articles": arguments.articles,
        "articles_per_s": {name: round(1 / seconds, 3) for name, seconds in each.items()},
        "times_as_fast": round(each[f"cluster {arguments.workers[0]}"] / each[f"cluster {arguments.workers[-1]}"], 3),
        # Of one processor, beside the same processors with no cluster.
        "overhead_s_per_brief": {
            count: round(count * (each[f"cluster {count}"] - each[f"alone {count}"]), 4) for count in arguments.workers
        },
        "median": median,
        "runs": runs,
    }
    json.dump(report, sys.stdout, indent=1)
    print()


def _process(setting: dict[str, Any]) -> float:
    done = subprocess.run(
        [sys.executable, *sys.argv, "--measure", json.dumps(setting)], stdout=subprocess.PIPE, check=True
    )
    seconds: float = json.loads(done.stdout)
    return seconds


def _measure(arguments: argparse.Namespace, workers: int, count: int, *, cluster: bool) -> float:
    # Ray's own processes and the workers inherit it: what the cluster costs is in its figure.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:workers])
    from trans.api import Translator
    from trans.bench import articles
    from trans.cluster import ClusterRun
    from trans.cluster_recipe import Recipe
    from trans.config import choose_profile, find_config, load_config
    from trans.heap import share
    from trans.run import Run
    from trans.sources import discover

    share()
    path = find_config(arguments.config)
    config = load_config(path)
    settings = config.run.cluster.model_copy(update={"workers": workers})
    run = config.run.model_copy(update={"cluster": settings})
    profile = choose_profile(config.model_copy(update={"run": run}), arguments.profile, path)
    with tempfile.TemporaryDirectory() as folder:
        inputs, out = Path(folder) / "in", Path(folder) / "out"
        inputs.mkdir()
        for number, text in enumerate(articles(count)):
            (inputs / f"{number:06}.txt").write_text(text, encoding="utf-8")
        started = time.perf_counter()
        with Translator(profile) as translator:
            if cluster:
                whole: ClusterRun | Run = ClusterRun(translator, Recipe(profile), out, ["md"], "local")
            else:
                whole = Run(translator, out, ["md"])
            report = whole(discover([inputs], out).inputs)
        seconds = time.perf_counter() - started
    if report.counts != {"written": count}:
        raise SystemExit(f"not all were written: {dict(report.counts)}")
    return seconds


if __name__ == "__main__":
    main()
