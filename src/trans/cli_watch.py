"""``trans watch``: the hot folder as a command, with its options, signals and exit codes. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import os
import signal
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Event as Flag
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import (
    ConfigOption,
    DeviceChoice,
    DeviceOption,
    EngineChoice,
    EngineOption,
    FieldsOption,
    GlossaryOption,
    MemoryOption,
    ProfileOption,
    WatchlistOption,
    chosen_formats,
    chosen_profile,
)
from trans.errors import ExitCode, TransError
from trans.locations import is_remote, location

if TYPE_CHECKING:
    from trans.outcome import Event, OnEvent


def local_path(text: str) -> Path:
    """Return the folder that ``text`` names. Raises ``TransError`` for one in a store: no store tells of arrivals."""
    place = location(text)
    if is_remote(place):
        raise TransError(
            f"'{text}' can't be watched or written to here", "Give a folder; for stores, run 'trans run' in turn."
        )
    return place


def watch(
    folder: Annotated[Path, typer.Argument(metavar="DIR", parser=local_path, help="Folder that articles arrive in.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", parser=local_path, help="Folder for the briefs.")] = Path(
        "outputs"
    ),
    config: ConfigOption = None,
    profile: ProfileOption = None,
    device: DeviceOption = DeviceChoice.auto,
    engine: EngineOption = EngineChoice.auto,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="As of 'trans run'; html keeps OUT/index.html up to date.")
    ] = "md,json,html",
    glossary: GlossaryOption = None,
    memory: MemoryOption = None,
    fields: FieldsOption = None,
    done: Annotated[
        Path | None, typer.Option("--done", metavar="DIR", help="Move inputs here once their briefs are written.")
    ] = None,
    failed: Annotated[
        Path | None,
        typer.Option("--failed", metavar="DIR", help="Move inputs here that failed run.max_attempts times."),
    ] = None,
    watchlist: WatchlistOption = None,
    on_match: Annotated[
        str | None,
        typer.Option(
            "--on-match", metavar="CMD", help="Run a program once a version of an item that is on the watch list."
        ),
    ] = None,
    prometheus: Annotated[
        Path | None, typer.Option("--prometheus", metavar="FILE", help="Keep a textfile of metrics for node_exporter.")
    ] = None,
    poll: Annotated[
        bool, typer.Option("--poll", help="Look every second: for network drives, which send no events.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Only errors and failures.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="Say more of what happens.")] = False,
    log_json: Annotated[
        Path | None, typer.Option("--log-json", metavar="FILE", help="Append one event a line.")
    ] = None,
) -> None:
    """Make a brief of each article that arrives in a folder, until it is stopped.

    A file is taken when it has stopped growing, and stays where it is unless --done or --failed are given. What came in while
    nobody watched is taken too. On SIGTERM or SIGINT what is in hand is finished. 'trans doctor --live OUT' tells how it goes.
    The program of --on-match gets the match as JSON on its standard input; it is run without a shell, for a minute at most.

    Exit codes: 0 stopped, and what was in hand is finished; 2 wrong usage or settings; 3 a model is missing or broken;
    130 stopped by a second signal, or what was in hand took over a minute.
    """
    from trans.moves import Places
    from trans.on_match import OnMatch, parse_command
    from trans.watchlist import find_watchlist, load

    wanted = chosen_formats(formats)
    places = Places(folder.absolute(), out.absolute(), done and done.absolute(), failed and failed.absolute())
    places.check()
    command = parse_command(on_match) if on_match is not None else None
    listed = find_watchlist(watchlist)
    if command and listed is None:
        raise TransError(
            "There is no watch list for --on-match", "Name one with --watchlist, or write watchlist.yaml here."
        )
    watched = load(listed) if listed else None
    if prometheus and not prometheus.absolute().parent.is_dir():
        raise TransError(f"There is no folder for --prometheus {prometheus}", "Make it, or give another file.")

    from trans import scratch
    from trans._version import __version__
    from trans.api import Translator
    from trans.console import error_console, show_log, show_notice
    from trans.eventlog import EventLog
    from trans.folder_events import folder_changes
    from trans.heap import share
    from trans.live import Live, alone
    from trans.memory import default_path
    from trans.notify import Notifier
    from trans.rules import desk_glossary
    from trans.store import Store
    from trans.usage import notice
    from trans.watch import Watch

    stop = Flag()
    share()
    console = error_console()
    show_log(console, quiet=quiet, verbose=verbose)
    chosen = chosen_profile(config, profile, fields)
    Store(out).prepare()
    lock = alone(out)
    if prometheus:
        scratch.clear(prometheus.absolute().parent)
    translator = Translator(
        chosen,
        device=device.value,
        engine=engine.value,
        memory=memory,
        glossary_file=glossary,
        more_glossaries=(of_desk.absolute(),) if (of_desk := desk_glossary(out)) else (),
        check_processes="auto",
    )
    if translator.provenance.demo:
        console.print("[bold yellow]Demo models: not a usable translation.[/]")
    show_notice(console, "" if quiet else notice(chosen.settings))
    live = Live(out, str(folder), chosen.name, prometheus=prometheus, notify=Notifier.of())
    telling: AbstractContextManager[OnEvent] = nullcontext(lambda event: None)  # noqa: ARG005
    if command and watched:
        telling = OnMatch(command, watched, places.out)
    with EventLog(log_json, chosen.run.log_mb * 1_000_000) as log, telling as told:
        log.write("start", trans=__version__, profile=chosen.name, folder=str(folder), out=str(out))

        def on_event(event: "Event") -> None:
            log(event)
            told(event)

        watching = Watch(
            places,
            translator,
            wanted,
            live,
            lambda: folder_changes(places.root, stop, poll=poll),
            disks=[] if memory == "off" else [(Path(memory) if memory else default_path()).absolute().parent],
            watchlist=watched,
            at_once=not poll,
            on_event=on_event,
        )

        def on_signal(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001  (signal's own signature)
            if stop.is_set():
                raise KeyboardInterrupt
            stop.set()
            watching.stop()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        whole = watching()
        log.write("end", exit_code=int(ExitCode.OK if whole else ExitCode.INTERRUPTED))
    if not whole:
        sys.stderr.flush()
        os._exit(int(ExitCode.INTERRUPTED))  # the batch in flight can't be recalled, and nothing waits for it any more
    translator.close()
    lock.release()
