"""What is to be made of a run's inputs: what is done already is told at once, the rest comes in windows of articles.

Joins reading, cutting, the manifest and what is on disk; knows no model at work and no thread.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trans import owner
from trans.api import Translator
from trans.article import Failure
from trans.decide import Decision, Wanted, deaths, decide
from trans.errors import TransError
from trans.manifest import Manifest, Record
from trans.outcome import Outcome
from trans.pipeline import Plan
from trans.publish import OUR_FAULT, Publisher
from trans.sources import Input, output_stem, read
from trans.store import Store, sha256

_log = logging.getLogger("trans")


@dataclass(frozen=True, slots=True)
class Job:
    """One article on its way, and its record. ``suspect``: a process died with it in work."""

    plan: Plan
    record: Record
    suspect: bool


class Intake:
    """Decides about inputs one after another; ``tell`` hears of those that need no model."""

    def __init__(
        self,
        translator: Translator,
        store: Store,
        manifest: Manifest,
        publisher: Publisher,
        wanted: Wanted,
        tell: Callable[..., None],
    ) -> None:
        self._translator = translator
        self._store = store
        self._manifest = manifest
        self._publisher = publisher
        self._wanted = wanted
        self._tell = tell
        self._settings = translator.profile.run
        self._owner = owner.current()

    def decisions(self, inputs: Sequence[Input]) -> Iterator[tuple[Input, Decision]]:
        """Say what would be done with each input; writes nothing."""
        for item in inputs:
            yield item, self._decide(item, self._lookup(item), *_stat(item.path))

    def windows(self, inputs: Sequence[Input], first: Callable[[Plan], None]) -> Iterator[list[Job]]:
        """Yield articles to translate in windows; what needs no model is dealt with on the way.

        ``first`` is told of the first of them at once.
        """
        window: list[Job] = []
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

    def _jobs(self, item: Input, suspects: list[Input] | None) -> Iterator[Job]:
        """Yield what must be translated of an input; tell at once what is done, refreshed or failed."""
        size, mtime_ns = _stat(item.path)
        path = str(item.path.resolve())
        record = self._lookup(item)
        decision = self._decide(item, record, size, mtime_ns)
        if record is not None and self._is_another(record, path):
            reason = f"the brief {output_stem(item.id)} is that of another file, {record.path}"
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
                    self._tell(self._publisher.fail(found, before))
                    continue
                started = replace(before, id=found.article.id, status="attempt", attempts=died + 1, owner=self._owner)
                sha = found.article.source.sha256
                yield Job(found, replace(started, sha256=sha), suspect=suspects is None)

    def _planned(self, item: Input) -> Iterator[Plan | Failure]:
        """Read an input and cut it; whatever breaks on the way is that input's failure."""
        try:
            for found in read(item, max_bytes=int(self._settings.max_file_mb * 1_000_000)):
                yield found if isinstance(found, Failure) else self._translator.plan(found)
        except TransError:
            raise
        except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
            yield fault(item.id, error)

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


def fault(article_id: str, error: Exception) -> Failure:
    """What no article should be able to do; the traceback goes to the log of ``--verbose``."""
    _log.debug("%s broke", article_id, exc_info=error)
    reason = f"It could not be translated: {type(error).__name__}: {error}"
    return Failure(article_id, reason, OUR_FAULT)
