"""Who the desk answers: a browser with this start's token, by its own name, from its own pages. What it gives away: briefs."""

import re
from pathlib import Path

import pytest
from desks import BRIEF, HOST, PORT, Editor, app_of, log
from desks import made as made
from desks import out as out
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from trans.desk.security import HEADER, Gate, is_loopback

ANY = "0.0.0.0"  # noqa: S104  nothing is bound here
OURS = f"http://{HOST}:{PORT}"
PAGES = ("/", f"/brief/{BRIEF}", "/digest.html", f"/file/json/{BRIEF}", "/no/such/page", "/index.html", "/static/x")


@pytest.fixture(scope="module")
def editor(made: Path) -> Editor:
    """One for all: whoever is refused changes nothing."""
    return Editor(*app_of(made))


def asks(gate: Gate, *, method: str = "GET", token: str | None = None, **headers: str) -> Request:
    given = {"Cookie": f"{gate.cookie}={gate.token if token is None else token}", **headers}
    return Request(EnvironBuilder(method=method, headers=list(given.items())).get_environ())


def test_the_first_visit_gives_a_cookie_and_an_address_without_the_token(editor: Editor) -> None:
    client = editor.app.test_client()
    entered = client.get("/", query_string={"token": editor.gate.token}, base_url=OURS)
    assert (entered.status_code, entered.headers["Location"]) == (303, "/")
    cookie = entered.headers["Set-Cookie"]
    assert cookie.startswith(f"trans-desk-{PORT}={editor.gate.token};")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert client.get("/", base_url=OURS).status_code == 200
    assert client.get(f"/brief/{BRIEF}", base_url=OURS).status_code == 200


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        (f"/brief/{BRIEF}", f"/brief/{BRIEF}"),
        ("/digest.html", "/digest.html"),
        ("/\t/evil.example", "/"),
        ("/\n/evil.example", "/"),
        ("/\r//evil.example", "/"),
        ("/\0/evil.example", "/"),
        ("/\u0085/evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/brief/\\\\evil.example", "/"),
        ("//evil.example", "/evil.example"),
        ("//\t/evil.example", "/"),
    ],
)
def test_the_first_visit_leads_nowhere_else(path: str, leads_to: str, editor: Editor) -> None:
    raw = {"PATH_INFO": path.encode().decode("latin-1")}  # as a server has it, percent-decoded
    query = {"token": editor.gate.token}
    entered = editor.app.test_client().get("/", query_string=query, base_url=OURS, environ_overrides=raw)
    assert (entered.status_code, entered.headers["Location"]) == (303, leads_to)


def test_each_start_has_a_token_of_its_own() -> None:
    tokens = {Gate.of(HOST, PORT).token for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43  # 256 bits


@pytest.mark.parametrize("path", [*PAGES, "/?token=", "/?token=guessed", f"/brief/{BRIEF}?token=x\u00e4"])
def test_nobody_without_the_token_is_answered(path: str, editor: Editor) -> None:
    client = editor.app.test_client()
    for cookie in ("", "guessed", "\u00e4"):
        if cookie:
            client.set_cookie(editor.gate.cookie, cookie, domain=HOST)
        answer = client.get(path, base_url=OURS)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
        assert b"Ministry" not in answer.data
        # As after a restart: a bookmark, or a tab that was left open.
        assert (b"of an earlier start of the desk" in answer.data) == (bool(cookie) or "token" in path)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://example.org"},
        {"Origin": f"http://{HOST}:{PORT + 1}"},
        {"Origin": f"https://{HOST}:{PORT}"},
        {"Origin": f"http://localhost:{PORT}"},
        {HEADER: ""},
        {HEADER: "0"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    ],
    ids=str,
)
def test_another_page_can_do_nothing(headers: dict[str, str], editor: Editor, made: Path) -> None:
    answer = editor.send(b'{"kind": "unreviewed", "article": "one.txt"}', **headers)
    assert answer.status_code == 403
    assert log(made) == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(kind: str, editor: Editor, made: Path) -> None:
    assert editor.send(b'{"kind": "unreviewed", "article": "one.txt"}', **{"Content-Type": kind}).status_code == 415
    assert log(made) == []


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_there_are_no_other_methods(method: str, editor: Editor) -> None:
    for path in ("/", "/api/events"):
        answer = editor.client.open(path, method=method, base_url=OURS)
        assert answer.status_code == 405
        assert not [name for name, _ in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "host",
    [
        *(
            "",
            "evil.example",
            f"evil.example:{PORT}",
            f"{HOST}",
            f"{HOST}:1",
            f"{HOST}:{PORT}.evil.example",
            f"{HOST}:{PORT}:",
        ),
        *(
            f"127.0.0.2:{PORT}",
            f"{HOST}.evil.example:{PORT}",
            f"x@{HOST}:{PORT}",
            f"{HOST}:{PORT}0",
            f"{HOST}:\u0668765",
        ),
    ],
)
def test_a_name_that_leads_here_by_somebody_elses_will_is_not_answered(host: str) -> None:
    gate = Gate.of(HOST, PORT)
    request = asks(gate)
    request.environ["HTTP_HOST"] = host
    refusal = gate.refusal(Request(request.environ))
    assert refusal
    assert refusal.status == 421


