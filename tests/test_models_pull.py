"""Models from a hub to this machine: fetched, broken off, gone on with, locked, and held to the lock. The hub is on loopback."""

import errno
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import tiny
from console_script import TRANS, called, complaint, trans
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import article

from trans.api import Translator
from trans.config import load_config
from trans.doctor import profile_states
from trans.engines.pieces import load_pieces
from trans.errors import ModelError, TransError
from trans.models import checkpoint, copies, describe, locate, weights_sha256
from trans.models import hub as hubs
from trans.models.lock import LockedFile, LockedModel, files_of, read_lock, updating, verify, write_lock
from trans.models.pull import pull
from trans.models.recheck import Checked, recheck
from trans.models.transfer import misnamed
from trans.models.wanted import Wanted, WantedCopy, merged

if TYPE_CHECKING:
    from hub_server import Hub

pytest_plugins = ("hub_server",)

EMBEDDED = Path(copies.__file__).parent / "embedded"
MARIAN, MT5 = "demo/tiny-marian", "demo/tiny-mt5"
WEIGHTS = "model.safetensors"

# What a fetch of the tiny Marian brings; its README and a copy for another library stay where they are.
NEEDED = {"config.json", "generation_config.json", WEIGHTS, "source.spm", "target.spm", "vocab.json"}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def here(hub: "Hub", tiny_marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Hub]":
    """A hub that this process asks, with one model of 100 kB, which is read in pieces of 4 kB."""
    from huggingface_hub import close_session, constants

    hub.install(monkeypatch, tmp_path / "cache")
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 4096)
    monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda seconds: None)
    hub.add(MARIAN, {**contents(tiny_marian), "README.md": b"about", "tf_model.h5": b"for another library"})
    yield hub
    close_session()


def partial_files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache").rglob("*.incomplete"))


# Fetching


def test_only_what_is_needed_is_fetched_and_only_once(here: "Hub", tiny_marian: Path, tmp_path: Path) -> None:
    fetched = hubs.fetch(MARIAN, "main")
    assert {path.name for path in fetched.folder.iterdir()} == NEEDED
    assert fetched.bytes == sum((tiny_marian / name).stat().st_size for name in NEEDED)
    assert weights_sha256(fetched.folder) == weights_sha256(tiny_marian)
    assert partial_files(tmp_path) == []
    here.requests.clear()
    again = hubs.fetch(MARIAN, "main")
    assert (again.folder, again.bytes) == (fetched.folder, 0)
    assert here.requests == [f"GET /api/models/{MARIAN}/revision/main?blobs=true"]


def test_a_run_fetches_what_is_missing_and_then_asks_nobody(here: "Hub", tmp_path: Path) -> None:
    folder = locate(MARIAN, "main", tmp_path)
    here.requests.clear()
    assert locate(MARIAN, "main", tmp_path) == locate(MARIAN, folder.name, tmp_path) == folder
    assert here.requests == []


def test_a_connection_that_breaks_is_gone_on_with(here: "Hub", tiny_marian: Path) -> None:
    here.breaks[WEIGHTS] = [10_000, 20_000]
    fetched = hubs.fetch(MARIAN, "main")
    assert (fetched.folder / WEIGHTS).read_bytes() == (tiny_marian / WEIGHTS).read_bytes()
    parts = [request.rpartition("bytes=")[2] for request in here.asked(f"{WEIGHTS} bytes=")]
    assert len(parts) == 2
    assert 0 < int(parts[0].strip("-")) < int(parts[1].strip("-"))


def test_a_fetch_that_failed_goes_on_and_nothing_is_moved_before_all_is_there(
    here: "Hub", tiny_marian: Path, tmp_path: Path
) -> None:
    before = hubs.fetch(MARIAN, "main")
    weights = (tiny_marian / WEIGHTS).read_bytes() + b" " * 100
    here.add(MARIAN, {**contents(tiny_marian), WEIGHTS: weights})
    here.breaks[WEIGHTS] = [30_000, 10, 10, 10, 10, 10, 10]
    with pytest.raises(hubs.FetchError, match="no connection to the hub") as caught:
        hubs.fetch(MARIAN, "main")
    assert "goes on from where it stopped" in caught.value.hint
    assert hubs.cached(MARIAN, "main") == before.folder
    (partial,) = partial_files(tmp_path)
    begun = partial.stat().st_size
    assert begun > 0

    here.breaks.clear()
    here.requests.clear()
    after = hubs.fetch(MARIAN, "main")
    assert len(here.asked(f"{WEIGHTS} bytes={begun}-")) == 1
    assert after.bytes == len(weights) - begun
    assert (after.folder / WEIGHTS).read_bytes() == weights
    assert hubs.cached(MARIAN, "main") == after.folder != before.folder
    assert partial_files(tmp_path) == []


