"""Which keys of a record, or columns of a table, hold what of an article; and the article's parts from them. Pure.

A field goes by the key that it is mapped to, else by its usual names in English and Arabic, of which the first that holds a
text counts. Knows no file and no format: a record is a mapping of names to texts, numbers, lists and mappings. What a record
holds beside is left out; text that would be lost inside a field that is read is an error.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from trans.article import Metadata, Paragraph
from trans.composed import normalize
from trans.sources.layout import parse_body
from trans.sources.markup import is_markup, paragraphs
from trans.sources.reading import FIELDS, ReadError
from trans.sources.records import Parts
from trans.sources.times import iso_time

# By how likely each is to be meant where a record has several: those of schema.org, RSS and Atom, JSON Feed, ninjs, the content
# management systems in wide use, and plain words. A summary is not read as a deck: data sets hold made ones.
_USUAL: dict[str, tuple[str, ...]] = {
    "id": ("id", "guid", "uuid", "identifier", "article_id", "item_id", "news_id", "story_id", "post_id", "معرف", "المعرف",
           "معرف الخبر", "معرف المقال", "رقم الخبر", "رقم المقال"),
    "title": ("title", "headline", "head", "heading", "article_title", "news_title", "post_title", "dc:title", "عنوان",
              "عنوان الخبر", "عنوان المقال", "عنوان رئيسي", "العنوان الرئيسي"),
    "deck": ("deck", "subtitle", "sub_title", "subheadline", "sub_headline", "subheading", "subhead", "standfirst",
             "alternative_headline", "عنوان فرعي", "العنوان الفرعي"),
    "body": ("body", "article_body", "body_html", "body_xhtml", "body_text", "full_text", "main_text", "article_text", "text",
             "content", "content_html", "content_text", "content_encoded", "content:encoded", "post_content", "article_content",
             "article", "story", "story_text", "news_text", "نص", "نص الخبر", "نص المقال", "محتوى", "محتوى الخبر", "متن",
             "متن الخبر", "خبر", "مقال"),
    "published": ("published", "published_at", "date_published", "published_date", "published_on", "pub_date", "publish_date",
                  "date_publish", "publication_date", "date_time_published", "first_published", "issued", "dc:date", "post_date",
                  "version_created", "created_at", "created", "date_created", "datetime", "date_time", "date", "timestamp",
                  "تاريخ النشر", "تاريخ ووقت النشر", "وقت النشر", "تاريخ الخبر", "تاريخ المقال", "تاريخ"),
    "byline": ("byline", "author", "authors", "author_name", "creator", "dc:creator", "writer", "by", "كاتب", "اسم الكاتب",
               "كاتب المقال", "مؤلف", "محرر", "مراسل", "بقلم"),
    "url": ("url", "link", "permalink", "canonical_url", "source_url", "article_url", "page_url", "web_url", "href", "رابط",
            "رابط الخبر", "رابط المقال"),
    "language": ("language", "lang", "in_language", "dc:language", "لغة"),
    "version": ("version", "revision", "إصدار", "رقم الإصدار"),
    "status": ("status", "pub_status", "post_status", "حالة", "حالة النشر"),
    "usage": ("usage", "usage_terms", "rights", "copyright_notice", "copyright", "license", "licence", "dc:rights", "حقوق",
              "حقوق النشر", "شروط الاستخدام"),
}  # fmt: skip

# Where a value is itself a mapping: the text in it, as WordPress, exports of XML and of MongoDB, and editors' blocks name it.
_INNER = ("rendered", "text", "value", "html", "content", "raw", "name", "#text", "_text", "$oid", "$date")

# In these, a text that is passed over is a part of the article lost.
_ALL_TEXT = frozenset({"title", "deck", "body"})

MAPPING_HINT = "Say where the text is: --map title=KEY,body=KEY, or run.fields in models.yaml."

_MAX_NAME_CHARS = 40  # the longest usual name has fewer
_SHOWN_KEYS = 8
_SHOWN_CHARS = 24
# Of a table without a header the first row stands for the keys, and a message goes into logs: what has more words is text.
_SHOWN_WORDS = 3
_LETTERS = str.maketrans("أإآٱىة", "ااااىه", "ـ")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")  # an author without one is a number in somebody's database


@dataclass(frozen=True, slots=True)
class Record:
    """What a record says: the parts of its article, and its id, where it has one."""

    id: str | None
    parts: Parts


def read_record(record: Mapping[str, object], fields: Mapping[str, str]) -> Record:
    """Return what ``record`` says of an article, where ``fields`` maps names of ``FIELDS`` to keys.

    Raises ``ReadError`` where it lacks a key that a field is mapped to, has no text in its body, or holds text of its headline,
    deck or body in a way that this can't read in full. Other fields that make no sense are left out.
    """
    usual = usual_keys(record, fields)
    body = _body(_texts_of(record, "body", fields, usual.get("body", ())))
    if not _says_anything(body):
        raise _no_body(record, fields, usual.get("body", ()))
    values = {field: _texts_of(record, field, fields, usual.get(field, ())) for field in FIELDS if field != "body"}
    words = {field: " ".join(texts[0].split()) for field, texts in values.items() if texts}
    metadata = Metadata(
        published=iso_time(words.get("published", "")),
        byline="، ".join(name for text in values["byline"] if _LETTER.search(name := _line(text))) or None,
        url=words.get("url"),
        language=words.get("language"),
        version=words.get("version"),
        status=words.get("status"),
        usage=" ".join(_line(text) for text in values["usage"]) or None,
    )
    headline = " ".join(_line(text) for text in values["title"])
    return Record(words.get("id"), Parts(headline, body, tuple(_line(text) for text in values["deck"]), metadata))


def usual_keys(keys: Iterable[str], fields: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the ``keys`` that go by a usual name of each field that ``fields`` doesn't map, the likeliest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    # A link may well be the id too; a text that is the headline is not the body as well.
    mapped = {key for field, key in fields.items() if field in _ALL_TEXT}
    for key in keys:
        if len(key) <= _MAX_NAME_CHARS and key not in mapped and (usual := _usual(key)) and usual[0] not in fields:
            found.setdefault(usual[0], []).append((usual[1], key))
    return {field: [key for _, key in sorted(ranked)] for field, ranked in found.items()}


def shown(keys: Iterable[str]) -> str:
    """Return the first few of ``keys``, for a message."""
    first = list(islice(keys, _SHOWN_KEYS + 1))
    text = ", ".join(map(_shown, first[:_SHOWN_KEYS]))
    return _SURROGATE.sub("\ufffd", text + (", …" if len(first) > _SHOWN_KEYS else ""))


def _shown(key: str) -> str:
    words = key.split()
    if len(words) > _SHOWN_WORDS:
        return f"a text of {len(words)} words"
    name = " ".join(words)
    return f"'{name if len(name) <= _SHOWN_CHARS else f'{name[:_SHOWN_CHARS]}…'}'"


def _folded(name: str) -> str:
    letters = normalize("NFKC", name).casefold().translate(_LETTERS)
    return "".join(character for character in letters if character.isalnum()).removeprefix("ال")


_FIELD_OF = {
    _folded(name): (field, rank) for field, names in _USUAL.items() for rank, name in reversed(list(enumerate(names)))
}


@lru_cache(maxsize=1024)
def _usual(key: str) -> tuple[str, int] | None:
    return _FIELD_OF.get(_folded(key))


def _texts_of(record: Mapping[str, object], field: str, fields: Mapping[str, str], usual: Iterable[str]) -> list[str]:
    """Return the texts of a field; none where the record has none."""
    if field not in fields:
        return next(filter(None, (_texts(record[key], field, key) for key in usual)), [])
    key = fields[field]
    values = list(_inside(record, key))
    if not values:
        raise ReadError(
            f"has no '{key}', which '{field}' is mapped to; its keys are {shown(record)}",
            f"Correct the mapping of '{field}', or leave it out.",
        )
    return [text for value in values for text in _texts(value, field, key)]


def _inside(value: object, path: str) -> Iterator[object]:
    """Give what stands at ``path``: a key, or keys with dots between them; inside lists, that of each of their items."""
    if isinstance(value, list):
        for item in value:
            yield from _inside(item, path)
    elif isinstance(value, Mapping):
        if path in value:
            yield value[path]
            return
        key, dot, rest = path.partition(".")
        if dot and key in value:
            yield from _inside(value[key], rest)


def _texts(value: object, field: str, key: str, *, listed: bool = False) -> list[str]:
    """Return the texts in ``value``, in order, without blank ones. JSON's null, true, false and NaN are none."""
    if isinstance(value, str):
        text = _SURROGATE.sub("\ufffd", value).replace("\x00", "")
        return [] if not text or text.isspace() else [text]
    if isinstance(value, bool) or not isinstance(value, int | float | list | Mapping):
        return []
    if isinstance(value, int | float):
        return [str(value)] if isinstance(value, int) or math.isfinite(value) else []
    if isinstance(value, list):
        return [text for item in value for text in _texts(item, field, key, listed=True)]
    inner = next((name for name in _INNER if value.get(name)), None)
    if field in _ALL_TEXT:
        lost = [name for name, other in value.items() if name not in _INNER and _holds_prose(other)]
        # Runs of one sentence or items of a list: nothing says which.
        if listed and inner is not None and isinstance(value[inner], list):
            lost = [inner]
        if lost:
            raise ReadError(
                f"holds text in '{key}' under {shown(lost)}, which would be lost",
                f"Map '{field}' to keys that lead to plain text or HTML, with dots between them: {field}=KEY.KEY.",
            )
    return [] if inner is None else _texts(value[inner], field, key)


