"""NewsML-G2: messages of many items, their text as NITF, XHTML or plain text, and what may not be used."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wires import articles, failures, fixture, letters, read

from trans.article import Article, Failure, Paragraph

WIRE = "urn:newsml:desert-wire.example.com:20260303:"
TEXT = "أعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد."


def message(name: str) -> Article:
    (found,) = (one for one in articles(fixture("message.xml")) if one.source.record == WIRE + name)
    return found


def item(content: str, *, meta: str = "", about: str = "<headline>خبر</headline>", guid: str = "g") -> bytes:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2" xml:lang="ar"><itemMeta>'
        f"<versionCreated>2026-03-03T12:40:00+03:00</versionCreated>{meta}</itemMeta><contentMeta>{about}</contentMeta>"
        f"<contentSet>{content}</contentSet></newsItem>"
    ).encode()


def one(data: bytes) -> Article:
    (found,) = read(data)
    assert isinstance(found, Article), found
    return found


def test_nitf() -> None:
    found = message("talks")
    assert found.headline == "استئناف محادثات المياه بين البلدين"
    assert found.decks == ("مياه النهر", "الجولة الثالثة تبحث حصص الصيف", "ملخص للمحررين عن جولة المحادثات.")
    assert [(block.kind, block.text) for block in found.paragraphs] == [
        ("text", "استأنف البلدان محادثات المياه في العاصمة يوم الثلاثاء بحضور لجنة الأنهار."),
        ("heading", "حصص الصيف"),
        ("text", "وقال رئيس اللجنة إن الجولة تبحث حصص الصيف."),
        ("text", "جانب من المحادثات"),
        ("list", "تبادل القياسات"),
        ("list", "لجنة مشتركة"),
        ("text", "(تحرير سمير عواد)"),
    ]


def test_metadata() -> None:
    about = message("talks").metadata
    assert about.published == "2026-03-03T12:40:00+03:00"
    assert about.byline == "بقلم رنا الخطيب، مراسلة الوكالة"
    assert about.dateline == "دبي (وكالة الصحراء)"
    assert (about.language, about.version, about.status) == ("ar", "3", "usable")
    assert about.usage == "لا يعاد نشره على الإنترنت; حقوق النشر 2026 وكالة الصحراء"


def test_xhtml_and_the_arabic_of_several_languages() -> None:
    found = message("grain")
    assert found.headline == "واردات الحبوب تتراجع بنسبة العشر"
    assert [block.kind for block in found.paragraphs] == ["text", "table"]  # the headline doesn't stand in it twice
    assert "Grain" not in found.text
    assert (found.metadata.byline, found.metadata.language) == ("خالد مراد", "ar")


def test_plain_text_in_an_item_that_is_the_whole_file() -> None:
    (found,) = articles(fixture("item.xml"))
    assert len(found.paragraphs) == 2
    assert found.metadata.dateline == "الواحة (وكالة الصحراء)"
    assert found.metadata.language == "ar-SA"


def test_what_may_not_be_used() -> None:
    assert message("grain").metadata.status == "withheld, embargoed until 2026-03-03T18:00:00Z"
    reasons = failures(fixture("message.xml"))
    assert list(reasons.values()) == ["is canceled by its publisher", "has no text in it (line 103)"]
    assert "storm" in next(iter(reasons))
    for status in (
        'qcode="stat:canceled"',
        'uri="http://cv.iptc.org/newscodes/pubstatusg2/canceled"',
        'qcode="x:Killed"',
    ):
        found = read(item(f"<inlineData>{TEXT}</inlineData>", meta=f"<pubStatus {status}/>"))
        assert failures(found) == {"f/g": "is canceled by its publisher"}


def test_an_item_is_known_by_its_guid_in_all_its_versions() -> None:
    assert message("grain").source.item == message("grain").source.record
    assert one(item(f"<inlineData>{TEXT}</inlineData>", guid=" urn:x:1 ")).source.item == "urn:x:1"
    assert one(item(f"<inlineData>{TEXT}</inlineData>", guid="")).source.item is None


def test_a_kill_says_which_item_and_version() -> None:
    (gone,) = read(item("", about="", meta='<pubStatus qcode="stat:canceled"/>'))
    assert isinstance(gone, Failure)
    assert (gone.withdrawn, gone.item, gone.version) == (True, "g", "2")


def test_an_item_without_a_story_is_its_headline_or_its_caption() -> None:
    alert, photo = message("alert"), message("photo")
    assert (alert.headline, alert.paragraphs) == ("", (Paragraph("عاجل: استقالة وزير النقل"),))
    assert photo.headline == "محادثات المياه"
    assert photo.paragraphs == (Paragraph("الوفدان قبل بدء الجولة الثالثة من المحادثات."),)


def test_packages_are_passed_over_unless_there_is_nothing_else() -> None:
    assert not any("pkg" in one.id for one in fixture("message.xml"))
    package = b'<packageItem xmlns="http://iptc.org/std/nar/2006-10-01/"><groupSet/></packageItem>'
    assert failures(read(package)) == {"f": "holds no article: there is no <newsItem> in its <packageItem>"}


def test_other_news_formats_are_named() -> None:
    for root in ("NewsML", "nitf"):
        assert failures(read(f"<{root}/>".encode())) == {
            "f": f"is XML of a kind that is not read: its root is <{root}>"
        }


def test_encoded_data_is_no_text() -> None:
    data = f'<inlineData encoding="encd:b64">aGVsbG8=</inlineData><inlineData>{TEXT}</inlineData>'
    assert one(item(data)).paragraphs == (Paragraph(TEXT),)


def test_only_what_is_in_another_language_is_left_out() -> None:
    about = (
        '<headline>خبر</headline><headline xml:lang="ar">عنوان ثان</headline><headline xml:lang="en">News</headline>'
    )
    remote, other = ('<remoteContent xml:lang="ar" href="a.pdf"/>', '<inlineData xml:lang="fr">Dit</inlineData>')
    content = f"{remote}<inlineData>{TEXT}</inlineData>{other}"
    found = one(item(content, about=about))
    assert (found.headline, found.decks, found.paragraphs) == ("خبر", ("عنوان ثان",), (Paragraph(TEXT),))
    english = item('<inlineData xml:lang="en">Water talks resume.</inlineData>').replace(b'xml:lang="ar"', b"")
    assert one(english).paragraphs == (Paragraph("Water talks resume."),)
    assert one(english).metadata.language == "en"


def test_forms_of_one_text_give_it_once_and_lose_nothing() -> None:
    plain = f"<inlineData>{TEXT}\n\nوهذه الفقرة هنا وحدها.</inlineData>"
    story = f"<p>{TEXT}</p><p>وهذه الفقرة في غيرها فقط.</p>"
    nitf = f"<inlineXML><nitf><body><body.content>{story}</body.content></body></nitf></inlineXML>"
    found = one(item(plain + nitf))
    assert sorted(block.text for block in found.paragraphs) == sorted(
        [TEXT, "وهذه الفقرة هنا وحدها.", "وهذه الفقرة في غيرها فقط."]
    )


@pytest.mark.parametrize(
    "about", ["<by>ليلى</by>", "<creator><name>ليلى</name></creator>", "<creditline>ليلى</creditline>"]
)
def test_who_wrote_it(about: str) -> None:
    assert one(item(f"<inlineData>{TEXT}</inlineData>", about=about)).metadata.byline == "ليلى"


words = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي٠١٢3", min_size=2, max_size=8)
sentences = st.lists(words, min_size=3, max_size=12).map(lambda found: " ".join(found) + ".")


@given(st.lists(sentences, min_size=1, max_size=6), st.sampled_from(["nitf", "xhtml", "plain", "nitf and plain"]))
def test_all_text_of_an_item_stays(paragraphs: list[str], form: str) -> None:
    marked = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    nitf = f"<inlineXML><nitf><body><body.content>{marked}</body.content></body></nitf></inlineXML>"
    plain = f"<inlineData>{escape(' '.join(paragraphs))}</inlineData>"
    content = {
        "nitf": nitf,
        "xhtml": f'<inlineXML><html xmlns="http://www.w3.org/1999/xhtml"><body>{marked}</body></html></inlineXML>',
        "plain": plain,
        "nitf and plain": plain + nitf,
    }[form]
    found = one(item(content))
    assert letters("".join(block.marker + block.text for block in found.paragraphs)) == letters("".join(paragraphs))
