"""``trans check``: the checks over any translator's output, line by line. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import ConfigOption, FailOn, GlossaryOption, ProfileOption
from trans.errors import ExitCode, TransError
from trans.locations import Location, parse_location, remote_errors, what_and_hint

if TYPE_CHECKING:
    from trans.brief import Flag


def check(
    source: Annotated[
        Location, typer.Option("--source", metavar="FILE", help="Arabic, a sentence a line.", parser=parse_location)
    ],
    target: Annotated[
        Location, typer.Option("--target", metavar="FILE", help="Its English, line by line.", parser=parse_location)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a flagged line.")] = False,
    glossary: GlossaryOption = None,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 4 when a line has a flag of this severity or worse.")
    ] = FailOn.error,
) -> None:
    """Check a translation of any origin: numbers, lost text, loops, names and more, line by line.

    Exit codes: 0 nothing at or above --fail-on; 2 wrong usage; 4 something is. No model is loaded.
    """
    from trans.checks import check_pair, count_by_severity
    from trans.config import choose_profile, find_config, load_config
    from trans.rules import load_rules

    path = find_config(config)
    rules = load_rules(choose_profile(load_config(path), profile, path), glossary)
    sources, targets = _lines(source), _lines(target)
    if len(sources) != len(targets):
        raise TransError(
            f"{source} has {_count(len(sources), 'line')} and {target} has {len(targets)}",
            "Give two files in which each line is the translation of the other's.",
        )
    total = Counter[str]()
    flagged = 0
    for number, (arabic, english) in enumerate(zip(sources, targets, strict=True), start=1):
        flags = check_pair(arabic, english, rules)
        if flags:
            flagged += 1
            total.update(count_by_severity(tuple(flags)))
            for line in [_json(number, flags)] if as_json else _text(number, flags):
                typer.echo(line)
    counts = f"{_count(total['error'], 'error')}, {_count(total['warning'], 'warning')}, {total['info']} info"
    typer.echo(f"{_count(len(sources), 'line')}, {flagged} flagged: {counts}", err=True)
    wanted = fail_on.severities
    raise typer.Exit(int(ExitCode.FLAGGED if any(total[severity] for severity in wanted) else ExitCode.OK))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _lines(path: Location) -> list[str]:
    """The lines of a file: only a line feed ends one, so that both files count alike."""
    try:
        with remote_errors():
            content = path.read_bytes()
    except OSError as error:
        what, hint = what_and_hint(error, "Give a text file, a sentence a line.")
        raise TransError(f"{path} can't be read: {what}", hint) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TransError(f"{path} is not UTF-8 (line {line})", "Save it as UTF-8.") from error
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _json(number: int, flags: "list[Flag]") -> str:
    keys = ("check", "severity", "message", "source", "target")
    return json.dumps(
        {"line": number, "flags": [{key: getattr(flag, key) for key in keys} for flag in flags]}, ensure_ascii=False
    )


def _text(number: int, flags: "list[Flag]") -> Iterator[str]:
    for flag in flags:
        yield f"line {number}: {flag.severity}: {flag.message} [{flag.check}]"
