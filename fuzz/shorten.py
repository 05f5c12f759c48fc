"""A shorter input that breaks the same promise in the same place: what a person can read. Knows no target."""

import traceback
from collections.abc import Callable

# A reader of a mistake is helped by a hundred bytes, not by ninety; each try runs the target.
_MOST_TRIES = 2_000

Broken = Callable[[bytes], BaseException | None]


def shortened(data: bytes, broken: Broken, tries: int = _MOST_TRIES) -> bytes:
    """Return ``data`` without the pieces that are not needed for ``broken`` to return the like of what it returns of it."""
    first = broken(data)
    if first is None:
        raise ValueError("nothing is broken by it")
    wanted = place(first)
    size = max(1, len(data) // 2)
    while size and tries > 0:
        at = 0
        before = len(data)
        while at < len(data) and tries > 0:
            shorter = data[:at] + data[at + size :]
            tries -= 1
            found = broken(shorter)
            if found is not None and place(found) == wanted:
                data = shorter
            else:
                at += size
        if size > 1 or len(data) == before:
            size //= 2
    return data


def place(error: BaseException) -> tuple[str, str]:
    """Return what was raised and the last function of ours that it passed: by these two faults are told apart."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/trans/" in frame.filename]
    frames = frames or list(traceback.extract_tb(error.__traceback__))[-1:]
    # What takes too long is stopped anywhere.
    where = "" if type(error).__name__ == "TooSlow" or not frames else f"{frames[-1].filename}:{frames[-1].name}"
    return type(error).__name__, where
