"""RTF documents: Arabic in each of the ways it is written in them, and no text lost."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import article, failure, result, rtf

HEADLINE = "بلدية الساحل تزرع عشرة آلاف شجرة"
LEAD = "بدأت بلدية الساحل يوم السبت زراعة عشرة آلاف شجرة على طول 12 كيلومترا من الطريق الدائري."
SECOND = "وقال رئيس البلدية إن العمل يستمر حتى نهاية الشهر المقبل (Phase 2)."
PLANTED = "جملة مزروعة في مكان بعيد عن العين."

FONTS = "{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\fnil\\fcharset178 Simplified Arabic;}}"


def unicode(text: str, spare: str = "?") -> str:
    return "".join(
        char if char.isascii() else f"\\u{unit - 0x10000 if unit > 0x7FFF else unit}{spare}"
        for char in text
        for unit in memoryview(char.encode("utf-16-le")).cast("H")
    )


def hexes(text: str, encoding: str = "cp1256") -> str:
    return "".join(chr(byte) if byte < 0x80 else f"\\'{byte:02x}" for byte in text.encode(encoding))


def raw(text: str, encoding: str = "cp1256") -> str:
    return text.encode(encoding).decode("latin-1")


U = unicode

WAYS: dict[str, tuple[str, Callable[[str], str]]] = {
    "unicode": ("\\ansi\\ansicpg1252\\uc1", unicode),
    "unicode without a spare": ("\\ansi\\ansicpg1252\\uc0", lambda text: unicode(text, " ")),
    "unicode with a spare in hex": ("\\ansi\\ansicpg1256\\uc1", lambda text: unicode(text, "\\'3f")),
    "unicode with two spares": ("\\ansi\\ansicpg1256\\uc2", lambda text: unicode(text, "\\'c7?")),
    "code page": ("\\ansi\\ansicpg1256", hexes),
    "code page, raw bytes": ("\\ansi\\ansicpg1256", raw),
    "font": (f"\\ansi\\ansicpg1252\\deff0{FONTS}\\f1", hexes),
    "default font": (f"\\ansi\\ansicpg1252\\deff1{FONTS}", hexes),
    "Latin font, Arabic code page": (f"\\ansi\\ansicpg1256\\deff0{FONTS}\\f0", hexes),
}


@pytest.mark.parametrize("way", WAYS)
def test_arabic_in_every_way_it_is_written(way: str) -> None:
    head, written = WAYS[way]
    body = "\\par\r\n".join(f"\\pard\\rtlpar {written(text)}" for text in (HEADLINE, LEAD, SECOND))
    found = article(rtf(body, head), "a.rtf")
    assert found.headline == HEADLINE
    assert [one.text for one in found.paragraphs] == [LEAD, SECOND]


def test_fonts_change_within_a_line() -> None:
    body = f"{hexes(HEADLINE)}\\par {hexes(LEAD)}{{\\f0  (caf\\'e9)}} {hexes('وآخر.')}\\par"
    head = f"\\ansi\\ansicpg1252\\deff1{FONTS}"
    assert article(rtf(body, head), "a.rtf").paragraphs[0].text == f"{LEAD} (café) وآخر."


def test_characters_beyond_the_first_plane() -> None:
    assert article(rtf(U(f"{LEAD} 🌳")), "a.rtf").text.strip() == f"{LEAD} 🌳"
    assert "\ufffd" in article(rtf(f"{U(LEAD)} \\u-10179?"), "a.rtf").text


def test_arabic_that_was_decoded_wrongly_is_refused() -> None:
    problem = failure(rtf("\\par ".join(map(hexes, (HEADLINE, LEAD, SECOND))), "\\ansi\\ansicpg1252"), "a.rtf")
    assert problem.reason == "is in an unknown encoding: its bytes give no Arabic text"
    other = rtf("\\par ".join(hexes(text, "iso8859-6") for text in (HEADLINE, LEAD, SECOND) * 2), "\\ansi\\ansicpg1256")
    assert "unknown encoding" in failure(other, "a.rtf").reason


def bodies(text: str) -> list[str]:
    found = article(rtf(f"{U(HEADLINE)}\\par {U(LEAD)}\\par {text}\\pard {U(SECOND)}\\par"), "a.rtf")
    assert found.headline == HEADLINE
    texts = [one.text for one in found.paragraphs]
    assert (texts[0], SECOND in texts) == (LEAD, True)
    return [one for one in texts[1:] if one != SECOND]


KEPT = {
    "paragraph": "{}\\par ",
    "group": "{{\\b {}}}\\par ",
    "field": "{{\\field{{\\*\\fldinst HYPERLINK \"http://example.org\"}}{{\\fldrslt {}}}}}\\par ",
    "box": "{{\\shp{{\\*\\shpinst\\shpleft0{{\\sp{{\\sn shapeType}}{{\\sv 202}}}}{{\\shptxt \\pard {}\\par}}}}"
    "{{\\shprslt{{\\*\\do\\dptxbx{{\\dptxbxtext\\pard {}\\par}}}}}}}}\\par ",
    "old box": "{{\\*\\do\\dobxpage{{\\dptxbxtext\\pard {}\\par}}}}\\par ",
    "cell": "\\trowd\\cellx100\\pard\\intbl {}\\cell\\row ",
    "object's picture text": "{{\\object{{\\*\\objdata 0105}}{{\\result {}}}}}\\par ",
    "Unicode beside ANSI": "{{\\upr{{x}}{{\\*\\ud{{{}}}}}}}\\par ",
    "insertion": "{{\\revised {}}}\\par ",
    "text that is not hidden": "{{\\v\\v0 {}}}\\par ",
    "after hidden text": "{{\\v x}}{}\\par ",
}  # fmt: skip


@pytest.mark.parametrize("place", KEPT)
def test_text_is_found_in_every_place(place: str) -> None:
    assert bodies(KEPT[place].format(*[U(PLANTED)] * 2)) == [PLANTED]


LEFT_OUT = {
    "deletion": "{{\\deleted {}}}\\par ",
    "hidden": "{{\\v {}}}\\par ",
    "page header": "{{\\headerr \\pard {}\\par}}",
    "page footer": "{{\\footer \\pard {}\\par}}",
    "annotation": "{{\\*\\annotation \\pard {}\\par}}",
    "information": "{{\\info{{\\title {}}}{{\\author {}}}}}",
    "unknown": "{{\\*\\newer {}}}",
    "picture": "{{\\pict\\wmetafile8 0102{}}}",
    "binary data": "{{\\pict\\bin8 }}}}{{{{\\par}}",
}


@pytest.mark.parametrize("place", LEFT_OUT)
def test_what_no_reader_sees_stays_out(place: str) -> None:
    assert bodies(LEFT_OUT[place].format(*[U(PLANTED)] * 2)) == []


def test_signs() -> None:
    text = "a\\~b\\_c\\-d\\tab e \\ldblquote f\\rdblquote\\endash\\{g\\}.\\line h.\\\n"
    assert bodies(text) == ["a\u00a0b\u2011cd\te “f”–{g}.", "h."]


def test_notes_stand_at_the_end() -> None:
    body = (
        f"{U(HEADLINE)}\\par {U(LEAD)}{{\\super\\chftn{{\\footnote\\pard\\chftn {U(PLANTED)}}}}}\\par {U(SECOND)}\\par"
    )
    assert [one.text for one in article(rtf(body), "a.rtf").paragraphs] == [LEAD, SECOND, PLANTED]


def test_what_stands_in_the_wrong_place_is_not_lost() -> None:
    found = article(
        rtf(f"{U(LEAD)}\\footnote a.\\footnote b.\\par \\cell c.\\row d.\\intbl\\par e.\\cell\\pard f."), "a.rtf"
    )
    assert sorted(re.findall(r"[a-f]\.", found.text)) == ["a.", "b.", "c.", "d.", "e.", "f."]


def test_styles_lists_and_tables() -> None:
    styles = "{\\stylesheet{Normal;}{\\s1\\b heading 1;}{\\s15 Title;}{\\*\\cs16 Strong;}}"
    row = "\\trowd\\cellx100\\cellx200\\pard\\intbl {}\\cell {}\\cell\\row "
    body = (
        f"{styles}\\pard\\s15 {U(HEADLINE)}\\par\\pard {U(LEAD)}\\par\\pard\\s1 {U('أرقام')}\\par"
        f"\\pard {{\\listtext\\pard\\plain 1.\\tab}}{U('شجرة')}\\par {{\\pntext\\f3\\'b7\\tab}}{U('نخلة')}\\par"
        f"{row.format(U('السنة'), 2026)}{row.format(U('العدد'), '')}\\pard\\outlinelevel2 {U('قسم')}\\par\\pard {U(SECOND)}\\par"
    )
    found = article(rtf(body), "a.rtf")
    assert found.headline == HEADLINE
    assert [(one.kind, one.marker, one.text) for one in found.paragraphs] == [
        ("text", "", LEAD),
        ("heading", "", "أرقام"),
        ("list", "1. ", "شجرة"),
        ("list", "• ", "نخلة"),
        ("table", "", "| السنة | 2026 |"),
        ("table", "", "| العدد | |"),
        ("heading", "", "قسم"),
        ("text", "", SECOND),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"plain text", "is no RTF document"),
        (rtf(U(LEAD))[:-1], "cut short"),
        (rtf(U(LEAD))[:70], "cut short"),
        (rtf(""), "holds no text"),
        (b"{\\rtf1" + b"{" * 3000, "inside one another"),
        (rtf(f"[machine translation, unreviewed]\\par {U(LEAD)}"), "brief that trans wrote"),
    ],
)
def test_what_gives_no_article(data: bytes, reason: str) -> None:
    assert re.search(reason, failure(data, "a.rtf").reason)


_PIECES = [
    *"{}\\'? a1*\n",
    "\\par",
    "\\u1571",
    "\\uc2",
    "\\'c7",
    "\\bin3",
    "\\cell",
    "\\row",
    "\\intbl",
    "\\footnote",
    "\\shptxt",
]
_PIECES += [
    "\\pntext",
    "\\fonttbl",
    "\\stylesheet",
    "\\*",
    "\\f1",
    "\\fcharset178",
    "\\ansicpg999",
    "\\u99999999",
    "\\upr",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
def test_any_tokens_give_an_article_or_a_failure(text: str) -> None:
    result(b"{\\rtf1" + text.encode(), "a.rtf")


@given(st.lists(st.sampled_from(list(KEPT.values())), min_size=1, max_size=12))
def test_every_planted_word_comes_out_once_and_in_order(places: list[str]) -> None:
    words = [f"كلمة{number}." for number in range(len(places))]
    text = "".join(place.format(*[U(word)] * 2) for place, word in zip(places, words, strict=True))
    assert re.findall(r"كلمة\d+\.", article(rtf(text), "a.rtf").text) == words
