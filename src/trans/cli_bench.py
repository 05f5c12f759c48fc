"""``trans bench``: what a profile's speed is here. Part of the command line; ``bench`` measures.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from trans.cli_models import ConfigOption, ProfileOption


def bench(
    config: ConfigOption = None,
    profile: ProfileOption = None,
    articles: Annotated[int, typer.Option("--articles", min=1, metavar="N", help="Articles to brief.")] = 20,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure a profile on this machine, with articles of trans' own; takes minutes with real models."""
    from rich.console import Console
    from rich.table import Table

    from trans.bench import compare, measure
    from trans.config import choose_profile, find_config, load_config

    path = find_config(config)
    chosen = choose_profile(load_config(path), profile, path)
    figures = measure(chosen, articles)
    rows = compare(chosen)
    if as_json:
        typer.echo(json.dumps({"profile": chosen.name, **asdict(figures), "compared": [asdict(row) for row in rows]}))
        return
    console = Console(highlight=False)
    console.print(f"Profile {chosen.name}: {articles} articles in {figures.seconds:.1f} s", markup=False)
    for name, value in (
        ("source tokens a second", f"{figures.tokens_per_s:,.0f}"),
        ("seconds an article", f"{figures.s_per_article:.2f}"),
        ("seconds to load the models", f"{figures.load_s:.1f}"),
        ("peak memory", f"{figures.peak_mb:,.0f} MB"),
        ("padding", f"{figures.padding:.2f} pieces for each real one"),
        ("time in the engines", f"{figures.engine_share:.0%}"),
    ):
        console.print(f"  {name:<28}{value}", markup=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("translator alone")
    table.add_column("tokens/s", justify="right")
    table.add_column("ratio", justify="right")
    for row in rows:
        table.add_row(row.setting, f"{row.tokens_per_s:,.0f}", f"{row.ratio:.2f}")
    console.print()
    console.print(table)
