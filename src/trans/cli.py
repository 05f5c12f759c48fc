"""The command line: its commands together, and how every expected problem ends. The commands are in the ``cli_*`` modules.

Model and pipeline modules are imported inside the commands, so that ``--help`` answers at once.
"""

import re
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from trans._version import __version__
from trans.cli_bench import bench
from trans.cli_check import check
from trans.cli_desk import desk
from trans.cli_diff import diff
from trans.cli_eval import evaluate
from trans.cli_gc import gc
from trans.cli_index import digest, index
from trans.cli_models import doctor, help_without_command, models_app
from trans.cli_names import names
from trans.cli_run import exit_now, run
from trans.cli_search import search
from trans.cli_watch import watch
from trans.errors import ExitCode, TransError, shortage
from trans.interrupts import heed, settle
from trans.streams import let_go, open_closed, tolerate

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
app.command()(search)
app.command()(desk)
app.command()(diff)
app.command()(gc)
app.command()(doctor)
app.command()(bench)


def main() -> NoReturn:
    """The console script's entry: every expected problem ends in two lines and its exit code.

    It owns the process: its signals, its streams, what is shown of a bug.
    """
    sys.excepthook = _show_bug
    try:
        heed()
        open_closed()
        tolerate()
        _look_around()
        code = app(standalone_mode=False)
        if code == ExitCode.INTERRUPTED:  # Typer makes this of Ctrl-C, and says nothing
            raise KeyboardInterrupt
        settle()
    except TransError as error:
        _fail(error)
    except TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "trans"
        _fail(TransError(_plain(error.format_message()), f"See '{command} --help'."))
    except (typer.Abort, KeyboardInterrupt):
        settle()
        _complain(TransError("Interrupted", "Nothing is lost: run the same command again."))
        exit_now(ExitCode.INTERRUPTED)
    except SystemExit as ended:
        settle()
        # So Typer ends where whoever read our output went away, as 'head' does.
        if not isinstance(ended.__context__, BrokenPipeError):
            raise
        let_go(sys.stdout)
        sys.exit(int(ExitCode.OK))
    except Exception as error:
        lacking = shortage(error)
        if lacking is None:
            raise
        let_go(sys.stdout)  # it may be what has no room
        _fail(lacking)
    sys.exit(code if isinstance(code, int) else 0)


def _plain(message: str) -> str:
    """Return a message of Typer's without the words of the library that reads values for it."""
    said = message.replace(": Value error, ", ": ", 1)
    return re.sub(r": Input should be (an? valid \w+), unable to parse \w+ as an? \w+$", r": it should be \1", said)


def _show_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:  # noqa: ARG001
    """Show a traceback as Python does, without the secrets that a library's message may have in it."""
    from trans.plainly import redacted

    sys.stderr.write(redacted("".join(traceback.format_exception(error))))


def _look_around() -> None:
    """Raise ``TransError`` where no path could be told from the current folder."""
    try:
        Path.cwd()
    except OSError as error:
        raise TransError("The current folder is gone, or can't be reached", "Go to another one with 'cd'.") from error


def _fail(error: TransError) -> NoReturn:
    settle()
    _complain(error)
    sys.exit(int(error.exit_code))


def _complain(error: TransError) -> None:
    try:
        from trans.console import error_console, show_error

        show_error(error_console(), error)
    except (ImportError, MemoryError, OSError):  # without the memory for a console
        typer.echo(f"trans: {error.message}\n       {error.hint}", err=True)
