"""The digest: which briefs, in which order, and that both pages show every text as text."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from console_script import called, complaint, trans
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_index import HOSTILE, NOW, brief, flag, listed, put

from trans.digest import Order, digest, parse_since
from trans.errors import TransError
from trans.index import Problem, index
from trans.render.digest_page import render_html, render_markdown

BRIEFS = [
    listed(brief("old.txt", published="2026-11-20T06:00:00+00:00", flags=[flag()])),
    listed(brief("new.txt", published="2026-11-27T05:00:00+03:00")),
    listed(brief("undated.txt", flags=[flag("warning", "names")]), at=NOW - timedelta(hours=5)),
]


@pytest.mark.parametrize(
    ("since", "order", "ids"),
    [
        (None, "worst", ["old.txt", "undated.txt", "new.txt"]),
        (None, "newest", ["new.txt", "undated.txt", "old.txt"]),
        (NOW - timedelta(hours=24), "worst", ["undated.txt", "new.txt"]),
        (NOW - timedelta(hours=4), "worst", ["new.txt"]),
        (NOW, "worst", []),
    ],
)
def test_briefs_of_the_time_in_the_order(since: datetime | None, order: Order, ids: list[str]) -> None:
    found = digest(index(BRIEFS, updated=NOW), since, order)
    assert [one.entry.id for one in found.briefs] == ids
    text = render_markdown(found).decode()
    places = [text.index(name) for name in ids]
    assert places == sorted(places)
    assert render_html(found).decode().count('class="brief"') == len(ids)


DUBAI, NEW_YORK = timezone(timedelta(hours=4)), timezone(timedelta(hours=-5))


@pytest.mark.parametrize(
    ("published", "received", "since", "wanted"),
    [
        ("2026-11-26", None, datetime(2026, 11, 26, 23, 30, tzinfo=UTC), True),
        ("2026-11-26", None, datetime(2026, 11, 26, 23, 30, tzinfo=NEW_YORK), True),
        ("2026-11-26", None, datetime(2026, 11, 26, 1, 0, tzinfo=DUBAI), True),
        ("2026-11-26", None, datetime(2026, 11, 27, 0, 0, tzinfo=UTC), False),
        ("2026-11-26", "2026-11-27T05:00:00+00:00", datetime(2026, 11, 27, 0, 0, tzinfo=UTC), False),
        (None, "2026-11-26T05:00:00+00:00", datetime(2026, 11, 26, 8, 59, tzinfo=DUBAI), True),
        (None, "2026-11-26T05:00:00+00:00", datetime(2026, 11, 26, 9, 1, tzinfo=DUBAI), False),
        ("2026-11-26T05:00:00+03:00", "2026-11-27T05:00:00+00:00", datetime(2026, 11, 26, 2, 1, tzinfo=UTC), False),
        ("soon", "2026-11-26T05:00:00+00:00", datetime(2026, 11, 26, 5, 0, tzinfo=UTC), True),
    ],
)
def test_an_article_counts_from_publication_else_receipt_and_a_day_counts_whole(
    published: str | None, received: str | None, since: datetime, wanted: bool
) -> None:
    one = listed(brief("a.txt", published=published, received=received))
    assert bool(digest(index([one], updated=NOW), since, "worst").briefs) == wanted


def test_both_pages_say_which_time_it_is() -> None:
    briefs = [
        listed(brief("a.txt", published="2026-03-01T14:05:00+03:00", received="2026-03-02T05:00:00+00:00")),
        listed(brief("b.txt", received="2026-03-02T05:00:00+00:00")),
        listed(brief("c.txt", published="2026-03-01")),
        listed(brief("d.txt")),
    ]
    found = digest(index(briefs, updated=NOW), None, "newest")
    for page in (render_html(found).decode(), render_markdown(found).decode()):
        for told in (
            "published 2026-03-01 14:05 UTC+03:00",
            "received 2026-03-02 05:00 UTC",
            "published 2026-03-01<",
            "brief made 2026-11-27 06:00 UTC",
        ):
            assert told in page


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("24h", NOW - timedelta(days=1)),
        ("2d", NOW - timedelta(days=2)),
        (" 1W ", NOW - timedelta(weeks=1)),
        ("2026-11-27", datetime(2026, 11, 27, tzinfo=UTC)),
        ("2026-11-26T18:30", datetime(2026, 11, 26, 18, 30, tzinfo=UTC)),
        ("2026-11-27T06:00+03:00", datetime(2026, 11, 27, 3, tzinfo=UTC)),
    ],
)
def test_since_is_a_date_a_time_or_how_long_ago(text: str, since: datetime) -> None:
    assert parse_since(text, NOW) == since


def test_a_date_without_zone_is_that_of_the_desk() -> None:
    zone = timezone(timedelta(hours=3))
    assert parse_since("2026-11-27", NOW.astimezone(zone)) == datetime(2026, 11, 26, 21, tzinfo=UTC)


@given(st.text(max_size=12) | st.from_regex(r"\d{1,9}[hdw]", fullmatch=True) | st.dates().map(str))
def test_any_since_is_a_time_or_refused_in_one_line(text: str) -> None:
    problem = None
    try:
        assert parse_since(text, NOW) <= NOW
    except TransError as error:
        problem = error
    assert problem is None or ("\n" not in problem.message and "24h" in problem.hint)


def test_both_pages_say_what_to_check_and_what_failed() -> None:
    found = digest(index(BRIEFS, failed=[Problem("bad.txt", "is empty")], updated=NOW), None, "worst")
    for page in (render_html(found).decode(), render_markdown(found).decode()):
        assert "Machine translation, unreviewed." in page
        assert "A summary" in page
        assert "1 error." in page
        assert "Check 1 thing" in page
        assert "is empty" in page


def test_every_text_is_shown_as_text() -> None:
    made = brief(
        HOSTILE, headline=("عنوان" + HOSTILE, "# [x](javascript:alert(1)) " + HOSTILE), flags=[flag(check=HOSTILE)]
    )
    found = digest(index([listed(made, "x.json")], failed=[Problem(HOSTILE, HOSTILE)], updated=NOW), None, "worst")
    markdown = MarkdownIt("commonmark", {"html": True}).render(render_markdown(found).decode())
    for page in (render_html(found).decode(), markdown):
        for tag in ("<script>alert", "<img", 'href="javascript', "<!-- \u2028"):
            assert tag not in page


def test_the_command_writes_both_pages(tmp_path: Path) -> None:
    put(tmp_path, brief("a.txt", published="2020-01-01T00:00:00Z"))
    put(tmp_path, brief("b.txt"))
    result = trans("digest", tmp_path, "--since", "24h")
    assert result.returncode == 0, result.stderr
    assert "1 brief of 2" in result.stdout
    text = (tmp_path / "digest.md").read_text(encoding="utf-8")
    assert "b.txt" in text
    assert "a.txt" not in text
    assert called("digest", tmp_path, "--order", "newest").returncode == 0
    assert "a.txt" in (tmp_path / "digest.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("since", ["", "soon", "2026-13-01", "5y", "9999-01-01"])
def test_a_bad_since_is_wrong_usage(tmp_path: Path, since: str) -> None:
    put(tmp_path, brief("a.txt"))
    problem, hint = complaint(called("digest", tmp_path, "--since", since), 2)
    assert "--since" in problem
    assert "24h" in hint
    assert not (tmp_path / "digest.html").exists()


@pytest.mark.parametrize("folder", ["nothing", "empty"])
def test_no_briefs_is_wrong_usage(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    assert complaint(called("digest", tmp_path / folder), 2)


def test_a_page_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, brief("a.txt"))
    (tmp_path / "digest.md").write_text("# My own notes", encoding="utf-8")
    assert complaint(called("digest", tmp_path), 2)
    assert (tmp_path / "digest.md").read_text(encoding="utf-8") == "# My own notes"
