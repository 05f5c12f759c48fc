"""A run over a folder: what is written, what is skipped, what a bad file, a kill or an editor's change does."""

import json
import platform
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fakes import FakeEngine, FakeModels, fake_english
from texts import HEADLINE, LEAD, SECOND, THIRD, article, long_article

from trans import checks, owner, render
from trans.api import Translator
from trans.article import Article
from trans.brief import Brief
from trans.config import choose_profile, load_config
from trans.errors import ExitCode, ModelError, TransError
from trans.manifest import Manifest
from trans.outcome import Event, Outcome, Report
from trans.pipeline import Plan
from trans.render import RENDERERS
from trans.render import json as json_brief
from trans.run import Run
from trans.sources import discover
from trans.translation import Decoding, Translation
from trans.workload import workload


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inputs = tmp_path / "inputs"
    (inputs / "sub").mkdir(parents=True)
    (inputs / "one.txt").write_text(article(), encoding="utf-8")
    (inputs / "two.txt").write_text(article(THIRD, SECOND), encoding="utf-8")
    (inputs / "sub" / "three.md").write_text("# " + long_article(), encoding="utf-8")
    return inputs


@dataclass
class Ran:
    """A finished run: its report and its outcomes by article."""

    report: Report
    outcomes: dict[str, Outcome]


def run(
    folder: Path,
    out: Path | None = None,
    *,
    formats: tuple[str, ...] = ("md",),
    force: bool = False,
    glossary: Path | None = None,
) -> Ran:
    out = out or folder.parent / "out"
    outcomes: dict[str, Outcome] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            assert event.id not in outcomes
            outcomes[event.id] = event

    with Translator("news", glossary_file=glossary) as translator:
        report = Run(translator, out, formats, force=force, on_event=on_event)(discover([folder], out).inputs)
    return Ran(report, outcomes)


def state(ran: Ran) -> dict[str, str]:
    return {name: outcome.status for name, outcome in ran.outcomes.items()}


def contents(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".trans" not in path.parts
    }


def windows_of(size: int) -> Translator:
    config = load_config(None)
    small = config.model_copy(update={"run": config.run.model_copy(update={"window_articles": size})})
    return Translator(choose_profile(small, "news", None))


ALL_WRITTEN = {"one.txt": "written", "two.txt": "written", "sub/three.md": "written"}
ALL_SKIPPED = dict.fromkeys(ALL_WRITTEN, "skipped")


@pytest.mark.usefixtures("models")
def test_every_article_gets_its_briefs_in_the_folders_of_the_inputs(folder: Path) -> None:
    report = run(folder)
    assert state(report) == ALL_WRITTEN
    assert set(contents(folder.parent / "out")) == {
        "one.json", "one.md", "two.json", "two.md", "sub/three.md.json", "sub/three.md.md"
    }  # fmt: skip


def test_a_second_run_skips_and_asks_no_model(folder: Path, models: FakeModels) -> None:
    run(folder)
    before = contents(folder.parent / "out")
    calls = len(models.translator.calls)
    assert state(run(folder)) == ALL_SKIPPED
    assert len(models.translator.calls) == calls
    assert contents(folder.parent / "out") == before


def test_windows_of_any_size_give_the_same_briefs(folder: Path, models: FakeModels) -> None:
    del models
    run(folder)
    for size in (1, 2):
        out = folder.parent / f"out{size}"
        with windows_of(size) as translator:
            Run(translator, out, ("md",))(discover([folder], out).inputs)
        assert contents(out) == contents(folder.parent / "out")


def test_models_are_loaded_for_the_first_article_that_needs_them_and_for_none_other(
    folder: Path, models: FakeModels, tmp_path: Path
) -> None:
    def loaded(out: str) -> bool:
        models.translator.loaded = models.summariser.loaded = False
        with Translator("news", memory=tmp_path / "memory.sqlite") as translator:
            Run(translator, tmp_path / out, ("md",))(discover([folder], tmp_path / out).inputs)
        assert models.translator.loaded == models.summariser.loaded
        return models.translator.loaded

    assert loaded("out")
    assert not loaded("out"), "all is done"
    assert not loaded("other"), "the memory knows everything"


