"""Hostile content: terminals and logs obey nothing, formats show it as text, nothing is written outside the output folder."""

import csv
import io
import json
import logging
import os
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from briefs import flagged_brief, hostile_brief
from fakes import FakeModels
from hostile import IDS, MARKUP, SECRET, STORY, TERMINAL, TEXTS
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from sampling import sample
from test_render_html import inert
from texts import article

from trans import cli_names, index_pages
from trans.api import Translator
from trans.article import Article, Failure
from trans.brief import Brief
from trans.console import ConsoleLogHandler, PlainConsole, show_error, show_report
from trans.errors import TransError
from trans.eventlog import EventLog
from trans.locations import location
from trans.models import pack
from trans.models.bundle import Manifest
from trans.moves import Leaving, Places
from trans.names import Inconsistent
from trans.notify import Notifier
from trans.outcome import Event, Outcome, Report
from trans.plainly import json_line, one_line, printable, redacted
from trans.prometheus import write_textfile
from trans.render import RENDERERS, index_page
from trans.render.json import read as read_brief
from trans.run import Run
from trans.settings import RunSettings
from trans.sources import Input, discover, paths, read
from trans.sources.hot_folder import HotFolder
from trans.sources.records import record_name
from trans.store import Store, UnwritableError
from trans.watch_status import Status


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "out" / ".trans").mkdir(parents=True)
    return tmp_path / "out"


# On a terminal, in logs.

# What a console that colours its own words sends.
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def shown(work: Callable[[PlainConsole], None]) -> str:
    """What a terminal gets, our own colours included."""
    stream = io.StringIO()
    work(PlainConsole(file=stream, force_terminal=True, soft_wrap=True))
    return stream.getvalue()


def log(text: str) -> Callable[[PlainConsole], None]:
    def work(console: PlainConsole) -> None:
        handler = ConsoleLogHandler(console)
        handler.emit(logging.makeLogRecord({"msg": "%s failed", "args": (text,), "levelno": logging.WARNING}))

    return work


def report(text: str) -> Callable[[PlainConsole], None]:
    failed = Outcome(text, "failed", text, text)
    flagged = Outcome(text, "written", flags={"error": 1}, worst=text)
    told = Report(
        counts=Counter(written=1, failed=1), flags=Counter(error=1), failures=[failed], worst=[flagged], flagged=1
    )
    return lambda console: show_report(console, told, text, demo=False, seconds=1.0)


SAYINGS: dict[str, Callable[[str], Callable[[PlainConsole], None]]] = {
    "an error": lambda text: lambda console: show_error(console, TransError(f"{text} is wrong", f"Mend {text}.")),
    "a log line": log,
    "a report": report,
    "a line": lambda text: lambda console: console.print(text, markup=False),
}


@pytest.mark.parametrize("saying", SAYINGS)
@pytest.mark.parametrize("text", TERMINAL)
def test_a_terminal_obeys_nothing(text: str, saying: str) -> None:
    found = shown(SAYINGS[saying](text))
    harmless = shown(SAYINGS[saying]("good.txt"))
    assert found.count("\x1b") == harmless.count("\x1b")
    assert not _OBEYED.search(_COLOUR.sub("", found))
    if saying != "a line":
        assert found.count("\n") == harmless.count("\n"), "one event is one line"
    assert "\N{WARNING SIGN}" not in found


@given(st.text())
@example("".join(TEXTS))
def test_what_is_printable_stays_and_all_else_is_spelt_out(text: str) -> None:
    for made in (printable(text), one_line(text)):
        assert not _OBEYED.search(made.replace("\t", ""))
        made.encode()  # no lone surrogate that a terminal's encoding could not take
    assert len(one_line(text).splitlines()) <= 1
    plain = "".join(character for character in text if character.isprintable())
    assert printable(plain) == plain
    assert one_line(printable(text)) == one_line(text)


