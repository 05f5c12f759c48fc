"""TMX: every translated sentence of the article once, in order, beside its Arabic, marked as what a machine made."""

from dataclasses import replace
from xml.etree.ElementTree import Element, fromstring

import pytest
from briefs import HOSTILE, flagged_brief, hostile_brief
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trans.brief import Brief
from trans.render import RENDERERS
from trans.render.direction import plain
from trans.render.labels import DEMO_BANNER, MACHINE_BANNER
from trans.render.status import status

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What TMX 1.4b asks of a header.
REQUIRED = {"creationtool", "creationtoolversion", "segtype", "o-tmf", "adminlang", "srclang", "datatype"}


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


def opened(brief: Brief) -> Element:
    return fromstring(RENDERERS["tmx"](brief))  # noqa: S314  what we wrote ourselves


def pairs(root: Element) -> list[tuple[str | None, ...]]:
    found = []
    for unit in root.iter("tu"):
        variants = unit.findall("tuv")
        assert [one.get(LANG) for one in variants] == ["ar", "en"]
        found.append(tuple(one.findtext("seg") for one in variants))
    return found


def translated(brief: Brief) -> list[tuple[str, str]]:
    """The sentences that somebody who reads the brief sees translated."""
    return [
        (plain(sentence.source).strip(), plain(sentence.target).strip())
        for where, _, passage in brief.parts()
        for sentence in passage.sentences
        if where != "summary" and not sentence.literal and sentence.source.strip() and sentence.target.strip()
    ]


def test_every_translated_sentence_is_a_unit_in_order(brief: Brief) -> None:
    root = opened(brief)
    assert pairs(root) == translated(brief)
    assert len(pairs(root)) > 8
    names = [str(unit.get("tuid")) for unit in root.iter("tu")]
    assert len(set(names)) == len(names)
    assert names[:3] == ["headline-1", "paragraph1-1", "paragraph1-2"]
    assert not any(character.isspace() for name in names for character in name)


def test_bullets_and_what_has_no_translation_are_left_out(brief: Brief) -> None:
    sources = [source for source, _ in pairs(opened(brief))]
    assert "- " not in sources
    assert "-" not in sources
    assert "A paragraph in English." not in sources
    first, *others = brief.paragraphs
    silent = replace(first, sentences=tuple(replace(sentence, target=" ") for sentence in first.sentences))
    assert len(pairs(opened(replace(brief, paragraphs=(silent, *others))))) == len(sources) - len(
        [one for one in first.sentences if not one.literal]
    )


def test_the_header_is_whole_and_holds_no_clock(brief: Brief) -> None:
    root = opened(brief)
    header = root.find("header")
    assert header is not None
    assert root.get("version") == "1.4"
    assert set(header.attrib) == REQUIRED
    assert (header.get("srclang"), header.get("segtype")) == ("ar", "sentence")
    properties = {one.get("type"): one.text for one in header.iter("prop")}
    assert properties["x-sha256"] == brief.article.source.sha256
    assert properties["x-url"] == "https://example.org/a"
    assert properties["x-published"] == "2026-03-01 14:05 UTC+03:00"
    assert properties["x-model-licence"] == "Apache-2.0"
    assert [one.text for one in header.iter("note")] == [MACHINE_BANNER, status(brief)]
    assert RENDERERS["tmx"](brief) == RENDERERS["tmx"](brief)


def test_every_unit_says_that_a_machine_made_it(brief: Brief) -> None:
    demo = opened(replace(brief, provenance=replace(brief.provenance, demo=True)))
    assert DEMO_BANNER in [one.text for one in demo.iter("note")]
    for root, demo_told in ((opened(brief), False), (demo, True)):
        for unit in root.iter("tu"):
            told = {one.get("type"): one.text for one in unit.findall("prop")}
            assert told["x-machine-translation"] == "unreviewed"
            assert ("x-demo" in told) == demo_told
            assert [one.get("creationid") for one in unit.findall("tuv")] == [None, "MT!"]


def test_flags_stand_at_their_sentence_and_notes_do_not(brief: Brief) -> None:
    units = {unit.get("tuid"): unit for unit in opened(brief).iter("tu")}
    flagged = units["paragraph1-2"]
    told = {one.get("type"): one.text for one in flagged.findall("prop")}
    assert "numbers" in str(told["x-error"])
    assert str(flagged.findtext("note")).startswith("error: ")
    serious = [
        flag
        for where, _, passage in brief.parts()
        for sentence in passage.sentences
        for flag in sentence.flags
        if where != "summary" and flag.severity != "info" and not sentence.literal
    ]
    assert sum(len(unit.findall("note")) for unit in units.values()) == len(serious)


@pytest.mark.parametrize("evil", HOSTILE)
def test_a_hostile_article_is_text(evil: str, brief: Brief) -> None:
    hostile = hostile_brief(brief, evil)
    assert pairs(opened(hostile)) == translated(hostile)
    assert b"<!" not in RENDERERS["tmx"](brief)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evil=st.text(min_size=1, max_size=60))
def test_any_text_gives_xml_that_gives_it_back(evil: str, brief: Brief) -> None:
    hostile = hostile_brief(brief, evil)
    assert pairs(opened(hostile)) == translated(hostile)
