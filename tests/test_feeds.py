"""RSS and Atom, and what XML files of any kind may do to a reader."""

import itertools
import tracemalloc
from collections.abc import Iterator
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wires import articles, failures, fixture, letters, read, stream

from trans.article import Article, Paragraph
from trans.sources.reading import Reading
from trans.sources.xml import read_xml

RSS = '<?xml version="1.0" encoding="{}"?>\n<rss version="2.0"><channel><language>ar</language>\n{}\n</channel></rss>\n'
ITEM = "<item>\n<title>خبر {0}</title><guid>id-{0}</guid><description>{1}</description></item>"
TEXT = "أعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد."

words = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهوي٠١٢3", min_size=2, max_size=8)
sentences = st.lists(words, min_size=3, max_size=12).map(lambda found: " ".join(found) + ".")


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    return RSS.format(encoding, "\n".join(items)).encode(encoding)


def test_rss_entry_with_the_whole_text() -> None:
    first = articles(fixture("news.rss"))[0]
    assert first.id == "news.rss/almarfa-4711"
    assert first.headline == 'الميناء يستقبل "أول" سفينة بعد التوسعة'
    assert first.decks == ()  # the description only begins as the text does
    assert [(one.kind, one.text) for one in first.paragraphs] == [
        ("text", "استقبل ميناء الواحة الجديد صباح الأحد أول سفينة حاويات بعد انتهاء أعمال التوسعة التي دامت عامين."),
        ("heading", "أرصفة جديدة"),
        ("text", "وقال مدير الميناء إن طول الأرصفة بلغ 1200 متر."),
        ("list", "رصيفان للحاويات"),
        ("list", "رصيف للمسافرين"),
    ]
    about = first.metadata
    assert about.published == "2026-03-01T14:05:00+03:00"
    assert about.byline == "ليلى الحداد"
    assert about.url == "https://almarfa.example.com/2026/03/port"
    assert about.language == "ar"
    assert about.usage == "جميع الحقوق محفوظة لصحيفة المرفأ"


def test_rss_entries_with_less_than_that() -> None:
    found = fixture("news.rss")
    _, teaser, flash = articles(found)
    assert teaser.source.record == teaser.metadata.url == "https://almarfa.example.com/2026/03/budget"
    assert [one.text for one in teaser.paragraphs] == ["أجل المجلس البلدي جلسة مناقشة الموازنة إلى الأسبوع المقبل."]
    assert flash.metadata.url == "https://almarfa.example.com/flash/9"  # the guid is a permalink unless it says not
    assert flash.headline == ""
    assert flash.paragraphs == (Paragraph("عاجل: هزة أرضية خفيفة شمال المدينة"),)
    assert failures(found) == {"news.rss/item-4": "has neither title nor text (line 39)"}


def test_rss_1() -> None:
    (found,) = articles(fixture("news-rdf.xml"))
    assert found.source.record == "https://radio.example.org/77"
    assert len(found.paragraphs) == 2
    about = found.metadata
    assert (about.published, about.byline) == ("2026-03-05T10:00:00+01:00", "سعيد بن علي")
    assert (about.language, about.usage) == ("ar-MA", "إذاعة الساحل 2026")


def test_atom() -> None:
    first, second = articles(fixture("news.atom"))
    assert first.headline == "الجسر الجديد يفتح أمام المارة"
    assert first.decks == ("ملخص مستقل كتبه المحرر عن الجسر.",)
    assert [one.text for one in first.paragraphs] == [
        "فتحت السلطات الجسر الجديد أمام المارة صباح الاثنين.",
        "ويربط الجسر بين ضفتي النهر.",
        "ويبلغ طوله 400 متر.",
    ]
    assert first.metadata.published == "2026-03-02T08:15:00+02:00"
    assert first.metadata.byline == "منى قاسم، هاني سليم"
    assert first.metadata.url == "https://aljisr.example.org/1"
    assert (first.metadata.language, second.metadata.language) == ("ar", "en")
    assert second.metadata.byline == "وكالة الجسر"  # the feed's
    assert second.metadata.usage == "للنشر داخل البلاد فقط"  # its own
    assert second.metadata.published == "2026-03-02T07:00:00+00:00"


