"""``trans gc``: what nobody needs goes, and nothing else: not what is only out of sight, edited, in use, or not ours."""

import contextlib
import json
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path
from threading import Event

import pytest
from fakes import FakeModels
from filelock import FileLock
from sampling import seed, whole
from texts import HEADLINE, LEAD, SECOND, article

from trans import owner
from trans.api import Translator
from trans.cli import app
from trans.config import load_config
from trans.durations import duration
from trans.errors import ExitCode, TransError
from trans.gc import DeletedBriefs, KeptError, fingerprints
from trans.manifest import Manifest
from trans.memory import SqliteMemory
from trans.models import locate, weights_sha256
from trans.models.copies import CONVERTER_VERSION, conversion_key
from trans.moved import MARK, note_places, read_moves
from trans.moves import Places, move
from trans.record import Record
from trans.run import Run
from trans.sources import discover
from trans.translation import Decoding, Hypothesis, Translation
from trans.watch_status import status_path

DAY_S = 86_400


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder and a cache folder of the test's own, and models that need no weights."""
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    FakeModels().install(monkeypatch)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of inputs and one of their briefs, made once."""
    place = tmp_path_factory.mktemp("made")
    inbox = place / "inbox"
    for name in ("a.txt", "sub/b.txt", "sub/c.txt"):
        put(inbox / name, article(headline=f"{HEADLINE} {name}"))
    records = [json.dumps({"id": str(number), "title": f"{HEADLINE} {number}", "body": LEAD}) for number in (1, 2)]
    put(inbox / "dump.jsonl", "\n".join(records))
    with pytest.MonkeyPatch.context() as patch:
        FakeModels().install(patch)
        run(inbox, place / "out")
    return place


def copied(made: Path, place: Path) -> None:
    """Put inputs and briefs into the folder ``place``, as a run there would have made them."""
    shutil.copytree(made, place, dirs_exist_ok=True)
    manifest = place / "out" / ".trans" / "manifest.jsonl"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(str(made), str(place)), encoding="utf-8")


@pytest.fixture
def inbox(made: Path, tmp_path: Path) -> Path:
    copied(made, tmp_path)
    return tmp_path / "inbox"


@pytest.fixture
def out(inbox: Path) -> Path:
    return inbox.with_name("out")


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def run(inbox: Path, out: Path, formats: tuple[str, ...] = ("md", "html")) -> None:
    with Translator("news") as translator:
        Run(translator, out, formats)(discover([inbox], out).inputs)


def gc(*arguments: str | Path) -> int:
    return int(app(["gc", *map(str, arguments)], standalone_mode=False))


def briefs(out: Path) -> set[str]:
    names = (path.relative_to(out) for path in out.rglob("*") if path.is_file())
    return {str(name) for name in names if name.parts[0] != ".trans" and name.name != "index.html"}


def of(*stems: str) -> set[str]:
    return {f"{stem}.{ending}" for stem in stems for ending in ("json", "md", "html")}


EVERYTHING = of("a", "sub/b", "sub/c", "dump.jsonl/1", "dump.jsonl/2")


def test_briefs_of_deleted_sources_go_with_all_that_tells_of_them(
    inbox: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inbox / "sub" / "b.txt").unlink()
    (inbox / "dump.jsonl").unlink()
    before = {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert gc(out, "--dry-run") == ExitCode.OK
    told = capsys.readouterr().out
    assert "Nothing was deleted" in told
    sizes = sum(len(content) for name, content in before.items() if name.stem == "b" or name.parts[0] == "dump.jsonl")
    assert f"3 things would go: {sizes / 1000:,.1f} kB" in told
    assert {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert gc(out) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[:3] == told.splitlines()[:3]
    assert briefs(out) == of("a", "sub/c")
    assert not (out / "dump.jsonl").exists(), "an empty folder is no brief"
    page = (out / "index.html").read_text(encoding="utf-8")
    assert ("a.txt" in page, "sub/b.txt" in page, "dump.jsonl" in page) == (True, False, False)
    assert {record.id for record in Manifest(out).records()} == {"a.txt", "sub/c.txt"}
    assert gc(out) == ExitCode.OK
    assert "0 things went" in capsys.readouterr().out


def test_what_stays_is_what_has_its_source(made: Path, tmp_path: Path) -> None:
    sources = {
        "a.txt": of("a"),
        "sub/b.txt": of("sub/b"),
        "sub/c.txt": of("sub/c"),
        "dump.jsonl": of("dump.jsonl/1", "dump.jsonl/2"),
    }
    subsets = [set(chosen) for number in range(1, 4) for chosen in combinations(sources, number)]
    for number, deleted in enumerate(subsets):
        place = tmp_path / str(number)
        copied(made, place)
        for name in deleted:
            (place / "inbox" / name).unlink()
        if {"sub/b.txt", "sub/c.txt"} <= deleted:  # an empty folder may be a drive that is away
            (place / "inbox" / "sub").rmdir()
        assert gc(place / "out", "-q") == ExitCode.OK
        assert briefs(place / "out") == set().union(*(files for name, files in sources.items() if name not in deleted))
        assert {record.path for record in Manifest(place / "out").records()} == {
            str(place / "inbox" / name) for name in sources.keys() - deleted
        }


def away(inbox: Path, out: Path) -> None:
    inbox.rename(inbox.with_name("unmounted"))


def unmounted(inbox: Path, out: Path) -> None:
    away(inbox, out)
    inbox.mkdir()


def emptied(inbox: Path, out: Path) -> None:
    for path in (inbox / "sub").iterdir():
        path.unlink()


def moved(inbox: Path, out: Path) -> None:
    done = inbox / "done"
    note_places(Places(inbox, out, done))
    for name in ("a.txt", "sub/b.txt"):
        move(inbox / name, done / name)


def moved_beside_another(inbox: Path, out: Path) -> None:
    done = inbox.with_name("done")
    note_places(Places(inbox, out, done, inbox.with_name("failed")))
    put(done / "a.txt", "an earlier one")
    move(inbox / "a.txt", done / "a.txt")
    (done / "a.txt").unlink()


def moved_to_a_drive_that_is_away(inbox: Path, out: Path) -> None:
    moved_beside_another(inbox, out)
    inbox.with_name("done").rename(inbox.with_name("unmounted"))
    inbox.with_name("done").mkdir()


def moved_to_a_folder_that_is_gone(inbox: Path, out: Path) -> None:
    moved_beside_another(inbox, out)
    inbox.with_name("done").rename(inbox.with_name("unmounted"))


def moved_to_a_folder_that_another_stands_for(inbox: Path, out: Path) -> None:
    moved_to_a_folder_that_is_gone(inbox, out)
    put(inbox.with_name("done") / "of another drive.txt", "")
    note_places(Places(inbox, out, inbox.with_name("done")))  # the hot folder has been started meanwhile


def with_a_drive_away_when_it_began(inbox: Path, out: Path) -> None:
    """The mark is on the disk below, the inputs are on the drive."""
    moved_beside_another(inbox, out)
    for path in inbox.with_name("done").iterdir():
        if path.suffix == ".txt":
            path.unlink()


def hiding(inbox: Path, out: Path) -> None:
    unmounted(inbox, out)
    put(inbox / ".NOT_MOUNTED", "")


def of_another_drive(inbox: Path, out: Path) -> None:
    unmounted(inbox, out)
    put(inbox / "NOT_MOUNTED.txt", "")


def linked_to_a_drive(inbox: Path, out: Path) -> None:
    """As /media/ed/WIRE would be: the link's name is that of the folder it leads to, and another drive is there."""
    drives = inbox.with_name("drives")
    for name in ("WIRE", "OTHER"):
        put(drives / name / f"{name}.txt", article(SECOND))
        (inbox / name).symlink_to(drives / name)
    run(inbox, out)
    assert (out / "WIRE" / "WIRE.md").is_file()
    (drives / "WIRE").rename(inbox.with_name("unplugged"))


