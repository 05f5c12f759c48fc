"""Saved pages: the whole story and nothing else, what the page states of it, and a clear word where there is none."""

import codecs
import hashlib
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from trans.article import Article, Failure
from trans.sources.mhtml import read_mhtml
from trans.sources.reading import Reading
from trans.sources.web import read_page

FIXTURES = Path(__file__).parent / "fixtures" / "web"
PAGES = [
    "portal.html",
    "agency-cp1256.html",
    "blog.html",
    "table-and-list.html",
    "framework.html",
    "archive.mhtml",
    "says-utf8.htm",
    "old-table-cp1256.htm",
]


def read(data: bytes, name: str = "page.html") -> Article | Failure:
    reader = read_mhtml if name.endswith("mhtml") else read_page
    (one,) = reader(io.BytesIO(data), name, Reading(50_000_000))
    return one


def fixture(name: str) -> bytes:
    return (FIXTURES / name).read_bytes()


def article(data: bytes | str, name: str = "page.html") -> Article:
    one = read(data.encode() if isinstance(data, str) else data, name)
    assert isinstance(one, Article), one
    return one


def failure(data: bytes | str, name: str = "page.html") -> str:
    one = read(data.encode() if isinstance(data, str) else data, name)
    assert isinstance(one, Failure), one
    assert one.id == name
    assert one.hint.endswith(".")
    assert one.reason[0].islower()
    return one.reason


def shown(one: Article) -> str:
    lines = [f"headline: {one.headline}", *(f"deck: {deck}" for deck in one.decks)]
    lines += [f"{paragraph.kind}: {paragraph.marker}{paragraph.text}" for paragraph in one.paragraphs]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", PAGES)
def test_the_whole_story_and_nothing_else(name: str) -> None:
    data = fixture(name)
    one = article(data, name)
    assert shown(one) == (FIXTURES / name).with_suffix(".expected").read_text(encoding="utf-8")
    assert one.source.uri == one.id == name
    assert one.source.sha256 == hashlib.sha256(data).hexdigest()
    assert one.source.bytes == len(data)


def test_what_a_portal_states_in_json_ld() -> None:
    stated = article(fixture("portal.html")).metadata
    assert stated.published == "2026-03-01T09:40:12+03:00"
    assert stated.byline == "ليلى منصور"
    assert stated.url == "https://almada.example.com/economy/2026/3/1/marjan-port-expansion"
    assert stated.language == "ar"
    assert stated.usage == "© شبكة المدى 2026. يسمح بالاقتباس مع ذكر المصدر.; https://almada.example.com/terms"


def test_what_a_blog_states_in_its_text() -> None:
    stated = article(fixture("blog.html")).metadata
    assert stated.published == "2026-02-17T21:15:00+02:00"
    assert stated.byline == "بقلم ندى الشافعي"
    assert stated.url == "https://tareeq.example.org/2026/02/old-market-reopens-after-fire/"
    assert stated.language == "ar-EG"
    assert stated.usage == "https://creativecommons.org/licenses/by/4.0/"


def test_what_meta_tags_state() -> None:
    stated = article(fixture("table-and-list.html")).metadata
    assert stated.published == "2026-01-20"  # it came without an offset
    assert (stated.byline, stated.language) == ("قسم الاقتصاد", "ar")
    assert stated.url == "https://rimal.example.com/news/77120"
    assert stated.usage == "صحيفة الرمال - للاستخدام غير التجاري"


def test_what_an_agency_of_old_states_stands_in_its_text() -> None:
    one = article(fixture("agency-cp1256.html"))
    assert one.source.encoding == "cp1256"
    assert one.metadata.dateline == "مدينة الساحل 29 آذار/مارس (سنا)"
    assert one.metadata.published is None  # nothing states it: the footer is not asked


def test_the_by_line_of_an_old_page_is_the_line_that_reads_as_one() -> None:
    assert article(fixture("old-table-cp1256.htm")).metadata.byline == "كتبت هدى الرفاعي:"


def test_what_a_framework_states() -> None:
    stated = article(fixture("framework.html")).metadata
    assert stated.published == "2026-07-16T18:30:00+00:00"
    assert stated.url == "https://nahrain.example.com/local/parking-delay-4412"


def test_an_archive_has_its_address_and_not_its_day() -> None:
    one = article(fixture("archive.mhtml"), "a.mhtml")
    assert one.source.encoding == "utf-8"
    assert one.metadata.url == "https://waha.example.com/travel/emerald-first-flight"
    assert one.metadata.published == "2026-06-13T06:05:00+04:00"
    assert one.metadata.byline == "كتب: عادل المهيري"


