"""JSON Lines: whose keys are whose, and every broken line alone."""

import hashlib
import io
import json
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Failure
from trans.sources.jsonl import read_jsonl
from trans.sources.reading import Reading
from trans.sources.records import NAMED_FAILURES, of_many

DUMPS = Path(__file__).parent / "fixtures/dumps"
TEXT = "أعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد."
MORE = "وقال مديرها إن المرحلة الأولى تكتمل في الربيع المقبل."
LONG = f"{TEXT} {MORE} وأضاف أن الأعمال جرت على مدى عامين في المدينة والقرى التي حولها، بعد أن أقرها المجلس."


def read(data: bytes | str, max_bytes: int = 100_000, **fields: str) -> list[Article | Failure]:
    data = data.encode() if isinstance(data, str) else data
    return list(read_jsonl(io.BytesIO(data), "dump.jsonl", Reading(max_bytes, fields)))


def lines(*records: object) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records)


def article(record: object, **fields: str) -> Article:
    (result,) = read(lines(record), 100_000, **fields)
    assert isinstance(result, Article), result
    return result


def failure(record: object, **fields: str) -> Failure:
    (result,) = read(record if isinstance(record, bytes) else lines(record), 100_000, **fields)
    assert isinstance(result, Failure), result
    return result


def texts(one: Article) -> list[str]:
    return [paragraph.text for paragraph in one.paragraphs]


def visible(text: str) -> str:
    return "".join(text.split())


def test_a_desk_dump() -> None:
    data = (DUMPS / "desk.jsonl").read_bytes()
    first, second, third = read(data)
    assert isinstance(first, Article)
    raw = data.splitlines()[0]
    assert first.id == "dump.jsonl/kh-20260301-0007"
    assert (first.source.uri, first.source.record) == ("dump.jsonl", "kh-20260301-0007")
    assert (first.source.sha256, first.source.bytes) == (hashlib.sha256(raw).hexdigest(), len(raw))
    assert first.headline == "افتتاح محطة لتحلية المياه في مدينة الساحل"
    assert first.decks == ("المرحلة الأولى تغذي 40 ألف منزل",)
    assert texts(first) == json.loads(raw)["body"]
    assert first.metadata.published == "2026-03-01T09:30:00+03:00"
    assert first.metadata.byline == "سلمى الحداد"
    assert first.metadata.dateline == "مدينة الساحل (الخليج الآن)"
    assert first.metadata.url == "https://khaleej-aan.example.org/local/2026/03/01/desalination"
    assert first.metadata.language == "ar"
    assert isinstance(second, Article)
    assert second.decks == ()  # an empty text is none
    assert isinstance(third, Article)


def test_a_wordpress_dump() -> None:
    desk, wordpress = (read((DUMPS / name).read_bytes()) for name in ("desk.jsonl", "wordpress.jsonl"))
    for plain, html in zip(desk, wordpress, strict=True):
        assert isinstance(plain, Article)
        assert isinstance(html, Article)
        assert html.headline == plain.headline
        assert [text.replace("”", '"') for text in texts(html)] == texts(plain)
        assert html.metadata.published == plain.metadata.published
        assert html.metadata.byline is None  # the number of an author is no name


