"""Lines added at a file's end, on disk when it is done, whatever a kill left there. Knows nothing of what is in them.

Whoever appends holds a lock of the file.
"""

import contextlib
import os
from pathlib import Path
from typing import BinaryIO


def append(path: Path, data: bytes) -> int:
    """Add lines at a file's end, flushed to disk; return by how many bytes it has grown. Raises ``OSError``."""
    with open(path, "a+b", opener=_plain_file) as stream:
        if _cut_short(stream):
            data = b"\n" + data  # a kill cut the line before short: ours must not be lost with it
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return len(data)


def flush_folder(folder: Path) -> None:
    """Have the names in ``folder`` on the disk; some network drives know no such thing."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _plain_file(path: str, flags: int) -> int:
    """Open a file to append to. A link is refused: it may lead to any file that is ours."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o666)


def _cut_short(stream: BinaryIO) -> bool:
    if not stream.seek(0, os.SEEK_END):
        return False
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) != b"\n"
