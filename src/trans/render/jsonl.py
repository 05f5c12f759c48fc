"""The JSON brief as one line (JSON Lines): the files of a run, one after another, are a dump. Pure."""

import json

from trans.brief import Brief
from trans.render.json import document

# Line ends to many readers, and to JSON plain characters.
_LINE_ENDS = {ord(character): f"\\u{ord(character):04x}" for character in "\x85\u2028\u2029"}


def render(brief: Brief) -> bytes:
    """Return the brief as UTF-8 JSON without a line end but its last."""
    line = json.dumps(document(brief), ensure_ascii=False, separators=(",", ":"))
    return (line.translate(_LINE_ENDS) + "\n").encode()