def test_a_window_is_begun_before_the_last_is_finished(tmp_path: Path, models: FakeModels) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for name in ("first", "second"):
        (inputs / f"{name}.txt").write_text(article(headline=f"{HEADLINE} {name}"), encoding="utf-8")
    second_begun = threading.Event()
    submit = models.translator.submit

    def held(results: Iterator[tuple[int, Translation]]) -> Iterator[tuple[int, Translation]]:
        assert second_begun.wait(timeout=60)
        yield from results

    def translate(texts: Sequence[str], decoding: Decoding) -> Iterator[tuple[int, Translation]]:
        if f"{HEADLINE} second" in texts:
            second_begun.set()
        return held(submit(texts, decoding))

    models.translator.submit = translate  # type: ignore[method-assign]
    with windows_of(1) as translator:
        report = Run(translator, tmp_path / "out", ("md",))(discover([inputs], tmp_path / "out").inputs)
    assert report.counts["written"] == 2


def test_a_model_that_cannot_be_loaded_is_tried_once(folder: Path, models: FakeModels) -> None:
    tried = []

    def load() -> None:
        tried.append(1)
        raise ModelError("no weights", "fetch them")

    models.translator.load = load  # type: ignore[method-assign]
    with pytest.raises(ModelError, match="no weights"):
        run(folder)
    assert len(tried) == 1


def test_a_text_in_many_windows_is_decoded_once_though_nothing_is_remembered(folder: Path, models: FakeModels) -> None:
    for number in range(6):
        (folder / f"more-{number}.txt").write_text(article(f"{LEAD} {number}."), encoding="utf-8")
    with windows_of(1) as translator:
        report = Run(translator, folder.parent / "out", ("md",))(discover([folder], folder.parent / "out").inputs)
    assert report.counts["written"] == 9
    asked = [text for call in models.translator.calls for text in call]
    assert asked.count(HEADLINE) == 1


@pytest.mark.usefixtures("models")
def test_force_makes_all_again(folder: Path) -> None:
    run(folder)
    assert state(run(folder, force=True)) == ALL_WRITTEN


@pytest.mark.usefixtures("models")
def test_a_changed_source_is_made_again_and_a_touched_one_is_not(folder: Path) -> None:
    run(folder)
    (folder / "one.txt").touch()
    (folder / "two.txt").write_text(article(LEAD), encoding="utf-8")
    assert state(run(folder)) == {**ALL_SKIPPED, "two.txt": "written"}
    assert state(run(folder)) == ALL_SKIPPED


def test_a_changed_glossary_makes_again_only_the_articles_that_hold_its_terms(folder: Path, models: FakeModels) -> None:
    glossary = folder.parent / "desk.csv"
    glossary.write_text("ar,en\nالمريخ,Mars\n", encoding="utf-8")
    (folder / "two.txt").write_text(article("وصلت المركبة إلى كوكب الزهرة صباح اليوم."), encoding="utf-8")
    run(folder, glossary=glossary)
    asked = len(models.translator.calls)
    glossary.write_text("ar,en\nالمريخ,planet Mars\nالزهرة,Venus\n", encoding="utf-8")
    with Translator("news", glossary_file=glossary) as translator:
        out = folder.parent / "out"
        decided = {
            name: how for name, how, _ in Run(translator, out, ("md",)).decisions(discover([folder], out).inputs)
        }
    assert {name: how.action for name, how in decided.items()} == {
        "one.txt": "render", "two.txt": "make", "sub/three.md": "render"
    }  # fmt: skip
    again = run(folder, glossary=glossary)
    assert state(again) == {"one.txt": "refreshed", "two.txt": "written", "sub/three.md": "refreshed"}
    assert len(models.translator.calls) > asked
    flags = json.loads((folder.parent / "out" / "two.json").read_bytes())["flags"]
    assert {flag["check"] for flag in flags if "Venus" in flag["message"]} == {"terms"}
    assert state(run(folder, glossary=glossary)) == ALL_SKIPPED


def test_changed_checks_or_renderings_need_no_model(
    folder: Path, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder)
    calls = len(models.translator.calls)
    monkeypatch.setattr(checks, "VERSION", 1000)
    assert state(run(folder)) == dict.fromkeys(ALL_WRITTEN, "refreshed")
    monkeypatch.setattr(render, "VERSION", 1000)
    assert state(run(folder)) == dict.fromkeys(ALL_WRITTEN, "refreshed")
    assert state(run(folder)) == ALL_SKIPPED
    assert len(models.translator.calls) == calls


@pytest.mark.usefixtures("models")
def test_other_models_make_all_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder)
    FakeModels(FakeEngine(fingerprint="newer")).install(monkeypatch)
    assert state(run(folder)) == ALL_WRITTEN


def test_a_brief_deleted_by_hand_comes_back_from_its_json(folder: Path, models: FakeModels) -> None:
    run(folder)
    before = contents(folder.parent / "out")
    calls = len(models.translator.calls)
    (folder.parent / "out" / "one.md").unlink()
    assert state(run(folder)) == {**ALL_SKIPPED, "one.txt": "refreshed"}
    assert contents(folder.parent / "out") == before
    assert len(models.translator.calls) == calls