def _holds_prose(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_prose(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_prose(item) for item in value)
    # Names of kinds and addresses of pictures are one word.
    return isinstance(value, str) and sum(_LETTER.search(word) is not None for word in value.split(maxsplit=4)) > 1


def _no_body(record: Mapping[str, object], fields: Mapping[str, str], usual: Iterable[str]) -> ReadError:
    if "body" in fields:
        return ReadError(f"has no text in '{fields['body']}'", "Put an article into it, or remove the record.")
    if keys := list(usual):
        return ReadError(f"has no text in {shown(keys)}", "Put an article into it, or remove the record.")
    if not record:
        return ReadError("is empty", "Remove it, or put an article into it.")
    return ReadError(f"has no body: its keys are {shown(record)}", MAPPING_HINT)


def _says_anything(body: str | tuple[Paragraph, ...]) -> bool:
    texts = [body] if isinstance(body, str) else [paragraph.text for paragraph in body]
    return any(character.isalnum() for text in texts for character in text)


def _line(text: str) -> str:
    if is_markup(text):
        text = " ".join(block.marker + block.text for block in paragraphs(text))
    return " ".join(text.split())


def _body(texts: list[str]) -> str | tuple[Paragraph, ...]:
    if not any(is_markup(text) for text in texts):
        return "\n\n".join(texts)
    blocks = [paragraphs(text) if is_markup(text) else parse_body(text) for text in texts]
    return tuple(paragraph for block in blocks for paragraph in block)
