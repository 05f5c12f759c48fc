"""CSV and TSV: any delimiter and encoding, every broken row alone, no quote that swallows the file."""

import csv
import hashlib
import io
import tracemalloc
from collections.abc import Iterable
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.article import Article, Failure
from trans.sources.reading import Reading
from trans.sources.records import of_many
from trans.sources.tables import read_table

DUMPS = Path(__file__).parent / "fixtures/dumps"
TEXT = "أعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد."
MORE = "وقال مديرها إن المرحلة الأولى تكتمل في الربيع المقبل."


def read(data: bytes | str, max_bytes: int = 100_000, **fields: str) -> list[Article | Failure]:
    data = data.encode() if isinstance(data, str) else data
    return list(read_table(io.BytesIO(data), "dump.csv", Reading(max_bytes, fields)))


def table(rows: Iterable[Iterable[object]], delimiter: str = ",", end: str = "\r\n") -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter, lineterminator=end).writerows(rows)
    return buffer.getvalue()


def articles(results: Iterable[Article | Failure]) -> list[Article]:
    return [one for one in results if isinstance(one, Article)]


def failures(results: Iterable[Article | Failure]) -> dict[str, str]:
    return {one.id.removeprefix("dump.csv/"): one.reason for one in results if isinstance(one, Failure)}


def texts(one: Article) -> list[str]:
    return [paragraph.text for paragraph in one.paragraphs]


@pytest.mark.parametrize(
    ("name", "encoding"),
    [("export.csv", "utf-8"), ("excel-windows-1256.csv", "cp1256"), ("excel-unicode.tsv", "utf-16-le")],
)
def test_exports_of_three_programs_give_the_same_articles(name: str, encoding: str) -> None:
    first, second, third = read((DUMPS / name).read_bytes())
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert isinstance(third, Article)
    assert {one.source.encoding for one in (first, second, third)} == {encoding}
    assert first.id == "dump.csv/kh-20260301-0007"
    assert first.headline == "افتتاح محطة لتحلية المياه في مدينة الساحل"
    assert first.decks == ("المرحلة الأولى تغذي 40 ألف منزل",)
    assert len(first.paragraphs) == 3
    assert first.metadata.published == "2026-03-01T09:30:00+03:00"
    assert first.metadata.byline == "سلمى الحداد"
    assert first.metadata.url == "https://khaleej-aan.example.org/local/2026/03/01/desalination"
    assert texts(second)[2] == 'وقال البنك: "سنواصل متابعة الأسعار العالمية، وسنتخذ ما يلزم من إجراءات".'


def test_an_unclosed_quote_spoils_its_row_alone() -> None:
    results = read((DUMPS / "unclosed.csv").read_bytes())
    assert [one.id.removeprefix("dump.csv/") for one in results] == ["1", "line-3", "3", "4", "line-6", "6"]
    assert "quote" in failures(results)["line-3"]
    assert failures(results)["line-6"] == "has 2 cells where the header has 3"
    _, _, fourth, sixth = articles(results)
    assert fourth.headline == "عنوان, فيه فاصلة"
    assert sixth.headline == '"الوزير" يزور المحطة'  # quotes that are the text's own


def test_an_unclosed_quote_does_not_take_the_rest_of_the_file() -> None:
    rows = [f'{number},"عنوان","{TEXT}"' for number in range(2000)]
    rows[10] = f'10,"عنوان لم يغلق,{TEXT}'
    results = read("\n".join(["id,title,text", *rows]), max_bytes=5000)
    assert list(failures(results)) == ["line-12"]
    assert len(articles(results)) == 1999
    # Nor at the end, where nothing closes it.
    plain = [f"{number},عنوان,{TEXT}" for number in range(2000)]
    plain[10] = rows[10]
    for max_bytes in (5000, 1_000_000):
        results = read("\n".join(["id,title,text", *plain]), max_bytes=max_bytes)
        assert list(failures(results)) == ["line-12"]
        assert len(articles(results)) == 1999


def test_a_quote_that_is_closed_in_a_later_row_takes_no_rows() -> None:
    rows = [f'1,"عنوان,{TEXT}', f"2,عنوان,{TEXT}", f'3,عنوان,قال: "{TEXT}"', f"4,عنوان,{TEXT}"]
    results = read("\n".join(["id,title,text", *rows]))
    assert [one.id.removeprefix("dump.csv/") for one in results] == ["line-2", "2", "3", "4"]