def test_an_entry_may_be_the_whole_file() -> None:
    entry = f'<entry xmlns="http://www.w3.org/2005/Atom"><id>e</id><title>خبر</title><content>{TEXT}</content></entry>'
    (found,) = articles(read(entry.encode()))
    assert (found.id, found.paragraphs) == ("f/e", (Paragraph(TEXT),))


def test_other_media_in_atom_are_no_text() -> None:
    content = '<content type="image/png">iVBORw0KGgo</content>'
    entry = f'<entry xmlns="http://www.w3.org/2005/Atom"><title>خبر</title>{content}<summary>{TEXT}</summary></entry>'
    (found,) = articles(read(entry.encode()))
    assert found.text == f"خبر\n{TEXT}"


@given(st.lists(sentences, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_all_text_of_an_entry_stays(paragraphs: list[str], marked_up: bool, teaser: bool) -> None:
    body = "".join(f"<p>{one}</p>" for one in paragraphs) if marked_up else "\n\n".join(paragraphs)
    item = f"<item><title>خبر</title><content:encoded>{escape(body)}</content:encoded></item>"
    if teaser:
        item = item.replace("</title>", f"</title><description>{paragraphs[0][:20]} [...]</description>")
    feed = RSS.format("utf-8", item).replace("<rss ", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')
    (found,) = articles(read(feed.encode()))
    assert letters("".join(one.marker + one.text for one in found.paragraphs)) == letters("".join(paragraphs))


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1256", "iso-8859-6", "utf-16"])
def test_encodings_that_files_name(encoding: str) -> None:
    (found,) = articles(read(rss(ITEM.format(1, TEXT), encoding=encoding)))
    assert found.paragraphs == (Paragraph(TEXT),)
    assert found.source.encoding == {"windows-1256": "cp1256", "iso-8859-6": "iso8859-6"}.get(encoding, encoding)


def test_encodings_that_files_name_wrongly() -> None:
    text = RSS.format("utf-8", ITEM.format(1, TEXT))
    assert failures(read(text.encode("cp1256"))) == {"f": "says that it is UTF-8, and is not: line 4 has other bytes"}
    unnamed = text.partition("\n")[2]
    assert failures(read(unnamed.encode("cp1256"))) == {
        "f": "has to be, by saying nothing, UTF-8, and is not: line 3 has other bytes"
    }
    text = text.replace("utf-8", "windows-1256")
    assert failures(read(text.encode())) == {"f/item-1": "is UTF-8, but its file says that it is cp1256 (line 3)"}
    for name in ("x-nothing", "gb2312", "base64"):
        reasons = failures(read(RSS.format(name, "").encode()))
        assert reasons == {"f": f"is in '{name}', an encoding that is not read"}


def test_entities_of_html_are_known_and_others_refused() -> None:
    (found,) = articles(read(rss(ITEM.format(1, "من&nbsp;هنا&hellip;"))))
    assert found.paragraphs == (Paragraph("من\xa0هنا…"),)
    netscape = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://example.com/rss.dtd">\n<rss'
    assert articles(read(rss(ITEM.format(1, TEXT)).replace(b"<rss", netscape.encode())))
    bombs = (
        '<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://example.com/x.dtd"> %a;]>',
    )
    for bomb in bombs:
        found_in = read(rss(ITEM.format(1, "&a;")).replace(b"<rss", bomb.encode() + b"<rss"))
        assert failures(found_in) == {"f": "declares entities of its own, as attacks on readers do"}


def test_what_stands_before_a_break_is_read() -> None:
    whole = rss(*(ITEM.format(number, TEXT) for number in range(1, 4)))
    broken = whole.replace("<title>خبر 3".encode(), "<title><b>خبر 3".encode())
    found = read(broken)
    assert [one.source.record for one in articles(found)] == ["id-1", "id-2"]
    assert failures(found) == {"f": "is no well-formed XML from line 8 on: mismatched tag"}
    cut = read(whole[: whole.index("خبر 3".encode())])
    assert [one.source.record for one in articles(cut)] == ["id-1", "id-2"]
    assert failures(cut) == {"f": "is cut off at line 8"}
    unknown = read(whole.replace("خبر 3".encode(), b"&nothing;"))
    assert failures(unknown) == {"f": "is no well-formed XML from line 8 on: undefined entity"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"  \n", "has no XML in it"),
        (b"%PDF-1.7 \xe2\xe3", "is no well-formed XML from line 1 on: not well-formed (invalid token)"),
        (b"<html><p/></html>", "is XML of a kind that is not read: its root is <html>"),
        (b"<rss><channel/></rss>", "holds no article: there is no <item> in its <rss>"),
        (b"<rss>" + b"<a>" * 300, "has over 200 elements inside one another"),
        (b"<rss>" + b"".join(b"<a%d/>" % one for one in range(11_000)), "has over 10,000 names of elements"),
    ],
)
def test_files_with_nothing_to_read(data: bytes, reason: str) -> None:
    assert failures(read(data)) == {"f": reason}


def test_an_entry_over_the_limit_fails_alone() -> None:
    found = read(rss(ITEM.format(1, TEXT), ITEM.format(2, TEXT * 50), ITEM.format(3, TEXT)), max_bytes=1000)
    assert [one.source.record for one in articles(found)] == ["id-1", "id-3"]
    assert failures(found) == {"f/item-2": "is too large: over the limit of 0.0 MB (line 5)"}


def test_digest_and_size_are_of_the_entry_alone() -> None:
    one, two = (articles(read(rss(*items)))[-1] for items in ([ITEM.format(1, TEXT)], ["<x/>", ITEM.format(1, TEXT)]))
    assert one.source == two.source
    assert one.source.bytes == len(ITEM.format(1, TEXT).removesuffix("</item>").encode())
    other = articles(read(rss(ITEM.format(1, TEXT + " "))))[0]
    assert other.source.sha256 != one.source.sha256


def test_a_feed_without_end_is_read_in_little_memory() -> None:
    def items() -> Iterator[bytes]:
        for number in itertools.count():
            yield ITEM.format(number, TEXT * 100).encode() + b"<other><a>b</a></other>"

    found = read_xml(stream(b"<rss><channel>", items), "f", Reading(100_000))
    next(found)
    tracemalloc.start()
    try:
        for number in range(1, 301):
            one = next(found)
            assert isinstance(one, Article)
            assert one.source.record == f"id-{number}"
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held < 1_000_000  # of the 3 MB that were read


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"<rss><channel><item><title a='", "has a tag, a comment or a declaration of over 0.1 MB"),
        (b"<rss><channel><!--", "has a tag, a comment or a declaration of over 0.1 MB"),
        (b"<!DOCTYPE rss [<!ATTLIST a b CDATA '", "has a tag, a comment or a declaration of over 0.1 MB"),
    ],
)
def test_a_tag_without_end_is_given_up(head: bytes, reason: str) -> None:
    found = list(read_xml(stream(head, lambda: itertools.repeat(b"x" * 10_000)), "f", Reading(100_000)))
    assert failures(found) == {"f": reason}


@pytest.mark.parametrize("piece", [b"x y " * 1000, b"<a/>" * 1000, b"<![CDATA[<a>]]>" * 300])
def test_an_entry_far_over_the_limit_is_not_kept(piece: bytes) -> None:
    head = b"<rss><channel><item><title>1</title></item><item><description>"
    pieces = itertools.chain(itertools.repeat(piece, 200), [b"</description></item>", ITEM.format(3, TEXT).encode()])
    found = read_xml(stream(head, lambda: pieces), "f", Reading(100_000))
    next(found)
    tracemalloc.start()
    try:
        second, third = next(found), next(found)
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert failures([second]) == {"f/item-2": "is too large: over the limit of 0.1 MB (line 1)"}
    assert isinstance(third, Article)
    assert held < 1_500_000  # whole, it would be 2 MB as one text, and 20 MB as elements
