"""Briefs checked in processes of their own get the flags that they get in one."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest
from fakes import FakeModels

from trans.api import Translator
from trans.brief import Brief
from trans.checkers import Checkers, processes_beside
from trans.checks import Rules, check
from trans.glossary import Glossary, Term
from trans.sources import article_from_text

RULES = Rules(off=frozenset({"names"}), glossary=Glossary((Term("البنك المركزي", "Central Bank"),)))


@pytest.fixture
def briefs(monkeypatch: pytest.MonkeyPatch) -> list[Brief]:
    FakeModels().install(monkeypatch)
    texts = [
        f"أعلن البنك المركزي خطة رقم {number}.\n\nوقال الوزير إن {number} مليون شخص سيستفيدون." for number in range(5)
    ]
    with Translator("news") as translator:
        return translator.make([translator.plan(article_from_text(text)) for text in texts])


@pytest.fixture
def checkers() -> Iterator[Checkers]:
    made = Checkers(RULES, processes=2)
    yield made
    made.close()


def test_processes_find_what_one_finds_in_order(briefs: list[Brief], checkers: Checkers) -> None:
    found = checkers(briefs)
    assert found == [check(brief, RULES) for brief in briefs]
    assert any(flag.check == "terms" for flag in found[0].flags)


def test_without_processes_the_caller_checks(briefs: list[Brief]) -> None:
    assert Checkers(RULES)(briefs) == [check(brief, RULES) for brief in briefs]


def test_processes_that_are_killed_cost_nothing_but_time(
    briefs: list[Brief], checkers: Checkers, caplog: pytest.LogCaptureFixture
) -> None:
    expected = checkers(briefs)
    pool = checkers._pool
    assert isinstance(pool, ProcessPoolExecutor)
    for process in list(pool._processes.values()):
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    assert checkers(briefs) == expected
    assert "checked one after another" in caplog.text


def test_closed_processes_start_anew(briefs: list[Brief], checkers: Checkers) -> None:
    checkers(briefs)
    checkers.close()
    assert checkers(briefs) == [check(brief, RULES) for brief in briefs]


def test_cores_are_taken_only_where_a_gpu_leaves_them_idle() -> None:
    assert processes_beside("cpu", 64) == 0
    assert processes_beside("cuda", 1) == 0
    assert processes_beside("cuda", 4) == 3
    assert processes_beside("cuda", 64) == 8


def test_a_translator_checks_alike_in_processes(monkeypatch: pytest.MonkeyPatch, briefs: list[Brief]) -> None:
    FakeModels().install(monkeypatch)
    with Translator("news", check_processes=1) as translator:
        again = translator.make([translator.plan(brief.article) for brief in briefs])
    assert again == briefs
