"""SIGINT and SIGTERM end a command as soon as they can, and no such wish is lost.

Python raises ``KeyboardInterrupt`` wherever the main thread happens to be. In a callback of the interpreter's own (a ``__del__``,
the end of an import's lock) it is printed and forgotten: the command would go on to its end.
"""

import atexit
import signal
import sys
from types import FrameType
from typing import Any

_asked = False
_settled = False


def heed() -> None:
    """Let both signals raise ``KeyboardInterrupt`` in the main thread, and be known to ``look``. For the main thread to call."""
    global _asked, _settled
    _asked = _settled = False
    # A shell's background jobs are started to ignore it.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    sys.unraisablehook = _passed_over
    atexit.unregister(_ignore)
    atexit.register(_ignore)


def settle() -> None:
    """Let no signal change any more how a command ends that has told how it ended."""
    global _settled
    _settled = True


def look() -> None:
    """Raise ``KeyboardInterrupt`` where one was asked for, raised before or not: for those who wait and are not yet ending."""
    if _asked:
        raise KeyboardInterrupt


def _interrupt(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001  (signal's own signature)
    global _asked
    _asked = True
    if not _settled:
        raise KeyboardInterrupt


def _ignore() -> None:
    # When Python takes itself down it gives signals their default back, which is to kill: a finished run would seem a killed one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _passed_over(found: Any) -> None:
    if not issubclass(found.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(found)
