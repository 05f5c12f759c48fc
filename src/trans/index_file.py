"""The index of an output folder, kept up to date: reads the JSON briefs and the manifest, writes ``index.html``.

A brief is read once: what the index needs of it is kept in ``.trans/index.jsonl`` until the file changes. That file can be
deleted at any time. Knows neither what the page looks like nor who asks for it; the time is handed in.
"""

import contextlib
import gc
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from trans.decide import deaths
from trans.errors import TransError
from trans.index import Entry, Index, Listed, Problem, index
from trans.manifest import Manifest, Record
from trans.pages import write_page
from trans.render.entry import VERSION, entry, load, reduced
from trans.store import STATE_FOLDER, write_atomically

_log = logging.getLogger("trans")

INDEX = "index.html"

_PAGES = (".html", ".md", ".json")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read of a file of this size and time: ``entry`` is None for JSON that is no brief."""

    size: int
    mtime_ns: int
    data: dict[str, Any] | None
    entry: Entry | None
    reason: str = ""


class Indexer:
    """Reads an output folder, again and again, each brief once. ``skipped``: notes of a run, None to keep those of the last."""

    def __init__(self, out: Path, skipped: Sequence[str] | None = None) -> None:
        self.out = out
        self._path = out / STATE_FOLDER / "index.jsonl"
        self._kept, last = _load(self._path)
        self._skipped = last if skipped is None else list(skipped)
        self._changed = self._skipped != last

    def read(self, now: datetime, *, failed: Sequence[Problem] = (), running: bool = False) -> Index:
        """Return the index as of ``now``; ``failed`` are those of this run: the manifest does not know them all.

        Raises ``TransError`` where the folder or its manifest can't be read.
        """
        files = _files(self.out)
        manifest = Manifest(self.out)
        seen: dict[str, _Kept] = {}
        for name, status in files.items():
            if name.endswith(".json"):
                kept = self._kept.get(name)
                if kept is None or (kept.size, kept.mtime_ns) != (status.st_size, status.st_mtime_ns):
                    kept = _read(self.out / name, status)
                    self._changed = True
                seen[name] = kept
        self._changed |= len(seen) != len(self._kept)
        self._kept = seen
        return index(
            [
                Listed(kept.entry, _shown(name), _page(name, files, manifest.get(kept.entry.id)), _time(kept.mtime_ns))
                for name, kept in seen.items()
                if kept.entry
            ],
            unreadable=[Problem(_shown(name), kept.reason) for name, kept in seen.items() if kept.reason],
            failed={problem.name: problem for problem in (*_failed(manifest), *failed)}.values(),
            skipped=self._skipped,
            updated=now,
            running=running,
        )

    def keep(self) -> None:
        """Write down what was read, for the next time. It is a convenience: a disk that refuses is passed over."""
        if not self._changed or not self._path.parent.is_dir():
            return
        lines = [{"version": VERSION, "skipped": self._skipped}]
        lines += [
            {"file": name, "size": kept.size, "mtime_ns": kept.mtime_ns, "brief": kept.data}
            for name, kept in self._kept.items()
            if not kept.reason
        ]
        # ASCII, as a file's name need not be UTF-8.
        data = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines)
        try:
            write_atomically(self._path, data)
            self._changed = False
        except OSError as error:
            _log.debug("%s can't be written: %s", self._path, error)


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Pause the search for dead cycles: there are none here, and looking for them again and again among all that is kept took a
    quarter of the time (2,000 briefs: 2.1 and 2.8 s without, 2.8 and 3.2 s with, in turn)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def write_index(out: Path, found: Index) -> None:
    """Write the page of an output folder. Raises ``TransError``."""
    from trans.render.index_page import render

    write_page(out / INDEX, render(found))


def _files(out: Path) -> dict[str, os.stat_result]:
    """Return the files below ``out`` by their POSIX names, without hidden ones and hidden folders, in a stable order."""
    found: dict[str, os.stat_result] = {}
    folders = [""]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(out / folder) as entries:
                for item in entries:
                    name = f"{folder}/{item.name}" if folder else item.name
                    if item.name.startswith("."):
                        continue
                    if item.is_dir(follow_symlinks=False):
                        folders.append(name)
                    elif name.endswith(_PAGES):
                        with contextlib.suppress(OSError):  # gone since, or a link to nothing
                            if item.is_file():  # a pipe would be waited for
                                found[name] = item.stat()
        except OSError as error:
            if not folder:
                raise TransError(
                    f"{out} can't be read: {error.strerror or error}", "Give the folder that 'trans run --out' wrote."
                ) from error
            _log.warning("%s can't be read: %s", out / folder, error.strerror or error)
    return dict(sorted(found.items()))


def _read(path: Path, status: os.stat_result) -> _Kept:
    """Read one file; what is wrong with it is its ``reason``, never an exception."""
    data, found, reason = None, None, ""
    try:
        document = load(path.read_bytes())
    except OSError as error:
        reason = f"it can't be read: {error.strerror or error}"
    except (ValueError, RecursionError) as error:
        reason = f"it is no JSON: {error}"
    else:
        try:
            data = reduced(document)
            found = entry(data) if data else None
        except ValueError as error:
            reason = str(error)
    return _Kept(status.st_size, status.st_mtime_ns, data, found, reason)


def _load(path: Path) -> tuple[dict[str, _Kept], list[str]]:
    """Return what was kept of files, and the notes of the last run; nothing where that is of another version or broken."""
    kept: dict[str, _Kept] = {}
    try:
        first, *lines = path.read_bytes().splitlines()
        head = json.loads(first)
        if head["version"] != VERSION:
            return {}, []
        for line in lines:
            item = json.loads(line)
            data = item["brief"]
            kept[item["file"]] = _Kept(item["size"], item["mtime_ns"], data, entry(data) if data else None)
        return kept, [str(note) for note in head["skipped"]]
    except (OSError, ValueError, KeyError, TypeError):
        return {}, []


def _failed(manifest: Manifest) -> Iterator[Problem]:
    """Yield the inputs that the manifest knows to have no brief of their present state."""
    for record in manifest.unfinished():
        if _was_removed(record):
            continue
        if record.status == "failed":
            yield Problem(record.id, record.reason)
        elif deaths(record) > 0:
            yield Problem(record.id, record.reason or "trans died while working on it; the next run tries it again")


def _was_removed(record: Record) -> bool:
    """Whether the input is gone from a folder that is still there: then nobody waits for its brief."""
    return bool(record.path) and not os.path.lexists(record.path) and Path(record.path).parent.is_dir()


def _page(name: str, files: dict[str, os.stat_result], record: Record | None) -> str:
    """Return the link to what a reader opens of the brief ``name``: its web page, else its Markdown, else the JSON.

    A page that the last run did not make may be of an older state of the article: it is passed over.
    """
    stem = name.removesuffix(".json")
    made = record.outputs if record and record.outputs.get("json", ("",))[0] == name else None
    page = next(
        f"{stem}{extension}"
        for extension in _PAGES
        if f"{stem}{extension}" in files and (made is None or extension[1:] in made)
    )
    # With './', as 'a:b.html' would be taken for an address with the scheme 'a'.
    return f"./{quote(page, errors='surrogateescape')}"


def _time(mtime_ns: int) -> datetime:
    return datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC)


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()
