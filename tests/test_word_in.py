"""Word files: no text that a reader sees is lost, wherever in the file it stands, and what was deleted stays out."""

import re
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from briefs import flagged_brief
from hypothesis import given
from hypothesis import strategies as st
from office import article, failure, result, w, zipped
from office import docx as made

from trans.article import Paragraph
from trans.render import word

HEADLINE = "افتتاح محطة جديدة لتحلية المياه في الميناء الشرقي"
LEAD = "أعلنت هيئة المياه يوم الأحد افتتاح محطة جديدة تنتج 40 ألف متر مكعب في اليوم."
SECOND = "وقال مدير المشروع إن العمل فيها استمر ثلاث سنوات."

STYLES = (
    '<w:style w:type="paragraph" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="Subtitle"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="desk"><w:name w:val="عنوان فرعي للصفحة"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="outline"><w:name w:val="قسم"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="item"><w:name w:val="بند"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    "</w:style>"
)


def bodies(xml: str, **parts: str) -> list[str]:
    """The paragraphs under the headline of a Word file with ``xml`` between two others."""
    found = article(made(w(HEADLINE, "a3") + w(LEAD) + xml + w(SECOND), styles=STYLES, **parts), "a.docx")
    assert found.headline == HEADLINE
    texts = [paragraph.text for paragraph in found.paragraphs]
    assert texts[0] == LEAD
    assert SECOND in texts
    return [text for text in texts[1:] if text != SECOND]


def test_styles_say_what_is_what() -> None:
    found = article(
        made(
            w(HEADLINE, "a3")
            + w("المحطة أكبر محطات الساحل", "a5")
            + w(LEAD)
            + w("ثلاث سنوات من العمل", "1")
            + w(SECOND)
            + w("تمويل المشروع", "desk")
            + w(SECOND)
            + w("أرقام", "outline")
            + w(SECOND),
            styles=STYLES,
        ),
        "desk/a.docx",
    )
    assert (found.id, found.headline, found.decks) == ("desk/a.docx", HEADLINE, ("المحطة أكبر محطات الساحل",))
    assert [(one.kind, one.text) for one in found.paragraphs] == [
        ("text", LEAD),
        ("heading", "ثلاث سنوات من العمل"),
        ("text", SECOND),
        ("heading", "تمويل المشروع"),
        ("text", SECOND),
        ("heading", "أرقام"),
        ("text", SECOND),
    ]


def test_a_file_without_styles_reads_as_plain_text_does() -> None:
    found = article(made(w(HEADLINE) + w("كتب: سامي حسن") + w(f"القاهرة (رويترز) - {LEAD}") + w(SECOND)), "a.docx")
    assert found.headline == HEADLINE
    assert (found.metadata.byline, found.metadata.dateline) == ("كتب: سامي حسن", "القاهرة (رويترز)")


def test_the_first_heading_is_the_headline_where_no_title_is() -> None:
    found = article(made(w(HEADLINE, "1") + w(LEAD) + w("خلفية", "1") + w(SECOND), styles=STYLES), "a.docx")
    assert (found.headline, [one.kind for one in found.paragraphs]) == (HEADLINE, ["text", "heading", "text"])


def test_a_section_name_above_the_title_is_kept() -> None:
    found = article(made(w("اقتصاد") + w(HEADLINE, "a3") + w(LEAD) + w(SECOND), styles=STYLES), "a.docx")
    assert found.headline == HEADLINE
    assert [one.text for one in found.paragraphs] == ["اقتصاد", LEAD, SECOND]


def test_a_headline_of_two_lines() -> None:
    found = article(
        made(w("افتتاح محطة", "a3") + w("لتحلية المياه", "a3") + w(LEAD) + w(SECOND), styles=STYLES), "a.docx"
    )
    assert found.headline == "افتتاح محطة لتحلية المياه"


def test_text_in_a_headings_looks_is_text() -> None:
    long = " ".join([LEAD] * 4)
    assert (
        article(made(w(HEADLINE, "a3") + w(long, "1") + w(SECOND, "1"), styles=STYLES), "a.docx").paragraphs[0].kind
        == "text"
    )


