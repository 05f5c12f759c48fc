"""An output folder at the desk: its briefs as editors left them, what they write now, and the files made to show it.

Needs no model: a brief is read from its JSON, and checked anew only with the very rules that it was checked with. Knows no server
and no page.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from filelock import FileLock

from trans import checks
from trans.brief import Brief
from trans.checks import Rules
from trans.errors import TransError
from trans.exports import Wish
from trans.locations import Location, is_remote
from trans.manifest import Manifest
from trans.provenance import checks_hash
from trans.publish import Publisher
from trans.record import Record
from trans.render import RENDERERS
from trans.review_events import Event
from trans.review_log import ReviewLog
from trans.revision import Revision
from trans.rules import rules_by_profile
from trans.store import STATE_FOLDER, Store

_log = logging.getLogger("trans")

# A brief's files are written in some 50 ms, beside a run that does the same; whoever waits longer has lost the other process.
_LOCK_S = 60.0


class Reviser:
    """The briefs of ``out``. ``rules_for`` returns the rules of a profile by its name, or None where nobody knows them: a brief
    that an editor wrote in then keeps its other flags as they are, and the next run checks it. Safe beside runs and other
    revisers.

    Raises ``TransError`` where the folder or its manifest can't be read.
    """

    def __init__(
        self,
        out: Path,
        rules_for: Callable[[str], Rules | None] = lambda profile: None,  # noqa: ARG005
        *,
        manifest: Manifest | None = None,
    ) -> None:
        self.out = out
        self.log = ReviewLog(out)
        self._rules_for = rules_for
        self._store = Store(out)
        self._manifest = manifest or Manifest(out)
        self._revision = Revision(self._store, self.log, self._check, manifest=self._manifest)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the desk's lock: what is read in it is still so when it is written on. Raises ``filelock.Timeout``."""
        with FileLock(self.out / STATE_FOLDER / "review.lock", timeout=_LOCK_S):
            yield

    def refresh(self) -> None:
        """Learn what runs and other editors did since."""
        self._manifest.refresh()
        self.log.refresh()

    def ids(self) -> list[str]:
        """Return the ids of the articles that have a brief, but for older versions that were put away."""
        return sorted(record.id for record in self._manifest.records() if record.outputs and not record.superseded)

    def brief(self, article_id: str) -> Brief | None:
        """Return a brief with all that editors wrote about it; None where there is none."""
        self.refresh()
        record = self._record(article_id)
        brief = self._revision.standing(record) if record else None
        return self._revision.reviewed(brief, brief) if brief else None

    def add(self, event: Event) -> Brief | None:
        """Write an event down, then make the files of the brief that it is about show it; return that brief, None for none.

        When this returns, or fails at the files, the event is on disk. Raises ``TransError`` where the disk refuses.
        """
        self.log.append(event)
        self.refresh()
        for record in self._records(event.item):
            if self._is_behind(record):
                self._write(record)
        standing = (self.brief(record.id) for record in self._records(event.item))
        return next((brief for brief in standing if brief), None)

    def settle(self) -> int:
        """Make the files of all briefs show what editors wrote about them; return how many did not."""
        self.refresh()
        behind = [record for item in self.log.items() for record in self._records(item) if self._is_behind(record)]
        written = sum(map(self._write, behind))
        for failure, record in list(self._publisher(("json",)).unmarked()):
            written += self._publisher(_formats(record)).mark(failure, record.id)
        return written

    def _is_behind(self, record: Record) -> bool:
        # What is in work is written with its events when it is made.
        stands = record.status in ("done", "failed") and record.outputs and not record.superseded
        return bool(stands) and record.review != self._revision.review_of(record)

    def _write(self, record: Record) -> bool:
        # A run may have asked for fewer formats since; what it left standing must not show an older state.
        publisher = self._publisher(_formats(record))
        brief = self._revision.standing(record)
        if brief is None:  # edited by hand, or gone: the next run sees to it
            return False
        publisher.republish(brief, record)
        return True

    def _record(self, article_id: str) -> Record | None:
        """Return the record of an article's brief, or of the newer version's that took its place."""
        record = self._manifest.get(article_id)
        if record and record.superseded:
            record = self._manifest.get(self._revision.newer_than(record))
        return record or self._publisher(("json",)).recover(article_id)

    def _records(self, item: str) -> list[Record]:
        """Return the records of an item's versions, the manifest's or, of an item that is its own id, that of its brief."""
        found = self._manifest.of_item(item)
        if (by_id := self._manifest.get(item)) and by_id not in found:
            found.append(by_id)  # a table of corrections may name an article so
        if not found and (lost := self._publisher(("json",)).recover(item)):
            return [lost]
        return found

    def _publisher(self, formats: tuple[str, ...]) -> Publisher:
        return Publisher(self._check, self._store, self._manifest, Wish(formats), self._revision)

    def _check(self, brief: Brief) -> Brief:
        rules = self._rules_for(brief.provenance.profile)
        made = brief.provenance
        if rules is None or checks_hash(rules) != made.hashes.checks:
            # The next run sees that nobody checked it as it is now, and does so.
            return replace(brief, provenance=replace(made, hashes=replace(made.hashes, checks="")))
        return checks.check(brief, rules)


def settle(out: Location, manifest: Manifest) -> int:
    """Make the files in ``out`` show what editors wrote, and kills that came when their items' briefs could not be marked; return
    how many did not. They are checked with today's settings where there are any.
    """
    return 0 if is_remote(out) else Reviser(Path(out), _rules_of(out), manifest=manifest).settle()


def _rules_of(out: Location) -> Callable[[str], Rules | None]:
    """Return today's rules by profile; the settings are read when the first is asked for."""

    @cache
    def known() -> Callable[[str], Rules | None]:
        try:
            return rules_by_profile(out)
        except TransError as error:
            _log.debug("briefs are not checked anew: %s", error)
            return lambda profile: None  # noqa: ARG005

    return lambda profile: known()(profile)


def _formats(record: Record) -> tuple[str, ...]:
    return tuple(name for name in RENDERERS if name in record.outputs)
