"""The Word brief: all words are in it, each run says its direction, flags are comments, and the same brief is the same file."""

import re
import shutil
import subprocess
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from briefs import flagged_brief
from docx.document import Document
from docx.oxml.ns import qn
from fakes import FakeEngine, FakeModels
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import ENGLISH, HEADLINE, LEAD, english, long_article

from trans.api import Translator
from trans.article import Metadata
from trans.brief import Brief, Flag, Passage, Repair, Sentence, Severity, Where
from trans.render import html, word
from trans.render.blocks import Block, Note, Span
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER, UNREVIEWED
from trans.render.status import faults, status

ARABIC = re.compile("[\u0621-\u064a]")


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    FakeModels(FakeEngine(english)).install(monkeypatch)
    return Translator("news").brief(long_article(5))


def opened(brief: Brief) -> Document:
    return docx.Document(BytesIO(word.render(brief)))


def lines(document: Document) -> list[str]:
    """Every paragraph of the body in reading order, those of tables too."""
    found = []
    for paragraph in document.element.body.iter(qn("w:p")):
        marks = {qn("w:br"): "\n", qn("w:tab"): "\t"}
        found.append("".join(marks.get(item.tag) or item.text or "" for item in paragraph.iter(qn("w:t"), *marks)))
    return found


def only(brief: Brief, **sentence: Any) -> Brief:
    """``brief`` with one paragraph of one sentence, and no flags."""
    paragraph = Passage((Sentence(sep="", **sentence),))
    return replace(
        brief,
        paragraphs=(paragraph,),
        article=replace(brief.article, paragraphs=brief.article.paragraphs[:1]),
        flags=(),
    )


def flagged(brief: Brief, *flags: Flag) -> Brief:
    return replace(brief, flags=flags)


def test_it_holds_what_the_markdown_brief_holds_in_that_order(brief: Brief) -> None:
    demo = replace(brief, provenance=replace(brief.provenance, demo=True))
    text = "\n".join(lines(opened(demo)))
    wanted = [
        UNREVIEWED,
        DEMO_BANNER,
        ENGLISH[HEADLINE],
        HEADLINE,
        f"Source: {brief.article.source.uri}",
        brief.summaries[0].english.target,
        brief.summaries[0].arabic,
        status(brief),
        *(f"{fault.severity.capitalize()}: {fault.message}" for fault in faults(brief)),
        "Full translation",
        ENGLISH[LEAD],
        LEAD,
        "How this was made",
        "Helsinki-NLP/opus-mt-ar-en",
        "CC BY-NC-SA 4.0",
    ]
    positions = [text.index(part) for part in wanted]
    assert positions == sorted(positions)


def test_a_real_brief_has_no_demo_banner(brief: Brief) -> None:
    assert DEMO_BANNER not in lines(opened(brief))


def test_headings_are_headings_for_the_navigation_pane(brief: Brief) -> None:
    document = opened(brief)
    headings = [item.text for item in document.paragraphs if item.style and item.style.name == "Heading 2"]
    assert headings[:2] == ["Summary", "What to check"]
    assert "Full translation" in headings
    assert [item.text for item in document.paragraphs if item.style and item.style.name == "Heading 1"] == [
        ENGLISH[HEADLINE]
    ]


def test_paragraphs_stand_side_by_side_under_a_repeated_head(brief: Brief) -> None:
    (table,) = (
        table for table in opened(brief).tables if table.cell(0, 1).text == "English" and len(table.columns) == 3
    )
    assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)
    cells = [[cell.text for cell in row.cells] for row in table.rows[1:]]
    wanted = [[str(number), item.target, item.source] for number, item in enumerate(brief.paragraphs, start=1)]
    assert cells == wanted


def test_a_long_row_may_break(brief: Brief) -> None:
    long = only(brief, source="كلمة " * 2000, target="word " * 2000)
    (row,) = [row for row in opened(long).tables[1].rows if "word" in row.cells[1].text]
    assert row._tr.find(f".//{qn('w:cantSplit')}") is None


