"""Inputs that change while they are read, that are no files, or have odd names: named failures or briefs of one state, no hang.

``TRANS_WHOLE=1`` tries every case, else a sample.
"""

import hashlib
import io
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from environment import no_hang
from fakes import FakeModels
from odd_names import NAMES
from running import briefs, fill_inputs, run, undisturbed
from sampling import sample
from texts import LEAD, SECOND, THIRD, article

from trans import sources
from trans.article import Article, Failure
from trans.render import json as json_brief
from trans.sources import Input, Reading, discover, read
from trans.sources.reading import Format

READING = Reading(5_000_000)


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    with no_hang():
        yield


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return fill_inputs(tmp_path / "inputs")


# Files that change while they are looked at.

OLD, NEW = article(LEAD, SECOND) * 35, article(THIRD) * 50
"""Larger than what Python reads at once."""


def _rewrite(path: Path) -> None:
    path.write_text(NEW, encoding="utf-8")


def _replace(path: Path) -> None:
    beside = path.with_name("beside")
    beside.write_text(NEW, encoding="utf-8")
    beside.replace(path)


def _truncate(path: Path) -> None:
    os.truncate(path, 1000)


def _empty(path: Path) -> None:
    os.truncate(path, 0)


def _grow(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(NEW)


def _vanish(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _socket(path: Path) -> None:
    path.unlink()
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's name may have some hundred characters
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


def _dangle(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.txt")


def _device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


CHANGES = (
    _rewrite,
    _replace,
    _truncate,
    _empty,
    _grow,
    _vanish,
    _folder,
    _pipe,
    _socket,
    _loop,
    _dangle,
    _device,
)

MOMENTS = ("before it is read", "when it was looked at", "while it is read", "at its end")


def _consistent(out: Path, states: set[str]) -> None:
    """A brief is of one state of its file: its sha256 is that of what was read, and its text is that state's."""
    for path in out.rglob("*.json"):
        if ".trans" in path.parts:
            continue
        brief = json_brief.read(path.read_bytes())
        assert brief.article.source.sha256 in states
        text = "".join(paragraph.text for paragraph in brief.article.paragraphs)
        assert not (SECOND.split()[0] in text and text.count(THIRD.split()[-1]) > 0 and LEAD not in text)


def _sha(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() and not path.is_symlink() else ""
    except OSError:
        return ""


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(("change", "when"), sample([(change, when) for change in CHANGES for when in MOMENTS], 6))
def test_a_file_that_changes(
    tmp_path: Path, change: Callable[[Path], None], when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, out = tmp_path / "inputs", tmp_path / "out"
    inputs.mkdir()
    path = inputs / "changing.txt"
    path.write_text(OLD, encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    states = {_sha(path)}
    done: list[None] = []

    def now() -> None:
        if not done:
            done.append(None)
            change(path)
            states.add(_sha(path))

    if when == "when it was looked at":
        opened = sources._opened

        def late(item: Input, size: int) -> BinaryIO:
            now()
            return opened(item, size)

        monkeypatch.setattr(sources, "_opened", late)
    elif when != "before it is read":
        reader = sources.FORMATS[".txt"].read

        def slow(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
            begun = stream.read(2000) if when == "while it is read" else stream.read()
            now()
            yield from reader(io.BytesIO(begun + stream.read()), name, reading)

        monkeypatch.setitem(sources.FORMATS, ".txt", Format(slow))
    first = run(inputs, out, between=now if when == "before it is read" else lambda: None)
    assert first.code in (0, 1)
    assert list(first.outcomes) == ["changing.txt"]
    assert first.outcomes["changing.txt"].status in ("written", "failed")
    _consistent(out, states)
    monkeypatch.undo()
    FakeModels().install(monkeypatch)
    # Whatever it is now, the next run says of it what a first run would.
    if not path.exists() and not path.is_symlink():
        assert run(inputs, out).code == 2
        return
    found = discover([inputs], out).inputs if not path.is_dir() else (Input(path, path.name),)
    again, fresh = run(inputs, out, found=found), run(inputs, tmp_path / "fresh", found=found)
    assert (again.code, again.reasons) == (fresh.code, fresh.reasons)
    if fresh.code == 0:
        assert briefs(out) == briefs(tmp_path / "fresh")
        assert run(inputs, out, found=found).statuses == {"changing.txt": "skipped"}


def test_a_changed_file_is_said_to_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(OLD, encoding="utf-16")  # of which any part can be read
    reader = sources.FORMATS[".txt"].read

    def slow(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
        begun = stream.read(2000)
        path.write_text(NEW, encoding="utf-16")
        yield from reader(io.BytesIO(begun + stream.read()), name, reading)

    monkeypatch.setitem(sources.FORMATS, ".txt", Format(slow))
    (found,) = read(Input(path, "a.txt"), READING)
    assert isinstance(found, Failure)
    assert "changed while it was read" in found.reason


# Names.


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("name", sample(list(NAMES), 12), ids=lambda name: ascii(name)[:30])
def test_a_name(tmp_path: Path, name: str) -> None:
    inputs, out = tmp_path / "inputs", tmp_path / "out"
    path = inputs / name
    path.parent.mkdir(parents=True)
    path.write_text(article(), encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    before = {each for each in tmp_path.rglob("*") if out not in each.parents}
    first = run(inputs, out)
    if not NAMES[name]:
        assert first.code == 1
        (reason,) = first.reasons.values()
        assert "name" in reason
        return
    assert first.code == 0, first.reasons
    (outcome,) = first.outcomes.values()
    assert outcome.id == name
    written = {file.name for file in outcome.files}
    assert written == set(briefs(out))
    assert json_brief.read((out / next(n for n in written if n.endswith(".json"))).read_bytes()).article.id == name
    assert {each for each in tmp_path.rglob("*") if out not in each.parents} == {*before, out}
    assert run(inputs, out).statuses == {name: "skipped"}
    page = (out / "index.html").read_text(encoding="utf-8")
    for hostile in ("\u202e", "\x1b", "<script>alert", "\x07"):
        assert hostile not in page
    for file in written:
        text = (out / file).read_text(encoding="utf-8")
        if not file.endswith(".json"):
            assert "\u202e" not in text
            assert "\x1b" not in text
            assert file.endswith(".html") or "\ntrans: nothing" not in text
            assert "<script>alert(1)" not in text


@pytest.mark.usefixtures("models")
def test_names_that_differ_in_case_only_are_refused_for_who_reads_them_elsewhere(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for name in ("a.txt", "A.TXT"):
        (inputs / name).write_text(article(), encoding="utf-8")
    if len(list(inputs.iterdir())) == 1:
        pytest.skip("this disk ignores letter case: there is one file")
    ran = run(inputs, tmp_path / "out")
    assert ran.code == 2
    assert ran.stopped
    assert "a.txt" in ran.stopped.message
    assert "A.TXT" in ran.stopped.message
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("models")
def test_what_is_no_file_is_a_failure_and_not_waited_for(folder: Path, tmp_path: Path) -> None:
    expected = undisturbed(folder, tmp_path)
    for name, make in (("pipe", _pipe), ("socket", _socket), ("device", _device), ("loop", _loop), ("link", _dangle)):
        path = folder / f"{name}.txt"
        path.write_text("", encoding="utf-8")
        make(path)
    (folder / "folder.txt").mkdir()
    (folder / "around").symlink_to(folder)
    (folder / "round").symlink_to("round")
    ran = run(folder, tmp_path / "out")
    assert ran.code == 1
    assert set(ran.reasons) == {"pipe.txt", "socket.txt", "device.txt", "loop.txt", "link.txt"}
    assert briefs(tmp_path / "out") == expected


@pytest.mark.usefixtures("models")
def test_an_empty_folder_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "inputs" / "inner").mkdir(parents=True)
    ran = run(tmp_path / "inputs", tmp_path / "out")
    assert ran.code == 2
    assert ran.stopped
    assert "No articles found" in ran.stopped.message


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("levels", sample([200, 500, 1000, 1200, 1700, 1990, 2040, 3000], 1))
def test_folders_deeper_than_paths_may_be_long(tmp_path: Path, levels: int) -> None:
    inputs, out = tmp_path / "inputs", tmp_path / "out"
    inputs.mkdir()
    (inputs / "top.txt").write_text(article(), encoding="utf-8")
    here = os.open(inputs, os.O_RDONLY)
    try:
        for _ in range(levels):
            os.mkdir("a", dir_fd=here)
            below = os.open("a", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = below
        file = os.open("deep.txt", os.O_WRONLY | os.O_CREAT, 0o666, dir_fd=here)
        os.write(file, article().encode())
        os.close(file)
    finally:
        os.close(here)
    try:
        ran = run(inputs, out)
        assert ran.stopped is None
        assert ran.outcomes["top.txt"].status == "written"
        assert len(ran.outcomes) == 2
        (status,) = (outcome.status for name, outcome in ran.outcomes.items() if name != "top.txt")
        assert status in ("written", "failed")
        again = run(inputs, out)
        assert again.statuses["top.txt"] == "skipped"
    finally:
        subprocess.run(["/bin/rm", "-rf", str(inputs), str(out)], check=True)  # Python's own gives up


PLACES = ("one.md", "one.json", "one.html", "sub", "sub/three.md.md")
OTHERS = (_pipe, _folder, _loop, _socket, _dangle)


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize(("name", "what"), sample([(name, what) for name in PLACES for what in OTHERS], 4))
def test_something_else_lies_where_a_brief_goes(
    folder: Path, tmp_path: Path, name: str, what: Callable[[Path], None]
) -> None:
    expected = undisturbed(folder, tmp_path)
    out = tmp_path / "out"
    place = out / name
    place.parent.mkdir(parents=True)
    place.write_text("", encoding="utf-8")
    what(place)
    there = place.lstat()
    ran = run(folder, out)
    assert ran.stopped is None
    assert set(ran.outcomes) == {"one.txt", "two.txt", "sub/three.md"}
    assert ran.outcomes["two.txt"].status == "written"
    assert (place.lstat().st_ino, place.lstat().st_mode) == (there.st_ino, there.st_mode)
    if name != "sub" or what is _folder:
        return
    assert ran.code == 1
    place.unlink()
    assert run(folder, out).code == 0
    assert briefs(out) == expected
