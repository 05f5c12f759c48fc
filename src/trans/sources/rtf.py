"""RTF documents (.rtf, Rich Text Format 1.9.1): all text that a reader of the document sees.

Arabic stands in them in three ways, often mixed in one file: Unicode numbers with a spare character after each, bytes in the
encoding of a font, bytes in the encoding of the document. Tables, lists, text boxes and footnotes are told apart; pictures, page
headers, annotations, and hidden or deleted text are left out.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

from trans.article import Article, Failure, Source
from trans.sources.decoding import is_garbled
from trans.sources.flow import Look, look_named
from trans.sources.office import article_from_blocks
from trans.sources.reading import ReadError, Reading
from trans.sources.rtf_story import Story
from trans.sources.rtf_words import BOXES, CHARSETS, ENDS, LEFT_OUT, SIGNS, STARRED, STATES, SYMBOL_SIGNS, State

_HINT = "Open it in Word, and save it as .docx."

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)

_MAX_OUTLINE = 8  # 9 is body text
# Word's own documents have about twenty levels.
_MAX_DEPTH = 2_000


def read_rtf(stream: BinaryIO, name: str, reading: Reading) -> Iterator[Article | Failure]:
    """Read an RTF document: one article."""
    del reading  # bounds the file, and its text is shorter
    data = stream.read()
    try:
        document = _read(data)
    except ReadError as error:
        yield Failure(name, error.reason, error.hint)
        return
    source = Source(name, hashlib.sha256(data).hexdigest(), document.encoding, len(data))
    yield article_from_blocks(document.story.flow.blocks, source)


def _read(data: bytes) -> "_Interpreter":
    if not data:
        raise ReadError("is empty", "Put an article into it, or remove it.")
    if not data.startswith(b"{\\rtf"):
        raise ReadError("is no RTF document", _HINT)
    interpreter = _Interpreter()
    if not interpreter.run(data):
        raise ReadError("is cut short: its last group has no end", "Get it again, or save it again from Word.")
    if interpreter.has_bytes and is_garbled("\n".join(block.text for block in interpreter.story.flow.blocks)):
        raise ReadError("is in an unknown encoding: its bytes give no Arabic text", _HINT)
    return interpreter


@dataclass(slots=True)
class _Group:
    """What holds up to the closing brace."""

    state: State = "text"
    font: int | None = None
    spare: int = 1  # characters that stand after a Unicode number for old programs
    hidden: bool = False
    in_table: bool = False
    style: int = 0
    outline: int | None = None
    ends_aside: bool = False  # the brace closes a text box or a note besides


class _Interpreter:
    """Goes through the tokens of one document."""

    def __init__(self) -> None:
        self.story = Story()
        self.encoding = "cp1252"
        self.has_bytes = False  # text beyond ASCII in an 8-bit encoding
        self._group = _Group()
        self._outer: list[_Group] = []
        self._default_font: int | None = None
        self._fonts: dict[int, int] = {}  # number to character set
        self._styles: dict[int, str] = {}  # number to name
        self._defined = 0  # the font or the style that is being defined
        self._bytes = bytearray()  # in the encoding of the font, not decoded yet
        self._units = bytearray()  # of UTF-16, not joined yet
        self._spare = 0  # of the characters after a Unicode number, those still to come
        self._starred = False

    def run(self, data: bytes) -> bool:
        """Read all; say whether the document's group ends in it."""
        at = 0
        while token := _TOKEN.match(data, at):
            at = token.end()
            word, number, code, sign, brace, text = token.groups()
            if code is not None:
                self._byte(bytes.fromhex(code.decode()))
            elif text is not None:
                self._byte(text)
            elif word is not None:
                argument = int(number) if number else None
                if word == b"bin":
                    at += max(argument or 0, 0)
                elif word == b"u" and self._group.state != "left out" and argument is not None:
                    self._unit(argument)
                else:
                    self._flush()
                    self._word(word.decode(), argument)
            elif sign is not None:
                self._flush()
                self._sign(sign.decode("latin-1"))
            elif brace == b"{":
                self._enter()
            elif brace == b"}":
                self._leave()
                if not self._outer:
                    self.story.finish(self._look())
                    return True
        return False

    def _byte(self, raw: bytes) -> None:
        skipped = min(self._spare, len(raw))
        self._spare -= skipped
        if skipped < len(raw):
            self._flush_units()
            self._bytes += raw[skipped:]

    def _unit(self, number: int) -> None:
        self._flush_bytes()
        self._units += (number & 0xFFFF).to_bytes(2, "little")
        self._spare = self._group.spare

    def _flush(self) -> None:
        self._flush_bytes()
        self._flush_units()
        self._spare = 0

    def _flush_bytes(self) -> None:
        if self._bytes:
            raw = bytes(self._bytes)
            self._bytes.clear()
            if not raw.isascii() and self._group.state == "text":
                self.has_bytes = True
            font = self._default_font if self._group.font is None else self._group.font
            charset = self._fonts.get(font, 1) if font is not None else 1
            self._text(raw.decode(CHARSETS.get(charset, self.encoding), "replace"))

    def _flush_units(self) -> None:
        if self._units:
            # Halves of a pair that have lost the other become U+FFFD.
            text = bytes(self._units).decode("utf-16-le", "replace")
            self._units.clear()
            self._text(text)

    def _text(self, text: str) -> None:
        state = self._group.state
        if state == "marker":
            self.story.marker += text
        elif state == "style":
            self._styles[self._defined] = (self._styles.get(self._defined, "") + text).rstrip("; ")
        elif state == "text" and not self._group.hidden:
            self.story.text(text, in_table=self._group.in_table)

    def _enter(self) -> None:
        self._flush()
        if len(self._outer) > _MAX_DEPTH:
            raise ReadError("is damaged: its groups are inside one another without end", _HINT)
        self._outer.append(self._group)
        self._group = replace(self._group, ends_aside=False)
        self._starred = False
        if self._group.state == "style":
            self._defined = 0

    def _leave(self) -> None:
        self._flush()
        self._starred = False
        if self._group.ends_aside:
            self.story.close_aside(self._look())
        if self._outer:
            self._group = self._outer.pop()

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
        elif sign in "\r\n":
            self._word("par", None)
        elif sign in SYMBOL_SIGNS:
            self._text(SYMBOL_SIGNS[sign])

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        starred, self._starred = self._starred, False
        if group.state == "left out" or (group.state == "upr" and word != "ud"):
            return
        if word in LEFT_OUT or (starred and word not in STARRED):
            group.state = "left out"
        elif group.state == "fonts":
            if word == "f":
                self._defined = number or 0
            elif word == "fcharset":
                self._fonts[self._defined] = number or 0
        elif group.state == "style":
            if word == "s":
                self._defined = number or 0
        elif word in SIGNS:
            self._text(SIGNS[word])
        elif word in STATES:
            group.state = STATES[word]
            if group.state == "marker":
                self.story.marker = ""
        elif word in ("footnote", *BOXES):
            self._open_aside("notes" if word == "footnote" else "box")
        elif word in ENDS:
            self.story.end(word, self._look())
        else:
            self._set(group, word, number)

    def _set(self, group: _Group, word: str, number: int | None) -> None:
        if word == "pard":
            group.in_table, group.style, group.outline = False, 0, None
        elif word == "plain":
            group.font, group.hidden = None, False
        elif word == "f":
            group.font = number
        elif word == "deff":
            self._default_font = number
        elif word == "uc":
            group.spare = max(number or 0, 0)
        elif word in ("v", "deleted", "mvf"):
            group.hidden = number != 0
        elif word == "intbl":
            group.in_table = True
        elif word == "s":
            group.style = number or 0
        elif word == "outlinelevel":
            group.outline = number
        elif word == "ansicpg":
            self.encoding = _known(f"cp{number}") or self.encoding
        elif word in ("mac", "pc", "pca"):
            self.encoding = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}[word]

    def _look(self) -> Look | None:
        look = look_named(self._styles.get(self._group.style, ""))
        outline = self._group.outline
        return look or ("heading" if outline is not None and outline <= _MAX_OUTLINE else None)

    def _open_aside(self, kind: Literal["box", "notes"]) -> None:
        if self._group.hidden:
            self._group.state = "left out"
        if self._group.hidden or self._group.ends_aside:
            return
        self.story.open_aside(kind, in_table=self._group.in_table)
        self._group = replace(self._group, ends_aside=True, state="text", in_table=False, style=0, outline=None)


def _known(encoding: str) -> str | None:
    try:
        return codecs.lookup(encoding).name
    except LookupError:
        return None
