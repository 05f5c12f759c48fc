"""The index of a large folder: how it is divided, what its pages say, and that no page is written for nothing."""

import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_index import NOW, brief, data_of, flag, listed, put

from trans.index import Index, Problem, index
from trans.index_entry import Listed
from trans.index_file import Indexer
from trans.index_parts import PAGE_BRIEFS, Part, parts
from trans.render.index_page import PROBLEMS_SHOWN, is_part, part_file, render, render_part

ONE = listed(brief(flags=[flag()]))


def of(days: dict[str, int]) -> list[Listed]:
    """So many briefs of each day, of different hours."""
    return [
        replace(
            ONE,
            entry=replace(ONE.entry, id=f"{day}/{number}.txt", published=f"{day}T{number % 24:02}:{number // 24:02}:00+03:00"),
            file=f"{day}/{number}.json",
            page=f"./{day}/{number}.html",
        )
        for day, count in days.items()
        for number in range(count)
    ]  # fmt: skip


def named(days: dict[str, int], most: int = 10) -> dict[str, tuple[str, int]]:
    return {part.name: (part.title, len(part.briefs)) for part in parts(of(days), most)}


# How a folder is divided.


def test_a_year_or_a_month_with_few_briefs_is_one_part_and_the_newest_is_first() -> None:
    days = {"2019-02-03": 4, "2019-11-30": 5, "2026-01-31": 6, "2026-03-01": 3, "2026-03-31": 4}
    assert list(named(days).items()) == [
        ("2026-03", ("March 2026", 7)),
        ("2026-01", ("January 2026", 6)),
        ("2019", ("2019", 9)),
    ]


def test_days_of_a_large_month_are_put_together_and_a_large_day_is_cut() -> None:
    days = {"2026-03-01": 4, "2026-03-02": 5, "2026-03-03": 23, "2026-03-05": 10}
    assert named(days) == {
        "2026-03-05": ("5 March 2026", 10),
        "2026-03-03-3": ("3 March 2026, part 3", 3),
        "2026-03-03-2": ("3 March 2026, part 2", 10),
        "2026-03-03": ("3 March 2026, part 1", 10),
        "2026-03-01": ("1 to 2 March 2026", 9),
    }


def test_the_day_is_that_of_the_articles_own_zone() -> None:
    late = replace(ONE, entry=replace(ONE.entry, published="2026-03-01T01:00:00+03:00"))
    assert [part.name for part in parts([late] * 11, 10)] == ["2026-03-01-2", "2026-03-01"]


DAYS = st.dictionaries(st.dates(date(2024, 11, 1), date(2026, 2, 1)).map(str), st.integers(1, 30), max_size=12)


@given(DAYS, st.randoms(use_true_random=False), st.integers(1, 25))
def test_every_brief_is_in_one_part_that_is_small_enough_in_the_order_it_had(
    days: dict[str, int], chance: Random, most: int
) -> None:
    briefs = of(days)
    chance.shuffle(briefs)
    places = {one.entry.id: place for place, one in enumerate(briefs)}
    found = parts(briefs, most)
    assert sorted(one.entry.id for part in found for one in part.briefs) == sorted(places)
    for part in found:
        assert 1 <= len(part.briefs) <= most
        order = [places[one.entry.id] for one in part.briefs]
        assert order == sorted(order)
        assert is_part(f"index/{part_file(part)}")
    assert len({part.name for part in found}) == len(found)
    # Newest first: no part begins before one that follows it ends, beyond the offsets of zones, which are one here.
    for newer, older in pairwise(found):
        assert min(one.when for one in newer.briefs) >= max(one.when for one in older.briefs)


@given(DAYS, st.integers(1, 25))
def test_there_are_never_many_more_parts_than_are_needed(days: dict[str, int], most: int) -> None:
    """Two neighbours of one month, or all of one year, would not fit into one page."""
    count = sum(days.values())
    months = {day[:7] for day in days}
    assert len(parts(of(days), most)) <= 2 * count / most + 2 * len(months)


def test_what_comes_later_in_a_large_day_changes_its_last_part_only() -> None:
    briefs = of({"2026-03-01": 25})
    briefs.sort(key=lambda one: one.when)
    before = {part.name: part for part in parts(briefs[:24], 10)}
    after = {part.name: part for part in parts(briefs, 10)}
    assert [name for name in after if before.get(name) != after[name]] == ["2026-03-01-3"]


# The pages.


def large(count: int = PAGE_BRIEFS + 5) -> Index:
    return index(of({"2026-03-01": count - 1, "2026-02-03": 1}), updated=NOW)


def test_up_to_a_page_of_briefs_everything_is_on_it() -> None:
    found = index(of({"2026-03-01": PAGE_BRIEFS}), updated=NOW)
    page = render(found).decode()
    assert len(data_of(page.encode())["briefs"]) == PAGE_BRIEFS
    assert "in all" not in page
    assert "<nav" not in page


def test_beyond_it_the_page_has_the_worst_the_totals_of_all_and_links_to_all() -> None:
    found = large()
    worst = replace(found.briefs[-1], entry=replace(found.briefs[-1].entry, risk=1.0, id="worst.txt"))
    found = index([*found.briefs[:-1], worst], updated=NOW)
    divided = parts(found.briefs)
    page = render(found, divided)
    rows = data_of(page)["briefs"]
    assert len(rows) == PAGE_BRIEFS
    assert rows[0]["id"] == "worst.txt"
    text = page.decode()
    assert "2,005 briefs · 2,005 with errors" in text
    assert "of 2,005 in all" in text
    links = re.findall(r'href="\./(index/[^"]+)"', text)
    assert links == [f"index/{part_file(part)}" for part in divided]
    assert sum(len(part.briefs) for part in divided) == len(found.briefs)


