"""Files of the output folder and the manifest: whole or not there, and never over somebody's own edits."""

from pathlib import Path

import pytest

from trans.brief import Hashes
from trans.errors import ExitCode, TransError
from trans.manifest import Manifest, Record
from trans.store import Store, sha256


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "out")
    store.prepare()
    return store


def names(store: Store) -> list[str]:
    folder = Path(str(store.out))
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_file_gets_its_own_name_and_its_folders(store: Store) -> None:
    placed = store.place({"a/b.md": b"one"}, known=())["a/b.md"]
    store.publish(placed.name, b"one")
    assert (placed.name, placed.edited) == ("a/b.md", None)
    assert names(store) == ["a/b.md"]
    assert (store.out / "a/b.md").read_bytes() == b"one"


def test_our_own_older_file_is_replaced(store: Store) -> None:
    store.publish("b.md", b"one")
    assert store.place({"b.md": b"two"}, known=[sha256(b"one")])["b.md"].name == "b.md"


def test_an_edited_file_is_left_alone_and_so_is_an_edited_new_one(store: Store) -> None:
    store.publish("b.md", b"an editor wrote this")
    first = store.place({"b.md": b"two"}, known=[sha256(b"one")])["b.md"]
    assert (first.name, first.edited) == ("b.new.md", "b.md")
    store.publish("b.new.md", b"an editor wrote this too")
    assert store.place({"b.md": b"three"}, known=[sha256(b"two")])["b.md"].name == "b.new2.md"
    store.publish("b.new.md", b"two")
    assert store.place({"b.md": b"three"}, known=[sha256(b"two")])["b.md"].name == "b.new.md"


def test_the_same_content_is_nobodys_edit(store: Store) -> None:
    store.publish("b.md", b"one")
    assert store.place({"b.md": b"one"}, known=())["b.md"].edited is None


def test_a_failed_write_leaves_the_old_file_and_no_rest(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.publish("b.md", b"one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("trans.store.os.fsync", full)
    with pytest.raises(TransError) as raised:
        store.publish("b.md", b"two")
    assert raised.value.exit_code == ExitCode.SOME_FAILED
    assert "disk is full" in raised.value.message
    assert names(store) == ["b.md"]
    assert (store.out / "b.md").read_bytes() == b"one"


def test_an_output_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(TransError) as raised:
        Store(tmp_path / "out").prepare()
    assert raised.value.exit_code == ExitCode.USAGE


def test_records_come_back_and_the_last_one_counts(store: Store) -> None:
    manifest = Manifest(store.out)
    done = Record(
        "a.txt",
        "done",
        path="/a.txt",
        size=10,
        mtime_ns=20,
        sha256="f" * 64,
        hashes=Hashes("1", "2", "3"),
        outputs={"md": ("a.md", "0" * 64)},
        known=("0" * 64,),
        flags={"error": 1},
    )
    manifest.append([Record("a.txt", "attempt")])
    manifest.append([done, Record("b.txt", "failed", reason="empty")])
    again = Manifest(store.out)
    assert again.get("a.txt") == done
    assert again.get("b.txt") == Record("b.txt", "failed", reason="empty")
    assert again.get("c.txt") is None


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_cut_short_costs_that_line_only(store: Store, cut: int) -> None:
    Manifest(store.out).append([Record("a.txt", "done"), Record("b.txt", "done")])
    path = store.out / ".trans" / "manifest.jsonl"
    path.write_bytes(path.read_bytes()[:-cut])
    manifest = Manifest(store.out)
    assert manifest.get("a.txt") == Record("a.txt", "done")
    manifest.append([Record("c.txt", "done")])
    again = Manifest(store.out)
    assert again.get("a.txt") == Record("a.txt", "done")
    assert again.get("c.txt") == Record("c.txt", "done")


def test_two_runs_append_to_one_manifest(store: Store) -> None:
    one, two = Manifest(store.out), Manifest(store.out)
    one.append([Record("a.txt", "done")])
    two.append([Record("b.txt", "done")])
    for _ in range(20):
        one.append([Record("a.txt", "attempt")])
    one.compact()
    again = Manifest(store.out)
    assert again.get("a.txt") == Record("a.txt", "attempt")
    assert again.get("b.txt") == Record("b.txt", "done")
    assert len((store.out / ".trans" / "manifest.jsonl").read_bytes().splitlines()) == 2
