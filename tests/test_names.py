"""The table of a brief's names, the check of their spelling, and ``trans names``."""

import csv
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from console_script import called, complaint, trans
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Paragraph, Source
from trans.brief import Brief, Flag, Hashes, Passage, Provenance, Sentence
from trans.checks.spelling import spelling
from trans.glossary_file import load
from trans.names import Name, NameKind, Place, Rendering, inconsistent, table
from trans.phrases import fold
from trans.render.json import render

OVECHKIN = (
    ("قال أوفيتشكين للصحفيين في موسكو إن المباراة صعبة", "Oveschkin told reporters in Moscow that the match was hard"),
    ("وحضر الجمهور السوري", "The Syrian public was there"),
    ("وسجل أوفشكين هدفين", "Ovshkin scored two goals"),
)


def brief(*pairs: tuple[str, str], headline: tuple[str, str] = ("", ""), name: str = "a.txt") -> Brief:
    return Brief(
        article=Article(
            name, Source(name, "0" * 64, "utf-8", 1), headline[0], (), tuple(Paragraph(source) for source, _ in pairs)
        ),
        headline=Passage((Sentence(headline[0], "", headline[1]),) if headline[0] else ()),
        decks=(),
        summaries=(),
        paragraphs=tuple(Passage((Sentence(source, "", target),)) for source, target in pairs),
        flags=(),
        provenance=Provenance("0", "tiny", True, {}, {}, Hashes("", "", "")),
    )


def flags(*pairs: tuple[str, str]) -> list[Flag]:
    return list(spelling(brief(*pairs)))


def test_one_name_written_two_ways_is_one_warning() -> None:
    (flag,) = flags(*OVECHKIN)
    assert flag.message == (
        "One name is written two ways: Oveschkin (paragraph 1), Ovshkin (paragraph 3); the Arabic has أوفيتشكين, أوفشكين"
    )
    assert (flag.severity, flag.where, flag.paragraph, flag.sentence, flag.target) == (
        "warning",
        "paragraph",
        3,
        1,
        "Ovshkin",
    )


def test_a_headline_is_named_as_such() -> None:
    (flag,) = spelling(brief(("وصل حفتر", "Hiftar arrived"), headline=("زيارة حفتر", "Haftar's visit")))
    assert "Haftar (headline), Hiftar (paragraph 1)" in flag.message


def test_a_listed_name_may_be_misspelt_too() -> None:
    (flag,) = flags(("غادر كييف", "He left Kiev"), ("عاد إلى كييف", "He returned to Kyiv"))
    assert "Kiev" in flag.message
    assert "Kyiv" in flag.message


@pytest.mark.parametrize(
    "pairs",
    [
        (("قال حفتر", "Haftar said"), ("منزل حفتر", "Haftar's house"), ("حفتر", "HAFTAR")),
        (("سوريا", "Syria"), ("السوري", "The Syrian"), ("السوريون", "Syrians")),
        (("أمريكا", "America"), ("أمريكا", "The US"), ("أمريكا", "the United States")),
        (("قال سلمان", "Salman said"), ("قال سليمان", "Suleiman said")),
        (("قال محمد بن سلمان", "Mohammed bin Salman said"), ("قال محمد صلاح", "Muhammad Salah said")),
        (("كتالونيا", "Catalonia"), ("الكتالوني", "The Catalan")),
        (("وزير الدفاع", "Defence minister"), ("الوزير", "The Minister"), ("وزيرة", "Ministers")),
        (("كتب غاليليو غاليلي", "Galileo Galilei wrote"),),
        (("سعر الصرف", "Exchange rate"), ("صرف الأموال", "Spending money")),
        (("أنصار ترامب", "Trump supporters"), ("ترامب", "Trumpism")),
    ],
)
def test_no_flag(pairs: tuple[tuple[str, str], ...]) -> None:
    assert not flags(*pairs)


def test_the_table_has_listed_and_unlisted_names_the_most_frequent_first() -> None:
    found = table(brief(*OVECHKIN, ("زار موسكو", "He visited Moscow")))
    assert [(name.kind, name.arabic) for name in found[:2]] == [
        ("capital", ("موسكو",)),
        ("name", ("أوفيتشكين", "أوفشكين")),
    ]
    moscow = found[0]
    assert [(rendering.text, rendering.count) for rendering in moscow.renderings] == [("Moscow", 2)]
    assert moscow.paragraphs == (1, 4)
    assert ("country", ("السوري",)) in [(name.kind, name.arabic) for name in found]


def test_a_listed_name_that_the_english_lacks_is_in_the_table() -> None:
    (name,) = table(brief(("غادر اليابان", "He left")))
    assert (name.arabic, name.renderings, name.paragraphs) == (("اليابان",), (), (1,))


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=4))
def test_any_text_has_a_table(pairs: list[tuple[str, str]]) -> None:
    for name in table(brief(*pairs)):
        assert name.arabic
        assert len(name.variants) <= len(name.renderings)


