"""The package that a Word file is: its parts and how they refer to each other (ECMA-376 part 2). Knows no text."""

import posixpath
from collections.abc import Mapping

from trans.sources.archives import Archive
from trans.sources.reading import ReadError

_TRANSITIONAL = "http://schemas.openxmlformats.org"
_STRICT = "http://purl.oclc.org/ooxml"
PREFIXES = {
    f"{_TRANSITIONAL}/wordprocessingml/2006/main": "w",
    f"{_STRICT}/wordprocessingml/main": "w",
    f"{_TRANSITIONAL}/officeDocument/2006/relationships": "r",
    f"{_STRICT}/officeDocument/relationships": "r",
    f"{_TRANSITIONAL}/officeDocument/2006/math": "m",
    f"{_STRICT}/officeDocument/math": "m",
    f"{_TRANSITIONAL}/drawingml/2006/main": "a",
    f"{_STRICT}/drawingml/main": "a",
    f"{_TRANSITIONAL}/drawingml/2006/diagram": "dgm",
    f"{_STRICT}/drawingml/diagram": "dgm",
    f"{_TRANSITIONAL}/markup-compatibility/2006": "mc",
    f"{_TRANSITIONAL}/package/2006/relationships": "rel",
}


def main_part(archive: Archive) -> str:
    """Return the name of the part that holds the body. Raises ``ReadError`` where there is none."""
    package = related_to(archive, "")
    for part in package.of_type("officeDocument"):
        if part in archive.names:
            return part
    raise ReadError("is no Word document", archive.hint)


def related_to(archive: Archive, part: str) -> "Relations":
    """Return what ``part`` refers to inside the archive."""
    folder, name = posixpath.split(part)
    relations = Relations(folder)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    if path in archive.names:
        archive.parse(path, PREFIXES, relations)
    relations.targets = {key: target for key, target in relations.targets.items() if target in archive.names}
    return relations


class Relations:
    """What a part refers to; events of its ``.rels``. ``targets``: id to part."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._types: dict[str, str] = {}
        self.targets: dict[str, str] = {}

    def of_type(self, kind: str) -> list[str]:
        """Return the parts of a type, by the last part of its address."""
        return [self.targets[key] for key, one in self._types.items() if one == kind and key in self.targets]

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "rel:Relationship" and about.get("TargetMode") != "External":
            key, target = about.get("Id", ""), about.get("Target", "")
            self._types[key] = about.get("Type", "").rpartition("/")[2]
            self.targets[key] = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Relations hold none."""
