"""Who is at what in a run on many machines, and what is done: the one writer of the manifest, asked by all workers.

Called by many threads at once. Knows no Ray: an actor is made of it elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from trans.errors import TransError
from trans.locations import Location
from trans.manifest import Appender
from trans.record import Record

# Loads of the models that each worker may fail to end before the run is given up.
_LOADS = 3


@dataclass(slots=True)
class _Batch:
    """Records that are written together, and what came of it."""

    records: list[Record] = field(default_factory=list)
    written: bool = False
    error: Exception | None = None


class Ledger:
    """Keeps the attempts of one run into the output folder ``out``.

    A worker tells when it begins to read, make or write articles and when it is through. One that is told of again in between is
    one that a worker died with. ``max_attempts`` is how often that may happen to an article, ``workers`` how many there are.
    """

    def __init__(self, out: Location, max_attempts: int, workers: int) -> None:
        self._manifest = Appender(out)
        self._max_attempts = max_attempts
        self._loads = workers * _LOADS
        self._lock = Lock()
        self._writing = Lock()
        self._batch = _Batch()
        self._in_work: set[str] = set()
        self._deaths: dict[str, int] = {}
        self._open: dict[str, Record] = {}
        self._loading = 0
        self._over = False

    def loading(self) -> None:
        """A worker begins to load its models. Raises ``TransError`` where one after another has died of it."""
        with self._lock:
            self._loading += 1
            if self._loading > self._loads:
                raise TransError(
                    f"Workers died {self._loads} times while they loaded the models",
                    "They may lack memory: give each more with run.cluster.cpus, or start fewer with run.cluster.workers.",
                )

    def loaded(self) -> None:
        """A worker has loaded its models."""
        with self._lock:
            self._loading = 0

    def begin(self, records: Sequence[Record], *, alone: bool, lasting: bool) -> Mapping[str, int]:
        """A worker takes articles into work. Return those that it must not: how often one died with each.

        Where there are others beside it, that is any article that a worker died with in this run; ``alone``, one that had all
        its attempts. The attempts that ``records`` have are those before this run, and this one. They are written down at once
        where they are ``lasting``, so that the next run knows even if all of this one is killed; else after a death alone.
        """
        with self._lock:
            if self._over:
                raise TransError("The run has ended", "Run again.")
            refused = {}
            lasting_records = []
            for record in records:
                if dead := record.id in self._in_work:
                    self._in_work.remove(record.id)
                    self._deaths[record.id] = self._deaths.get(record.id, 0) + 1
                    if written := self._open.pop(record.id, None):
                        # What it was about to write is ours, whoever finds it.
                        record = replace(record, known=written.known)
                died = self._deaths.get(record.id, 0)
                before = record.attempts - 1 + died
                if (alone and before >= self._max_attempts) or (died and not alone):
                    refused[record.id] = before
                    if dead:
                        lasting_records.append(replace(record, attempts=before, owner=""))
                    continue
                begun = replace(record, attempts=before + 1)
                self._in_work.add(record.id)
                if lasting or died:
                    self._open[record.id] = begun
                    lasting_records.append(begun)
        self.append(lasting_records)
        return refused

    def ended(self, ids: Iterable[str]) -> None:
        """A worker is through with these, however that went."""
        with self._lock:
            self._in_work.difference_update(ids)

    def append(self, records: Iterable[Record]) -> None:
        """Add records to the manifest; they are on disk when this returns. Raises ``TransError`` when the disk refuses.

        What comes while others are being written is written together after them: a remote store takes its time for each object.
        """
        with self._lock:
            batch = self._batch
            # After the end nobody is at work any more, though somebody may still be writing.
            batch.records.extend(_taken_back(record) if self._over else record for record in records)
        with self._writing:
            if not batch.written:
                with self._lock:
                    self._batch = _Batch()
                batch.written = True
                try:
                    self._manifest.append(batch.records)
                except Exception as error:  # noqa: BLE001  (raised to all who wait for it)
                    batch.error = error
                with self._lock:
                    for record in batch.records:
                        if record.status != "attempt":
                            self._open.pop(record.id, None)
                            self._in_work.discard(record.id)  # whoever dies now does not die of it
                        elif record.id in self._open:
                            self._open[record.id] = record  # it knows what is about to be written
        if batch.error:
            raise batch.error

    def take_back(self) -> None:
        """End the run. The attempts of what was begun and is not finished are taken back: nobody died of it."""
        with self._lock:
            unfinished = list(self._open.values())
            self._open.clear()
            self._over = True
        self.append(unfinished)


def _taken_back(record: Record) -> Record:
    return replace(record, attempts=record.attempts - 1) if record.status == "attempt" else record
