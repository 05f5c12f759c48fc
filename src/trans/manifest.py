"""What is done: one line of JSON an event, appended; the last line of an article counts.

A line that a kill cut short is passed over. The file can be deleted: it is rebuilt from the briefs, but for the failures.
"""

import json
import logging
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Literal

from filelock import FileLock

from trans.brief import Hashes
from trans.errors import TransError
from trans.store import STATE_FOLDER, cannot_write, write_atomically

_log = logging.getLogger("trans")

Status = Literal["attempt", "done", "failed", "gone"]

# Lines for each article before the file is rewritten: a run adds two or three.
_COMPACT_AT = 4


@dataclass(frozen=True, slots=True)
class Record:
    """One article's state.

    ``path``, ``size`` (bytes) and ``mtime_ns`` are the source file's. ``attempts`` counts the processes that took the article
    into work since it was last finished, ``owner`` names the last of them. ``outputs`` maps a format to (file name, sha256);
    ``known`` are the sha256 of files this program published, or was about to; ``flags`` counts by severity, ``risk`` and
    ``worst`` are as in ``Outcome``.
    """

    id: str
    status: Status
    path: str = ""
    size: int = -1
    mtime_ns: int = -1
    sha256: str = ""
    hashes: Hashes | None = None
    outputs: dict[str, tuple[str, str]] = field(default_factory=dict)
    known: tuple[str, ...] = ()
    flags: dict[str, int] = field(default_factory=dict)
    risk: float = 0.0
    worst: str = ""
    reason: str = ""
    attempts: int = 0
    owner: str = ""


class Manifest:
    """The records of one output folder; safe for two runs at once, since lines are appended under a lock."""

    def __init__(self, out: Path) -> None:
        self._path = out / STATE_FOLDER / "manifest.jsonl"
        self._lock = FileLock(self._path.with_suffix(".lock"))
        self._lines = 0
        self._guard = Lock()  # windows are begun by a thread of their own
        # Lines, not objects: a record is looked at once or twice in a run, and there may be a million.
        self._latest: dict[str, bytes] = {}
        self._unfinished: set[str] = set()
        # Where the file ends as far as it is known here. Beyond are another process' lines.
        self._end = 0
        self._load()

    def refresh(self) -> None:
        """Learn what other processes have written since; reads the file only where there is something to learn."""
        try:
            size = self._path.stat().st_size
        except OSError:
            size = 0
        if size != self._end:
            with self._guard, self._lock:
                self._reload()

    def get(self, article_id: str) -> Record | None:
        line = self._latest.get(article_id)
        return None if line is None else _record(json.loads(line))

    def forget(self, article_ids: Iterable[str]) -> None:
        """Know nothing of these any more: their inputs no longer hold them. Raises ``TransError`` when the disk refuses."""
        gone = sorted(article_ids)
        self.append(Record(name, "gone") for name in gone)
        for name in gone:
            del self._latest[name]
            self._unfinished.discard(name)

    def unfinished(self) -> list[Record]:
        """Return the records of articles that are not done: failed, or begun and never finished."""
        with self._guard:
            lines = [self._latest[name] for name in sorted(self._unfinished)]
        return [_record(json.loads(line)) for line in lines]

    def append(self, records: Iterable[Record]) -> None:
        """Add ``records``; they are on disk when this returns. Raises ``TransError`` when the disk refuses."""
        new = {record.id: json.dumps(asdict(record), ensure_ascii=False).encode() for record in records}
        if not new:
            return
        lines = b"".join(line + b"\n" for line in new.values())
        try:
            with self._guard, self._lock, self._path.open("a+b") as stream:
                if _cut_short(stream):
                    lines = b"\n" + lines  # a kill cut the line before short: ours must not be lost with it
                stream.write(lines)
                stream.flush()
                os.fsync(stream.fileno())
                self._end += len(lines)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        self._lines += len(new)
        for name, line in new.items():
            self._note(name, line)

    def compact(self) -> None:
        """Rewrite the file with one line an article, where it has grown."""
        if self._lines <= _COMPACT_AT * max(1, len(self._latest)):
            return
        try:
            with self._guard, self._lock:
                self._reload()  # another run may have appended
                content = b"".join(line + b"\n" for line in self._latest.values())
                write_atomically(self._path, content)
                self._end = len(content)
        except OSError as error:
            _log.debug("%s stays as long as it is: %s", self._path, error)
        self._lines = len(self._latest)

    def _note(self, article_id: str, line: bytes) -> None:
        self._latest[article_id] = line
        (self._unfinished.discard if b'"status": "done"' in line else self._unfinished.add)(article_id)

    def _reload(self) -> None:
        self._latest.clear()
        self._unfinished.clear()
        self._lines = self._end = 0
        self._load()

    def _load(self) -> None:
        try:
            data = self._path.read_bytes()
        except FileNotFoundError:
            return
        except NotADirectoryError as error:
            raise TransError(f"{self._path.parents[1]} is not a folder", "Give a folder with --out.") from error
        except OSError as error:
            raise TransError(
                f"{self._path} can't be read: {error.strerror or error}",
                "Mend its permissions, or choose another --out.",
            ) from error
        self._end = len(data)
        for line in data.splitlines():
            self._lines += 1
            try:
                record = _record(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            if record.status == "gone":
                self._latest.pop(record.id, None)
                self._unfinished.discard(record.id)
            else:
                self._note(record.id, line)


def _record(data: dict[str, Any]) -> Record:
    hashes = Hashes(**data["hashes"]) if data["hashes"] else None
    outputs = {name: (file, sha) for name, (file, sha) in data["outputs"].items()}
    return Record(**{**data, "hashes": hashes, "outputs": outputs, "known": tuple(data["known"])})


def _cut_short(stream: BinaryIO) -> bool:
    if not stream.seek(0, os.SEEK_END):
        return False
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) != b"\n"
