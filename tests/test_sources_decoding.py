"""Decoding: the sample articles in every encoding come back as they were; what is no text is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trans.sources.decoding import DecodingError, decode

INPUTS = sorted((Path(__file__).parents[1] / "inputs").rglob("*.[tm][xd]*"))
EIGHT_BIT = {"windows-1256": "cp1256", "iso8859-6": "iso8859-6", "cp720": "cp720"}
UNICODE = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
    "utf-32": "utf-32-le",
}


def article(path: Path) -> str:
    return decode(path.read_bytes())[0]


def test_there_are_samples() -> None:
    assert len(INPUTS) >= 7


@pytest.mark.parametrize("chars", [60, 120, 400, 100_000])
@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_every_encoding_of_the_samples(path: Path, chars: int) -> None:
    text = article(path)[:chars]
    for encoding, name in UNICODE.items():
        assert decode(text.encode(encoding)) == (text, name)
    for encoding, name in EIGHT_BIT.items():
        data = text.encode(encoding, "ignore")
        assert decode(data) == (data.decode(encoding), name)


def test_windows_1256_sample() -> None:
    text, encoding = decode(next(path for path in INPUTS if "cp1256" in path.name).read_bytes())
    assert encoding == "cp1256"
    assert "ماراثون" in text


def test_big_endian_mark() -> None:
    assert decode("\ufeffنص".encode("utf-16-be")) == ("نص", "utf-16-be")


@pytest.mark.parametrize("text", ["plain ASCII", "x", "naïve café", "日本語", "خبر", "قال\x01 المسؤول"])
def test_utf8_of_any_language_passes(text: str) -> None:
    assert decode(text.encode()) == (text, "utf-8")


@pytest.mark.parametrize("encoding", ["cp1251", "cp1252", "cp1253", "cp1255", "euc_kr", "shift_jis", "gb18030"])
def test_other_encodings_are_refused(encoding: str) -> None:
    text = "Ünïcödé Привет мир καλημέρα κόσμε שלום עולם 안녕하세요 日本語の文章 这是中文"
    with pytest.raises(DecodingError):
        decode((text.encode(encoding, "ignore")) * 5)


def test_utf8_with_a_broken_byte_is_never_read_as_windows_1256() -> None:
    data = article(INPUTS[0]).encode()
    with pytest.raises(DecodingError, match="byte 202 "):
        decode(data[:201] + b"\xff" + data[202:])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("surrogate", [0xD800, 0xDFFF])
def test_no_file_gives_a_lone_surrogate(encoding: str, mark: str, surrogate: int) -> None:
    text = f"{mark}أعلنت الهيئة{chr(surrogate)} يوم الأحد بدء العمل"
    with pytest.raises(DecodingError):
        decode(text.encode(encoding, "surrogatepass"))


@given(st.binary())
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        text, encoding = decode(data)
    except DecodingError:
        return
    assert "\x00" not in text
    text.encode()  # no lone surrogates
    assert text.encode(encoding) in data