def linked_to_a_drive_earlier(inbox: Path, out: Path) -> None:
    linked_to_a_drive(inbox, out)
    by_an_earlier_version(out)


def by_an_earlier_version(out: Path) -> None:
    manifest = Manifest(out)
    manifest.append([replace(record, below=0) for record in manifest.records()])


def of_another_machine(inbox: Path, out: Path) -> None:
    manifest = Manifest(out)
    record = manifest.get("a.txt")
    assert record
    manifest.append([replace(record, owner="1/2.00/elsewhere")])
    (inbox / "a.txt").unlink()


def moved_elsewhere_by_an_earlier_version(inbox: Path, out: Path) -> None:
    moved_by_an_earlier_version(inbox, out)
    by_an_earlier_version(out)
    note_places(Places(inbox, out, inbox.with_name("new")))
    put(inbox.with_name("new") / "one.txt", "")


def with_places_that_are_damaged(inbox: Path, out: Path) -> None:
    moved(inbox, out)
    places = put(out / ".trans" / "places.json", "{")
    note_places(Places(inbox, out, inbox / "done"))
    assert places.read_text() == "{"
    (inbox / "done" / "a.txt").unlink()


def moved_by_an_earlier_version(inbox: Path, out: Path) -> None:
    status_path(out).write_text("{}")
    move(inbox / "a.txt", inbox.with_name("done") / "a.txt")


