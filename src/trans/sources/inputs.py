"""An input, and the output names that it claims. Opens no file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from trans.errors import TransError
from trans.locations import Location, is_remote
from trans.sources.paths import folded, output_stem, shown

SINGLE = (".doc", ".docx", ".htm", ".html", ".md", ".mht", ".mhtml", ".odt", ".pdf", ".rtf", ".txt")
MANY = (".atom", ".csv", ".json", ".jsonl", ".ndjson", ".rss", ".tsv", ".xml")
EXTENSIONS = tuple(sorted((*SINGLE, *MANY)))
"""What is picked up inside folders; each has a reader. A file of the second kind may hold many articles."""

# What a brief may be written as, in any format. Two inputs must not meet in any of these names.
_OUTPUT_EXTENSIONS = (".json", ".md", ".html", ".docx", ".ninjs.json", ".tmx", ".jsonl")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read. ``id`` is its POSIX path below the input root; for a file given directly, its name.

    In a name that is not valid UTF-8 the id has ``\\udcff`` for each bad byte, so that everything can write the id.
    ``size`` (bytes) and ``mtime_ns`` are what a remote folder's listing says of it: it need not be asked for again. -1 where
    nothing is known yet, as of every local file. ``within`` are the folders that a stranger's link in the file's place may
    lead into; of a file given by name there are none, and it is read whatever it is.
    """

    path: Location
    id: str
    size: int = field(default=-1, compare=False)
    mtime_ns: int = field(default=-1, compare=False)
    within: tuple[Path, ...] = field(default=(), compare=False)

    @property
    def local(self) -> Path:
        """The path, where it is on this machine, as in a hot folder it always is. Raises ``TypeError`` elsewhere."""
        if is_remote(self.path):
            raise TypeError(f"{self.path} is not on this machine")
        return self.path


def claims(article_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what an input's briefs take below the output folder: names that are theirs alone, and the folders they lie in.

    As a file system sees them that ignores letter case. The briefs of a file of many lie in a folder of its name.
    """
    stem = folded(output_stem(article_id))
    many = PurePosixPath(article_id).suffix.lower() in MANY
    own = [*(stem + extension for extension in _OUTPUT_EXTENSIONS), *([folded(article_id)] if many else [])]
    return tuple(own), tuple(map(str, PurePosixPath(stem).parents))[:-1]


class Names:
    """Which input has which output names; the first to come keeps them."""

    def __init__(self) -> None:
        self._owners: dict[str, Input] = {}
        self._within: dict[str, dict[Input, None]] = {}

    def owner(self, item: Input) -> Input:
        """Return the input that has one of ``item``'s output names: itself, unless another came first."""
        own, folders = claims(item.id)
        for name in (*own, *folders):
            if (other := self._owners.get(name, item)) != item:
                return other
        for name in own:
            for other in self._within.get(name, ()):
                if other != item:
                    return other
        self._owners.update(dict.fromkeys(own, item))
        for name in folders:
            self._within.setdefault(name, {})[item] = None
        return item

    def forget(self, item: Input) -> None:
        """The input is gone, and its names are free."""
        own, folders = claims(item.id)
        for name in own:
            if self._owners.get(name) == item:
                del self._owners[name]
        for name in folders:
            self._within.get(name, {}).pop(item, None)


def refuse_clashes(inputs: Sequence[Input]) -> None:
    """Raise ``TransError`` if two inputs' briefs would meet in one file."""
    names = Names()
    for item in inputs:
        if (other := names.owner(item)) != item:
            raise TransError(
                f"'{shown(other.path)}' and '{shown(item.path)}' would be written to the same output name "
                f"'{output_stem(item.id)}'",
                "Rename one of them, or run them into two output folders.",
            )
