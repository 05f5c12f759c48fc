"""Renderers: one file a format, each a pure function from a brief to bytes."""

from collections.abc import Callable

from trans.brief import Brief
from trans.render import html, json, markdown, word

VERSION = 3
"""Raise it when any rendering changes: finished briefs are then rendered again, without a model."""

RENDERERS: dict[str, Callable[[Brief], bytes]] = {
    "json": json.render,
    "md": markdown.render,
    "html": html.render,
    "docx": word.render,
}
"""Format name, which is the file extension too -> renderer. JSON is the record and is always written."""

FORMATS = tuple(RENDERERS)
