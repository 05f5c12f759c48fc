"""The commands about models and this machine: ``trans models`` and ``trans doctor``. Part of the command line.

Those here only look; what brings models here is in ``cli_pull``, what carries them elsewhere in ``cli_bundle``.

Model modules are imported inside the commands, so that ``--help`` answers at once.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_bundle import models_pack, models_unpack
from trans.cli_options import ConfigOption, ProfileOption
from trans.cli_pull import models_pull, models_verify
from trans.errors import ExitCode, TransError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from trans.doctor import ProfileState

# Wider than any row.
_WIDTH = 400

models_app = typer.Typer(rich_markup_mode=None, help="The models and where they are.")


@models_app.callback(invoke_without_command=True)
def models_root(context: typer.Context) -> None:
    help_without_command(context)


@models_app.command("list")
def models_list(config: ConfigOption = None) -> None:
    """Show each profile's models, their licences, and whether they are on this machine.

    commercial: whether the licence allows commercial use. state: not here, ready, locked (its files are those of models.lock),
    not locked (there is a models.lock, and the model is not in it), differs from the lock, or broken.
    """
    from rich.markup import escape
    from rich.table import Table

    from trans.config import find_config, load_config
    from trans.console import PlainConsole
    from trans.doctor import profile_states

    path = find_config(config)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("profile", "task", "model", "licence", "commercial", "size", "state"):
        table.add_column(column, overflow="fold", justify="right" if column == "size" else "left")
    loaded = load_config(path)
    states = list(profile_states(loaded, path))
    for state in states:
        mark = " (default)" if state.profile == loaded.default_profile else ""
        for model in state.models:
            cells = (
                state.profile + mark,
                model.task,
                model.model,
                model.licence,
                model.commercial,
                model.size,
                model.state,
            )
            table.add_row(*map(escape, cells))
    # For a program a row is a line, whatever its length.
    console = PlainConsole(width=None if sys.stdout.isatty() else _WIDTH)
    console.print(table)
    _print_problems(console, states)


@models_app.command("path")
def models_path(config: ConfigOption = None, profile: ProfileOption = None) -> None:
    """Print the folders of a profile's models, one a line; fetches nothing."""
    from trans.config import choose_profile, find_config, load_config
    from trans.models import locate
    from trans.models.lock import read_lock, wanted_revision

    path = find_config(config)
    chosen = choose_profile(load_config(path), profile, path)
    locks = read_lock(chosen.lock)
    for settings in chosen.settings.models:
        revision = wanted_revision(locks, settings.model, settings.revision)
        typer.echo(locate(settings.model, revision, chosen.base, download=False))


# The order is that of the help.
models_app.command("pull")(models_pull)
models_app.command("verify")(models_verify)
models_app.command("pack")(models_pack)
models_app.command("unpack")(models_unpack)


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
    from trans.console import PlainConsole
    from trans.doctor import examine

    console = PlainConsole(soft_wrap=True)
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
    because = f": {status.problem}" if status.problem else ""
    counts = f"{status.written} written, {status.failures} failed, {status.queue} to read"
    typer.echo(f"{status.folder}: {status.state}, {counts}{because}")


def help_without_command(context: typer.Context) -> None:
    """Show the help where no command was given; that is wrong usage."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise typer.Exit(int(ExitCode.USAGE))


def _print_problems(console: "Console", states: "Iterable[ProfileState]") -> None:
    """Each problem once, then what to do about it: profiles share models."""
    by_hint: dict[str, dict[str, None]] = {}
    for state in states:
        for problem, hint in state.problems:
            by_hint.setdefault(hint, {})[problem] = None
    for hint, problems in by_hint.items():
        console.print()
        for problem in problems:
            console.print(problem, markup=False)
        console.print(f"  {hint}", markup=False)
