"""The stages as a Ray Data pipeline, and the ledger as an actor. Only this module and ``cluster_session`` import Ray.

Knows stages, and neither inputs nor what their outcome means. Written for Ray 2.60: what it does with an actor that dies is not
promised anywhere, so tests hold it.
"""

import contextlib
import logging
import pickle
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from trans.cluster_ledger import Ledger
from trans.cluster_session import Workers, ray_errors
from trans.cluster_stages import BriefMaker, Made, Reader, Window, Writer
from trans.locations import Location
from trans.record import Record

_log = logging.getLogger("trans")

# Calls of the ledger at once. Each waits for a disk or a store.
_LEDGER_CALLS = 64


@dataclass(frozen=True, slots=True)
class RemoteLedger:
    """The run's ledger, which is elsewhere, called from here."""

    actor: Any

    def loading(self) -> None:
        self._call("loading")

    def loaded(self) -> None:
        self._call("loaded")

    def begin(self, records: Sequence[Record], *, alone: bool, lasting: bool) -> Mapping[str, int]:
        refused: Mapping[str, int] = self._call("begin", records, alone=alone, lasting=lasting)
        return refused

    def ended(self, ids: Iterable[str]) -> None:
        self._call("ended", ids)

    def append(self, records: Iterable[Record]) -> None:
        self._call("append", records)

    def take_back(self) -> None:
        self._call("take_back")

    def _call(self, method: str, *arguments: object, **named: object) -> Any:
        import ray

        with ray_errors():
            return ray.get(getattr(self.actor, method).remote(*arguments, **named))


def start_ledger(out: Location, max_attempts: int, count: int) -> RemoteLedger:
    """Start the ledger of a run with so many workers, in a process of this machine's. It ends with the run."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    options = {"num_cpus": 0, "max_concurrency": _LEDGER_CALLS, "scheduling_strategy": here}
    return RemoteLedger(ray.remote(Ledger).options(**options).remote(out, max_attempts, count))


@dataclass(frozen=True, slots=True)
class Stages:
    """How each stage is built where it works."""

    reader: Callable[[], Reader]
    maker: Callable[[], BriefMaker]
    writer: Callable[[], Writer]


def stream(windows: Iterable[Window], stages: Stages, pool: Workers) -> Generator[Made, None, None]:
    """Send windows through the stages; yield what became of each, as it comes. Closing it ends the work.

    Raises ``TransError`` where the cluster gives way.
    """
    import ray.util.client

    with ray_errors():
        if not ray.util.client.ray.is_connected():  # type: ignore[no-untyped-call]
            yield from _pipeline(windows, stages, pool)
            return
        # Ray Data does not work through Ray's client: the pipeline is driven by an actor in the cluster.
        relay: Any = ray.remote(_Relay).options(num_cpus=0).remote(list(windows), stages, pool)
        try:
            while made := ray.get(relay.next.remote()):
                yield made
        finally:
            with contextlib.suppress(ConnectionError):
                ray.kill(relay)


class _Relay:
    """A pipeline that is asked from elsewhere for one result after another."""

    def __init__(self, windows: Sequence[Window], stages: Stages, pool: Workers) -> None:
        self._results = _pipeline(windows, stages, pool)

    def next(self) -> Made | None:
        return next(self._results, None)


def _pipeline(windows: Iterable[Window], stages: Stages, pool: Workers) -> Generator[Made, None, None]:
    """Send windows through the stages with Ray Data. A row is a window.

    Ray starts a worker that died again, and gives it what it was at again, without end.
    """
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    rows = [{_ROW: pickle.dumps(window)} for window in windows]
    # Reading and writing wait for disks and stores, and need little of a processor.
    tasks = ray.data.TaskPoolStrategy(size=min(pool.count, len(rows)))
    made = (
        ray.data.from_items(rows, override_num_blocks=len(rows))
        .map_batches(_each(lambda window: stages.reader()(window)), batch_size=1, num_cpus=0, compute=tasks)
        .map_batches(
            _Maker,
            fn_constructor_args=[stages.maker],
            batch_size=1,
            num_cpus=pool.cpus,
            num_gpus=pool.gpus,
            compute=ray.data.ActorPoolStrategy(
                size=min(pool.count, len(rows)),
                # One more, so that its next is there when it is through.
                max_tasks_in_flight_per_actor=pool.calls + 1,
                max_concurrent_calls_per_actor=pool.calls,
                enable_true_multi_threading=pool.calls > 1,
            ),
        )
        .map_batches(_each(lambda made: stages.writer()(made)), batch_size=1, num_cpus=0, compute=tasks)
    )
    for batch in made.iter_batches(batch_size=None, prefetch_batches=0):
        for row in batch[_ROW]:
            yield pickle.loads(row)  # noqa: S301  (our own, a moment ago)


# The one column between the stages.
_ROW = "pickled"

_Batch = dict[str, Any]


def _each(stage: Callable[[Any], Any]) -> Callable[[_Batch], _Batch]:
    def on_batch(batch: _Batch) -> _Batch:
        return {_ROW: [pickle.dumps(stage(pickle.loads(row))) for row in batch[_ROW]]}  # noqa: S301

    return on_batch


class _Maker:
    """A ``BriefMaker`` in the pipeline; the class that Ray's actors hold."""

    def __init__(self, maker: Callable[[], BriefMaker]) -> None:
        self._make = _each(maker())

    def __call__(self, batch: _Batch) -> _Batch:
        return self._make(batch)
