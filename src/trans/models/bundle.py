"""What a bundle of models holds: its manifest, checked, and the names of its members. Reads and writes no archive.

A bundle is a tar archive in one zstd stream. Its first member is the manifest; all others are plain files, in the order in which
the manifest names them. There are no links: what a cache needs of them is made where the bundle is unpacked.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trans.models.lock import LockedFile, LockedModel

FORMAT: Literal["trans.bundle/1"] = "trans.bundle/1"
"""Raise the number when a bundle can no longer be read by the program before."""

MANIFEST = "MANIFEST.json"

Progress = Callable[[int, int], None]
"""Told how many bytes are done and how many there are: of the models when packing, of the bundle when unpacking."""

# A model's entry has some 1.5 kB; a manifest of 50 models and their copies stays far below.
MANIFEST_MAX_BYTES = 1_000_000

# Says in each copy's folder how it was made and that it passed.
VERDICT = "verified.json"

# Files that are read whole before anything is installed. They have some 2 kB; other members are never held in memory.
_READ_WHOLE = ("config.json", VERDICT)
_READ_WHOLE_MAX_BYTES = 1_000_000

# A manifest comes from outside and its names become paths: one folder's plain files, a hub id, a branch, a tag or a commit.
_FILE = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
_HUB_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?"
_FOLDER = r"\./[^\x00-\x1f\x7f]{1,200}"
_REVISION = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){0,3}$"
_COMMIT = r"^[0-9a-f]{40}$"
_COPY = r"^[0-9a-f]{32}-[A-Za-z0-9._-]{1,120}$"
_SHA256 = r"^[0-9a-f]{64}$"

# No file is larger; sums and differences of such numbers stay numbers that people read.
_MAX_BYTES = 2**50

# Words that are shown on a terminal, which would obey control characters.
Words = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]{0,200}$")]


@dataclass(frozen=True, slots=True)
class ConvertedCopy:
    """A CTranslate2 copy: ``name`` is its folder's name in the cache, which tells what it was made from and with."""

    name: str
    files: Mapping[str, LockedFile]


@dataclass(frozen=True, slots=True)
class Manifest:
    """``trans`` is the version that packed. A model without a commit is a folder, named from models.yaml's own as ``./NAME``."""

    trans: str
    models: tuple[LockedModel, ...]
    converted: tuple[ConvertedCopy, ...]

    @property
    def total_bytes(self) -> int:
        return sum(file.bytes for *_, file in self.members())

    def members(self) -> Iterator[tuple[str, int, str, LockedFile]]:
        """Yield every member after the manifest: its name in the archive, its folder, its name there, what it has to be.

        Folders are counted from 0: the models first, then the copies.
        """
        folders = [("models", model.files) for model in self.models]
        folders += [("ctranslate2", copy.files) for copy in self.converted]
        for number, (kind, files) in enumerate(folders):
            for name, file in sorted(files.items()):
                yield f"{kind}/{number}/{name}", number, name, file

    def dump(self) -> bytes:
        data = {"format": FORMAT, **asdict(self)}
        return f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode()


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _File(_Strict):
    sha256: Annotated[str, Field(pattern=_SHA256)]
    bytes: Annotated[int, Field(ge=0, le=_MAX_BYTES)]


Files = Annotated[dict[Annotated[str, Field(pattern=_FILE)], _File], Field(min_length=1)]


class _Model(_Strict):
    model: Annotated[str, Field(pattern=f"^({_HUB_ID}|{_FOLDER})$")]
    revision: Annotated[str, Field(pattern=_REVISION)]
    commit: Annotated[str, Field(pattern=_COMMIT)] | None
    licence: Words
    commercial: Literal["yes", "no", "unknown"]
    files: Files
    conversions: dict[Words, Words]


class _Copy(_Strict):
    name: Annotated[str, Field(pattern=_COPY)]
    files: Files


class _Manifest(_Strict):
    format: Literal["trans.bundle/1"]
    trans: Words
    models: list[_Model]
    converted: list[_Copy]


def load_manifest(content: bytes) -> Manifest:
    """Return the manifest in ``content``. Raises ``ValueError``, in a few words, for one that no bundle of this format has."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError("its manifest is no JSON") from error
    said = data.get("format") if isinstance(data, dict) else None
    if said != FORMAT:
        name, _, number = str(said).partition("/")
        if name == FORMAT.partition("/")[0] and number.isdecimal():
            raise ValueError(f"a newer trans made it (format {number[:9]})")
        raise ValueError("its manifest is of another program")
    try:
        read = _Manifest.model_validate(data)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part)[:80] for part in problem["loc"])
        raise ValueError(f"its manifest is wrong at {where!r}") from error
    manifest = Manifest(
        read.trans,
        tuple(
            LockedModel(**{**dict(model), "files": _files(model.files)})  # the same fields, of the wire's types
            for model in read.models
        ),
        tuple(ConvertedCopy(copy.name, _files(copy.files)) for copy in read.converted),
    )
    for model in manifest.models:
        _check_place(model)
    for copy in manifest.converted:
        if VERDICT not in copy.files:
            raise ValueError(f"its manifest has a CTranslate2 copy without {VERDICT}")
    for member, _, name, file in manifest.members():
        if name in _READ_WHOLE and file.bytes > _READ_WHOLE_MAX_BYTES:
            raise ValueError(f"its manifest has a {member} of {file.bytes:,} bytes")
    return manifest


def check_verdict(content: str, copy: ConvertedCopy) -> None:
    """Raise ``ValueError``, in a few words, unless ``content`` is a verdict on the files that the manifest gives ``copy``.

    Its names become paths wherever the copy is used: they have to be those of the manifest, which are checked.
    """
    try:
        verdict = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{VERDICT} is no JSON") from error
    sizes = verdict.get("bytes") if isinstance(verdict, dict) else None
    if not isinstance(sizes, dict) or "model.bin" not in sizes or {*sizes, VERDICT} != copy.files.keys():
        raise ValueError(f"{VERDICT} does not name the files")
    hashes = verdict.get("sha256", {})  # copies from before they were kept have none
    if not isinstance(hashes, dict) or any(
        name not in sizes or digest != copy.files[name].sha256 for name, digest in hashes.items()
    ):
        raise ValueError(f"{VERDICT} has other hashes than the files")


def _files(files: Mapping[str, _File]) -> dict[str, LockedFile]:
    return {name: LockedFile(file.sha256, file.bytes) for name, file in files.items()}


def _check_place(model: LockedModel) -> None:
    """Raise ``ValueError`` for a model that would lie elsewhere than it says."""
    if (model.commit is None) != model.model.startswith("./"):
        raise ValueError(f"its manifest has no commit for {model.model!r}, or one too many")
    # Such a name would lead whoever asks for that commit to another.
    if model.commit and model.revision.lower() != model.commit and re.fullmatch(_COMMIT, model.revision.lower()):
        raise ValueError(f"its manifest has commit {model.commit} for commit {model.revision}")
    if ".." in PurePosixPath(model.model).parts or (model.commit and (".." in model.model or "--" in model.model)):
        raise ValueError(f"its manifest names {model.model!r}, which is no place for a model")
