"""The desk as a web application: its addresses, and how what goes wrong is answered. One request at a time reads or writes.

Knows Flask; what is shown, what may be done and who may ask are the business of the modules beside it.
"""

import io
import logging
import threading
import traceback
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from filelock import Timeout
from flask import Flask, Response, jsonify, redirect, request, send_file
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from trans.desk.actions import ConflictError, event_of
from trans.desk.asked import MAX_BODY_BYTES, Asked, RefusedError, asked
from trans.desk.pages import Briefs, File, Pages
from trans.desk.security import Gate, Refusal, secured
from trans.desk.terms import TermsFile
from trans.errors import TransError, shortage
from trans.plainly import redacted
from trans.render import desk_page
from trans.render.page import policy_of
from trans.watchlist import Watchlist

_log = logging.getLogger("trans")

# A headline pasted whole; a search has a limit of its own on words.
_MAX_QUERY = 1_000

_GONE = Refusal(
    HTTPStatus.NOT_FOUND,
    "There is nothing here.",
    "The brief may be gone, or its JSON was changed by hand: 'trans run' sees to that. Go back to all briefs.",
)
_BUSY = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "Another desk has been writing in this folder for a minute.",
    "Try again; if that goes on, end the other one.",
)
_BUG = Refusal(
    HTTPStatus.INTERNAL_SERVER_ERROR,
    "This went wrong, and it is not your fault.",
    "What it was stands where 'trans desk' was started. Your text stays here.",
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the application works with: the folder, its briefs, who may ask, whom an editor is taken for, where terms go."""

    out: Path
    briefs: Briefs
    gate: Gate
    name: str
    terms: TermsFile
    watchlist: Watchlist | None = None
    now: Callable[[], datetime] = lambda: datetime.now().astimezone()


def make_app(desk: Desk) -> Flask:
    """Return the application. Raises ``TransError`` where the folder can't be read."""
    app = Flask("trans.desk", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    # An article's id may hold anything.
    app.url_map.merge_slashes = False
    pages = Pages(desk.out, desk.briefs, desk.name, desk.terms.note, desk.now, desk.watchlist)
    reading = threading.RLock()

    @app.before_request
    def _enter() -> AnyResponse | None:
        if desk.gate.is_entered(request):
            # The token is then out of sight: of the history, of a picture of the screen.
            response = redirect(_own_path(request.path), HTTPStatus.SEE_OTHER)
            desk.gate.let_in(response)
            return response
        refusal = desk.gate.refusal(request)
        return None if refusal is None else _refused(refusal)

    @app.after_request
    def _secure(response: Response) -> Response:
        content = response.get_data() if response.mimetype == "text/html" else b""
        secured(response, policy_of(content))
        return response

    @app.errorhandler(Exception)
    def _wrong(error: Exception) -> AnyResponse:
        if isinstance(error, HTTPException) and error.code is not None:
            return _refused(_of_http(error))
        if isinstance(error, RefusedError):
            return _refused(error.refusal, error.current if isinstance(error, ConflictError) else None)
        if isinstance(error, Timeout):
            return _refused(_BUSY)
        told = error if isinstance(error, TransError) else shortage(error)
        if told is not None:
            return _refused(Refusal(HTTPStatus.SERVICE_UNAVAILABLE, told.message, told.hint))
        _log.error("%s", redacted("".join(traceback.format_exception(error))))
        return _refused(_BUG)

    @app.get("/")
    def _index() -> AnyResponse:
        with reading:
            return _html(pages.index())

    @app.get("/index.html")
    def _old_index() -> AnyResponse:
        return redirect("/")

    @app.get("/index/<name>")
    def _part(name: str) -> AnyResponse:
        with reading:
            return _html(pages.part(name))

    @app.get("/digest.html")
    def _digest() -> AnyResponse:
        with reading:
            return _html(pages.digest(request.args.get("since")))

    @app.get("/search")
    def _search() -> AnyResponse:
        wanted = {name: request.args.get(name, "")[:_MAX_QUERY] for name in ("q", "since", "en")}
        with reading:
            return _html(pages.search(wanted["q"], english=bool(wanted["en"]), since=wanted["since"]))

    @app.get("/brief/<path:article_id>")
    def _brief(article_id: str) -> AnyResponse:
        with reading:
            return _html(pages.brief(article_id))

    @app.get("/file/<kind>/<path:article_id>")
    def _file(kind: str, article_id: str) -> AnyResponse:
        with reading:
            return _saved(pages.file(article_id, kind))

    @app.get("/version/<int:number>/<path:article_id>")
    def _version(number: int, article_id: str) -> AnyResponse:
        with reading:
            return _saved(pages.version(article_id, number))

    @app.post("/api/events")
    def _events() -> AnyResponse:
        if request.mimetype != "application/json":
            raise RefusedError(Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "That is no JSON.", "Use the desk's pages."))
        wanted = asked(request.get_data(cache=False))
        with reading, desk.briefs.alone():
            return jsonify(_done(desk, wanted))

    return app


def _own_path(path: str) -> str:
    """Return ``path`` if no browser can take it for an address elsewhere, as '//example.org'; else that of the index. Browsers
    leave controls out, and take a backslash for a slash.
    """
    is_plain = all(unicodedata.category(character) != "Cc" for character in path) and "\\" not in path
    return path if is_plain and path.startswith("/") and not path.startswith("//") else "/"


def _done(desk: Desk, wanted: Asked) -> dict[str, object]:
    """Do what an editor asked for and return what is told of it. Raises ``RefusedError`` and ``TransError``."""
    brief = desk.briefs.brief(wanted.article)
    if brief is None:
        raise RefusedError(_GONE)
    if wanted.kind == "term":
        is_new = desk.terms.add(wanted.source, wanted.new)
        said = f"{'Added to' if is_new else 'It is already in'} {desk.terms.path}"
        return {"done": is_new, "said": said, "note": desk.terms.note}
    at = desk.now().isoformat(timespec="seconds")
    try:
        event = event_of(wanted, brief, wanted.by or desk.name, at)
    except ConflictError as error:
        if error.event.new:
            desk.briefs.add(error.event)
        raise
    if event is not None:
        desk.briefs.add(event)
    return {"done": event is not None}


def _html(content: bytes | None) -> AnyResponse:
    if content is None:
        raise RefusedError(_GONE)
    return Response(content, content_type="text/html; charset=utf-8")


def _saved(file: File | None) -> AnyResponse:
    """Return a file to be saved: in the desk's own pages nothing is shown that was not made for them."""
    if file is None:
        raise RefusedError(_GONE)
    return send_file(
        io.BytesIO(file.content), "application/octet-stream", as_attachment=True, download_name=file.name, etag=False
    )


def _refused(refusal: Refusal, current: str | None = None) -> AnyResponse:
    if request.path.startswith("/api/"):
        told = {"message": refusal.message, "hint": refusal.hint, "current": current}
        response: AnyResponse = jsonify(told)
    else:
        response = _html(desk_page.message(refusal.status.phrase, refusal.message, refusal.hint))
    response.status_code = refusal.status
    return response


def _of_http(error: HTTPException) -> Refusal:
    """Return Flask's own refusals in our words."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.NOT_FOUND:
        return _GONE
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Refusal(status, "That is more than the desk takes at once.", "Write less; your text stays here.")
    return Refusal(status, f"{status.phrase}.", "Use the desk's pages.")
