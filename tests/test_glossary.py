"""The glossary: what files may say, which line wins, and where a term and its English are found."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.errors import TransError
from trans.glossary import Glossary, Term
from trans.glossary_file import load

SDF = "قسد"
COUNCIL = "مجلس الوزراء"
STARTER = load()
HEADING = "ar,en,variants,context,note\n"


def written(folder: Path, text: str, name: str = "own.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def own(folder: Path, text: str, name: str = "own.csv", encoding: str = "utf-8") -> dict[str, Term]:
    """The terms of one file alone, by their Arabic."""
    return {term.ar: term for term in load(written(folder, text, name, encoding), starter=False).terms}


def problems(folder: Path, text: str, name: str = "own.csv", encoding: str = "utf-8") -> list[str]:
    path = written(folder, text, name, encoding)
    with pytest.raises(TransError) as caught:
        load(path, starter=False)
    assert caught.value.hint
    assert str(path) in caught.value.message
    return [line.strip() for line in caught.value.message.splitlines()]


def one(ar: str, en: str = "", *variants: str, context: tuple[str, ...] = ()) -> Glossary:
    return Glossary((Term(ar, en or "X", variants, context),))


# --- what a file may say


def test_csv(tmp_path: Path) -> None:
    text = (
        f"# Our desk, 2026\n\n{HEADING}"
        f'{SDF},SDF,Syrian Democratic Forces | the SDF,شمال|الحسكة,"a force, not a party"\n'
        f"# people\n{COUNCIL},cabinet,,,\n"
    )
    terms = own(tmp_path, text)
    assert terms[SDF] == Term(
        SDF, "SDF", ("Syrian Democratic Forces", "the SDF"), ("شمال", "الحسكة"), "a force, not a party"
    )
    assert terms[COUNCIL] == Term(COUNCIL, "cabinet")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_as_excel_writes_it(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    rows = [["ar", "en", "variants", "", ""], [SDF, "SDF", "the SDF|S.D.F.", "", ""], ["", "", "", "", ""]]
    text = end.join(delimiter.join(row) for row in rows) + end
    assert own(tmp_path, text, encoding=encoding) == {SDF: Term(SDF, "SDF", ("the SDF", "S.D.F."))}


def test_columns_in_any_order_and_letter_case_and_only_some(tmp_path: Path) -> None:
    assert own(tmp_path, f" EN ,Ar\nSDF,{SDF}\n") == {SDF: Term(SDF, "SDF")}


def test_rows_that_are_cut_short_or_hold_only_a_note(tmp_path: Path) -> None:
    assert own(tmp_path, HEADING + f"{SDF},SDF\n,,,,to do\n") == {SDF: Term(SDF, "SDF")}


def test_a_cell_may_hold_line_ends(tmp_path: Path) -> None:
    terms = own(tmp_path, HEADING + f'{SDF},SDF,,,"one\ntwo"\n{COUNCIL},cabinet\n')
    assert terms[SDF].note == "one two"
    assert COUNCIL in terms


@pytest.mark.parametrize("name", ["own.yaml", "own.yml", "own.YAML"])
def test_yaml(tmp_path: Path, name: str) -> None:
    text = (
        f"# Our desk\n- ar: {SDF}\n  en: SDF\n  variants: [Syrian Democratic Forces, the SDF]\n  context: الحسكة\n"
        f"- {{ar: {COUNCIL}, en: cabinet, variants: council of ministers|ministers, note:}}\n"
    )
    terms = own(tmp_path, text, name)
    assert terms[SDF] == Term(SDF, "SDF", ("Syrian Democratic Forces", "the SDF"), ("الحسكة",))
    assert terms[COUNCIL].variants == ("council of ministers", "ministers")


def test_brackets_in_a_note_are_no_levels_of_yaml(tmp_path: Path) -> None:
    entries = (f'- {{ar: {SDF} {word}, en: SDF, note: "see [7"}}\n' for word in map(arabic_number, range(150)))
    assert len(own(tmp_path, "".join(entries), "own.yaml")) == 150


def arabic_number(number: int) -> str:
    """Arabic letters that stand for a number, so that each term is another."""
    return "".join("بتجدرسصطعف"[int(digit)] for digit in f"{number:03}")


@pytest.mark.parametrize("name", ["own.csv", "own.yaml"])
@pytest.mark.parametrize("text", ["", "\n\n", "# nothing yet\n"])
def test_a_file_with_nothing_in_it(tmp_path: Path, name: str, text: str) -> None:
    assert own(tmp_path, text, name) == {}


# --- what it may not say


def test_every_problem_is_told_with_its_line(tmp_path: Path) -> None:
    text = (
        HEADING + f"{SDF},SDF,,,\nSDF,SDF,,,\n{COUNCIL},مجلس,,,\n\n{SDF},Syrian force,,,\nوزير,minister,وزير,north,\n"
    )
    first, *rest = problems(tmp_path, text)
    assert first.endswith("has 5 problems:")
    assert [line.split(":")[0] for line in rest] == ["line 3", "line 4", "line 6", "line 7", "line 7"]
    assert "'ar' has no Arabic: 'SDF'" in rest[0]
    assert "'en' has Arabic in it: 'مجلس'" in rest[1]
    assert "stands in line 2 already" in rest[2]
    assert "'variants' has Arabic" in rest[3]
    assert "'context' has no Arabic: 'north'" in rest[4]


@pytest.mark.parametrize("same", ["قسد", "قـسـد", "قَسَد", "قسد،"])
def test_the_same_term_in_another_spelling_stands_twice(tmp_path: Path, same: str) -> None:
    assert "already" in problems(tmp_path, HEADING + f"{SDF},SDF\n{same},S.D.F.\n")[1]


def test_unknown_columns_are_told_once(tmp_path: Path) -> None:
    lines = problems(tmp_path, f"arabic,en,wrong\n{SDF},SDF,\n{COUNCIL},cabinet,\n")
    assert lines[1:] == [
        "line 1: there is no column 'arabic'; the columns are ar, en, variants, context, note",
        "line 1: there is no column 'wrong'; the columns are ar, en, variants, context, note",
    ]
    assert lines == problems(tmp_path, "arabic,en,wrong\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("القاهرة,Cairo\n", "line 1: this is not a heading; the first line names the columns: ar, en"),
        ("القاهرة\n", "line 1: this is not a heading"),
        (f"# names\n\nالقاهرة,Cairo\n{SDF},SDF\n", "line 3: this is not a heading"),
        ("en,variants\n", "line 1: the column 'ar' is missing"),
        (f"en,note\nSDF,{SDF}\n", "line 1: the column 'ar' is missing"),
        (f"ar,en,en\n{SDF},SDF,S.D.F.\n", "line 1: the column 'en' stands twice"),
    ],
)
def test_a_heading_that_is_none_is_told_whatever_follows(tmp_path: Path, text: str, said: str) -> None:
    (line,) = problems(tmp_path, text)[1:]
    assert line.startswith(said)


def test_a_heading_with_one_wrong_column_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    lines = problems(tmp_path, f"ar,english\n{SDF},SDF\nSDF,SDF\n")
    assert [line.split(":")[0] for line in lines[1:]] == ["line 1", "line 3"]


def test_a_comma_outside_quotation_marks(tmp_path: Path) -> None:
    lines = problems(tmp_path, HEADING + f"{SDF},SDF,,,a force, not a party\n")
    assert lines[1:] == ["line 2: 'not a party' stands in no column; a cell with a comma in it needs quotation marks"]


def test_broken_quotation_marks(tmp_path: Path) -> None:
    assert "line 2: this is not CSV" in problems(tmp_path, HEADING + f'"{SDF}"x,SDF\n')[-1]
    assert "line 1: this is not CSV" in problems(tmp_path, f'"ar"x,en\n{SDF},SDF\n')[-1]


def test_not_more_than_twenty_problems_are_listed(tmp_path: Path) -> None:
    lines = problems(tmp_path, HEADING + "no,Arabic\n" * 500)
    assert "500 problems" in lines[0]
    assert len(lines) == 21


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{SDF}: SDF\n", "not a list"),
        ("- [a, b\n", "not valid YAML"),
        (f"- {SDF}\n", f"entry 1: '{SDF}' is not a term; a term is written with the keys ar, en"),
        ("- 5\n", "entry 1: '5' is not a term; a term is written with the keys ar, en"),
        ("- [a, b]\n", "entry 1: '['a', 'b']' is not a term"),
        ("- {'': 5}\n", "entry 1: there is no key ''"),
        (f"- {{ar: {SDF}, en: SDF, ar: {COUNCIL}}}\n", "ar: stands twice"),
        (f"- {{ar: {SDF}, en: NO}}\n", "'en' is not text: False"),
        (f"- {{ar: {SDF}, en: {{a: b}}}}\n", "'en' is not text"),
        (f"- {{ar: {SDF}, en: SDF, variants: [S, [T]]}}\n", "'variants' is not text"),
        ("- {en: SDF}\n", "entry 1: 'ar' has no Arabic"),
        (f"- {{ar: {SDF}, english: SDF}}\n", "entry 1: there is no key 'english'; the keys are ar, en"),
        (f"- {{ar: {SDF}, en: SDF}}\n- {{ar: {SDF}, en: S}}\n", "entry 2: قسد stands in entry 1 already"),
        ("- &a [*a]\n", "too many values"),
    ],
)
def test_yaml_that_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    assert said in " ".join(problems(tmp_path, text, "own.yaml"))


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256"])
def test_a_file_that_is_not_utf8(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(TransError, match="UTF-8") as caught:
        load(written(tmp_path, HEADING + f"{SDF},SDF\n", encoding=encoding))
    assert caught.value.hint == "Save it as UTF-8."


def test_a_file_that_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(TransError, match="can't be read") as caught:
            load(path)
        assert caught.value.hint.startswith("Name a file that is there")
        assert "UTF-8" not in caught.value.hint


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(10_000_001)
    with pytest.raises(TransError, match="too large"):
        load(path)


@given(st.text(), st.sampled_from(["a.csv", "a.yaml"]))
def test_no_text_raises_anything_but_our_error(tmp_path_factory: pytest.TempPathFactory, text: str, name: str) -> None:
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        glossary = load(path, starter=False)
    except TransError:
        return
    glossary.within(text)


CELL = st.text(st.sampled_from('قسدالوـَ ًab|,;"\n#-:{[*&!\t'), max_size=8)


@given(st.lists(st.lists(CELL, max_size=6), max_size=6), st.sampled_from(["a.csv", "a.yaml"]))
def test_nothing_like_a_glossary_raises_anything_but_our_error(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], name: str
) -> None:
    lines = [",".join(row) for row in rows]
    items = [
        "- "
        + "\n  ".join(f"{key}: {cell}" for key, cell in zip(("ar", "en", "variants", "context"), row, strict=False))
        for row in rows
    ]
    text = HEADING + "\n".join(lines) if name.endswith("csv") else "\n".join(items)
    path = tmp_path_factory.mktemp("like") / name
    path.write_text(text, encoding="utf-8")
    try:
        glossary = load(path, starter=False)
    except TransError:
        return
    for term in glossary.within(text).terms:
        assert not term.stands_in("")


# --- which line wins


def test_a_later_file_goes_over_an_earlier_one_line_by_line(tmp_path: Path) -> None:
    profile = written(tmp_path, HEADING + f"{SDF},Syrian Democratic Forces\n{COUNCIL},cabinet\n", "profile.csv")
    desk = written(tmp_path, HEADING + "قـسد,SDF fighters\n", "desk.csv")
    terms = {term.ar: term.en for term in load(profile, None, desk, starter=False).terms}
    assert terms == {"قـسد": "SDF fighters", COUNCIL: "cabinet"}


def test_a_line_goes_over_the_starter_lists_and_takes_out_with_no_english(tmp_path: Path) -> None:
    desk = load(written(tmp_path, HEADING + "قسد,the SDF\nأوبَك,\n"))
    assert [match.value.en for match in desk.find("أعلنت قسد")] == ["the SDF"]
    assert STARTER.find("قررت أوبك")
    assert not desk.find("قررت أوبك")
    assert len(desk.terms) == len(STARTER.terms) - 1


def test_a_desks_line_is_found_before_the_starters_with_the_article(tmp_path: Path) -> None:
    profile = written(tmp_path, HEADING + "المرفأ,the harbour\n", "profile.csv")
    desk = written(tmp_path, HEADING + "مرفأ,port\n", "desk.csv")
    assert [match.value.en for match in load(profile, desk, starter=False).find("في المرفأ")] == ["port"]


@pytest.mark.parametrize("text", ["مرفأ,port\nالمرفأ,the harbour\n", "المرفأ,the harbour\nمرفأ,port\n"])
def test_of_two_lines_of_one_file_that_fit_the_one_with_the_article_is_found(tmp_path: Path, text: str) -> None:
    glossary = load(written(tmp_path, HEADING + text), starter=False)
    assert [match.value.en for match in glossary.find("في المرفأ، وفي مرفأ")] == ["the harbour", "port"]


LINES = [
    f"{SDF},SDF",
    f"ال{SDF},the SDF",
    f"{COUNCIL},cabinet",
    f"{COUNCIL} المصغر,inner cabinet",
    "مجلس,council",
    "الوزراء المصغر,small ministers",
    "وزراء,ministers,,مجلس",
]


@given(st.permutations(LINES), st.lists(st.sampled_from(f"{COUNCIL} المصغر وال{SDF} {SDF} وزراء".split()), max_size=8))
def test_the_order_of_a_files_lines_is_no_matter(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], found: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("order")
    first, other = (
        load(written(folder, HEADING + "\n".join(some), name), starter=False)
        for some, name in ((LINES, "first.csv"), (lines, "other.csv"))
    )
    text = " ".join(found)
    assert first.hash == other.hash
    assert first.within(text).hash == other.within(text).hash
    assert first.find(text) == other.find(text)
    assert first.within(text).find(text) == other.within(text).find(text)


# --- where a term stands


@pytest.mark.parametrize("text", ["قسد", "وقسد", "لقسد", "وبقسد.", "«قسد»", "قَسَد", "قـسـد"])
def test_a_term_is_found_in_its_clitics_and_spellings(text: str) -> None:
    glossary = one(SDF)
    (match,) = glossary.find(f"قالت {text} أمس")
    assert match.value.ar == SDF


@pytest.mark.parametrize("text", ["ناتو", "الناتو", "بالناتو", "للناتو", "والناتو", "فبالناتو"])
def test_a_term_without_the_article_is_found_with_it(text: str) -> None:
    assert one("ناتو").find(f"اجتماع {text} غدا")


def test_a_term_with_the_article_is_not_found_without() -> None:
    glossary = one("المستقبل")
    assert glossary.find("وللمستقبل رأي")
    assert not glossary.find("مستقبل واعد")


def test_the_longest_term_is_found() -> None:
    glossary = Glossary((Term(COUNCIL, "cabinet"), Term(COUNCIL + " المصغر", "inner cabinet")))
    assert [match.value.en for match in glossary.find("أقر مجلس الوزراء المصغر الخطة، ووافق مجلس الوزراء")] == [
        "inner cabinet",
        "cabinet",
    ]


def test_a_part_of_a_word_is_not_a_term() -> None:
    assert not one(SDF).find("القسدية وقسدا")


@given(st.text())
def test_finding_never_raises(text: str) -> None:
    for match in STARTER.find(text):
        assert 0 <= match.start < match.end <= len(text)


# --- whether its English does


@pytest.mark.parametrize(
    ("form", "english"),
    [
        ("al-Tanf", "at Al Tanf base"),
        ("al Tanf", "at al-Tanf"),
        ("al-Tanf", "at al\u2011Tanf"),
        ("two-state", "a two  state solution"),
        ("Tanf", "near al-Tanf, he said"),
        ("Tanf", "Tanf's garrison"),
        ("Ma'an", "Ma’an reported"),
        ("Ma’an", "Ma'an reported"),
        ("Ma'an", "Ma‘an reported"),
        ("Workers' Party", "the workers’ party"),
        ("supreme leader", "The Supreme Leader said"),
        ("UNICEF", "Unicef said"),
        ("WHO", "the WHO's chief"),
        ("U.N.", "a U.N. convoy"),
    ],
)
def test_the_english_stands_there(form: str, english: str) -> None:
    assert Term("أ", form).stands_in(english)
    assert Term("أ", "something else", (form,)).stands_in(english)


@pytest.mark.parametrize(
    ("form", "english"),
    [
        ("WHO", "those who left"),
        ("IS", "what is left"),
        ("SDF", "an sdf file"),
        ("Tanf", "the Tanfite"),
        ("Houthi", "the Houthis"),
        ("al-Tanf", "the Tanf"),
        ("U.N.", "a gun"),
        ("Tanf", ""),
    ],
)
def test_the_english_does_not_stand_there(form: str, english: str) -> None:
    assert not Term("أ", form).stands_in(english)


# --- the part that concerns an article


def test_within_keeps_the_terms_that_stand_in_the_article() -> None:
    glossary = Glossary((Term(SDF, "SDF"), Term(COUNCIL, "cabinet")))
    assert [term.en for term in glossary.within("اجتمع مجلس الوزراء").terms] == ["cabinet"]
    assert glossary.within("لا شيء هنا") == Glossary()
    assert glossary.within("") == Glossary()


@pytest.mark.parametrize(
    ("article", "applies"),
    [
        ("نقلت وكالة نجمة الخبر", True),
        ("قال لوكالة نجمة", True),
        ("نجمة في السماء", False),
        ("نجمة تغني في دار الأوبرا", True),
        ("نجمة تغني في دار فوق تل الأوبرا", False),
    ],
)
def test_a_term_with_context_needs_one_of_its_words(article: str, applies: bool) -> None:
    glossary = one("نجمة", "Najma", context=("وكالة", "دار الأوبرا"))
    assert bool(glossary.within(article).terms) is applies


def test_context_may_stand_anywhere_in_the_article() -> None:
    glossary = one("نجمة", context=("وكالة",)).within("نجمة أولا.\n\nثم ذكرت الوكالة اسمها")
    assert glossary.find("رأى نجمة")


@pytest.mark.parametrize(
    ("article", "found"),
    [
        ("تقدمت القوات المسلحة أمس", ["forces"]),
        ("تقدمت القوات المسلحة في السودان", ["SAF"]),
        ("تقدمت القوات المسلحة الجديدة", ["forces", "new armed"]),
        ("تقدمت القوات", ["forces"]),
    ],
)
def test_a_longer_term_that_does_not_apply_hides_no_shorter_one(article: str, found: list[str]) -> None:
    glossary = Glossary(
        (
            Term("القوات", "forces"),
            Term("القوات المسلحة", "SAF", context=("السودان",)),
            Term("المسلحة الجديدة", "new armed"),
        )
    )
    assert [match.value.en for match in glossary.within(article).find(article)] == found


def test_terms_that_do_not_apply_may_lie_in_one_another() -> None:
    terms = [Term(" ".join(["بيت"] * size), f"house {size}", context=("قصر",)) for size in range(2, 20)]
    glossary = Glossary((Term("بيت", "house"), *terms))
    assert [term.en for term in glossary.within("بيت " * 40).terms] == ["house"]
    assert not Glossary(tuple(terms)).within("بيت " * 40).terms


@given(st.text(st.sampled_from("ةوكالنجم ")))
def test_within_finds_what_the_whole_finds(text: str) -> None:
    glossary = Glossary((Term("نجمة", "Najma"), Term("وكالة", "agency")))
    assert glossary.within(text).find(text) == glossary.find(text)


# --- its hash


def test_the_hash_is_the_same_for_the_same_terms(tmp_path: Path) -> None:
    text = HEADING + f"{SDF},SDF,the SDF,,\n{COUNCIL},cabinet\n"
    first = load(written(tmp_path, text, "one.csv"), starter=False)
    again = load(written(tmp_path, "# said anew\n" + text, "two.csv"), starter=False)
    assert first.hash == again.hash != ""
    assert Glossary().hash == ""


@pytest.mark.parametrize(
    "changed",
    [
        Term(SDF, "S.D.F.", ("b",), ("شمال",)),
        Term(SDF, "SDF", (), ("شمال",)),
        Term(SDF, "SDF", ("b",), ()),
        Term("قسدي", "SDF", ("b",), ("شمال",)),
    ],
)
def test_the_hash_changes_with_a_term(changed: Term) -> None:
    assert Glossary((Term(SDF, "SDF", ("b",), ("شمال",)),)).hash != Glossary((changed,)).hash


def test_a_note_is_no_matter_to_the_hash() -> None:
    assert Glossary((Term(SDF, "SDF", note="a force"),)).hash == Glossary((Term(SDF, "SDF"),)).hash


def test_the_hash_changes_with_the_one_found_of_two_that_fit() -> None:
    plain, article = Term("ناتو", "NATO"), Term("الناتو", "the Alliance")
    glossaries = [Glossary((plain, article)), Glossary((article, plain))]
    assert len({glossary.find("قرر الناتو")[0].value for glossary in glossaries}) == 2
    assert len({glossary.hash for glossary in glossaries}) == 2


def test_the_hash_within_an_article_knows_only_its_terms() -> None:
    article = f"أعلنت {SDF} بيانا"
    small = Glossary((Term(SDF, "SDF"),))
    large = Glossary((Term(COUNCIL, "cabinet"), Term(SDF, "SDF")))
    assert small.within(article).hash == large.within(article).hash


# --- the starter list


def test_the_starter_list_is_of_useful_size() -> None:
    assert len(STARTER.terms) > 300


@pytest.mark.parametrize(
    ("arabic", "english"),
    [
        ("أعلنت قسد انسحابها", "SDF"),
        ("وصل إلى الدار البيضاء", "Casablanca"),
        ("دول القرن الإفريقي", "Horn of Africa"),
        ("التقى وليَّ العهد", "crown prince"),
        ("في عين العرب أمس", "Kobani"),
    ],
)
def test_the_starter_list_knows_what_machines_get_wrong(arabic: str, english: str) -> None:
    assert [match.value.en for match in STARTER.within(arabic).find(arabic)] == [english]


def test_ordinary_words_need_their_context() -> None:
    for text in (
        "لعب الفريق بحماس كبير",
        "طالبان في المدرسة",
        "الوضع صعب وأم المريض قلقة",
        "كونا صداقة",
        "وقع في صيدا ثمين",
    ):
        assert not STARTER.within(text).terms, text
    assert STARTER.within("حركة حماس في غزة").terms
    assert STARTER.within("نفت حماس ذلك، وقصفت إسرائيل القطاع").terms


def test_every_starter_term_has_each_english_once_and_finds_it() -> None:
    for term in STARTER.terms:
        forms = (term.en, *term.variants)
        assert len(set(forms)) == len(forms), term
        assert all(Term(term.ar, form).stands_in(f"It was {form}, he said.") for form in forms), term


def test_every_starter_term_is_found_in_its_own_words() -> None:
    for term in STARTER.terms:
        first = term.ar.split()[0]
        for before in ("", "و") if len(first) > 1 else ("",):  # a clitic is never read off a single letter
            text = f"كان {before}{term.ar}، {' '.join(term.context[:1])}"
            assert term in STARTER.within(text).terms, text
            assert term in [match.value for match in STARTER.find(text)], text
