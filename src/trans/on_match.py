"""Has a command told of briefs on the watch list, once an item and version: ``trans watch --on-match``.

Runs the commands in a thread of its own, one after another, so that no brief waits for them. What happens is told to the log;
nothing that a command does stops the watch.
"""

import contextlib
import hashlib
import json
import logging
import shlex
import shutil
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

from trans.brief import Brief
from trans.command import Command, Ended
from trans.errors import TransError, kind_and_words, unquoted
from trans.identity import item_of
from trans.index_listing import File, listing
from trans.matched import Matched
from trans.notices import is_killed, notices
from trans.outcome import Event, Outcome
from trans.render import RENDERERS, extension
from trans.render import json as json_brief
from trans.watchlist import Watchlist

SCHEMA = "trans.match/1"

# A brief that mentions a name in every sentence: the first ones tell what it is about, the brief itself has all.
_MOST_SENTENCES = 20

# How long a watch that ends waits for commands: with the minute that its articles get, within systemd's 90 s. What is not told
# then is told at the next start.
_END_WITHIN_S = 10.0
_KILLED_WITHIN_S = 5.0

# Clocks of network drives, and files that come with an earlier time than others that were looked at before: in nanoseconds.
_MARGIN_NS = 120 * 10**9

_log = logging.getLogger("trans")


def parse_command(text: str) -> tuple[str, ...]:
    """Return the words of a command line, as a shell would part them. Raises ``TransError`` where there is no such program."""
    hint = "Give a program with its arguments, in one pair of quotation marks; it is run without a shell."
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise TransError(f"--on-match {text!r} can't be read: {error}", hint) from error
    if not words:
        raise TransError("--on-match names no program", hint)
    if shutil.which(words[0]) is None:
        raise TransError(f"--on-match: there is no program '{words[0]}' that can be run", hint)
    return words


class OnMatch:
    """Tells ``command`` of the briefs of ``out`` that match. To be entered before briefs are made; then call it with what a run
    tells. What was there before it was used first is not told, nor what an entry that is new to the list finds in older briefs.
    """

    def __init__(self, command: tuple[str, ...], watchlist: Watchlist, out: Path) -> None:
        self._command = Command(command)
        self._watchlist = watchlist
        self._out = out
        self._matched = Matched(out)
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._leave = threading.Event()
        self._owing = False  # something was not told
        self._latest_ns = self._matched.looked_ns or 0
        self._thread = threading.Thread(target=self._work, name="on-match", daemon=True)
        self._before: Mapping[str, File] = {}

    def __enter__(self) -> Self:
        self._before = listing(self._out, (".json",))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._queue.put(None)
        self._thread.join(0.0 if kind else _END_WITHIN_S)
        if self._thread.is_alive():
            self._leave.set()
            self._command.kill()
            self._thread.join(_KILLED_WITHIN_S)

    def __call__(self, event: Event) -> None:
        """Have a brief looked at that was just written; returns at once."""
        if isinstance(event, Outcome) and event.status in ("written", "refreshed") and event.files:
            self._queue.put(event.files[0].name)  # JSON is always the first

    def _work(self) -> None:
        self._catch_up()
        while not self._leave.is_set():
            name = self._queue.get()
            if name is None:
                if not self._owing:
                    self._matched.looked(self._watchlist.hash, self._latest_ns)
                return
            self._look(name, tell=True)

    def _catch_up(self) -> None:
        """Look at what was there at the start: what came since it was last looked is told, older briefs are only noted."""
        looked_ns = self._matched.looked_ns
        is_same = self._matched.watchlist == self._watchlist.hash
        for name, file in self._before.items():
            if self._leave.is_set():
                return
            is_new = looked_ns is not None and file.mtime_ns > looked_ns - _MARGIN_NS
            if is_new or not is_same:
                self._look(name, tell=is_new)
            self._latest_ns = max(self._latest_ns, file.mtime_ns)
        self._before = {}
        if not self._owing:
            self._matched.looked(self._watchlist.hash, self._latest_ns)

    def _look(self, name: str, *, tell: bool) -> None:
        """Look at one brief; whatever is wrong with it is no reason to stop."""
        try:
            path = self._out / name
            self._latest_ns = max(self._latest_ns, path.stat().st_mtime_ns)
            data = path.read_bytes()
            names = _names(data, self._watchlist)
            if names:
                self._tell(json_brief.read(data), names, name, tell=tell)
        except (OSError, ValueError) as error:
            _log.debug("%s can't be looked at: %s", name, error)
        except Exception as error:  # noqa: BLE001
            self._owing = True
            _log.warning("%s could not be told to the command: %s", name, kind_and_words(error))
            _log.debug("%s could not be told", name, exc_info=unquoted(error))

    def _tell(self, brief: Brief, names: tuple[str, ...], name: str, *, tell: bool) -> None:
        key = _key(brief)
        if self._matched.has(key):
            return
        ended = self._command(document(brief, names, self._watchlist, _files(self._out, name))) if tell else None
        if ended and (ended.failed_to_start or self._leave.is_set()):
            self._owing = True
        else:
            told = {"item": item_of(brief.article), "id": brief.article.id, "version": brief.article.metadata.version}
            at = datetime.now(UTC).isoformat(timespec="seconds")
            self._matched.add(
                key, at=at, **told, names=names, ended=ended.how if ended else "not told: it was there before"
            )
        if ended:
            self._log(brief.article.id, names, ended)

    def _log(self, identity: str, names: tuple[str, ...], ended: Ended) -> None:
        level = logging.INFO if ended.is_well else logging.WARNING
        said = f": {ended.output}" if ended.output else ""
        _log.log(level, "%s matches %s; %s %s%s", identity, ", ".join(names), self._command.name, ended.how, said)


