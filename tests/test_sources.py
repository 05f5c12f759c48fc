"""Finding and reading inputs: order, names, and every bad file as one failure."""

import hashlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from trans.article import Article, Failure
from trans.errors import TransError
from trans.sources import FORMATS, Input, Reading, article_from_text, discover, output_stem, read
from trans.sources.discovery import Names

TEXT = "عنوان الخبر القصير\n\nأعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد.\n"


def put(path: Path, text: str = TEXT) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(*paths: Path, out: Path | None = None) -> list[str]:
    return [item.id for item in discover(paths, out or paths[0] / "outputs").inputs]


def one(path: Path, max_bytes: int = 1_000_000) -> Article | Failure:
    (result,) = read(Input(path, path.name), Reading(max_bytes))
    return result


def test_folders_are_walked_in_a_stable_order(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.txt",
        "a-b.md",
        "a/b/c.TXT",
        ".hidden.txt",
        ".git/x.txt",
        "a/notes.pdf",
        "doc.sentences.ar",
    ):
        put(tmp_path / name)
    assert ids(tmp_path) == ["a/b/c.TXT", "a/z.txt", "a-b.md", "b.txt"]


def test_read_me_files_are_passed_over_with_a_note(tmp_path: Path) -> None:
    for name in ("README.md", "a/License.txt", "CHANGELOG.md", "a/x.txt"):
        put(tmp_path / name)
    found = discover([tmp_path], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["a/x.txt"]
    assert len(found.notes) == 3
    assert ids(tmp_path / "README.md") == ["README.md"]  # named directly, it is meant


def test_output_is_never_input(tmp_path: Path) -> None:
    put(tmp_path / "a.txt")
    put(tmp_path / "out/a.md")
    (tmp_path / "link").symlink_to(tmp_path / "out")
    (tmp_path / "linked.md").symlink_to(tmp_path / "out/a.md")
    assert ids(tmp_path, out=tmp_path / "sub/../out") == ["a.txt"]
    for path in (tmp_path / "out", tmp_path / "out/a.md", tmp_path / "link"):
        with pytest.raises(TransError, match="output folder"):
            discover([path], tmp_path / "out")


def test_symlink_loops_end_and_each_file_is_read_once(tmp_path: Path) -> None:
    put(tmp_path / "z/real.txt")
    (tmp_path / "a").symlink_to(tmp_path / "z")
    (tmp_path / "z/loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "b.txt").symlink_to(tmp_path / "z/real.txt")
    found = discover([tmp_path], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["z/real.txt"]
    assert any("loop" in note for note in found.notes)


def test_why_there_is_nothing_to_read_is_said(tmp_path: Path) -> None:
    put(tmp_path / "README.md")
    with pytest.raises(TransError) as caught:
        ids(tmp_path)
    assert caught.value.message.endswith(
        "; skipped '" + str(tmp_path / "README.md") + "': by its name it is no article"
    )
    put(tmp_path / "sub" / "LICENSE.txt")
    put(tmp_path / "sub" / "changelog.md")
    with pytest.raises(TransError, match=r"no article \(and 2 more\)$"):
        ids(tmp_path)


def test_linked_folders_are_followed(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere/real.txt")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to(tmp_path / "elsewhere")
    assert ids(tmp_path / "in") == ["link/real.txt"]


def test_broken_link_is_a_failure_not_a_silence(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (item,) = discover([tmp_path], tmp_path / "out").inputs
    (result,) = read(item, Reading(100))
    assert isinstance(result, Failure)
    assert "gone" in result.reason


def test_overlapping_inputs_give_each_file_once(tmp_path: Path) -> None:
    put(tmp_path / "a/x.txt")
    assert len(ids(tmp_path, tmp_path / "a", tmp_path / "a/x.txt")) == 1


def test_a_folder_that_cannot_be_listed_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.txt")
    (tmp_path / "locked").mkdir()
    real = __import__("os").scandir

    def scandir(path: Path) -> object:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    monkeypatch.setattr(Path, "iterdir", lambda self: scandir(self))
    inputs = discover([tmp_path], tmp_path / "out").inputs
    assert [item.id for item in inputs] == ["a.txt", "locked"]
    (result,) = read(inputs[1], Reading(100))
    assert isinstance(result, Failure)
    assert "permission denied" in result.reason


def only_listable(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let ``folder`` be listed but not entered, as mode r-- does to everybody but root."""
    real: dict[str, Callable[..., object]] = {name: getattr(Path, name) for name in ("stat", "lstat")}

    def guarded(name: str) -> Callable[..., object]:
        def call(self: Path, *args: object, **more: object) -> object:
            if folder in self.parents:
                raise PermissionError(13, "Permission denied")
            return real[name](self, *args, **more)

        return call

    for name in real:
        monkeypatch.setattr(Path, name, guarded(name))

    class Entry:
        """What os.scandir gives there: plain entries know their kind, links would have to be followed."""

        def __init__(self, entry: "os.DirEntry[str]") -> None:
            self.name, self._entry = entry.name, entry

        def is_symlink(self) -> bool:
            return self._entry.is_symlink()

        def is_dir(self) -> bool:
            if self.is_symlink():
                raise PermissionError(13, "Permission denied")
            return self._entry.is_dir()

    scandir = os.scandir

    def entries(path: Path) -> Iterator[object]:
        if folder in Path(path).parents:
            raise PermissionError(13, "Permission denied")
        return (Entry(entry) if Path(path) == folder else entry for entry in scandir(path))

    monkeypatch.setattr("os.scandir", entries)


def test_a_folder_that_cannot_be_entered_gives_failures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "locked/b.txt", "locked/sub/c.txt", "locked/d.pdf", "locked/.e.txt"):
        put(tmp_path / name)
    (tmp_path / "locked/link").symlink_to(tmp_path)
    only_listable(monkeypatch, tmp_path / "locked")
    inputs = discover([tmp_path], tmp_path / "out").inputs
    assert [item.id for item in inputs] == ["a.txt", "locked/b.txt", "locked/link", "locked/sub"]
    for item in inputs[1:]:
        (result,) = read(item, Reading(1000))
        assert isinstance(result, Failure)
        assert "permission denied" in result.reason
    (item,) = discover([tmp_path / "locked/b.txt"], tmp_path / "out").inputs
    (result,) = read(item, Reading(1000))
    assert isinstance(result, Failure)


def test_names_that_are_not_utf8_are_failures(tmp_path: Path) -> None:
    bad = tmp_path / os.fsdecode(b"in\xff")
    try:
        put(bad / os.fsdecode(b"caf\xe9.txt"))
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    put(bad / "good.txt")
    inputs = discover([bad], tmp_path / "out").inputs
    assert [item.id for item in inputs] == ["caf\\udce9.txt", "good.txt"]
    results = [result for item in inputs for result in read(item, Reading(1000))]
    assert results[0] == Failure("caf\\udce9.txt", "its name is not valid UTF-8", "Rename it.")
    assert isinstance(results[1], Article)  # the root's own name is in no id
    inside = discover([tmp_path], tmp_path / "out").inputs
    assert [item.id for item in inside] == ["in\\udcff/caf\\udce9.txt", "in\\udcff/good.txt"]
    assert all(isinstance(result, Failure) for item in inside for result in read(item, Reading(1000)))
    with pytest.raises(TransError) as caught:
        discover([bad / "nowhere"], tmp_path / "out")
    assert caught.value.message.encode()


@pytest.mark.parametrize(
    ("name", "fits"), [("x" * 245 + ".txt", True), ("x" * 246 + ".txt", False), ("x" * 243 + ".md", False)]
)
def test_names_too_long_for_a_brief_are_failures(tmp_path: Path, name: str, fits: bool) -> None:
    result = one(put(tmp_path / name))
    assert isinstance(result, Article) is fits
    if isinstance(result, Failure):
        assert (result.reason, result.hint) == ("its name is too long for a brief beside it", "Shorten its name.")


@pytest.mark.parametrize("name", ["nowhere", "empty", "page.xyz"])
def test_bad_arguments(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    put(tmp_path / "page.xyz")
    with pytest.raises(TransError, match=name) as caught:
        discover([tmp_path / name], tmp_path / "out")
    assert caught.value.hint
    assert "\n" not in caught.value.message
    if name != "nowhere":
        assert ".md, " in caught.value.hint
        assert ".txt, " in caught.value.hint


CLASHES = [
    ("one/a.txt", "two/a.txt"),
    ("one/a.txt", "two/A.txt"),
    ("one/caf\u00e9.txt", "two/cafe\u0301.txt"),
    ("one/a.txt", "two/a.TXT"),
    ("one/a.txt", "two/a.json/b.txt"),
    ("one/a.txt", "two/a.ninjs.txt"),
    ("one/a.txt", "two/a.jsonl"),
    ("one/a.jsonl", "two/a.jsonl/b.txt"),
]


@pytest.mark.parametrize(("first", "second"), [*CLASHES, *((second, first) for first, second in CLASHES)])
def test_the_first_of_two_inputs_keeps_its_names_until_it_is_gone(first: str, second: str) -> None:
    names = Names()
    one, other, harmless = (Input(Path(name), name[4:]) for name in (first, second, "one/b/c.txt"))
    assert [names.owner(item) for item in (one, harmless, other, one)] == [one, harmless, one, one]
    names.forget(other)
    assert names.owner(other) == one, "it had nothing to give back"
    names.forget(one)
    assert [names.owner(item) for item in (other, one)] == [other, other]


@pytest.mark.parametrize(("first", "second"), CLASHES)
def test_two_inputs_for_one_output_are_refused(tmp_path: Path, first: str, second: str) -> None:
    put(tmp_path / first)
    put(tmp_path / second)
    with pytest.raises(TransError) as caught:
        discover([tmp_path / "one", tmp_path / "two"], tmp_path / "out")
    assert str(tmp_path / "one") in caught.value.message
    assert str(tmp_path / "two") in caught.value.message


def test_same_stem_with_other_extensions_is_no_clash(tmp_path: Path) -> None:
    for name in ("b.txt", "b.md", "b.json.txt", "b/c.txt"):
        put(tmp_path / name)
    assert len(ids(tmp_path)) == 4


def test_output_stem() -> None:
    assert output_stem("a/b.txt") == "a/b"
    assert output_stem("a/b.md") == "a/b.md"
    assert output_stem("a/b.TXT") == "a/b"
    assert output_stem("a/b") == "a/b"


def test_article(tmp_path: Path) -> None:
    path = put(tmp_path / "a.txt")
    article = one(path)
    assert isinstance(article, Article)
    assert (article.id, article.source.uri, article.headline) == ("a.txt", "a.txt", "عنوان الخبر القصير")
    assert article.source.bytes == path.stat().st_size
    assert article.source.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert article.source.encoding == "utf-8"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "no text"),
        ("\ufeff \u200f\n".encode(), "no text"),
        (b"--- *** ---", "no text"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (bytes(range(256)) * 4, "binary"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04...", "Office"),
        (TEXT.encode()[:30] + b"\xff" + TEXT.encode()[31:], "broken UTF-8"),
        (TEXT.encode()[:-3], "broken UTF-8"),
        ("Министр заявил, что ситуация под контролем. ".encode("cp1251") * 5, "unknown encoding"),
        ("L'été dernier, la réunion a été annulée. ".encode("cp1252") * 5, "unknown encoding"),
        (b"x" * 2000, "too large"),
    ],
)
def test_bad_files_are_one_failure(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    result = one(path, max_bytes=1500)
    assert isinstance(result, Failure)
    assert reason in result.reason
    assert result.hint
    assert "\n" not in result.reason + result.hint


def test_unreadable_files_are_one_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folder.txt").mkdir()
    results = [one(tmp_path / "gone.txt"), one(tmp_path / "folder.txt"), one(put(tmp_path / "x.pdf"))]
    path = put(tmp_path / "a.txt")
    for error in (PermissionError(13, "Permission denied"), OSError(5, "Input/output error")):

        def fail(*_: object, error: OSError = error) -> None:
            raise error

        monkeypatch.setattr("trans.sources._not_waiting", fail)  # what opens files
        results.append(one(path))
    reasons = [result.reason if isinstance(result, Failure) else "" for result in results]
    assert all(reasons)
    assert "permission denied" in reasons[3]
    assert "Input/output error" in reasons[4]


def test_lone_surrogates_in_a_text_are_replaced() -> None:
    article = article_from_text("أعلنت \ud800الهيئة\udfff بدء \ud83d\ude00 العمل\udc00")
    assert article.headline == "أعلنت \ufffdالهيئة\ufffd بدء 😀 العمل\ufffd"
    assert article.source.sha256 == hashlib.sha256(article.headline.encode()).hexdigest()


def test_english_article_is_read(tmp_path: Path) -> None:
    assert isinstance(one(put(tmp_path / "en.txt", "An English headline\n\nAn English text, for once.")), Article)


def test_what_cannot_be_read_is_passed_over_with_a_note_that_says_why(tmp_path: Path) -> None:
    for name in ("a.txt", "scan.pdf", "old.doc"):
        put(tmp_path / name)
    found = discover([tmp_path], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["a.txt"]
    assert [note.partition(":")[0].rpartition("/")[2] for note in found.notes] == ["old.doc'", "scan.pdf'"]


def test_what_a_browser_saved_beside_a_page_is_no_article(tmp_path: Path) -> None:
    for name in ("story.html", "story_files/frame.html", "other_files/own.txt"):
        put(tmp_path / name)
    found = discover([tmp_path], tmp_path / "out")
    assert [item.id for item in found.inputs] == ["other_files/own.txt", "story.html"]
    assert len(found.notes) == 1


@pytest.mark.parametrize("extension", FORMATS)
def test_every_format_is_found_and_says_what_an_empty_file_is(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"empty{extension}"
    path.touch()
    (item,) = discover([path], tmp_path / "out").inputs
    results = list(read(item, Reading(1000)))
    assert results
    for result in results:
        assert isinstance(result, Failure)
        assert result.id.startswith(item.id)
        assert result.hint.endswith(".")


@pytest.mark.skipif(sys.platform != "linux", reason="no leases elsewhere")
def test_a_file_that_a_file_server_has_a_lease_on_is_waited_for(tmp_path: Path) -> None:
    import fcntl

    path = tmp_path / "a.txt"
    path.write_text("عنوان\n\nنص", encoding="utf-8")
    asked: list[int] = []
    with path.open("r+b") as held:

        def give_back(number: int, frame: object) -> None:
            asked.append(number)
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_UNLCK)

        before = signal.signal(signal.SIGIO, give_back)
        try:
            try:
                fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            except OSError as error:
                pytest.skip(f"no leases on this disk: {error}")
            found = list(read(Input(path, "a.txt"), Reading(max_bytes=1000)))
        finally:
            signal.signal(signal.SIGIO, before)
    assert asked
    assert [type(one) for one in found] == [Article]


def test_what_only_would_block_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("عنوان\n\nنص", encoding="utf-8")
    really = os.open

    def replaced(name: str, flags: int, mode: int = 0o777) -> int:
        if Path(name) == path:
            assert flags & os.O_NONBLOCK
            path.unlink()
            path.mkdir()
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return really(name, flags, mode)

    monkeypatch.setattr(os, "open", replaced)
    (failure,) = read(Input(path, "a.txt"), Reading(max_bytes=1000))
    assert isinstance(failure, Failure)
    assert "temporarily unavailable" in failure.reason
