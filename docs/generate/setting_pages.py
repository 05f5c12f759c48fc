"""The page of every setting of models.yaml: names, values and defaults from the pydantic models, meanings from the comments of
the packaged file. What neither says stands here.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from trans.checks import NAMES
from trans.config import Config, load_config, packaged_config

Path = tuple[str, ...]

_ANY = "NAME"
"""Stands in a path for the name that a user gives a profile."""

_REQUIRED = object()

# "any | commercial: ...": what may stand there has a column of its own.
_CHOICES = re.compile(r"(?:\w+ \| )+\w+[:;] ")

_KEY = re.compile(r"(?P<indent> *)(?P<off># )?(?P<key>[a-z][\w-]*):(?P<value>[^#]*?)(?:\s+# (?P<comment>.+))?$")

# Of these the packaged file has no comment, or one about its own value.
_WHAT: dict[Path, str] = {
    ("version",): "the version of this file's format",
    ("default_profile",): "the profile that is used without `--profile`",
    (
        "usage",
    ): "`commercial` refuses profiles whose licences are not known to allow it; so does `TRANS_USAGE=commercial`",
    ("profiles", _ANY, "description"): "for people",
    ("profiles", _ANY, "demo"): "its briefs carry the banner 'not a usable translation'",
    ("profiles", _ANY, "translation", "source_language"): "the language it reads, in the checkpoint's own codes, for"
    " [models that must be told](models.md)",
    ("profiles", _ANY, "translation", "target_language"): "the language it writes, likewise",
    ("profiles", _ANY, "translation", "licence"): "what the model's page states; briefs repeat it",
    ("profiles", _ANY, "summarization", "licence"): "what the model's page states; briefs repeat it",
    ("profiles", _ANY, "translation", "quantization", "cuda"): "the weights' number format on a GPU",
    ("profiles", _ANY, "translation", "quantization", "cpu"): "the weights' number format on processors;"
    " the engine `transformers` has no int8 and takes float32 for it",
    ("profiles", _ANY, "summarization", "quantization", "cpu"): "as of the translation",
    ("profiles", _ANY, "summarization", "method"): "`extractive`: chosen sentences, no weights",
    ("profiles", _ANY, "translation", "decoding", "beam_size"): "hypotheses kept in the search",
    ("profiles", _ANY, "translation", "decoding", "length_penalty"): "above 0 the search favours longer output",
}

_INTRODUCTION = """\
# Configuration

`trans` reads `--config FILE`, else `./models.yaml`, else the file that comes with it
([models.yaml](files/models.yaml), which has a comment for each setting). Every setting may be left out. All problems of a file
are reported at once, with the key, the value and what may stand there; an unknown key is a problem.

To change something, write a file of your own with the profiles that you use:

```yaml
version: 1
default_profile: desk
profiles:
  desk:
    translation:
      model: ./models/opus-mt-ar-en
      licence: Apache-2.0
    summarization:
      method: extractive
```
"""


@dataclass(frozen=True, slots=True)
class Setting:
    path: Path
    values: str
    default: str
    what: str


@dataclass(frozen=True, slots=True)
class Group:
    """The settings under one key; ``about`` is the model's docstring."""

    path: Path
    about: str
    settings: tuple[Setting, ...]


def groups() -> Iterator[Group]:
    """Yield every group of settings, the file's own first, in the order of the file."""
    schema = Config.model_json_schema()
    yield from _groups(schema.get("$defs", {}), schema, (), {}, comments(packaged_config()))


def _groups(
    definitions: Mapping[str, Any],
    node: Mapping[str, Any],
    path: Path,
    given: Mapping[str, Any],
    said: Mapping[Path, str],
) -> Iterator[Group]:
    """``given`` are defaults that the group has where it stands, which may be others than the model's own."""
    settings: list[Setting] = []
    inner: list[tuple[Path, Mapping[str, Any], Mapping[str, Any]]] = []
    for name, written in node["properties"].items():
        place = (*path, name)
        item = _resolved(definitions, written)
        default = given.get(name, written.get("default", _REQUIRED))
        of_each = _resolved(definitions, item.get("additionalProperties") or {})
        if "properties" in of_each:
            inner.append(((*place, _ANY), of_each, {}))
        elif "properties" in item:
            inner.append((place, item, default if isinstance(default, dict) else {}))
        else:
            what = written.get("description") or _what(place, said)
            settings.append(Setting(place, _values(item), _default(default, item), _sentence(what)))
    yield Group(path, node.get("description", "") if path else "", tuple(settings))
    for place, group, defaults in inner:
        yield from _groups(definitions, group, place, defaults, said)


