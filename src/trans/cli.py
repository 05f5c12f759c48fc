"""The command line: what prints, handles signals and picks exit codes; ``cli_models`` beside it has the commands about models.

Model and pipeline modules are imported inside the commands, so that ``--help`` answers at once.
"""

import os
import signal
import sys
import time
from collections import Counter
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from trans._version import __version__
from trans.cli_bench import bench
from trans.cli_check import check
from trans.cli_index import digest, index
from trans.cli_models import doctor, help_without_command, models_app
from trans.cli_names import names
from trans.cli_options import ConfigOption, FailOn, GlossaryOption, ProfileOption
from trans.errors import ExitCode, TransError

if TYPE_CHECKING:
    from trans.api import Translator
    from trans.outcome import Event, Report
    from trans.run import Run
    from trans.sources import Input

app = typer.Typer(
    name="trans",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Turn folders of Arabic news articles into bilingual briefs.",
)
app.add_typer(models_app, name="models")


class DeviceChoice(StrEnum):
    auto = "auto"
    cpu = "cpu"
    cuda = "cuda"


class EngineChoice(StrEnum):
    auto = "auto"
    ctranslate2 = "ctranslate2"
    transformers = "transformers"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trans {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version  # dealt with by its callback
    help_without_command(context)


@app.command()
def run(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT", help="Folders and files (.txt, .md) to read.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the briefs.")] = Path("outputs"),
    config: ConfigOption = None,
    profile: ProfileOption = None,
    device: Annotated[DeviceChoice, typer.Option("--device", help="Where the models run.")] = DeviceChoice.auto,
    engine: Annotated[EngineChoice, typer.Option("--engine", help="What runs them.")] = EngineChoice.auto,
    formats: Annotated[
        str,
        typer.Option("--format", metavar="LIST", help="Formats, with commas: html, md, docx, json (always written)."),
    ] = "md,json,html",
    glossary: GlossaryOption = None,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory", metavar="PATH|off", help="File of finished decodes [default: in the user's cache folder]."
        ),
    ] = None,
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
    from trans.config import choose_profile, find_config, load_config
    from trans.console import RunDisplay, error_console, show_error, show_log, show_report
    from trans.eventlog import EventLog
    from trans.heap import share
    from trans.run import Run
    from trans.sources import discover

    signal.signal(signal.SIGTERM, _interrupt)
    share()
    wanted = _formats(formats)
    console = error_console()
    show_log(console, quiet=quiet, verbose=verbose)
    started = time.monotonic()
    found = discover(inputs, out)
    if not quiet:
        for note in found.notes:
            console.print(note, style="dim", markup=False)
    articles = found.inputs[:limit]
    path = find_config(config)
    chosen = choose_profile(load_config(path), profile, path)
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
    if dry_run:
        _dry_run(Run(translator, out, wanted, force=force), articles, translator)
        return
    demo = translator.provenance.demo
    with EventLog(log_json) as log, RunDisplay(console, len(articles), quiet=quiet) as display:

        def on_event(event: "Event") -> None:
            display(event)
            log(event)

        log.write("start", trans=__version__, profile=chosen.name, articles=len(articles), out=str(out))
        whole = Run(translator, out, wanted, force=force, notes=found.notes, on_event=on_event)
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
        _exit_now(code)  # the batch in flight can't be recalled, and nothing waits for it any more
    translator.close()
    raise typer.Exit(int(code))


# After run, which stands first in the help.
app.command()(check)
app.command()(names)
app.command()(index)
app.command()(digest)
app.command()(doctor)
app.command()(bench)


def main() -> NoReturn:
    """The console script's entry: every expected problem ends in two lines and its exit code."""
    try:
        code = app(standalone_mode=False)
    except TransError as error:
        _complain(error.message, error.hint)
        sys.exit(int(error.exit_code))
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "trans"
        _complain(error.format_message(), f"See '{command} --help'.")
        sys.exit(int(ExitCode.USAGE))
    except (typer.Abort, KeyboardInterrupt):
        _complain("Interrupted", "Nothing is lost: run the same command again.")
        _exit_now(ExitCode.INTERRUPTED)
    except BrokenPipeError:  # whoever read our output went away, as 'head' does
        sys.stdout = None
        sys.exit(int(ExitCode.OK))
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, hint: str) -> None:
    from trans.console import error_console, show_error

    show_error(error_console(), TransError(message, hint))


def _formats(text: str) -> list[str]:
    from trans.render import FORMATS

    wanted = [name.strip() for name in text.split(",") if name.strip()]
    for name in wanted:
        if name not in FORMATS:
            raise TransError(f"There is no format '{name}'", f"Choose from: {', '.join(FORMATS)}.")
    return wanted


def _exit_code(report: "Report", fail_on: FailOn) -> ExitCode:
    if report.interrupted:
        return ExitCode.INTERRUPTED
    if report.failures:
        return ExitCode.SOME_FAILED
    return ExitCode.FLAGGED if any(report.flags[severity] for severity in fail_on.severities) else ExitCode.OK


def _dry_run(plan: "Run", articles: "tuple[Input, ...]", translator: "Translator") -> None:
    """Print what a run would do: articles by reason, and the sentences and tokens of those to translate."""
    from trans.workload import workload

    reasons: Counter[tuple[str, str]] = Counter()
    to_make = []
    for item, decision in plan.decisions(articles):
        reasons[decision.action, decision.reason] += 1
        if decision.action == "make":
            to_make.append(item)
    work = workload(to_make, translator)
    typer.echo(f"{len(articles)} articles, of which")
    names = {"make": "translate", "render": "check or render again", "skip": "skip", "fail": "fail"}
    for (action, reason), count in sorted(reasons.items()):
        typer.echo(f"  {count:>6}  {names[action]}: {reason}")
    for failure in work.failures:
        typer.echo(f"  can't be read: {failure.id}: {failure.reason}")
    typer.echo(f"{work.sentences} sentences ({work.unique} different), {work.tokens} tokens to translate")
    typer.echo("Nothing was written.")


def _interrupt(signum: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001  (signal's own signature)
    raise KeyboardInterrupt


def _exit_now(code: ExitCode) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(int(code))
