"""The brief page as a file: what stands where, that all text is text, that nothing is loaded, and how large it is."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from briefs import HOSTILE, flagged_brief, hostile_brief
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trans.article import Metadata, Paragraph
from trans.brief import Brief, Flag, Passage, Sentence, Severity, Where
from trans.render import copies, html
from trans.render import json as json_brief
from trans.render.bidi import contained
from trans.render.labels import UNREVIEWED, told_time
from trans.render.links import web_address, web_link
from trans.render.page import page

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Parsed(HTMLParser):
    """A page taken apart: tags, attributes, and the text that people see."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self._texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self._texts.append((self._open[-1] if self._open else "", data))

    def values(self, name: str) -> list[str]:
        return [value for _, attribute, value in self.attributes if attribute == name]

    def texts(self, tag: str) -> list[str]:
        return [text for inside, text in self._texts if inside == tag]

    @property
    def shown(self) -> str:
        return "".join(text for tag, text in self._texts if tag not in ("style", "script"))


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


def text_of(brief: Brief) -> str:
    return html.render(brief).decode()


def test_the_first_screen_is_in_the_editors_order(brief: Brief) -> None:
    text = text_of(brief)
    parts = ["<h1", "2026-03-01 14:05 UTC+03:00", 'class="summary"', 'class="status', 'class="arabic"', "Key points"]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert text.count('<a id="c') <= 3


def test_each_sentence_has_its_counterpart(brief: Brief) -> None:
    keys = Counter(Parsed(html.render(brief)).values("data-s"))
    assert set(keys.values()) == {2}
    spoken = [item for _, _, part in brief.parts() for item in part.sentences if not item.literal]
    assert len(keys) >= len(spoken)


def test_every_link_leads_somewhere_and_no_name_is_used_twice(brief: Brief) -> None:
    parsed = Parsed(html.render(brief))
    names = Counter(parsed.values("id"))
    assert set(names.values()) == {1}
    inner = [value[1:] for value in parsed.values("href") if value.startswith("#")]
    assert set(inner) | set(parsed.values("aria-describedby")) | set(parsed.values("aria-labelledby")) <= set(names)
    assert len(inner) > 10


def everywhere(brief: Brief) -> Brief:
    """``brief`` with flags at every kind of place, also at those that are not there."""
    wheres: tuple[Where, ...] = ("headline", "summary", "deck", "paragraph")
    severities: tuple[Severity, ...] = ("error", "info")
    flags = [
        Flag("x", severity, f"Message {where} {part} {sentence} {severity}", where, part, sentence)
        for where in wheres
        for part in ((None,) if where == "headline" else (None, *range(1, 8), 99))
        for sentence in (None, 1, 2, 99)
        for severity in severities
    ]
    return replace(brief, flags=tuple(flags), decks=(brief.headline, brief.headline))


@pytest.mark.parametrize("bare", [False, True])
def test_every_link_leads_somewhere_whatever_place_a_flag_is_at(bare: bool, brief: Brief) -> None:
    flagged = everywhere(brief)
    if bare:
        empty = Passage(())
        summary = replace(brief.summaries[0], english=empty, arabic="")
        flagged = replace(flagged, headline=empty, decks=(), summaries=(summary,))
    parsed = Parsed(html.render(flagged))
    names = Counter(parsed.values("id"))
    assert set(names.values()) == {1}
    inner = {value[1:] for value in parsed.values("href") if value.startswith("#")}
    # Names and summaries lead to paragraphs, which are all there.
    assert inner | set(parsed.values("aria-describedby")) <= set(names)
    assert all(flag.message in parsed.shown for flag in flagged.flags if flag.severity == "error")


def test_a_flag_of_the_whole_headline_stands_at_it(brief: Brief) -> None:
    text = text_of(replace(brief, flags=(Flag("x", "error", "All of it", "headline"),)))
    assert '<h1 id="h" data-flagged aria-describedby="c1"' in text
    assert '<a id="c1" href="#h" data-flags="0">' in text


def test_flags_of_the_first_screen_stand_whole_and_apart_in_a_fold(brief: Brief) -> None:
    long = Flag("names", "error", "A long message " * 20 + "(سوريا)", "headline", None, 1, "نص سوريا", "quoted")
    again = replace(
        long, message=long.message.replace("سوريا", "سورية"), where="summary", paragraph=1, source="نص سورية"
    )
    text = text_of(replace(brief, flags=(long, again)))
    (fold,) = re.findall(r"<details><summary>In full</summary>.*?</details>", text, flags=re.DOTALL)
    shown = Parsed(fold.encode()).shown
    for flag in (long, again):
        assert all(part in shown for part in (flag.message, flag.source, flag.target))
    assert "Check 1 thing:" in text


