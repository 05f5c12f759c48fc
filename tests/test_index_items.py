"""Versions of one item and copies of one story in the index: the newest stands for all, and nothing is lost silently."""

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_alike import story
from test_index import NOW, brief, data_of, flag, listed, put

from trans.brief import Brief, Flag
from trans.index import index
from trans.index_entry import Listed
from trans.index_file import Indexer
from trans.index_items import COPIES_TOLD
from trans.index_parts import Part
from trans.render.index_page import render, render_part

WATER, HARBOUR, FAIR = (" ".join(story(seed)) for seed in (1, 2, 3))


def version(
    name: str,
    text: str = WATER,
    *,
    item: str | None = None,
    url: str | None = None,
    number: str | None = None,
    status: str | None = None,
    headline: str = "عنوان",
    dateline: str | None = None,
    published: str | None = None,
    flags: Sequence[Flag] = (),
) -> Brief:
    made = brief(
        name, (text, "Its English"), headline=(headline, f"Headline of {name}"), published=published, flags=flags
    )
    article = made.article
    metadata = replace(article.metadata, url=url, version=number, status=status, dateline=dateline)
    return replace(made, article=replace(article, source=replace(article.source, item=item), metadata=metadata))


def ids(briefs: Sequence[Listed]) -> list[str]:
    return [one.entry.id for one in briefs]


# Versions of one item.


@pytest.mark.parametrize(
    "named",
    [{"item": "urn:newsml:example.org:20260301:17"}, {"url": "https://example.org/news/17"}],
    ids=["item", "address"],
)
def test_of_an_item_the_newest_version_is_listed(named: Any) -> None:
    versions = [
        version("old/a.txt", number="9", published="2026-03-02", **named),
        version("new/b.txt", number="10", published="2026-03-01", **named),
        version("c.txt"),
    ]
    found = index(map(listed, versions), updated=NOW)
    assert sorted(ids(found.briefs)) == ["c.txt", "new/b.txt"]
    page = render(found)
    assert b"2 briefs" in page
    assert len(data_of(page)["briefs"]) == 2


def test_two_articles_of_one_address_both_stay() -> None:
    """Sites have constant links by mistake."""
    url = "https://example.org/news/latest"
    one, other = (
        version("a.txt", WATER, url=url, headline="خطة للمياه"),
        version("b.txt", HARBOUR, url=url, headline="افتتاح المرفأ"),
    )
    assert sorted(ids(index(map(listed, (one, other)), updated=NOW).briefs)) == ["a.txt", "b.txt"]


def test_a_story_that_was_written_anew_under_its_headline_is_one() -> None:
    one, other = version("a.txt", WATER, item="urn:x:1"), version("b.txt", HARBOUR, item="urn:x:1", number="2")
    assert ids(index(map(listed, (one, other)), updated=NOW).briefs) == ["b.txt"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([WATER, HARBOUR, FAIR]), st.sampled_from("ab")), min_size=1, max_size=6))
def test_whatever_the_versions_each_text_is_still_listed(texts: list[tuple[str, str]]) -> None:
    briefs = [
        listed(version(f"{place}.txt", text, item="urn:x:1", number=str(place), headline=f"{name} {text[:20]}"))
        for place, (text, name) in enumerate(texts)
    ]
    found = index(briefs, updated=NOW)
    kept = {texts[int(one.entry.id[0])][0] for one in found.briefs}
    assert kept == {text for text, _ in texts}
    assert len(found.briefs) == len(kept)


