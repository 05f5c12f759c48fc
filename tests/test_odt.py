"""OpenDocument texts: no text that a reader sees is lost, and what was deleted stays out."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import article, failure, odt, result, zipped

HEADLINE = "متحف المدينة القديمة يستعيد مئة مخطوطة"
LEAD = "تسلم متحف المدينة القديمة يوم الخميس مئة مخطوطة كانت قد فقدت قبل عشرين عاما."
SECOND = "وقالت مديرة المتحف إن المخطوطات ستعرض في الربيع."
PLANTED = "جملة مزروعة في مكان بعيد عن العين."

AUTOMATIC = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Heading_20_2"/>'
    '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="أ, ب, ت, ..." style:num-suffix=")"/></text:list-style>'
    '<text:list-style style:name="L2"><text:list-level-style-bullet text:level="1"/></text:list-style>'
)
STYLES = (
    '<office:styles><style:style style:name="Heading" style:family="paragraph"/>'
    '<style:style style:name="Heading_20_2" style:display-name="Heading 2" style:parent-style-name="Heading"/></office:styles>'
    f"<office:master-styles><style:header><text:p>{PLANTED}</text:p></style:header></office:master-styles>"
)


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def bodies(xml: str) -> list[str]:
    found = article(odt(f"<text:h>{HEADLINE}</text:h>{p(LEAD)}{xml}{p(SECOND)}", AUTOMATIC, STYLES), "a.odt")
    assert found.headline == HEADLINE
    texts = [one.text for one in found.paragraphs]
    assert (texts[0], SECOND in texts) == (LEAD, True)
    return [text for text in texts[1:] if text != SECOND]


def test_styles_say_what_is_what() -> None:
    subtitle = '<text:p text:style-name="Subtitle">المخطوطات تعود إلى القرن التاسع</text:p>'
    body = p(HEADLINE, "P1") + subtitle + p(LEAD) + p("عودة بعد عشرين عاما", "P2") + p(SECOND)
    found = article(odt(body, AUTOMATIC, STYLES), "a.odt")
    assert (found.headline, found.decks) == (HEADLINE, ("المخطوطات تعود إلى القرن التاسع",))
    assert [one.kind for one in found.paragraphs] == ["text", "heading", "text"]


KEPT = {
    "span": "<text:p><text:span>{}</text:span></text:p>",
    "link": "<text:p><text:a>{}</text:a></text:p>",
    "section": "<text:section><text:p>{}</text:p></text:section>",
    "box": '<text:p><draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame></text:p>',
    "box on the page": "<draw:frame><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame>",
    "shape": "<text:p><draw:custom-shape><text:p>{}</text:p></draw:custom-shape></text:p>",
    "field": "<text:p><text:author-name>{}</text:author-name></text:p>",
    "insertion": '<text:p><text:change-start text:change-id="c"/>{}<text:change-end text:change-id="c"/></text:p>',
    "index": "<text:table-of-content><text:table-of-content-source><text:index-title-template>قالب</text:index-title-template>"
    "</text:table-of-content-source><text:index-body><text:p>{}</text:p></text:index-body></text:table-of-content>",
    "cell": "<table:table><table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    "</table:table>",
}  # fmt: skip


@pytest.mark.parametrize("place", KEPT)
def test_text_is_found_in_every_place(place: str) -> None:
    assert bodies(KEPT[place].format(PLANTED)) == [PLANTED]


LEFT_OUT = {
    "deletion": "<text:tracked-changes><text:changed-region><text:deletion><text:p>{}</text:p></text:deletion>"
    "</text:changed-region></text:tracked-changes>",
    "annotation": "<text:p><office:annotation><text:p>{}</text:p></office:annotation></text:p>",
    "hidden": '<text:p><text:span text:style-name="T1">{}</text:span></text:p>',
    "description": "<text:p><draw:frame><svg:title>{0}</svg:title><svg:desc>{0}</svg:desc></draw:frame></text:p>",
}


@pytest.mark.parametrize("place", LEFT_OUT)
def test_what_no_reader_sees_stays_out(place: str) -> None:
    assert bodies(LEFT_OUT[place].format(PLANTED)) == []


def test_text_goes_on_after_what_is_left_out() -> None:
    assert bodies("<text:p>قبل<office:annotation><text:p>x</text:p></office:annotation> وبعد.</text:p>") == [
        "قبل وبعد."
    ]


def test_white_space() -> None:
    xml = '<text:p>كلمة<text:s text:c="3"/>ثانية<text:tab/>ثالثة\n رابعة.<text:line-break/>سطر آخر.</text:p>'
    assert bodies(xml) == ["كلمة   ثانية\tثالثة  رابعة.", "سطر آخر."]


def test_notes_stand_at_the_end() -> None:
    note = "<text:note><text:note-citation>1</text:note-citation><text:note-body>{}</text:note-body></text:note>"
    found = article(
        odt(f"<text:h>{HEADLINE}</text:h><text:p>{LEAD}{note.format(p(PLANTED))}</text:p>{p(SECOND)}"), "a.odt"
    )
    assert [one.text for one in found.paragraphs] == [LEAD, SECOND, PLANTED]


def test_rows_of_tables() -> None:
    cells = "".join(f"<table:table-cell>{p(text)}</table:table-cell>" for text in ("السنة", "2026"))
    assert bodies(f"<table:table><table:table-row>{cells}</table:table-row></table:table>") == ["| السنة | 2026 |"]


def items(*inner: str) -> str:
    return "".join(f"<text:list-item>{one}</text:list-item>" for one in inner)


def test_lists() -> None:
    inner = f"<text:list>{items(p('شبكة'), p('محطة'))}</text:list>"
    body = (
        f'<text:list text:style-name="L1">{items(p("ماء") + inner, p("طرق") + p("تتمة البند"))}</text:list>'
        f'<text:list text:style-name="L1" text:continue-numbering="true">{items(p("جسر"))}</text:list>'
        f'<text:list text:style-name="L1">{items(p("من جديد"))}</text:list>'
        f'<text:list text:style-name="L2">{items(p("نقطة"))}</text:list>'
    )
    found = article(odt(f"<text:h>{HEADLINE}</text:h>{p(LEAD)}{body}{p(SECOND)}", AUTOMATIC), "a.odt")
    assert [(one.kind, one.marker, one.text) for one in found.paragraphs[1:-1]] == [
        ("list", "1. ", "ماء"),
        ("list", "أ) ", "شبكة"),
        ("list", "ب) ", "محطة"),
        ("list", "2. ", "طرق"),
        ("list", "", "تتمة البند"),
        ("list", "3. ", "جسر"),
        ("list", "1. ", "من جديد"),
        ("list", "• ", "نقطة"),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"plain text", "damaged"),
        (odt(p(LEAD))[:-30], "damaged or cut short"),
        (odt(p(LEAD), manifest="<manifest:encryption-data/>"), "is encrypted"),
        (odt(""), "holds no text"),
        (odt(p(LEAD)).replace(b"content.xml", b"contend.xml"), "has no 'content.xml'"),
        (odt("<text:p>"), "'content.xml' is no XML"),
        (odt("<text:p/>" + " " * 3_000_000), "unpacks to 3 MB"),
        (odt(p("[machine translation, unreviewed]") + p(LEAD)), "brief that trans wrote"),
    ],
)
def test_what_gives_no_article(data: bytes, reason: str) -> None:
    assert re.search(reason, failure(data, "a.odt").reason)


def test_a_file_of_old_openoffice_whose_manifest_has_a_document_type() -> None:
    manifest = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><x/>'
    with ZipFile(BytesIO(odt(p(LEAD)))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert article(zipped(parts | {"META-INF/manifest.xml": manifest.encode()}), "a.odt").text.strip() == LEAD
    typed = b"<!DOCTYPE x []>" + parts["content.xml"]
    assert "document type" in failure(zipped(parts | {"content.xml": typed}), "a.odt").reason


@given(st.data())
def test_a_damaged_file_gives_an_article_or_a_failure(data: st.DataObject) -> None:
    good = bytearray(odt(p(HEADLINE, "P1") + p(LEAD) + p(SECOND), AUTOMATIC, STYLES))
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    result(bytes(good), "a.odt")


@given(st.lists(st.sampled_from(list(KEPT.values())), min_size=1, max_size=12))
def test_every_planted_word_comes_out_once_and_in_order(places: list[str]) -> None:
    words = [f"كلمة{number}." for number in range(len(places))]
    xml = "".join(place.format(text) for place, text in zip(places, words, strict=True))
    assert re.findall(r"كلمة\d+\.", article(odt(xml, AUTOMATIC), "a.odt").text) == words
