"""New versions of an item, kills from another file, and what editors wrote, through the whole of a run and the next ones."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from console_script import called
from fakes import FakeEngine, FakeModels, fake_english
from running import Ran
from texts import HEADLINE, LEAD, SECOND, THIRD, article, english

from trans.api import Translator
from trans.brief import Brief
from trans.identity import item_of
from trans.outcome import Event as Told
from trans.outcome import Outcome
from trans.render import json as json_brief
from trans.review import at_flag, is_reviewed, text_hash
from trans.review_events import Event, new_id, sha256_of
from trans.review_log import ReviewLog
from trans.reviser import Reviser
from trans.run import Run
from trans.sources import discover

AT = "2026-03-01T12:00:00+03:00"
URI = "urn:example:item-1"
CHANGED = "وقال الوزير إن العمل يبدأ في الخريف. وأضاف أن المشروع يخدم ثلاث مدن."
OTHER = "وبدأت الشركة المنفذة أعمال الحفر قرب الميناء القديم صباح اليوم."


@pytest.fixture(autouse=True)
def _models(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels(FakeEngine(english)).install(monkeypatch)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def run(inputs: Path, out: Path, formats: tuple[str, ...] = ("md", "html"), **options: Any) -> Ran:
    outcomes: dict[str, Outcome] = {}

    def on_event(event: Told) -> None:
        if isinstance(event, Outcome):
            outcomes[event.id] = event

    with Translator("news") as translator:
        report = Run(translator, out, formats, on_event=on_event, **options)(discover([inputs], out).inputs)
    return Ran(1 if report.counts["failed"] else 0, None, outcomes)


def brief(out: Path, name: str) -> Brief:
    return json_brief.read((out / f"{name}.json").read_bytes())


def put(path: Path, text: str, second: int = 0) -> None:
    """Write an input as of long ago, so that its time tells its states apart."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1_700_000_000 + second, 1_700_000_000 + second))


def ninjs(version: str, *paragraphs: str, uri: str = URI, status: str = "usable", headline: str = HEADLINE) -> str:
    body = "".join(f"<p>{text}</p>" for text in paragraphs or (LEAD, SECOND, THIRD))
    item = {
        "uri": uri,
        "version": version,
        "pubstatus": status,
        "language": "ar",
        "headlines": [{"role": "main", "value": headline}],
        "bodies": [{"role": "main", "contenttype": "text/html", "value": body}],
    }
    return json.dumps(item, ensure_ascii=False)


def files(out: Path) -> set[str]:
    """The names of all briefs' files, without the folder's own pages."""
    return {
        path.relative_to(out).as_posix()
        for path in out.rglob("*")
        if path.is_file() and ".trans" not in path.parts and path.name != "index.html"
    }


def correction(of: Brief, paragraph: int, new: str, sentence: int = 1) -> Event:
    part = of.paragraphs[paragraph - 1].sentences[sentence - 1]
    return Event(
        *(new_id(), AT, "Mona", item_of(of.article), "corrected", "paragraph", paragraph, sentence, part.source),
        source_sha256=sha256_of(part.source),
        old=part.target,
        new=new,
    )


def new_summary(of: Brief, new: str) -> Event:
    event = Event(new_id(), AT, "Mona", item_of(of.article), "corrected", "summary", 1, source=of.summaries[0].arabic)
    return replace(event, source_sha256=sha256_of(of.article.text), old=of.summaries[0].english.target, new=new)


def review(of: Brief) -> Event:
    return Event(new_id(), AT, "Mona", item_of(of.article), "reviewed", text_sha256=text_hash(of))


# New versions


def test_a_changed_file_gives_a_brief_that_says_what_changed_and_keeps_the_one_before(inputs: Path, out: Path) -> None:
    put(inputs / "a.txt", article())
    run(inputs, out)
    before = (out / "a.json").read_bytes()
    put(inputs / "a.txt", article(LEAD, CHANGED, THIRD), 1)
    run(inputs, out)
    update = brief(out, "a").update
    assert update is not None
    assert (update.number, update.changed, update.added, update.removed) == (2, (2,), (), 0)
    assert [version.number for version in update.versions] == [1]
    assert (out / update.versions[0].file).read_bytes() == before
    assert "Updated: paragraph [2](#p2) changed." in (out / "a.md").read_text(encoding="utf-8")
    assert run(inputs, out).statuses == {"a.txt": "skipped"}
    assert brief(out, "a").update == update


