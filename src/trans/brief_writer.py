"""Briefs to disk: revised, rendered, placed, written, and told to the manifest in an order that a kill can't spoil.

Knows where a brief goes and which files are its own; decides nothing about which article is to be made.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from trans.article import Failure
from trans.brief import Brief, Version
from trans.checks import count_by_severity
from trans.errors import OUR_FAULT, TransError, kind_and_words, shortage, unquoted
from trans.exports import EXPORTS, Wish
from trans.identity import item_of, web_item
from trans.locations import is_remote
from trans.notices import is_killed
from trans.outcome import Outcome
from trans.precision import risk
from trans.record import MAX_KNOWN, Record
from trans.render import RENDERERS, extension
from trans.review import is_reviewed
from trans.revision import Revised, Revision
from trans.sources import output_stem
from trans.store import Store, UnwritableError, Written, beside

_log = logging.getLogger("trans")

# 'a.new.docx' beside one that was edited by hand, 'a.new2.docx' beside two: more hands than that nobody has seen on one brief.
_BESIDE = 3


@dataclass(frozen=True, slots=True)
class _Planned:
    """A brief about to be written: contents by format, and where each goes once that is known."""

    brief: Brief
    record: Record
    contents: dict[str, bytes]
    places: dict[str, Written] = field(default_factory=dict)
    older: tuple[Record, ...] = ()
    dropped: tuple[Version, ...] = ()


class BriefWriter:
    """Writes briefs into a store, in the formats of ``wish``, each with what ``revision`` puts onto it; ``append`` adds records
    to the manifest, which may be on another machine.
    """

    def __init__(
        self, store: Store, append: Callable[[Sequence[Record]], None], wish: Wish, revision: Revision
    ) -> None:
        self._store = store
        self._append = append
        self._wish = wish
        self._revision = revision

    def publish(self, briefs: Sequence[tuple[Brief, Record]], status: str, reason: str = "") -> list[Outcome]:
        """Write briefs: their hashes into the manifest, the files, then 'done'; a kill between them is harmless.

        A brief whose name can't be written, or that a format can't show, is a failed outcome, and one that is older than what is
        there of its item a skipped one; raises ``TransError`` when the disk as a whole refuses.
        """
        self._revision.refresh()
        outcomes: list[Outcome] = []
        for together in _one_of_each_item(briefs):
            outcomes += self._publish(together, status, reason)
        return outcomes

    def _publish(self, briefs: Sequence[tuple[Brief, Record]], status: str, reason: str) -> list[Outcome]:
        planned: list[_Planned] = []
        finished: list[Record] = []
        outcomes: list[Outcome] = []
        again: list[tuple[Brief, Record]] = []
        gone: list[Record] = []

        def fail_one(record: Record, reason: str, hint: str) -> None:
            outcome = failed_of(record, reason, hint)
            finished.append(outcome[0])
            outcomes.append(outcome[1])

        rendered = []
        for brief, before in briefs:
            record = self._revision.latest(before)
            try:
                revised = self._revision(brief, record)
                if revised.newer:
                    newer, its = revised.newer
                    item = standing_of(brief)["item"]
                    aside = replace(record, status="done", item=item, superseded=its.id, reason="", attempts=0)
                    finished.append(_put_away(replace(aside, hashes=brief.provenance.hashes)))
                    outcomes.append(Outcome(record.id, "skipped", f"{its.id} is a newer version of it"))
                    gone.append(record)
                    # What failed, or is in work, says so until it is made.
                    if its.status == "done":
                        again.append((newer, its))
                    continue
                rendered.append(self._rendered(revised, record))
            except UnwritableError as error:
                fail_one(record, error.message, error.hint)
            except TransError:
                raise
            except Exception as error:  # noqa: BLE001  (one bad article never stops the rest)
                _log.debug("%s can't be rendered", record.id, exc_info=unquoted(error))
                lacking = shortage(error)
                what = f"{lacking.message}" if lacking else kind_and_words(error)
                fail_one(record, f"It could not be written as a brief: {what}", lacking.hint if lacking else OUR_FAULT)
        for item, refused in self._store.each(self._place, rendered):
            if refused:
                fail_one(item.record, refused.message, refused.hint)
            else:
                planned.append(item)
        self._append([item.record for item in planned])
        for item, refused in self._store.each(self._write, planned):
            if refused:
                fail_one(item.record, refused.message, refused.hint)
                continue
            # Before it counts as done: what a kill leaves standing here, the next run takes away.
            self._clear(item)
            flagged = flags_of(item.brief)
            outputs = {name: (place.edited or place.name, place.sha256) for name, place in item.places.items()}
            finished.append(replace(_settled(item.record, item.brief), outputs=outputs, **flagged))
            finished += [_put_away(replace(older, superseded=item.record.id)) for older in item.older]
            outcomes.append(Outcome(item.record.id, status, reason, files=tuple(item.places.values()), **flagged))
        for record in gone:
            self._remove(record)
        self._append(finished)
        if again:
            outcomes += self._publish(again, "refreshed", "an older version of it came")
        return outcomes

    def _rendered(self, revised: Revised, record: Record) -> "_Planned":
        brief = revised.brief
        formats = self._wish.of(killed=is_killed(brief.article), reviewed=is_reviewed(brief))
        contents = {name: RENDERERS[name](brief) for name in formats}
        return _Planned(brief, record, contents, older=revised.older, dropped=revised.dropped)

    def _clear(self, item: "_Planned") -> None:
        """Delete what a brief must not be given in any more, and the files of the versions that it replaces."""
        killed, reviewed = is_killed(item.brief.article), is_reviewed(item.brief)
        for name in EXPORTS - set(item.contents):
            if not self._wish.may(name, killed=killed, reviewed=reviewed):
                for file in self._files(item.record, name, killed=killed):
                    self._store.remove(file, item.record.known)
        written = {place.edited or place.name for place in item.places.values()}
        for older in item.older:
            self._remove(older, written)
        for version in item.dropped:
            self._store.remove(version.file, [version.sha256])

    def _remove(self, record: Record, but: Collection[str] = ()) -> None:
        """Delete the files of a brief, but for some."""
        for file, sha in record.outputs.values():
            if file not in but:
                self._store.remove(file, (*record.known, sha))

    def _files(self, record: Record, name: str, *, killed: bool) -> Iterator[str]:
        """Yield the names that a brief's file in a format has or may have: of one not asked for lately none is written down."""
        file, _ = record.outputs.get(name, ("", ""))
        if file:
            yield file
        # In a store each name costs a request; there only what may do harm is looked for.
        if killed or not is_remote(self._store.out):
            yield from (one for one in beside(f"{output_stem(record.id)}.{extension(name)}", _BESIDE) if one != file)

    def fail(self, failure: Failure, record: Record) -> Outcome:
        """Note that an article has failed, and return what to tell of it."""
        told = replace(record, id=failure.id, withdrawn=failure.withdrawn)
        if failure.withdrawn:
            item = web_item(failure.item or "") or failure.item or record.item
            told = replace(told, item=item, version=failure.version or "")
        failed, outcome = failed_of(told, failure.reason, failure.hint)
        self._append([failed])
        return outcome

    def _place(self, item: _Planned) -> tuple[_Planned, UnwritableError | None]:
        """Say where a brief goes, and that what will stand there is ours."""
        stem = output_stem(item.brief.article.id)
        names = {name: f"{stem}.{extension(name)}" for name in item.contents}
        try:
            placed = self._store.place({names[name]: item.contents[name] for name in names}, item.record.known)
        except UnwritableError as error:
            return item, error
        places = {name: placed[file] for name, file in names.items()}
        known = tuple(dict.fromkeys((*(place.sha256 for place in places.values()), *item.record.known)))[:MAX_KNOWN]
        return replace(item, record=replace(item.record, known=known), places=places), None

    def _write(self, item: _Planned) -> tuple[_Planned, UnwritableError | None]:
        try:
            for name, place in item.places.items():
                if not place.is_there:
                    self._store.publish(place.name, item.contents[name])
        except UnwritableError as error:
            return item, error
        return item, None


