"""What is put onto a machine's brief before it is written: how it differs from the version before, that the item was taken back,
and what editors wrote about it.

Knows the folder's manifest and the editors' log; renders nothing, and decides nothing about which article is to be made.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from trans.article import CANCELED, Article, Failure
from trans.brief import Brief, Version
from trans.identity import age, is_newer, item_of, kills, same_item
from trans.locations import Location, is_remote
from trans.manifest import Manifest
from trans.notices import is_killed
from trans.record import Record
from trans.render import json as json_brief
from trans.review import machine, with_events
from trans.review_log import ReviewLog
from trans.review_recovery import lost_events
from trans.sources import output_stem
from trans.store import STATE_FOLDER, Store, sha256
from trans.updates import update_of

_log = logging.getLogger("trans")

VERSIONS = f"{STATE_FOLDER}/versions"
"""Folder for the JSON of earlier versions."""

_DIGEST_CHARS = 8


@dataclass(frozen=True, slots=True)
class Revised:
    """A brief as it is to be written. ``older`` are versions of its item that lie elsewhere and go when it is written; ``newer``
    is the one that it goes for itself, with that one's record and as it is then to be written. ``dropped`` are kept versions
    that are too many now.
    """

    brief: Brief
    older: tuple[Record, ...] = ()
    newer: tuple[Brief, Record] | None = None
    dropped: tuple[Version, ...] = ()


class Revision:
    """Revises briefs of one output folder. ``check`` returns a brief with its flags made anew; ``keep`` versions before the last
    are kept of each. Without a ``manifest``, on a machine that has none, versions that lie elsewhere are not seen.
    """

    def __init__(
        self,
        store: Store,
        log: ReviewLog,
        check: Callable[[Brief], Brief],
        *,
        manifest: Manifest | None = None,
        keep: int = 3,
    ) -> None:
        self._store = store
        self._log = log
        self._check = check
        self._manifest = manifest
        self._keep = keep
        self._warned = False

    def refresh(self) -> None:
        """Learn what editors wrote and others made since. In a store that costs requests: there the run's start has to do."""
        if not is_remote(self._store.out):
            self._log.refresh()
            if self._manifest:
                self._manifest.refresh()

    def latest(self, record: Record) -> Record:
        """Return a record with what others published of it since it was taken: their files are the program's too."""
        now = self._manifest.get(record.id) if self._manifest else None
        if now is None:
            return record
        return replace(record, known=tuple(dict.fromkeys((*record.known, *now.known))))

    def review_of(self, record: Record) -> str:
        """Return the hash of what editors wrote about an article until now."""
        # Into a store nobody can write down again what only its briefs still tell.
        lost = record.review if is_remote(self._store.out) else ""
        return self._log.hash_of(record.item or record.id, record.id) or lost

    def newer_than(self, record: Record) -> str:
        """Return the id of the version that a brief was put away for, if that one still is one of its item, and has a brief."""
        if self._manifest is None:
            return ""
        item = record.item or record.id
        newer: Record | None = record
        passed: set[str] = set()
        while newer and newer.superseded and newer.id not in passed:
            passed.add(newer.id)
            newer = self._manifest.get(newer.superseded)
        if newer is None or newer.id in passed or (newer.item or newer.id) != item or "json" not in newer.outputs:
            return ""
        return newer.id if newer.id != record.id and self._store.exists(newer.outputs["json"][0]) else ""

    def __call__(self, brief: Brief, record: Record) -> Revised:
        """Return the brief with all that is to be put onto it. Keeps the version before; raises ``TransError`` as ``Store``."""
        article = brief.article
        item = item_of(article)
        others = self._others(item, record.id)
        own = self.standing(record)
        stand = [(other, found) for other in others if (found := self.standing(other)) is not None]
        same = [(other, found) for other, found in stand if same_item(article, found.article)]
        notices = [notice_of(one) for one in others if one.withdrawn]
        # A brief that is killed already, though not by what its own file says now, is all that is left of a lost notice.
        killed = [found for _, found in same]
        if own and not record.withdrawn and own.article.source.sha256 == article.source.sha256:
            killed.append(own)
        notices += [_killed(found.article) for found in killed if is_killed(found.article)]
        if any(kills(notice, article) for notice in notices) and not is_killed(article):
            brief = replace(brief, article=replace(article, metadata=replace(article.metadata, status=CANCELED)))
        newest = max(same, key=lambda one: age(one[1].article), default=None)
        if newest and is_newer(newest[1].article, brief.article):
            return Revised(brief, newer=self._with_older(newest, brief))
        before = own or (newest[1] if newest else None)
        dropped: tuple[Version, ...] = ()
        if brief.update is None and before is not None:
            brief, dropped = self._updated(brief, machine(before))
        older = tuple(other for other, _ in same)
        return Revised(self.reviewed(brief, before), older, dropped=dropped)

    def standing(self, record: Record) -> Brief | None:
        """Return the brief that stands in the folder for a record, whatever became of its input since; None for none."""
        if "json" not in record.outputs or record.superseded:
            return None
        name, sha = record.outputs["json"]
        data = self._store.read(name)
        if data is None:
            return None
        try:
            found = json_brief.read(data)
        except ValueError:
            return None
        # A kill came after it was written and before that was noted: what stands there is this program's all the same.
        return found if sha256(data) == sha or json_brief.is_untouched(data, found) else None

    def reviewed(self, brief: Brief, standing: Brief | None = None) -> Brief:
        """Return a brief with what editors wrote about it: the log has that or, where it was lost, the brief that is ``standing``
        in the folder.
        """
        item = item_of(brief.article)
        events = self._log.of(item, brief.article.id)
        if standing and standing.review and (lost := lost_events(standing, item, events)):
            if not self._warned:
                _log.warning("What editors wrote is not all in the log any more: it is read back out of the briefs")
            self._warned = True
            if is_remote(self._store.out):
                events = (*events, *lost)
            else:
                self._log.append_all(lost)
                events = self._log.of(item, brief.article.id)
        # What an editor wrote is checked as any other text; what an editor put aside is put aside of that.
        return with_events(brief, events, self._check)

    def _others(self, item: str, own: str) -> list[Record]:
        if self._manifest is None:
            return []
        return [record for record in self._manifest.of_item(item) if record.id != own and not record.superseded]

    def _updated(self, brief: Brief, before: Brief) -> tuple[Brief, tuple[Version, ...]]:
        """Return the brief with how it differs from the one before, which is kept, and the versions that are then too many."""
        if _same_version(before.article, brief.article):
            return replace(brief, update=before.update), ()
        told = before.update
        kept = self._keep_version(brief, before, told.number if told else 1)
        versions = (*kept, *(told.versions if told else ()))
        dropped = tuple(filter(_is_kept, versions[self._keep :]))
        return replace(brief, update=update_of(brief, before, versions[: self._keep])), dropped

    def _keep_version(self, brief: Brief, before: Brief, number: int) -> tuple[Version, ...]:
        if not self._keep:
            return ()
        content = json_brief.render(before)
        sha = sha256(content)
        # Numbers begin again where a brief was deleted: what was kept before that is not written over.
        name = f"{VERSIONS}/{output_stem(brief.article.id)}/{number}-{sha[:_DIGEST_CHARS]}.json"
        self._store.publish(name, content)
        return (Version(number, sha, name),)

    def _with_older(self, newest: tuple[Record, Brief], older: Brief) -> tuple[Brief, Record]:
        """Return the newer version and its record; it says what it changed where no version was known before it."""
        record, brief = newest
        return (self._updated(brief, machine(older))[0] if brief.update is None else brief), record


