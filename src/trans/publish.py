"""Finished briefs: found again, made to show something new without a model, marked as taken back.

Knows which files are its own; decides nothing about which article is to be made.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from trans.article import CANCELED, Failure
from trans.brief import Brief
from trans.brief_writer import BriefWriter, flags_of, standing_of
from trans.exports import Wish
from trans.identity import kills, web_item
from trans.manifest import Manifest
from trans.notices import is_killed
from trans.outcome import Outcome
from trans.record import Record
from trans.render import RENDERERS, extension
from trans.render import json as json_brief
from trans.review import machine
from trans.revision import Revision, notice_of
from trans.sources import output_stem
from trans.store import Store, sha256

_log = logging.getLogger("trans")


class Publisher(BriefWriter):
    """Knows finished briefs too. ``recheck`` returns one with today's checks and provenance."""

    def __init__(
        self,
        recheck: Callable[[Brief], Brief],
        store: Store,
        manifest: Manifest,
        wish: Wish,
        revision: Revision,
    ) -> None:
        super().__init__(store, manifest.append, wish, revision)
        self._recheck = recheck
        self._manifest = manifest

    def newer_than(self, record: Record) -> str:
        """Return the id of the newer version of an item that a brief was put away for, if that one still has one."""
        return self._revision.newer_than(record)

    def review_of(self, record: Record) -> str:
        """Return the hash of what editors wrote about an article until now."""
        return self._revision.review_of(record)

    def finished(self, record: Record) -> Brief | None:
        """Return a finished brief from its JSON; None where that is gone, edited or can't be read any more."""
        name, sha = record.outputs["json"]
        data = self._store.read(name)
        if data is None or sha256(data) != sha:
            return None
        try:
            return json_brief.read(data)
        except ValueError:
            return None

    def refresh(self, brief: Brief, record: Record, reason: str) -> list[Outcome]:
        """Check and render a finished brief again."""
        return self.publish([(self._recheck(_named(machine(brief))), record)], "refreshed", reason)

    def republish(self, brief: Brief, record: Record) -> list[Outcome]:
        """Write a brief again that stands. What became of its source since stays written down."""
        outcomes = self.publish([(brief, record)], "refreshed")
        now = self._manifest.get(record.id)
        if now and now.status == "done" and record.status != "done":
            self._manifest.append([replace(now, status=record.status, reason=record.reason, attempts=record.attempts)])
        return outcomes

    def withdraw(self, failure: Failure, record: Record) -> Record:
        """Mark the briefs of an item that its publisher has taken back, in all their formats, wherever its versions lie; return
        the record as it is then.
        """
        self._revision.refresh()
        names = {failure.item, web_item(failure.item)} if failure.item else set()
        found = {one.id for name in names if name for one in self._manifest.of_item(name)}
        for other in sorted(found - {record.id}):
            self.mark(failure, other)
        self.mark(failure, record.id)
        now = self._manifest.get(record.id)
        if now is None:
            return record
        # Of its source what was found now counts.
        seen = {name: getattr(record, name) for name in ("path", "size", "mtime_ns", "sha256", "owner", "below")}
        return replace(now, **seen)

    def unmarked(self) -> Iterator[tuple[Failure, Record]]:
        """Yield notices that took an item back, each with a brief of the item that is not marked as killed: it could not be when
        the notice came, as in another share of a run, or beside another run.
        """
        for notice in [record for record in self._manifest.unfinished() if record.withdrawn and record.item]:
            for other in self._manifest.of_item(notice.item):
                if other.id != notice.id and not other.killed and not other.superseded:
                    yield notice_of(notice), other

    def settle_kills(self) -> None:
        """Mark such briefs."""
        for failure, record in list(self.unmarked()):
            self.mark(failure, record.id)

    def mark(self, failure: Failure, article_id: str) -> bool:
        """Mark one brief as killed, if ``failure`` kills it; return whether it was not marked before."""
        record = self._manifest.get(article_id)
        if record is None or record.superseded or "json" not in record.outputs:
            return False
        brief = self._revision.standing(record) or self._edited(record)
        if brief is None or (is_killed(brief.article) and record.killed) or not kills(failure, brief.article):
            return False
        article = replace(brief.article, metadata=replace(brief.article.metadata, status=CANCELED))
        self.republish(self._recheck(machine(replace(brief, article=article))), record)
        return True

    def _edited(self, record: Record) -> Brief | None:
        """Return the brief whose JSON somebody has edited by hand: the killed one is written beside it, in its words."""
        data = self._store.read(record.outputs["json"][0])
        try:
            brief = json_brief.read(data) if data else None
        except ValueError:
            return None
        if brief is None or brief.article.id != record.id:
            return None
        _log.warning("%s was edited by hand, and its publisher has taken it back: take it back yourself", record.id)
        return brief

    def recover(self, article_id: str) -> Record | None:
        """Return the record of a finished brief that the manifest does not know: it was lost, or never came along.

        Only a file that is to the letter what this program writes counts as its own.
        """
        if self._manifest.is_complete or self._store.is_empty():
            return None
        stem = output_stem(article_id)
        data = self._store.read(f"{stem}.json")
        if data is None:
            return None
        try:
            brief = json_brief.read(data)
        except ValueError:
            return None
        if brief.article.id != article_id or not json_brief.is_untouched(data, brief):
            return None
        found = {name: self._store.read(f"{stem}.{extension(name)}") for name in RENDERERS}
        outputs = {
            name: (f"{stem}.{extension(name)}", sha256(content))
            for name, content in found.items()
            # What is not there is not rendered for nothing: some formats take a while.
            if content is not None and (name == "json" or content == RENDERERS[name](brief))
        }
        source = brief.article.source
        return Record(
            article_id,
            "done",
            size=source.bytes,
            sha256=source.sha256,
            hashes=brief.provenance.hashes,
            outputs=outputs,
            known=tuple(sha for _, sha in outputs.values()),
            **flags_of(brief),
            **standing_of(brief),
        )


def _named(brief: Brief) -> Brief:
    """Return a brief that names its item: those of version 0.1 don't, and a kill in another file would not find them."""
    source = brief.article.source
    is_wire = source.uri.endswith(".json") or (source.record or "").startswith("urn:newsml:")
    if source.item is not None or source.record is None or not is_wire:
        return brief
    return replace(brief, article=replace(brief.article, source=replace(source, item=source.record)))
