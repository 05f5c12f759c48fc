"""Finished briefs whose sources have another path or time than they had: written down many at once. Knows the manifest only."""

from trans.manifest import Manifest
from trans.record import Record

# Each writing waits for the disk, and for an answer where the manifest is in a store.
_AT_ONCE = 500


class Seen:
    """Collects what is to be written into ``manifest``. What is never written is seen again by the next run."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._pairs: list[tuple[Record | None, Record]] = []

    def add(self, known: Record | None, seen: Record) -> None:
        """Have ``seen`` take the place of ``known``. Raises ``TransError`` when the disk refuses."""
        self._pairs.append((known, seen))
        if len(self._pairs) >= _AT_ONCE:
            self.write()

    def write(self) -> None:
        """Write down what was added; somebody else's newer record of an article stays. Raises ``TransError`` as ``add``."""
        pairs, self._pairs = self._pairs, []
        if pairs:
            self._manifest.refresh()
            self._manifest.append([seen for known, seen in pairs if self._manifest.get(seen.id) == known])
