"""What a reader is told beside the bytes, and the signature of all readers."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from trans.article import Article, Failure

FIELDS = ("id", "title", "deck", "body", "published", "byline", "url", "language", "version", "status", "usage")
"""What a record of JSON Lines or CSV can say of an article; ``title`` is its headline."""


@dataclass(frozen=True, slots=True)
class Reading:
    """``max_bytes`` bounds one article: a file of one, a record of many. ``fields`` maps names of ``FIELDS`` to the keys or
    columns that hold them ('content.text' looks inside); what is not mapped goes by its usual names.
    """

    max_bytes: int
    fields: Mapping[str, str] = field(default_factory=dict)


Reader = Callable[[BinaryIO, str, Reading], Iterator[Article | Failure]]
"""``read(stream, name, reading)``: lazy, never raises for what is in the stream; ``name`` is the article's id, or the file's part
of it where the file holds many."""


class ReadError(ValueError):
    """What gives no article: ``reason`` completes 'FILE ...' or 'The record ...', ``hint`` says what to do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Broken:
    """What can't be read, and what to do: the record of that number, or, without one, the file or what is left of it."""

    reason: str
    hint: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """A file format. ``many``: a file may hold any number of articles, is read bit by bit, and may be of any size."""

    read: Reader
    many: bool = False
