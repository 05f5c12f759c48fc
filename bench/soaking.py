"""What both soaks share: made-up articles, a process looked at from outside, and the figures by tenth of a run.

Knows neither command. Articles are of this project's own sentences and all different: the memory of finished decodes answers
none, and the last are as much work as the first.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import psutil

WHO = (
    "وزارة المياه",
    "وزارة الصحة",
    "وزارة النقل",
    "وزارة الزراعة",
    "وزارة الطاقة",
    "وزارة التعليم",
    "هيئة الموانئ",
)
WHERE = ("تونس", "عمان", "الرباط", "القاهرة", "بيروت", "بغداد", "الكويت", "مسقط", "الدوحة", "الخرطوم", "صنعاء")
SENTENCES = (
    "{who} تخصص {n} مليون دولار لمشروع في {where}",
    "أعلنت {who} اليوم مشروعا جديدا في {where} بكلفة {n} مليون دولار.",
    "وقال مسؤول في {who} إن المشروع في {where} يخدم {n} قرية.",
    "وأضاف أن {who} ستوفر {n} فرصة عمل في {where}.",
)
# Numbers of three digits; 900, 7 and 11 have no common factor, so that it takes 69,300 articles for a sentence to come again.
_LEAST, _NUMBERS, _STEP, _APART = 100, 900, 7, 211


def article(number: int, sentences: int = len(SENTENCES) - 1) -> list[str]:
    """Return a headline and so many paragraphs of one sentence."""
    who, where = WHO[number % len(WHO)], WHERE[number % len(WHERE)]
    return [
        sentence.format(who=who, where=where, n=_LEAST + (_STEP * number + _APART * place) % _NUMBERS)
        for place, sentence in enumerate(SENTENCES[: 1 + sentences])
    ]


def as_text(parts: Sequence[str]) -> bytes:
    return ("\n\n".join(parts) + "\n").encode()


def as_page(parts: Sequence[str]) -> bytes:
    body = "".join(f"<p>{part}</p>\n" for part in parts[1:])
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{parts[0]}</title></head>\n'
        f"<body><article><h1>{parts[0]}</h1>\n{body}</article></body></html>\n"
    ).encode()


@dataclass(frozen=True, slots=True)
class Sample:
    """A process and its children at one moment: ``seconds`` since it was started, ``done`` articles finished by then, written or
    failed. ``rss``, ``uss`` and ``pss`` are resident memory: all, what is its own alone, and with its share of what is shared.
    """

    seconds: float
    done: int
    rss: int
    uss: int
    pss: int
    handles: int
    threads: int
    cpu_s: float
    sizes: dict[str, int]


class EventTail:
    """Counts what a ``--log-json`` file tells, as it grows and when it begins anew under its name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.counts: dict[str, int] = {}
        self.failed: dict[str, str] = {}
        self.written: set[str] = set()
        self._stream: BinaryIO | None = None
        self._rest = b""

    def read(self) -> int:
        """Take in what is new; return how many articles were finished in all."""
        while True:
            if self._stream is None:
                if not self.path.exists():
                    break
                self._stream = self.path.open("rb")
            for line in (self._rest + self._stream.read()).splitlines(keepends=True):
                if line.endswith(b"\n"):
                    self._rest = b""
                    self._take(json.loads(line))
                else:
                    self._rest = line
            # Turned over: what stood under this name was read to its end.
            if self.path.exists() and self.path.stat().st_ino != os.fstat(self._stream.fileno()).st_ino:
                self._stream.close()
                self._stream, self._rest = None, b""
            else:
                break
        return self.counts.get("written", 0) + self.counts.get("failed", 0)

    def close(self) -> None:
        if self._stream:
            self._stream.close()

    def _take(self, event: dict[str, str]) -> None:
        kind = event["event"]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "failed":
            self.failed[event["id"]] = event["reason"]
        elif kind in ("written", "refreshed", "skipped"):
            self.written.add(event["id"])


