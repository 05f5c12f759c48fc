"""HTML fragments to paragraphs: nothing lost, white space as browsers show it, structure as in a plain text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Paragraph
from trans.sources.markup import is_markup, paragraphs


def shown(html: str) -> list[tuple[str, str]]:
    return [(one.kind, one.marker + one.text) for one in paragraphs(html)]


def texts(html: str) -> list[str]:
    return [one.text for one in paragraphs(html)]


def test_blocks_become_paragraphs_of_their_kind() -> None:
    html = (
        "<h2>عنوان فرعي</h2><div>نص <p>فقرة أولى.</p> تتمة</div><ul><li>بند<li>آخر</ul>"
        "<ol start=3><li>ثالث<li value=7>سابع</ol>"
    )
    assert shown(html) == [
        ("heading", "عنوان فرعي"),
        ("text", "نص"),
        ("text", "فقرة أولى."),
        ("text", "تتمة"),
        ("list", "- بند"),
        ("list", "- آخر"),
        ("list", "3. ثالث"),
        ("list", "7. سابع"),
    ]


def test_inline_tags_neither_add_nor_lose_a_space() -> None:
    assert texts("<p>ال<b>وزير</b> قال<i> إن</i>\n  <a href=x>الأمر</a>، <span>واضح</span>.</p>") == [
        "الوزير قال إن الأمر، واضح."
    ]


def test_line_breaks_end_lines_and_two_of_them_a_paragraph() -> None:
    assert texts("<p>سطر أول،<br>سطر ثان.<br/><br/>فقرة ثانية.</p>") == ["سطر أول،", "سطر ثان.", "فقرة ثانية."]


def test_lines_wrapped_at_a_column_are_joined_as_in_a_text_file() -> None:
    words = "قالت الهيئة العامة إن أعمال الصيانة تستمر حتى نهاية الشهر المقبل في المحطات الثلاث كلها ".split() * 4
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 60:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    assert texts(f"<p>{'<br>'.join([*lines, line])}.</p>") == [" ".join(words) + "."]


def test_an_item_of_several_paragraphs_has_one_marker() -> None:
    assert shown("<ul><li><p>أول.</p><p>تتمة.</p><ul><li>داخلي.</ul></ul>") == [
        ("list", "- أول."),
        ("list", "تتمة."),
        ("list", "- داخلي."),
    ]


def test_a_marker_in_the_text_is_not_doubled() -> None:
    assert shown("<ul><li>• بند أول</li></ul>") == [("list", "• بند أول")]


def test_rows_of_tables_that_people_read() -> None:
    html = "<table><caption>الأسعار</caption><tr><th>السلعة<th>أمس<th>اليوم<tr><td><p>قمح</p><p>لين</p><td>210<td>214</table>"
    assert shown(html) == [("text", "الأسعار"), ("table", "السلعة | أمس | اليوم"), ("table", "قمح لين | 210 | 214")]
    assert shown("<table><tr><td>قمح<td>210</table>") == [("table", "| قمح | 210 |")]


def test_tables_that_arrange_a_page_are_no_tables() -> None:
    story = "أعلنت الهيئة بدء العمل في المشروع. " * 10
    assert [kind for kind, _ in shown(f"<table><tr><td>قائمة<td>{story}<br><br>فقرة ثانية.</table>")] == ["text"] * 3
    assert shown("<table><tr><td><table><tr><td>نص أول.</table><td>نص ثان.</table>") == [
        ("text", "نص أول."),
        ("text", "نص ثان."),
    ]


def test_scripts_styles_and_controls_are_no_text() -> None:
    html = (
        "<p>قبل<script>var a='<p>x</p>'</script> وبعد</p><style>p{}</style><button>شارك</button>"
        "<video>لا يدعم</video><p>نهاية</p>"
    )
    assert texts(html) == ["قبل وبعد", "نهاية"]


def test_entities_are_resolved_once() -> None:
    assert texts("<p>&laquo;نعم&raquo; &#1575;&#x644; &amp;lt; &nbsp;ثم</p>") == ["«نعم» ال &lt; ثم"]


def test_plain_text_with_a_few_entities_keeps_its_lines() -> None:
    assert texts("قال: &quot;نعم&quot;.\n\nثم <b>مضى</b>.\nانتهى.") == ['قال: "نعم".', "ثم مضى.", "انتهى."]
    assert texts("<pre>سطر أول.\nسطر ثان.</pre>") == ["سطر أول.", "سطر ثان."]


@pytest.mark.parametrize("html", ["", " \n", "<!-- x -->", "<p></p>", "</div>", "\x00", "<br><br>"])
def test_nothing_gives_nothing(html: str) -> None:
    assert paragraphs(html) == ()


@pytest.mark.parametrize(
    "tags", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<blockquote><font>", "<!--x--><i>", "<a><p>"]
)
def test_however_deep_no_text_is_lost(tags: str) -> None:
    html = f"<h1>أول.</h1>{tags * 20_000}وسط.<script>{{}}</script><p>آخر.</p>"
    assert "".join(texts(html)) == "أول.وسط.آخر."


def test_what_is_markup() -> None:
    for text in ("<p>نص", "نص<br>نص", "نص &amp; نص", "نص &#1575;", "<div class='x'>", "نص <B>مهم</B>", "</li>"):
        assert is_markup(text), text
    for text in ("", "نص عادي", "3 < 5 و 7 > 2", "AT&T و R&D; نص", "<الاسم>", "a <- b -> c", "<<نص>>"):
        assert not is_markup(text), text


LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12
)
BLOCK = st.sampled_from("p div h1 h3 li blockquote td th section figcaption dt address center pre".split())
INLINE = st.sampled_from("b i a span font em sup".split())


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def fragments(draw: st.DrawFn) -> tuple[str, str]:
    """A fragment of nested and unclosed tags, and the letters in it."""
    html, letters = "", ""
    for _ in range(draw(st.integers(0, 12))):
        match draw(st.integers(0, 6)):
            case 0:
                html += f"<{draw(BLOCK)}>"
            case 1:
                html += f"</{draw(BLOCK)}>"
            case 2:
                html += f"<{draw(INLINE)} class=x>"
            case 3:
                html += f"</{draw(INLINE)}>"
            case 4:
                html += draw(
                    st.sampled_from(
                        ["<br>", "<hr>", " ", "\n", "<table><tr>", "</table>", "<ul>", "</ol>", "<!-- c -->"]
                    )
                )
            case _:
                text = draw(LETTERS)
                html, letters = html + escape(text), letters + text
    return html, letters


def without(text: str, marks: str) -> str:
    return re.sub(rf"[\s{re.escape(marks)}]", "", text)


@given(fragments())
def test_every_character_comes_out_in_order(fragment: tuple[str, str]) -> None:
    html, letters = fragment
    # The lines between cells are ours; a marker that the text itself has stands apart from it.
    made = "".join(f"{one.marker if one.marker not in ('- ', '1. ') else ''}{one.text}" for one in paragraphs(html))
    marks = "|-1."
    assert without(made, marks) == without(letters, marks)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for one in paragraphs(text):
        assert isinstance(one, Paragraph)
        assert one.text.strip()
    is_markup(text)
