"""Runs ``trans`` in forked children that kill themselves at a file operation: everything is imported once, so a run is short.

A program, not a module of tests: it reads one request a line from standard input and answers with a line each. The operations
that Python code does below some folders are counted: in the child alone, and in no line of what is tested.
"""

import builtins
import contextlib
import errno
import fcntl
import gc
import importlib
import io
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

WRITING = frozenset("wax+")
_LIMIT_S = 120.0

# As they are before anything is patched.
_open, _readlink, _write, _kill = io.open, os.readlink, os.write, os.kill


def die() -> NoReturn:
    _kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")


class Faults:
    """Counts operations below ``roots`` and writes each down; ``kill`` is at which of them this process dies, and whether before
    it, after it, or in its midst (``torn``). The folder ``disk`` is as if it were on a disk of its own."""

    def __init__(self, roots: list[str], record: str | None, kill: tuple[int, str] | None, disk: str | None) -> None:
        self.roots = tuple(os.path.realpath(root) + os.sep for root in roots)
        self.record = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND) if record else None
        self.kill = kill
        self.disk = Path(disk) if disk else None
        self.count = 0
        self.lock = threading.Lock()

    def label(self, place: Any, folder: int | None = None) -> str | None:
        """Return the path below a root, None for what lies elsewhere."""
        if isinstance(place, int):
            try:
                path = _readlink(f"/proc/self/fd/{place}")
            except OSError:
                return None
        else:
            path = os.fsdecode(place)
            if folder is not None:
                path = f"{_readlink(f'/proc/self/fd/{folder}')}/{path}"
            path = os.path.abspath(path)  # noqa: PTH100
        return next((path for root in self.roots if (path + os.sep).startswith(root)), None)

    def at(self, name: str, label: str | None, act: Callable[[], Any], torn: Callable[[], object] | None = None) -> Any:
        if label is None:
            return act()
        with self.lock:
            self.count += 1
            number = self.count
        if self.record is not None:
            _write(self.record, json.dumps([name, label, torn is not None]).encode() + b"\n")
        if self.kill == (number, "before"):
            die()
        if self.kill == (number, "torn") and torn:
            torn()
            die()
        result = act()
        if self.kill == (number, "after"):
            die()
        return result

    def install(self) -> None:
        for name in ("unlink", "remove", "mkdir", "rmdir", "chmod", "truncate", "utime", "replace", "rename", "link"):
            self._patch_path(name)
        for name in ("fsync", "fdatasync", "ftruncate", "fchmod"):
            self._patch_handle(os, name)
        self._patch_handle(fcntl, "flock")
        self._patch_writes()
        self._patch_opens()
        self._patch_sqlite()
        self._patch_moves()

    def _patch_path(self, name: str) -> None:
        real = getattr(os, name)

        def patched(path: Any, *args: Any, **named: Any) -> Any:
            folder = named.get("dir_fd") or named.get("src_dir_fd")
            return self.at(name, self.label(path, folder), lambda: real(path, *args, **named))

        setattr(os, name, patched)

    def _patch_handle(self, module: Any, name: str) -> None:
        real = getattr(module, name)

        def patched(handle: Any, *args: Any) -> Any:
            number = handle if isinstance(handle, int) else handle.fileno()
            return self.at(name, self.label(number), lambda: real(handle, *args))

        setattr(module, name, patched)

    def _patch_writes(self) -> None:
        for name in ("write", "pwrite"):
            real = getattr(os, name)

            def patched(handle: int, data: bytes, *at: int, name: str = name, real: Callable[..., int] = real) -> int:
                half = data[: len(data) // 2]
                written: int = self.at(
                    name, self.label(handle), lambda: real(handle, data, *at), lambda: real(handle, half, *at)
                )
                return written

            setattr(os, name, patched)

    def _patch_opens(self) -> None:
        real = os.open

        def opened(path: Any, flags: int, *args: Any, **named: Any) -> int:
            writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            label = self.label(path, named.get("dir_fd")) if writes else None
            handle: int = self.at("open", label, lambda: real(path, flags, *args, **named))
            return handle

        os.open = opened

        def stream(file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
            label = self.label(file) if WRITING & set(mode) else None
            if label is None or isinstance(file, int):
                found = _open(file, mode, *args, **named)
            else:
                found = self.at("open", label, lambda: _open(file, mode, *args, **named))
            return found if label is None else Watched(self, found, label)

        io.open = builtins.open = stream

    def _patch_sqlite(self) -> None:
        connect = sqlite3.connect
        faults = self

        class Connection(sqlite3.Connection):
            label: str | None = None

        def counted(name: str) -> Callable[..., Any]:
            real = getattr(sqlite3.Connection, name)

            def call(self: Connection, *args: Any) -> Any:
                what = " ".join([name, *(str(part) for part in args[:1])])[:60]
                return faults.at(f"sql {what}", self.label, lambda: real(self, *args))

            return call

        for name in ("execute", "executemany", "executescript", "commit", "close"):
            setattr(Connection, name, counted(name))

        def connected(path: Any, *args: Any, **named: Any) -> Any:
            label = self.label(path)
            db = self.at("sql connect", label, lambda: connect(path, *args, **named, factory=Connection))
            db.label = label
            return db

        sqlite3.connect = connected  # type: ignore[assignment]

    def _patch_moves(self) -> None:
        from trans import moves

        real = moves._rename

        def rename(path: Path, place: Path) -> None:
            if self.disk and self.disk in path.parents:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            self.at("renameat2", self.label(place), lambda: real(path, place))

        moves._rename = rename


class Watched:
    """A stream whose writes are counted. All else is the stream's own."""

    def __init__(self, faults: Faults, stream: Any, label: str) -> None:
        self._faults, self._stream, self._label = faults, stream, label

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __iter__(self) -> Any:
        return iter(self._stream)

    def write(self, data: Any) -> Any:
        def torn() -> None:
            self._stream.write(data[: len(data) // 2])
            self._stream.flush()

        return self._faults.at("write", self._label, lambda: self._stream.write(data), torn)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        self._faults.at("flush", self._label, self._stream.flush)

    def truncate(self, *size: int) -> Any:
        return self._faults.at("truncate", self._label, lambda: self._stream.truncate(*size))

    def close(self) -> None:
        if not self._stream.closed:
            self._faults.at("close", self._label, self._stream.close)


def stop_when_empty(inbox: Path) -> None:
    """Stop the service, as a service manager does, once everything was moved out of its folder."""
    end = time.monotonic() + _LIMIT_S
    while time.monotonic() < end:
        # Before the service's own handler is there, a signal breaks it off.
        listens = getattr(signal.getsignal(signal.SIGTERM), "__module__", "") == "trans.cli_watch"
        if listens and not any(path.is_file() for path in inbox.rglob("*")):
            _kill(os.getpid(), signal.SIGTERM)
            return
        time.sleep(0.02)
    os._exit(71)


def build_quickly(made: Path) -> None:
    """Have the copies of models that take seconds to make come from ``made``, file by file."""
    from trans.models import copies
    from trans.models.checkpoint import weights_sha256

    def build(folder: Path, pieces: object, quantization: str, output: Path) -> dict[str, Any]:
        kind = f"{weights_sha256(folder)[:32]}-{quantization}-*"
        source = next(path for path in made.glob(kind) if path.is_dir())
        output.mkdir(parents=True)
        for path in sorted(source.iterdir()):
            if path.name != "verified.json":
                with (output / path.name).open("wb") as stream:
                    stream.write(path.read_bytes())
        return dict(json.loads((source / "verified.json").read_bytes()))

    copies._build_here = copies._build_apart = build


def fill_disk(name: str) -> None:
    """Have the disk be full when a file of that name is to be published."""
    real = os.replace

    def full(path: Any, place: Any, **named: Any) -> None:
        if Path(place).name == name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(path, place, **named)

    os.replace = full  # type: ignore[assignment]


def die_reading(word: str) -> None:
    """Have the process die of an article with that word, as a fault in a library that reads would have it."""
    from trans import sources

    def deadly(read: Callable[..., Any]) -> Callable[..., Any]:
        def reads(*arguments: Any) -> Any:
            for found in read(*arguments):
                if word in repr(found):
                    os._exit(9)
                yield found

        return reads

    for extension, kind in list(sources.FORMATS.items()):
        sources.FORMATS[extension] = replace(kind, read=deadly(kind.read))


def child(request: dict[str, Any]) -> NoReturn:
    code = 70
    try:
        os.environ.update(request.get("environment", {}))
        out = os.open(request["says"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(out, 2)
        sys.stdout, sys.stderr = _open(1, "w", closefd=False), _open(2, "w", closefd=False)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.argv = ["trans", *request["arguments"]]
        if made := request.get("made"):
            build_quickly(Path(made))
        if name := request.get("full"):
            fill_disk(name)
        if word := request.get("deadly"):
            die_reading(word)
        if inbox := request.get("inbox"):
            threading.Thread(target=stop_when_empty, args=(Path(inbox),), daemon=True).start()
        if roots := request.get("roots"):
            kill = request.get("kill")
            Faults(roots, request.get("record"), tuple(kill) if kill else None, request.get("disk")).install()
        from trans.cli import main

        try:
            main()
        except SystemExit as error:
            code = int(error.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        if learn := request.get("learn"):
            with _open(learn, "w") as stream:
                json.dump(sorted(sys.modules), stream)
    except BaseException:  # noqa: BLE001  (whatever it is, no child goes on as a parent)
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def serve(request: dict[str, Any]) -> dict[str, Any]:
    """Run one child to its end, or to the moment at which it is to get a signal."""
    started = time.monotonic()
    pid = os.fork()
    if pid == 0:
        child(request)
    after_s, ended = request.get("after_s"), 0
    while not ended:
        ended, status = os.waitpid(pid, os.WNOHANG if after_s is not None else 0)
        passed_s = time.monotonic() - started
        if not ended and after_s is not None and passed_s >= after_s:
            _kill(pid, request.get("signal", signal.SIGKILL))
            after_s = None
        elif not ended:
            time.sleep(0.001)
    if learn := request.get("learn"):
        for name in json.loads(Path(learn).read_bytes()):
            if name not in sys.modules and not name.startswith(("torch", "transformers", "__mp")):
                with contextlib.suppress(ImportError):  # of what a library made up as it was loaded
                    importlib.import_module(name)
    return {"code": os.waitstatus_to_exitcode(status), "seconds": time.monotonic() - started}


def warm() -> None:
    """Have all that is loaded on first use loaded once: word lists, templates. On fake models; no thread is left."""
    import tempfile

    import pytest
    from fakes import FakeModels
    from texts import long_article

    from trans.api import Translator
    from trans.run import Run
    from trans.sources import discover

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        FakeModels().install(patch)
        inbox, out = Path(folder) / "in", Path(folder) / "out"
        inbox.mkdir()
        (inbox / "a.txt").write_text(long_article(), encoding="utf-8")
        with Translator("tiny") as translator:
            Run(translator, out, ("md", "json", "html", "docx"))(discover([inbox], out).inputs)
    assert threading.active_count() == 1
    gc.freeze()  # a child looks for dead cycles among its own objects only


def main() -> None:
    import trans.cli  # noqa: F401

    warm()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(serve(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
