"""Situations that a machine gets into, for real where that can be: small disks, folders nobody may write to, limits, damage.

Most need rights that only root has, or a container with them; without these the tests say why they skip.
"""

import contextlib
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

import pytest

PAGE = 4096
"""A memory disk grows by these."""

# 'nobody', on every Linux.
NOBODY = 65534

FAKE_TRANS = Path(__file__).with_name("fake_trans.py")

# Nothing here takes longer, unless it hangs.
_HANGS_AFTER_S = 120


def _mount(*arguments: str) -> None:
    done = subprocess.run(["/bin/mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")


def _unmount(place: Path) -> None:
    subprocess.run(["/bin/umount", "--lazy", str(place)], check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(place: Path, size: int) -> Iterator[Path]:
    """Have a disk of so many bytes at ``place``; what is on it is gone afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    _mount("-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", str(place))
    try:
        yield place
    finally:
        _unmount(place)


def enlarge(place: Path, size: int = 64 * 2**20) -> None:
    """Give a small disk more room."""
    _mount("-o", f"remount,size={size}", str(place))


def fill(place: Path) -> None:
    """Leave no room on a small disk."""
    with contextlib.suppress(OSError), (place / "filling").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * PAGE)


@contextlib.contextmanager
def read_only(place: Path) -> Iterator[None]:
    """Let nobody write below ``place``, root neither."""
    _mount("--bind", str(place), str(place))
    try:
        _mount("-o", "remount,ro,bind", str(place))
        yield
    finally:
        _unmount(place)


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter, as pytest's are not."""
    folder = Path(tempfile.mkdtemp(prefix="trans-"))
    folder.chmod(0o777)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Have the rights of a user who has none; the rights of files bind everybody but root."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@contextlib.contextmanager
def no_hang(seconds: int = _HANGS_AFTER_S) -> Iterator[None]:
    """Raise ``TimeoutError`` in what takes longer."""

    def late(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"it hangs: {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fake_trans(
    *arguments: str | Path,
    cwd: Path | None = None,
    stdin: int | IO[bytes] | None = subprocess.DEVNULL,
    stdout: int | IO[bytes] = subprocess.PIPE,
    stderr: int | IO[bytes] = subprocess.PIPE,
    given: bytes | None = None,
    limits: Mapping[int, int] | None = None,
    nobody: bool = False,
    before: Callable[[], None] = lambda: None,
    command: Sequence[str | Path] = (sys.executable, FAKE_TRANS),
    **environment: str | None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the command line on the fake engine, in a process with these limits. A variable that is None is not there."""

    def prepare() -> None:
        before()
        if nobody and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        for limit, value in (limits or {}).items():
            resource.setrlimit(limit, (value, value))

    variables: dict[str, str | None] = {**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1", **environment}
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env={name: value for name, value in variables.items() if value is not None},
        stdin=None if given is not None else stdin,
        input=given,
        stdout=stdout,
        stderr=stderr,
        preexec_fn=prepare,
        timeout=_HANGS_AFTER_S,
        check=False,
    )


def complained(result: subprocess.CompletedProcess[bytes]) -> list[str]:
    """The last two lines, which say what is wrong and what to do. Never a traceback, and nobody but us ended the process."""
    said = result.stderr.decode("utf-8", "replace")
    assert result.returncode >= 0, f"ended by signal {-result.returncode}: {said}"
    for bad in ("Traceback", "terminate called", "Fatal Python error", "Exception ignored"):
        assert bad not in said, said
    lines = [line for line in said.splitlines() if line.strip()]
    assert len(lines) >= 2, said
    assert lines[-2].startswith("trans: "), said
    assert lines[-1].startswith("       "), said
    return lines[-2:]


DAMAGES = ("cut short", "one bit", "zeros", "empty", "random", "another shape", "a folder")
"""What can have happened to a file."""

_SHAPES = (b"[]", b"null", b"3", b'"text"', b"{}", b'{"id": 5}', b"[[[]]]", b'{"version": 1}\n{"a": 1}\n', b"[" * 5000)


def damage(path: Path, kind: str, seed: int) -> None:
    """Damage a file, or a file's copy, the same way for the same seed."""
    dice = random.Random(f"{kind} {seed}")
    data = path.read_bytes()
    if kind == "a folder":
        path.unlink()
        path.mkdir()
        (path / "inside").write_bytes(b"x")
        return
    if kind == "cut short":
        data = data[: dice.randrange(len(data))]
    elif kind == "one bit":
        place = dice.randrange(len(data))
        data = data[:place] + bytes((data[place] ^ 1 << dice.randrange(8),)) + data[place + 1 :]
    elif kind == "zeros":
        start = dice.randrange(len(data))
        data = data[:start] + bytes(min(dice.choice((1, 16, 512, len(data))), len(data) - start))
    elif kind == "empty":
        data = b""
    elif kind == "random":
        data = dice.randbytes(max(1, dice.choice((1, 20, len(data)))))
    else:
        data = dice.choice(_SHAPES)
    path.write_bytes(data)
