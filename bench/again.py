"""What an article costs the process that decides, before any model: found, looked up in the manifest, passed over as done.

    python bench/again.py [--articles 20000 100000]

Made-up files of one sentence and a manifest that says they are done; each number of articles in a process of its own. Prints
JSON:
microseconds an article, and bytes by which memory grew, for finding inputs, reading the manifest, and deciding to do nothing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psutil


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[20_000, 100_000])
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        json.dump(_measure(arguments.measure), sys.stdout)
        return
    json.dump([_process(count) for count in arguments.articles], sys.stdout, indent=1)
    print()


def _process(count: int) -> dict[str, Any]:
    done = subprocess.run([sys.executable, *sys.argv, "--measure", str(count)], stdout=subprocess.PIPE, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _measure(count: int) -> dict[str, Any]:
    from trans.api import Translator
    from trans.run import Run
    from trans.sources import discover

    with tempfile.TemporaryDirectory() as folder:
        inputs, out = Path(folder) / "in", Path(folder) / "out"
        # In a process of its own: what it takes and frees would hide what the run takes.
        preparing = get_context("spawn").Process(target=_prepare, args=(inputs, out, count))
        preparing.start()
        preparing.join()
        figures: dict[str, Any] = {"articles": count}
        with Translator("tiny") as translator:
            found = _timed(figures, "find", count, lambda: discover([inputs], out))
            whole = _timed(figures, "manifest", count, lambda: Run(translator, out, ["md"]))
            report = _timed(figures, "decide", count, lambda: whole(found.inputs))
    if report.counts != {"skipped": count}:
        raise SystemExit(f"not all were passed over: {dict(report.counts)}")
    return figures


def _prepare(inputs: Path, out: Path, count: int) -> None:
    from trans.api import Translator
    from trans.manifest import Manifest
    from trans.record import Record
    from trans.sources import output_stem
    from trans.store import Store

    with Translator("tiny") as translator:
        hashes = translator.provenance.hashes
    inputs.mkdir()
    Store(out).prepare()
    records = []
    for number in range(count):
        path = inputs / f"{number:08}.txt"
        path.write_text("خبر واحد.\n", encoding="utf-8")
        status = path.stat()
        stem = output_stem(path.name)
        outputs = {name: (f"{stem}.{name}", f"{number:064}") for name in ("json", "md")}
        for file, _ in outputs.values():
            (out / file).touch()
        records.append(
            Record(
                *(path.name, "done", str(path.resolve()), status.st_size, status.st_mtime_ns, f"{number:064}"),
                hashes=hashes,
                outputs=outputs,
                known=(f"{number:064}", f"{number:064}"),
                flags={"error": 1, "warning": 2},
                risk=0.5,
                worst="The number 45 is not in the English",
            )
        )
    Manifest(out).append(records)


def _timed(figures: dict[str, Any], name: str, count: int, step: Any) -> Any:
    """Do a step; note its microseconds and what memory grew by, in bytes, an article."""
    process = psutil.Process()
    before, started = process.memory_info().rss, time.perf_counter()
    result = step()
    figures[f"{name}_us"] = round((time.perf_counter() - started) / count * 1e6, 1)
    figures[f"{name}_bytes"] = round((process.memory_info().rss - before) / count)
    return result


if __name__ == "__main__":
    main()