R = "<w:r><w:t>{}</w:t></w:r>"
BOX = "<w:txbxContent>{}</w:txbxContent>"
CELL = "<w:tc><w:p>" + R + "</w:p></w:tc>"

KEPT = {
    "insertion": "<w:p><w:ins>" + R + "</w:ins></w:p>",
    "moved here": "<w:p><w:moveTo>" + R + "</w:moveTo></w:p>",
    "link": "<w:p><w:hyperlink>" + R + "</w:hyperlink></w:p>",
    "content control around a paragraph": "<w:sdt><w:sdtPr/><w:sdtContent><w:p>" + R + "</w:p></w:sdtContent></w:sdt>",
    "content control in a paragraph": "<w:p><w:sdt><w:sdtContent>" + R + "</w:sdtContent></w:sdt></w:p>",
    "content control around a row": "<w:tbl><w:sdt><w:sdtContent><w:tr>" + CELL + "</w:tr></w:sdtContent></w:sdt></w:tbl>",
    "content control around a cell": "<w:tbl><w:tr><w:sdt><w:sdtContent>" + CELL + "</w:sdtContent></w:sdt></w:tr></w:tbl>",
    "table in a table": "<w:tbl><w:tr><w:tc><w:tbl><w:tr>" + CELL + "</w:tr></w:tbl><w:p/></w:tc></w:tr></w:tbl>",
    "box of a new Word": "<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx>" + BOX.format("<w:p>" + R + "</w:p>")
    + "</wps:txbx></mc:Choice><mc:Fallback><w:pict/></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    "box of an old Word": "<w:p><w:r><w:pict><v:textbox>"
    + BOX.format("<w:p>" + R + "</w:p>") + "</v:textbox></w:pict></w:r></w:p>",
    "box that only the old Word gets": "<w:p><w:r><mc:AlternateContent><mc:Choice/><mc:Fallback><v:textbox>"
    + BOX.format("<w:p>" + R + "</w:p>") + "</v:textbox></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    "table in a box": "<w:p><w:r>" + BOX.format("<w:tbl><w:tr>" + CELL + "</w:tr></w:tbl>") + "</w:r></w:p>",
    "simple field": "<w:p><w:fldSimple w:instr='DATE'>" + R + "</w:fldSimple></w:p>",
    "field": "<w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>REF x</w:instrText></w:r>" + R + "</w:p>",
    "smart tag": "<w:p><w:smartTag>" + R + "</w:smartTag></w:p>",
    "custom element": "<w:customXml><w:p>" + R + "</w:p></w:customXml>",
    "direction": "<w:p><w:bdo w:val='rtl'>" + R + "</w:bdo></w:p>",
    "formula": "<w:p><m:oMath><m:r><m:t>{}</m:t></m:r></m:oMath></w:p>",
    "shape": "<w:p><w:r><w:drawing><a:p><a:r><a:t>{}</a:t></a:r></a:p></w:drawing></w:r></w:p>",
    "text that is not hidden": "<w:p><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>{}</w:t></w:r></w:p>",
    "hidden paragraph mark": "<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>" + R + "</w:p>",
}  # fmt: skip

PLANTED = "جملة مزروعة في مكان بعيد عن العين."


@pytest.mark.parametrize("place", KEPT)
def test_text_is_found_in_every_place(place: str) -> None:
    assert bodies(KEPT[place].format(PLANTED)) == [PLANTED]


LEFT_OUT = {
    "deletion": "<w:p><w:del><w:r><w:delText>{0}</w:delText><w:t>{0}</w:t></w:r></w:del></w:p>",
    "moved from here": "<w:p><w:moveFrom>" + R + "</w:moveFrom></w:p>",
    "hidden": "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{}</w:t></w:r></w:p>",
    "prompt": "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p>" + R + "</w:p></w:sdtContent></w:sdt>",
    "field code": "<w:p><w:r><w:instrText>{}</w:instrText></w:r></w:p>",
    "the same box for an old Word": "<w:p><w:r><mc:AlternateContent><mc:Choice>" + BOX.format(w(SECOND))
    + "</mc:Choice><mc:Fallback>" + BOX.format("<w:p>" + R + "</w:p>") + "</mc:Fallback></mc:AlternateContent></w:r></w:p>",
}  # fmt: skip