@settings(max_examples=25)
@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())))
@example({"id": "".join(TEXTS)})
def test_an_event_is_one_line_of_json(fields: dict[str, object]) -> None:
    line = json_line(json.dumps(fields, ensure_ascii=False))
    assert len(line.splitlines()) <= 1
    assert not _OBEYED.search(line)
    assert redacted(str(fields)) != str(fields) or json.loads(line) == fields


@pytest.mark.parametrize("text", TERMINAL)
def test_an_event_of_a_hostile_name_is_one_line(text: str, tmp_path: Path) -> None:
    with EventLog(tmp_path / "log") as events:
        events(Outcome(text, "failed", text, text))
        events.write("end", out=text)
    lines = (tmp_path / "log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["failed", "end"]
    assert json.loads(lines[0])["id"] == text


def test_a_problem_is_no_command_to_systemd(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "s"))
        Notifier(str(tmp_path / "s"))(STATUS="waiting: a\nMAINPID=1\r\nREADY=1\x0bFDSTORE=1", WATCHDOG=1)
        assert manager.recv(4096).decode().split("\n") == [
            "STATUS=waiting: a MAINPID=1 READY=1 FDSTORE=1",
            "WATCHDOG=1",
        ]


@pytest.mark.parametrize("text", [*TERMINAL, '"} 1\ntrans_watch_up{folder="x', "{}", "\\n", "\ud800"])
def test_metrics_have_the_labels_that_they_were_given(text: str, tmp_path: Path) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    write_textfile(tmp_path / "a.prom", Status(text, text, problem=text))
    write_textfile(tmp_path / "b.prom", Status("a", "b", problem="c"))
    families, like = (
        list(text_string_to_metric_families((tmp_path / name).read_bytes().decode())) for name in ("a.prom", "b.prom")
    )
    assert [family.name for family in families] == [family.name for family in like]
    labels = {sample.labels["folder"] for family in families for sample in family.samples}
    assert len(labels) == 1
    assert labels == {text} or "\\" in text or "\ud800" in text


# In what is written.


def parts_of(name: str, data: bytes) -> object:
    """What a file is made of, without its texts."""
    if name == "docx":
        with ZipFile(io.BytesIO(data)) as package:
            found: Counter[str] = Counter()
            for entry in package.namelist():
                if entry.endswith((".xml", ".rels")):
                    found.update(str(element.tag) for element in etree.fromstring(package.read(entry)).iter())
            assert not {tag for tag in found if tag.endswith(("}instrText", "}fldChar", "}altChunk", "}object"))}
            links = re.findall(rb'Target="([^"]*)" TargetMode="External"', package.read("word/_rels/document.xml.rels"))
            assert all(link.startswith((b"http://", b"https://")) for link in links)
            return {
                tag for tag in found if not tag.endswith(("}br", "}tab", "}rtl", "}lang", "}hyperlink", "}color", "}u"))
            }
    if name == "tmx":
        return Counter(element.tag for element in etree.fromstring(data).iter())
    if name == "md":
        return markdown_parts(data.decode())
    return shape(json.loads(data))


def shape(value: object) -> object:
    if isinstance(value, dict):
        return {
            key: None if key == "names" else shape(item) for key, item in value.items()
        }  # the text may have other ones
    return [shape(item) for item in value] if isinstance(value, list) else None


def markdown_parts(text: str) -> object:
    from lxml import html
    from markdown_it import MarkdownIt

    page = html.fromstring(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))
    for element in page.iter():
        assert not [name for name in element.attrib if name.startswith("on") or name in ("style", "src", "srcdoc")]
        assert re.match(r"#p?\d+$|https?://", element.get("href", "http://")), element.get("href")
    # A link that may not be one is shown as text.
    return {str(element.tag) for element in page.iter()} - {"a", "bdi", "br"}


STRUCTURED = ("docx", "tmx", "md", "json", "jsonl", "ninjs")


