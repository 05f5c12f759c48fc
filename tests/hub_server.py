"""A model hub on loopback: folders in the Hugging Face hub's own URL layout, as HF_ENDPOINT names it; unreliable on demand.

A test module makes the fixture its own with ``pytest_plugins = ("hub_server",)``, and imports from here for type checks
only. It serves no Xet: all comes over plain HTTP.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

# What the hub keeps in large file storage, and names by its SHA-256; the rest by its hash in git.
_LARGE = (".safetensors", ".bin", ".spm", ".model")

_API = re.compile(r"/api/models/(?P<model>[^/]+/[^/]+)(?:/(?P<what>revision|tree)/(?P<revision>[^/]+))?")
_FILE = re.compile(r"/(?P<model>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<name>.+)")


class Hub:
    """Where it is, what it serves, and the requests that came: 'GET /api/..', with ' bytes=N-' where a part was asked for.

    ``gated`` models are listed and not given. ``breaks`` says of files after how many bytes the connection breaks, one number for
    each time it is asked for; then ``broken`` is called, if it is set, before the client hears of it. ``served`` replaces the
    content of files, not what is said of it. ``refused`` is a status that answers every request for a file's content, ``page`` a
    text that answers everything.
    """

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self.requests: list[str] = []
        self.gated: set[str] = set()
        self.breaks: dict[str, list[int]] = {}
        self.broken: threading.Event | None = None
        self.released = threading.Event()
        self.served: dict[str, bytes] = {}
        self.refused = 0
        self.page = ""
        self._commits: dict[tuple[str, str], Mapping[str, bytes]] = {}
        self._revisions: dict[tuple[str, str], str] = {}

    def add(self, model: str, files: Path | Mapping[str, bytes], revision: str = "main") -> str:
        """Let ``revision`` of ``model`` be these files, a folder's or given ones, and return the commit."""
        content = files if isinstance(files, Mapping) else {path.name: path.read_bytes() for path in files.iterdir()}
        digest = hashlib.sha1(model.encode(), usedforsecurity=False)
        for name in sorted(content):
            digest.update(name.encode() + hashlib.sha256(content[name]).digest())
        commit = digest.hexdigest()
        self._commits[model, commit] = content
        self._revisions[model, revision] = commit
        return commit

    def environment(self, home: Path) -> dict[str, str]:
        """Return what tells a process of its own to ask this hub, and to keep what it gets in ``home``."""
        return {"HF_ENDPOINT": self.endpoint, "HF_HUB_OFFLINE": "0", "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"}

    def install(self, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
        """Have this process ask this hub: huggingface_hub read its environment when it was imported."""
        from huggingface_hub import close_session, constants

        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setattr(constants, "ENDPOINT", self.endpoint)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", self.endpoint + "/{repo_id}/resolve/{revision}/{filename}"
        )
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache))
        close_session()

    def asked(self, part: str) -> list[str]:
        """Return the requests that have ``part`` in them."""
        return [request for request in self.requests if part in request]

    def resolved(self, model: str, revision: str) -> tuple[str, Mapping[str, bytes]] | None:
        commit = revision if (model, revision) in self._commits else self._revisions.get((model, revision))
        return (commit, self._commits[model, commit]) if commit else None

    def has(self, model: str) -> bool:
        return any(known == model for known, _ in self._commits)


def described(name: str, content: bytes) -> dict[str, object]:
    """Return what the hub says of a file."""
    entry: dict[str, object] = {"size": len(content), "oid": git_sha1(content)}
    if name.endswith(_LARGE):
        entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 134}
    return entry


def git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its own name for it)
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        part = self.headers.get("Range")
        self.hub.requests.append(f"{self.command} {self.path}{f' {part}' if part else ''}")
        path = unquote(urlsplit(self.path).path)
        if self.hub.page:
            self._send(200, self.hub.page.encode())
        elif match := _API.fullmatch(path):
            self._describe(match["model"], match["revision"] or "main", tree=match["what"] == "tree")
        elif match := _FILE.fullmatch(path):
            self._file(match["model"], match["revision"], match["name"], part)
        else:
            self._send(404, b"")

    def _describe(self, model: str, revision: str, *, tree: bool) -> None:
        found = self._found(model, revision)
        if found is None:
            return
        commit, files = found
        entries = [(name, described(name, content)) for name, content in sorted(files.items())]
        if tree:
            data: object = [{"type": "file", "path": name, **entry} for name, entry in entries]
        else:
            siblings = []
            for name, entry in entries:
                large = entry.get("lfs")
                extra = {"lfs": {**large, "sha256": large["oid"]}} if isinstance(large, dict) else {}
                siblings.append({"rfilename": name, "size": entry["size"], "blobId": entry["oid"], **extra})
            data = {"id": model, "modelId": model, "sha": commit, "private": False, "siblings": siblings}
        self._send(200, json.dumps(data).encode(), {"Content-Type": "application/json"})

    def _file(self, model: str, revision: str, name: str, part: str | None) -> None:
        found = self._found(model, revision)
        if found is None:
            return
        commit, files = found
        if model in self.hub.gated:
            self._send(403, b"", {"X-Error-Code": "GatedRepo"})
            return
        if name not in files:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit})
            return
        if self.command == "GET" and self.hub.refused:
            self._send(self.hub.refused, b"")
            return
        large = name.endswith(_LARGE)
        etag = hashlib.sha256(files[name]).hexdigest() if large else git_sha1(files[name])
        headers = {"ETag": f'"{etag}"', "X-Repo-Commit": commit, "Accept-Ranges": "bytes"}
        if large:
            headers |= {"X-Linked-ETag": f'"{etag}"', "X-Linked-Size": str(len(files[name]))}
        content = self.hub.served.get(name, files[name])
        status = 200
        if part and (asked := re.fullmatch(r"bytes=(\d+)-", part)):
            start = int(asked[1])
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
            content, status = content[start:], 206
        self._send(status, content, headers, name)

    def _found(self, model: str, revision: str) -> tuple[str, Mapping[str, bytes]] | None:
        found = self.hub.resolved(model, revision)
        if found is None:
            known = self.hub.has(model)
            # To somebody without a login the hub does not tell a private model from none.
            self._send(404 if known else 401, b"", {"X-Error-Code": "RevisionNotFound" if known else "RepoNotFound"})
        return found

    def _send(self, status: int, content: bytes, headers: Mapping[str, str] | None = None, name: str = "") -> None:
        self.send_response(status)
        for header, value in (headers or {}).items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "HEAD":
            return
        after = self.hub.breaks.get(name)
        if not after:
            self.wfile.write(content)
            return
        self.wfile.write(content[: after.pop(0)])
        self.wfile.flush()
        if self.hub.broken:
            self.hub.broken.set()
            self.hub.released.wait(timeout=60)
        self.close_connection = True


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A hub without models, of this test's own."""
    handler = type("Handler", (_Handler,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        made = Hub(f"http://127.0.0.1:{server.server_address[1]}")
        handler.hub = made  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            made.released.set()
            server.shutdown()
            thread.join()
