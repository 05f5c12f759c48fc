"""The log for machines: one line an event, turned over by size without losing one; no log holds an article's text."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from fakes import FakeEngine, FakeModels, fake_english
from hypothesis import given
from hypothesis import strategies as st
from texts import HEADLINE, LEAD, SECOND, article

from trans.api import Translator
from trans.console import ConsoleLogHandler, error_console
from trans.errors import TransError, kind_and_words, unquoted
from trans.eventlog import KEPT_LOGS, EventLog
from trans.live import Live
from trans.moves import Places
from trans.outcome import Decoded, Event, Outcome
from trans.watch import Watch
from trans.watch_status import status_path


def test_one_line_an_event_and_none_for_decodes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for number in range(2):
        with EventLog(path) as log:
            log.write("start", number=number)
            log(Decoded(3, 3, 40))
            log(Outcome("خبر.txt", "written", flags={"error": 1}, worst="The Arabic says 39; the English has 93"))
    assert "The Arabic says" not in path.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["event"] for line in lines] == ["start", "written"] * 2
    assert (lines[1]["id"], lines[1]["flags"]) == ("خبر.txt", {"error": 1})


def test_no_log() -> None:
    with EventLog(None) as log:
        log.write("start")


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    with EventLog(tmp_path / "log") as log:
        log.write("failed", id="bad\udcff.txt")
    assert json.loads((tmp_path / "log").read_text(encoding="utf-8"))["id"] == "bad\udcff.txt"


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(TransError, match="can't be written") as caught:
        EventLog(tmp_path)
    assert "--log-json" in caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_ends_the_log_with_one_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "trans"), EventLog(Path("/dev/full")) as log:
        for _ in range(3):
            log.write("start")
    (record,) = caplog.records
    assert "/dev/full" in record.getMessage()
    assert "going on without it" in record.getMessage()


# Turned over by size.


def numbers(path: Path) -> list[int]:
    """The events' numbers in a log and its older files, the oldest first."""
    files = [path.with_name(f"{path.name}.{number}") for number in range(KEPT_LOGS + 1, 0, -1)] + [path]
    lines = [line for file in files if file.exists() for line in file.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["number"] for line in lines]


def test_it_is_turned_over_before_it_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.touch(mode=0o640)
    for start in range(0, 30, 10):
        with EventLog(path, 300) as log:
            for number in range(start, start + 10):
                log.write("e", number=number)
    files = sorted(tmp_path.iterdir())
    assert len(files) == KEPT_LOGS + 1
    assert all(file.stat().st_size <= 300 for file in files)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o640}, "whoever could read it still can"
    kept = numbers(path)
    assert kept == list(range(30 - len(kept), 30)), "the oldest go, and nothing between"


def test_a_line_that_is_larger_than_a_file_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with EventLog(path, 100) as log:
        for number in range(3):
            log.write("e", number=number, text="x" * 500)
    assert numbers(path) == [0, 1, 2]
    assert len(list(tmp_path.iterdir())) == 3


def test_without_a_size_it_grows(tmp_path: Path) -> None:
    with EventLog(tmp_path / "log", 0) as log:
        for number in range(100):
            log.write("e", number=number)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_many_writers_lose_no_line(tmp_path: Path) -> None:
    """Each has the file open for itself, as processes have; a lock is an open file's, not a process'."""
    path = tmp_path / "log"
    writers, lines = 6, 200

    def write(writer: int) -> None:
        with EventLog(path, 20_000) as log:
            for number in range(lines):
                log.write("e", number=writer * lines + number)

    with ThreadPoolExecutor(writers) as threads:
        list(threads.map(write, range(writers)))
    assert 2 < len(list(tmp_path.iterdir())) <= KEPT_LOGS + 1
    assert sorted(numbers(path)) == list(range(writers * lines))


_WRITER = """
import sys
from pathlib import Path
from trans.eventlog import EventLog
path, start, count, size = Path(sys.argv[1]), *map(int, sys.argv[2:])
print("ready", flush=True)
sys.stdin.readline()
with EventLog(path, size) as log:
    for number in range(start, start + count):
        log.write("e", number=number)
"""


def test_processes_lose_no_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    count = 1_000
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _WRITER, path, str(start), str(count), "40000"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for start in (0, count)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert len(list(tmp_path.iterdir())) > 2
    assert sorted(numbers(path)) == list(range(2 * count))