def test_an_update_is_still_told_after_a_run_that_makes_all_again(inputs: Path, out: Path) -> None:
    put(inputs / "a.txt", article())
    run(inputs, out)
    put(inputs / "a.txt", article(LEAD, CHANGED, THIRD), 1)
    run(inputs, out)
    written = (out / "a.json").read_bytes()
    run(inputs, out, force=True)
    assert (out / "a.json").read_bytes() == written


def test_no_more_versions_are_kept_than_wanted(inputs: Path, out: Path) -> None:
    for second in range(6):
        put(inputs / "a.txt", article(LEAD, f"{OTHER} {second}"), second)
        run(inputs, out)
    update = brief(out, "a").update
    assert update is not None
    assert update.number == 6
    assert [version.number for version in update.versions] == [5, 4, 3]
    assert sorted(path.name[0] for path in (out / ".trans/versions/a").iterdir()) == ["3", "4", "5"]


def test_another_encoding_is_no_new_version(inputs: Path, out: Path) -> None:
    put(inputs / "a.txt", article())
    run(inputs, out)
    (inputs / "a.txt").write_bytes(article().encode("utf-16"))
    run(inputs, out)
    assert brief(out, "a").update is None


@pytest.mark.parametrize("first", ["1.json", "2.json"])
def test_versions_of_an_item_in_several_files_give_one_brief_of_the_newest(inputs: Path, out: Path, first: str) -> None:
    texts = {"1.json": ninjs("1"), "2.json": ninjs("2", LEAD, CHANGED, THIRD)}
    put(inputs / first, texts.pop(first))
    run(inputs, out, ("md", "html", "docx"))
    ((name, text),) = texts.items()
    put(inputs / name, text, 1)
    ran = run(inputs, out, ("md", "html", "docx"))
    stem = f"2.json/{next((out / '2.json').glob('*.json')).stem}"
    assert files(out) == {f"{stem}.{end}" for end in ("json", "md", "html", "docx")}
    update = brief(out, stem).update
    assert update is not None
    assert update.changed == (2,)
    assert json_brief.read((out / update.versions[0].file).read_bytes()).article.metadata.version == "1"
    assert ran.code == 0
    assert set(run(inputs, out, ("md", "html", "docx")).statuses.values()) == {"skipped"}


def test_versions_that_come_in_one_window_end_as_if_they_came_one_after_the_other(inputs: Path, out: Path) -> None:
    for number in (3, 1, 2):
        put(inputs / f"{number}.json", ninjs(str(number), LEAD, f"{OTHER} {number}"))
    run(inputs, out)
    assert {name.partition("/")[0] for name in files(out)} == {"3.json"}


def test_an_older_version_edited_by_hand_stays(inputs: Path, out: Path) -> None:
    put(inputs / "1.json", ninjs("1"))
    run(inputs, out)
    edited = next(out.glob("1.json/*.md"))
    edited.write_text("by hand", encoding="utf-8")
    put(inputs / "2.json", ninjs("2", LEAD, OTHER))
    run(inputs, out)
    assert edited.read_text(encoding="utf-8") == "by hand"
    assert not list(out.glob("1.json/*.html"))


def test_other_stories_under_one_address_are_all_kept(inputs: Path, out: Path) -> None:
    records = [
        {"id": "1", "title": HEADLINE, "text": f"{LEAD}\n\n{SECOND}", "url": "https://example.org/live"},
        {"id": "2", "title": "افتتاح معرض الكتاب", "text": OTHER, "url": "https://example.org/live"},
    ]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    put(inputs / "all.jsonl", lines)
    run(inputs, out)
    assert len(list(out.glob("all.jsonl/*.json"))) == 2


