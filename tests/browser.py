"""A real browser for the pages: Debian's Chromium through Playwright, watched for errors and for anything a page asks for.

``conftest`` makes the fixtures ``chromium`` and ``tab`` known to all tests; without a browser their tests are skipped, and say
what to install.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 390, "height": 844}

WAYS = ("file", "http")
"""How a page is read: from a folder, or from a web server."""


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Chromium, started once."""
    library = pytest.importorskip("playwright.sync_api", reason="no browser tests: pip install playwright")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no browser tests: there is no Chromium (apt-get install chromium fonts-noto-core)")
    with library.sync_playwright() as playwright:
        # Containers run as root and have no user namespaces: without them Chromium's own sandbox can't start.
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium: "Browser") -> Iterator["Page"]:
    """A page of a fresh profile; the test fails if it writes an error or asks for anything but the page itself."""
    context = chromium.new_context(viewport={"width": WIDE["width"], "height": WIDE["height"]})
    page = context.new_page()
    problems: list[str] = []

    def on_console(message: "ConsoleMessage") -> None:
        if message.type in ("error", "warning"):
            problems.append(f"{message.type}: {message.text}")

    def on_request(request: "Request") -> None:
        if not request.url.startswith("data:") and not request.is_navigation_request():
            problems.append(f"request: {request.url}")

    def on_dialog(dialog: "Dialog") -> None:
        problems.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", on_console)
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("dialog", on_dialog)
    context.on("request", on_request)
    yield page
    context.close()
    assert not problems, problems


@contextmanager
def served(folder: Path, way: str) -> Iterator[str]:
    """Give the address under which a browser reads ``folder``, without a slash at its end."""
    if way == "file":
        yield folder.resolve().as_uri()
        return
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def axe(page: "Page") -> list[str]:
    """Return what axe-core finds wrong with a page for people who can't see it, or can't use a mouse."""
    script = resources.files("axe_playwright_python") / "axe.min.js"
    page.evaluate(script.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate("async () => await axe.run()")
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]
    ]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass
