"""The command line: its commands together, and how every expected problem ends. The commands are in the ``cli_*`` modules.

Model and pipeline modules are imported inside the commands, so that ``--help`` answers at once.
"""

import sys
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from trans._version import __version__
from trans.cli_bench import bench
from trans.cli_check import check
from trans.cli_eval import evaluate
from trans.cli_index import digest, index
from trans.cli_models import doctor, help_without_command, models_app
from trans.cli_names import names
from trans.cli_run import exit_now, run
from trans.cli_watch import watch
from trans.errors import ExitCode, TransError

app = typer.Typer(
    name="trans",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Turn folders of Arabic news articles into bilingual briefs.",
)
app.add_typer(models_app, name="models")


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


# The order is that of the help.
app.command()(run)
app.command()(watch)
app.command()(check)
app.command("eval")(evaluate)
app.command()(names)
app.command()(index)
app.command()(digest)
app.command()(doctor)
app.command()(bench)


def main() -> NoReturn:
    """The console script's entry: every expected problem ends in two lines and its exit code."""
    try:
        code = app(standalone_mode=False)
        if code == ExitCode.INTERRUPTED:  # Typer makes this of Ctrl-C, and says nothing
            raise KeyboardInterrupt
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
        exit_now(ExitCode.INTERRUPTED)
    except BrokenPipeError:  # whoever read our output went away, as 'head' does
        sys.stdout = None
        sys.exit(int(ExitCode.OK))
    sys.exit(code if isinstance(code, int) else 0)


def _complain(message: str, hint: str) -> None:
    from trans.console import error_console, show_error

    show_error(error_console(), TransError(message, hint))