# Kills


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("kill", ["0.json", "9.json"])
def test_a_kill_in_another_file_marks_the_brief_whichever_is_read_first(
    inputs: Path, out: Path, kill: str, together: bool
) -> None:
    put(inputs / "5.json", ninjs("1"))
    formats = ("md", "html", "docx", "tmx", "ninjs")
    if not together:
        run(inputs, out, formats)
        assert list(out.glob("5.json/*.docx"))
    put(inputs / kill, ninjs("2", status="canceled"))
    assert run(inputs, out, formats).code == 1
    names = {path.name.partition(".")[2] for path in (out / "5.json").iterdir()}
    assert names == {"json", "md", "html", "ninjs.json"}
    for again in (False, True):
        run(inputs, out, formats, force=again)
        stem = next(path for path in (out / "5.json").glob("*.json") if not path.name.endswith("ninjs.json"))
        assert json_brief.read(stem.read_bytes()).article.metadata.status == "canceled"
        assert "KILLED" in stem.with_suffix(".md").read_text(encoding="utf-8").upper()
    assert not list(out.glob("5.json/*.docx"))


def test_a_kill_counts_though_its_file_the_manifest_or_its_own_file_is_another_now(inputs: Path, out: Path) -> None:
    put(inputs / "5.json", ninjs("1"))
    put(inputs / "9.json", ninjs("2", status="canceled"))
    run(inputs, out)
    stem = f"5.json/{next((out / '5.json').glob('*.json')).stem}"
    put(inputs / "9.json", ninjs("1", OTHER, uri="urn:example:another"), 1)
    run(inputs, out, force=True)
    assert brief(out, stem).article.metadata.status == "canceled"
    shutil.rmtree(out / ".trans")
    run(inputs, out, force=True)
    assert brief(out, stem).article.metadata.status == "canceled"
    put(inputs / "7.json", ninjs("1"), 1)
    run(inputs, out)
    found = [json_brief.read(path.read_bytes()) for path in out.glob("[57].json/*.json")]
    assert [one.article.metadata.status for one in found] == ["canceled"]


def test_a_kill_that_a_file_takes_back_itself_is_over(inputs: Path, out: Path) -> None:
    for second, status in enumerate(("usable", "canceled", "usable")):
        put(inputs / "5.json", ninjs("1", status=status), second)
        run(inputs, out)
    stem = f"5.json/{next((out / '5.json').glob('*.json')).stem}"
    assert brief(out, stem).article.metadata.status == "usable"


def test_a_version_after_a_kill_is_news_again(inputs: Path, out: Path) -> None:
    put(inputs / "1.json", ninjs("1"))
    put(inputs / "2.json", ninjs("2", status="canceled"))
    run(inputs, out)
    put(inputs / "3.json", ninjs("3", LEAD, OTHER))
    run(inputs, out)
    stem = f"3.json/{next((out / '3.json').glob('*.json')).stem}"
    assert brief(out, stem).article.metadata.status == "usable"


# What editors wrote


@pytest.fixture
def made(inputs: Path, out: Path) -> Brief:
    put(inputs / "a.txt", article())
    run(inputs, out)
    return brief(out, "a")


def log_of(out: Path) -> ReviewLog:
    log = ReviewLog(out)
    log.refresh()
    return log


Again = Callable[[Path, Path], Any]


def _by_hand(inputs: Path, out: Path) -> None:
    Reviser(out).settle()


@pytest.mark.parametrize(
    "again",
    [run, lambda inputs, out: run(inputs, out, force=True), _by_hand],
    ids=["a run", "a forced run", "the desk"],
)
def test_a_correction_stands_in_every_format_after(inputs: Path, out: Path, made: Brief, again: Again) -> None:
    log_of(out).append(correction(made, 1, "A plan of 300 million dollars was announced."))
    again(inputs, out)
    found = brief(out, "a")
    sentence = found.paragraphs[0].sentences[0]
    assert sentence.target == "A plan of 300 million dollars was announced."
    assert sentence.edit is not None
    assert sentence.edit.machine == made.paragraphs[0].sentences[0].target
    for name in ("a.md", "a.html"):
        assert "A plan of 300 million dollars was announced." in (out / name).read_text(encoding="utf-8")
    run(inputs, out)  # which checks it, where the desk did not know how
    assert set(run(inputs, out).statuses.values()) == {"skipped"}


def test_the_desk_and_a_run_write_the_same(inputs: Path, out: Path, made: Brief, tmp_path: Path) -> None:
    from trans.config import choose_profile, find_config, load_config
    from trans.rules import load_rules

    path = find_config(None)
    rules = load_rules(choose_profile(load_config(path), "news", path))
    event = correction(made, 1, "A plan of 300 million dollars was announced.")
    Reviser(out, lambda _: rules).add(event)
    at_desk = (out / "a.json").read_bytes()
    run(inputs, out, force=True)
    assert (out / "a.json").read_bytes() == at_desk
    assert not any(flag.check == "numbers" and flag.paragraph == 1 for flag in brief(out, "a").flags)


