"""The index of an output folder: what it takes from briefs, in what order, what it keeps, and that it never stops a run."""

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from console_script import called, complaint, trans
from fakes import FakeModels
from filelock import FileLock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import article

from trans import names
from trans.api import Translator
from trans.article import Article, Metadata, Paragraph, Source
from trans.brief import Brief, Flag, Hashes, Passage, Provenance, Sentence, Severity, Summary
from trans.errors import TransError
from trans.index import Problem, index
from trans.index_entry import Entry, Listed, moment
from trans.index_file import Indexer
from trans.index_updates import IndexUpdates
from trans.manifest import Manifest
from trans.pages import MARKS, write_page
from trans.phrases import fold
from trans.precision import risk
from trans.record import Record
from trans.render import json as json_brief
from trans.render.entry import entry, load, reduced
from trans.render.index_page import NAMES_SHOWN, folding, render
from trans.render.labels import told_time
from trans.run import Run
from trans.sources import discover, output_stem

NOW = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)


def brief(
    name: str = "a.txt",
    *pairs: tuple[str, str],
    headline: tuple[str, str] = ("عنوان", "A headline"),
    published: str | None = None,
    received: str | None = None,
    flags: Sequence[Flag] = (),
) -> Brief:
    pairs = pairs or (("قال الوزير كلمة", "The minister said a word"),)
    return Brief(
        article=Article(
            name,
            Source(name, "0" * 64, "utf-8", 1),
            headline[0],
            (),
            tuple(Paragraph(source) for source, _ in pairs),
            Metadata(published=published, received=received),
        ),
        headline=Passage((Sentence(headline[0], "", headline[1]),) if headline[0] else ()),
        decks=(),
        summaries=(Summary("ملخص", Passage((Sentence("ملخص", "", "A summary"),)), (1,), "model"),),
        paragraphs=tuple(Passage((Sentence(source, "", target),)) for source, target in pairs),
        flags=tuple(flags),
        provenance=Provenance("0", "tiny", False, {}, {}, Hashes("", "", "")),
    )


def document(made: Brief) -> Any:
    return json.loads(json_brief.render(made))


def entry_of(made: Brief) -> Entry:
    kept = reduced(document(made))
    assert kept is not None
    return entry(kept)


def listed(made: Brief, file: str = "", at: datetime = NOW) -> Listed:
    file = file or f"{output_stem(made.article.id)}.json"
    return Listed(entry_of(made), file, f"./{file}", at)


def flag(severity: Severity = "error", check: str = "numbers", paragraph: int = 1) -> Flag:
    return Flag(check, severity, f"The {check} are {severity}", "paragraph", paragraph, 1, "٣٩", "93")