def _resolved(definitions: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
    (only,) = item["allOf"] if len(item.get("allOf", ())) == 1 else (item,)
    return definitions[only["$ref"].rpartition("/")[2]] if "$ref" in only else only


def _what(path: Path, said: Mapping[Path, str]) -> str:
    """Return what a setting is; both models have most settings in common, and one comment does for both."""
    other = {"translation": "summarization", "summarization": "translation"}
    twin = tuple(other.get(part, part) for part in path)
    return _WHAT.get(path) or said.get(path) or _WHAT.get(twin) or said.get(twin, "")


def comments(text: str) -> dict[Path, str]:
    """Return the comment behind each key of a models.yaml; of the profiles only the first one's: others say what is special."""
    found: dict[Path, str] = {}
    first = ""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        match = _KEY.match(line)
        if not match:
            continue
        indent = len(match["indent"])
        while above and above[-1][0] >= indent:
            above.pop()
        path = [*(key for _, key in above), match["key"]]
        if path[0] == "profiles" and len(path) > 1:
            first = first or path[1]
            path[1] = _ANY if path[1] == first else path[1]
        if match["comment"]:
            found[tuple(path)] = match["comment"]
        if not match["off"]:
            above.append((indent, match["key"]))
    return found


def _values(item: Mapping[str, Any]) -> str:
    """Say in words what a JSON Schema lets a value be."""
    if "const" in item:
        return _code(item["const"])
    if "enum" in item:
        return ", ".join(map(_code, item["enum"]))
    if "anyOf" in item:
        kinds = [kind for kind in item["anyOf"] if kind.get("type") != "null"]
        words = " or ".join(_values(kind) for kind in kinds)
        least = "" if " from " in words else " from 1"
        return f"`auto` or a {words}{least}" if _is_automatic(item) else words
    match item.get("type"):
        case "boolean":
            return "`true` or `false`"
        case "integer":
            return f"whole number{_range(item)}"
        case "number":
            return f"number{_range(item)}"
        case "array":
            return f"list of {_values(item.get('items', {}))}"
        case "object":
            return "keys with text each"
        case _:
            return "text"


def _is_automatic(item: Mapping[str, Any]) -> bool:
    return {kind.get("type") for kind in item.get("anyOf", ())} == {"integer", "null"}


def _range(item: Mapping[str, Any]) -> str:
    words = ""
    if "minimum" in item:
        words += f" from {item['minimum']:g}"
    if "exclusiveMinimum" in item:
        words += f" above {item['exclusiveMinimum']:g}"
    if "maximum" in item:
        words += f" to {item['maximum']:g}"
    return words


def _default(value: object, item: Mapping[str, Any]) -> str:
    if value is _REQUIRED:
        return "must be given"
    if value is None and _is_automatic(item):
        return "`auto`"
    if isinstance(value, float):
        return _code(f"{value:g}")
    if isinstance(value, bool | int) or (isinstance(value, str) and value):
        return _code(value)
    return "none"


def _code(value: object) -> str:
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _sentence(text: str) -> str:
    """As a cell of a table."""
    return _CHOICES.sub("", text, count=1).replace("``", "`").replace("|", r"\|").replace("<", "&lt;")


def page() -> str:
    """Return the page in Markdown."""
    lines = [_INTRODUCTION, "## The profiles that come with it", ""]
    lines += ["| profile | | translation | summary | licences |", "|---|---|---|---|---|"]
    for name, profile in load_config(None).profiles.items():
        translation, summary = profile.translation, profile.summarization
        chosen = summary.method == "extractive"
        made = "sentences of the article" if chosen else f"`{summary.model}`"
        licences = "; ".join(dict.fromkeys([translation.licence] if chosen else [translation.licence, summary.licence]))
        lines.append(f"| `{name}` | {profile.description} | `{translation.model}` | {made} | {licences} |")
    for group in groups():
        lines += ["", f"## {'.'.join(group.path) or 'The file'}", ""]
        if group.about:
            lines += [" ".join(group.about.split()).replace("``", "`"), ""]
        if group.settings:
            lines += ["| setting | values | default | what |", "|---|---|---|---|"]
        lines += [f"| `{item.path[-1]}` | {item.values} | {item.default} | {item.what} |" for item in group.settings]
        if group.path[-1:] == ("checks",):
            lines += ["", f"The checks: {', '.join(f'`{name}`' for name in NAMES)}; [what each finds](checks.md)."]
    return "\n".join(lines) + "\n"
