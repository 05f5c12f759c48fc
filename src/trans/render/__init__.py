"""Renderers: one file a format, each a pure function from a brief to bytes."""

from collections.abc import Callable

from trans.brief import Brief
from trans.render import html, json, jsonl, markdown, ninjs, tmx, word

VERSION = 7
"""Raise it when any rendering changes: finished briefs are then rendered again, without a model."""

RENDERERS: dict[str, Callable[[Brief], bytes]] = {
    "json": json.render,
    "md": markdown.render,
    "html": html.render,
    "docx": word.render,
    "ninjs": ninjs.render,
    "tmx": tmx.render,
    "jsonl": jsonl.render,
}
"""Format name -> renderer. JSON is the record and is always written."""

# Of formats that share another's extension.
_EXTENSIONS = {"ninjs": "ninjs.json"}

FORMATS = tuple(RENDERERS)


def extension(name: str) -> str:
    """Return how the files of a format end, without the first dot."""
    return _EXTENSIONS.get(name, name)
