"""``trans check``: the checks over any translator's output, line by line. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from trans.bitext import counted, read_lines, refuse_unequal
from trans.cli_options import ConfigOption, FailOn, GlossaryOption, ProfileOption
from trans.errors import ExitCode
from trans.locations import Location, parse_location
from trans.plainly import one_line

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
    sources, targets = read_lines(source), read_lines(target)
    refuse_unequal((source, sources), (target, targets))
    total = Counter[str]()
    flagged = 0
    for number, (arabic, english) in enumerate(zip(sources, targets, strict=True), start=1):
        flags = check_pair(arabic, english, rules)
        if flags:
            flagged += 1
            total.update(count_by_severity(tuple(flags)))
            for line in [_json(number, flags)] if as_json else _text(number, flags):
                typer.echo(line)
    counts = f"{counted(total['error'], 'error')}, {counted(total['warning'], 'warning')}, {total['info']} info"
    typer.echo(f"{counted(len(sources), 'line')}, {flagged} flagged: {counts}", err=True)
    wanted = fail_on.severities
    raise typer.Exit(int(ExitCode.FLAGGED if any(total[severity] for severity in wanted) else ExitCode.OK))


def _json(number: int, flags: "list[Flag]") -> str:
    keys = ("check", "severity", "message", "source", "target")
    return json.dumps(
        {"line": number, "flags": [{key: getattr(flag, key) for key in keys} for flag in flags]}, ensure_ascii=False
    )


def _text(number: int, flags: "list[Flag]") -> Iterator[str]:
    for flag in flags:
        yield one_line(f"line {number}: {flag.severity}: {flag.message} [{flag.check}]")
