"""What a Word file says of its paragraphs elsewhere: styles and numbered lists (ECMA-376 part 1, 17.7 and 17.9).

Knows no text. Styles are asked by their names, which are the same in a Word of any language; their ids are not.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trans.sources.flow import Look, look_named
from trans.sources.numerals import BULLET, numeral

# Of 'based on': Word's own styles have at most four.
_MAX_CHAIN = 10
_MAX_LEVEL = 8  # both of outlines and of lists


@dataclass(slots=True)
class Dress:
    """What a paragraph, or a style, says of itself. ``list_id`` '0' means none, where its style has one."""

    style: str = ""
    list_id: str = ""
    level: int = 0
    outline: int | None = None

    def note(self, name: str, value: str) -> None:
        """Take in one property."""
        if name == "w:numId":
            self.list_id = value
        elif name == "w:ilvl":
            self.level = _number(value)
        elif name == "w:outlineLvl":
            self.outline = _number(value)
        elif name in ("w:pStyle", "w:basedOn"):
            self.style = value


@dataclass(slots=True)
class _Style:
    name: str = ""
    dress: Dress = field(default_factory=Dress)


class Styles:
    """The paragraph styles; events of ``styles.xml``."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._current = _Style()

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins."""
        value = about.get("w:val", "")
        if name == "w:style":
            self._current = self._styles[about.get("w:styleId", "")] = _Style()
        elif name == "w:name":
            self._current.name = value
        else:
            self._current.dress.note(name, value)

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Styles hold none."""

    def look(self, dress: Dress) -> Look:
        """Return what a paragraph is."""
        chain = list(self._chain(dress))
        for style in chain:
            if look := look_named(style.name):
                return look
        outlines = [one.outline for one in (dress, *(style.dress for style in chain)) if one.outline is not None]
        if outlines and outlines[0] <= _MAX_LEVEL:
            return "heading"
        return "list" if self.list_of(dress) else "text"

    def list_of(self, dress: Dress) -> tuple[str, int] | None:
        """Return (id, level) of the list that a paragraph is an item of."""
        for one in (dress, *(style.dress for style in self._chain(dress))):
            if one.list_id:
                return (one.list_id, min(one.level or dress.level, _MAX_LEVEL)) if one.list_id != "0" else None
        return None

    def _chain(self, dress: Dress) -> Iterator[_Style]:
        name = dress.style
        for _ in range(_MAX_CHAIN):
            if not name:
                return
            # Some programs leave Word's own styles undefined: their ids are then the English names.
            style = self._styles.get(name) or _Style(name)
            yield style
            name = style.dress.style


@dataclass(slots=True)
class _Level:
    form: str = "decimal"
    pattern: str = ""
    start: int = 1


class Numbering:
    """The numbered lists; events of ``numbering.xml``. Counts as the text goes by."""

    def __init__(self) -> None:
        self._levels: dict[tuple[str, int], _Level] = {}
        self._abstract: dict[str, str] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int]] = {}
        self._begun: set[str] = set()
        self._definition = self._list = ""
        self._level = 0

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins."""
        value = about.get("w:val", "")
        level = self._levels.setdefault((self._definition, self._level), _Level())
        if name == "w:abstractNum":
            self._definition = about.get("w:abstractNumId", "")
        elif name == "w:num":
            self._list, self._definition = about.get("w:numId", ""), "-"
        elif name == "w:abstractNumId":
            self._abstract[self._list] = value
        elif name in ("w:lvl", "w:lvlOverride"):
            self._level = min(_number(about.get("w:ilvl", "")), _MAX_LEVEL)
        elif name == "w:startOverride":
            self._restarts[self._list, self._level] = _number(value)
        elif name == "w:numFmt":
            level.form = value
        elif name == "w:lvlText":
            level.pattern = value
        elif name == "w:start":
            level.start = _number(value)

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Definitions hold none."""

    def marker(self, list_id: str, level: int) -> str:
        """Return the marker of the list's next item, with the space after it."""
        definition = self._abstract.get(list_id)
        about = self._levels.get((definition, level)) if definition is not None else None
        if definition is None or about is None or about.form == "bullet":
            return BULLET
        counts = self._counts.setdefault(definition, [])
        if list_id not in self._begun:
            self._begun.add(list_id)
            if (list_id, level) in self._restarts:
                del counts[level:]
        del counts[level + 1 :]
        while len(counts) <= level:
            counts.append(self._first(list_id, definition, len(counts)) - 1)
        counts[level] += 1

        def number(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            shown = self._levels.get((definition, at), about)
            return numeral(max(counts[at], 1), shown.form) if at < len(counts) else ""

        marker = re.sub(r"%([1-9])", number, about.pattern).strip() if about.form != "none" else ""
        return f"{marker} " if marker else ""

    def _first(self, list_id: str, definition: str, level: int) -> int:
        about = self._levels.get((definition, level), _Level())
        return self._restarts.get((list_id, level), about.start)


def _number(value: str) -> int:
    return int(value) if re.fullmatch(r"[0-9]{1,4}", value) else 0