@dataclass(slots=True)
class Process:
    """``trans`` with some arguments, at work, and what is seen of it; what it writes to standard error goes to a file.

    ``before`` is called in it before the program starts.
    """

    arguments: Sequence[str | Path]
    log: Path
    before: Callable[[], None] | None = None
    samples: list[Sample] = field(default_factory=list)
    started: float = 0.0
    peak_rss: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "trans", *map(str, self.arguments)]
        environment = {**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1"}
        with self.log.open("wb") as stream:
            self._process = subprocess.Popen(
                command, stdout=stream, stderr=stream, env=environment, preexec_fn=self.before
            )
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        assert self._process is not None  # noqa: S101
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code once it has ended."""
        assert self._process is not None  # noqa: S101
        return self._process.poll()

    def stop(self, timeout_s: float) -> int:
        """Ask it to end, as a service manager does; return its exit code."""
        assert self._process is not None  # noqa: S101
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout_s)

    def look(self, done: int, sizes: dict[str, int]) -> Sample | None:
        """Take a sample; None where the process has just ended."""
        try:
            root = psutil.Process(self.pid)
            processes = [root, *root.children(recursive=True)]
            memory = [process.memory_full_info() for process in processes]
            times = [process.cpu_times() for process in processes]
            sample = Sample(
                round(time.monotonic() - self.started, 2),
                done,
                sum(one.rss for one in memory),
                sum(one.uss for one in memory),
                sum(one.pss for one in memory),
                sum(process.num_fds() for process in processes),
                sum(process.num_threads() for process in processes),
                # Of children that have ended, too.
                round(
                    sum(one.user + one.system for one in times) + times[0].children_user + times[0].children_system, 2
                ),
                sizes,
            )
        except psutil.Error:
            return None
        if not sample.rss:  # its parent has yet to hear that it ended
            return None
        self.samples.append(sample)
        with self.log.with_suffix(".samples.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(sample)) + "\n")  # a soak that is broken off has told as much
        self.peak_rss = max(self.peak_rss, sample.rss)
        return sample


def size(path: Path) -> int:
    """Bytes of a file and of SQLite's companions to it."""
    found = 0
    for one in path.parent.glob(f"{path.name}*"):
        with contextlib.suppress(FileNotFoundError):  # SQLite's come and go
            found += one.stat().st_size
    return found


def tenths(samples: Sequence[Sample], parts: int = 10) -> list[dict[str, float]]:
    """Return the figures of each tenth of the articles: medians of what was seen, and articles a second and a CPU second.

    Between two samples the clocks are taken to run evenly: articles are finished a window at a time.
    """
    last = samples[-1].done
    figures = []
    for part in range(parts):
        first, end = last * part / parts, last * (part + 1) / parts
        within = [one for one in samples if first < one.done <= end] or [_nearest(samples, end)]
        wall = _at(samples, end, "seconds") - _at(samples, first, "seconds")
        cpu = _at(samples, end, "cpu_s") - _at(samples, first, "cpu_s")
        figures.append(
            {
                "articles": round(end),
                "rss_mb": round(statistics.median(one.rss for one in within) / 1e6, 1),
                "largest_rss_mb": round(max(one.rss for one in within) / 1e6, 1),
                "uss_mb": round(statistics.median(one.uss for one in within) / 1e6, 1),
                "handles": statistics.median(one.handles for one in within),
                "threads": statistics.median(one.threads for one in within),
                "articles_a_second": round((end - first) / max(wall, 1e-9), 3),
                "articles_a_cpu_second": round((end - first) / max(cpu, 1e-9), 3),
                **{f"{name}_mb": round(within[-1].sizes[name] / 1e6, 2) for name in within[-1].sizes},
            }
        )
    return figures


def slope_kb(samples: Sequence[Sample]) -> float:
    """Return by how many kB resident memory grows with 1,000 articles, over the last nine tenths: a straight line's slope.

    That is as many bytes as it grows with one.
    """
    late = [one for one in samples if one.done > samples[-1].done / 10]
    if len({one.done for one in late}) < 2:
        return 0.0
    return round(statistics.linear_regression([one.done for one in late], [one.rss for one in late]).slope, 1)


def _nearest(samples: Sequence[Sample], done: float) -> Sample:
    return min(samples, key=lambda one: abs(one.done - done))


def _at(samples: Sequence[Sample], done: float, what: str) -> float:
    """Return what a clock said when so many articles were done."""
    before, before_value = 0, 0.0
    for one in samples:
        if one.done > before:
            value = float(getattr(one, what))
            if one.done >= done:
                return before_value + (done - before) / (one.done - before) * (value - before_value)
            before, before_value = one.done, value
    return before_value


def judged(bounds: dict[str, tuple[bool, str]]) -> Iterator[str]:
    """Yield a line on each bound: whether it holds, and what was found."""
    for name, (holds, found) in bounds.items():
        yield f"{'holds' if holds else 'BROKEN'}  {name}: {found}"


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Return the arguments, those that both soaks have among them."""
    parser.add_argument("--every", type=lambda text: float(text.removesuffix("s")), default=5.0)
    parser.add_argument("--sentences", type=int, default=1)
    parser.add_argument("--json", type=Path, help="Write the figures here too, with every sample.")
    parser.add_argument(
        "--folder", type=Path, help="Work here, and leave everything; else in a folder that is removed."
    )
    return parser.parse_args()


def told(report: dict[str, Any], samples: list[dict[str, Any]], path: Path | None) -> NoReturn:
    """Print the figures, write them with the samples into ``path``, and end: with 1 where a bound is broken."""
    if path:
        path.write_text(json.dumps({**report, "samples": samples}, indent=1) + "\n", encoding="utf-8")
    json.dump(report, sys.stdout, indent=1)
    print()
    sys.exit(any(line.startswith("BROKEN") for line in report["bounds"]))
