"""Links between files of the repository into links between pages of the site. Knows paths; reads nothing."""

import posixpath
import re

PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "training/README.md": "training.md",
}
"""Pages of the site that stand elsewhere in the repository."""

# A link's target without its anchor; no address of the web, no anchor alone.
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:)(?P<target>[^)\s#]+)(?=#[^)\s]*\)|\))")


def relinked(markdown: str, source: str, page: str) -> tuple[str, set[str]]:
    """Return the text of the file ``source`` as the site's page ``page``, and which files it links to that are no pages.

    All are POSIX paths: ``source`` and the files from the top of the repository, ``page`` from the top of the site, where such a
    file is under ``files/``.
    """
    outside: set[str] = set()

    def target(match: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), match["target"]))
        if path.startswith("docs/"):
            place = path.removeprefix("docs/")
        elif path in PAGES:
            place = PAGES[path]
        else:
            outside.add(path)
            place = f"files/{path}"
        return posixpath.relpath(place, posixpath.dirname(page) or ".")

    return _LINK.sub(target, markdown), outside
