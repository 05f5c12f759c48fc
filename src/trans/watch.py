"""The hot folder: what arrives in it becomes briefs while the models stay loaded, until somebody says stop.

Joins what arrives, the run, the moving of finished inputs and the status. Prints nothing; what happens is told to the log.
"""

import logging
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event as Flag

from trans.api import Translator
from trans.arrivals import Arrivals
from trans.article import Failure
from trans.errors import ModelError, TransError
from trans.folder_events import Changes
from trans.live import Live
from trans.moved import note_places
from trans.moves import Leaving, Places
from trans.outcome import Decoded, Event, OnEvent
from trans.room import Floor
from trans.run import Run
from trans.sources import Input, holds_many
from trans.sources.discovery import Names
from trans.sources.hot_folder import HotFolder
from trans.told import Told, counted, told_of
from trans.watch_status import State
from trans.watchlist import Watchlist

_log = logging.getLogger("trans")

# Events get lost, on network drives above all: everything is looked at so often.
_SURVEY_EVERY_S = 300.0
# A folder that is away, a drive being mounted: looked for so often.
_AWAY_S = 10.0
# After a new folder or link, whose files may have no events: no more than a twentieth of the time goes into looking.
_SURVEY_SOON_S, _SURVEY_REST = 1.0, 20

# After a full disk and the like; doubled up to the last.
_PAUSE_S, _LONGEST_PAUSE_S = 10.0, 300.0

# Windows of articles taken on together: enough to keep the cores busy, and what arrives meanwhile is seen soon enough.
_WINDOWS = 4


