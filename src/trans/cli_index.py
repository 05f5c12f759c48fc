"""``trans index`` and ``trans digest``: the pages of a whole output folder. Part of the command line.

Heavy modules are imported inside the commands, so that ``--help`` answers at once.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import Only, WatchlistOption
from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

if TYPE_CHECKING:
    from trans.index import Index
    from trans.watchlist import Watchlist

OutArgument = Annotated[
    Location,
    typer.Argument(
        metavar="OUT", help="Folder of briefs; also one in a store: s3://BUCKET/FOLDER.", parser=parse_location
    ),
]


class DigestOrder(StrEnum):
    worst = "worst"
    newest = "newest"


def index(out: OutArgument, watchlist: WatchlistOption = None) -> None:
    """Make OUT/index.html anew from the JSON briefs: all briefs on one page, worst first, to sort and filter.

    Of more than 2,000 briefs that page has the worst; all are on the pages by day that it links to, in OUT/index.
    Of an article in several versions it has the newest. A brief names the others that tell the same story.
    What the shards of a run wrote down of their work, each on its own, is put together.
    Exit codes: 0 all briefs were read; 1 some could not be; 2 there are none. No model is loaded.
    """
    from trans.index_file import Indexer, without_collecting
    from trans.index_pages import INDEX
    from trans.manifest import Manifest
    from trans.pages import alone
    from trans.reviser import settle

    _refuse_nothing(out)
    watched = _watchlist(watchlist)
    with without_collecting(), alone(out):
        manifest = Manifest(out)
        manifest.merge()
        settle(out, manifest)
        indexer = Indexer(out, manifest=manifest, watchlist=watched)
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
    only: Annotated[Only | None, typer.Option("--only", help="Nothing but briefs that an editor has reviewed.")] = None,
    watchlist: WatchlistOption = None,
) -> None:
    """Make OUT/digest.html and OUT/digest.md: headlines, summaries and what to check, for a meeting.

    An article counts from when it was published; one that doesn't say, from when it was received, or else its brief made.
    Each says which. One that tells a day without an hour counts for the whole day.
    What its publisher took back is left out, and of the same story filed twice one is named under the other.
    Exit codes: 0 all briefs were read; 1 some could not be; 2 there are none, or wrong usage. No model is loaded.
    """
    from trans.digest import digest as select
    from trans.digest import parse_since
    from trans.index_file import Indexer, without_collecting
    from trans.manifest import Manifest
    from trans.pages import write_page
    from trans.render.digest_page import render_html, render_markdown
    from trans.reviser import settle

    now = _now()
    start = parse_since(since, now) if since is not None else None
    _refuse_nothing(out)
    watched = _watchlist(watchlist)
    with without_collecting():
        manifest = Manifest(out)
        settle(out, manifest)
        indexer = Indexer(out, manifest=manifest, watchlist=watched)
        found = indexer.read(now)
    _refuse_empty(out, found)
    indexer.keep()
    chosen = select(found, start, order.value, reviewed=only is Only.reviewed)
    for name, content in (("digest.html", render_html(chosen)), ("digest.md", render_markdown(chosen))):
        write_page(out / name, content)
    typer.echo(f"{_briefs(len(chosen.briefs))} of {len(found.briefs)} in {out / 'digest.html'} and {out / 'digest.md'}")
    _end(found)


def _now() -> datetime:
    return datetime.now().astimezone()


def _watchlist(given: Path | None) -> "Watchlist | None":
    from trans.watchlist import find_watchlist, load

    path = find_watchlist(given)
    return load(path) if path else None


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
