"""What an OpenDocument text says of its paragraphs elsewhere: styles and lists (ODF 1.3 part 3, 16). Knows no text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trans.sources.flow import Look, look_named

# Of styles based on others: LibreOffice's own have at most four.
_MAX_CHAIN = 10
# The number formats of ODF (19.500) as Word names them; LibreOffice writes Arabic letters out.
_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "أ, ب, ت, ...": "arabicAlpha",
    "أ, ب, ج, ...": "arabicAbjad",
}


@dataclass(slots=True)
class _Style:
    name: str = ""
    parent: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """How a list numbers its items at one level. ``form`` is empty for bullets."""

    form: str
    prefix: str = ""
    suffix: str = ""
    start: int = 1


class Styles:
    """Events of styles: those of ``styles.xml``, and those that ``content.xml`` begins with."""

    def __init__(self) -> None:
        self._styles: dict[str, _Style] = {}
        self._current = _Style()
        self._levels: dict[tuple[str, int], Level] = {}
        self._list = ""

    def start(self, name: str, about: Mapping[str, str]) -> None:
        """An element begins."""
        if name == "style:style":
            own = about.get("style:name", "")
            shown = about.get("style:display-name", own).replace("_20_", " ")
            self._current = self._styles[own] = _Style(shown, about.get("style:parent-style-name", ""))
        elif name == "style:text-properties":
            self._current.hidden = self._current.hidden or about.get("text:display") == "none"
        elif name == "text:list-style":
            self._list = about.get("style:name", "")
        elif name in ("text:list-level-style-number", "text:list-level-style-bullet"):
            form = about.get("style:num-format", "") if name.endswith("number") else ""
            level = Level(
                _FORMS.get(form, "decimal") if name.endswith("number") and form else "",
                about.get("style:num-prefix", ""),
                about.get("style:num-suffix", ""),
                count(about.get("text:start-value", "1")),
            )
            self._levels[self._list, count(about.get("text:level", "1"))] = level

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Styles hold none."""

    def look(self, name: str) -> Look | None:
        """Return the look of a style or of the first named one that it's based on."""
        for style in self._chain(name):
            if look := look_named(style.name):
                return look
        return None

    def hides(self, name: str) -> bool:
        """Say whether text of this style isn't shown."""
        return any(style.hidden for style in self._chain(name))

    def level(self, list_style: str, level: int) -> Level:
        """Return how a list numbers its items at a level, from 1."""
        return self._levels.get((list_style, level), Level(""))

    def _chain(self, name: str) -> Iterator[_Style]:
        for _ in range(_MAX_CHAIN):
            if not name:
                return
            style = self._styles.get(name) or _Style(name)
            yield style
            name = style.parent


def count(value: str) -> int:
    """Return a number that an attribute holds, 1 for nonsense."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 4 else 1
