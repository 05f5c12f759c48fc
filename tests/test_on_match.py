"""Commands that are told of matches: once an item and version, in a thread of their own, and whatever they do."""

import contextlib
import json
import logging
import os
import select
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from briefs import HOSTILE
from console_script import called, complaint
from searched import BASE, WATER, brief, put

from trans.brief import Brief
from trans.command import Command
from trans.errors import TransError
from trans.matched import Matched
from trans.on_match import OnMatch, document, parse_command
from trans.outcome import Decoded, Outcome
from trans.store import Written
from trans.watchlist import Watched, Watchlist

LIST = Watchlist([Watched("Hmeimim base", ("حميميم",), ("Hmeimim",)), Watched("Water", (), ("Ministry of Water",))])


def python(program: str) -> tuple[str, ...]:
    return sys.executable, "-I", "-S", "-c", program


@dataclass
class Desk:
    """A folder of briefs, and a command that writes down what it is told."""

    folder: Path
    out: Path = field(init=False)
    watchlist: Watchlist = LIST

    def __post_init__(self) -> None:
        self.out = self.folder / "out"
        (self.out / ".trans").mkdir(parents=True)

    @property
    def command(self) -> tuple[str, ...]:
        return python(f"import sys; open({str(self.folder / 'told')!r}, 'a').write(sys.stdin.read() + chr(10))")

    def start(self, *command: str) -> OnMatch:
        return OnMatch(command or self.command, self.watchlist, self.out)

    def make(self, made: Brief, status: str = "written") -> None:
        """Have a brief made by a watch that is started for it, and ended when the command has run."""
        with self.start() as on_match:
            on_match(written(put(self.out, made), self.out, status))

    def told(self) -> list[dict[str, Any]]:
        path = self.folder / "told"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def ids(self) -> list[str]:
        return [told["id"] for told in self.told()]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.out / ".trans" / "matched.jsonl").read_text().splitlines()]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(autouse=True)
def _all_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO, "trans"):
        yield


def written(path: Path, out: Path, status: str = "written") -> Outcome:
    name = path.relative_to(out).as_posix()
    return Outcome("x", status, files=(Written(name, ""), Written(name.replace(".json", ".html"), "")))


