"""Where articles come from: finds the input files and reads each with the reader of its extension.

The only package that knows file formats; one module a format. A reader is ``read(stream, name) -> Iterator[Article | Failure]``,
lazy, so that a format may hold many articles in a file.
"""

import re
import stat
from collections.abc import Callable, Iterator
from typing import BinaryIO

from trans.article import Article, Failure
from trans.sources.discovery import Discovery, Input, discover, output_stem
from trans.sources.plain import article_from_text, read_markdown, read_text

__all__ = ["READERS", "VERSION", "Discovery", "Input", "article_from_text", "discover", "output_stem", "read"]

VERSION = 1
"""Raise it when a file gives another article than before: finished briefs are then made again."""

# The longest that a brief's file name gets beyond its stem: the second one beside two that were edited by hand.
_LONGEST_ENDING = ".new2.json"
_MAX_NAME_BYTES = 255  # of Linux, and of most that is mounted there

# os.fsdecode gives these for bytes that are no UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")

Reader = Callable[[BinaryIO, str], Iterator[Article | Failure]]

READERS: dict[str, Reader] = {".md": read_markdown, ".txt": read_text}


def read(item: Input, *, max_bytes: int) -> Iterator[Article | Failure]:
    """Read the articles of one input. A file that can't be read or makes no sense is one ``Failure``, never an exception."""
    if misnamed := _misnamed(item):
        yield Failure(item.id, *misnamed)
        return
    reader = READERS.get(item.path.suffix.lower())
    try:
        info = item.path.stat()
        if stat.S_ISDIR(info.st_mode):
            # Discovery passes on folders that it could not look into, so that they stand in the report.
            next(item.path.iterdir(), None)
            yield Failure(item.id, "is a folder, not a file", "Give its files, or the folder above it.")
        elif not stat.S_ISREG(info.st_mode):
            yield Failure(item.id, "is a device or a pipe, not a file", "Give a regular file.")
        elif reader is None:
            yield Failure(item.id, "has an extension that no reader takes", f"Use one of: {', '.join(READERS)}.")
        elif info.st_size > max_bytes:
            size = f"{info.st_size / 1e6:,.1f} MB, over the limit of {max_bytes / 1e6:,.1f} MB"
            yield Failure(item.id, f"is too large: {size}", "Split it, or raise run.max_file_mb in models.yaml.")
        else:
            with item.path.open("rb") as stream:
                yield from reader(stream, item.id)
    except OSError as error:
        yield Failure(item.id, *_explain(error))


def _misnamed(item: Input) -> tuple[str, str] | None:
    """Return what is wrong with a name that nothing later could write: in its brief, in the manifest, beside its brief."""
    names = item.path.parts[-len(item.id.split("/")) :]  # the folders above the input root are in no id
    if any(_SURROGATE.search(name) for name in names):
        return "its name is not valid UTF-8", "Rename it."
    brief = output_stem(item.id).rpartition("/")[2] + _LONGEST_ENDING
    if len(brief.encode("utf-8", "surrogatepass")) > _MAX_NAME_BYTES:
        return "its name is too long for a brief beside it", "Shorten its name."
    return None


def _explain(error: OSError) -> tuple[str, str]:
    if isinstance(error, FileNotFoundError):
        return "is gone, or a link to a file that is gone", "Put it back, or run again without it."
    if isinstance(error, PermissionError):
        return "can't be read: permission denied", "Give yourself the right to read it."
    return f"can't be read: {error.strerror or error}", "Check the disk or the network drive it is on."
