"""Kills ``trans`` and looks at what is left: the folders of a case, the launcher of children that die, what must hold afterwards.

A case is always in the same place, made anew from a template: manifests name their inputs by absolute paths.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from texts import LEAD, SECOND, THIRD, article

from trans.manifest import Manifest

ROOT = Path(__file__).parents[1]

# Inputs are as old as this, so that the service takes them at once and no brief shows when a case was made.
_OLD_NS = 1_700_000_000_000_000_000

# The index says when it was made, and when the briefs were.
_TIMES = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(?:[+-][0-9:]+|Z| UTC)?")


@dataclass(frozen=True)
class Ended:
    """How a child ended: its exit code, or the negative number of the signal that killed it."""

    code: int
    seconds: float
    said: str


class Launcher:
    """Starts ``crash_child.py``, which forks a child for each run."""

    def __init__(self, place: Path) -> None:
        self.place = place
        environment = {**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("crash_child.py")],
            env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, map(str, sys.path)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, arguments: Sequence[str | Path], cache: Path, **request: Any) -> Ended:
        assert self._process.stdin
        assert self._process.stdout
        says = self.place / "says.txt"
        request |= {"arguments": list(map(str, arguments)), "says": str(says)}
        request["environment"] = {"TRANS_CACHE": str(cache), **request.get("environment", {})}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Ended(answer["code"], answer["seconds"], says.read_text(encoding="utf-8", errors="replace"))

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait(timeout=60)


@dataclass(frozen=True)
class Scenario:
    """A command and what it finds. ``make`` lays that out in a folder; ``arguments`` are those of ``trans`` there.

    ``more`` is what the launcher is told beside; ``compares`` are the folders whose files must be those of an undisturbed run,
    ``counts`` those where each operation is a moment to die at.
    """

    name: str
    make: Callable[[Path, "Bench"], None]
    arguments: Callable[[Path], list[str | Path]]
    more: Callable[[Path, "Bench"], dict[str, Any]] = lambda place, bench: {}
    compares: tuple[str, ...] = ("out",)
    counts: tuple[str, ...] = ("out", "cache")


@dataclass
class Bench:
    """Runs scenarios' cases in one place, and knows what an undisturbed run leaves."""

    folder: Path
    launch: Launcher
    copies: Path
    """The converted models, made once."""
    _known: dict[str, "Undisturbed"] = field(default_factory=dict)

    @property
    def place(self) -> Path:
        return self.folder / "place"

    def lay_out(self, scenario: Scenario) -> None:
        """Put the case's folders where they belong, as if nothing had happened yet."""
        template = self.folder / "templates" / scenario.name
        shutil.rmtree(self.place, ignore_errors=True)
        if not template.exists():
            self.place.mkdir()
            scenario.make(self.place, self)
            shutil.copytree(self.place, template, symlinks=True)
            shutil.rmtree(self.place)
        shutil.copytree(template, self.place, symlinks=True)

    def run(self, scenario: Scenario, **request: Any) -> Ended:
        more = scenario.more(self.place, self)
        return self.launch(scenario.arguments(self.place), self.place / "cache", **more, **request)

    def dies(self, scenario: Scenario, number: int, when: str) -> Ended:
        """Run the scenario until it does its N-th operation."""
        return self.run(scenario, roots=self._roots(scenario), kill=(number, when))

    def _roots(self, scenario: Scenario) -> list[str]:
        return [str(self.place / name) for name in scenario.counts]

    def undisturbed(self, scenario: Scenario) -> "Undisturbed":
        """Run the scenario once in peace, with its operations counted."""
        if scenario.name not in self._known:
            self.lay_out(scenario)
            record = self.folder / f"operations-{scenario.name}.jsonl"
            record.unlink(missing_ok=True)
            ended = self.run(scenario, roots=self._roots(scenario), record=str(record))
            assert ended.code == 0, ended.said
            operations = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
            self._known[scenario.name] = Undisturbed(
                [(name, torn) for name, _, torn in operations],
                [f"{name} {Path(label).relative_to(self.place)}" for name, label, _ in operations],
                contents(self.place, scenario.compares),
                names(self.place),
                ended.seconds,
            )
        return self._known[scenario.name]

    def wrong_after(self, scenario: Scenario, *, again: bool = False) -> list[str]:
        """Run once more, to the end, and say what is not as after an undisturbed run. ``again``: and what one more run does."""
        expected = self.undisturbed_known(scenario)
        ended = self.run(scenario)
        wrong = [f"exit code {ended.code}: {ended.said}"] if ended.code else []
        wrong += differences(expected.contents, contents(self.place, scenario.compares))
        wrong += [f"left over: {name}" for name in sorted(names(self.place) - expected.names)]
        wrong += [f"not there: {name}" for name in sorted(expected.names - names(self.place))]
        wrong += damage(self.place / "cache" / "memory.sqlite")
        wrong += [f"not done: {record.id} {record.status}" for record in Manifest(self.place / "out").unfinished()]
        if again and not wrong:
            before = states(self.place, scenario.compares)
            ended = self.run(scenario)
            wrong += [f"the run after that ends with {ended.code}: {ended.said}"] if ended.code else []
            wrong += [f"made again: {name}" for name in differences(before, states(self.place, scenario.compares))]
        return wrong

    def undisturbed_known(self, scenario: Scenario) -> "Undisturbed":
        return self._known[scenario.name]


