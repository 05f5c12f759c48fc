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
from trans.cluster_recipe import Recipe
from trans.errors import TransError
from trans.heap import give_back, share
from trans.jobs import Job, ToMake, Windows, cut, found_in
from trans.locations import Location
from trans.manifest import Record
from trans.outcome import Decoded, Event, Outcome
from trans.publish import BriefWriter
from trans.store import Store
from trans.work import Work

_log = logging.getLogger("trans")


class Ledger(Protocol):
    """The run's ledger, as a worker sees it; see there."""

    def loading(self) -> None: ...

    def loaded(self) -> None: ...

    def begin(self, records: Sequence[Record], *, alone: bool) -> Mapping[str, int]: ...

    def ended(self, ids: Iterable[str]) -> None: ...

    def append(self, records: Iterable[Record]) -> None: ...


@dataclass(frozen=True, slots=True)
class Window:
    """Articles that go through the stages together. ``alone``: there is one, and a worker died with it in work."""

    number: int
    articles: tuple[ToMake, ...]
    alone: bool


@dataclass(frozen=True, slots=True)
class Read:
    """A window's articles, read."""

    number: int
    alone: bool
    found: tuple[tuple[ToMake, Article | Failure], ...]


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a window so far. ``briefs`` are to be written, with their records as they are in work.

    ``suspects`` are to be tried alone. ``stopped`` is what ends the run.
    """

    number: int
    briefs: tuple[tuple[Brief, Record], ...] = ()
    unread: tuple[tuple[Failure, Record], ...] = ()
    failed: tuple[tuple[Failure, Record], ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    suspects: tuple[ToMake, ...] = ()
    decoded: Decoded | None = None
    stopped: TransError | None = None


def read_window(window: Window) -> Read:
    """Read a window's articles."""
    return Read(
        window.number,
        window.alone,
        tuple((wanted, found) for wanted in window.articles for found in found_in(wanted.offer)),
    )


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
        self._loaded = False

    def __call__(self, read: Read) -> Made:
        """Make the briefs of a window."""
        try:
            return self._make(read)
        except TransError as error:
            return Made(read.number, stopped=error)
        finally:
            give_back()

    def _make(self, read: Read) -> Made:
        translator = self._built()
        unread: list[tuple[Failure, Record]] = []
        wanted: dict[str, ToMake] = {}
        windows = Windows(self._recipe.profile.run.window_articles, self._recipe.profile.run.window_chars)

        def cut_up() -> Iterator[list[Job]]:
            for article, found in read.found:
                planned = cut(found, translator.plan)
                if isinstance(planned, Failure):
                    unread.append((planned, article.record))
                    continue
                wanted[planned.article.id] = article
                yield from windows.add(Job(planned, article.attempt(planned.article), read.alone))
            yield from windows.rest()

        decoded: list[Decoded] = []

        def on_event(event: Event) -> None:
            if isinstance(event, Decoded):
                decoded.append(event)

        work = Work(translator, lambda records: None, on_event)  # noqa: ARG005  (the ledger has written them down)
        briefs: list[tuple[Brief, Record]] = []
        failed: list[tuple[Failure, Record]] = []
        outcomes: list[Outcome] = []
        suspects: list[ToMake] = []
        for jobs in cut_up():
            self._load(translator, jobs[0])
            with self._at_work(jobs, alone=read.alone) as refused:
                for job in jobs:
                    if (died := refused.get(job.record.id)) is None:
                        continue
                    if read.alone:
                        outcomes.append(self._give_up(job.record, died))
                    else:
                        suspects.append(wanted[job.record.id])
                begun = [job for job in jobs if job.record.id not in refused]
                for job, result in zip(begun, work.make(begun) if begun else [], strict=True):
                    if isinstance(result, Failure):
                        failed.append((result, job.record))
                    else:
                        briefs.append((result, job.record))
        return Made(
            read.number,
            tuple(briefs),
            tuple(unread),
            tuple(failed),
            tuple(outcomes),
            suspects=tuple(suspects),
            decoded=_sum(decoded),
        )

    @contextmanager
    def _at_work(self, jobs: Sequence[Job], *, alone: bool) -> Iterator[Mapping[str, int]]:
        """Tell the ledger of jobs' beginning and of their end; nobody tells of an end if the process dies."""
        refused = self._ledger.begin([job.record for job in jobs], alone=alone)
        try:
            yield refused
        finally:
            self._ledger.ended([job.record.id for job in jobs if job.record.id not in refused])

    def _give_up(self, record: Record, died: int) -> Outcome:
        """Tell that an article had all its attempts. They stay in the manifest: the next run must not die of it again."""
        reason = f"the worker died {died} times while working on it"
        self._ledger.append([replace(record, attempts=died, owner="", reason=reason)])
        return Outcome(record.id, "failed", reason, "Look at that article; --force tries it again.")

    def _built(self) -> Translator:
        with self._lock:
            if self._translator is None:
                self._translator = self.build()
                if self._translator.provenance.hashes != self._hashes:
                    raise TransError(
                        f"The worker on {platform.node()} would make other briefs than this machine: its models, its glossary, "
                        "its device or its version of trans differ",
                        "Give all machines of the cluster the same.",
                    )
            return self._translator

    def build(self) -> Translator:
        """Build the translator. Raises as that does."""
        return self._recipe.translator(self._device)

    def _load(self, translator: Translator, job: Job) -> None:
        """Load the models before an article is in work: should the process die of it, it was no article's fault."""
        with self._lock:
            if not self._loaded:
                self._ledger.loading()
                translator.warm(job.plan)
                self._ledger.loaded()
                self._loaded = True


class Writer:
    """Writes a window's briefs in ``formats``, and what failed in work; all through the ledger, which knows who is at what."""

    def __init__(self, out: Location, formats: Sequence[str], ledger: Ledger) -> None:
        self._writer = BriefWriter(Store(out), ledger.append, formats)

    def __call__(self, made: Made) -> Made:
        """Write them; what became of them stands in their place."""
        try:
            failed = [self._writer.fail(failure, record) for failure, record in made.failed]
            written = self._writer.publish(made.briefs, "written")
        except TransError as error:
            return replace(made, briefs=(), failed=(), stopped=error)
        return replace(made, briefs=(), failed=(), outcomes=(*made.outcomes, *failed, *written))


def _sum(events: Sequence[Decoded]) -> Decoded:
    return Decoded(
        sum(event.taken_on for event in events),
        sum(event.texts for event in events),
        sum(event.tokens for event in events),
    )
