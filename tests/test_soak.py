"""The soaks of bench/ as they are run for hours, here for seconds: what must hold holds of a few articles too."""

import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import psutil
import pytest
from fakes import FakeModels

from trans.api import Translator
from trans.arrivals import Arrivals
from trans.folder_events import folder_changes
from trans.index_updates import IndexUpdates
from trans.manifest import Manifest
from trans.moves import Leaving, Places
from trans.record import Record
from trans.run import Run
from trans.sources import Input, discover

sys.path.append(str(Path(__file__).parents[1] / "bench"))  # what is there imports its neighbours by their own names
import soak
import soak_watch
import soaking


def test_a_run_over_good_and_bad_files_keeps_all_that_is_promised(tmp_path: Path) -> None:
    report, samples = soak.soak(tmp_path, 36, 1, 0.5, one_bad_in=6)
    assert report["bounds"]
    assert not [line for line in report["bounds"] if not line.startswith("holds")]
    assert report["bad"] == len(soak.BAD)
    assert report["again"]["seconds"] > 0
    assert all(sample["handles"] and sample["threads"] and sample["rss"] for sample in samples)


@pytest.mark.long
def test_a_hot_folder_loses_nothing_that_arrives(tmp_path: Path) -> None:
    report, _ = soak_watch.soak(tmp_path, 101, 1, 1.0)
    assert report["arrived"] >= 101
    assert not [line for line in report["bounds"] if not line.startswith("holds")]


def test_a_translator_that_is_closed_leaves_no_handle_and_no_thread(tmp_path: Path) -> None:
    def run(number: int) -> tuple[int, int]:
        good, bad = soak.make(tmp_path / f"in-{number}", 12, 1, 6)
        with Translator("tiny", memory=str(tmp_path / "memory.sqlite")) as translator:
            out = tmp_path / f"out-{number}"
            report = Run(translator, out, ["md", "html"])(discover([tmp_path / f"in-{number}"], out).inputs)
        assert report.counts == {"written": len(good), "failed": len(bad)}
        return process.num_fds(), process.num_threads()

    process = psutil.Process()
    first, *later = [run(number) for number in range(3)]
    assert later == [first, first]


def test_a_pipe_in_the_place_of_an_empty_file_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.touch()
    with Translator("news", memory="off") as translator:
        run = Run(translator, tmp_path / "out", ["md"])
        inputs = discover([path.parent], tmp_path / "out").inputs
        assert [failure.reason for failure in run(inputs).failures] == ["is empty"]
        path.unlink()
        os.mkfifo(path)
        assert [failure.reason for failure in run(inputs).failures] == ["is a device or a pipe, not a file"]


@pytest.mark.parametrize("poll", [False, True])
def test_a_name_that_is_no_utf_8_has_the_folder_watched_anew_and_no_file_is_left_to_wait(
    tmp_path: Path, *, poll: bool
) -> None:
    """The library that watches gives up at such a name, with whatever else had changed."""
    stop = Event()
    changes = folder_changes(tmp_path, stop, poll=poll)
    next(changes)
    Path(os.fsdecode(bytes(tmp_path) + b"/\xff\xfe.txt")).write_bytes(b"one")
    assert sum(1 for _ in changes) < 100  # it ends
    again = folder_changes(tmp_path, stop, poll=poll)
    next(again)
    (tmp_path / "good.txt").write_bytes(b"two")
    assert tmp_path / "good.txt" in next(paths for paths in again if paths)
    stop.set()
    assert all(not paths for paths in again)


def test_the_manifest_keeps_a_path_that_is_no_utf_8(tmp_path: Path) -> None:
    """A run over such a name, and the hot folder, ended with a traceback."""
    (tmp_path / ".trans").mkdir()
    records = [Record(f"{number}.txt", "failed", path=f"/in/\udcff{number}.txt") for number in range(3)]
    manifest = Manifest(tmp_path)
    manifest.append(records)
    assert manifest.unfinished() == Manifest(tmp_path).unfinished() == records