def test_a_match_is_told_once_an_item_and_version(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.make(brief("a.txt", BASE))
    desk.make(brief("a.txt", BASE, edited=BASE[0][1]))
    desk.make(brief("a.txt", BASE, version="2"), "refreshed")
    desk.make(brief("none.txt", WATER[1:]))
    desk.make(brief("b.txt", WATER))
    with desk.start() as on_match:
        on_match(Decoded(1, 1, 1))
        on_match(Outcome("failed.txt", "failed"))
    assert [(told["id"], told["version"], told["names"]) for told in desk.told()] == [
        ("a.txt", None, ["Hmeimim base"]), ("a.txt", "2", ["Hmeimim base"]), ("b.txt", None, ["Water"])
    ]  # fmt: skip
    assert [line["id"] for line in desk.lines() if "key" in line] == ["a.txt", "a.txt", "b.txt"]
    assert caplog.text.count("a.txt matches Hmeimim base; ") == 2


def test_another_file_of_the_same_version_is_no_news(desk: Desk) -> None:
    with desk.start() as on_match:
        for name in ("first.txt", "again.txt"):
            on_match(written(put(desk.out, brief(name, BASE, item="urn:x:1", version="1")), desk.out))
    assert desk.ids() == ["first.txt"]


def test_the_document_has_what_a_desk_needs(desk: Desk) -> None:
    made = brief("sub/a.txt", WATER, BASE, published="2026-11-28", item="urn:x:1", version="3")
    with desk.start() as on_match:
        on_match(written(put(desk.out, made), desk.out))
    (told,) = desk.told()
    assert told["schema"] == "trans.match/1"
    assert (told["item"], told["version"], told["published"]) == ("urn:x:1", "3", "2026-11-28")
    assert told["headline"] == {"ar": "هجوم على القاعدة", "en": "Attack on the base"}
    assert told["summary"].startswith("The Ministry of Water")
    assert (told["killed"], told["notices"]) == (False, [])
    assert told["files"] == [str(desk.out / "sub" / "a.json"), str(desk.out / "sub" / "a.html")]
    places = [(one["where"], one["paragraph"], one["sentence"], one["names"]) for one in told["sentences"]]
    assert places == [
        ("paragraph", 1, 1, ["Water"]),
        ("paragraph", 2, 1, ["Hmeimim base"]),
        ("paragraph", 2, 2, ["Hmeimim base"]),
    ]
    assert (told["sentences"][1]["ar"], told["sentences"][1]["en"]) == BASE[0]


def test_of_a_killed_item_there_is_no_text(desk: Desk) -> None:
    desk.make(brief("a.txt", BASE))
    desk.make(brief("a.txt", BASE, status="canceled"), "refreshed")
    first, second = desk.told()
    assert (first["killed"], second["killed"]) == (False, True)
    assert (second["summary"], second["sentences"]) == ("", [])
    assert second["notices"][0]["kind"] == "killed"


def test_hostile_text_is_json_in_ascii() -> None:
    evil = " ".join(HOSTILE)
    made = brief("a.txt", ((f"حميميم {evil}", f"Hmeimim {evil}"),), headline=(evil, evil), version=evil)
    told = document(made, ("x",), LIST, [])
    assert told.isascii()
    assert b"\n" not in told
    assert json.loads(told)["headline"]["en"] == evil


def test_a_brief_with_a_name_in_every_sentence_is_told_in_part() -> None:
    made = brief("a.txt", tuple((f"حميميم {number}.", "x") for number in range(99)))
    assert len(json.loads(document(made, ("x",), LIST, []))["sentences"]) == 20


# What was told is not told again, and what was not is.


def test_what_was_there_before_is_not_told(desk: Desk) -> None:
    put(desk.out, brief("old.txt", BASE))
    with desk.start() as on_match:
        on_match(written(put(desk.out, brief("new.txt", BASE)), desk.out))
        on_match(written(put(desk.out, brief("old.txt", BASE, edited=BASE[0][1])), desk.out, "refreshed"))
    assert desk.ids() == ["new.txt"]
    with desk.start():
        pass
    assert desk.ids() == ["new.txt"]


def test_what_is_new_on_the_list_is_not_told_of_older_briefs(desk: Desk) -> None:
    put(desk.out, brief("old.txt", BASE))
    desk.watchlist = Watchlist([Watched("Water", (), ("Ministry of Water",))])
    with desk.start():
        pass
    os.utime(desk.out / "old.json", (1, 1))
    desk.watchlist = LIST
    with desk.start() as on_match:
        on_match(written(put(desk.out, brief("old.txt", BASE, edited=BASE[0][1])), desk.out, "refreshed"))
    assert desk.ids() == []


def test_a_match_that_a_kill_left_untold_is_told_at_the_next_start(desk: Desk) -> None:
    with desk.start():
        pass
    put(desk.out, brief("a.txt", BASE))  # and the process died before it could tell
    with desk.start():
        pass
    assert desk.ids() == ["a.txt"]
    with desk.start():
        pass
    assert desk.ids() == ["a.txt"]


def test_a_line_that_a_kill_cut_short_costs_no_other(desk: Desk) -> None:
    path = desk.out / ".trans" / "matched.jsonl"
    log = Matched(desk.out)
    log.looked("hash", 5)
    log.add("one", names=["x"])
    path.write_bytes(path.read_bytes() + b'{"key": "tw')
    again = Matched(desk.out)
    assert (again.has("one"), again.has("tw"), again.watchlist, again.looked_ns) == (True, False, "hash", 5)
    again.add("three")
    whole = Matched(desk.out)
    assert whole.has("one")
    assert whole.has("three")
    path.write_bytes(path.read_bytes() + b"\xff\n[]\n{}\n1\n" + b"[" * 50_000 + b"\n")
    assert Matched(desk.out).has("three")


def test_a_log_that_can_not_be_written_stops_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    (desk.out / ".trans" / "matched.jsonl").mkdir()
    with desk.start() as on_match:
        for _ in range(2):
            on_match(written(put(desk.out, brief("a.txt", BASE)), desk.out))
    assert desk.ids() == ["a.txt"]
    assert "can't be written" in caplog.text


def test_a_brief_that_can_not_be_read_stops_nothing(desk: Desk) -> None:
    with desk.start() as on_match:
        for content in (b"{", b"[]", b'{"schema": "trans.brief/1"}', b"[" * 99_999):
            (desk.out / "broken.json").write_bytes(content)
            on_match(written(desk.out / "broken.json", desk.out))
        on_match(written(desk.out / "gone.json", desk.out))
        on_match(written(put(desk.out, brief("a.txt", BASE)), desk.out))
    assert desk.ids() == ["a.txt"]


# What a command does.


def test_a_failing_command_is_logged_with_what_it_said_and_the_next_is_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    program = "import sys; print('no route', flush=True); print('to the desk', file=sys.stderr); sys.exit(3)"
    with desk.start(*python(program)) as on_match:
        for name in ("a.txt", "b.txt"):
            on_match(written(put(desk.out, brief(name, BASE, item=name)), desk.out))
    failures = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(failures) == 2
    assert "ended with 3: no route\nto the desk" in failures[0].getMessage()
    assert [line["ended"] for line in desk.lines() if "key" in line] == ["ended with 3"] * 2
    with desk.start():
        pass
    assert not desk.told(), "it was told, whatever came of it"


def test_a_command_that_can_not_be_started_any_more_is_owed(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with desk.start(str(desk.folder / "gone")) as on_match:
        on_match(written(put(desk.out, brief("a.txt", BASE)), desk.out))
    assert "can't be started" in caplog.text
    with desk.start():
        pass
    assert desk.ids() == ["a.txt"]


def test_a_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    program = f"""
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open({str(tmp_path / "child")!r}, "w").write(str(child.pid))
print("begun", flush=True)
time.sleep(600)
"""
    ended = Command(python(program), timeout_s=2)(b"")
    assert ended.how == "took more than 2 s, and was ended"
    assert ended.output == "begun"
    with contextlib.suppress(ProcessLookupError):
        handle = os.pidfd_open(int((tmp_path / "child").read_text()))
        assert select.select([handle], [], [], 10)[0], "the child is still at work"
        os.close(handle)


def test_what_a_command_says_is_cut_short_and_it_need_not_read() -> None:
    ended = Command(python("print('é' * 3_000_000)"))(b"x" * 3_000_000)
    assert ended.is_well
    assert len(ended.output) < 2_100
    assert ended.output.endswith("…")
    assert Command(python("import os; os.kill(os.getpid(), 9)"))(b"").how == "was ended by signal 9"
    assert Command(python("import os; os.write(1, b'\\xff')"))(b"").output == "\ufffd"


def test_a_watch_that_ends_waits_a_while_and_leaves_the_rest_for_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trans.on_match._END_WITHIN_S", 0.2)
    with desk.start(*python("import time; time.sleep(600)")) as on_match:
        for name in ("a.txt", "b.txt"):
            on_match(written(put(desk.out, brief(name, BASE, item=name)), desk.out))
    with desk.start():
        pass
    assert sorted(desk.ids()) == ["a.txt", "b.txt"]


def test_no_shell_reads_the_command(desk: Desk) -> None:
    words = parse_command(f"{shlex.quote(sys.executable)} -c 'import sys; print(sys.argv[1:])' '$(id)' \"a b\" ; *")
    assert words[3:] == ("$(id)", "a b", ";", "*")
    assert Command(words)(b"").output == "['$(id)', 'a b', ';', '*']"


@pytest.mark.parametrize("text", ["", "  ", "'unclosed", "no-such-program-here --flag", "/dev/null", "./missing.sh"])
def test_a_command_that_can_not_be_run_is_refused(text: str) -> None:
    with pytest.raises(TransError, match="--on-match"):
        parse_command(text)


def test_a_users_mistakes_are_told_before_models_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    watch = ("watch", "inbox", "--profile", "tiny", "--on-match")
    assert "no program 'nowhere'" in complaint(called(*watch, "nowhere", cwd=tmp_path), 2)[0]
    assert "no watch list" in complaint(called(*watch, "true", cwd=tmp_path), 2)[0]
    (tmp_path / "watchlist.yaml").write_text("- name: x\n")
    told = called(*watch, "true", cwd=tmp_path)
    assert told.returncode == 2
    assert "entry 1 (x): it has no term" in told.stderr
    complaint(called("watch", "inbox", "--watchlist", "missing.yaml", cwd=tmp_path), 2)