@dataclass(frozen=True)
class Undisturbed:
    """What a run in peace does and leaves. Of an operation its name, and whether it may be done by half."""

    operations: list[tuple[str, bool]]
    told: list[str]
    contents: dict[str, bytes]
    names: set[str]
    seconds: float

    def cases(self) -> list[tuple[int, str]]:
        """Return every moment at which to die: before and in the midst of each operation; after it is before the next one."""
        found = []
        for number, (_, torn) in enumerate(self.operations, start=1):
            found += [(number, when) for when in ("before", *(["torn"] if torn else []))]
        return [*found, (len(self.operations), "after")]


def contents(place: Path, folders: Sequence[str]) -> dict[str, bytes]:
    """What is in those folders, but for what is the program's own; times are taken out of the index."""
    return {
        name: _TIMES.sub(b"", path.read_bytes()) if path.name == "index.html" else path.read_bytes()
        for name, path in _files(place, folders)
    }


def states(place: Path, folders: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Which files are there, so that one that was written anew shows. The index page is written by every run."""
    return {
        name: (path.stat().st_ino, path.stat().st_mtime_ns)
        for name, path in _files(place, folders)
        if path.name != "index.html"
    }


def _files(place: Path, folders: Sequence[str]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted((place / folder).rglob("*")):
            if path.is_file() and ".trans" not in path.parts:
                yield path.relative_to(place).as_posix(), path


def names(place: Path) -> set[str]:
    """Every file and folder there is, hidden ones and the program's own too; not what linked folders hold."""
    return {
        (Path(folder) / name).relative_to(place).as_posix()
        for folder, folders, files in os.walk(place)
        for name in (*folders, *files)
    }


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {'missing' if name not in found else 'too much' if name not in expected else 'other content'}"
        for name in sorted(expected.keys() | found.keys())
        if expected.get(name) != found.get(name)
    ]


def damage(memory: Path) -> list[str]:
    if not memory.exists():
        return []
    db = sqlite3.connect(memory)
    try:
        said = db.execute("PRAGMA integrity_check").fetchall()
    finally:
        db.close()
    return [] if said == [("ok",)] else [f"the memory: {said}"]


def settings(place: Path, **run: Any) -> Path:
    """Write a models.yaml of the tiny profile, with small windows."""
    found = yaml.safe_load((ROOT / "models.yaml").read_text(encoding="utf-8"))
    found["default_profile"] = "tiny"
    found["run"] |= {"window_articles": 2, "min_free_mb": 0, **run}
    path = place / "models.yaml"
    path.write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")
    return path


def put(path: Path, text: str) -> None:
    """Write an input as old as the others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(_OLD_NS, _OLD_NS))


def inputs(folder: Path, articles: int = 2) -> None:
    """Short articles of our own, all different, one long enough for a summary; and two records in one file."""
    texts = [article(f"{LEAD} {number}", headline=f"{SECOND} {number}") for number in range(articles)]
    texts[0] = article(LEAD, SECOND, THIRD, f"{SECOND} {THIRD}")
    for number, text in enumerate(texts):
        put(folder / ("deep" if number % 2 else "") / f"{number}.txt", text)
    records = [
        {"id": f"r{number}", "title": f"{THIRD} {number}", "body": f"{LEAD} {number * 7}"} for number in range(2)
    ]
    put(folder / "many.jsonl", "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    """Make the models' copies once, have everything imported, and give the place for cases."""
    launch = Launcher(folder)
    try:
        # That of the tests' session: other tests may have made the copies already.
        cache, warm = Path(os.environ["TRANS_CACHE"]), folder / "warm"
        inputs(warm / "in")
        config = settings(warm)
        arguments: list[str | Path]
        arguments = ["run", warm / "in", "--config", config, "--out", warm / "out", "--format", "md,json,html,docx"]
        ended = launch(arguments, cache, learn=str(folder / "modules.json"))
        assert ended.code == 0, ended.said
        yield Bench(folder, launch, cache / "ctranslate2")
    finally:
        launch.close()


def with_cache(place: Path, of: Bench) -> None:
    """A cache folder that holds the models' copies and nothing else."""
    (place / "cache").mkdir(parents=True)
    (place / "cache" / "ctranslate2").symlink_to(of.copies)
