"""The hot folder: what is taken and when, what becomes of bad files and finished ones, and how it ends."""

import errno
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from console_script import TRANS, called, complaint
from fakes import FakeEngine, FakeModels, fake_english
from manager import heard
from manager import manager as manager
from texts import HEADLINE, LEAD, SECOND, THIRD, article
from watchfiles import watch as changes_in

from trans import moves
from trans.api import Translator
from trans.arrivals import MOVE_AFTER_S, SETTLE_EMPTY_S, SETTLE_S, Arrivals
from trans.config import choose_profile, load_config
from trans.errors import ExitCode, TransError
from trans.live import Live
from trans.manifest import Manifest
from trans.moved import MARK, Moves, read_moves
from trans.moves import Places, move
from trans.outcome import Decoded, Event, Outcome, Report
from trans.publish import Publisher
from trans.room import Floor, free_bytes
from trans.run import Run
from trans.sources import Input, discover
from trans.sources.hot_folder import HotFolder
from trans.watch import Watch
from trans.watch_status import read_status, stuck


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


# When a file is ready.


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


def put(path: Path, text: str) -> Input:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Input(path, path.name)


def rename_into(path: Path, text: str) -> Input:
    """Write a file elsewhere in the folder, and rename it into place."""
    hidden = path.with_name(f".{path.name}.part")
    put(hidden, text)
    os.utime(hidden, ns=(1_700_000_000_000_000_000, 1_700_000_000_000_000_000))
    hidden.rename(path)
    return Input(path, path.name)


