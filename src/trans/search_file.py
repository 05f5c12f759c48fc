"""The search index of an output folder: ``OUT/.trans/search.sqlite``, made from the JSON briefs and brought up to date by them.

It may be deleted at any time, and is made anew where it is damaged. Where it can't be kept, as in a folder that may only be read,
it is made in memory. Knows neither who asks nor how findings look.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from pathlib import Path

from trans.index_listing import PAGES, File, contents, listing
from trans.search import (
    BOUNDARY,
    Found,
    Hit,
    Hits,
    Pair,
    Term,
    Unreadable,
    Wanted,
    best,
    expression,
    parse,
    spans_of,
    wanted,
)
from trans.search_brief import pair, unpacked
from trans.search_database import DamagedError, Database
from trans.search_rows import add, changes, forget, hide, shown
from trans.store import STATE_FOLDER

NAME = "search.sqlite"

_MATCHING = """
SELECT b.no FROM texts JOIN briefs AS b ON b.no = texts.rowid
WHERE texts MATCH :asked
  AND (:since_s IS NULL OR CASE WHEN b.day IS NULL THEN b.at >= :since_s ELSE b.day >= :since_day END)
  AND (NOT :reviewed OR b.reviewed)
  AND NOT b.hidden
ORDER BY b.at DESC, b.file
"""


class SearchIndex:
    """Searches the briefs of an output folder on this machine; for several threads, one at a time.

    ``update`` first, then ``search``, as often as wanted. ``unreadable`` are the briefs that the last update could not read;
    ``note`` says why nothing is kept on disk, where that is so. ``on_reading`` is told how many briefs are about to be read.
    Raises ``TransError`` where the folder can't be read, and where another process is making the index.
    """

    def __init__(self, out: Path, *, on_reading: Callable[[int], None] = lambda count: None) -> None:  # noqa: ARG005
        self.out = out
        self.unreadable: tuple[Unreadable, ...] = ()
        self.count = 0
        self._on_reading = on_reading
        self._data = Database(out / STATE_FOLDER / NAME, out, self._update)
        self._briefs: Mapping[str, File] = {}
        self._known: tuple[Mapping[str, File], tuple[int, int]] | None = None
        self._lock = threading.RLock()

    @property
    def note(self) -> str:
        return self._data.note

    def update(self) -> None:
        """Read what is new or has changed. ``count`` is then how many briefs there are."""
        with self._lock:
            self._briefs = listing(self.out, (".json",))
            self._data.do(self._update)

    def search(
        self,
        query: str,
        *,
        english: bool = False,
        since: datetime | None = None,
        limit: int = 20,
        reviewed: bool = False,
    ) -> Hits:
        """Return the briefs that hold all words of ``query``, the newest first, ``limit`` at most; of the last update.

        ``english``: in the English alone. ``since``: of articles of that time on. ``reviewed``: of reviewed briefs alone.
        Raises ``TransError`` for a query without a word.
        """
        terms = parse(query)
        with self._lock:
            return self._data.do(lambda db: self._search(db, query, terms, english, since, limit, reviewed))

    def close(self) -> None:
        with self._lock:
            self._data.close()

    def _update(self, db: sqlite3.Connection) -> None:
        if self._known == (self._briefs, self._state(db)):
            return
        if any(changes(db, self._briefs)):
            db.execute("BEGIN IMMEDIATE")
            new, gone = changes(db, self._briefs)  # another process may just have done it
            self._on_reading(len(new))
            for name in (*gone, *new):
                forget(db, name)
            for name, data in contents(self.out, new):
                add(db, name, self._briefs[name], data)
            hide(db)
            db.execute("COMMIT")
        problems = db.execute("SELECT file, reason FROM briefs WHERE reason != '' ORDER BY file")
        self.unreadable = tuple(Unreadable(shown(os.fsdecode(file)), reason) for file, reason in problems)
        self.count = db.execute("SELECT count(DISTINCT id) FROM briefs").fetchone()[0]
        self._known = self._briefs, self._state(db)

    def _state(self, db: sqlite3.Connection) -> tuple[int, int]:
        """Return what differs once another process has changed the file, or it is another one."""
        return self._data.opened, int(db.execute("PRAGMA data_version").fetchone()[0])

    def _search(
        self,
        db: sqlite3.Connection,
        query: str,
        terms: Iterable[Term],
        english: bool,
        since: datetime | None,
        limit: int,
        reviewed: bool,
    ) -> Hits:
        def counted(tokens: Set[str]) -> dict[str, int]:
            marks = ", ".join("?" * len(tokens))
            return dict(db.execute(f"SELECT term, doc FROM tokens WHERE term IN ({marks})", tuple(tokens)))  # noqa: S608

        db.execute("BEGIN")  # one state of the file for all that follows
        looked_for = tuple(wanted(term, counted) for term in terms)
        asked = {
            "asked": expression(looked_for, english=english),
            "since_s": since.timestamp() if since else None,
            "since_day": since.date().isoformat() if since else None,
            "reviewed": reviewed,
        }
        there = all(one.forms for one in looked_for)
        numbers = [number for (number,) in db.execute(_MATCHING, asked)] if there else []
        found = tuple(self._found(db, number, looked_for, english) for number in numbers[:limit])
        db.execute("COMMIT")
        return Hits(query, looked_for, found, len(numbers))

    def _found(self, db: sqlite3.Connection, number: int, terms: tuple[Wanted, ...], english: bool) -> Found:
        file, data, arabic_line, english_line = db.execute(
            "SELECT file, told, ar, en FROM briefs JOIN shown USING (no) JOIN texts ON texts.rowid = no WHERE no = ?",
            (number,),
        ).fetchone()
        name = os.fsdecode(file)
        texts = (english_line,) if english else (arabic_line, english_line)
        try:
            told, pairs = unpacked(data)
            if {text.count(BOUNDARY) + 1 for text in texts} != {len(pairs)}:
                raise ValueError("sentences are lost")
        except ValueError as error:
            raise DamagedError(str(error)) from error
        chosen, more, forms = best(texts, terms)
        hits = tuple(_hit(pair(pairs[position]), line, forms) for position, line in chosen.items())
        return Found(
            id=told.id,
            headline_arabic=told.headline_arabic,
            headline_english=told.headline_english,
            file=shown(name),
            page=_page(self.out, name),
            dated=told.dated,
            at=told.at,
            reviewed=told.reviewed,
            notices=told.notices,
            hits=hits,
            more=more,
        )


def _hit(pair: Pair, lines: tuple[str, ...], forms: frozenset[tuple[str, ...]]) -> Hit:
    *arabic, english = lines
    found = tuple(span for line in arabic for span in spans_of(pair.arabic, line, forms))
    return Hit(pair, found, spans_of(pair.english, english, forms))


def _page(out: Path, name: str) -> str:
    """Return what a reader opens of a brief: its web page, else its Markdown, else the JSON."""
    stem = name.removesuffix(".json")
    return shown(next((page for extension in PAGES if (out / (page := f"{stem}{extension}")).is_file()), name))
