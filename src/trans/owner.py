"""Which process works on something, so that another can tell one that died from one that is still at it."""

import os
import platform

import psutil


def current() -> str:
    """Return a name of this process that no other process, now or later, has."""
    return f"{os.getpid()}/{psutil.Process().create_time():.2f}/{platform.node()}"


def is_alive(owner: str, *, elsewhere: bool = True) -> bool:
    """Return whether the process ``owner`` may still be at work. Of another machine's nobody can tell: ``elsewhere`` is taken."""
    pid, _, rest = owner.partition("/")
    started, _, host = rest.partition("/")
    if not owner or host != platform.node():
        return bool(owner) and elsewhere
    try:
        return f"{psutil.Process(int(pid)).create_time():.2f}" == started
    except (psutil.Error, ValueError):
        return False
