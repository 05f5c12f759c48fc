"""What is to be made of a run's inputs: what is done already is told at once, the rest comes in windows of articles.

Joins reading, cutting, the manifest and what is on disk; knows no model at work and no thread.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from trans import owner
from trans.api import Translator
from trans.article import Article, Failure
from trans.decide import Decision, Wanted, deaths, decide
from trans.errors import TransError
from trans.manifest import Manifest, Record
from trans.outcome import Outcome
from trans.pipeline import Plan
from trans.publish import OUR_FAULT, Publisher
from trans.sources import Input, holds_many, output_stem, read
from trans.store import Store, sha256

_log = logging.getLogger("trans")


@dataclass(frozen=True, slots=True)
class Job:
    """One article on its way, and its record. ``suspect``: a process died with it in work."""

    plan: Plan
    record: Record
    suspect: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An article to decide about: a file, not read yet, or a record, read on the way through its file.

    ``mtime_ns`` is -1 for a record: only its content says whether it has changed. ``read`` gives what is in it.
    """

    id: str
    path: Path
    size: int
    mtime_ns: int
    sha256: Callable[[], str]
    read: Callable[[], Iterator[Article | Failure]]

    def is_as(self, record: Record) -> bool:
        """Say whether the source's content is still that of ``record``."""
        if self.mtime_ns >= 0 and (self.size, self.mtime_ns) == (record.size, record.mtime_ns):
            return True
        try:
            return self.size == record.size and self.sha256() == record.sha256
        except OSError:
            return False


class _EndedError(Exception):
    """Nothing more is to be read."""


