"""Windows of articles in work: through the models in threads, each within its time, and article by article where one breaks.

Knows that attempts are written down, not where; publishes nothing and knows no input.
"""

import math
import time
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from threading import Event as Flag

from trans.api import Translator
from trans.article import Failure
from trans.brief import Brief
from trans.decodes import Interrupted, Watcher
from trans.errors import TransError
from trans.jobs import Job, fault
from trans.outcome import Decoded, OnEvent
from trans.pipeline import Begun
from trans.record import Record

# How long a run that is asked to end goes on with what it has in work: an article takes seconds, and systemd waits for 90.
_END_WITHIN_S = 60.0


class _OverrunError(Interrupted):
    """Articles were in work for longer than they may be."""


class Limit:
    """How long some articles may be in work. ``is_over`` is asked between batches."""

    def __init__(self, timeout_s: float, monotonic: Callable[[], float]) -> None:
        self._timeout_s = timeout_s
        self._monotonic = monotonic
        self._until_s = math.inf

    def start(self, articles: int) -> None:
        """The time of so many articles begins now."""
        self._until_s = self._monotonic() + self._timeout_s * articles

    def is_over(self) -> bool:
        return self._monotonic() >= self._until_s


class Work:
    """What a run's two threads do: one begins windows, one completes them. ``stop`` breaks off what is in work.

    An article may be in work for ``run.article_timeout_s``, a window for as many times that as it has articles. That is looked at
    between batches: what hangs inside a library is not seen here. ``write_down`` is told of the attempts.
    """

    def __init__(
        self,
        translator: Translator,
        write_down: Callable[[Iterable[Record]], None],
        on_event: OnEvent,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._translator = translator
        self._write_down = write_down
        self._on_event = on_event
        self._monotonic = monotonic
        self._timeout_s = translator.profile.run.article_timeout_s
        self._end_by_s = math.inf
        self.stop = Flag()

    def end(self) -> None:
        """Begin nothing more, and break off what is not finished in a minute; for signal handlers."""
        self._end_by_s = min(self._end_by_s, self._monotonic() + _END_WITHIN_S)

    def is_ending(self) -> bool:
        return self._end_by_s < math.inf

    def is_overdue(self, by_s: float = 0.0) -> bool:
        """Say whether that minute is over, ``by_s`` ago."""
        return self._monotonic() >= self._end_by_s + by_s

    def limit(self) -> Limit:
        """Return a window's clock, for ``begin`` and ``complete``."""
        return Limit(self._timeout_s, self._monotonic)

    def begin(
        self, window: list[Job], before: Future[Begun] | None, warmed: Future[None] | None, limit: Limit, ahead: int
    ) -> Begun:
        """Put a window into work; so many articles ``ahead`` of it the models may still be at.

        Its attempts are written down now: what was only waiting when the process dies did not kill it.
        """
        if self.stop.is_set():
            raise Interrupted
        unloaded = warmed.exception() if warmed else None
        if isinstance(unloaded, TransError):
            raise unloaded
        self._write_down(job.record for job in window)
        earlier = before.result() if before and not before.exception() else None
        limit.start(len(window) + ahead)
        watcher = Watcher(lambda *counts: self._on_event(Decoded(*counts)), self._stopping(limit))
        return self._translator.begin([job.plan for job in window], earlier, watcher)

    def make(self, window: list[Job]) -> list[Brief | Failure]:
        """Begin a window and complete it, for a caller that has one at a time."""
        limit = self.limit()
        begun: Future[Begun] = Future()
        try:
            begun.set_result(self.begin(window, None, None, limit, ahead=0))
        except Exception as error:  # noqa: BLE001  (``complete`` looks for the article that it is about)
            begun.set_exception(error)
        return self.complete(window, begun, limit, alone=True)

    def _stopping(self, limit: Limit) -> Callable[[], bool]:
        """Return what a watcher asks between batches: whether to stop all work. Past its own time it ends that window's alone."""

        def stopping() -> bool:
            if self.stop.is_set() or self.is_overdue():
                return True
            if limit.is_over():
                raise _OverrunError
            return False

        return stopping

    def complete(
        self, window: list[Job], begun: Future[Begun], limit: Limit, *, alone: bool = False
    ) -> list[Brief | Failure]:
        """Wait for a window's briefs. What breaks a window is looked for article by article.

        ``alone``: no window was ahead of it, and what it took it took itself.
        """
        try:
            begun.exception()  # from here on nothing is before it
            limit.start(len(window))
            return list(self._translator.finish(begun.result()))
        except _OverrunError as overrun:
            if alone and len(window) == 1:
                return [self._failure(window[0].record.id, overrun)]
            return self._one_by_one(window)
        except CancelledError:
            raise Interrupted from None
        except (TransError, Interrupted):
            raise
        except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
            if len(window) == 1:
                return [self._failure(window[0].record.id, error)]
            return self._one_by_one(window)

    def _one_by_one(self, window: list[Job]) -> list[Brief | Failure]:
        results: list[Brief | Failure] = []
        for job in window:
            try:
                # A sign of life: the window's texts were counted already.
                limit = self.limit()
                limit.start(1)
                quiet = Watcher(lambda *counts: self._on_event(Decoded(0, 0, 0)), self._stopping(limit))  # noqa: ARG005
                results += self._translator.finish(self._translator.begin([job.plan], None, quiet))
            except _OverrunError as overrun:
                results.append(self._failure(job.record.id, overrun))
            except (TransError, Interrupted):
                raise
            except Exception as broken:  # noqa: BLE001
                results.append(self._failure(job.record.id, broken))
        return results

    def _failure(self, article_id: str, error: Exception) -> Failure:
        if not isinstance(error, _OverrunError):
            return fault(article_id, error)
        hint = "Look at that article; if it is only long, raise run.article_timeout_s in models.yaml."
        return Failure(article_id, f"took more than {self._timeout_s:,g} s in work", hint)