def test_equal_pages_give_equal_articles() -> None:
    """Extractors that remember what they have seen would drop the paragraphs of a story that runs twice."""
    first, *others = (article(fixture("portal.html")) for _ in range(4))
    assert all(shown(other) == shown(first) for other in others)


def test_paragraphs_that_stand_twice_in_a_story_stay_twice() -> None:
    refrain = "<p>قال الشاهد إنه لم ير أحدا في الشارع تلك الليلة، ولم يسمع صوتا غير صوت المطر.</p>"
    story = "".join(
        f"<p>وفي الجلسة رقم {n} استمعت المحكمة إلى أقوال الشهود وناقشت الأدلة المقدمة.</p>{refrain}" for n in range(4)
    )
    one = article(
        f"<html><head><title>جلسات المحكمة</title></head><body><h1>جلسات المحكمة</h1><div>{story}</div></body></html>"
    )
    assert len(one.paragraphs) == 8


STORY = [
    "أعلنت هيئة المياه بدء تشغيل محطة التحلية الثانية في المدينة بعد عامين من العمل المتواصل.",
    "وتنتج المحطة ستين ألف متر مكعب في اليوم، أي ما يكفي ثلث سكان المدينة وضواحيها.",
    "وقال مدير الهيئة إن الكلفة بلغت تسعين مليون دينار، وإن القروض غطت نصفها.",
    "ويشكو سكان الضاحية الشرقية من انقطاع المياه يومين في الأسبوع منذ مطلع الصيف.",
]
OTHERS = ["بدء موسم الحصاد في السهل الكبير", "ارتفاع عدد زوار المتحف الوطني", "فتح باب التسجيل في الجامعات"]


def page(body: str, head: str = "", title: str = "تشغيل محطة التحلية الثانية - صحيفة النهر") -> str:
    menu = "".join(f'<li><a href="/{n}">{text}</a></li>' for n, text in enumerate(OTHERS))
    return (
        f'<!DOCTYPE html><html lang="ar"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><nav><ul>{menu}</ul></nav>"
        f"{body}<footer><p>صحيفة النهر، جميع الحقوق محفوظة 2025-12-31</p></footer></body></html>"
    )


def story(*more: str) -> str:
    return "".join(f"<p>{text}</p>" for text in (*STORY, *more))


H1 = "<h1>تشغيل محطة التحلية الثانية</h1>"
DECLARED = '<meta property="og:type" content="article">'


@pytest.mark.parametrize(
    "lost",
    [
        "<p>ولم يحدد موعدا.</p>",
        "<blockquote>الماء حق لكل بيت</blockquote>",
        "<div><p>وأضاف:</p></div>",
        "<aside><p>طاقة المحطة الأولى ثلاثون ألف متر مكعب.</p></aside>",
        "<dl><dt>الكلفة</dt><dd>تسعون مليونا</dd></dl>",
        "<details><summary>خلفية</summary><p>بدأ العمل قبل عامين.</p></details>",
        '<p><a href="/law">ونشر النص الكامل</a> للقانون في الجريدة الرسمية.</p>',
        "<p>٦٠</p>",
        "<section><h4>أرقام</h4><p>٦٠ ألف متر.</p></section>",
    ],
)
def test_what_stands_inside_a_story_stays(lost: str) -> None:
    paragraphs = story()
    middle = paragraphs.index("<p>وقال")
    one = article(page(f"{H1}<div class=body>{paragraphs[:middle]}{lost}{paragraphs[middle:]}</div>"))
    words = re.sub("<[^>]*>", " ", lost).split()
    assert " ".join(words) in " ".join(paragraph.text for paragraph in one.paragraphs)
    assert [text for text in STORY if text in one.text] == STORY


@pytest.mark.parametrize(
    "chrome",
    [
        '<div class="share-buttons"><p>شارك الخبر مع أصدقائك على مواقع التواصل</p></div>',
        '<ul><li><a href="/1">بدء موسم الحصاد في السهل الكبير</a></li><li><a href="/2">ارتفاع عدد زوار المتحف</a></li></ul>',
        '<p>اقرأ أيضا: <a href="/1">بدء موسم الحصاد في السهل الكبير</a></p>',
        '<h3>مواضيع ذات صلة</h3><div class="links"><a href="/1">بدء موسم الحصاد في السهل الكبير</a></div>',
        '<div class="ad-box"><span>إعلان</span></div>',
        "<p>إعلان</p>",
        '<div style="display:none">نسخة للطباعة من هذه الصفحة</div>',
        "<form><p>اشترك في نشرتنا البريدية</p><input name=mail></form>",
        '<article class="teaser"><h3><a href="/2">ارتفاع عدد زوار المتحف الوطني</a></h3><p>زار المتحف ألف شخص.</p></article>',
    ],
)
def test_what_is_no_story_stays_out_of_its_middle(chrome: str) -> None:
    paragraphs = story()
    middle = paragraphs.index("<p>وقال")
    one = article(page(f"{H1}<div class=body>{paragraphs[:middle]}{chrome}{paragraphs[middle:]}</div>"))
    assert [paragraph.text for paragraph in one.paragraphs] == STORY


