"""Searching a folder: what is found and in which order, what is left out, and an index that is always that of the briefs."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from briefs import HOSTILE
from console_script import called, complaint, trans
from searched import BASE, WATER, brief, put

from trans import search_database, search_file
from trans.errors import TransError
from trans.render import json as json_brief
from trans.search import Hits
from trans.search_brief import SCHEMA
from trans.search_file import SearchIndex


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two briefs about a base, one about water."""
    out = tmp_path / "out"
    put(out, brief("a/old.txt", BASE, published="2026-11-01T06:00:00+03:00"))
    put(out, brief("a/new.txt", WATER, BASE, published="2026-11-20", reviewed=True))
    put(out, brief("water.txt", WATER, headline=("خطة المياه", "Water plan"), published="2026-11-10T06:00:00+03:00"))
    return out


def search(out: Path, query: str, **wanted: object) -> Hits:
    index = SearchIndex(out)
    index.update()
    try:
        return index.search(query, **wanted)  # type: ignore[arg-type]
    finally:
        index.close()


def ids(hits: Hits) -> list[str]:
    return [found.id for found in hits.found]


def test_the_schema_is_that_of_the_briefs() -> None:
    assert SCHEMA == json_brief.SCHEMA


def test_what_is_found_is_shown_as_pairs_the_newest_brief_first(out: Path) -> None:
    hits = search(out, "حميميم")
    assert ids(hits) == ["a/new.txt", "a/old.txt"]
    new, old = hits.found
    assert (new.file, new.page) == ("a/new.json", "a/new.html")
    assert (new.dated, new.at, new.reviewed, old.reviewed) == ("published", "2026-11-20", True, False)
    assert [(hit.pair.place, hit.pair.sentence) for hit in new.hits] == [("paragraph 2", 1), ("paragraph 2", 2)]
    first, second = old.hits
    assert (first.pair.arabic, first.pair.english) == BASE[0]
    assert second.pair.arabic[slice(*second.arabic[0])] == "وبحميميم"
    assert (first.english, second.english) == ((), ()), "it was looked for in Arabic"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("وبحميميم", 2),
        ("hmeimim", 2),
        ("ministry plans", 2),
        ('"ministry of water"', 2),
        ('"water ministry"', 0),
        ('"الأمطار قصفت"', 0),
        ("حميميم المياه", 1),
        ("hmeimim الأمطار", 1),
        ("Attack", 2),
    ],
)
def test_all_words_must_be_in_a_brief_and_a_phrase_in_a_sentence(out: Path, query: str, found: int) -> None:
    assert search(out, query).briefs == found


def test_search_can_be_narrowed(out: Path) -> None:
    assert search(out, "حميميم", english=True).briefs == 0
    hits = search(out, "Hmeimim", english=True)
    assert hits.briefs == 2
    assert not any(hit.arabic for found in hits.found for hit in found.hits)
    assert ids(search(out, "حميميم", reviewed=True)) == ["a/new.txt"]
    assert ids(search(out, "حميميم", limit=1)) == ["a/new.txt"]
    assert search(out, "حميميم", limit=1).briefs == 2
    since = datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert ids(search(out, "حميميم", since=since)) == ["a/new.txt"], "a day without an hour counts whole"
    assert ids(search(out, "حميميم", since=datetime(2026, 11, 1, 3, tzinfo=UTC))) == ["a/new.txt", "a/old.txt"]
    assert not search(out, "حميميم", since=datetime(2026, 11, 21, tzinfo=UTC)).found


def test_what_no_brief_has_is_named(out: Path) -> None:
    assert search(out, "حميميم nowhere").lacking == ("nowhere",)
    assert search(out, "خطة حميميم").lacking == ()


def test_an_article_that_was_taken_back_is_not_found_and_an_embargo_is_told(out: Path) -> None:
    put(out, brief("a/old.txt", BASE, status="canceled"))
    put(out, brief("a/new.txt", BASE, status="embargoed until 2026-12-01 12:00"))
    hits = search(out, "حميميم")
    assert ids(hits) == ["a/new.txt"]
    assert "embargo" in hits.found[0].notices[0].lower()