@pytest.mark.parametrize("text", sample(TEXTS, 8))
def test_no_text_becomes_more_than_text(text: str, brief: Brief) -> None:
    hostile, like = hostile_brief(brief, text), hostile_brief(brief, "harmless")
    inert(RENDERERS["html"](hostile), RENDERERS["html"](like))
    for name in STRUCTURED:
        if "\ud800" in text and name not in ("docx", "tmx"):
            continue  # no reader gives one: it has no UTF-8
        assert parts_of(name, RENDERERS[name](hostile)) == parts_of(name, RENDERERS[name](like)), name
    if "\ud800" not in text:
        made = RENDERERS["json"](hostile)
        assert RENDERERS["json"](read_brief(made)) == made
        assert RENDERERS["jsonl"](hostile).decode().splitlines() == [RENDERERS["jsonl"](hostile).decode().rstrip("\n")]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.sampled_from("<>&\"'/!-=[](){}*_`#|~\\\n\t scriptahef:1.@+%$"), min_size=1, max_size=60))
def test_no_text_becomes_markdown(text: str, brief: Brief) -> None:
    assert parts_of("md", RENDERERS["md"](hostile_brief(brief, text))) == parts_of(
        "md", RENDERERS["md"](hostile_brief(brief, "harmless"))
    )


@pytest.mark.parametrize("text", TEXTS)
def test_no_cell_of_the_names_is_a_formula(text: str) -> None:
    if "\ud800" in text or "\x00" in text:
        return
    made = cli_names._csv([Inconsistent(text, ((text, 2), (text, 1)), 2)])
    _, row = csv.reader(io.StringIO(made, newline=""))
    assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


# Where it is written.


def everything(folder: Path) -> dict[str, bytes | str | None]:
    """All that is in a folder, links not followed."""
    found: dict[str, bytes | str | None] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = str(path.readlink())
        else:
            found[name] = path.read_bytes() if path.is_file() else None
    return found


@given(st.text())
@example("".join(IDS))
def test_a_records_name_is_one_name(record: str) -> None:
    name = record_name(record)
    assert name
    assert not set(name) & set('/\\\0\n:*?"<>|')
    assert name.strip(". ") == name
    assert len(name.encode()) <= 150


@pytest.mark.parametrize("record", IDS)
def test_the_ids_of_records_that_would_be_paths(record: str) -> None:
    test_a_records_name_is_one_name.hypothesis.inner_test(record)  # type: ignore[attr-defined]


def dumps() -> Iterator[tuple[str, bytes]]:
    """Files of many articles whose ids would be paths."""
    from xml.sax.saxutils import escape

    body = f"{STORY} {STORY}"
    xml = [record for record in IDS if "\x00" not in record]
    yield "a.jsonl", b"".join(json.dumps({"id": one, "title": "خبر", "body": body}).encode() + b"\n" for one in IDS)
    items = [{"uri": one, "headline": "خبر", "body_text": body, "type": "text", "language": "ar"} for one in IDS]
    yield "b.json", json.dumps(items).encode()
    table = io.StringIO()
    csv.writer(table).writerows([("id", "title", "body"), *((one.replace("\x00", ""), "خبر", body) for one in IDS)])
    yield "c.csv", table.getvalue().encode()
    entries = "".join(
        f"<item><guid>{escape(one)}</guid><title>خبر</title><description>{body}</description></item>" for one in xml
    )
    yield "d.rss", f"<rss version='2.0'><channel>{entries}</channel></rss>".encode()
    news = "".join(
        f"<newsItem guid='{escape(one, {chr(39): '&apos;'})}' version='1'><itemMeta/><contentMeta><headline>خبر</headline>"
        f"</contentMeta><contentSet><inlineData>{body}</inlineData></contentSet></newsItem>"
        for one in xml
    )
    message = f"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'><itemSet>{news}</itemSet></newsMessage>"
    yield "e.xml", message.encode()


