"""``trans gc``: what nobody needs any more goes. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import ConfigOption, MemoryOption
from trans.durations import duration
from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trans.gc import Litter, Sweep

# Where `trans run` writes unless it is told otherwise.
_OUT = Path("outputs")


def gc(
    out: Annotated[
        Location | None,
        typer.Argument(
            metavar="[OUT]",
            parser=parse_location,
            help="Folder of briefs [default: outputs, if it is there].",
            show_default=False,
        ),
    ] = None,
    older_than: Annotated[
        str,
        typer.Option(
            "--older-than", metavar="SPAN", help="Not used for so long, as 12h, 90d, 2w: decodes, conversions."
        ),
    ] = "90d",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go and how large it is; delete nothing.")
    ] = False,
    config: ConfigOption = None,
    memory: MemoryOption = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only the sum, and what went wrong.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Tell it as one JSON object.")] = False,
) -> None:
    """Remove briefs of deleted sources, decodes and converted models that nobody used for long, and what killed runs left.

    A brief goes with all its formats once its source is surely deleted; one that somebody edited stays, and so do those of files
    that 'trans watch' has moved, and of folders that are away, empty, or may be others, as where a drive is not mounted. What is
    kept in doubt is told. The index page follows.
    Conversions go that are of no configured or locked model, or of other versions. Then the memory's file shrinks.

    Safe while runs are at work. Exit codes: 0 done; 1 something could not be removed; 2 wrong usage or settings.
    """
    from trans.room import size

    span = duration(older_than)
    if span is None:
        raise TransError(f"--older-than {older_than!r} is no span of time", "Give hours, days or weeks: 12h, 90d, 2w.")
    cut_s = time.time() - span.total_seconds()
    where = _checked(out)
    told, total = [], 0
    problems: list[str] = []
    notes: list[str] = []
    for sweep in _sweeps(where, cut_s, config, memory):
        for litter in list(sweep.find()):
            gone, problem = (litter.bytes, "") if dry_run else _remove(sweep, litter)
            problems += [problem] if problem else []
            if gone is None:
                continue
            total += gone
            told.append({"what": litter.what, "name": litter.name, "bytes": gone})
            if not quiet and not as_json:
                typer.echo(one_line(f"{size(gone):>9}  {litter.what}: {litter.name}"))
        if not dry_run:
            problems += _finish(sweep)
        notes += sweep.notes
    if as_json:
        report = {"dry_run": dry_run, "bytes": total, "removed": told, "kept": notes, "problems": problems}
        typer.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        if not quiet:
            for note in notes:
                typer.echo(one_line(note))
        end = f"would go: {size(total)}. Nothing was deleted." if dry_run else f"went: {size(total)}."
        typer.echo(f"{len(told)} thing{'' if len(told) == 1 else 's'} {end}")
    for problem in problems:
        typer.echo(one_line(problem), err=True)
    raise typer.Exit(int(ExitCode.SOME_FAILED if problems else ExitCode.OK))


def _checked(out: Location | None) -> Path | None:
    """Return the output folder to look at; None where none is given and the usual one is not there. Raises ``TransError``."""
    from trans.store import STATE_FOLDER

    if out is None:
        return _OUT if (_OUT / STATE_FOLDER).is_dir() else None
    if is_remote(out):
        raise TransError(
            f"{out} is in a store, and gc works on this machine's folders", "Delete briefs there with its own tools."
        )
    if not (out / STATE_FOLDER).is_dir():
        raise TransError(f"There are no briefs in {out}", "Give the folder that 'trans run --out' wrote.")
    return out


def _sweeps(out: Path | None, cut_s: float, config: Path | None, memory: str | None) -> "Iterator[Sweep]":
    """Yield them one after another: each looks when it is its turn. Raises ``TransError`` for settings that can't be read."""
    from trans.config import find_config, load_config
    from trans.gc import CacheLeftovers, DeletedBriefs, OutputLeftovers, StaleConversions, UnusedDecodes, fingerprints
    from trans.memory import default_path
    from trans.models.cache import cache_folder
    from trans.models.copies import copies_folder

    path = find_config(config)
    settings = load_config(path)
    decodes = None if memory == "off" else Path(memory) if memory else default_path()
    if out:
        yield DeletedBriefs(out)
        yield OutputLeftovers(out)
    if decodes:
        yield UnusedDecodes(decodes, cut_s)
    yield StaleConversions(copies_folder(), cut_s, lambda: fingerprints(settings, path))
    yield CacheLeftovers(cache_folder(), decodes, cut_s)


def _remove(sweep: "Sweep", litter: "Litter") -> tuple[int | None, str]:
    """Return how many bytes went, None where it could not be removed or is kept after all, and what is to be told of that."""
    from trans.gc import KeptError, SweepError

    try:
        return sweep.remove(litter), ""
    except KeptError as error:
        sweep.notes.append(f"{litter.name} {error}")
        return None, ""
    except SweepError as error:
        return None, f"{litter.name}: {error}"


def _finish(sweep: "Sweep") -> list[str]:
    from trans.gc import SweepError

    try:
        sweep.finish()
    except SweepError as error:
        return [str(error)]
    except TransError as error:
        return [f"{error.message}. {error.hint}"]
    return []
