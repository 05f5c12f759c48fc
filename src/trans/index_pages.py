"""The index pages of an output folder: ``index.html``, and beyond one page's worth of briefs the parts in ``index/``.

A part is written only where it says something else than before, and deleted where nothing is left for it: a run over a large
archive updates them again and again. Knows not what the pages look like.
"""

import hashlib
from collections.abc import Mapping
from functools import cache

from trans.errors import ExitCode, TransError
from trans.index import Index
from trans.index_parts import PAGE_BRIEFS, Part, parts
from trans.locations import Location, is_remote
from trans.pages import delete_page, write_page
from trans.store import leads_out

INDEX = "index.html"

Written = dict[str, tuple[str, int]]
"""Of each part's file: what its content was made of, as a hash, and its size in bytes."""


def write_pages(out: Location, found: Index, sizes: Mapping[str, int], before: Written) -> Written:
    """Write what is not there yet and return what is there now. Raises ``TransError``.

    ``sizes`` are those of the folder's files, by their names: a page that somebody deleted or changed is made anew.
    """
    from trans.render.index_page import PARTS_FOLDER, is_part, part_file, render, render_part

    divided = parts(found.briefs) if len(found.briefs) > PAGE_BRIEFS else []
    written: Written = {}
    for newer, part, older in zip([None, *divided], divided, [*divided[1:], None], strict=False):
        name = f"{PARTS_FOLDER}/{part_file(part)}"
        content_hash = _hash(newer, part, older)
        if before.get(name) != (content_hash, sizes.get(name)):
            content = render_part(part, newer, older)
            _refuse_link(out, PARTS_FOLDER)
            write_page(out / name, content)
            written[name] = content_hash, len(content)
        else:
            written[name] = before[name]
    write_page(out / INDEX, render(found, divided))
    for name in sizes:
        if is_part(name) and name not in written:
            _refuse_link(out, PARTS_FOLDER)
            delete_page(out / name)
    return written


def _refuse_link(out: Location, name: str) -> None:
    """Raise ``TransError`` where the pages would be written, or deleted, in another folder than this one."""
    if not is_remote(out) and leads_out(out / name, out):
        raise TransError(
            f"{out / name} is a link that leads out of the output folder",
            "Put a folder in its place.",
            ExitCode.SOME_FAILED,
        )


def _hash(newer: Part | None, part: Part, older: Part | None) -> str:
    """Tell what a part's page is made of, the briefs by their files' states: to render them takes far longer."""
    whole = hashlib.sha256(_design().encode())
    for shown in (newer, part, older):
        whole.update(repr((shown.name, shown.title) if shown else None).encode("utf-8", "backslashreplace"))
    for listed in part.briefs:
        # What the file itself doesn't say: what others of the folder make of it.
        beside = listed.watch, listed.also, listed.entry.killed
        whole.update(repr((listed.file, listed.page, listed.state, *beside)).encode("utf-8", "backslashreplace"))
    return whole.hexdigest()


@cache
def _design() -> str:
    """Tell how this version makes parts: an empty one has all that they have in common."""
    from trans.render.entry import VERSION
    from trans.render.index_page import render_part

    return f"{VERSION} {hashlib.sha256(render_part(Part('', '', 0, ()), None, None)).hexdigest()}"
