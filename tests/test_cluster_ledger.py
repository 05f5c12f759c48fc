"""The ledger of a run on many machines: attempts, deaths, and that a run which ends blames nobody."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from trans.cluster_ledger import Ledger
from trans.errors import TransError
from trans.manifest import Manifest
from trans.record import Record
from trans.store import Store


@pytest.fixture
def out(tmp_path: Path) -> Path:
    Store(tmp_path).prepare()
    return tmp_path


def attempts(*names: str, died: int = 0) -> list[Record]:
    return [Record(name, "attempt", attempts=died + 1) for name in names]


def on_disk(out: Path) -> dict[str, tuple[str, int]]:
    return {record.id: (record.status, record.attempts) for record in Manifest(out).unfinished()}


def test_an_attempt_is_on_disk_before_the_work(out: Path) -> None:
    assert not Ledger(out, 3, 1).begin(attempts("a", "b"), alone=False, lasting=True)
    assert on_disk(out) == {"a": ("attempt", 1), "b": ("attempt", 1)}


def test_what_ended_may_begin_again(out: Path) -> None:
    ledger = Ledger(out, 3, 1)
    ledger.begin(attempts("a"), alone=False, lasting=True)
    ledger.ended(["a"])
    assert not ledger.begin(attempts("a"), alone=False, lasting=True)


def test_after_a_death_an_article_is_worked_on_alone_and_so_often(out: Path) -> None:
    ledger = Ledger(out, 3, 1)
    ledger.begin(attempts("a", "b"), alone=False, lasting=True)
    assert ledger.begin(attempts("a", "b"), alone=False, lasting=True) == {"a": 1, "b": 1}
    assert not ledger.begin(attempts("a"), alone=True, lasting=True)
    ledger.ended(["a"])
    assert not ledger.begin(attempts("b"), alone=True, lasting=True)
    assert on_disk(out)["b"] == ("attempt", 2)
    assert not ledger.begin(attempts("b"), alone=True, lasting=True)
    assert ledger.begin(attempts("b"), alone=True, lasting=True) == {"b": 3}


def test_deaths_of_runs_before_count(out: Path) -> None:
    ledger = Ledger(out, 3, 1)
    assert not ledger.begin(attempts("a", died=2), alone=True, lasting=True)
    assert ledger.begin(attempts("a", died=2), alone=True, lasting=True) == {"a": 3}


def test_attempts_are_taken_back_but_not_deaths(out: Path) -> None:
    ledger = Ledger(out, 3, 1)
    ledger.begin(attempts("a", "b", "done"), alone=False, lasting=True)
    ledger.begin(attempts("b"), alone=False, lasting=True)  # a worker died with it
    ledger.append([Record("done", "failed")])
    ledger.take_back()
    assert on_disk(out) == {"a": ("attempt", 0), "b": ("attempt", 1), "done": ("failed", 0)}


def test_what_is_only_watched_is_written_down_after_a_death(out: Path) -> None:
    ledger = Ledger(out, 3, 1)
    assert not ledger.begin(attempts("a", "b"), alone=False, lasting=False)
    assert not on_disk(out)
    assert ledger.begin(attempts("a"), alone=False, lasting=False) == {"a": 1}
    assert on_disk(out) == {"a": ("attempt", 1)}
    assert not ledger.begin(attempts("a"), alone=True, lasting=False)
    assert on_disk(out) == {"a": ("attempt", 2)}
    ledger.append([Record("a", "done")])
    ledger.take_back()
    assert not on_disk(out)


def test_one_that_is_done_is_nobodys_death(out: Path) -> None:
    ledger = Ledger(out, 3, 1)
    ledger.begin(attempts("a"), alone=False, lasting=False)
    ledger.append([Record("a", "done")])
    assert not ledger.begin(attempts("a"), alone=False, lasting=False)


def test_all_who_wait_for_one_write_hear_that_it_broke(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(out, 3, 1)
    writing, go_on = Event(), Event()
    calls: list[int] = []

    def broken(records: object) -> None:
        calls.append(1)
        writing.set()
        go_on.wait(10)
        raise MemoryError("no room")

    monkeypatch.setattr(ledger._manifest, "append", broken)
    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(ledger.append, [Record("a", "failed")])]
        assert writing.wait(10)
        waiting += [threads.submit(ledger.append, [Record(name, "failed")]) for name in "bc"]
        while len(ledger._batch.records) < 2:
            Event().wait(0.001)
        go_on.set()
        for future in waiting:
            with pytest.raises(MemoryError, match="no room"):
                future.result(10)
    assert len(calls) == 2


def test_workers_that_die_while_they_load_end_the_run(out: Path) -> None:
    ledger = Ledger(out, 3, workers=2)
    for _ in range(6):
        ledger.loading()
    with pytest.raises(TransError, match="died 6 times"):
        ledger.loading()


def test_appends_of_many_threads_are_all_there(out: Path) -> None:
    ledger = Ledger(out, 3, 1)

    def append(numbers: Sequence[int]) -> None:
        ledger.append(Record(f"{number}", "failed") for number in numbers)

    with ThreadPoolExecutor(16) as threads:
        list(threads.map(append, [range(start, start + 5) for start in range(0, 200, 5)]))
    assert len(on_disk(out)) == 200
