"""Watch lists: what is wrong with a file is told at once, and what matches is what a desk means."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.errors import TransError
from trans.watchlist import Watched, Watchlist, find_watchlist, load

BASE = Watched("Hmeimim base", ("حميميم", "قاعدة طرطوس"), ("Hmeimim", "Khmeimim air base"))
RAQQA = Watched("Raqqa", ("الرقة",), ("Raqqa",))
HAFTAR = Watched("Haftar", ("المشير حفتر", "حفتر"), ())
LIST = Watchlist([BASE, RAQQA, HAFTAR])


def write(folder: Path, text: str) -> Path:
    path = folder / "watchlist.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_is_read_with_one_term_or_several(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """# what the night desk waits for
- name: Hmeimim base
  ar: [حميميم, قاعدة  طرطوس]
  en: [Hmeimim, Khmeimim air base]
- {name: Raqqa, ar: الرقة, en: Raqqa}
- name: Haftar
  ar: [المشير حفتر, حفتر, حفتر]
""",
    )
    assert load(path).entries == LIST.entries
    assert load(path).hash == LIST.hash


def test_the_hash_is_that_of_the_content(tmp_path: Path) -> None:
    one = load(write(tmp_path, "- {name: A, en: x}\n"))
    assert one.hash == load(write(tmp_path, "# a comment\n- name: A\n  en: [x]\n")).hash
    for other in ("- {name: B, en: x}", "- {name: A, en: y}", "- {name: A, ar: حلب}", ""):
        assert load(write(tmp_path, other)).hash != one.hash
    assert load(write(tmp_path, "")).entries == ()


def test_every_problem_is_told_at_once_with_file_and_entry(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        r"""
- name: NO
  en: x
- name: Aleppo
  ar: abc
  en: [حلب, "--"]
  arabic: x
- name: Empty
- {name: Yes please, en: yes}
- {en: nameless}
- {name: Twice, en: x}
- {name: Twice, en: y}
- only text
- {name: "a\u202eb", en: x}
- {name: Long text that goes on and on until nobody can tell what it is called, en: x}
""",
    )
    with pytest.raises(TransError) as caught:
        load(path)
    told = caught.value.message.split("\n  ")
    assert str(path) in told[0]
    assert "12 problems" in told[0]
    for number, (entry, what) in enumerate(
        [
            ("entry 1", "'name' is not text: False"),
            ("entry 2 (Aleppo)", "no key 'arabic'"),
            ("entry 2 (Aleppo)", "'ar' has no Arabic: 'abc'"),
            ("entry 2 (Aleppo)", "'en' has Arabic in it"),
            ("entry 2 (Aleppo)", "'en' has no word in it: '--'"),
            ("entry 3 (Empty)", "it has no term"),
            ("entry 4 (Yes please)", "'en' is not text: True"),
            ("entry 5", "it has no 'name'"),
            ("entry 7 (Twice)", "stands in entry 6 already"),
            ("entry 8", "'only text' is not an entry"),
            ("entry 9", "can't be shown"),
            ("entry 10", "60 are the most"),
        ],
        start=1,
    ):
        assert told[number].startswith(entry), told[number]
        assert what in told[number]
    assert "\u202e" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x", "not a list of entries"),
        ("[" * 200, "not valid YAML|nested"),
        ("- {name: a, name: b, en: x}", "stands twice"),
        ("- !!python/object:os.system x", "not valid YAML"),
        ("- &a [*a]", "too many values"),
        ("- 'x", "not valid YAML"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(TransError, match=told):
        load(write(tmp_path, text))


def test_a_file_that_can_not_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(TransError, match="can't be read"):
        load(tmp_path / "missing.yaml")
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TransError, match="not UTF-8"):
        load(tmp_path / "a.yaml")
    (tmp_path / "b.yaml").write_bytes(b"#" * 1_100_000)
    with pytest.raises(TransError, match="too large"):
        load(tmp_path / "b.yaml")


def test_the_list_of_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_watchlist(None) is None
    write(tmp_path, "")
    assert find_watchlist(None) == Path("watchlist.yaml")
    assert find_watchlist(Path("other.yaml")) == Path("other.yaml"), "also one that isn't there: loading it says so"


@pytest.mark.parametrize(
    "text",
    ["قصف حميميم", "وبحميميم", "الحميميم", "من حِمَيْميم", "حميــميم", "قاعدة طرطوس", "وبقاعدة طرطوس", "قاعده طرطوس"],
)
def test_arabic_terms_are_found_in_clitics_and_spellings(text: str) -> None:
    assert LIST.matches(f"قال إن {text} اليوم.", "") == ("Hmeimim base",)


@pytest.mark.parametrize("text", ["حميميمي", "قاعدة في طرطوس", "قاعدة\nطرطوس", "طرطوس", "ورقة", "رقة", "حفترة", ""])
def test_no_other_arabic_is(text: str) -> None:
    assert LIST.matches(text, "") == ()


def test_a_term_with_the_article_is_found_with_it_only() -> None:
    for text in ("الرقة", "والرقة", "بالرقة", "للرقة"):
        assert LIST.matches(text, "") == ("Raqqa",), text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HMEIMIM's runway", "Hmeimim base"),
        ("the Khmeimim air bases", "Hmeimim base"),
        ("Khmeimim air-base", "Hmeimim base"),
        ("in Raqqa.", "Raqqa"),
        ("Raqqa’s", "Raqqa"),
    ],
)
def test_english_terms_are_found_as_whole_words(text: str, found: str) -> None:
    assert LIST.matches("", text) == (found,)


@pytest.mark.parametrize("text", ["Hmeimimi", "preRaqqa", "Khmeimim base", "air base", "Raqqans"])
def test_no_other_english_is(text: str) -> None:
    assert LIST.matches("", text) == ()


def test_plurals_are_regular_ones() -> None:
    watched = Watchlist([Watched("a", (), ("embassy", "Gulf coast", "box"))])
    for text in ("embassies", "Gulf coasts", "boxes", "Embassy"):
        assert watched.matches("", text) == ("a",), text
    assert watched.matches("", "Gulfs coast") == ()


def test_names_come_in_the_order_of_the_list_and_overlapping_terms_hide_none() -> None:
    watched = Watchlist(
        [Watched("city", ("حلب",)), Watched("country", ("ريف حلب",)), Watched("c", (), ("rural Aleppo",))]
    )
    assert watched.matches("في ريف حلب", "in rural Aleppo") == ("city", "country", "c")


@given(st.text(), st.text())
def test_any_text_can_be_looked_through(arabic: str, english: str) -> None:
    found = LIST.matches(arabic, english)
    assert set(found) <= {entry.name for entry in LIST.entries}


@given(st.text("ابحميلرقة \u064b\u0640\n", max_size=40))
def test_what_is_found_stands_there(text: str) -> None:
    if "Hmeimim base" in LIST.matches(text, ""):
        assert re.search("حميميم", re.sub("[\u064b\u0640]", "", text))
