"""Paths and names: how they are shown and compared, and what an article's briefs are called. Opens no file."""

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, overload

from trans.locations import Location, is_remote

if TYPE_CHECKING:
    from upath import UPath

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


def shown(path: Location | str) -> str:
    """Return the path as anything can write it: bytes that are no UTF-8 escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


@overload
def resolved(path: Path) -> Path: ...
@overload
def resolved(path: "UPath") -> "UPath": ...
def resolved(path: Location) -> Location:
    """Return the real path; a link that leads to itself stays as it is, and so does a remote address."""
    if is_remote(path):
        return path
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def lies_in(place: Location, folder: Location) -> bool:
    """Say whether a place is the folder or lies in it. Both are to be ``resolved``."""
    if is_remote(place):
        return is_remote(folder) and place.fs == folder.fs and _slashed(place).startswith(_slashed(folder))
    return not is_remote(folder) and (place == folder or folder in place.parents)


def below(place: Location, folder: Location) -> str:
    """Return the remote place's name below the folder; "" where it isn't in it."""
    if not (is_remote(place) and is_remote(folder) and lies_in(place, folder)):
        return ""
    return _slashed(place).removeprefix(_slashed(folder)).rstrip("/")


def _slashed(place: "UPath") -> str:
    return place.path.rstrip("/") + "/"
