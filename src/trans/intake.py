"""What is to be made of a run's inputs: what is done already is told at once, the rest comes one by one or in windows.

Joins reading, cutting, the manifest and what is on disk; knows no model at work, no thread and no other machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from trans import owner
from trans.api import Translator
from trans.article import Article, Failure
from trans.decide import Decision, Wanted, deaths, decide
from trans.errors import TransError
from trans.jobs import Job, Offer, ToMake, Windows, cut, fault, found_in
from trans.locations import Location, is_remote, location, remote_errors
from trans.manifest import Manifest, Record
from trans.outcome import Outcome
from trans.pipeline import Plan
from trans.publish import Publisher
from trans.shards import Shard
from trans.sources import Input, holds_many, look, output_stem, read
from trans.sources.paths import resolved
from trans.store import Store, sha256


class _EndedError(Exception):
    """Nothing more is to be read."""


class Intake:
    """Decides about inputs one after another; ``tell`` hears of those that need no model.

    ``forget`` hears the ids of failures that a file of many no longer gives. ``tick`` is called for each input and each record
    that is read, and says whether to go on; where it did not, ``broken_off`` is true afterwards. With a ``shard`` it is about
    that share of the articles alone.
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
        shard: Shard | None = None,
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
        self._shard = shard
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
        windows = Windows(self._settings.window_articles, self._settings.window_chars)
        begun = False
        for wanted in self.to_make(inputs):
            for found in found_in(wanted.offer):
                planned = cut(found, self._translator.plan)
                if isinstance(planned, Failure):
                    self.fail(planned, wanted.record)
                    continue
                if not begun and not wanted.suspect:
                    first(planned)
                    begun = True
                yield from windows.add(Job(planned, wanted.attempt(planned.article), wanted.suspect))
        yield from windows.rest()

    def to_make(self, inputs: Sequence[Input]) -> Iterator[ToMake]:
        """Yield articles to translate, not read yet; tell at once what is done, refreshed or failed."""
        suspects: list[Offer] = []
        for offer in islice(self._offers(inputs, write=True), self._limit):
            yield from self._to_make(offer, suspects)
        # Last and one by one, the least suspected first: whatever killed the process before takes nobody along.
        for offer in sorted(suspects, key=lambda offer: self._deaths(self._manifest.get(offer.id))):
            yield from self._to_make(offer, None)

    def fail(self, failure: Failure, record: Record) -> None:
        """Tell that an article failed before it was in work; ``record`` is what was known of it."""
        if failure.withdrawn:
            record = self._publisher.withdraw(record)
        self._tell(self._publisher.fail(failure, record))

    def _offers(self, inputs: Sequence[Input], *, write: bool) -> Iterator[Offer]:
        self.broken_off = False
        try:
            for item in inputs:
                self._look()
                if holds_many(item.path):
                    yield from (offer for offer in self._records(item, write=write) if self._is_ours(offer.id))
                elif self._is_ours(item.id):
                    size, mtime_ns = _stat(item)
                    content, found = partial(_sha256, item.path), partial(read, item, self._settings.reading)
                    yield Offer(item.id, item.path, size, mtime_ns, content, found)
        except _EndedError:
            self.broken_off = True

    def _is_ours(self, article_id: str) -> bool:
        return self._shard is None or self._shard.holds(article_id)

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

    def _to_make(self, offer: Offer, suspects: list[Offer] | None) -> Iterator[ToMake]:
        path = str(resolved(offer.path))
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
        elif suspects is not None and self._deaths(record) > 0:
            suspects.append(offer)
        else:
            before = record or Record(offer.id, "attempt")
            before = replace(before, path=path, size=offer.size, mtime_ns=offer.mtime_ns, reason="")
            died = 0 if self._wanted.force or decision.reason == "source changed" else self._deaths(record)
            yield ToMake(offer, before, died, self._owner, suspect=suspects is None)

    def _found(self, item: Input) -> Iterator[Article | Failure]:
        """Read a file of many; a fault of a reader ends it as its failure."""
        try:
            yield from read(item, self._settings.reading, self._look)
        except _EndedError:
            raise
        except Exception as error:  # noqa: BLE001  (one bad file never stops the rest)
            yield fault(item.id, error)

    def _planned(self, offer: Offer) -> Iterator[Plan | Failure]:
        return (cut(found, self._translator.plan) for found in found_in(offer))

    def _lookup(self, article_id: str) -> Record | None:
        return self._manifest.get(article_id) or self._publisher.recover(article_id)

    def _decide(self, offer: Offer, record: Record | None) -> Decision:
        decision = decide(record, lambda: record is not None and offer.is_as(record), self._wanted, self._store.exists)
        if decision.reason == "checks changed" and record is not None:
            brief = self._publisher.finished(record)
            if brief is not None and self._translator.is_outdated(brief):
                return Decision("make", "checks or glossary changed, and it may be repaired")
        return decision

    def _deaths(self, record: Record | None) -> int:
        return deaths(record, sole=self._wanted.sole)

    def _is_another(self, record: Record, path: str) -> bool:
        """Say whether the record is that of a file elsewhere that is still there: two folders, one output folder."""
        return record.path not in ("", path) and _exists(record.path) and not _same_file(record.path, path)


def _stat(item: Input) -> tuple[int, int]:
    """Size in bytes and modification time in nanoseconds; -1 where the file can't be looked at (reading will say why)."""
    try:
        status = item if item.size >= 0 else look(item.path)
    except OSError:
        return -1, -1
    return status.size, status.mtime_ns


def _sha256(path: Location) -> str:
    with remote_errors():
        return sha256(path.read_bytes())


def _exists(path: str) -> bool:
    try:
        place = location(path)
        if not is_remote(place):
            return place.exists()
        look(place)
    except (OSError, TransError):  # a store that can't be reached any more has nothing that could be mixed up
        return False
    return True


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except OSError:
        return False
