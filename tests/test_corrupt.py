"""Damaged files of every kind: what is damaged is said, set aside or made anew where it can be, and never believed.

Each file is cut short, has a bit turned, zeros, nothing or noise in it, JSON of another shape, or a folder in its place,
in several ways each. ``TRANS_WHOLE=1`` tries all of them, else a sample.
"""

import contextlib
import json
import logging
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from environment import DAMAGES, PAGE, damage, enlarge, no_hang, small_disk
from fakes import FakeModels
from running import briefs, fill_inputs, run
from sampling import sample
from typer.testing import CliRunner

from trans import checks, glossary_file, render
from trans.cli_names import _briefs
from trans.config import choose_profile, load_config
from trans.engines.pieces import load_pieces
from trans.engines.placement import Placement
from trans.engines.transformers import TransformersEngine
from trans.errors import ExitCode, TransError
from trans.index_file import Indexer
from trans.memory import SqliteMemory
from trans.models import checkpoint
from trans.models.checkpoint import describe, file_hashes, weights_sha256
from trans.models.copies import converted, copies_folder, is_whole
from trans.models.lock import read_lock
from trans.translation import Decoding, Hypothesis, Translation

NOW = datetime(2026, 11, 28, tzinfo=UTC)
SEEDS = range(12)
"""Places that each kind of damage is tried at."""


@pytest.fixture(autouse=True)
def _no_hang() -> Iterator[None]:
    with no_hang():
        yield


def cases(*kinds: str, seeds: range = SEEDS, count: int) -> list[tuple[str, int]]:
    return sample(
        [(kind, seed) for kind in kinds or DAMAGES for seed in (seeds if kind != "empty" else range(1))], count
    )


@contextlib.contextmanager
def told(*codes: ExitCode, said: str = "") -> Iterator[None]:
    """What happens in here may be refused, as a user's mistake is: in two lines, with one of these exit codes."""
    try:
        yield
    except TransError as error:
        problem = error
    else:
        return
    assert problem.message
    assert said in problem.message
    assert problem.hint
    assert "\n" not in problem.hint
    # Problems of settings are a list below the first line.
    assert all(line.startswith("  ") for line in problem.message.splitlines()[1:])
    assert problem.exit_code in codes


def content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


# What a run keeps for itself: the manifest, its briefs, the index's data, the memory.


@dataclass
class Desk:
    """A finished run: inputs, what it wrote, and an undisturbed copy of that."""

    inputs: Path
    out: Path
    memory: Path
    expected: dict[str, bytes]

    def run(self, memory: str | Path | None = "off") -> dict[str, str]:
        """Run again; return what became of each article. Raises ``TransError`` where nothing could."""
        ran = run(self.inputs, self.out, memory=memory)
        if ran.stopped:
            raise ran.stopped
        return ran.statuses

    def briefs(self) -> dict[str, bytes]:
        return briefs(self.out)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path, models: FakeModels) -> Desk:
    made = Desk(fill_inputs(tmp_path / "inputs"), tmp_path / "out", tmp_path / "memory.sqlite", {})
    made.run(made.memory)
    made.expected = made.briefs()
    return made


@pytest.mark.parametrize(("kind", "seed"), cases(*DAMAGES[:-1], count=4))
def test_a_damaged_manifest_is_made_anew_from_the_briefs(
    desk: Desk, kind: str, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = desk.out / ".trans" / "manifest.jsonl"
    damage(manifest, kind, seed)
    with caplog.at_level(logging.WARNING, "trans"):
        statuses = desk.run()
    assert set(statuses) == {"one.txt", "two.txt", "sub/three.md"}
    assert set(statuses.values()) <= {"skipped", "refreshed", "written"}
    new = {name: data for name, data in desk.briefs().items() if ".new" in name}
    kept = {name: data for name, data in desk.briefs().items() if ".new" not in name}
    assert kept == desk.expected
    assert set(new.values()) <= set(desk.expected.values())
    assert set(desk.run().values()) == {"skipped"}


def test_damaged_lines_within_the_manifest_are_told_once_and_taken_out(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = desk.out / ".trans" / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"\0" * 40 + b"\n" + b"".join(lines[:2]) + b'{"id": "cut\n' + b"".join(lines[2:]))
    with caplog.at_level(logging.WARNING, "trans"):
        assert set(desk.run().values()) == {"skipped"}
    assert "2 lines of the manifest" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING, "trans"):
        assert set(desk.run().values()) == {"skipped"}
    assert "manifest" not in caplog.text


