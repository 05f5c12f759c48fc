"""``trans run``: articles to briefs, with progress, a closing table and an exit code. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from trans._version import __version__
from trans.cli_options import (
    ConfigOption,
    DeviceChoice,
    DeviceOption,
    EngineChoice,
    EngineOption,
    FailOn,
    FieldsOption,
    GlossaryOption,
    MemoryOption,
    ProfileOption,
    chosen_formats,
    chosen_profile,
)
from trans.cli_pipe import STDIN, brief_stdin, check_usage
from trans.errors import ExitCode, TransError

if TYPE_CHECKING:
    from trans.api import Translator
    from trans.article import Failure
    from trans.brief import Severity
    from trans.outcome import Event, Report
    from trans.pipeline import Plan
    from trans.run import Run
    from trans.sources import Input


def run(
    inputs: Annotated[
        list[Path], typer.Argument(metavar="INPUT", help="Folders and files to read, or - for standard input.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the briefs.")] = Path("outputs"),
    config: ConfigOption = None,
    profile: ProfileOption = None,
    device: DeviceOption = DeviceChoice.auto,
    engine: EngineOption = EngineChoice.auto,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="LIST",
            help="With commas: html, md, docx, ninjs, tmx, jsonl, json (always written) "
            "[default: md,json,html; md for '-'].",
        ),
    ] = None,
    glossary: GlossaryOption = None,
    memory: MemoryOption = None,
    fields: FieldsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Make every brief again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N articles.")] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 4 when a brief has a flag of this severity or worse.")
    ] = FailOn.never,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors and failures.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say more of what happens.")] = False,
    log_json: Annotated[
        Path | None, typer.Option("--log-json", metavar="FILE", help="Append one event a line.")
    ] = None,
) -> None:
    """Translate and summarise articles: one brief an article, beside its Arabic.

    Exit codes: 0 every brief written; 1 some inputs failed; 2 wrong usage or settings; 3 a model is missing or broken;
    4 flags at or above --fail-on; 130 interrupted. A second run does only what is new or changed.
    """
    from trans.api import Translator
    from trans.console import RunDisplay, error_console, show_error, show_log, show_report
    from trans.eventlog import EventLog
    from trans.heap import share
    from trans.run import Run
    from trans.sources import Discovery, discover

    signal.signal(signal.SIGTERM, interrupt)
    share()
    piped = STDIN in inputs
    wanted = chosen_formats(formats if formats is not None else "md" if piped else "md,json,html")
    if piped:
        check_usage(inputs, wanted, dry_run=dry_run)
    console = error_console()
    show_log(console, quiet=quiet, verbose=verbose)
    started = time.monotonic()
    found = Discovery((), ()) if piped else discover(inputs, out)
    if not quiet:
        for note in found.notes:
            console.print(note, style="dim", markup=False)
    articles = found.inputs[:limit]
    chosen = chosen_profile(config, profile, fields)
    where = "off" if dry_run else memory
    translator = Translator(
        chosen,
        device=device.value,
        engine=engine.value,
        memory=where,
        download=not dry_run,
        glossary_file=glossary,
        check_processes="auto",
    )
    if piped:
        with translator:
            flags = Counter(flag.severity for flag in brief_stdin(translator, wanted[0]).flags)
        raise typer.Exit(int(_flagged(flags, fail_on)))
    if dry_run:
        _dry_run(Run(translator, out, wanted, force=force, limit=limit), articles, translator)
        return
    demo = translator.provenance.demo
    with EventLog(log_json) as log, RunDisplay(console, len(articles), quiet=quiet) as display:

        def on_event(event: "Event") -> None:
            display(event)
            log(event)

        log.write("start", trans=__version__, profile=chosen.name, articles=len(articles), out=str(out))
        whole = Run(translator, out, wanted, force=force, limit=limit, notes=found.notes, on_event=on_event)
        stopped: TransError | None = None
        try:
            report = whole(articles)
        except TransError as error:
            stopped, report = error, whole.report
        seconds = time.monotonic() - started
        code = stopped.exit_code if stopped else _exit_code(report, fail_on)
        counts = {status: report.counts[status] for status in ("written", "refreshed", "skipped", "failed")}
        log.write("end", exit_code=int(code), seconds=round(seconds, 3), flags=report.flags, **counts)
    if report.counts and (not quiet or report.failures):
        show_report(console, report, str(out), demo=demo, seconds=seconds)
    if stopped:
        show_error(console, stopped)
    if report.interrupted:
        console.print("Interrupted: finished briefs are on disk; the same command goes on from here.")
        exit_now(code)  # the batch in flight can't be recalled, and nothing waits for it any more
    translator.close()
    raise typer.Exit(int(code))


def _exit_code(report: "Report", fail_on: FailOn) -> ExitCode:
    if report.interrupted:
        return ExitCode.INTERRUPTED
    if report.failures:
        return ExitCode.SOME_FAILED
    return _flagged(report.flags, fail_on)


def _flagged(flags: "Mapping[str, int] | Mapping[Severity, int]", fail_on: FailOn) -> ExitCode:
    return (
        ExitCode.FLAGGED
        if any(count for severity, count in flags.items() if severity in fail_on.severities)
        else ExitCode.OK
    )


def _dry_run(plan: "Run", articles: "tuple[Input, ...]", translator: "Translator") -> None:
    """Print what a run would do: articles by reason, and the sentences and tokens of those to translate."""
    from trans.workload import workload

    reasons: Counter[tuple[str, str]] = Counter()

    def to_make() -> "Iterator[Plan | Failure]":
        for _, decision, planned in plan.decisions(articles):
            reasons[decision.action, decision.reason] += 1
            if decision.action == "make":
                yield from planned()

    work = workload(to_make(), translator)
    typer.echo(f"{reasons.total()} articles, of which")
    names = {"make": "translate", "render": "check or render again", "skip": "skip", "fail": "fail"}
    for (action, reason), count in sorted(reasons.items()):
        typer.echo(f"  {count:>6}  {names[action]}: {reason}")
    for failure in work.failures:
        typer.echo(f"  can't be read: {failure.id}: {failure.reason}")
    typer.echo(f"{work.sentences} sentences ({work.unique} different), {work.tokens} tokens to translate")
    typer.echo("Nothing was written.")


def interrupt(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  (signal's own signature)
    raise KeyboardInterrupt


def exit_now(code: ExitCode) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))
