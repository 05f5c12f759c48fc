"""The memory: what is put comes back, whatever else happens to the file."""

import json
import logging
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.errors import TransError
from trans.memory import SqliteMemory, default_path
from trans.translation import Decoding, Hypothesis, Translation

GREEDY = Decoding(beam_size=1)
BEAM = Decoding(beam_size=4)
MAX_BYTES = 10_000_000


def decode(text: str, decoding: Decoding = BEAM) -> Translation:
    return Translation((Hypothesis(text, -0.25, 3, True), Hypothesis(text + "!", -0.5, 4, False)), "ژ", decoding)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "memory.sqlite"


def test_decodes_come_back_after_reopening(path: Path) -> None:
    first = SqliteMemory(path, MAX_BYTES)
    first.put("translate", "model", BEAM, {"نص": decode("text")})
    first.close()
    second = SqliteMemory(path, MAX_BYTES)
    assert second.get("translate", "model", BEAM, ["نص", "آخر"]) == {"نص": decode("text")}
    second.close()


@given(st.dictionaries(st.text(), st.text(), max_size=5))
def test_any_text_is_a_key(texts: dict[str, str]) -> None:
    memory = SqliteMemory(Path(":memory:"), MAX_BYTES)
    memory.put("translate", "model", BEAM, {source: decode(target) for source, target in texts.items()})
    found = memory.get("translate", "model", BEAM, list(texts))
    memory.close()
    assert {source: item.best.text for source, item in found.items()} == texts


def test_task_model_and_settings_keep_decodes_apart(path: Path) -> None:
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, {"نص": decode("text")})
    assert memory.get("summarize", "model", BEAM, ["نص"]) == {}
    assert memory.get("translate", "other", BEAM, ["نص"]) == {}
    assert memory.get("translate", "model", GREEDY, ["نص"]) == {}
    memory.close()


def test_threads_may_ask_and_put_at_once(path: Path) -> None:
    memory = SqliteMemory(path, MAX_BYTES)

    def work(number: int) -> bool:
        texts = [f"جملة {number} {index}" for index in range(40)]
        for text in texts:
            memory.put("translate", "model", BEAM, {text: decode(text)})
            memory.get("translate", "model", BEAM, texts)
        return memory.get("translate", "model", BEAM, texts) == {text: decode(text) for text in texts}

    with ThreadPoolExecutor(max_workers=4) as threads:
        assert all(threads.map(work, range(4)))
    memory.close()


def test_more_keys_than_one_query_takes(path: Path) -> None:
    memory = SqliteMemory(path, MAX_BYTES)
    texts = {f"جملة {number}": decode(str(number)) for number in range(1200)}
    memory.put("translate", "model", BEAM, texts)
    assert memory.get("translate", "model", BEAM, list(texts)) == texts
    memory.close()


def test_the_least_recently_used_go_first_when_it_is_full(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("trans.memory.time.time", lambda: now)
    memory = SqliteMemory(path, max_bytes=200_000)
    for number in range(40):
        now += 1
        memory.put("translate", "model", BEAM, {f"{number}": decode("long " * 2000)})
    now += 1
    assert memory.get("translate", "model", BEAM, ["0"])  # used again: no longer the oldest
    memory.close()
    again = SqliteMemory(path, max_bytes=200_000)
    kept = again.get("translate", "model", BEAM, [str(number) for number in range(40)])
    again.close()
    assert "0" in kept
    assert "39" in kept
    assert "1" not in kept
    assert path.stat().st_size <= 250_000


@pytest.mark.parametrize("default", [False, True])
def test_a_damaged_file_is_set_aside(path: Path, monkeypatch: pytest.MonkeyPatch, default: bool) -> None:
    path.parent.mkdir()
    monkeypatch.setenv("TRANS_CACHE", str(path.parent if default else path.parent / "elsewhere"))
    assert (path == default_path()) is default
    path.write_bytes((b"" if default else b"SQLite format 3\0") + b"this is not a database, but long enough " * 100)
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, {"نص": decode("text")})
    assert memory.get("translate", "model", BEAM, ["نص"])
    memory.close()
    assert path.with_name("memory.sqlite.damaged").is_file()


def test_a_folder_that_cannot_be_made_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TransError) as raised:
        SqliteMemory(tmp_path / "file" / "memory.sqlite", MAX_BYTES)
    assert "memory" in raised.value.message
    assert "--memory" in raised.value.hint


def test_a_write_that_fails_turns_the_memory_off_and_not_the_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, {"قبل": decode("before")})
    monkeypatch.setattr("trans.memory._BUSY_TIMEOUT_S", 0)
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    assert memory._db is not None
    memory._db.execute("PRAGMA busy_timeout = 0")
    memory.put("translate", "model", BEAM, {"بعد": decode("after")})
    blocker.execute("ROLLBACK")
    blocker.close()
    assert memory.get("translate", "model", BEAM, ["قبل"])
    assert memory.get("translate", "model", BEAM, ["بعد"]) == {}
    memory.close()