def test_a_correction_outlives_another_model_and_goes_with_its_arabic(
    inputs: Path, out: Path, made: Brief, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_of(out).append(correction(made, 1, "By an editor."))
    FakeModels(FakeEngine(fake_english, fingerprint="another")).install(monkeypatch)
    run(inputs, out)
    assert brief(out, "a").paragraphs[0].target == "By an editor."
    put(inputs / "a.txt", article(SECOND, LEAD, THIRD), 1)
    run(inputs, out)
    assert brief(out, "a").paragraphs[1].target == "By an editor."
    put(inputs / "a.txt", article(SECOND, OTHER, THIRD), 2)
    run(inputs, out)
    found = brief(out, "a")
    assert "By an editor." not in [paragraph.target for paragraph in found.paragraphs]
    assert found.review is not None
    assert [(one.kind, one.source, one.text) for one in found.review.reopened] == [
        ("correction", LEAD, "By an editor.")
    ]


def test_a_correction_is_there_after_the_manifest_was_lost(inputs: Path, out: Path, made: Brief) -> None:
    log_of(out).append(correction(made, 1, "By an editor."))
    run(inputs, out)
    written = (out / "a.json").read_bytes()
    for path in (out / ".trans").glob("manifest*"):
        path.unlink()
    assert run(inputs, out).statuses == {"a.txt": "skipped"}
    assert (out / "a.json").read_bytes() == written


@pytest.mark.parametrize("force", [True, False])
def test_what_editors_wrote_is_read_back_out_of_the_briefs_when_their_log_is_lost(
    inputs: Path, out: Path, made: Brief, force: bool
) -> None:
    log = log_of(out)
    flag = next(flag for flag in made.flags if flag.paragraph == 1)
    log.append(correction(made, 2, "By an editor.", 2))
    log.append(new_summary(made, "A summary by an editor."))
    log.append(at_flag(Event(new_id(), AT, "Ali", "a.txt", "dismissed", reason="It is right."), made, flag))
    run(inputs, out)
    log_of(out).append(review(brief(out, "a")))
    run(inputs, out)
    before = brief(out, "a")
    (out / ".trans/review.jsonl").unlink()
    for _ in range(2):
        run(inputs, out, force=force)
        after = brief(out, "a")
        assert before.review
        assert after.review
        assert replace(after, review=None) == replace(before, review=None)
        assert replace(after.review, events="") == replace(before.review, events="")
    assert len(log_of(out).of("a.txt")) == 4


def test_a_correction_follows_an_item_into_another_file(inputs: Path, out: Path) -> None:
    put(inputs / "1.json", ninjs("1"))
    run(inputs, out)
    stem = f"1.json/{next((out / '1.json').glob('*.json')).stem}"
    log_of(out).append(correction(brief(out, stem), 1, "By an editor."))
    put(inputs / "2.json", ninjs("2", LEAD, OTHER))
    run(inputs, out)
    stem = f"2.json/{next((out / '2.json').glob('*.json')).stem}"
    assert brief(out, stem).paragraphs[0].target == "By an editor."


def test_a_review_holds_until_the_text_changes(inputs: Path, out: Path, made: Brief) -> None:
    log_of(out).append(review(made))
    run(inputs, out)
    found = brief(out, "a")
    assert is_reviewed(found)
    assert found.review is not None
    assert found.review.by == "Mona"
    put(inputs / "a.txt", article(LEAD, OTHER), 1)
    run(inputs, out)
    found = brief(out, "a")
    assert not is_reviewed(found)
    assert found.review is not None
    assert [one.kind for one in found.review.reopened] == ["review"]


def test_only_reviewed_briefs_are_exported(inputs: Path, out: Path) -> None:
    put(inputs / "a.txt", article())
    put(inputs / "b.txt", article(LEAD, OTHER))
    formats = ("md", "docx", "tmx")
    run(inputs, out, formats, only_reviewed=True)
    assert files(out) == {"a.json", "a.md", "b.json", "b.md"}
    log_of(out).append(review(brief(out, "a")))
    run(inputs, out, formats, only_reviewed=True)
    assert files(out) == {"a.json", "a.md", "a.docx", "a.tmx", "b.json", "b.md"}
    put(inputs / "a.txt", article(LEAD, THIRD), 1)
    run(inputs, out, formats, only_reviewed=True)
    assert files(out) == {"a.json", "a.md", "b.json", "b.md"}
    run(inputs, out, formats)
    assert files(out) == {f"{name}.{end}" for name in "ab" for end in ("json", "md", "docx", "tmx")}
    assert set(run(inputs, out, formats).statuses.values()) == {"skipped"}


def test_the_desk_leaves_what_is_in_work_to_the_run(inputs: Path, out: Path, made: Brief) -> None:
    from trans.manifest import Manifest

    manifest = Manifest(out)
    record = manifest.get("a.txt")
    assert record is not None
    manifest.append([replace(record, status="attempt", attempts=1)])
    written = (out / "a.json").read_bytes()
    shown = Reviser(out).add(correction(made, 1, "By an editor."))
    assert shown is not None
    assert shown.paragraphs[0].target == "By an editor."
    assert (out / "a.json").read_bytes() == written
    run(inputs, out)
    assert brief(out, "a").paragraphs[0].target == "By an editor."


def test_a_brief_edited_by_hand_stays_when_an_editor_corrects_it_at_the_desk(
    inputs: Path, out: Path, made: Brief
) -> None:
    (out / "a.md").write_text("by hand", encoding="utf-8")
    Reviser(out).add(correction(made, 1, "By an editor."))
    assert (out / "a.md").read_text(encoding="utf-8") == "by hand"
    assert "By an editor." in (out / "a.new.md").read_text(encoding="utf-8")


def command(inputs: Path, out: Path, *options: str) -> Any:
    return called("run", str(inputs), "--out", str(out), "--profile", "news", "--memory", "off", *options)


def test_an_entry_of_the_desks_glossary_counts_in_the_next_run(inputs: Path, out: Path, made: Brief) -> None:
    (out / ".trans/glossary.csv").write_text(
        "ar,en,variants,context,note\nالوزارة,the Authority,,,\n", encoding="utf-8"
    )
    assert command(inputs, out).returncode == 0
    assert brief(out, "a").provenance.glossary != made.provenance.glossary


def test_the_command_takes_in_corrections_made_elsewhere_once(inputs: Path, out: Path, tmp_path: Path) -> None:
    put(inputs / "a.txt", article())
    table = tmp_path / "corrections.csv"
    table.write_text(f"article,arabic,english,by,at\na.txt,{THIRD},By an editor.,Mona,{AT}\n", encoding="utf-8")
    for told in ("1 of 1", "0 of 1"):
        ran = command(inputs, out, "--corrections", str(table))
        assert ran.returncode == 0
        assert f"{told} corrections" in ran.stderr
        assert brief(out, "a").paragraphs[2].target == "By an editor."
    assert len(log_of(out).of("a.txt")) == 1


def test_corrections_in_a_dry_run_are_counted_and_not_taken_in(inputs: Path, out: Path, tmp_path: Path) -> None:
    put(inputs / "a.txt", article())
    table = tmp_path / "corrections.csv"
    table.write_text(f"article,arabic,english\na.txt,{THIRD},By an editor.\n", encoding="utf-8")
    ran = command(inputs, out, "--dry-run", "--corrections", str(table))
    assert "1 of 1 corrections" in ran.stderr
    assert not out.exists()


def test_the_command_exports_only_what_is_reviewed(inputs: Path, out: Path, made: Brief) -> None:
    assert command(inputs, out, "--format", "md,docx", "--only", "reviewed").returncode == 0
    assert not (out / "a.docx").exists()
    Reviser(out).add(review(made))
    assert command(inputs, out, "--format", "md,docx", "--only", "reviewed").returncode == 0
    assert (out / "a.docx").exists()


def test_the_index_puts_what_editors_wrote_into_the_briefs(inputs: Path, out: Path, made: Brief) -> None:
    log_of(out).append(correction(made, 1, "By an editor."))
    assert called("index", str(out)).returncode == 0
    assert brief(out, "a").paragraphs[0].target == "By an editor."
    assert "By an editor." in (out / "a.html").read_text(encoding="utf-8")
