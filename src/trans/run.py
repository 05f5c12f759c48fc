"""A run over many inputs: what is done already, windows of what is not, briefs to disk as they are made.

Joins reading, the translator, the store and the manifest; tells what happens through ``on_event`` and prints nothing.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Flag

from trans import owner
from trans.api import Translator
from trans.article import Failure
from trans.brief import Brief
from trans.decide import Decision, Wanted, deaths, decide
from trans.decodes import Interrupted, Watcher
from trans.errors import TransError
from trans.heap import give_back
from trans.index_updates import IndexUpdates
from trans.manifest import Manifest, Record
from trans.outcome import Decoded, OnEvent, Outcome, Report
from trans.pipeline import Begun, Plan
from trans.publish import OUR_FAULT, Publisher
from trans.sources import Input, output_stem, read
from trans.store import Store, sha256

_log = logging.getLogger("trans")

# How long an interrupted run waits for the batch in flight, to keep its decodes; a batch takes a few seconds.
_STOP_TIMEOUT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Job:
    """One article on its way, and its record. ``suspect``: a process died with it in work."""

    plan: Plan
    record: Record
    suspect: bool


InWork = deque[tuple[list[_Job], Future[Begun], Future[list[Brief | Failure]]]]

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
        self._settings = translator.profile.run
        self._wanted = Wanted(translator.provenance.hashes, formats, self._settings.max_attempts, force)
        self._on_event = on_event or (lambda event: None)  # noqa: ARG005
        self.report = Report()
        self._stop = Flag()
        self._owner = owner.current()
        self._watcher = Watcher(lambda *counts: self._on_event(Decoded(*counts)), self._stop.is_set)

    def decisions(self, inputs: Sequence[Input]) -> Iterator[tuple[Input, Decision]]:
        """Say what would be done with each input; writes nothing."""
        for item in inputs:
            yield item, self._decide(item, self._lookup(item), *_stat(item.path))

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
            for window in self._windows(inputs, first):
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

    def _windows(self, inputs: Sequence[Input], first: Callable[[Plan], None]) -> Iterator[list[_Job]]:
        """Yield articles to translate in windows; what needs no model is dealt with on the way.

        ``first`` is told of the first of them at once.
        """
        window: list[_Job] = []
        found = False
        characters = 0
        suspects: list[Input] = []
        for item in inputs:
            for job in self._jobs(item, suspects):
                if not found:
                    first(job.plan)
                    found = True
                size = sum(len(segment.source) for segment in job.plan.texts())
                full = len(window) == self._settings.window_articles or characters + size > self._settings.window_chars
                if window and full:
                    yield window
                    window, characters = [], 0
                window.append(job)
                characters += size
        if window:
            yield window
        # Last and one by one, the least suspected first: whatever killed the process before takes nobody along.
        for item in sorted(suspects, key=lambda item: deaths(self._manifest.get(item.id))):
            for job in self._jobs(item, None):
                yield [job]

    def _jobs(self, item: Input, suspects: list[Input] | None) -> Iterator[_Job]:
        """Yield what must be translated of an input; tell at once what is done, refreshed or failed."""
        size, mtime_ns = _stat(item.path)
        path = str(item.path.resolve())
        record = self._lookup(item)
        decision = self._decide(item, record, size, mtime_ns)
        if record is not None and self._is_another(record, path):
            reason = f"the brief {output_stem(item.id)} is that of another file, {record.path}"
            if self._index:
                self._index.failed(item.id, reason)  # the manifest's record is the other file's
            self._tell(Outcome(item.id, "failed", reason, "Give each folder of inputs an --out of its own."))
        elif decision.action == "skip" and record is not None:
            seen = replace(record, path=path, mtime_ns=mtime_ns)
            if seen != self._manifest.get(item.id):
                self._manifest.append([seen])
            flags, risk, worst = record.flags, record.risk, record.worst
            self._tell(Outcome(item.id, "skipped", decision.reason, flags=flags, risk=risk, worst=worst))
        elif decision.action == "fail":
            if record is not None:
                self._manifest.append([replace(record, reason=decision.reason)])
            self._tell(Outcome(item.id, "failed", decision.reason, "Look at that article; --force tries it again."))
        elif decision.action == "render" and record is not None and (brief := self._publisher.finished(record)):
            seen = replace(record, path=path, mtime_ns=mtime_ns)
            self._tell(*self._publisher.refresh(brief, seen, decision.reason))
        elif suspects is not None and deaths(record) > 0:
            suspects.append(item)
        else:
            before = record or Record(item.id, "attempt")
            before = replace(before, path=path, size=size, mtime_ns=mtime_ns, reason="")
            died = 0 if self._wanted.force or decision.reason == "source changed" else deaths(record)
            for found in self._planned(item):
                if isinstance(found, Failure):
                    self._tell(self._failed(found, before))
                    continue
                started = replace(before, id=found.article.id, status="attempt", attempts=died + 1, owner=self._owner)
                sha = found.article.source.sha256
                yield _Job(found, replace(started, sha256=sha), suspect=suspects is None)

    def _planned(self, item: Input) -> Iterator[Plan | Failure]:
        """Read an input and cut it; whatever breaks on the way is that input's failure."""
        try:
            for found in read(item, max_bytes=int(self._settings.max_file_mb * 1_000_000)):
                yield found if isinstance(found, Failure) else self._translator.plan(found)
        except TransError:
            raise
        except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
            yield _fault(item.id, error)

    def _lookup(self, item: Input) -> Record | None:
        return self._manifest.get(item.id) or self._publisher.recover(item.id)

    def _decide(self, item: Input, record: Record | None, size: int, mtime_ns: int) -> Decision:
        def same_source() -> bool:
            try:
                return record is not None and sha256(item.path.read_bytes()) == record.sha256
            except OSError:
                return False

        decision = decide(record, size, mtime_ns, self._wanted, self._store.exists, same_source)
        if decision.reason == "checks changed" and record is not None:
            brief = self._publisher.finished(record)
            if brief is not None and self._translator.is_outdated(brief):
                return Decision("make", "checks or glossary changed, and it may be repaired")
        return decision

    def _is_another(self, record: Record, path: str) -> bool:
        """Say whether the record is that of a file elsewhere that is still there: two folders, one output folder."""
        return record.path not in ("", path) and Path(record.path).exists() and not _same_file(record.path, path)

    def _begin(self, window: list[_Job], before: Future[Begun] | None, warmed: Future[None] | None) -> Begun:
        """Put a window into work: what was only waiting when the process dies did not kill it."""
        if self._stop.is_set():
            raise Interrupted
        unloaded = warmed.exception() if warmed else None
        if isinstance(unloaded, TransError):
            raise unloaded
        self._manifest.append(job.record for job in window)
        earlier = before.result() if before and not before.exception() else None
        return self._translator.begin([job.plan for job in window], earlier, self._watcher)

    def _complete(self, window: list[_Job], begun: Future[Begun]) -> list[Brief | Failure]:
        """Wait for a window's briefs. What breaks a window is looked for article by article."""
        try:
            return list(self._translator.finish(begun.result()))
        except CancelledError:
            raise Interrupted from None
        except (TransError, Interrupted):
            raise
        except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
            return self._one_by_one(window, error)

    def _one_by_one(self, window: list[_Job], error: Exception) -> list[Brief | Failure]:
        if len(window) == 1:
            return [_fault(window[0].record.id, error)]
        results: list[Brief | Failure] = []
        for job in window:
            try:
                # The window's texts were counted already.
                quiet = Watcher(stopping=self._stop.is_set)
                results += self._translator.finish(self._translator.begin([job.plan], None, quiet))
            except (TransError, Interrupted):
                raise
            except Exception as fault:  # noqa: BLE001
                results.append(_fault(job.record.id, fault))
        return results

    def _finish(self, in_work: InWork) -> None:
        """Publish what the oldest window gave, take it off, then tell."""
        window, _, future = in_work[0]
        results = future.result()
        failures, done = [], []
        for job, result in zip(window, results, strict=True):
            if isinstance(result, Failure):
                failures.append(self._failed(result, job.record))
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

    def _failed(self, failure: Failure, record: Record) -> Outcome:
        """Note a failure and return what to tell of it."""
        self._manifest.append([replace(record, id=failure.id, status="failed", reason=failure.reason, attempts=0)])
        return Outcome(failure.id, "failed", failure.reason, failure.hint)

    def _tell(self, *outcomes: Outcome) -> None:
        for outcome in outcomes:
            self.report.add(outcome)
            self._on_event(outcome)
        if self._index:
            self._index.progressed()


def _stat(path: Path) -> tuple[int, int]:
    """Size in bytes and modification time in nanoseconds; -1 where the file can't be looked at (reading will say why)."""
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def _fault(article_id: str, error: Exception) -> Failure:
    """What no article should be able to do; the traceback goes to the log of ``--verbose``."""
    _log.debug("%s broke", article_id, exc_info=error)
    reason = f"It could not be translated: {type(error).__name__}: {error}"
    return Failure(article_id, reason, OUR_FAULT)
