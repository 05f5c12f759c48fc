"""``trans bench``: what a profile's speed is here. Part of the command line; ``bench`` measures.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from trans.cli_options import ConfigOption, ProfileOption


def bench(
    config: ConfigOption = None,
    profile: ProfileOption = None,
    articles: Annotated[int, typer.Option("--articles", min=1, metavar="N", help="Articles to brief.")] = 64,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Measure a profile on this machine, with articles of trans' own; takes minutes with real models."""
    from rich.console import Console

    from trans.bench import compare, measure
    from trans.config import choose_profile, find_config, load_config
    from trans.console import error_console, show_log
    from trans.heap import share

    share()
    show_log(error_console(), quiet=as_json, verbose=False)
    path = find_config(config)
    chosen = choose_profile(load_config(path), profile, path)
    figures = measure(chosen, articles)
    if as_json:
        rows = [asdict(row) for row in compare(chosen, articles)]
        typer.echo(json.dumps({"profile": chosen.name, **asdict(figures), "compared": rows}))
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Profile {chosen.name}: {articles} articles in {figures.seconds:.1f} s", markup=False)
    for name, value in (
        ("translator's source tokens/s", f"{figures.tokens_per_s:,.0f}"),
        ("seconds an article", f"{figures.s_per_article:.2f}"),
        ("seconds to load the models", f"{figures.load_s:.1f}, a conversion at their first use included"),
        ("peak memory", f"{figures.peak_mb:,.0f} MB"),
        ("padding", f"{figures.padding - 1:.0%} of the real pieces"),
        ("time in the engines", f"{figures.engine_share:.0%}"),
    ):
        console.print(f"  {name:<30}{value}", markup=False)
    console.print("The translator alone, one run each: source tokens/s, and times its own settings", markup=False)
    for row in compare(chosen, articles):
        console.print(f"  {row.setting:<30}{row.tokens_per_s:<10,.0f}x {row.ratio:.2f}", markup=False)