def test_names_over_a_run_commonest_first() -> None:
    tables = [
        table(brief(("قال حفتر", "Haftar said"), ("عاد حفتر", "Haftar returned"))),
        table(brief(("قال حفتر", "Hiftar said"))),
        table(brief(("قال نتنياهو", "Netanyahu said"))),
        table(brief(("قال دريدا", "Derida said"))),
        table(brief(("قال دريدا", "Derrida said"))),
    ]
    found = inconsistent(tables)
    assert [(name.arabic, name.renderings, name.briefs) for name in found[:1]] == [
        ("حفتر", (("Haftar", 2), ("Hiftar", 1)), 2)
    ]
    assert "نتنياهو" not in [name.arabic for name in found]


def test_a_span_is_the_name_that_it_surely_is() -> None:
    found = table(brief(("نفى الكرملين ذلك", "The Kremlin denied it"), ("عاد إلى موسكو", "He returned to Moscow")))
    assert sorted((name.kind, name.renderings[0].text) for name in found) == [
        ("capital", "Moscow"),
        ("organisation", "Kremlin"),
    ]
    assert all(len(name.renderings) == 1 for name in found)


def named(arabic: tuple[str, ...], *english: str, kind: NameKind = "name") -> tuple[Name, ...]:
    place = Place("paragraph", 1, 1)
    return (Name(kind, arabic, tuple(Rendering(text, (place,)) for text in english), (1,)),)


ONE, OTHER, BOTH = named(("بوتين",), "Putin"), named(("بوتن",), "Poutine"), named(("بوتين", "بوتن"), "Putin")


@pytest.mark.parametrize("tables", list(permutations((ONE, OTHER, BOTH))))
def test_forms_that_any_brief_has_together_are_one_name(tables: tuple[tuple[Name, ...], ...]) -> None:
    (found,) = inconsistent(tables)
    assert (found.renderings, found.briefs) == ((("Putin", 2), ("Poutine", 1)), 3)


def test_two_groups_of_one_brief_are_one_name_in_one_brief() -> None:
    (found,) = inconsistent([(*ONE, *OTHER), BOTH])
    assert found.briefs == 2


FORMS = st.sampled_from(["بوتين", "بوتن", "البوتين", "حفتر", "حفطر", "الحفتر", "كييف", "كيف"])


@given(
    st.lists(
        st.builds(
            named,
            st.lists(FORMS, min_size=1, max_size=3, unique=True).map(tuple),
            st.sampled_from(["Putin", "Haftar"]),
            st.sampled_from(["Poutine", "Hafter", "Kyiv"]),
            kind=st.sampled_from(["name", "capital"]),
        ),
        max_size=6,
    )
)
def test_no_two_rows_are_one_term_of_a_glossary(tables: list[tuple[Name, ...]]) -> None:
    found = [fold(name.arabic).removeprefix("ال") for name in inconsistent(tables)]
    assert len(found) == len(set(found))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "a.json").write_bytes(render(brief(*OVECHKIN, name="a.txt")))
    (folder / "sub").mkdir()
    (folder / "sub" / "b.json").write_bytes(render(brief(("زار حفتر كييف", "Haftar visited Kiev"), name="b.txt")))
    (folder / "c.json").write_bytes(
        render(brief(("زار حفتر كييف", "Hiftar visited Kyiv"), ("قال حفتر", "Hiftar said"), name="c.txt"))
    )
    return folder


def test_the_command_writes_a_glossary(out: Path, tmp_path: Path) -> None:
    result = trans("names", out)
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [(row["ar"], row["en"]) for row in rows] == [
        ("حفتر", "Hiftar"),
        ("أوفيتشكين", "Oveschkin"),
        ("كييف", "Kyiv"),
    ]
    assert "Haftar (1)" in rows[0]["note"]
    assert {row["variants"] for row in rows} == {""}

    file = tmp_path / "names.csv"
    assert trans("names", out, "--output", file).returncode == 0
    assert {term.ar: term.en for term in load(file, starter=False).terms}["حفتر"] == "Hiftar"


def test_a_copy_beside_an_edited_brief_does_not_count_twice(out: Path) -> None:
    edited = render(replace(brief(("زار حفتر كييف", "Haftar visited Kiev"), name="b.txt")))
    (out / "sub" / "b.new.json").write_bytes(edited)
    assert "Haftar (1)" in called("names", out).stdout


def test_a_broken_brief_is_named_and_left_out(out: Path) -> None:
    (out / "broken.json").write_text("{", encoding="utf-8")
    result = called("names", out)
    assert result.returncode == 1
    assert "broken.json" in result.stderr
    assert "Hiftar" in result.stdout


@pytest.mark.parametrize("folder", ["nothing", "empty"])
def test_no_briefs_is_wrong_usage(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    result = called("names", tmp_path / folder)
    assert result.returncode == 2
    assert complaint(result, 2)
