"""SIGINT and SIGTERM end a command as soon as they can, and no such wish is lost.

Python raises ``KeyboardInterrupt`` wherever the main thread happens to be. In a callback of the interpreter's own (a ``__del__``,
the end of an import's lock) it is printed and forgotten: the command would go on to its end. Here it is asked for again. Knows no
command, and owns the process' two signals.
"""

import atexit
import signal
import sys
import threading
from types import FrameType
from typing import Any

# By then the callback is over; if another one is at work, there is a next time.
_AGAIN_S = 0.05

_settled = False


def heed() -> None:
    """Let both signals raise ``KeyboardInterrupt`` in the main thread, which is to call this, until all is settled."""
    global _settled
    _settled = False
    # A shell's background jobs are started to ignore it.
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _interrupt)
    signal.signal(signal.SIGTERM, _interrupt)
    sys.unraisablehook = _forgotten
    atexit.unregister(_ignore)
    atexit.register(_ignore)


def settle() -> None:
    """Let no signal change any more how a command ends that knows how it ended."""
    global _settled
    _settled = True


def _interrupt(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001  (signal's own signature)
    if not _settled:
        raise KeyboardInterrupt


def _forgotten(found: Any) -> None:
    if not issubclass(found.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(found)
        return
    timer = threading.Timer(_AGAIN_S, _ask_again)
    timer.daemon = True
    timer.start()


def _ask_again() -> None:
    # A command may have a handler of its own by now, and the main thread may be waiting for another one.
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _ignore() -> None:
    # When Python takes itself down it gives signals their default back, which is to kill: a finished run would seem a killed one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
