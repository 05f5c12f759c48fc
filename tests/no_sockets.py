"""Processes that die of the first socket they open: Python's own in an audit hook, those of native code in the kernel."""

import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# What Python runs at its start, in each process of the tree: children inherit PYTHONPATH. The hook forbids every family. The
# kernel's filter lets AF_UNIX (1) pass: the C library asks the system's own name service through one; no network is behind it.
_SITECUSTOMIZE = """
import os, sys

def _forbid(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        with open({log!r}, "a") as log:
            log.write(f"{{event}} {{arguments[1:]}} in {{sys.argv}}\\n")
        os._exit(97)

def _forbid_in_the_kernel(architecture, number):
    import ctypes, struct
    steps = [
        (0x20, 0, 0, 4), (0x15, 0, 5, architecture),  # load the architecture; another one: allow
        (0x20, 0, 0, 0), (0x15, 0, 3, number),  # load the call's number; not socket(): allow
        (0x20, 0, 0, 16), (0x15, 1, 0, 1),  # load its family; AF_UNIX: allow
        (0x06, 0, 0, 0x80000000),  # kill the process
        (0x06, 0, 0, 0x7FFF0000),  # allow
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]

    program = Program(len(steps), ctypes.addressof(buffer))
    prctl = ctypes.CDLL(None).prctl
    if prctl(38, 1, 0, 0, 0) or prctl(22, 2, ctypes.byref(program), 0, 0):  # no new privileges; a filter
        os._exit(98)

if {kernel!r}:
    _forbid_in_the_kernel(*{kernel!r})
sys.addaudithook(_forbid)
"""

# AUDIT_ARCH_* of linux/audit.h, and the number of socket().
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}


@dataclass(frozen=True, slots=True)
class NoSockets:
    """``kernel`` says whether native code is watched too."""

    folder: Path
    log: Path
    kernel: bool

    @property
    def environment(self) -> dict[str, str]:
        path = [str(self.folder), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {"PYTHONPATH": os.pathsep.join(path)}

    @property
    def opened(self) -> str:
        """What Python code opened, a line each."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def python(self, code: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, **self.environment}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
        )


def forbid_sockets(folder: Path) -> NoSockets:
    """Write into ``folder`` what makes Python processes with its ``environment`` die of sockets."""
    filters = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    made = _write(folder, filters)
    return made if filters is None or made.python("").returncode == 0 else _write(folder, None)


def _write(folder: Path, filters: tuple[int, int] | None) -> NoSockets:
    folder.mkdir(parents=True, exist_ok=True)
    made = NoSockets(folder, folder / "opened.txt", filters is not None)
    (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE.format(log=str(made.log), kernel=filters), encoding="utf-8")
    return made