def test_a_mark_of_a_heading_stays_where_a_flag_stands_at_it(brief: Brief) -> None:
    heading = Passage((Sentence("##", " ", "##", literal=True), *brief.paragraphs[5].sentences), "heading")
    paragraphs = list(brief.article.paragraphs)
    paragraphs[5] = replace(paragraphs[5], marker="## ")
    marked = replace(
        brief,
        article=replace(brief.article, paragraphs=tuple(paragraphs)),
        paragraphs=(*brief.paragraphs[:5], heading, *brief.paragraphs[6:]),
        flags=(),
    )
    assert 'id="p6-1"' not in text_of(marked)
    assert 'id="p6-1"' in text_of(replace(marked, flags=(Flag("x", "error", "Told", "paragraph", 6, 1),)))


def test_latin_text_about_the_source_reads_from_the_left(brief: Brief) -> None:
    metadata = replace(brief.article.metadata, byline="By Sami Hassan", dateline="القاهرة")
    flags = (Flag("x", "error", "Told", "paragraph", 1, 1, "BBC News"),)
    text = text_of(replace(brief, article=replace(brief.article, metadata=metadata), flags=flags))
    assert "<bdi>By Sami Hassan</bdi>" in text
    assert '<bdi lang="ar" dir="rtl">القاهرة</bdi>' in text
    assert '<bdi class="quote">BBC News</bdi>' in text


def test_flags_stand_in_words_and_notes_are_folded(brief: Brief) -> None:
    text = text_of(brief)
    assert "Check 2 things:" in text
    assert 'reads 800 million, the Arabic says <bdi lang="ar" dir="rtl">300 مليون</bdi>' in text
    assert '<strong class="severity">Error</strong> in <a href="#p1-2">sentence 2</a>' in text
    folded = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert 'class="flag info"' in text
    assert 'class="flag info"' not in folded


def test_a_repaired_sentence_shows_its_first_translation(brief: Brief) -> None:
    shown = Parsed(html.render(brief)).shown
    assert "Translated again: another hypothesis; the first translation was: He added the <b>projects</b>." in shown


def test_banner_licences_and_source_are_told(brief: Brief) -> None:
    demo = replace(brief, provenance=replace(brief.provenance, demo=True))
    assert "not a usable translation" in text_of(demo)
    assert "not a usable translation" not in text_of(brief)
    assert "CC BY-NC-SA 4.0" in text_of(brief)
    assert brief.article.source.sha256[:16] in text_of(brief)
    assert copies.summary(demo).startswith(f"{UNREVIEWED} Demo models")


def test_what_is_copied_says_what_it_is(brief: Brief) -> None:
    data = json.loads(Parsed(html.render(brief)).texts("script")[0])
    for text in (data["summary"], data["translation"]):
        assert text.startswith(UNREVIEWED)
        assert "Source: text · By-line: كتب: سامي حسن" in text
        assert "https://example.org/a" in text
    assert all(paragraph.target in data["translation"] for paragraph in brief.paragraphs if paragraph.kind == "text")


def test_the_same_brief_gives_the_same_page(brief: Brief) -> None:
    assert html.render(json_brief.read(json_brief.render(brief))) == html.render(brief)


def test_the_policy_allows_what_the_page_holds_and_nothing_else(brief: Brief) -> None:
    parsed = Parsed(html.render(brief))
    (policy,) = [value for value in parsed.values("content") if "default-src" in value]
    assert "default-src 'none'" in policy
    assert "base-uri 'none'; form-action 'none'" in policy
    assert "unsafe" not in policy
    code = [parsed.texts("style")[0], parsed.texts("script")[-1]]
    allowed = [base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in code]
    assert re.findall(r"'sha256-([^']+)'", policy) == allowed


def inert(page: bytes, like: bytes) -> None:
    """Assert that a page has the elements of another, and no attribute that runs or loads anything."""
    parsed, harmless = Parsed(page), Parsed(like)
    # A link that may not be one is shown as text.
    assert Counter(parsed.tags) - Counter({"a": 1, "bdi": 99}) <= Counter(harmless.tags) + Counter({"bdi": 99, "q": 99})
    assert {name for _, name, _ in parsed.attributes} <= {name for _, name, _ in harmless.attributes}
    assert not [name for _, name, _ in parsed.attributes if name.startswith("on") or name in ("src", "style", "action")]
    assert all(re.match(r"#|https?://|data:,$|(?:\./|(?:\.\./)+)\.?[\w%]", value) for value in parsed.values("href"))


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_hostile_article_is_shown_as_text(evil: str, brief: Brief) -> None:
    hostile = html.render(hostile_brief(brief, evil))
    inert(hostile, html.render(hostile_brief(brief, "harmless")))
    words = re.findall(r"[\w:;=()'\"<>/{}*%]+", contained(evil))
    shown = Parsed(hostile).shown
    assert all(word in shown for word in words)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evil=st.text(st.sampled_from("<>&\"'/!-=scriptaone \u202e\u2069\u2066\u202c\x00{}%#"), min_size=1, max_size=60))