URN = "urn:newsml:agency.example:20261101:7"
LINK = "https://example.org/news/7"


@pytest.mark.parametrize(
    "named",
    [({"item": URN}, {"item": URN}), ({"url": f"{LINK}?utm_source=x"}, {"item": LINK})],
    ids=["item", "address"],
)
def test_of_an_item_the_newest_version_is_found(out: Path, named: tuple[dict[str, str], dict[str, str]]) -> None:
    index = SearchIndex(out)
    put(out, brief("wire/1.txt", BASE, version="9", published="2026-11-25", **named[0]))  # type: ignore[arg-type]
    index.update()
    assert ids(index.search("حميميم")) == ["wire/1.txt", "a/new.txt", "a/old.txt"]
    put(out, brief("wire/2.txt", BASE, WATER, version="10", published="2026-11-24", **named[1]))  # type: ignore[arg-type]
    index.update()
    assert ids(index.search("حميميم")) == ["wire/2.txt", "a/new.txt", "a/old.txt"]
    assert SearchIndex(out).search("حميميم").briefs == 3, "it is kept so"
    put(out, brief("wire/2.txt", BASE, version="10", status="canceled", **named[1]))  # type: ignore[arg-type]
    index.update()
    assert ids(index.search("حميميم")) == ["a/new.txt", "a/old.txt"], "and the one before it does not come back"
    (out / "wire" / "2.json").unlink()
    index.update()
    assert ids(index.search("حميميم")) == ["wire/1.txt", "a/new.txt", "a/old.txt"]


def test_a_kill_by_the_publishers_own_id_takes_every_version_along(out: Path) -> None:
    put(out, brief("wire/1.txt", BASE, item=URN))
    put(out, brief("wire/2.txt", WATER, item=URN, version="2", status="canceled", headline=("إلغاء", "Kill")))
    assert ids(search(out, "حميميم")) == ["a/new.txt", "a/old.txt"]


def test_two_articles_of_one_address_are_both_found(out: Path) -> None:
    """Sites have constant links by mistake; what is killed there says nothing of the other."""
    put(out, brief("site/1.txt", BASE, url=LINK, headline=("هجوم", "Attack")))
    put(out, brief("site/2.txt", WATER, url=LINK, version="2", headline=("خطة المياه", "Water plan")))
    assert "site/1.txt" in ids(search(out, "حميميم"))
    assert "site/2.txt" in ids(search(out, "شح"))
    put(out, brief("site/2.txt", WATER, url=LINK, version="2", status="canceled", headline=("خطة", "Plan")))
    assert "site/1.txt" in ids(search(out, "حميميم"))
    assert "site/2.txt" not in ids(search(out, "شح"))


def test_what_is_killed_in_one_of_its_files_is_not_found_in_another(out: Path) -> None:
    put(out, brief("a/old.txt", BASE, item=URN), "a/old.json")
    put(out, brief("b/older.txt", BASE, item=URN))
    put(out, brief("a/old.txt", BASE, item=URN, version="2", status="canceled"), "a/old.new.json")
    assert ids(search(out, "حميميم")) == ["a/new.txt"]
    (out / "a" / "old.new.json").unlink()
    (out / "b" / "older.json").unlink()
    put(out, brief("a/old.txt", BASE, status="canceled"))
    put(out, brief("a/old.txt", BASE), "a/old.new.json")
    assert ids(search(out, "حميميم")) == ["a/new.txt"]


def test_an_edited_sentence_is_found_by_the_editors_english(out: Path) -> None:
    english = "Warplanes pounded Khmeimim."
    put(out, brief("a/old.txt", ((BASE[0][0], english),), edited=english))
    (found,) = search(out, "khmeimim pounded").found
    assert found.hits[0].pair.edited
    assert ids(search(out, "aircraft")) == ["a/new.txt"]


def test_earlier_versions_and_other_json_are_not_searched(out: Path) -> None:
    put(out, brief("a/old.txt", BASE), ".trans/versions/a/old.1.json")
    (out / "other.json").write_text('{"schema": "other", "text": "حميميم"}')
    (out / "list.json").write_text("[1]")
    index = SearchIndex(out)
    index.update()
    assert index.search("حميميم").briefs == 2
    assert not index.unreadable
    assert index.count == 3


