"""Targets: the JSON brief read, and every rendering of a brief: whole, parseable, and nothing in it that runs."""

import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring
from zipfile import ZipFile

from fuzz.made import FromBytes, brief
from fuzz.promises import told_right, writable
from trans import checks, names
from trans.brief import Brief
from trans.render import RENDERERS
from trans.render import json as json_brief

Function = Callable[[bytes], None]

# What a page of ours has in it: the policy allows one style and one script by their hashes, the other script is data.
_OURS_ONCE = {"style": 1, "script": 2}
_NEVER = frozenset("iframe object embed img svg form input base applet frame audio video source textarea math".split())
_WEB = re.compile(r"#|https?://|data:,$", re.IGNORECASE)


class _Page(HTMLParser):
    """What a browser would see of elements and attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def _inert(page: str, once: dict[str, int]) -> None:
    """Nothing runs or loads, whatever the texts are."""
    parsed = _Page()
    parsed.feed(page)
    parsed.close()
    for tag in (*_NEVER, "style", "script"):
        assert parsed.tags.count(tag) == once.get(tag, 0), tag
    for name, value in parsed.attributes:
        assert not name.startswith("on"), name
        assert name not in ("src", "style", "action", "formaction", "srcset"), name
        assert name != "href" or _WEB.match(value), value


def _json(data: bytes) -> None:
    json.loads(data, parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def _jsonl(data: bytes) -> None:
    assert len(data.decode().splitlines()) == 1
    _json(data)


def _ninjs(data: bytes) -> None:
    _json(data)
    for body in json.loads(data).get("bodies", ()):
        if body["role"] == "xhtml":
            fromstring(body["value"])  # noqa: S314  our own, without a document type


def _tmx(data: bytes) -> None:
    fromstring(data)  # noqa: S314


def _html(data: bytes) -> None:
    _inert(data.decode(), _OURS_ONCE)


def _markdown(data: bytes) -> None:
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(data.decode())
    _inert(page, {})
    assert page.count("<table>") == page.count("</table>")


def _word(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                fromstring(archive.read(name))  # noqa: S314


FORMS: dict[str, Function] = {
    "json": _json,
    "jsonl": _jsonl,
    "ninjs": _ninjs,
    "tmx": _tmx,
    "html": _html,
    "md": _markdown,
    "docx": _word,
}
"""What is promised of each format's bytes."""


def holds(made: Brief, *, docx: bool) -> None:
    """All that is promised of a brief: its JSON gives it back, and each format holds it."""
    data = json_brief.render(made)
    again = json_brief.read(data)
    assert json_brief.render(again) == data
    told_right(flag for flag in checks.check(made).flags)
    for name, promised in FORMS.items():
        if name != "docx" or docx:
            promised(RENDERERS[name](made))
    for one in names.table(made):
        assert one.arabic


def renderings(data: bytes) -> None:
    """A brief of hostile texts in every format that is quickly made."""
    holds(brief(FromBytes(data)), docx=False)


def documents(data: bytes) -> None:
    """The same as a Word document."""
    _word(RENDERERS["docx"](brief(FromBytes(data))))


def json_read(data: bytes) -> None:
    """A file that may be a brief: refused, or a brief like any other."""
    try:
        made = json_brief.read(data)
    except ValueError as error:
        writable(str(error)[:200].encode("utf-8", "replace").decode())
        return
    holds(made, docx=False)


BRIEFS: dict[str, Function] = {"brief": json_read, "renderings": renderings, "word-brief": documents}
