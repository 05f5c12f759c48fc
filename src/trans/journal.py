"""What a manifest needs of the place where its lines are kept, and the words for it.

A line is JSON of one article, and the last one of an article counts; a journal knows no more of it. A run without shards writes
the common journal. Each shard writes its own, so that machines never wait for one another, until ``merge`` moves its lines over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

Entry = tuple[str, bytes]
"""A line and its stamp. Of two lines of an article the one with the greater stamp counts, of equal ones the later."""

Fold = Callable[[Iterable[Entry], bool], Iterable[Entry]]
"""Gives what counts of some entries; told whether they are all there are, so that nothing need be said of what is gone."""

COMMON = "manifest"
SHARD = re.compile(r"manifest-[0-9]+-of-[0-9]+")
"""What journals are called, before anything that the place adds."""


class Journal(Protocol):
    """The lines of one output folder: the common ones, and one shard's or all shards'. All methods raise ``OSError``."""

    is_whole: bool
    """Whether ``read`` gives everything each time, and not only what it has not given before."""
    is_complete: bool
    """Whether what no line tells of surely has no brief; known once it was read."""

    def has_news(self) -> bool:
        """Say whether there may be lines of other processes that were not read."""

    def read(self) -> Iterator[Entry]:
        """Yield entries."""

    def append(self, lines: Sequence[bytes]) -> str:
        """Add lines, of different articles, as the newest there are; return their stamp. They are safe when this returns."""

    def compact(self, *, whole: bool) -> None:
        """Make the journal that is appended to shorter, with the same meaning: all of it, or what is worth it."""

    def merge(self) -> None:
        """Move the lines of all shards into the common journal. Shards may be at work."""
