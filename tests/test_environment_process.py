"""What a process meets: streams closed, full or not read, variables that lack, limits. The command line, on the fake engine.

``TRANS_WHOLE=1`` tries every case, else a sample.
"""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from environment import complained, fake_trans, no_hang
from odd_names import NAMES
from running import briefs, fill_inputs
from sampling import sample, whole
from texts import article


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    with no_hang():
        yield


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Inputs, and the briefs of an undisturbed run in a process, beside each other."""
    place = tmp_path_factory.mktemp("desk")
    fill_inputs(place / "inputs")
    done = fake_trans("run", place / "inputs", "--out", place / "expected", "--memory", "off")
    assert done.returncode == 0, done.stderr
    return place


def _closed(*numbers: int) -> Callable[[], None]:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


def _no_folder() -> None:
    gone = Path(os.environ.get("TMPDIR", "/tmp")) / f"gone-{os.getpid()}"  # noqa: S108
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()


SURROUNDINGS: dict[str, dict[str, Any]] = {
    "no HOME": {"HOME": None, "TRANS_CACHE": None, "XDG_CACHE_HOME": None},
    "a HOME that is nowhere": {"HOME": "/nonexistent/home", "TRANS_CACHE": None},
    "a HOME that is a file": {"HOME": "/dev/null", "TRANS_CACHE": None},
    "no folder for temporary files": {"TMPDIR": "/nonexistent"},
    "no locale": {"LC_ALL": "C", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "an encoding without Arabic": {"PYTHONIOENCODING": "ascii"},
    "another old encoding": {"PYTHONIOENCODING": "cp1252:strict"},
    "a terminal of 1978": {"TERM": "dumb", "COLUMNS": "20", "LINES": "3"},
    "no columns": {"COLUMNS": "0"},
    "no output": {"before": _closed(1)},
    "no error output": {"before": _closed(2)},
    "no input": {"before": _closed(0)},
    "no stream at all": {"before": _closed(0, 1, 2)},
    "few files": {"limits": {resource.RLIMIT_NOFILE: 64}},
}
"""What a run works in all the same."""


@pytest.mark.parametrize("name", sample(list(SURROUNDINGS), 2))
def test_a_run_works_in_odd_surroundings(desk: Path, tmp_path: Path, name: str) -> None:
    given = dict(SURROUNDINGS[name])
    out, odd = tmp_path / "out", desk / "inputs"
    done = fake_trans("run", odd, "--out", out, "--memory", tmp_path / "m.sqlite", cwd=desk, **given)
    assert done.returncode == 0, done.stderr
    assert briefs(out) == briefs(desk / "expected")


def test_a_run_whose_listener_goes_away_works_on(desk: Path, tmp_path: Path) -> None:
    """As ``trans run .. 2>&1 | head -1`` does."""
    reading, writing = os.pipe()
    os.close(reading)
    done = fake_trans("run", desk / "inputs", "--out", tmp_path / "out", "-v", stdout=writing, stderr=writing)
    os.close(writing)
    assert done.returncode == 0
    assert briefs(tmp_path / "out") == briefs(desk / "expected")


def test_a_run_whose_messages_have_no_room_works_on(desk: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = fake_trans("run", desk / "inputs", "--out", tmp_path / "out", "-v", stderr=full)
    assert done.returncode == 0
    assert briefs(tmp_path / "out") == briefs(desk / "expected")


BRIEF = article().encode()
REFUSED: dict[str, tuple[tuple[str, ...], dict[str, Any], int, str]] = {
    "a brief to a full disk": (
        ("run", "-", "--memory", "off"),
        {"given": BRIEF, "stdout": "/dev/full"},
        1,
        "disk is full",
    ),
    "a brief to nowhere": (
        ("run", "-", "--memory", "off"),
        {"given": BRIEF, "before": _closed(1)},
        1,
        "output is closed",
    ),
    "a story from nowhere": (("run", "-", "--memory", "off"), {"before": _closed(0)}, 1, "closed"),
    "no current folder": (("run", "inputs"), {"before": _no_folder}, 2, "current folder"),
    "a version to a full disk": (("--version",), {"stdout": "/dev/full"}, 1, "disk is full"),
    "no cache folder": (
        ("run", "/nowhere"),
        {"HOME": "relative", "TRANS_CACHE": "~nobody-of-that-name/x"},
        2,
        "no '/nowhere'",
    ),
}
"""What a command can't do, the exit code and what it says."""


@pytest.mark.parametrize("name", sample(list(REFUSED), 2))
def test_what_a_process_lacks_is_said(name: str) -> None:
    arguments, given, code, what = REFUSED[name]
    given = dict(given)
    with ExitStack() as stack:
        if isinstance(place := given.get("stdout"), str):
            given["stdout"] = stack.enter_context(Path(place).open("wb"))
        done = fake_trans(*arguments, **given)
    assert done.returncode == code, done.stderr
    assert what in complained(done)[0]


def test_a_reader_that_wants_no_more_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = fake_trans("run", "-", "--memory", "off", given=BRIEF, stdout=writing)
    os.close(writing)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


def test_a_terminal_is_told_nothing_that_it_would_obey(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    for name in NAMES:
        path = inputs / name
        if path.parent.is_file() or len(path.name.encode("utf-8", "surrogateescape")) > 255:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_dir():
            path.write_bytes(b"")
    done = fake_trans("run", inputs, "--out", tmp_path / "out", "--memory", "off")
    assert done.returncode == 1
    said = done.stderr.decode("utf-8")
    for hostile in ("\x1b", "\u202e", "\x07", "\r", "\ntrans: nothing"):
        assert hostile not in said
    assert "is empty" in said


# Below the first, Python itself does not start; the last is enough for the fake engine.
MEGABYTES = (80, 100, 120, 150, 180, 220, 260, 300, 350, 400, 450, 500, 600, 700, 800, 900, 1000, 1200, 1500, 2000)


@pytest.mark.parametrize("megabytes", sample(MEGABYTES, 1))
def test_too_little_memory_ends_in_two_lines(desk: Path, tmp_path: Path, megabytes: int) -> None:
    out = tmp_path / "out"
    limits = {resource.RLIMIT_AS: megabytes * 2**20}
    done = fake_trans("run", desk / "inputs", "--out", out, "--memory", "off", limits=limits)
    assert done.returncode in (0, 1), done.stderr
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert "fault of trans" not in said
    if done.returncode and "failed:" not in said:
        complained(done)
    assert briefs(out).items() <= briefs(desk / "expected").items()
    assert fake_trans("run", desk / "inputs", "--out", out, "--memory", "off").returncode == 0 if whole() else True


@pytest.mark.parametrize("files", sample([8, 12, 16, 20, 24, 32, 48], 1))
def test_too_few_files_end_in_two_lines(desk: Path, tmp_path: Path, files: int) -> None:
    out = tmp_path / "out"
    done = fake_trans("run", desk / "inputs", "--out", out, limits={resource.RLIMIT_NOFILE: files})
    assert done.returncode in (0, 1, 2), done.stderr
    if done.returncode:
        complained(done) if b"failed:" not in done.stderr else None
    assert b"Traceback" not in done.stderr
    assert briefs(out).items() <= briefs(desk / "expected").items()
