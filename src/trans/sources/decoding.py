"""Bytes to text, for files whose encoding nobody wrote down.

Arabic news comes as UTF-8, UTF-16, or in the 8-bit encodings of old Windows and newsroom systems. This module knows bytes
and characters: no file, no article. It refuses rather than guesses badly: a wrong guess is a translated lie.
"""

import codecs
import re

from charset_normalizer import from_bytes

from trans.sources.reading import ReadError

# Longest first: the UTF-32-LE mark begins with the UTF-16-LE one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# The 8-bit encodings that Arabic text is found in. Offering charset-normalizer only these mends what its free choice
# gets wrong: ISO 8859-6 taken for Thai (cp874) in 5 of 62 news articles, for Cyrillic in 2 of 62 openings of 60 bytes.
_EIGHT_BIT = ("cp1256", "iso8859_6", "cp720")

_EXPORT = "Export its text as UTF-8."
# A file with the extension of another format is mostly one that was renamed by hand.
_MAGIC = (
    (b"%PDF-", "a PDF document", "Name it .pdf."),
    (b"PK\x03\x04", "a ZIP or Office document", "Name it .docx or .odt if it is one; unpack it if it is an archive."),
    (b"\xd0\xcf\x11\xe0", "an old Office document", "Open it in Word, and save it as .docx."),
    (b"{\\rtf", "an RTF document", "Name it .rtf."),
    (b"\x89PNG", "a PNG image", _EXPORT),
    (b"\xff\xd8\xff", "a JPEG image", _EXPORT),
    (b"GIF8", "a GIF image", _EXPORT),
    (b"\x1f\x8b", "a gzip file", "Unpack it."),
    (b"\x7fELF", "a program", "Remove it from the inputs."),
)

# High bytes of UTF-16 code units in Arabic text: U+06xx, ASCII and Latin-1, U+20xx punctuation, presentation forms.
_HIGH_BYTES = frozenset(b"\x06\x00\x20\xfb\xfc\xfd\xfe")

# White space and escape sequences aside; C1 controls only appear where a Windows encoding was taken for an ISO one.
_CONTROL = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_MAX_CONTROL_SHARE = 0.01  # wire services frame a story with a few control characters (ANPA 1312); binary has 10% up

_HIGH_LETTER = re.compile("[^\\W\\d_\x00-\x7f]")
_ARABIC = re.compile("[\u0621-\u064a]")
_WORD = re.compile("[\u0621-\u0652]+")
# The article, alone or after a one-letter prefix, and the commonest words of news: 0.22-0.57 of the words of 62 news
# articles, 0.06 at most of the same articles read in a wrong encoding. Openings of 120 characters are too short for it
# (0.05-0.65): there charset-normalizer's word counts, which was right on all 62, down to 60 characters.
_COMMON_WORD = re.compile("[وبفك]?ال|لل|[وف]?(?:في|من|على|إلى|عن|أن|إن|مع|بعد|قبل|بين|خلال|قال|التي|الذي|هذا|هذه|عام)$")
_MIN_COMMON_SHARE = 0.1
_MIN_WORDS = 30
# Twelve of the 36 letters: 0.58 up of the letters of 62 openings of 40 characters; 0.31-0.37 of Russian read as Arabic.
_COMMON_LETTER = re.compile("[اليمنوتربعدة]")
_MIN_COMMON_LETTERS = 0.5
# No Arabic word has ta marbuta inside or begins with a vowel mark; words that run together by mistake do.
_MISSPELT = re.compile("\\w*ة[\u0621-\u064a]|[\u064b-\u0652]")
_MAX_MISSPELT_SHARE = 0.1
_MIN_ARABIC_SHARE = 0.8  # of the letters beyond ASCII
_MAX_ACCENTS = 0.3  # of all letters; French has 0.05, windows-1256 read as windows-1252 nearly nothing else

_HINT = "Save it as UTF-8 text."