def notice_of(record: Record) -> Failure:
    """Return what a record tells of an item that was taken back, as the failure that it was."""
    item, version = record.item or None, record.version or None
    return Failure(record.id, record.reason, "", withdrawn=True, item=item, version=version)


def _killed(article: Article) -> Failure:
    version = article.metadata.version
    return Failure(article.id, "", "", withdrawn=True, item=item_of(article), version=version)


def versions_of(out: Location, record: Record) -> tuple[Version, ...]:
    """Return the earlier versions that are kept of an article's brief, as that one says; none where it can't be read."""
    data = Store(out).read(record.outputs["json"][0]) if "json" in record.outputs else None
    try:
        update = json_brief.read(data).update if data else None
    except ValueError:
        return ()
    # A brief may have come from elsewhere: what it says is no leave to delete other files.
    return tuple(one for one in update.versions if _is_kept(one)) if update else ()


def _is_kept(version: Version) -> bool:
    return version.file.startswith(f"{VERSIONS}/") and ".." not in version.file.split("/")


def _same_version(one: Article, other: Article) -> bool:
    """Say whether two articles are one version: read in another way, in another encoding, or killed since, it is no new one."""
    if one.source.sha256 == other.source.sha256:
        return True
    about, its = (replace(each.metadata, status=None, received=None) for each in (one, other))
    return one.text == other.text and about == its
