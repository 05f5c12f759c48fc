"""The desk, runs, kills and newer versions at once, and what a kill of the process or a lost log leaves of them."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine, FakeModels
from test_revision import CHANGED, OTHER, brief, correction, files, inputs, log_of, made, ninjs, out, put, review, run
from texts import HEADLINE, LEAD, SECOND, THIRD, article, english

from trans.brief import Brief
from trans.manifest import Manifest
from trans.render import json as json_brief
from trans.review import is_reviewed
from trans.review_events import new_id
from trans.reviser import Reviser, settle
from trans.work import Work

__all__ = ["inputs", "made", "out"]  # fixtures


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(english)).install(monkeypatch)


def page(url: str, *paragraphs: str, title: str = HEADLINE, day: int = 1) -> str:
    text = "".join(f"<p>{one}</p>" for one in paragraphs or (LEAD, SECOND, THIRD))
    told = f'<meta property="article:published_time" content="2026-01-{day:02}T00:00:00Z">'
    head = f'<title>{title}</title><link rel="canonical" href="{url}">{told}'
    return f'<html lang="ar"><head>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>'


def statuses(out: Path, pattern: str) -> set[str | None]:
    found = (path for path in out.glob(pattern) if not path.name.endswith(".ninjs.json"))
    return {json_brief.read(path.read_bytes()).article.metadata.status for path in found}


def test_an_edit_at_the_desk_while_the_new_version_waits_for_its_turn(
    inputs: Path, out: Path, made: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inputs / "a.txt", article(LEAD, CHANGED, THIRD), 1)
    begin = Work.begin

    def edited(self: Work, *arguments: Any) -> Any:
        Reviser(out).add(correction(made, 1, "By an editor."))
        return begin(self, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Work, "begin", edited)
        run(inputs, out)
    run(inputs, out)
    assert files(out) == {"a.json", "a.md", "a.html"}
    assert CHANGED in brief(out, "a").article.text
    assert brief(out, "a").paragraphs[0].target == "By an editor."


def test_what_the_desk_could_not_check_the_next_run_checks(inputs: Path, out: Path, made: Brief) -> None:
    event = correction(made, 3, "The region has been suffering for 77 years, and 5,000 died.")
    Reviser(out).add(event)
    run(inputs, out)
    assert {flag.check for flag in brief(out, "a").flags if flag.paragraph == 3} >= {"numbers"}
    event = correction(made, 1, "Corrected.")
    desk = Reviser(out)
    desk.add(event)
    desk.add(replace(event, id=new_id(), kind="reverted", new=""))
    run(inputs, out)
    assert [flag for flag in brief(out, "a").flags if flag.paragraph == 1] == [
        flag for flag in made.flags if flag.paragraph == 1
    ]


def test_the_failure_of_a_newer_version_stays_one_when_an_older_one_comes(inputs: Path, out: Path) -> None:
    put(inputs / "b.html", page("https://ex.org/n/1", LEAD, CHANGED, THIRD, day=2))
    run(inputs, out)
    (inputs / "b.html").write_bytes(b"")
    run(inputs, out)
    put(inputs / "a.html", page("https://ex.org/n/1"), 1)
    assert run(inputs, out).statuses["b.html"] == "failed"
    assert run(inputs, out).statuses["b.html"] == "failed"
    assert {name.partition(".")[0] for name in files(out)} == {"b"}


def test_an_article_comes_back_when_what_took_its_place_is_another_story_now(inputs: Path, out: Path) -> None:
    put(inputs / "a.html", page("https://ex.org/n/1"))
    run(inputs, out)
    put(inputs / "b.html", page("https://ex.org/n/1", LEAD, CHANGED, THIRD, day=2), 1)
    run(inputs, out)
    assert {name.partition(".")[0] for name in files(out)} == {"b"}
    put(inputs / "b.html", page("https://ex.org/n/2", OTHER, title="افتتاح معرض الكتاب", day=3), 2)
    run(inputs, out)
    run(inputs, out)
    assert {name.partition(".")[0] for name in files(out)} == {"a", "b"}


def test_versions_that_both_stand_are_set_right_and_killed_together(inputs: Path, out: Path) -> None:
    put(inputs / "1.json", ninjs("1"))
    run(inputs, out)
    record = next(Manifest(out).records())
    kept = {path: path.read_bytes() for path in out.glob("1.json/*")}
    put(inputs / "3.json", ninjs("3", LEAD, CHANGED))
    run(inputs, out)
    # As two shares leave them, that don't see each other.
    for path, content in kept.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    Manifest(out).append([record])
    put(inputs / "9.json", ninjs("4", status="canceled"))
    run(inputs, out)
    assert statuses(out, "[13].json/*.json") == {"canceled"}
    run(inputs, out, force=True)
    assert statuses(out, "[13].json/*.json") == {"canceled"}
    assert not list(out.glob("1.json"))


def test_a_kill_reaches_a_brief_whose_source_fails_now(inputs: Path, out: Path) -> None:
    put(inputs / "a.html", page("https://ex.org/n/1"))
    run(inputs, out)
    (inputs / "a.html").write_bytes(b"")
    run(inputs, out)
    put(inputs / "k.json", ninjs("2", uri="https://EX.org/n/1?utm_source=x", status="canceled"))
    assert run(inputs, out).statuses["a.html"] == "failed"
    assert statuses(out, "a.html.json") == {"canceled"}
    assert run(inputs, out).statuses["a.html"] == "failed"


def test_a_kill_finds_a_brief_from_before_items_had_names(inputs: Path, out: Path) -> None:
    put(inputs / "5.json", ninjs("1"))
    run(inputs, out)
    path = next(out.glob("5.json/*.json"))
    found = json_brief.read(path.read_bytes())
    source = replace(found.article.source, item=None)
    hashes = replace(found.provenance.hashes, rendering="older")
    before = replace(found, article=replace(found.article, source=source))
    before = replace(before, provenance=replace(found.provenance, hashes=hashes))
    path.write_bytes(json_brief.render(before))
    shutil.rmtree(out / ".trans")
    run(inputs, out)
    put(inputs / "9.json", ninjs("2", status="canceled"))
    run(inputs, out)
    assert statuses(out, "5.json/*.json") == {"canceled"}


def test_a_kill_that_another_share_was_told_of_counts_with_the_index(inputs: Path, out: Path) -> None:
    put(inputs / "5.json", ninjs("1"))
    run(inputs, out)
    put(inputs / "9.json", ninjs("2", status="canceled"))
    manifest = Manifest(out)
    kill = replace(next(manifest.records()), id="9.json/x", status="failed", outputs={}, withdrawn=True, version="2")
    manifest.append([kill])
    settle(out, Manifest(out))
    assert statuses(out, "5.json/*.json") == {"canceled"}


def test_an_export_that_was_not_asked_for_lately_goes_with_a_kill(inputs: Path, out: Path) -> None:
    put(inputs / "5.json", ninjs("1"))
    run(inputs, out, ("md", "docx"))
    put(inputs / "5.json", ninjs("1", LEAD, CHANGED), 1)
    run(inputs, out, ("md",))
    assert list(out.glob("5.json/*.docx"))
    put(inputs / "9.json", ninjs("2", status="canceled"))
    run(inputs, out, ("md",))
    assert not list(out.glob("5.json/*.docx"))


def test_a_kill_is_written_beside_a_brief_that_was_edited_by_hand(inputs: Path, out: Path) -> None:
    put(inputs / "5.json", ninjs("1"))
    run(inputs, out, ("md", "docx"))
    path = next(out.glob("5.json/*.json"))
    path.write_text(path.read_text(encoding="utf-8").replace("Ministry", "By hand: Ministry"), encoding="utf-8")
    put(inputs / "9.json", ninjs("2", status="canceled"))
    run(inputs, out, ("md", "docx"))
    assert "By hand" in path.read_text(encoding="utf-8")
    assert statuses(out, "5.json/*.new.json") == {"canceled"}
    assert not list(out.glob("5.json/*.docx"))


@pytest.mark.parametrize("stage", ["_clear", "_remove"])
def test_what_a_kill_of_the_process_leaves_standing_the_next_run_takes_away(
    inputs: Path, out: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    from trans.brief_writer import BriefWriter

    formats = ("md", "html", "docx")
    put(inputs / "1.json", ninjs("1"))
    put(inputs / "5.json", ninjs("1", OTHER, uri="urn:example:other"))
    run(inputs, out, formats)
    put(inputs / "2.json", ninjs("2", LEAD, CHANGED))
    put(inputs / "9.json", ninjs("2", OTHER, uri="urn:example:other", status="canceled"))

    class Dies(BaseException):
        pass

    def dies(self: BriefWriter, *arguments: object) -> None:
        raise Dies

    with monkeypatch.context() as patch:
        patch.setattr(BriefWriter, stage, dies)
        with pytest.raises(Dies):
            run(inputs, out, formats)
    run(inputs, out, formats)
    run(inputs, out, formats)
    assert not list(out.glob("5.json/*.docx"))
    assert not list(out.glob("1.json"))
    assert statuses(out, "5.json/*.json") == {"canceled"}


def test_a_log_from_a_backup_costs_no_later_edit(inputs: Path, out: Path, made: Brief, tmp_path: Path) -> None:
    path, backup = out / ".trans/review.jsonl", tmp_path / "backup"
    log = log_of(out)
    log.append(correction(made, 1, "First edit."))
    shutil.copy(path, backup)
    log.append(replace(correction(made, 1, "Second edit."), at="2026-03-01T13:00:00+03:00"))
    log.append(correction(made, 3, "A third one."))
    run(inputs, out)
    log_of(out).append(replace(review(brief(out, "a")), at="2026-03-01T14:00:00+03:00"))
    run(inputs, out)
    shutil.copy(backup, path)
    run(inputs, out)
    for _ in range(2):
        found = brief(out, "a")
        assert [found.paragraphs[0].target, found.paragraphs[2].target] == ["Second edit.", "A third one."]
        assert is_reviewed(found)
        run(inputs, out, force=True)


def test_a_lost_log_and_new_corrections_cost_no_earlier_edit(inputs: Path, out: Path, made: Brief) -> None:
    log_of(out).append(correction(made, 1, "First edit."))
    run(inputs, out)
    (out / ".trans/review.jsonl").unlink()
    log_of(out).append(correction(made, 3, "From elsewhere."))
    run(inputs, out)
    found = brief(out, "a")
    assert [found.paragraphs[0].target, found.paragraphs[2].target] == ["First edit.", "From elsewhere."]


def test_an_edit_follows_a_page_to_another_address(inputs: Path, out: Path) -> None:
    put(inputs / "a.html", page("https://ex.org/n/1-old"))
    run(inputs, out)
    first = brief(out, "a.html")
    log_of(out).append(correction(first, 1, "By an editor."))
    run(inputs, out)
    put(inputs / "a.html", page("https://ex.org/n/1-new", LEAD, CHANGED, THIRD), 2)
    log_of(out).append(replace(correction(first, 3, "By a table."), item="a.html"))
    run(inputs, out)
    found = brief(out, "a.html")
    assert [found.paragraphs[0].target, found.paragraphs[2].target] == ["By an editor.", "By a table."]


def test_an_edit_of_a_brief_whose_source_fails_now_is_in_its_files(inputs: Path, out: Path) -> None:
    put(inputs / "a.html", page("https://ex.org/n/1"))
    run(inputs, out)
    first = brief(out, "a.html")
    (inputs / "a.html").write_bytes(b"")
    run(inputs, out)
    Reviser(out).add(correction(first, 1, "By an editor."))
    for _ in range(2):
        assert brief(out, "a.html").paragraphs[0].target == "By an editor."
        assert run(inputs, out).statuses == {"a.html": "failed"}
        Reviser(out).settle()


def test_a_brief_with_a_review_of_no_time_stops_no_run(inputs: Path, out: Path, made: Brief) -> None:
    log_of(out).append(review(made))
    run(inputs, out)
    found = brief(out, "a")
    assert found.review
    content = json_brief.render(replace(found, review=replace(found.review, at="yesterday")))
    (out / "a.json").write_bytes(content)
    shutil.rmtree(out / ".trans")
    put(inputs / "b.txt", article(OTHER))
    put(inputs / "a.txt", article(LEAD, CHANGED), 1)
    assert run(inputs, out).statuses == {"a.txt": "written", "b.txt": "written"}


def test_the_desk_follows_an_old_address_to_the_newer_version(inputs: Path, out: Path) -> None:
    put(inputs / "1.json", ninjs("1"))
    run(inputs, out)
    old = next(Manifest(out).records()).id
    put(inputs / "2.json", ninjs("2", LEAD, CHANGED))
    run(inputs, out)
    found = Reviser(out).brief(old)
    assert found
    assert found.article.metadata.version == "2"


def test_versions_put_away_have_no_flags_to_be_counted(inputs: Path, out: Path) -> None:
    put(inputs / "1.json", ninjs("1"))
    assert run(inputs, out).outcomes.popitem()[1].flags
    put(inputs / "2.json", ninjs("2", THIRD))
    run(inputs, out)
    again = run(inputs, out)
    old = next(outcome for name, outcome in again.outcomes.items() if name.startswith("1.json"))
    assert not old.flags
