"""Paths and names: how they are shown and compared, and what an article's briefs are called. Opens no file."""

import os
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, overload

from trans.locations import Location, is_remote

if TYPE_CHECKING:
    from upath import UPath

# Pages of the output folder itself (index.html, digest.md): a brief of that name keeps its input's extension.
_PAGES = frozenset({"index", "digest"})

# Linux shows everybody whom a container or a network drive doesn't know as this one user: the owner of two such files
# need not be one person.
_NOBODY = 65534


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


def depth_of(path: Location, article_id: str) -> int:
    """Return how many of the last names of the real path lie below the folder of inputs that an article was found in.

    -1 where a link leads out of that folder, or it can't be told. The article may be one of the many in the file.
    """
    if is_remote(path):
        return -1
    count = names_of(path, article_id)
    if not count:
        return -1
    return count if resolved(path) == resolved(path.parents[count - 1]).joinpath(*path.parts[-count:]) else -1


def names_of(path: Path, article_id: str) -> int:
    """Return how many of the last names of ``path`` the id begins with; 0 for none."""
    parts = PurePosixPath(article_id).parts
    counts = range(min(len(parts), len(path.parts) - 1), 0, -1)
    return next((count for count in counts if path.parts[-count:] == parts[:count]), 0)


def lies_in(place: Location, folder: Location) -> bool:
    """Say whether a place is the folder or lies in it. Both are to be ``resolved``."""
    if is_remote(place):
        return is_remote(folder) and place.fs == folder.fs and _slashed(place).startswith(_slashed(folder))
    return not is_remote(folder) and place.is_relative_to(folder)


def leads_astray(link: Path, within: Iterable[Path]) -> bool:
    """Say whether a link leads out of all folders ``within``, and nobody has made it who may have its end read.

    That are root, this user, and whom the file or folder at its end belongs to. Whoever may only put files into a folder could
    otherwise have any file briefed that this user may read.
    """
    if not hasattr(os, "geteuid"):
        return False
    real = resolved(link)
    try:
        maker = owner(link)
        if maker in (0, os.geteuid()) or any(lies_in(real, folder) for folder in within):
            return False
    except OSError:
        return False
    try:
        return maker == _NOBODY or maker != owner(real)
    except OSError:
        return True


def owner(path: Path) -> int:
    """Return whose it is; of a link, who has made it."""
    return path.lstat().st_uid


def below(place: Location, folder: Location) -> str:
    """Return the remote place's name below the folder; "" where it isn't in it."""
    if not (is_remote(place) and is_remote(folder) and lies_in(place, folder)):
        return ""
    return _slashed(place).removeprefix(_slashed(folder)).rstrip("/")


def _slashed(place: "UPath") -> str:
    return place.path.rstrip("/") + "/"
