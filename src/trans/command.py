"""Another program, run to its end with something to read: never for long, never two at once, and what it says cut short.

Knows processes; neither what they are told nor what for.
"""

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

# Sending a message takes seconds, also over a slow network; whatever takes longer hangs, and the next match waits for it.
TIMEOUT_S = 60.0

# Bytes of what it says that are kept: an error and the lines about it.
_MOST_OUTPUT = 2_000

# A grandchild may hold the output open for ever.
_OUTPUT_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, in words, and what it said, in one piece."""

    how: str
    output: str = ""
    is_well: bool = False
    failed_to_start: bool = False


class Command:
    """A program and its arguments. It has the environment of this process, and its output goes nowhere but to who calls it."""

    def __init__(self, words: tuple[str, ...], timeout_s: float = TIMEOUT_S) -> None:
        self.name = PurePath(words[0]).name
        self._words = words
        self._timeout_s = timeout_s
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, given: bytes) -> Ended:
        """Run it with ``given`` on its standard input; at most for the timeout, with all that it has started."""
        try:
            # A file, and no pipe: nobody waits for a program that doesn't read.
            with tempfile.TemporaryFile() as stream:
                stream.write(given)
                stream.seek(0)
                self._process = process = subprocess.Popen(  # noqa: S603  (an argument vector that the user gave)
                    self._words,
                    stdin=stream,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            return Ended(f"can't be started: {error.strerror or error}", failed_to_start=True)
        said = bytearray()
        reader = threading.Thread(target=_read, args=(process.stdout, said), daemon=True)
        reader.start()
        try:
            code = process.wait(self._timeout_s)
            how = "ended well" if code == 0 else f"ended with {code}" if code > 0 else f"was ended by signal {-code}"
        except subprocess.TimeoutExpired:
            self.kill()
            code = process.wait()
            how = f"took more than {self._timeout_s:g} s, and was ended"
        self._process = None
        reader.join(_OUTPUT_WITHIN_S)
        output = bytes(said[:_MOST_OUTPUT]).decode("utf-8", "replace").strip()
        return Ended(how, f"{output}…" if len(said) > _MOST_OUTPUT else output, is_well=how == "ended well")

    def kill(self) -> None:
        """End the one that is running, if any is; for other threads, too."""
        process = self._process
        if process is not None and process.poll() is None:
            with contextlib.suppress(OSError):
                if hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.kill()


def _read(stream: IO[bytes] | None, said: bytearray) -> None:
    """Read to the end, and keep the begin."""
    if stream is None:
        return
    with contextlib.suppress(OSError, ValueError), stream:
        while chunk := stream.read1(65_536):  # type: ignore[attr-defined]
            if len(said) <= _MOST_OUTPUT:
                said += chunk[: _MOST_OUTPUT + 1]
