"""What ``trans run`` does before its work, or instead of it: takes in corrections, says what would be done."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from trans.errors import TransError
from trans.locations import Location, is_remote
from trans.plainly import one_line

if TYPE_CHECKING:
    from trans.api import Translator
    from trans.article import Failure
    from trans.pipeline import Plan
    from trans.run import Run
    from trans.sources import Input


# Articles that a message names; their file has them all.
_NAMED = 3


def import_corrections(file: Path, out: Location, *, piped: bool, dry_run: bool, quiet: bool) -> None:
    """Write what editors did elsewhere down in the output folder, but for what is there already. Raises ``TransError``."""
    if piped or is_remote(out):
        raise TransError("--corrections needs an output folder on this machine", "Give one with --out.")
    from trans.corrections import load
    from trans.manifest import Manifest
    from trans.review_log import ReviewLog
    from trans.store import Store

    events = load(file)
    if not dry_run:
        Store(out).prepare()
    log = ReviewLog(out)
    if dry_run:
        log.refresh()
        known = {event.id for item in log.items() for event in log.of(item)}
        new = sum(event.id not in known for event in events)
    else:
        new = log.append_all(events)
    folder = Manifest(out)
    unknown = sorted({event.item for event in events if not folder.get(event.item) and not folder.of_item(event.item)})
    if unknown:
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        typer.echo(one_line(f"No brief here is of {', '.join(unknown[:_NAMED])}{more} yet"), err=True)
    if not quiet:
        typer.echo(f"{new} of {len(events)} corrections in {file} are new", err=True)


def show_dry_run(plan: "Run", articles: "tuple[Input, ...]", translator: "Translator") -> None:
    """Print what a run would do: articles by reason, and the sentences and tokens of those to translate."""
    from trans.workload import workload

    reasons: Counter[tuple[str, str]] = Counter()

    def to_make() -> "Iterator[Plan | Failure]":
        for _, decision, planned in plan.decisions(articles):
            reasons[decision.action, decision.reason] += 1
            if decision.action == "make":
                yield from planned()

    work = workload(to_make(), translator)
    typer.echo(f"{reasons.total()} articles, of which")
    names = {"make": "translate", "render": "check or render again", "skip": "skip", "fail": "fail"}
    for (action, reason), count in sorted(reasons.items()):
        typer.echo(f"  {count:>6}  {names[action]}: {reason}")
    for failure in work.failures:
        typer.echo(one_line(f"  can't be read: {failure.id}: {failure.reason}"))
    typer.echo(f"{work.sentences} sentences ({work.unique} different), {work.tokens} tokens to translate")
    typer.echo("Nothing was written.")