def edited(inbox: Path, out: Path) -> None:
    (out / "a.md").write_text("an editor's own words")
    (inbox / "a.txt").unlink()


def edited_and_made_again(inbox: Path, out: Path) -> None:
    (out / "a.md").write_text("an editor's own words")
    put(inbox / "a.txt", article(SECOND))
    run(inbox, out)
    assert (out / "a.new.md").is_file()
    (inbox / "a.txt").unlink()


def in_a_store(inbox: Path, out: Path) -> None:
    manifest = Manifest(out)
    addresses = {"a.txt": "s3://bucket/a.txt", "sub/b.txt": "not-installed://bucket/sub/b.txt"}
    for name, address in addresses.items():
        record = manifest.get(name)
        assert record
        manifest.append([replace(record, path=address)])


def nowhere(inbox: Path, out: Path) -> None:
    (out / ".trans" / "manifest.jsonl").unlink()
    (inbox / "a.txt").unlink()


def linked(inbox: Path, out: Path) -> None:
    elsewhere = inbox.with_name("elsewhere") / "story.txt"
    put(elsewhere, article(SECOND))
    put(elsewhere.with_name("other.txt"), "")
    (inbox / "link.txt").symlink_to(elsewhere)
    run(inbox, out)
    elsewhere.unlink()


def no_folder_of_ours(inbox: Path, out: Path) -> None:
    (out / "sub").rename(out.with_name("moved"))
    (out / "sub").symlink_to(out.with_name("moved"))
    (inbox / "sub" / "b.txt").unlink()


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (away, "inbox is not there"),
        (unmounted, "inbox is empty, as when its drive is not mounted"),
        (emptied, "sub is empty"),
        (moved, "0 things went"),
        (moved_beside_another, "0 things went"),
        (moved_to_a_drive_that_is_away, "done is empty"),
        (moved_to_a_folder_that_is_gone, "done is not there"),
        (moved_to_a_folder_that_another_stands_for, "none of the sources found in"),
        (with_a_drive_away_when_it_began, "done is empty"),
        (hiding, "inbox is empty, as when its drive is not mounted"),
        (of_another_drive, "none of the sources found in"),
        (linked_to_a_drive, "through links"),
        (linked_to_a_drive_earlier, "WIRE is not there, and may have been a link"),
        (of_another_machine, "on another machine"),
        (moved_elsewhere_by_an_earlier_version, "an earlier version made them"),
        (with_places_that_are_damaged, "places.json is damaged"),
        (moved_by_an_earlier_version, "start it once"),
        (edited, "edited by hand"),
        (edited_and_made_again, "edited by hand"),
        (in_a_store, "2 briefs kept: their sources are in a store"),
        (nowhere, "0 things went"),
        (linked, "through links"),
        (no_folder_of_ours, ""),
    ],
)
def test_what_is_only_out_of_sight_or_not_ours_is_kept(
    inbox: Path, out: Path, capsys: pytest.CaptureFixture[str], happens: Callable[[Path, Path], None], said: str
) -> None:
    happens(inbox, out)
    before = briefs(out)
    elsewhere = briefs(out.with_name("moved"))
    assert before | {f"sub/{name}" for name in elsewhere} >= EVERYTHING
    assert gc(out) == ExitCode.OK
    assert said in capsys.readouterr().out
    assert briefs(out) == before
    assert briefs(out.with_name("moved")) == elsewhere


