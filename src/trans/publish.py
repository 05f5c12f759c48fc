"""Briefs to disk: rendered, placed, written, and told to the manifest in an order that a kill can't spoil.

Knows which files are its own; decides nothing about which article is to be made.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from trans.article import CANCELED, Failure
from trans.brief import Brief
from trans.checks import count_by_severity
from trans.errors import kind_and_words, shortage, unquoted
from trans.manifest import Manifest, Record
from trans.outcome import Outcome
from trans.precision import risk
from trans.render import RENDERERS, extension
from trans.render import json as json_brief
from trans.sources import output_stem
from trans.store import Store, UnwritableError, Written, sha256

_log = logging.getLogger("trans")

OUR_FAULT = "This is a fault of trans: please report it with the article."

# Hashes of our own files kept for an article: four formats at eight versions. Beyond that an old file of ours, kept under its
# name while its format was not asked for, is taken for an edited one, and is safe.
_MAX_KNOWN = 32


@dataclass(frozen=True, slots=True)
class _Planned:
    """A brief about to be written: contents by format, and where each goes once that is known."""

    brief: Brief
    record: Record
    contents: dict[str, bytes]
    places: dict[str, Written] = field(default_factory=dict)


class BriefWriter:
    """Writes briefs in ``formats`` into a store; ``append`` adds records to the manifest, which may be on another machine."""

    def __init__(self, store: Store, append: Callable[[Sequence[Record]], None], formats: Sequence[str]) -> None:
        self._store = store
        self._append = append
        self._formats = formats

    def publish(self, briefs: Sequence[tuple[Brief, Record]], status: str, reason: str = "") -> list[Outcome]:
        """Write briefs: their hashes into the manifest, the files, then 'done'; a kill between them is harmless.

        A brief whose name can't be written, or that a format can't show, is a failed outcome; raises ``TransError`` when the
        disk as a whole refuses.
        """
        planned: list[_Planned] = []
        finished: list[Record] = []
        outcomes: list[Outcome] = []

        def failed(record: Record, reason: str, hint: str) -> None:
            outcome = _failed(record, reason, hint)
            finished.append(outcome[0])
            outcomes.append(outcome[1])

        rendered = []
        for brief, record in briefs:
            try:
                rendered.append(_Planned(brief, record, {name: RENDERERS[name](brief) for name in self._formats}))
            except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
                _log.debug("%s can't be rendered", record.id, exc_info=unquoted(error))
                lacking = shortage(error)
                what = f"{lacking.message}" if lacking else kind_and_words(error)
                failed(record, f"It could not be written as a brief: {what}", lacking.hint if lacking else OUR_FAULT)
        for item, refused in self._store.each(self._place, rendered):
            if refused:
                failed(item.record, refused.message, refused.hint)
            else:
                planned.append(item)
        self._append([item.record for item in planned])
        for item, refused in self._store.each(self._write, planned):
            if refused:
                failed(item.record, refused.message, refused.hint)
                continue
            flagged = _flagged(item.brief)
            outputs = {name: (place.edited or place.name, place.sha256) for name, place in item.places.items()}
            hashes = item.brief.provenance.hashes
            finished.append(
                replace(item.record, status="done", hashes=hashes, outputs=outputs, reason="", attempts=0, **flagged)
            )
            outcomes.append(Outcome(item.record.id, status, reason, files=tuple(item.places.values()), **flagged))
        self._append(finished)
        return outcomes

    def fail(self, failure: Failure, record: Record) -> Outcome:
        """Note that an article has failed, and return what to tell of it."""
        failed, outcome = _failed(replace(record, id=failure.id), failure.reason, failure.hint)
        self._append([failed])
        return outcome

    def _place(self, item: _Planned) -> tuple[_Planned, UnwritableError | None]:
        """Say where a brief goes, and that what will stand there is ours."""
        stem = output_stem(item.brief.article.id)
        names = {name: f"{stem}.{extension(name)}" for name in self._formats}
        try:
            placed = self._store.place({names[name]: item.contents[name] for name in names}, item.record.known)
        except UnwritableError as error:
            return item, error
        places = {name: placed[names[name]] for name in names}
        known = tuple(dict.fromkeys((*(place.sha256 for place in places.values()), *item.record.known)))[:_MAX_KNOWN]
        return replace(item, record=replace(item.record, known=known), places=places), None

    def _write(self, item: _Planned) -> tuple[_Planned, UnwritableError | None]:
        try:
            for name, place in item.places.items():
                if not place.is_there:
                    self._store.publish(place.name, item.contents[name])
        except UnwritableError as error:
            return item, error
        return item, None


class Publisher(BriefWriter):
    """Knows finished briefs too. ``recheck`` returns one with today's checks and provenance."""

    def __init__(
        self, recheck: Callable[[Brief], Brief], store: Store, manifest: Manifest, formats: Sequence[str]
    ) -> None:
        super().__init__(store, manifest.append, formats)
        self._recheck = recheck
        self._manifest = manifest

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
        return self.publish([(self._recheck(brief), record)], "refreshed", reason)

    def withdraw(self, record: Record) -> Record:
        """Mark the brief of an article that its publisher has taken back, in all its formats; return the record as it is then."""
        brief = self.finished(record) if "json" in record.outputs else None
        if brief is None or brief.article.metadata.status == CANCELED:
            return record
        article = replace(brief.article, metadata=replace(brief.article.metadata, status=CANCELED))
        self.refresh(replace(brief, article=article), record, "")
        return self._manifest.get(record.id) or record

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
            **_flagged(brief),
        )


def _failed(record: Record, reason: str, hint: str) -> tuple[Record, Outcome]:
    return replace(record, status="failed", reason=reason, attempts=0), Outcome(record.id, "failed", reason, hint)


def _flagged(brief: Brief) -> dict[str, Any]:
    """What the manifest and the report keep of a brief's flags."""
    serious = [flag for flag in brief.flags if flag.severity != "info"]
    return {
        "flags": {str(severity): count for severity, count in count_by_severity(brief.flags).items()},
        "risk": risk(serious),
        "worst": serious[0].message if serious else "",
    }