class Intake:
    """Decides about inputs one after another; ``tell`` hears of those that need no model.

    ``forget`` hears the ids of failures that a file of many no longer gives. ``tick`` is called for each input and each record
    that is read, and says whether to go on; where it did not, ``broken_off`` is true afterwards.
    """

    def __init__(
        self,
        translator: Translator,
        store: Store,
        manifest: Manifest,
        publisher: Publisher,
        wanted: Wanted,
        tell: Callable[..., None],
        limit: int | None = None,
        *,
        forget: Callable[[str], None] = lambda article_id: None,  # noqa: ARG005
        tick: Callable[[], bool] = lambda: True,
    ) -> None:
        self._translator = translator
        self._store = store
        self._manifest = manifest
        self._publisher = publisher
        self._wanted = wanted
        self._tell = tell
        self._limit = limit
        self._forget = forget
        self._tick = tick
        self.broken_off = False
        self._settings = translator.profile.run
        self._owner = owner.current()

    def decisions(
        self, inputs: Sequence[Input]
    ) -> Iterator[tuple[str, Decision, Callable[[], Iterator[Plan | Failure]]]]:
        """Say of each article, by its id, what would be done, and how to look into it; writes nothing."""
        for offer in islice(self._offers(inputs, write=False), self._limit):
            decision = self._decide(offer, self._lookup(offer.id))
            yield offer.id, decision, partial(self._planned, offer)

    def windows(self, inputs: Sequence[Input], first: Callable[[Plan], None]) -> Iterator[list[Job]]:
        """Yield articles to translate in windows; what needs no model is dealt with on the way.

        ``first`` is told of the first of them at once.
        """
        window: list[Job] = []
        found = False
        characters = 0
        suspects: list[Offer] = []
        for offer in islice(self._offers(inputs, write=True), self._limit):
            for job in self._jobs(offer, suspects):
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
        for offer in sorted(suspects, key=lambda offer: deaths(self._manifest.get(offer.id))):
            for job in self._jobs(offer, None):
                yield [job]

    def _offers(self, inputs: Sequence[Input], *, write: bool) -> Iterator[Offer]:
        self.broken_off = False
        try:
            for item in inputs:
                self._look()
                if holds_many(item.path):
                    yield from self._records(item, write=write)
                else:
                    size, mtime_ns = _stat(item.path)
                    content, found = partial(_sha256, item.path), partial(read, item, self._settings.reading)
                    yield Offer(item.id, item.path, size, mtime_ns, content, found)
        except _EndedError:
            self.broken_off = True

    def _look(self) -> None:
        if not self._tick():
            raise _EndedError

    def _records(self, item: Input, *, write: bool) -> Iterator[Offer]:
        """Read through a file of many articles. A failure that it no longer gives is forgotten at its end."""
        failed = {
            record.id
            for record in self._manifest.unfinished()
            if record.id == item.id or record.id.startswith(f"{item.id}/")
        }
        for found in self._found(item):
            failed.discard(found.id)
            if isinstance(found, Failure):
                yield Offer(found.id, item.path, -1, -1, str, partial(iter, [found]))
            else:
                source = found.source
                yield Offer(found.id, item.path, source.bytes, -1, partial(str, source.sha256), partial(iter, [found]))
        if write:
            self._manifest.forget(failed)
            for name in failed:
                self._forget(name)

    def _jobs(self, offer: Offer, suspects: list[Offer] | None) -> Iterator[Job]:
        """Yield what must be translated of an input; tell at once what is done, refreshed or failed."""
        path = str(offer.path.resolve())
        record = self._lookup(offer.id)
        decision = self._decide(offer, record)
        if record is not None and self._is_another(record, path):
            reason = f"the brief {output_stem(offer.id)} is that of another file, {record.path}"
            self._tell(Outcome(offer.id, "failed", reason, "Give each folder of inputs an --out of its own."))
        elif decision.action == "skip" and record is not None:
            seen = replace(record, path=path, mtime_ns=offer.mtime_ns)
            if seen != self._manifest.get(offer.id):
                self._manifest.append([seen])
            flags, risk, worst = record.flags, record.risk, record.worst
            self._tell(Outcome(offer.id, "skipped", decision.reason, flags=flags, risk=risk, worst=worst))
        elif decision.action == "fail":
            if record is not None:
                self._manifest.append([replace(record, reason=decision.reason)])
            self._tell(Outcome(offer.id, "failed", decision.reason, "Look at that article; --force tries it again."))
        elif decision.action == "render" and record is not None and (brief := self._publisher.finished(record)):
            seen = replace(record, path=path, mtime_ns=offer.mtime_ns)
            self._tell(*self._publisher.refresh(brief, seen, decision.reason))
        elif suspects is not None and deaths(record) > 0:
            suspects.append(offer)
        else:
            before = record or Record(offer.id, "attempt")
            before = replace(before, path=path, size=offer.size, mtime_ns=offer.mtime_ns, reason="")
            died = 0 if self._wanted.force or decision.reason == "source changed" else deaths(record)
            for found in self._planned(offer):
                if isinstance(found, Failure):
                    if found.withdrawn:
                        before = self._publisher.withdraw(before)
                    self._tell(self._publisher.fail(found, before))
                    continue
                started = replace(before, id=found.article.id, status="attempt", attempts=died + 1, owner=self._owner)
                sha = found.article.source.sha256
                yield Job(found, replace(started, sha256=sha), suspect=suspects is None)

    def _found(self, item: Input) -> Iterator[Article | Failure]:
        """Read a file of many; a fault of a reader ends it as its failure."""
        try:
            yield from read(item, self._settings.reading, self._look)
        except _EndedError:
            raise
        except Exception as error:  # noqa: BLE001  (one bad file never stops the rest)
            yield fault(item.id, error)

    def _planned(self, offer: Offer) -> Iterator[Plan | Failure]:
        """Read an article and cut it; whatever breaks on the way is that article's failure."""
        try:
            for found in offer.read():
                yield found if isinstance(found, Failure) else self._translator.plan(found)
        except TransError:
            raise
        except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
            yield fault(offer.id, error)

    def _lookup(self, article_id: str) -> Record | None:
        return self._manifest.get(article_id) or self._publisher.recover(article_id)

    def _decide(self, offer: Offer, record: Record | None) -> Decision:
        decision = decide(record, lambda: record is not None and offer.is_as(record), self._wanted, self._store.exists)
        if decision.reason == "checks changed" and record is not None:
            brief = self._publisher.finished(record)
            if brief is not None and self._translator.is_outdated(brief):
                return Decision("make", "checks or glossary changed, and it may be repaired")
        return decision

    def _is_another(self, record: Record, path: str) -> bool:
        """Say whether the record is that of a file elsewhere that is still there: two folders, one output folder."""
        return record.path not in ("", path) and Path(record.path).exists() and not _same_file(record.path, path)


def _stat(path: Path) -> tuple[int, int]:
    """Size in bytes and modification time in nanoseconds; -1 where the file can't be looked at (reading will say why)."""
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes())


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False


def fault(article_id: str, error: Exception) -> Failure:
    """What no article should be able to do; the traceback goes to the log of ``--verbose``."""
    _log.debug("%s broke", article_id, exc_info=error)
    reason = f"It could not be translated: {type(error).__name__}: {error}"
    return Failure(article_id, reason, OUR_FAULT)