def document(brief: Brief, names: tuple[str, ...], watchlist: Watchlist, files: list[str]) -> bytes:
    """Return what the command reads: a JSON object in ASCII. Of an item that was taken back it has no more than the headline."""
    article = brief.article
    killed = is_killed(article)
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "names": names,
        "id": article.id,
        "item": item_of(article),
        "version": article.metadata.version,
        "update": brief.update.number if brief.update else None,
        "published": article.metadata.published,
        "headline": {"ar": brief.headline.source, "en": brief.headline.target},
        "summary": brief.summaries[0].english.target if brief.summaries and not killed else "",
        "killed": killed,
        "notices": [{"kind": notice.kind, "text": notice.text} for notice in notices(article)],
        "demo": brief.provenance.demo,
        "files": files,
        "sentences": [] if killed else _sentences(brief, watchlist),
    }
    return json.dumps(told).encode()


def _sentences(brief: Brief, watchlist: Watchlist) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for where, paragraph, passage in brief.parts():
        if where == "summary":
            continue
        for number, sentence in enumerate(passage.sentences, start=1):
            names = watchlist.matches(sentence.source, sentence.target)
            if names and len(found) < _MOST_SENTENCES:
                place = {"where": where, "paragraph": paragraph, "sentence": number}
                found.append({**place, "ar": sentence.source, "en": sentence.target, "names": names})
    return found


def _names(data: bytes, watchlist: Watchlist) -> tuple[str, ...]:
    """Return what a JSON brief matches. Most match nothing, and need not be read any further. Raises ``ValueError``."""
    try:
        parsed = json.loads(data)
        if parsed["schema"] != json_brief.SCHEMA:
            return ()
        parts = [parsed["headline"], *parsed["decks"], *parsed["paragraphs"]]  # as the index marks them
        arabic, english = ("\n".join(part[language] for part in parts) for language in ("ar", "en"))
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no brief") from error
    return watchlist.matches(arabic, english)


def _key(brief: Brief) -> str:
    """Return what tells one version of an item from others: what its publisher says of it, and its text."""
    article = brief.article
    told = [item_of(article), article.metadata.version, article.metadata.status, article.text]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]


def _files(out: Path, name: str) -> list[str]:
    """Return the absolute paths of a brief's files, JSON first."""
    stem = name.removesuffix(".json")
    paths = [out / name, *(out / f"{stem}.{extension(other)}" for other in RENDERERS if other != "json")]
    found = []
    for path in paths:
        with contextlib.suppress(OSError):
            if path.is_file():
                found.append(str(path.absolute()))
    return found