def test_every_run_says_its_direction(brief: Brief) -> None:
    mixed = only(brief, source="أعلنت شركة BBC News في 2024 عن F-16 (طائرة)", target="He said «نعم» twice.")
    body = opened(mixed).element.body
    for run in body.iter(qn("w:r")):
        text = "".join(item.text or "" for item in run.iter(qn("w:t")))
        about = run.find(qn("w:rPr"))
        rtl = about is not None and about.find(qn("w:rtl")) is not None
        assert rtl if ARABIC.search(text) else not (rtl and re.search("[A-Za-z]", text)), text
        if rtl:
            assert about.find(qn("w:lang")).get(qn("w:bidi")) == "ar-SA"
    for paragraph in body.iter(qn("w:p")):
        text = "".join(item.text or "" for item in paragraph.iter(qn("w:t")))
        if ARABIC.search(text) and not re.search("[A-Za-z]", text):
            assert paragraph.find(f"{qn('w:pPr')}/{qn('w:bidi')}") is not None, text


def test_arabic_has_its_own_font_and_size(brief: Brief) -> None:
    document = opened(brief)
    about = document.styles["Normal"].element.rPr
    assert about.find(qn("w:rFonts")).get(qn("w:cs"))
    assert int(about.find(qn("w:szCs")).get(qn("w:val"))) > int(about.find(qn("w:sz")).get(qn("w:val")))
    languages = list(document.styles.element.iter(qn("w:lang")))
    assert languages
    assert all(language.get(qn("w:bidi")) == "ar-SA" for language in languages)


def test_errors_and_warnings_are_comments_at_their_sentence(brief: Brief) -> None:
    document = opened(
        flagged(
            brief,
            Flag("numbers", "error", "Two numbers", "paragraph", 2, 3, "٣٩", "93"),
            Flag("names", "warning", "A name", "headline", None, 1),
            Flag("loop", "info", "A note", "paragraph", 1, 1),
        )
    )
    comments = {comment.comment_id: comment for comment in document.comments}
    assert sorted(comment.text for comment in comments.values()) == ["Error: Two numbers\n٣٩\n93", "Warning: A name"]
    assert {comment.author for comment in comments.values()} == {"trans"}
    at = {comments[number].text.split("\n")[0]: text for number, text in anchored(document).items()}
    assert at == {"Error: Two numbers": brief.paragraphs[1].sentences[2].target, "Warning: A name": ENGLISH[HEADLINE]}


def anchored(document: Document) -> dict[int, str]:
    """The text in the range of each comment."""
    open_at: dict[int, list[str]] = {}
    closed = {}
    for element in document.element.body.iter():
        number = int(element.get(qn("w:id")) or 0) if isinstance(element.tag, str) else 0
        if element.tag == qn("w:commentRangeStart"):
            open_at[number] = []
        elif element.tag == qn("w:commentRangeEnd"):
            closed[number] = "".join(open_at.pop(number))
        elif element.tag == qn("w:t"):
            for parts in open_at.values():
                parts.append(element.text or "")
    assert not open_at
    return closed


def test_a_sentence_without_english_has_its_comment_at_the_arabic(brief: Brief) -> None:
    empty = flagged(only(brief, source=LEAD, target=""), Flag("missing", "error", "Gone", "paragraph", 1, 1))
    assert list(anchored(opened(empty)).values()) == [LEAD]


def test_a_flag_of_a_whole_passage_or_of_none_still_is_a_comment(brief: Brief) -> None:
    document = opened(
        flagged(
            brief,
            Flag("merged", "warning", "All of it", "paragraph", 2),
            Flag("confidence", "warning", "The article", "paragraph", None),
            Flag("lost", "error", "Nowhere", "paragraph", 99, 99),
        )
    )
    assert [comment.text for comment in document.comments] == [
        "Warning: The article",
        "Error: Nowhere",
        "Warning: All of it",
    ]
    assert list(anchored(document).values())[-1] == brief.paragraphs[1].target


@pytest.mark.parametrize("target", ["", " ", "word"])
@pytest.mark.parametrize("source", ["", "كلمة"])
def test_no_flag_is_lost_on_a_text_that_is_not_there(source: str, target: str, brief: Brief) -> None:
    passage = Passage((Sentence(source, "", target),))
    summary = replace(brief.summaries[0], english=passage, arabic=source)
    short = replace(
        only(brief, source=source, target=target), headline=passage, decks=(passage,), summaries=(summary, summary)
    )
    places = [(where, number) for where, number, _ in short.parts()]
    flags = [Flag("x", "error", "Told", where, number, at) for where, number in places for at in (None, 1, 2)]
    assert len(places) == 5
    assert len(list(opened(flagged(short, *flags)).comments)) == len(flags)


