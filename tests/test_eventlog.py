"""The log for machines: one line an event; where it can't be written, the run goes on."""

import json
import logging
from pathlib import Path

import pytest

from trans.errors import TransError
from trans.eventlog import EventLog
from trans.outcome import Decoded, Outcome


def test_one_line_an_event_and_none_for_decodes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    for number in range(2):
        with EventLog(path) as log:
            log.write("start", number=number)
            log(Decoded(3, 3, 40))
            log(Outcome("خبر.txt", "written", flags={"error": 1}))
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