def test_no_text_becomes_markup(evil: str, brief: Brief) -> None:
    inert(html.render(hostile_brief(brief, evil)), html.render(hostile_brief(brief, "harmless")))


CONTROLS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text(st.sampled_from(CONTROLS + "aب1")))
def test_no_direction_control_reaches_beyond_its_text(text: str) -> None:
    kept = contained(text)
    pairs = {"\u202c": "\u202a\u202b", "\u2069": "\u2066\u2067\u2068"}
    opened: list[str] = []
    for character in kept:
        if character in "\u202a\u202b\u2066\u2067\u2068":
            opened.append(character)
        elif character in pairs:
            assert opened.pop() in pairs[character]
        else:
            assert character not in "\u202d\u202e"
    assert not opened
    strip = str.maketrans("", "", CONTROLS)
    assert kept.translate(strip) == text.translate(strip)
    assert contained(kept) == kept


@pytest.mark.parametrize("text", ["", "نص 12", "\u200fنص\u200e", "\u202b+966 1\u202c", "\u2066a\u202bb\u202c\u2069"])
def test_text_in_order_is_left_alone(text: str) -> None:
    assert contained(text) == text


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " https://a", "https://a b", "//a", "", None]
)
def test_only_web_addresses_are_links(url: str | None) -> None:
    assert web_link(url) is None
    assert web_address(url) in ("", "https://a")  # space around an address is no part of it
    assert web_link("https://example.org/خبر?a=1&b=2")


def test_what_an_article_says_of_itself_stands_on_its_page(brief: Brief) -> None:
    metadata = replace(
        brief.article.metadata,
        published="2026-03-01T14:05:00+03:00",
        received="2026-03-01T11:06:00+00:00",
        version="3",
        status="canceled",
        language="ar-EG",
        usage="For subscribers only",
    )
    shown = Parsed(html.render(replace(brief, article=replace(brief.article, metadata=metadata)))).shown
    assert "published 2026-03-01 14:05 UTC+03:00 · received 2026-03-01 11:06 UTC · version 3 · status canceled" in shown
    assert "Language: ar-EG. Usage terms: For subscribers only." in shown
    bare = Parsed(html.render(replace(brief, article=replace(brief.article, metadata=Metadata())))).shown
    assert not any(word in bare for word in ("published", "received", "Usage terms"))


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("2026-03-01T14:05:00+03:00", "2026-03-01 14:05 UTC+03:00"),
        ("2026-03-01T14:05:00Z", "2026-03-01 14:05 UTC"),
        ("2026-03-01", "2026-03-01"),
        ("yesterday", "yesterday"),
    ],
)
def test_times_are_told_with_their_offset(time: str, told: str) -> None:
    assert told_time(time) == told


def test_a_thousand_words_stay_under_200_kb(brief: Brief) -> None:
    paragraphs = brief.paragraphs * 4
    words = 0
    repeated: list[tuple[Passage, Paragraph]] = []
    while words < 1000:
        passage = paragraphs[len(repeated) % len(paragraphs)]
        repeated.append((passage, brief.article.paragraphs[len(repeated) % len(brief.paragraphs)]))
        words += len(passage.target.split())
    long = replace(
        brief,
        paragraphs=tuple(passage for passage, _ in repeated),
        article=replace(brief.article, paragraphs=tuple(one for _, one in repeated)),
    )
    assert len(html.render(long)) < 200_000


def test_an_article_without_headline_or_text_has_a_page(brief: Brief) -> None:
    bare = replace(
        brief,
        article=replace(brief.article, paragraphs=()),
        headline=replace(brief.headline, sentences=()),
        summaries=(),
        paragraphs=(),
        flags=(),
    )
    text = text_of(bare)
    assert re.search(f"<h1[^>]*>{re.escape(brief.article.id)}</h1>", text)
    assert "no text under its headline" in text
    assert "No error and no warning found." in text


def test_data_can_not_end_its_element() -> None:
    evil = ["</script><script>", "<!--", "\u2028", {"&": "\u202e"}]
    rendered = page("base.html.j2", style="brief.css", data=evil)
    parsed = Parsed(rendered)
    assert json.loads("".join(parsed.texts("script"))) == ["</script><script>", "<!--", "\u2028", {"&": ""}]


def test_a_template_that_misses_something_is_a_bug() -> None:
    from jinja2 import UndefinedError

    with pytest.raises(UndefinedError):
        page("brief.html.j2", style="brief.css")


def test_the_renderers_load_no_template_engine_until_they_render() -> None:
    code = "import sys, trans, trans.cli, trans.render; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