def test_a_kill_takes_every_version_along() -> None:
    briefs = [
        listed(version("a.txt", WATER, item="urn:x:1", flags=[flag()])),
        listed(version("kill.txt", "إشعار", item="urn:x:1", number="2", status="canceled", headline="إشعار بالإلغاء")),
        listed(version("clean.txt", HARBOUR)),
    ]
    found = index(briefs, updated=NOW)
    assert ids(found.briefs) == ["clean.txt", "a.txt", "kill.txt"]
    rows = {row["id"]: row for row in data_of(render(found))["briefs"]}
    assert "killed" not in rows["clean.txt"]
    for name in ("a.txt", "kill.txt"):
        assert (rows[name]["killed"], rows[name]["severity"], rows[name]["status"]) == (True, "killed", "")
        assert rows[name]["marks"][0][1].startswith("Killed")
    assert "3 briefs · 2 killed" in render(found).decode()


def test_a_kill_under_an_address_says_nothing_of_another_story_there() -> None:
    briefs = [
        listed(version("a.txt", WATER, item="https://example.org/live")),
        listed(
            version(
                "kill.txt",
                "إشعار",
                item="https://example.org/live",
                number="2",
                status="canceled",
                headline="إشعار بالإلغاء",
            )
        ),
    ]
    found = index(briefs, updated=NOW)
    assert {brief.entry.id: brief.entry.killed for brief in found.briefs} == {"a.txt": False, "kill.txt": True}


# Copies of one story.


def copies(count: int) -> list[Listed]:
    return [
        listed(
            version(
                f"{number}.txt",
                f"{WATER} {number}",
                dateline=f"بلدة {number}",
                published=f"2026-03-01T06:{number:02}:00Z",
            )
        )
        for number in range(count)
    ]


def test_a_brief_names_the_others_of_its_story() -> None:
    found = index([*copies(3), listed(version("other.txt", HARBOUR))], updated=NOW)
    rows = {row["id"]: row for row in data_of(render(found))["briefs"]}
    assert rows["1.txt"]["also"] == [["بلدة 0", "./0.json", False], ["بلدة 2", "./2.json", False]]
    assert "more" not in rows["1.txt"]
    assert "also" not in rows["other.txt"]
    part = data_of(render_part(Part("2026", "2026", 2026, found.briefs), None, None))
    assert {name for row in part["briefs"] for _, name, _ in row.get("also", ())} == {
        f"../{number}.json" for number in range(3)
    }


def test_of_many_copies_a_few_are_named_and_the_rest_counted() -> None:
    found = index(copies(COPIES_TOLD + 4), updated=NOW)
    for one in found.briefs:
        assert one.also is not None
        assert len(one.also.copies) == COPIES_TOLD
        assert one.also.more == 3
        assert one.page not in [copy.page for copy in one.also.copies]


def test_a_copy_without_dateline_is_called_by_its_path_and_one_that_was_killed_says_so() -> None:
    killed = listed(version("wire/b.txt", status="canceled"))
    found = index([listed(version("a.txt")), killed], updated=NOW)
    (row, _) = data_of(render(found))["briefs"]
    assert row["also"] == [["wire/b.txt", "./wire/b.json", True]]


def test_a_large_folder_of_one_text_is_listed_with_few_words() -> None:
    one = listed(version("a.txt"))
    many = [
        replace(one, entry=replace(one.entry, id=f"{number}.txt"), page=f"./{number}.html") for number in range(3_000)
    ]
    chance = random.Random(1)
    chance.shuffle(many)
    found = index(many, updated=NOW)
    assert sum(len(each.also.copies) for each in found.briefs if each.also) == 3_000 * COPIES_TOLD


def test_a_page_whose_copies_changed_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.index_pages.PAGE_BRIEFS", 1)
    put(tmp_path, version("a.txt", published="2025-03-01"))
    put(tmp_path, version("c.txt", HARBOUR, published="2025-03-01"))
    indexer = Indexer(tmp_path)
    indexer.write(indexer.read(NOW))
    put(tmp_path, version("b.txt", published="2026-03-01"))
    indexer.write(indexer.read(NOW))
    rows = data_of((tmp_path / "index" / "briefs-2025.html").read_bytes())["briefs"]
    assert {row["id"]: [name for name, *_ in row.get("also", ())] for row in rows} == {"a.txt": ["b.txt"], "c.txt": []}
