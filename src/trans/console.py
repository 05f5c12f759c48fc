"""What a person sees while a run works and when it ends: progress, the closing table, messages. All on standard error.

Formats what ``run`` tells; decides nothing. No terminal obeys what is in a file's name, an article or a library's error.
"""

import logging
import re
import sys
import time
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from trans.brief import SEVERITIES
from trans.errors import TransError
from trans.outcome import KEPT, Decoded, Event, Report
from trans.plainly import one_line, printable, redacted
from trans.streams import Heard

_LINE_OF_OTHERS = re.compile(r"\n(?!  )")

_STATUS_NAMES = {
    "written": "written",
    "refreshed": "checked or rendered again",
    "skipped": "done already",
    "failed": "failed",
}


class PlainConsole(Console):
    """A console that shows the controls in a text instead of sending them, and no secrets."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(highlight=False, emoji=False, **settings)  # ':warning:' may be part of a name

    def render_str(self, text: str, **settings: Any) -> Text:
        return super().render_str(printable(redacted(text)), **settings)


def error_console() -> Console:
    """Standard error; colour and progress only on a terminal, never colour with NO_COLOR. That nobody hears it ends no work."""
    return PlainConsole(file=Heard(sys.stderr), soft_wrap=True)


def show_error(console: Console, error: TransError) -> None:
    """One line that says what is wrong, one that says what to do."""
    console.print(f"[bold red]trans:[/] {escape(_lines(error.message))}")
    console.print(f"       {escape(_lines(error.hint))}")


def _lines(message: str) -> str:
    """Return a message whose further lines are ours, which are indented; a line end in a file's name is none."""
    return _LINE_OF_OTHERS.sub(r"\\n", message)


class RunDisplay:
    """Progress bars of a run. Shows nothing where standard error is not a terminal, or when quiet."""

    def __init__(self, console: Console, articles: int, *, quiet: bool) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[work]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=quiet or not console.is_terminal,
        )
        self._articles = self._progress.add_task("articles", total=articles, work="")
        # Grows as windows are read: the articles' bar only moves when a window of them is written.
        self._sentences = self._progress.add_task("sentences", total=0, work="")
        self._taken_on = 0
        self._tokens = 0
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        if isinstance(event, Decoded):
            self._taken_on += event.taken_on
            self._tokens += event.tokens
            speed = self._tokens / max(0.001, time.monotonic() - self._started)
            self._progress.update(
                self._sentences, total=self._taken_on, advance=event.texts, work=f"{speed:,.0f} tokens/s"
            )
        else:
            self._progress.advance(self._articles)
            task = self._progress.tasks[self._articles]
            if task.total is not None and task.completed > task.total:
                # How many articles a feed or a dump holds is only known once it is read.
                self._progress.update(self._articles, total=task.completed)
            for file in event.files:
                if file.edited:
                    self._progress.console.print(
                        f"[yellow]warning:[/] {escape(one_line(file.edited))} was edited by hand and is left alone; "
                        f"the new brief is {escape(one_line(file.name))}"
                    )


def show_notice(console: Console, notice: str) -> None:
    """What the licences of a run's models forbid; nothing where that is nothing."""
    if notice:
        console.print(f"[bold yellow]{escape(notice)}[/]")


def show_report(
    console: Console, report: Report, out: str, *, demo: bool, seconds: float, notice: str = "", left: int | None = 0
) -> None:
    """The closing table: what was written, skipped, failed and flagged; and ``notice``, of the models' licences.

    ``left`` is how many articles a run that ended before its end has not come to, ``None`` if nobody knows.
    """
    table = Table(title="Interrupted" if report.interrupted else None, show_header=False, box=None, pad_edge=False)
    for status, name in _STATUS_NAMES.items():
        count = report.counts[status]
        if count or status == "written":
            style = "red" if status == "failed" else None
            table.add_row(f"{count}", name, style=style)
    if left:
        table.add_row(f"{left}", "not made (the run ended)")
    console.print(table)
    if left is None:
        console.print("The rest was not made.")
    made = any(report.counts[status] for status in _STATUS_NAMES if status != "failed")
    flags = {severity: count for severity in SEVERITIES if (count := report.flags[severity])}
    flagged = ", ".join(
        f"{count} {severity}{'s' if count > 1 and severity != 'info' else ''}" for severity, count in flags.items()
    )
    if made:
        console.print(f"Flags to check: {flagged or 'none'}")
    _show_flagged(console, report)
    _show_failures(console, report)
    if demo:
        console.print("[bold yellow]Demo models: not a usable translation.[/]")
    show_notice(console, notice)
    if made:
        console.print(f"Briefs are in {escape(one_line(out))} ({seconds:.1f} s)")


def _show_flagged(console: Console, report: Report) -> None:
    """The briefs that are likeliest to be wrong, those with errors first, and what is worst in each."""
    if not report.worst:
        return
    for outcome in report.worst:
        counts = ", ".join(
            f"{count} {severity}{'s' if count > 1 else ''}"
            for severity in ("error", "warning")
            if (count := outcome.flags.get(severity, 0))
        )
        console.print(f"  {escape(one_line(outcome.id))} ({counts}): {escape(one_line(outcome.worst))}")
    if report.flagged > KEPT:
        console.print("These are the worst; --log-json has the flags of every article", style="dim")


def _show_failures(console: Console, report: Report) -> None:
    for outcome in report.failures:
        console.print(f"[red]failed:[/] {escape(one_line(outcome.id))}: {escape(one_line(outcome.reason))}")
        console.print(f"        {escape(one_line(outcome.hint))}")
    more = report.counts["failed"] - len(report.failures)
    if more:
        console.print(f"... and {more} more failures; --log-json lists them all")


def show_log(console: Console, *, quiet: bool, verbose: bool) -> None:
    """Show the program's own log lines from now on."""
    logger = logging.getLogger("trans")
    logger.handlers = [ConsoleLogHandler(console)]
    logger.propagate = False
    logger.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.INFO)


class ConsoleLogHandler(logging.Handler):
    """The program's own log lines, as a person should see them: one event is one line, but for the traceback of a debug line."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        style = "yellow" if record.levelno >= logging.WARNING else "dim"
        told = one_line(record.getMessage())
        if record.exc_info and record.exc_info[0]:
            told += f"\n{logging.Formatter().formatException(record.exc_info)}"
        self._console.print(f"[{style}]{escape(told)}[/]")
