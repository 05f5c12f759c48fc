"""Bundles of models: what goes in comes out elsewhere, whole or not at all, whoever made the file."""

import errno
import hashlib
import io
import json
import os
import shutil
import tarfile
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import zstandard
from console_script import called, complaint
from filelock import FileLock
from huggingface_hub import constants
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trans.errors import ExitCode, ModelError, TransError
from trans.models import cache_folder, locate, weights_sha256
from trans.models.bundle import MANIFEST, load_manifest
from trans.models.copies import conversion_key, copies_folder, kept_copies
from trans.models.lock import LockedFile, LockedModel, read_lock, write_lock
from trans.models.pack import Packed, contents_of, pack
from trans.models.unpack import Unpacked, unpack

MODEL = "demo/tiny-marian"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ABOUT = LockedModel(MODEL, "main", None, "Apache-2.0", "yes", {}, {})


def silent(done: int, total: int) -> None:
    assert done <= total or not total


@dataclass(frozen=True, slots=True)
class Machine:
    """A home of its own: cache folders, a folder with models.yaml, and the lock."""

    home: Path

    @property
    def hub(self) -> Path:
        return self.home / "hub"

    @property
    def base(self) -> Path:
        return self.home / "desk"

    @property
    def lock(self) -> Path:
        return self.base / "models.lock"

    @contextmanager
    def used(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TRANS_CACHE", str(self.home / "cache"))
            patch.setattr(constants, "HF_HUB_CACHE", str(self.hub))
            yield

    def pack(self, *about: LockedModel, converted: bool = True, out: Path | None = None) -> tuple[Path, Packed]:
        bundle = out or self.home / "models.tar.zst"
        with self.used():
            entries = [(each, self.base, self.lock) for each in about or (ABOUT,)]
            return bundle, pack(contents_of(entries, converted=converted), bundle, silent)

    def unpack(self, bundle: Path, *folders: str) -> Unpacked:
        with self.used():
            return unpack(bundle, self.lock, {name: self.base / name for name in folders}, silent)

    def locate(self, revision: str = "main") -> Path:
        with self.used():
            return locate(MODEL, revision, self.base, download=False)

    @property
    def files(self) -> set[str]:
        """All files that are there, but the lock files of caches and the hashes that are kept of files."""
        found = (path for path in self.home.rglob("*") if not path.is_dir() and path.suffix != ".lock")
        found = (path for path in found if path.name != "hashes.json")
        return {path.relative_to(self.home).as_posix() for path in found} | (
            {"desk/models.lock"} if self.lock.exists() else set()
        )


@pytest.fixture
def machine(tmp_path: Path) -> Callable[[str], Machine]:
    def made(name: str) -> Machine:
        home = tmp_path / name
        (home / "desk").mkdir(parents=True)
        return Machine(home)

    return made


@pytest.fixture
def target(machine: Callable[[str], Machine]) -> Machine:
    return machine("target")


def copy_folder(source: Path, target: Path) -> Path:
    target.mkdir(parents=True)
    for path in source.iterdir():
        shutil.copyfile(path, target / path.name)
    return target


def as_snapshot(checkpoint: Path, machine: Machine, commit: str = COMMIT) -> Path:
    """Lay a checkpoint out as huggingface_hub does where there are no links."""
    place = machine.hub / f"models--{MODEL.replace('/', '--')}"
    (place / "refs").mkdir(parents=True, exist_ok=True)
    (place / "refs" / "main").write_text(commit, encoding="ascii")
    return copy_folder(checkpoint, place / "snapshots" / commit)


def fake_copy(machine: Machine, checkpoint: Path, quantization: str = "int8", *, version: str | None = None) -> Path:
    """What stands for a CTranslate2 copy: its files are not looked into."""
    with machine.used():
        key = conversion_key(weights_sha256(checkpoint), quantization, "v1")
        folder = copies_folder() / (key.replace("ct2_", f"ct2_{version}.") if version else key)
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(os.urandom(5000))
    verdict = {"verdict": "equal", "bytes": {"model.bin": 5000}}
    (folder / "verified.json").write_text(json.dumps(verdict), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is told from a model only by loading it: a bundle holds files."""
    folder = tmp_path_factory.mktemp("checkpoint")
    (folder / "config.json").write_text('{"model_type": "marian"}', encoding="utf-8")
    (folder / "generation_config.json").write_text("{}", encoding="utf-8")
    (folder / "pytorch_model.bin").write_bytes(os.urandom(3000))
    for name in ("source.spm", "target.spm", "vocab.json"):
        (folder / name).write_bytes(name.encode() * 9)
    return folder


@pytest.fixture
def source(machine: Callable[[str], Machine], checkpoint: Path) -> Machine:
    made = machine("source")
    fake_copy(made, as_snapshot(checkpoint, made))
    return made


@pytest.fixture(scope="module")
def small(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes]]:
    """A bundle of a few kB, and its members: what tests take apart need not be a model."""
    made = Machine(tmp_path_factory.mktemp("small"))
    made.base.mkdir()
    as_snapshot(checkpoint, made)
    bundle, _ = made.pack()
    return bundle, members(bundle)


def members(bundle: Path) -> dict[str, bytes]:
    with zstandard.open(bundle, "rb") as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        return {info.name: _content(archive, info) for info in archive}


def _content(archive: tarfile.TarFile, info: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(info)
    assert info.isreg()
    assert file
    return file.read()


def bundled(path: Path, contents: dict[str, bytes], *also: tarfile.TarInfo, at: int = 1, tail: bytes = b"") -> Path:
    """Write an archive of ``contents``, with the headers ``also`` after the first ``at`` members."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for number, (name, content) in enumerate(contents.items()):
            for info in also if number == at else ():
                archive.addfile(info, io.BytesIO(bytes(info.size)))
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    # tarfile fills up to a record of 20 blocks.
    end = len(plain.getvalue().rstrip(b"\0"))
    data = plain.getvalue()[: end + -end % 512 + 1024] + tail
    path.write_bytes(zstandard.ZstdCompressor().compress(data))
    return path


def refused(machine: Machine, bundle: Path, match: str) -> TransError:
    """The bundle is refused in two lines and exit code 2, and nothing of it is there."""
    before = machine.files
    with pytest.raises(TransError, match=match) as caught:
        machine.unpack(bundle)
    assert caught.value.exit_code is ExitCode.USAGE
    assert "\n" not in caught.value.message + caught.value.hint
    assert machine.files == before
    return caught.value


# what goes in comes out


def test_a_model_and_its_copy_arrive_elsewhere(source: Machine, target: Machine, checkpoint: Path) -> None:
    bundle, packed = source.pack()
    assert packed.size_bytes == bundle.stat().st_size
    done = target.unpack(bundle)
    assert (done.copies, done.passed_over) == (1, 0)
    here, there = source.locate(), target.locate()
    for name in (
        "config.json",
        "generation_config.json",
        "pytorch_model.bin",
        "source.spm",
        "target.spm",
        "vocab.json",
    ):
        assert (here / name).read_bytes() == (there / name).read_bytes()
    assert target.locate(COMMIT) == there
    with target.used():
        (copy,) = kept_copies(weights_sha256(there))
    with source.used():
        (original,) = kept_copies(weights_sha256(here))
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == {
        path.name: path.read_bytes() for path in original.iterdir()
    }
    locked = read_lock(target.lock)[MODEL, "main"]
    assert (locked.commit, locked.licence, locked.commercial) == (COMMIT, "Apache-2.0", "yes")
    assert locked.files["config.json"].bytes == (there / "config.json").stat().st_size


def test_the_cache_is_one_that_huggingface_hub_knows(source: Machine, target: Machine) -> None:
    target.unpack(source.pack()[0])
    scanned = huggingface_hub.scan_cache_dir(target.hub)
    assert not scanned.warnings
    (repo,) = scanned.repos
    assert repo.repo_id == MODEL
    (revision,) = repo.revisions
    assert revision.commit_hash == COMMIT
    assert revision.refs == {"main"}
    weights = target.locate() / "pytorch_model.bin"
    assert weights.is_symlink()
    assert weights.resolve().parent.name == "blobs"
    found = huggingface_hub.snapshot_download(MODEL, cache_dir=target.hub, local_files_only=True)
    assert Path(found) == target.locate()


def test_unpacking_twice_is_the_same_as_once(source: Machine, target: Machine) -> None:
    bundle, _ = source.pack()
    target.unpack(bundle)
    before = target.files
    target.unpack(bundle)
    assert target.files == before
    assert not list(target.home.rglob(".trans-unpack*"))


def test_the_same_models_give_the_same_bytes(source: Machine) -> None:
    first = source.pack()[0].read_bytes()
    for path in source.locate().iterdir():
        os.utime(path, (1, 1))
    bundle, packed = source.pack(ABOUT, ABOUT)
    assert bundle.read_bytes() == first
    with bundle.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == packed.sha256
    plain = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(first)).read()
    assert str(source.home).encode() not in plain


def test_other_programs_can_read_it(source: Machine) -> None:
    found = members(source.pack()[0])
    assert next(iter(found)) == MANIFEST
    manifest = json.loads(found[MANIFEST])
    assert manifest["format"] == "trans.bundle/1"
    assert found["models/0/config.json"] == (source.locate() / "config.json").read_bytes()


def test_a_bundle_comes_through_a_pipe(source: Machine, target: Machine) -> None:
    bundle, _ = source.pack()
    pipe = target.base / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(bundle.read_bytes()))
    writer.start()
    target.unpack(pipe)
    writer.join()
    pipe.unlink()
    assert target.locate()


