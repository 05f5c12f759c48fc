"""How many bytes an article leaves: briefs by format, manifest, index, memory, log.

    python bench/growth_bytes.py INPUT... [--profile tiny] [--config FILE]

Makes briefs of INPUT in all formats into a folder of its own with a memory and a log of its own, runs again over what is done,
and prints Markdown: bytes an article, and what a year of 1,000 articles a day comes to. Sizes are those of the files' contents.
"""

import argparse
import json
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from trans.render import FORMATS, extension

# A desk with 1,000 articles a day.
A_DAY, DAYS = 1_000, 365
# What `trans run` writes unless it is told otherwise.
USUAL = ("json", "md", "html")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="+", metavar="INPUT")
    parser.add_argument("--profile", default="tiny")
    parser.add_argument("--config", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), arguments)


def measure(place: Path, arguments: argparse.Namespace) -> None:
    out, memory, log = place / "out", place / "memory.sqlite", place / "log.jsonl"
    command = [Path(sys.executable).with_name("trans"), "run", *arguments.inputs, "--out", out]
    command += [
        "--profile",
        arguments.profile,
        "--format",
        ",".join(FORMATS),
        "--memory",
        memory,
        "--log-json",
        log,
        "-q",
    ]
    if arguments.config:
        command += ["--config", arguments.config]
    subprocess.run(list(map(str, command)), check=False)
    first = log.stat().st_size
    briefs = [
        path for path in out.rglob("*.json") if ".trans" not in path.parts and not path.name.endswith(".ninjs.json")
    ]
    count = len(briefs)
    words = [_words(path) for path in briefs]
    sizes: Counter[str] = Counter()
    for path in out.rglob("*"):
        if path.is_file() and ".trans" not in path.parts and path.name != "index.html":
            sizes[_format(path)] += path.stat().st_size
    state = out / ".trans"
    other = {
        "manifest, as it is written": (state / "manifest.jsonl").stat().st_size,
        "manifest, one line an article": sum(
            {name: len(line) for name, line in _lines(state / "manifest.jsonl")}.values()
        ),
        "index.jsonl (what the index remembers)": (state / "index.jsonl").stat().st_size,
        "index page": (out / "index.html").stat().st_size,
        "log, made": first,
    }
    subprocess.run(list(map(str, command)), check=False)
    other["log, a later run that finds it done"] = log.stat().st_size - first
    with sqlite3.connect(memory) as db:
        db.execute("VACUUM")
        (rows,) = db.execute("SELECT count(*) FROM decodes").fetchone()
    db.close()
    other[f"memory ({rows / count:.0f} rows)"] = memory.stat().st_size
    print(
        f"{count} articles of {sum(words) / count:.0f} words (median {sorted(words)[count // 2]}), profile {arguments.profile}\n"
    )
    print("| what | bytes an article | a year of 1,000 a day |\n|---|---|---|")
    for name in FORMATS:
        _row(f"brief, {name}", sizes[name] / count)
    for name, size in other.items():
        _row(name, size / count)
    usual = sum(sizes[name] for name in USUAL) / count
    state_bytes = (
        other["manifest, as it is written"] + other["index.jsonl (what the index remembers)"] + other["index page"]
    )
    _row(f"an output folder with {', '.join(USUAL)}", usual + state_bytes / count)


def _row(name: str, size: float) -> None:
    print(f"| {name} | {size:,.0f} | {size * A_DAY * DAYS / 1e9:,.1f} GB |")


def _format(path: Path) -> str:
    name = path.name
    return max(
        (form for form in FORMATS if name.endswith(f".{extension(form)}")), key=lambda form: len(extension(form))
    )


def _words(path: Path) -> int:
    """Arabic words of an article: headline, decks and paragraphs."""
    brief = json.loads(path.read_bytes())
    parts = [brief["headline"], *brief["decks"], *brief["paragraphs"]]
    return sum(len(part["ar"].split()) for part in parts)


def _lines(manifest: Path) -> list[tuple[str, bytes]]:
    return [(json.loads(line)["id"], line) for line in manifest.read_bytes().splitlines(keepends=True)]


if __name__ == "__main__":
    main()
