"""Ray: started or joined, kept quiet, and the stages as a Ray Data pipeline. The only module that imports it.

Knows stages, and neither inputs nor what their outcome means. Written for Ray 2.60: what it does with an actor that dies is not
promised anywhere, so tests hold it.
"""

import contextlib
import logging
import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from trans.cluster_ledger import Ledger
from trans.cluster_stages import BriefMaker, Made, Window, Writer, read_window
from trans.engines.cores import usable_cores
from trans.errors import TransError
from trans.locations import Location
from trans.manifest import Record
from trans.settings import ClusterSettings

_log = logging.getLogger("trans")

# Of a machine's memory for what is between the stages; Ray's own figure is a third of all, in /dev/shm. A window and its briefs
# are some MB, and few are between the stages at once.
_STORE_BYTES = 2**29

# Calls of the ledger at once. Each waits for a disk or a store.
_LEDGER_CALLS = 64

# Unless the user has set these: no telemetry, and a standard error that is ours. Ray prints what dies; the ledger counts it.
_VARIABLES = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


@dataclass(frozen=True, slots=True)
class Workers:
    """How many workers, and what each has of its machine."""

    count: int
    cpus: int
    gpus: float
    calls: int
    """Windows that one has in work at once: on a GPU, and with several processors, one is checked while the next is decoded."""


@contextlib.contextmanager
def session(address: str) -> Iterator[None]:
    """Start Ray on this machine (``local``), or join the cluster that it belongs to (``auto``) or another (``ray://HOST:PORT``).

    Lets go of it at the end. Raises ``TransError`` where that can't be done.
    """
    if address not in ("local", "auto") and not address.startswith("ray://"):
        raise TransError(f"--cluster {address} is no cluster", "Give local, auto, or ray://HOST with its port.")
    for name, value in _VARIABLES.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise TransError("Ray is missing, which --cluster needs", "pip install 'trans-briefs[cluster]'") from error
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    for handler in list(logging.getLogger("ray.data").handlers):
        if isinstance(handler, ray._private.log.PlainRayHandler):
            logging.getLogger("ray.data").removeHandler(handler)
    quiet: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    joined = ray.is_initialized()
    # Ray takes SIGTERM for itself.
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM) if main else None
    silence = contextlib.nullcontext() if joined else _silent()
    try:
        with silence:
            if address == "local" and not joined:
                ray.init(
                    address="local",
                    num_cpus=usable_cores(),
                    include_dashboard=False,
                    object_store_memory=_STORE_BYTES,
                    **quiet,
                )
            elif not joined:
                ray.init(address=address, **quiet)
    except (ConnectionError, ValueError, RuntimeError) as error:
        # Of a server's troubles it has the whole traceback.
        what = (str(error).strip() or type(error).__name__).splitlines()[-1].strip()
        raise TransError(f"No Ray cluster can be joined: {what}", _NO_CLUSTER) from error
    finally:
        if main and before is not None:
            signal.signal(signal.SIGTERM, before)
    try:
        yield
    finally:
        if not joined:
            ray.shutdown()


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Drop what is written to standard error: Ray's core greets there, whatever is set. Its errors are exceptions."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


_NO_CLUSTER = "Start one with 'ray start --head', give its address, or use --cluster local."


def workers(settings: ClusterSettings, device: Literal["cpu", "cuda"]) -> Workers:
    """Return what workers there are to be. Raises ``TransError`` where no machine has room for one."""
    import ray

    gpus = settings.gpus if device == "cuda" else 0.0
    room = 0
    for node in ray.nodes():  # type: ignore[no-untyped-call]
        if node["Alive"]:
            fit = node["Resources"].get("CPU", 0) // settings.cpus
            room += int(min(fit, node["Resources"].get("GPU", 0) // gpus) if gpus else fit)
    count = settings.workers or room
    if count < 1:
        what = f"{settings.cpus} processors" + (f" and {gpus:g} GPUs" if gpus else "")
        raise TransError(
            f"No machine of the cluster has room for a worker of {what}", "Lower run.cluster in models.yaml."
        )
    return Workers(count, settings.cpus, gpus, calls=1 if device == "cpu" and settings.cpus == 1 else 2)


@dataclass(frozen=True, slots=True)
class RemoteLedger:
    """The run's ledger, which is elsewhere, called from here."""

    actor: Any

    def loading(self) -> None:
        self._call("loading")

    def loaded(self) -> None:
        self._call("loaded")

    def begin(self, records: Sequence[Record], *, alone: bool) -> Mapping[str, int]:
        refused: Mapping[str, int] = self._call("begin", records, alone=alone)
        return refused

    def ended(self, ids: Iterable[str]) -> None:
        self._call("ended", ids)

    def append(self, records: Iterable[Record]) -> None:
        self._call("append", records)

    def take_back(self) -> None:
        self._call("take_back")

    def _call(self, method: str, *arguments: object, **named: object) -> Any:
        import ray

        try:
            return ray.get(getattr(self.actor, method).remote(*arguments, **named))
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, TransError):
                raise error.cause from None
            raise


def start_ledger(out: Location, max_attempts: int, count: int) -> RemoteLedger:
    """Start the ledger of a run with so many workers, in a process of this machine's. It ends with the run."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    options = {"num_cpus": 0, "max_concurrency": _LEDGER_CALLS, "scheduling_strategy": here}
    return RemoteLedger(ray.remote(Ledger).options(**options).remote(out, max_attempts, count))


def stream(
    windows: Iterable[Window], maker: Callable[[], BriefMaker], writer: Callable[[], Writer], pool: Workers
) -> Generator[Made, None, None]:
    """Send windows through the stages; yield what became of each, as it comes. Closing it ends the work."""
    import ray.util.client

    if not ray.util.client.ray.is_connected():  # type: ignore[no-untyped-call]
        yield from _pipeline(windows, maker, writer, pool)
        return
    # Ray Data does not work through Ray's client: the pipeline is driven by an actor in the cluster.
    relay: Any = ray.remote(_Relay).options(num_cpus=0).remote(list(windows), maker, writer, pool)
    try:
        while made := ray.get(relay.next.remote()):
            yield made
    finally:
        ray.kill(relay)


class _Relay:
    """A pipeline that is asked from elsewhere for one result after another."""

    def __init__(
        self,
        windows: Sequence[Window],
        maker: Callable[[], BriefMaker],
        writer: Callable[[], Writer],
        pool: Workers,
    ) -> None:
        self._results = _pipeline(windows, maker, writer, pool)

    def next(self) -> Made | None:
        return next(self._results, None)


def _pipeline(
    windows: Iterable[Window], maker: Callable[[], BriefMaker], writer: Callable[[], Writer], pool: Workers
) -> Generator[Made, None, None]:
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
        .map_batches(_each(read_window), batch_size=1, num_cpus=0, compute=tasks)
        .map_batches(
            _Maker,
            fn_constructor_args=[maker],
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
        .map_batches(_each(lambda made: writer()(made)), batch_size=1, num_cpus=0, compute=tasks)
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