def test_memory_stays_flat(machine: Callable[[str], Machine], target: Machine, checkpoint: Path) -> None:
    source = machine("large")
    folder = as_snapshot(checkpoint, source)
    with (folder / "pytorch_model.bin").open("wb") as file:
        file.truncate(64_000_000)
    tracemalloc.start()
    try:
        bundle, _ = source.pack(converted=False)
        target.unpack(bundle)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (target.locate() / "pytorch_model.bin").stat().st_size == 64_000_000
    assert peak < 16_000_000


# copies


def test_copies_stay_behind_when_told_so(source: Machine, target: Machine) -> None:
    done = target.unpack(source.pack(converted=False)[0])
    assert (done.copies, done.passed_over) == (0, 0)
    assert target.locate()


def test_a_copy_that_was_altered_is_not_packed(source: Machine) -> None:
    with source.used():
        (copy,) = kept_copies(weights_sha256(source.locate()))
    verdict = json.loads((copy / "verified.json").read_text(encoding="utf-8"))
    (copy / "verified.json").write_text(json.dumps({**verdict, "sha256": {"model.bin": "0" * 64}}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"not as it was made: model\.bin"):
        source.pack()


def test_a_copy_of_another_version_is_not_packed(source: Machine) -> None:
    fake_copy(source, source.locate(), "float32", version="9")
    found = members(source.pack()[0])
    assert sum(name.endswith("model.bin") and name.startswith("ctranslate2/") for name in found) == 1


def test_a_copy_of_another_version_is_passed_over(
    source: Machine, target: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, _ = source.pack()
    monkeypatch.setattr("trans.models.copies.CONVERTER_VERSION", 99)
    done = target.unpack(bundle)
    assert (done.copies, done.passed_over) == (0, 1)
    assert not any("ctranslate2" in name for name in target.files)
    assert target.locate()


def test_a_copy_that_is_there_stays(source: Machine, target: Machine) -> None:
    bundle, _ = source.pack()
    mine = fake_copy(target, source.locate()) / "model.bin"
    before = mine.read_bytes()
    target.unpack(bundle)
    assert mine.read_bytes() == before


# folders


FOLDER = LockedModel("./models/own", "main", None, "MIT", "yes", {}, {})


def test_a_folder_below_models_yaml_lies_there_again(source: Machine, target: Machine, checkpoint: Path) -> None:
    copy_folder(checkpoint, source.base / "models" / "own")
    bundle, _ = source.pack(FOLDER)
    target.unpack(bundle, FOLDER.model)
    target.unpack(bundle, FOLDER.model)
    assert (target.base / "models" / "own" / "vocab.json").read_bytes() == (checkpoint / "vocab.json").read_bytes()
    assert read_lock(target.lock)[FOLDER.model, "main"].commit is None


def test_a_folder_that_nobody_names_is_refused(source: Machine, target: Machine, checkpoint: Path) -> None:
    copy_folder(checkpoint, source.base / "models" / "own")
    bundle, _ = source.pack(FOLDER)
    assert "models.yaml" in refused(target, bundle, r"\./models/own, which no profile here names").hint


def test_a_folder_of_the_users_own_is_left_alone(source: Machine, target: Machine, checkpoint: Path) -> None:
    copy_folder(checkpoint, source.base / "models" / "own")
    bundle, _ = source.pack(FOLDER)
    mine = copy_folder(checkpoint, target.base / "models" / "own")
    (mine / "pytorch_model.bin").write_bytes(b"my own")
    before = (mine / "pytorch_model.bin").read_bytes()
    with pytest.raises(TransError, match="there already and is not the bundle's"):
        target.unpack(bundle, FOLDER.model)
    assert (mine / "pytorch_model.bin").read_bytes() == before


@pytest.mark.parametrize("name", ["{folder}", "./../{name}"])
def test_a_folder_without_a_place_elsewhere_is_not_packed(
    machine: Callable[[str], Machine], checkpoint: Path, name: str
) -> None:
    source = machine("source")
    folder = copy_folder(checkpoint, source.home / "elsewhere")
    about = LockedModel(name.format(folder=folder, name=folder.name), "main", None, "MIT", "yes", {}, {})
    with pytest.raises(TransError, match="no place of its own") as caught:
        source.pack(about)
    assert caught.value.exit_code is ExitCode.USAGE


# the lock


def test_the_locks_own_entry_goes_along(source: Machine, target: Machine) -> None:
    bundle, _ = source.pack()
    target.unpack(bundle)
    entry = read_lock(target.lock)[MODEL, "main"]
    write_lock(
        source.lock, [LockedModel(MODEL, "main", COMMIT, "of the lock", "unknown", entry.files, {"int8": "equal"})]
    )
    other = Machine(target.home / "other")
    other.base.mkdir(parents=True)
    other.unpack(source.pack()[0])
    locked = read_lock(other.lock)[MODEL, "main"]
    assert (locked.licence, locked.conversions) == ("of the lock", {"int8": "equal"})


def test_entries_of_other_models_stay(source: Machine, target: Machine) -> None:
    other = LockedModel("other/model", "main", COMMIT, "MIT", "yes", {"config.json": LockedFile("0" * 64, 1)}, {})
    write_lock(target.lock, [other])
    target.unpack(source.pack()[0])
    assert read_lock(target.lock).keys() == {("other/model", "main"), (MODEL, "main")}


@pytest.mark.parametrize(
    ("commit", "what"), [("f" * 40, f"commit {COMMIT}, not {'f' * 40}"), (COMMIT, "its files differ")]
)
def test_a_lock_that_says_otherwise_is_kept(source: Machine, target: Machine, commit: str, what: str) -> None:
    files = {"config.json": LockedFile("0" * 64, 1)}
    write_lock(target.lock, [LockedModel(MODEL, "main", commit, "MIT", "yes", files, {})])
    before = target.lock.read_bytes()
    refused(target, source.pack()[0], what)
    assert target.lock.read_bytes() == before


def test_what_is_not_as_locked_is_not_packed(source: Machine, target: Machine) -> None:
    files = {"config.json": LockedFile("0" * 64, 1)}
    write_lock(source.lock, [LockedModel(MODEL, "main", COMMIT, "MIT", "yes", files, {})])
    with pytest.raises(ModelError, match=r"is not what models\.lock says"):
        source.pack()


def with_other_weights(contents: dict[str, bytes], revision: str) -> dict[str, bytes]:
    weights = b"other weights"

    def change(manifest: Any) -> None:
        manifest["models"][0]["revision"] = revision
        file = {"sha256": hashlib.sha256(weights).hexdigest(), "bytes": len(weights)}
        manifest["models"][0]["files"]["pytorch_model.bin"] = file

    return {**contents, "models/0/pytorch_model.bin": weights, MANIFEST: changed(contents, change)}


def test_a_commit_that_is_locked_under_another_name_keeps_its_files(
    target: Machine, small: tuple[Path, dict[str, bytes]]
) -> None:
    target.unpack(small[0])
    before = (target.locate() / "pytorch_model.bin").read_bytes()
    hostile = bundled(target.base / "hostile.tar.zst", with_other_weights(small[1], "dev"))
    refused(target, hostile, "its files differ")
    assert (target.locate() / "pytorch_model.bin").read_bytes() == before


def test_a_commit_that_is_whole_and_not_locked_keeps_its_files(
    target: Machine, small: tuple[Path, dict[str, bytes]], checkpoint: Path
) -> None:
    snapshot = as_snapshot(checkpoint, target)
    hostile = bundled(target.base / "hostile.tar.zst", with_other_weights(small[1], "main"))
    problem = refused(target, hostile, r"there already and is not the bundle's: pytorch_model\.bin")
    assert str(snapshot) in problem.message
    assert (snapshot / "pytorch_model.bin").read_bytes() == (checkpoint / "pytorch_model.bin").read_bytes()


def test_a_commit_under_a_second_name_arrives(source: Machine, target: Machine) -> None:
    target.unpack(source.pack()[0])
    target.unpack(source.pack(LockedModel(MODEL, COMMIT, None, "Apache-2.0", "yes", {}, {}))[0])
    assert read_lock(target.lock).keys() == {(MODEL, "main"), (MODEL, COMMIT)}


def test_a_lock_that_cannot_be_written_leaves_nothing(source: Machine, target: Machine) -> None:
    bundle, _ = source.pack()
    # As on a disk that is read-only, but for root too: nothing to read there, and no way to make it.
    (target.base / "read-only").symlink_to("nowhere")
    before = target.files
    with target.used(), pytest.raises(TransError, match=r"models\.lock can't be written"):
        unpack(bundle, target.base / "read-only" / "models.lock", {}, silent)
    assert target.files == before


# what breaks off


def test_a_download_that_broke_off_is_completed(source: Machine, target: Machine, checkpoint: Path) -> None:
    snapshot = as_snapshot(checkpoint, target)
    (snapshot / "vocab.json").unlink()
    (snapshot / "pytorch_model.bin").write_bytes(b"half")
    (snapshot / "README.md").write_text("stays", encoding="utf-8")
    target.unpack(source.pack()[0])
    assert (target.locate() / "pytorch_model.bin").stat().st_size > 4
    assert (target.locate() / "README.md").read_text(encoding="utf-8") == "stays"


def test_a_branch_moves_on(source: Machine, target: Machine, checkpoint: Path) -> None:
    as_snapshot(checkpoint, target, "a" * 40)
    target.unpack(source.pack()[0])
    assert target.locate().name == COMMIT
    assert target.locate("a" * 40).is_dir()


def test_what_a_killed_one_left_is_cleared(source: Machine, target: Machine) -> None:
    leftover = target.hub / ".trans-unpack.killed"
    leftover.mkdir(parents=True)
    (leftover / "lock").touch()
    (leftover / "half").write_bytes(b"half")
    target.unpack(source.pack()[0])
    assert not leftover.exists()


def test_one_at_work_beside_it_is_left_alone(source: Machine, target: Machine) -> None:
    theirs = target.hub / ".trans-unpack.theirs"
    theirs.mkdir(parents=True)
    with FileLock(theirs / "lock"):
        target.unpack(source.pack()[0])
        assert theirs.is_dir()
    assert target.locate()


def test_a_disk_without_links_holds_the_files(
    source: Machine, target: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, _ = source.pack()

    def no_links(self: Path, to: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "symlink_to", no_links)
    target.unpack(bundle)
    monkeypatch.undo()
    assert not (target.locate() / "config.json").is_symlink()
    assert weights_sha256(target.locate()) == weights_sha256(source.locate())


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_fills_up_leaves_nothing(source: Machine, target: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle, _ = source.pack()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ModelError, match=r"can't be written.*No space left") as caught:
        target.unpack(bundle)
    assert "HF_HOME and TRANS_CACHE" in caught.value.hint
    assert not target.files


def test_a_disk_that_is_too_small_is_told_before(
    source: Machine, target: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle, _ = source.pack()
    usage = shutil.disk_usage(target.home)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(ModelError, match=r"The bundle needs .* MB .* where 0 MB are free"):
        target.unpack(bundle)
    assert not target.files


def test_packing_onto_a_full_disk_keeps_the_bundle_before(source: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle = source.home / "models.tar.zst"
    bundle.write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TransError, match=r"models\.tar\.zst can't be written: No space left"):
        source.pack()
    assert bundle.read_bytes() == b"before"
    assert not list(source.home.glob(".models.tar.zst*"))


def test_a_bundle_replaces_files_only(source: Machine) -> None:
    for out in (Path(), source.base, Path("/dev/null")):
        with pytest.raises(TransError, match="is not a file"):
            source.pack(out=out)


def test_what_lies_beside_a_copys_files_is_not_packed(source: Machine) -> None:
    with source.used():
        (copy,) = kept_copies(weights_sha256(source.locate()))
    (copy / ".DS_Store").write_bytes(b"")
    assert sorted(name for name in members(source.pack()[0]) if name.startswith("ctranslate2/")) == [
        "ctranslate2/1/model.bin",
        "ctranslate2/1/verified.json",
    ]


def test_a_cache_that_is_damaged_is_not_packed(source: Machine, target: Machine) -> None:
    target.unpack(source.pack()[0])
    target.lock.unlink()
    (target.locate() / "vocab.json").resolve().write_bytes(b"{}")
    with pytest.raises(ModelError, match=r"not what the hub had: vocab\.json"):
        target.pack()


def test_what_no_bundle_may_hold_is_not_packed(source: Machine) -> None:
    with pytest.raises(TransError, match=r"can't be packed.*models\.0\.licence"):
        source.pack(LockedModel(MODEL, "main", None, "\x1b[2J", "yes", {}, {}))


def test_a_file_that_changes_under_our_hands_is_told(source: Machine) -> None:
    weights = source.locate() / "pytorch_model.bin"
    with source.used():
        contents = contents_of([(ABOUT, source.base, source.lock)], converted=False)
        data = bytearray(weights.read_bytes())
        data[-1] ^= 1
        for broken in (bytes(data), bytes(data) + b"more", bytes(data[:-1])):
            weights.write_bytes(broken)
            with pytest.raises(ModelError, match=r"pytorch_model\.bin is not what was hashed before"):
                pack(contents, source.home / "models.tar.zst", silent)
    assert not list(source.home.glob("*models.tar.zst*"))


# what is no bundle


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_found_and_nothing_installed(
    small: tuple[Path, dict[str, bytes]], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = small[0].read_bytes()
    where = data.draw(st.integers(0, len(whole) - 1))
    broken = whole[:where]
    if data.draw(st.booleans()):
        broken += bytes([whole[where] ^ data.draw(st.integers(1, 255))]) + whole[where + 1 :]
    home = tmp_path_factory.mktemp("damage")
    (home / "desk").mkdir()
    bundle = home / "desk" / "broken.tar.zst"
    bundle.write_bytes(broken)
    made = Machine(home)
    problem = None
    try:
        made.unpack(bundle)
    except TransError as error:
        problem = error
    if problem:
        assert problem.exit_code is ExitCode.USAGE
        assert made.files == {"desk/broken.tar.zst"}
    else:
        # A bit that means nothing, as zstd has some in its headers; or only zstd's own checksum at the end is cut.
        assert len(whole) - len(broken) <= 4
        assert (made.locate() / "source.spm").read_bytes() == b"source.spm" * 9
    shutil.rmtree(home)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no bundle at all",
        zstandard.compress(b""),
        zstandard.compress(b"x" * 10_000),
        zstandard.compress(bytes(10_240)),
        b"PK\x03\x04" + bytes(500),
    ],
)
def test_a_foreign_file(target: Machine, content: bytes) -> None:
    bundle = target.base / "models.tar.zst"
    bundle.write_bytes(content)
    assert "trans models pack" in refused(target, bundle, "is no bundle of models").hint


def test_an_archive_of_something_else(target: Machine) -> None:
    refused(target, bundled(target.base / "other.tar.zst", {"README": b"hello"}), "is no bundle of models")


def test_no_file_and_no_file_but_a_folder(target: Machine) -> None:
    refused(target, target.base / "missing", "missing can't be read: No such file")
    refused(target, target.base, "can't be read: Is a directory")


def header(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, to: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, to
    return info


@pytest.mark.parametrize(
    "also",
    [
        header("/etc/passwd"),
        header("../../outside"),
        header("models/0/../../../outside"),
        header("models/0/more.txt", size=9),
        header("models/0/config.json", tarfile.SYMTYPE, to="/etc/passwd"),
        header("models/0/config.json", tarfile.LNKTYPE, to="MANIFEST.json"),
        header("models/0/config.json", tarfile.CHRTYPE),
        header("models/0/config.json", tarfile.FIFOTYPE),
        header("models/0/config.json", tarfile.DIRTYPE),
        header("models/0/config.json", tarfile.CONTTYPE, size=24),
        header("models/0/" + "n" * 120),  # a long name is a member of its own
        header("./PaxHeaders/config.json", tarfile.XHDTYPE, size=700),
    ],
    ids=lambda info: f"{info.name[:24]} {info.type!r}",
)
def test_a_member_that_the_manifest_lacks(
    target: Machine, small: tuple[Path, dict[str, bytes]], also: tarfile.TarInfo
) -> None:
    refused(target, bundled(target.base / "hostile.tar.zst", small[1], also), "is something else")


def test_more_or_less_than_the_manifest_says(target: Machine, small: tuple[Path, dict[str, bytes]]) -> None:
    _, contents = small
    hostile = target.base / "hostile.tar.zst"
    assert target.unpack(bundled(hostile, contents)), "else these tests show nothing"
    shutil.rmtree(target.hub)
    target.lock.unlink()
    last = list(contents)[-1]
    refused(target, bundled(hostile, {**contents, "more": b"more"}), "more than its manifest says")
    refused(target, bundled(hostile, contents, tail=b"more"), "more than its manifest says")
    refused(target, bundled(hostile, {name: contents[name] for name in contents if name != last}), "is something else")
    refused(target, bundled(hostile, {**contents, last: contents[last] + b"+"}), "is something else")
    refused(target, bundled(hostile, {**contents, last: contents[last][:-1]}), "another size")
    refused(target, bundled(hostile, {**contents, last: contents[last][:-1] + b"?"}), "SHA-256")


def test_two_bundles_in_one_file_are_refused(target: Machine, small: tuple[Path, dict[str, bytes]]) -> None:
    joined = target.base / "joined.tar.zst"
    joined.write_bytes(small[0].read_bytes() * 2)
    refused(target, joined, "more than its manifest says")


def test_a_manifest_that_asks_for_everything(target: Machine, small: tuple[Path, dict[str, bytes]]) -> None:
    _, contents = small
    manifest = json.loads(contents[MANIFEST])
    manifest["models"][0]["files"]["pytorch_model.bin"]["bytes"] = 2**50
    hostile = bundled(target.base / "hostile.tar.zst", {**contents, MANIFEST: json.dumps(manifest).encode()})
    with pytest.raises(ModelError, match=r"where .* MB are free"):
        target.unpack(hostile)
    large = bundled(target.base / "large.tar.zst", {**contents, MANIFEST: b" " * 2_000_000})
    refused(target, large, "is no bundle of models")


def changed(contents: dict[str, bytes], change: Callable[[Any], None]) -> bytes:
    manifest = json.loads(contents[MANIFEST])
    change(manifest)
    return json.dumps(manifest).encode()


def setting(*path: str | int, to: Any) -> Callable[[Any], None]:
    def change(manifest: Any) -> None:
        for key in path[:-1]:
            manifest = manifest[key]
        manifest[path[-1]] = to

    return change


FILE = {"sha256": "0" * 64, "bytes": 1}


@pytest.mark.parametrize(
    "change",
    [
        setting("models", 0, "model", to="../../outside"),
        setting("models", 0, "model", to="/etc"),
        setting("models", 0, "model", to="a/b/c"),
        setting("models", 0, "model", to="a--b/c"),
        setting("models", 0, "model", to="./models/own"),
        setting("models", 0, "model", to="~/models/own"),
        setting("models", 0, "commit", to=None),
        setting("models", 0, "commit", to="../" * 13 + "a"),
        setting("models", 0, "commit", to="A" * 40),
        setting("models", 0, "commit", to=COMMIT + "\n"),
        setting("models", 0, "revision", to="../main"),
        setting("models", 0, "revision", to="/main"),
        setting("models", 0, "revision", to=""),
        setting("models", 0, "revision", to="a" * 40),
        setting("models", 0, "revision", to="A" * 40),
        setting("models", 0, "licence", to="\x1b[2J"),
        setting("models", 0, "commercial", to="perhaps"),
        setting("models", 0, "files", to={}),
        setting("models", 0, "files", to={"../outside": FILE}),
        setting("models", 0, "files", to={"a/b": FILE}),
        setting("models", 0, "files", to={".hidden": FILE}),
        setting("models", 0, "files", to={"": FILE}),
        setting("models", 0, "files", "config.json", to={**FILE, "bytes": -1}),
        setting("models", 0, "files", "config.json", to={**FILE, "bytes": "1"}),
        setting("models", 0, "files", "config.json", to={**FILE, "sha256": "../" * 21 + "a"}),
        setting("models", 0, "more", to=1),
        setting("models", to=None),
        setting("converted", to=[{"name": "../" + "0" * 40, "files": {"model.bin": FILE}}]),
        setting("converted", to=[{"name": "0" * 32 + "-int8/..", "files": {"model.bin": FILE}}]),
        setting("converted", to=[{"name": "0" * 32 + "-int8", "files": {"model.bin": FILE}}]),
        setting(
            "converted", to=[{"name": "0" * 32 + "-int8", "files": {"verified.json": {**FILE, "bytes": 10**6 + 1}}}]
        ),
        setting("models", 0, "files", "config.json", "bytes", to=10**6 + 1),
        setting("format", to="trans.brief/1"),
        setting("format", to=None),
    ],
)
def test_a_hostile_manifest(
    target: Machine, small: tuple[Path, dict[str, bytes]], change: Callable[[Any], None]
) -> None:
    _, contents = small
    manifest = changed(contents, change)
    hostile = bundled(target.base / "hostile.tar.zst", {**contents, MANIFEST: manifest})
    refused(target, hostile, "its manifest (is|has|names) ")


def test_a_folder_that_climbs_is_refused(target: Machine, small: tuple[Path, dict[str, bytes]]) -> None:
    _, contents = small

    def change(manifest: Any) -> None:
        manifest["models"][0] |= {"model": "./a/../../outside", "commit": None}

    hostile = bundled(target.base / "hostile.tar.zst", {**contents, MANIFEST: changed(contents, change)})
    with pytest.raises(TransError, match="which is no place for a model"):
        target.unpack(hostile, "./a/../../outside")


def test_a_bundle_of_a_newer_trans_says_so(target: Machine, small: tuple[Path, dict[str, bytes]]) -> None:
    _, contents = small
    newer = {**contents, MANIFEST: changed(contents, setting("format", to="trans.bundle/2"))}
    problem = refused(target, bundled(target.base / "newer.tar.zst", newer), r"a newer trans made it \(format 2\)")
    assert "Update trans" in problem.hint


@settings(max_examples=50)
@given(
    content=st.binary(max_size=50) | st.text('[]{}":,e-019.trans.bundle/1 formatmodels', max_size=60).map(str.encode)
)
def test_no_manifest_brings_the_reader_down(content: bytes) -> None:
    with pytest.raises(ValueError, match="its manifest"):
        load_manifest(content)


@pytest.mark.parametrize(
    ("said", "match"),
    [
        (b'{"verdict": "equal", "bytes": {"model.bin": 4999}}', "is not whole"),
        (b'{"verdict": "different", "bytes": {"model.bin": 5000}}', "is not whole"),
        (b"[" * 500_000, "is no JSON"),
        (b"\xff\xfe", "can't decode"),
        (b"[]", "does not name the files"),
        (b"{}", "does not name the files"),
        (b'{"verdict": "equal", "bytes": []}', "does not name the files"),
        (b'{"verdict": "equal", "bytes": {}}', "does not name the files"),
        (b'{"verdict": "equal", "bytes": {"model.bin": 5000, "a\\u0000": 1}}', "does not name the files"),
        (b'{"verdict": "equal", "bytes": {"model.bin": 5000, "../../a": 1}}', "does not name the files"),
        (b'{"verdict": "equal", "bytes": {"model.bin": 5000}, "sha256": []}', "other hashes"),
        (b'{"verdict": "equal", "bytes": {"model.bin": 5000}, "sha256": {"../a": "0"}}', "other hashes"),
        (b'{"verdict": "equal", "bytes": {"model.bin": 5000}, "sha256": {"model.bin": []}}', "other hashes"),
    ],
    ids=lambda part: repr(part[:70]),
)
def test_a_copy_with_a_verdict_of_something_else_is_refused(
    source: Machine, target: Machine, said: bytes, match: str
) -> None:
    bundle, _ = source.pack()
    contents = members(bundle)
    name = next(each for each in contents if each.endswith("verified.json"))

    def change(manifest: Any) -> None:
        file = {"sha256": hashlib.sha256(said).hexdigest(), "bytes": len(said)}
        manifest["converted"][0]["files"]["verified.json"] = file

    hostile = {**contents, name: said, MANIFEST: changed(contents, change)}
    refused(target, bundled(target.base / "hostile.tar.zst", hostile), match)


def test_a_copy_for_a_model_that_is_not_in_the_bundle_is_refused(source: Machine, target: Machine) -> None:
    contents = members(source.pack()[0])
    copy = {
        f"ctranslate2/0/{Path(name).name}": contents[name] for name in contents if name.startswith("ctranslate2/1/")
    }
    alone = {MANIFEST: changed(contents, setting("models", to=[])), **copy}
    refused(target, bundled(target.base / "alone.tar.zst", alone), "of a model that it does not hold")

    def change(manifest: Any) -> None:
        manifest["converted"][0]["name"] = "0" * 32 + manifest["converted"][0]["name"][32:]

    another = {**contents, MANIFEST: changed(contents, change)}
    refused(target, bundled(target.base / "another.tar.zst", another), "of a model that it does not hold")


@pytest.mark.parametrize("config", [b"[" * 500_000, b'{"model_type": []}', b"{}"], ids=["deep", "list", "none"])
def test_a_copy_beside_what_is_no_checkpoint_is_refused(source: Machine, target: Machine, config: bytes) -> None:
    contents = members(source.pack()[0])
    file = {"sha256": hashlib.sha256(config).hexdigest(), "bytes": len(config)}
    manifest = changed(contents, setting("models", 0, "files", "config.json", to=file))
    hostile = {**contents, "models/0/config.json": config, MANIFEST: manifest}
    refused(target, bundled(target.base / "hostile.tar.zst", hostile), "is no checkpoint")


# the commands


def test_nothing_to_pack(tmp_path: Path) -> None:
    result = called("models", "pack", "tiny", "-o", tmp_path / "b.tar.zst")
    message, hint = complaint(result, 2)
    assert "nothing to pack for tiny" in message
    assert "--all" in hint
    assert not list(tmp_path.iterdir())


def test_packing_what_is_not_here(tmp_path: Path) -> None:
    result = called("models", "pack", "-o", tmp_path / "b.tar.zst", cwd=tmp_path, HF_HOME=str(tmp_path / "none"))
    message, _ = complaint(result, 3)
    assert "Helsinki-NLP/opus-mt-ar-en is not on this machine" in message
    assert not (tmp_path / "b.tar.zst").exists()


def test_wrong_usage(tmp_path: Path) -> None:
    complaint(called("models", "pack", "news", "--all", "-o", tmp_path / "b.tar.zst"), 2)
    complaint(called("models", "pack", "news"), 2)


def test_a_broken_bundle_is_two_lines(tmp_path: Path, small: tuple[Path, dict[str, bytes]]) -> None:
    bundle = tmp_path / "cut.tar.zst"
    bundle.write_bytes(small[0].read_bytes()[:-600])
    homes = {"HF_HOME": str(tmp_path / "hf"), "TRANS_CACHE": str(tmp_path / "cache")}
    message, hint = complaint(called("models", "unpack", bundle, cwd=tmp_path, **homes), 2)
    assert "cut short" in message or "broken" in message
    assert "nothing was installed" in hint
    assert cache_folder() != tmp_path / "cache"