def test_a_file_made_to_be_read_over_and_over_is_not() -> None:
    # Each line opens a quote that none of the others closes.
    line = '","x"y,"z'
    good = [f"{number},عنوان,{TEXT}" for number in range(2000)]
    results = read("\n".join(["id,title,text", *[line] * 20_000, *good]), max_bytes=50_000)
    assert "passed over" in "".join(failures(results).values())
    assert len(failures(results)) < 2000
    assert [one.id for one in articles(results)][-1] == "dump.csv/1999"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(delimiter: str) -> None:
    data = table([["id", "title", "body"], [1, f'عنوان {delimiter} و"اقتباس"', f"{TEXT}\n\n{MORE}"]], delimiter)
    (one,) = read(data)
    assert isinstance(one, Article)
    assert one.headline == " ".join(f'عنوان {delimiter} و"اقتباس"'.split())
    assert texts(one) == [TEXT, MORE]


def test_the_delimiter_is_the_one_that_gives_known_names() -> None:
    (one,) = read(f"title;note, with commas, in it;body\nعنوان;x;{TEXT}\n")
    assert isinstance(one, Article)
    assert texts(one) == [TEXT]
    (one,) = read(f"sep=|\ntitle|body,text\nعنوان|{TEXT}\n", body="body,text")
    assert isinstance(one, Article)
    assert texts(one) == [TEXT]


def test_one_column() -> None:
    one, two = read(f'text\nقال، وقال, {TEXT}\n"{TEXT}\n\n{MORE}"\n')
    assert isinstance(one, Article)
    assert texts(one) == [f"قال، وقال, {TEXT}"]
    assert isinstance(two, Article)
    assert texts(two) == [TEXT, MORE]


def test_rows_are_known_by_the_line_they_begin_in() -> None:
    data = f'title,body\r\n\r\nعنوان,"{TEXT}\r\n\r\n{MORE}"\r\n,,\r\nعنوان,{TEXT}\r\n'
    one, two = articles(read(data))
    assert (one.id, two.id) == ("dump.csv/line-3", "dump.csv/line-7")
    assert (one.source.record, two.source.record) == ("line-3", "line-7")
    raw = f'عنوان,"{TEXT}\n\n{MORE}"'.encode()
    assert (one.source.sha256, one.source.bytes) == (hashlib.sha256(raw).hexdigest(), len(raw))


def test_more_and_fewer_cells_than_the_header() -> None:
    rows = [f"1,عنوان,{TEXT}", f"2,عنوان,{TEXT},", "3,عنوان", f"4,عنوان,{TEXT},{MORE}", f"5,عنوان,{TEXT}", "6"]
    results = read("\n".join(["id,title,body", *rows]))
    assert [one.id for one in articles(results)] == ["dump.csv/1", "dump.csv/2", "dump.csv/5"]
    assert failures(results) == {
        "line-4": "has 2 cells where the header has 3",
        "line-5": "has 4 cells where the header has 3",
        "line-7": "has 1 cell where the header has 3",
    }


def test_mapped_columns() -> None:
    data = f"no,Kopf,Inhalt\n7,عنوان,{TEXT}\n"
    (one,) = read(data, id="no", title="Kopf", body="Inhalt")
    assert isinstance(one, Article)
    assert (one.id, one.headline, texts(one)) == ("dump.csv/7", "عنوان", [TEXT])


def test_a_mapped_column_that_is_missing_is_one_failure_of_the_file() -> None:
    (one,) = read(
        table([["id", "headline", "text"], *[[number, "عنوان", TEXT] for number in range(50)]]), title="Titel"
    )
    assert isinstance(one, Failure)
    assert one.id == "dump.csv"
    assert "'Titel'" in one.reason
    assert "'title'" in one.reason
    assert "'id', 'headline', 'text'" in one.reason
    assert "--map title=" in one.hint


def test_a_header_that_names_no_text_is_one_failure_of_the_file() -> None:
    rows = [["a-1", "عنوان الخبر الأول", f"{TEXT} {MORE}"]] * 50
    (one,) = read(table(rows))
    assert isinstance(one, Failure)
    assert one.id == "dump.csv"
    assert "'a-1'" in one.reason
    assert TEXT not in one.reason
    assert "--map title=COLUMN,body=COLUMN" in one.hint
    assert "run.fields" in one.hint


def test_columns_of_one_name_are_refused() -> None:
    (one,) = read(f"id,text,text\n1,{TEXT},{MORE}\n")
    assert isinstance(one, Failure)
    assert "has 2 columns 'text'" in one.reason


