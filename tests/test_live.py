"""How a service tells how it is: the status file, the metrics, the watchdog, and what the doctor makes of them."""

import configparser
import json
import os
import re
import shutil
import socket
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from console_script import called, complaint
from manager import heard
from manager import manager as manager
from prometheus_client.parser import text_string_to_metric_families

from trans import owner
from trans.errors import ExitCode, TransError
from trans.live import Live
from trans.notify import Notifier
from trans.settings import RunSettings
from trans.watch_status import Status, read_status, status_path, stuck

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


class Clock:
    """Seconds that pass when they are told to; ``wall`` is the time of day beside them."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def wall(self) -> datetime:
        return NOW + timedelta(seconds=self.now - 1000)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out" / ".trans").mkdir(parents=True)
    return tmp_path / "out"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def live(out: Path, clock: Clock, *, prometheus: Path | None = None, notify: Notifier | None = None) -> Live:
    return Live(out, "inbox", "tiny", prometheus=prometheus, notify=notify, monotonic=clock, now=clock.wall)


def test_the_status_tells_what_a_monitor_needs(out: Path, clock: Clock) -> None:
    told = live(out, clock)
    told.set("working", queue=3, oldest_s=clock.now - 40)
    clock.now += 5
    told.took(2, 3.0)
    told.counted(written=2, failures=1)
    document = json.loads(status_path(out).read_bytes())
    assert document["schema"] == "trans.status/1"
    assert document["pid"] == os.getpid()
    assert (document["state"], document["queue"], document["oldest_unread_s"]) == ("working", 3, 45.0)
    assert (document["written"], document["failures"], document["seconds_an_article"]) == (2, 1, 1.5)
    assert document["last_success"] == document["updated"] == "2026-11-27T06:00:05+00:00"
    assert document["started"] == "2026-11-27T06:00:00+00:00"
    assert document["disk_free_bytes"] > 0
    assert document["profile"] == "tiny"


def test_a_new_state_is_written_at_once(out: Path, clock: Clock) -> None:
    told = live(out, clock)
    told.set("idle")
    told.set("working", queue=1)
    assert (read_status(out).state, read_status(out).queue) == ("working", 1)


def test_it_is_written_at_most_once_a_second_and_while_nothing_happens_every_few(out: Path, clock: Clock) -> None:
    told = live(out, clock)
    told.set("working")
    first = status_path(out).read_bytes()
    clock.now += 0.5
    told.set("working", queue=1)
    assert status_path(out).read_bytes() == first
    clock.now += 0.5
    told.beat()
    second = status_path(out).read_bytes()
    assert second != first
    clock.now += 5
    told.set("working", queue=1)
    assert status_path(out).read_bytes() == second
    clock.now += 5
    told.beat()
    assert read_status(out).updated == "2026-11-27T06:00:11+00:00"


def test_a_status_that_cannot_be_written_stops_nothing(
    out: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    told = live(out, clock, prometheus=out / "missing" / "trans.prom")
    for _ in range(3):
        clock.now += 2
        told.set("idle", queue=int(clock.now))
    assert read_status(out).state == "idle"
    assert caplog.text.count("can't be written") == 1


def test_the_metrics_are_what_prometheus_reads(out: Path, clock: Clock) -> None:
    textfile = out.parent / "trans.prom"
    told = live(out, clock, prometheus=textfile)
    told.set("working", queue=3, oldest_s=clock.now - 40)
    clock.now += 1
    told.took(2, 3.0)
    told.counted(written=2, failures=1)
    samples = {
        sample.name: sample
        for family in text_string_to_metric_families(textfile.read_text(encoding="utf-8"))
        for sample in family.samples
    }
    assert {name.removeprefix("trans_watch_"): sample.value for name, sample in samples.items()} == {
        "up": 1,
        "waiting": 0,
        "started_timestamp_seconds": NOW.timestamp(),
        "updated_timestamp_seconds": NOW.timestamp() + 1,
        "last_success_timestamp_seconds": NOW.timestamp() + 1,
        "queue_files": 3,
        "oldest_unread_seconds": 41,
        "seconds_per_article": 1.5,
        "disk_free_bytes": read_status(out).disk_free_bytes,
        "written_articles_total": 2,
        "failures_total": 1,
    }
    assert samples["trans_watch_up"].labels == {"folder": "inbox", "profile": "tiny"}
    told.ended()
    assert "trans_watch_up{" in textfile.read_text()
    assert re.search(r"^trans_watch_up\{.*\} 0\.0$", textfile.read_text(), re.MULTILINE)


def test_systemd_hears_that_it_is_ready_alive_and_stopping(out: Path, clock: Clock, manager: socket.socket) -> None:
    told = live(out, clock, notify=Notifier.of({"NOTIFY_SOCKET": manager.getsockname()}))
    told.ready()
    assert heard(manager) == ["READY=1", "WATCHDOG=1\nSTATUS=starting: 0 written, 0 failed, 0 to read"]
    told.beat()
    assert not heard(manager), "once a second is enough"
    clock.now += 1
    told.set("waiting", problem="the disk is full")
    assert heard(manager) == ["WATCHDOG=1\nSTATUS=waiting: the disk is full"]
    told.ending()
    assert heard(manager) == ["STOPPING=1"]


def test_nobody_is_told_where_nobody_asks(manager: socket.socket, tmp_path: Path) -> None:
    Notifier.of({})(READY=1)
    Notifier(str(tmp_path / "nobody"))(READY=1)
    assert not heard(manager)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX") or os.name != "posix", reason="abstract names are Linux's")
def test_an_abstract_name_is_understood() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        name = f"trans-test-{os.getpid()}"
        receiver.bind(f"\0{name}")
        receiver.setblocking(False)
        Notifier(f"@{name}")(READY=1)
        assert heard(receiver) == ["READY=1"]


def status(**changes: object) -> Status:
    now = NOW.isoformat()
    well = Status("inbox", "tiny", os.getpid(), owner.current(), started=now, updated=now, state="idle")
    return replace(well, **changes)  # type: ignore[arg-type]


def test_a_service_that_works_or_rests_is_well() -> None:
    assert stuck(status(), NOW + timedelta(seconds=50), 60) is None
    assert stuck(status(state="working", queue=2, oldest_unread_s=5.0), NOW + timedelta(seconds=50), 60) is None


@pytest.mark.parametrize(
    ("changes", "later_s", "told"),
    [
        ({"state": "ended"}, 1, "has ended"),
        ({"owner": owner.current().replace("/", "/9", 1)}, 1, "is gone"),
        ({}, 61, "last heard of 61 s ago"),
        ({"state": "working", "queue": 2, "oldest_unread_s": 50.0}, 11, "2 files to read, the oldest for 61 s"),
        ({"queue": 1, "oldest_unread_s": 99.0, "problem": "the disk is full"}, 1, "the disk is full"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(changes: dict[str, object], later_s: int, told: str) -> None:
    found = stuck(status(**changes), NOW + timedelta(seconds=later_s), 60)
    assert found is not None
    problem, hint = found
    assert told in problem
    assert hint.endswith(".")


def test_of_a_process_on_another_machine_only_its_words_tell() -> None:
    elsewhere = status(owner="1/1.00/another-machine")
    assert stuck(elsewhere, NOW, 60) is None
    assert stuck(elsewhere, NOW + timedelta(seconds=61), 60)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"schema": "trans.status/9"}', b'{"schema": "trans.status/1"}']
)
def test_what_is_no_status_file_is_wrong_usage(out: Path, content: bytes) -> None:
    status_path(out).write_bytes(content)
    with pytest.raises(TransError) as raised:
        read_status(out)
    assert raised.value.exit_code == ExitCode.USAGE


def test_the_doctor_says_how_the_service_is(out: Path) -> None:
    assert "is not there" in complaint(called("doctor", "--live", out), 2)[0]
    told = Live(out, "inbox", "tiny")
    told.set("idle")
    well = called("doctor", "--live", out, "--max-age-s", "600")
    assert (well.returncode, well.stdout) == (0, "inbox: idle, 0 written, 0 failed, 0 to read\n")
    told.ended()
    assert "has ended" in complaint(called("doctor", "--live", out), 1)[0]


UNIT = ROOT / "docs" / "trans-watch.service"


def unit() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(UNIT.read_text(encoding="utf-8"))
    return parser


def test_the_unit_waits_for_ready_and_restarts_what_hangs() -> None:
    service = unit()["Service"]
    assert service["Type"] == "notify"
    assert service["NotifyAccess"] == "main"
    assert " watch " in service["ExecStart"]
    # Longer than any silence of a healthy service, and than it takes to finish what is in hand.
    assert int(service["WatchdogSec"]) >= 60
    assert int(service["TimeoutStopSec"]) > 60
    assert service["Restart"] == "on-failure"


def test_the_unit_outlives_an_article_that_kills_the_process() -> None:
    # The first start, and the one that goes on without it.
    assert int(unit()["Unit"]["StartLimitBurst"]) >= RunSettings().max_attempts + 2


def test_the_unit_sees_other_users_processes() -> None:
    # Else each of theirs would be taken for dead, and what it writes for left over.
    assert "ProtectProc" not in unit()["Service"]


def test_models_are_fetched_to_where_the_unit_looks() -> None:
    text = (ROOT / "docs" / "hot-folder.md").read_text(encoding="utf-8")
    settings = re.findall(r"^Environment=(.*)$", UNIT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for setting in " ".join(settings).split():
        assert setting.replace("HF_HUB_OFFLINE=1", "HF_HUB_OFFLINE=0") in text


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    systemd_analyze = shutil.which("systemd-analyze") or ""
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(re.sub(r"^(ExecStart=)\S+", r"\1/bin/true", text, flags=re.MULTILINE), encoding="utf-8")
    result = subprocess.run([systemd_analyze, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert UNIT.name not in result.stderr, result.stderr


def test_the_compose_file_watches_and_asks_the_doctor() -> None:
    (service,) = yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    assert service["command"][0] == "watch"
    assert service["healthcheck"]["test"][:4] == ["CMD", "trans", "doctor", "--live"]
    assert service["stop_grace_period"] == "90s"
    # As the unit.
    assert service["network_mode"] == "none"
    assert service["mem_limit"] == "8g"
    assert service["pids_limit"] == int(unit()["Service"]["TasksMax"])
