"""Whole-process times of the installed command, as a user waits for them: ``make bench``.

Prints JSON: seconds, median of several runs, for ``trans --help``, the tiny profile over ``inputs/`` (cold: no memory, no
converted models; warm: both there), and a second run over a thousand finished articles. Compare only within one run.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TRANS = Path(sys.executable).with_name("trans")
ARTICLES = 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        figures = {"help_s": _median([_timed(work / "cache", "--help") for _ in range(5)])}
        tiny = (
            "run",
            str(ROOT / "inputs"),
            "--profile",
            "tiny",
            "--memory",
            "off",
            "--force",
            "--out",
            str(work / "out"),
        )
        figures["tiny_inputs_cold_s"] = _median([_timed(work / f"cache{number}", *tiny) for number in range(3)])
        _timed(work / "cache", *tiny)
        figures["tiny_inputs_warm_s"] = _median([_timed(work / "cache", *tiny) for _ in range(3)])
        figures |= _finished(work)
    print(json.dumps({"cores": len(os.sched_getaffinity(0)), **figures}, indent=2))


def _finished(work: Path) -> dict[str, float]:
    sample = sorted((ROOT / "inputs").rglob("*.txt"))[0].read_bytes()
    many = work / "many"
    many.mkdir()
    for number in range(ARTICLES):
        (many / f"{number}.txt").write_bytes(sample)
    command = ("run", str(many), "--profile", "tiny", "--out", str(work / "done"))
    first = _timed(work / "cache", *command)
    again = _median([_timed(work / "cache", *command) for _ in range(3)])
    return {f"same_{ARTICLES}_articles_first_s": round(first, 2), f"same_{ARTICLES}_articles_finished_s": again}


def _timed(cache: Path, *arguments: str) -> float:
    environment = {**os.environ, "TRANS_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    started = time.perf_counter()
    subprocess.run([TRANS, *arguments], env=environment, capture_output=True, check=True)
    return time.perf_counter() - started


def _median(seconds: list[float]) -> float:
    return round(statistics.median(seconds), 3)


if __name__ == "__main__":
    main()
