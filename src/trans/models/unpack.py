"""Installs a bundle: into the Hugging Face cache, the folders that models.yaml names, and the cache of CTranslate2 copies.

A bundle is not trusted: no name in it becomes a path before it was checked, no more is written than its manifest says, and
nothing is visible before every file's SHA-256 was found right. Asks no network.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from trans.engines.pieces import first_line
from trans.errors import ModelError, TransError
from trans.models.bundle import VERDICT, Manifest, Progress, check_verdict
from trans.models.bundle_reader import BundleReader
from trans.models.cache import write_text
from trans.models.checkpoint import describe, weights_sha256
from trans.models.copies import adopt_copy, copies_folder, is_of_these_versions, is_whole
from trans.models.lock import LockedModel, read_lock, updating, verify, write_lock

_STAGING = ".trans-unpack."

_ROOM = "Free some space there, or name other folders in the environment variables HF_HOME and TRANS_CACHE."


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was installed: each model with its folder, how many CTranslate2 copies, and how many of other versions were not."""

    manifest: Manifest
    models: tuple[tuple[LockedModel, Path], ...]
    copies: int
    passed_over: int


def unpack(bundle: Path, lock: Path, folders: Mapping[str, Path], progress: Progress) -> Unpacked:
    """Install all that ``bundle`` holds and enter its models into ``lock``.

    ``folders`` has the place of each model that models.yaml names as a folder. Raises ``TransError`` for what is no whole
    bundle or contradicts ``lock``; ``ModelError`` where it can't be written.
    """
    try:
        with bundle.open("rb") as file:
            return _unpack(BundleReader(file, bundle, progress), lock, folders)
    except OSError as error:
        what = error.strerror or first_line(error)
        raise TransError(f"{bundle} can't be read: {what}", "Give the path of a bundle.") from error


def _unpack(reader: BundleReader, lock: Path, folders: Mapping[str, Path]) -> Unpacked:
    manifest = reader.manifest()
    _merged(lock, manifest)  # before anything is written
    try:
        places = [_place(model, folders) for model in manifest.models]
        wanted = [is_of_these_versions(copy.name) for copy in manifest.converted]
        parents = [place.parent for place in places] + [copies_folder() if each else None for each in wanted]
        with ExitStack() as stack:
            stagings = {
                parent: stack.enter_context(_staging(parent)) for parent in sorted({each for each in parents if each})
            }
            _check_room(manifest, parents)
            staged = [stagings[parent] / str(number) if parent else None for number, parent in enumerate(parents)]
            for folder in staged:
                if folder:
                    folder.mkdir()
            for member, number, name, locked in manifest.members():
                folder = staged[number]
                reader.member(member, locked, folder / name if folder else None)
            reader.end()
            of_models, of_copies = staged[: len(places)], staged[len(places) :]
            _check_copies(reader, manifest, of_models, of_copies)
            # The lock first: it may be one that can't be written, and without its model an entry does no harm.
            with updating(lock):
                write_lock(lock, _merged(lock, manifest))
            # The copies next: where a model is, its copy is then too.
            for copy, folder in zip(manifest.converted, of_copies, strict=True):
                if folder:
                    adopt_copy(folder, copy.name)
            for model, place, folder in zip(manifest.models, places, of_models, strict=True):
                if folder:
                    _install(model, folder, place)
    except OSError as error:
        where = f" to {error.filename}" if error.filename else ""
        raise ModelError(
            f"The models can't be written{where}: {error.strerror or first_line(error)}",
            _ROOM,
        ) from error
    return Unpacked(manifest, tuple(zip(manifest.models, places, strict=True)), sum(wanted), wanted.count(False))


def _check_copies(
    reader: BundleReader, manifest: Manifest, models: list[Path | None], copies: list[Path | None]
) -> None:
    """Refuse the bundle unless each of its copies is whole and was made from a model that lies beside it.

    A copy's name says of which checkpoint it is, and is believed where the copy is used: a bundle must not bring one for a
    model that is here already.
    """
    if not manifest.converted:
        return
    try:
        made_from = {weights_sha256(folder)[:32] for folder in models if folder}
    except (ModelError, ValueError, TypeError, RecursionError) as error:
        reader.refuse("one of its models is no checkpoint", error)
    for copy, folder in zip(manifest.converted, copies, strict=True):
        if copy.name[:32] not in made_from:
            reader.refuse(f"its CTranslate2 copy {copy.name} is of a model that it does not hold")
        if folder:
            try:
                check_verdict((folder / VERDICT).read_text(encoding="utf-8"), copy)
            except ValueError as error:
                reader.refuse(f"in its CTranslate2 copy {copy.name}, {error}", error)
            if not is_whole(folder):
                reader.refuse(f"its CTranslate2 copy {copy.name} is not whole")