@pytest.mark.parametrize("tag", ["p", "div", "section"])
def test_what_opens_and_closes_a_story_stays(tag: str) -> None:
    table = "<table><tr><td>العام<td>الكمية<td>الحصة<tr><td>1999<td>20<td>3</table>"
    middle = "".join(f"<{tag}>{text}</{tag}>" for text in STORY)
    end = "<ul><li>طاقة المحطة ستون ألفا</li><li>كلفتها تسعون مليونا</li></ul><h3>وماذا بعد؟</h3>"
    one = article(page(f"{H1}<div class=body>{table}{middle}{end}</div>", title="500 مليون لتر - صحيفة النهر"))
    assert [paragraph.text for paragraph in one.paragraphs] == [
        "العام | الكمية | الحصة",
        "1999 | 20 | 3",
        *STORY,
        "طاقة المحطة ستون ألفا",
        "كلفتها تسعون مليونا",
        "وماذا بعد؟",
    ]


def test_teasers_of_other_stories_stay_out_whatever_they_are_called() -> None:
    cards = "".join(
        f'<div class=x{n}><h3><a href="/{n}">{text}</a></h3><p>{STORY[n]} {text}.</p></div>'
        for n, text in enumerate(OTHERS)
    )
    one = article(page(f"<div>{H1}<div class=body><p>{STORY[3]}</p></div></div><div>{cards}</div>", DECLARED))
    assert [paragraph.text for paragraph in one.paragraphs] == STORY[3:]


def test_a_heading_closed_by_another_tag_ends_there() -> None:
    one = article(page(f"{H1}<div class=body>{story()}<h3>أسباب</h2>{story()}</div>"))
    assert [paragraph.kind for paragraph in one.paragraphs] == ["text"] * 4 + ["heading"] + ["text"] * 4


def test_a_lead_that_stands_apart_is_the_first_paragraph() -> None:
    lead = "دخلت محطة التحلية الثانية الخدمة يوم الأحد، وهي أكبر محطة تقام على هذا الساحل منذ ثلاثين عاما."
    one = article(
        page(
            f'<div class=top>{H1}<span class=date>1/2/2026</span><p>{lead}</p></div><div class="article-body">{story()}</div>'
        )
    )
    assert [paragraph.text for paragraph in one.paragraphs] == [lead, *STORY]


def test_what_ends_a_story_stays() -> None:
    one = article(page(f"{H1}<div class=body>{story('المصدر: وكالات')}</div>"))
    assert one.paragraphs[-1].text == "المصدر: وكالات"


HEAD = "تشغيل محطة التحلية الثانية بعد عامين من العمل"
DECK = "المحطة تكفي ثلث سكان المدينة"
BYLINE = "كتبت: سلمى حداد"
OTHER = "<a href=1>بدء موسم الحصاد في السهل الكبير</a><br><a href=2>ارتفاع عدد زوار المتحف</a>"


def cell(body: str, title: str, end: str = "") -> str:
    """An old page: one cell has section, headline, deck, by-line and story."""
    head = f"محليات<br><b>{HEAD}</b><br>{DECK}<br>{BYLINE}<br><br>"
    menu = "<td><a href=a>الأولى</a><br><a href=b>محليات</a></td>"
    table = f"<table><tr>{menu}<td>{head}{body}{end}</td></tr></table>"
    return f"<html><head><title>{title}</title></head><body>{table}</body></html>"


@pytest.mark.parametrize("body", [story(), "<br><br>".join(STORY)])
@pytest.mark.parametrize("title", [HEAD, "صحيفة النهر - محليات - تشغيل محطة التحلية الثانية", f"{HEAD} | صحيفة النهر"])
@pytest.mark.parametrize(
    "end",
    [
        "",
        "<br><br>اطبع الصفحة | أرسل إلى صديق",
        f"<br><br>أخبار أخرى<br>{OTHER}",
        f"<br><br>مواضيع ذات صلة<br>{OTHER}<br><a href=p>طباعة</a>",
        "<br><br>جميع الحقوق محفوظة لصحيفة النهر 2006",
    ],
)
def test_a_headline_is_told_from_the_lines_of_its_cell(body: str, title: str, end: str) -> None:
    one = article(cell(body, title, end))
    assert (one.headline, one.decks, one.metadata.byline) == (HEAD, (DECK,), BYLINE)
    assert [paragraph.text for paragraph in one.paragraphs] == [BYLINE, *STORY]


