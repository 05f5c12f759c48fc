"""``trans eval``: how good translations and summaries are beside people's. Part of the command line; ``evaluation`` scores.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.bitext import read_lines
from trans.cli_options import (
    ConfigOption,
    DeviceChoice,
    DeviceOption,
    EngineChoice,
    EngineOption,
    GlossaryOption,
    MemoryOption,
    ProfileOption,
)
from trans.locations import Location, parse_location

if TYPE_CHECKING:
    from rich.console import Console

    from trans.evaluation.evaluate import Evaluation


def evaluate(
    reference: Annotated[
        list[Location],
        typer.Option("--reference", metavar="FILE", help="What people wrote; may be repeated.", parser=parse_location),
    ],
    source: Annotated[
        Location | None,
        typer.Option(
            "--source", metavar="FILE", help="The Arabic: to translate, and to check against.", parser=parse_location
        ),
    ] = None,
    hypothesis: Annotated[
        Location | None,
        typer.Option(
            "--hypothesis", metavar="FILE", help="Score this text; - for standard input.", parser=parse_location
        ),
    ] = None,
    config: ConfigOption = None,
    profile: ProfileOption = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option("--compare", metavar="A B", help="Two profiles or files: is one better, or is it chance?"),
    ] = None,
    summaries: Annotated[bool, typer.Option("--summaries", help="The texts are summaries: score with ROUGE.")] = False,
    ter: Annotated[bool, typer.Option("--ter/--no-ter", help="TER takes minutes where lines are long.")] = True,
    glossary: GlossaryOption = None,
    device: DeviceOption = DeviceChoice.auto,
    engine: EngineOption = EngineChoice.auto,
    memory: MemoryOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write a report with plots.")] = None,
    save: Annotated[
        Path | None, typer.Option("--save", metavar="FILE", help="Write the profile's translations, a line each.")
    ] = None,
) -> None:
    """Score translations against references, a text a line: BLEU, chrF, TER, how sure they are, and what the checks find.

    Translates --source with a profile, or scores what --hypothesis has. With --summaries: ROUGE, of words that suit Arabic.

    Exit codes: 0 scored; 1 a file can't be written; 2 wrong usage; 3 a model is missing or broken.
    """
    from trans.checks import check_pair
    from trans.cli_eval_outputs import refuse_empty, refuse_usage, translate, wanted
    from trans.config import choose_profile, find_config, load_config
    from trans.console import error_console, show_log
    from trans.evaluation.evaluate import Output
    from trans.evaluation.evaluate import evaluate as score
    from trans.pages import write_page
    from trans.provenance import is_demo
    from trans.rules import load_rules

    path = find_config(config)
    settings = load_config(path)
    chosen = wanted(settings, hypothesis, profile, compare)
    refuse_usage(chosen, source, reference, summaries=summaries, save=save)
    profiles = [choose_profile(settings, item.name, path) for item in chosen if item.file is None]
    # One set of rules for both: what a profile does not check would seem to be right in it.
    rules = load_rules(choose_profile(settings, profile, path), glossary)
    console = error_console()
    show_log(console, quiet=as_json, verbose=False)

    places = [place for place in (source, *reference, *(item.file for item in chosen)) if place is not None]
    texts = {place: read_lines(place) for place in places}
    refuse_empty(texts)
    translated = iter(profiles)
    outputs = [
        Output(item.name, texts[item.file])
        if item.file is not None
        else translate(
            next(translated), texts[places[0]], device=device.value, engine=engine.value, memory=memory, console=console
        )
        for item in chosen
    ]
    if save is not None:
        _save(save, outputs[0].texts)
    found = score(
        outputs,
        [texts[place] for place in reference],
        kind="summary" if summaries else "translation",
        sources=texts[source] if source is not None else None,
        check=lambda arabic, english: check_pair(arabic, english, rules),
        ter=ter,
    )
    _print(found, as_json=as_json)
    demo = any(map(is_demo, profiles))
    if demo:
        console.print("[bold yellow]Demo models: not a usable translation.[/]")
    if html is not None:
        from trans.evaluation.report import render

        write_page(html, render(found, demo=demo))
        typer.echo(f"The report is in {html}", err=True)


def _save(path: Path, texts: Sequence[str]) -> None:
    from trans.store import cannot_write, write_atomically

    try:
        write_atomically(path, "".join(f"{text}\n" for text in texts).encode("utf-8", "replace"))
    except OSError as error:
        raise cannot_write(path, error) from error


def _print(found: "Evaluation", *, as_json: bool) -> None:
    from rich.console import Console

    from trans.evaluation.record import record
    from trans.evaluation.told import title, verdict

    if as_json:
        typer.echo(json.dumps(record(found), ensure_ascii=False))
        return
    console = Console(highlight=False, markup=False)
    console.print(title(found))
    console.print()
    _print_scores(console, found)
    for difference in found.differences:
        console.print(f"{difference.name}: {verdict(difference, found)}")
    if found.systems[0].rates is not None:
        console.print()
        _print_rates(console, found)
    console.print()
    for score in found.systems[0].scores:
        console.print(f"{score.name} {score.signature}", style="dim", soft_wrap=True)


def _print_scores(console: "Console", found: "Evaluation") -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", no_wrap=True)
    for system in found.systems:
        table.add_column(Text(system.output.name), justify="right", overflow="fold")
        table.add_column("95% interval", justify="right", no_wrap=True)
    if found.differences:
        table.add_column("difference", justify="right", no_wrap=True)
        table.add_column("p", justify="right", no_wrap=True)
    for position, scores in enumerate(zip(*(system.scores for system in found.systems), strict=True)):
        cells = [scores[0].name]
        for score in scores:
            cells += [f"{score.value:.1f}", f"{score.low:.1f} to {score.high:.1f}"]
        if found.differences:
            difference = found.differences[position]
            cells += [f"{difference.value:+.1f}", f"{difference.p:.3f}"]
        table.add_row(*cells)
    console.print(table)
    for score in found.systems[0].scores:
        if score.falls:
            console.print(f"{score.name} counts edits: less is better.", style="dim")


def _print_rates(console: "Console", found: "Evaluation") -> None:
    from rich.table import Table
    from rich.text import Text

    from trans.brief import SEVERITIES

    of = [(system.output.name, system.rates) for system in found.systems if system.rates is not None]
    table = Table(title="Flags per 100 lines", title_justify="left", title_style="", box=None, pad_edge=False)
    table.add_column("")
    for name, _ in of:
        for severity in SEVERITIES:
            table.add_column(Text(f"{name}\n{severity}" if len(of) > 1 else severity), justify="right")
    for check in dict.fromkeys(check for _, rates in of for check in rates.flags):
        shares = [
            rates.per_100(rates.flags.get(check, {}).get(severity, 0)) for _, rates in of for severity in SEVERITIES
        ]
        table.add_row(check, *(f"{share:.1f}" if share else "-" for share in shares))
    shares = [rates.per_100(rates.flagged[severity]) for _, rates in of for severity in SEVERITIES]
    table.add_row("lines by worst flag", *(f"{share:.1f}" for share in shares))
    console.print(table)