@pytest.mark.parametrize("place", LEFT_OUT)
def test_what_no_reader_sees_stays_out(place: str) -> None:
    assert bodies(LEFT_OUT[place].format(PLANTED)) == []


def test_comments_and_page_headers_stay_out() -> None:
    comment = "<w:p><w:r><w:commentReference w:id='0'/></w:r></w:p>"
    assert bodies(comment, comments=f"<w:comment w:id='0'>{w(PLANTED)}</w:comment>", header1=w(PLANTED)) == []


def test_notes_stand_at_the_end() -> None:
    reference = "<w:p><w:r><w:footnoteReference w:id='2'/><w:endnoteReference w:id='3'/></w:r></w:p>"
    deleted = "<w:p><w:del><w:r><w:footnoteReference w:id='4'/></w:r></w:del></w:p>"
    notes = (
        f"<w:footnote w:id='0' w:type='separator'>{w('فاصل')}</w:footnote><w:footnote w:id='2'>{w(PLANTED)}</w:footnote>"
        f"<w:footnote w:id='4'>{w('حاشية محذوفة')}</w:footnote>"
    )
    endnotes = f"<w:endnote w:id='3'>{w('حاشية ختامية.')}</w:endnote>"
    found = article(
        made(w(HEADLINE) + reference + deleted + w(LEAD) + w(SECOND), footnotes=notes, endnotes=endnotes), "a.docx"
    )
    assert [one.text for one in found.paragraphs] == [LEAD, SECOND, PLANTED, "حاشية ختامية."]


def test_a_note_whose_last_paragraph_mark_is_deleted() -> None:
    reference = "<w:p><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    note = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{R.format(PLANTED)}</w:p>"
    assert bodies(reference, footnotes=f"<w:footnote w:id='2'>{note}</w:footnote>") == [PLANTED]


def test_text_of_diagrams() -> None:
    diagram = "<w:p><w:r><w:drawing><dgm:relIds r:dm='diagramData'/></w:drawing></w:r></w:p>"
    data = f"<dgm:pt><dgm:t><a:p><a:r><a:t>{PLANTED}</a:t></a:r></a:p></dgm:t></dgm:pt>"
    assert bodies(diagram, diagramData=data) == [PLANTED]


def test_a_deleted_paragraph_mark_joins_two_paragraphs() -> None:
    first = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{R.format('جملة أولى ')}</w:p>"
    assert bodies(first + w("وبقيتها.")) == ["جملة أولى وبقيتها."]
    last = article(made(w(LEAD) + first), "a.docx")
    assert last.paragraphs[-1].text == "جملة أولى"


def test_a_box_comes_after_the_paragraph_it_hangs_on() -> None:
    box = BOX.format(w("نص في إطار."))
    assert bodies(f"<w:p>{R.format('قبل ')}<w:r>{box}</w:r>{R.format('وبعد.')}</w:p>") == ["قبل وبعد.", "نص في إطار."]


def test_line_breaks_end_lines_and_tabs_are_white_space() -> None:
    xml = "<w:p><w:r><w:t>السطر الأول.</w:t><w:br/><w:t>السطر</w:t><w:tab/><w:t>الثاني.</w:t></w:r></w:p>"
    assert bodies(xml) == ["السطر الأول.", "السطر\tالثاني."]
    assert bodies("<w:p><w:r><w:t>سطر\n  في الملف.</w:t></w:r></w:p>") == ["سطر   في الملف."]