@pytest.mark.parametrize("body", [story(), "<br><br>".join(STORY)])
def test_a_headline_that_no_title_repeats_is_not_lost(body: str) -> None:
    one = article(cell(body, "صحيفة النهر"))
    assert [paragraph.text for paragraph in one.paragraphs][-7:] == [HEAD, DECK, BYLINE, *STORY]
    assert one.metadata.byline == BYLINE


@pytest.mark.parametrize(
    "line",
    [
        "وقال إن جميع الحقوق محفوظة للعمال.",
        "أخبار أخرى",
        '<a href="/law">النص الكامل للقانون الذي ينظم عمل المحطات في البلاد</a>',
    ],
)
def test_lines_like_those_of_an_old_page_stay_in_its_story(line: str) -> None:
    one = article(cell("<br><br>".join([*STORY[:3], line, STORY[3]]), HEAD))
    assert [paragraph.text for paragraph in one.paragraphs] == [
        BYLINE,
        *STORY[:3],
        re.sub("<[^>]*>", "", line),
        STORY[3],
    ]


def test_headline_without_heading_comes_from_what_the_page_states() -> None:
    body = f"<div class=body>{story()}</div>"
    assert article(page(body)).headline == "تشغيل محطة التحلية الثانية"
    head = '<meta property="og:title" content="التحلية: &amp;quot;المحطة الثانية&amp;quot; تعمل">'
    assert article(page(body, head)).headline == 'التحلية: "المحطة الثانية" تعمل'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2026-02-01T10:00:00+0300">', "2026-02-01T10:00:00+03:00"),
        ('<meta name="date" content="2026-02-01">', "2026-02-01"),
        ('<meta name="date" content="1 شباط">', None),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-02-01T10:00:00"}</script>',
            "2026-02-01",
        ),
        (
            '<script type="application/ld+json">[{"@type":["Thing","NewsArticle"],"datePublished":"2026-02-01"}]</script>'
            '<meta property="article:published_time" content="2026-02-01T10:00:00Z">',
            "2026-02-01T10:00:00+00:00",
        ),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":</script>', None),
        (f'<script type="application/ld+json">{"[" * 100_000}</script>', None),
        ("", None),
    ],
)
def test_the_time_of_publication_is_what_the_page_states(head: str, published: str | None) -> None:
    assert article(page(f"{H1}<div class=body>{story()}</div>", head)).metadata.published == published


def test_the_time_of_another_story_is_not_taken() -> None:
    card = '<article class="card"><a href="/1">بدء موسم الحصاد</a><time datetime="2026-01-01T00:00:00Z">أمس</time></article>'
    own = '<time datetime="2026-02-01T10:00:00+03:00">1 شباط</time>'
    body = f"<div class=story>{H1}{own}<div class=body>{story()}</div></div>"
    assert article(page(f"{card}{body}{card}")).metadata.published == "2026-02-01T10:00:00+03:00"
    assert article(page(f"{card}{body.replace(own, '')}{card}")).metadata.published is None


DECLARE = '<meta http-equiv="Content-Type" content="text/html; charset={}">'


@pytest.mark.parametrize("declared", ["utf-8", "windows-1256", "iso-8859-6", "iso-8859-1", "utf-16", "nonsense", ""])
@pytest.mark.parametrize("real", ["utf-8", "cp1256", "iso8859_6", "cp720", "utf-8-sig", "utf-16"])
def test_the_bytes_decide_on_the_encoding(real: str, declared: str) -> None:
    html = page(f"{H1}<div class=body>{story()}</div>", DECLARE.format(declared) if declared else "")
    html = html.replace('<meta charset="utf-8">', "")
    expected = STORY
    if real == "cp720":  # has no Arabic comma
        html, expected = html.replace("،", ","), [text.replace("،", ",") for text in STORY]
    one = article(html.encode(real))
    assert [paragraph.text for paragraph in one.paragraphs] == expected
    assert codecs.lookup(one.source.encoding).name.startswith(codecs.lookup(real.removesuffix("-sig")).name)


