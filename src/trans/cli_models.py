"""The commands about models and this machine: ``trans models`` and ``trans doctor``. Part of the command line; they only look.

Model modules are imported inside the commands, so that ``--help`` answers at once.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import ConfigOption, ProfileOption
from trans.errors import ExitCode, TransError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from trans.doctor import ProfileState

models_app = typer.Typer(rich_markup_mode=None, help="The models and where they are.")


@models_app.callback(invoke_without_command=True)
def models_root(context: typer.Context) -> None:
    help_without_command(context)


@models_app.command("list")
def models_list(config: ConfigOption = None) -> None:
    """Show each profile's models, their licences, and whether they are on this machine."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from trans.config import find_config, load_config
    from trans.doctor import profile_states

    path = find_config(config)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("profile", "task", "model", "licence", "state"):
        table.add_column(column, overflow="fold")
    loaded = load_config(path)
    states = list(profile_states(loaded, path))
    for state in states:
        mark = " (default)" if state.profile == loaded.default_profile else ""
        for model in state.models:
            table.add_row(*map(escape, (state.profile + mark, model.task, model.model, model.licence, model.state)))
    console = Console(highlight=False)
    console.print(table)
    _print_problems(console, states)


@models_app.command("path")
def models_path(config: ConfigOption = None, profile: ProfileOption = None) -> None:
    """Print the folders of a profile's models, one a line; fetches nothing."""
    from trans.config import choose_profile, find_config, load_config
    from trans.models import locate

    path = find_config(config)
    chosen = choose_profile(load_config(path), profile, path)
    for settings in (chosen.settings.translation, chosen.settings.summarization):
        if settings.model:
            typer.echo(locate(settings.model, settings.revision, chosen.base, download=False))


def doctor(
    config: ConfigOption = None,
    live: Annotated[
        Path | None, typer.Option("--live", metavar="OUT", help="Say how the 'trans watch' that writes OUT is instead.")
    ] = None,
    max_age_s: Annotated[
        float,
        typer.Option(
            "--max-age-s", min=1, metavar="N", help="With --live: no sign of life, or no progress, for so long."
        ),
    ] = 120,
) -> None:
    """Say what this machine has, which profiles can run now, and how to mend what can't.

    With --live: exit code 0 it is well; 1 it has ended, is gone or stuck; 2 there is no status file.
    """
    if live is not None:
        _doctor_live(live, max_age_s)
        return
    from rich.console import Console

    from trans.doctor import examine

    console = Console(highlight=False, soft_wrap=True)
    report = examine(config)
    for name, value in report.facts:
        console.print(f"{name:<16} {value}", markup=False)
    console.print()
    for state in report.profiles:
        console.print(f"{'can run' if state.ready else 'can NOT run':<16} --profile {state.profile}", markup=False)
    _print_problems(console, report.profiles)
    if not any(state.ready for state in report.profiles):
        raise typer.Exit(int(ExitCode.MODEL))


def _doctor_live(out: Path, max_age_s: float) -> None:
    """Say in one line that the service is well, or in two what is wrong and what to do."""
    from trans.watch_status import read_status, stuck

    status = read_status(out)
    problem = stuck(status, datetime.now(UTC), max_age_s)
    if problem:
        raise TransError(*problem, ExitCode.SOME_FAILED)
    typer.echo(
        f"{status.folder}: {status.state}, {status.written} written, {status.failures} failed, {status.queue} to read"
    )


def help_without_command(context: typer.Context) -> None:
    """Show the help where no command was given; that is wrong usage."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(int(ExitCode.USAGE))


def _print_problems(console: "Console", states: "Iterable[ProfileState]") -> None:
    """Each problem once, then what to do about it: profiles share models."""
    by_hint: dict[str, dict[str, None]] = {}
    for state in states:
        for model in state.models:
            if model.problem:
                by_hint.setdefault(model.hint, {})[model.problem] = None
    for hint, problems in by_hint.items():
        console.print()
        for problem in problems:
            console.print(problem, markup=False)
        console.print(f"  {hint}", markup=False)