def test_a_file_that_is_deleted_before_it_was_moved_leaves_nothing_where_it_would_have_gone(tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    path.write_text("text")
    item, seconds = Input(path, path.name), 0.0
    arrivals = Arrivals(3, monotonic=lambda: seconds)
    leaving = Leaving(Places(path.parent, tmp_path / "out", tmp_path / "done"))
    arrivals.notice(item)
    seconds = 1.0
    assert arrivals.ready(1) == [item]
    leaving.add(item, arrivals.done(item), failed=False)
    path.unlink()
    arrivals.forget(item)
    assert not arrivals.stands(item)
    assert not list(leaving.move(100.0, arrivals.stands))
    assert not (tmp_path / "done").exists()


def test_articles_have_no_sentence_in_common() -> None:
    sentences = [sentence for number in range(3_000) for sentence in soaking.article(number)]
    assert len(set(sentences)) == len(sentences)


def test_an_event_log_is_read_as_it_grows_and_when_it_is_turned_over(tmp_path: Path) -> None:
    def line(event: str, name: str) -> str:
        return json.dumps({"event": event, "id": name, "reason": "is empty"}) + "\n"

    log = tmp_path / "events.jsonl"
    tail = soaking.EventTail(log)
    assert tail.read() == 0
    with log.open("a") as stream:
        stream.write(line("written", "a.txt") + line("written", "b.txt")[:20])
        stream.flush()
        assert tail.read() == 1
        stream.write(line("written", "b.txt")[20:])
    log.rename(tmp_path / "events.jsonl.1")
    log.write_text(line("failed", "c.txt"))
    assert tail.read() == 3
    assert tail.counts == {"written": 2, "failed": 1}
    assert tail.written == {"a.txt", "b.txt"}
    assert tail.failed == {"c.txt": "is empty"}
    tail.close()


def test_figures_are_of_tenths_of_the_articles_not_of_the_time() -> None:
    # A hundred articles, the second half at half the speed and 1 MB larger; 3 s of work a second.
    one = soaking.Sample(0.0, 0, 100_000_000, 0, 0, 7, 3, 0.0, {"memory": 0})
    samples = [one]
    for done in range(10, 101, 10):
        seconds = min(done, 50) + 2.0 * max(0, done - 50)
        samples.append(
            replace(one, seconds=seconds, done=done, cpu_s=3 * seconds, rss=100_000_000 + 1_000_000 * (done > 50))
        )
    figures = soaking.tenths(samples)
    assert [figure["articles"] for figure in figures] == list(range(10, 101, 10))
    assert [figure["articles_a_second"] for figure in figures] == [1.0] * 5 + [0.5] * 5
    assert figures[9]["articles_a_cpu_second"] == pytest.approx(0.5 / 3, abs=0.001)
    assert (figures[1]["rss_mb"], figures[9]["rss_mb"], figures[9]["handles"]) == (100.0, 101.0, 7)
    assert soaking.slope_kb(samples) > 0
    assert soaking.slope_kb(samples[:6]) == 0
    lines = list(soaking.judged(soak.steady(figures)))
    assert [line.split()[0] for line in lines] == ["holds", "holds", "holds", "BROKEN"]


def test_a_page_that_takes_long_follows_briefs_that_come_one_by_one_at_a_distance(tmp_path: Path) -> None:
    """A hot folder makes no page a second time before nine times as long has passed as the first one took."""
    seconds = 0.0

    def later() -> datetime:
        nonlocal seconds
        seconds += 2
        return datetime(2026, 11, 28, tzinfo=UTC)

    (tmp_path / ".trans").mkdir()
    updates = IndexUpdates(tmp_path, (), monotonic=lambda: seconds, now=later)
    made = []
    for second in range(50):
        seconds = max(seconds, float(second))
        if updates.settled():
            made.append(second)
    assert made == [0, 20, 40]