def row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def test_rows_of_tables_stand_where_the_table_stands() -> None:
    table = (
        "<w:tbl>" + row(w("السنة"), w("الإنتاج")) + row(w("2025"), w("40 ألف")) + row(w("2026"), "<w:p/>") + "</w:tbl>"
    )
    found = article(made(w(HEADLINE) + w(LEAD) + table + w(SECOND)), "a.docx")
    assert found.paragraphs[1:] == (
        Paragraph("| السنة | الإنتاج |", "table"),
        Paragraph("| 2025 | 40 ألف |", "table"),
        Paragraph("| 2026 | |", "table"),
        Paragraph(SECOND),
    )


def test_a_table_that_only_places_text_gives_paragraphs() -> None:
    whole = f"<w:tbl>{row(w(HEADLINE, 'a3') + w(LEAD) + w(SECOND))}</w:tbl>"
    found = article(made(whole, styles=STYLES), "a.docx")
    assert (found.headline, [one.text for one in found.paragraphs]) == (HEADLINE, [LEAD, SECOND])
    columns = f"<w:tbl>{row(w(LEAD) + w(SECOND) + w(LEAD), w(SECOND))}</w:tbl>"
    assert bodies(columns) == [LEAD, LEAD]


def numbered(*texts: str, list_id: str = "1", level: int = 0) -> str:
    about = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    return "".join(w(text, properties=about) for text in texts)


def definition(number: int, *levels: tuple[str, str]) -> str:
    inner = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (form, pattern) in enumerate(levels)
    )
    return f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>'


NUMBERING = (
    definition(0, ("decimal", "%1."), ("arabicAbjad", "%2)"), ("decimal", "%1-%3"))
    + definition(1, ("bullet", "\uf0b7"))
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    + '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
    + '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
)


def markers(xml: str) -> list[tuple[str, str, str]]:
    found = article(made(w(HEADLINE, "a3") + w(LEAD) + xml, styles=STYLES, numbering=NUMBERING), "a.docx")
    return [(one.kind, one.marker, one.text) for one in found.paragraphs[1:]]


def test_lists_are_numbered_as_word_numbers_them() -> None:
    xml = (
        numbered("ماء", "كهرباء")
        + numbered("شبكة", "محطة", level=1)
        + numbered("طرق")
        + numbered("جسر", level=1)
        + numbered("نفق", level=2)
        + numbered("نقطة", list_id="2")
        + numbered("من جديد", list_id="3")
        + w("بند من نمط", "item")
        + numbered("ليس بندا", list_id="0")
        + numbered("قائمة بلا تعريف", list_id="9")
    )
    assert markers(xml) == [
        ("list", "1. ", "ماء"),
        ("list", "2. ", "كهرباء"),
        ("list", "أ) ", "شبكة"),
        ("list", "ب) ", "محطة"),
        ("list", "3. ", "طرق"),
        ("list", "أ) ", "جسر"),
        ("list", "3-1 ", "نفق"),
        ("list", "• ", "نقطة"),
        ("list", "1. ", "من جديد"),
        ("list", "2. ", "بند من نمط"),
        ("text", "", "ليس بندا"),
        ("list", "• ", "قائمة بلا تعريف"),
    ]


def test_a_file_that_python_docx_made() -> None:
    document = docx.Document()
    document.add_heading(HEADLINE, 0)
    document.add_paragraph("المحطة أكبر محطات الساحل", "Subtitle")
    document.add_paragraph(LEAD)
    document.add_heading("أرقام", 1)
    document.add_paragraph("محطة واحدة", "List Bullet")
    document.add_paragraph("ثلاث سنوات", "List Number")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "السنة", "2026"
    document.core_properties.author = "Microsoft Office User"
    out = BytesIO()
    document.save(out)
    found = article(out.getvalue(), "a.docx")
    assert (found.headline, found.decks) == (HEADLINE, ("المحطة أكبر محطات الساحل",))
    assert [(one.kind, one.marker, one.text) for one in found.paragraphs] == [
        ("text", "", LEAD),
        ("heading", "", "أرقام"),
        ("list", "• ", "محطة واحدة"),
        ("list", "1. ", "ثلاث سنوات"),
        ("table", "", "| السنة | 2026 |"),
    ]
    assert found.metadata.byline is None
    assert found.metadata.published is None