def test_an_article_in_two_files_is_found_once_where_the_editor_wrote(out: Path) -> None:
    put(out, brief("a/old.txt", WATER), "a/old.new.json")
    put(out, brief("water.txt", BASE), "index.json")
    assert ids(search(out, "حميميم")) == ["a/new.txt", "a/old.txt"]
    assert ids(search(out, "شح")) == ["a/new.txt", "water.txt"]


def test_the_index_follows_the_briefs(out: Path) -> None:
    counted: list[int] = []
    index = SearchIndex(out, on_reading=counted.append)
    index.update()
    index.update()
    assert counted == [3]
    put(out, brief("a/old.txt", WATER))
    (out / "a" / "new.json").unlink()
    put(out, brief("third.txt", BASE))
    index.update()
    assert counted == [3, 2]
    assert ids(index.search("حميميم")) == ["third.txt"]
    assert index.search("شح").briefs == 2
    assert SearchIndex(out).search("شح").briefs == 2, "kept on disk"
    assert counted == [3, 2]


def test_an_index_that_another_changed_is_looked_at_again(out: Path) -> None:
    index, other = SearchIndex(out), SearchIndex(out)
    index.update()
    put(out, brief("third.txt", BASE))
    other.update()
    (out / "third.json").unlink()
    index.update()
    (out / "a" / "new.json").unlink()
    other.update()
    put(out, brief("a/new.txt", WATER, BASE))
    for one in (index, other, index):
        one.update()
        assert one.search("حميميم").briefs == 2
    for _ in range(3):
        index.close()
        (out / ".trans" / "search.sqlite").unlink(missing_ok=True)
        index.update()
        assert index.search("حميميم").briefs == 2, "closed and deleted, it is made anew"


def test_what_can_not_be_read_is_told_and_read_once_it_is_mended(out: Path) -> None:
    whole = json.loads((out / "a" / "old.json").read_bytes())
    for broken in (
        b"{",
        b'{"schema": "trans.brief/9"}',
        json.dumps({**whole, "paragraphs": [1]}).encode(),
        b"[" * 99_999,
    ):
        (out / "a" / "old.json").write_bytes(broken)
        index = SearchIndex(out)
        index.update()
        assert [problem.file for problem in index.unreadable] == ["a/old.json"], broken[:40]
        assert ids(index.search("حميميم")) == ["a/new.txt"]
        index.close()
    put(out, brief("a/old.txt", BASE))
    assert search(out, "حميميم").briefs == 2


@pytest.mark.parametrize("damage", ["garbage", "cut", "other", "empty", "tables", "rows", "versions"])
def test_a_damaged_index_is_made_anew(out: Path, damage: str) -> None:
    search(out, "حميميم")
    path = out / ".trans" / "search.sqlite"
    data = path.read_bytes()
    if damage == "garbage":
        path.write_bytes(b"no database at all" * 1000)
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "other":
        path.write_bytes(data[:8192] + bytes(reversed(data[8192:])))
    else:
        with sqlite3.connect(path) as db:
            db.execute("DROP TABLE texts" if damage == "tables" else "UPDATE shown SET told = x'00'")
            if damage == "versions":
                db.execute("UPDATE versions SET version = x'00'")
        db.close()
    if damage == "versions":
        put(out, brief("a/old.txt", BASE), "a/old.new.json")
    for _ in range(2):
        assert search(out, "حميميم").briefs == 2
    index = SearchIndex(out)
    index.update()
    assert not index.note


def test_an_index_that_is_damaged_while_it_is_open_is_made_anew(out: Path) -> None:
    index = SearchIndex(out)
    index.update()
    with sqlite3.connect(out / ".trans" / "search.sqlite") as db:
        db.execute("UPDATE shown SET told = x'00'")
    db.close()
    assert index.search("حميميم").briefs == 2
    (out / ".trans" / "search.sqlite").unlink()
    put(out, brief("third.txt", BASE))
    index.update()
    assert index.search("حميميم").briefs == 3


