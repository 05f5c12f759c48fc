"""Which files are articles, in what order, and what their briefs are called. Opens no file.

Order and names depend on the paths below each input root only, not on the file system that holds them.
"""

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from trans.errors import TransError
from trans.sources.paths import folded, output_stem, resolved, shown

SINGLE = (".doc", ".docx", ".htm", ".html", ".md", ".mht", ".mhtml", ".odt", ".pdf", ".rtf", ".txt")
MANY = (".atom", ".csv", ".json", ".jsonl", ".ndjson", ".rss", ".tsv", ".xml")
EXTENSIONS = tuple(sorted((*SINGLE, *MANY)))
"""What is picked up inside folders; each has a reader. A file of the second kind may hold many articles."""

# The folder of pictures and scripts that browsers save beside a page is named after it, with one of these.
SAVED_FILES = ("_files", ".files", "_Files")
PAGES_SAVED = (".html", ".htm")

# What may hold articles and can't be read: in folders it is passed over with a note, given by name it is a failure.
NOT_READ = {
    ".doc": "save it as .docx to have it read",
    ".pdf": "the order of its Arabic can't be trusted; export it as Word or text to have it read",
}

# Stems of files that stand in many folders and are no articles.
_NOT_ARTICLES = frozenset({"readme", "license", "licence", "changelog"})

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


def discover(paths: Sequence[Path], out: Path) -> Discovery:
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
        raise TransError(
            f"No articles found in {places}", f"trans reads {_reads()} files; give a folder that holds some."
        )
    _refuse_clashes(inputs)
    return Discovery(inputs, tuple(notes))


def candidates(path: Path, real_out: Path, notes: list[str]) -> Iterator[_Found]:
    real = resolved(path)
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        hint = "Check the path; it is taken from the current folder."
        raise TransError(f"There is no '{shown(path)}'", hint) from error
    except OSError:
        yield _found(path, path.name, real, linked=False)
        return
    if real == real_out or real_out in real.parents:
        raise TransError(
            f"The input '{shown(path)}' is in the output folder '{shown(real_out)}'",
            "Give another --out: output is never input.",
        )
    is_folder = _is_folder(path)
    if is_folder:
        yield from _walk(path, real_out, notes)
    elif is_folder is None or path.suffix.lower() in EXTENSIONS:
        yield _found(path, path.name, real, linked=False)
    else:
        raise TransError(f"'{shown(path)}' is of a kind that trans can't read", f"trans reads {_reads()} files.")


def _walk(root: Path, real_out: Path, notes: list[str]) -> Iterator[_Found]:
    """Walk plain folders first and linked ones after, each real folder once: loops end, and the plain path is the name."""
    seen = {resolved(root)}
    folders = [(root, "", False)]
    links: list[tuple[Path, str, bool]] = []
    while folders or links:
        folder, prefix, linked = folders.pop() if folders else links.pop()
        real = resolved(folder)
        if prefix and (real in seen or real == real_out or real_out in real.parents):
            if real in resolved(folder.parent).parents or real == resolved(folder.parent):
                notes.append(skipped(folder, "the link leads back to a folder above it"))
            continue
        seen.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield _found(folder, prefix or folder.name, real, linked)
            continue
        below: list[tuple[Path, str, bool]] = []
        saved = _beside_pages(entry.name for entry in entries)
        for entry in entries:
            if is_hidden(entry.name):
                continue
            path = folder / entry.name
            name = f"{prefix}/{entry.name}" if prefix else entry.name
            is_link = _is_link(entry)
            is_folder = _is_folder(entry)
            if is_folder and entry.name in saved:
                notes.append(skipped(path, "it was saved with the page beside it"))
            elif is_folder:
                (links if is_link else below).append((path, name, linked or is_link))
            elif is_folder is None:
                yield _found(path, name, resolved(path), linked or is_link)
            elif (why := passed_over(path)) is None:
                target = resolved(path)
                if real_out not in target.parents:
                    yield _found(path, name, target, linked or is_link)
            elif why:
                notes.append(skipped(path, why))
        folders += reversed(below)
        links.sort(key=lambda link: PurePosixPath(link[1]).parts, reverse=True)


def is_hidden(name: str) -> bool:
    return name.startswith(".")


def passed_over(path: Path) -> str | None:
    """Say why a file in a folder is no input, by its name: "" where that is worth no note. None for an input."""
    if is_hidden(path.name):
        return ""
    extension = path.suffix.lower()
    if why := NOT_READ.get(extension):
        return why
    if extension not in EXTENSIONS:
        return ""
    return "by its name it is no article" if path.stem.lower() in _NOT_ARTICLES else None


def skipped(path: Path, why: str) -> str:
    """Return the note on something that was passed over."""
    return f"skipped '{shown(path)}': {why}"


def _beside_pages(names: Iterable[str]) -> frozenset[str]:
    """Return the names that folders of pages among ``names`` would have."""
    stems = [Path(name).stem for name in names if Path(name).suffix.lower() in PAGES_SAVED]
    return frozenset(stem + ending for stem in stems for ending in SAVED_FILES)


def _found(path: Path, name: str, real: Path, linked: bool) -> _Found:
    return _Found(Input(path, shown(name)), real, linked)


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
    kept: dict[Path, _Found] = {}
    for one in sorted(found, key=lambda one: (one.linked, one.item.id.split("/"))):
        kept.setdefault(one.real, one)
    return tuple(sorted((one.item for one in kept.values()), key=lambda item: (item.id.split("/"), str(item.path))))


def claims(article_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what an input's briefs take below the output folder: names that are theirs alone, and the folders they lie in.

    As a file system sees them that ignores letter case. The briefs of a file of many lie in a folder of its name.
    """
    stem = folded(output_stem(article_id))
    many = PurePosixPath(article_id).suffix.lower() in MANY
    own = [*(stem + extension for extension in _OUTPUT_EXTENSIONS), *([folded(article_id)] if many else [])]
    return tuple(own), tuple(map(str, PurePosixPath(stem).parents))[:-1]


class Names:
    """Which input has which output names; the first to come keeps them."""

    def __init__(self) -> None:
        self._owners: dict[str, Input] = {}
        self._within: dict[str, dict[Input, None]] = {}

    def owner(self, item: Input) -> Input:
        """Return the input that has one of ``item``'s output names: itself, unless another came first."""
        own, folders = claims(item.id)
        for name in (*own, *folders):
            if (other := self._owners.get(name, item)) != item:
                return other
        for name in own:
            for other in self._within.get(name, ()):
                if other != item:
                    return other
        self._owners.update(dict.fromkeys(own, item))
        for name in folders:
            self._within.setdefault(name, {})[item] = None
        return item

    def forget(self, item: Input) -> None:
        """The input is gone, and its names are free."""
        own, folders = claims(item.id)
        for name in own:
            if self._owners.get(name) == item:
                del self._owners[name]
        for name in folders:
            self._within.get(name, {}).pop(item, None)


def _refuse_clashes(inputs: Sequence[Input]) -> None:
    """Raise if two inputs' briefs would meet in one file."""
    names = Names()
    for item in inputs:
        if (other := names.owner(item)) != item:
            _clash(other, item)


def _clash(one: Input, other: Input) -> None:
    raise TransError(
        f"'{shown(one.path)}' and '{shown(other.path)}' would be written to the same output name '{output_stem(other.id)}'",
        "Rename one of them, or run them into two output folders.",
    )


def _reads() -> str:
    return ", ".join(extension for extension in EXTENSIONS if extension not in NOT_READ)
