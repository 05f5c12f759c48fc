"""``trans run``: articles to briefs, with progress, a closing table and an exit code. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import contextlib
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from trans._version import __version__
from trans.cli_before import import_corrections, show_dry_run
from trans.cli_options import (
    ConfigOption,
    DeviceChoice,
    DeviceOption,
    EngineChoice,
    EngineOption,
    FailOn,
    FieldsOption,
    GlossaryOption,
    MemoryOption,
    Only,
    ProfileOption,
    WatchlistOption,
    chosen_formats,
    chosen_profile,
)
from trans.cli_pipe import STDIN, brief_stdin, check_usage
from trans.errors import ExitCode, TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line
from trans.shards import Shard, parse_shard

if TYPE_CHECKING:
    from trans.brief import Severity
    from trans.outcome import Event, Report


def run(
    inputs: Annotated[
        list[Location],
        typer.Argument(
            metavar="INPUT",
            parser=parse_location,
            help="Folders and files to read, s3://BUCKET/.. too, or - for standard input.",
        ),
    ],
    out: Annotated[
        Location, typer.Option("--out", metavar="DIR", parser=parse_location, help="Folder for the briefs.")
    ] = Path("outputs"),
    config: ConfigOption = None,
    profile: ProfileOption = None,
    device: DeviceOption = DeviceChoice.auto,
    engine: EngineOption = EngineChoice.auto,
    formats: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="LIST",
            help="With commas: html, md, docx, ninjs, tmx, jsonl, json (always written) "
            "[default: md,json,html; md for '-'].",
        ),
    ] = None,
    glossary: GlossaryOption = None,
    memory: MemoryOption = None,
    fields: FieldsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Make every brief again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N articles.")] = None,
    shard: Annotated[
        Shard | None,
        typer.Option(
            "--shard",
            parser=parse_shard,
            metavar="K/N",
            help="Only the K-th of N shares of the articles; no index page.",
        ),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="WHERE", help="On a Ray cluster: local, auto (the running one), ray://HOST."),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option("--corrections", metavar="FILE", help="What editors corrected elsewhere: a review.jsonl, or CSV."),
    ] = None,
    only: Annotated[
        Only | None,
        typer.Option("--only", help="Export (docx, ninjs, tmx, jsonl) only briefs that an editor has reviewed."),
    ] = None,
    watchlist: WatchlistOption = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="Exit with 4 when a brief has a flag of this severity or worse.")
    ] = FailOn.never,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors and failures.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say more of what happens.")] = False,
    log_json: Annotated[
        Path | None, typer.Option("--log-json", metavar="FILE", help="Append one event a line.")
    ] = None,
) -> None:
    """Translate and summarise articles: one brief an article, beside its Arabic.

    Exit codes: 0 every brief written; 1 some inputs failed; 2 wrong usage or settings; 3 a model is missing or broken;
    4 flags at or above --fail-on; 130 interrupted. A second run does only what is new or changed.
    """
    from trans.api import Translator
    from trans.cluster import ClusterRun
    from trans.cluster_recipe import Recipe
    from trans.console import RunDisplay, error_console, show_error, show_log, show_notice, show_report
    from trans.eventlog import EventLog
    from trans.heap import share
    from trans.room import Floor
    from trans.rules import desk_glossary
    from trans.run import Run
    from trans.sources import Discovery, discover, holds_many
    from trans.usage import notice
    from trans.watchlist import find_watchlist, load

    share()
    piped = STDIN in inputs
    wanted = chosen_formats(formats if formats is not None else "md" if piped else "md,json,html")
    if piped:
        check_usage(inputs, wanted, dry_run=dry_run)
    _check_division(shard, cluster, piped=piped)
    console = error_console()
    show_log(console, quiet=quiet, verbose=verbose)
    started = time.monotonic()
    chosen = chosen_profile(config, profile, fields)
    of_licences = "" if quiet or chosen.usage == "commercial" else notice(chosen.settings)
    show_notice(console, of_licences)
    listed = find_watchlist(watchlist)
    marked = load(listed) if listed and not piped else None
    if corrections:
        import_corrections(corrections, out, piped=piped, dry_run=dry_run, quiet=quiet)
    found = Discovery((), ()) if piped else discover(inputs, out)
    if not quiet:
        for note in found.notes:
            console.print(one_line(note), style="dim", markup=False)
    articles = found.inputs if shard else found.inputs[:limit]
    # Of a file of many it shows when it is read which records are this share's.
    ours = sum(shard is None or holds_many(item.path) or shard.holds(item.id) for item in articles)
    where = "off" if dry_run else memory
    of_desk = None if piped else desk_glossary(out)
    more_glossaries = (of_desk.absolute(),) if of_desk else ()
    translator = Translator(
        chosen,
        device=device.value,
        engine=engine.value,
        memory=where,
        download=not dry_run,
        glossary_file=glossary,
        more_glossaries=more_glossaries,
        check_processes=0 if cluster else "auto",
    )
    if piped:
        with translator:
            flags = Counter(flag.severity for flag in brief_stdin(translator, wanted[0]).flags)
        show_notice(console, of_licences)
        raise typer.Exit(int(_flagged(flags, fail_on)))
    if dry_run:
        run_of_it = Run(
            *(translator, out, wanted), force=force, limit=limit, shard=shard, only_reviewed=only is not None
        )
        show_dry_run(run_of_it, articles, translator)
        return
    demo = translator.provenance.demo
    if not is_remote(out):
        floor = Floor([out], chosen.run.min_free_mb)
        floor.look()  # a run that somebody started is not refused
        show_notice(console, "" if quiet else floor.problem)
    with EventLog(log_json, chosen.run.log_mb * 1_000_000) as log, RunDisplay(console, ours, quiet=quiet) as display:

        def on_event(event: "Event") -> None:
            display(event)
            log(event)

        log.write("start", trans=__version__, profile=chosen.name, articles=ours, out=str(out))
        whole: Run | ClusterRun
        if cluster is None:
            whole = Run(
                *(translator, out, wanted),
                force=force,
                limit=limit,
                notes=found.notes,
                shard=shard,
                only_reviewed=only is not None,
                watchlist=marked,
                on_event=on_event,
            )
        else:
            # A worker's current folder is another.
            kept = memory if memory in (None, "off") else Path(memory).absolute()
            terms = glossary and glossary.absolute()
            recipe = Recipe(
                *(chosen, device.value, engine.value, kept),
                glossary_file=terms,
                more_glossaries=more_glossaries,
                locks=translator.locks,
            )
            whole = ClusterRun(
                *(translator, recipe, out, wanted, cluster),
                force=force,
                limit=limit,
                notes=found.notes,
                only_reviewed=only is not None,
                watchlist=marked,
                on_event=on_event,
            )
        stopped: TransError | None = None
        try:
            report = whole(articles)
        except TransError as error:
            stopped, report = error, whole.report
        seconds = time.monotonic() - started
        code = stopped.exit_code if stopped else _exit_code(report, fail_on)
        counts = {status: report.counts[status] for status in ("written", "refreshed", "skipped", "failed")}
        log.write("end", exit_code=int(code), seconds=round(seconds, 3), flags=report.flags, **counts)
    # Of a run that stopped before anything was finished the table says that; of models that are not there it has nothing to say.
    broken_off = stopped is not None and stopped.exit_code == ExitCode.SOME_FAILED
    if (report.counts or broken_off) and (not quiet or report.failures):
        left: int | None = 0
        if stopped or report.interrupted:
            left = None if any(holds_many(item.path) for item in articles) else max(0, ours - report.counts.total())
        show_report(console, report, str(out), demo=demo, seconds=seconds, notice=of_licences, left=left)
    if shard and not stopped and not quiet:
        console.print(f"Share {shard.number} of {shard.count}. When all are done: trans index {out}", markup=False)
    if stopped:
        show_error(console, stopped)
    if report.interrupted:
        console.print("Interrupted: finished briefs are on disk; the same command goes on from here.")
        exit_now(code)  # the batch in flight can't be recalled, and nothing waits for it any more
    translator.close()
    raise typer.Exit(int(code))


def _check_division(shard: Shard | None, cluster: str | None, *, piped: bool) -> None:
    """Raise ``TransError`` for ways to divide a run that can't go together, or that there are not."""
    if piped and (shard or cluster):
        raise TransError("'-' is one article, and can't be divided", "Leave --shard and --cluster away.")
    if shard and cluster:
        raise TransError(
            "--shard and --cluster both divide a run", "Give one: shares need no cluster, and a cluster no shares."
        )
    if cluster:
        from trans.cluster_session import check_address

        check_address(cluster)


def _exit_code(report: "Report", fail_on: FailOn) -> ExitCode:
    if report.interrupted:
        return ExitCode.INTERRUPTED
    if report.failures:
        return ExitCode.SOME_FAILED
    return _flagged(report.flags, fail_on)


def _flagged(flags: "Mapping[str, int] | Mapping[Severity, int]", fail_on: FailOn) -> ExitCode:
    return (
        ExitCode.FLAGGED
        if any(count for severity, count in flags.items() if severity in fail_on.severities)
        else ExitCode.OK
    )


def exit_now(code: ExitCode) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # whoever read it may be gone
            stream.flush()
    os._exit(int(code))