def test_damaged_lines_fail_alone_under_their_numbers() -> None:
    results = list(of_many(iter(read((DUMPS / "damaged.jsonl").read_bytes())), "dump.jsonl"))
    assert [result.id.removeprefix("dump.jsonl/") for result in results] == [
        "kh-20260301-0007",
        "line-2",
        "line-4",
        "kh-20260302-0003",
        "line-6",
        "kh-20260301-0007 (2)",
    ]
    cut, empty, other, no_object, _ = results[1:]
    assert isinstance(cut, Failure)
    assert cut.reason.startswith("is no JSON: ")
    assert isinstance(empty, Failure)
    assert "'body'" in empty.reason
    assert isinstance(other, Article)
    assert other.source.encoding == "cp1256"
    assert texts(other)[0].startswith("بدأ المنتخب الوطني لكرة القدم")
    assert isinstance(no_object, Failure)
    assert "a list" in no_object.reason


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        (("body", "text", "articleBody", "full_text", "Content", "story", "النص", "نص الخبر", "المحتوى", "article"), "body"),
        (("title", "headline", "Head Line", "العنوان", "عنوان الخبر", "newsTitle"), "title"),
        (("published", "pubDate", "created_at", "datePublished", "DATE", "تاريخ النشر", "التاريخ"), "published"),
        (("author", "byline", "dc:creator", "الكاتب"), "byline"),
        (("id", "_id", "guid", "uuid", "رقم الخبر"), "id"),
        (("url", "link", "الرابط"), "url"),
        (("lang", "language", "اللغة"), "language"),
    ],
)  # fmt: skip
def test_usual_names(keys: tuple[str, ...], field: str) -> None:
    usual = {"id": "a-7", "title": "عنوان الخبر", "body": TEXT, "published": "2026-03-01", "byline": "سلمى الحداد",
             "url": "https://example.org/7", "language": "ar"}  # fmt: skip
    expected = article(usual)
    for key in keys:
        renamed = {key if name == field else name: value for name, value in usual.items()}
        one = article(renamed)
        assert (one.id, one.headline, one.paragraphs) == (expected.id, expected.headline, expected.paragraphs), key
        assert one.metadata == expected.metadata, key


def test_a_field_is_the_first_usual_key_that_holds_text() -> None:
    assert texts(article({"content": MORE, "body": TEXT})) == [TEXT]
    assert texts(article({"body": " ", "text": None, "content": MORE})) == [MORE]


def test_mapped_keys_win_and_are_used_once() -> None:
    record = {"title": "قسم المحليات", "name": "عنوان الخبر", "text": "مقدمة", "data": {"full": TEXT}, "no.": 12}
    one = article(record, title="name", body="data.full", id="no.", deck="text")
    assert (one.id, one.headline, one.decks, texts(one)) == ("dump.jsonl/12", "عنوان الخبر", ("مقدمة",), [TEXT])
    by_link = article({"link": "https://example.org/news/7", "text": TEXT}, id="link")
    assert by_link.id.startswith("dump.jsonl/example.org_news_7")
    assert by_link.metadata.url == "https://example.org/news/7"
    # What is a headline is not the body as well.
    assert "has no body" in failure({"text": "عنوان الخبر"}, title="text").reason


def test_a_mapped_key_that_is_missing() -> None:
    one = failure({"titel": "عنوان", "body": TEXT}, title="headline")
    assert one.id == "dump.jsonl/line-1"
    assert "'headline'" in one.reason
    assert "'title'" in one.reason
    assert "'titel', 'body'" in one.reason
    assert failure({"a": {"b": 1}}, body="a.c").reason.startswith("has no 'a.c'")
    # It need not hold anything, unless it is the body.
    assert article({"headline": None, "body": TEXT}, title="headline").headline == ""
    assert "'story'" in failure({"headline": "عنوان", "story": None}, body="story").reason


def test_a_record_without_a_body_names_its_keys_and_the_way_out() -> None:
    one = failure({f"key-{number}": "x" for number in range(1000)} | {"title": "عنوان الخبر"})
    assert "'key-0', 'key-1'" in one.reason
    assert len(one.reason) < 250
    assert "--map" in one.hint
    assert "run.fields" in one.hint
    assert "عنوان" not in one.reason
    assert failure({}).reason == "is empty"


def test_bodies_in_pieces() -> None:
    assert texts(article({"body": [TEXT, "", MORE]})) == [TEXT, MORE]
    assert texts(article({"body": [{"type": "p", "text": TEXT}, {"type": "image", "src": "a.png"}, MORE]})) == [
        TEXT,
        MORE,
    ]
    assert texts(article({"blocks": [{"t": TEXT}, {"src": "a.png"}, {"t": MORE}]}, body="blocks.t")) == [TEXT, MORE]
    assert texts(article({"body": f"<p>{TEXT}</p><p>{MORE}</p>"})) == [TEXT, MORE]
    assert texts(article({"body": [TEXT, f"<p>{MORE}</p>"]})) == [TEXT, MORE]
    assert texts(article({"body": f"{TEXT}\n\n{MORE}"})) == [TEXT, MORE]
    assert article({"body": TEXT, "authors": [{"name": "سلمى"}, {"name": "كريم"}]}).metadata.byline == "سلمى، كريم"
    assert (
        article({"_id": {"$oid": "65e1"}, "date": {"$date": "2026-03-01T00:00:00Z"}, "text": TEXT}).id
        == "dump.jsonl/65e1"
    )


