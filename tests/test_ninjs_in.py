"""ninjs as input: its versions, its wrappers, and what JSON files of any kind may do to a reader."""

import itertools
import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wires import articles, failures, fixture, letters, read, stream

from trans.article import Article, Failure, Paragraph
from trans.sources.ninjs import read_ninjs
from trans.sources.reading import Reading
from trans.sources.records import record_name

TEXT = "أعلنت الهيئة يوم الأحد بدء العمل في المشروع الجديد."
NO_NINJS = "is JSON, but no ninjs: it has neither 'headlines' nor 'bodies'"


def item(number: int, **more: object) -> dict[str, object]:
    return {"uri": f"u-{number}", "headlines": [{"value": "خبر"}], "bodies": [{"value": TEXT}], **more}


def found_in(value: object, max_bytes: int = 1_000_000) -> list[Article | Failure]:
    return read(json.dumps(value).encode(), read_ninjs, max_bytes)


def test_version_3() -> None:
    first = articles(fixture("items-3.json", read_ninjs))[0]
    assert first.source.record == "https://desert-wire.example.com/items/801"
    assert first.headline == "انتهاء أعمال صيانة جسر النهر"
    assert first.decks == ("ملخص قصير عن أعمال الصيانة.",)  # the short headline says nothing beyond the main one
    assert [one.text for one in first.paragraphs] == [
        "انتهت أعمال صيانة جسر النهر يوم الجمعة.",
        "وقال المهندس إن الجسر سيفتح غدا.",
        "بني الجسر عام 1974.",
    ]
    about = first.metadata
    assert (about.published, about.byline) == ("2026-03-06T09:10:00+02:00", "نادية فرح")
    assert (about.language, about.version) == ("ar", "4")
    assert about.status == "usable, embargoed until 2026-03-06T12:00:00+02:00"
    assert about.usage == "للمشتركين فقط; حقوق النشر 2026 وكالة الصحراء"


def test_items_of_a_list_that_are_no_articles() -> None:
    found = fixture("items-3.json", read_ninjs)
    _, flash = articles(found)
    assert (flash.headline, flash.paragraphs) == ("", (Paragraph("عاجل: فتح المعبر أمام الشاحنات"),))
    assert flash.metadata.status == "withheld, not the whole item"
    canceled, *others = failures(found).items()
    assert canceled[1] == "is canceled by its publisher"
    assert others == [("items-3.json/item-4", NO_NINJS), ("items-3.json/item-5", "is no object")]


def test_an_item_is_known_by_its_uri_in_all_its_versions() -> None:
    first, second = articles(found_in([item(1), item(2, uri=" u-2 ", version=4)]))
    assert (first.source.item, second.source.item) == ("u-1", "u-2")
    for uri in ("", 7.5, None, "u" * 3000, "u\u202e1"):
        (one,) = articles(found_in(item(1, uri=uri)))
        assert one.source.item is None


@pytest.mark.parametrize("more", [{}, {"headlines": [], "bodies": []}, {"headlines": None, "bodies": None}])
def test_a_kill_says_which_item_and_version_even_without_any_text(more: dict[str, object]) -> None:
    (gone,) = found_in(item(1, pubStatus="Canceled", version=3, **more))
    assert isinstance(gone, Failure)
    assert (gone.id, gone.reason) == ("f/u-1", "is canceled by its publisher")
    assert (gone.withdrawn, gone.item, gone.version) == (True, "u-1", "3")
    (unnamed,) = found_in({"pubStatus": "canceled", "bodies": [{"value": TEXT}]})
    assert isinstance(unnamed, Failure)
    assert (unnamed.withdrawn, unnamed.item, unnamed.version) == (True, None, None)


def test_what_is_no_news_is_not_taken_for_a_kill() -> None:
    assert failures(found_in({"pubStatus": "canceled", "order": 17})) == {"f": NO_NINJS}


@pytest.mark.parametrize(("name", "byline"), [("item-2.json", "فؤاد نصر"), ("item-1.json", "هدى سلام")])
def test_a_single_item_is_named_by_its_uri_too(name: str, byline: str) -> None:
    (found,) = articles(fixture(name, read_ninjs))
    assert found.source.record is not None
    assert found.source.record.startswith("urn:newsml:desert-wire.example.com:")
    assert found.id == f"{name}/{record_name(found.source.record)}"
    assert len(found.paragraphs) == 2
    assert found.metadata.byline == byline
    assert found.source.bytes > 600


@pytest.mark.parametrize("name", ["items", "_items", "results", "articles", "data", "docs"])
def test_lists_that_are_wrapped(name: str) -> None:
    found = articles(found_in({"total": 2, "by": {"items": 1}, name: [item(1), item(2)], "links": [{"a": 1}]}))
    assert [one.source.record for one in found] == ["u-1", "u-2"]


def test_hits_of_a_search() -> None:
    hits = {"took": 3, "hits": {"total": 1, "hits": [{"_id": "7", "_source": item(1)}]}}
    assert [one.id for one in articles(found_in(hits))] == ["f/u-1"]


def test_items_without_an_id_go_by_their_number() -> None:
    (found,) = articles(found_in([{"bodies": [{"value": TEXT}]}]))
    assert found.id == "f/item-1"


