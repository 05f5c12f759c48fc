"""Which files are articles, in what order, and what their briefs are called. Opens no file.

Order and names depend on the paths below each input root only, not on the file system that holds them.
"""

import errno
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trans.errors import TransError

EXTENSIONS = (".md", ".txt")
"""What is picked up inside folders; each has a reader."""

# Stems of files that stand in many folders and are no articles.
_NOT_ARTICLES = frozenset({"readme", "license", "licence", "changelog"})

# Pages of the output folder itself (index.html, digest.md): a brief of that name keeps its input's extension.
_PAGES = frozenset({"index", "digest"})

# What a brief may be written as, in any format. Two inputs must not meet in any of these names.
_OUTPUT_EXTENSIONS = (".json", ".md", ".html", ".docx", ".ninjs.json", ".tmx", ".jsonl")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read. ``id`` is its POSIX path below the input root; for a file given directly, its name.

    In a name that is not valid UTF-8 the id has ``\\udcff`` for each bad byte, so that everything can write the id.
    """

    path: Path
    id: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """The inputs in a stable order, and a line on each thing that was passed over on purpose."""

    inputs: tuple[Input, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate. ``linked`` says that a symbolic link led to it: the plain path to the same file is preferred."""

    item: Input
    real: Path
    linked: bool


def output_stem(article_id: str) -> str:
    """Return the output name without its extension: ``a/b.txt`` gives ``a/b``, ``a/b.md`` stays ``a/b.md``.

    So does ``index.txt``, in any letter case: ``index.html`` is the page of the whole folder.
    """
    stem = article_id[:-4]
    return stem if article_id.lower().endswith(".txt") and _folded(stem) not in _PAGES else article_id


def discover(paths: Sequence[Path], out: Path) -> Discovery:
    """Find the articles under ``paths``: ``.txt`` and ``.md``, recursively, each real file once, nothing inside ``out``.

    Hidden files and folders are skipped. A folder that can't be listed, and what can't be looked at, becomes an input, so that
    reading it gives the failure that the report needs. Raises ``TransError`` for a path that doesn't exist, a file of another
    kind, an input inside ``out``, two inputs with one output name, and when nothing was found.
    """
    real_out = _resolve(out)
    notes: list[str] = []
    found: list[_Found] = []
    for path in paths:
        found += _candidates(path, real_out, notes)
    inputs = _once(found)
    if not inputs:
        places = ", ".join(f"'{_shown(path)}'" for path in paths) or "no input at all"
        raise TransError(
            f"No articles found in {places}", f"trans reads {_reads()} files; give a folder that holds some."
        )
    _refuse_clashes(inputs)
    return Discovery(inputs, tuple(notes))


def _candidates(path: Path, real_out: Path, notes: list[str]) -> Iterator[_Found]:
    real = _resolve(path)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        hint = "Check the path; it is taken from the current folder."
        raise TransError(f"There is no '{_shown(path)}'", hint) from error
    except OSError:
        yield _found(path, path.name, real, linked=False)
        return
    if real == real_out or real_out in real.parents:
        raise TransError(
            f"The input '{_shown(path)}' is in the output folder '{_shown(real_out)}'",
            "Give another --out: output is never input.",
        )
    is_folder = _is_folder(path)
    if is_folder:
        yield from _walk(path, real_out, notes)
    elif is_folder is None or path.suffix.lower() in EXTENSIONS:
        yield _found(path, path.name, real, linked=False)
    else:
        raise TransError(f"'{_shown(path)}' is of a kind that trans can't read", f"trans reads {_reads()} files.")


def _walk(root: Path, real_out: Path, notes: list[str]) -> Iterator[_Found]:
    """Walk plain folders first and linked ones after, each real folder once: loops end, and the plain path is the name."""
    seen = {_resolve(root)}
    folders = [(root, "", False)]
    links: list[tuple[Path, str, bool]] = []
    while folders or links:
        folder, prefix, linked = folders.pop() if folders else links.pop()
        real = _resolve(folder)
        if prefix and (real in seen or real == real_out or real_out in real.parents):
            if real in _resolve(folder.parent).parents or real == _resolve(folder.parent):
                notes.append(f"skipped '{_shown(folder)}': the link leads back to a folder above it")
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield _found(folder, prefix or folder.name, real, linked)
            continue
        below: list[tuple[Path, str, bool]] = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            name = f"{prefix}/{entry.name}" if prefix else entry.name
            is_link = _is_link(entry)
            is_folder = _is_folder(entry)
            if is_folder:
                (links if is_link else below).append((path, name, linked or is_link))
            elif is_folder is None:
                yield _found(path, name, _resolve(path), linked or is_link)
            elif path.suffix.lower() in EXTENSIONS:
                if path.stem.lower() in _NOT_ARTICLES:
                    notes.append(f"skipped '{_shown(path)}': by its name it is no article")
                    continue
                target = _resolve(path)
                if real_out not in target.parents:
                    yield _found(path, name, target, linked or is_link)
        folders += reversed(below)
        links.sort(key=lambda link: PurePosixPath(link[1]).parts, reverse=True)


def _found(path: Path, name: str, real: Path, linked: bool) -> _Found:
    return _Found(Input(path, _shown(name)), real, linked)


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


def _once(found: Iterable[_Found]) -> tuple[Input, ...]:
    """Keep one path of each real file, the plainest, and sort by the parts of the id."""
    kept: dict[Path, _Found] = {}
    for one in sorted(found, key=lambda one: (one.linked, one.item.id.split("/"))):
        kept.setdefault(one.real, one)
    return tuple(sorted((one.item for one in kept.values()), key=lambda item: (item.id.split("/"), str(item.path))))


def _refuse_clashes(inputs: Sequence[Input]) -> None:
    """Raise if two inputs' briefs would meet in one file, on a file system that ignores letter case too."""
    claims: dict[str, Input] = {}
    for item in inputs:
        for extension in _OUTPUT_EXTENSIONS:
            other = claims.setdefault(_folded(output_stem(item.id)) + extension, item)
            if other is not item:
                _clash(other, item)
    for item in inputs:
        # Nor can the folder of one input's briefs have the name of another's brief.
        for parent in PurePosixPath(_folded(output_stem(item.id))).parents:
            if str(parent) in claims:
                _clash(claims[str(parent)], item)


def _clash(one: Input, other: Input) -> None:
    raise TransError(
        f"'{_shown(one.path)}' and '{_shown(other.path)}' would be written to the same output name '{output_stem(other.id)}'",
        "Rename one of them, or run them into two output folders.",
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _shown(path: Path | str) -> str:
    """Return the path as anything can write it: bytes that are no UTF-8 escaped."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _resolve(path: Path) -> Path:
    """Return the real path; a link that leads to itself stays as it is."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _reads() -> str:
    return " and ".join(EXTENSIONS)
