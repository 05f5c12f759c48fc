"""The ninjs item: valid, withheld, leading back to its source, and with all that is to check in its editorial note."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import jsonschema
import pytest
from briefs import HOSTILE, flagged_brief, hostile_brief
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trans.article import Failure, Metadata
from trans.brief import Brief, Passage
from trans.render import RENDERERS, extension, ninjs
from trans.render import json as json_brief
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER
from trans.render.status import CLEAN, faults
from trans.sources.ninjs import read_ninjs
from trans.sources.reading import Reading

SCHEMA = json.loads((Path(__file__).parent / "ninjs3.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


def item(brief: Brief) -> dict[str, Any]:
    """The item of a brief, which is valid."""
    data = RENDERERS["ninjs"](brief)
    assert data.endswith(b"\n")
    loaded: dict[str, Any] = json.loads(data)
    jsonschema.validate(loaded, SCHEMA)
    return loaded


def about(brief: Brief, record: str | None = None, **metadata: str | None) -> Brief:
    article = brief.article
    told = replace(article.metadata, **metadata)
    return replace(brief, article=replace(article, metadata=told, source=replace(article.source, record=record)))


def body(brief: Brief) -> str:
    return str(item(brief)["bodies"][1]["value"])


def parsed(xhtml: str) -> Element:
    return fromstring(xhtml)  # noqa: S314  what we wrote ourselves


def test_the_schema_is_a_schema_and_refuses_what_the_standard_has_not() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for wrong in (
        {},
        {"uri": "no uri"},
        {"uri": "urn:a:b", "pubstatus": "withheld"},
        {"uri": "urn:a:b", "language": 1},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, SCHEMA)


def test_the_english_brief_is_the_item(brief: Brief) -> None:
    found = item(brief)
    assert found["language"] == "en"
    assert found["headlines"][0]["value"] == brief.headline.target
    assert [one["value"] for one in found["descriptions"]] == [one.english.target for one in brief.summaries]
    text, xhtml = found["bodies"]
    assert text["value"].split("\n\n") == [paragraph.target for paragraph in brief.paragraphs]
    assert text["wordCount"] == len(text["value"].split())
    assert text["charCount"] == len(text["value"])
    root = parsed(xhtml["value"])
    assert root.tag == "body"
    words = " ".join("".join(root.itertext()).split())
    assert all(sentence.target in words for sentence in brief.paragraphs[0].sentences)


def test_lists_and_headings_keep_their_kind_and_numbers_their_place(brief: Brief) -> None:
    text = body(brief)
    assert text.count("<ul>") == 1
    assert "<li>The region" in text
    assert text.count("<h2>") == 1
    numbered = replace(brief.article.paragraphs[3], marker="3. ")
    paragraphs = (*brief.article.paragraphs[:3], numbered, *brief.article.paragraphs[4:])
    again = body(replace(brief, article=replace(brief.article, paragraphs=paragraphs)))
    assert "<ul>" not in again


def test_it_leads_back_to_the_arabic_source(brief: Brief) -> None:
    (source,) = item(
        about(
            brief, version="3", language="ar-EG", usage="For subscribers.", received="2026-03-01T11:06:00+00:00",
            byline="كتب: سامي حسن", dateline="القاهرة (رويترز)",
        )
    )["associations"]  # fmt: skip
    assert (source["rel"], source["language"], source["version"]) == ("translationOf", "ar-EG", "3")
    assert source["uri"] == source["renditions"][0]["href"] == "https://example.org/a"
    assert source["headlines"][0]["value"] == brief.article.headline
    assert (source["by"], source["located"]) == ("كتب: سامي حسن", "القاهرة (رويترز)")
    assert source["usageTerms"] == "For subscribers."
    assert {"role": "file", "value": brief.article.source.uri} in source["altIds"]


@pytest.mark.parametrize(
    ("record", "url", "uri"),
    [
        (None, None, "ni:///sha-256;"),
        ("17", None, "ni:///sha-256;"),
        (None, "javascript:alert(1)", "ni:///sha-256;"),
        (None, "https://example.org/", "ni:///sha-256;"),
        (None, "https://example.org/?p=7", "https://example.org/?p=7"),
        (None, "https://example.org/خبر", "https://example.org/%D8%AE%D8%A8%D8%B1"),
        ("urn:newsml:example.org:20260301:7", "https://example.org/a", "urn:newsml:example.org:20260301:7"),
        ("https://example.org/guid/7", "https://example.org/a", "https://example.org/guid/7"),
        ("sport:7", "https://example.org/a", "https://example.org/a"),
    ],
)
def test_a_source_goes_by_its_own_id_its_address_or_its_bytes(
    record: str | None, url: str | None, uri: str, brief: Brief
) -> None:
    found = item(about(brief, record, url=url))
    assert found["associations"][0]["uri"].startswith(uri)
    assert found["uri"].startswith("urn:uuid:")


def test_versions_of_one_article_are_versions_of_one_item_and_files_of_one_name_are_not(brief: Brief) -> None:
    def other(of: Brief) -> Brief:
        source = replace(of.article.source, sha256="f" * 64)
        return replace(of, article=replace(of.article, source=source))

    addressed, nameless = about(brief), about(brief, url=None)
    assert item(addressed)["uri"] == item(other(addressed))["uri"]
    assert item(nameless)["uri"] != item(other(nameless))["uri"]
    assert item(addressed)["uri"] != item(about(brief, url="https://example.org/b"))["uri"]


def test_it_is_withheld_unless_told_otherwise(brief: Brief) -> None:
    usable = replace(brief, provenance=replace(brief.provenance, pub_status="usable"))
    assert item(brief)["pubStatus"] == "withheld"
    assert item(usable)["pubStatus"] == "usable"
    assert item(json_brief.read(json_brief.render(usable)))["pubStatus"] == "usable"
    demo = replace(usable, provenance=replace(usable.provenance, demo=True))
    assert item(demo)["pubStatus"] == "withheld"


@pytest.mark.parametrize(
    ("status", "of_item", "of_source"),
    [
        ("usable", "usable", "usable"),
        ("stat:usable", "usable", "usable"),
        ("stat:canceled", "canceled", "canceled"),
        ("Withheld", "withheld", "withheld"),
        ("draft", "usable", None),
        (None, "usable", None),
    ],
)
def test_what_the_source_withholds_no_setting_frees(
    status: str | None, of_item: str, of_source: str | None, brief: Brief
) -> None:
    found = item(about(replace(brief, provenance=replace(brief.provenance, pub_status="usable")), status=status))
    assert found["pubStatus"] == of_item
    assert found["associations"][0].get("pubStatus") == of_source
    assert status is None or status in found["edNote"]


@pytest.mark.parametrize(
    ("status", "until", "of_item"),
    [
        ("usable, embargoed until 2026-03-01T12:00:00+03:00", "2026-03-01T12:00:00+03:00", "usable"),
        ("embargoed until 2026-03-01T12:00:00Z, not the whole item", "2026-03-01T12:00:00+00:00", "usable"),
        ("usable, embargoed until the minister speaks", None, "withheld"),
        ("usable, not the whole item", None, "usable"),
    ],
)
def test_an_embargo_of_the_source_is_the_items(status: str, until: str | None, of_item: str, brief: Brief) -> None:
    found = item(about(replace(brief, provenance=replace(brief.provenance, pub_status="usable")), status=status))
    assert found.get("embargoedUntil") == found["associations"][0].get("embargoedUntil") == until
    assert found["pubStatus"] == of_item


@pytest.mark.parametrize(
    ("published", "received", "version", "content"),
    [
        ("2026-03-01T14:05:00+03:00", "2026-03-01T11:06:00+00:00", "2026-03-01T11:06:00+00:00", "2026-03-01T14:05:00+03:00"),
        ("2026-03-01T14:05Z", None, "2026-03-01T14:05:00+00:00", "2026-03-01T14:05:00+00:00"),
        ("2026-03-01", "2026-03-01T11:06:00+00:00", "2026-03-01T11:06:00+00:00", None),
        ("2026-03-01", None, None, None),
        ("yesterday", None, None, None),
        (None, None, None, None),
    ],
)  # fmt: skip
def test_its_times_are_the_sources(
    published: str | None, received: str | None, version: str | None, content: str | None, brief: Brief
) -> None:
    found = item(about(brief, published=published, received=received))
    assert found.get("versionCreated") == version
    assert found.get("contentCreated") == content
    assert ("the times of this item are the source's" in found["edNote"]) == bool(published or received)


def test_the_note_tells_what_it_is_and_every_open_flag(brief: Brief) -> None:
    note = item(brief)["edNote"].splitlines()
    assert note[0] == MACHINE_BANNER
    found = faults(brief)
    assert f"Check {len(found)} things:" in note
    for number, fault in enumerate(found, start=1):
        (line,) = (line for line in note if line.startswith(f"{number}. {fault.severity.capitalize()} in "))
        assert line.endswith(fault.message)
    assert any("paragraph 1, sentence 2" in line for line in note)
    infos = [flag.message for flag in brief.flags if flag.severity == "info"]
    assert infos
    assert not any(message in line for message in infos for line in note)
    assert DEMO_BANNER not in note


def test_a_clean_item_says_so_and_a_demo_what_it_is(brief: Brief) -> None:
    clean = replace(brief, flags=(), provenance=replace(brief.provenance, demo=True))
    note = item(clean)["edNote"].splitlines()
    assert DEMO_BANNER in note
    assert note[-1] == CLEAN


def test_usage_terms_are_those_of_the_source_and_of_the_models(brief: Brief) -> None:
    found = item(about(brief, usage="For subscribers\nonly."))
    assert found["usageTerms"].startswith("Source: For subscribers only. Translated with Helsinki-NLP/opus-mt-ar-en")
    assert "licence CC BY-NC-SA 4.0" in found["usageTerms"]
    assert item(brief)["usageTerms"].startswith("The source states no usage terms.")
    assert found["by"] == MACHINE_BANNER
    assert found["digitalSourceType"]["uri"].endswith("/trainedAlgorithmicMedia")


def test_an_item_is_no_article_to_translate_again(brief: Brief) -> None:
    (found,) = read_ninjs(io.BytesIO(ninjs.render(brief)), "a.ninjs.json", Reading(1_000_000))
    assert isinstance(found, Failure)
    assert found.reason == "is a brief that trans wrote, not an article"


def test_an_article_with_nothing_in_it_has_an_item(brief: Brief) -> None:
    article = replace(brief.article, id="a.txt", headline="", paragraphs=(), metadata=Metadata())
    found = item(replace(brief, article=article, headline=Passage(()), summaries=(), paragraphs=(), flags=()))
    assert found["title"] == "a.txt"
    assert not {"headlines", "bodies", "descriptions"} & set(found)


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_hostile_article_is_text(evil: str, brief: Brief) -> None:
    hostile = hostile_brief(brief, evil)
    assert {one.tag for one in parsed(body(hostile)).iter()} <= {"body", "p", "ul", "li", "h2", "br"}
    assert item(hostile)["pubStatus"] == "withheld"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evil=st.text(min_size=1, max_size=60))
def test_any_text_gives_a_valid_item_with_a_body_that_is_xml(evil: str, brief: Brief) -> None:
    hostile = hostile_brief(brief, evil)
    parsed(body(hostile))
    assert RENDERERS["ninjs"](hostile) == RENDERERS["ninjs"](hostile)


def test_it_has_a_name_of_its_own_beside_the_record() -> None:
    assert extension("ninjs") == "ninjs.json"
    assert ninjs.PROFILE == json_brief.SCHEMA