@pytest.mark.parametrize(
    ("bound_to", "host", "is_let_in"),
    [
        (HOST, f"localhost:{PORT}", True),
        (HOST, f"LOCALHOST:{PORT}", True),
        (HOST, f"[::1]:{PORT}", True),
        ("::1", f"[::1]:{PORT}", True),
        ("192.168.1.5", f"192.168.1.5:{PORT}", True),
        ("192.168.1.5", f"localhost:{PORT}", False),
        ("desk.example", f"Desk.Example:{PORT}", True),
        (ANY, f"192.168.1.5:{PORT}", True),
        (ANY, f"evil.example:{PORT}", False),
        ("::", f"[fe80::1]:{PORT}", True),
    ],
)
def test_the_desk_answers_to_what_it_is_bound_to(bound_to: str, host: str, is_let_in: bool) -> None:
    gate = Gate.of(bound_to, PORT)
    request = asks(gate)
    request.environ["HTTP_HOST"] = host
    assert (gate.refusal(Request(request.environ)) is None) == is_let_in


@given(st.text(st.characters(max_codepoint=0x3FF), max_size=40))
def test_no_header_breaks_the_gate(text: str) -> None:
    gate = Gate(HOST, PORT, "t")
    request = asks(gate)
    request.environ["HTTP_HOST"] = text
    refusal = gate.refusal(Request(request.environ))
    assert refusal is not None or text.strip().lower() in (f"{HOST}:{PORT}", f"localhost:{PORT}", f"[::1]:{PORT}")


def test_what_others_reach_is_told_from_loopback() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "127.8.8.8", "::1", "localhost")))
    assert not any(map(is_loopback, (ANY, "::", "192.168.1.5", "desk.example", "localhost.example", "")))


@pytest.mark.parametrize("path", [*PAGES, "/?token=guessed"])
def test_every_answer_has_the_headers(path: str, editor: Editor) -> None:
    for answer in (editor.get(path), editor.app.test_client().get(path, base_url=OURS)):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        policy = answer.headers["Content-Security-Policy"]
        assert policy.endswith("; frame-ancestors 'none'")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    assert editor.send(b"{}").headers["Cache-Control"] == "no-store"


def test_a_brief_may_ask_its_own_server_and_nobody_else(editor: Editor) -> None:
    policy = editor.get(f"/brief/{BRIEF}").headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert re.search(r"script-src 'sha256-[\w+/=]+';", policy)
    assert "connect-src" not in editor.get("/digest.html").headers["Content-Security-Policy"]


def test_files_are_saved_and_never_shown(editor: Editor, made: Path) -> None:
    for kind, name in (("json", "one.json"), ("html", "one.html"), ("docx", "one.docx"), ("md", "one.md")):
        answer = editor.get(f"/file/{kind}/{BRIEF}")
        assert answer.data == (made / name).read_bytes()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.mimetype == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/.trans/review.jsonl",
            "/.trans/manifest.jsonl",
            "/one.json",
            "/one.html",
            "/../secret.txt",
            "/sub/three.md.json",
        ),
        *("/brief/../one.json", "/brief/%2e%2e/secret.txt", "/brief/..%2f..%2fsecret.txt", "/brief//etc/passwd"),
        *(
            "/file/json/../../secret.txt",
            "/file/../secret.txt",
            f"/file/../{BRIEF}",
            "/file/json/.trans%2Fmanifest.jsonl",
        ),
        *(f"/version/0/{BRIEF}", f"/version/-1/{BRIEF}", "/version/1/..%2F..%2Fsecret.txt", "/index/../secret.txt"),
        *(f"/brief/{BRIEF}%00", "/brief/%0a", "/brief/%ff%fe", "/brief/" + "a/" * 2000, "/index/briefs-1999.html"),
    ],
)
def test_nothing_but_briefs_is_given_away(path: str, editor: Editor, made: Path) -> None:
    (made.parent / "secret.txt").write_text("secret", encoding="utf-8")
    answer = editor.get(path)
    assert answer.status_code in (404, 308)
    assert b"secret" not in answer.data


def test_no_link_leads_out_of_the_folder(out: Path) -> None:
    editor = Editor(*app_of(out))
    secret = out.parent / "secret.md"
    secret.write_text("secret", encoding="utf-8")
    (out / "one.md").unlink()
    (out / "one.md").symlink_to(secret)
    assert editor.get(f"/file/md/{BRIEF}").status_code == 404
    elsewhere = out.parent / "elsewhere"
    (out / "sub").rename(elsewhere)
    (out / "sub").symlink_to(elsewhere)
    assert editor.get("/file/md/sub%2Fthree.md").status_code == 404


def test_a_brief_in_a_subfolder_has_its_page(editor: Editor) -> None:
    index = editor.get("/").get_data(as_text=True)
    assert "./brief/sub%2Fthree.md" in index
    assert editor.get("/brief/sub%2Fthree.md").status_code == 200
    assert editor.get("/brief/sub/three.md").status_code == 200