def failed_of(record: Record, reason: str, hint: str) -> tuple[Record, Outcome]:
    told = Outcome(record.id, "failed", reason, hint, withdrawn=record.withdrawn)
    return replace(record, status="failed", reason=reason, attempts=0), told


def _settled(record: Record, brief: Brief) -> Record:
    """Return the record of a brief that is written. Not a word of it may be told before: the next run would find all done."""
    as_new = replace(record, status="done", reason="", attempts=0, superseded="", withdrawn=False, version="")
    return replace(as_new, hashes=brief.provenance.hashes, **standing_of(brief))


def _put_away(record: Record) -> Record:
    """Return the record of a version whose brief is no more: it has no files, and no flags that anybody could look at."""
    return replace(record, outputs={}, flags={}, risk=0.0, worst="")


def _one_of_each_item(briefs: Sequence[tuple[Brief, Record]]) -> list[list[tuple[Brief, Record]]]:
    """Divide briefs so that two versions of one item are never written at once: what the first becomes, the second must know."""
    turns: list[list[tuple[Brief, Record]]] = []
    seen = Counter[str]()
    for brief, record in briefs:
        item = item_of(brief.article)
        if seen[item] == len(turns):
            turns.append([])
        turns[seen[item]].append((brief, record))
        seen[item] += 1
    return turns


def standing_of(brief: Brief) -> dict[str, Any]:
    """What the manifest keeps of whose it is and how it may be used."""
    item = item_of(brief.article)
    return {
        "item": item if item != brief.article.id else "",
        "review": brief.review.events if brief.review else "",
        "reviewed": is_reviewed(brief),
        "killed": is_killed(brief.article),
    }


def flags_of(brief: Brief) -> dict[str, Any]:
    """What the manifest and the report keep of a brief's flags."""
    serious = [flag for flag in brief.flags if flag.severity != "info"]
    return {
        "flags": {str(severity): count for severity, count in count_by_severity(brief.flags).items()},
        "risk": risk(serious),
        "worst": serious[0].message if serious else "",
    }
