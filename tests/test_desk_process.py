"""``trans desk`` as a process: how it starts, how it ends, what a kill leaves, and who holds it up."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from console_script import TRANS, called, complaint
from desks import BRIEF, HOST, Editor, app_of, english_of, log
from desks import made as made
from desks import out as out
from texts import LEAD

from trans.desk.security import HEADER


class Started:
    """The process and its address, as a browser would use it."""

    def __init__(self, process: "subprocess.Popen[str]", port: int, token: str) -> None:
        self.process, self.port, self.token = process, port, token
        self.held = list[socket.socket]()

    def post(self, asked: dict[str, object]) -> int:
        """Return the status of the answer, 0 for none."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        headers = {**self.headers, "Origin": f"http://{HOST}:{self.port}", HEADER: "1"}
        try:
            connection.request(
                "POST", "/api/events", json.dumps(asked), {**headers, "Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()
        return answer.status

    def get(self, path: str = "/") -> int:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        connection.request("GET", path, headers=self.headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    @property
    def headers(self) -> dict[str, str]:
        return {"Cookie": f"trans-desk-{self.port}={self.token}"}


@contextmanager
def started(out: Path, *more: str) -> Iterator[Started]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
    with subprocess.Popen(
        [TRANS, "desk", out, "--port", "0", "--name", "Sami", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            said += line
        port, token = re.findall(r"http://127\.0\.0\.1:(\d+)/\?token=([\w-]+)", said)[0]
        desk = Started(process, int(port), token)
        try:
            yield desk
        finally:
            process.kill()
            process.communicate()
            for one in desk.held:
                one.close()


def test_a_desk_that_is_killed_keeps_what_it_said_it_kept(out: Path) -> None:
    """SIGKILL while corrections come in: what was answered is in the log, and after the next start in the files. That one is
    held up by strangers, and ends as it should all the same.
    """
    path = out / ".trans" / "review.jsonl"
    told = Editor(*app_of(out)).told()["targets"]["p2-1"]
    about = {name: told[name] for name in ("where", "paragraph", "sentence", "arabic")}
    asked = {"kind": "corrected", "article": BRIEF, "by": "Sami", **about}
    texts = [told["en"], *(f"Correction number {number}." for number in range(4))]
    *corrections, last = [{**asked, "old": old, "new": new} for old, new in pairwise(texts)]
    with started(out) as desk:
        assert [desk.post(one) for one in corrections] == [200] * len(corrections)
        size = path.stat().st_size
        sender = threading.Thread(target=desk.post, args=[last])
        sender.start()
        while path.stat().st_size == size:  # it is written down, and the brief's files are next
            pass
        desk.process.kill()
        sender.join()
        assert desk.process.wait(timeout=60) == -signal.SIGKILL
    written = [event.new for event in log(out)]
    assert written[: len(corrections)] == texts[1:-1]
    assert written[len(corrections) :] in ([], texts[-1:])
    with started(out) as desk:
        assert english_of(out, LEAD) == written[-1:]
        assert written[-1] in (out / "one.html").read_text(encoding="utf-8")
        assert desk.get() == 200
        hold_up(desk)
        assert desk.get(f"/brief/{BRIEF}") == 200
        desk.process.send_signal(signal.SIGTERM)
        said, errors = desk.process.communicate(timeout=60)
        assert (desk.process.returncode, said, errors) == (0, "The desk is closed. What was saved is kept.\n", "")
    # The folder's own page shows it too.
    assert "Edited in 1 place" in (out / "index.html").read_text(encoding="utf-8")


def hold_up(desk: Started) -> None:
    """Ask slowly, and for too much: nobody else has to wait, and the end of the desk doesn't either."""
    for _ in range(20):
        slow = socket.create_connection((HOST, desk.port))
        slow.sendall(b"POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n{")
        desk.held.append(slow)
    huge, endless = (socket.create_connection((HOST, desk.port)) for _ in range(2))
    desk.held += [huge, endless]
    huge.sendall(b"POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
    assert b" 413 " in huge.recv(100)
    endless.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)
    assert b" 431 " in endless.recv(100)


def test_a_port_that_is_taken_is_told(out: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        what, hint = complaint(called("desk", out, "--port", str(port)), 2)
    assert f"port {port}" in what
    assert "--port" in hint


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5"])  # noqa: S104  nothing is bound
def test_other_machines_are_let_in_only_on_purpose(host: str, out: Path) -> None:
    what, hint = complaint(called("desk", out, "--host", host), 2)
    assert "nothing is encrypted" in what
    assert "--anyone" in hint


def test_what_is_missing_is_told_in_one_line(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("flask", "waitress"):
        monkeypatch.setitem(sys.modules, name, None)
    what, hint = complaint(called("desk", out), 2)
    assert what == "trans: The desk needs Flask and waitress: flask is missing"
    assert hint.strip() == "pip install 'trans-briefs[desk]'"


def test_a_folder_that_is_none_is_told(tmp_path: Path) -> None:
    assert "There is no folder" in complaint(called("desk", tmp_path / "none"), 2)[0]
    assert "this machine" in complaint(called("desk", "memory://briefs"), 2)[0]


def test_a_folder_without_briefs_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Not ours.", encoding="utf-8")
    what, _ = complaint(called("desk", tmp_path, "--port", "0"), 2)
    assert what == f"trans: There are no briefs in {tmp_path}"
    assert [path.name for path in tmp_path.rglob("*")] == ["notes.txt"]


def test_a_wrong_glossary_is_told_at_the_start(out: Path) -> None:
    wrong = out.parent / "terms.csv"
    wrong.write_text("x\n1\n", encoding="utf-8")
    result = called("desk", out, "--glossary", wrong)
    assert result.returncode == 2
    assert "has 1 problem" in result.stderr
