"""What is to be made of a run's inputs: what is done already is told at once, the rest comes one by one or in windows.

Joins reading, cutting, the manifest and what is on disk; knows no model at work, no thread and no other machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from typing import TypeVar

from trans import marks, owner
from trans.api import Translator
from trans.article import Article, Failure
from trans.decide import Decision, Wanted, deaths, decide
from trans.jobs import Job, Offer, ToMake, Windows, cut, fault, found_in
from trans.manifest import Manifest
from trans.marks import Mark
from trans.outcome import Outcome
from trans.pipeline import Plan
from trans.publish import Publisher
from trans.record import Record, line_of
from trans.review import machine
from trans.seen import Seen
from trans.shards import Shard
from trans.sources import Input, holds_many, output_stem, read
from trans.sources.paths import depth_of, resolved
from trans.standing import content_sha256, exists, same_file, settled, stat_of
from trans.store import Store

_TRY_AGAIN = "Look at it; --force tries it again, and so does a run after any change to it."

Found = TypeVar("Found")


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
        self._mark = Mark(store.out)
        self._left: int | None = None
        self._seen = Seen(manifest)

    def decisions(
        self, inputs: Sequence[Input]
    ) -> Iterator[tuple[str, Decision, Callable[[], Iterator[Plan | Failure]]]]:
        """Say of each article, by its id, what would be done, and how to look into it; writes nothing."""
        for offer in islice(self._offers(inputs, None, write=False), self._limit):
            decision = self._decide(offer, self._lookup(offer.id))
            yield offer.id, decision, partial(self._planned, offer)

    def windows(self, inputs: Sequence[Input], first: Callable[[Plan], None]) -> Iterator[list[Job]]:
        """Yield articles to translate in windows; what needs no model is dealt with on the way.

        ``first`` is told of the first of them at once. An empty window comes before something is read that a process died with:
        what is in work is to be finished by then, so that it is not taken along.
        """
        windows = Windows(self._settings.window_articles, self._settings.window_chars)
        begun = False
        try:
            for number, stage in enumerate(self._stages(inputs)):
                if number:
                    yield from windows.rest()
                    yield []
                for wanted in stage:
                    plans = (cut(found, self._translator.plan) for found in found_in(wanted.offer))
                    for planned in self._marked(wanted.read(), plans):
                        if isinstance(planned, Failure):
                            self.fail(planned, wanted.record)
                            continue
                        if not begun and not wanted.suspect:
                            first(planned)
                            begun = True
                        yield from windows.add(Job(planned, wanted.attempt(planned.article), wanted.suspect))
            yield from windows.rest()
        finally:
            self._mark.close()

    def to_make(self, inputs: Sequence[Input]) -> Iterator[ToMake]:
        """Yield articles to translate, not read yet; tell at once what is done, refreshed or failed."""
        try:
            yield from chain.from_iterable(self._stages(inputs))
        finally:
            self._mark.close()

    def _stages(self, inputs: Sequence[Input]) -> Iterator[Iterator[ToMake]]:
        """Yield what is to be made, each part to be used up before the next: at first all that no process died with.

        Then what one did, one by one and the least suspected first: whatever killed the process before takes nobody along. At
        the end the files of many that one died reading.
        """
        marks.count(self._store.out, self._manifest, sole=self._wanted.sole)
        self.broken_off = False
        self._left = self._limit
        suspects: list[Offer] = []
        deadly: list[Input] = []
        yield chain.from_iterable(self._to_make(offer, suspects) for offer in self._counted(inputs, deadly))
        if suspects:
            suspects.sort(key=lambda offer: self._deaths(self._manifest.get(offer.id)))
            yield chain.from_iterable(self._to_make(offer, None) for offer in suspects)
        for item in sorted(deadly, key=self._died_reading):
            yield chain.from_iterable(self._to_make(offer, None) for offer in self._counted([item], None))
        self._seen.write()

    def _counted(self, inputs: Sequence[Input], deadly: list[Input] | None) -> Iterator[Offer]:
        """Yield offers up to the limit."""
        for offer in islice(self._offers(inputs, deadly, write=True), self._left):
            if self._left is not None:
                self._left -= 1
            yield offer

    def fail(self, failure: Failure, record: Record) -> None:
        """Tell that an article failed before it was in work; ``record`` is what was known of it."""
        if failure.withdrawn:
            record = self._publisher.withdraw(failure, record)
        self._tell(self._publisher.fail(failure, record))

    def _offers(self, inputs: Sequence[Input], deadly: list[Input] | None, *, write: bool) -> Iterator[Offer]:
        """Yield what is in the inputs. Files of many that a process died reading are put into ``deadly``, where there is one."""
        try:
            for item in inputs:
                self._look()
                many = holds_many(item.path)
                died = self._died_reading(item) if many else 0
                if not many or died >= self._wanted.max_attempts:
                    if self._is_ours(item.id):
                        size, mtime_ns = stat_of(item)
                        content, found = partial(content_sha256, item.path), partial(read, item, self._settings.reading)
                        yield Offer(item.id, item.path, size, mtime_ns, content, found)
                elif died and deadly is not None:
                    deadly.append(item)
                else:
                    yield from (offer for offer in self._records(item, died, write=write) if self._is_ours(offer.id))
        except _EndedError:
            self.broken_off = True

    def _is_ours(self, article_id: str) -> bool:
        return self._shard is None or self._shard.holds(article_id)

    def _look(self) -> None:
        if not self._tick():
            raise _EndedError

    def _died_reading(self, item: Input) -> int:
        """Return how often a process died reading a file of many as it now is."""
        record = None if self._wanted.force else self._manifest.get(item.id)
        if record is None or (record.size, record.mtime_ns) != stat_of(item):
            return 0
        return self._deaths(record)

    def _marked(self, record: Record, found: Iterator[Found]) -> Iterator[Found]:
        """Yield what is found, and let it be known while it is looked for: no attempt is written down yet."""
        line = line_of(record)
        while True:
            with self._mark.on(line):
                one = next(found, None)
            if one is None:
                return
            yield one

    def _records(self, item: Input, died: int, *, write: bool) -> Iterator[Offer]:
        """Read through a file of many articles. A failure that it no longer gives is forgotten at its end, but for kills."""
        failed = {
            record.id
            for record in self._manifest.unfinished()
            # A kill counts though its file holds something else now.
            if not record.withdrawn and (record.id == item.id or record.id.startswith(f"{item.id}/"))
        }
        articles = self._found(item)
        if write:
            size, mtime_ns = stat_of(item)
            begun = self._manifest.get(item.id) or Record(item.id, "attempt")
            begun = replace(
                begun,
                status="attempt",
                path=str(resolved(item.path)),
                below=depth_of(item.path, item.id),
                size=size,
                mtime_ns=mtime_ns,
                reason="",
                attempts=died + 1,
                owner=self._owner,
            )
            articles = self._marked(begun, articles)
        for found in articles:
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
            seen = replace(record, path=path, mtime_ns=settled(offer))
            if seen != (known := self._manifest.get(offer.id)):
                self._seen.add(known, self._placed(seen, offer))
            flags, risk, worst = record.flags, record.risk, record.worst
            self._tell(Outcome(offer.id, "skipped", decision.reason, flags=flags, risk=risk, worst=worst))
        elif decision.action == "fail":
            if record is not None:
                self._manifest.append([replace(record, reason=decision.reason)])
            self._tell(Outcome(offer.id, "failed", decision.reason, _TRY_AGAIN))
        elif decision.action == "render" and record is not None and (brief := self._publisher.finished(record)):
            seen = self._placed(replace(record, path=path, mtime_ns=settled(offer)), offer)
            self._tell(*self._publisher.refresh(brief, seen, decision.reason))
        elif suspects is not None and self._deaths(record) > 0:
            suspects.append(offer)
        else:
            before = record or Record(offer.id, "attempt")
            below = depth_of(offer.path, offer.id)
            before = replace(before, path=path, below=below, size=offer.size, mtime_ns=settled(offer), reason="")
            died = 0 if self._wanted.force or decision.reason == "source changed" else self._deaths(record)
            yield ToMake(offer, before, died, self._owner, suspect=suspects is None)

    def _placed(self, record: Record, offer: Offer) -> Record:
        """Return a finished brief's record with whose path it has, and where the folder of inputs ends in it."""
        return replace(record, owner=self._owner, below=depth_of(offer.path, offer.id))

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
        decision = decide(
            *(record, lambda: record is not None and offer.is_as(record), self._wanted, self._store.exists),
            newer=self._publisher.newer_than(record) if record else "",
            review=self._publisher.review_of(record) if record else "",
        )
        if decision.reason == "checks changed" and record is not None:
            brief = self._publisher.finished(record)
            if brief is not None and self._translator.is_outdated(machine(brief)):
                return Decision("make", "checks or glossary changed, and it may be repaired")
        return decision

    def _deaths(self, record: Record | None) -> int:
        return deaths(record, sole=self._wanted.sole)

    def _is_another(self, record: Record, path: str) -> bool:
        """Say whether the record is that of a file elsewhere that is still there: two folders, one output folder."""
        return record.path not in ("", path) and exists(record.path) and not same_file(record.path, path)
