"""Inputs in a remote store: found, named and read as on a disk, with few requests, and every failure told."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fakes import FakeModels
from fsspec.implementations.memory import MemoryFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import article
from typer.testing import CliRunner

from trans.api import Translator
from trans.article import Article, Failure
from trans.cli import app
from trans.errors import TransError
from trans.locations import Location, location
from trans.outcome import Event, Outcome
from trans.run import Run
from trans.sources import FORMATS, Discovery, Input, Reading, discover, look, read

if TYPE_CHECKING:
    from s3_server import Server

pytest_plugins = ("s3_server",)

TEXT = "عنوان الخبر القصير\n\nأعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد.\n"
OUT = Path("outputs")


@pytest.fixture
def memory() -> Iterator[Location]:
    """An empty folder in the memory of this process."""
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]
    yield location("memory://in")
    MemoryFileSystem.store.clear()
    MemoryFileSystem.pseudo_dirs[:] = [""]


def put(place: Location, text: str | bytes = TEXT) -> Location:
    content = text.encode() if isinstance(text, str) else text
    if isinstance(place, Path):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    else:
        place.fs.pipe_file(place.path, content)
    return place


def ids(*places: Location, out: Location = OUT) -> list[str]:
    return [item.id for item in discover(places, out).inputs]


def one(item: Input, max_bytes: int = 1_000_000) -> Article | Failure:
    (result,) = read(item, Reading(max_bytes))
    return result


def found(root: Location, out: Location) -> tuple[list[str], list[str]] | str:
    """What is found below a root, or why nothing is, without the root's own name."""
    try:
        result: Discovery = discover([root], out)
    except TransError as error:
        return error.message.replace(str(root), "ROOT")
    return [item.id for item in result.inputs], [note.replace(str(root), "ROOT") for note in result.notes]


