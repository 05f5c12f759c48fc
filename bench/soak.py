"""Whether a long run keeps its memory, its file handles and its speed: 20,000 articles through ``trans run``, bad ones too.

    python bench/soak.py [--articles 20000] [--every 5s] [--sentences 1] [--json FILE] [--folder DIR]

Makes short, all different articles of this project's own sentences in folders of 500, and a bad file in 200: empty, binary, a
page cut off, in no known encoding, JSON Lines that are none. Runs the embedded models over them in one process that is looked at
from outside, then once more over the finished folder. Prints JSON: figures by tenth of the run, and whether the bounds hold; the
exit code is 1 where one is broken. Other work on the machine moves articles a second; articles a CPU second it hardly moves.
"""

import argparse
import contextlib
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from soaking import EventTail, Process, article, as_page, as_text, judged, parsed, size, slope_kb, tenths, told

IN_A_FOLDER = 500

# What is promised, the last tenth beside the second: in the first models are loaded.
MOST_MEMORY, MOST_HANDLES, LEAST_SPEED = 1.15, 2, 0.9
# With fewer articles the beginning is most of the run, and tenths are less than a window.
LEAST_ARTICLES = 2_000

BAD: dict[str, tuple[str, bytes]] = {
    "empty": (".txt", b""),
    "binary": (".txt", bytes(range(256)) * 8),
    "a page cut off": (".html", as_page(article(0))[:-60]),
    "broken UTF-8": (".txt", as_text(article(0)).replace("دولار".encode(), b"\xd8\xff\xd8")),
    "no known encoding": (".txt", "Министерство объявило сегодня о новом плане для города. ".encode("koi8_r") * 6),
    "no JSON": (".jsonl", b'{"title": "\n'),
}
"""Extensions and contents of files that give one failure each and no brief."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    arguments = parsed(parser)
    with folder_for(arguments.folder) as folder:
        report, samples = soak(folder, arguments.articles, arguments.sentences, arguments.every)
    told(report, samples, arguments.json)


def soak(
    folder: Path, articles: int, sentences: int, every_s: float, one_bad_in: int = 200
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Make the articles below ``folder`` and run over them twice. Return the figures, and all samples."""
    inputs, out = folder / "in", folder / "out"
    good, bad = make(inputs, articles, sentences, one_bad_in)
    first, told = _run(folder, "first", every_s)
    code = first.poll()
    again, told_again = _run(folder, "again", 1.0)
    figures = tenths(first.samples) if first.samples else []
    briefs = {path.relative_to(out).as_posix() for path in out.rglob("*.json") if not _is_hidden(path, out)}
    left = [path.relative_to(folder).as_posix() for path in out.rglob("*") if path.name.endswith(".tmp")]
    bounds = {
        "every good article has a brief": (
            told.counts.get("written") == len(briefs) == len(good) == len(told.written),
            f"{len(briefs)} briefs of {len(good)}",
        ),
        "the bad ones failed, and no others": (
            {name.split("/line-")[0] for name in told.failed} == bad and told.counts.get("failed", 0) == len(bad),
            f"{told.counts.get('failed', 0)} failures of {len(bad)}",
        ),
        "exit code 1 where some failed": (code == bool(bad), f"{code}"),
        "a second run does nothing": (
            told_again.counts.get("skipped") == len(good) and "written" not in told_again.counts,
            f"{told_again.counts}",
        ),
        "no temporary file is left": (not left, f"{left[:5]}"),
    }
    if articles >= LEAST_ARTICLES:
        bounds |= steady(figures)
    report = {
        "articles": articles,
        "bad": len(bad),
        "sentences": 1 + sentences,
        "seconds": round(first.samples[-1].seconds) if first.samples else 0,
        "cpu_s": round(first.samples[-1].cpu_s) if first.samples else 0,
        "rss_slope_kb_per_1000_articles": round(slope_kb(first.samples)),
        "peak_rss_mb": round(first.peak_rss / 1e6),
        "tenths": figures,
        "again": {
            "seconds": again.samples[-1].seconds if again.samples else 0.0,
            "peak_rss_mb": round(again.peak_rss / 1e6),
        },
        "reasons": sorted(set(told.failed.values())),
        "largest_process_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3),
        "bounds": list(judged(bounds)),
    }
    return report, [asdict(sample) for sample in first.samples]


def make(inputs: Path, articles: int, sentences: int, one_bad_in: int) -> tuple[set[str], set[str]]:
    """Make so many files; return the ids of the good ones and of the bad ones."""
    good: set[str] = set()
    bad: set[str] = set()
    kinds = list(BAD.values())
    for number in range(articles):
        folder = inputs / f"{number // IN_A_FOLDER:03}"
        folder.mkdir(parents=True, exist_ok=True)
        if number % one_bad_in == one_bad_in // 2:
            extension, content = kinds[len(bad) % len(kinds)]
            name = f"{number:06}{extension}"
            bad.add(f"{folder.name}/{name}")
        else:
            parts = article(number, sentences)
            extension, content = (".md", b"# " + as_text(parts)) if number % 10 == 0 else (".txt", as_text(parts))
            name = f"{number:06}{extension}"
            good.add(f"{folder.name}/{name}")
        (folder / name).write_bytes(content)
    return good, bad


def steady(figures: list[dict[str, float]], least_speed: float = LEAST_SPEED) -> dict[str, tuple[bool, str]]:
    """Say whether the last tenth is as the second was."""
    second, last = figures[1], figures[-1]
    memory = last["rss_mb"] / second["rss_mb"]
    handles, threads = (last[what] - second[what] for what in ("handles", "threads"))
    speed = last["articles_a_cpu_second"] / second["articles_a_cpu_second"]
    return {
        f"memory grows to {MOST_MEMORY} at most": (memory <= MOST_MEMORY, f"{memory:.3f}"),
        f"handles stay, but for {MOST_HANDLES}": (abs(handles) <= MOST_HANDLES, f"{handles:+g}"),
        f"threads stay, but for {MOST_HANDLES}": (abs(threads) <= MOST_HANDLES, f"{threads:+g}"),
        f"articles a CPU second stay at {least_speed} at least": (speed >= least_speed, f"{speed:.3f}"),
    }


def _run(folder: Path, name: str, every_s: float) -> tuple[Process, EventTail]:
    """Run over the folder and take samples until it ends."""
    out, memory, events = folder / "out", folder / "memory.sqlite", EventTail(folder / f"{name}.jsonl")
    process = Process(
        [
            *("run", folder / "in", "--profile", "tiny", "--out", out, "--format", "md,html"),
            *("--memory", memory, "--log-json", events.path, "--quiet"),
        ],
        folder / f"{name}.log",
    )
    process.start()
    due_s = time.monotonic()
    while process.poll() is None:
        if time.monotonic() >= due_s:
            due_s += every_s
            sizes = {"memory": size(memory), "manifest": size(out / ".trans" / "manifest.jsonl")}
            process.look(events.read(), {**sizes, "index": size(out / ".trans" / "index.jsonl")})
        time.sleep(min(0.1, every_s))
    events.read()
    events.close()
    return process, events


def _is_hidden(path: Path, out: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(out).parts)


@contextlib.contextmanager
def folder_for(kept: Path | None) -> Iterator[Path]:
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
    else:
        with tempfile.TemporaryDirectory() as temporary:
            yield Path(temporary)


if __name__ == "__main__":
    main()