def test_a_strict_document() -> None:
    data = made(w(HEADLINE) + w(LEAD) + w(SECOND))
    with ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    address = re.compile(rb"http://schemas.openxmlformats.org/(officeDocument|wordprocessingml)/2006/")
    strict = {name: address.sub(rb"http://purl.oclc.org/ooxml/\1/", part) for name, part in parts.items()}
    assert article(zipped(strict), "a.docx").headline == HEADLINE


def test_our_own_briefs_are_no_articles(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = failure(word.render(flagged_brief(monkeypatch)), "a.docx")
    assert "brief that trans wrote" in problem.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"plain text", "damaged"),
        (b"{\\rtf1 text}", "is an RTF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, r"old Word \(.doc\)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "is encrypted"),
        (made(w(LEAD))[:-30], "damaged or cut short"),
        (made(w(LEAD))[:300], "damaged or cut short"),
        (zipped({"a.txt": b"x"}), "no Word document"),
        (made(""), "holds no text"),
        (made("<w:p><w:r>"), "'word/document.xml' is no XML"),
        (made("<w:altChunk r:id='x'/>" + w(LEAD)), "another file inside it"),
        (made("<w:p>" * 5000), "is no XML"),
    ],
)
def test_what_gives_no_article(data: bytes, reason: str) -> None:
    assert re.search(reason, failure(data, "a.docx").reason)


def test_document_types_and_their_entities_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    with ZipFile(BytesIO(made(w("&b;")))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["word/document.xml"] = bomb.encode() + parts["word/document.xml"]
    assert "document type" in failure(zipped(parts), "a.docx").reason


def test_archives_that_unpack_to_too_much() -> None:
    bomb = made("<w:p/>" + " " * 3_000_000)
    assert len(bomb) < 10_000
    assert "unpacks to 3 MB" in failure(bomb, "a.docx").reason
    assert "unpacks to" in failure(made(w(LEAD) * 100), "a.docx", max_bytes=1_000).reason
    many = zipped({f"{n}.xml": b"" for n in range(5_001)})
    assert "more than 5,000 files" in failure(many, "a.docx").reason


def test_an_entry_that_unpacks_to_more_than_it_says_gives_no_more_than_that() -> None:
    data = bytearray(made(w(LEAD) + " " * 500_000 + w(SECOND)))
    with ZipFile(BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    said, lie = size.to_bytes(4, "little"), (1_000).to_bytes(4, "little")
    assert bytes(data).count(said) >= 1
    assert "word/document.xml" in failure(bytes(data).replace(said, lie), "a.docx").reason


def test_an_encrypted_archive() -> None:
    data = bytearray(made(w(LEAD)))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    assert failure(bytes(data), "a.docx").reason == "is encrypted"


@given(st.binary(max_size=400))
def test_any_bytes_give_an_article_or_a_failure(data: bytes) -> None:
    result(data, "a.docx")


@given(st.data())
def test_a_damaged_file_gives_an_article_or_a_failure(data: st.DataObject) -> None:
    good = bytearray(
        made(w(HEADLINE, "a3") + w(LEAD) + numbered("بند") + w(SECOND), styles=STYLES, numbering=NUMBERING)
    )
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    result(bytes(good), "a.docx")


@given(st.lists(st.sampled_from([*KEPT.values(), w("{}"), w("{}", "1"), w("{}", "item")]), min_size=1, max_size=12))
def test_every_planted_word_comes_out_once_and_in_order(places: list[str]) -> None:
    words = [f"كلمة{number}." for number in range(len(places))]
    xml = "".join(place.format(text) for place, text in zip(places, words, strict=True))
    found = article(made(xml, styles=STYLES, numbering=NUMBERING), "a.docx")
    assert re.findall(r"كلمة\d+\.", found.text) == words
