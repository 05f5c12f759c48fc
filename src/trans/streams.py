"""Standard input, output and error: what the caller closed is opened in its place, and what nobody reads any more is let go.

Knows no message. A number that the caller left free would be the next file's, and what a library prints would go into the
memory or the manifest.
"""

import contextlib
import os
import sys
from typing import Any, TextIO

# By number. A closed standard input or output fails as a closed one does: nobody takes silence for a brief. Of what is told on
# standard error nothing depends.
_CLOSED = (("stdin", os.O_WRONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))


def open_closed() -> None:
    """Open what the caller has closed of the three: Python has None for it."""
    for name, flags in _CLOSED:
        if getattr(sys, name) is not None:
            continue
        with contextlib.suppress(OSError):
            # The lowest number that is free, so the stream's own.
            handle = os.open(os.devnull, flags)
            mode = "r" if name == "stdin" else "w"
            stream = os.fdopen(handle, mode, encoding="utf-8", errors="backslashreplace", closefd=False)
            setattr(sys, name, stream)


def tolerate() -> None:
    """Let standard output take any text: what its encoding lacks is spelt out with a backslash."""
    stream: Any = sys.stdout
    if getattr(stream, "errors", "") == "strict":
        with contextlib.suppress(ValueError, AttributeError):
            stream.reconfigure(errors="backslashreplace")


def let_go(stream: TextIO | None) -> None:
    """Lead a stream that can't be written any more to nowhere: what it still holds would be tried again when Python ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        handle = os.open(os.devnull, os.O_WRONLY)
        if stream is not None:
            os.dup2(handle, stream.fileno())
        os.close(handle)


class Heard:
    """A stream as long as anybody hears it: where it can't be written any more, what is said goes nowhere, and no work ends.

    For standard error, where a run tells of itself: a full disk or a reader that went away behind it costs no brief.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):  # ValueError: it was closed
            let_go(self._stream)
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            let_go(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
