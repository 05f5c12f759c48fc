"""An output folder in a remote store: whole objects, editors' changes, a journal of many small objects, and few requests."""

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from uuid import uuid4

import pytest
from fakes import FakeModels
from hypothesis import given
from hypothesis import strategies as st
from texts import LEAD, THIRD, article
from upath import UPath

from trans.api import Translator
from trans.errors import ExitCode, TransError
from trans.journal_objects import ObjectJournal
from trans.locations import Location, location
from trans.manifest import Manifest
from trans.outcome import Report
from trans.record import Record
from trans.remote import RemoteFolder, at_once
from trans.run import Run
from trans.sources import discover
from trans.store import Store, UnwritableError, sha256

pytest_plugins = ("s3_server",)


@pytest.fixture
def memory() -> Iterator[Location]:
    place = location(f"memory://{uuid4()}")
    yield place
    with suppress(FileNotFoundError):
        place.fs.rm(place.path, recursive=True)  # type: ignore[union-attr]


@pytest.fixture(params=["memory", "s3", "far"])
def out(request: pytest.FixtureRequest) -> Iterator[Location]:
    """Output folders in a store of objects, in one over a network, and on a file system that is far away."""
    if request.param == "s3":
        yield location(f"{request.getfixturevalue('bucket')}/desk [1]/briefs")
        return
    place: Location = request.getfixturevalue("memory")
    if request.param == "far":
        request.getfixturevalue("monkeypatch").setattr("trans.remote._PUTS_ARE_WHOLE", frozenset())
    yield place


def journals(out: Location) -> list[str]:
    return sorted(path.name for path in (out / ".trans" / "manifest").iterdir())


# Files


def test_what_is_published_can_be_read_and_replaced(out: Location) -> None:
    store = Store(out)
    store.prepare()
    assert store.read("a/b [x]?.md") is None
    store.publish("a/b [x]?.md", b"one")
    store.publish("a/b [x]?.md", b"two")
    assert store.read("a/b [x]?.md") == b"two"
    assert Store(out).read("a/b [x]?.md") == b"two"
    assert RemoteFolder(out).entries() == [".trans", "a"]  # type: ignore[arg-type]
    assert RemoteFolder(out).listed("a") == {"a/b [x]?.md": 3}  # type: ignore[arg-type]


def test_an_edited_file_is_left_alone_and_so_is_an_edited_new_one(out: Location) -> None:
    store = Store(out)
    store.publish("b.md", b"an editor wrote this")
    first = store.place({"b.md": b"two"}, known=[sha256(b"one")])["b.md"]
    assert (first.name, first.edited, first.is_there) == ("b.new.md", "b.md", False)
    store.publish("b.new.md", b"an editor wrote this too")
    assert store.place({"b.md": b"three"}, known=[sha256(b"two")])["b.md"].name == "b.new2.md"
    store.publish("b.new.md", b"two")
    assert store.place({"b.md": b"three"}, known=[sha256(b"two")])["b.md"].name == "b.new.md"
    assert store.place({"b.md": b"two"}, known=())["b.md"].is_there


