"""Which process works on something, so that another can tell one that died from one that is still at it.

A host's name alone doesn't say where a number of a process means something: two machines may have the same one, and so may two
containers. So the kernel's start and its space of process numbers are told too, where they can be read.
"""

import hashlib
import os
import platform
import re
import sys
from pathlib import Path

import psutil

# What follows the host's name: digests of the kernel's start and of the space of process numbers. 0.1 wrote neither.
_PLACE = re.compile(r"(.*)~([0-9a-f]{8})([0-9a-f]{8})", re.DOTALL)


def current() -> str:
    """Return a name of this process that no other process, now or later, has."""
    return f"{os.getpid()}/{_begun_s(os.getpid()):.2f}/{platform.node()}{_place()}"


def as_name(owner: str) -> str:
    """Return a process' name as part of a file's name."""
    return owner.replace("/", "_")


def of_name(text: str) -> str:
    """Return the process that ``as_name`` made ``text`` of."""
    return "/".join(text.split("_", 2))


def is_here(owner: str) -> bool:
    """Say whether the process ``owner`` is, or was, one of this machine, by the machine's name."""
    return _parts(owner)[2] == platform.node()


def is_certain(owner: str) -> bool:
    """Say whether ``is_alive`` surely tells of the process ``owner``: it is of this boot and our space of process numbers."""
    place = _place()
    return is_here(owner) and _parts(owner)[3] == place and (bool(place) or sys.platform != "linux")


def is_of_this_kernel(owner: str) -> bool:
    """Say whether the process ``owner`` surely began under the kernel that runs now, in whatever container."""
    ours, theirs = (_PLACE.fullmatch(place) for place in (_place(), _parts(owner)[3]))
    return ours is not None and theirs is not None and ours[2] == theirs[2]


def is_alive(owner: str, *, elsewhere: bool = True) -> bool:
    """Return whether the process ``owner`` may still be at work. Of another machine's nobody can tell: ``elsewhere`` is taken.

    One of a machine of this name, but of another boot or space of process numbers, is taken to be gone: it was started again.
    """
    pid, started, host, place = _parts(owner)
    if not owner or host != platform.node():
        return bool(owner) and elsewhere
    if place and place != _place():
        return False
    try:
        return f"{_begun_s(int(pid)):.2f}" == started
    except (psutil.Error, OSError, ValueError, IndexError):
        return _is_hidden(pid)


def _parts(owner: str) -> tuple[str, str, str, str]:
    """Return a process' number, when it began, its host's name and, where it is told, the place of its number."""
    pid, _, rest = owner.partition("/")
    started, _, host = rest.partition("/")
    found = _PLACE.fullmatch(host)
    return (pid, started, found[1], host[len(found[1]) :]) if found else (pid, started, host, "")


def _place() -> str:
    """Return where this process' number means something; an empty text where the system doesn't say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        space = str(Path("/proc/self/ns/pid").stat().st_ino)
    except (OSError, ValueError):
        return ""
    return "~" + "".join(hashlib.sha256(text.encode()).hexdigest()[:8] for text in (boot, space))


def _is_hidden(pid: str) -> bool:
    """Say whether there is a process whose state we may not see: that of another user, on a /proc with ``hidepid``."""
    if sys.platform != "linux" or not pid.isdecimal() or int(pid) == 0:
        return False
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        pass
    return True


def _begun_s(pid: int) -> float:
    """Return when a process began, in seconds since the machine did: a clock that is set meanwhile doesn't change that.

    Elsewhere than on Linux, in seconds since 1970. Raises ``OSError`` or ``psutil.Error`` where there is no such process.
    """
    if sys.platform != "linux":
        return psutil.Process(pid).create_time()
    # The 22nd field, in ticks (proc(5)); the second is the program's name, in brackets, and may hold anything.
    after_name = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
    return int(after_name.split()[19]) / os.sysconf("SC_CLK_TCK")