def test_what_lies_in_the_cache_and_is_not_what_the_hub_has_is_fetched_again(here: "Hub", tiny_marian: Path) -> None:
    fetched = hubs.fetch(MARIAN, "main")
    for name in (WEIGHTS, "vocab.json"):
        blob = (fetched.folder / name).resolve()
        blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    assert misnamed(fetched.folder) == [WEIGHTS, "vocab.json"]
    again = hubs.fetch(MARIAN, "main")
    assert again.bytes == sum((tiny_marian / name).stat().st_size for name in (WEIGHTS, "vocab.json"))
    assert misnamed(again.folder) == []
    assert weights_sha256(again.folder) == weights_sha256(tiny_marian)


def test_what_comes_otherwise_than_it_was_announced_is_not_kept(here: "Hub", tiny_marian: Path, tmp_path: Path) -> None:
    content = bytearray((tiny_marian / WEIGHTS).read_bytes())
    content[-1] ^= 1
    here.served[WEIGHTS] = bytes(content)
    with pytest.raises(hubs.FetchError, match=r"model\.safetensors is not what the hub says"):
        hubs.fetch(MARIAN, "main")
    assert hubs.cached(MARIAN, "main") is None
    assert partial_files(tmp_path) == []


def a_missing_model(here: "Hub") -> None:
    pass


def a_gated_model(here: "Hub") -> None:
    here.gated.add(MARIAN)


def a_hub_that_has_no_time(here: "Hub") -> None:
    here.refused = 503


def a_login_page(here: "Hub") -> None:
    here.page = "<html>Welcome to the hotel</html>"


@pytest.mark.parametrize(
    ("model", "revision", "prepare", "reason", "hint"),
    [
        ("demo/none", "main", a_missing_model, "the hub has no such model", "'model' in models.yaml"),
        (MARIAN, "v9", a_missing_model, "it has no revision v9", "'revision' in models.yaml"),
        (MARIAN, "main", a_gated_model, "its owner asks for a login", "HF_TOKEN"),
        (MARIAN, "main", a_hub_that_has_no_time, "the hub answers: ", "trans models pull"),
        (MARIAN, "main", a_login_page, "what answers is no hub", "HF_ENDPOINT"),
    ],
)
def test_why_a_model_cannot_be_fetched(
    here: "Hub", tmp_path: Path, model: str, revision: str, prepare: "Callable[[Hub], None]", reason: str, hint: str
) -> None:
    prepare(here)
    with pytest.raises(hubs.FetchError) as caught:
        hubs.fetch(model, revision)
    assert reason in caught.value.reason
    assert hint in caught.value.hint
    assert "\n" not in caught.value.reason + caught.value.hint
    with pytest.raises(ModelError, match="is not on this machine and can't be fetched"):
        locate(model, revision, tmp_path)


def test_weights_of_another_kind_alone(here: "Hub") -> None:
    here.add("demo/flax", {"config.json": b"{}", "flax_model.msgpack": b""})
    with pytest.raises(hubs.FetchError, match=r"neither model\.safetensors nor pytorch_model\.bin"):
        hubs.fetch("demo/flax", "main")


def test_too_little_space_is_told_before_anything_is_fetched(here: "Hub", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 1, 1))
    with pytest.raises(hubs.FetchError, match=r"MB are needed in .*, and 0\.0 MB are free") as caught:
        hubs.fetch(MARIAN, "main")
    assert "HF_HOME" in caught.value.hint
    assert here.asked("resolve") == []