@pytest.mark.parametrize("number", sample(range(5), 2))
def test_no_record_is_written_outside(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name, data = list(dumps())[number]
    folder = tmp_path / "a" / "b" / "in"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    before = everything(tmp_path)
    outcomes = run(folder, tmp_path / "a" / "b" / "out", monkeypatch)
    assert sum(one.status == "written" for one in outcomes) > len(IDS) - 8
    after = everything(tmp_path)
    assert {path for path in after.keys() - before.keys() if not path.startswith("a/b/out")} == set()
    assert before.items() <= after.items()
    assert not [path for path in after if path.startswith("a/b/out/.trans/") and path.endswith((".md", ".html"))]


def run(folder: Path, out: Path, monkeypatch: pytest.MonkeyPatch) -> list[Outcome]:
    outcomes: list[Outcome] = []

    def on_event(event: Event) -> None:
        if isinstance(event, Outcome):
            outcomes.append(event)

    FakeModels().install(monkeypatch)
    with Translator("news") as translator:
        Run(translator, out, ("json", "md", "html"), on_event=on_event)(discover([folder], out).inputs)
    return outcomes


# Links that lead out of an output folder: where they lie, and whether a folder or a file is behind them.
LINKS = {
    "sub": True,
    "sub/b.json": False,
    "a.json": False,
    "a.md": False,
    "index.html": False,
    "index": True,
    ".trans": True,
    ".trans/manifest.jsonl": False,
    ".trans/manifest.lock": False,
    ".trans/index.jsonl": False,
    ".trans/index.lock": False,
    ".trans/status.json": False,
}


@pytest.mark.parametrize("link", sample(list(LINKS), 6))
def test_nothing_is_written_through_a_link_out_of_the_output_folder(
    link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out, outside = tmp_path / "in", tmp_path / "out", tmp_path / "outside"
    for path in (folder / "sub", out / Path(link).parent, outside):
        path.mkdir(parents=True)
    (outside / "file").write_bytes(b"precious")
    (folder / "a.txt").write_text(article(), encoding="utf-8")
    (folder / "sub" / "b.txt").write_text(article(headline="خبر آخر"), encoding="utf-8")
    (out / link).symlink_to(outside if LINKS[link] else outside / "file")
    monkeypatch.setattr(index_pages, "PAGE_BRIEFS", 1)
    monkeypatch.setattr(index_page, "PAGE_BRIEFS", 1)
    before = everything(outside)
    told = ""
    try:
        failed = [one for one in run(folder, out, monkeypatch) if one.status == "failed"]
        told = " ".join(f"{one.reason} {one.hint}" for one in failed)
    except TransError as error:
        told = f"{error.message} {error.hint}"
    assert everything(outside) == before
    if LINKS[link] and link != "index":
        assert "link" in told


def test_a_link_inside_the_output_folder_is_followed(out: Path) -> None:
    (out / "real").mkdir()
    (out / "sub").symlink_to("real")
    Store(out).publish("sub/a.json", b"{}")
    assert (out / "real" / "a.json").read_bytes() == b"{}"


def test_the_output_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "out").symlink_to("disk")
    store = Store(tmp_path / "out")
    store.prepare()
    store.publish("sub/a.json", b"{}")
    assert (tmp_path / "disk" / "sub" / "a.json").read_bytes() == b"{}"


@pytest.mark.parametrize("name", ["../a.json", "sub/../../a.json", "/a.json"])
def test_no_name_leads_out_of_the_output_folder(name: str, out: Path) -> None:
    with pytest.raises(UnwritableError, match="leads out"):
        Store(out).publish(str(out.parent) + name if name.startswith("/") else name, b"{}")
    assert not (out.parent / "a.json").exists()


@pytest.mark.parametrize("swapped", ["done", "done/sub"])
def test_finished_inputs_are_not_moved_through_a_link(swapped: str, tmp_path: Path) -> None:
    root, elsewhere = tmp_path / "inbox", tmp_path / "elsewhere"
    (root / "sub").mkdir(parents=True)
    (root / "done").mkdir()
    elsewhere.mkdir()
    path = root / "sub" / "a.txt"
    path.write_text("x", encoding="utf-8")
    leaving = Leaving(Places(root, tmp_path / "out", root / "done"))
    leaving.add(Input(path, "sub/a.txt"), 0.0, failed=False)
    if swapped == "done":
        (root / "done").rmdir()
    (root / swapped).symlink_to(elsewhere)
    assert not list(leaving.move(1.0, lambda item: True))
    assert path.exists()
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("target", ["outside/secret.txt", "outside"])
def test_a_link_that_somebody_else_made_is_not_followed_out_of_the_input_folder(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "in"
    (tmp_path / "outside").mkdir()
    root.mkdir()
    for path in (tmp_path / "outside" / "secret.txt", root / "a.txt"):
        path.write_text(article(), encoding="utf-8")
    (root / "b.txt").symlink_to("a.txt")
    link = root / ("link.txt" if target.endswith("txt") else "link")
    link.symlink_to(tmp_path / target)
    ours = len(discover([root], tmp_path / "out").inputs)
    assert ours == 2, "our own link is followed, and each file read once"
    belongs(monkeypatch, {link: 4000})
    found = discover([root], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["a.txt"]
    assert any("somebody else" in note and "copy it in" in note for note in found.notes)
    assert [item.id for item in HotFolder(root, [tmp_path / "out"]).survey().inputs] == ["a.txt"]


def belongs(monkeypatch: pytest.MonkeyPatch, owners: dict[Path, int]) -> None:
    """Let paths be of other users, by what trans asks; as root on the disk too."""
    if os.geteuid() == 0:
        for path, user in owners.items():
            os.lchown(path, user, user)
    else:
        real = paths.owner
        monkeypatch.setattr(paths, "owner", lambda path: owners.get(path, real(path)))


@pytest.mark.parametrize("kind", ["file", "folder"])
@pytest.mark.parametrize(
    ("maker", "owner", "read_it"),
    [(4000, 4000, True), (4000, 4001, False), (4000, None, False), (65534, 65534, False), (None, 4001, True)],
)
def test_what_a_linked_file_is_its_owner_may_have_read(
    maker: int | None, owner: int | None, read_it: bool, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, archive = tmp_path / "in", tmp_path / "archive"
    for folder in (root, archive):
        folder.mkdir()
    (archive / "a.txt").write_text(article(), encoding="utf-8")
    link, end = (root / "a.txt", archive / "a.txt") if kind == "file" else (root / "linked", archive)
    link.symlink_to(end)
    belongs(monkeypatch, {path: user for path, user in ((link, maker), (end, owner)) if user is not None})
    if read_it:
        (item,) = discover([root], tmp_path / "out").inputs
        assert [type(one) for one in read(item, RunSettings().reading)] == [Article]
    else:
        with pytest.raises(TransError, match=r"No articles found in .*; skipped .* somebody else"):
            discover([root], tmp_path / "out")


def test_links_from_one_part_of_the_input_to_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, archive = tmp_path / "in", tmp_path / "archive"
    (archive / "old").mkdir(parents=True)
    root.mkdir()
    (archive / "a.txt").write_text(article(), encoding="utf-8")
    (archive / "old" / "b.txt").symlink_to("../a.txt")
    (archive / "old" / "c.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "secret.txt").write_text(article(), encoding="utf-8")
    (root / "linked").symlink_to(archive / "old")
    (root / "whole").symlink_to(archive)
    ways = (root / "linked", root / "whole" / "old")
    belongs(monkeypatch, {way / name: 4000 for way in ways for name in ("b.txt", "c.txt")})
    found = discover([root], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["whole/a.txt"]
    (root / "linked").unlink()
    found = discover([root], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["whole/a.txt"]
    assert len(found.notes) == 1, "c.txt; b.txt stays in the linked folder"


@pytest.mark.parametrize("find", ["run", "survey", "event"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_file_that_becomes_a_link_after_it_was_found(
    ours: bool, find: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, out, path = tmp_path / "in", tmp_path / "out", tmp_path / "in" / "a.txt"
    root.mkdir()
    path.write_text(article(), encoding="utf-8")
    (tmp_path / "secret.txt").write_text(article(headline="سر"), encoding="utf-8")
    hot = HotFolder(root, [out])
    if find == "event":
        item = hot.at(path)
    else:
        (item,) = discover([root], out).inputs if find == "run" else hot.survey().inputs
    assert item
    path.unlink()
    path.symlink_to(tmp_path / "secret.txt")
    if not ours:
        belongs(monkeypatch, {path: 4000})
    (one,) = read(item, RunSettings().reading)
    if ours:
        assert isinstance(one, Article)
    else:
        assert isinstance(one, Failure)
        assert "leads out of the folder" in one.reason


def test_a_file_that_becomes_a_link_as_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "in" / "a.txt"
    path.parent.mkdir()
    (tmp_path / "secret.txt").write_text(article(), encoding="utf-8")
    path.symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(Path, "is_symlink", lambda self: False)  # as it was a moment ago
    (one,) = read(Input(path, "a.txt", within=(path.parent,)), RunSettings().reading)
    assert isinstance(one, Failure)
    (one,) = read(Input(path, "a.txt"), RunSettings().reading)
    assert isinstance(one, Article), "what is given by name is read whatever it is"


def test_a_bundle_is_not_written_through_a_link_that_waits_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "precious").write_bytes(b"precious")
    (tmp_path / ".x.tar.zst.guessed").symlink_to("precious")
    monkeypatch.setattr(pack, "token_hex", lambda size: "guessed")
    contents = pack.Contents(Manifest("0", (), ()), ())
    with pytest.raises(TransError, match="can't be written"):
        pack.pack(contents, tmp_path / "x.tar.zst", lambda done, total: None)
    assert (tmp_path / "precious").read_bytes() == b"precious"


# Secrets.

ADDRESSES = {
    f"https://user:{SECRET}@hub.example/a": "https://***@hub.example/a",
    f"https://{SECRET}@hub.example/a": "https://***@hub.example/a",
    f"s3://key:{SECRET}@bucket/a": "s3://***@bucket/a",
    f"https://b.example/a?X-Amz-Signature={SECRET}&b=c": "https://b.example/a?X-Amz-Signature=***&b=c",
    f"https://b.example/a?sv=1&sig={SECRET}": "https://b.example/a?sv=1&sig=***",
    "the token hf_abcdefghijklmnopqrstuv is refused": "the token *** is refused",
    "AKIAABCDEFGHIJKLMNOP": "***",
    f"Authorization: Bearer {SECRET}": "Authorization: Bearer ***",
    "abfs://container@account.dfs.core.windows.net/a": None,
    "https://example.org/a@b:c?sign=1": None,
    "كتب: سامي@x": None,
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_secrets_in_addresses_are_not_shown(text: str) -> None:
    wanted = ADDRESSES[text] or text
    assert redacted(f"({text})") == f"({wanted})"
    assert redacted(wanted) == wanted


def test_secrets_of_the_environment_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("HF_TOKEN", "short")
    assert redacted(f"a short story of {SECRET}") == "a short story of ***"


@given(st.text())
def test_what_has_no_secret_stays(text: str) -> None:
    if not re.search(r"://|=|hf_|A[KS]IA|Bearer", text):
        assert redacted(text) == text


@pytest.mark.parametrize("scheme", ["s3", "https", "sftp", "gs"])
def test_an_address_with_a_password_is_refused_without_being_shown(scheme: str) -> None:
    with pytest.raises(TransError, match="password") as caught:
        location(f"{scheme}://user:{SECRET}@host/folder")
    assert SECRET not in caught.value.message + caught.value.hint


# In what is read.


@pytest.mark.parametrize("text", sample(MARKUP, 6))
def test_hostile_markup_is_read_as_text_or_left_out(text: str, tmp_path: Path) -> None:
    page = f"<html><body><h1>خبر</h1><article><p>{STORY}</p><p>{text} {STORY}</p></article></body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    for one in read(Input(tmp_path / "a.html", "a.html"), RunSettings().reading):
        assert STORY in getattr(one, "text", STORY)