def put(out: Path, made: Brief, file: str = "") -> Path:
    path = out / (file or f"{output_stem(made.article.id)}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json_brief.render(made))
    return path


def data_of(page: bytes) -> Any:
    """The page's data, as a browser reads it."""
    texts: list[str] = []

    class Reader(HTMLParser):
        inside = False

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            self.inside = tag == "script" and ("id", "data") in attributes

        def handle_data(self, data: str) -> None:
            if self.inside:
                texts.append(data)

        def handle_endtag(self, tag: str) -> None:
            self.inside = False

    Reader().feed(page.decode())
    return json.loads("".join(texts))


# What an entry takes from a brief.


def test_an_entry_has_the_briefs_texts_words_and_serious_flags() -> None:
    made = brief(
        "a.txt", ("كلمة كلمة", "Word word"), ("ثالثة", "Third"), published="2026-03-01T06:00:00+03:00",
        flags=[flag(), flag("warning", "names"), flag("info", "quotes")],
    )  # fmt: skip
    found = entry_of(made)
    assert (found.headline_arabic, found.headline_english) == ("عنوان", "A headline")
    assert (found.summary_arabic, found.summary_english) == ("ملخص", "A summary")
    assert found.words == 4
    assert (found.severity, found.counted, found.checks) == ("error", "1 error, 1 warning", ("names", "numbers"))
    assert found.risk == risk(made.flags)
    assert found.published == "2026-03-01T06:00:00+03:00"


def test_a_brief_without_headline_and_summary_has_an_entry() -> None:
    made = replace(brief(headline=("", "")), summaries=())
    found = entry_of(made)
    assert (found.headline_english, found.summary_english) == ("", "")
    assert data_of(render(index([listed(made)], updated=NOW)))["briefs"][0]["english"] == "a.txt"


def test_a_text_without_end_is_cut() -> None:
    found = entry_of(brief(headline=("كلمة " * 30_000, "word " * 30_000)))
    assert len(found.headline_english) < 400
    assert found.headline_english.endswith("…")
    assert found.words > 30_000


@pytest.mark.parametrize("other", [[], {}, "text", {"schema": 1}, {"schema": "ninjs/2"}, None])
def test_json_that_is_no_brief_is_passed_over(other: Any) -> None:
    assert reduced(other) is None


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "trans.brief/2"),
        ("headline", None),
        ("headline", {"ar": 1, "en": ""}),
        ("flags", [{"severity": "error"}]),
        ("flags", [{"check": "a", "message": "", "source": "", "target": "", "severity": "awful", "where": "deck"}]),
        ("names", [{"kind": "name", "ar": "x", "en": [{"text": "x", "count": "many"}], "paragraphs": []}]),
        ("source", []),
        ("summaries", {"ar": ""}),
        ("id", 7),
    ],
)
def test_a_broken_brief_is_said_to_be_one(key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        reduced({**document(brief()), key: value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(key=st.sampled_from(sorted(document(brief()))), value=JSON)
def test_any_document_gives_an_entry_or_a_reason(key: str, value: Any) -> None:
    try:
        kept = reduced({**document(brief()), key: value})
        if kept:
            entry(kept)
    except ValueError:
        pass


LINES = st.text(max_size=30) | st.sampled_from(
    ['\n "paragraphs": [', '\n ],\n "flags": ', '\n   "ar": "x",\n', "\u2028\u0085"]
)


@given(st.lists(st.tuples(LINES, LINES), max_size=4), LINES, st.sampled_from([None, 0, 1, 2]))
def test_reading_a_part_gives_what_reading_the_whole_gives(
    pairs: list[tuple[str, str]], headline: str, indent: int | None
) -> None:
    made = brief("a.txt", *pairs, headline=(headline, headline), flags=[flag()])
    data = json_brief.render(made)
    assert reduced(load(data)) == reduced(json.loads(data))
    other = json.dumps(json.loads(data), indent=indent).encode()
    assert reduced(load(other)) == reduced(json.loads(other))


SENTENCES = st.sampled_from(
    [
        ("زار حفتر كييف", "Haftar visited Kiev"),
        ("قال حفتر في سوريا", "Hiftar said in Syria"),
        ("غادر السوريون كييف", "The Syrians left Kyiv"),
        ("قال أوفيتشكين للفرنسيين", "Oveschkin told the French"),
        ("سجل أوفشكين في فرنسا", "Ovshkin scored in France"),
    ]
)


@given(st.lists(st.lists(SENTENCES, min_size=1, max_size=4), max_size=5))
def test_names_are_those_that_the_whole_briefs_give(articles: list[list[tuple[str, str]]]) -> None:
    made = [brief(f"{number}.txt", *pairs) for number, pairs in enumerate(articles)]
    found = index([listed(one) for one in made], updated=NOW)
    assert list(found.names) == names.inconsistent(names.table(one) for one in made)


# In what order.


def test_the_worst_is_first_and_each_article_once() -> None:
    briefs = [
        listed(brief("clean.txt")),
        listed(brief("warned.txt", flags=[flag("warning", "lost"), flag("warning", "terms")])),
        listed(brief("wrong.txt", flags=[flag("error", "grounding")])),
        listed(brief("worse.txt", flags=[flag("error", "numbers")])),
        listed(brief("wrong.txt", flags=[flag("error", "grounding")]), "wrong.new.json"),
    ]
    found = index(briefs, updated=NOW)
    assert [one.file for one in found.briefs] == ["worse.json", "wrong.json", "warned.json", "clean.json"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-01T06:00:00+03:00", datetime(2026, 3, 1, 3, tzinfo=UTC)),
        ("2026-03-01T06:00:00Z", datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("2026-03-01T06:00", datetime(2026, 3, 1, 6, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read(text: str | None, time: datetime | None) -> None:
    assert moment(text) == time


@pytest.mark.parametrize(
    ("published", "received", "dated"),
    [
        ("2026-03-01T06:00:00+03:00", "2026-03-02T06:00:00+00:00", ("published", "2026-03-01T06:00:00+03:00")),
        ("2026-03-01", "2026-03-02T06:00:00+00:00", ("published", "2026-03-01")),
        (None, "2026-03-02T06:00:00+00:00", ("received", "2026-03-02T06:00:00+00:00")),
        ("yesterday", "2026-03-02T06:00:00+00:00", ("received", "2026-03-02T06:00:00+00:00")),
        ("", "soon", ("brief made", NOW.isoformat())),
        (None, None, ("brief made", NOW.isoformat())),
    ],
)
def test_the_time_of_a_list_is_of_publication_else_of_receipt_else_of_the_brief(
    published: str | None, received: str | None, dated: tuple[str, str]
) -> None:
    one = listed(brief(published=published, received=received))
    assert one.dated == dated
    assert one.when == moment(dated[1])
    (row,) = data_of(render(index([one], updated=NOW)))["briefs"]
    assert row["date"] == f"{dated[0]} {told_time(dated[1])}"
    assert row["when"] == round(one.when.timestamp())


def test_newest_first_whatever_the_offsets() -> None:
    times = [
        "2026-03-01T14:05:00+03:00",
        "2026-03-01T08:00:00-05:00",
        "2026-03-01T12:00:00Z",
        "2026-03-01",
        "2026-02-28",
    ]
    briefs = [listed(brief(f"{number}.txt", published=time)) for number, time in enumerate(times)]
    assert [one.entry.id[0] for one in sorted(briefs, key=lambda one: one.when, reverse=True)] == [
        "3",
        "1",
        "2",
        "0",
        "4",
    ]


@given(st.text(max_size=30) | st.datetimes().map(str) | st.datetimes(timezones=st.timezones()).map(str))
def test_any_text_is_a_time_that_compares_or_none(text: str) -> None:
    time = moment(text)
    assert time is None or time.timestamp() == time.timestamp()


# The folder.


def test_a_folder_is_read_with_its_subfolders_and_without_its_state(tmp_path: Path) -> None:
    put(tmp_path, brief("a.txt"))
    put(tmp_path, brief("sub/b.txt"))
    put(tmp_path, brief("c.txt"), ".trans/c.json")
    (tmp_path / "sub" / "b.html").write_text("a page", encoding="utf-8")
    (tmp_path / "a.ninjs.json").write_text("{}", encoding="utf-8")
    found = Indexer(tmp_path).read(NOW)
    assert {one.entry.id: one.page for one in found.briefs} == {"a.txt": "./a.json", "sub/b.txt": "./sub/b.html"}
    assert not found.unreadable


def test_what_changes_is_read_again(tmp_path: Path) -> None:
    indexer = Indexer(tmp_path)
    assert not indexer.read(NOW).briefs
    put(tmp_path, brief("a.txt"))
    gone = put(tmp_path, brief("b.txt"))
    assert len(indexer.read(NOW).briefs) == 2
    put(tmp_path, brief("a.txt", headline=("عنوان", "Another headline")))
    gone.unlink()
    (only,) = indexer.read(NOW).briefs
    assert only.entry.headline_english == "Another headline"


def test_a_brief_is_read_once_over_all_runs(tmp_path: Path) -> None:
    """Seen from outside: bytes that change without size and time changing go unseen."""
    path = put(tmp_path, brief("a.txt"))
    (tmp_path / ".trans").mkdir()
    first = Indexer(tmp_path, ["skipped 'README.md'"])
    before = first.read(NOW)
    first.keep()
    status = path.stat()
    path.write_bytes(b"?" * status.st_size)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert Indexer(tmp_path).read(NOW) == before

    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    assert [problem.name for problem in Indexer(tmp_path).read(NOW).unreadable] == ["a.json"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(spot=st.integers(0, 3000), junk=st.binary(max_size=20))
def test_what_was_kept_may_be_spoilt(tmp_path: Path, spot: int, junk: bytes) -> None:
    shutil.rmtree(tmp_path)
    put(tmp_path, brief("a.txt", flags=[flag()]))
    (tmp_path / ".trans").mkdir()
    first = Indexer(tmp_path)
    first.read(NOW)
    first.keep()
    kept = tmp_path / ".trans" / "index.jsonl"
    data = kept.read_bytes()
    kept.write_bytes(data[:spot] + junk + data[spot + len(junk) :])
    Indexer(tmp_path).read(NOW)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff", b"[" * 100_000, b'{"schema": "trans.brief/1"}', b'{"schema": "trans.brief/9"}'],
    ids=["empty", "cut short", "no UTF-8", "deep", "not whole", "of another version"],
)
def test_a_brief_that_cannot_be_read_is_listed_and_spoils_nothing(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, brief("a.txt"))
    (tmp_path / "broken.json").write_bytes(content)
    found = Indexer(tmp_path).read(NOW)
    assert [one.entry.id for one in found.briefs] == ["a.txt"]
    assert [problem.name for problem in found.unreadable] == ["broken.json"]
    assert found.unreadable[0].reason
    assert b"broken.json" in render(found)


def test_failures_stand_with_their_reasons_until_the_input_is_taken_away(tmp_path: Path) -> None:
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    (out / ".trans").mkdir(parents=True)
    there, removed = inputs / "there.txt", inputs / "removed.txt"
    there.touch()
    Manifest(out).append(
        [
            Record("there.txt", "failed", path=str(there), reason="is not text"),
            Record("removed.txt", "failed", path=str(removed), reason="is not text"),
            Record("elsewhere.txt", "failed", path="/no/such/folder/elsewhere.txt", reason="is too large"),
            Record("died.txt", "attempt", path=str(there), attempts=2, owner="1/0.00/" + os.uname().nodename),
            Record("done.txt", "done", path=str(there)),
        ]
    )
    found = Indexer(out).read(NOW)
    reasons = {problem.name: problem.reason for problem in found.failed}
    assert reasons["there.txt"] == "is not text"
    assert set(reasons) == {"there.txt", "elsewhere.txt", "died.txt"}


def test_names_that_are_no_utf_8_are_shown_and_linked(tmp_path: Path) -> None:
    path = put(tmp_path, brief("a.txt"))
    try:
        path.rename(tmp_path / os.fsdecode(b"\xe9.json"))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (tmp_path / ".trans").mkdir()
    indexer = Indexer(tmp_path)
    found = indexer.read(NOW)
    assert found.briefs[0].page == "./%E9.json"
    indexer.write(found)
    indexer.keep()
    assert Indexer(tmp_path).read(NOW) == found


@pytest.mark.parametrize("name", ["a b#c?.json", "100%.json", "javascript:alert(1).json"])
def test_links_lead_to_the_file_whatever_its_name(tmp_path: Path, name: str) -> None:
    put(tmp_path, brief("a.txt"), name)
    (found,) = Indexer(tmp_path).read(NOW).briefs
    assert found.page.startswith("./")
    assert not re.search(r"[#? ]", found.page)


# The page.

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)> &amp; <!-- \u2028 \u202e ' \""


def test_every_text_is_shown_as_text() -> None:
    made = brief(HOSTILE, headline=("عنوان" + HOSTILE, HOSTILE), flags=[flag(check=HOSTILE)], published=HOSTILE)
    page = render(index([listed(made, "x.json")], unreadable=[], failed=[], skipped=[HOSTILE], updated=NOW)).decode()
    assert page.count("<script") == 2
    assert "<img" not in page
    assert "<!--" not in page
    (row,) = data_of(page.encode())["briefs"]
    assert "</script><script>alert(1)</script>" in row["english"]


def test_one_fault_counts_once_however_often_it_repeats() -> None:
    made = brief(flags=[flag(paragraph=number) for number in range(1, 6)] + [flag("warning", "names")])
    (row,) = data_of(render(index([listed(made)], updated=NOW)))["briefs"]
    assert row["counted"] == "1 error, 1 warning"
    assert (row["severity"], row["checks"]) == ("error", ["names", "numbers"])


def test_the_page_is_a_function_of_the_index() -> None:
    found = index([listed(brief("a.txt")), listed(brief("b.txt"))], updated=NOW)
    assert render(found) == render(found)
    assert render(found) != render(replace(found, updated=NOW + timedelta(seconds=1)))


def test_failures_notes_and_names_are_written_out(tmp_path: Path) -> None:
    found = index(
        [listed(brief("a.txt", ("زار حفتر", "Haftar came"))), listed(brief("b.txt", ("زار حفتر", "Hiftar came")))],
        skipped=["skipped 'README.md': by its name it is no article"],
        updated=NOW,
    )
    page = render(found).decode()
    assert "<bdi>Haftar</bdi>" in page
    assert "<bdi>Hiftar</bdi>" in page
    assert "by its name it is no article" in page
    assert "Failed inputs" not in page
    many = replace(found, names=tuple(replace(found.names[0], arabic=f"حفتر{n}") for n in range(NAMES_SHOWN + 7)))
    assert "And 7 more." in render(many).decode()


@given(st.text(alphabet=st.characters(min_codepoint=0x60C, max_codepoint=0x6EF, categories=["L", "M", "Nd"])))
def test_the_pages_folding_is_that_of_the_names(word: str) -> None:
    """The browser normalises too: a letter and its hamza in two characters are tested there."""
    if not re.search("[\u0653-\u0655]", word):
        assert "".join(folding().get(one, one) for one in word) == fold(word)


@pytest.mark.parametrize("mark", MARKS)
def test_a_page_of_somebody_else_is_left_alone(tmp_path: Path, mark: bytes) -> None:
    page = tmp_path / "index.html"
    page.write_text("<!doctype html><p>The paper's front page", encoding="utf-8")
    with pytest.raises(TransError, match="was not made by trans"):
        write_page(page, b"new" + mark)
    page.write_bytes(b"old" + mark)
    write_page(page, b"new" + mark)
    assert page.read_bytes() == b"new" + mark


# The commands and a run.


def test_the_command_makes_the_index_from_the_briefs(tmp_path: Path) -> None:
    put(tmp_path, brief("a.txt", headline=("عنوان", "The only headline")))
    result = trans("index", tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"1 brief in {tmp_path / 'index.html'}\n"
    assert data_of((tmp_path / "index.html").read_bytes())["briefs"][0]["english"] == "The only headline"


def test_a_broken_brief_is_exit_1_and_the_rest_is_indexed(tmp_path: Path) -> None:
    put(tmp_path, brief("a.txt"))
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    result = called("index", tmp_path)
    assert result.returncode == 1
    assert "broken.json" in result.stderr
    assert data_of((tmp_path / "index.html").read_bytes())["briefs"]


@pytest.mark.parametrize("folder", ["nothing", "empty"])
def test_no_briefs_is_wrong_usage(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    assert complaint(called("index", tmp_path / folder), 2)
    assert not (tmp_path / folder / "index.html").exists()


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "one.txt").write_text(article(), encoding="utf-8")
    (folder / "README.md").write_text("no article", encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"")
    return folder


def run(inputs: Path, out: Path, *formats: str) -> None:
    found = discover([inputs], out)
    with Translator("news") as translator:
        Run(translator, out, formats, notes=found.notes)(found.inputs)


def test_a_run_leaves_the_index_with_its_notes(inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels().install(monkeypatch)
    out = tmp_path / "out"
    run(inputs, out, "html")
    page = (out / "index.html").read_bytes()
    assert [row["id"] for row in data_of(page)["briefs"] if row["id"] == "one.txt"]
    assert b"README.md" in page
    assert called("index", out).returncode == 0
    again = (out / "index.html").read_bytes()
    assert b"README.md" in again
    assert data_of(again)["briefs"] == data_of(page)["briefs"]


def test_the_run_command_lists_what_failed_and_what_was_passed_over(inputs: Path, tmp_path: Path) -> None:
    (inputs / "bad.txt").write_bytes(b"\x00\x01\x02" * 100)
    result = called("run", inputs, "--profile", "tiny", "--out", tmp_path / "out", "--memory", "off")
    assert result.returncode == 1, result.stderr
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Failed inputs (1)" in page
    assert "bad.txt" in page
    assert "README.md" in page


def test_without_html_there_is_no_index(inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels().install(monkeypatch)
    run(inputs, tmp_path / "out", "md")
    assert not (tmp_path / "out" / "index.html").exists()


def test_an_index_that_cannot_be_written_stops_no_run(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    (tmp_path / "out" / "index.html").mkdir(parents=True)
    run(inputs, tmp_path / "out", "html")
    assert (tmp_path / "out" / "one.json").exists()


@pytest.mark.parametrize("name", ["index.txt", "Index.TXT", "digest.txt"])
def test_an_article_of_that_name_keeps_its_own_brief(
    inputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    FakeModels().install(monkeypatch)
    (inputs / name).write_text(article(), encoding="utf-8")
    run(inputs, tmp_path / "out", "html")
    assert (tmp_path / "out" / f"{name}.html").exists()
    assert (tmp_path / "out" / "index.html").exists()
    assert output_stem(f"sub/{name}") == f"sub/{name}"[:-4]


class Clocks:
    """Both clocks of a run, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


def test_during_a_run_the_page_is_made_at_most_every_ten_seconds(tmp_path: Path) -> None:
    clocks = Clocks()
    (tmp_path / ".trans").mkdir()
    updates = IndexUpdates(tmp_path, (), monotonic=clocks.monotonic, now=clocks.now)
    page = tmp_path / "index.html"
    made = []
    for second in range(35):
        clocks.seconds = float(second)
        put(tmp_path, brief(f"{second}.txt"))
        updates.progressed()
        made.append(len(data_of(page.read_bytes())["briefs"]) if page.exists() else 0)
    assert sorted(set(made)) == [0, 11, 21, 31]
    assert b"while a run was at work" in page.read_bytes()
    updates.finished()
    assert len(data_of(page.read_bytes())["briefs"]) == 35
    assert b"while a run was at work" not in page.read_bytes()


def test_the_time_of_an_update_is_the_clocks(tmp_path: Path) -> None:
    (tmp_path / ".trans").mkdir()
    zone = timezone(timedelta(hours=3))
    IndexUpdates(tmp_path, (), now=lambda: NOW.astimezone(zone)).finished()
    assert data_of((tmp_path / "index.html").read_bytes())["updated"] == "2026-11-27T06:00:00+00:00"


def test_what_died_too_often_is_listed_with_the_reason_that_the_run_gave(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    (tmp_path / ".trans").mkdir()
    manifest.append([Record("a.txt", "attempt", attempts=3, owner="gone", reason="died 3 times")])
    (problem,) = Indexer(tmp_path).read(NOW).failed
    assert problem == Problem("a.txt", "died 3 times")


def test_failures_that_the_manifest_has_no_record_of_are_listed(tmp_path: Path) -> None:
    (tmp_path / ".trans").mkdir()
    updates = IndexUpdates(tmp_path, [])
    updates.failed("a.txt", "the brief a is that of another file")
    updates.finished()
    assert "the brief a is that of another file" in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_an_index_waits_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".trans").mkdir()
    monkeypatch.setattr("trans.pages._LOCK_S", 0.05)
    with FileLock(tmp_path / ".trans" / "index.lock"):
        IndexUpdates(tmp_path, []).finished()  # whoever never gives it back holds nobody up for ever
    assert (tmp_path / "index.html").exists()


def test_a_brief_from_before_the_name_was_the_pages_is_not_shown_for_the_present_one() -> None:
    old = listed(brief("index.txt", headline=("قديم", "Old")))
    new = replace(listed(brief("index.txt", headline=("جديد", "New"))), file="index.txt.json")
    (shown,) = index([replace(old, file="index.json"), new], updated=NOW).briefs
    assert shown.entry.headline_english == "New"


def test_a_page_of_an_older_state_is_not_linked(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    (tmp_path / ".trans").mkdir()
    put(tmp_path, brief("a.txt"))
    (tmp_path / "a.html").write_bytes(b"as it was")
    (tmp_path / "a.md").write_bytes(b"as it is")
    assert [listed.page for listed in Indexer(tmp_path).read(NOW).briefs] == ["./a.html"]
    manifest.append([Record("a.txt", "done", outputs={"json": ("a.json", ""), "md": ("a.md", "")})])
    assert [listed.page for listed in Indexer(tmp_path).read(NOW).briefs] == ["./a.md"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    put(tmp_path, brief("a.txt"))
    found = Indexer(tmp_path).read(NOW)
    assert len(found.briefs) == 1
    assert not found.unreadable


def test_a_folder_of_no_run_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none", encoding="utf-8")
    assert "There are no briefs" in complaint(called("index", str(tmp_path)), 2)[0]
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_file_that_another_ones_brief_keeps_out_is_listed_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    out = tmp_path / "out"
    for folder in ("one", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(article(), encoding="utf-8")
        with Translator("news") as translator:
            Run(translator, out, ["html"])(discover([tmp_path / folder], out).inputs)
    assert "is that of another file" in (out / "index.html").read_text(encoding="utf-8")