@pytest.mark.parametrize(
    "body",
    [
        [{"type": "p", "data": {"words": TEXT}}],
        {"lead": TEXT, "rest": MORE},
        {"text": TEXT, "second half": MORE},
        [{"type": "paragraph", "content": [{"type": "text", "text": TEXT}, {"type": "text", "text": MORE}]}],
    ],
)
def test_text_is_refused_rather_than_lost(body: object) -> None:
    one = failure({"title": "عنوان", "body": body})
    assert "would be lost" in one.reason
    assert TEXT not in one.reason + one.hint


def test_blank_lines_are_passed_over_and_counted() -> None:
    results = read(f"\n  \r\n{lines({'body': TEXT})}\r\n\n{{\n")
    assert [result.id for result in results] == ["dump.jsonl/line-3", "dump.jsonl/line-5"]
    one = results[0]
    assert isinstance(one, Article)
    raw = lines({"body": TEXT}).encode()
    assert (one.source.sha256, one.source.bytes) == (hashlib.sha256(raw).hexdigest(), len(raw))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_a_file_without_records_is_a_failure(data: bytes) -> None:
    (one,) = read(data)
    assert isinstance(one, Failure)
    assert one.id == "dump.jsonl"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-32"),
        lambda text: text.encode("cp1256"),
        lambda text: text.replace("\n", "\r\n").encode("utf-16"),
        lambda text: text.replace("\n", "\r").encode(),
    ],
)
def test_encodings(encode: Callable[[str], bytes]) -> None:
    # U+0A0A has the bytes of a line end on both sides of a code unit; 500 records are several chunks.
    sign = "" if encode("").decode("latin-1") == "" and b"\xc7" in encode("ا") else "\u0a0a"
    records = [{"id": number, "body": f"{LONG} {sign}{number}"} for number in range(500)]
    results = read(encode(lines(*records)))
    assert [one.id for one in results] == [f"dump.jsonl/{number}" for number in range(500)]
    for one, record in zip(results, records, strict=True):
        assert isinstance(one, Article)
        assert texts(one) == [record["body"]]


def test_sha256_of_a_line_of_utf_16_is_of_its_own_bytes() -> None:
    raw = lines({"body": TEXT}).encode("utf-16-le")
    one, two = read(b"\xff\xfe" + raw + "\r\n".encode("utf-16-le") + raw)
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert one.source.sha256 == two.source.sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    "after", [b"{", b"\xfd\xfe\xff", b"\0" * 5000, b"\xd8\xd9{}", b"{" + b"\x81\x8d" * 40, b"%PDF-"]
)
@pytest.mark.parametrize("at", [0, 700])
def test_a_damaged_line_harms_no_other(after: bytes, at: int) -> None:
    good = [lines({"id": number, "body": LONG}).encode() for number in range(800)]
    results = read(b"\n".join([*good[:at], after, *good[at:]]))
    broken = [one for one in results if isinstance(one, Failure)]
    assert [one.id for one in broken] == [f"dump.jsonl/line-{at + 1}"]
    assert len(results) == 801


@pytest.mark.parametrize(
    "bomb",
    [
        b"[" * 90_000,
        b'{"a":' * 15_000,
        b'{"body":' + b"[" * 700 + b"]" * 700 + b"}",
        b'{"body": "x", "n": ' + b"9" * 90_000 + b"}",
        b"nul",
        b'"text"',
        b"NaN",
        b"null",
        b'{"body": NaN}',
        b'{"body": "x"} {"body": "y"}',
        b'{"body": "x", "body": "y"}',
    ],
)
def test_what_is_no_record(bomb: bytes) -> None:
    good = lines({"body": TEXT}).encode()
    first, second = read(bomb + b"\n" + good)
    assert isinstance(first, Failure)
    assert first.id == "dump.jsonl/line-1"
    assert len(first.reason) < 200
    assert isinstance(second, Article)
    assert second.id == "dump.jsonl/line-2"


