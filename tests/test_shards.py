"""Shares of a run: each article in exactly one, for ever; each share with a journal of its own, merged without losing a line."""

import pkgutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from fakes import FakeModels
from hypothesis import given
from hypothesis import strategies as st
from texts import LEAD, SECOND, THIRD, article

from trans.api import Translator
from trans.errors import ExitCode, TransError
from trans.locations import Location, location
from trans.manifest import Manifest
from trans.outcome import Report
from trans.record import Record
from trans.run import Run
from trans.shards import Shard, parse_shard
from trans.sources import discover

pytest_plugins = ("s3_server",)


@pytest.fixture(params=["local", "memory"])
def out(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Location]:
    if request.param == "local":
        (tmp_path / "out" / ".trans").mkdir(parents=True)
        yield tmp_path / "out"
        return
    place = location(f"memory://{uuid4()}")
    yield place
    place.fs.rm(place.path, recursive=True)  # type: ignore[union-attr]


def done(manifest: Manifest, *ids: str, reason: str = "") -> None:
    manifest.append(Record(name, "done", reason=reason) for name in ids)


def journals_of_shards(out: Location) -> list[str]:
    state = out / ".trans"
    return [str(path) for pattern in ("*-of-*.jsonl", "*-of-*/*.jsonl") for path in state.glob(pattern)]


def held(shard: Shard, count: int = 200) -> list[str]:
    return [f"{number}.txt" for number in range(count) if shard.holds(f"{number}.txt")]


@given(st.text(), st.integers(min_value=1, max_value=5000))
def test_each_article_is_in_exactly_one_share(article_id: str, count: int) -> None:
    assert sum(Shard(number, count).holds(article_id) for number in range(1, count + 1)) == 1


def test_shares_are_about_as_large_as_one_another() -> None:
    shards = [Shard(number, 16) for number in range(1, 17)]
    sizes = Counter(shard.number for n in range(16_000) for shard in shards if shard.holds(f"desk/2026/{n}.xml"))
    assert len(sizes) == 16
    assert all(850 < size < 1150 for size in sizes.values())  # five standard deviations of 31


@pytest.mark.parametrize(
    ("article_id", "of_16"),
    [("a.txt", 6), ("desk/1.xml", 10), ("أخبار/خبر.txt", 9), ("feed.jsonl/17", 4), ("", 5)],
)
def test_an_articles_share_is_the_same_for_ever(article_id: str, of_16: int) -> None:
    assert [number for number in range(1, 17) if Shard(number, 16).holds(article_id)] == [of_16]


def test_a_share_is_read_from_text() -> None:
    assert parse_shard("3/16") == parse_shard(" 03/16\n") == Shard(3, 16)
    assert parse_shard("1/1").holds("a.txt")


