"""A run over many inputs: windows of articles to the models, two at once, and briefs to disk as they are made.

Which articles those are, ``intake`` says. Tells what happens through ``on_event`` and prints nothing.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace

from trans.api import Translator
from trans.article import Failure
from trans.brief import Brief
from trans.decide import Decision, Wanted
from trans.decodes import Interrupted
from trans.errors import TransError
from trans.exports import Wish
from trans.heap import give_back
from trans.index_updates import IndexUpdates
from trans.intake import Intake
from trans.jobs import Job
from trans.locations import Location
from trans.manifest import Manifest
from trans.outcome import Decoded, OnEvent, Outcome, Report
from trans.pipeline import Begun, Plan
from trans.publish import Publisher
from trans.review_log import ReviewLog
from trans.revision import Revision
from trans.shards import Shard
from trans.sources import Input
from trans.store import Store
from trans.telling import tell
from trans.watchlist import Watchlist
from trans.work import Work

_log = logging.getLogger("trans")

# How often a run that waits for its threads looks whether it has to end, and one that reads says so: nobody sees a second.
_LOOK_EVERY_S = 1.0

# How long an interrupted run waits for the batch in flight, to keep its decodes; a batch takes a few seconds.
_STOP_TIMEOUT_S = 5.0


InWork = deque[tuple[list[Job], Future[Begun], Future[list[Brief | Failure]]]]

# Windows with the models at once: while one's last batches are decoded the next's fill the cores that fall idle.
_WINDOWS = 2


class Run:
    """Runs a translator over inputs into an output folder, again and again. ``report`` tells what the last call has reached.

    With ``html`` among the formats the folder's index page follows the run; it lists ``notes`` on what was no input. With a
    ``shard`` only that share of the articles is done, beside others that do theirs; the index is then nobody's.
    ``only_reviewed``: exports of reviewed briefs alone. The index marks what is on the ``watchlist``. ``monotonic`` is a clock,
    in seconds.
    """

    def __init__(
        self,
        translator: Translator,
        out: Location,
        formats: Sequence[str],
        *,
        force: bool = False,
        limit: int | None = None,
        notes: Sequence[str] = (),
        shard: Shard | None = None,
        only_reviewed: bool = False,
        watchlist: Watchlist | None = None,
        on_event: OnEvent | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._translator = translator
        self._store = Store(out)
        self._manifest = Manifest(out, shard)
        wish = Wish(tuple(dict.fromkeys(("json", *formats))), only_reviewed=only_reviewed)
        self._log = ReviewLog(out)
        keep = translator.profile.run.keep_versions
        revision = Revision(self._store, self._log, translator.recheck, manifest=self._manifest, keep=keep)
        self._publisher = Publisher(translator.recheck, self._store, self._manifest, wish, revision)
        self._index: IndexUpdates | None = None
        if "html" in formats and shard is None:
            self._index = IndexUpdates(out, notes, self._manifest, watchlist=watchlist, monotonic=monotonic)
        # A share is one machine's: started again on another, it is its last one that has died.
        wanted = Wanted(
            *(translator.provenance.hashes, wish, translator.profile.run.max_attempts, force), sole=shard is not None
        )
        self._intake = Intake(
            *(translator, self._store, self._manifest, self._publisher, wanted, self._tell, limit),
            forget=self.forget,
            tick=self._tick,
            shard=shard,
        )
        self._monotonic = monotonic
        self._tick_due_s = monotonic() + _LOOK_EVERY_S
        self._on_event = on_event or (lambda event: None)  # noqa: ARG005
        self.report = Report()
        self._work = Work(translator, self._manifest.append, self._on_event, monotonic)

    def decisions(
        self, inputs: Sequence[Input]
    ) -> Iterator[tuple[str, Decision, Callable[[], Iterator[Plan | Failure]]]]:
        """Say of each article, by its id, what would be done, and how to look into it; writes nothing."""
        return self._intake.decisions(inputs)

    def end(self) -> None:
        """Have the call at work, or the next, end with what is in work, broken off if it takes too long; for signal handlers."""
        self._work.end()

    def forget(self, article_id: str) -> None:
        """Tell the index that an input or record is gone: that it failed, or records of it did, is no news any more."""
        if self._index:
            self._index.forget(article_id)

    def update_index(self) -> None:
        """Have the index page show how the folder stands."""
        if self._index:
            self._index.finished()

    def settle_index(self) -> bool:
        """Have the index page show how the folder stands, if it is time for that; return whether it does."""
        return self._index is None or self._index.settled()

    def __call__(self, inputs: Sequence[Input], *, refused: Sequence[Failure] = (), index: bool = True) -> Report:
        """Do it. Raises ``TransError`` where the run as a whole can't go on; what was finished is then on disk.

        ``refused`` are inputs that failed before they were read. Without ``index`` the page is left to ``update_index``.
        """
        self.report = Report()
        self._work.stop.clear()
        self._store.prepare()
        self._manifest.refresh()
        self._log.refresh()
        beginner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="begin")
        finisher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="finish")
        in_work: InWork = deque()
        interrupted = False
        begun: Future[Begun] | None = None
        warmed: Future[None] | None = None

        def first(plan: Plan) -> None:
            # Models load while the window's other articles are read.
            nonlocal warmed
            warmed = beginner.submit(self._translator.warm, plan)

        try:
            self._tell(*(Outcome(failure.id, "failed", failure.reason, failure.hint) for failure in refused))
            for window in self._intake.windows(inputs, first):
                if self._work.is_ending():
                    self.report.ended_early = True
                    break
                if not window:
                    while in_work:
                        self._finish(in_work)
                    continue
                alone = window[0].suspect
                while in_work and (alone or len(in_work) == _WINDOWS):
                    self._finish(in_work)
                ahead = len(in_work[-1][0]) if in_work else 0
                limit = self._work.limit()
                begun = beginner.submit(self._work.begin, window, None if alone else begun, warmed, limit, ahead)
                completed = finisher.submit(self._work.complete, window, begun, limit, alone=not ahead)
                in_work.append((window, begun, completed))
                if alone:
                    self._finish(in_work)
            self.report.ended_early |= self._intake.broken_off
            while in_work:
                self._finish(in_work)
            self._publisher.settle_kills()
            self._manifest.compact()
        except (KeyboardInterrupt, Interrupted):
            interrupted = True
            self._halt(in_work)
        except BaseException:
            self._halt(in_work)
            raise
        finally:
            for threads in (beginner, finisher):
                threads.shutdown(wait=not interrupted, cancel_futures=True)
            if index:
                self.update_index()
        self.report.interrupted = interrupted
        return self.report

    def _finish(self, in_work: InWork) -> None:
        """Publish what the oldest window gave, take it off, then tell."""
        outcomes = self._publish(in_work)
        try:
            give_back()
        finally:  # an interrupt meanwhile doesn't make them unsaid
            self._tell(*outcomes)

    def _publish(self, in_work: InWork) -> list[Outcome]:
        """Publish what the oldest window gave and let go of it: what its caller gives back to the system holds none of it."""
        window, _, future = in_work[0]
        while not wait([future], timeout=_LOOK_EVERY_S).done:
            # What hangs in a library never asks its watcher.
            if self._work.is_overdue(_STOP_TIMEOUT_S):
                raise Interrupted
        results = future.result()
        failures, done = [], []
        for job, result in zip(window, results, strict=True):
            if isinstance(result, Failure):
                failures.append(self._publisher.fail(result, job.record))
            else:
                done.append((result, job.record))
        outcomes = [*failures, *self._publisher.publish(done, "written")]
        in_work.popleft()
        return outcomes

    def _halt(self, in_work: InWork) -> None:
        """Stop decoding; keep what is finished, and take back the attempts of the rest: nobody died."""
        self._work.stop.set()
        while in_work:
            window, begun, future = oldest = in_work[0]
            # A window that is just being begun has its attempts written down first, to be taken back here.
            if not begun.cancel():
                wait([begun], timeout=_STOP_TIMEOUT_S)
            future.cancel()
            try:
                finished = not future.cancelled() and future.exception(timeout=_STOP_TIMEOUT_S) is None
            except FutureTimeoutError:
                finished = False
            try:
                if finished:
                    self._finish(in_work)
                    continue
                if not begun.cancelled():
                    self._manifest.append(replace(job.record, attempts=job.record.attempts - 1) for job in window)
            except TransError as error:
                _log.debug("%s", error)  # the disk may be what stopped the run
            if in_work and in_work[0] is oldest:
                in_work.popleft()

    def _tick(self) -> bool:
        """Give a sign of life while records are read that nothing is told of. Return whether to go on reading."""
        now_s = self._monotonic()
        if now_s >= self._tick_due_s:
            self._tick_due_s = now_s + _LOOK_EVERY_S
            self._on_event(Decoded(0, 0, 0))
        return not self._work.is_ending()

    def _tell(self, *outcomes: Outcome) -> None:
        tell(outcomes, self.report, self._on_event, self._index)
        if self._work.is_overdue() and not self._work.stop.is_set():
            raise Interrupted
