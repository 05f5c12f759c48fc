"""The index and the digest of briefs in an object store: few requests, the same pages."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from console_script import called, complaint
from test_index import NOW, brief, data_of, flag

from trans.errors import TransError
from trans.index_file import Indexer
from trans.index_parts import parts
from trans.index_updates import IndexUpdates
from trans.locations import is_remote, location
from trans.manifest import Manifest
from trans.pages import MARKS, write_page
from trans.record import Record
from trans.render import json as json_brief
from trans.shards import Shard
from trans.sources import output_stem

if TYPE_CHECKING:
    from s3_server import Server
    from upath import UPath

pytest_plugins = ("s3_server",)


def store(address: str) -> "UPath":
    place = location(address)
    assert is_remote(place)
    return place


def put(out: "UPath", name: str, published: str = "2026-03-01") -> None:
    made = brief(name, published=published, flags=[flag()])
    for extension, content in ((".json", json_brief.render(made)), (".html", b"its page")):
        out.fs.pipe_file(f"{out.path}/{output_stem(name)}{extension}", content)


@pytest.fixture
def out(bucket: str) -> "UPath":
    """Three briefs, in an object store."""
    out = store(f"{bucket}/desk/briefs")
    for name in ("a.txt", "sub/b.txt", "strange [1]*.txt"):
        put(out, name)
    return out


def rows(out: "UPath", name: str = "index.html") -> dict[str, str]:
    page = out.fs.cat_file(f"{out.path}/{name}")
    return {row["id"]: row["page"] for row in data_of(page)["briefs"]}


ROWS = {"a.txt": "./a.html", "sub/b.txt": "./sub/b.html", "strange [1]*.txt": "./strange%20%5B1%5D%2A.html"}


def test_the_commands_work_on_a_store(out: "UPath") -> None:
    result = called("index", str(out))
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"3 briefs in {out}/index.html\n"
    assert rows(out) == ROWS
    result = called("digest", str(out))
    assert result.returncode == 0, result.stderr
    assert out.fs.cat_file(f"{out.path}/digest.md").count(b"\n## ") == 3


def test_nothing_there_is_wrong_usage(bucket: str) -> None:
    assert "There are no briefs" in complaint(called("index", f"{bucket}/nothing"), 2)[0]
    assert not store(bucket).fs.find(bucket)


def test_a_store_that_refuses_is_said_to(out: "UPath") -> None:
    assert "can't be read" in complaint(called("index", f"{str(out).partition('/desk')[0]}-other/desk"), 2)[0]


def test_each_brief_is_fetched_once_and_none_is_asked_for_alone(out: "UPath", s3_env: "Server") -> None:
    s3_env.requests.clear()
    first = Indexer(out)
    first.write(first.read(NOW))
    first.keep()
    fetched = [request for request in s3_env.requests if request.startswith("GET") and request.endswith(".json")]
    assert len(fetched) == 3
    s3_env.requests.clear()

    put(out, "new.txt")
    s3_env.requests.clear()
    again = Indexer(out)
    found = again.read(NOW)
    assert {one.entry.id for one in found.briefs} == {*ROWS, "new.txt"}
    fetched = [request for request in s3_env.requests if request.endswith(".json")]
    assert [request.rpartition("/")[2] for request in fetched] == ["new.json"]
    assert len(s3_env.requests) < 10


def test_a_change_within_a_second_is_seen(out: "UPath") -> None:
    """The times of S3 are whole seconds."""
    indexer = Indexer(out)
    indexer.read(NOW)
    path = f"{out.path}/a.json"
    out.fs.pipe_file(path, out.fs.cat_file(path).replace(b"A headline", b"Z headline"))
    (changed,) = (one for one in indexer.read(NOW).briefs if one.entry.id == "a.txt")
    assert changed.entry.headline_english == "Z headline"


def test_parts_are_written_and_deleted_there_too(
    out: "UPath", monkeypatch: pytest.MonkeyPatch, s3_env: "Server"
) -> None:
    monkeypatch.setattr("trans.index_pages.PAGE_BRIEFS", 2)
    monkeypatch.setattr("trans.index_pages.parts", lambda briefs: parts(briefs, 2))
    put(out, "c.txt", "2024-03-01")
    indexer = Indexer(out)
    indexer.write(indexer.read(NOW))
    indexer.keep()
    folder = f"{out.path}/index"
    names = ["briefs-2024.html", "briefs-2026-03-01-2.html", "briefs-2026-03-01.html"]
    assert [path.rpartition("/")[2] for path in sorted(out.fs.find(folder))] == names
    assert rows(out, "index/briefs-2024.html") == {"c.txt": "../c.html"}

    put(out, "d.txt", "2024-03-01")
    s3_env.requests.clear()
    again = Indexer(out)
    again.write(again.read(NOW))
    written = [request.rpartition("/")[2] for request in s3_env.requests if request.startswith("PUT")]
    assert written == ["briefs-2024.html", "index.html"]

    out.fs.rm([f"{out.path}/{name}.json" for name in ("c", "d")])
    again.write(again.read(NOW))
    assert [path.rpartition("/")[2] for path in sorted(out.fs.find(folder))] == names[1:]


def test_shards_manifests_become_one(out: "UPath") -> None:
    for number in (1, 2):
        shard = Shard(number, 2)
        name = next(name for name in map("{}.txt".format, range(100)) if shard.holds(name))
        Manifest(out, shard).append([Record(name, "failed", reason=f"broken in {number}")])
    result = called("index", str(out))
    assert result.returncode == 0, result.stderr
    page = out.fs.cat_file(f"{out.path}/index.html").decode()
    assert "broken in 1" in page
    assert "broken in 2" in page
    assert not [name for name in out.fs.find(f"{out.path}/.trans") if "-of-2" in name]


def test_a_page_of_somebody_else_is_left_alone(out: "UPath") -> None:
    page = out / "index.html"
    out.fs.pipe_file(page.path, b"<!doctype html><p>The paper's front page")
    with pytest.raises(TransError, match="was not made by trans"):
        write_page(page, b"new" + MARKS[0])
    out.fs.pipe_file(page.path, b"")
    write_page(page, b"new" + MARKS[0])
    assert out.fs.cat_file(page.path) == b"new" + MARKS[0]


def test_the_page_follows_a_run_into_a_store(out: "UPath") -> None:
    updates = IndexUpdates(out, ["skipped 'README.md'"])
    updates.failed("bad.txt", "is empty")
    updates.finished()
    assert rows(out) == ROWS
    page = out.fs.cat_file(f"{out.path}/index.html")
    assert b"README.md" in page
    assert b"bad.txt" in page


def test_any_store_will_do(tmp_path: Path) -> None:
    out = store(f"memory://{tmp_path.name}/briefs")
    put(out, "a.txt")
    put(out, "sub/b.txt")
    indexer = Indexer(out)
    indexer.write(indexer.read(NOW))
    indexer.keep()
    assert set(rows(out)) == {"a.txt", "sub/b.txt"}
    assert Indexer(out).read(NOW) == indexer.read(NOW)
    out.fs.rm(out.path, recursive=True)
