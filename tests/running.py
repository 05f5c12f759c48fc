"""A run in this process as the command does it: its exit code, what it told, and what was written."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from texts import SECOND, THIRD, article, long_article

from trans.api import Translator
from trans.errors import ExitCode, TransError
from trans.eventlog import EventLog
from trans.outcome import Event, Outcome
from trans.run import Run
from trans.sources import Input, discover

_undisturbed: dict[tuple[tuple[str, bytes, int], ...], dict[str, bytes]] = {}


def fill_inputs(inputs: Path) -> Path:
    """Make three inputs whose times are long past, so that these say which state of a file it is."""
    (inputs / "sub").mkdir(parents=True)
    (inputs / "one.txt").write_text(article(), encoding="utf-8")
    (inputs / "two.txt").write_text(article(THIRD, SECOND), encoding="utf-8")
    (inputs / "sub" / "three.md").write_text("# " + long_article(), encoding="utf-8")
    for path in inputs.rglob("*.*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return inputs


@dataclass
class Ran:
    """What became of a run: its exit code, what stopped it, its outcomes by article."""

    code: int
    stopped: TransError | None
    outcomes: dict[str, Outcome]

    def __post_init__(self) -> None:
        if self.stopped:
            assert self.stopped.message
            assert self.stopped.hint
            assert "\n" not in self.stopped.message + self.stopped.hint

    @property
    def statuses(self) -> dict[str, str]:
        return {name: outcome.status for name, outcome in self.outcomes.items()}

    @property
    def reasons(self) -> dict[str, str]:
        return {name: outcome.reason for name, outcome in self.outcomes.items() if outcome.status == "failed"}


def run(
    inputs: Path,
    out: Path,
    *,
    memory: Path | str | None = "off",
    formats: tuple[str, ...] = ("md", "html"),
    log: EventLog | None = None,
    found: tuple[Input, ...] = (),
    between: Callable[[], None] = lambda: None,
) -> Ran:
    """Run as the command does. ``between`` happens when the inputs are found and nothing is read."""
    outcomes: dict[str, Outcome] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            outcomes[event.id] = event
        if log:
            log(event)

    try:
        found = found or discover([inputs], out).inputs
        with Translator("news", memory=memory) as translator:
            started = Run(translator, out, formats, on_event=on_event)
            between()
            report = started(found)
    except TransError as error:
        return Ran(int(error.exit_code), error, outcomes)
    failed = report.counts["failed"]
    return Ran(int(ExitCode.SOME_FAILED if failed else ExitCode.OK), None, outcomes)


def briefs(out: Path) -> dict[str, bytes]:
    """What was written of each article; the index says when it was made."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".trans" not in path.parts and path.name not in ("index.html", "filling")
    }


def leftovers(out: Path) -> list[str]:
    return [path.name for path in out.rglob("*.tmp")]


def undisturbed(inputs: Path, tmp_path: Path) -> dict[str, bytes]:
    """What a run writes that nothing happens to. Of the same inputs it is always the same, and made once."""
    files = tuple(
        (path.relative_to(inputs).as_posix(), path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(inputs.rglob("*"))
        if path.is_file()
    )
    if files not in _undisturbed:
        assert run(inputs, tmp_path / "undisturbed").code == 0
        _undisturbed[files] = briefs(tmp_path / "undisturbed")
    return _undisturbed[files]
