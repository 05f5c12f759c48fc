"""Briefs to disk: rendered, placed, written, and told to the manifest in an order that a kill can't spoil.

Knows which files are its own; decides nothing about which article is to be made.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from trans.api import Translator
from trans.article import CANCELED, Failure
from trans.brief import Brief
from trans.checks import count_by_severity
from trans.errors import TransError
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
    """A brief about to be written: contents by format, and where each goes."""

    brief: Brief
    record: Record
    contents: dict[str, bytes]
    places: dict[str, Written]


class Publisher:
    """Writes briefs in ``formats`` into a store."""

    def __init__(self, translator: Translator, store: Store, manifest: Manifest, formats: Sequence[str]) -> None:
        self._translator = translator
        self._store = store
        self._manifest = manifest
        self._formats = formats

    def publish(self, briefs: Sequence[tuple[Brief, Record]], status: str, reason: str = "") -> list[Outcome]:
        """Write briefs: their hashes into the manifest, the files, then 'done'; a kill between them is harmless.

        A brief whose name can't be written, or that a format can't show, is a failed outcome; raises ``TransError`` when the
        disk as a whole refuses.
        """
        planned, finished, outcomes = [], [], []
        for brief, record in briefs:
            try:
                planned.append(self._plan(brief, record))
            except TransError:
                raise
            except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
                _log.debug("%s can't be rendered", record.id, exc_info=error)
                told = f"It could not be written as a brief: {type(error).__name__}: {error}"
                failed, outcome = _failed(record, told, OUR_FAULT)
                finished.append(failed)
                outcomes.append(outcome)
        self._manifest.append(item.record for item in planned)
        for item in planned:
            try:
                for format_name, place in item.places.items():
                    self._store.publish(place.name, item.contents[format_name])
            except UnwritableError as error:
                failed, outcome = _failed(item.record, error.message, error.hint)
                finished.append(failed)
                outcomes.append(outcome)
                continue
            flagged = _flagged(item.brief)
            outputs = {name: (place.edited or place.name, place.sha256) for name, place in item.places.items()}
            hashes = item.brief.provenance.hashes
            finished.append(
                replace(item.record, status="done", hashes=hashes, outputs=outputs, reason="", attempts=0, **flagged)
            )
            outcomes.append(Outcome(item.record.id, status, reason, files=tuple(item.places.values()), **flagged))
        self._manifest.append(finished)
        return outcomes

    def fail(self, failure: Failure, record: Record) -> Outcome:
        """Note that an article has failed, and return what to tell of it."""
        failed, outcome = _failed(replace(record, id=failure.id), failure.reason, failure.hint)
        self._manifest.append([failed])
        return outcome

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
        return self.publish([(self._translator.recheck(brief), record)], "refreshed", reason)

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
        stem = output_stem(article_id)
        data = self._store.read(f"{stem}.json")
        if data is None:
            return None
        try:
            brief = json_brief.read(data)
        except ValueError:
            return None
        found = {name: self._store.read(f"{stem}.{extension(name)}") for name in RENDERERS}
        outputs = {
            name: (f"{stem}.{extension(name)}", sha256(content))
            for name, content in found.items()
            # What is not there is not rendered for nothing: some formats take a while.
            if content is not None and content == RENDERERS[name](brief)
        }
        if "json" not in outputs or brief.article.id != article_id:
            return None
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

    def _plan(self, brief: Brief, record: Record) -> _Planned:
        stem = output_stem(brief.article.id)
        contents = {name: RENDERERS[name](brief) for name in self._formats}
        names = {name: f"{stem}.{extension(name)}" for name in self._formats}
        placed = self._store.place({names[name]: contents[name] for name in self._formats}, record.known)
        places = {name: placed[names[name]] for name in self._formats}
        known = dict.fromkeys((*(place.sha256 for place in places.values()), *record.known))
        return _Planned(brief, replace(record, known=tuple(known)[:_MAX_KNOWN]), contents, places)


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
