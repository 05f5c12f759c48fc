"""Which files are articles, and in what order. Opens no file.

Order and names depend on the paths below each input root only, not on the file system or the store that holds them.
"""

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from trans.errors import TransError
from trans.locations import Location, is_remote, what_and_hint
from trans.sources.inputs import EXTENSIONS, refuse_clashes
from trans.sources.inputs import Input as Input
from trans.sources.inputs import Names as Names
from trans.sources.listing import File, Folder, listing
from trans.sources.paths import below, leads_astray, lies_in, resolved, shown

if TYPE_CHECKING:
    from upath import UPath

# The folder of pictures and scripts that browsers save beside a page is named after it, with one of these.
SAVED_FILES = ("_files", ".files", "_Files")
PAGES_SAVED = (".html", ".htm")

# What may hold articles and can't be read: in folders it is passed over with a note, given by name it is a failure.
NOT_READ = {
    ".doc": "save it as .docx to have it read",
    ".pdf": "the order of its Arabic can't be trusted; export it as Word or text to have it read",
}

_ASTRAY = (
    "it is a link that somebody else has made, and it leads out of the folder; copy it in, or make the link yourself"
)

# A folder to walk: its path, its name below the root, whether a link led to it, its real path, and ``Input.within``.
_Step = tuple[Path, str, bool, Path, tuple[Path, ...]]

# Stems of files that stand in many folders and are no articles.
_NOT_ARTICLES = frozenset({"readme", "license", "licence", "changelog"})