@pytest.mark.usefixtures("models")
def test_an_edited_brief_is_never_overwritten(folder: Path) -> None:
    run(folder)
    edited = folder.parent / "out" / "one.md"
    edited.write_text("an editor's own words", encoding="utf-8")
    assert state(run(folder)) == ALL_SKIPPED
    report = run(folder, force=True)
    assert edited.read_text(encoding="utf-8") == "an editor's own words"
    assert (folder.parent / "out" / "one.new.md").is_file()
    assert [file.edited for outcome in report.outcomes.values() for file in outcome.files if file.edited] == ["one.md"]


def test_a_lost_manifest_is_rebuilt_from_the_briefs(folder: Path, models: FakeModels) -> None:
    run(folder)
    before = contents(folder.parent / "out")
    calls = len(models.translator.calls)
    shutil.rmtree(folder.parent / "out" / ".trans")
    assert state(run(folder)) == ALL_SKIPPED
    assert contents(folder.parent / "out") == before
    assert len(models.translator.calls) == calls


@pytest.mark.usefixtures("models")
def test_one_bad_file_among_ten_costs_one_brief(folder: Path) -> None:
    for number in range(6):
        (folder / f"more{number}.txt").write_text(article(f"{LEAD} {number}"), encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02\x03" * 300)
    report = run(folder)
    assert report.report.counts["written"] == 9
    assert [(outcome.id, bool(outcome.reason and outcome.hint)) for outcome in report.report.failures] == [
        ("bad.txt", True)
    ]
    assert state(run(folder))["bad.txt"] == "failed"  # seen again, reported again


def test_an_article_that_breaks_the_engine_fails_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(text: str) -> str:
        if "شح" in text:
            raise RuntimeError("the engine broke")
        return fake_english(text)

    FakeModels(FakeEngine(answer)).install(monkeypatch)
    (folder / "good.txt").write_text(article(LEAD), encoding="utf-8")
    report = run(folder)
    assert state(report)["good.txt"] == "written"
    assert state(report)["one.txt"] == "failed"
    assert "the engine broke" in report.report.failures[0].reason


def test_a_model_that_cannot_be_loaded_ends_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(text: str) -> str:
        raise ModelError("The model is broken", "Fetch it again.")

    FakeModels(FakeEngine(answer)).install(monkeypatch)
    with pytest.raises(ModelError):
        run(folder)
    FakeModels().install(monkeypatch)
    assert state(run(folder)) == ALL_WRITTEN


DIES = """
import os, sys
from pathlib import Path
import pytest
sys.path.insert(0, sys.argv[1])
from fakes import FakeEngine, FakeModels, fake_english
from trans.api import Translator
from trans.run import Run
from trans.sources import discover

def answer(text):
    if "\\u0634\\u062d" in text:
        os._exit(9)
    return fake_english(text)

FakeModels(FakeEngine(answer)).install(pytest.MonkeyPatch())
folder, out = Path(sys.argv[2]), Path(sys.argv[3])
with Translator("news") as translator:
    Run(translator, out, ("md",))(discover([folder], out).inputs)
"""


def test_a_poisoned_article_is_named_after_three_deaths_and_takes_nobody_along(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a-good.txt").write_text(article(LEAD), encoding="utf-8")
    (folder / "sub" / "three.md").write_text(article(SECOND), encoding="utf-8")
    (folder / "two.txt").write_text(article(SECOND, LEAD), encoding="utf-8")
    out = folder.parent / "out"
    command = [sys.executable, "-c", DIES, str(Path(__file__).parent), str(folder), str(out)]
    for _ in range(3):
        died = subprocess.run(command, capture_output=True, check=False)
        assert died.returncode == 9, died.stderr
    FakeModels().install(monkeypatch)
    ran = run(folder)
    assert [outcome.id for outcome in ran.report.failures] == ["one.txt"]
    assert "3 times" in ran.report.failures[0].reason
    assert state(ran) == {"a-good.txt": "skipped", "two.txt": "skipped", "sub/three.md": "skipped", "one.txt": "failed"}
    assert state(run(folder))["one.txt"] == "failed"
    assert state(run(folder, force=True))["one.txt"] == "written"


def test_a_run_beside_another_does_not_take_it_for_dead(folder: Path, models: FakeModels) -> None:
    out = folder.parent / "out"
    run(folder)
    in_work(out, ["one.txt"], attempts=1, process=owner.current())
    before = windows(models)
    for _ in range(4):
        in_work(out, ["one.txt", "two.txt"], attempts=1, process=owner.current())
        assert state(run(folder)) == {**ALL_SKIPPED, "one.txt": "written", "two.txt": "written"}
    assert windows(models) == before + 4, "in windows as ever, not one by one"


def test_what_a_dead_process_had_in_work_is_made_one_by_one(folder: Path, models: FakeModels) -> None:
    run(folder)
    out = folder.parent / "out"
    before = contents(out)
    for force in (False, True):
        in_work(out, ["one.txt", "two.txt"], attempts=1, process=f"999999999/1.00/{platform.node()}")
        models.translator.calls.clear()
        run(folder, force=force)
        assert windows(models) == 2 + force
        assert contents(out) == before


def windows(models: FakeModels) -> int:
    """In how many windows articles were translated: every headline is the same, and is asked for once a window."""
    return sum(HEADLINE in call for call in models.translator.calls)


def in_work(out: Path, ids: list[str], attempts: int, process: str) -> None:
    manifest = Manifest(out)
    records = [manifest.get(name) for name in ids]
    manifest.append(
        [replace(record, status="attempt", attempts=attempts, owner=process) for record in records if record]
    )


@pytest.mark.usefixtures("models")
def test_formats_can_be_left_out_and_asked_for_again(folder: Path) -> None:
    run(folder)
    (folder / "one.txt").write_text(article(LEAD), encoding="utf-8")
    assert state(run(folder, formats=()))["one.txt"] == "written"
    assert state(run(folder)) == {**ALL_SKIPPED, "one.txt": "refreshed"}
    assert_undisturbed_but_for_an_update(folder, "one")


@pytest.mark.usefixtures("models")
def test_a_lost_manifest_and_a_changed_source(folder: Path) -> None:
    run(folder)
    shutil.rmtree(folder.parent / "out" / ".trans")
    (folder / "one.txt").write_text(article(LEAD), encoding="utf-8")
    assert state(run(folder)) == {**ALL_SKIPPED, "one.txt": "written"}
    assert_undisturbed_but_for_an_update(folder, "one")


@pytest.mark.usefixtures("models")
def test_a_lost_manifest_and_an_edited_brief(folder: Path) -> None:
    run(folder)
    shutil.rmtree(folder.parent / "out" / ".trans")
    edited = folder.parent / "out" / "one.md"
    edited.write_text("an editor's own words", encoding="utf-8")
    run(folder, force=True)
    assert edited.read_text(encoding="utf-8") == "an editor's own words"


@pytest.mark.usefixtures("models")
def test_a_name_that_cannot_be_written_costs_one_brief(folder: Path) -> None:
    out = folder.parent / "out"
    out.mkdir()
    (out / "sub").write_text("a file where a folder must be", encoding="utf-8")
    assert state(run(folder)) == {**ALL_WRITTEN, "sub/three.md": "failed"}
    (out / "sub").unlink()
    assert state(run(folder)) == {**ALL_SKIPPED, "sub/three.md": "written"}


def test_an_article_that_breaks_the_cutting_fails_alone(
    folder: Path, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    del models
    real = Translator.plan

    def plan(self: Translator, item: Article) -> Plan:
        if item.id == "one.txt":
            raise IndexError("no such piece")
        return real(self, item)

    monkeypatch.setattr(Translator, "plan", plan)
    assert state(run(folder)) == {**ALL_WRITTEN, "one.txt": "failed"}


@pytest.mark.usefixtures("models")
def test_two_folders_into_one_output_folder_do_not_replace_each_other(folder: Path, tmp_path: Path) -> None:
    run(folder)
    before = contents(folder.parent / "out")
    other = tmp_path / "other"
    other.mkdir()
    (other / "one.txt").write_text(article(THIRD), encoding="utf-8")
    ran = run(other, folder.parent / "out")
    assert state(ran) == {"one.txt": "failed"}
    assert str(folder / "one.txt") in ran.report.failures[0].reason
    assert contents(folder.parent / "out") == before
    moved = folder.rename(tmp_path / "moved")
    assert state(run(moved)) == ALL_SKIPPED


def test_another_licence_or_profile_name_is_rendered_anew(folder: Path, models: FakeModels) -> None:
    run(folder)
    calls = len(models.translator.calls)
    config = load_config(None)
    news = config.profiles["news"]
    translation = news.translation.model_copy(update={"licence": "another licence"})
    changed = config.model_copy(update={"profiles": {"renamed": news.model_copy(update={"translation": translation})}})
    out = folder.parent / "out"
    with Translator(choose_profile(changed, "renamed", None)) as translator:
        report = Run(translator, out, ("md",))(discover([folder], out).inputs)
    assert report.counts["refreshed"] == 3
    assert "another licence" in (out / "one.md").read_text(encoding="utf-8")
    assert len(models.translator.calls) == calls


def test_an_interrupted_run_keeps_what_is_done_and_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels().install(monkeypatch)
    out = folder.parent / "out"
    inputs = discover([folder], out).inputs
    seen: list[Outcome] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            seen.append(event)
            if len(seen) == 1:
                raise KeyboardInterrupt

    with windows_of(1) as translator:
        report = Run(translator, out, ("md",), on_event=on_event)(inputs)
    assert report.interrupted
    assert seen[0].status == "written"
    assert len({outcome.id for outcome in seen}) == len(seen) == sum(report.counts.values())
    resumed = run(folder)
    assert not resumed.report.failures
    assert state(resumed)[seen[0].id] == "skipped"
    assert contents(out) == contents_of_undisturbed(folder)


def assert_undisturbed_but_for_an_update(folder: Path, name: str) -> None:
    """What was written is what a run writes that nothing happened to, but that one brief says what changed."""
    written, expected = contents(folder.parent / "out"), contents_of_undisturbed(folder)
    assert written.keys() == expected.keys()
    assert {file for file in written if written[file] != expected[file]} == {f"{name}.json", f"{name}.md"}
    brief = json_brief.read(written[f"{name}.json"])
    assert brief.update
    assert json_brief.render(replace(brief, update=None)) == expected[f"{name}.json"]


def contents_of_undisturbed(folder: Path) -> dict[str, bytes]:
    run(folder, folder.parent / "undisturbed")
    return contents(folder.parent / "undisturbed")


def test_a_full_disk_ends_the_run_with_what_was_written(
    folder: Path, models: FakeModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    del models
    real = Path.replace

    def fail_for_two(path: Path, target: Path) -> Path:
        if str(target).endswith("two.json"):
            raise OSError(28, "No space left on device")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", fail_for_two)
    with pytest.raises(TransError) as raised:
        run(folder)
    assert raised.value.exit_code == ExitCode.SOME_FAILED
    assert "disk is full" in raised.value.message
    monkeypatch.undo()
    FakeModels().install(monkeypatch)
    run(folder)
    assert contents(folder.parent / "out") == contents_of_undisturbed(folder)
    assert not list((folder.parent / "out").rglob("*.tmp"))


@pytest.mark.usefixtures("models")
def test_a_dry_run_counts_and_writes_nothing(folder: Path) -> None:
    out = folder.parent / "out"
    inputs = discover([folder], out).inputs
    with Translator("news") as translator:
        decided = list(Run(translator, out, ("md",)).decisions(inputs))
        work = workload((found for _, _, planned in decided for found in planned()), translator)
    assert {name: how.reason for name, how, _ in decided} == dict.fromkeys(ALL_WRITTEN, "new")
    assert 0 < work.unique < work.sentences < work.tokens
    assert not out.exists()


@pytest.mark.usefixtures("models")
def test_flags_of_briefs_that_are_done_still_count(folder: Path) -> None:
    (folder / "english.txt").write_text(article(LEAD, "这是一个中文段落，编辑看不懂。"), encoding="utf-8")
    first, second = run(folder).report, run(folder).report
    assert first.flags["warning"] > 0
    assert second.counts == {"skipped": 4}
    assert second.flags == first.flags
    assert [(item.id, item.risk, item.worst) for item in second.worst] == [
        (item.id, item.risk, item.worst) for item in first.worst
    ]


@pytest.mark.usefixtures("models")
def test_json_is_written_whatever_the_formats(folder: Path) -> None:
    run(folder, formats=())
    written = contents(folder.parent / "out")
    assert set(written) == {"one.json", "two.json", "sub/three.md.json"}
    assert json.loads(written["one.json"])["id"] == "one.txt"


def test_a_brief_that_a_format_cannot_show_fails_alone(
    models: FakeModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(brief: Brief) -> bytes:
        if brief.article.id == "b.txt":
            raise IndexError("no run")
        return b"page"

    monkeypatch.setitem(RENDERERS, "md", breaks)
    inputs = tmp_path / "in"
    inputs.mkdir()
    for name in "abc":
        (inputs / f"{name}.txt").write_text("أعلنت الوزارة خطة جديدة اليوم.", encoding="utf-8")
    with Translator("news") as translator:
        report = Run(translator, tmp_path / "out", ["md"])(discover([inputs], tmp_path / "out").inputs)
    assert report.counts == {"written": 2, "failed": 1}
    assert [failure.id for failure in report.failures] == ["b.txt"]
    assert (tmp_path / "out" / "c.md").exists()