def test_a_flag_of_an_empty_text_is_a_comment_too(brief: Brief) -> None:
    empty = Passage(())
    summary = replace(brief.summaries[0], english=empty, arabic="")
    bare = replace(brief, headline=empty, decks=(empty,), summaries=(summary, summary))
    flags = [Flag("x", "error", "Nothing", where, number) for where, number, _ in bare.parts()]
    assert len(list(opened(flagged(bare, *flags)).comments)) == len(flags)


def test_a_comment_on_links_only_has_a_place() -> None:
    from trans.render import ooxml

    only_links = Block((Span("1", to="p1"),), notes=(Note("Error", "Told"),))
    made = ooxml.write([only_links, Block((Span("There"),), name="p1")], title="", subject="", foot="")
    assert [comment.text for comment in docx.Document(BytesIO(made)).comments] == ["Error: Told"]


def test_notes_are_listed_at_the_end(brief: Brief) -> None:
    text = lines(opened(flagged(brief, Flag("loop", "info", "A note", "paragraph", 1, 1))))
    at = text.index("Notes (1)")
    assert at > text.index("How this was made")
    assert text[at + 1] == "A note (paragraph 1, sentence 1)"
    assert not any(line.startswith("Notes") for line in lines(opened(flagged(brief))))


def test_sentences_have_the_numbers_that_the_page_gives_them(monkeypatch: pytest.MonkeyPatch) -> None:
    brief = flagged_brief(monkeypatch)
    table = brief.paragraphs[6]
    flags = [Flag("x", "error", f"Told {at}", "paragraph", 7, at) for at in range(1, len(table.sentences) + 1)]
    text = "\n".join(lines(opened(flagged(brief, *flags))))
    page = html.render(flagged(brief, *flags)).decode()
    assert "Error: Told 1 (paragraph 7)" in text  # a bar
    for at in (2, 3):
        assert f"Error: Told {at} (paragraph 7, cell {at - 1})" in text
        assert f'<a href="#p7-{at}">cell {at - 1}</a>: Told {at}' in page


@pytest.mark.parametrize("summaries", [0, 1, 2])
def test_places_lead_to_their_paragraph(summaries: int, brief: Brief) -> None:
    wheres: tuple[Where, ...] = ("headline", "summary", "deck", "paragraph")
    severities: tuple[Severity, ...] = ("error", "info")
    flags = [
        Flag("x", severity, f"Told {where} {part} {at} {severity}", where, part, at)
        for where in wheres
        for part in (None, 1, 2, 99)
        for at in (None, 1, 99)
        for severity in severities
    ]
    some = replace(brief, summaries=(brief.summaries[:1] * summaries), decks=(brief.headline,))
    document = opened(flagged(some, *flags))
    targets = {item.get(qn("w:name")) for item in document.element.body.iter(qn("w:bookmarkStart"))}
    links = {item.get(qn("w:anchor")) for item in document.element.body.iter(qn("w:hyperlink"))}
    assert links
    assert links <= targets


def test_a_repaired_sentence_shows_its_first_translation(brief: Brief) -> None:
    first, *others = brief.paragraphs
    sentence = replace(first.sentences[-1], repair=Repair("another hypothesis", "The first", ("numbers",)))
    mended = replace(brief, paragraphs=(replace(first, sentences=(*first.sentences[:-1], sentence)), *others))
    text = lines(opened(mended))
    assert "Translated again (1)" in text
    assert (
        f"paragraph 1, sentence {len(first.sentences)}: another hypothesis; the first translation was: The first"
        in text
    )


def test_key_points_say_where_they_come_from(brief: Brief) -> None:
    point = replace(brief.summaries[0], draws_on=(2, 4), covers=(1, 2, 3, 4))
    document = opened(replace(brief, summaries=(brief.summaries[0], point)))
    (table,) = (table for table in document.tables if table.cell(0, 0).text == "From")
    assert [cell.text for cell in table.rows[1].cells] == ["2, 4", point.english.target, point.arabic]


def test_one_brief_is_one_file_at_any_time(brief: Brief, monkeypatch: pytest.MonkeyPatch) -> None:
    first = word.render(brief)
    later = time.struct_time((2031, 5, 6, 7, 8, 9, 1, 126, 0))
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    monkeypatch.setattr(time, "gmtime", lambda *_: later)
    assert word.render(brief) == first
    with ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    assert brief.flags
    assert not re.search(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}T", text)


