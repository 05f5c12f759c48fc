"""Files of the output folder and the manifest: whole or not there, and never over somebody's own edits."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from trans import marks, owner, scratch
from trans.brief import Hashes
from trans.errors import ExitCode, TransError
from trans.manifest import Manifest
from trans.record import Record, line_of
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


# Where the temporary file of a brief is made.


def born(store: Store, monkeypatch: pytest.MonkeyPatch, name: str = "sub/b.md") -> str:
    """Publish a brief, and say in which folder it was made."""
    seen: list[str] = []
    begin = scratch.begin

    def noted(folder: Path, prefix: str = "") -> tuple[int, Path]:
        seen.append(folder.name)
        return begin(folder, prefix)

    monkeypatch.setattr(scratch, "begin", noted)
    store.publish(name, os.urandom(8))
    return seen[0]


def test_a_brief_is_made_in_our_own_folder_where_that_is_as_good(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert born(store, monkeypatch) == ".trans"


@pytest.mark.skipif(sys.platform == "win32", reason="no groups there")
def test_a_brief_has_the_group_of_its_folder(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(str(store.out)) / "sub"
    folder.mkdir()
    group = 4711 if os.geteuid() == 0 else os.getegid()
    os.chown(folder, -1, group)
    folder.chmod(0o2775)
    assert born(store, monkeypatch) == "sub"
    assert (folder / "b.md").stat().st_gid == group


def test_a_brief_has_the_rights_that_its_folder_gives(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path(str(store.out)) / "sub"
    folder.mkdir()
    # Version 2; each with its kind, rights and number: the owner, user 4711, the group, the mask, all others.
    entries = [(1, 7, -1), (2, 7, 4711), (4, 5, -1), (16, 7, -1), (32, 5, -1)]
    packed = b"".join(
        kind.to_bytes(2, "little") + rights.to_bytes(2, "little") + (number % 2**32).to_bytes(4, "little")
        for kind, rights, number in entries
    )
    try:
        os.setxattr(folder, "system.posix_acl_default", b"\x02\0\0\0" + packed)
    except (OSError, AttributeError) as error:
        pytest.skip(f"no ACL on this disk: {error}")
    assert born(store, monkeypatch) == "sub"
    assert (4711).to_bytes(4, "little") in os.getxattr(folder / "b.md", "system.posix_acl_access")


@pytest.mark.skipif(sys.platform == "win32", reason="no groups there")
def test_what_a_kill_left_beside_a_brief_goes_when_its_folder_is_written_again(store: Store) -> None:
    folder = Path(str(store.out)) / "sub"
    folder.mkdir()
    folder.chmod(0o2775)
    handle, mine = scratch.begin(folder)
    os.close(handle)
    dead = mine.with_name(mine.name.replace(f"{os.getpid()}_", "99999999_"))
    dead.touch()
    store.publish("sub/b.md", b"one")
    assert names(store) == sorted(["sub/b.md", f"sub/{mine.name}"])


# What a process was reading when it died.

MARKED = Record("a.txt", "attempt", path="/in/a.txt", size=10, mtime_ns=20, attempts=1)
FINISHED = Record(
    "a.txt",
    "done",
    path="/in/a.txt",
    size=12,
    mtime_ns=30,
    sha256="f" * 64,
    hashes=Hashes("1", "2", "3"),
    outputs={"html": ("a.html", "0" * 64)},
    known=("0" * 64,),
    flags={"error": 1},
)


def dead_here() -> str:
    return owner.current().replace("/", "1/", 1)


def elsewhere() -> str:
    """A process of another machine, and not of our kernel."""
    return "7/1.00/elsewhere~" + "0" * 16


def container() -> str:
    """A process of a container under this kernel, with a host's name of its own."""
    pid, started, host = owner.current().split("/", 2)
    return f"{pid}1/{started}/container{host[host.index('~') :]}"


def mark(store: Store, record: Record, old_s: float = 0) -> Path:
    path = Path(str(store.out)) / ".trans" / f"reading-{owner.as_name(record.owner)}"
    path.write_bytes(b"+" + line_of(record) + b"\n")
    os.utime(path, (time.time() - old_s,) * 2)
    return path


def after(store: Store, *known: Record, sole: bool = False) -> Record | None:
    """What is written of the article once the marks are counted."""
    for record in known:
        Manifest(store.out).append([record])
    marks.count(store.out, Manifest(store.out), sole=sole)
    return Manifest(store.out).get("a.txt")


