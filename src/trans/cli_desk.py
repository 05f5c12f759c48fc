"""``trans desk``: a local server for editors. Part of the command line.

Heavy modules are imported inside the command, so that ``--help`` answers at once.
"""

import getpass
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trans.cli_options import ConfigOption, GlossaryOption
from trans.errors import TransError
from trans.locations import Location, is_remote, parse_location
from trans.plainly import one_line

if TYPE_CHECKING:
    from trans.watchlist import Watchlist


def desk(
    out: Annotated[
        Location, typer.Argument(metavar="OUT", help="Folder of briefs, on this machine.", parser=parse_location)
    ],
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="And at which port; 0: any.")
    ] = 8765,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="The editor, until one gives a name [default: the login's]."),
    ] = None,
    config: ConfigOption = None,
    glossary: GlossaryOption = None,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser there.")] = False,
    anyone: Annotated[
        bool, typer.Option("--anyone", help="Confirm a --host that other machines reach: nothing is encrypted.")
    ] = False,
) -> None:
    """Serve the briefs of OUT to editors, who review and correct them there and put flags aside.

    What they write is kept in OUT/.trans/review.jsonl, and every run honours it. The address that is printed has a key in it, a
    new one each time; nobody is answered without. Needs: pip install 'trans-briefs[desk]'.
    Exit codes: 0 ended by SIGINT or SIGTERM; 2 there are no briefs, wrong usage or configuration. No model is loaded.
    """
    try:
        import flask  # noqa: F401
        import waitress  # noqa: F401
    except ImportError as error:
        what = f"The desk needs Flask and waitress: {error.name} is missing"
        raise TransError(what, "pip install 'trans-briefs[desk]'") from error
    from trans.desk.app import Desk, make_app
    from trans.desk.security import Gate, is_loopback
    from trans.desk.serving import bound, serve
    from trans.desk.terms import TermsFile
    from trans.glossary_file import load
    from trans.review_events import MAX_BY, clean
    from trans.reviser import Reviser
    from trans.rules import rules_by_profile
    from trans.store import Store
    from trans.watchlist import find_watchlist
    from trans.watchlist import load as load_watchlist

    host = host.strip("[]")
    if is_remote(out):
        raise TransError("The desk works on a folder of this machine", "Run it where the folder is, or copy it here.")
    if not out.is_dir():
        raise TransError(f"There is no folder {out}", "Give the folder that 'trans run --out' wrote.")
    if not is_loopback(host) and not anyone:
        raise TransError(
            f"At {host} other machines reach the desk, and nothing is encrypted: who listens on the network reads along, and may "
            "write as any editor",
            "Better: 'ssh -L 8765:127.0.0.1:8765' to this machine. Add --anyone to do it all the same.",
        )
    if glossary is not None:
        load(glossary, starter=False)  # what is wrong in it is told now
    reviser = Reviser(Path(out), rules_by_profile(out, config=config, glossary_file=glossary))
    if not reviser.ids():  # the list of a run that was lost, or a folder that none has made
        _refuse_empty(out)
    Store(out).prepare()
    listening = bound(host, port)
    gate = Gate.of(host, listening.getsockname()[1])
    terms = TermsFile.of(Path(out), glossary)
    watched = find_watchlist(None)
    watchlist = load_watchlist(watched) if watched else None
    app = make_app(Desk(Path(out), reviser, gate, clean(name or _login())[:MAX_BY], terms, watchlist))
    settled = reviser.settle()

    def ready() -> None:
        if settled:
            typer.echo(f"{settled} brief{'' if settled == 1 else 's'} brought up to date with what editors wrote")
        if terms.note:
            typer.echo(one_line(terms.note), err=True)
        if not is_loopback(host):
            typer.echo(
                "Warning: other machines reach the desk, at their name or number for this one, and nothing is encrypted.",
                err=True,
            )
        address = f"{gate.address}?token={gate.token}"
        typer.echo(f"The desk is at {address}\nCtrl-C ends it.")
        if open_browser:
            webbrowser.open(address)

    serve(app, listening, ready)
    typer.echo("The desk is closed. What was saved is kept.")
    _renew_index(out, watchlist)


def _refuse_empty(out: Path) -> None:
    """Raise ``TransError`` where there is nothing to show, before anything is written there."""
    from trans.index_file import Indexer, without_collecting

    with without_collecting():
        found = Indexer(out).read(datetime.now().astimezone())
    if not found.briefs and not found.unreadable and not found.failed:
        raise TransError(f"There are no briefs in {out}", "Give the folder that 'trans run --out' wrote.")


def _renew_index(out: Path, watchlist: "Watchlist | None") -> None:
    """Let the folder's own pages, if it has any, show what editors did; before this time too, if that ended in a kill."""
    from trans.index_file import Indexer, without_collecting
    from trans.index_pages import INDEX
    from trans.pages import alone

    if not (out / INDEX).exists():
        return
    with without_collecting(), alone(out):
        indexer = Indexer(out, watchlist=watchlist)
        indexer.write(indexer.read(datetime.now().astimezone()))
        indexer.keep()


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # of a user without a name, as in containers
        return ""
