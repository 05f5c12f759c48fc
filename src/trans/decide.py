"""What is to be done with an input: nothing, render again, check again, or translate. Reads no file.

The cheapest answer that is still right: a finished brief is recognised by its source's size and time and by three hashes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from trans.brief import Hashes
from trans.exports import Wish
from trans.owner import is_alive
from trans.record import Record

Action = Literal["skip", "render", "make", "fail"]
"""``render`` makes the brief again from its JSON: checks and renderings, no model."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do and why, in the words of a report."""

    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a finished brief must have been made with, and how it must be given. ``sole``: no other machine works on these
    articles.
    """

    hashes: Hashes
    wish: Wish
    max_attempts: int
    force: bool = False
    sole: bool = False


def decide(
    record: Record | None,
    unchanged: Callable[[], bool],
    wanted: Wanted,
    exists: Callable[[str], bool],
    *,
    newer: str = "",
    review: str = "",
) -> Decision:
    """Return what to do with an input that is known by ``record``.

    ``unchanged`` tells whether its source is still what the record says, which may take reading it; ``exists`` whether an output
    file is there. ``newer`` is the id of a newer version of the item that lies elsewhere and has a brief; ``review`` the hash of
    what editors wrote about it until now.
    """
    if wanted.force:
        return Decision("make", "forced")
    if record is None:
        return Decision("make", "new")
    if not unchanged():
        return Decision("make", "source changed")
    if record.status == "failed":
        return Decision("make", "failed before")
    if record.status == "attempt":
        if (died := deaths(record, sole=wanted.sole)) >= wanted.max_attempts:
            return Decision("fail", f"trans died {died} times while working on it")
        return Decision("make", "not finished before")
    if newer:
        return Decision("skip", f"{newer} is a newer version of it")
    if record.hashes is None or record.hashes.translation != wanted.hashes.translation:
        return Decision("make", "models or settings changed")
    if "json" not in record.outputs or not exists(record.outputs["json"][0]):
        return Decision("make", "brief is gone")
    if record.hashes.checks != wanted.hashes.checks:
        return Decision("render", "checks changed")
    if record.hashes.rendering != wanted.hashes.rendering:
        return Decision("render", "rendering changed")
    if record.review != review:
        return Decision("render", "reviewed since")
    there = [name for name, (file, _) in record.outputs.items() if exists(file)]
    if wanted.wish.amiss(there, killed=record.killed, reviewed=record.reviewed):
        return Decision("render", "format missing")
    return Decision("skip", "done already")


def deaths(record: Record | None, *, sole: bool = False) -> int:
    """Return how often a process died with this article in work. One that is still at it has not died.

    ``sole``: no other machine works on it, so that its last one has died even if that was elsewhere.
    """
    if record is None or record.status != "attempt":
        return 0
    return max(0, record.attempts - is_alive(record.owner, elsewhere=not sole))
