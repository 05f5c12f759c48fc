"""What the desk shows beside briefs to work on: the index with a search, the digest, earlier versions."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from desks import BRIEF, Editor, app_of
from desks import made as made
from desks import out as out

from trans.brief import Brief, Update, Version
from trans.desk.pages import Pages
from trans.render import json as json_brief
from trans.reviser import Reviser
from trans.store import sha256


@pytest.fixture(scope="module")
def editor(made: Path) -> Editor:
    return Editor(*app_of(made))


def test_the_index_has_a_search_of_all_texts_and_links_to_pages_here(editor: Editor) -> None:
    page = editor.get("/").get_data(as_text=True)
    assert '<form action="/search"' in page
    rows = json.loads(page.partition('id="data">')[2].partition("</script>")[0])["briefs"]
    assert {row["page"] for row in rows} == {"./brief/one.txt", "./brief/sub%2Fthree.md"}
    assert editor.get("/index.html").headers["Location"] == "/"


def test_a_part_of_a_large_index_leads_to_pages_here(editor: Editor, made: Path) -> None:
    received = json_brief.read((made / "one.json").read_bytes()).article.metadata.received
    assert received
    page = editor.get(f"/index/briefs-{received[:4]}.html").get_data(as_text=True)
    assert '"page":"../brief/one.txt"' in page


def test_the_digest_leads_to_pages_here(editor: Editor) -> None:
    assert 'href="./brief/one.txt"' in editor.get("/digest.html").get_data(as_text=True)
    assert editor.get("/digest.html?since=1w").status_code == 200
    for since in ("yesterdayish", "zz", "2999-01-01", "99999999w", "<script>alert(1)</script>"):
        wrong = editor.get("/digest.html", query_string={"since": since})
        page = wrong.get_data(as_text=True)
        assert wrong.status_code == 400
        assert "Give a date" in page
        assert "<script>alert" not in page


def test_sentences_are_found_in_both_languages(editor: Editor) -> None:
    for query in ("دمشق", "Dimashq"):
        page = editor.get("/search", query_string={"q": query}).get_data(as_text=True)
        assert f"<mark>{query}</mark>" in page
        assert 'href="/brief/one.txt#p1-' in page
    none = editor.get("/search", query_string={"q": "دمشق", "en": "1"}).get_data(as_text=True)
    assert "<mark>" not in none


@pytest.mark.parametrize(
    "query",
    ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "", "%00", "water " * 500, '" OR 1 --', "\u202ex"],
)
def test_a_hostile_query_is_text(query: str, editor: Editor) -> None:
    answer = editor.get("/search", query_string={"q": query, "since": query[:50]})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]


class Versioned:
    """A folder's briefs, as if versions had been before them."""

    def __init__(self, briefs: Reviser, *versions: Version) -> None:
        self._briefs, self._versions = briefs, versions

    def brief(self, article_id: str) -> Brief | None:
        brief = self._briefs.brief(article_id)
        return replace(brief, update=Update(2, versions=self._versions)) if brief else None

    def __getattr__(self, name: str) -> object:
        return getattr(self._briefs, name)


def test_earlier_versions_are_given_as_they_were_kept(out: Path) -> None:
    kept = out / ".trans" / "versions" / "one" / "1.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}", encoding="utf-8")
    (out / ".trans" / "secret.json").write_text("{}", encoding="utf-8")
    (out / ".trans" / "versions" / "link.json").symlink_to(out / ".trans" / "secret.json")
    good = sha256(b"{}")
    files = {
        1: (".trans/versions/one/1.json", good),
        2: (".trans/versions/one/1.json", "0" * 64),
        3: (".trans/versions/../secret.json", good),
        4: (".trans/versions/link.json", good),
        5: (".trans/secret.json", good),
        6: (str(out / ".trans" / "secret.json"), good),
    }
    versions = [Version(number, sha, name) for number, (name, sha) in files.items()]
    pages = Pages(out, Versioned(Reviser(out), *versions), "Sami", "", lambda: pytest.fail("no clock is asked"))  # type: ignore[arg-type]
    page = pages.brief(BRIEF)
    assert page
    assert b'href="/version/1/one.txt"' in page
    found = {number: pages.version(BRIEF, number) for number in (*files, 7)}
    assert [number for number, file in found.items() if file] == [1]
    assert found[1]
    assert b">the one before<" in page
    assert (found[1].name, found[1].content) == ("the-one-before.json", b"{}")
