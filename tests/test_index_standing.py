"""How a brief stands, in the index and the digest: notices, what editors did, updates and watch lists."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from console_script import called, complaint, trans
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_alike import story
from test_index import HOSTILE, NOW, brief, data_of, document, flag, listed, put

from trans.brief import Brief, Dismissed, Edit, Flag, Reopened, Review, Spot, SummaryEdit, Update
from trans.digest import digest
from trans.index import Index, Problem, index
from trans.index_entry import Listed
from trans.index_file import Indexer
from trans.index_updates import IndexUpdates
from trans.render import json as json_brief
from trans.render.digest_page import render_html, render_markdown
from trans.render.entry import entry, kept, load, reduced
from trans.render.index_page import render
from trans.render.review import who
from trans.watchlist import Watched, Watchlist

AT = "2026-03-01T14:05:00+03:00"
REOPENED = Reopened("correction", "Sami", AT, "كلمة", "A word")
WATER = " ".join(story(1))


def made(
    name: str = "a.txt",
    text: str = "قال الوزير كلمة",
    *,
    review: Review | None = None,
    update: Update | None = None,
    edited: bool = False,
    status: str | None = None,
    headline: tuple[str, str] = ("عنوان", "A headline"),
    published: str | None = None,
    flags: Sequence[Flag] = (),
) -> Brief:
    found = brief(name, (text, "The minister said a word"), headline=headline, published=published, flags=flags)
    if edited:
        (passage,), edit = found.paragraphs, Edit("Sami", AT, "The minister told")
        (summary,) = found.summaries
        sentence = replace(summary.english.sentences[0], edit=edit)
        summary = replace(
            summary,
            english=replace(summary.english, sentences=(sentence,)),
            edit=SummaryEdit(summary.arabic, summary.english),
        )
        passage = replace(passage, sentences=(replace(passage.sentences[0], edit=edit),))
        found = replace(found, paragraphs=(passage,), summaries=(summary,))
    metadata = replace(found.article.metadata, status=status)
    return replace(found, article=replace(found.article, metadata=metadata), review=review, update=update)


def of(name: str, **about: Any) -> Listed:
    return listed(made(name, **about))


def rows(found: Index) -> dict[str, Any]:
    return {row["id"]: row for row in data_of(render(found))["briefs"]}


REVIEWED = Review("0" * 64, "Sami Hasan", AT)

STANDING = {
    "nothing": (made(), []),
    "reviewed": (made(review=REVIEWED), [f"Reviewed by {who('Sami Hasan', AT)}"]),
    "edited since": (
        made(edited=True, review=replace(REVIEWED, at="2026-03-01T11:05:00+00:00")),
        [f"Reviewed by {who('Sami Hasan', '2026-03-01T11:05:00+00:00')}", "Edited in 2 places"],
    ),
    "reviewed before": (
        made(edited=True, review=replace(REVIEWED, at="2026-03-01T11:04:59+00:00")),
        [
            f"Reviewed by {who('Sami Hasan', '2026-03-01T11:04:59+00:00')}; edited since by Sami",
            "Edited in 2 places",
        ],
    ),
    "reopened": (made(review=replace(REVIEWED, by="", at="", reopened=(REOPENED,) * 2)), ["Reopened: 2 to look at again"]),
    "reviewed after all": (
        made(review=replace(REVIEWED, reopened=(REOPENED,))),
        [f"Reviewed by {who('Sami Hasan', AT)}", "Reopened: 1 to look at again"],
    ),
    "dismissed": (made(review=Review("0" * 64, dismissed=(Dismissed(flag(), "Sami", AT, "It is so"),))), []),
    "edited": (made(edited=True), ["Edited in 2 places"]),
    "updated": (made(update=Update(2, changed=(2, 5))), ["Updated: paragraphs 2 and 5 changed"]),
    "updated again": (
        made(update=Update(4, headline=True, spots=(Spot("deck", 1, 1), Spot("deck", 1, 2), Spot("headline", None, 1)))),
        ["Updated 3 times, last: the headline changed; a deck changed"],
    ),
    "killed": (made(status="canceled"), ["Killed: its publisher has taken it back. Use nothing of it."]),
    "under embargo": (
        made(status="usable, embargoed until 2026-03-01T12:00:00+03:00"), ["Embargoed until 2026-03-01 12:00 UTC+03:00"]
    ),
    "corrected": (made(headline=("تصحيح: عنوان", "x")), ["A correction: something in an earlier version or story was wrong."]),
}  # fmt: skip


@pytest.mark.parametrize("case", STANDING)
def test_the_index_and_the_digest_say_how_a_brief_stands(case: str) -> None:
    one, said = STANDING[case]
    found = index([listed(one)], updated=NOW)
    (row,) = data_of(render(found))["briefs"]
    assert [text for _, text in row.get("marks", [])] == said
    chosen = digest(found, None, "worst")
    assert len(chosen.briefs) == (case != "killed")
    for page in (render_html(chosen).decode(), render_markdown(chosen).decode()):
        assert all((text in page) == (case != "killed") for text in said)


@pytest.mark.parametrize("case", STANDING)
def test_what_is_kept_gives_the_same_entry_and_so_does_any_layout(case: str) -> None:
    one, _ = STANDING[case]
    data = json_brief.render(one)
    found = reduced(load(data))
    assert found is not None
    assert reduced(json.loads(data)) == found
    assert json.loads(json.dumps(kept(entry(found)))) == json.loads(json.dumps(found))
    assert entry(kept(entry(found))) == entry(found)


def test_of_most_briefs_nothing_is_added_to_the_page() -> None:
    (row,) = data_of(render(index([listed(made())], updated=NOW)))["briefs"]
    assert set(row) == {
        "id", "page", "english", "arabic", "summary", "arabicSummary", "when", "date", "words",
        "severity", "counted", "checks", "status",
    }  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.sampled_from(["review", "update", "source", "decks"]),
    st.sampled_from([*"abc", "by", "reopened", "number", "item", "metadata"]),
    JSON,
)
def test_any_review_and_update_give_an_entry_or_a_reason(key: str, name: str, value: Any) -> None:
    whole = document(
        made(review=replace(REVIEWED, reopened=(REOPENED,)), update=Update(2, spots=(Spot("deck", 1, 1),)))
    )
    whole[key] = {**whole[key], name: value} if isinstance(whole[key], dict) else value
    try:
        found = reduced(whole)
        if found:
            entry(found)
    except ValueError:
        pass


def test_the_banner_says_how_much_is_reviewed() -> None:
    one, other = of("a.txt", review=REVIEWED), of("b.txt")
    for briefs, banner in (
        ([other], "Machine translation, unreviewed."),
        ([one, other], "Machine translation, unreviewed except where it is marked."),
        ([one], "Machine translation, reviewed by editors."),
    ):
        found = index(briefs, updated=NOW)
        assert banner in render(found).decode()
        assert banner in render_html(digest(found, None, "worst")).decode()
        assert banner in render_markdown(digest(found, None, "worst")).decode()
    assert "2 briefs · 1 reviewed" in render(index([one, other], updated=NOW)).decode()


def test_what_was_killed_is_last_and_to_be_checked_no_more() -> None:
    found = index([of("a.txt", status="killed", flags=[flag()]), of("b.txt"), of("c.txt", flags=[flag()])], updated=NOW)
    assert [one.entry.id for one in found.briefs] == ["c.txt", "b.txt", "a.txt"]
    page = render(found).decode()
    assert "3 briefs · 1 with errors · 1 killed" in page
    assert 'value="numbers">numbers (1)' in page


KILL, CORRECTION = ("إلغاء: عنوان", "A kill"), ("تصحيح: عنوان", "A correction")


def test_a_kill_notice_comes_before_all_and_a_correction_before_warnings() -> None:
    found = index(
        [
            of("a.txt"),
            of("b.txt", flags=[flag("warning", "names")]),
            of("c.txt", flags=[flag()]),
            of("d.txt", headline=CORRECTION),
            of("e.txt", headline=KILL),
            of("f.txt", headline=KILL, status="canceled"),
        ],
        updated=NOW,
    )
    order = ["e.txt", "c.txt", "d.txt", "b.txt", "a.txt", "f.txt"]
    assert [one.entry.id for one in found.briefs] == order
    assert [one.entry.id for one in digest(found, None, "worst").briefs] == order[:-1]
    told = {name: (row.get("look"), row["severity"], row["status"]) for name, row in rows(found).items()}
    assert told["e.txt"] == ("error", "", "Find the story that it takes back, and use nothing of that.")
    assert told["d.txt"] == ("warning", "", "Find what it corrects.")
    page = render_html(digest(found, None, "worst")).decode()
    assert page.count("No error and no warning found.") == 1
    assert 'class="status small flag error">Find the story' in page


def test_every_text_of_editors_and_publishers_is_shown_as_text() -> None:
    review = Review("0" * 64, HOSTILE, HOSTILE, reopened=(Reopened("name", HOSTILE, HOSTILE, HOSTILE, HOSTILE),))
    ones = [
        made(name, WATER, review=review, status=f"embargoed until {HOSTILE}", headline=(HOSTILE, HOSTILE))
        for name in ("a.txt", "b.txt")
    ]
    briefs = []
    for one in ones:
        metadata = replace(one.article.metadata, dateline=HOSTILE)
        briefs.append(replace(listed(replace(one, article=replace(one.article, metadata=metadata))), watch=(HOSTILE,)))
    found = index(briefs, failed=[Problem(HOSTILE, HOSTILE)], updated=NOW)
    page = render(found).decode()
    assert page.count("<script") == 2
    assert "<img" not in page
    assert rows(found)["a.txt"]["also"]
    chosen = digest(found, None, "worst")
    markdown = MarkdownIt("commonmark", {"html": True}).render(render_markdown(chosen).decode())
    for page in (render_html(chosen).decode(), markdown):
        assert "Also filed by" in page
        for tag in ("<script>alert", "<img", "<!-- \u2028"):
            assert tag not in page


# The digest.


def test_a_digest_of_reviewed_briefs_has_nothing_else() -> None:
    found = index(
        [of("a.txt", review=REVIEWED), of("b.txt"), of("c.txt", review=REVIEWED, status="canceled")], updated=NOW
    )
    chosen = digest(found, None, "worst", reviewed=True)
    assert [one.entry.id for one in chosen.briefs] == ["a.txt"]
    assert "1 reviewed brief, as of" in render_markdown(chosen).decode()
    assert "1 killed item is left out" in render_markdown(chosen).decode()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"review": REVIEWED, "flags": [flag()]}, {}),
        ({"flags": [flag("warning", "names")]}, {"flags": [flag()]}),
        ({"published": "2026-03-02"}, {"published": "2026-03-01"}),
        ({}, {"status": "canceled"}),
    ],
    ids=["reviewed", "fewer risks", "newer", "not killed"],
)
def test_of_a_story_filed_twice_the_digest_has_the_better_one(first: dict[str, Any], second: dict[str, Any]) -> None:
    found = index([of("b.txt", text=WATER, **first), of("a.txt", text=WATER, **second), of("other.txt")], updated=NOW)
    chosen = digest(found, None, "newest")
    assert sorted(one.entry.id for one in chosen.briefs) == ["b.txt", "other.txt"]
    for page in (render_html(chosen).decode(), render_markdown(chosen).decode()):
        assert "Also filed by" in page
        assert "a.json" in page
    killed = bool(second.get("status"))
    assert (chosen.copies, chosen.killed) == (0 if killed else 1, 1 if killed else 0)


def test_a_copy_from_before_the_digest_is_named_and_does_not_take_the_place() -> None:
    old, new = (
        of("old.txt", text=WATER, published="2026-03-01"),
        of("new.txt", text=WATER, published="2026-11-27", flags=[flag()]),
    )
    chosen = digest(index([old, new], updated=NOW), NOW.replace(day=26), "worst")
    assert [one.entry.id for one in chosen.briefs] == ["new.txt"]
    assert chosen.copies == 0
    assert "old.json" in render_markdown(chosen).decode()


# Watch lists.

LIST = Watchlist([Watched("Ministers", ("الوزير",)), Watched("Words", (), ("word",))])
OTHER = Watchlist([Watched("Water", ("المياه",))])


def watched(out: Path, watchlist: Watchlist | None) -> dict[str, tuple[str, ...]]:
    indexer = Indexer(out, watchlist=watchlist)
    found = indexer.read(NOW)
    indexer.keep()
    return {one.entry.id: one.watch for one in found.briefs}


def test_briefs_are_marked_by_their_whole_text_in_both_languages(tmp_path: Path) -> None:
    put(tmp_path, made("a.txt"))
    put(tmp_path, made("b.txt", WATER))
    assert watched(tmp_path, LIST) == {"a.txt": ("Ministers", "Words"), "b.txt": ("Ministers", "Words")}
    found = Indexer(tmp_path, watchlist=LIST).read(NOW)
    assert rows(found)["a.txt"]["watch"] == ["Ministers", "Words"]
    assert 'value="Ministers">Ministers (2)' in render(found).decode()
    for page in (render_html(digest(found, None, "worst")), render_markdown(digest(found, None, "worst"))):
        assert b"Watched: Ministers" in page


def test_marks_follow_the_list(tmp_path: Path) -> None:
    (tmp_path / ".trans").mkdir()
    put(tmp_path, made("a.txt"))
    put(tmp_path, made("b.txt", WATER))
    assert watched(tmp_path, None) == {"a.txt": (), "b.txt": ()}
    assert watched(tmp_path, OTHER) == {"a.txt": (), "b.txt": ("Water",)}
    assert watched(tmp_path, LIST)["a.txt"] == ("Ministers", "Words")
    assert watched(tmp_path, None) == {"a.txt": (), "b.txt": ()}


def test_a_process_without_the_list_costs_the_others_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".trans").mkdir()
    put(tmp_path, made("a.txt"))
    put(tmp_path, made("b.txt", WATER))
    watched(tmp_path, OTHER)
    put(tmp_path, made("c.txt", WATER))
    assert watched(tmp_path, None) == {"a.txt": (), "b.txt": (), "c.txt": ()}
    asked: list[str] = []
    matches = Watchlist.matches

    def counting(self: Watchlist, arabic: str, english: str) -> tuple[str, ...]:
        asked.append(arabic)
        return matches(self, arabic, english)

    monkeypatch.setattr(Watchlist, "matches", counting)
    assert watched(tmp_path, OTHER) == {"a.txt": (), "b.txt": ("Water",), "c.txt": ("Water",)}
    assert len(asked) == 1


def test_an_index_that_a_run_updates_has_the_marks(tmp_path: Path) -> None:
    (tmp_path / ".trans").mkdir()
    put(tmp_path, made("a.txt"))
    IndexUpdates(tmp_path, [], watchlist=LIST).finished()
    assert data_of((tmp_path / "index.html").read_bytes())["briefs"][0]["watch"] == ["Ministers", "Words"]


# The commands.


def test_the_commands_mark_and_choose(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    put(out, made("a.txt", review=REVIEWED))
    put(out, made("b.txt", WATER))
    (tmp_path / "list.yaml").write_text("- {name: Water, ar: المياه}\n", encoding="utf-8")
    result = trans("index", out, "--watchlist", tmp_path / "list.yaml")
    assert result.returncode == 0, result.stderr
    found = {row["id"]: row.get("watch") for row in data_of((out / "index.html").read_bytes())["briefs"]}
    assert found == {"a.txt": None, "b.txt": ["Water"]}
    result = called("digest", out, "--only", "reviewed")
    assert result.returncode == 0, result.stderr
    assert "1 brief of 2" in result.stdout
    assert "b.txt" not in (out / "digest.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "watchlist.yaml").write_text("- {name: Here, ar: المياه}\n", encoding="utf-8")
    assert called("digest", out).returncode == 0
    assert "Watched: Here" in (out / "digest.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["index", "digest"])
def test_a_list_that_cannot_be_used_is_wrong_usage(tmp_path: Path, command: str) -> None:
    put(tmp_path, made("a.txt"))
    complaint(called(command, tmp_path, "--watchlist", tmp_path / "nothing.yaml"), 2)
    assert not (tmp_path / f"{command}.html").exists()
