"""A run over many inputs: windows of articles to the models, two at once, and briefs to disk as they are made.

Which articles those are, ``intake`` says. Tells what happens through ``on_event`` and prints nothing.
"""

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag

from trans.api import Translator
from trans.article import Failure
from trans.brief import Brief
from trans.decide import Decision, Wanted
from trans.decodes import Interrupted, Watcher
from trans.errors import TransError
from trans.heap import give_back
from trans.index_updates import IndexUpdates
from trans.intake import Intake, Job, fault
from trans.manifest import Manifest
from trans.outcome import Decoded, OnEvent, Outcome, Report
from trans.pipeline import Begun, Plan
from trans.publish import Publisher
from trans.sources import Input
from trans.store import Store

_log = logging.getLogger("trans")

# How long an interrupted run waits for the batch in flight, to keep its decodes; a batch takes a few seconds.
_STOP_TIMEOUT_S = 5.0


InWork = deque[tuple[list[Job], Future[Begun], Future[list[Brief | Failure]]]]

# Windows with the models at once: while one's last batches are decoded the next's fill the cores that fall idle.
_WINDOWS = 2


class Run:
    """One run of a translator over inputs into an output folder. ``report`` tells what was reached, also after an error.

    With ``html`` among the formats the folder's index page follows the run; it lists ``notes`` on what was no input.
    """

    def __init__(
        self,
        translator: Translator,
        out: Path,
        formats: Sequence[str],
        *,
        force: bool = False,
        notes: Sequence[str] = (),
        on_event: OnEvent | None = None,
    ) -> None:
        self._translator = translator
        self._store = Store(out)
        self._manifest = Manifest(out)
        formats = tuple(dict.fromkeys(("json", *formats)))
        self._publisher = Publisher(translator, self._store, self._manifest, formats)
        self._index = IndexUpdates(out, notes) if "html" in formats else None
        wanted = Wanted(translator.provenance.hashes, formats, translator.profile.run.max_attempts, force)
        self._intake = Intake(translator, self._store, self._manifest, self._publisher, wanted, self._tell)
        self._on_event = on_event or (lambda event: None)  # noqa: ARG005
        self.report = Report()
        self._stop = Flag()
        self._watcher = Watcher(lambda *counts: self._on_event(Decoded(*counts)), self._stop.is_set)

    def decisions(self, inputs: Sequence[Input]) -> Iterator[tuple[Input, Decision]]:
        """Say what would be done with each input; writes nothing."""
        return self._intake.decisions(inputs)

    def __call__(self, inputs: Sequence[Input]) -> Report:
        """Do it. Raises ``TransError`` where the run as a whole can't go on; what was finished is then on disk."""
        self._store.prepare()
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
            for window in self._intake.windows(inputs, first):
                alone = window[0].suspect
                while in_work and (alone or len(in_work) == _WINDOWS):
                    self._finish(in_work)
                begun = beginner.submit(self._begin, window, None if alone else begun, warmed)
                in_work.append((window, begun, finisher.submit(self._complete, window, begun)))
                if alone:
                    self._finish(in_work)
            while in_work:
                self._finish(in_work)
            self._manifest.compact()
        except KeyboardInterrupt:
            interrupted = True
            self._halt(in_work)
        except BaseException:
            self._halt(in_work)
            raise
        finally:
            for threads in (beginner, finisher):
                threads.shutdown(wait=not interrupted, cancel_futures=True)
            if self._index:
                self._index.finished()
        self.report.interrupted = interrupted
        return self.report

    def _begin(self, window: list[Job], before: Future[Begun] | None, warmed: Future[None] | None) -> Begun:
        """Put a window into work: what was only waiting when the process dies did not kill it."""
        if self._stop.is_set():
            raise Interrupted
        unloaded = warmed.exception() if warmed else None
        if isinstance(unloaded, TransError):
            raise unloaded
        self._manifest.append(job.record for job in window)
        earlier = before.result() if before and not before.exception() else None
        return self._translator.begin([job.plan for job in window], earlier, self._watcher)

    def _complete(self, window: list[Job], begun: Future[Begun]) -> list[Brief | Failure]:
        """Wait for a window's briefs. What breaks a window is looked for article by article."""
        try:
            return list(self._translator.finish(begun.result()))
        except CancelledError:
            raise Interrupted from None
        except (TransError, Interrupted):
            raise
        except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
            return self._one_by_one(window, error)

    def _one_by_one(self, window: list[Job], error: Exception) -> list[Brief | Failure]:
        if len(window) == 1:
            return [fault(window[0].record.id, error)]
        results: list[Brief | Failure] = []
        for job in window:
            try:
                # The window's texts were counted already.
                quiet = Watcher(stopping=self._stop.is_set)
                results += self._translator.finish(self._translator.begin([job.plan], None, quiet))
            except (TransError, Interrupted):
                raise
            except Exception as broken:  # noqa: BLE001
                results.append(fault(job.record.id, broken))
        return results

    def _finish(self, in_work: InWork) -> None:
        """Publish what the oldest window gave, take it off, then tell."""
        window, _, future = in_work[0]
        results = future.result()
        failures, done = [], []
        for job, result in zip(window, results, strict=True):
            if isinstance(result, Failure):
                failures.append(self._publisher.fail(result, job.record))
            else:
                done.append((result, job.record))
        outcomes = [*failures, *self._publisher.publish(done, "written")]
        in_work.popleft()
        give_back()
        self._tell(*outcomes)

    def _halt(self, in_work: InWork) -> None:
        """Stop decoding; keep what is finished, and take back the attempts of the rest: nobody died."""
        self._stop.set()
        while in_work:
            window, begun, future = in_work[0]
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
            in_work.popleft()

    def _tell(self, *outcomes: Outcome) -> None:
        for outcome in outcomes:
            self.report.add(outcome)
            self._on_event(outcome)
            if self._index and outcome.status == "failed":
                self._index.failed(outcome.id, outcome.reason)
        if self._index:
            self._index.progressed()