def full(*arguments: Any, **options: Any) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_disk_that_fills_while_it_is_written_to(here: "Hub", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.file_download.http_get", full)
    with pytest.raises(hubs.FetchError, match="the disk is full") as caught:
        hubs.fetch(MARIAN, "main")
    assert "HF_HOME" in caught.value.hint


def pulled(here: Wanted, before: LockedModel | None, **options: bool) -> LockedModel:
    return pull(here, before, **options).locked


def test_a_locked_commit_is_fetched_until_it_is_to_move(here: "Hub", tiny_marian: Path) -> None:
    model = Wanted(MARIAN, "main", Path(), "MIT", "yes", ("mine",), ())
    first = pulled(model, None)
    here.requests.clear()
    assert pulled(model, first) == first
    assert here.requests == []  # all is there as it was locked
    moved = here.add(MARIAN, {**contents(tiny_marian), "generation_config.json": b"{}"})
    blob = (hubs.cached(MARIAN, str(first.commit)) or Path()) / "vocab.json"
    rot(blob.resolve())
    assert pulled(model, first) == first
    assert misnamed(blob.parent) == []
    updated = pulled(model, first, update=True)
    assert updated.commit == moved != first.commit


def test_a_lock_that_names_other_files_than_the_commit_has_is_not_overwritten(here: "Hub") -> None:
    model = Wanted(MARIAN, "main", Path(), "MIT", "yes", ("mine",), ())
    first = pulled(model, None)
    other = replace(first, files={**first.files, "vocab.json": LockedFile("0" * 64, 12)})
    with pytest.raises(ModelError, match=r"demo/tiny-marian differs from its lock: vocab\.json has") as caught:
        pull(model, other)
    assert "'trans models pull --update mine'" in caught.value.hint
    with pytest.raises(ModelError, match="it has no revision 0000") as caught:
        pull(model, replace(first, commit="0" * 40))
    assert "--update" in caught.value.hint


# The lock


def locked(**changes: Any) -> LockedModel:
    file = LockedFile("0" * 64, 12)
    model = LockedModel(MARIAN, "main", "a" * 40, "Apache-2.0", "yes", {"config.json": file}, {"int8": "equal"})
    return replace(model, **changes)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
files = st.dictionaries(
    st.from_regex(r"[a-z0-9][a-z0-9._-]{0,10}", fullmatch=True),
    st.builds(LockedFile, st.from_regex(r"[0-9a-f]{64}", fullmatch=True), st.integers(0)),
    max_size=4,
)


@settings(max_examples=25)  # each waits for the disk
@given(
    st.lists(
        st.builds(
            LockedModel,
            words,
            words,
            st.none() | words,
            words,
            st.sampled_from(["yes", "no", "unknown"]),
            files,
            st.dictionaries(words, words, max_size=2),
        ),
        unique_by=lambda model: (model.model, model.revision),
        max_size=4,
    )
)
def test_a_lock_is_read_as_it_was_written_in_one_order(
    tmp_path_factory: pytest.TempPathFactory, models: list[LockedModel]
) -> None:
    path = tmp_path_factory.getbasetemp() / "hypothesis.lock"
    write_lock(path, models)
    text = path.read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert read_lock(path) == {(model.model, model.revision): model for model in models}
    write_lock(path, reversed(models))
    assert path.read_text(encoding="utf-8") == text


def test_a_lock_that_is_not_there_is_empty(tmp_path: Path) -> None:
    assert read_lock(tmp_path / "none.lock") == {}


ENTRY: dict[str, Any] = {
    "model": "x",
    "revision": "main",
    "commit": None,
    "licence": "MIT",
    "commercial": "yes",
    "files": {},
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is not a lock of models"),
        ("[]", "is not a lock of models"),
        ("{}", "lacks 'version'"),
        ('{"version": 2, "models": []}', "version 2"),
        ('{"version": 1}', "lacks 'models'"),
        (json.dumps({"version": 1, "models": [ENTRY]}), "lacks 'conversions'"),
        (json.dumps({"version": 1, "models": [{**ENTRY, "conversions": {}, "commit": 3}]}), "3 stands where a text"),
        (json.dumps({"version": 1, "models": [{**ENTRY, "conversions": {}, "commercial": "x"}]}), "'commercial'"),
        (
            json.dumps({"version": 1, "models": [{**ENTRY, "conversions": {}, "files": {"../up": {}}}]}),
            "is not a lock of models",
        ),
        (
            json.dumps(
                {
                    "version": 1,
                    "models": [{**ENTRY, "conversions": {}, "files": {"../up": {"sha256": "0" * 64, "bytes": 1}}}],
                }
            ),
            "no name of a model's file",
        ),
        (
            json.dumps(
                {"version": 1, "models": [{**ENTRY, "conversions": {}, "files": {"a": {"sha256": "x", "bytes": 1}}}]}
            ),
            "no sha256",
        ),
        ("[" * 100_000, "is not a lock of models"),
    ],
)
def test_a_broken_lock_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "models.lock"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TransError, match=re.escape(said)) as caught:
        read_lock(path)
    assert "\n" not in caught.value.message + caught.value.hint