def test_a_source_that_was_moved_and_then_deleted_is_deleted(inbox: Path, out: Path) -> None:
    moved(inbox, out)
    (inbox / "done" / "a.txt").unlink()
    assert gc(out) == ExitCode.OK
    assert briefs(out) == EVERYTHING - of("a")


def test_a_mark_says_that_a_folder_is_the_one_that_is_meant(inbox: Path, out: Path) -> None:
    of_another_drive(inbox, out)
    put(inbox / MARK, "")
    assert gc(out) == ExitCode.OK
    assert briefs(out) == set()


def test_places_are_marked_the_first_time_only(inbox: Path, out: Path) -> None:
    places = Places(inbox, out, inbox.with_name("done"), inbox / "failed")
    note_places(places)
    marks = [inbox.with_name("done") / MARK, inbox / "failed" / MARK]
    assert all(mark.is_file() for mark in marks)
    for mark in marks:
        mark.unlink()
    note_places(places)
    note_places(Places(inbox / "sub", out, inbox.with_name("done")))
    assert not any(mark.exists() for mark in marks)
    assert len(read_moves(out).pairs) == 3


def test_places_that_cannot_be_marked_are_written_down(
    inbox: Path, out: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    done = put(tmp_path / "file", "") / "done"
    assert note_places(Places(inbox, out, done))
    assert [folder for _, folder in read_moves(out).pairs] == [done]
    assert "can't be written" in caplog.text
    assert not note_places(Places(inbox, tmp_path / "file", inbox / "done")), "then nothing is moved"


def test_the_manifest_is_not_read_anew_for_each_brief(inbox: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (inbox / "a.txt").unlink()
    (inbox / "dump.jsonl").unlink()
    sweep = DeletedBriefs(out)
    found = list(sweep.find())
    refreshed = 0

    def refresh(manifest: Manifest) -> None:
        nonlocal refreshed
        refreshed += 1

    monkeypatch.setattr(Manifest, "refresh", refresh)
    for litter in found:
        sweep.remove(litter)
    assert (len(found), refreshed) == (3, 1)


def test_a_folder_that_is_deleted_with_all_in_it_is_deleted(inbox: Path, out: Path) -> None:
    for path in (inbox / "sub").iterdir():
        path.unlink()
    (inbox / "sub").rmdir()
    assert gc(out) == ExitCode.OK
    assert briefs(out) == EVERYTHING - of("sub/b", "sub/c")


def test_formats_that_were_made_before_and_stand_beside_an_edited_one_go_too(inbox: Path, out: Path) -> None:
    run(inbox, out, ("tmx", "docx"))
    assert (out / "a.docx").is_file()
    run(inbox, out, ("md",))
    (inbox / "a.txt").unlink()
    assert gc(out) == ExitCode.OK
    assert not list(out.glob("a.*"))


def test_a_manifest_that_names_other_files_deletes_none(inbox: Path, out: Path, tmp_path: Path) -> None:
    precious = put(tmp_path / "precious.txt", "text")
    manifest = Manifest(out)
    record = manifest.get("a.txt")
    assert record
    sha = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"  # of "text"
    names = {"json": ("../precious.txt", sha), "md": (str(precious), sha), "html": ("", sha)}
    manifest.append([replace(record, outputs=names, known=(*record.known, sha))])
    (inbox / "a.txt").unlink()
    assert gc(out) == ExitCode.OK
    assert precious.is_file()


def test_an_article_that_comes_back_while_it_looks_keeps_its_brief(inbox: Path, out: Path) -> None:
    text = (inbox / "a.txt").read_text(encoding="utf-8")
    (inbox / "a.txt").unlink()
    sweep = DeletedBriefs(out)
    (litter,) = sweep.find()
    put(inbox / "a.txt", text + LEAD)
    with pytest.raises(KeptError):
        sweep.remove(litter)
    run(inbox, out)
    (inbox / "a.txt").unlink()
    with pytest.raises(KeptError):
        sweep.remove(litter)  # another run has made it meanwhile
    sweep.finish()
    assert briefs(out) == EVERYTHING


@pytest.mark.parametrize("at", range(4))
def test_one_that_is_killed_is_finished_by_the_next(
    inbox: Path, out: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.txt").unlink()
    (inbox / "dump.jsonl").unlink()
    real = Path.unlink
    done: list[Path] = []

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.is_relative_to(out) and path.suffix in (".json", ".md", ".html"):
            if len(done) == at:
                raise KeyboardInterrupt
            done.append(path)
        real(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", unlink)
        assert gc(out) == ExitCode.INTERRUPTED
    assert gc(out) == ExitCode.OK
    assert briefs(out) == of("sub/b", "sub/c")
    assert {record.id for record in Manifest(out).records()} == {"sub/b.txt", "sub/c.txt"}


def test_beside_runs_no_brief_is_lost_and_none_stays(inbox: Path, out: Path) -> None:
    """Sources come and go while a run after another makes briefs and gc after gc deletes them."""
    texts = {name: (inbox / name).read_text(encoding="utf-8") for name in ("a.txt", "sub/b.txt", "sub/c.txt")}
    rounds = random.Random(seed())
    over = Event()

    def clean() -> None:
        while not over.is_set():
            sweep = DeletedBriefs(out)
            for litter in list(sweep.find()):
                with contextlib.suppress(KeptError):
                    sweep.remove(litter)
            sweep.finish()

    with ThreadPoolExecutor(1) as threads, Translator("news") as translator:
        cleaning = threads.submit(clean)
        for _ in range(300 if whole() else 6):
            for name, text in texts.items():
                if rounds.random() < 0.5:
                    put(inbox / name, text)
                else:
                    (inbox / name).unlink(missing_ok=True)
            Run(translator, out, ("md", "html"))(discover([inbox], out).inputs)
        over.set()
        cleaning.result(timeout=60)
        Run(translator, out, ("md", "html"))(discover([inbox], out).inputs)
    put(inbox / "sub" / "stays.md", "")
    assert gc(out) == ExitCode.OK
    there = {name.removesuffix(".txt") for name in texts if (inbox / name).is_file()}
    assert briefs(out) == of(*there, "dump.jsonl/1", "dump.jsonl/2")


def test_what_is_known_of_deleted_failures_goes_too(inbox: Path, out: Path) -> None:
    put(inbox / "bad.txt", "")
    run(inbox, out)
    assert Manifest(out).get("bad.txt")
    (inbox / "bad.txt").unlink()
    assert gc(out) == ExitCode.OK
    assert not Manifest(out).get("bad.txt")
    assert briefs(out) == EVERYTHING


# The memory.


def translation(text: str) -> Translation:
    return Translation((Hypothesis(text, -0.5, 3, True),), "", Decoding())


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand rows, every other one used just now, the rest half a year ago."""
    path = tmp_path_factory.mktemp("filled") / "memory.sqlite"
    full = SqliteMemory(path, 10**9)
    full.put("translate", "f", Decoding(), {f"text {n}": translation("word " * 40) for n in range(10_000)})
    full.close()
    db = sqlite3.connect(path)
    keys = [key for (key,) in db.execute("SELECT key FROM decodes ORDER BY key")]
    old = int(time.time()) - 180 * DAY_S
    with db:
        db.executemany("UPDATE decodes SET used = ? WHERE key = ?", [(old, key) for key in keys[::2]])
    db.close()
    return path


@pytest.fixture
def memory(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "memory.sqlite"))


def rows(path: Path) -> int:
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(db.execute("SELECT count(*) FROM decodes").fetchone()[0])
    finally:
        db.close()


def test_unused_decodes_go_and_the_file_shrinks(memory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = memory.stat().st_size
    assert gc("--memory", memory, "--dry-run") == ExitCode.OK
    assert "5,000 decodes not used for so long" in capsys.readouterr().out
    assert (rows(memory), memory.stat().st_size) == (10_000, before)
    assert gc("--memory", memory, "--older-than", "27w") == ExitCode.OK
    assert rows(memory) == 10_000
    assert gc("--memory", memory) == ExitCode.OK
    assert rows(memory) == 5_000
    assert memory.stat().st_size < 0.6 * before
    assert gc("--memory", memory) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 things"), "there is no more to gain"
    again = SqliteMemory(memory, 10**9)
    assert len(again.get("translate", "f", Decoding(), [f"text {n}" for n in range(10_000)])) == 5_000
    again.close()


def test_a_memory_in_use_is_cleaned_beside_its_users(memory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    user = SqliteMemory(memory, 10**9)
    kept = user.get("translate", "f", Decoding(), ["text 0", "text 1", "text 2", "text 3"])
    assert gc("--memory", memory) == ExitCode.OK
    user.put("translate", "f", Decoding(), {"new": translation("new")})
    assert set(user.get("translate", "f", Decoding(), [*kept, "new"])) == {*kept, "new"}, (
        "what was used meanwhile stays"
    )
    assert "is in use: run again when no run is at work" in capsys.readouterr().out
    user.close()
    assert 5_001 <= rows(memory) <= 5_005
    loose = memory.stat().st_size
    assert gc("--memory", memory) == ExitCode.OK
    assert "unused room in the memory" in capsys.readouterr().out
    assert memory.stat().st_size < 0.7 * loose
    assert 5_001 <= rows(memory) <= 5_005


def test_a_memory_that_is_busy_is_said_and_no_failure(
    memory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trans.gc.decodes._BUSY_TIMEOUT_S", 0.05)
    writer = sqlite3.connect(memory, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    assert gc("--memory", memory) == ExitCode.OK
    assert "is in use: run again when no run is at work" in capsys.readouterr().out
    assert rows(memory) == 10_000
    writer.execute("ROLLBACK")
    writer.execute("BEGIN")
    writer.execute("SELECT count(*) FROM decodes").fetchone()  # reads on: its pages can't go yet
    assert gc("--memory", memory) == ExitCode.OK
    assert "is in use: run again when no run is at work, and its file shrinks" in capsys.readouterr().out
    writer.execute("ROLLBACK")
    writer.close()
    assert rows(memory) == 5_000


def test_a_large_memory_is_not_written_anew(
    memory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trans.gc.decodes._LARGE_BYTES", 1_000_000)
    before = memory.stat().st_size
    reader = sqlite3.connect(memory)
    reader.execute("SELECT count(*) FROM decodes").fetchone()  # has it open, and would keep VACUUM out
    assert gc("--memory", memory) == ExitCode.OK
    told = capsys.readouterr().out
    assert "is larger than 1.0 MB: only its empty pages went" in told
    assert "is in use" not in told
    reader.close()
    assert rows(memory) == 5_000
    assert memory.stat().st_size < before
    assert gc("--memory", memory) == ExitCode.OK
    assert "0 things went" in capsys.readouterr().out, "there is no more to gain"


def test_what_is_no_memory_of_this_version_is_left_alone(
    tmp_path: Path, memory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE precious (x)")
    db.close()
    text = put(tmp_path / "text.sqlite", "no database at all, and longer than a hundred bytes. " * 100)
    newer = sqlite3.connect(memory)
    newer.execute("PRAGMA user_version = 7")
    newer.close()
    for path in (other, text, memory):
        content = path.read_bytes()
        assert gc("--memory", path) == ExitCode.OK
        assert "left alone" in capsys.readouterr().out
        assert path.read_bytes() == content
    missing = tmp_path / "missing.sqlite"
    assert gc("--memory", missing) == ExitCode.OK
    assert not missing.exists()
    assert gc("--memory", "off") == ExitCode.OK


# The cache folder.


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "cache" / "ctranslate2"
    folder.mkdir(parents=True)
    return folder


def conversion(folder: Path, key: str, *, days: int) -> Path:
    put(folder / key / "model.bin", "weights")
    (folder / f"{key}.lock").touch()
    os.utime(folder / key, (time.time() - days * DAY_S,) * 2)
    return folder / key


def tiny_fingerprint() -> str:
    return weights_sha256(locate("embedded:tiny-marian-ar-en", "main", Path(), download=False))


def test_conversions_that_nobody_uses_go(copies: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted, unknown = tiny_fingerprint(), "ab" * 32
    of_today = conversion_key(wanted, "int8", "v1")
    kept = [
        conversion(copies, of_today, days=400),
        conversion(copies, conversion_key(unknown, "int8", "v1"), days=89),
        conversion(copies, of_today.replace("-ct2_", "-ct2_0.")[:-1] + "2", days=10),
        conversion(copies, "somebody's own folder", days=400),
        conversion(copies, "../other", days=400),
    ]
    link = copies / conversion_key("cd" * 32, "int8", "v1")
    link.symlink_to(kept[3])
    os.utime(link, (0, 0), follow_symlinks=False)
    stale = [
        conversion(copies, conversion_key(unknown, "float32", "none"), days=91),
        conversion(copies, of_today.replace("-ct2_", "-ct2_0."), days=91),
        conversion(copies, of_today.replace(f"-v{CONVERTER_VERSION}-", "-v1-"), days=91),
    ]
    assert gc("--dry-run") == ExitCode.OK
    assert "3 things would go" in capsys.readouterr().out
    assert gc() == ExitCode.OK
    told = capsys.readouterr().out
    assert told.count("made by other versions") == 2
    assert told.count("of a model that is not configured") == 1
    assert not [path for path in stale if path.exists()]
    assert all(path.is_dir() for path in kept)
    assert link.is_symlink()
    assert {path.name for path in copies.iterdir() if path.name.startswith(".")} == set()


def test_one_that_is_being_compared_or_was_used_meanwhile_is_kept(
    copies: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale = conversion(copies, conversion_key("ab" * 32, "int8", "v1"), days=91)
    with FileLock(copies / f"{stale.name}.lock"):
        assert gc() == ExitCode.OK
    assert "another process" in capsys.readouterr().out
    assert stale.is_dir()


def test_models_of_every_profile_are_wanted() -> None:
    assert tiny_fingerprint()[:32] in fingerprints(load_config(None), None)


def test_the_use_of_a_copy_is_noted(tmp_path: Path) -> None:
    from trans.models.copies import _mark_used

    copy = tmp_path / "copy"
    copy.mkdir()
    os.utime(copy, (0, 0))
    _mark_used(copy)
    assert time.time() - copy.stat().st_mtime < DAY_S
    _mark_used(tmp_path / "missing")


def test_what_killed_processes_left_goes_and_what_living_ones_write_stays(
    copies: Path, out: Path, memory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = conversion_key("ab" * 32, "int8", "v1")
    alive = owner.as_name(owner.current())
    dead = owner.as_name(owner.current().replace("/", "1/", 1))
    gone = [
        put(out / "sub" / ".abcd1234.tmp", "half"),
        put(out / ".trans" / f".{dead}.abcd1234.tmp", "half"),
        put(tmp_path / "cache" / ".hashes.json.abcd1234", "half"),
        put(copies / f".{key}.x1y2z3" / "model" / "model.bin", "half"),
        put(copies / ".trans-unpack.abcd1234" / "lock", ""),
        put(memory.with_name(memory.name + ".damaged"), "bytes"),
    ]
    stays = [
        put(out / ".trans" / f".{alive}.abcd1234.tmp", "half"),
        put(out / ".notes.tmp", "an editor's own"),
        put(out / "sub" / ".new12345.tmp", "just now"),
        put(copies / ".trans-unpack.busy1234" / "lock", ""),
        put(copies / f".{key.replace('int8', 'float32')}.x1y2z3" / "model.bin", "half"),
        put(out / ".autosave.tmp", "an editor's own"),
        put(tmp_path / "cache" / ".zprofile", "a cache folder that is somebody's home"),
        put(tmp_path / "cache" / ".htaccess", ""),
        put(tmp_path / "cache" / ".profile1", ""),
    ]
    long_ago = time.time() - 91 * DAY_S
    for path in [*gone, *stays]:
        if path.name != ".new12345.tmp":
            os.utime(path, (long_ago,) * 2)
            if path.is_relative_to(copies):
                for folder in path.parents[: len(path.relative_to(copies).parts) - 1]:
                    os.utime(folder, (long_ago,) * 2)
    outside = put(tmp_path / "outside" / ".abcd1234.tmp", "half")
    os.utime(outside, (long_ago,) * 2)
    (out / "link").symlink_to(outside.parent)
    busy = [FileLock(stays[3]), FileLock(copies / f"{key.replace('int8', 'float32')}.lock")]
    for lock in busy:
        lock.acquire()
    assert gc(out, "--memory", memory, "--dry-run") == ExitCode.OK
    assert all(path.exists() for path in [*gone, *stays])
    assert gc(out, "--memory", memory) == ExitCode.OK
    for lock in busy:
        lock.release()
    assert [path for path in gone if path.exists()] == []
    assert [path for path in [*stays, outside] if not path.exists()] == []
    assert briefs(out) >= EVERYTHING
    assert "temporary file" in capsys.readouterr().out


# The command.


def test_without_a_folder_the_usual_one_is_meant(inbox: Path, tmp_path: Path) -> None:
    run(inbox, Path("outputs"))
    (inbox / "a.txt").unlink()
    assert gc("-q") == ExitCode.OK
    assert briefs(Path("outputs")) == EVERYTHING - of("a")


def test_programs_are_told_in_json(inbox: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (inbox / "a.txt").unlink()
    emptied(inbox, out)
    assert gc(out, "--json") == ExitCode.OK
    told = json.loads(capsys.readouterr().out)
    assert [(item["name"], item["bytes"] > 0) for item in told["removed"]] == [("a.txt", True)]
    assert (told["dry_run"], told["problems"]) == (False, [])
    assert "2 briefs kept" in told["kept"][0]


def test_what_cannot_be_deleted_is_named_and_the_rest_goes(
    inbox: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", unlink)
    (inbox / "a.txt").unlink()
    (inbox / "dump.jsonl").unlink()
    assert gc(out) == ExitCode.SOME_FAILED
    assert "a.md can't be deleted: Permission denied" in capsys.readouterr().err
    assert not list((out).glob("dump.jsonl/*"))


@pytest.mark.parametrize(
    "arguments", [["--older-than", "90"], ["--older-than", "soon"], ["missing"], ["s3://bucket/briefs"], ["."]]
)
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(TransError) as raised:
        gc(*arguments)
    assert raised.value.exit_code == ExitCode.USAGE


def test_spans_of_time() -> None:
    assert [str(duration(text)) for text in ("12h", "90d", " 2W ", "0d")] == [
        "12:00:00", "90 days, 0:00:00", "14 days, 0:00:00", "0:00:00"
    ]  # fmt: skip
    assert [duration(text) for text in ("", "d", "-1d", "1.5d", "1m", "99999999d")] == [None] * 6


def test_a_record_survives_what_a_manifest_does_with_it(out: Path) -> None:
    """What gc reads is what was written."""
    manifest = Manifest(out)
    record = Record("x/y.txt", "done", path="/x/y.txt", outputs={"json": ("x/y.json", "0" * 64)}, known=("0" * 64,))
    manifest.append([record])
    assert record in list(Manifest(out).records())
    assert asdict(record)["path"] == "/x/y.txt"
