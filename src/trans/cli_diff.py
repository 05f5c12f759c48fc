"""``trans diff``: how the briefs of two runs differ. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import tempfile
from typing import Annotated

import typer

from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

# Bytes of differences that are held in memory before a file takes them: what is told on top is known last.
_SPOOL_BYTES = 8_000_000

# Of them printed at once.
_PART_CHARACTERS = 1_000_000


def diff(
    a: Annotated[
        Location,
        typer.Argument(
            metavar="OUT_A",
            help="Folder of briefs of one run; also one in a store: s3://BUCKET/FOLDER.",
            parser=parse_location,
        ),
    ],
    b: Annotated[Location, typer.Argument(metavar="OUT_B", help="That of the other.", parser=parse_location)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
    html: Annotated[
        Location | None,
        typer.Option(
            "--html", metavar="FILE", help="Write a web page; printed are the sums alone.", parser=parse_location
        ),
    ] = None,
) -> None:
    """Compare two runs over the same articles, of other models or settings: the sentences and flags that differ.

    Briefs are matched by their ids, sentences by their Arabic.
    Exit codes: 0 all briefs were read, whether or not they differ; 1 some could not be; 2 wrong usage. No model is loaded.
    """
    from trans.comparison import Comparison
    from trans.pages import write_page
    from trans.render import diff_page, diff_text

    _refuse(a, b)
    comparison, chosen = Comparison(a, b), diff_page.Chosen()
    # What stands on top is known last.
    with tempfile.SpooledTemporaryFile(_SPOOL_BYTES, "w+", encoding="utf-8", errors="backslashreplace") as differences:
        begun = False
        for compared in comparison:
            if as_json and compared.differences:
                differences.write(f"{',' * begun}\n{diff_text.json_body(compared)}")
                begun = True
            elif not as_json and html is None:
                differences.writelines(f"{line}\n" for line in diff_text.body(compared))
            if html is not None:
                chosen.add(compared)
        totals = comparison.totals
        if html is not None:
            write_page(html, diff_page.render(totals, chosen))
        typer.echo(diff_text.json_head(totals) if as_json else "\n".join(diff_text.head(totals)), nl=not as_json)
        differences.seek(0)
        while part := differences.read(_PART_CHARACTERS):
            typer.echo(part, nl=False)
    if as_json:
        typer.echo("\n]}")
    elif html is not None:
        typer.echo(one_line(f"All that differs is in {html}"))
    folders = {"a": a, "b": b}
    for problem in totals.unreadable:
        typer.echo(one_line(f"Left out: {folders[problem.side] / problem.file}: {problem.reason}"), err=True)
    raise typer.Exit(int(ExitCode.SOME_FAILED if totals.unreadable else ExitCode.OK))


def _refuse(a: Location, b: Location) -> None:
    """Raise ``TransError`` for folders that can't be compared, before anything is read."""
    for folder in (a, b):
        if not is_remote(folder) and not folder.is_dir():
            raise TransError(f"There is no folder {folder}", "Give the folders that two runs of 'trans run' wrote.")
    if a == b or (not is_remote(a) and not is_remote(b) and a.resolve() == b.resolve()):
        raise TransError(
            f"{a} and {b} are the same folder", "Give the folders of two runs: 'trans run --out' names them."
        )
