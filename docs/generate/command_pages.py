"""The page of every command, as the program itself tells: what ``trans COMMAND --help`` prints."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from trans.cli import app
from trans.errors import ExitCode

_MEANINGS = {
    ExitCode.OK: "every brief is written, or there was nothing to do",
    ExitCode.SOME_FAILED: "some inputs failed; the rest is written and the failures are listed",
    ExitCode.USAGE: "wrong usage or wrong settings; nothing was done",
    ExitCode.MODEL: "a model is missing or broken",
    ExitCode.FLAGGED: "all is written, but there are flags at or above `--fail-on`; codes 1 to 3 win over it",
    ExitCode.INTERRUPTED: "interrupted (SIGINT, SIGTERM); what was finished is on disk",
}

# What a reader's terminal most likely has; the program's own help is this wide, too.
_COLUMNS = 80


def helps() -> Iterator[tuple[str, str]]:
    """Yield each command and its help text, groups before what is in them."""
    command: Any = get_command(app)
    yield from _helps(command, command.make_context("trans", [], resilient_parsing=True, terminal_width=_COLUMNS))


def _helps(command: Any, context: Any) -> Iterator[tuple[str, str]]:
    yield context.command_path, command.get_help(context)
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from _helps(
                inner,
                inner.make_context(name, [], parent=context, resilient_parsing=True, terminal_width=_COLUMNS),
            )


def page() -> str:
    """Return the page in Markdown."""
    lines = [
        "# Commands",
        "",
        "Each command's own help, as `trans COMMAND --help` prints it. What goes wrong is said in two lines, what it is and"
        " what to do, and the exit code says it to programs:",
        "",
        "| exit code | |",
        "|---|---|",
        *(f"| {int(code)} | {_MEANINGS[code]} |" for code in ExitCode),
        "",
        "`trans watch`, `trans doctor --live` and the commands without inputs say in their help which of these they use.",
    ]
    for name, text in helps():
        lines += ["", f"## {name}", "", "```text", text.strip(), "```"]
    return "\n".join(lines) + "\n"
