"""The pages of the desk: the brief as its static page shows it, with what an editor needs to work on it; and plain messages.

Pure: what is shown in, bytes out. Knows no server; where its links lead is handed in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from trans.brief import Brief
from trans.render import html
from trans.render.page import page


def render(
    brief: Brief, data: Mapping[str, Any], *, files: Sequence[tuple[str, str]], versions: Sequence[tuple[str, str]]
) -> bytes:
    """Return the brief to work on, as UTF-8.

    ``data`` is what its script is told (``desk.pages``), ``files`` and ``versions`` are names and addresses of the brief's
    exports and of its earlier versions.
    """
    context = html.context(brief)
    copies = context.pop("data")
    return page(
        "desk_brief.html.j2",
        style=("brief.css", "desk.css"),
        script=("brief.js", "desk.js", "desk_edit.js", "desk_flags.js"),
        asks_server=True,
        data={**(copies if isinstance(copies, dict) else {}), "desk": data},
        files=files,
        **{**context, "versions": versions},
    )


def message(title: str, text: str, hint: str) -> bytes:
    """Return a page that says what is wrong and what to do, as UTF-8."""
    return page("desk_message.html.j2", style="desk.css", title=title, text=text, hint=hint)
