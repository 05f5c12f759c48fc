"""What the tests of feeds and wire formats share: reading bytes or fixtures, and a stream without end."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from trans.article import Article, Failure
from trans.sources.reading import Reader, Reading
from trans.sources.xml import read_xml

FIXTURES = Path(__file__).parent / "fixtures/wires"


def read(
    data: bytes, reader: Reader = read_xml, max_bytes: int = 1_000_000, name: str = "f"
) -> list[Article | Failure]:
    """Return all that a reader makes of ``data``."""
    return list(reader(io.BytesIO(data), name, Reading(max_bytes)))


def fixture(name: str, reader: Reader = read_xml) -> list[Article | Failure]:
    return read((FIXTURES / name).read_bytes(), reader, name=name)


def articles(found: list[Article | Failure]) -> list[Article]:
    return [one for one in found if isinstance(one, Article)]


def failures(found: list[Article | Failure]) -> dict[str, str]:
    """Return the reasons of the failures by their ids. Each has a hint that is a sentence."""
    failed = [one for one in found if isinstance(one, Failure)]
    assert all(one.hint[0].isupper() and one.hint.endswith(".") for one in failed)
    assert all(not one.reason[0].isupper() for one in failed)
    return {one.id: one.reason for one in failed}


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


class Stream(io.RawIOBase):
    """A file that begins with ``head`` and goes on with what ``more`` gives: for ever, if it never ends."""

    def __init__(self, head: bytes, more: Callable[[], Iterator[bytes]]) -> None:
        self._held = head
        self._more = more()

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "reads all of a file of any size"
        while len(self._held) < size and (piece := next(self._more, b"")):
            self._held += piece
        given, self._held = self._held[:size], self._held[size:]
        return given


def stream(head: bytes, more: Callable[[], Iterator[bytes]]) -> BinaryIO:
    return cast(BinaryIO, Stream(head, more))
