"""What the machine does to a run: full disks, folders that can't be written or read, clocks that jump, too little memory.

Each time what is wrong is said in two lines, what was finished is kept, and once it is mended the same command gives what an
undisturbed run gives. ``TRANS_WHOLE=1`` tries every case, else a sample.
"""

import errno
import json
import logging
import os
import re
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import psutil
import pytest
from environment import PAGE, as_nobody, enlarge, fill, no_hang, open_folder, read_only, small_disk
from fakes import FakeEngine, FakeModels, fake_english
from running import briefs, fill_inputs, leftovers, run, undisturbed
from sampling import sample
from texts import LEAD, SECOND, article

from trans import checks, owner
from trans.engines import threads
from trans.errors import ExitCode, TransError, shortage
from trans.eventlog import EventLog
from trans.index_file import Indexer
from trans.manifest import Manifest
from trans.render import RENDERERS
from trans.render import json as json_brief
from trans.store import Store

_NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    with no_hang():
        yield


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill_inputs(tmp_path / "inputs")


# Disks that fill up.


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("pages", sample([*range(1, 40), *range(40, 120, 5)], 4))
def test_a_full_disk_for_the_briefs(folder: Path, tmp_path: Path, pages: int) -> None:
    expected = undisturbed(folder, tmp_path)
    with small_disk(tmp_path / "small", pages * PAGE) as out:
        first = run(folder, out)
        assert first.code in (0, 1)
        if first.stopped:
            assert "the disk is full" in first.stopped.message
            assert "Free some space" in first.stopped.hint
        whole_so_far = briefs(out)
        assert whole_so_far.items() <= expected.items()
        done = [name for name, status in first.statuses.items() if status == "written"]
        assert len(whole_so_far) >= 3 * len(done)
        assert not leftovers(out)
        enlarge(out)
        assert run(folder, out).code == 0
        assert briefs(out) == expected
        assert not leftovers(out)


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("limit", sample([0, 1, 100, 1000, 5000, 20_000, 50_000], 2))
def test_files_that_may_not_grow(folder: Path, tmp_path: Path, limit: int) -> None:
    """A quota of another kind, which needs no rights to try."""
    expected = undisturbed(folder, tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        first = run(folder, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert first.code in (0, 1)
    assert briefs(tmp_path / "out").items() <= expected.items()
    assert run(folder, tmp_path / "out").code == 0
    assert briefs(tmp_path / "out") == expected
    assert not leftovers(tmp_path / "out")


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("pages", sample([*range(1, 24)], 3))
def test_a_full_disk_for_the_memory_costs_no_brief(folder: Path, tmp_path: Path, pages: int) -> None:
    expected = undisturbed(folder, tmp_path)
    with small_disk(tmp_path / "small", pages * PAGE) as disk:
        first = run(folder, tmp_path / "out", memory=disk / "memory.sqlite")
        if first.stopped:  # not even the empty file fits: the user named it
            assert first.code == 2
            assert "--memory" in first.stopped.hint
        else:
            assert first.code == 0
            assert briefs(tmp_path / "out") == expected
        enlarge(disk)
        assert run(folder, tmp_path / "again", memory=disk / "memory.sqlite").code == 0
        assert briefs(tmp_path / "again") == expected


@pytest.mark.usefixtures("models")
def test_a_full_disk_for_the_cache_folder_costs_no_brief(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = undisturbed(folder, tmp_path)
    with small_disk(tmp_path / "small", PAGE) as disk, caplog.at_level(logging.WARNING, "trans"):
        fill(disk)
        monkeypatch.setenv("TRANS_CACHE", str(disk))
        assert run(folder, tmp_path / "out", memory=None).code == 0
    assert briefs(tmp_path / "out") == expected
    assert "going on without it" in caplog.text


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("pages", sample([1, 2, 3], 1))
def test_a_full_disk_for_the_log_costs_no_brief(folder: Path, tmp_path: Path, pages: int) -> None:
    expected = undisturbed(folder, tmp_path)
    with small_disk(tmp_path / "small", pages * PAGE) as disk:
        log = EventLog(disk / "log.jsonl")
        with log:
            for number in range(200):
                log.write("filling", number=number)
            assert run(folder, tmp_path / "out", log=log).code == 0
        lines = (disk / "log.jsonl").read_bytes().splitlines()
        assert [json.loads(line)["event"] for line in lines[:-1]]
    assert briefs(tmp_path / "out") == expected


@pytest.mark.usefixtures("models")
def test_a_disk_that_is_full_from_the_start_is_said_to_be_so(folder: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", PAGE) as out:
        fill(out)
        ran = run(folder, out)
    assert ran.code == 1
    assert ran.stopped
    assert "the disk is full" in ran.stopped.message
    assert not ran.outcomes


# What can't be written, and what can't be read.


@pytest.mark.usefixtures("models")
def test_an_output_folder_that_can_only_be_read(folder: Path, tmp_path: Path) -> None:
    expected = undisturbed(folder, tmp_path)
    out = tmp_path / "out"
    out.mkdir()
    with read_only(out):
        ran = run(folder, out)
        assert ran.code == 2
        assert ran.stopped
        assert str(out) in ran.stopped.message
        assert "--out" in ran.stopped.hint
    assert run(folder, out).code == 0
    assert briefs(out) == expected
    with read_only(out):  # what is finished can't be written down as seen, and needn't be
        assert run(folder, out).code == 2


def test_an_output_folder_that_becomes_read_only(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels().install(monkeypatch)
    expected = undisturbed(folder, tmp_path)
    with ExitStack() as mended:

        def answer(text: str) -> str:
            if not calls:
                mended.enter_context(read_only(out))
            calls.append(text)
            return fake_english(text)

        calls: list[str] = []
        out = tmp_path / "out"
        FakeModels(FakeEngine(answer)).install(monkeypatch)
        ran = run(folder, out)
        assert ran.code == 1
        assert ran.stopped
        assert "Read-only" in ran.stopped.message
    assert run(folder, out).code == 0
    assert briefs(out) == expected


@pytest.mark.usefixtures("models")
def test_inputs_and_a_cache_that_can_only_be_read(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    expected = undisturbed(folder, tmp_path)
    cache = tmp_path / "cache"
    cache.mkdir()
    monkeypatch.setenv("TRANS_CACHE", str(cache))
    with read_only(folder), read_only(cache), caplog.at_level(logging.WARNING, "trans"):
        assert run(folder, tmp_path / "out", memory=None).code == 0
    assert briefs(tmp_path / "out") == expected
    assert "going on without it" in caplog.text


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("what", ["a file", "a folder", "a folder to list only", "a folder of briefs", "the memory"])
def test_no_permission(tmp_path: Path, what: str, caplog: pytest.LogCaptureFixture) -> None:
    with open_folder() as place:
        inputs, out, memory = place / "inputs", place / "out", place / "memory.sqlite"
        fill_inputs(inputs)
        expected = undisturbed(inputs, tmp_path)
        for each in (place / "inputs", place / "inputs" / "sub"):
            each.chmod(0o755)
        (out / "sub").mkdir(parents=True)
        for each in (out, out / "sub"):
            each.chmod(0o777)
        memory.write_bytes(b"")
        denied, mode = {
            "a file": (inputs / "two.txt", 0),
            "a folder": (inputs / "sub", 0),
            "a folder to list only": (inputs / "sub", 0o444),
            "a folder of briefs": (out / "sub", 0o555),
            "the memory": (memory, 0o444),
        }[what]
        before = denied.stat().st_mode & 0o777
        denied.chmod(mode)
        with as_nobody():
            first = run(inputs, out, memory=memory if what == "the memory" else "off")
        if what == "the memory":
            assert first.code == (2 if first.stopped else 0)
        else:
            assert first.code == 1
            (reason,) = first.reasons.values()
            assert "ermission denied" in reason
            assert len(first.outcomes) == 3
        denied.chmod(before)
        with as_nobody():
            assert run(inputs, out).code == 0
            assert briefs(out) == expected


# Clocks.

_YEAR_S = 365 * 86_400
JUMPS = [
    (by_s, when)
    for by_s in (-30 * _YEAR_S, -_YEAR_S, -1, 1, _YEAR_S, 30 * _YEAR_S)
    for when in ("between two runs", "within one")
]


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(("by_s", "when"), sample(JUMPS, 3))
def test_a_clock_that_jumps(
    folder: Path, tmp_path: Path, by_s: int, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = undisturbed(folder, tmp_path)
    out, memory = tmp_path / "out", tmp_path / "memory.sqlite"
    real, real_ns = time.time, time.time_ns
    jumped = [when == "between two runs"]

    def now() -> float:
        jumped[0] = not jumped[0] if when == "within one" else jumped[0]
        return real() + by_s * jumped[0]

    if when == "between two runs":
        assert run(folder, out, memory=memory).code == 0
    monkeypatch.setattr(time, "time", now)
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int((now() - real()) * 1e9))
    second = run(folder, out, memory=memory)
    assert set(second.statuses.values()) == {"skipped" if when == "between two runs" else "written"}
    assert set(run(folder, out, memory=memory).statuses.values()) == {"skipped"}
    (folder / "one.txt").write_text(article(SECOND), encoding="utf-8")
    assert run(folder, out, memory=memory).statuses["one.txt"] == "written"
    monkeypatch.setattr(time, "time", real)
    monkeypatch.setattr(time, "time_ns", real_ns)
    assert set(run(folder, out, memory=memory).statuses.values()) == {"skipped"}
    (folder / "one.txt").write_text(article(), encoding="utf-8")
    os.utime(folder / "one.txt", (1_700_000_000, 1_700_000_000))
    assert run(folder, out, memory=memory).statuses["one.txt"] == "written"
    # That it was another text in between, its brief tells.
    assert {name: as_if_never_updated(content) for name, content in briefs(out).items() if name.endswith(".json")} == {
        name: content for name, content in expected.items() if name.endswith(".json")
    }


def as_if_never_updated(content: bytes) -> bytes:
    return json_brief.render(replace(json_brief.read(content), update=None))


def test_a_clock_that_is_set_makes_no_process_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = owner.current()
    booted = psutil.boot_time()
    for module in (psutil, psutil._pslinux if hasattr(psutil, "_pslinux") else psutil):
        monkeypatch.setattr(module, "boot_time", lambda: booted + _YEAR_S)
    assert owner.current() == mine
    assert owner.is_alive(mine)
    assert not owner.is_alive(mine.replace("/", "/9", 1))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        other.kill()
        other.wait()
    assert not owner.is_alive(f"{other.pid}/1.00/{mine.split('/', 2)[2]}")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a host's name is all that is told")
def test_a_process_is_told_from_one_of_another_machine_or_container_of_the_same_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = owner.current()
    host, _, place = mine.rpartition("~")
    restarted, contained = f"{host}~{'0' * 8}{place[8:]}", f"{host}~{place[:8]}{'0' * 8}"
    assert owner.of_name(owner.as_name(mine)) == mine
    assert owner.is_certain(mine)
    assert [owner.is_of_this_kernel(name) for name in (mine, contained, restarted, host)] == [True, True, False, False]
    for name in (restarted, contained):
        assert owner.is_here(name)
        assert not owner.is_certain(name)
        assert not owner.is_alive(name), "that number is another process' here"
    # As version 0.1 wrote it.
    assert owner.is_alive(host)
    assert owner.is_here(host)
    assert not owner.is_certain(host)
    assert not owner.is_alive(host.replace("/", "1/", 1))
    monkeypatch.setattr("trans.owner._place", lambda: "")
    assert not owner.is_certain(owner.current()), "where the system doesn't say, nobody knows"


@pytest.mark.skipif(sys.platform != "linux", reason="no hidepid elsewhere")
def test_a_process_that_may_not_be_seen_is_not_taken_for_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = owner.current()

    def hidden(pid: int) -> float:
        raise FileNotFoundError(pid)

    monkeypatch.setattr("trans.owner._begun_s", hidden)
    assert owner.is_alive(mine)
    for gone in ("99999999/1.00", "99999999999999999999/1.00", "0/1.00", "-1/1.00", "x/1.00"):
        assert not owner.is_alive(gone + mine[mine.index("/", mine.index("/") + 1) :])


TIMES_NS = (
    0,
    -1,
    -86_400 * 10**9,
    -200_000_000_000 * 10**9,
    1_700_000_000 * 10**9,
    4_000_000_000 * 10**9,
    300_000_000_000 * 10**9,
    2**63 - 1,
)
"""Times that disks keep, the last ones beyond what a calendar has."""


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("time_ns", sample(TIMES_NS, 4))
def test_files_of_any_time(folder: Path, tmp_path: Path, time_ns: int) -> None:
    with small_disk(tmp_path / "any time", 2**24) as disk:  # tmpfs keeps any
        inputs, out = disk / "inputs", disk / "out"
        shutil.copytree(folder, inputs)
        os.utime(inputs / "one.txt", ns=(0, time_ns))
        assert run(inputs, out).code == 0
        brief = json_brief.read((out / "one.json").read_bytes())
        when = brief.article.metadata.received
        assert when is None or re.fullmatch(r"\d{4}-.*", when)
        assert set(run(inputs, out).statuses.values()) == {"skipped"}
        (inputs / "one.txt").write_text(article(SECOND), encoding="utf-8")
        os.utime(inputs / "one.txt", ns=(0, time_ns))
        assert run(inputs, out).statuses["one.txt"] == "written"
        # Times of the briefs, too: the index shows them.
        os.utime(out / "one.json", ns=(0, time_ns))
        run(inputs, out)
        assert "one.txt" in (out / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("models")
def test_a_file_written_twice_in_one_tick_of_the_clock_is_not_missed(folder: Path, tmp_path: Path) -> None:
    path = folder / "one.txt"
    first, second = article(LEAD), article(LEAD.replace("300", "900"))
    assert len(first.encode()) == len(second.encode())
    path.write_text(first, encoding="utf-8")
    at = path.stat().st_mtime_ns
    assert run(folder, tmp_path / "out").code == 0
    path.write_text(second, encoding="utf-8")
    os.utime(path, ns=(at, at))
    assert run(folder, tmp_path / "out").statuses == {
        "one.txt": "written",
        "two.txt": "skipped",
        "sub/three.md": "skipped",
    }
    assert "900" in (tmp_path / "out" / "one.json").read_text(encoding="utf-8")


@pytest.mark.usefixtures("models")
def test_a_file_of_an_old_time_and_the_same_size_counts_as_the_same(folder: Path, tmp_path: Path) -> None:
    """What docs/reliability.md says is not promised: who sets a file's time back tells us that it has not changed."""
    path = folder / "one.txt"
    path.write_text(article(LEAD), encoding="utf-8")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert run(folder, tmp_path / "out").code == 0
    path.write_text(article(LEAD.replace("300", "900")), encoding="utf-8")
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert run(folder, tmp_path / "out").statuses["one.txt"] == "skipped"


@pytest.mark.usefixtures("models")
def test_a_settled_file_is_not_read_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "two.txt").touch()  # of this moment: read once more
    assert run(folder, tmp_path / "out").code == 0
    os.utime(folder / "two.txt", (1_700_000_001, 1_700_000_001))
    assert set(run(folder, tmp_path / "out").statuses.values()) == {"skipped"}
    monkeypatch.setattr("trans.intake.content_sha256", lambda path: pytest.fail("read again"))
    assert set(run(folder, tmp_path / "out").statuses.values()) == {"skipped"}


# Too little of what the machine has.


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (MemoryError(), "not enough memory"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "not enough memory"),
        (RuntimeError("std::bad_alloc"), "not enough memory"),
        (RuntimeError("mkl_malloc: failed to allocate memory"), "not enough memory"),
        (ImportError("libtorch_cpu.so: failed to map segment from shared object"), "not enough memory"),
        (
            RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes."),
            "not enough memory",
        ),
        (RuntimeError("can't start new thread"), "No more threads"),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "No more threads"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many files"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk is full"),
        (ValueError("bad_alloc"), None),
        (RuntimeError("CUDA out of memory"), None),
        (FileNotFoundError(errno.ENOENT, "No such file"), None),
        (KeyError("memory"), None),
    ],
)
def test_what_the_machine_lacks_is_told_from_bugs(error: Exception, what: str | None) -> None:
    told = shortage(error)
    assert (told is None) == (what is None)
    if told and what:
        assert what in told.message
        assert told.exit_code == ExitCode.SOME_FAILED


def test_threads_that_cannot_be_started_are_said_before_a_library_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = threading.active_count()
    threads.require(8)
    real = threading.Thread.start
    started: list[threading.Thread] = []

    def few(thread: threading.Thread) -> None:
        if len(started) == 3:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        real(thread)

    monkeypatch.setattr(threading.Thread, "start", few)
    with pytest.raises(TransError, match="No more threads"):
        threads.require(8)
    assert len(started) == 3
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("can't start new thread"), RuntimeError("std::bad_alloc")]
)
def test_a_model_without_the_memory_for_it_ends_the_run_at_once(
    folder: Path, tmp_path: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = FakeModels().install(monkeypatch)
    expected = undisturbed(folder, tmp_path)
    loads: list[None] = []

    def load() -> None:
        loads.append(None)
        told = shortage(error)
        assert told
        raise told from error

    monkeypatch.setattr(models.translator, "load", load)
    ran = run(folder, tmp_path / "out")
    assert ran.code == 1
    assert ran.stopped
    assert ran.stopped.hint
    assert len(loads) <= 2
    monkeypatch.undo()
    FakeModels().install(monkeypatch)
    assert run(folder, tmp_path / "out").code == 0
    assert briefs(tmp_path / "out") == expected


def test_an_article_without_the_memory_for_it_fails_alone_and_is_tried_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    expected = undisturbed(folder, tmp_path)

    def answer(text: str) -> str:
        if text == LEAD.rstrip("."):
            raise MemoryError
        if LEAD in text or text in LEAD:
            raise MemoryError
        return fake_english(text)

    FakeModels(FakeEngine(answer)).install(monkeypatch)
    ran = run(folder, tmp_path / "out")
    assert ran.code == 1
    assert ran.outcomes["two.txt"].status == "written"
    for outcome in ran.outcomes.values():
        if outcome.status == "failed":
            assert "not enough memory" in outcome.reason
            assert "Free some" in outcome.hint
    FakeModels().install(monkeypatch)
    assert run(folder, tmp_path / "out").code == 0
    assert briefs(tmp_path / "out") == expected


@pytest.mark.usefixtures("models")
def test_a_manifest_and_an_index_say_nothing_wrong_after_all_that(folder: Path, tmp_path: Path) -> None:
    """The last of the promises: what was disturbed and went on is indexed like what was not."""
    out = tmp_path / "out"
    with small_disk(out, 12 * PAGE):
        run(folder, out)
        enlarge(out)
        assert run(folder, out).code == 0
        assert not Manifest(out).unfinished()
        Store(out).prepare()
        assert {listed.entry.id for listed in Indexer(out).read(_NOW).briefs} == {"one.txt", "two.txt", "sub/three.md"}


@pytest.mark.parametrize("part", ["a check", "the repair", "a format"])
def test_a_brief_never_depends_on_what_the_machine_lacks(
    folder: Path, tmp_path: Path, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check without memory would be a flag, a repair without it left out, in a brief that counts as finished."""
    FakeModels().install(monkeypatch)
    for number, name in enumerate(("one.txt", "two.txt", "sub/three.md")):
        # What was checked before in this process is not checked again.
        (folder / name).write_text(article(LEAD.replace("300", f"{len(part)}{number}")), encoding="utf-8")

    def lack(*_: object, **__: object) -> NoReturn:
        raise MemoryError

    with monkeypatch.context() as patch:
        if part == "a check":
            patch.setitem(checks.SENTENCE_CHECKS, "numbers", lack)
        elif part == "the repair":
            patch.setattr("trans.repair.repair", lack)
        else:
            patch.setitem(RENDERERS, "md", lack)
        ran = run(folder, tmp_path / "out")
    assert ran.code == 1
    assert set(ran.reasons) == {"one.txt", "two.txt", "sub/three.md"}
    assert all("not enough memory" in reason for reason in ran.reasons.values())
    assert not briefs(tmp_path / "out")
    assert run(folder, tmp_path / "out").code == 0
    assert briefs(tmp_path / "out") == undisturbed(folder, tmp_path)
