"""Briefs of deleted sources: found in the manifest, removed with all their formats, and the index brought up to date.

A brief that somebody edited stays whole. Where a source is only out of sight, ``sources`` says so.
"""

import contextlib
import logging
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path, PurePosixPath

from trans.gc.litter import KeptError, Litter, SweepError, regular
from trans.gc.sources import THERE, Sources
from trans.index_file import Indexer, without_collecting
from trans.index_pages import INDEX
from trans.manifest import Manifest
from trans.moved import read_moves
from trans.pages import alone
from trans.record import Record
from trans.render import RENDERERS, extension
from trans.revision import versions_of
from trans.sources import output_stem
from trans.store import sha256
from trans.watchlist import find_watchlist, load

_log = logging.getLogger("trans")

# Lines of the manifest written together, each writing waits for the disk; and briefs between two looks at it, each reads all of
# it where a run has written. What was made anew in between has other files than its record says, and is kept for that.
_AT_ONCE = 500


class DeletedBriefs:
    """The briefs in ``out`` whose sources are gone. Safe beside a run: one that takes up an article meanwhile keeps its brief."""

    def __init__(self, out: Path) -> None:
        self.notes: list[str] = []
        self._out = out
        self._manifest = Manifest(out)
        listed = find_watchlist(None)
        self._watchlist = load(listed) if listed else None
        self._sources = Sources(read_moves(out))
        self._found: dict[str, tuple[Record, list[str]]] = {}
        self._gone: list[Record] = []
        self._removed = False
        self._looked_at = 0

    def find(self) -> Iterator[Litter]:
        kept: Counter[str] = Counter()
        self._sources.look(self._manifest.records())
        for record in sorted(self._manifest.records(), key=lambda record: record.id):
            why = self._sources.why_kept(record)
            if why:
                if why != THERE and record.outputs:
                    kept[why] += 1
                continue
            if record.withdrawn and not record.outputs:
                continue  # a kill counts for what its item's other files bring, whoever deleted its own
            files = self._files(record)
            if files is None:
                self.notes.append(f"{record.id} has no source any more; its brief was edited by hand and is kept")
                continue
            self._found[record.id] = record, files
            size = sum(status.st_size for name in files if (status := regular(self._out / name)))
            formats = ", ".join(name.removeprefix(f"{output_stem(record.id)}.") for name in files)
            what = f"brief of a deleted source ({formats})" if files else "what is known of a deleted source"
            yield Litter(what, record.id, size)
        self.notes += [f"{number} brief{'' if number == 1 else 's'} kept: {why}" for why, number in kept.most_common()]

    def remove(self, litter: Litter) -> int:
        record, _ = self._found[litter.name]
        if self._looked_at % _AT_ONCE == 0:
            self._manifest.refresh()
        self._looked_at += 1
        if self._manifest.get(record.id) != record or self._sources.why_kept(record):
            raise KeptError("was taken into work meanwhile, and is kept")
        files = self._files(record)
        if files is None:
            raise KeptError("was edited meanwhile, and is kept")
        gone = 0
        for name in files:
            path = self._out / name
            size = path.lstat().st_size if regular(path) else 0
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise SweepError(f"{path} can't be deleted: {error.strerror or error}") from error
            gone += size
            self._removed = True
            self._clear(PurePosixPath(name))
        # The files first: what has no line any more nobody would find again.
        self._gone.append(record)
        if len(self._gone) >= _AT_ONCE:
            self._forget()
        return gone

    def finish(self) -> None:
        self._forget()
        if not self._removed or not regular(self._out / INDEX):
            return
        with without_collecting(), alone(self._out):
            indexer = Indexer(self._out, manifest=self._manifest, watchlist=self._watchlist)
            indexer.write(indexer.read(datetime.now().astimezone()))
            indexer.keep()

    def _forget(self) -> None:
        gone, self._gone = self._gone, []
        if gone:
            self._manifest.refresh()
            # One that came back, and was made anew already, is known again.
            gone = [record for record in gone if self._manifest.get(record.id) == record]
            self._manifest.append(replace(record, outputs={}) for record in gone if record.withdrawn)
            self._manifest.forget(record.id for record in gone if not record.withdrawn)
            self._manifest.compact()

    def _files(self, record: Record) -> list[str] | None:
        """Return the files of a brief, the JSON last: it is the record. None where one of them is not as it was written."""
        stem = output_stem(record.id)
        names = dict.fromkeys(file for file, _ in record.outputs.values())
        for name in RENDERERS:
            names |= dict.fromkeys(self._standing(f"{stem}.{extension(name)}"))
        ours = {*record.known, *(sha for _, sha in record.outputs.values())}
        kept = versions_of(self._out, record)
        names |= dict.fromkeys(version.file for version in kept)
        known = {version.file: version.sha256 for version in kept}
        files = []
        for name in names:
            if not self._is_inside(name):
                continue
            try:
                content = (self._out / name).read_bytes()
            except OSError:
                return None  # nobody can tell whose it is
            if sha256(content) not in ours and known.get(name) != sha256(content):
                return None
            files.append(name)
        last = record.outputs.get("json", ("", ""))[0]
        return sorted(files, key=lambda name: (name.endswith(".json"), name == last, name))

    def _standing(self, name: str) -> Iterator[str]:
        """Yield a name, and those of the versions that stand beside an edited file, as ``Store.place`` chooses them."""
        yield name
        stem, _, ending = name.rpartition(".")
        for number in count(1):
            beside = f"{stem}.new{number if number > 1 else ''}.{ending}"
            if not self._is_inside(beside):
                return
            yield beside

    def _is_inside(self, name: str) -> bool:
        """Say whether a regular file of that name stands in the output folder, with no link on the way."""
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts:
            return False
        folder = self._out
        for part in parts[:-1]:
            folder /= part
            try:
                if not stat.S_ISDIR(folder.lstat().st_mode):
                    return False
            except (OSError, ValueError):
                return False
        return regular(self._out / name) is not None

    def _clear(self, name: PurePosixPath) -> None:
        """Remove the folders that a brief has left empty."""
        with contextlib.suppress(OSError):  # not empty: the end of it
            for folder in name.parents:
                if folder.parts:
                    (self._out / folder).rmdir()
