"""The articles' files of one folder that is watched: all of them, or the one that an event names, by the rules of ``discovery``.

What would stop a run stops no watch: there may be nothing yet, and two files may have one output name.
"""

from collections.abc import Sequence
from pathlib import Path

from trans.sources.discovery import (
    PAGES_SAVED,
    SAVED_FILES,
    Discovery,
    Input,
    candidates,
    is_hidden,
    once,
    passed_over,
    skipped,
)
from trans.sources.paths import resolved, shown


class HotFolder:
    """A folder and what in it is no input: ``outside`` are the output folder and those that finished inputs are moved to."""

    def __init__(self, root: Path, outside: Sequence[Path]) -> None:
        self.root = root
        self._outside = [resolved(path) for path in outside]

    def survey(self) -> Discovery:
        """Find all inputs. Raises ``TransError`` where the folder is not there."""
        notes: list[str] = []
        found = once(candidates(self.root, self._outside[0], notes))
        return Discovery(tuple(item for item in found if not self._is_outside(item.local)), tuple(notes))

    def at(self, path: Path) -> Input | None:
        """Return the input at ``path``, which need not exist any more; None for what is none. Links are left to ``survey``."""
        return self._within(path) if passed_over(path) is None else None

    def note(self, path: Path) -> str:
        """Return a line on a file that is passed over by its name, as ``survey`` has it; "" where that is worth none."""
        why = passed_over(path)
        return skipped(path, why) if why and self._within(path) else ""

    def _within(self, path: Path) -> Input | None:
        """Return what is at ``path``, by whatever name, where an input may lie."""
        try:
            parts = path.relative_to(self.root).parts
        except ValueError:
            return None
        if not parts or not self.holds(path):
            return None
        folder = self.root
        for part in parts:
            folder /= part
            if folder.is_symlink() or (folder != path and _saved_with_page(folder)):
                return None
        return Input(path, shown("/".join(parts)), within=(resolved(self.root),))

    def holds(self, path: Path) -> bool:
        """Say whether a path below the folder may be, or hold, an input: it is not hidden and not outside."""
        hidden = any(map(is_hidden, path.relative_to(self.root).parts))
        return not hidden and not self._is_outside(path)

    def _is_outside(self, path: Path) -> bool:
        real = resolved(path)
        return any(place == real or place in real.parents for place in self._outside)


def _saved_with_page(folder: Path) -> bool:
    """Say whether a browser saved the folder beside a page."""
    return any(
        folder.name.endswith(ending) and folder.with_name(folder.name.removesuffix(ending) + extension).exists()
        for ending in SAVED_FILES
        for extension in PAGES_SAVED
    )
