"""Sentences: nothing lost, nothing over the limit, cut where Arabic prose allows it."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trans.sources.layout import parse
from trans.text import Segment, dateline_end, is_arabic, is_literal, segments, without_links


def words(texts: Sequence[str]) -> list[int]:
    """Count as a tokenizer would: words, and one for the end of the sentence."""
    return [len(text.split()) + 1 for text in texts]


def joined(parts: Sequence[Segment]) -> str:
    return "".join(part.source + part.sep for part in parts)


def sources(text: str, limit: int = 100) -> list[str]:
    parts = segments(text, limit=limit, count=words)
    assert joined(parts) == text
    return [part.source for part in parts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("وصل الوفد صباحا. ثم غادر مساء.", ["وصل الوفد صباحا.", "ثم غادر مساء."]),
        ("هل انتهت المفاوضات؟ لا أحد يعلم! ربما غدا.", ["هل انتهت المفاوضات؟", "لا أحد يعلم!", "ربما غدا."]),
        (
            "قال د. محمود إن النسبة 3.5 في المئة. وأضاف أ.د. سامي.",
            ["قال د. محمود إن النسبة 3.5 في المئة.", "وأضاف أ.د. سامي."],
        ),
        ("ارتفعت الأسعار؛ وتراجع الطلب، بحسب البيان.", ["ارتفعت الأسعار؛ وتراجع الطلب، بحسب البيان."]),
        ("تقع القرية على بعد ٣٫٥ كم. من الحدود. وهي صغيرة.", ["تقع القرية على بعد ٣٫٥ كم. من الحدود.", "وهي صغيرة."]),
        ("ألف J. K. Rowling الكتاب. وترجم.", ["ألف J. K. Rowling الكتاب.", "وترجم."]),
        ("1. أول البنود في الخطة. 2. ثاني البنود.", ["1. أول البنود في الخطة.", "2. ثاني البنود."]),
        ("ذكرت (أ.ف.ب) الخبر. وأكده المصدر.", ["ذكرت (أ.ف.ب) الخبر.", "وأكده المصدر."]),
        ("زوروا www.example.org/a.b الآن. شكرا لكم.", ["زوروا www.example.org/a.b الآن.", "شكرا لكم."]),
        ('قال: "انتهى العمل." ثم غادر.', ['قال: "انتهى العمل."', "ثم غادر."]),
        ("صدر القرار عام 2024. وبدأ تنفيذه.", ["صدر القرار عام 2024.", "وبدأ تنفيذه."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sources(text) == expected


def test_sentences_inside_a_quotation_are_cut() -> None:
    text = "وقال: «هذه ليست معاهدة لكنها باب إليها. ومن لا يعرف الأرقام لا يستطيع أن يتفاوض». ثم غادر القاعة."
    assert len(sources(text)) == 3


def test_exclamation_inside_a_quotation_is_not_cut() -> None:
    assert sources("صاح قائلا: «توقفوا! عودوا!» وانصرف.")[0].startswith("صاح قائلا: «توقفوا! عودوا!»")


def test_over_long_sentence_is_cut_at_clauses_and_marked() -> None:
    text = "ناقش الوزراء خطة العمل الجديدة في العاصمة، وأقروا تمويل مشاريع الطاقة والمياه؛ كما اتفقوا على موعد الاجتماع المقبل"
    parts = segments(text, limit=8, count=words)
    assert joined(parts) == text
    assert [part.source[-1] for part in parts[:-1]] == ["،", "؛"]
    assert all(part.cut for part in parts)


def test_pieces_are_balanced() -> None:
    parts = segments(" ".join(["كلمة"] * 130), limit=129, count=words)
    assert [len(part.source.split()) for part in parts] == [65, 65]


def test_monstrous_word_is_cut_between_characters_with_their_marks() -> None:
    parts = segments("مُ" * 50, limit=10, count=lambda texts: [len(text) for text in texts])
    assert joined(parts) == "مُ" * 50
    assert all(len(part.source) <= 10 and part.source[0] == "م" for part in parts)


def test_short_sentences_are_not_marked_cut() -> None:
    assert not any(part.cut for part in segments("جملة أولى قصيرة. جملة ثانية قصيرة.", limit=50, count=words))


def test_marker_and_dateline_are_segments_of_their_own() -> None:
    parts = segments("القاهرة (رويترز) - قال مسؤول.", limit=50, count=words, marker="١- ", dateline="القاهرة (رويترز)")
    assert parts == (
        Segment("١-", " ", literal=True),
        Segment("القاهرة (رويترز)", " - "),
        Segment("قال مسؤول.", ""),
    )


def test_table_row_is_cut_into_cells() -> None:
    parts = segments("| المرحلة | 120 | ٣٥٪ |", limit=50, count=words)
    assert [(part.source, part.sep, part.literal) for part in parts] == [
        ("", "| ", True),
        ("المرحلة", " | ", False),
        ("120", " | ", True),
        ("٣٥٪", " |", True),
    ]


def test_cells_are_cut_into_sentences() -> None:
    text = "\tالخطة جاهزة للتنفيذ. وأضاف أن العمل يبدأ غدا.\t وتابع الوزير حديثه. \tوختم كلمته بالشكر.  "
    parts = segments(text, limit=50, count=words)
    assert joined(parts) == text
    assert [(part.source, part.sep) for part in parts] == [
        ("", "\t"),
        ("الخطة جاهزة للتنفيذ.", " "),
        ("وأضاف أن العمل يبدأ غدا.", "\t "),
        ("وتابع الوزير حديثه.", " \t"),
        ("وختم كلمته بالشكر.", "  "),
    ]


@pytest.mark.parametrize("text", ["\t0|", "\t|\t|\t", "a || b |", " | ", "| نص |\t", "نص\t|\tنص\t\tنص"])
def test_odd_rows_join(text: str) -> None:
    sources(text)


def test_leading_white_space_and_empty_text() -> None:
    assert segments("  نص", limit=9, count=words) == (Segment("", "  ", literal=True), Segment("نص", ""))
    assert segments("", limit=9, count=words) == ()
    assert segments(" \n", limit=9, count=words) == (Segment("", " \n", literal=True),)


def test_count_is_called_in_batches() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return words(texts)

    segments("هذه جملة قصيرة من النص. " * 200, limit=64, count=count)
    assert len(calls) == 1
    calls.clear()
    segments(("كلمة " * 300 + ". ") * 20, limit=64, count=count)
    assert len(calls) == 3


def quarters(texts: Sequence[str]) -> list[int]:
    return [len(text) // 4 + 1 for text in texts]


_RUNS = ["a", "a1B", "a.", "a-", "a_", "a@", "@", "#ا", "-", ".", "1", "1.", "|", "\t", '"', "' ", '."', " ", "\u00a0"]
_RUNS += [
    "ا",
    "ا.",
    "كلمة ",
    "أ. ",
    "! ",
    "!",
    "«",
    "ا|",
    "ا\t",
    "www.",
    "http://",
    "data:",
    "a@b.",
    "/",
    "ـ",
    "\u0651",
]


@pytest.mark.parametrize("unit", _RUNS)
def test_long_runs_of_anything_join_again(unit: str) -> None:
    """What patterns like to choke on; how the time grows with the length is measured in bench/patterns.py."""
    for end in ("خبر", " x"):
        text = unit * (12_000 // len(unit)) + end
        assert joined(segments(text, limit=64, count=quarters)) == text
        assert len(without_links(text)) <= len(text)
        assert parse(f"# ا{text}\n\n{text}", markdown=True).paragraphs


_URL = "https://example.org/" + "a1B-" * 500


@pytest.mark.parametrize(
    "link",
    [_URL, "data:image/png;base64," + "iVBORw0K+/" * 300, "(" + _URL + ").", "1234567890" * 50, "a.b@" + "x.y-" * 90],
)
@pytest.mark.parametrize("form", ["{}", "انظر {} الآن في الموقع. ثم عد إلى هنا.", "كلمة " * 40 + "{} " + "كلمة " * 40])
def test_what_is_literal_is_never_cut(link: str, form: str) -> None:
    text = form.format(link)
    parts = segments(text, limit=20, count=quarters)
    assert joined(parts) == text
    assert [part.source for part in parts if part.literal] == [link]
    assert all(size <= 20 for part in parts if not part.literal for size in quarters([part.source]))


@pytest.mark.parametrize("form", ["انظر:{}", "«{}» نص"])
def test_a_link_without_space_around_it_is_never_cut(form: str) -> None:
    parts = segments(form.format(_URL), limit=20, count=quarters)
    assert joined(parts) == form.format(_URL)
    assert any(_URL in part.source for part in parts if part.literal)


@pytest.mark.parametrize(
    ("text", "dateline", "rest"),
    [
        ("دبي - قال وزير", "دبي", "قال وزير"),
        ("دبي- قال وزير", "دبي", "قال وزير"),
        ("دبي ـ قال وزير", "دبي", "قال وزير"),
        ("دبي\u00a0–\u00a0قال وزير", "دبي", "قال وزير"),
        ("القاهرة - أ ف ب: قال", "القاهرة - أ ف ب", "قال"),
        ("القاهرة (رويترز)-قال", "القاهرة (رويترز)", "قال"),
        ("(رويترز) -- قال", "(رويترز)", "قال"),
        ("دبي تستضيف قمة المناخ.", "دبي", None),
        ("دبيات - قال", "دبي", None),
        ("دبي-أبوظبي طريق", "دبي", None),
        ("دبي - ", "دبي", None),
        ("دبي", "دبي", None),
        ("قال - دبي", "دبي", None),
        ("- قال", "", None),
        ("", "", None),
    ],
)
def test_dateline_end(text: str, dateline: str, rest: str | None) -> None:
    end = dateline_end(text, dateline)
    assert (text[end:] if end else None) == rest
    parts = segments(text, limit=50, count=words, dateline=dateline)
    assert joined(parts) == text
    assert (rest is not None) == (bool(parts) and parts[0].source == dateline and len(parts) > 1)


_MARKS = st.text('.؟!؛،:…«»"()-|\t\n\u2028 \u0640\u200f\u0651', min_size=1, max_size=3)
_WORDS = st.sampled_from(
    ["كلمة", "قال", "د.", "أ.ب.", "3.5", "١٢٫٥", "1. ", "https://a.org/b?c=d.", "#وسم", "U.S.", "مُدّ", "👍🏽"]
)
_PIECES = _WORDS | _MARKS
_TEXTS = st.one_of(st.text(), st.lists(_PIECES).map("".join), st.lists(_PIECES).map(" ".join))


@given(_TEXTS, st.integers(2, 12), st.sampled_from(["- ", "1. ", "", " "]))
def test_join_is_exact_and_limit_holds_for_any_text(text: str, limit: int, marker: str) -> None:
    parts = segments(text, limit=limit, count=words, marker=marker)
    assert joined(parts) == marker + text
    assert all(size <= limit for size in words([part.source for part in parts if not part.literal]))
    assert all(part.source == part.source.strip() for part in parts)


@example("N\xa0.î\U000f7252(z$ü", 9)
@given(_TEXTS, st.integers(3, 20))
def test_limit_holds_for_a_count_that_does_not_add_up(text: str, limit: int) -> None:
    def count(texts: Sequence[str]) -> list[int]:
        return [1 + len(one) + len(one) ** 2 // 50 for one in texts]

    parts = segments(text, limit=limit, count=count)
    assert joined(parts) == text
    assert all(part.literal or count([part.source])[0] <= limit for part in parts)


@given(_TEXTS, _TEXTS)
def test_dateline_of_any_shape_joins(dateline: str, rest: str) -> None:
    parts = segments(dateline + " - " + rest, limit=9, count=words, dateline=dateline)
    assert joined(parts) == dateline + " - " + rest


@pytest.mark.parametrize(
    "text",
    [
        "أعلنت شركة International Business Machines نتائجها",
        "كلمة",
        "للمزيد: https://www.example.org/very/long/path/to/an/article-about-something.html",
        "ﺍﻟﻌﺮﺑﻴﺔ",
    ],
)
def test_arabic(text: str) -> None:
    assert is_arabic(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "The minister, محمد علي, said on Sunday that talks would resume next week.",
        "https://example.org/مقال",
        "#السعودية #عاجل",
        "@الوزير_محمد #مُدُن",
        "ـــ",
    ],
)
def test_not_arabic(text: str) -> None:
    assert not is_arabic(text)


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ("https://example.org/x", True),
        ("info@example.org", True),
        ("@handle #وسم_طويل", True),
        ("#السعودية #عاجل", True),
        ("#السعودية تعلن", False),
        ("data:image/png;base64,iVBORw0KGgo=", True),
        ("![صورة الوزير](data:image/png;base64,iVBORw0KGgo=)", False),
        ("٢٠٢٤", True),
        ("12.5%", True),
        ("***", True),
        ("This is English.", True),
        ("٣٫٥ ملايين", False),
        ("تابعونا على @handle", False),
    ],
)
def test_literal(text: str, literal: bool) -> None:
    assert is_literal(text) is literal
    assert segments(text, limit=50, count=words)[0].literal is literal


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a?b=c#d",
        "www.example.org",
        "a.b+c@mail.example.org",
        "_@x.org",
        "example.org/a/b",
        "..example.org",
        "a-b.example.co.uk",
        "x.example.com.12"[:-3],
        "@handle",
        "#وسم_طويل",
        "#مُدُن",
        "data:text/plain,abc",
    ],
)
def test_without_links(text: str) -> None:
    kept = without_links(f"قال {text} أمس")
    assert kept.replace(".", " ").split() == ["قال", "أمس"]


def test_what_is_no_link_stays() -> None:
    text = "قال 3.5 كم. a-b foo_bar.c 12.2024 metadata: x"
    assert without_links(text) == text


def test_a_panic_in_the_sentence_splitter_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    panic = type("PanicException", (BaseException,), {})

    def segment(language: str, text: str) -> list[str]:
        raise panic

    monkeypatch.setattr("trans.text.sentencex.segment", segment)
    text = "أعلنت الوزارة خطة جديدة اليوم. وقال الوزير إن العمل سيبدأ غدا."
    parts = segments(text, limit=60, count=words)
    assert joined(parts) == text
    assert len(parts) == 2
