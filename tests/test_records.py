"""Files of many articles: each record is briefed, redone and fails by itself, whatever its file's size."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import FakeModels
from hypothesis import given
from hypothesis import strategies as st
from texts import HEADLINE, LEAD, SECOND, THIRD

from trans.api import Translator
from trans.article import Article, Failure, Paragraph, Source
from trans.config import choose_profile, load_config
from trans.errors import TransError
from trans.manifest import Manifest
from trans.outcome import Event, Outcome, Report
from trans.run import Run
from trans.sources import discover
from trans.sources.records import NAMED_FAILURES, Parts, assemble, of_many, record_name


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    return FakeModels().install(monkeypatch)


def line(name: str, *paragraphs: str, **more: str) -> str:
    record = {"id": name, "title": HEADLINE, "body": "\n\n".join(paragraphs or (LEAD,)), **more}
    return json.dumps(record, ensure_ascii=False) + "\n"


def dump(folder: Path, *lines: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "dump.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    return folder


def run(
    folder: Path, *, limit: int | None = None, fields: dict[str, str] | None = None
) -> tuple[Report, dict[str, str]]:
    """Brief a folder; return the report and what became of each article."""
    out = folder.parent / "out"
    told: dict[str, str] = {}

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            told[event.id] = event.status

    profile = choose_profile(load_config(None), "news", None)
    profile = profile.model_copy(update={"run": profile.run.model_copy(update={"fields": fields or {}})})
    with Translator(profile) as translator:
        report = Run(translator, out, ("md",), limit=limit, on_event=on_event)(discover([folder], out).inputs)
    return report, told


@pytest.mark.usefixtures("models")
def test_every_record_gets_a_brief_named_by_its_id(tmp_path: Path) -> None:
    folder = dump(
        tmp_path / "in", line("a1"), line("https://example.com/b?c=1", SECOND), "{broken\n", line("a2", THIRD)
    )
    report, told = run(folder)
    named = record_name("https://example.com/b?c=1")
    assert told == {
        "dump.jsonl/a1": "written",
        f"dump.jsonl/{named}": "written",
        "dump.jsonl/line-3": "failed",
        "dump.jsonl/a2": "written",
    }
    assert {path.name for path in (tmp_path / "out" / "dump.jsonl").glob("*.json")} == {
        "a1.json",
        f"{named}.json",
        "a2.json",
    }
    brief = json.loads((tmp_path / "out" / "dump.jsonl" / f"{named}.json").read_text(encoding="utf-8"))
    assert brief["source"]["uri"] == "dump.jsonl"
    assert brief["source"]["record"] == "https://example.com/b?c=1"
    assert report.counts == {"written": 3, "failed": 1}


@pytest.mark.usefixtures("models")
def test_a_second_run_does_only_the_records_that_changed(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1"), line("a2", SECOND))
    run(folder)
    dump(folder, line("a0", THIRD), line("a1"), line("a2", THIRD))
    assert run(folder)[1] == {
        "dump.jsonl/a0": "written",
        "dump.jsonl/a1": "skipped",
        "dump.jsonl/a2": "written",
    }


@pytest.mark.usefixtures("models")
def test_a_mended_record_is_no_failure_any_more(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1"), "{broken\n")
    run(folder)
    assert [record.id for record in Manifest(tmp_path / "out").unfinished()] == ["dump.jsonl/line-2"]
    dump(folder, line("a1"), line("a2", SECOND))
    run(folder)
    assert not Manifest(tmp_path / "out").unfinished()


@pytest.mark.usefixtures("models")
def test_two_records_of_one_id_do_not_overwrite_each_other(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1"), line("A1", SECOND), line("a1", THIRD))
    assert run(folder)[1] == {
        "dump.jsonl/a1": "written",
        "dump.jsonl/A1 (2)": "failed",
        "dump.jsonl/a1 (3)": "failed",
    }
    brief = json.loads((tmp_path / "out" / "dump.jsonl" / "a1.json").read_text(encoding="utf-8"))
    assert brief["paragraphs"][0]["ar"] == LEAD


@pytest.mark.usefixtures("models")
def test_a_limit_counts_articles_not_files(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1"), line("a2", SECOND), line("a3", THIRD))
    assert list(run(folder, limit=2)[1]) == ["dump.jsonl/a1", "dump.jsonl/a2"]


@pytest.mark.usefixtures("models")
def test_a_record_that_killed_the_process_runs_alone_and_last(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1"), line("a2", SECOND))
    run(folder)
    out = tmp_path / "out"
    manifest = Manifest(out)
    record = manifest.get("dump.jsonl/a1")
    assert record is not None
    manifest.append([replace(record, status="attempt", attempts=1, owner="")])
    dump(folder, line("a1"), line("a2", THIRD))
    assert list(run(folder)[1].items()) == [("dump.jsonl/a2", "written"), ("dump.jsonl/a1", "written")]


def test_the_folder_of_a_dump_is_its_own(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1"))
    other = tmp_path / "other" / "dump.jsonl"
    other.mkdir(parents=True)
    (other / "a1.txt").write_text(LEAD, encoding="utf-8")
    with pytest.raises(TransError, match="same output name"):
        discover([folder, tmp_path / "other"], tmp_path / "out")


@given(st.text(min_size=1))
def test_a_record_name_is_one_plain_file_name(record: str) -> None:
    name = record_name(record)
    assert name == record_name(record)
    assert 0 < len(name.encode("utf-8", "surrogatepass")) <= 129
    assert not set(name) & set('/\\:*?"<>|\0 ')
    assert name.strip(".") == name
    assert not name.lower().endswith(".txt")


@given(st.text(min_size=1), st.text(min_size=1))
def test_different_records_have_different_names(one: str, other: str) -> None:
    assert one == other or record_name(one) != record_name(other)


def test_many_failures_of_a_file_become_one() -> None:
    def found() -> Iterator[Article | Failure]:
        for number in range(1, 1_000_001):
            yield Failure(f"x.jsonl/line-{number}", "holds no text", "Put some into it.")

    told = list(of_many(found(), "x.jsonl"))
    assert len(told) == NAMED_FAILURES + 1
    assert isinstance(told[-1], Failure)
    assert told[-1].id == "x.jsonl"
    assert "999,900 more" in told[-1].reason
    assert "line-1000000" in told[-1].reason


def test_an_article_of_parts_has_what_its_text_says_of_itself() -> None:
    source = Source("x.jsonl", "00", "utf-8", 2, "7")
    parts = Parts(f"  {HEADLINE}\n", (Paragraph("بقلم: سلمى حداد"), Paragraph("القاهرة (رويترز) - " + LEAD)))
    made = assemble(parts, source)
    assert isinstance(made, Article)
    assert made.id == "x.jsonl/7"
    assert made.headline == " ".join(HEADLINE.split())
    assert made.metadata.dateline == "القاهرة (رويترز)"
    assert made.metadata.byline == "بقلم: سلمى حداد"


@pytest.mark.parametrize("body", ["", " \n ", "...", ()])
def test_parts_without_text_are_a_failure(body: str | tuple[Paragraph, ...]) -> None:
    assert isinstance(assemble(Parts("", body), Source("x.jsonl", "00", "utf-8", 2, "7")), Failure)


@pytest.mark.usefixtures("models")
def test_a_table_whose_header_changes_is_read_anew(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.csv").write_text(f"id,title,deck,body\n1,{HEADLINE},الثاني,{LEAD}\n", encoding="utf-8")
    run(folder)
    (folder / "a.csv").write_text(f"id,deck,title,body\n1,{HEADLINE},الثاني,{LEAD}\n", encoding="utf-8")
    assert run(folder)[1] == {"a.csv/1": "written"}
    assert run(folder)[1] == {"a.csv/1": "skipped"}
    assert json.loads((tmp_path / "out/a.csv/1.json").read_bytes())["headline"]["ar"] == "الثاني"


def feed(terms: str) -> str:
    item = f"<item><guid>7</guid><title>{HEADLINE}</title><description>{LEAD}</description></item>"
    return f"<rss version='2.0'><channel><title>x</title><copyright>{terms}</copyright>{item}</channel></rss>"


@pytest.mark.usefixtures("models")
def test_what_a_feed_says_of_all_its_entries_is_part_of_each(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.rss").write_text(feed("Free use"), encoding="utf-8")
    run(folder)
    (folder / "a.rss").write_text(feed("No use without licence"), encoding="utf-8")
    assert run(folder)[1] == {"a.rss/7": "written"}
    metadata = json.loads((tmp_path / "out/a.rss/7.json").read_bytes())["source"]["metadata"]
    assert metadata["usage"] == "No use without licence"


def message(status: str) -> str:
    item = {"uri": "urn:x:1", "headlines": [{"value": HEADLINE}], "bodies": [{"value": LEAD}], "pubStatus": status}
    return json.dumps(item, ensure_ascii=False)


@pytest.mark.usefixtures("models")
def test_the_brief_of_an_article_that_was_taken_back_says_so(tmp_path: Path) -> None:
    folder, name = tmp_path / "in", record_name("urn:x:1")
    folder.mkdir()
    (folder / "a.json").write_text(message("usable"), encoding="utf-8")
    assert run(folder)[1] == {f"a.json/{name}": "written"}
    (folder / "a.json").write_text(message("canceled"), encoding="utf-8")
    for _ in range(2):
        assert run(folder)[1] == {f"a.json/{name}": "failed"}
        brief = json.loads((tmp_path / f"out/a.json/{name}.json").read_bytes())
        assert brief["source"]["metadata"]["status"] == "canceled"
        assert brief["flags"][0]["check"] == "standing"
        assert "taken it back" in (tmp_path / f"out/a.json/{name}.md").read_text(encoding="utf-8")
    (folder / "a.json").write_text(message("usable"), encoding="utf-8")
    assert run(folder)[1] == {f"a.json/{name}": "written"}


@pytest.mark.usefixtures("models")
def test_an_id_with_the_ending_of_a_format_does_not_meet_another_record(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("x"), line("x.ninjs", SECOND))
    out = tmp_path / "out"
    with Translator("news") as translator:
        Run(translator, out, ("ninjs", "tmx", "jsonl"))(discover([folder], out).inputs)
    assert len(list((out / "dump.jsonl").iterdir())) == 8


def test_an_article_that_was_taken_back_is_told_after_any_number_of_failures() -> None:
    def found() -> Iterator[Article | Failure]:
        for number in range(NAMED_FAILURES + 5):
            yield Failure(f"x.json/item-{number}", "holds no text", "Put some into it.")
        yield Failure("x.json/a", "is canceled by its publisher", "Use nothing of it.", withdrawn=True)

    assert "x.json/a" in [one.id for one in of_many(found(), "x.json")]


@pytest.mark.usefixtures("models")
def test_another_mapping_makes_again_what_it_changes(tmp_path: Path) -> None:
    folder = dump(tmp_path / "in", line("a1", other=SECOND), line("a2", other=LEAD))
    run(folder)
    assert set(run(folder, fields={"body": "other"})[1].items()) == {
        ("dump.jsonl/a1", "written"),
        ("dump.jsonl/a2", "skipped"),
    }
