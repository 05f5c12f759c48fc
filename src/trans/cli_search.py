"""``trans search``: the sentences of an output folder that hold some words. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

# Reading so many briefs takes a second: below that nobody asks what it is at.
_WORTH_TELLING = 200


class OnlyFound(StrEnum):
    reviewed = "reviewed"


def search(
    out: Annotated[Location, typer.Argument(metavar="OUT", help="Folder of briefs.", parser=parse_location)],
    query: Annotated[
        list[str], typer.Argument(metavar="WORDS...", help="Arabic or English; '\"two words\"' that stand together.")
    ],
    english: Annotated[bool, typer.Option("--en", help="Look in the English alone.")] = False,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="WHEN", help="Only articles of that time on: a date, a time, or 24h, 2d, 1w ago."
        ),
    ] = None,
    only: Annotated[OnlyFound | None, typer.Option("--only", help="Only briefs that an editor has reviewed.")] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="Briefs to show.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Find sentences in the Arabic and the English of all briefs, and show them as pairs, the newest brief first.

    All words must be in one brief; its sentences with most of them are shown. Arabic is found in any spelling, with what is
    written onto its front (و ف ب ك ل س ال). The index, OUT/.trans/search.sqlite, follows the briefs and may be deleted.
    Exit codes: 0 all briefs were read, whether or not any was found; 1 some could not be; 2 there are none, or wrong usage.
    """
    if is_remote(out):
        raise TransError(
            f"{out} is in a store; search works on a folder of this machine", "Copy the briefs here first."
        )
    if not out.is_dir():
        raise TransError(f"There is no folder {out}", "Give the folder that 'trans run --out' wrote.")

    from trans.search import parse
    from trans.search_file import SearchIndex
    from trans.search_text import as_json as json_of
    from trans.search_text import lines, notes

    say = partial(typer.echo, err=True)
    words = " ".join(query)
    parse(words)  # before thousands of briefs are read for nothing
    start = _since(since) if since is not None else None
    index = SearchIndex(
        out, on_reading=lambda count: say(f"Reading {count:,} briefs") if count > _WORTH_TELLING else None
    )
    index.update()
    if not index.count and not index.unreadable:
        raise TransError(f"There are no briefs in {out}", "Give the folder that 'trans run --out' wrote.")
    hits = index.search(words, english=english, since=start, limit=limit, reviewed=only is not None)
    index.close()
    if index.note:
        say(one_line(f"No index was kept: {index.note}"))
    if as_json:
        typer.echo(json_of(hits))
    else:
        for line in lines(hits, str(out), partial(typer.style, bold=True)):
            typer.echo(line)
    for note in notes(hits, narrowed=start is not None or only is not None or english):
        say(note)
    for problem in index.unreadable:
        say(one_line(f"Left out: {problem.file}: {problem.reason}"))
    raise typer.Exit(int(ExitCode.SOME_FAILED if index.unreadable else ExitCode.OK))


def _since(text: str) -> datetime:
    from trans.digest import parse_since

    return parse_since(text, datetime.now().astimezone())
