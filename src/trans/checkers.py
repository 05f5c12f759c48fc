"""Who checks briefs: this process, or several of its own where the models work on a GPU and leave the cores idle.

A brief's checks take some 50 ms of one core, and Python checks on one; a GPU translates an article in 10 ms. Knows nothing of
how a brief is made.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Literal

from trans import checks
from trans.brief import Brief
from trans.checks import Rules

_log = logging.getLogger("trans")

# One core is the caller's. What eight check in a second, a GPU at its best translates in a second.
_MOST_PROCESSES = 8


def processes_beside(device: Literal["cpu", "cuda"], cores: int) -> int:
    """Return how many processes to check in beside models on ``device``; 0 is none but the caller's."""
    return min(_MOST_PROCESSES, cores - 1) if device == "cuda" else 0


class Checkers:
    """Checks with ``rules`` in so many ``processes``, which start with the first briefs; 0 checks in the caller's.

    Processes are started anew, not forked: a script that uses them needs the guard ``if __name__ == "__main__"``.
    """

    def __init__(self, rules: Rules, processes: int = 0) -> None:
        self.rules = rules
        self.processes = processes
        self._pool: Executor | None = None

    def __call__(self, briefs: Sequence[Brief]) -> list[Brief]:
        """Return ``briefs`` with their flags, in order."""
        if self.processes:
            try:
                return self._elsewhere(briefs)
            except (BrokenProcessPool, OSError) as error:
                _log.warning("Briefs are checked one after another: the processes for it ended (%s)", error)
                self.close()
                self.processes = 0
        return [checks.check(brief, self.rules) for brief in briefs]

    def close(self) -> None:
        """End the processes. The next call would start them anew."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _elsewhere(self, briefs: Sequence[Brief]) -> list[Brief]:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_begin,
                initargs=(self.rules,),
            )
        return list(self._pool.map(_check, briefs))


_rules = Rules()


def _begin(rules: Rules) -> None:
    """Set a process up: it leaves interrupts to its parent, and ends with it, however that ends."""
    global _rules
    _rules = rules
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _check(brief: Brief) -> Brief:
    return checks.check(brief, _rules)