def test_a_file_is_ready_once_it_has_not_changed_for_a_moment(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    item = put(inbox / "a.txt", "one")
    arrivals.notice(item)
    for text in ("one two", "one two three"):
        clock.now += SETTLE_S - 0.1
        assert not arrivals.ready(9)
        put(item.local, text)
    assert (arrivals.unread, arrivals.oldest_s) == (1, 1000.0)
    assert not arrivals.ready(9)
    clock.now += SETTLE_S
    assert arrivals.ready(9) == [item]
    assert arrivals.done(item) is not None
    assert (arrivals.ready(9), arrivals.unread, arrivals.oldest_s) == ([], 0, None)
    arrivals.notice(item)
    assert not arrivals.unread, "it stands as it did"


def test_a_file_that_is_renamed_into_place_is_ready_at_once(inbox: Path, clock: Clock) -> None:
    item = rename_into(inbox / "a.txt", "whole")
    for at_once in (True, False):
        arrivals = Arrivals(3, at_once=at_once, monotonic=clock)
        arrivals.notice(item)
        assert arrivals.ready(9) == ([item] if at_once else [])


def test_an_empty_file_gets_more_time(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    item = put(inbox / "a.txt", "")
    arrivals.notice(item)
    clock.now += SETTLE_EMPTY_S - 1
    assert not arrivals.ready(9)
    clock.now += 1
    assert arrivals.ready(9) == [item]


def test_a_file_that_grew_while_it_was_read_is_read_again(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    item = rename_into(inbox / "a.txt", "half")
    arrivals.notice(item)
    assert arrivals.ready(9) == [item]
    put(item.local, "half and whole")
    assert arrivals.done(item) is None
    clock.now += SETTLE_S
    assert arrivals.ready(9) == [item]


def test_a_growing_file_holds_up_no_other_and_the_first_comes_first(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    growing = put(inbox / "growing.txt", "1")
    arrivals.notice(growing)
    others = [rename_into(inbox / f"{name}.txt", name) for name in ("z", "b", "a")]
    for item in others:
        arrivals.notice(item)
    assert arrivals.ready(2) == others[:2]
    assert arrivals.ready(9) == others


def test_files_of_many_come_last_and_what_is_in_work_waits_no_longer(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    items = {
        name: rename_into(inbox / name, name * times) for name, times in (("a.jsonl", 9), ("b.json", 1), ("c.txt", 99))
    }
    for item in items.values():
        arrivals.notice(item)
        clock.now += 1
    assert [item.local.name for item in arrivals.ready(9)] == ["c.txt", "b.json", "a.jsonl"]
    arrivals.work([items["a.jsonl"], items["c.txt"]])
    assert (arrivals.unread, arrivals.oldest_s) == (1, 1001.0)
    arrivals.work(())
    assert (arrivals.unread, arrivals.oldest_s) == (3, 1000.0), "they came to no end, and wait again"


def test_failures_are_tried_again_ever_later_and_not_for_ever(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    item = rename_into(inbox / "a.txt", "bad")
    arrivals.notice(item)
    waits = []
    for _ in range(3):
        assert arrivals.ready(9) == [item]
        wait_s = arrivals.failed(item)
        waits.append(wait_s)
        assert not arrivals.unread, "it was read"
        clock.now += wait_s or 0
        if wait_s:
            clock.now -= 0.1
            assert not arrivals.ready(9)
            clock.now += 0.2
    assert len(waits) == 3
    assert waits[0] is not None
    assert waits[1] is not None
    assert waits[0] < waits[1]
    assert waits[2] is None
    assert arrivals.done(item) is not None
    arrivals.survey([item])
    assert not arrivals.ready(9), "as it stands it is left alone"
    put(item.local, "mended")
    arrivals.notice(item)
    clock.now += SETTLE_S
    assert arrivals.ready(9) == [item]


def test_a_file_that_is_gone_is_forgotten(inbox: Path, clock: Clock) -> None:
    arrivals = Arrivals(3, monotonic=clock)
    item = rename_into(inbox / "a.txt", "short-lived")
    arrivals.notice(item)
    item.local.unlink()
    assert not arrivals.ready(9)
    assert not arrivals.unread


# What of a folder is an input.


def test_an_event_names_the_inputs_that_a_survey_finds(tmp_path: Path, inbox: Path) -> None:
    for name in (
        "a.txt", "sub/b.MD", "sub/deep/c.html", "story.html", "story_files/ad.html", "other_files/d.txt",
        ".hidden.txt", ".hidden/e.txt", "README.md", "picture.png", "briefs/f.txt", "done/g.txt", "~h.txt.part",
    ):  # fmt: skip
        put(inbox / name, "text")
    folder = HotFolder(inbox, [inbox / "briefs", inbox / "done"])
    everything = [path for path in inbox.rglob("*") if path.is_file()]
    named = {item.id for path in everything if (item := folder.at(path))}
    assert named == {item.id for item in folder.survey().inputs}
    assert named == {"a.txt", "sub/b.MD", "sub/deep/c.html", "story.html", "other_files/d.txt"}
    assert folder.at(tmp_path / "elsewhere.txt") is None


# Finished inputs out of the way.


def test_a_moved_file_replaces_none(tmp_path: Path) -> None:
    for number, expected in enumerate(("a.txt", "a.2.txt", "a.3.txt")):
        source = put(tmp_path / "in" / "a.txt", f"content {number}").local
        assert move(source, tmp_path / "done" / "sub" / "a.txt") == tmp_path / "done" / "sub" / expected
        assert not source.exists()
    assert [path.read_text() for path in sorted((tmp_path / "done" / "sub").iterdir())] == [
        "content 1", "content 2", "content 0"
    ]  # fmt: skip


@pytest.fixture
def two_disks(monkeypatch: pytest.MonkeyPatch) -> None:
    real = moves._rename

    def rename(path: Path, place: Path) -> None:
        if path.parent != place.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        real(path, place)

    monkeypatch.setattr(moves, "_rename", rename)


@pytest.mark.usefixtures("two_disks")
def test_a_file_moves_to_another_disk_too(tmp_path: Path) -> None:
    source = put(tmp_path / "in" / "a.txt", "content").local
    os.utime(source, ns=(10**18, 10**18))
    place = move(source, tmp_path / "done" / "a.txt")
    assert place.read_text() == "content"
    assert place.stat().st_mtime_ns == 10**18
    assert not source.exists()
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["a.txt"]


@pytest.mark.usefixtures("two_disks")
def test_a_file_that_cannot_be_copied_stays_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = put(tmp_path / "in" / "a.txt", "content").local

    def full(stream: object, copy: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(OSError, match="No space left"):
        move(source, tmp_path / "done" / "a.txt")
    assert source.read_text() == "content"
    assert not list((tmp_path / "done").iterdir())


@pytest.mark.usefixtures("two_disks")
def test_a_file_that_grows_while_it_is_copied_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = put(tmp_path / "in" / "a.txt", "content").local
    monkeypatch.setattr(
        "shutil.copyfileobj", lambda stream, copy: (copy.write(b"content"), put(source, "content, more"))
    )
    with pytest.raises(OSError, match="changed"):
        move(source, tmp_path / "done" / "a.txt")
    assert source.read_text() == "content, more"
    assert not list((tmp_path / "done").iterdir())


# A run that is called again and again, and its articles' time.


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


def translator(**run: object) -> Translator:
    config = load_config(None)
    return Translator(
        choose_profile(config.model_copy(update={"run": config.run.model_copy(update=run)}), "news", None)
    )


@pytest.mark.usefixtures("models")
def test_one_run_takes_inputs_again_and_again_beside_another_process(inbox: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with translator() as made:
        run = Run(made, out, ("md",))
        for name in ("a", "b"):
            put(inbox / f"{name}.txt", article(headline=f"{HEADLINE} {name}"))
            (item,) = (item for item in discover([inbox], out).inputs if item.id == f"{name}.txt")
            assert run([item]).counts == {"written": 1}
            assert run([item]).counts == {"skipped": 1}
        put(inbox / "a.txt", article(SECOND))
        Run(made, out, ("md",))(discover([inbox], out).inputs)
        assert run(discover([inbox], out).inputs).counts == {"skipped": 2}, "it knows what the other has done"
    assert sorted(path.name for path in out.glob("*.md")) == ["a.md", "b.md"]


def slow_models(monkeypatch: pytest.MonkeyPatch, clock: Clock, seconds: float) -> FakeModels:
    """Models that take so long for a sentence with the word for scarcity."""

    def answer(text: str) -> str:
        clock.now += seconds if "شح" in text else 0.0
        return fake_english(text)

    return FakeModels(FakeEngine(answer)).install(monkeypatch)


def test_an_article_that_takes_too_long_fails_alone(
    inbox: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_models(monkeypatch, clock, 1000)
    for name, text in (("a", LEAD), ("slow", THIRD), ("z", SECOND)):
        put(inbox / f"{name}.txt", article(text, headline=f"{HEADLINE} {name}"))
    outcomes: dict[str, Outcome] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            outcomes[event.id] = event

    for windows in (64, 1):
        out = tmp_path / f"out{windows}"
        with translator(article_timeout_s=10, window_articles=windows) as made:
            Run(made, out, ("md",), on_event=on_event, monotonic=clock)(discover([inbox], out).inputs)
        assert {name: outcome.status for name, outcome in outcomes.items()} == {
            "a.txt": "written", "slow.txt": "failed", "z.txt": "written"
        }  # fmt: skip
        assert outcomes["slow.txt"].reason == "took more than 10 s in work"
        record = Manifest(out).get("slow.txt")
        assert record is not None
        assert (record.status, record.attempts) == ("failed", 0)


def test_a_long_article_within_its_time_is_written(
    inbox: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow_models(monkeypatch, clock, 9)
    put(inbox / "slow.txt", article(THIRD))
    with translator(article_timeout_s=10) as made:
        report = Run(made, tmp_path / "out", (), monotonic=clock)(discover([inbox], tmp_path / "out").inputs)
    assert report.counts == {"written": 1}


def test_a_run_that_is_asked_to_end_finishes_what_is_in_work_and_begins_no_more(
    inbox: Path, tmp_path: Path, models: FakeModels
) -> None:
    for name in "abcdef":
        put(inbox / f"{name}.txt", article(headline=f"{HEADLINE} {name}"))
    out = tmp_path / "out"
    with translator(window_articles=1) as made:
        run = Run(made, out, ("md",), on_event=lambda event: run.end() if isinstance(event, Outcome) else None)
        report = run(discover([inbox], out).inputs)
    assert not report.interrupted
    assert report.ended_early
    assert 0 < report.counts["written"] < 6
    assert len(list(out.glob("*.md"))) == report.counts["written"]


@pytest.mark.usefixtures("models")
def test_a_file_of_many_without_events_gives_signs_of_life_and_can_be_left(inbox: Path, tmp_path: Path) -> None:
    good = json.dumps({"id": "good", "title": HEADLINE, "body": LEAD})
    put(inbox / "dump.jsonl", "\n".join([*["{}"] * 500, good]))
    out = tmp_path / "out"
    seconds = count(1000.0, 0.1)

    def make(end_at: int) -> tuple[Report, int]:
        """Run until so many signs of life were given."""
        beats = []

        def on_event(event: Event) -> None:
            if isinstance(event, Decoded) and not event.taken_on:
                beats.append(event)
                if len(beats) == end_at:
                    run.end()

        run = Run(made, out, ("md",), on_event=on_event, monotonic=lambda: next(seconds))
        return run(discover([inbox], out).inputs), len(beats)

    with translator() as made:
        report, beats = make(20)
        assert beats == 20
        assert report.ended_early
        assert not report.interrupted
        assert not report.counts["written"]
        report, beats = make(0)
        assert beats >= 40
        assert not report.ended_early
        assert report.counts == {"written": 1, "failed": 101}


def test_what_is_in_work_for_a_minute_after_that_is_broken_off(
    inbox: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox / "slow.txt", article(THIRD, SECOND))
    slow_models(monkeypatch, clock, 61)
    out = tmp_path / "out"
    with translator() as made:
        run = Run(made, out, (), monotonic=clock, on_event=lambda event: run.end())
        assert run(discover([inbox], out).inputs).interrupted
    record = Manifest(out).get("slow.txt")
    assert record is not None
    assert record.attempts == 0, "nobody died"


# The loop, on a script of what happens in the folder.


@dataclass
class Service:
    """A watch whose events come from a script: a generator of the paths that changed. It ends with the script."""

    inbox: Path
    clock: Clock
    done: Path | None = None
    failed: Path | None = None
    disks: list[Path] = field(default_factory=list)
    out: Path = field(init=False)
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.out = self.inbox.parent / "out"

    def __call__(self, script: Iterator[list[Path]]) -> bool:
        with translator() as made:
            (self.out / ".trans").mkdir(parents=True, exist_ok=True)
            textfile = self.inbox.parent / "x.prom"
            live = Live(self.out, str(self.inbox), "news", prometheus=textfile, monotonic=self.clock)
            places = Places(self.inbox, self.out, self.done, self.failed)
            places.check()

            def changes() -> Iterator[set[Path]]:
                for paths in script:
                    yield set(paths)
                watching.stop()
                yield set()

            watching = Watch(
                *(places, made, ["md", "html"], live, changes),
                disks=self.disks,
                on_event=self._tell,
                monotonic=self.clock,
            )
            return watching()

    def _tell(self, event: Event) -> None:
        if isinstance(event, Outcome):
            self.log.append(f"{event.id} {event.status}")

    def listed(self) -> str:
        return (self.out / "index.html").read_text(encoding="utf-8")


@pytest.fixture
def service(inbox: Path, clock: Clock) -> Service:
    return Service(inbox, clock)


@pytest.mark.usefixtures("models")
def test_what_arrives_becomes_a_brief_and_stays_where_it_is(service: Service) -> None:
    path = service.inbox / "sub" / "a.txt"

    def script() -> Iterator[list[Path]]:
        yield []
        put(path, article())
        yield [path]
        service.clock.now += SETTLE_S
        yield []
        assert service.log == ["sub/a.txt written"]
        yield []
        assert "sub/a.txt" in service.listed()
        assert (service.out / "sub" / "a.md").is_file()
        yield [path]

    assert service(script())
    assert service.log == ["sub/a.txt written"], "once"
    assert path.is_file()
    status = read_status(service.out)
    assert (status.state, status.written, status.failures, status.queue) == ("ended", 1, 0, 0)


def test_what_came_while_nobody_watched_is_taken_and_what_is_done_is_not_made_again(
    service: Service, models: FakeModels
) -> None:
    rename_into(service.inbox / "a.txt", article())
    service(iter([[], []]))
    calls = len(models.translator.calls)
    rename_into(service.inbox / "b.txt", article(SECOND))
    service(iter([[], []]))
    assert service.log == ["a.txt written", "a.txt skipped", "b.txt written"]
    assert len(models.translator.calls) > calls
    service(iter([[], []]))
    assert service.log[3:] == ["a.txt skipped", "b.txt skipped"]


@pytest.mark.usefixtures("models")
def test_events_that_get_lost_are_made_up_for(service: Service) -> None:
    def script() -> Iterator[list[Path]]:
        yield []
        rename_into(service.inbox / "lost.txt", article())
        yield []
        assert not service.log
        service.clock.now += 300
        yield []
        yield []
        assert service.log == ["lost.txt written"]

    assert service(script())


@pytest.mark.usefixtures("models")
def test_a_new_folder_is_looked_into(service: Service, tmp_path: Path) -> None:
    rename_into(put(tmp_path / "elsewhere" / "x.txt", "").local, article())

    def script() -> Iterator[list[Path]]:
        yield []
        (tmp_path / "elsewhere").rename(service.inbox / "sub")
        service.clock.now += 2
        yield [service.inbox / "sub"]
        yield []
        assert service.log == ["sub/x.txt written"]

    assert service(script())


@pytest.mark.usefixtures("models")
def test_bad_files_are_tried_three_times_and_finished_ones_moved(service: Service, tmp_path: Path) -> None:
    service.done, service.failed = service.inbox / "done", tmp_path / "failed"
    good, bad = service.inbox / "sub" / "good.txt", service.inbox / "sub" / "bad.txt"

    def script() -> Iterator[list[Path]]:
        rename_into(put(good, "").local, article())
        put(bad, "")
        bad.write_bytes(b"\x00\x01\x02\x03" * 300)
        yield []
        service.clock.now += SETTLE_S
        yield []
        yield []
        assert "bad.txt" in service.listed()
        assert bad.is_file()
        for seconds in (10, 60):
            service.clock.now += seconds
            yield []
        assert not bad.exists()
        yield []
        assert "bad.txt" not in service.listed(), "it is where --failed says"

    assert service(script())
    assert service.log == ["sub/good.txt written", *["sub/bad.txt failed"] * 3]
    assert (service.inbox / "done" / "sub" / "good.txt").is_file()
    assert (tmp_path / "failed" / "sub" / "bad.txt").is_file()
    assert read_status(service.out).failures == 1


@pytest.mark.usefixtures("models")
def test_a_file_is_moved_once_its_writer_has_surely_left_it(service: Service, tmp_path: Path) -> None:
    service.done = tmp_path / "done"
    path = service.inbox / "a.txt"

    def script() -> Iterator[list[Path]]:
        put(path, article(LEAD))
        yield []
        service.clock.now += SETTLE_S
        yield []
        assert service.log == ["a.txt written"]
        put(path, article(LEAD, SECOND))
        service.clock.now += MOVE_AFTER_S
        yield []
        assert path.is_file(), "it has grown"
        service.clock.now += SETTLE_S
        yield [path]
        service.clock.now += SETTLE_S
        yield []
        assert service.log == ["a.txt written"] * 2
        assert path.is_file()
        service.clock.now += MOVE_AFTER_S
        yield []
        assert not path.exists()

    assert service(script())
    assert (tmp_path / "done" / "a.txt").read_text(encoding="utf-8") == article(LEAD, SECOND)
    assert SECOND.split(".")[0] in (service.out / "a.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("models")
def test_a_failed_file_that_is_mended_becomes_a_brief(service: Service) -> None:
    path = service.inbox / "a.txt"

    def script() -> Iterator[list[Path]]:
        path.write_bytes(b"\x00\x01\x02\x03" * 300)
        yield []
        service.clock.now += SETTLE_S
        yield []
        put(path, article())
        yield [path]
        service.clock.now += SETTLE_S
        yield []

    assert service(script())
    assert service.log == ["a.txt failed", "a.txt written"]
    assert "Failed" not in service.listed()


@pytest.mark.usefixtures("models")
def test_a_file_of_many_is_done_when_all_its_articles_are(service: Service, tmp_path: Path) -> None:
    service.done, service.failed = tmp_path / "done", tmp_path / "failed"
    good = [json.dumps({"id": str(number), "title": f"{HEADLINE} {number}", "body": LEAD}) for number in range(3)]
    rename_into(service.inbox / "good.jsonl", "\n".join(good))
    rename_into(service.inbox / "mixed.jsonl", "\n".join([*good[:2], "{no json"]))

    def script() -> Iterator[list[Path]]:
        yield []
        yield []
        assert (tmp_path / "done" / "good.jsonl").is_file()
        assert (service.inbox / "mixed.jsonl").is_file(), "one of its articles is tried again"
        for seconds in (10, 60):
            service.clock.now += seconds
            yield []

    assert service(script())
    assert (tmp_path / "failed" / "mixed.jsonl").is_file()
    assert service.log.count("mixed.jsonl/line-3 failed") == 3
    assert sum(line.endswith("written") for line in service.log) == 5
    status = read_status(service.out)
    assert (status.written, status.failures) == (5, 1)


@pytest.mark.usefixtures("models")
def test_records_that_no_longer_fail_leave_the_index_with_their_file_or_before(service: Service) -> None:
    good = json.dumps({"id": "1", "title": HEADLINE, "body": LEAD})
    paths = [service.inbox / name for name in ("mended.jsonl", "removed.jsonl")]
    for path in paths:
        rename_into(path, f"{good}\n{{no json")

    def script() -> Iterator[list[Path]]:
        yield []
        yield []
        assert all(f"{path.name}/line-2" in service.listed() for path in paths)
        rename_into(paths[0], good)
        paths[1].unlink()
        yield paths
        yield []
        assert "line-2" not in service.listed()

    assert service(script())


@pytest.mark.usefixtures("models")
def test_a_name_that_is_used_again_is_told(service: Service, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    service.done = tmp_path / "done"

    def script() -> Iterator[list[Path]]:
        for text in (LEAD, SECOND):
            yield [rename_into(service.inbox / "a.txt", article(text)).local]
            yield []
            assert caplog.text.count("an earlier file of that name") == (text == SECOND)

    assert service(script())
    assert sorted(path.name for path in service.done.iterdir() if path.name != MARK) == ["a.2.txt", "a.txt"]


@pytest.mark.usefixtures("models")
def test_what_is_passed_over_is_told_once(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "trans")

    def script() -> Iterator[list[Path]]:
        put(service.inbox / "old.doc", "text")
        yield []
        paths = [put(service.inbox / name, "text").local for name in ("new.pdf", "picture.png", ".hidden.pdf")]
        for _ in range(2):
            service.clock.now += 300
            yield paths

    assert service(script())
    skipped = [line for line in caplog.messages if line.startswith("skipped")]
    assert len(skipped) == 2
    assert "old.doc': save it as .docx" in skipped[0]
    assert "new.pdf" in skipped[1]


@pytest.mark.usefixtures("models")
def test_two_files_with_one_output_name_cost_one_brief(service: Service) -> None:
    for name in ("a.md.txt", "a.md"):
        rename_into(service.inbox / name, article())
    service(iter([[], []]))
    assert service.log == ["a.md.txt failed", "a.md written"]
    assert "would have the same output name as a.md" in service.listed()


@pytest.mark.usefixtures("models")
def test_two_files_that_meet_in_one_of_their_formats_cost_one_brief(service: Service) -> None:
    for name in ("a.ninjs.txt", "a.txt"):
        rename_into(service.inbox / name, article())
    service(iter([[], []]))
    assert service.log == ["a.txt failed", "a.ninjs.txt written"]


@pytest.mark.usefixtures("models")
def test_a_full_disk_is_waited_for(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = Publisher.publish
    rename_into(service.inbox / "a.txt", article())

    def full(*arguments: object) -> list[Outcome]:
        raise TransError("out can't be written: the disk is full", "Free some space.", ExitCode.SOME_FAILED)

    def script() -> Iterator[list[Path]]:
        monkeypatch.setattr(Publisher, "publish", full)
        yield []
        yield []
        assert not service.log
        service.clock.now += 1
        yield []
        status = read_status(service.out)
        assert (status.state, status.queue) == ("waiting", 1)
        assert "the disk is full" in status.problem
        monkeypatch.setattr(Publisher, "publish", real)
        service.clock.now += 10
        yield []
        assert service.log == ["a.txt written"]

    assert service(script())
    assert caplog.text.count("the disk is full") == 1


@pytest.mark.usefixtures("models")
def test_a_folder_that_goes_away_is_waited_for(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    away = service.inbox.with_name("away")

    def script() -> Iterator[list[Path]]:
        yield []
        service.inbox.rename(away)
        yield []
        yield []
        service.clock.now += 20
        yield []
        away.rename(service.inbox)
        rename_into(service.inbox / "a.txt", article())
        yield []
        yield []
        assert service.log == ["a.txt written"]

    assert service(script())
    assert caplog.text.count("waiting for it") == 1


@pytest.mark.parametrize(
    ("root", "out", "done"),
    [
        ("missing", "out", None),
        ("out/inbox", "out", None),
        ("inbox", "inbox", None),
        ("inbox", "out", "inbox"),
        ("inbox", "out", "."),
        ("inbox", "out", "out/done"),
    ],
)
def test_folders_that_get_in_each_others_way_are_refused(tmp_path: Path, root: str, out: str, done: str | None) -> None:
    for name in ("inbox", "out/inbox"):
        (tmp_path / name).mkdir(parents=True, exist_ok=True)
    with pytest.raises(TransError):
        Places(tmp_path / root, tmp_path / out, done=tmp_path / done if done else None).check()


# Room on the disks.


class Disks:
    """Stands in for ``shutil.disk_usage``: a disk of 100 GB with so much free, by the folder's name."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, total: int = 100 * 10**9) -> None:
        self.free: dict[str, int] = {}
        self.total = total
        monkeypatch.setattr("trans.room.shutil.disk_usage", self)

    def __call__(self, folder: Path) -> "shutil._ntuple_diskusage":
        free = self.free.get(folder.name, self.total)
        return shutil._ntuple_diskusage(self.total, self.total - free, free)


@pytest.mark.parametrize("disk", ["out", "cache"])
@pytest.mark.usefixtures("models")
def test_below_the_floor_no_work_is_taken_until_there_is_room(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, disk: str
) -> None:
    caplog.set_level("INFO", "trans")
    disks = Disks(monkeypatch)
    service.disks = [service.inbox.with_name("cache")]

    def script() -> Iterator[list[Path]]:
        rename_into(service.inbox / "a.txt", article())
        yield []
        yield []
        assert service.log == ["a.txt written"]
        disks.free[disk] = 999_999_999
        rename_into(service.inbox / "b.txt", article(SECOND))
        yield [service.inbox / "b.txt"]
        for _ in range(3):
            service.clock.now += 60
            yield []
        status = read_status(service.out)
        assert (status.state, status.queue) == ("waiting", 1)
        assert f"{disk} has 1,000.0 MB free, and run.min_free_mb asks for 1.0 GB" in status.problem
        late = datetime.fromisoformat(status.updated) + timedelta(seconds=1)
        problem = stuck(status, late, 120)
        assert problem
        assert "min_free_mb" in problem[0]
        assert "trans_watch_waiting{" in (service.inbox.parent / "x.prom").read_text(encoding="utf-8")
        assert re.search(
            r"^trans_watch_waiting\{.*\} 1\.0$", (service.inbox.parent / "x.prom").read_text(), re.MULTILINE
        )
        disks.free[disk] = 1_050_000_000
        yield []
        assert service.log == ["a.txt written"], "it would stop and go at the floor itself"
        disks.free[disk] = 1_200_000_000
        yield []
        yield []
        assert service.log == ["a.txt written", "b.txt written"]

    assert service(script())
    assert caplog.text.count("No work is taken on") == 1
    assert caplog.text.count("There is room on the disk again") == 1


@pytest.mark.parametrize(
    ("min_free_mb", "total", "free", "has_room"),
    [
        (None, 10**12, 10**9, True),
        (None, 10**12, 10**9 - 1, False),
        (None, 10**9, 2 * 10**7, True),
        (None, 10**9, 2 * 10**7 - 1, False),
        (0, 10**12, 0, True),
        (5_000, 10**10, 5 * 10**9 - 1, False),
        (5_000, 10**10, 5 * 10**9, True),
    ],
)
def test_the_floor_is_what_is_named_or_a_gigabyte_or_two_percent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, min_free_mb: int | None, total: int, free: int, has_room: bool
) -> None:
    disks = Disks(monkeypatch, total)
    disks.free[tmp_path.name] = free
    floor = Floor([tmp_path], min_free_mb)
    assert (floor.look(), bool(floor.problem)) == (has_room, not has_room)


def test_a_folder_that_is_not_there_yet_is_on_its_parents_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "a" / "b") == pytest.approx(shutil.disk_usage(tmp_path).free, rel=0.5)
    assert Floor([tmp_path / "missing"], 0).look()
    assert not Floor([tmp_path / "missing"], 10**12).look()


@pytest.mark.usefixtures("models")
def test_where_finished_inputs_went_is_written_down(service: Service, tmp_path: Path) -> None:
    service.done = tmp_path / "done"
    assert service(iter([[]]))
    assert read_moves(service.out) == Moves(((service.inbox, service.done),))
    service.done, service.failed = service.inbox / "finished", tmp_path / "failed"
    for _ in range(2):
        assert service(iter([[]]))
    pairs = [(service.inbox, tmp_path / "done"), (service.inbox, service.done), (service.inbox, service.failed)]
    assert read_moves(service.out) == Moves(tuple(pairs))
    (service.out / ".trans" / "places.json").write_text("{")
    assert read_moves(service.out).are_unknown


# The installed command on the embedded models.


class Process:
    """A ``trans watch`` that is at work."""

    def __init__(self, inbox: Path, *arguments: str | Path, **environment: str) -> None:
        self.out = inbox.parent / "out"
        self._process = subprocess.Popen(
            [TRANS, "watch", inbox, "--out", self.out, "--profile", "tiny", "--memory", "off", *map(str, arguments)],
            env={**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1", **environment},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []

    def says(self, text: str) -> str:
        """Wait for a line with ``text``."""
        assert self._process.stderr
        for line in self._process.stderr:
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError("".join(self.lines))

    def ends(self, number: signal.Signals = signal.SIGTERM) -> int:
        self._process.send_signal(number)
        _, rest = self._process.communicate(timeout=60)
        self.lines.append(rest)
        assert "Traceback" not in "".join(self.lines)
        return self._process.returncode

    def kill(self) -> None:
        with self._process:
            self._process.kill()


@pytest.fixture
def start(inbox: Path) -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []

    def begin(*arguments: str | Path, **environment: str) -> Process:
        processes.append(Process(inbox, *arguments, **environment))
        return processes[-1]

    yield begin
    for process in processes:
        process.kill()


def until(condition: Callable[[], bool], folder: Path) -> None:
    """Wait until ``condition`` is true, and look each time something changes in ``folder``."""
    deadline = time.monotonic() + 60
    for _ in changes_in(folder, watch_filter=None, step=20, rust_timeout=200, yield_on_timeout=True):
        if condition():
            return
        assert time.monotonic() < deadline


def test_files_become_briefs_on_the_index_page_until_sigterm(
    inbox: Path, tmp_path: Path, manager: socket.socket, start: Callable[..., Process]
) -> None:
    rename_into(inbox / "before.txt", article())
    process = start(
        *("--done", tmp_path / "done", "--failed", tmp_path / "failed", "--prometheus", tmp_path / "x.prom"),
        NOTIFY_SOCKET=str(tmp_path / "notify"),
    )
    process.says("before.txt written")
    assert "READY=1" in heard(manager)
    rename_into(inbox / "sub-renamed.txt", article(SECOND))
    with (inbox / "growing.txt").open("w", encoding="utf-8") as stream:
        stream.write(article(LEAD))
        stream.flush()
        (inbox / "bad.txt").write_bytes(b"\x00\x01\x02\x03" * 300)
        process.says("bad.txt")
        stream.write("\n" + THIRD + "\n")
    index = process.out / "index.html"
    names = ("before.txt", "sub-renamed.txt", "growing.txt")
    until(lambda: all(name in index.read_text(encoding="utf-8") for name in names), process.out)
    until(lambda: THIRD in (process.out / "growing.json").read_text(encoding="utf-8"), process.out)
    until(lambda: all((tmp_path / "done" / name).is_file() for name in names[:2]), tmp_path)
    assert any(message.startswith("WATCHDOG=1") for message in heard(manager)), "it lives"
    assert process.ends() == ExitCode.OK, process.lines
    assert "STOPPING=1" in heard(manager)
    assert (inbox / "bad.txt").is_file(), "it is tried again"
    status = json.loads((process.out / ".trans" / "status.json").read_bytes())
    assert (status["state"], status["failures"]) == ("ended", 1)
    assert status["written"] >= 3
    assert "trans_watch_written_articles_total" in (tmp_path / "x.prom").read_text(encoding="utf-8")


def test_a_killed_watch_goes_on_where_it_was_and_tells_of_every_match(
    inbox: Path, tmp_path: Path, start: Callable[..., Process]
) -> None:
    (tmp_path / "list.yaml").write_text("- {name: Water plan, ar: خطة جديدة}\n", encoding="utf-8")
    told = tmp_path / "told"
    program = f"import sys; open({str(told)!r}, 'a').write(sys.stdin.read() + chr(10)); print('heard')"
    on_match = shlex.join((sys.executable, "-I", "-S", "-c", program))
    matching = ("--watchlist", tmp_path / "list.yaml", "--on-match", on_match)
    process = start(*matching)
    process.says("Watching")
    rename_into(inbox / "a.txt", article())
    process.says("a.txt written")
    process.kill()
    rename_into(inbox / "b.txt", article(SECOND))
    again = start("-v", "--poll", *matching)
    again.says("b.txt written")
    rename_into(inbox / "c.txt", article(LEAD))
    again.says("c.txt written")
    assert again.ends(signal.SIGINT) == ExitCode.OK
    assert any("c.txt matches Water plan" in line and "ended well: heard" in line for line in again.lines)
    assert {json.loads(line)["id"] for line in told.read_text().splitlines()} == {"a.txt", "b.txt", "c.txt"}
    assert not any("a.txt written" in line for line in again.lines)


def test_a_users_mistake_is_two_lines(inbox: Path) -> None:
    for arguments in (["missing"], [str(inbox), "--out", str(inbox)], [str(inbox), "--prometheus", "missing/x.prom"]):
        complaint(called("watch", *arguments, "--profile", "tiny", cwd=inbox), 2)