NAMES = st.sampled_from(
    [
        *("a", "b", "a-b", "Z", "ا", "é", "page_files", "page.files", ".hidden", "out"),
        *(
            "a.txt",
            "b.MD",
            "page.html",
            "README.md",
            "notes.pdf",
            "feed.json",
            "page_files.txt",
            "x.png",
            "c d+%20?#.txt",
            ".h.txt",
        ),
    ]
)
TREES = st.sets(st.lists(NAMES, min_size=1, max_size=4).map(tuple), min_size=1, max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(tree=TREES)
def test_a_store_gives_what_a_disk_gives(
    tmp_path_factory: pytest.TempPathFactory, memory: Location, tree: set[tuple[str, ...]]
) -> None:
    MemoryFileSystem.store.clear()
    disk = tmp_path_factory.mktemp("tree")
    for parts in sorted(tree):
        if not any(
            other != parts and other == parts[: len(other)] for other in tree
        ):  # a disk has no file and folder of one name
            put(disk.joinpath(*parts))
            put(memory.joinpath(*parts))
    assert found(memory, memory / "out") == found(disk, disk / "out")


def test_the_order_is_that_of_names_and_sizes_and_times_are_known(bucket: str, s3_env: "Server") -> None:
    for name in (
        "in/b.txt",
        "in/a/z.txt",
        "in/a-b.md",
        "in/a/b/c.TXT",
        "in/.hidden.txt",
        "in/.git/x.txt",
        "inner/d.txt",
        "e.txt",
    ):
        put(location(f"{bucket}/{name}"))
    s3_env.requests.clear()
    inputs = discover([location(f"{bucket}/in/")], OUT).inputs
    assert len(s3_env.requests) == 1, "one listing, and nothing for each file"
    assert [item.id for item in inputs] == ["a/b/c.TXT", "a/z.txt", "a-b.md", "b.txt"]
    assert {item.size for item in inputs} == {len(TEXT.encode())}
    assert all(look(item.path).mtime_ns == item.mtime_ns > 0 for item in inputs)


def test_a_whole_bucket_is_a_folder(bucket: str) -> None:
    put(location(f"{bucket}/a/b.txt"))
    put(location(f"{bucket}/notes.pdf"))
    result = discover([location(bucket)], OUT)
    assert [str(item.path) for item in result.inputs] == [f"{bucket}/a/b.txt"]
    assert result.notes[0].startswith(f"skipped '{bucket}/notes.pdf'")


def test_odd_names_are_read(bucket: str) -> None:
    names = ["a b+c%20d.txt", "a?b=1#x.txt", "خبر/عاجل.txt", "a::b.txt", "back\\slash.txt", "quote'\"&<.txt", "a:b.txt"]
    for number, name in enumerate(names):
        put(location(f"{bucket}/in") / name, f"عنوان {number}\n\nنص الخبر رقم {number}.\n")
    inputs = discover([location(f"{bucket}/in")], OUT).inputs
    assert [item.id for item in inputs] == sorted(names, key=lambda name: name.split("/"))
    for item in inputs:
        article = one(item)
        assert isinstance(article, Article)
        assert article.headline == f"عنوان {names.index(item.id)}"


def test_what_no_file_can_be_called_is_passed_over_with_a_note(bucket: str) -> None:
    store = location(bucket)
    assert not isinstance(store, Path)
    for key in ("in/a//b.txt", "in//c.txt", "in/http://d/e.txt", "in/../../f.txt", "in/./g.txt", "in/ok.txt"):
        store.fs.pipe_file(f"{store.path.rstrip('/')}/{key}", TEXT.encode())
    result = discover([store / "in"], OUT)
    assert [item.id for item in result.inputs] == ["ok.txt"]
    assert sorted(result.notes) == [
        f"skipped '{bucket}/in//c.txt': no file can have that name",
        f"skipped '{bucket}/in/a//b.txt': no file can have that name",
        f"skipped '{bucket}/in/http://d/e.txt': no file can have that name",
    ]


def test_folders_that_consoles_make_are_no_inputs(bucket: str) -> None:
    store = location(bucket)
    assert not isinstance(store, Path)
    for key in ("in/", "in/empty/", "in/page.txt/"):
        store.fs.pipe_file(f"{store.path.rstrip('/')}/{key}", b"")
    with pytest.raises(TransError, match="No articles found"):
        discover([store / "in"], OUT)
    put(store / "in/empty/a.txt")
    assert ids(store / "in") == ["empty/a.txt"]


def test_output_is_never_input(bucket: str) -> None:
    root = location(bucket)
    for name in ("in/a.txt", "in/out/a.md", "in/out/.trans/x.json", "in/outer/b.txt", "out.txt"):
        put(root / name)
    assert ids(root / "in", out=root / "in/out") == ["a.txt", "outer/b.txt"]
    assert ids(root, out=root / "in") == ["out.txt"]
    assert ids(root / "in/out", out=OUT) == ["a.md"], "it is nobody's output now"
    for place in ("in/out", "in/out/a.md", "in/out/nowhere"):
        with pytest.raises(TransError, match="output folder"):
            discover([root / place], root / "in/out")
    with pytest.raises(TransError, match="output folder"):
        discover([location(f"s3a{bucket.removeprefix('s3')}/in/out")], root / "in/out")


def test_one_file(bucket: str) -> None:
    put(location(f"{bucket}/in/a.txt"))
    put(location(f"{bucket}/in/a.exe"))
    (item,) = discover([location(f"{bucket}/in/a.txt")], OUT).inputs
    assert (item.id, item.size) == ("a.txt", len(TEXT.encode()))
    assert isinstance(one(item), Article)
    with pytest.raises(TransError, match="of a kind"):
        discover([location(f"{bucket}/in/a.exe")], OUT)


def test_what_is_not_there_is_said(bucket: str) -> None:
    for address in (f"{bucket}/nowhere", f"{bucket}/nowhere.txt", "s3://no-such-bucket/in"):
        with pytest.raises(TransError, match=f"There is no '{address}'"):
            discover([location(address)], OUT)
    with pytest.raises(TransError, match="No articles found in"):
        discover([location(bucket)], OUT)


def test_local_and_remote_inputs_together(bucket: str, memory: Location, tmp_path: Path) -> None:
    put(tmp_path / "b.txt")
    put(location(f"{bucket}/a.txt"))
    put(memory / "c.txt")
    inputs = discover([tmp_path, location(bucket), memory], OUT).inputs
    assert [item.id for item in inputs] == ["a.txt", "b.txt", "c.txt"]
    assert all(isinstance(one(item), Article) for item in inputs)
    with pytest.raises(TransError, match="would be written to the same output name 'b'") as raised:
        discover([tmp_path, put(memory / "b.txt")], OUT)
    assert f"{tmp_path}/b.txt" in raised.value.message
    assert "memory://in/b.txt" in raised.value.message
    assert len(ids(memory, memory / "c.txt", memory)) == 2, "each file once"


def test_every_format_is_read_as_from_a_disk(bucket: str) -> None:
    samples = Path(__file__).parent / "fixtures"
    formats = set()
    for path in samples.rglob("*"):
        if path.is_file() and path.suffix.lower() in FORMATS:
            put(location(bucket) / f"in/{path.relative_to(samples).as_posix()}", path.read_bytes())
            formats.add(path.suffix.lower())
    assert formats >= {".docx", ".odt", ".rtf", ".html", ".jsonl", ".csv", ".txt"}
    here, there = (discover([place], OUT).inputs for place in (samples, location(f"{bucket}/in")))
    assert [item.id for item in there] == [item.id for item in here]
    for local, remote in zip(here, there, strict=True):
        assert timeless(remote) == timeless(local)


def timeless(item: Input) -> list[Article | Failure]:
    """What is in a file, but for when the file was written."""
    return [
        found if isinstance(found, Failure) else replace(found, metadata=replace(found.metadata, received=None))
        for found in read(item, Reading(1_000_000))
    ]


def test_an_article_costs_one_request(bucket: str, s3_env: "Server") -> None:
    put(location(f"{bucket}/a.txt"))
    (item,) = discover([location(bucket)], OUT).inputs
    s3_env.requests.clear()
    article = one(item)
    assert isinstance(article, Article)
    assert article.metadata.received == datetime.fromtimestamp(item.mtime_ns // 10**9, UTC).isoformat()
    assert s3_env.requests == [f"GET /{bucket.removeprefix('s3://')}/a.txt"]
    assert timeless(Input(item.path, item.id)) == timeless(item), "who makes an input by hand need know no size"


def test_a_large_dump_is_fetched_as_it_is_read(bucket: str, s3_env: "Server") -> None:
    body = "نص " * 20_000
    lines = [json.dumps({"id": f"{n}", "title": "عنوان", "body": body}, ensure_ascii=False) + "\n" for n in range(300)]
    put(location(f"{bucket}/dump.jsonl"), "".join(lines))
    (item,) = discover([location(bucket)], OUT).inputs
    s3_env.requests.clear()
    records = read(item, Reading(1_000_000))
    assert isinstance(next(records), Article)
    assert s3_env.count("GET") == 1, "a block, not the whole"
    assert sum(isinstance(record, Article) for record in records) == len(lines) - 1
    assert 3 <= s3_env.count("GET") <= 6


def test_too_large_is_told_without_reading(bucket: str, s3_env: "Server") -> None:
    put(location(f"{bucket}/a.txt"))
    (item,) = discover([location(bucket)], OUT).inputs
    s3_env.requests.clear()
    failure = one(item, max_bytes=10)
    assert isinstance(failure, Failure)
    assert "too large" in failure.reason
    assert not s3_env.requests


def test_a_file_that_cannot_be_fetched_is_a_failure(
    bucket: str, s3_env: "Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(location(f"{bucket}/a.txt"))
    known = look(path)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    s3_env.forget_connections()
    path = location(str(path))
    failure = one(Input(path, "a.txt", known.size, known.mtime_ns))
    assert isinstance(failure, Failure)
    assert "127.0.0.1:9" in failure.reason
    assert "AWS_ENDPOINT_URL" in failure.hint


def test_a_file_that_may_not_be_read_is_a_failure(memory: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*args: object, **kwargs: object) -> None:
        raise PermissionError("Access Denied")

    put(memory / "a.txt")
    (item,) = discover([memory], OUT).inputs
    monkeypatch.setattr(MemoryFileSystem, "cat_file", denied)
    failure = one(item)
    assert isinstance(failure, Failure)
    assert "permission denied" in failure.reason


def test_a_file_that_has_gone_is_a_failure(bucket: str) -> None:
    path = location(f"{bucket}/a.txt")
    put(path)
    (item,) = discover([location(bucket)], OUT).inputs
    path.unlink()
    failure = one(item)
    assert isinstance(failure, Failure)
    assert "gone" in failure.reason


def test_a_store_that_cannot_be_asked_ends_the_run_in_one_line(
    bucket: str, s3_env: "Server", monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    s3_env.forget_connections()
    with pytest.raises(TransError, match=f"'{bucket}/' can't be listed: Unable to locate credentials") as raised:
        discover([location(bucket)], OUT)
    assert "AWS_ACCESS_KEY_ID" in raised.value.hint


class TestRuns:
    """A run over a store into a folder of this machine."""

    @pytest.fixture(autouse=True)
    def _models(self, monkeypatch: pytest.MonkeyPatch) -> None:
        FakeModels().install(monkeypatch)

    def run(self, place: Location, out: Path) -> dict[str, str]:
        told: dict[str, str] = {}

        def on_event(event: Event) -> None:
            if isinstance(event, Outcome):
                told[event.id] = event.status

        with Translator("news") as translator:
            Run(translator, out, ("md",), on_event=on_event)(discover([place], out).inputs)
        return told

    def test_a_second_run_asks_for_no_file(self, bucket: str, s3_env: "Server", tmp_path: Path) -> None:
        for name in ("a.txt", "b/c.txt"):
            put(location(bucket) / f"in/{name}", article())
        assert self.run(location(f"{bucket}/in"), tmp_path) == {"a.txt": "written", "b/c.txt": "written"}
        assert (tmp_path / "b/c.md").is_file()
        s3_env.requests.clear()
        assert self.run(location(f"{bucket}/in"), tmp_path) == {"a.txt": "skipped", "b/c.txt": "skipped"}
        assert len(s3_env.requests) == 1, "the listing"

    def test_what_has_changed_is_made_again(self, bucket: str, tmp_path: Path) -> None:
        path = put(location(f"{bucket}/in/a.txt"), article())
        self.run(location(f"{bucket}/in"), tmp_path)
        put(path, article() + "\n\nوأضاف البيان فقرة أخرى.\n")
        assert self.run(location(f"{bucket}/in"), tmp_path) == {"a.txt": "written"}

    def test_what_was_only_written_again_is_not(self, memory: Location, tmp_path: Path) -> None:
        path = put(memory / "a.txt", article())
        self.run(memory, tmp_path)
        MemoryFileSystem.store[path.as_posix().removeprefix("memory:/")].created += timedelta(seconds=5)
        assert self.run(memory, tmp_path) == {"a.txt": "skipped"}

    def test_a_store_that_tells_no_time_is_asked_for_the_content(
        self, memory: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        find = MemoryFileSystem.find

        def timeless_find(*args: Any, **kwargs: Any) -> dict[str, dict[str, object]]:
            return {name: {**info, "created": None} for name, info in find(*args, **kwargs).items()}

        monkeypatch.setattr(MemoryFileSystem, "find", timeless_find)
        path = put(memory / "a.txt", article())
        assert self.run(memory, tmp_path) == {"a.txt": "written"}
        assert self.run(memory, tmp_path) == {"a.txt": "skipped"}
        put(path, article().replace("أ", "ا"))
        assert self.run(memory, tmp_path) == {"a.txt": "written"}

    def test_another_folder_is_not_written_over(self, memory: Location, bucket: str, tmp_path: Path) -> None:
        put(memory / "a.txt", article())
        put(location(f"{bucket}/a.txt"), article("خبر آخر."))
        assert self.run(memory, tmp_path) == {"a.txt": "written"}
        assert self.run(location(bucket), tmp_path) == {"a.txt": "failed"}
        memory.joinpath("a.txt").unlink()
        assert self.run(location(bucket), tmp_path) == {"a.txt": "written"}


def test_two_files_are_checked_where_they_are(bucket: str) -> None:
    put(location(f"{bucket}/ar.txt"), "وصل 12 عاملا.\n")
    put(location(f"{bucket}/en.txt"), "13 workers arrived.\n")
    result = CliRunner().invoke(app, ["check", "--source", f"{bucket}/ar.txt", "--target", f"{bucket}/en.txt"])
    assert "line 1: error" in result.stdout
    with pytest.raises(TransError, match=f"{bucket}/none.txt can't be read"):
        CliRunner().invoke(
            app, ["check", "--source", f"{bucket}/none.txt", "--target", f"{bucket}/en.txt"], catch_exceptions=False
        )


def test_names_are_gathered_from_a_store(bucket: str) -> None:
    for golden in sorted((Path(__file__).parent / "golden").glob("*.json")):
        if b'"trans.brief/1"' in golden.read_bytes():
            put(location(bucket) / f"out/{golden.name}", golden.read_bytes())
            put(location(bucket) / f"out/.trans/{golden.name}", b"{}")
    put(location(f"{bucket}/out/broken.json"), b"{}")
    result = CliRunner().invoke(app, ["names", f"{bucket}/out"])
    assert result.stdout.startswith("ar,en,")
    assert "written in several ways" in result.stderr
    assert result.stderr.count("Left out: ") == 1
    with pytest.raises(TransError, match="no briefs"):
        CliRunner().invoke(app, ["names", f"{bucket}/nothing"], catch_exceptions=False)