def test_entities_need_no_encoding() -> None:
    html = page(f"{H1}<div class=body>{story()}</div>").replace("utf-8", "iso-8859-1")
    one = article(html.encode("ascii", "xmlcharrefreplace"))
    assert [paragraph.text for paragraph in one.paragraphs] == STORY


def test_damage_outside_the_story_is_passed_over_and_inside_refused() -> None:
    html = page(f"{H1}<div class=body>{story()}</div>").encode()
    around = html.replace("صحيفة النهر، جميع".encode(), "صحيفة النهر، جميع".encode()[:-1])
    assert [paragraph.text for paragraph in article(around).paragraphs] == STORY
    inside = html.replace("هيئة المياه بدء".encode(), "هيئة المياه بدء".encode()[:-1])
    assert "broken UTF-8" in failure(inside)


def test_other_bytes_are_refused() -> None:
    assert "PDF" in failure(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n<</Type/Catalog>>" + bytes(range(256)) * 20)
    assert failure(b"<html><body>" + bytes(range(128, 256)) * 50 + b"</body></html>")
    assert failure(b"") == "is empty"


@pytest.mark.parametrize(
    "html",
    [
        page(
            "<h1>الصفحة غير موجودة</h1><p>عذرا، الصفحة التي تبحث عنها غير موجودة أو نقلت إلى عنوان آخر.</p>",
            title="404 - غير موجود",
        ),
        page(
            "<div id=app></div><noscript>يجب تفعيل جافاسكربت في متصفحك لتصفح هذا الموقع.</noscript><script>run()</script>"
        ),
        page(
            "".join(
                f'<p><a href="/{n}">{text} وتفاصيل أخرى كثيرة في هذا الخبر الطويل</a></p>'
                for n, text in enumerate(OTHERS * 9)
            )
        ),
        "<html><body></body></html>",
        "<p>قصير</p>",
    ],
)
def test_a_page_without_an_article_is_refused(html: str) -> None:
    assert "no article" in failure(html)


def test_a_front_page_is_refused() -> None:
    assert "no article" in failure(fixture("front-page.html"))


def test_a_page_that_a_script_fills_is_read_from_what_it_states() -> None:
    body = "\\n\\n".join(STORY)
    stated = f'{{"@type":"NewsArticle","headline":"تشغيل المحطة","articleBody":"{body}"}}'
    head = f'<script type="application/ld+json">{stated}</script>'
    one = article(page("<div id=app></div>", head))
    assert (one.headline, [paragraph.text for paragraph in one.paragraphs]) == ("تشغيل المحطة", STORY)


def test_a_flash_of_one_sentence_is_an_article_where_it_says_so() -> None:
    one = article(page(f"{H1}<div class=body><p>{STORY[0]}</p></div>", DECLARED))
    assert [paragraph.text for paragraph in one.paragraphs] == STORY[:1]


def test_a_page_that_breaks_off_is_refused() -> None:
    html = fixture("portal.html")
    for end in (len(html) // 2, len(html) - 12, html.index(b"<h2>") + 2):
        assert "cut off" in failure(html[:end])


@pytest.mark.parametrize(
    "make", [lambda data: data[:2000], lambda data: data[: data.index(b"frame-1@mhtml.blink>\r\nContent-T") - 300]]
)
def test_an_archive_that_breaks_off_in_its_page_is_refused(make: Callable[[bytes], bytes]) -> None:
    assert "cut off" in failure(make(fixture("archive.mhtml")), "a.mhtml")


def test_an_archive_that_breaks_off_in_its_pictures_is_read() -> None:
    data = fixture("archive.mhtml")
    assert shown(article(data[: data.index(b"R0lGOD")], "a.mhtml")) == shown(article(data, "a.mhtml"))


def test_archives_in_other_encodings() -> None:
    import base64

    html = page(f"{H1}<div class=body>{story()}</div>").replace("utf-8", "windows-1256")
    head = "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    one = article(head.encode() + base64.encodebytes(html.encode("cp1256")), "a.mhtml")
    assert [paragraph.text for paragraph in one.paragraphs] == STORY


@pytest.mark.parametrize(
    "data",
    [b"\x00\x01\x02", "نص فقط".encode(), b"Content-Type: multipart/related; boundary=x\r\n\r\n--x--\r\n", b"\r\n" * 9],
)
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    assert "archive" in failure(data, "a.mhtml")


def test_an_archive_nested_without_end_is_refused() -> None:
    part = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(3_000))
    assert failure(part, "a.mhtml")


def test_pages_nested_or_large_beyond_reason_are_bounded() -> None:
    assert failure(page("<div>" * 100_000 + "نص"))
    assert "too large" in failure(page("<p>نص</p>" * 200_000))