def test_a_part_leads_to_its_briefs_its_neighbours_and_back() -> None:
    newer, part, older = (Part(name, name, 2026, tuple(of({name: 2}))) for name in ("2026-03", "2026-02", "2026-01"))
    page = render_part(part, newer, older)
    assert {row["page"] for row in data_of(page)["briefs"]} == {f"../2026-02/{number}.html" for number in (0, 1)}
    text = page.decode()
    assert '<a rel="prev" href="./briefs-2026-03.html">' in text
    assert '<a rel="next" href="./briefs-2026-01.html">' in text
    assert 'href="../index.html"' in text
    assert "rel=" not in render_part(part, None, None).decode().partition("<body>")[2]


def test_lists_of_failures_and_notes_end_with_how_many_more_there_are() -> None:
    count = PROBLEMS_SHOWN + 3
    problems = [Problem(f"{number:05}.txt", "is empty") for number in range(count)]
    found = index([], failed=problems, unreadable=problems, skipped=[one.name for one in problems], updated=NOW)
    page = render(found).decode()
    assert page.count("And 3 more.") == 3
    assert page.count("<dt>") == 2 * PROBLEMS_SHOWN
    assert f"Failed inputs ({count:,})" in page


# The folder.


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three briefs."""
    monkeypatch.setattr("trans.index_pages.PAGE_BRIEFS", 3)
    monkeypatch.setattr("trans.index_pages.parts", lambda briefs: parts(briefs, 3))


def write(out: Path, indexer: Indexer | None = None, at: datetime = NOW) -> Indexer:
    indexer = indexer or Indexer(out)
    indexer.write(indexer.read(at))
    indexer.keep()
    return indexer


def pages(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((out / "index").glob("*"))}


def filled(out: Path, days: Sequence[str]) -> None:
    (out / ".trans").mkdir(exist_ok=True)
    for number, day in enumerate(days):
        put(out, brief(f"{day}/{number}.txt", published=f"{day}T06:00:00+03:00"))


@pytest.mark.usefixtures("small_pages")
def test_all_briefs_are_on_the_pages_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    days = ["2026-03-01", "2026-03-01", "2026-03-02", "2026-03-03", "2026-02-01", "2025-02-01"]
    filled(tmp_path, days)
    write(tmp_path)
    found = pages(tmp_path)
    assert list(found) == [
        f"briefs-{name}.html" for name in ("2025", "2026-02", "2026-03-01", "2026-03-03")
    ]  # fmt: skip
    rows = [row for page in found.values() for row in data_of(page)["briefs"]]
    assert len({row["id"] for row in rows}) == len(days)
    assert all((tmp_path / "index" / row["page"]).is_file() for row in rows)
    for name, page in {"../index.html": (tmp_path / "index.html").read_bytes(), **found}.items():
        folder = (tmp_path / "index" / name).parent
        links = re.findall(r'href="([^"#:]+)"', page.decode())
        assert links
        assert all((folder / link).is_file() for link in links)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("anew", [False, True])
def test_a_page_is_written_only_where_its_briefs_changed(tmp_path: Path, anew: bool) -> None:
    filled(tmp_path, ["2026-03-01"] * 3 + ["2026-01-05"] * 3 + ["2024-03-03"])
    indexer = write(tmp_path)
    for path in (tmp_path / "index").iterdir():
        os.utime(path, (0, 0))
    put(tmp_path, brief("new.txt", published="2024-04-01"))
    write(tmp_path, None if anew else indexer, NOW + timedelta(days=1))
    touched = {path.name for path in (tmp_path / "index").iterdir() if path.stat().st_mtime}
    assert touched == {"briefs-2024.html"}


@pytest.mark.usefixtures("small_pages")
def test_a_page_that_was_deleted_or_changed_is_made_again(tmp_path: Path) -> None:
    filled(tmp_path, ["2026-03-01"] * 3 + ["2024-03-03"])
    write(tmp_path)
    before = pages(tmp_path)
    (tmp_path / "index" / "briefs-2024.html").unlink()
    with (tmp_path / "index" / "briefs-2026.html").open("ab") as stream:
        stream.write(b"more")
    write(tmp_path)
    assert pages(tmp_path) == before


@pytest.mark.usefixtures("small_pages")
def test_pages_for_which_nothing_is_left_are_deleted_and_nobody_elses(tmp_path: Path) -> None:
    filled(tmp_path, ["2026-03-01"] * 3 + ["2024-03-03"] * 2)
    indexer = write(tmp_path)
    kept = {"briefs-2023.html": b"a brief of an input folder 'index'", "notes.html": b"somebody's", "2024.json": b"{}"}
    for name, content in kept.items():
        (tmp_path / "index" / name).write_bytes(content)
    for path in (tmp_path / "2024-03-03").iterdir():
        path.unlink()
    write(tmp_path, indexer)
    assert pages(tmp_path) == kept
    assert len(data_of((tmp_path / "index.html").read_bytes())["briefs"]) == 3


@pytest.mark.usefixtures("small_pages")
def test_a_large_folder_of_no_run_has_pages_too(tmp_path: Path) -> None:
    for number in range(4):
        put(tmp_path, brief(f"{number}.txt", published="2026-03-01"))
    write(tmp_path)
    assert list(pages(tmp_path)) == ["briefs-2026-03-01-2.html", "briefs-2026-03-01.html"]