def test_a_death_while_reading_is_counted_once(store: Store) -> None:
    marked = replace(MARKED, owner=dead_here())
    path = mark(store, marked)
    assert after(store) == marked
    assert not path.exists()
    mark(store, replace(marked, attempts=2))
    assert after(store) == marked, "that process is known"


@pytest.mark.parametrize("mtime_ns", [20, -1])
def test_a_brief_that_was_made_since_stays_known(store: Store, mtime_ns: int) -> None:
    path = mark(store, replace(MARKED, mtime_ns=mtime_ns, owner=elsewhere()), old_s=90_000)
    assert after(store, FINISHED) == FINISHED
    assert not path.exists()


@pytest.mark.parametrize("mtime_ns", [30, -1])
def test_of_the_very_state_that_is_done_no_death_is_counted(store: Store, mtime_ns: int) -> None:
    mark(store, replace(FINISHED, status="attempt", mtime_ns=mtime_ns, attempts=1, owner=dead_here()))
    assert after(store, FINISHED) == FINISHED


@pytest.mark.parametrize("status", ["done", "failed"])
def test_a_death_with_a_changed_source_is_counted_and_what_was_published_stays_known(store: Store, status: str) -> None:
    before = FINISHED if status == "done" else replace(FINISHED, status="failed", reason="is empty")
    marked = replace(FINISHED, status="attempt", size=99, mtime_ns=99, attempts=1, owner=dead_here())
    mark(store, marked)
    assert after(store, before) == marked


def test_what_another_attempt_was_about_to_publish_stays_known(store: Store) -> None:
    taken = replace(FINISHED, status="attempt", known=("0" * 64, "1" * 64), attempts=2, owner="1/1.00/other")
    mark(store, replace(MARKED, owner=dead_here()))
    found = after(store, taken)
    assert found == replace(taken, size=10, mtime_ns=20, sha256="", attempts=1, owner=dead_here())
    mark(store, replace(MARKED, size=10, mtime_ns=20, owner=elsewhere()), old_s=1000)
    assert after(store, replace(taken, size=10, mtime_ns=20)) == replace(found, attempts=2, owner=elsewhere())


def test_a_newer_state_that_is_being_worked_on_is_left_alone(store: Store) -> None:
    taken = replace(FINISHED, status="attempt", attempts=1, owner=owner.current())
    mark(store, replace(MARKED, owner=dead_here()))
    assert after(store, taken) == taken


def test_of_another_machine_a_death_is_counted_when_nothing_is_written_any_more(store: Store) -> None:
    path = mark(store, replace(MARKED, owner=elsewhere()), old_s=800)
    assert after(store) is None
    assert path.exists()
    mark(store, replace(MARKED, owner=elsewhere()), old_s=1000)
    assert after(store) == replace(MARKED, owner=elsewhere())
    assert not path.exists()


def test_a_share_is_one_machines(store: Store) -> None:
    mark(store, replace(MARKED, owner=elsewhere()))
    assert after(store, sole=True) == replace(MARKED, owner=elsewhere())


@pytest.mark.skipif(sys.platform != "linux", reason="no containers elsewhere")
def test_of_a_container_a_death_is_counted_at_once(store: Store) -> None:
    path = mark(store, replace(MARKED, owner=container()))
    assert after(store) == replace(MARKED, owner=container())
    assert not path.exists()


HOLDS = """
import sys
from pathlib import Path
from trans import marks, owner
owner.current = lambda: sys.argv[2]
with marks.Mark(Path(sys.argv[1])).on(sys.argv[3].encode()):
    print("reading", flush=True)
    sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="files aren't locked there")
@pytest.mark.parametrize("whose", [container, elsewhere])
def test_a_process_that_reads_is_alive_wherever_it_is(store: Store, whose: object) -> None:
    assert callable(whose)
    record = replace(MARKED, owner=whose())
    path = Path(str(store.out)) / ".trans" / f"reading-{owner.as_name(record.owner)}"
    command = [sys.executable, "-c", HOLDS, str(store.out), record.owner, line_of(record).decode()]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reads:
        assert reads.stdout
        assert reads.stdout.readline() == "reading\n"
        os.utime(path, (time.time() - 1000,) * 2)
        assert after(store) is None
        assert path.exists()
        reads.kill()
    assert after(store) == record
    assert not path.exists()


def test_where_files_cant_be_locked_a_mark_is_left_when_it_is_old(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marks, "_lock", lambda handle: None)
    path = mark(store, replace(MARKED, owner=elsewhere()), old_s=1000)
    assert after(store) is None
    os.utime(path, (0, 0))
    assert after(store) == replace(MARKED, owner=elsewhere())
