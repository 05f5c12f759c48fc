"""The log of what editors wrote: it only grows, whatever happens to whoever writes it."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review_cases import AT, ITEM, NO_RAIN, SAID, corrected, event, histories

from trans import review_log
from trans.errors import TransError
from trans.locations import location
from trans.review_events import MAX_LINE_BYTES, Event, events_hash, line_of
from trans.review_log import NAME, ReviewLog

FIRST, SECOND = corrected(SAID, "One."), corrected(NO_RAIN, "Two.")


def read(out: Path) -> ReviewLog:
    log = ReviewLog(out)
    log.refresh()
    return log


def test_what_is_appended_is_read_by_everybody(tmp_path: Path) -> None:
    log, other = ReviewLog(tmp_path), ReviewLog(tmp_path)
    assert not other.refresh()
    assert log.append(FIRST)
    assert log.of(ITEM) == (FIRST,)
    assert other.of(ITEM) == ()
    assert other.refresh()
    assert not other.refresh()
    elsewhere = replace(SECOND, item="b.txt", id="else")
    assert other.append(elsewhere)
    assert log.refresh()
    assert log.items() == other.items() == (ITEM, "b.txt")
    assert log.of("b.txt") == (elsewhere,)
    assert log.hash_of("b.txt") == events_hash([elsewhere])
    assert log.hash_of("c.txt") == ""
    assert log.of("b.txt", ITEM, "c.txt") == (FIRST, elsewhere)
    assert log.hash_of(ITEM, "b.txt") == events_hash([FIRST, elsewhere])
    log.append(SECOND)
    assert log.hash_of(ITEM) == events_hash([FIRST, SECOND])


def test_an_event_is_taken_once(tmp_path: Path) -> None:
    log = ReviewLog(tmp_path)
    assert log.append_all([FIRST, SECOND, FIRST]) == 2
    assert ReviewLog(tmp_path).append_all([SECOND, FIRST]) == 0
    assert not log.append(replace(FIRST, new="Another of that id."))
    assert read(tmp_path).of(ITEM) == (FIRST, SECOND)
    assert (tmp_path / NAME).read_bytes().count(b"\n") == 2


def test_what_makes_no_sense_is_refused_and_what_is_not_clean_is_cleaned(tmp_path: Path) -> None:
    log = ReviewLog(tmp_path)
    for wrong in (
        corrected(SAID, " \n"),
        replace(FIRST, at="now"),
        corrected(SAID, "x" * 1_000_000),
        replace(FIRST, item=""),
    ):
        with pytest.raises(TransError, match="can't be kept"):
            log.append(wrong)
    assert not (tmp_path / NAME).exists()
    log.append(corrected(SAID, "\u202eTwo\nlines", by="\x00"))  # by a caller that cleans nothing
    assert [(one.new, one.by) for one in read(tmp_path).of(ITEM)] == [("Two lines", "an editor")]


@settings(max_examples=20)
@given(histories(), st.data())
def test_cut_at_any_byte_it_loses_the_torn_line_only(
    tmp_path_factory: pytest.TempPathFactory, events: tuple[Event, ...], data: st.DataObject
) -> None:
    out = tmp_path_factory.mktemp("out")
    log = ReviewLog(out)
    log.append_all(events)
    path = out / NAME
    whole = path.read_bytes() if events else b""
    cut = data.draw(st.integers(0, len(whole)))
    if events:
        os.truncate(path, cut)
    # A line that is whole but for its end is whole.
    kept = [one for n, one in enumerate(events) if len(b"\n".join(map(line_of, events[: n + 1]))) <= cut]
    log.refresh()  # one that knew more: somebody has put an older file there
    assert list(log.of(ITEM)) == kept == list(read(out).of(ITEM))
    last = replace(SECOND, id="last")
    ReviewLog(out).append(last)
    assert list(read(out).of(ITEM)) == [*kept, last]
    log.refresh()
    assert list(log.of(ITEM)) == [*kept, last]
    assert path.read_bytes().startswith(whole[:cut])


def test_a_line_in_the_making_is_waited_for(tmp_path: Path) -> None:
    log = ReviewLog(tmp_path)
    log.append(FIRST)
    line = line_of(SECOND) + b"\n"
    with (tmp_path / NAME).open("ab", buffering=0) as stream:
        for byte in line:
            stream.write(bytes([byte]))
            log.refresh()
    assert log.of(ITEM) == (FIRST, SECOND)


HOSTILE = [
    b"",
    b"\xff\xfe\x00",
    b"\x00" * 100,
    b"[" * 200_000,
    b"x" * (3 * MAX_LINE_BYTES + 7),
    line_of(FIRST)[:-1] + b', "new": "' + b"y" * MAX_LINE_BYTES + b'"}',
    line_of(FIRST).replace(b'"corrected"', b'"of another version"'),
    line_of(FIRST).replace(b"One.", b"\\ud800"),
    line_of(FIRST).replace(b"2026-03", b"never"),
    b'{"id": {"a": []}}',
    b"\r",
    "\u2028{}".encode(),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_line_is_passed_over_and_stays(tmp_path: Path, number: int, caplog: pytest.LogCaptureFixture) -> None:
    log = ReviewLog(tmp_path)
    log.append(FIRST)
    path = tmp_path / NAME
    with path.open("ab") as stream:
        stream.write(HOSTILE[number] + b"\n")
    log.append(SECOND)
    assert log.of(ITEM) == read(tmp_path).of(ITEM) == (FIRST, SECOND)
    assert path.read_bytes() == b"".join(one + b"\n" for one in (line_of(FIRST), HOSTILE[number], line_of(SECOND)))
    log.refresh()
    told = [one.getMessage() for one in caplog.records]
    assert len(told) == (2 if HOSTILE[number].strip() else 0), "each reader says it once"
    assert all("the first is line 2" in one for one in told)


def test_a_log_that_cannot_be_read_is_no_empty_log(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir(parents=True)
    with pytest.raises(TransError, match="can't be read"):
        ReviewLog(tmp_path).refresh()


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / NAME).parent.mkdir()
    os.mkfifo(tmp_path / NAME)
    with pytest.raises(TransError, match="can't be read"):
        ReviewLog(tmp_path).refresh()


def test_links_are_not_written_through(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    (out / ".trans").mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    (out / NAME).symlink_to(other)
    with pytest.raises(TransError):
        ReviewLog(out).append(FIRST)
    assert other.read_text(encoding="utf-8") == "mine"
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / ".trans").symlink_to(tmp_path)
    with pytest.raises(TransError, match="leads out"):
        ReviewLog(linked).append(FIRST)


def test_another_file_in_its_place_is_read_anew(tmp_path: Path) -> None:
    log = ReviewLog(tmp_path)
    log.append_all([FIRST, SECOND])
    path = tmp_path / NAME
    other = tmp_path / "restored"
    other.write_bytes(line_of(SECOND) + b"\n" + line_of(FIRST) + b"\n" * 9)
    other.replace(path)
    assert log.refresh()
    assert log.of(ITEM) == (SECOND, FIRST)
    # Of the same name and number, and longer than before.
    path.write_bytes(b"".join(line_of(replace(FIRST, id=f"n{number}")) + b"\n" for number in range(5)))
    assert log.refresh()
    assert len(log.of(ITEM)) == 5
    path.unlink()
    assert log.refresh()
    assert log.of(ITEM) == ()


def test_a_full_disk_is_told_and_the_next_event_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = ReviewLog(tmp_path)
    log.append(FIRST)

    def half(path: Path, data: bytes) -> int:
        with path.open("ab") as stream:
            stream.write(data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(review_log, "append", half)
        with pytest.raises(TransError, match="disk is full"):
            log.append(SECOND)
    assert log.of(ITEM) == (FIRST,)
    log.append(SECOND)
    assert read(tmp_path).of(ITEM) == log.of(ITEM) == (FIRST, SECOND)


def test_a_log_in_a_store_is_read_only() -> None:
    out = location("memory://review-log-test/out")
    (out / NAME).parent.mkdir(parents=True)
    log = ReviewLog(out)
    log.refresh()
    assert log.items() == ()
    (out / NAME).write_bytes(line_of(FIRST) + b"\n" + line_of(SECOND)[:-3])
    assert log.refresh()
    assert log.of(ITEM) == (FIRST,)
    (out / NAME).write_bytes(line_of(FIRST) + b"\n" + line_of(SECOND))
    assert log.refresh()
    assert log.of(ITEM) == (FIRST, SECOND)
    with pytest.raises(TransError, match="can't be kept"):
        log.append(FIRST)


_WRITER = """
import sys
from pathlib import Path
from trans.review_events import Event, sha256_of
from trans.review_log import ReviewLog
out, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
log = ReviewLog(out)
print("ready", flush=True)
sys.stdin.readline()
for n in range(count):
    text = f"{name} {n} " + "x" * 5000
    log.append(Event(f"{name}-{n}", "2026-03-01T12:00:00+00:00", name, "a", "corrected", source_sha256=sha256_of(name), new=text))
    print(n, flush=True)
