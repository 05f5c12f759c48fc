"""What the desk shows: the index, the digest, briefs to work on, and their files. Nothing is asked for by a path: only by what
the folder's own briefs name.

Knows how the output folder is read; no server, and nothing of who asks.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from trans import names, search_text
from trans.brief import Brief, Version
from trans.desk.actions import flag_key, targets
from trans.desk.asked import MAX_REASON, RefusedError
from trans.desk.security import Refusal
from trans.digest import digest, parse_since
from trans.errors import TransError
from trans.identity import item_of
from trans.index import Index
from trans.index_entry import Listed
from trans.index_file import Indexer, without_collecting
from trans.index_parts import PAGE_BRIEFS, parts
from trans.manifest import Manifest
from trans.render import desk_page, desk_search, digest_page, index_page
from trans.render.html_blocks import identity
from trans.render.review import dismissed, is_all_seen, version_name
from trans.render.status import Place
from trans.review import text_hash
from trans.review_events import MAX_BY, MAX_TEXT, Event, sha256_of
from trans.revision import VERSIONS
from trans.search_file import SearchIndex
from trans.store import Store, leads_out, sha256
from trans.watchlist import Watchlist

# What a brief is given in, and how its page calls that.
_FORMATS = {
    "md": "Markdown",
    "docx": "Word",
    "html": "web page",
    "json": "JSON",
    "ninjs": "ninjs",
    "tmx": "TMX",
    "jsonl": "JSON Lines",
}


# Of more findings nobody reads the list: another word, or a time, narrows it down.
_MOST_FOUND = 50


class Briefs(Protocol):
    """The folder's briefs as editors left them (``reviser.Reviser``): of a version that was put away the newer one. All raise
    ``TransError`` where the disk refuses.
    """

    def brief(self, article_id: str) -> Brief | None: ...

    def add(self, event: Event) -> Brief | None: ...

    def alone(self) -> AbstractContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class File:
    """A file to be saved: what it is called, and its bytes."""

    name: str
    content: bytes


class Pages:
    """The pages of ``out``. ``name`` is whom an editor is taken for who gives no name; ``note`` is told where terms are added.

    Not for several threads at once. Raises ``TransError`` where the folder can't be read.
    """

    def __init__(
        self,
        out: Path,
        briefs: Briefs,
        name: str,
        note: str,
        now: Callable[[], datetime],
        watchlist: Watchlist | None = None,
    ) -> None:
        self._out = out
        self._briefs = briefs
        self._name = name
        self._note = note
        self._now = now
        self._indexer = Indexer(out, watchlist=watchlist)
        self._searched = SearchIndex(out)
        self._manifest = Manifest(out)
        self._store = Store(out)

    def index(self) -> bytes:
        found = self._found()
        divided = parts(found.briefs) if len(found.briefs) > PAGE_BRIEFS else []
        return index_page.render(found, divided, at_desk=True)

    def search(self, query: str, *, english: bool, since: str) -> bytes:
        """Return what is found; a query without a word finds nothing, and its page says why."""
        hits, notes = None, list[str]()
        try:
            start = parse_since(since, self._now()) if since.strip() else None
            self._searched.update()
            hits = self._searched.search(query, english=english, since=start, limit=_MOST_FOUND)
            notes += search_text.notes(hits, narrowed=english or start is not None)
            notes += [f"Left out: {problem.file}: {problem.reason}" for problem in self._searched.unreadable]
        except TransError as error:
            notes += [error.message, error.hint]
        return desk_search.render(query, hits, notes, address_of, english=english, since=since)

    def part(self, name: str) -> bytes | None:
        """Return the page with this name of those that the index of a large folder is divided into; None for no such."""
        found = parts(self._found().briefs)
        for newer, part, older in zip([None, *found], found, [*found[1:], None], strict=False):
            if index_page.part_file(part) == name:
                return index_page.render_part(part, newer, older)
        return None

    def digest(self, since: str | None) -> bytes:
        """Return the digest since then. Raises ``RefusedError`` for what is no time."""
        try:
            start = parse_since(since, self._now()) if since else None
        except TransError as error:
            raise RefusedError(Refusal(HTTPStatus.BAD_REQUEST, error.message, error.hint)) from error
        return digest_page.render_html(digest(self._found(), start, "worst"))

    def brief(self, article_id: str) -> bytes | None:
        brief = self._briefs.brief(article_id)
        if brief is None:
            return None
        self._manifest.refresh()
        # A newer version may have taken that one's place.
        record = self._manifest.get(brief.article.id)
        told = address_of(brief.article.id).removeprefix("/brief/")
        given = record.outputs if record else {}
        files = [(name, f"/file/{kind}/{told}") for kind, name in _FORMATS.items() if kind in given]
        update = brief.update
        kept = update.versions if update else ()
        versions = [(version_name(update, one), f"/version/{one.number}/{told}") for one in kept if update]
        return desk_page.render(brief, self._told(brief), files=files, versions=versions)

    def file(self, article_id: str, kind: str) -> File | None:
        """Return a brief in one of the formats that it was given in."""
        self._manifest.refresh()
        record = self._manifest.get(article_id)
        name, _ = (record.outputs if record else {}).get(kind, ("", ""))
        return self._read(name) if name and kind in _FORMATS else None

    def version(self, article_id: str, number: int) -> File | None:
        """Return the JSON of an earlier version of a brief that is kept."""
        brief = self._briefs.brief(article_id)
        update = brief.update if brief else None
        for one in update.versions if update else ():
            if update and one.number == number and (found := self._kept(one)):
                return replace(found, name=f"{version_name(update, one).replace(' ', '-')}.json")
        return None

    def _found(self) -> Index:
        with without_collecting():
            found = self._indexer.read(self._now())
        addresses = {listed.page: address_of(listed.entry.id) for listed in found.briefs}
        return replace(found, briefs=tuple(_at_desk(listed, addresses) for listed in found.briefs))

    def _kept(self, version: Version) -> File | None:
        # A brief's JSON may say anything.
        file = self._read(version.file) if version.file.startswith(f"{VERSIONS}/") else None
        return file if file and sha256(file.content) == version.sha256 else None

    def _read(self, name: str) -> File | None:
        path = self._out / name
        if ".." in name.split("/") or name.startswith("/") or path.is_symlink() or leads_out(path.parent, self._out):
            return None
        content = self._store.read(name)
        return None if content is None else File(path.name, content)

    def _told(self, brief: Brief) -> dict[str, Any]:
        """Return what the page's script has to know: what can be done, and by what it is called when it is asked for."""
        return {
            "article": brief.article.id,
            # What is typed is kept by this: a new version may come from another file.
            "item": sha256_of(item_of(brief.article))[:32],
            # Browsers keep what is typed by the address alone, and the next desk there may be of another folder.
            "folder": hashlib.sha256(str(self._out.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16],
            "name": self._name,
            "reviewed": is_all_seen(brief),
            "text": text_hash(brief),
            "targets": {
                identity(Place(one.where, one.paragraph, one.sentence)): {
                    "where": one.where,
                    "paragraph": one.paragraph,
                    "sentence": one.sentence,
                    "arabic": one.source_sha256,
                    "ar": one.source,
                    "en": one.english,
                    "by": one.by,
                    "edited": one.edited,
                }
                for one in targets(brief)
            },
            "flags": [flag_key(flag) for flag in brief.flags],
            "dismissed": [flag_key(one.flag) for one in dismissed(brief)],
            "names": [
                {"ar": list(name.arabic), "en": [rendering.text for rendering in name.renderings]}
                for name in names.table(brief)
            ],
            "most": {"text": MAX_TEXT, "reason": MAX_REASON, "name": MAX_BY},
            "note": self._note,
        }


def address_of(article_id: str) -> str:
    """Return where a brief's page is. The id's own slashes are spelt out: browsers would resolve a '..' in it."""
    return f"/brief/{quote(article_id, safe='', errors='replace')}"


def _at_desk(listed: Listed, addresses: Mapping[str, str]) -> Listed:
    """Return it with links to pages here, not to files: its own, and those of the same story filed again."""
    also = listed.also
    if also:
        copies = (replace(copy, page=_relative(addresses.get(copy.page, "/"))) for copy in also.copies)
        also = replace(also, copies=tuple(copies))
    return replace(listed, page=_relative(addresses[listed.page]), also=also)


def _relative(address: str) -> str:
    return f".{address}"  # a part's page puts the way to the folder before it
