"""Whether the hot folder keeps up for an hour: a file a second arrives in it in every way there is, a tenth of them bad.

    python bench/soak_watch.py [--seconds 3600] [--every 5s] [--sentences 1] [--json FILE] [--folder DIR]

Files are written slowly in place, renamed into place, replaced by another text two seconds later, or deleted again, under plain
names and odd ones; bad ones are a page cut off, empty, binary, closed to us, a pipe, or called what no brief can be. At the end
every good file must have a brief of its last text and be in --done, every bad one be in --failed with a reason (a pipe stays
where it is), and SIGTERM must end it with 0. Prints JSON as ``bench/soak.py`` does. SIGTERM to this program ends it early: what
has arrived by then is followed to its end.
"""

import argparse
import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Any

from feeding import Feeder
from soak import folder_for, steady
from soaking import EventTail, Process, judged, parsed, size, slope_kb, tenths, told

from trans.moved import MARK
from trans.sources import output_stem
from trans.store import STATE_FOLDER

# A bad file is tried a third time 70 s after the first; what no event told of is found within five minutes.
DRAIN_S = 420.0
STOP_S = 60.0
# Below that a tenth is less than a minute.
LEAST_SECONDS = 600
# A file takes 0.13 CPU seconds, 1.3 are finished in a second, and the page, which grows with its briefs, may take a tenth of the
# time beside that.
LEAST_SPEED = 0.6
# Linux: prctl's PR_CAPBSET_DROP, and CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH, by which root reads files that are closed to it.
_DROP, _OVERRIDES = 24, (1, 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3600.0)
    arguments = parsed(parser)
    with folder_for(arguments.folder) as folder:
        report, samples = soak(folder, arguments.seconds, arguments.sentences, arguments.every)
    told(report, samples, arguments.json)


