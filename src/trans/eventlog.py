"""``--log-json``: one event a line, for machines. Holds paths, counts and times, never article text."""

import contextlib
import json
import logging
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from trans.errors import TransError
from trans.outcome import Decoded, Event

_log = logging.getLogger("trans")


class EventLog:
    """Appends events to a file; ``None`` keeps no log. Raises ``TransError`` where the file can't be opened.

    Where it can't be written later, a full disk say, the log ends with a warning and the run goes on.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        try:
            # A file's name may hold bytes that are no UTF-8; written with a backslash they are JSON's own escapes.
            self._stream = path.open("a", encoding="utf-8", errors="backslashreplace") if path else None
        except OSError as error:
            raise TransError(
                f"The log file {path} can't be written: {error.strerror or error}", "Give another file with --log-json."
            ) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            try:
                self._stream.close()
            except OSError as failure:
                self._give_up(failure)

    def write(self, event: str, **fields: Any) -> None:
        """Add one line: the time (seconds since 1970), the event's name and its fields."""
        if self._stream:
            line = {"time": round(time.time(), 3), "event": event, **fields}
            try:
                self._stream.write(json.dumps(line, ensure_ascii=False) + "\n")
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def __call__(self, event: Event) -> None:
        if isinstance(event, Decoded):
            return  # hundreds a second; the closing event has the sum
        self.write(
            event.status,
            id=event.id,
            reason=event.reason,
            files=[file.name for file in event.files],
            edited=[file.edited for file in event.files if file.edited],
            flags=event.flags,
            risk=event.risk,
            worst=event.worst,
        )

    def _give_up(self, error: OSError) -> None:
        stream, self._stream = self._stream, None
        if stream:
            with contextlib.suppress(OSError):  # it tries once more to write what it holds
                stream.close()
        _log.warning("The log file %s can't be written (%s); going on without it", self._path, error.strerror or error)
