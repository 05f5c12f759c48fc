"""What changes in a folder, as the system tells it, or by looking where it tells nothing. Knows no article."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event as Flag

_log = logging.getLogger("trans")

# Events are gathered until none comes for so long, or for so long at most, and without any the caller gets its turn so often.
_STEP_MS, _GATHER_MS, _TICK_MS = 50, 200, 100
# Network drives: a listing each second is what a share bears.
_POLL_MS = 1_000

# Where there is nothing to be watched, a folder that is away or closed to us: how often the caller may look for itself.
_DEAF_S = 1.0

Changes = Callable[[], Iterator[set[Path]]]
"""Starts to watch; gives what has changed, and nothing at all now and then, until it is told to stop or dropped."""


def folder_changes(root: Path, stop: Flag, *, poll: bool) -> Iterator[set[Path]]:
    """Watch a folder: yield the paths that changed, and an empty set where none did for a moment; ends with ``stop``.

    ``poll`` looks at the whole folder each second instead of waiting for events, which network drives may not send. What breaks
    later ends it: the caller looks at the folder and watches it anew. A file whose name is no UTF-8 does that, and the changes
    that came with it are lost.
    """
    from watchfiles import watch

    begun = False
    try:
        for changes in watch(
            root,
            watch_filter=None,
            step=_STEP_MS,
            debounce=_GATHER_MS,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            force_polling=poll or None,
            poll_delay_ms=_POLL_MS,
            ignore_permission_denied=True,
        ):
            begun = True
            # Not what happened to them: a file that is renamed into place is told as one that is made and written here.
            yield {Path(path) for _, path in changes}
    except (OSError, RuntimeError) as error:  # RuntimeError: whatever else breaks inside watchfiles
        if begun:
            _log.debug("%s is watched anew: %s", root, error)
        elif poll or isinstance(error, FileNotFoundError):
            while not stop.wait(_DEAF_S):
                yield set()
        else:
            # More folders than may be watched (fs.inotify.max_user_watches), or a drive that can't be.
            _log.warning("%s sends no events (%s); it is looked at every second instead", root, error)
            yield from folder_changes(root, stop, poll=True)
