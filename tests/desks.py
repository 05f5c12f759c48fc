"""The desk as tests use it: a folder of briefs, an editor with a browser's headers, a server in this process."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine, FakeModels
from flask import Flask
from running import run
from texts import article, english, long_article
from werkzeug.test import TestResponse

from trans.article import Article
from trans.desk.app import Desk, make_app
from trans.desk.security import HEADER, Gate
from trans.desk.serving import bound, server_of
from trans.desk.terms import TermsFile
from trans.render import json as json_brief
from trans.review_events import Event, event_of, sha256_of
from trans.reviser import Reviser

HOST = "127.0.0.1"
PORT = 8765
BRIEF = "one.txt"
"""A brief of ``texts.article``: its first paragraph has a wrong number."""

FORMATS = ("md", "html", "docx")


_made: list[Path] = []


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two briefs as a run writes them, once for all modules of a process."""
    if _made:
        return _made[0]
    inputs, out = tmp_path_factory.mktemp("desk-in"), tmp_path_factory.mktemp("desk") / "out"
    (inputs / BRIEF).write_text(article("دمشق - وصل الوفد إلى دمشق اليوم.", *_PARAGRAPHS), encoding="utf-8")
    (inputs / "sub").mkdir()
    (inputs / "sub" / "three.md").write_text("# " + long_article(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        FakeModels(FakeEngine(_english)).install(patch)
        assert run(inputs, out, formats=FORMATS).code == 0
    _made.append(out)
    return out


_PARAGRAPHS = tuple(article().split("\n\n")[1:])
_OF_DAMASCUS = {
    "وصل الوفد إلى دمشق اليوم.": "The delegation arrived in Dimashq today.",
    "دمشق - وصل الوفد إلى دمشق اليوم.": "Dimashq - The delegation arrived in Dimashq today.",
}


def _english(text: str) -> str:
    return _OF_DAMASCUS.get(text) or english(text)


@pytest.fixture
def out(made: Path, tmp_path: Path) -> Path:
    """The same in a folder of the test's own."""
    return Path(shutil.copytree(made, tmp_path / "out"))


def app_of(out: Path, gate: Gate | None = None, glossary: Path | None = None) -> tuple[Flask, Gate]:
    gate = gate or Gate.of(HOST, PORT)
    return make_app(Desk(out, Reviser(out), gate, "Nobody", TermsFile.of(out, glossary))), gate


@dataclass
class Editor:
    """Somebody with the desk open, one request after another."""

    app: Flask
    gate: Gate
    name: str = "Sami"

    def __post_init__(self) -> None:
        self.base = f"http://{HOST}:{self.gate.port}"
        self.client = self.app.test_client()
        self.client.get("/", query_string={"token": self.gate.token}, base_url=self.base)

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=self.base, **more)

    def send(self, body: bytes, **headers: str) -> TestResponse:
        usual = {"Origin": self.base, HEADER: "1", "Content-Type": "application/json"}
        given = {name: value for name, value in {**usual, **headers}.items() if value}
        return self.client.post("/api/events", data=body, headers=given, base_url=self.base)

    def does(self, kind: str, **fields: Any) -> TestResponse:
        asked = {"kind": kind, "article": BRIEF, "by": self.name, **fields}
        return self.send(json.dumps(asked).encode())

    def corrects(self, place: str, new: str, old: str | None = None, brief: str = BRIEF) -> TestResponse:
        """Correct what stands at an id of the page, as the page would."""
        told = self.told(brief)["targets"][place]
        about = {name: told[name] for name in ("where", "paragraph", "sentence", "arabic")}
        return self.does("corrected", article=brief, **about, old=told["en"] if old is None else old, new=new)

    def told(self, brief: str = BRIEF) -> dict[str, Any]:
        """What a brief's page tells its script."""
        page = self.get(f"/brief/{brief}").get_data(as_text=True)
        data = page.partition('id="data">')[2].partition("</script>")[0]
        found: dict[str, Any] = json.loads(data)["desk"]
        return found


@pytest.fixture
def editor(out: Path) -> Editor:
    return Editor(*app_of(out))


def log(out: Path) -> list[Event]:
    """What is in the folder's log of reviews."""
    path = out / ".trans" / "review.jsonl"
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [event for line in lines if (event := event_of(line))]


def english_of(out: Path, arabic: str, brief: str = "one.json") -> list[str]:
    """The English of each sentence with that Arabic, in the brief's JSON."""
    found = json_brief.read((out / brief).read_bytes())
    return [one.target for _, _, part in found.parts() for one in part.sentences if one.source == arabic]


def article_of(out: Path, brief: str = "one.json") -> Article:
    return json_brief.read((out / brief).read_bytes()).article


def key(arabic: str) -> str:
    return sha256_of(arabic)


@contextmanager
def served(
    out: Path, *, glossary: Path | None = None, port: int = 0, token: str | None = None
) -> Iterator[tuple[str, Gate]]:
    """Give the address of a desk that is at work in a thread of its own, without a slash, and its gate."""
    listening = bound(HOST, port)
    port = listening.getsockname()[1]
    gate = Gate(HOST, port, token) if token else Gate.of(HOST, port)
    app, _ = app_of(out, gate, glossary)
    server = server_of(app, listening)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://{HOST}:{port}", gate
    finally:
        # In the server's own thread: it may be waiting at the very sockets that are closed.
        server.trigger.pull_trigger(lambda: server.asyncore.close_all(server._map))
        thread.join()
        server.task_dispatcher.shutdown()
