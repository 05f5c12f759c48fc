"""``trans names``: the names that a run writes in several ways, as a glossary to settle them. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

if TYPE_CHECKING:
    from trans.brief import Brief
    from trans.names import Inconsistent, Name


def names(
    out: Annotated[Location, typer.Argument(metavar="OUT", help="Folder of briefs.", parser=parse_location)],
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write there [default: standard output].")
    ] = None,
) -> None:
    """List names that the briefs write in several ways, commonest first: a CSV to mend and give as --glossary.

    Exit codes: 0 all briefs were read; 1 some could not be; 2 there are none. No model is loaded.
    """
    from trans.names import inconsistent
    from trans.store import cannot_write, write_atomically

    broken: list[str] = []
    found = inconsistent(_tables(out, broken))
    text = _csv(found)
    if output is None:
        typer.echo(text, nl=False)
    else:
        try:
            write_atomically(output, text.encode("utf-8-sig"))  # without the mark Excel takes Arabic for another code
        except OSError as error:
            raise cannot_write(output, error) from error
    typer.echo(f"{len(found)} {'name is' if len(found) == 1 else 'names are'} written in several ways", err=True)
    for problem in broken:
        typer.echo(f"Left out: {one_line(problem)}", err=True)
    raise typer.Exit(int(ExitCode.SOME_FAILED if broken else ExitCode.OK))


def _tables(out: Location, broken: list[str]) -> "Iterator[tuple[Name, ...]]":
    """Yield each brief's names, one article once; what can't be read is added to ``broken``."""
    from trans.names import table

    seen: set[str] = set()
    for brief in _briefs(out, broken):
        if brief.article.id not in seen:  # 'NAME.new.json' beside an edited 'NAME.json'
            seen.add(brief.article.id)
            yield table(brief)
    if not seen and not broken:
        raise TransError(f"There are no briefs in {out}", "Give the folder that 'trans run --out' wrote.")


def _briefs(out: Location, broken: list[str]) -> "Iterator[Brief]":
    from trans.index_listing import contents, listing
    from trans.render.json import read
    from trans.store import STATE_FOLDER

    if is_remote(out):
        names = [name for name in listing(out) if name.endswith(".json")]
    elif out.is_dir():
        names = [path.relative_to(out).as_posix() for path in sorted(out.rglob("*.json"))]
        names = [name for name in names if STATE_FOLDER not in name.split("/")]
    else:
        raise TransError(f"There is no folder {out}", "Give the folder that 'trans run --out' wrote.")
    for name, content in contents(out, names):
        try:
            if isinstance(content, OSError):
                raise content
            yield read(content)
        except (OSError, ValueError) as error:
            broken.append(f"{name}: {error}")


def _csv(found: "list[Inconsistent]") -> str:
    from trans.glossary_file import COLUMNS

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for name in found:
        (english, count), *others = name.renderings
        also = ", ".join(f"{text} ({times})" for text, times in others)
        note = f"{english} ({count}), also written {also}; in {name.briefs} brief{'s' if name.briefs != 1 else ''}"
        writer.writerow(map(_cell, (name.arabic, english, "", "", note)))
    return stream.getvalue()


def _cell(text: str) -> str:
    """Return ``text`` without what makes a formula, or a row, of a cell in a spreadsheet: no name has that."""
    return " ".join(text.split()).lstrip("=+-@ ")