class Watch:
    """Takes what arrives in a folder until ``stop`` is called. Call it once.

    The index marks what is on the ``watchlist``. Where a disk of ``disks``, folders that are written to beside the output folder,
    or the output folder's own has too little room, nothing is taken. ``monotonic`` is a clock, in seconds.
    """

    def __init__(
        self,
        places: Places,
        translator: Translator,
        formats: list[str],
        live: Live,
        changes: Changes,
        *,
        disks: Sequence[Path] = (),
        watchlist: Watchlist | None = None,
        at_once: bool = True,
        on_event: OnEvent = lambda event: None,  # noqa: ARG005
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = places
        self._translator = translator
        self._live = live
        self._changes = changes
        self._tell = on_event
        self._monotonic = monotonic
        settings = translator.profile.run
        self._folder = HotFolder(places.root, [place for place in (places.out, places.done, places.failed) if place])
        self._names = Names()
        self._arrivals = Arrivals(settings.max_attempts, at_once=at_once, monotonic=monotonic)
        self._most = _WINDOWS * settings.window_articles
        self._run = Run(
            *(translator, places.out, formats), watchlist=watchlist, on_event=self._on_event, monotonic=monotonic
        )
        self._stop = Flag()
        self._survey_due_s = 0.0
        self._survey_soon_s = 0.0
        self._away = False
        self._pause_s = 0.0
        self._paused_until_s = 0.0
        self._problem = ""
        self._floor = Floor((places.out, *disks), settings.min_free_mb)
        self._index_is_old = True  # whoever was here before may have been killed before it was made
        self._told: dict[str, Told] = {}
        self._leaving = Leaving(places)
        self._moves_known = False
        self._noted: set[str] = set()

    def stop(self) -> None:
        """Finish what is in hand and end; for signal handlers."""
        self._stop.set()
        self._run.end()
        self._live.ending()

    def __call__(self) -> bool:
        """Load the models and work. Return whether all that was in hand was finished. Raises ``TransError``."""
        whole = True
        self._moves_known = note_places(
            self._places
        )  # before there is a status: one without places is an earlier version's
        try:
            self._show("starting")
            self._translator.load()
            self._show("idle")
            self._live.ready()
            _log.info("Watching %s; briefs go to %s", self._places.root, self._places.out)
            while whole and not self._stop.is_set():
                whole = self._watch()
            if self._index_is_old:
                self._run.update_index()
        finally:
            self._live.ended()
        return whole

    def _watch(self) -> bool:
        """Watch anew, and work until the next survey is due: so a watch that has died is replaced."""
        watched = self._identity()
        changes = self._changes()
        for number, paths in enumerate(changes):
            if number == 0:  # from here on nothing is missed
                self._survey()
            for path in paths:
                self._notice(path)
            if not self._work():
                return False
            if self._stop.is_set() or self._monotonic() >= self._survey_due_s or self._identity() != watched:
                break
        return True

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self._places.root.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _survey(self) -> None:
        """Look at everything in the folder."""
        started = self._monotonic()
        self._moves_known = self._moves_known or note_places(self._places)
        try:
            found = self._folder.survey()
        except TransError as error:
            if not self._away:
                _log.warning("%s; waiting for it", error.message)
            self._away = True
            self._survey_due_s = self._monotonic() + _AWAY_S
            return
        if self._away:
            _log.info("%s is there again", self._places.root)
        self._away = False
        for note in found.notes:
            self._note(note)
        self._arrivals.survey(found.inputs)
        ended = self._monotonic()
        self._survey_due_s = ended + _SURVEY_EVERY_S
        self._survey_soon_s = ended + max(_SURVEY_SOON_S, _SURVEY_REST * (ended - started))

    def _notice(self, path: Path) -> None:
        if path.is_symlink() or path.is_dir():
            if path != self._places.root and self._folder.holds(path):
                self._survey_due_s = min(self._survey_due_s, self._survey_soon_s)
            return
        there = os.path.lexists(path)
        if there and (note := self._folder.note(path)):
            self._note(note)
        item = self._folder.at(path)
        if item is None:
            return
        if there:
            self._arrivals.notice(item)
        else:
            self._forget(item)

    def _note(self, note: str) -> None:
        """Log once what is passed over."""
        if note not in self._noted:
            self._noted.add(note)
            _log.info("%s", note)

    def _work(self) -> bool:
        """Make briefs of what is ready. Return whether that was finished."""
        if self._monotonic() < self._paused_until_s or self._stop.is_set():
            self._show("waiting" if self._problem else "idle")
            return True
        items = self._arrivals.ready(self._most) if self._floor.has_room() else []
        if items and not self._make(items):
            return False
        if self._moves_known:  # where nobody knew of its move, an input would be taken for a deleted one
            for item in self._leaving.move(self._monotonic(), self._arrivals.stands):
                self._forget(item)
        if items and (self._problem or self._arrivals.ready(1)):
            return True  # the page can wait: there is more to do
        if self._index_is_old and self._run.settle_index():
            self._index_is_old = False
        self._show("idle")
        return True

    def _make(self, items: list[Input]) -> bool:
        self._told = {item.id: Told(again=self._arrivals.is_retry(item)) for item in items}
        named = {item.id: self._names.owner(item) for item in items}
        refused = [_clash(item, named[item.id]) for item in items if named[item.id] != item]
        self._arrivals.work(items)
        self._show("working")
        self._index_is_old = True
        started = self._monotonic()
        try:
            report = self._run([item for item in items if named[item.id] == item], refused=refused, index=False)
            self._pause_s, self._problem = 0.0, ""
        except ModelError:
            raise
        except TransError as error:
            self._pause(error)
            report = self._run.report
            report.ended_early = True
        self._arrivals.work(())
        self._live.took(report.counts["written"], self._monotonic() - started)
        for item in items:
            told = self._told[item.id]
            # Of a file of many that was not read to its end nobody knows what else it holds.
            if not (report.interrupted or report.ended_early) or (told.outcomes and not holds_many(item.path)):
                self._conclude(item, told)
        return not report.interrupted

    def _conclude(self, item: Input, told: Told) -> None:
        again_s = self._arrivals.failed(item) if told.failed else None
        for line in told.warnings(item.id, again_s):
            _log.warning("%s", line)
        if again_s is None:
            self._leaving.add(item, self._arrivals.done(item), failed=told.failed > 0)

    def _forget(self, item: Input) -> None:
        """An input is gone."""
        self._arrivals.forget(item)
        self._names.forget(item)
        self._run.forget(item.id)
        self._index_is_old = True

    def _pause(self, error: TransError) -> None:
        """Something is wrong with more than one article, as a full disk: wait, and try the same again."""
        if self._problem != error.message:
            _log.error("%s. %s", error.message, error.hint)
        self._problem = error.message
        self._pause_s = min(_LONGEST_PAUSE_S, 2 * self._pause_s or _PAUSE_S)
        self._paused_until_s = self._monotonic() + self._pause_s

    def _on_event(self, event: Event) -> None:
        self._live.beat()
        self._tell(event)
        if isinstance(event, Decoded):
            return
        told = told_of(event.id, self._told)
        told.add(event)
        self._live.counted(written=event.status == "written", failures=event.status == "failed" and not told.again)
        if event.status in ("written", "refreshed"):
            _log.info("%s %s%s", event.id, event.status, counted(event))
        if event.status == "written" and event.id in self._told:
            self._warn_of_another(event.id)

    def _warn_of_another(self, name: str) -> None:
        """Say so where a file of a name that came before has a brief of that name now. Of a file of many that is no news."""
        earlier = self._places.done / name if self._places.done else None
        if earlier and not holds_many(earlier) and earlier.is_file():
            _log.warning(
                "%s: an earlier file of that name is in %s; if a brief of it was here, this one has replaced it",
                *(name, earlier.parent),
            )

    def _show(self, state: State) -> None:
        away = f"{self._places.root} is not there" if self._away else ""
        problem = self._problem or self._floor.problem or away
        self._live.set(
            "waiting" if problem and state == "idle" else state,
            queue=self._arrivals.unread,
            oldest_s=self._arrivals.oldest_s,
            problem=problem,
        )


def _clash(item: Input, owner: Input) -> Failure:
    return Failure(item.id, f"would have the same output name as {owner.id}", "Rename it.")