@dataclass(frozen=True, slots=True)
class Discovery:
    """The inputs in a stable order, and a line on each thing that was passed over on purpose."""

    inputs: tuple[Input, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate. ``linked`` says that a symbolic link led to it: the plain path to the same file is preferred."""

    item: Input
    real: Path | str
    linked: bool


def discover(paths: Sequence[Location], out: Location) -> Discovery:
    """Find the files of articles under ``paths``, recursively, each real file once, nothing inside ``out``.

    Hidden files and folders are skipped, and what a browser saved beside a page. A folder that can't be listed, and what can't
    be looked at, becomes an input, so that reading it gives the failure that the report needs. Raises ``TransError`` for a path
    that doesn't exist, a file of another kind, an input inside ``out``, two inputs with one output name, and when nothing was
    found.
    """
    real_out = resolved(out)
    notes: list[str] = []
    found: list[_Found] = []
    for path in paths:
        found += candidates(path, real_out, notes)
    inputs = once(found)
    if not inputs:
        places = ", ".join(f"'{shown(path)}'" for path in paths) or "no input at all"
        what = "; ".join([f"No articles found in {places}", *notes[:1]])
        if len(notes) > 1:
            what += f" (and {len(notes) - 1:,} more)"
        raise TransError(what, f"trans reads {_reads()} files; give a folder that holds some.")
    refuse_clashes(inputs)
    return Discovery(inputs, tuple(notes))


def candidates(path: Location, real_out: Location, notes: list[str]) -> Iterator[_Found]:
    if is_remote(path):
        yield from _remote(path, real_out, notes)
        return
    real = resolved(path)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        hint = "Check the path; it is taken from the current folder."
        raise TransError(f"There is no '{shown(path)}'", hint) from error
    except OSError:
        yield _found(path, path.name, real, linked=False)
        return
    if lies_in(real, real_out):
        raise _in_output(path, real_out)
    is_folder = _is_folder(path)
    if is_folder:
        yield from _walk(path, real_out, notes)
    elif is_folder is None or path.suffix.lower() in EXTENSIONS:
        yield _found(path, path.name, real, linked=False)
    else:
        raise _of_other_kind(path)


def _remote(place: "UPath", real_out: Location, notes: list[str]) -> Iterator[_Found]:
    if lies_in(place, real_out):
        raise _in_output(place, real_out)
    try:
        found = listing(place)
    except FileNotFoundError as error:
        raise TransError(f"There is no '{shown(place)}'", "Check the address, and the bucket's name in it.") from error
    except OSError as error:
        what, hint = what_and_hint(error, "Check the address and the network, and run again.")
        raise TransError(f"'{shown(place)}' can't be listed: {what}", hint) from error
    if isinstance(found, Folder):
        yield from _walk_listing(place, found, real_out, notes)
    elif place.suffix.lower() in EXTENSIONS:
        yield _listed(place, place.name, found)
    else:
        raise _of_other_kind(place)


def _walk_listing(root: "UPath", tree: Folder, real_out: Location, notes: list[str]) -> Iterator[_Found]:
    """Walk what a store has listed as ``_walk`` does a disk. There are no links, and nothing is asked for."""
    folders = [("", tree)]
    out = f"{inner}/" if (inner := below(real_out, root)) else None
    address = f"{root}" if f"{root}".endswith("/") else f"{root}/"
    while folders:
        prefix, folder = folders.pop()
        if prefix == out:
            continue
        inside: list[tuple[str, Folder]] = []
        names = sorted({*folder.files, *folder.folders})
        saved = _beside_pages(names)
        for name in names:
            if is_hidden(name):
                continue
            inner = prefix + name
            if name in folder.folders and name in saved:
                notes.append(skipped(address + inner, "it was saved with the page beside it"))
            elif name in folder.folders:
                inside.append((f"{inner}/", folder.folders[name]))
            if (file := folder.files.get(name)) is None or (why := passed_over(PurePosixPath(name))) == "":
                continue
            if why is None and ("" in inner.split("/") or "\0" in inner):
                why = "no file can have that name"  # no brief of it could be written to a disk
            if why is None:
                yield _listed(root / inner, inner, file)
            else:
                notes.append(skipped(address + inner, why))
        folders += reversed(inside)


def _walk(root: Path, real_out: Location, notes: list[str]) -> Iterator[_Found]:
    """Walk plain folders first and linked ones after, each real folder once: loops end, and the plain path is the name."""
    seen = {resolved(root)}
    # Only links are resolved: of a path a thousand folders deep that alone takes long. ``within`` are the real input folder and
    # the ends of the links on the way: what leads from one to another of them leads to nothing new.
    folders: list[_Step] = [(root, "", False, resolved(root), (resolved(root),))]
    links: list[_Step] = []
    while folders or links:
        folder, prefix, linked, real, within = folders.pop() if folders else links.pop()
        if prefix and (real in seen or lies_in(real, real_out)):
            if real in resolved(folder.parent).parents or real == resolved(folder.parent):
                notes.append(skipped(folder, "the link leads back to a folder above it"))
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield _found(folder, prefix or folder.name, real, linked, within)
            continue
        inside: list[_Step] = []
        saved = _beside_pages(entry.name for entry in entries)
        for entry in entries:
            if is_hidden(entry.name):
                continue
            path = folder / entry.name
            name = f"{prefix}/{entry.name}" if prefix else entry.name
            is_link = _is_link(entry)
            if is_link and leads_astray(path, within):
                notes.append(skipped(path, _ASTRAY))
                continue
            target = resolved(path) if is_link else real / entry.name
            is_folder = _is_folder(entry)
            if is_folder and entry.name in saved:
                notes.append(skipped(path, "it was saved with the page beside it"))
            elif is_folder:
                if is_link:
                    links.append((path, name, True, target, (*within, target)))
                else:
                    inside.append((path, name, linked, target, within))
            elif is_folder is None:
                yield _found(path, name, target, linked or is_link, within)
            elif (why := passed_over(path)) is None:
                if not lies_in(target.parent, real_out):
                    yield _found(path, name, target, linked or is_link, within)
            elif why:
                notes.append(skipped(path, why))
        folders += reversed(inside)
        links.sort(key=lambda link: PurePosixPath(link[1]).parts, reverse=True)


def is_hidden(name: str) -> bool:
    return name.startswith(".")


def passed_over(path: PurePath) -> str | None:
    """Say why a file in a folder is no input, by its name: "" where that is worth no note. None for an input."""
    if is_hidden(path.name):
        return ""
    extension = path.suffix.lower()
    if why := NOT_READ.get(extension):
        return why
    if extension not in EXTENSIONS:
        return ""
    return "by its name it is no article" if path.stem.lower() in _NOT_ARTICLES else None


def skipped(path: Path | str, why: str) -> str:
    """Return the note on something that was passed over."""
    return f"skipped '{shown(path)}': {why}"


def _beside_pages(names: Iterable[str]) -> frozenset[str]:
    """Return the names that folders of pages among ``names`` would have."""
    stems = [PurePath(name).stem for name in names if PurePath(name).suffix.lower() in PAGES_SAVED]
    return frozenset(stem + ending for stem in stems for ending in SAVED_FILES)


def _found(path: Path, name: str, real: Path, linked: bool, within: tuple[Path, ...] = ()) -> _Found:
    return _Found(Input(path, shown(name), within=within), real, linked)


def _listed(place: "UPath", name: str, file: File) -> _Found:
    return _Found(Input(place, shown(name), file.size, file.mtime_ns), str(place), linked=False)


def _is_folder(path: Path | os.DirEntry[str]) -> bool | None:
    """Say whether it is a folder or a link to one; None if nobody may know, or the disk doesn't tell.

    In a folder that may be listed but not entered, an entry mostly says it all the same.
    """
    try:
        return path.is_dir()
    except OSError as error:
        # Links that lead to themselves or through a file: reading them says so.
        return False if error.errno in (errno.ELOOP, errno.ENOTDIR) else None


def _is_link(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink()
    except OSError:
        return False


def once(found: Iterable[_Found]) -> tuple[Input, ...]:
    """Keep one path of each real file, the plainest, and sort by the parts of the id."""
    kept: dict[Path | str, _Found] = {}
    for one in sorted(found, key=lambda one: (one.linked, one.item.id.split("/"))):
        kept.setdefault(one.real, one)
    return tuple(sorted((one.item for one in kept.values()), key=lambda item: (item.id.split("/"), str(item.path))))


def _in_output(path: Location, real_out: Location) -> TransError:
    what = f"The input '{shown(path)}' is in the output folder '{shown(real_out)}'"
    return TransError(what, "Give another --out: output is never input.")


def _of_other_kind(path: Location) -> TransError:
    return TransError(f"'{shown(path)}' is of a kind that trans can't read", f"trans reads {_reads()} files.")


def _reads() -> str:
    return ", ".join(extension for extension in EXTENSIONS if extension not in NOT_READ)
