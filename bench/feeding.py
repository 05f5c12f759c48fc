"""Files that arrive in a hot folder in every way there is, good ones and bad ones; what must become of each is noted.

Knows nothing of the program that takes them.
"""

import heapq
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from soak import BAD
from soaking import article, as_text

# Between two pieces of a file: less than the half second after which it counts as whole. A deleted one goes before it is moved.
PAUSE_S, REPLACED_AFTER_S, DELETED_AFTER_S = 0.4, 2.0, 3.0

NAMES = (
    "مقال {n}.txt",
    "two  words {n}.txt",
    "line\nbreak {n}.txt",
    "mark\u200f{n}\u202e.txt",
    "dots..{n}.txt",
    "'quoted' & <{n}>.txt",
    f"{'long-' * 44}{{n}}.txt",
)
"""What good files are called now and then."""


@dataclass(slots=True)
class Feeder:
    """Has files arrive. ``good`` says what each brief's headline must be, ``bad`` what must fail, ``staying`` what can't be
    moved."""

    inbox: Path
    sentences: int
    good: dict[str, str] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)
    staying: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    _due: list[tuple[float, int, Callable[[], object]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)

    def arrive(self, number: int, now_s: float) -> None:
        """Let the file ``number`` begin to arrive."""
        parts = article(number, self.sentences)
        name = NAMES[number // 10 % len(NAMES)].format(n=number) if number % 10 == 5 else f"{number:05}.txt"
        path = self.inbox / name
        if number % 10 == 9:
            self._bad(number)
        elif number % 10 == 1:
            self.deleted.add(name)
            path.write_bytes(as_text(parts))
            self._at(now_s + DELETED_AFTER_S, lambda: path.unlink(missing_ok=True))
        elif number % 10 == 0:
            path.write_bytes(as_text(parts))
            other = article(number + 11_000, self.sentences)  # beyond what arrives in an hour
            self.good[name] = other[0]
            self._at(now_s + REPLACED_AFTER_S, lambda: self._rename_in(path, other))
        elif number % 10 in (2, 3, 4):
            self.good[name] = parts[0]
            content = as_text(parts)
            third = len(content) // 3
            for step, piece in enumerate((content[:third], content[third : 2 * third], content[2 * third :])):
                self._at(now_s + step * PAUSE_S, lambda piece=piece: self._append(path, piece))  # type: ignore[misc]
        else:
            self.good[name] = parts[0]
            self._rename_in(path, parts)

    def work(self, now_s: float) -> None:
        """Do what is due."""
        while self._due and self._due[0][0] <= now_s:
            heapq.heappop(self._due)[2]()

    def is_done(self) -> bool:
        return not self._due

    def _at(self, due_s: float, action: Callable[[], object]) -> None:
        heapq.heappush(self._due, (due_s, next(self._order), action))

    def _append(self, path: Path, piece: bytes) -> None:
        with path.open("ab") as stream:
            stream.write(piece)

    def _rename_in(self, path: Path, parts: Sequence[str]) -> None:
        hidden = path.with_name(f".{abs(hash(path.name))}.part")
        hidden.write_bytes(as_text(parts))
        hidden.replace(path)

    def _bad(self, number: int) -> None:
        kinds = [*BAD, "closed", "pipe", "no name for a brief", "no UTF-8 in its name"]
        kind = kinds[number // 10 % len(kinds)]
        extension, content = BAD.get(kind, (".txt", as_text(article(number, self.sentences))))
        name = f"{number:05}-bad{extension}"
        if kind == "no name for a brief":
            name = f"{number:05}-{'x' * 240}{extension}"
        elif kind == "no UTF-8 in its name":
            name = os.fsdecode(f"{number:05}-".encode() + b"\xff\xfe.txt")
        self.bad.add(name)
        path = self.inbox / name
        if kind == "pipe":
            os.mkfifo(path)
            self.staying.add(name)
        elif kind == "closed":
            hidden = path.with_name(f".{name}")
            hidden.write_bytes(content)
            hidden.chmod(0)
            hidden.replace(path)
        else:
            path.write_bytes(content)
