"""The index of a run's output folder, updated while the run works. Never stops it: what fails is one warning."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from trans.errors import TransError, kind_and_words, unquoted
from trans.index import Problem
from trans.index_file import Indexer, without_collecting
from trans.locations import Location
from trans.manifest import Manifest
from trans.pages import alone

if TYPE_CHECKING:
    from trans.watchlist import Watchlist

_log = logging.getLogger("trans")

# Often enough to watch a run by, and no more than a file share bears.
_EVERY_S = 10.0
# An update of a large folder takes seconds, most of it Python: 20 times as long between two keeps it under 5% of a run.
_REST = 20
# Where briefs come one by one for ever, each would be an update. This keeps them at a tenth of the time at most; the page of
# 2,000 briefs then follows within some three seconds.
_REST_BESIDE = 9
# What was read is written down in full each time, for the next start: after a kill as many briefs are read again.
_KEEP_EVERY_S = 300.0


class IndexUpdates:
    """Keeps the pages of a run's output folder up to date, and never stops the run: what fails is a warning.

    ``manifest`` is the run's own; without one the folder's is read with the first update. ``watchlist`` marks the briefs.
    ``monotonic`` and ``now`` are clocks: seconds, and the time to show.
    """

    def __init__(
        self,
        out: Location,
        skipped: Sequence[str],
        manifest: Manifest | None = None,
        *,
        watchlist: "Watchlist | None" = None,
        monotonic: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._out = out
        self._skipped = skipped
        self._manifest = manifest
        self._watchlist = watchlist
        self._indexer: Indexer | None = None
        self._monotonic = monotonic
        self._now = now
        self._due_s = monotonic() + _EVERY_S
        self._soon_s = self._keep_s = monotonic()
        self._warned = False
        self._failed: dict[str, Problem] = {}

    def failed(self, name: str, reason: str) -> None:
        """List an input of this run as failed."""
        self._failed[name] = Problem(name, reason)

    def made(self, name: str) -> None:
        """An article of this run has not failed after all."""
        self._failed.pop(name, None)

    def forget(self, name: str) -> None:
        """An input of this run is gone, and with it the records that it held."""
        self._failed = {
            failed: problem
            for failed, problem in self._failed.items()
            if failed != name and not failed.startswith(f"{name}/")
        }

    def progressed(self) -> None:
        """Briefs were written: update the pages if the last time is long enough ago."""
        if self._monotonic() >= self._due_s:
            self._update(running=True, keep=False)

    def finished(self) -> None:
        """The run is over: the page says how it stands."""
        self._update(running=False, keep=True)

    def settled(self) -> bool:
        """Nothing is in work just now: the page says how it stands, unless the last time was long and only just now. Return
        whether it does."""
        if self._monotonic() < self._soon_s:
            return False
        self._update(running=False, keep=self._monotonic() >= self._keep_s)
        return True

    def _update(self, *, running: bool, keep: bool) -> None:
        started = self._monotonic()
        try:
            self._indexer = self._indexer or Indexer(
                self._out, self._skipped, manifest=self._manifest, watchlist=self._watchlist
            )
            with without_collecting(), alone(self._out):
                found = self._indexer.read(self._now(), failed=list(self._failed.values()), running=running)
                self._indexer.write(found)
                if keep:
                    self._indexer.keep()
                    self._keep_s = self._monotonic() + _KEEP_EVERY_S
        except TransError as error:
            self._warn(f"{error.message}. {error.hint}")
        except Exception as error:  # noqa: BLE001  (the briefs are what counts)
            _log.debug("the index broke", exc_info=unquoted(error))
            self._warn(f"The index could not be made: {kind_and_words(error)}")
        ended = self._monotonic()
        self._due_s = ended + max(_EVERY_S, _REST * (ended - started))
        self._soon_s = ended + _REST_BESIDE * (ended - started)

    def _warn(self, message: str) -> None:
        if not self._warned:
            _log.warning("%s", message)
        self._warned = True
