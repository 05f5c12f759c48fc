"""``trans diff``: what differs between two runs is told, all of it, once; what is the same in both is not."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from briefs import flagged_brief, hostile_brief
from console_script import called, complaint, trans
from hostile import TEXTS
from hypothesis import given
from hypothesis import strategies as st

from trans.alignment import letters, marked, stretches
from trans.article import Article, Paragraph, Source
from trans.brief import Brief, Edit, Flag, Hashes, Passage, Provenance, Sentence, Severity, Summary
from trans.difference import Compared, Difference, Side, compare
from trans.difference_totals import Totals
from trans.locations import location
from trans.plainly import one_line
from trans.render import diff_page, diff_text
from trans.render import json as json_brief

ROOT = Path(__file__).parents[1]

FIRST, SECOND, THIRD = "قال الوزير كلمة.", "وأضاف أخرى.", "ثم غادر المدينة."


def brief(name: str = "a.txt", source: str = FIRST, target: str = "One.") -> Brief:
    return Brief(
        article=Article(name, Source(name, "0" * 64, "utf-8", 1), "عنوان", (), (Paragraph(source),)),
        headline=passage(("عنوان", "A headline"), sep=""),
        decks=(),
        summaries=(Summary("ملخص", passage(("ملخص", "A summary"), sep=""), (1,), "model"),),
        paragraphs=(passage((source, target), sep=""),),
        flags=(),
        provenance=Provenance("0", "tiny", False, {}, {}, Hashes("", "", "")),
    )


def flag(severity: Severity = "error", check: str = "numbers", paragraph: int = 1) -> Flag:
    return Flag(check, severity, f"The {check} are {severity}", "paragraph", paragraph, 1, "٣٩", "93")


def put(out: Path, made: Brief, file: str = "") -> None:
    path = out / (file or f"{made.article.id.removesuffix('.txt')}.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json_brief.render(made))


def with_paragraphs(made: Brief, *paragraphs: Passage, flags: Sequence[Flag] = ()) -> Brief:
    article = replace(made.article, paragraphs=tuple(Paragraph(one.source) for one in paragraphs))
    return replace(made, article=article, paragraphs=paragraphs, flags=tuple(flags))


def passage(*pairs: tuple[str, str], sep: str = " ") -> Passage:
    return Passage(tuple(Sentence(source, sep, target) for source, target in pairs))


def of_one(*pairs: tuple[str, str], flags: Sequence[Flag] = ()) -> Brief:
    return with_paragraphs(brief(), passage(*pairs), flags=flags)


def only(compared: Compared) -> Difference:
    [found] = compared.differences
    return found


# What differs.


def test_another_translation_is_told_beside_its_arabic() -> None:
    a, b = of_one((FIRST, "One."), (SECOND, "Two.")), of_one((FIRST, "One."), (SECOND, "Too."))
    found = compare(a, b)
    assert only(found) == Difference(
        "english", "paragraph", Side(1, (2,), SECOND, "Two."), Side(1, (2,), SECOND, "Too.")
    )
    assert (found.sentences, found.summaries) == (3, 1)


def test_flags_gained_and_lost_stand_at_their_sentence() -> None:
    lost, gained = flag(), flag("warning", "names")
    found = only(compare(of_one((FIRST, "One."), flags=[lost]), of_one((FIRST, "One."), flags=[gained])))
    assert (found.how, found.lost, found.gained, found.text_differs) == ("english", (lost,), (gained,), False)


@pytest.mark.parametrize(("paragraph", "sentence"), [(None, None), (1, None), (1, 9), (9, 1)])
def test_flags_of_no_sentence_are_told_too(paragraph: int | None, sentence: int | None) -> None:
    gained = replace(flag(), paragraph=paragraph, sentence=sentence)
    found = only(compare(of_one((FIRST, "One.")), of_one((FIRST, "One."), flags=[gained])))
    assert (found.how, found.gained, found.lost) == ("flags", (gained,), ())


def test_a_flag_that_moved_with_its_sentence_is_the_same() -> None:
    one, two = passage((FIRST, "One.")), passage((SECOND, "Two."))
    a = with_paragraphs(brief(), two, flags=[flag(paragraph=1)])
    b = with_paragraphs(brief(), one, two, flags=[flag(paragraph=2)])
    found = only(compare(a, b))
    assert (found.how, found.a, found.b) == ("missing", None, Side(1, (1,), FIRST, "One."))


def test_sentences_cut_elsewhere_are_told_as_such() -> None:
    a = of_one((FIRST, "One."), (SECOND, "Two."), (THIRD, "Three."))
    b = of_one((f"{FIRST} {SECOND}", "One, two."), (THIRD, "Three."))
    found = only(compare(a, b))
    assert (found.how, found.a) == ("cut", Side(1, (1, 2), f"{FIRST} {SECOND}", "One. Two."))
    assert found.b == Side(1, (1,), f"{FIRST} {SECOND}", "One, two.")


def test_another_arabic_is_told_as_such() -> None:
    a = of_one((FIRST, "One."), (SECOND, "Two."), (THIRD, "Three."))
    b = of_one((FIRST, "One."), (SECOND + "!", "Two."), (THIRD, "Three."))
    assert (only(compare(a, b)).how, only(compare(a, b)).b) == ("arabic", Side(1, (2,), SECOND + "!", "Two."))


def test_white_space_is_no_difference() -> None:
    a = with_paragraphs(brief(), passage((FIRST, "One."), (SECOND, "Two.")))
    b = with_paragraphs(brief(), passage((FIRST.replace(" ", "  "), "One."), (SECOND, "Two."), sep="\n"))
    assert compare(a, b).differences == ()


def test_summaries_are_compared_whole() -> None:
    a = replace(brief(), summaries=(Summary(FIRST, passage((FIRST, "One.")), (1,), "model"),))
    b = replace(brief(), summaries=(Summary(SECOND, passage((FIRST, "One."), (SECOND, "Two.")), (1,), "model"),))
    assert only(compare(a, b)) == Difference(
        "arabic", "summary", Side(1, (), FIRST, "One."), Side(1, (), SECOND, "One. Two.")
    )
    assert only(compare(a, replace(a, summaries=()))).b is None


def test_what_an_editor_wrote_is_told_as_edited() -> None:
    edited = Sentence(FIRST, "", "1.", edit=Edit("Samia", "2026-11-27T06:00:00+00:00", "One."))
    a, b = of_one((FIRST, "One.")), with_paragraphs(brief(), Passage((edited,)))
    found = compare(a, b)
    assert only(found).b == Side(1, (1,), FIRST, "1.", editors=("Samia",))
    assert "    B (edited by Samia): 1." in diff_text.body(found)
    assert b"edited by Samia" in page_of(found)


# Of anything.

WORDS = st.sampled_from([*"ابتثجح", "كلمة", "-", "٣"])
TARGETS = st.sampled_from(["", "One.", "Two.", "Three words here."])


@st.composite
def passages(draw: st.DrawFn, words: Sequence[str] | None = None) -> Passage:
    words = draw(st.lists(WORDS, max_size=6)) if words is None else words
    sentences, start = [], 0
    while start < len(words):
        end = draw(st.integers(start + 1, len(words)))
        sep = draw(st.sampled_from([" ", "", "\n"]))
        sentences.append(Sentence(" ".join(words[start:end]), sep, draw(TARGETS), literal=draw(st.booleans())))
        start = end
    return Passage(tuple(sentences))


FLAGS = st.builds(
    Flag,
    check=st.sampled_from(["numbers", "names"]),
    severity=st.sampled_from(["error", "info"]),
    message=st.sampled_from(["x", "y"]),
    where=st.sampled_from(["headline", "summary", "paragraph"]),
    paragraph=st.one_of(st.none(), st.integers(1, 3)),
    sentence=st.one_of(st.none(), st.integers(1, 3)),
)


@st.composite
def briefs(draw: st.DrawFn, same_arabic: Brief | None = None) -> Brief:
    if same_arabic:
        made = [draw(passages(one.source.split())) for one in same_arabic.paragraphs]
    else:
        made = draw(st.lists(passages(), max_size=3))
    return with_paragraphs(brief(), *made, flags=draw(st.lists(FLAGS, max_size=6)))


def sentences(made: Brief) -> dict[tuple[int, int], Sentence]:
    return {(p, n): one for p, part in enumerate(made.paragraphs, 1) for n, one in enumerate(part.sentences, 1)}


def told(compared: Compared, side: str) -> list[tuple[int | None, int]]:
    found: list[Side | None] = [getattr(one, side) for one in compared.differences if one.where == "paragraph"]
    return [(one.paragraph, number) for one in found if one for number in one.sentences]


@given(briefs())
def test_a_brief_does_not_differ_from_itself(made: Brief) -> None:
    assert compare(made, made).differences == ()


@given(st.data())
def test_every_sentence_is_told_once_or_the_same_in_both(data: st.DataObject) -> None:
    a = data.draw(briefs())
    b = data.draw(st.one_of(briefs(), briefs(same_arabic=a)))
    compared = compare(a, b)
    left = []
    for side, made in (("a", a), ("b", b)):
        places = told(compared, side)
        assert len(places) == len(set(places))
        left.append(
            [(one.source.split(), one.target.strip()) for place, one in sentences(made).items() if place not in places]
        )
    assert left[0] == left[1]


@given(briefs(), briefs())
def test_every_flag_is_in_both_lost_or_gained(a: Brief, b: Brief) -> None:
    def words(flags: Sequence[Flag]) -> Counter[tuple[str, str, str]]:
        return Counter((one.check, one.severity, one.message) for one in flags)

    found = compare(a, b).differences
    lost, gained = ([item for one in found for item in getattr(one, name)] for name in ("lost", "gained"))
    assert words(a.flags) - words(lost) == words(b.flags) - words(gained)
    assert set(lost) <= set(a.flags)
    assert set(gained) <= set(b.flags)


TEXT = st.lists(st.sampled_from(["a", "b", "Ministry", "قال", "3.5", ".", " ", "\u064e", "’s"]), max_size=20).map(
    "".join
)


@given(TEXT, TEXT)
def test_marks_lose_no_letter_and_leave_the_same_text(a: str, b: str) -> None:
    runs = marked(a, b)
    assert ["".join(text for text, _ in one) for one in runs] == [a, b]
    unmarked = [letters("".join(text for text, differs in one if not differs)) for one in runs]
    assert unmarked[0] == unmarked[1]


@pytest.mark.parametrize("size", [3, 300])
def test_stretches_cover_all_however_long(size: int) -> None:
    a, b = ["x", *"ab" * size, "y"], ["x", *"ba" * size, "c", "y"]
    found = list(stretches(a, b))
    assert [item for _, i1, i2, _, _ in found for item in a[i1:i2]] == a
    assert [item for _, _, _, j1, j2 in found for item in b[j1:j2]] == b
    assert all(a[i1:i2] == b[j1:j2] for equal, i1, i2, j1, j2 in found if equal)


# How it is shown.


def sums_of(compared: Compared, made: Brief | None = None) -> Totals:
    totals = Totals("a", "b")
    provenance = (made or brief()).provenance
    totals.add(compared, provenance, provenance)
    return totals


def page_of(compared: Compared) -> bytes:
    chosen = diff_page.Chosen()
    chosen.add(compared)
    return diff_page.render(sums_of(compared), chosen)


def test_the_page_marks_the_words_that_differ() -> None:
    text = page_of(compare(of_one((FIRST, "One more.")), of_one((FIRST, "One less.")))).decode()
    assert "One <mark>more</mark>." in text
    assert "One <mark>less</mark>." in text


def test_a_large_comparison_shows_other_flags_first() -> None:
    chosen = diff_page.Chosen(most=3)
    plain = compare(of_one((FIRST, "1."), (SECOND, "2.")), of_one((FIRST, "One."), (SECOND, "Two.")))
    flagged = compare(of_one((FIRST, "1.")), of_one((FIRST, "1."), flags=[flag()]))
    for number in range(4):
        chosen.add(replace(plain, id=f"plain {number}"))
    chosen.add(replace(flagged, id="flagged"))
    assert [one.id for one in chosen.briefs()] == ["flagged", "plain 0"]
    assert b"4 more are left out" not in diff_page.render(sums_of(plain), chosen)
    assert b"3 more are left out" in diff_page.render(sums_of(plain), chosen)


def test_hostile_texts_are_contained(monkeypatch: pytest.MonkeyPatch) -> None:
    made = flagged_brief(monkeypatch)
    # A lone surrogate is in no brief that was read.
    evil = hostile_brief(made, *(text for text in TEXTS if "\ud800" not in text))
    compared = compare(made, evil)
    lines = [*diff_text.body(compared), *diff_text.head(replace(sums_of(compared), a=evil.article.id))]
    assert [line for line in lines if line != one_line(line)] == []
    assert not any(character in "".join(lines) for character in "\x1b\x9b\r\n\u2028\u202e\u2066")
    text = diff_text.json_body(compared)
    assert not any(character in text for character in "\x1b\x9b\r\n\u2028\u202e\u2066")
    assert json.loads(text)["id"] == made.article.id
    assert "\u202emoc.live" in json.dumps(json.loads(text), ensure_ascii=False)


# Folders.


def folders(tmp_path: Path, a: Sequence[Brief], b: Sequence[Brief]) -> tuple[Path, Path]:
    out = tmp_path / "a", tmp_path / "b"
    for folder, made in zip(out, (a, b), strict=True):
        folder.mkdir()
        for one in made:
            put(folder, one)
    return out


def document(*folders: Path, code: int = 0) -> Any:
    result = called("diff", *folders, "--json")
    assert result.returncode == code, result.stderr
    return json.loads(result.stdout)


def test_briefs_of_one_run_alone_are_named(tmp_path: Path) -> None:
    both = brief("both.txt"), brief("sub/both.txt")
    a, b = folders(tmp_path, [*both, brief("a.txt")], [*both, brief("b.txt"), brief("c.txt")])
    found = document(a, b)
    assert (found["schema"], found["only_in_a"], found["only_in_b"]) == ("trans.diff/1", ["a.txt"], ["b.txt", "c.txt"])
    assert (found["counts"]["briefs"], found["counts"]["briefs_differ"], found["briefs"]) == (2, 0, [])
    text = called("diff", a, b).stdout
    assert "  only in A: a.txt\n" in text
    assert "2 briefs in both: 0 with differences, 2 the same." in text


def test_a_brief_is_found_by_its_id_under_another_name(tmp_path: Path) -> None:
    a, b = folders(tmp_path, [brief("x.txt", FIRST, "One.")], [])
    put(b, brief("x.txt", FIRST, "Two."), "renamed/x.json")
    put(b, brief("other.txt"), "x.json")
    found = document(a, b)
    assert [one["id"] for one in found["briefs"]] == ["x.txt"]
    assert (found["only_in_a"], found["only_in_b"]) == ([], ["other.txt"])


def test_an_edited_brief_stands_for_the_new_one_beside_it(tmp_path: Path) -> None:
    a, b = folders(tmp_path, [brief("x.txt")], [brief("x.txt")])
    put(b, brief("x.txt", FIRST, "New."), "x.new.json")
    assert document(a, b)["briefs"] == []


def test_broken_briefs_are_named_and_other_json_passed_over(tmp_path: Path) -> None:
    a, b = folders(tmp_path, [brief("x.txt"), brief("y.txt")], [brief("x.txt"), brief("y.txt")])
    (a / "notes.json").write_text("[1, 2]")
    (b / "y.json").write_text('{"schema": "trans.brief/1"')
    found = document(a, b, code=1)
    assert [(one["side"], one["file"]) for one in found["unreadable"]] == [("b", "y.json")]
    assert (found["counts"]["briefs"], found["only_in_a"]) == (1, [])
    assert "Left out: " in called("diff", a, b).stderr


def test_other_models_and_settings_are_told_on_top(tmp_path: Path) -> None:
    made = replace(brief("x.txt").provenance, translation={"model": "m", "settings": {"decoding": {"beam_size": 4}}})
    other = replace(made, glossary="1", translation={"model": "m", "settings": {"decoding": {"beam_size": 1}}})
    many = [replace(brief(f"{n}.txt"), provenance=replace(made, glossary=f"{n}")) for n in range(6)]
    others = [replace(brief(f"{n}.txt"), provenance=other) for n in range(6)]
    a, b = folders(tmp_path, many, others)
    found = {(one["name"], one["a"], one["b"]): one["briefs"] for one in document(a, b)["settings"]}
    assert found["translation.settings.decoding.beam_size", "4", "1"] == 6
    assert found["glossary", "various", "various"] == 2, "of many values the first three"
    lines = called("diff", a, b).stdout.splitlines()
    assert "  translation.settings.decoding.beam_size: A 4, B 1 (6 briefs)" in lines


def test_what_can_not_be_compared_is_refused(tmp_path: Path) -> None:
    a, b = folders(tmp_path, [brief("x.txt")], [])
    assert "There are no briefs in" in complaint(called("diff", a, b), 2)[0]
    assert "There are no briefs in" in complaint(called("diff", b, a), 2)[0]
    assert "There is no folder" in complaint(called("diff", a, tmp_path / "nowhere"), 2)[0]
    (tmp_path / "link").symlink_to(a)
    for same in (a, tmp_path / "link", f"{a}/"):
        assert "the same folder" in complaint(called("diff", a, same), 2)[0]
    complaint(called("diff", a), 2)


def test_a_page_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    a, b = folders(tmp_path, [brief("x.txt")], [brief("x.txt", FIRST, "Other.")])
    page = tmp_path / "diff.html"
    page.write_text("mine")
    assert "was not made by trans" in complaint(called("diff", a, b, "--html", page), 2)[0]
    assert page.read_text() == "mine"
    page.unlink()
    for _ in range(2):
        result = called("diff", a, b, "--html", page)
        assert result.returncode == 0, result.stderr
    assert result.stdout.endswith(f"All that differs is in {page}\n")
    assert "Other." not in result.stdout
    assert b"<mark>Other</mark>." in page.read_bytes()


def test_folders_of_a_store_are_compared_too(tmp_path: Path) -> None:
    memory = location("memory://diff/a")
    (memory / "x.json").write_bytes(json_brief.render(brief("x.txt", FIRST, "One.")))
    [_, b] = folders(tmp_path, [], [brief("x.txt", FIRST, "Two.")])
    for result in (called("diff", str(memory), b), called("diff", b, f"{memory}/")):
        assert result.returncode == 0, result.stderr
        assert "1 brief in both: 1 with differences, 0 the same." in result.stdout
    assert "the same folder" in complaint(called("diff", str(memory), f"{memory}/"), 2)[0]
    assert "There are no briefs" in complaint(called("diff", "memory://diff/none", b), 2)[0]


def test_two_runs_with_other_settings(tmp_path: Path) -> None:
    models = (ROOT / "models.yaml").read_text(encoding="utf-8")
    known = "      model: embedded:tiny-marian-ar-en\n"
    assert known in models
    other = tmp_path / "beam.yaml"
    other.write_text(models.replace(known, f"{known}      decoding: {{beam_size: 1}}\n"), encoding="utf-8")
    command = ("run", ROOT / "inputs" / "flash-tremor.txt", "--profile", "tiny", "--memory", "off", "--format", "json")
    for name, options in (("a", ()), ("b", ("--config", other))):
        run = called(*command, "--out", tmp_path / name, *options)
        assert run.returncode == 0, run.stderr
    page = tmp_path / "diff.html"
    result = trans("diff", "a", "b", "--json", "--html", page, cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert {"name": "translation.settings.decoding.beam_size", "a": "4", "b": "1", "briefs": 1} in found["settings"]
    assert 0 < found["counts"]["sentences_differ"] <= found["counts"]["sentences"]
    for side in "ab":
        made = {
            one["id"]: one for one in map(json.loads, (path.read_bytes() for path in (tmp_path / side).glob("*.json")))
        }
        for one in found["briefs"]:
            for place in (one[side] for one in one["differences"] if one["where"] == "paragraph"):
                paragraph = made[one["id"]]["paragraphs"][place["paragraph"] - 1]
                assert place["en"] in paragraph["en"]
                assert [paragraph["sentences"][n - 1]["ar"] for n in place["sentences"]] == [place["ar"]]
    assert page.read_bytes().count(b'<section class="brief"') == found["counts"]["briefs_differ"]