def test_what_another_program_has_moved_away_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with EventLog(path, 10_000) as log:
        log.write("e", number=0)
        path.rename(tmp_path / "log-2026-11-28")
        log.write("e", number=1)
        path.unlink()
        log.write("e", number=2)
    assert numbers(path) == [2]
    assert numbers(tmp_path / "log-2026-11-28") == [0]


def test_a_link_and_a_pipe_are_only_written_to(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "target", tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(target)
    os.mkfifo(pipe)
    read: list[str] = []
    reader = Thread(target=lambda: read.extend(pipe.read_text(encoding="utf-8").splitlines()))
    reader.start()
    for path in (link, pipe):
        with EventLog(path, 100) as log:
            for number in range(20):
                log.write("e", number=number)
    reader.join(timeout=60)
    assert [json.loads(line)["number"] for line in read] == list(range(20))
    assert numbers(target) == list(range(20))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "pipe", "target"]


@pytest.mark.parametrize("older", ["log.6", "log.1.gz", "log.12.xz"])
def test_one_that_another_program_turns_over_is_left_to_it(
    tmp_path: Path, older: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "log"
    (tmp_path / older).write_text("an older one")
    with caplog.at_level(logging.WARNING, "trans"), EventLog(path, 100) as log:
        for number in range(10):
            log.write("e", number=number)
        assert {name.name for name in tmp_path.iterdir()} == {"log", older}
        path.rename(tmp_path / "log.1")
        log.write("e", number=10)
    events = [
        json.loads(line)["number"] for name in ("log.1", "log") for line in (tmp_path / name).read_text().splitlines()
    ]
    assert events == list(range(11)), "moved away, it is begun anew"
    assert (tmp_path / older).read_text() == "an older one"
    (record,) = caplog.records
    assert f"as {older} shows" in record.getMessage()


def test_one_that_cannot_be_turned_over_grows_with_one_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(path: Path, target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refused)
    with caplog.at_level(logging.WARNING, "trans"), EventLog(tmp_path / "log", 100) as log:
        for number in range(20):
            log.write("e", number=number)
    assert numbers(tmp_path / "log") == list(range(20))
    (record,) = caplog.records
    assert "can't be turned over (Permission denied)" in record.getMessage()


# No text of an article.

CANARY = "كناريا"
ENGLISH_CANARY = "Quetzalcoatl"


def inputs(folder: Path) -> None:
    """Articles with the canary in all that they hold, whole and broken in many ways."""
    text = article(f"{LEAD} {CANARY}", f"{SECOND} {CANARY} 39", headline=f"{HEADLINE} {CANARY}")
    record = {
        "id": "one",
        "title": f"{HEADLINE} {CANARY}",
        "subtitle": CANARY,
        "body": f"{LEAD} {CANARY} https://example.org/{CANARY}",
        "author": CANARY,
        "date": f"{CANARY} 2026",
        "section": CANARY,
    }
    whole = json.dumps(record, ensure_ascii=False)
    row = f"هذا نص {CANARY} طويل من خبر,{LEAD} {CANARY}\n"
    files = {
        "good.txt": text,
        "poison.txt": f"{text}\n\nسم {CANARY}.\n",
        "unrendered.txt": f"{text}\n\nرسم {CANARY}.\n",
        "page.html": f"<html><head><title>{CANARY}</title></head><body><article><p>{text}</p></article>",
        "dump.jsonl": "\n".join(
            [
                whole,
                whole,
                whole[:-9],
                json.dumps({**record, "body": {f"{CANARY} in four words": CANARY}}),
                f'{{"{CANARY} in four words": 1}}',
                "[]",
                CANARY,
            ]
        ),
        "mapped.jsonl": json.dumps({"title": CANARY, "id": CANARY}, ensure_ascii=False),
        "headless.csv": row * 3,
        "table.csv": f'title,body,{CANARY} {CANARY} {CANARY} {CANARY}\n{CANARY},{LEAD} {CANARY}\n"{CANARY}',
        "feed.xml": f"<rss><channel><item><title>{CANARY}</title></item><item><guid>x</guid></item><item>{CANARY}<b></item>",
        "item.json": json.dumps(
            {"headlines": [{"value": CANARY}], "bodies": [{"value": [CANARY]}]}, ensure_ascii=False
        ),
        "broken.json": f'{{"headlines": [{{"value": "{CANARY}"',
        "news.xml": f"<newsMessage>{CANARY}&{CANARY};</newsMessage>",
        "odd.rtf": f"{{\\rtf1 {CANARY}",
        "odd.docx": CANARY * 10,
        "odd.mhtml": f"From: {CANARY}\nContent-Type: {CANARY}\n\n{CANARY}",
    }
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    (folder / "odd.txt").write_bytes(f"{CANARY} ".encode("utf-16-le")[:-1] * 9)


def test_no_log_holds_an_articles_text(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    def answer(text: str) -> str:
        if "سم" in text.split():
            raise ValueError(f"can't decode {text} or '{ENGLISH_CANARY}'") from KeyError(ENGLISH_CANARY)
        return f"{fake_english(text)} {ENGLISH_CANARY} 93"

    def break_(text: object) -> list[object]:
        raise LookupError(f"'{ENGLISH_CANARY}' in {CANARY}")

    FakeModels(FakeEngine(answer)).install(monkeypatch, repair=True)
    monkeypatch.setattr("trans.checks.SENTENCE_CHECKS", {"numbers": break_}, raising=True)
    inbox, out, textfile = tmp_path / "inbox", tmp_path / "out", tmp_path / "trans.prom"
    inbox.mkdir()
    (out / ".trans").mkdir(parents=True)
    inputs(inbox)
    clock, looks, outcomes = [1_000.0], iter(range(20)), []
    shown = ConsoleLogHandler(error_console())
    logger = logging.getLogger("trans")
    monkeypatch.setattr(logger, "handlers", [*logger.handlers, shown])
    with (
        caplog.at_level(logging.DEBUG, "trans"),
        EventLog(tmp_path / "log.jsonl") as log,
        Translator("news") as translator,
    ):

        def tell(event: Event) -> None:
            log(event)
            outcomes.extend([event] if isinstance(event, Outcome) else [])

        def changes() -> Iterator[set[Path]]:
            while True:
                clock[0] += 30
                if next(looks, None) is None:
                    watching.stop()
                yield set()

        watching = Watch(
            Places(inbox, out, tmp_path / "done", tmp_path / "failed"),
            translator,
            ["md", "html"],
            Live(out, str(inbox), "news", prometheus=textfile),
            changes,
            on_event=tell,
            monotonic=lambda: clock[0],
        )
        watching()
    statuses = {outcome.id: outcome.status for outcome in outcomes}
    assert statuses["good.txt"] == "written"
    assert statuses["poison.txt"] == "failed"
    assert sum(outcome.status == "failed" for outcome in outcomes) > 10
    told = {
        "log": (tmp_path / "log.jsonl").read_text(encoding="utf-8"),
        "status": status_path(out).read_text(encoding="utf-8"),
        "metrics": textfile.read_text(encoding="utf-8"),
        "stderr": capsys.readouterr().err,
        "records": "\n".join(logging.Formatter().format(record) for record in caplog.records),
        "reasons": "\n".join(outcome.reason for outcome in outcomes),
    }
    assert "poison.txt broke" in told["records"]
    assert "the check numbers broke" in told["records"]
    for where, text in told.items():
        assert text, where
        for word in (CANARY, ENGLISH_CANARY, json.dumps(CANARY)[1:-1], HEADLINE.split()[1], LEAD.split()[3]):
            lines = [line for line in text.splitlines() if word in line]
            assert not lines, (where, lines[:3])


@given(
    before=st.text("ab c'", max_size=9),
    text=st.text(st.characters(min_codepoint=0x600, max_codepoint=0x6FF), min_size=1),
)
def test_an_errors_words_quote_nothing(before: str, text: str) -> None:
    for error in (ValueError(f"{before} '{text}'"), ValueError(f"{before}{text}"), KeyError(text), ValueError([text])):
        told = kind_and_words(error)
        assert told.isascii() or set(told) - set(map(chr, range(128))) == {"…"}
        assert not set(text) & set(told + str(unquoted(error)))
    assert (
        kind_and_words(RuntimeError("the engine can't go on, isn't it"))
        == "RuntimeError: the engine can't go on, isn't it"
    )
