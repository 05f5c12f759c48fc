"""Which articles are versions of one item, and which is the newer one. Nothing may be lost: in doubt they are two."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Failure, Metadata, Paragraph, Source
from trans.identity import age, is_newer, item_name, item_of, kills, same_item, web_item

STORY = (
    "أعلنت وزارة المياه يوم الأحد بدء العمل في محطة جديدة لتحلية مياه البحر على الساحل الشرقي بكلفة ثلاثمئة مليون دولار.",
    "وقال الوزير في مؤتمر صحفي إن المحطة ستخدم ثلاث مدن، وإن العمل فيها ينتهي بعد عامين.",
    "وتعاني المنطقة من شح الأمطار منذ سنوات، ويعتمد سكانها على صهاريج تنقل المياه من الجنوب.",
    "وكانت شركة محلية قد بنت محطة أصغر قبل عشرة أعوام، لكنها توقفت بسبب عطل في المضخات.",
)
REWRITTEN = (
    "كشفت وزارة المياه أن المحطة الجديدة للتحلية ستعمل بالطاقة الشمسية، في خطوة هي الأولى من نوعها في البلاد.",
    "وأوضح مدير المشروع أن الألواح تغطي نصف حاجة المحطة، وأن الباقي يأتي من الشبكة العامة.",
    *STORY[2:],
)
OTHER = (
    "فاز فريق المدينة على ضيفه بهدفين نظيفين مساء السبت في الجولة العاشرة من الدوري، ليرفع رصيده إلى عشرين نقطة.",
    "وسجل المهاجم الشاب الهدف الأول من ركلة حرة، ثم أضاف زميله الثاني قبل صافرة النهاية بدقيقتين.",
    "ويلعب الفريق مباراته المقبلة خارج أرضه يوم الجمعة أمام متصدر الترتيب.",
    "وأشاد المدرب بأداء لاعبيه، وقال إن الفوز يمنحهم دفعة كبيرة قبل المباريات الصعبة.",
)
BOILERPLATE = ("اقرأ أيضا: أهم أخبار اليوم في البلاد", "جميع الحقوق محفوظة للموقع")
LINK = "https://example.org/news/water-plant"
URN = "urn:newsml:agency.example:20260301:101"


def article(
    texts: tuple[str, ...] = STORY,
    *,
    headline: str = "محطة جديدة لتحلية المياه",
    name: str = "a.txt",
    item: str | None = None,
    url: str | None = None,
    published: str | None = None,
    received: str | None = None,
    version: str | None = None,
) -> Article:
    about = Metadata(published=published, received=received, url=url, version=version)
    source = Source(name, "0" * 64, "utf-8", 1, item=item)
    return Article(name, source, headline, (), tuple(map(Paragraph, texts)), about)


def test_an_item_is_its_publishers_id_else_its_address_else_its_path() -> None:
    assert item_of(article(item=URN, url=LINK)) == URN
    assert item_of(article(item="  ", url=LINK)) == LINK
    assert item_of(article(url="https://example.org/")) == "a.txt"
    assert item_of(article()) == "a.txt"


def test_a_publishers_id_that_is_an_address_is_compared_as_one() -> None:
    given = article(item="https://EX.org/n/1?utm_source=x")
    for other in (article(item="https://ex.org/n/1", name="b"), article(url="https://ex.org/n/1#comments", name="b")):
        assert item_of(given) == item_of(other) == "https://ex.org/n/1"
        assert same_item(given, other)
    assert same_item(given, article(OTHER, headline="فوز فريق المدينة", name="b", item="https://ex.org/n/1"))
    # Two entries of a page that goes on all day, each with an id of its own.
    first, second = (article(texts, name=name, item=f"{LINK}#{name}") for texts, name in ((STORY, "a"), (OTHER, "b")))
    assert not same_item(first, second)
    assert item_of(article(item=" tag:Example.org,2026:1?utm_source=x ")) == "tag:Example.org,2026:1?utm_source=x"


@pytest.mark.parametrize(
    ("url", "item"),
    [
        ("https://Example.ORG/News/1", "https://example.org/News/1"),
        ("HTTPS://example.org/news/1#comments", "https://example.org/news/1"),
        ("https://example.org/news?id=17&utm_source=x&UTM_medium=y&fbclid=z&gclid=", "https://example.org/news?id=17"),
        ("https://example.org/news/1?utm_source=x", "https://example.org/news/1"),
        ("https://example.org/?p=17", None),  # its path is '/'
        ("https://user:secret@example.org/news/1", "https://example.org/news/1"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
        ("https://example.org/أخبار/خبر-1", "https://example.org/أخبار/خبر-1"),
        ("https://example.org/index.php?id=17", "https://example.org/index.php?id=17"),
        ("https://example.org/index.php?utm_source=x", None),
        ("https://example.org/ar/", None),
        ("https://example.org/ar/index.html", None),
        ("https://example.org", None),
        ("https://example.org/app#!/news/17", None),
        ("https://example.org/app#/news/17", None),
        ("file:///news/1", None),
        ("urn:newsml:x", None),
        ("javascript:alert(1)", None),
        ("https://exam ple.org/a", None),
        ("https://example.org/a\x00b", None),
        ("https://[::1/a", None),
        ("https://example.org:99999/a", None),
        ("https://example.org/" + "a" * 5000, None),
        ("", None),
    ],
)
def test_an_address_is_an_item_where_it_names_a_page(url: str, item: str | None) -> None:
    assert web_item(url) == item


@given(st.text(max_size=60) | st.from_regex(r"\Ahttps?://[a-z.:@\[\]]{0,9}/[^ ]{0,20}\Z"))
def test_an_items_address_is_its_own_item(url: str) -> None:
    item = web_item(url)
    assert item is None or web_item(item) == item
    assert item_name(item_name(url)) == item_name(url)


def test_an_update_under_the_same_address_is_the_same_item() -> None:
    first = article(url=LINK)
    for texts, headline in [
        (STORY, "محطة جديدة لتحلية المياه"),
        (STORY, "عنوان آخر تماما"),
        (STORY[:2] + OTHER[:1] + STORY[2:], "محطة للتحلية"),
        (REWRITTEN, "الطاقة الشمسية تشغل محطة التحلية"),
        (STORY[:1], "محطة جديدة لتحلية المياه"),
    ]:
        later = article(texts, headline=headline, name="b.html", url=f"{LINK}?utm_source=feed")
        assert same_item(first, later)
        assert same_item(later, first)


def test_a_flash_and_its_story_are_one_item() -> None:
    flash = article(("وزارة المياه تعلن محطة جديدة لتحلية المياه",), headline="", name="b.txt", url=LINK)
    assert same_item(flash, article(headline="وزارة المياه تعلن محطة جديدة لتحلية المياه", url=LINK))


@pytest.mark.parametrize(
    ("other", "headline"),
    [
        (OTHER, "فوز فريق المدينة بهدفين"),
        ((*OTHER, *BOILERPLATE), "فوز فريق المدينة بهدفين"),
        # Two pages of a site that calls everything so.
        ((*OTHER, *BOILERPLATE), "محطة جديدة لتحلية المياه"),
        (("انفجار في المصنع",), "انفجار في المصنع"),
    ],
)
def test_a_constant_link_loses_no_article(other: tuple[str, ...], headline: str) -> None:
    first = article((*STORY, *BOILERPLATE) if len(other) > len(OTHER) and headline[0] == "ف" else STORY, url=LINK)
    assert not same_item(first, article(other, headline=headline, name="b.html", url=LINK))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("انفجار في بغداد", "انفجار في البصرة"),
        ("وفاة 5 أشخاص في حادث سير بالقاهرة", "وفاة 7 أشخاص في حادث سير بطنطا"),
    ],
)
def test_flashes_of_two_events_are_two_items(one: str, other: str) -> None:
    flashes = [article((text,), headline="", name=name, url=LINK) for name, text in (("a", one), ("b", other))]
    assert not same_item(*flashes)


@pytest.mark.parametrize("headline", ["عاجل", "خبر عاجل", "عاجل عاجل عاجل", ""])
def test_a_headline_that_stands_over_anything_is_no_evidence(headline: str) -> None:
    texts = (
        "الجيش يعلن سقوط مروحية ومقتل طاقمها",
        "البنك المركزي يرفع سعر الفائدة",
        "وفاة 5 أشخاص في حادث سير بالقاهرة",
        "وفاة 7 أشخاص في حادث سير بطنطا",
        "زلزال شرقا",
        "",
    )
    flashes = [
        article((text,) if text else (), headline=headline, name=name, url=LINK)
        for text, name in zip(texts, "abcdef", strict=True)
    ]
    for one, other in itertools.permutations(flashes, 2):
        assert not same_item(one, other)
    # Sent again, or with more after it, it is the same.
    for one in flashes[:5]:
        text = one.paragraphs[0].text
        again = [(text,)] if len(text.split()) < 3 else [(text,), (f"{text} اليوم",), (text, *STORY)]
        for later in again:
            assert same_item(one, article(later, headline=headline, name="z", url=LINK))


def test_a_publishers_uri_is_trusted_and_a_number_is_not() -> None:
    rest = {"headline": "فوز فريق المدينة"}
    for trusted in (URN, "tag:example.org,2026:1", "https://agency.example/items/801", "https://a.example/items#801"):
        assert same_item(article(item=trusted), article(OTHER, name="b", item=trusted, **rest))
    for doubtful in ("17", "u-1", "https://agency.example/", "https://agency.example/ar/"):
        assert not same_item(article(item=doubtful), article(OTHER, name="b", item=doubtful, **rest))
        assert same_item(article(item=doubtful), article(REWRITTEN, name="b", item=doubtful, **rest))
    # A page that links to an agency's address is not the agency.
    assert not same_item(article(item=LINK), article(OTHER, name="b", url=LINK, **rest))


def test_other_items_are_other_items_and_a_path_is_always_the_same() -> None:
    assert not same_item(article(item=URN), article(item=URN + "2", name="b"))
    assert not same_item(article(), article(name="b.txt"))
    assert same_item(article(), article(OTHER, headline="فوز فريق المدينة"))


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"version": "10"}, {"version": "9"}),
        ({"version": "v2"}, {"version": "v1"}),
        ({"version": "v10"}, {"version": "2"}),
        ({"version": "2.10"}, {"version": "2.9"}),
        ({"version": "٣"}, {"version": "2"}),
        ({"version": "2"}, {}),  # the first version needs no number
        ({"version": "2026-03-01T10:00:00Z"}, {"version": "2026-03-01T12:00:00+03:00"}),
        ({"version": "20260302"}, {"version": "20260301"}),
        ({"version": "2026-03-02"}, {"version": "20260301"}),
        # The number counts, whatever the clocks say.
        (
            {"version": "3", "published": "2026-03-01T10:00:00Z"},
            {"version": "2", "published": "2026-03-05T10:00:00Z"},
        ),
        ({"published": "2026-03-01T10:00:00Z"}, {"published": "2026-03-01T12:00:00+03:00"}),
        (
            {"version": "2", "published": "2026-03-01T10:00:00Z"},
            {"version": "2.0", "published": "2026-03-01T09:00:00Z"},
        ),
        (
            {"published": "2026-03-01", "received": "2026-03-01T10:00:00+00:00"},
            {"published": "2026-03-01", "received": "2026-03-01T09:00:00+00:00"},
        ),
        ({"received": "2026-03-02T10:00:00+00:00"}, {"published": "2026-03-01T10:00:00+00:00"}),
        ({"name": "x/item-10.txt"}, {"name": "x/item-9.txt"}),
    ],
)
def test_the_newer_version(newer: dict[str, str], older: dict[str, str]) -> None:
    one, other = article(**newer), article(**older)  # type: ignore[arg-type]
    assert is_newer(one, other)
    assert not is_newer(other, one)


_TIMES = st.sampled_from(
    ["2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01T12:00:00+03:00", "0001-01-01T00:00:00+14:00", "x"]
)
_VERSIONS = st.sampled_from(["1", "2", "10", "v2", "2.1", "2026-03-01", "20260302", "-", "1-2"]) | st.text(max_size=6)
_ARTICLES = st.builds(
    lambda name, version, published, received: article(
        name=name, version=version, published=published, received=received
    ),
    st.text(max_size=4) | st.sampled_from(["a1", "a10", "a9"]),
    st.none() | _VERSIONS,
    st.none() | _TIMES,
    st.none() | _TIMES,
)


@given(st.lists(_ARTICLES, min_size=3, max_size=3))
def test_newer_is_a_total_order(three: list[Article]) -> None:
    for one, other in itertools.permutations(three, 2):
        assert is_newer(one, other) + is_newer(other, one) == (age(one) != age(other))
        assert (age(one) == age(other)) <= (one.id == other.id)
    for one, two, other in itertools.permutations(three):
        assert not (is_newer(one, two) and is_newer(two, other)) or is_newer(one, other)


def killed(item: str | None, version: str | None = None, name: str = "wire/k.json/x") -> Failure:
    hint = "Use nothing of it."
    return Failure(name, "is canceled by its publisher", hint, withdrawn=True, item=item, version=version)


@pytest.mark.parametrize(
    ("kill", "now", "holds"),
    [("2", "1", True), ("2", "2", True), ("2", "3", False), ("2", None, True), (None, "3", True), (None, None, True)],
)
def test_a_kill_holds_until_a_higher_version(kill: str | None, now: str | None, holds: bool) -> None:
    assert kills(killed(URN, kill), article(item=URN, version=now)) == holds


def test_a_kill_is_of_its_own_item_only() -> None:
    assert not kills(killed(URN), article(item=f"{URN}2"))
    assert not kills(killed(None), article())
    assert kills(killed(None, name="a.txt"), article())
    assert kills(killed("17"), article(item="17", name="wire/a.json/17"))
    assert not kills(killed("17"), article(item="17", name="others/a.json/17"))
    assert kills(killed(LINK), article(url=LINK))
    assert kills(killed(f"{LINK}#v2"), article(url=LINK))
    assert kills(killed("https://EXAMPLE.org/news/1?utm_source=x"), article(item="https://example.org/news/1"))
    assert not kills(killed(f"{LINK}#v2"), article(item=f"{LINK}#v1"))