@pytest.mark.parametrize("content", ["خبر: أعلنت الوزارة اليوم خطة جديدة.", "x", "a database of another program"])
def test_a_file_of_another_kind_is_left_alone(path: Path, content: str) -> None:
    path.parent.mkdir()
    if "another" in content:
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE notes (text TEXT)")
        other.close()
    else:
        path.write_text(content, encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(TransError, match="is not a memory of trans") as caught:
        SqliteMemory(path, MAX_BYTES)
    assert caught.value.hint == "Choose another file with --memory PATH, or --memory off."
    assert [(found.name, found.read_bytes()) for found in path.parent.iterdir()] == [(path.name, before)]


def test_an_empty_file_is_used(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, {"نص": decode("text")})
    assert memory.get("translate", "model", BEAM, ["نص"])
    memory.close()


def test_a_default_file_that_cannot_be_opened_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "file"))
    with caplog.at_level(logging.WARNING, "trans"):
        memory = SqliteMemory(default_path(), MAX_BYTES)
        memory.put("translate", "model", BEAM, {"نص": decode("text")})
        assert memory.get("translate", "model", BEAM, ["نص"]) == {}
        memory.close()
    assert len(caplog.records) == 1


@pytest.mark.parametrize("first", ["get", "put", "close"])
def test_damage_inside_costs_no_work_and_is_set_aside(path: Path, caplog: pytest.LogCaptureFixture, first: str) -> None:
    texts = {f"جملة {number}": decode("long " * 20 + str(number)) for number in range(2000)}
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, texts)
    memory.close()
    whole = bytearray(path.read_bytes())
    whole[8192:] = random.Random(1).randbytes(len(whole) - 8192)
    path.write_bytes(whole)
    memory = SqliteMemory(path, 1000 if first == "close" else MAX_BYTES)
    with caplog.at_level(logging.WARNING, "trans"):
        if first == "put":
            memory.put("translate", "model", BEAM, texts)
        elif first == "get":
            memory.get("translate", "model", BEAM, list(texts))
        if first != "close":
            assert memory.get("translate", "model", BEAM, list(texts)) == {}
            memory.put("translate", "model", BEAM, texts)
        memory.close()
        memory.close()
    (record,) = caplog.records
    assert "is damaged" in record.getMessage()
    assert "memory.sqlite.damaged" in record.getMessage()
    assert path.with_name("memory.sqlite.damaged").is_file()
    again = SqliteMemory(path, MAX_BYTES)
    again.put("translate", "model", BEAM, {"نص": decode("text")})
    assert again.get("translate", "model", BEAM, ["نص"])
    again.close()


def test_damage_that_another_process_has_set_aside_spares_the_new_file(path: Path) -> None:
    memory = SqliteMemory(path, MAX_BYTES)
    path.replace(path.with_name("memory.sqlite.damaged"))
    new = SqliteMemory(path, MAX_BYTES)
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    memory._turn_off(error)
    new.put("translate", "model", BEAM, {"نص": decode("text")})
    new.close()
    again = SqliteMemory(path, MAX_BYTES)
    assert again.get("translate", "model", BEAM, ["نص"])
    again.close()


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "",
        b"\xff\xfe\x00",
        b"\xc3(",
        7,
        "[" * 100_000,
        json.dumps([[], ""]),
        json.dumps([[["text", -0.5, 3]], ""]),
        json.dumps([[["text", "score", 3, True]], ""]),
        json.dumps([[[None, -0.5, 3, True]], ""]),
        json.dumps({"a": 1, "b": 2}),
    ],
)
def test_a_row_that_cannot_be_read_is_a_miss_and_is_written_anew(path: Path, value: object) -> None:
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, {"نص": decode("text"), "آخر": decode("other")})
    spoiler = sqlite3.connect(path, isolation_level=None)
    if isinstance(value, bytes):  # bytes that claim to be text
        spoiler.execute("UPDATE decodes SET value = CAST(? AS TEXT) WHERE instr(value, ?)", (value, b'"text"'))
    else:
        spoiler.execute("UPDATE decodes SET value = ? WHERE instr(value, ?)", (value, b'"text"'))
    assert spoiler.execute("SELECT changes()").fetchone() == (1,)
    spoiler.close()
    assert memory.get("translate", "model", BEAM, ["نص", "آخر"]) == {"آخر": decode("other")}
    memory.put("translate", "model", BEAM, {"نص": decode("text")})
    assert memory.get("translate", "model", BEAM, ["نص"]) == {"نص": decode("text")}
    memory.close()


def test_half_a_character_is_kept(path: Path) -> None:
    memory = SqliteMemory(path, MAX_BYTES)
    memory.put("translate", "model", BEAM, {"نص\ud800": decode("text\udfff")})
    assert memory.get("translate", "model", BEAM, ["نص\ud800"]) == {"نص\ud800": decode("text\udfff")}
    memory.close()
