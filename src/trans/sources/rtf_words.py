"""The words of RTF (Rich Text Format 1.9.1) that bear on its text; all others only say how it looks."""

from typing import Literal

# Windows encodings by the character set of a font. 0 (ANSI), 1 (default) and what isn't here: that of the document, for Arabic
# programs write their Arabic in fonts of set 0 too, and windows-1256 has the letters of French where windows-1252 has them.
CHARSETS = {
    128: "cp932", 129: "cp949", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip

SIGNS = {
    "tab": "\t", "line": "\n", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "endash": "–", "emdash": "—", "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f",
}  # fmt: skip
SYMBOL_SIGNS = {"~": "\u00a0", "_": "\u2011", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}

# Groups that hold no text of the article. Of those with '\*', all but these few.
LEFT_OUT = frozenset(
    "annotation atnid atnauthor atntime bkmkstart bkmkend colortbl comment fldinst filetbl footerf footerl footerr footer "
    "ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc generator header headerf headerl headerr info listoverridetable listtable "
    "nonesttables objdata pict private revtbl rsidtbl rxe shprslt sn sp sv tc themedata txe xe".split()
)
STARRED = frozenset({"shpinst", "do", "ud", "shptxt", "footnote"})
BOXES = ("shptxt", "dptxbxtext")

State = Literal["text", "left out", "marker", "fonts", "style", "upr"]
STATES: dict[str, State] = {
    "fonttbl": "fonts",
    "stylesheet": "style",
    "listtext": "marker",
    "pntext": "marker",
    "upr": "upr",
    "ud": "text",
}
ENDS = frozenset({"par", "sect", "page", "column", "cell", "nestcell", "row"})
