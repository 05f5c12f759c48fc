"""How many processor cores this process may use. Knows the operating system only."""

import os
from pathlib import Path

import psutil


def usable_cores() -> int:
    """Return the number of physical cores that affinity and the control group leave to this process; at least 1.

    Two hardware threads of one core share its vector units, so a worker a thread gains nothing in matrix products. A
    container's quota (cgroup v2 ``cpu.max``: microseconds a period) is rounded down.
    """
    cores = _physical()
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            cores = min(cores, int(quota) // int(period))
    except (OSError, ValueError):
        pass
    return max(1, cores)


def _physical() -> int:
    if not hasattr(os, "sched_getaffinity"):
        return psutil.cpu_count(logical=False) or os.cpu_count() or 1
    allowed = os.sched_getaffinity(0)
    try:
        return len(
            {
                Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list").read_text(encoding="ascii")
                for cpu in allowed
            }
        )
    except OSError:
        return len(allowed)