def test_a_lock_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    with pytest.raises(TransError, match="can't be written"):
        write_lock(tmp_path / "a file" / "models.lock", [locked()])


@pytest.fixture
def folder(tiny_marian: Path, tmp_path: Path) -> Path:
    """A checkpoint that a test may spoil."""
    return Path(shutil.copytree(tiny_marian, tmp_path / "model"))


def test_each_difference_is_named(folder: Path) -> None:
    model = locked(files=files_of(folder))
    assert set(model.files) == {path.name for path in folder.iterdir()}
    assert verify(folder, model) == []
    (folder / "vocab.json").write_bytes((folder / "vocab.json").read_bytes() + b" ")
    (folder / "generation_config.json").unlink()
    (folder / "tokenizer_config.json").write_text("{}")
    first, second, third = verify(folder, model)
    assert first == "generation_config.json is missing"
    assert second == "tokenizer_config.json is not in the lock"
    assert re.fullmatch(
        r"vocab.json has sha256 [0-9a-f]{12} \([\d,]+ bytes\), not [0-9a-f]{12} \([\d,]+ bytes\)", third
    )
    (folder / WEIGHTS).unlink()
    assert "holds no weights" in verify(folder, model)[0]


def test_weights_that_would_be_read_before_the_locked_ones_are_a_difference(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")
    model = locked(files=files_of(folder))
    shutil.copy(folder / "pytorch_model.bin", folder / WEIGHTS)
    assert f"{WEIGHTS} is not in the lock" in verify(folder, model)


def test_a_file_whose_time_was_set_back_is_read_again(folder: Path) -> None:
    model = locked(files=files_of(folder))
    rot(folder / "vocab.json")
    assert len(verify(folder, model)) == 1


def test_a_file_that_looks_unchanged_is_only_read_afresh(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(checkpoint, "_hashed", {})
    model = locked(files=files_of(folder))
    # As after a disk gave other bytes than were written: what is kept is of a file that looks the same.
    store = tmp_path / "cache" / "hashes.json"
    kept = json.loads(store.read_text())
    digest = kept[str(folder / "vocab.json")][-1]
    rot(folder / "vocab.json")
    files_of(folder)
    kept = json.loads(store.read_text())
    kept[str(folder / "vocab.json")][-1] = digest
    store.write_text(json.dumps(kept))
    monkeypatch.setattr(checkpoint, "_hashed", {})
    assert verify(folder, model) == []
    assert len(verify(folder, model, afresh=True)) == 1
    assert len(verify(folder, model)) == 1  # what was found is remembered


def test_two_that_change_a_lock_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "models.lock"
    begun, names = threading.Barrier(8), [f"demo/{number}" for number in range(8)]

    def add(name: str) -> None:
        begun.wait()
        with updating(path):
            write_lock(path, [*read_lock(path).values(), locked(model=name)])

    threads = [threading.Thread(target=add, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [model for model, _ in read_lock(path)] == names
    assert [entry.name for entry in tmp_path.iterdir()] == ["models.lock"]


def test_a_lock_is_changed_without_a_cache_folder_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a file").write_text("")
    for cache in (str(tmp_path / "a file" / "cache"), "~nosuchuser/cache"):
        monkeypatch.setenv("TRANS_CACHE", cache)
        with updating(tmp_path / "models.lock"):
            write_lock(tmp_path / "models.lock", [locked()])


def test_a_model_that_the_lock_lacks_is_told(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = tmp_path / "models.yaml"
    config.write_text(
        "default_profile: mine\nprofiles:\n  mine:\n    translation: {model: ./model, licence: MIT}\n"
        "    summarization: {method: extractive}\n"
    )

    def states() -> list[str]:
        return [state.models[0].state for state in profile_states(load_config(config), config)]

    Translator(config=config).close()
    assert (states(), caplog.messages) == (["ready"], [])
    write_lock(tmp_path / "models.lock", [locked()])
    Translator(config=config).close()
    assert states() == ["ready, not locked"]
    assert caplog.messages == ["./model is not in models.lock: 'trans models pull PROFILE' locks it"]
    Translator("tiny").close()  # what comes with the package needs no lock
    assert len(caplog.messages) == 1


def test_a_library_user_meets_the_lock_too(folder: Path, tmp_path: Path) -> None:
    config = tmp_path / "models.yaml"
    config.write_text(
        "default_profile: mine\nprofiles:\n  mine:\n    translation: {model: ./model, licence: MIT}\n"
        "    summarization: {method: extractive}\n"
    )
    write_lock(tmp_path / "models.lock", [locked(model="./model", commit=None, files=files_of(folder))])
    Translator(config=config).close()
    (folder / "config.json").write_text((folder / "config.json").read_text() + " ")
    with pytest.raises(ModelError, match=r"\./model differs from models\.lock: config\.json has sha256") as caught:
        Translator(config=config)
    assert "Put the locked files back" in caught.value.hint


# The commands, on the embedded models as a hub serves them


@pytest.fixture
def desk(hub: "Hub", tmp_path: Path) -> Path:
    """A folder with a models.yaml of two hub models, in the profile ``real``, and one of them in ``chosen``."""
    hub.add(MARIAN, EMBEDDED / "tiny-marian-ar-en")
    hub.add(MT5, EMBEDDED / "tiny-mt5-ar")
    folder = tmp_path / "desk"
    (folder / "inputs").mkdir(parents=True)
    (folder / "inputs" / "one.txt").write_text(article(), encoding="utf-8")
    marian = f"translation: {{model: {MARIAN}, licence: Apache-2.0}}"
    (folder / "models.yaml").write_text(
        f"default_profile: real\nprofiles:\n  real:\n    {marian}\n"
        f"    summarization: {{model: {MT5}, licence: CC BY-NC-SA 4.0}}\n"
        f"  chosen:\n    {marian}\n    summarization: {{method: extractive}}\n",
        encoding="utf-8",
    )
    return folder


def test_pulled_locked_run_and_held_to_the_lock(hub: "Hub", desk: Path) -> None:
    online = hub.environment(desk / "hub")
    offline = {**online, "HF_HUB_OFFLINE": "1"}
    run = ("run", "inputs", "--profile", "chosen", "--force")

    assert "HF_HUB_OFFLINE is set" in complaint(trans("models", "pull", "chosen", cwd=desk, **offline), 3)[0]
    assert not (desk / "models.lock").exists()

    pulled = trans("models", "pull", cwd=desk, **online)
    assert pulled.returncode == 0, pulled.stderr
    first, second, last = pulled.stdout.splitlines()
    locks = read_lock(desk / "models.lock")
    commit = locks[MARIAN, "main"].commit
    assert commit
    assert first.startswith(f"{MARIAN}: fetched 15.")
    assert f"commit {commit[:12]}; Apache-2.0, commercial use: yes; int8 copy equal to PyTorch's" in first
    assert "CC BY-NC-SA 4.0, commercial use: no" in second
    assert last == f"Locked in {desk / 'models.lock'}"
    assert {lock.conversions["int8"] for lock in locks.values()} == {"equal"}
    assert all(verify(EMBEDDED / name, locks[key, "main"]) == [] for key, name in NAMES.items())

    hub.requests.clear()
    again = called("models", "pull", "chosen", cwd=desk, **online)
    assert again.stdout.startswith(f"{MARIAN}: here already, commit {commit[:12]}; ")
    assert hub.asked("resolve") == []
    assert set(read_lock(desk / "models.lock")) == set(locks)  # the other entry stays

    # The branch moves on; runs and pulls stay where they are, on a colleague's machine too.
    small = desk / "hub" / "hub" / f"models--{MARIAN.replace('/', '--')}"
    moved = hub.add(MARIAN, {**contents(EMBEDDED / "tiny-marian-ar-en"), "generation_config.json": b"{}"})
    hub.requests.clear()
    assert called(*run, cwd=desk, **online).returncode == 0
    assert hub.requests == []
    stayed = called("models", "pull", "chosen", cwd=desk, **online)
    assert stayed.stdout.startswith(f"{MARIAN}: here already, commit {commit[:12]}; ")
    lock = (desk / "models.lock").read_bytes()
    colleague = {**hub.environment(desk / "theirs"), "TRANS_CACHE": str(desk / "cache")}
    theirs = called("models", "pull", "chosen", cwd=desk, **colleague)
    assert theirs.returncode == 0, theirs.stderr
    assert re.match(rf"{MARIAN}: fetched 15\.\d MB, commit {commit[:12]}; ", theirs.stdout)
    assert (desk / "models.lock").read_bytes() == lock
    assert "HF_HUB_OFFLINE is set" in complaint(called("models", "pull", "--update", cwd=desk, **offline), 3)[0]
    on = called("models", "pull", "chosen", "--update", cwd=desk, **online)
    assert f"fetched 0.0 MB, moved from {commit[:12]} to {moved[:12]}" in on.stdout
    assert read_lock(desk / "models.lock")[MARIAN, "main"].commit == moved

    # A file that is another one than was locked is not run.
    blob = (small / "snapshots" / moved / "vocab.json").resolve()
    content = blob.read_bytes()
    blob.write_bytes(content[:-1] + b" }")
    wrong = complaint(called(*run, cwd=desk, **offline), 3)
    assert f"{MARIAN} differs from models.lock: vocab.json has sha256 " in wrong[0]
    assert locks[MARIAN, "main"].files["vocab.json"].sha256[:12] in wrong[0]
    assert "trans models pull" in wrong[1]
    listed = called("models", "list", cwd=desk, **offline).stdout
    assert len(re.findall(r" differs from the lock *$", listed, re.MULTILINE)) == 2
    assert re.search(r" no +9 MB +ready, locked *$", listed, re.MULTILINE)
    verified = called("models", "verify", "chosen", cwd=desk, **offline)
    assert f"Not right: {MARIAN}" in complaint(verified, 3)[0]
    assert verified.stdout.startswith(f"{MARIAN}: NOT RIGHT: vocab.json has sha256 ")
    mended = called("models", "pull", "chosen", cwd=desk, **online)
    assert mended.returncode == 0, mended.stderr
    assert blob.read_bytes() == content
    right = trans("models", "verify", "chosen", cwd=desk, **offline)
    assert right.returncode == 0, right.stderr
    assert right.stdout == f"{MARIAN}: right; compared with models.lock; int8 copy equal to PyTorch's\n"


NAMES = {MARIAN: "tiny-marian-ar-en", MT5: "tiny-mt5-ar"}


def wanted(folder: Path, *formats: str) -> Wanted:
    made = (WantedCopy(quantization, (), load_pieces) for quantization in formats)
    return Wanted(str(folder), "main", Path(), "MIT", "yes", ("mine",), tuple(made))


def test_models_that_profiles_share_are_one_with_every_copy() -> None:
    once, twice = wanted(Path("/m"), "int8"), wanted(Path("/m"), "int8", "float32")
    (model,) = merged([once, replace(twice, profiles=("yours",)), once])
    assert model.profiles == ("mine", "yours")
    assert [copy.quantization for copy in model.copies] == ["int8", "float32"]


def test_verify_reads_all_again_and_compares_the_copies(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    both = wanted(folder, "float32", "int8")
    nothing = recheck(both, None)
    assert nothing == Checked("nothing, it is not locked", (), "", ("no float32 copy yet", "no int8 copy yet"))
    locked = pull(both, None).locked
    assert (locked.commit, locked.conversions) == (None, {"float32": "equal", "int8": "equal"})
    right = recheck(both, locked)
    assert right == Checked("models.lock", (), "", ("float32 copy equal to PyTorch's", "int8 copy equal to PyTorch's"))
    # A copy that rotted is found, and made anew by the next pull.
    (weights,) = (tmp_path / "cache" / "ctranslate2").glob("*-int8-*/model.bin")
    content = weights.read_bytes()
    rot(weights)
    wrong = recheck(both, locked)
    assert "is not as it was made: model.bin" in wrong.problems[0]
    assert "trans models pull" in wrong.hint
    assert pull(both, locked).locked == locked
    assert weights.read_bytes() == content
    # A disk that is full, or that may not be written to.
    with monkeypatch.context() as patched:
        patched.setattr(tempfile, "mkdtemp", full)
        unwritable = recheck(both, locked)
    assert "can't be compared, for " in unwritable.problems[0]
    assert os.strerror(errno.ENOSPC) in unwritable.problems[0]
    assert "Free some space there" in unwritable.hint
    # What a comparison left that was killed goes with the next.
    left = weights.parent.with_name(f".{weights.parent.name}.killed")
    left.mkdir()
    assert recheck(both, locked) == right
    assert not left.exists()
    # A copy that is whole and of another model: its hashes are right, what it says is not.
    other = pull(wanted(tiny.make_marian(tmp_path / "other", seed=7), "int8"), None).folder
    (foreign,) = copies.kept_copies(weights_sha256(other))
    shutil.rmtree(weights.parent)
    shutil.copytree(foreign, weights.parent)
    assert "is not the same model" in recheck(both, locked).problems[0]
    # A checkpoint that rotted is told before its copies are looked at.
    rot(folder / "source.spm")
    rotten = recheck(both, locked)
    assert rotten.problems[0].startswith("source.spm has sha256 ")
    assert "Put the locked files back" in rotten.hint


def rot(path: Path) -> None:
    """Change a file's content, and nothing else that shows."""
    stat = path.stat()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_pull_that_is_interrupted_goes_on(hub: "Hub", desk: Path) -> None:
    online = hub.environment(desk / "hub")
    hub.breaks[WEIGHTS] = [12_000_000]
    hub.broken = threading.Event()
    process = subprocess.Popen(
        [TRANS, "models", "pull", "chosen"],
        cwd=desk,
        env={**os.environ, "NO_COLOR": "1", **online},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A job in a shell's background ignores it, and so would its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert hub.broken.wait(timeout=60)
        partial = until_written(desk / "hub")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert said.splitlines()[-2:] == [
        "trans: Interrupted",
        "       Nothing is lost: run the same command again.",
    ]
    assert not (desk / "models.lock").exists()
    hub.released.set()
    hub.broken = None
    hub.requests.clear()
    begun = partial.stat().st_size
    again = trans("models", "pull", "chosen", cwd=desk, **online)
    assert again.returncode == 0, again.stderr
    assert len(hub.asked(f"{WEIGHTS} bytes={begun}-")) == 1
    assert describe(hub_snapshot(desk)).model_type == "marian"


def hub_snapshot(desk: Path) -> Path:
    (config,) = (desk / "hub").rglob("config.json")
    return config.parent


def until_written(home: Path) -> Path:
    """Wait until huggingface_hub has written the 10 MB that it reads at once, and return the file that they are in."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for path in home.rglob("*.trans.incomplete"):
            if path.stat().st_size:
                return path
        threading.Event().wait(0.02)
    raise AssertionError("nothing was written")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("models", "pull", "nosuch"), 2, "'nosuch'"),
        (("models", "pull", "real", "--all"), 2, "--all"),
        (("models", "verify", "chosen"), 3, "Not right: demo/tiny-marian"),
    ],
)
def test_mistakes(desk: Path, arguments: tuple[str, ...], code: int, told: str) -> None:
    assert told in complaint(called(*arguments, cwd=desk, HF_HOME=str(desk / "hub")), code)[0]


def test_commercial_use_keeps_a_pull_from_what_it_forbids(hub: "Hub", desk: Path) -> None:
    commercial = {**hub.environment(desk / "hub"), "TRANS_USAGE": "commercial"}
    assert "'real'" in complaint(called("models", "pull", cwd=desk, **commercial), 2)[0]
    assert hub.requests == []
    everything = called("models", "pull", "--all", cwd=desk, **commercial)
    assert everything.returncode == 0, everything.stderr
    assert everything.stdout.startswith("real: passed over, not for commercial use\n")
    assert set(read_lock(desk / "models.lock")) == {(MARIAN, "main")}