def test_what_json_does_not_allow_but_people_write() -> None:
    (one,) = read(b'{"title": "a\tb", "body": "' + TEXT.encode() + b'", "n": NaN, "d": -Infinity}')
    assert isinstance(one, Article)
    assert one.headline == "a b"
    (broken,) = read(json.dumps({"body": TEXT + "\ud800\0", "id": "a\udcffb"}))
    assert isinstance(broken, Article)
    broken.text.encode()
    assert broken.source.record is not None
    broken.source.record.encode()


def test_a_line_over_the_limit_fails_alone() -> None:
    good = lines({"body": TEXT})
    results = read(f"{good}\n{lines({'body': TEXT * 3000})}\n{good}\n{lines({'body': TEXT * 3000})}", max_bytes=10_000)
    assert [isinstance(one, Article) for one in results] == [True, False, True, False]
    assert [one.id for one in results] == [f"dump.jsonl/line-{number}" for number in range(1, 5)]
    assert isinstance(results[1], Failure)
    assert "over the limit of 0.0 MB" in results[1].reason
    assert "run.max_file_mb" in results[1].hint


def test_a_line_of_the_very_limit_is_read() -> None:
    line = lines({"body": TEXT})
    size = len(line.encode())
    assert isinstance(read(line, max_bytes=size)[0], Article)
    assert isinstance(read(line + "\n", max_bytes=size)[0], Article)
    assert isinstance(read(line, max_bytes=size - 1)[0], Failure)


class _Repeated(io.RawIOBase):
    """A stream of so many copies of the same bytes, which no one ever holds together."""

    def __init__(self, part: bytes, times: int) -> None:
        self.part, self.left, self.rest = part, times, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self.rest) < len(buffer) and self.left:
            count = min(self.left, 1 + len(buffer) // len(self.part))
            self.rest += self.part * count
            self.left -= count
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    ("part", "times"), [(b"{}" + b" " * 2000 + b"\n", 2000), (b" " * 2000 + b"\n", 2000), (b"x" * 2000, 2000)]
)
def test_memory_is_bounded(part: bytes, times: int) -> None:
    stream = io.BufferedReader(_Repeated(part, times))
    tracemalloc.start()
    try:
        results = list(of_many(read_jsonl(stream, "dump.jsonl", Reading(50_000)), "dump.jsonl"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert all(isinstance(one, Failure) for one in results)
    assert 1 <= len(results) <= NAMED_FAILURES + 1
    assert peak < 1_000_000


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
KEYS = st.sampled_from(["id", "title", "body", "text", "content", "deck", "date", "author", "العنوان", "النص", "x"])


@given(st.lists(st.dictionaries(KEYS, JSON, max_size=5), max_size=5))
def test_any_record_gives_one_result(records: list[Mapping[str, object]]) -> None:
    results = read("\n".join(json.dumps(record) for record in records))
    assert len(results) == max(1, len(records))


@given(st.lists(st.binary(max_size=40), max_size=10).map(b"\n".join))
def test_any_bytes_give_failures_at_worst(data: bytes) -> None:
    for one in read(data):
        assert one.id == "dump.jsonl" or one.id.startswith("dump.jsonl/")


@given(st.text(min_size=1), st.lists(st.text(), min_size=1, max_size=4))
def test_all_text_stays(title: str, body: list[str]) -> None:
    (result,) = read(json.dumps({"title": title, "body": body}))
    if isinstance(result, Article) and not any(mark in title + "".join(body) for mark in "<&\0"):
        kept = [paragraph.marker + paragraph.text for paragraph in result.paragraphs]
        assert visible("".join([result.headline, *kept])) == visible(title + "".join(body))