def test_a_folder_in_the_manifests_place_is_said(desk: Desk) -> None:
    damage(desk.out / ".trans" / "manifest.jsonl", "a folder", 0)
    with pytest.raises(TransError, match=r"The manifest of .* can't be read"):
        desk.run()
    assert desk.briefs() == desk.expected


@pytest.mark.parametrize(
    "line",
    [
        b'{"id": 5, "status": "done", "hashes": null, "outputs": {}, "known": []}',
        b'{"id": ["a"], "status": "failed", "hashes": null, "outputs": {}, "known": []}',
        b'{"id": "one.txt", "status": "attempt", "attempts": "3", "hashes": null, "outputs": {}, "known": []}',
        b'{"id": "one.txt", "status": "done", "hashes": null, "outputs": {"json": [1, 2]}, "known": []}',
        b'{"id": "one.txt", "status": "odd", "hashes": null, "outputs": {}, "known": []}',
        b'{"id": "one.txt", "status": "done", "hashes": {"translation": 1, "checks": 2, "rendering": 3}, "outputs": {}}',
        b"[" * 50_000,
        b'"text"',
        b"\xff\xfe\x00",
    ],
    ids=range(9),
)
def test_a_line_of_another_shape_spoils_no_run(desk: Desk, line: bytes) -> None:
    with (desk.out / ".trans" / "manifest.jsonl").open("ab") as file:
        file.write(line + b"\n")
    assert set(desk.run().values()) <= {"skipped", "written", "refreshed"}
    assert desk.briefs() == desk.expected