@pytest.mark.parametrize(
    "data", [b"", b"\n\r\n", b"title,body\n", b"title,body\n,\n\n,\n", b"sep=;\n", b"\xff\xfe", b'"title,body\n']
)
def test_a_table_without_rows_is_a_failure(data: bytes) -> None:
    (one,) = read(data)
    assert isinstance(one, Failure)
    assert one.id == "dump.csv"


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n", b"\0\1\2\3" * 100, b"PK\x03\x04" + b"\xff\xfe\xfd" * 100]
)
def test_what_is_no_table(data: bytes) -> None:
    (one,) = read(data)
    assert isinstance(one, Failure)
    assert one.id == "dump.csv"


def test_a_row_in_another_encoding_fails_alone() -> None:
    rows = [f"{number},عنوان,{TEXT}".encode() for number in range(900)]
    for at in (3, 800):
        rows[at] = rows[at].decode().encode("cp1256")
    rows[5] = f'5,عنوان,"{TEXT}\n'.encode() + MORE.encode("cp1256") + b'"'
    results = read(b"\n".join([b"id,title,body", *rows]))
    broken = failures(results)
    assert list(broken) == ["line-5", "line-7", "line-803"]  # the last is line 802 of rows, after one of two lines
    assert all("UTF-8" in reason for reason in broken.values())
    assert len(articles(results)) == 897


def test_utf_8_shows_in_a_file_of_windows_1256() -> None:
    rows = [f"{number},عنوان,{TEXT} {MORE}".encode("cp1256" if number != 900 else "utf-8") for number in range(1500)]
    results = articles(read(b"\n".join([b"id,title,body", *rows])))
    assert [texts(one) for one in results] == [[f"{TEXT} {MORE}"]] * 1500
    assert results[900].source.encoding == "utf-8"


def test_bytes_of_nothing_harm_their_row_alone() -> None:
    rows = [f"{number},عنوان,{TEXT}".encode() for number in range(10)]
    rows[4] = b"\0" * 4096
    results = read(b"\n".join([b"id,title,body", *rows]))
    assert list(failures(results)) == ["line-6"]
    assert len(articles(results)) == 9


def test_a_row_over_the_limit_fails_alone() -> None:
    bodies = [TEXT, TEXT * 500, (TEXT + "\n") * 500, TEXT]
    rows = [["id", "title", "body"], *[[str(number), "عنوان", text] for number, text in enumerate(bodies, 1)]]
    results = read(table(rows, end="\n"), max_bytes=5000)
    assert [one.id for one in articles(results)] == ["dump.csv/1", "dump.csv/4"]
    assert "over the limit" in failures(results)["line-3"]
    assert "line-4" in failures(results)


class _Stream(io.RawIOBase):
    """A stream of parts, which no one ever holds together."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self.parts, self.rest = iter(parts), b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.rest:
            self.rest = next(self.parts, b"")
        part, self.rest = self.rest[: len(buffer)], self.rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize("row", [b",,", b"", b"1", b'1,"x', b'"'])
def test_memory_is_bounded(row: bytes) -> None:
    parts = chain([b"id,title,body\n"], repeat((row + b" " * 2000 + b"\n") * 10, 200))
    stream = io.BufferedReader(_Stream(parts))
    tracemalloc.start()
    try:
        results = list(of_many(read_table(stream, "dump.csv", Reading(50_000)), "dump.csv"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert all(isinstance(one, Failure) for one in results)
    assert results
    assert peak < 1_000_000


CELLS = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), max_size=30)


@given(
    st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=6), st.sampled_from(",;\t|"), st.sampled_from(["\n", "\r\n"])
)
def test_what_a_writer_writes_is_read(rows: list[tuple[str, str]], delimiter: str, end: str) -> None:
    data = table([["id", "title", "text"], *[[number, *row] for number, row in enumerate(rows)]], delimiter, end)
    results = read(data)
    assert len(results) == len(rows)
    for one, (title, text) in zip(results, rows, strict=True):
        if not any(character.isalnum() for character in text):
            assert isinstance(one, Failure)
        elif not any(mark in title + text for mark in "<&"):
            assert isinstance(one, Article)
            kept = "".join(paragraph.marker + paragraph.text for paragraph in one.paragraphs)
            assert "".join(kept.split()) == "".join(text.split())
            assert one.headline.split() == title.split()


@given(st.lists(st.text('",;a\n ا', max_size=12), max_size=8).map("\n".join))
def test_any_rows_give_failures_at_worst(data: str) -> None:
    for one in read("title,body\n" + data, max_bytes=40):
        assert one.id == "dump.csv" or one.id.startswith("dump.csv/line-")
