"""What is done on the machines of a cluster with a window of articles: read, made into briefs, written.

Each stage calls what a run on one machine calls. Knows no Ray: what is sent is plain data.
"""

import logging
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import Literal, Protocol

from trans.api import Translator
from trans.article import Article, Failure
from trans.brief import Brief, Hashes
from trans.brief_writer import BriefWriter
from trans.cluster_recipe import Recipe
from trans.errors import OUR_FAULT, TransError, kind_and_words, unquoted
from trans.exports import Wish
from trans.heap import give_back, share
from trans.jobs import Job, Offer, ToMake, Windows, cut, found_in
from trans.locations import Location
from trans.outcome import Decoded, Event, Outcome
from trans.record import Record
from trans.review_log import ReviewLog
from trans.revision import Revision
from trans.store import Store
from trans.work import Work

_log = logging.getLogger("trans")


class Ledger(Protocol):
    """The run's ledger, as a worker sees it; see there."""

    def loading(self) -> None: ...

    def loaded(self) -> None: ...

    def begin(self, records: Sequence[Record], *, alone: bool, lasting: bool) -> Mapping[str, int]: ...

    def ended(self, ids: Iterable[str]) -> None: ...

    def append(self, records: Iterable[Record]) -> None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """Articles that go through the stages together. ``alone``: there is one, and a worker died with it in work."""

    number: int
    articles: tuple[ToMake, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class Put:
    """Articles that a stage was not to begin: ids of those that are to be tried alone, and what is told of those given up."""

    suspects: tuple[str, ...] = ()
    given_up: tuple[Outcome, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        return frozenset((*self.suspects, *(outcome.id for outcome in self.given_up)))

    def __add__(self, other: "Put") -> "Put":
        return Put(self.suspects + other.suspects, self.given_up + other.given_up)


@dataclass(frozen=True, slots=True)
class Read:
    """A window's articles, read. ``put``: those that were not; ``stopped`` is what ends the run."""

    number: int
    alone: bool
    found: tuple[tuple[ToMake, Article | Failure], ...] = ()
    put: Put = Put()
    stopped: TransError | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a window so far. ``briefs`` are to be written, with their records as they are in work.

    ``withdrawn`` have briefs from before, which the run marks.
    """

    number: int
    alone: bool
    briefs: tuple[tuple[Brief, Record], ...] = ()
    withdrawn: tuple[tuple[Failure, Record], ...] = ()
    failed: tuple[tuple[Failure, Record], ...] = ()
    written: tuple[Outcome, ...] = ()
    put: Put = Put()
    decoded: Decoded | None = None
    stopped: TransError | None = None


class Reader:
    """Reads a window's articles, each watched by the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def __call__(self, window: Window) -> Read:
        """Read them."""
        try:
            records = [wanted.read() for wanted in window.articles]
            with _in_work(self._ledger, records, alone=window.alone) as put:
                found = tuple(
                    (wanted, article)
                    for wanted in window.articles
                    if wanted.offer.id not in put.ids
                    for article in self.found(wanted.offer)
                )
        except Exception as error:  # noqa: BLE001  (it ends the run, in the words of one that does)
            return Read(window.number, window.alone, stopped=_stopping(error))
        return Read(window.number, window.alone, found, put)

    def found(self, offer: Offer) -> Iterator[Article | Failure]:
        """Yield what is in one of them."""
        return found_in(offer)


class BriefMaker:
    """Makes briefs on a worker; holds its translator, which is built with the first window.

    ``hashes`` are those of the run's own translator: a worker whose models differ makes nothing. Several threads may call it at
    once.
    """

    def __init__(self, recipe: Recipe, device: Literal["cpu", "cuda"], hashes: Hashes, ledger: Ledger) -> None:
        share()
        self._recipe = recipe
        self._device = device
        self._hashes = hashes
        self._ledger = ledger
        self._lock = Lock()
        self._translator: Translator | None = None

    def __call__(self, read: Read) -> Made:
        """Make the briefs of a window."""
        try:
            return self._make(read)
        except Exception as error:  # noqa: BLE001  (it ends the run, in the words of one that does)
            return Made(read.number, read.alone, stopped=_stopping(error))
        finally:
            give_back()

    def _make(self, read: Read) -> Made:
        if read.stopped:
            raise read.stopped
        unread = [(found, wanted.record) for wanted, found in read.found if isinstance(found, Failure)]
        withdrawn = tuple(one for one in unread if one[0].withdrawn)
        failed = [one for one in unread if not one[0].withdrawn]
        articles = [(found, wanted.attempt(found)) for wanted, found in read.found if not isinstance(found, Failure)]
        if not articles:
            return Made(read.number, read.alone, withdrawn=withdrawn, failed=tuple(failed), put=read.put)
        translator = self._ready()
        decoded: list[Decoded] = []

        def on_event(event: Event) -> None:
            if isinstance(event, Decoded):
                decoded.append(event)

        work = Work(translator, lambda records: None, on_event)  # noqa: ARG005  (the ledger has written them down)
        briefs: list[tuple[Brief, Record]] = []
        with _in_work(self._ledger, [record for _, record in articles], alone=read.alone, lasting=True) as put:
            begun = [(article, record) for article, record in articles if record.id not in put.ids]
            for jobs in self._windows(translator, begun, failed, alone=read.alone):
                for job, result in zip(jobs, work.make(jobs), strict=True):
                    if isinstance(result, Failure):
                        failed.append((result, job.record))
                    else:
                        briefs.append((result, job.record))
        return Made(
            *(read.number, read.alone, tuple(briefs), withdrawn, tuple(failed)),
            put=read.put + put,
            decoded=_sum(decoded),
        )

    def _windows(
        self,
        translator: Translator,
        articles: Iterable[tuple[Article, Record]],
        failed: list[tuple[Failure, Record]],
        *,
        alone: bool,
    ) -> Iterator[list[Job]]:
        """Yield articles, cut, in windows as large as they may be; those that can't be cut go to ``failed``."""
        windows = Windows(self._recipe.profile.run.window_articles, self._recipe.profile.run.window_chars)
        for article, record in articles:
            planned = cut(article, translator.plan)
            if isinstance(planned, Failure):
                failed.append((planned, record))
            else:
                yield from windows.add(Job(planned, record, alone))
        yield from windows.rest()

    def _ready(self) -> Translator:
        """Return the translator, built and loaded: should the process die of that, it was no article's fault, and is counted."""
        with self._lock:
            if self._translator is None:
                self._ledger.loading()
                translator = self.build()
                if translator.provenance.hashes != self._hashes:
                    raise TransError(
                        f"The worker on {platform.node()} would make other briefs than this machine: its models, its glossary, "
                        "its device or its version of trans differ",
                        "Give all machines of the cluster the same.",
                    )
                translator.load()
                self._ledger.loaded()
                self._translator = translator
            return self._translator

    def build(self) -> Translator:
        """Build the translator. Raises as that does."""
        return self._recipe.translator(self._device)


class Writer:
    """Writes a window's briefs as ``wish`` has it, and what failed in work; all through the ledger, which knows who does what."""

    def __init__(self, out: Location, wish: Wish, recipe: Recipe, ledger: Ledger) -> None:
        self._ledger = ledger
        store, log = Store(out), ReviewLog(out)
        log.refresh()
        revision = Revision(store, log, recipe.check, keep=recipe.profile.run.keep_versions)
        self._writer = BriefWriter(store, ledger.append, wish, revision)

    def __call__(self, made: Made) -> Made:
        """Write them; what became of them stands in their place."""
        if made.stopped:
            return made
        try:
            failed = [self._writer.fail(failure, record) for failure, record in made.failed]
            with _in_work(self._ledger, [record for _, record in made.briefs], alone=made.alone) as put:
                briefs = [(brief, record) for brief, record in made.briefs if record.id not in put.ids]
                written = self._writer.publish(briefs, "written")
        except Exception as error:  # noqa: BLE001  (it ends the run, in the words of one that does)
            return Made(made.number, made.alone, stopped=_stopping(error))
        return replace(made, briefs=(), failed=(), written=(*failed, *written), put=made.put + put)


@contextmanager
def _in_work(ledger: Ledger, records: Sequence[Record], *, alone: bool, lasting: bool = False) -> Iterator[Put]:
    """Tell the ledger that articles are begun, and that they are through; nobody tells that if the process dies.

    Gives those that are not to be begun. What had all its attempts is given up, and its attempts stay in the manifest: the next
    run must not die of it again.
    """
    if not records:
        yield Put()
        return
    died = ledger.begin(records, alone=alone, lasting=lasting)
    try:
        given_up = []
        if alone:
            for record in records:
                if record.id in died:
                    reason = f"the worker died {died[record.id]} times while working on it"
                    ledger.append([replace(record, attempts=died[record.id], owner="", reason=reason)])
                    hint = "Look at that article; --force tries it again."
                    given_up.append(Outcome(record.id, "failed", reason, hint))
        yield Put(() if alone else tuple(died), tuple(given_up))
    finally:
        ledger.ended([record.id for record in records if record.id not in died])


def _stopping(error: Exception) -> TransError:
    """Return what ends the run: ``error``, or that a worker broke."""
    if isinstance(error, TransError):
        return error
    _log.debug("a worker broke", exc_info=unquoted(error))
    return TransError(f"The worker on {platform.node()} broke: {kind_and_words(error)}", OUR_FAULT)


def _sum(events: Sequence[Decoded]) -> Decoded:
    return Decoded(
        sum(event.taken_on for event in events),
        sum(event.texts for event in events),
        sum(event.tokens for event in events),
    )