def test_one_of_an_other_version_is_made_anew(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search(out, "حميميم")
    monkeypatch.setattr(search_database, "VERSION", 99)
    monkeypatch.setattr(search_database, "_SCHEMA", (*search_database._SCHEMA[:-1], "PRAGMA user_version = 99"))
    assert search(out, "حميميم").briefs == 2


def test_a_folder_without_a_place_for_it_is_searched_in_memory(out: Path) -> None:
    (out / ".trans").rmdir()
    index = SearchIndex(out)
    index.update()
    assert index.search("حميميم").briefs == 2
    assert "no folder" in index.note
    assert not (out / ".trans").exists()


def test_links_are_not_followed_out_of_the_folder(out: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"somebody's")
    (out / ".trans" / "search.sqlite").symlink_to(elsewhere)
    assert search(out, "حميميم").briefs == 2
    assert elsewhere.read_bytes() == b"somebody's"


def test_a_folder_that_can_only_be_read_is_searched_with_what_was_kept(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    search(out, "حميميم")
    put(out, brief("third.txt", BASE))
    kept = (out / ".trans" / "search.sqlite").read_bytes()
    connect = sqlite3.connect

    def read_only(path: object, **settings: object) -> sqlite3.Connection:
        if isinstance(path, Path):
            return connect(f"file:{path}?mode=ro", uri=True, **settings)  # type: ignore[call-overload, no-any-return]
        return connect(path, **settings)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("trans.search_database.sqlite3.connect", read_only)
    counted: list[int] = []
    index = SearchIndex(out, on_reading=counted.append)
    index.update()
    assert index.search("حميميم").briefs == 3
    assert counted[-1] == 1, "what was kept was not read again"
    assert "can't be written" in index.note
    index.update()
    assert (out / ".trans" / "search.sqlite").read_bytes() == kept


def test_while_another_process_makes_the_index_one_is_told_to_wait(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_database, "_BUSY_TIMEOUT_S", 0.01)
    search(out, "حميميم")
    put(out, brief("third.txt", BASE))
    other = sqlite3.connect(out / ".trans" / "search.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(TransError, match="Another process"):
        search(out, "حميميم")
    other.execute("ROLLBACK")
    other.close()
    assert search(out, "حميميم").briefs == 3


def test_two_at_once_and_threads_are_right(out: Path) -> None:
    first, second = SearchIndex(out), SearchIndex(out)
    found: list[int] = []

    def look(index: SearchIndex) -> None:
        for _ in range(5):
            index.update()
            found.append(index.search("حميميم").briefs)

    threads = [threading.Thread(target=look, args=(index,)) for index in (first, second, first)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 15


def test_a_kill_while_the_index_is_made_costs_nothing(out: Path) -> None:
    """The process dies in the middle of its transaction, with pages of it on disk."""
    program = """
import os, signal, sys
from pathlib import Path
from trans import search_database, search_file
from trans.search_file import SearchIndex
real, count = search_file.add, [0]
def add(db, *rest):
    db.execute("PRAGMA cache_size = 1")
    real(db, *rest)
    count[0] += 1
    if count[0] == 2:
        os.kill(os.getpid(), signal.SIGKILL)
search_file.add = add
SearchIndex(Path(sys.argv[1])).update()
"""
    ended = subprocess.run([sys.executable, "-c", program, str(out)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert search(out, "حميميم").briefs == 2


def test_hostile_briefs_are_searched_and_shown_as_text(out: Path) -> None:
    evil = " ".join(HOSTILE)
    put(out, brief("evil.txt", ((f"حميميم {evil}", f"Hmeimim {evil}"),), headline=(evil, evil), published=evil))
    whole = json.loads((out / "a" / "old.json").read_bytes())
    whole["paragraphs"][0]["sentences"][0]["en"] = "Hmeimim \ud800 alone"
    (out / "half.json").write_text(json.dumps({**whole, "id": "half\ud800"}))
    (out / "water.json").rename(os.fsdecode(os.fsencode(out) + b"/\xff.json"))
    assert search(out, "hmeimim").briefs == 4
    assert search(out, "ministry").briefs == 2
    told = called("search", out, "hmeimim")
    assert told.returncode == 0, told.stderr
    assert not any(character in told.stdout for character in "\x00\x0b\x1f\x1b\u202e\u2028")
    assert len(json.loads(called("search", out, "hmeimim", "--json").stdout)["found"]) == 4


@pytest.mark.parametrize(
    "query", ['" NEAR(* AND "x', "a\0b", "x" * 10_000, "ar: (", "'; DROP TABLE briefs;--", "%zzz_"]
)
def test_a_hostile_query_finds_nothing_and_breaks_nothing(out: Path, query: str) -> None:
    assert search(out, query).briefs == 0
    assert search(out, "حميميم").briefs == 2


# The command.


def test_the_command_shows_pairs(out: Path) -> None:
    told = trans("search", out, "حميميم")
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines() == [
        "Attack on the base",
        f"published 2026-11-20; reviewed; {out}/a/new.html",
        *("  paragraph 2", f"    {BASE[0][0]}", f"    {BASE[0][1]}"),
        *("  paragraph 2", f"    {BASE[1][0]}", f"    {BASE[1][1]}"),
        "",
        "Attack on the base",
        f"published 2026-11-01 06:00 UTC+03:00; {out}/a/old.html",
        *("  paragraph 1", f"    {BASE[0][0]}", f"    {BASE[0][1]}"),
        *("  paragraph 1", f"    {BASE[1][0]}", f"    {BASE[1][1]}"),
    ]
    assert told.stderr == ""


def test_the_command_says_what_it_did(out: Path) -> None:
    told = called("search", out, "بحميميم", "--limit", "1")
    assert "'بحميميم' is looked for as حميميم too" in told.stderr
    assert "The newest 1 of 2 briefs" in told.stderr
    none = called("search", out, "حميميم", "nowhere")
    assert (none.returncode, none.stdout) == (0, "")
    assert none.stderr == "No sentence has 'nowhere'\n"
    put(out, brief("drought.txt", (("جفاف", "Drought."),), headline=("", "")))
    assert called("search", out, "جفاف", "حميميم").stderr == "No brief has 'جفاف' and 'حميميم'\n"
    assert "that was looked through" in called("search", out, "حميميم", "--since", "2026-11-25").stderr
    (out / "a" / "old.json").write_text("{")
    broken = called("search", out, "حميميم")
    assert broken.returncode == 1
    assert "Left out: a/old.json" in broken.stderr


def test_json_has_the_spans_in_characters(out: Path) -> None:
    told = json.loads(called("search", out, "حميميم", "--json", "--only", "reviewed").stdout)
    assert (told["schema"], told["briefs"], told["terms"][0]["text"]) == ("trans.search/1", 1, "حميميم")
    (found,) = told["found"]
    assert (found["id"], found["page"], found["reviewed"]) == ("a/new.txt", "a/new.html", True)
    sentence = found["sentences"][0]
    (start, end) = sentence["spans"]["ar"][0]
    assert sentence["ar"][start:end] == "حميميم"
    assert (sentence["where"], sentence["paragraph"], sentence["sentence"]) == ("paragraph", 2, 1)


def test_found_words_are_bold_on_a_terminal(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from trans.search_text import lines

    shown = "\n".join(lines(search(out, "Hmeimim"), "out", lambda text: f"<{text}>"))
    assert "Aircraft bombed <Hmeimim>." in shown


@pytest.mark.parametrize("query", ["", "😀", '""', "\u202e"])
def test_a_query_without_a_word_is_a_users_mistake(out: Path, query: str) -> None:
    assert "no word" in complaint(called("search", out, query), 2)[0]


def test_a_users_mistakes_are_two_lines(out: Path, tmp_path: Path) -> None:
    complaint(called("search", tmp_path / "missing", "x"), 2)
    complaint(called("search", "s3://bucket/out", "x"), 2)
    complaint(called("search", out, "x", "--since", "yesterday"), 2)
    complaint(called("search", out), 2)
    (tmp_path / "empty").mkdir()
    assert "no briefs" in complaint(called("search", tmp_path / "empty", "x"), 2)[0]


def test_the_state_file_is_where_it_is_told(out: Path) -> None:
    search(out, "x")
    assert (out / ".trans" / search_file.NAME).is_file()
