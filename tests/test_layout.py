"""Layout: what stands where in an article, for the shapes that news comes in."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.sources.credits import find_dateline, is_byline
from trans.sources.layout import Layout, parse
from trans.text import dateline_end

HEADLINE = "المدينة تفتتح خط الترام الجديد"
LEAD = "القاهرة (رويترز) - افتتحت المدينة يوم الأحد خط الترام الجديد بعد أعمال استمرت ثلاثة أعوام."
SECOND = "وقال رئيس البلدية إن الخط سينقل خمسين ألف راكب في اليوم، وإن الأجرة لن تتغير."


def everything(layout: Layout) -> str:
    parts = [layout.headline, *layout.decks, *(one.marker + one.text for one in layout.paragraphs)]
    return "".join("".join(parts).split())


def texts(layout: Layout) -> list[str]:
    return [one.text for one in layout.paragraphs]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\f\n"])
def test_headline_and_paragraphs(newline: str) -> None:
    layout = parse(newline.join([HEADLINE, "", LEAD, SECOND]))
    assert (layout.headline, layout.decks, texts(layout)) == (HEADLINE, (), [LEAD, SECOND])
    assert layout.metadata.dateline == "القاهرة (رويترز)"


def test_headline_right_above_the_text() -> None:
    layout = parse(f"{HEADLINE}\n{LEAD}\n{SECOND}")
    assert (layout.headline, texts(layout)) == (HEADLINE, [LEAD, SECOND])


def test_decks_with_a_standfirst_and_a_byline() -> None:
    decks = ("الخط يربط الشمال بالجنوب في أربعين دقيقة.", "الأجرة لن تتغير", "مرحلة ثانية في العام المقبل")
    layout = parse("\n".join([HEADLINE, "", *decks, "", "كتب: سامي حسن", "", LEAD, SECOND]))
    assert layout.decks == decks
    assert texts(layout) == ["كتب: سامي حسن", LEAD, SECOND]
    assert (layout.metadata.byline, layout.metadata.dateline) == ("كتب: سامي حسن", "القاهرة (رويترز)")


def test_a_first_paragraph_is_no_deck() -> None:
    assert parse(f"{HEADLINE}\n\nافتتحت المدينة الخط الجديد.\n\n{SECOND}").decks == ()


def test_lines_without_a_body_are_no_decks() -> None:
    assert parse(f"{HEADLINE}\n\nسطر أول\nسطر ثان\nسطر ثالث").decks == ()


@pytest.mark.parametrize("text", [LEAD, f"{LEAD}\n{SECOND}", f"{SECOND} {SECOND}\n\n{LEAD}", "- بند أول\n- بند ثان"])
def test_no_headline(text: str) -> None:
    layout = parse(text)
    assert layout.headline == ""
    assert layout.decks == ()


def test_editors_credit_at_the_end_is_the_byline() -> None:
    credit = "(إعداد منى سعيد للنشرة العربية - تحرير علي حسن)"
    assert parse(f"{HEADLINE}\n\n{LEAD}\n\n{credit}").metadata.byline == credit


def test_hard_wrapped_text_is_joined() -> None:
    paragraphs = [f"{LEAD} {SECOND}", f"{SECOND} {SECOND}"]
    wrapped = "\n\n".join("\n".join(textwrap.wrap(one, 60)) for one in paragraphs)
    layout = parse(f"{HEADLINE}\n\n{wrapped}\n")
    assert (layout.headline, texts(layout)) == (HEADLINE, paragraphs)


def test_hard_wrapped_without_white_lines() -> None:
    text = "\n".join([HEADLINE, *textwrap.wrap(f"{LEAD} {SECOND}", 60)])
    layout = parse(text)
    assert layout.headline == HEADLINE
    assert texts(layout) == [f"{LEAD} {SECOND}"]


def test_lines_of_like_length_are_not_wrapped() -> None:
    lines = [
        "ارتفع سعر القمح في الأسواق العالمية",
        "تراجع سعر الذرة في الأسواق المحلية",
        "استقر سعر الأرز في أسواق المنطقة",
    ]
    assert texts(parse(f"{LEAD}\n\n" + "\n".join(lines)))[1:] == lines


def test_markdown() -> None:
    text = f"# {HEADLINE} #\n\n{LEAD}\n\n## التفاصيل\n\n- بند **أول**\n* بند ثان\n1. بند ثالث\n٢- بند رابع\n\n"
    text += "| أ | ب |\n|---|---|\n\n```\n---\n"
    layout = parse(text, markdown=True)
    assert layout.headline == HEADLINE
    assert [(one.kind, one.marker, one.text) for one in layout.paragraphs] == [
        ("text", "", LEAD),
        ("heading", "## ", "التفاصيل"),
        ("list", "- ", "بند **أول**"),
        ("list", "* ", "بند ثان"),
        ("list", "1. ", "بند ثالث"),
        ("list", "٢- ", "بند رابع"),
        ("table", "", "| أ | ب |"),
        ("table", "", "|---|---|"),
        ("text", "", "```"),
        ("text", "", "---"),
    ]


def test_setext_headline() -> None:
    layout = parse(f"{HEADLINE}\n=====\n\n{LEAD}", markdown=True)
    assert (layout.headline, texts(layout)) == (HEADLINE, [LEAD])


def test_hash_is_text_in_a_plain_file() -> None:
    assert parse(f"# {HEADLINE}\n\n{LEAD}").headline == f"# {HEADLINE}"


PROSE = "الخطة جاهزة للتنفيذ بعد مراجعة طويلة.{0}وأضاف أن العمل في المشروع يبدأ غدا.{0}وختم الوزير كلمته بشكر الحاضرين."


@pytest.mark.parametrize("mark", ["\t", " | "])
def test_prose_with_two_tabs_is_no_table(mark: str) -> None:
    kinds = [one.kind for one in parse(f"{LEAD}\n\n{PROSE.format(mark)}\n{SECOND}").paragraphs]
    assert kinds == ["text", "text", "text"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("الرياض\t12\tغائم", "table"),
        ("الرياض | 12 | غائم | رياح خفيفة", "table"),
        (f"{PROSE.format(' | ')}\n{PROSE.format(' | ')}", "table"),
        (f"| {SECOND} |", "table"),
        ("الرياض\tغائم", "text"),
        ("الرياض || غائم", "text"),
        ("|", "text"),
    ],
)
def test_rows_of_tables(line: str, expected: str) -> None:
    kinds = {one.kind for one in parse(f"{HEADLINE}\n\n{LEAD}\n{SECOND}\n\n{LEAD}\n{line}").paragraphs[3:]}
    assert kinds == {expected}


def test_letters_number_a_list_only_in_sequence() -> None:
    listed = parse(f"{LEAD}\n\nأ. البند الأول\nب. البند الثاني")
    assert [one.marker for one in listed.paragraphs] == ["", "أ. ", "ب. "]
    title = parse(f"{LEAD}\n\nأ. محمود سالم هو رئيس اللجنة.\n\n{SECOND}")
    assert [one.marker for one in title.paragraphs] == ["", "", ""]


def test_subheading_in_plain_text() -> None:
    layout = parse(f"{HEADLINE}\n\n{LEAD}\n\nأسباب التأخير\n\n{SECOND}")
    assert [one.kind for one in layout.paragraphs] == ["text", "heading", "text"]


def test_direction_marks_keep_their_place() -> None:
    text = f"\u200f{HEADLINE}\n\u200f\n\u200f- بند أول.\n\u200f"
    layout = parse(text)
    assert everything(layout) == "".join(text.split())
    assert layout.paragraphs[-1].kind == "list"


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("القاهرة (رويترز) - قال", "القاهرة (رويترز)"),
        ("(رويترز) - قال", "(رويترز)"),
        ("غزة/القاهرة (رويترز) - قال", "غزة/القاهرة (رويترز)"),
        ("واشنطن, 3 مارس (أ ف ب) - قالت", "واشنطن, 3 مارس (أ ف ب)"),
        ("باريس 12 كانون الثاني/يناير ( ا ف ب) - اعلن", "باريس 12 كانون الثاني/يناير ( ا ف ب)"),
        ("القاهرة (د ب أ)- أعلن", "القاهرة (د ب أ)"),
        ("الرياض ـ واس ـ أعلنت", "الرياض ـ واس"),
        ("بيروت - رويترز: قال", "بيروت - رويترز"),
        ("نيويورك – دعا", "نيويورك"),
        ("القاهرة - قال الرئيس إن الخطة - التي أعلنت أمس - ستنفذ", "القاهرة"),
        ("الخطة - وهي الأولى من نوعها - تشمل", None),
        ("قال الوزير - في بيان - إن", None),
        ("ريال مدريد 3 - 1 برشلونة", None),
        ("العلاقات السورية-الروسية تعيش", None),
        ("أعلن البنك المركزي (المصري) - في بيان - أنه", None),
        ("عمان: قال", None),
        ("القاهرة - ", None),
        ("", None),
    ],
)
def test_dateline(text: str, dateline: str | None) -> None:
    assert find_dateline(text) == dateline
    assert dateline is None or dateline_end(text, dateline)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("كتب أحمد علي", True),
        ("كتبت: منى سعيد", True),
        ("بقلم سامي حسن", True),
        ("تقرير: سارة ناصر", True),
        ("القاهرة - مراسلنا", True),
        ("(إعداد محمد سعيد للنشرة العربية - تحرير علي)", True),
        ("كتب الرئيس رسالة إلى الشعب يدعوهم فيها", False),
        ("تقرير حقوقي جديد", False),
        ("حوار وطني شامل", False),
        ("كتب الشاعر قصيدته.", False),
    ],
)
def test_byline(line: str, expected: bool) -> None:
    assert is_byline(line) is expected


_LINES = st.lists(
    st.sampled_from(
        [HEADLINE, LEAD, SECOND, *textwrap.wrap(f"{LEAD} {SECOND}", 50), "", "", " ", "\u200f", "\ufeff", "كتب: علي"]
    )
    | st.sampled_from(
        [
            "- بند",
            "- ",
            "1.",
            "أ. نص",
            "ب. نص",
            "| a | b |",
            "===",
            "---",
            "```",
            "نص قصير",
            "## رأس",
            "#",
            "\t",
            "a\tb\tc",
        ]
    )
).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\n\n", "\u2028", "\x0b"]).map(lambda newline: newline.join(lines))
)


@given(st.text() | _LINES)
def test_nothing_is_lost(text: str) -> None:
    assert everything(parse(text)) == "".join(text.split())


@given(st.text() | _LINES)
def test_markdown_loses_only_the_marks_of_its_headline(text: str) -> None:
    layout = parse(text, markdown=True)
    kept = everything(layout)
    before = "".join(text.split())
    start = before.find(kept[: len("".join(layout.headline.split()))])
    assert set(before[:start]) <= {"#"}
    rest = before[start:]
    headline = "".join(layout.headline.split())
    assert rest.startswith(headline)
    after = rest[len(headline) :]
    body = kept[len(headline) :]
    assert after.endswith(body)
    assert set(after[: len(after) - len(body)]) <= set("#=-")


@given(st.text() | _LINES)
def test_dateline_opens_a_paragraph_and_byline_is_one(text: str) -> None:
    layout = parse(text)
    dateline, byline = layout.metadata.dateline, layout.metadata.byline
    assert dateline is None or any(one.kind == "text" and dateline_end(one.text, dateline) for one in layout.paragraphs)
    assert byline is None or byline in texts(layout)