def test_the_file_tells_title_language_and_author(brief: Brief) -> None:
    properties = opened(brief).core_properties
    assert (properties.title, properties.language, properties.author) == (ENGLISH[HEADLINE], "en", "trans")
    assert "unreviewed" in properties.subject
    long = replace(brief, headline=Passage((Sentence(HEADLINE, "", "word " * 20_000),)))
    assert opened(long).core_properties.title.startswith("word word")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    target=st.text(st.characters() | st.sampled_from("\x00\x0b\ud800\ufffe\uffff\u2028\u202e\u2066\u2069")),
    source=st.text(st.characters() | st.sampled_from("ابت \u200f\u202b")),
)
def test_any_text_is_written_and_its_words_come_back(target: str, source: str, brief: Brief) -> None:
    rendered = only(brief, source=source, target=target)
    rendered = flagged(rendered, Flag("x", "error", target, "paragraph", 1, 1, source, target))
    rendered = replace(rendered, article=replace(rendered.article, id=source or "x"))
    text = lines(opened(rendered))
    assert plain(target) in text
    assert plain(source) in text


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "</w:t></w:r>", "&lt;b&gt; &#x41;", "=1+1", "{{7*7}}"]
)
def test_markup_in_an_article_is_shown_as_text(hostile: str, brief: Brief) -> None:
    document = opened(only(brief, source=f"كلمة {hostile}", target=f"word {hostile}"))
    assert f"word {hostile}" in lines(document)
    assert f"كلمة {hostile}" in lines(document)


def test_no_control_sets_letters_in_another_order(brief: Brief) -> None:
    document = opened(only(brief, source="قتل \u202e39\u202c شخصا", target="\u2066\u202e93 people"))
    assert "93 people" in lines(document)
    assert "قتل 39 شخصا" in lines(document)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        ("https://example.org/خبر", "https://example.org/%D8%AE%D8%A8%D8%B1"),
        ("http://example.org/100%", "http://example.org/100%25"),
        ("javascript:alert(1)", None),
        ("http://", None),
        ("http://[::1", None),
        ("https://example.org/" + "a" * 3000, None),
        ("file:///etc/passwd", None),
    ],
)
def test_only_a_web_address_is_a_link_and_all_are_shown(url: str, target: str | None, brief: Brief) -> None:
    metadata = replace(brief.article.metadata, url=url)
    document = opened(replace(brief, article=replace(brief.article, metadata=metadata)))
    assert any(url in line for line in lines(document))
    targets = [rel.target_ref for rel in document.part.rels.values() if rel.is_external]
    assert targets == ([target] if target else [])


def test_what_an_article_says_of_itself_stands_under_its_headline(brief: Brief) -> None:
    metadata = Metadata(
        published="2026-03-01",
        received="2026-03-01T11:06:00+00:00",
        version="3",
        status="canceled",
        language="ar-EG",
        usage="For subscribers only",
    )
    text = lines(opened(replace(brief, article=replace(brief.article, metadata=metadata))))
    assert any(
        "Published: 2026-03-01 · Received: 2026-03-01 11:06 UTC · Version: 3 · Status: canceled · Language: ar-EG · "
        "Usage terms: For subscribers only" in line
        for line in text
    )


def test_importing_the_program_does_not_load_python_docx() -> None:
    import sys

    code = "import sys, trans.render; sys.exit('docx' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def converted(data: bytes, folder: Path) -> str:
    """The text of the pages that LibreOffice makes of it."""
    (folder / "brief.docx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    soffice = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*soffice, folder / "brief.docx"], check=True, capture_output=True, timeout=60)
    pdftotext: list[str | Path] = ["pdftotext", "-enc", "UTF-8", folder / "brief.pdf", "-"]
    text = subprocess.run(pdftotext, check=True, capture_output=True, timeout=20).stdout.decode()
    return re.sub("[\u202a-\u202e]", "", text)


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="needs LibreOffice and pdftotext: apt-get install libreoffice-writer-nogui poppler-utils",
)
def test_a_word_processor_makes_pages_of_it(brief: Brief, tmp_path: Path) -> None:
    words = converted(word.render(brief), tmp_path).split()
    for wanted in (UNREVIEWED, ENGLISH[HEADLINE], ENGLISH[LEAD], "Error:", "licence CC BY-NC-SA"):
        assert set(wanted.split()) <= set(words)
    assert "Page" in words
    # A PDF has ligatures and brackets in an order of its own: whole Arabic words that have none, joined as they were.
    assert {"الوزارة", "جديدة", "مليون", "العربية"} <= set(words)