@pytest.mark.parametrize("text", ["", "3", "0/16", "17/16", "3/0", "-1/3", "1/2/3", "a/b", "1.5/2", "٣/١٦"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(TransError) as raised:
        parse_shard(text)
    assert raised.value.exit_code == ExitCode.USAGE
    assert "3/16" in raised.value.hint


def test_a_share_knows_its_own_and_the_common_articles(out: Location) -> None:
    one, two = Shard(1, 2), Shard(2, 2)
    (first, second, *_), (other, *_) = held(one), held(two)
    done(Manifest(out), first, other)
    done(Manifest(out, one), second)
    again = Manifest(out, one)
    assert [bool(again.get(name)) for name in (first, second, other)] == [True, True, False]
    whole = Manifest(out)
    assert all(whole.get(name) for name in (first, second, other))
    assert Manifest(out, two).get(second) is None


def test_merging_moves_all_lines_into_the_common_journal(out: Location) -> None:
    shards = [Shard(number, 3) for number in (1, 2, 3)]
    for shard in shards:
        done(Manifest(out, shard), *held(shard, 30))
    Manifest(out).merge()
    assert not journals_of_shards(out)
    for manifest in (Manifest(out), *(Manifest(out, shard) for shard in shards[:1])):
        assert all(manifest.get(name) for name in held(shards[0], 30))
    assert not Manifest(out).unfinished()


def test_merging_while_a_share_is_at_work_loses_nothing(out: Location) -> None:
    shard = Shard(1, 2)
    first, second, third, *_ = held(shard)
    at_work = Manifest(out, shard)
    for name in (first, second, third):
        at_work.append([Record(name, "attempt", attempts=1)])
        Manifest(out).merge()
        done(at_work, name)
    assert all(at_work.get(name) == Record(name, "done") for name in (first, second, third))
    assert not Manifest(out).unfinished()
    at_work.refresh()
    assert not at_work.unfinished()


def test_what_was_written_last_counts_whoever_wrote_it(out: Location) -> None:
    """A share, then a run without shares, then a share of another division, then without again: nothing merged by hand."""
    name = held(Shard(1, 2))[0]
    other = next(Shard(number, 5) for number in range(1, 6) if Shard(number, 5).holds(name))
    for number, shard in enumerate((Shard(1, 2), None, other, None, Shard(1, 2))):
        manifest = Manifest(out, shard)
        done(manifest, name, reason=str(number))
        for reader in (manifest, Manifest(out, shard), Manifest(out)):
            assert reader.get(name) == Record(name, "done", reason=str(number))
        manifest.compact()


def test_what_a_share_forgets_stays_forgotten(out: Location) -> None:
    shard = Shard(1, 2)
    name, kept, *_ = held(shard)
    done(Manifest(out), name, kept)
    manifest = Manifest(out, shard)
    manifest.forget([name])
    for number in range(40):
        done(manifest, kept, reason=str(number))
    manifest.compact()
    assert Manifest(out, shard).get(name) is None
    assert Manifest(out).get(name) is None
    Manifest(out).merge()
    assert Manifest(out).get(name) is None
    assert Manifest(out).get(kept)


@pytest.mark.parametrize(
    ("out", "step"),
    [
        ("local", "trans.journal_files._append"),
        ("local", "trans.journal_files.Path.unlink"),
        ("memory", "trans.remote.RemoteFolder.get"),
        ("memory", "trans.remote.RemoteFolder.put"),
        ("memory", "trans.remote.RemoteFolder._delete"),
    ],
    indirect=["out"],
)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("calls", range(4))
def test_a_kill_in_the_middle_of_merging_loses_nothing(
    out: Location, monkeypatch: pytest.MonkeyPatch, step: str, after: bool, calls: int
) -> None:
    shards = [Shard(number, 3) for number in (1, 2, 3)]
    names = []
    for shard in shards:
        manifest = Manifest(out, shard)
        for name in held(shard, 12):
            manifest.append([Record(name, "attempt")])
            done(manifest, name)
            names.append(name)
    with monkeypatch.context() as patch:
        _break(patch, step, calls, after)
        with suppress(_Killed):
            Manifest(out).merge()
    for _ in range(2):
        whole = Manifest(out)
        assert all(whole.get(name) == Record(name, "done") for name in names)
        assert not whole.unfinished()
        whole.merge()
    assert not journals_of_shards(out)


class _Killed(BaseException):
    pass


def _break(patch: pytest.MonkeyPatch, step: str, calls: int, after: bool) -> None:
    """Have the process end in the call of ``step`` that follows so many others, before it does anything or after it did."""
    whole: Callable[..., object] = pkgutil.resolve_name(step)
    left = [calls]

    def broken(*args: object, **kwargs: object) -> object:
        left[0] -= 1
        if left[0] < 0 and not after:
            raise _Killed
        result = whole(*args, **kwargs)
        if left[0] < 0:
            raise _Killed
        return result

    patch.setattr(step, broken)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    for number in range(30):
        paragraphs = (LEAD, f"{SECOND} وهذا هو الخبر رقم {number}.", THIRD)
        (folder / f"{number}.txt").write_text(article(*paragraphs), encoding="utf-8")
    return folder


def run(folder: Path, out: Location, shard: Shard | None = None) -> Report:
    with Translator("news") as translator:
        return Run(translator, out, ("md",), shard=shard)(discover([folder], out).inputs)


@pytest.mark.parametrize("where", ["local", "s3"])
def test_shares_of_a_run_together_do_what_one_run_would(
    request: pytest.FixtureRequest, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    out = tmp_path / "out" if where == "local" else location(f"{request.getfixturevalue('bucket')}/briefs")
    models = FakeModels().install(monkeypatch)
    written = [run(inputs, out, Shard(number, 3)).counts for number in (1, 2, 3)]
    assert sum(counts["written"] for counts in written) == 30
    assert all(set(counts) == {"written"} for counts in written)
    Manifest(out).merge()
    calls = len(models.translator.calls)
    assert run(inputs, out).counts == {"skipped": 30}
    assert run(inputs, out, Shard(2, 3)).counts == {"skipped": written[1]["written"]}
    assert len(models.translator.calls) == calls
    one = tmp_path / "one"
    run(inputs, one)
    names = sorted(path.name for path in one.iterdir() if path.name != ".trans")
    assert sorted(path.name for path in out.iterdir() if path.name != ".trans") == names
    for name in names:
        assert (out / name).read_bytes() == (one / name).read_bytes()


@pytest.mark.parametrize("where", ["local", "s3"])
def test_another_number_of_shares_makes_nothing_anew(
    request: pytest.FixtureRequest, inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    out = tmp_path / "out" if where == "local" else location(f"{request.getfixturevalue('bucket')}/briefs")
    models = FakeModels().install(monkeypatch)
    for number in (1, 2, 3):
        run(inputs, out, Shard(number, 3))
    calls = len(models.translator.calls)
    again = [run(inputs, out, Shard(number, 2)) for number in (1, 2)]
    assert sum(report.counts["skipped"] for report in again) == 30
    assert len(models.translator.calls) == calls
    assert len(list(out.glob("*.json"))) == 30, "no brief was taken for an edited one"


def test_a_share_that_machines_died_of_counts_their_deaths_wherever_they_were(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    out, shard = tmp_path / "out", Shard(1, 1)
    run(inputs, out, shard)
    poisoned, suspect = "1.txt", "2.txt"
    manifest = Manifest(out, shard)
    for name, attempts in ((poisoned, 3), (suspect, 2)):
        record = manifest.get(name)
        assert record
        manifest.append([replace(record, status="attempt", attempts=attempts, owner="1/1.00/another-machine")])
    report = run(inputs, out, shard)
    assert [failure.id for failure in report.failures] == [poisoned]
    assert "died 3 times" in report.failures[0].reason
    assert report.counts == {"skipped": 28, "written": 1, "failed": 1}