"""


def writer(out: Path, name: str, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", _WRITER, out, name, str(count)],
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, map(str, sys.path)))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    writers = [writer(tmp_path, name, 25) for name in ("ann", "bob")]
    log = ReviewLog(tmp_path)
    for one in writers:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    for one in writers:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    while any(one.poll() is None for one in writers):
        log.refresh()  # a reader beside them takes no half line
    for one in writers:
        one.communicate()
        assert one.returncode == 0
    log.refresh()
    for name in ("ann", "bob"):
        assert [one.id for one in log.of("a") if one.by == name] == [f"{name}-{n}" for n in range(25)]
    assert read(tmp_path).of("a") == log.of("a")
    assert len((tmp_path / NAME).read_bytes().splitlines()) == 50


def test_a_killed_process_loses_nothing_that_it_said_is_kept(tmp_path: Path) -> None:
    one = writer(tmp_path, "ann", 10_000)
    assert one.stdin
    assert one.stdout
    one.stdout.readline()
    one.stdin.write("go\n")
    one.stdin.flush()
    for _ in range(30):
        one.stdout.readline()
    one.send_signal(signal.SIGKILL)
    said = one.communicate()[0].split()
    kept = int(said[-1]) if said else 29
    log = ReviewLog(tmp_path)
    assert log.append(replace(FIRST, item="a"))
    ids = [found.id for found in log.of("a")]
    assert ids[: kept + 1] == [f"ann-{n}" for n in range(kept + 1)]
    assert ids[-1] == FIRST.id


def test_threads_may_share_one(tmp_path: Path) -> None:
    log = ReviewLog(tmp_path)
    events = [corrected(SAID, f"Text {number}.") for number in range(25)]

    def write(part: list[Event]) -> None:
        for one in part:
            log.append(one)
            log.of(ITEM)
            log.hash_of(ITEM)

    threads = [threading.Thread(target=write, args=(events[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in log.of(ITEM)} == {one.id for one in events}
    assert read(tmp_path).of(ITEM) == log.of(ITEM)


def test_a_held_lock_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from filelock import FileLock

    monkeypatch.setattr(review_log, "_LOCK_S", 0.01)
    ReviewLog(tmp_path).append(FIRST)
    with FileLock(f"{tmp_path / NAME}.lock"), pytest.raises(TransError, match="held by another process"):
        ReviewLog(tmp_path).append(SECOND)
    assert ReviewLog(tmp_path).append(SECOND)


def test_the_file_says_what_was_done_to_whoever_reads_it(tmp_path: Path) -> None:
    ReviewLog(tmp_path).append(event("corrected", source=SAID, source_sha256="0" * 64, new="He\u2028said"))
    (line,) = (tmp_path / NAME).read_text(encoding="utf-8").splitlines()
    assert SAID in line
    assert json.loads(line)["at"] == AT
