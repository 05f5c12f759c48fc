"""What earlier releases left on a disk is read; what a later one leaves is refused or passed over, and never destroyed.

``fixtures/release-*`` hold an output folder, a memory and a models.lock of each release; ``release.py`` says how they are made.
"""

import hashlib
import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import FakeModels
from release import OWNER, WRITTEN_NS, fake_models, make, models, settle, told, write_inputs
from texts import HEADLINE, LEAD, SECOND, article

from trans.api import Translator
from trans.cli import app
from trans.digest import digest
from trans.errors import ExitCode, TransError
from trans.index_file import Indexer
from trans.manifest import Manifest
from trans.memory import SqliteMemory, default_path
from trans.models.lock import read_lock, write_lock
from trans.record import Record
from trans.render import FORMATS, RENDERERS
from trans.render import json as json_brief
from trans.run import Run
from trans.sources import discover
from trans.store import sha256
from trans.translation import Decoding

FIXTURES = Path(__file__).parent / "fixtures"
RELEASES = sorted(FIXTURES.glob("release-*"))
DONE = {"long.txt", "sub/short.txt", "dump.jsonl/1", "dump.jsonl/2"}


@pytest.fixture(params=RELEASES, ids=lambda release: release.name)
def release(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a release's files, with the inputs that they were made of in ``inputs``."""
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    copy = tmp_path / "release"
    shutil.copytree(request.param, copy)
    settle(copy / "briefs")
    write_inputs(tmp_path / "release" / "inputs")
    (copy / "inputs" / "removed.txt").unlink()
    return copy


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return models().install(monkeypatch)


def run(release: Path, formats: tuple[str, ...] = ("md", "html"), out: str = "briefs") -> dict[str, str]:
    """What became of each article, by a run of today."""
    outcomes: dict[str, str] = {}
    with Translator("news", memory=release / "memory.sqlite") as translator:
        Run(
            translator,
            release / out,
            formats,
            on_event=lambda event: outcomes.update({getattr(event, "id", ""): getattr(event, "status", "")}),
        )(discover([release / "inputs"], release / out).inputs)
    outcomes.pop("", None)
    return outcomes


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_there_is_a_fixture_of_the_first_release() -> None:
    assert "release-0.1" in [release.name for release in RELEASES]
    for release in RELEASES:
        assert sum(path.stat().st_size for path in release.rglob("*") if path.is_file()) < 300_000
        assert not told(release)


def test_what_is_done_is_not_made_again(release: Path, fakes: FakeModels) -> None:
    before = {record.id: record for record in Manifest(release / "briefs").records()}
    assert {name: record.status for name, record in before.items()} == {
        **dict.fromkeys(DONE, "done"),
        "broken.txt": "failed",
        "dump.jsonl/line-3": "failed",
        "killed.txt": "attempt",
    }
    with Translator("news") as translator:
        today = translator.provenance.hashes
    files = content(release / "briefs")
    outcomes = run(release)
    assert {name for name, status in outcomes.items() if status == "failed"} == {"broken.txt", "dump.jsonl/line-3"}
    assert outcomes["killed.txt"] == "written"
    for name in DONE:
        made = before[name].hashes
        assert made
        if made == today:
            assert outcomes[name] == "skipped"
        elif made.translation == today.translation:
            assert outcomes[name] in ("refreshed", "written")  # checked again, and perhaps repaired
        else:
            assert outcomes[name] == "written"
    if all(record.hashes == today for record in before.values() if record.status == "done"):
        after = content(release / "briefs")
        briefs = {name for name in files if not name.startswith(".trans") and name != "index.html"}
        assert {name: after[name] for name in briefs} == {name: files[name] for name in briefs}
        assert not fakes.translator.calls, "what the killed run had decoded was in the memory"
        assert not fakes.summariser.calls
    assert "killed.txt" in (release / "briefs" / "index.html").read_text(encoding="utf-8")


def test_its_decodes_are_still_known(release: Path, fakes: FakeModels) -> None:
    with closing(sqlite3.connect(release / "memory.sqlite")) as db:
        (rows,) = db.execute("SELECT count(*) FROM decodes").fetchone()
    assert rows > 10
    made = {record.hashes.translation for record in Manifest(release / "briefs").records() if record.hashes}
    with Translator("news") as translator:
        is_same = made == {translator.provenance.hashes.translation}
    assert Counter(run(release, out="fresh").values()) == {"written": 5, "failed": 2}
    assert bool(fakes.translator.calls) is not is_same
    assert bool(fakes.summariser.calls) is not is_same
    with closing(sqlite3.connect(release / "memory.sqlite")) as db:
        (now,) = db.execute("SELECT count(*) FROM decodes").fetchone()
    assert now >= rows, "nothing was thrown away"


def test_its_briefs_are_read_rendered_and_checked_again(release: Path, fakes: FakeModels) -> None:
    paths = [
        path
        for path in (release / "briefs").rglob("*.json")
        if not path.name.endswith(".ninjs.json") and ".trans" not in path.parts
    ]
    assert len(paths) == len(DONE)
    with Translator("news") as translator:
        for path in paths:
            brief = json_brief.read(path.read_bytes())
            assert brief.article.headline
            assert all(RENDERERS[name](brief) for name in FORMATS)
            assert translator.recheck(brief).article == brief.article
    assert not fakes.translator.calls


def test_a_format_that_was_not_asked_for_then_is_made_without_a_model(release: Path, fakes: FakeModels) -> None:
    made = {record.hashes.translation for record in Manifest(release / "briefs").records() if record.hashes}
    with Translator("news") as translator:
        is_same = made == {translator.provenance.hashes.translation}
    outcomes = run(release, ("md", "html", "tmx"))
    assert (release / "briefs" / "long.tmx").is_file()
    if is_same:
        assert outcomes["long.txt"] == "refreshed"
        assert not fakes.translator.calls


def test_its_index_and_digest_can_be_made_anew(release: Path) -> None:
    indexer = Indexer(release / "briefs")
    now = datetime(2026, 11, 29, tzinfo=UTC)
    found = indexer.read(now)
    assert {listed.entry.id for listed in found.briefs} == DONE
    assert {problem.name for problem in found.failed} >= {"broken.txt", "dump.jsonl/line-3"}
    assert not found.unreadable
    whole = digest(found, None, "worst")
    assert len(whole.briefs) + whole.copies == len(DONE)
    assert app(["index", str(release / "briefs")], standalone_mode=False) == ExitCode.OK


def test_its_lock_is_read_and_written_the_same(release: Path, tmp_path: Path) -> None:
    locks = read_lock(release / "models.lock")
    assert {name for name, _ in locks} == {"embedded:tiny-marian-ar-en", "desk/opus"}
    write_lock(tmp_path / "again.lock", locks.values())
    assert (tmp_path / "again.lock").read_bytes() == (release / "models.lock").read_bytes()


def test_gc_keeps_what_it_cannot_see(release: Path) -> None:
    files = content(release / "briefs")
    assert app(["gc", str(release / "briefs"), "--memory", "off"], standalone_mode=False) == ExitCode.OK
    after = content(release / "briefs")
    assert {name: after.get(name) for name in files} == files


def test_a_fixture_is_made_as_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    made = []
    for name in ("one", "other"):
        make(tmp_path / name / "release", tmp_path / name / "work")
        made.append(content(tmp_path / name / "release"))
        assert not told(tmp_path / name / "release")
    assert made[0].keys() == made[1].keys()
    assert [name for name in made[0] if made[0][name] != made[1][name]] == []


# What a later release leaves.


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRANS_CACHE", str(tmp_path / "cache"))
    for name in ("a", "b"):
        (tmp_path / "inputs").mkdir(exist_ok=True)
        (tmp_path / "inputs" / f"{name}.txt").write_text(article(headline=f"{HEADLINE} {name}"), encoding="utf-8")
    with fake_models():
        run_in(tmp_path)
    return tmp_path / "out"


def run_in(place: Path, memory: Path | str | None = "off") -> Counter[str]:
    with Translator("news", memory=memory) as translator:
        return Counter(
            Run(translator, place / "out", ("md",))(discover([place / "inputs"], place / "out").inputs).counts
        )


def rewrite(manifest: Path, **changes: object) -> None:
    lines = [json.dumps({**json.loads(line), **changes}) for line in manifest.read_text(encoding="utf-8").splitlines()]
    manifest.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def test_fields_that_a_later_manifest_has_are_passed_over(out: Path, fakes: FakeModels) -> None:
    manifest = out / ".trans" / "manifest.jsonl"
    hashes = json.loads(manifest.read_text(encoding="utf-8").splitlines()[-1])["hashes"]
    rewrite(manifest, colour="green", hashes={**hashes, "summary": "0" * 64}, priority=[1, 2])
    assert run_in(out.parent) == {"skipped": 2}
    assert not fakes.translator.calls


def test_fields_that_an_earlier_manifest_lacks_have_their_defaults(out: Path, fakes: FakeModels) -> None:
    manifest = out / ".trans" / "manifest.jsonl"
    lines = [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        for name in ("risk", "worst", "owner", "attempts", "flags", "known"):
            del line[name]
    manifest.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert run_in(out.parent) == {"skipped": 2}
    assert not fakes.translator.calls


def test_lines_that_are_not_understood_survive_when_the_manifest_is_made_shorter(out: Path) -> None:
    manifest = Manifest(out)
    later = b'{"id": "later.txt", "status": "done", "outputs": [["json", "later.json"]], "hashes": 7}'
    path = out / ".trans" / "manifest.jsonl"
    with path.open("ab") as stream:
        stream.write(later + b"\n" + b'{"id": "cut sho\n' + b'["no", "object"]\n')
    for number in range(30):
        manifest.append([Record("a.txt", "attempt", attempts=number)])
    manifest.compact()
    lines = path.read_bytes().splitlines()
    assert later in lines
    assert len(lines) == 3, "and what is no line of anybody is gone"
    assert Manifest(out).get("later.txt") is None


def test_a_later_brief_is_named_and_never_overwritten(out: Path, fakes: FakeModels) -> None:
    path = out / "a.json"
    brief = json.loads(path.read_bytes())
    later = json.dumps({**brief, "schema": "trans.brief/2", "mood": "hopeful"}).encode()
    path.write_bytes(later)
    (unreadable,) = Indexer(out).read(datetime.now(UTC)).unreadable
    assert unreadable.name == "a.json"
    assert "trans.brief/2" in unreadable.reason
    (out / ".trans" / "manifest.jsonl").unlink()
    assert run_in(out.parent) == {"written": 1, "skipped": 1}
    assert path.read_bytes() == later
    assert json_brief.read((out / "a.new.json").read_bytes()).article.id == "a.txt"


def test_a_later_lock_is_refused_in_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "models.lock"
    path.write_text(json.dumps({"version": 2, "models": {}}), encoding="utf-8")
    before = path.read_bytes()
    with pytest.raises(TransError, match="has version 2, and this trans reads version 1") as raised:
        read_lock(path)
    assert "Update trans" in raised.value.hint
    assert path.read_bytes() == before


def later_memory(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE decodes (hash BLOB PRIMARY KEY, models TEXT, answer BLOB)")
        db.execute("INSERT INTO decodes VALUES (x'00', 'a', x'01')")
        db.execute("PRAGMA user_version = 3")
        db.commit()
    return sha256(path.read_bytes())


def test_a_later_memory_is_refused_where_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    before = later_memory(path)
    with pytest.raises(TransError, match="is of a newer trans") as raised:
        SqliteMemory(path, 10**9)
    assert "Update trans" in raised.value.hint
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
    assert [item.name for item in tmp_path.iterdir()] == ["memory.sqlite"]


def test_a_later_memory_in_the_cache_costs_a_warning(
    out: Path, fakes: FakeModels, caplog: pytest.LogCaptureFixture
) -> None:
    before = later_memory(default_path())
    (out.parent / "inputs" / "c.txt").write_text(article(LEAD, SECOND), encoding="utf-8")
    assert run_in(out.parent, None) == {"written": 1, "skipped": 2}
    assert caplog.text.count("is of a newer trans; going on without it") == 1
    assert sha256(default_path().read_bytes()) == before


def test_the_fixtures_know_no_machine() -> None:
    for release in RELEASES:
        for line in (release / "briefs" / ".trans" / "manifest.jsonl").read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            assert record["owner"] in ("", OWNER)
            assert record["mtime_ns"] in (-1, WRITTEN_NS)
        with closing(sqlite3.connect(f"file:{release / 'memory.sqlite'}?immutable=1", uri=True)) as db:
            assert {used for (used,) in db.execute("SELECT DISTINCT used FROM decodes")} == {WRITTEN_NS // 10**9}


def test_decoding_keys_are_what_they_were() -> None:
    """A field that is added to ``Decoding`` changes every key, and so throws every memory away: give it a place elsewhere."""
    assert list(Decoding().__dataclass_fields__) == [
        "beam_size", "hypotheses", "length_penalty", "repetition_penalty", "no_repeat_ngram_size", "max_tokens", "prefix"
    ]  # fmt: skip