def soak(folder: Path, seconds: float, sentences: int, every_s: float) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Watch a folder below ``folder`` for so long. Return the figures, and all samples."""
    inbox, out, done, failed = (folder / name for name in ("inbox", "out", "done", "failed"))
    inbox.mkdir()
    events, feeder = EventTail(folder / "events.jsonl"), Feeder(inbox, sentences)
    process = Process(
        [
            *("watch", inbox, "--out", out, "--done", done, "--failed", failed, "--profile", "tiny"),
            *("--memory", folder / "memory.sqlite", "--log-json", events.path, "--prometheus", folder / "trans.prom"),
        ],
        folder / "watch.log",
        _without_overrides,
    )
    process.start()
    _until(lambda: "Watching" in process.log.read_text(encoding="utf-8"), 120.0)
    queues: list[tuple[int, float]] = []
    arrived, begun_s, look_s = 0, time.monotonic(), time.monotonic()

    def step() -> None:
        nonlocal look_s
        now_s = time.monotonic()
        feeder.work(now_s)
        if now_s >= look_s:
            look_s = now_s + every_s
            sizes = {"memory": size(folder / "memory.sqlite"), "manifest": size(out / ".trans" / "manifest.jsonl")}
            process.look(events.read(), sizes)
            queues.append(_queue(out))
        time.sleep(0.02)

    ending = Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    while time.monotonic() - begun_s < seconds and not ending.is_set():
        if process.poll() is not None:
            raise SystemExit(f"trans watch has ended with {process.poll()}: see {process.log}")
        if time.monotonic() - begun_s >= arrived:
            arrived += 1
            feeder.arrive(arrived, time.monotonic())
        step()
    seconds, fed = time.monotonic() - begun_s, list(process.samples)
    ended_s = time.monotonic()
    while time.monotonic() - ended_s < DRAIN_S and not (feeder.is_done() and _names(inbox) <= feeder.staying):
        step()
    drained_s = time.monotonic() - ended_s
    code = process.stop(STOP_S)
    events.read()
    events.close()
    figures = tenths(fed)
    bounds = _kept(feeder, inbox, out, done, failed, events, code)
    bounds["no traceback"] = (
        "Traceback" not in (log := process.log.read_text(encoding="utf-8")),
        f"{len(log)} characters",
    )
    if seconds >= LEAST_SECONDS:
        bounds |= steady(figures, LEAST_SPEED)
    report = {
        "seconds": round(seconds),
        "arrived": arrived,
        "good": len(feeder.good),
        "bad": len(feeder.bad),
        "deleted_again": len(feeder.deleted),
        "drained_s": round(drained_s, 1),
        "cpu_s": round(process.samples[-1].cpu_s),
        "rss_slope_kb_per_1000_articles": round(slope_kb(fed)),
        "peak_rss_mb": round(process.peak_rss / 1e6),
        "largest_queue": max(queue for queue, _ in queues),
        "oldest_s": max(age for _, age in queues),
        "tenths": figures,
        "reasons": sorted(set(events.failed.values())),
        "bounds": list(judged(bounds)),
    }
    return report, [asdict(sample) for sample in process.samples]


def _kept(
    feeder: Feeder, inbox: Path, out: Path, done: Path, failed: Path, events: EventTail, code: int
) -> dict[str, tuple[bool, str]]:
    """Say what became of all that arrived."""
    wrong = [name for name, headline in feeder.good.items() if _headline(out, name) != headline]
    not_done = set(feeder.good) - _names(done)
    moved = feeder.bad - feeder.staying
    told = {name.partition("/line-")[0] for name in events.failed}
    silent = [name for name in feeder.bad if name.encode("utf-8", "backslashreplace").decode() not in told]
    hidden = [path for place in (inbox, out, done, failed) for path in place.rglob(".*")]
    left = [path.name for path in hidden if path not in (out / STATE_FOLDER, done / MARK, failed / MARK)]
    status = json.loads((out / ".trans" / "status.json").read_bytes())
    return {
        "every good file has a brief of its last text": (not wrong, f"{len(wrong)} have not: {wrong[:5]}"),
        "and was moved to --done": (not not_done, f"{len(not_done)} were not: {sorted(not_done)[:5]}"),
        "and no other file": (_names(done) <= set(feeder.good), f"{sorted(_names(done) - set(feeder.good))[:5]}"),
        "every bad file was moved to --failed": (
            moved == _names(failed) - feeder.deleted,
            f"{sorted(moved ^ _names(failed))[:5]}",
        ),
        "with its reason in the log": (not silent, f"{len(silent)} without: {silent[:5]}"),
        "nothing stays but pipes": (_names(inbox) == feeder.staying, f"{sorted(_names(inbox) - feeder.staying)[:5]}"),
        "nothing hidden is left": (not left, f"{left[:5]}"),
        "it ends with 0, and says so": (code == 0 and status["state"] == "ended", f"{code}, {status['state']}"),
    }


def _headline(out: Path, name: str) -> str:
    try:
        brief = json.loads((out / f"{output_stem(name)}.json").read_bytes())
    except OSError:
        return ""
    return str(brief["headline"]["ar"]) if brief["id"] == name else ""


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {MARK} if folder.is_dir() else set()


def _queue(out: Path) -> tuple[int, float]:
    try:
        status = json.loads((out / ".trans" / "status.json").read_bytes())
    except OSError:
        return 0, 0.0
    return status["queue"], status["oldest_unread_s"] or 0.0


def _until(what: Callable[[], bool], seconds: float) -> None:
    started = time.monotonic()
    while not what():
        if time.monotonic() - started > seconds:
            raise SystemExit("trans watch did not begin")
        time.sleep(0.1)


def _without_overrides() -> None:
    """Have root be refused what is closed to it, as everybody else is."""
    if os.geteuid() == 0 and sys.platform == "linux":
        for capability in _OVERRIDES:
            ctypes.CDLL(None).prctl(_DROP, capability, 0, 0, 0)


if __name__ == "__main__":
    main()
