"""What was told of briefs on the watch list: ``OUT/.trans/matched.jsonl``, a line a match, which only ever grows.

Knows lines; neither briefs nor who is told. Only one process writes it, the watch of that folder.
"""

import json
import logging
from pathlib import Path
from typing import Any

from trans.appending import append
from trans.store import STATE_FOLDER, leads_out

NAME = f"{STATE_FOLDER}/matched.jsonl"

_log = logging.getLogger("trans")


class Matched:
    """What is known of an output folder's matches. ``looked_ns``: all briefs up to that time of a file, in nanoseconds since
    1970, were looked at with the watch list of that hash; None where nobody ever looked.

    A file that can't be read or written stops nobody: it is warned of, and what is told twice is told.
    """

    def __init__(self, out: Path) -> None:
        self.looked_ns: int | None = None
        self.watchlist = ""
        self._out = out
        self._path = out / NAME
        self._keys: set[str] = set()
        try:
            lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        except OSError as error:
            _log.warning("%s can't be read (%s)", self._path, error.strerror or error)
            lines = []
        for line in lines:
            self._take(line)

    def has(self, key: str) -> bool:
        return key in self._keys

    def add(self, key: str, **told: Any) -> None:
        """Write down that a version of an item was told of, and what of it; on disk when this returns."""
        self._keys.add(key)
        self._append({"key": key, **told})

    def looked(self, watchlist: str, looked_ns: int) -> None:
        """Write down up to where all was looked at."""
        if (watchlist, looked_ns) != (self.watchlist, self.looked_ns):
            self.watchlist, self.looked_ns = watchlist, looked_ns
            self._append({"watchlist": watchlist, "looked_ns": looked_ns})

    def _take(self, line: bytes) -> None:
        try:
            told = json.loads(line)
            if "key" in told:
                self._keys.add(str(told["key"]))
            else:
                self.watchlist, self.looked_ns = str(told["watchlist"]), int(told["looked_ns"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return  # cut short by a kill, or a later version's

    def _append(self, told: dict[str, Any]) -> None:
        try:
            if leads_out(self._path.parent, self._out):
                raise OSError("a link leads out of the output folder")
            append(self._path, (json.dumps(told) + "\n").encode())
        except OSError as error:
            _log.warning(
                "%s can't be written (%s): what was told will be told again", self._path, error.strerror or error
            )