def _merged(lock: Path, manifest: Manifest) -> list[LockedModel]:
    """Return the entries of ``lock`` with the bundle's.

    Raises ``TransError`` where it has another model under a name, or other files of a commit under whatever name.
    """
    entries = read_lock(lock)
    for model in manifest.models:
        before = entries.get((model.model, model.revision), model)
        is_same = before.commit == model.commit
        ours = [each.files for each in entries.values() if (each.model, each.commit) == (model.model, model.commit)]
        if not is_same or any(files != model.files for files in ours):
            raise TransError(
                f"The bundle's {model.model} is not the one that {lock} names: "
                + ("its files differ" if is_same else f"commit {model.commit}, not {before.commit}"),
                "Pack the one that is locked; or, if the new one is meant, take the model out of models.lock first.",
            )
        entries[model.model, model.revision] = replace(before, conversions={**model.conversions, **before.conversions})
    return list(entries.values())


def _place(model: LockedModel, folders: Mapping[str, Path]) -> Path:
    """Return the folder where ``model`` belongs.

    Raises ``TransError`` for a folder that is not free or that nobody named, and where the cache has other files of a commit.
    """
    if model.commit is not None:
        from huggingface_hub import constants

        # Resolved: a model's folder may be a link to a larger disk, and files are moved into place on one disk.
        repository = (Path(constants.HF_HUB_CACHE) / f"models--{model.model.replace('/', '--')}").resolve()
        snapshot = repository / "snapshots" / model.commit
        if not _is_broken_off(snapshot):
            _check_same(model, snapshot)
        return repository
    place = folders.get(model.model)
    if place is None:
        raise TransError(
            f"The bundle holds the folder {model.model}, which no profile here names",
            "Copy the models.yaml of the machine where it was packed first, and unpack where it lies.",
        )
    if place.exists():
        _check_same(model, place)
    return place


def _check_same(model: LockedModel, folder: Path) -> None:
    problems = verify(folder, model) if folder.is_dir() else ["it is no folder"]
    if problems:
        raise TransError(
            f"{folder} is there already and is not the bundle's: {problems[0]}", "Move it away, and unpack again."
        )


def _is_broken_off(snapshot: Path) -> bool:
    """Say whether ``snapshot`` is missing, or a download that broke off, which the bundle's files may complete."""
    try:
        describe(snapshot)
    except ModelError as error:
        return "not supported" not in error.message  # another program's model, as whole as we can tell
    return False


def _check_room(manifest: Manifest, parents: list[Path | None]) -> None:
    """Raise ``ModelError`` unless each disk has room for what the manifest promises."""
    needed: dict[int, int] = {}
    one: dict[int, Path] = {}
    for _, number, _, locked in manifest.members():
        parent = parents[number]
        if parent:
            disk = parent.stat().st_dev
            needed[disk] = needed.get(disk, 0) + locked.bytes
            one[disk] = parent
    for disk, size in needed.items():
        free = shutil.disk_usage(one[disk]).free
        if size > free:
            raise ModelError(
                f"The bundle needs {size / 1e6:,.0f} MB in {one[disk]}, where {free / 1e6:,.0f} MB are free",
                _ROOM,
            )


@contextmanager
def _staging(parent: Path) -> Iterator[Path]:
    """A folder on the disk of ``parent``, for this process alone; what killed ones left there is cleared away.

    The lock lies inside, so that nothing stays behind in a folder that is not ours.
    """
    parent.mkdir(parents=True, exist_ok=True)
    for lock in parent.glob(f"{_STAGING}*/lock"):
        with suppress(Timeout, OSError), FileLock(lock, timeout=0):  # free: its process has ended
            shutil.rmtree(lock.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_STAGING, dir=parent))
    try:
        with FileLock(folder / "lock"):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _install(model: LockedModel, staged: Path, place: Path) -> None:
    """Make the verified files in ``staged`` the model at ``place``, in one step where nothing of it was there."""
    if model.commit is None:
        if not place.exists():
            staged.replace(place)
        return
    # The cache's layout: content under its hash, and for each commit a folder of links with the files' names.
    blobs, snapshot = place / "blobs", place / "snapshots" / model.commit
    blobs.mkdir(parents=True, exist_ok=True)
    snapshot.parent.mkdir(exist_ok=True)
    for name, locked in model.files.items():
        (staged / name).replace(blobs / locked.sha256)
        try:
            (staged / name).symlink_to(Path("../../blobs") / locked.sha256)
        except OSError:  # a disk that has no links holds the file itself, as huggingface_hub does there
            (blobs / locked.sha256).replace(staged / name)
    try:
        staged.replace(snapshot)
    except OSError:  # a part of it is there: a download that broke off
        for name in model.files:
            (staged / name).replace(snapshot / name)
    if model.revision != model.commit:
        write_text(place / "refs" / model.revision, model.commit, mode=0o644)
