"""Ray: started on this machine or joined, kept quiet, and let go of at the end. Knows nothing of what is done with it.

Written for Ray 2.60.
"""

import contextlib
import importlib.util
import logging
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from trans.engines.cores import usable_cores
from trans.errors import TransError
from trans.settings import ClusterSettings

# Of a machine's memory for what is between the stages; Ray's own figure is a third of all, in /dev/shm. A window and its briefs
# are some MB, and few are between the stages at once.
_STORE_BYTES = 2**29

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


def check_address(address: str) -> None:
    """Raise ``TransError`` where ``address`` can be no cluster, or Ray is missing; asks nobody."""
    if address not in ("local", "auto") and not address.startswith("ray://"):
        raise TransError(f"--cluster {address} is no cluster", "Give local, auto, or ray://HOST with its port.")
    if importlib.util.find_spec("ray") is None:
        raise TransError("Ray is missing, which --cluster needs", "pip install 'trans-briefs[cluster]'")


@contextlib.contextmanager
def session(address: str) -> Iterator[None]:
    """Start Ray on this machine (``local``), or join the cluster that it belongs to (``auto``) or another (``ray://HOST:PORT``).

    Lets go of it at the end. Raises ``TransError`` where that can't be done.
    """
    check_address(address)
    for name, value in _VARIABLES.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise TransError(f"Ray can't be used: {error}", "pip install 'trans-briefs[cluster]'") from error
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
    except (ConnectionError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
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


@contextlib.contextmanager
def ray_errors() -> Iterator[None]:
    """Raise as ``TransError`` what Ray raises of its own, and as it was what a remote call raised."""
    import ray

    try:
        yield
    except ray.exceptions.RayTaskError as error:
        cause = error.cause
        if isinstance(cause, TransError):
            raise cause from None
        raise TransError(f"A worker of the cluster broke: {type(cause).__name__}: {cause}", _BROKEN) from error
    except (ray.exceptions.RayError, ConnectionError) as error:
        # What it says begins with what happened, and ends with why; between and after are indented details.
        lines = [line for line in str(error).splitlines() if line.strip() and not line[0].isspace()]
        what = lines[-1] if lines else type(error).__name__
        raise TransError(f"The Ray cluster gave way: {what}", "Look at it with 'ray status', and run again.") from error


_BROKEN = "Give all machines of the cluster the same version of trans; run again: what is finished stays."
