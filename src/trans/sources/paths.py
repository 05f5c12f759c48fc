"""Paths and names: how they are shown and compared, and what an article's briefs are called. Opens no file."""

import unicodedata
from pathlib import Path

# Pages of the output folder itself (index.html, digest.md): a brief of that name keeps its input's extension.
_PAGES = frozenset({"index", "digest"})


def output_stem(article_id: str) -> str:
    """Return the output name without its extension: ``a/b.txt`` gives ``a/b``, ``a/b.md`` stays ``a/b.md``.

    So does ``index.txt``, in any letter case: ``index.html`` is the page of the whole folder.
    """
    stem = article_id[:-4]
    return stem if article_id.lower().endswith(".txt") and folded(stem) not in _PAGES else article_id


def folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def shown(path: Path | str) -> str:
    """Return the path as anything can write it: bytes that are no UTF-8 escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def resolved(path: Path) -> Path:
    """Return the real path; a link that leads to itself stays as it is."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()
