"""``trans index`` and ``trans digest``: the pages of a whole output folder. Part of the command line.

Heavy modules are imported inside the commands, so that ``--help`` answers at once.
"""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

if TYPE_CHECKING:
    from trans.index import Index

OutArgument = Annotated[
    Location,
    typer.Argument(
        metavar="OUT", help="Folder of briefs; also one in a store: s3://BUCKET/FOLDER.", parser=parse_location
    ),
]


class DigestOrder(StrEnum):
    worst = "worst"
    newest = "newest"


def index(out: OutArgument) -> None:
    """Make OUT/index.html anew from the JSON briefs: all briefs on one page, worst first, to sort and filter.

    Of more than 2,000 briefs that page has the worst; all are on the pages by day that it links to, in OUT/index.
    What the shards of a run wrote down of their work, each on its own, is put together.
    Exit codes: 0 all briefs were read; 1 some could not be; 2 there are none. No model is loaded.
    """
    from trans.index_file import Indexer, without_collecting
    from trans.index_pages import INDEX
    from trans.manifest import Manifest
    from trans.pages import alone

    _refuse_nothing(out)
    with without_collecting(), alone(out):
        manifest = Manifest(out)
        manifest.merge()
        indexer = Indexer(out, manifest=manifest)
        found = indexer.read(_now())
        _refuse_empty(out, found)
        indexer.write(found)
        indexer.keep()
    typer.echo(f"{_briefs(len(found.briefs))} in {out / INDEX}")
    _end(found)


def digest(
    out: OutArgument,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="WHEN", help="Only articles of that time on: a date, a time, or 24h, 2d, 1w ago."
        ),
    ] = None,
    order: Annotated[DigestOrder, typer.Option("--order", help="What stands first.")] = DigestOrder.worst,
) -> None:
    """Make OUT/digest.html and OUT/digest.md: headlines, summaries and what to check, for a meeting.

    An article counts from when it was published; one that doesn't say, from when it was received, or else its brief made.
    Each says which. One that tells a day without an hour counts for the whole day.
    Exit codes: 0 all briefs were read; 1 some could not be; 2 there are none, or wrong usage. No model is loaded.
    """
    from trans.digest import digest as select
    from trans.digest import parse_since
    from trans.index_file import Indexer, without_collecting
    from trans.pages import write_page
    from trans.render.digest_page import render_html, render_markdown

    now = _now()
    start = parse_since(since, now) if since is not None else None
    _refuse_nothing(out)
    with without_collecting():
        indexer = Indexer(out)
        found = indexer.read(now)
    _refuse_empty(out, found)
    indexer.keep()
    chosen = select(found, start, order.value)
    for name, content in (("digest.html", render_html(chosen)), ("digest.md", render_markdown(chosen))):
        write_page(out / name, content)
    typer.echo(f"{_briefs(len(chosen.briefs))} of {len(found.briefs)} in {out / 'digest.html'} and {out / 'digest.md'}")
    _end(found)


def _now() -> datetime:
    return datetime.now().astimezone()


def _refuse_nothing(out: Location) -> None:
    """A store has no folders: there an empty one says the same."""
    if not is_remote(out) and not out.is_dir():
        raise TransError(f"There is no folder {out}", "Give the folder that 'trans run --out' wrote.")


def _refuse_empty(out: Location, found: "Index") -> None:
    if not found.briefs and not found.unreadable and not found.failed:
        raise TransError(f"There are no briefs in {out}", "Give the folder that 'trans run --out' wrote.")


def _briefs(count: int) -> str:
    return f"{count} brief{'' if count == 1 else 's'}"


def _end(found: "Index") -> None:
    for problem in found.unreadable:
        typer.echo(one_line(f"Left out: {problem.name}: {problem.reason}"), err=True)
    raise typer.Exit(int(ExitCode.SOME_FAILED if found.unreadable else ExitCode.OK))