@pytest.mark.parametrize("name", ["one.json", "one.md"])
@pytest.mark.parametrize(("kind", "seed"), cases(seeds=range(6), count=3))
def test_a_damaged_brief_is_never_written_over_and_spoils_no_index(
    desk: Desk, name: str, kind: str, seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody can tell it from one that an editor has changed."""
    path = desk.out / name
    damage(path, kind, seed)
    there = content(path)
    found = Indexer(desk.out).read(NOW)
    ids = {listed.entry.id for listed in found.briefs} | {problem.name for problem in found.unreadable}
    assert len(ids) >= 2
    broken: list[str] = []
    assert len(list(_briefs(desk.out, broken))) + len(broken) >= 2
    monkeypatch.setattr(render, "VERSION", render.VERSION + 1)
    monkeypatch.setattr(checks, "VERSION", checks.VERSION + 1)
    with caplog.at_level(logging.WARNING, "trans"):
        desk.run()
    assert content(path) == there
    assert json.loads((desk.out / "two.json").read_bytes())["id"] == "two.txt"
    # The manifest is lost beside: what can't be read is no brief of ours, and stays.
    shutil.rmtree(desk.out / ".trans")
    desk.run()
    assert content(path) == there
    assert set(desk.run().values()) == {"skipped"}


def test_a_record_from_before_there_was_a_digest_is_ours_though_the_manifest_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.out / "two.json"
    written = path.read_bytes()
    older = re.sub(rb',\n "digest": ".{64}"', b"", written)
    assert len(older) < len(written)
    path.write_bytes(older)
    shutil.rmtree(desk.out / ".trans")
    monkeypatch.setattr(render, "VERSION", render.VERSION + 1)
    assert set(desk.run().values()) == {"refreshed"}
    assert not list(desk.out.rglob("*.new*"))
    assert "digest" in json.loads(path.read_bytes())


def test_what_an_editor_wrote_into_a_record_stays_though_the_manifest_is_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.out / "two.json"
    written = path.read_text(encoding="utf-8")
    edited = written.replace('"en": "', '"en": "Edited: ', 1)
    assert edited != written
    path.write_text(edited, encoding="utf-8")
    shutil.rmtree(desk.out / ".trans")
    monkeypatch.setattr(render, "VERSION", render.VERSION + 1)
    assert desk.run() == {"one.txt": "refreshed", "sub/three.md": "refreshed", "two.txt": "written"}
    assert path.read_text(encoding="utf-8") == edited
    assert json.loads((desk.out / "two.new.json").read_bytes())["id"] == "two.txt"


@pytest.mark.parametrize(("kind", "seed"), cases(count=5))
def test_damaged_data_of_the_index_change_no_page(desk: Desk, kind: str, seed: int) -> None:
    before = Indexer(desk.out).read(NOW)
    damage(desk.out / ".trans" / "index.jsonl", kind, seed)
    assert Indexer(desk.out).read(NOW).briefs == before.briefs


@pytest.mark.parametrize("default", [True, False], ids=["of the cache folder", "named"])
@pytest.mark.parametrize(("kind", "seed"), cases(seeds=range(14), count=4))
def test_a_damaged_memory_gives_no_wrong_word(
    desk: Desk,
    kind: str,
    seed: int,
    default: bool,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Whatever is in it: a run's briefs are those of a run without one."""
    cache = desk.memory.parent / "cache"
    cache.mkdir()
    memory = cache / "memory.sqlite" if default else desk.memory
    if default:
        monkeypatch.setenv("TRANS_CACHE", str(cache))
        desk.memory.replace(memory)
    damage(memory, kind, seed)
    before = content(memory)
    shutil.rmtree(desk.out)
    with caplog.at_level(logging.WARNING, "trans"), told(*() if default else (ExitCode.USAGE,)):
        desk.run(None if default else memory)
    if not desk.out.exists():
        assert content(memory) == before
        return
    assert desk.briefs() == desk.expected
    # What was set aside was said, and from now on there is a memory again.
    asked = FakeModels().install(monkeypatch)
    shutil.rmtree(desk.out)
    desk.run(None if default else memory)
    assert desk.briefs() == desk.expected
    if memory.with_name("memory.sqlite.damaged").exists():
        assert "damaged" in caplog.text
        assert not asked.translator.calls or kind in ("one bit", "zeros", "random", "cut short")


def test_every_bit_of_a_remembered_text_counts(tmp_path: Path) -> None:
    decoding = Decoding()
    made = Translation((Hypothesis("The minister said 39.", -0.25, 5, True),), "ژ", decoding)
    whole = SqliteMemory(tmp_path / "m.sqlite", 10**7)
    whole.put("translate", "model", decoding, {"نص": made})
    whole.close()
    data = (tmp_path / "m.sqlite").read_bytes()
    at = data.index(b"The minister") - 3
    for place, bit in sample([(place, bit) for place in range(at, at + 60) for bit in range(8)], 60):
        (tmp_path / "n.sqlite").write_bytes(data[:place] + bytes((data[place] ^ 1 << bit,)) + data[place + 1 :])
        memory = SqliteMemory(tmp_path / "n.sqlite", 10**7)
        assert memory.get("translate", "model", decoding, ["نص"]) in ({}, {"نص": made})
        memory.close()
        for rest in tmp_path.glob("n.sqlite*"):
            rest.unlink()


def test_rows_from_before_there_was_a_sum_are_read(tmp_path: Path) -> None:
    decoding = Decoding()
    memory = SqliteMemory(tmp_path / "m.sqlite", 10**7)
    memory.put("translate", "model", decoding, {"a": Translation((Hypothesis("b", -0.5, 1, True),), "", decoding)})
    assert memory._db
    memory._db.execute("UPDATE decodes SET value = ?", (b'[[["b, 12]", -0.5, 1, true]], ""]',))
    assert memory.get("translate", "model", decoding, ["a"])["a"].best.text == "b, 12]"
    memory.close()


# What a user writes: settings, a lock, a glossary. They are refused in two lines, and never changed.


@pytest.mark.parametrize(("kind", "seed"), cases(count=14))
def test_a_damaged_models_yaml_is_refused_or_still_right(tmp_path: Path, kind: str, seed: int) -> None:
    path = tmp_path / "models.yaml"
    shutil.copy(Path(__file__).parents[1] / "models.yaml", path)
    damage(path, kind, seed)
    before = content(path)
    with told(ExitCode.USAGE):
        choose_profile(load_config(path), None, path)
    assert content(path) == before


LOCK = {
    "version": 1,
    "models": [
        {
            "model": "org/name",
            "revision": "main",
            "commit": "c0ffee",
            "licence": "Apache-2.0",
            "commercial": "yes",
            "files": {"config.json": {"sha256": "0" * 64, "bytes": 3}},
            "conversions": {"int8": "equal"},
        }
    ],
}


@pytest.mark.parametrize(("kind", "seed"), cases(count=14))
def test_a_damaged_lock_is_refused_or_still_one(tmp_path: Path, kind: str, seed: int) -> None:
    path = tmp_path / "models.lock"
    path.write_text(json.dumps(LOCK, indent=2), encoding="utf-8")
    damage(path, kind, seed)
    before = content(path)
    with told(ExitCode.USAGE):
        read_lock(path)
    assert content(path) == before


GLOSSARIES = {
    "desk.csv": "ar,en,variants,context,note\nوزارة المياه,Ministry of Water,Water Ministry,,\nالوزير,the minister,,,\n",
    "desk.yaml": "- ar: وزارة المياه\n  en: Ministry of Water\n- ar: الوزير\n  en: the minister\n",
}


@pytest.mark.parametrize("name", list(GLOSSARIES))
@pytest.mark.parametrize(("kind", "seed"), cases(count=10))
def test_a_damaged_glossary_is_refused_or_still_one(tmp_path: Path, name: str, kind: str, seed: int) -> None:
    path = tmp_path / name
    path.write_text(GLOSSARIES[name], encoding="utf-8")
    damage(path, kind, seed)
    before = content(path)
    with told(ExitCode.USAGE):
        glossary_file.load(path)
    assert content(path) == before


# Models: the checkpoint, and the copy that is made of it.

CHECKPOINT = ("config.json", "model.safetensors", "vocab.json", "source.spm", "target.spm")


@pytest.mark.parametrize("name", CHECKPOINT)
@pytest.mark.parametrize(("kind", "seed"), cases(count=3))
def test_a_damaged_checkpoint_is_an_error_of_the_model(
    tiny_marian: Path, tmp_path: Path, name: str, kind: str, seed: int
) -> None:
    """What the damage leaves readable runs: only a lock tells one weight from another."""
    folder = tmp_path / "model"
    shutil.copytree(tiny_marian, folder)
    damage(folder / name, kind, seed)
    with told(ExitCode.MODEL, ExitCode.USAGE):
        describe(folder)
        weights_sha256(folder)
        pieces = load_pieces(folder)
        pieces.check()
        engine = TransformersEngine(folder, pieces, Placement())
        decoded = dict(engine.submit(["قال الوزير إن العمل يبدأ في الربيع."], Decoding(beam_size=1, max_tokens=8)))
        assert len(decoded) == 1


@pytest.fixture
def copy(tiny_marian: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, dict[str, bytes]]:
    """A converted copy in a cache of this test's own."""
    import transformers  # so that it is made in this process

    assert transformers
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    made = converted(tiny_marian, load_pieces(tiny_marian), weights_sha256(tiny_marian), "int8")
    return made, {path.name: path.read_bytes() for path in made.iterdir()}


COPY = ("model.bin", "shared_vocabulary.json", "vmap.txt", "config.json", "verified.json")


@pytest.mark.parametrize("name", COPY)
@pytest.mark.parametrize(("kind", "seed"), cases(seeds=range(2), count=1))
def test_a_damaged_copy_is_made_anew(
    tiny_marian: Path,
    copy: tuple[Path, dict[str, bytes]],
    name: str,
    kind: str,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, files = copy
    damage(made / name, kind, seed)
    monkeypatch.setattr(checkpoint, "_hashed", {})  # as in the next process
    again = converted(tiny_marian, load_pieces(tiny_marian), weights_sha256(tiny_marian), "int8")
    assert again == made
    assert is_whole(again)
    assert {path.name: path.read_bytes() for path in again.iterdir() if path.name != "verified.json"} == {
        key: data for key, data in files.items() if key != "verified.json"
    }


@pytest.mark.parametrize("what", ["a file", "a link to nowhere", "a folder of somebody", "no file"])
def test_something_else_in_a_copys_place_is_replaced(
    tiny_marian: Path, copy: tuple[Path, dict[str, bytes]], what: str
) -> None:
    made, files = copy
    shutil.rmtree(made)
    if what == "a file":
        made.write_bytes(b"x")
    elif what == "a link to nowhere":
        made.symlink_to("nowhere")
    elif what == "a folder of somebody":
        (made / "inner").mkdir(parents=True)
    again = converted(tiny_marian, load_pieces(tiny_marian), weights_sha256(tiny_marian), "int8")
    assert {path.name for path in again.iterdir()} == set(files)


@pytest.mark.parametrize(("kind", "seed"), cases(count=6))
def test_damaged_hashes_refuse_no_model(
    tiny_marian: Path, tmp_path: Path, kind: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are kept to save time: whatever is wrong with them, a locked model that is as it was locked runs."""
    from trans.models.lock import LockedModel, files_of, require

    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(checkpoint, "_hashed", {})
    locked = LockedModel("m", "main", None, "", "unknown", files_of(tiny_marian), {})
    damage(tmp_path / "cache" / "hashes.json", kind, seed)
    monkeypatch.setattr(checkpoint, "_hashed", {})
    require(tiny_marian, {("m", "main"): locked}, "m", "main", tmp_path / "models.lock")
    monkeypatch.setattr(checkpoint, "_hashed", {})
    assert file_hashes([tiny_marian / "config.json"]) == [locked.files["config.json"].sha256]


@pytest.mark.parametrize("pages", sample([1, 2, 4, 8, 16, 24, 32, 40, 48, 64, 96, 128], 2))
def test_a_disk_too_small_for_a_copy_is_said_and_the_copy_made_later(
    tiny_marian: Path, tmp_path: Path, pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import transformers

    assert transformers
    with small_disk(tmp_path / "small", pages * PAGE) as disk:
        monkeypatch.setenv("TRANS_CACHE", str(disk))
        monkeypatch.setattr(checkpoint, "_hashed", {})
        sha256 = weights_sha256(tiny_marian)
        with told(ExitCode.MODEL, said="o space left"):
            converted(tiny_marian, load_pieces(tiny_marian), sha256, "int8")
        enlarge(disk)
        made = converted(tiny_marian, load_pieces(tiny_marian), sha256, "int8")
        assert is_whole(made)
        assert [path.name for path in copies_folder().iterdir() if path.suffix != ".lock"] == [made.name]


# Commands on damaged briefs, whole.


@pytest.mark.parametrize("command", ["index", "digest", "names"])
@pytest.mark.parametrize(("kind", "seed"), cases(*DAMAGES[:-1], seeds=range(4), count=2))
def test_commands_leave_out_what_is_damaged_and_say_so(desk: Desk, command: str, kind: str, seed: int) -> None:
    from trans.cli import app

    damage(desk.out / "one.json", kind, seed)
    done = CliRunner().invoke(app, [command, str(desk.out)])
    assert done.exit_code in (0, 1), done.exception
    if done.exit_code:
        assert "Left out: one.json" in done.output + done.stderr