def test_an_agencys_own_markup_is_read_only_where_there_is_no_other_text() -> None:
    own = {"contentType": "application/xml", "value": f"<STORY><P>{TEXT}</P></STORY>"}
    plain = {"contentType": "text/plain", "value": "نص آخر."}
    assert articles(found_in(item(1, bodies=[own, plain])))[0].paragraphs == (Paragraph("نص آخر."),)
    assert TEXT in articles(found_in(item(1, bodies=[own])))[0].text


def test_odd_values_are_borne_with() -> None:
    odd = item(
        1, version=7, by=None, language=["ar"], pubstatus=True, versioncreated="gestern", bodies=[None, {"value": TEXT}]
    )
    (found,) = articles(found_in(odd))
    assert found.paragraphs == (Paragraph(TEXT),)
    assert found.metadata.version == "7"
    assert found.metadata.published is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"{}", NO_NINJS),
        (b"[]", "is JSON, but holds no object"),
        (b'"text"', "is JSON, but holds no object"),
        (b'{"items": []}', NO_NINJS),
        (b'{"name": "app", "version": "1.0.0"}', NO_NINJS),
        (b'{"headlines": [{"value": "..."}]}', "has no text in it"),
        (b"title,body\n", "is no JSON"),
        (b'{"a": 1}\n{"a": 2}\n', "goes on after its JSON"),
        (b'{"headlines": ', "is cut off"),
        ('{"headline": "خبر"}'.encode("cp1256"), "is not UTF-8, as JSON has to be"),
        ('{"headline": "خبر"}'.encode("utf-16"), "is UTF-16, where JSON has to be UTF-8"),
        (b"[" * 1000, "has over 200 lists and objects inside one another from its object 1 on"),
    ],
)
def test_files_with_nothing_to_read(data: bytes, reason: str) -> None:
    assert failures(read(data, read_ninjs)) == {"f": reason}


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert articles(read(b"\xef\xbb\xbf" + json.dumps(item(1)).encode(), read_ninjs))


def test_what_stands_before_a_break_is_read() -> None:
    data = json.dumps([item(1), item(2), item(3)], ensure_ascii=False).encode()
    cut = read(data[:-4], read_ninjs)
    assert [one.source.record for one in articles(cut)] == ["u-1", "u-2"]
    assert failures(cut) == {"f": "is cut off from its object 3 on"}
    broken = read(data.replace(b'"u-3"', b"u-3"), read_ninjs)
    assert len(articles(broken)) == 2
    assert failures(broken) == {"f": "is no JSON from its object 3 on"}


def test_an_item_over_the_limit_fails_alone() -> None:
    found = found_in([item(1), item(2, more="x" * 2000), item(3)], max_bytes=1500)
    assert [one.source.record for one in articles(found)] == ["u-1", "u-3"]
    assert failures(found) == {"f/item-2": "is too large: over the limit of 0.0 MB"}


def test_digest_and_size_are_of_the_item_alone() -> None:
    one = articles(found_in([item(1)]))[0]
    other = articles(read(json.dumps([item(0), item(1)], indent=4).encode(), read_ninjs))[1]
    assert one.source == other.source


@given(
    st.lists(st.text(alphabet="ابتثجحخدذرزس 3", min_size=9).filter(str.strip), min_size=1, max_size=5), st.booleans()
)
def test_all_text_of_an_item_stays(paragraphs: list[str], marked_up: bool) -> None:
    value = "".join(f"<p>{one}</p>" for one in paragraphs) if marked_up else "\n\n".join(paragraphs)
    (found,) = articles(found_in({"uri": "u", "bodies": [{"value": value}]}))
    assert letters("".join(one.marker + one.text for one in found.paragraphs)) == letters("".join(paragraphs))


def test_a_list_without_end_is_read_in_little_memory() -> None:
    def items() -> Iterator[bytes]:
        for number in itertools.count():
            yield json.dumps(item(number, ednote="x" * 10_000)).encode() + b", "

    found = read_ninjs(stream(b'{"items": [', items), "f", Reading(100_000))
    next(found)
    tracemalloc.start()
    try:
        for number in range(1, 301):
            one = next(found)
            assert isinstance(one, Article)
            assert one.source.record == f"u-{number}"
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held < 1_000_000  # of the 3 MB that were read


def test_a_text_without_end_is_given_up() -> None:
    found = list(read_ninjs(stream(b'[{"uri": "', lambda: itertools.repeat(b"x" * 10_000)), "f", Reading(100_000)))
    assert failures(found) == {"f": "has a text of over 0.1 MB from its object 1 on"}


@pytest.mark.parametrize("head", [b'[{"uri": "u", "more": [', b'{"more": ['])
def test_an_item_far_over_the_limit_is_not_kept(head: bytes) -> None:
    pieces = itertools.chain(itertools.repeat(b'"xyz", ' * 1000, 100), [b"1]}", b"]" if head.startswith(b"[") else b""])
    found = read_ninjs(stream(head, lambda: pieces), "f", Reading(10_000))
    tracemalloc.start()
    try:
        reasons = failures(list(found))
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert list(reasons.values()) == ["is too large: over the limit of 0.0 MB"]
    assert held < 4_000_000  # the 100,000 texts of the item would be 6 MB