class DecodingError(ReadError):
    """The bytes are no text that can be trusted."""

    def __init__(self, reason: str, hint: str = _HINT) -> None:
        super().__init__(reason, hint)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of ``data`` without its byte-order mark, and the encoding as Python names it.

    Raises ``DecodingError`` for binary data and for text in no encoding that is known here.
    """
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise DecodingError(f"is {what}, not a text file", hint)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_strictly(data[len(mark) :], encoding), encoding), encoding
    # Before UTF-8: every byte of Arabic UTF-16 may be ASCII (U+0627 is 0x27 0x06).
    wide = _utf16_without_mark(data)
    if wide:
        return _checked(_strictly(data, wide), wide), wide
    if b"\x00" in data:
        raise DecodingError("is binary, not a text file", "Remove it from the inputs, or export its text as UTF-8.")
    try:
        return _checked(data.decode("utf-8"), "utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        broken_at = error.start
    if _mostly_utf8(data):
        raise DecodingError(f"is broken UTF-8: byte {broken_at + 1} belongs to no character")
    return _eight_bit(data)


def is_garbled(text: str) -> bool:
    """Say whether ``text``, decoded elsewhere, was most likely decoded wrongly: no Arabic words, or letters with accents only."""
    high = len(_HIGH_LETTER.findall(text))
    arabic = len(_ARABIC.findall(text))
    if arabic < _MIN_ARABIC_SHARE * high:
        return high - arabic > _MAX_ACCENTS * sum(map(str.isalpha, text))
    words = _WORD.findall(text)
    common = sum(_COMMON_WORD.match(word) is not None for word in words)
    return len(words) >= _MIN_WORDS and common < _MIN_COMMON_SHARE * len(words)


def _eight_bit(data: bytes) -> tuple[str, str]:
    match = from_bytes(data, cp_isolation=list(_EIGHT_BIT)).best()
    # It gives up on some long texts (1 of 62 of 400 bytes): there the common words decide alone.
    readings = []
    for encoding in _EIGHT_BIT:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if words := _arabic_words(text):
            chosen = match is not None and match.encoding == encoding
            share = sum(_COMMON_WORD.match(word) is not None for word in words) / len(words)
            if share >= _MIN_COMMON_SHARE if len(words) >= _MIN_WORDS else chosen:
                readings.append((share, chosen, text, encoding))
    if readings:
        _, _, text, encoding = max(readings)
        return text, codecs.lookup(encoding).name
    if len(_CONTROL.findall(data.decode("latin-1"))) > len(data) * 0.1:
        raise DecodingError("is binary, not a text file", "Remove it from the inputs, or export its text as UTF-8.")
    raise DecodingError(
        "is in an unknown encoding: neither UTF-8, UTF-16, windows-1256 nor ISO 8859-6 gives Arabic text"
    )


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding[:6].rstrip("-").upper()
        raise DecodingError(f"is broken {name}: byte {error.start + 1} belongs to no character") from error


def _checked(text: str, encoding: str) -> str:
    if "\x00" in text or len(_CONTROL.findall(text)) > max(4, len(text) * _MAX_CONTROL_SHARE):
        raise DecodingError(f"is binary, not a text file ({encoding} gives control characters)")
    return text


def _utf16_without_mark(data: bytes) -> str | None:
    if len(data) < 4 or len(data) % 2:
        return None
    sample = data[:8192]
    shares = [sum(byte in _HIGH_BYTES for byte in sample[start::2]) * 2 / len(sample) for start in (0, 1)]
    # Measured on 62 articles: 1.0 on the side of the high bytes, 0.18 at most on the other. ASCII text has 0x20 on
    # both sides, so the telling bytes, 0x06 and 0x00, must also be there.
    telling = [sum(byte in (0, 6) for byte in sample[start::2]) * 2 / len(sample) for start in (0, 1)]
    for start, encoding in ((0, "utf-16-be"), (1, "utf-16-le")):
        if shares[start] > 0.9 and telling[start] > 0.5 and shares[1 - start] < 0.6 and telling[1 - start] < 0.2:
            return encoding
    return None


def _mostly_utf8(data: bytes) -> bool:
    """Say whether most bytes beyond ASCII form UTF-8 characters: then a few are damaged, and it's no other encoding."""
    high = sum(byte > 0x7F for byte in data)
    return high - data.decode("utf-8", "replace").count("\ufffd") > high / 2


def _arabic_words(text: str) -> list[str]:
    """Return the Arabic words of ``text``; none if it has control characters, other letters beyond ASCII, or odd spelling."""
    letters = _ARABIC.findall(text)
    if _CONTROL.search(text) or len(letters) < _MIN_ARABIC_SHARE * len(_HIGH_LETTER.findall(text)):
        return []
    words = _WORD.findall(text)
    misspelt = sum(_MISSPELT.match(word) is not None for word in words)
    if len(_COMMON_LETTER.findall(text)) < _MIN_COMMON_LETTERS * len(letters) or misspelt > _MAX_MISSPELT_SHARE * len(
        words
    ):
        return []
    return words