def test_a_file_that_could_not_be_written_is_not_there_by_half(
    memory: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trans.remote._PUTS_ARE_WHOLE", frozenset())
    store = Store(memory)
    store.publish("b.md", b"one")
    write = type(memory.fs).pipe_file  # type: ignore[union-attr]

    def half(self: object, path: str, value: bytes, **kwargs: object) -> None:
        write(self, path, value[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(type(memory.fs), "pipe_file", half)  # type: ignore[union-attr]
    with pytest.raises(TransError, match="disk is full") as raised:
        store.publish("b.md", b"two")
    assert raised.value.exit_code == ExitCode.SOME_FAILED
    assert store.read("b.md") == b"one"
    assert RemoteFolder(memory).entries() == ["b.md"]  # type: ignore[arg-type]


def test_a_place_that_moves_over_nothing_still_gets_new_files(
    memory: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trans.remote._PUTS_ARE_WHOLE", frozenset())
    kind = type(memory.fs)  # type: ignore[union-attr]
    move = kind.mv

    def careful(self: object, source: str, target: str) -> None:
        if self.exists(target):  # type: ignore[attr-defined]
            raise FileExistsError(target)
        move(self, source, target)

    monkeypatch.setattr(kind, "mv", careful)
    store = Store(memory)
    for content in (b"one", b"two"):
        store.publish("b.md", content)
        assert store.read("b.md") == content
    assert RemoteFolder(memory).entries() == ["b.md"]  # type: ignore[arg-type]


def test_what_is_wrong_with_one_name_is_told_of_that_name(memory: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(memory)
    store.publish("a", b"one")
    for name in ("a/b.md", "\ud800.md"):
        with pytest.raises(UnwritableError) as raised:
            store.publish(name, b"two")
        assert raised.value.exit_code == ExitCode.SOME_FAILED

    def refuse(*args: object) -> None:
        raise OSError(errno.ENAMETOOLONG, "Your key is too long")

    monkeypatch.setattr(memory.fs, "pipe_file", refuse, raising=False)  # type: ignore[union-attr]
    with pytest.raises(UnwritableError, match="too long"):
        store.publish("a.md", b"two")


def test_a_place_that_cant_be_written_is_told_before_any_work(
    s3_env: object, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TransError, match=r"no-such-bucket.* can't be written") as raised:
        Store(location("s3://no-such-bucket/out")).prepare()
    assert raised.value.exit_code == ExitCode.USAGE
    assert Manifest(location("s3://no-such-bucket/out")).get("a.txt") is None
    place = location(f"{bucket}/out")

    def denied(*args: object, **kwargs: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(place.fs, "pipe_file", denied)  # type: ignore[union-attr]
    with pytest.raises(TransError, match="permission denied") as raised:
        Store(place).prepare()
    with pytest.raises(TransError, match="permission denied") as raised:
        Manifest(place).append([Record("a.txt", "attempt")])
    assert raised.value.exit_code == ExitCode.SOME_FAILED
    assert not isinstance(raised.value, UnwritableError)


def test_a_store_that_does_not_answer_is_told(s3_env: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    # Reading tried once: s3fs has retries of its own. Nor may it be a file system that knows the other endpoint.
    place = UPath("s3://bucket/out", use_listings_cache=False, skip_instance_cache=True)
    place.fs.retries = 1
    for action in (Store(place).prepare, lambda: Manifest(place), lambda: Store(place).read("a.json")):
        with pytest.raises(TransError) as raised:
            action()
        assert "s3://bucket/out" in raised.value.message
        assert "network" in raised.value.hint


# The journal


def test_records_come_back_and_the_last_one_counts(out: Location) -> None:
    manifest = Manifest(out)
    manifest.append([Record("a.txt", "attempt"), Record("c.txt", "failed")])
    manifest.append(
        [Record("a.txt", "done", path="s3://in/a.txt", flags={"error": 1}), Record("b.txt", "failed", reason="empty")]
    )
    manifest.forget(["c.txt"])
    for reader in (manifest, Manifest(out)):
        assert reader.get("a.txt") == Record("a.txt", "done", path="s3://in/a.txt", flags={"error": 1})
        assert reader.unfinished() == [Record("b.txt", "failed", reason="empty")]
        assert reader.get("c.txt") is None
    assert len(journals(out)) == 3


def test_a_listing_of_many_pages_is_read_whole(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "7")  # instead of 1,000
    out = location(f"{bucket}/out")
    manifest = Manifest(out)
    for number in range(30):
        manifest.append([Record(f"{number}.txt", "done")])
    again = Manifest(out)
    assert all(again.get(f"{number}.txt") for number in range(30))


def test_a_clock_that_is_set_back_changes_nothing(memory: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([5_000, 10, 5_000, 10**18, 1, 2, 3])
    monkeypatch.setattr("trans.journal_objects.time.time_ns", lambda: next(times))
    one, two = Manifest(memory), Manifest(memory)
    for number, manifest in enumerate([one, one, one, one]):
        manifest.append([Record("a.txt", "failed", reason=str(number))])
    two.refresh()
    two.append([Record("a.txt", "failed", reason="of another machine")])
    for reader in (two, Manifest(memory)):
        assert reader.get("a.txt") == Record("a.txt", "failed", reason="of another machine")


def test_processes_that_append_at_once_lose_nothing(memory: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.journal_objects.time.time_ns", lambda: 7)  # all at the very same time
    monkeypatch.setattr("trans.journal_objects._APPENDS", 5)
    monkeypatch.setattr("trans.journal_objects._FEW", 2)
    manifests = [Manifest(memory) for _ in range(4)]

    def work(number: int) -> None:
        for position in range(20):
            name = f"{number}/{position}.txt"
            manifests[number].append([Record(name, "attempt")])
            manifests[number].append([Record(name, "done")])
            if position % 7 == number:
                manifests[number].refresh()
                manifests[number].compact()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for reader in (Manifest(memory), *manifests):
        reader.refresh()
        assert not reader.unfinished()
        assert all(reader.get(f"{number}/{position}.txt") for number in range(4) for position in range(20))


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.sampled_from("adfgcrm")), max_size=40))
def test_any_interleaving_of_processes_gives_what_one_process_would_know(steps: list[tuple[int, int, str]]) -> None:
    """Each step is of one of three processes about one of four articles, and each process first looks what the others wrote."""
    place = location(f"memory://{uuid4()}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trans.journal_objects._FEW", 1)
        manifests = [Manifest(place) for _ in range(3)]
        expected: dict[str, Record] = {}
        for number, (process, article_number, action) in enumerate(steps):
            manifest, name = manifests[process], f"{article_number}.txt"
            if action == "c":
                manifest.compact()
                continue
            if action == "m":
                manifests[process] = Manifest(place)
                continue
            manifest.refresh()
            if action == "g":
                manifest.forget([name])
                expected.pop(name, None)
            elif action != "r":
                status = {"a": "attempt", "d": "done", "f": "failed"}[action]
                expected[name] = Record(name, status, reason=str(number))  # type: ignore[arg-type]
                manifest.append([expected[name]])
        for reader in (*manifests, Manifest(place)):
            reader.refresh()
            assert {name: reader.get(name) for name in expected} == expected
            assert {record.id for record in reader.unfinished()} == {
                name for name, record in expected.items() if record.status != "done"
            }


def test_a_line_that_is_newer_wins_over_one_that_was_merged_later(memory: Location) -> None:
    slow, fast = Manifest(memory), Manifest(memory)
    slow.append([Record("a.txt", "attempt")])
    fast.refresh()
    for number in range(40):
        slow.append([Record("b.txt", "failed", reason=str(number))])
    remote = RemoteFolder(memory)  # type: ignore[arg-type]
    put = remote.put

    def between(name: str, content: bytes) -> None:
        fast.append([Record("a.txt", "done")])  # after the merging process has read, before it has written
        put(name, content)

    slow._journal._remote.put = between  # type: ignore[attr-defined]
    slow.compact()
    assert Manifest(memory).get("a.txt") == Record("a.txt", "done")
    slow.refresh()
    assert slow.get("a.txt") == Record("a.txt", "done")


def test_what_was_read_is_not_read_again(bucket: str, s3_env: object) -> None:
    out = location(f"{bucket}/out")
    one, two = Manifest(out), Manifest(out)
    for number in range(12):
        one.append([Record(f"{number}.txt", "done")])
    two.refresh()
    s3_env.requests.clear()  # type: ignore[attr-defined]
    one.refresh()
    two.refresh()
    assert [request.split("/")[0] for request in s3_env.requests] == ["GET ", "GET "]  # type: ignore[attr-defined]
    assert all("list-type" in request for request in s3_env.requests)  # type: ignore[attr-defined]
    one.append([Record("new.txt", "done")])
    s3_env.requests.clear()  # type: ignore[attr-defined]
    two.refresh()
    assert len(s3_env.requests) == 2  # type: ignore[attr-defined]
    assert two.get("new.txt")


def test_many_objects_become_few_and_say_the_same(out: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.journal_objects._FEW", 5)
    monkeypatch.setattr("trans.journal_objects._PART_BYTES", 1000)
    manifest = Manifest(out)
    for number in range(8):
        manifest.append([Record(f"{number}.txt", "attempt")])
    manifest.append([Record(f"{number}.txt", "done") for number in range(7)])
    manifest.forget(["7.txt"])
    assert len(journals(out)) == 10
    manifest.compact()
    assert 1 < len(journals(out)) < 6, "in parts of some 1,000 bytes"
    for reader in (manifest, Manifest(out)):
        assert all(reader.get(f"{number}.txt") == Record(f"{number}.txt", "done") for number in range(7))
        assert reader.get("7.txt") is None
        assert not reader.unfinished()


def test_a_long_run_keeps_its_journal_short(memory: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.journal_objects._APPENDS", 10)
    manifest = Manifest(memory)
    for number in range(95):
        manifest.append([Record(f"{number}.txt", "done")])
        assert len(journals(memory)) <= 11
    assert all(Manifest(memory).get(f"{number}.txt") for number in range(95))


def test_large_objects_are_not_merged_again(memory: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.journal_objects._APPENDS", 5)
    monkeypatch.setattr("trans.journal_objects._SMALL_BYTES", 2000)
    manifest = Manifest(memory)
    for number in range(10):
        manifest.append([Record(f"{number}.txt", "done", worst="x" * 600)])
    before = journals(memory)
    for number in range(10, 15):
        manifest.append([Record(f"{number}.txt", "done", worst="x" * 600)])
    assert set(before) < set(journals(memory))
    assert len(journals(memory)) == 3


def test_lines_written_over_and_over_go(memory: Location) -> None:
    manifest = Manifest(memory)
    for number in range(30):
        manifest.append([Record("a.txt", "failed", reason=str(number))])
    manifest.compact()
    (name,) = journals(memory)
    assert len((memory / ".trans" / "manifest" / name).read_bytes().splitlines()) == 1
    assert Manifest(memory).get("a.txt") == Record("a.txt", "failed", reason="29")


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("step", ["get", "put", "_delete"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", [0, 1, 2, 7])
def test_a_kill_in_the_middle_of_merging_loses_nothing(
    memory: Location, monkeypatch: pytest.MonkeyPatch, step: str, after: bool, calls: int
) -> None:
    monkeypatch.setattr("trans.journal_objects._FEW", 2)
    monkeypatch.setattr("trans.journal_objects._PART_BYTES", 300)
    manifest = Manifest(memory)
    for number in range(6):
        manifest.append([Record(f"{number}.txt", "attempt")])
        manifest.append([Record(f"{number}.txt", "done")])
    manifest.forget(["0.txt"])
    whole: Callable[..., object] = getattr(RemoteFolder, step)
    left = [calls]

    def broken(*args: object) -> object:
        left[0] -= 1
        if left[0] < 0 and not after:
            raise _Killed
        result = whole(*args)
        if left[0] < 0:
            raise _Killed
        return result

    with monkeypatch.context() as patch:
        patch.setattr(RemoteFolder, step, broken)
        with suppress(_Killed):
            manifest.compact()
    for _ in range(2):
        again = Manifest(memory)
        assert all(again.get(f"{number}.txt") == Record(f"{number}.txt", "done") for number in range(1, 6))
        assert again.get("0.txt") is None
        assert not again.unfinished()
        again.compact()


def test_objects_that_are_still_listed_after_they_were_merged_are_passed_over(
    memory: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trans.journal_objects._FEW", 2)
    manifest = Manifest(memory)
    for number in range(5):
        manifest.append([Record(f"{number}.txt", "done")])
    stale = RemoteFolder(memory).listed(".trans")  # type: ignore[arg-type]
    manifest.compact()
    listed = RemoteFolder.listed
    asked = []

    def odd(self: RemoteFolder, folder: str) -> dict[str, int]:
        """First what was there before, then also what is there now."""
        asked.append(folder)
        return stale if len(asked) == 1 else {**stale, **listed(self, folder)}

    monkeypatch.setattr(RemoteFolder, "listed", odd)
    again = Manifest(memory)
    assert all(again.get(f"{number}.txt") for number in range(5))


def test_lines_that_are_none_and_objects_that_are_not_ours_are_passed_over(memory: Location) -> None:
    manifest = Manifest(memory)
    manifest.append([Record("a.txt", "done")])
    folder = memory / ".trans" / "manifest"
    (folder / "09999999999999999999-0123456789abcdef.jsonl").write_bytes(b'{"id": "a.txt"}\n\xff\n{"id": "b')
    (folder / "notes.jsonl").write_bytes(b"not ours")
    again = Manifest(memory)
    assert again.get("a.txt") == Record("a.txt", "done")
    again.append([Record("a.txt", "failed")])
    assert Manifest(memory).get("a.txt") == Record("a.txt", "failed")


def test_entries_may_come_in_any_order(memory: Location) -> None:
    """What a manifest knows depends on its objects alone, not on which of them it reads first."""
    manifest = Manifest(memory)
    manifest.append([Record("a.txt", "done")])
    manifest.append([Record("a.txt", "gone")])
    manifest.append([Record("b.txt", "done"), Record("c.txt", "attempt")])
    manifest.append([Record("b.txt", "failed")])
    objects = ObjectJournal(RemoteFolder(memory), None, lambda entries, are_all: entries)  # type: ignore[arg-type]
    entries = list(objects.read())
    for order in permutations(entries):
        reader = Manifest(location(f"memory://{uuid4()}"))
        for stamp, line in order:
            reader._learn(stamp, line)
        assert (reader.get("a.txt"), reader.get("b.txt")) == (None, Record("b.txt", "failed"))
        assert [record.id for record in reader.unfinished()] == ["b.txt", "c.txt"]


def test_several_are_done_at_once_and_come_back_in_order() -> None:
    together = threading.Barrier(2, timeout=60)

    def work(number: int) -> int:
        if number < 2:
            together.wait()
        return number

    assert list(at_once(work, range(100))) == list(range(100))


def test_what_one_of_several_raises_ends_them() -> None:
    begun = []

    def work(number: int) -> int:
        begun.append(number)
        if number == 3:
            raise OSError("broken")
        return number

    results = at_once(work, iter(range(10_000)))
    with pytest.raises(OSError, match="broken"):
        list(results)
    assert len(begun) < 100


# A run


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.txt").write_text(article(LEAD, f"{THIRD} {number}"), encoding="utf-8")
    return folder


def run(folder: Path, out: Location, *, force: bool = False) -> Report:
    with Translator("news") as translator:
        return Run(translator, out, ("md", "docx"), force=force)(discover([folder], out).inputs)


def test_a_run_costs_few_requests_and_the_next_one_hardly_any(
    bucket: str, s3_env: object, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    out = location(f"{bucket}/out")
    requests: list[str] = s3_env.requests  # type: ignore[attr-defined]
    requests.clear()
    assert run(inputs, out).counts == {"written": 10}
    briefs = [request for request in requests if "/out/" in request and ".trans" not in request and "?" not in request]
    assert sorted(request.partition(" ")[0] for request in briefs) == ["GET"] * 30 + ["PUT"] * 30
    assert len(requests) - len(briefs) < 15
    requests.clear()
    assert run(inputs, out).counts == {"skipped": 10}
    assert len(requests) < 10
    assert not [request for request in requests if ".json" in request.partition("?")[0] and "/.trans/" not in request]


def test_an_editors_change_survives_a_forced_run(
    memory: Location, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    run(inputs, memory)
    (memory / "3.md").write_bytes(b"an editor wrote this")
    (inputs / "3.txt").write_text(article(THIRD), encoding="utf-8")
    assert run(inputs, memory, force=True).counts == {"written": 10}
    assert (memory / "3.md").read_bytes() == b"an editor wrote this"
    assert (memory / "3.new.md").is_file()
    assert not (memory / "2.new.md").exists()


def test_a_lost_manifest_is_made_anew_from_the_briefs(
    memory: Location, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = FakeModels().install(monkeypatch)
    run(inputs, memory)
    calls = len(models.translator.calls)
    (memory / ".trans").fs.rm((memory / ".trans").path, recursive=True)  # type: ignore[union-attr]
    assert run(inputs, memory).counts == {"skipped": 10}
    assert len(models.translator.calls) == calls
    assert run(inputs, memory).counts == {"skipped": 10}


def test_a_store_that_fails_in_mid_run_ends_it_and_the_next_run_goes_on(
    memory: Location, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    put = RemoteFolder.put

    def down(self: RemoteFolder, name: str, content: bytes) -> None:
        if name == "5.md":
            raise OSError(errno.EIO, "the store is down")
        put(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(RemoteFolder, "put", down)
        with pytest.raises(TransError, match="the store is down") as raised:
            run(inputs, memory)
        assert raised.value.exit_code == ExitCode.SOME_FAILED
    assert run(inputs, memory).counts == {"written": 10}
    assert not [path for path in memory.iterdir() if ".new." in path.name]


def test_one_name_that_cant_be_written_fails_alone(
    memory: Location, inputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    put = RemoteFolder.put

    def refuse(self: RemoteFolder, name: str, content: bytes) -> None:
        if name == "5.md":
            raise OSError(errno.ENAMETOOLONG, "Your key is too long")
        put(self, name, content)

    monkeypatch.setattr(RemoteFolder, "put", refuse)
    report = run(inputs, memory)
    assert report.counts == {"written": 9, "failed": 1}
    assert [failure.id for failure in report.failures] == ["5.txt"]
