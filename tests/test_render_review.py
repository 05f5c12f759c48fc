"""What every format tells of an article's standing, its review and its versions: at its beginning, in full, and as text only."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import docx
import jsonschema
import pytest
from briefs import (
    AT,
    HOSTILE,
    LATER,
    LINA,
    SAMI,
    edited_brief,
    flagged_brief,
    hostile_brief,
    standing,
    updated_brief,
    worked_on,
)
from markdown_it import MarkdownIt
from test_render import SCHEMA
from test_render_docx import lines
from test_render_html import Parsed, inert

from trans.brief import Brief, Reopened, Review, Spot, Update, Version
from trans.render import RENDERERS, copies, html, markdown, ninjs, review, word
from trans.render import json as json_brief
from trans.render.labels import MACHINE_BANNER, UNREVIEWED
from trans.render.status import Place

KILLED = "KILLED: its publisher has taken it back. Use nothing of it."
EMBARGO = "usable, embargoed until 2026-03-01T12:00:00+03:00"
REVIEWED = f"Reviewed by {SAMI}, 2026-03-02 10:00 UTC+03:00."
EDITS = f"Edited in 3 places, by {SAMI} and {LINA}."
MARK = f"[translation reviewed by {SAMI}]"
UPDATED = "Updated: paragraphs 2 and 3 changed; paragraph 6 is new; 1 paragraph was taken out; the headline changed."


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    return flagged_brief(monkeypatch)


def shown(brief: Brief) -> str:
    """The text of the page, with single spaces."""
    return " ".join(Parsed(html.render(brief)).shown.split())


def document(brief: Brief) -> list[str]:
    return lines(docx.Document(BytesIO(word.render(brief))))


def item(brief: Brief) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(ninjs.render(brief))
    return loaded


def memory(brief: Brief) -> Element:
    return fromstring(RENDERERS["tmx"](brief))  # noqa: S314  what we wrote ourselves


# How an article stands


@pytest.mark.parametrize(
    ("status", "headline", "first"),
    [
        ("canceled", "", [KILLED]),
        ("withheld", "", ["WITHHELD: its publisher has not released it. Don't publish it."]),
        (EMBARGO, "", ["EMBARGOED: until 2026-03-01 12:00 UTC+03:00"]),
        ("embargoed", "", ["EMBARGOED: its source doesn't say until when."]),
        (None, "تصحيح: ", ["CORRECTION: something in an earlier version or story was wrong."]),
        (
            EMBARGO,
            "إلغاء: ",
            ["EMBARGOED: until 2026-03-01 12:00 UTC+03:00", "KILL NOTICE: its agency takes back a story."],
        ),
        ("usable", "", []),
    ],
)
def test_how_an_article_stands_comes_first_in_every_format(
    status: str | None, headline: str, first: list[str], brief: Brief
) -> None:
    told = standing(edited_brief(brief), status, headline)
    page = shown(told).removeprefix(shown(told).partition("Skip to the text ")[0] + "Skip to the text ")
    texts = [
        page,
        markdown.render(told).decode(),
        "\n".join(document(told)),
        item(told)["edNote"],
        copies.summary(told),
    ]
    notes = [one.text for one in memory(told).iterfind("header/note")]
    for text in (*texts, "\n".join(map(str, notes))):
        found = " ".join(re.sub(r"[*>]", "", text).split())
        places = [found.index(one) for one in first]
        assert places == sorted(places)
        assert places[:1] == [0] * len(first[:1])
    assert ('class="banner notice' in html.render(told).decode()) == bool(first)


@pytest.mark.parametrize(
    ("status", "headline", "asked"),
    [
        ("canceled", "", "Use nothing of it."),
        (None, "إلغاء: ", "Find the story that it takes back, and use nothing of that."),
        (None, "تصحيح: ", "Find what it corrects."),
    ],
)
def test_beside_a_notice_nothing_says_that_nothing_was_found(
    status: str | None, headline: str, asked: str, brief: Brief
) -> None:
    told = standing(replace(brief, flags=()), status, headline)
    page = html.render(told).decode()
    assert 'class="status clean"' not in page
    assert f'<p class="status todo">{asked}' in page
    assert asked in markdown.render(told).decode().splitlines()
    assert asked in document(told)
    assert asked in [one.text for one in memory(told).iterfind("header/note")]
    assert status or asked in item(told)["edNote"].splitlines()
    for render in (html.render, markdown.render, ninjs.render, RENDERERS["tmx"]):
        assert "No error" not in render(told).decode()
    assert not any("No error" in line for line in document(told))


def test_the_tab_of_a_killed_article_says_so(brief: Brief) -> None:
    (title,) = re.findall("<title>(.*?)</title>", html.render(standing(brief, "canceled")).decode())
    assert title == "KILLED: Ministry announces new water plan"
    assert "KILLED" in word_foot(standing(brief, "canceled"))


def word_foot(brief: Brief) -> str:
    return str(docx.Document(BytesIO(word.render(brief))).sections[0].footer.paragraphs[0].text)


def test_nothing_of_a_killed_article_is_copied_or_sent_on_and_its_text_stays_to_be_read(brief: Brief) -> None:
    killed = standing(edited_brief(brief), "canceled")
    page = Parsed(html.render(killed))
    assert "data-copy" not in {name for _, name, _ in page.attributes}
    assert json.loads(page.texts("script")[0]) == {}
    assert all(one.target in page.shown for _, _, passage in killed.parts() for one in passage.sentences)
    found = item(killed)
    assert found["pubStatus"] == found["associations"][0]["pubStatus"] == "canceled"
    assert not {"headlines", "descriptions", "bodies"} & set(found)
    everything = json.dumps(found, ensure_ascii=False)
    for _, _, passage in killed.parts():
        assert passage.target not in everything
        assert passage.source not in everything
    assert found["uri"] == item(brief)["uri"]
    assert not list(memory(killed).iter("tu"))
    assert json.loads(RENDERERS["jsonl"](killed))["source"]["metadata"]["status"] == "canceled"


@pytest.mark.parametrize("status", ["retracted", "Killed", "ملغى", "withheld", "future"])
def test_what_may_not_be_published_no_setting_and_no_review_frees(status: str, brief: Brief) -> None:
    usable = replace(edited_brief(brief), provenance=replace(brief.provenance, pub_status="usable"))
    assert item(usable)["pubStatus"] == "usable"
    assert item(standing(usable, status))["pubStatus"] in ("withheld", "canceled")


# Review


def test_a_reviewed_brief_says_by_whom_and_when_in_every_format(brief: Brief) -> None:
    done = edited_brief(brief)
    told = f"{REVIEWED} {EDITS}"
    assert told in shown(done)
    assert f"> {told}" in markdown.render(done).decode().splitlines()
    assert document(done)[:2] == [MARK, told]
    assert word_foot(done).startswith(MARK)
    assert item(done)["by"] == REVIEWED
    assert item(done)["edNote"].splitlines()[0] == REVIEWED
    assert memory(done).findtext("header/note") == REVIEWED
    for copied in (copies.summary(done), copies.translation(done)):
        assert copied.startswith(MARK)
    for name, render in RENDERERS.items():
        if name not in ("docx",):  # of which the text is looked at above
            data = render(done).decode()
            assert MACHINE_BANNER not in data
            assert UNREVIEWED not in data


@pytest.mark.parametrize(
    ("at", "is_later"),
    [
        ("2026-03-02T10:00:01+03:00", True),
        ("2026-03-02T07:00:01Z", True),  # the same time elsewhere
        (LATER, False),  # corrected and reviewed within a second
        ("2026-03-02T09:59:00+00:00", True),
        ("2026-03-02T06:59:00+00:00", False),
        ("once", False),
    ],
)
def test_a_review_is_not_said_to_be_of_what_was_edited_since(at: str, is_later: bool, brief: Brief) -> None:
    done = edited_brief(brief)
    (sentence,) = done.headline.sentences
    assert sentence.edit
    late = replace(sentence, edit=replace(sentence.edit, by="Cem", at=at))
    done = replace(done, headline=replace(done.headline, sentences=(late,)))
    since = "; edited since by Cem" if is_later else ""
    told, mark = f"{REVIEWED[:-1]}{since}.", f"{MARK[:-1]}{since}]"
    assert f"{told} Edited in 3 places" in shown(done)
    assert ('class="banner reviewed"' in html.render(done).decode()) == (not is_later)
    assert any(line.startswith(f"> {told} ") for line in markdown.render(done).decode().splitlines())
    assert document(done)[0] == mark
    assert document(done)[1].startswith(told)
    assert item(done)["by"] == item(done)["edNote"].splitlines()[0] == told
    assert memory(done).findtext("header/note") == told
    assert copies.summary(done).startswith(mark)
    units = memory(done).findall("body/tu")
    seen = [unit.find("prop[@type='x-reviewed-by']") is not None for unit in units]
    assert seen == [not is_later, *([True] * (len(units) - 1))]
    assert ('changeid="' in RENDERERS["tmx"](done).decode().partition("</tu>")[0]) == (not is_later)


def test_a_brief_that_was_edited_and_not_reviewed_says_so(brief: Brief) -> None:
    edited = replace(edited_brief(brief), review=Review("e" * 64))
    assert f"{MACHINE_BANNER} {EDITS}" in shown(edited)
    assert copies.summary(edited).startswith(UNREVIEWED)


def test_what_an_editor_wrote_stands_with_the_machines_text_beside_it(brief: Brief) -> None:
    done = edited_brief(brief)
    page = html.render(done).decode()
    assert 'id="e-p2-2"' in page
    assert '<a class="mark edited" href="#e-p2-2">edited</a>' in page
    machine = "He added that the project would serve three cities."
    by = f"by {SAMI} on 2026-03-02 09:10 UTC+03:00"
    assert f"Sentence 2: edited {by} The machine had: {machine}" in shown(done)
    assert f"Headline: edited {by} The machine had: Ministry announces new water plan" in shown(done)
    assert f"Summary: edited by {LINA} on 2026-03-02 09:10 UTC+03:00" in shown(done)
    text = markdown.render(done).decode()
    assert "### Edited (3)" in text
    assert f"- [paragraph 2](#p2), sentence 2: {by}; the machine had:\n  <div>{machine}</div>" in text
    assert "He said that &lt;work&gt; begins in May. ✎" in text
    assert f"paragraph 2, sentence 2: {by}; the machine had {machine}" in document(done)
    comments = docx.Document(BytesIO(word.render(done))).comments
    assert f"Edited: {by}; the machine had:" in [comment.text.split("\n")[0] for comment in comments]


def test_a_dismissed_flag_is_folded_away_with_its_reason(brief: Brief) -> None:
    done = edited_brief(brief)
    (fold,) = re.findall(r"<details><summary>1 dismissed</summary>.*?</details>", html.render(done).decode(), re.DOTALL)
    told = " ".join(Parsed(fold.encode()).shown.split())
    assert told.startswith("1 dismissed Error in paragraph 1, sentence 2: The Arabic says 300 million")
    assert told.endswith(f"dismissed by {LINA} on 2026-03-02 09:10 UTC+03:00: A printing error in the Arabic")
    assert 'data-dismissed="0"' in fold
    assert "sentence 2: The Arabic says 300" not in shown(done).replace(told, "")
    assert (
        f"(dismissed by {LINA} on 2026-03-02 09:10 UTC+03:00: A printing error in the Arabic)"
        in markdown.render(done).decode()
    )
    assert any(line.startswith("Error in paragraph 1, sentence 2: ") and "printing" in line for line in document(done))


def test_what_holds_no_longer_is_told_where_flags_are(brief: Brief) -> None:
    again = updated_brief(brief)
    since = f"its text has changed since it was reviewed by {SAMI} on 2026-03-02 10:00 UTC+03:00."
    assert f"Machine translation, unreviewed: {since} 4 reopened" in shown(again)
    reasons = [review.why_reopened(one) for one in review.reopened(again)]
    texts = (shown(again), markdown.render(again).decode(), "\n".join(document(again)), item(again)["edNote"])
    assert all(reason in text for text in texts for reason in reasons)
    for text in texts[:3]:
        assert "وقال الوزير قبل ذلك" in text
        assert "The minister said before" in text
    page = html.render(again).decode()
    assert [int(number) for number in re.findall('data-reopened="(.)"', page)] == [0, 1, 2, 3]
    assert copies.summary(again).startswith(UNREVIEWED)


@pytest.mark.parametrize(
    ("received", "created"),
    [
        ("2026-03-01T11:06:00+00:00", "2026-03-02T10:00:00+03:00"),
        ("2026-03-02T07:00:01+00:00", "2026-03-02T07:00:01+00:00"),
        (None, "2026-03-02T10:00:00+03:00"),
    ],
)
def test_an_item_that_editors_were_at_is_newer_than_the_one_before(
    received: str | None, created: str, brief: Brief
) -> None:
    done = edited_brief(brief)
    metadata = replace(done.article.metadata, received=received)
    found = item(replace(done, article=replace(done.article, metadata=metadata)))
    assert found["versionCreated"] == created
    assert "An editor changed this item last on 2026-03-02 10:00 UTC+03:00." in found["edNote"].splitlines()
    assert "the source's" not in found["edNote"]
    for at in ("yesterday", "2026-03-02T10:00:00"):
        assert review.last_change(replace(brief, review=Review("", SAMI, at))) == ""


# Versions


def test_an_update_is_told_and_its_sentences_are_marked(brief: Brief) -> None:
    new = updated_brief(brief)
    for text in (shown(new), "\n".join(document(new)), item(new)["edNote"]):
        assert UPDATED in text
    assert (
        "Updated: paragraphs [2](#p2) and [3](#p3) changed; paragraph [6](#p6) is new" in markdown.render(new).decode()
    )
    page = html.render(new).decode()
    for place in ("h-1", "p2-2", "p6-1", "p6-2"):
        assert re.search(f'<span class="s[^"]* new" id="{place}"', page)
    assert (
        page.count('class="mark new">changed</span>') == 3
    )  # the headline, a sentence, a paragraph with none that is new
    assert page.count('class="mark new">new</span>') == 1
    text = markdown.render(new).decode()
    assert "<ins>He added that the project would serve three cities.</ins>" in text
    assert '<td id="p3">3<br>changed</td>' in text
    underlined = [run.text for part in docx.Document(BytesIO(word.render(new))).tables for row in part.rows
                  for cell in row.cells for one in cell.paragraphs for run in one.runs if run.underline]  # fmt: skip
    assert "He added that the project would serve three cities." in underlined
    assert "The minister said that work would begin in the spring." in underlined  # of paragraph 6


@pytest.mark.parametrize(
    ("update", "told"),
    [
        (Update(2, changed=(7,), spots=(Spot("paragraph", 7, 2),)), "Changed in this version"),
        (Update(2, changed=(7,)), "Changed in this version"),
        (Update(2, added=(7,), spots=(Spot("paragraph", 7, 2), Spot("paragraph", 7, 3))), "New in this version"),
    ],
)
def test_a_table_says_under_it_what_is_new_for_its_cells_have_no_room(update: Update, told: str, brief: Brief) -> None:
    page = html.render(replace(brief, update=update)).decode()
    assert page.count(f'<li class="repair">{told}</li>') == 1
    assert "in this version" not in html.render(brief).decode()


@pytest.mark.parametrize(("identity", "above"), [("a.txt", "./"), ("a/b.txt", "../"), ("a/b/c.jsonl/7", "../../../")])
def test_earlier_versions_are_linked_from_where_the_brief_lies(identity: str, above: str, brief: Brief) -> None:
    new = updated_brief(brief)
    moved = replace(new, article=replace(new.article, id=identity))
    address = f"{above}.trans/versions/a%20b/2.json"
    assert next(review.versions(moved)) == ("the one before", address)
    assert [name for name, _ in review.versions(moved)] == ["the one before", "2 before"]
    assert f'href="{address}"' in html.render(moved).decode()
    assert f"[the one before](<{address}>)" in markdown.render(moved).decode()


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "//example.org/x", "a/./b", "", "a//b"])
def test_a_version_outside_the_folder_is_no_link(file: str, brief: Brief) -> None:
    assert not list(review.versions(replace(brief, update=Update(2, versions=(Version(1, "a" * 64, file),)))))


@pytest.mark.parametrize("file", ["javascript:alert(1)", "data:text/html,x", "\\\\example.org\\x", 'a"b>', "https:x"])
def test_no_version_leads_out_of_the_folder(file: str, brief: Brief) -> None:
    ((_, address),) = review.versions(replace(brief, update=Update(2, versions=(Version(1, "a" * 64, file),))))
    assert re.fullmatch(r"\./[\w.%,/-]+", address)


def test_numbers_of_an_update_lead_to_paragraphs_that_are_there(brief: Brief) -> None:
    update = Update(2, changed=(1, 2, 3, 99), added=(5,), removed=2)
    pieces = review.updated_pieces(replace(brief, update=update))
    assert "".join(text for text, _ in pieces).startswith("Updated: paragraphs 1–3, 99 changed; paragraph 5 is new; 2 ")
    assert [number for _, number in pieces if number] == [1, 3, 5]


def test_marks_of_parts_are_those_that_no_sentence_has(brief: Brief) -> None:
    told = Update(2, True, (1, 2), (3,), 0, (Spot("paragraph", 1, 1), Spot("paragraph", 3, 1)))
    marks = review.marks(replace(brief, update=told))
    assert marks.parts == {Place("headline"): "changed", Place("paragraph", 2): "changed", Place("paragraph", 3): "new"}
    assert marks.spots == {Place("paragraph", 1, 1), Place("paragraph", 3, 1)}


# All of it


def test_the_record_holds_all_of_it_and_gives_it_back(brief: Brief) -> None:
    whole = worked_on(brief)
    data = json_brief.render(whole)
    jsonschema.validate(json.loads(data), SCHEMA)
    again = json_brief.read(data)
    assert (again.review, again.update) == (whole.review, whole.update)
    assert json_brief.render(again) == data
    for name, render in RENDERERS.items():
        assert render(again) == render(whole), name


def test_a_brief_without_any_of_it_has_no_trace_of_it(brief: Brief) -> None:
    assert not {"review", "update"} & set(json_brief.document(brief))
    page = html.render(brief).decode()
    body = page[page.index("<body>") : page.index("<script")]
    assert not re.search("edited|dismissed|reopened|Updated|Reviewed|notice", body)


def test_every_flag_and_name_can_be_told_from_its_element(brief: Brief) -> None:
    page = html.render(brief).decode()
    numbers = {int(number) for number in re.findall(r'data-flag="(\d+)"', page)}
    grouped = {int(number) for several in re.findall('data-flags="([^"]+)"', page) for number in several.split()}
    assert grouped == set(range(len(brief.flags)))
    assert numbers == {number for number, flag in enumerate(brief.flags) if flag.severity != "info"}
    for number in numbers:
        (element,) = re.findall(rf'<li class="flag[^>]*data-flag="{number}">.*?</li>', page)
        assert brief.flags[number].severity.capitalize() in element
    named = len(html.context(brief)["names"])
    assert [int(number) for number in re.findall(r'<tr data-name="(\d+)"', page)] == list(range(named))


def test_every_link_leads_somewhere(brief: Brief) -> None:
    parsed = Parsed(html.render(worked_on(brief)))
    names = parsed.values("id")
    assert len(set(names)) == len(names)
    inner = {value[1:] for value in parsed.values("href") if value.startswith("#")}
    assert inner | set(parsed.values("aria-describedby")) <= set(names)


@pytest.mark.parametrize("left", [worked_on, edited_brief])
def test_what_editors_and_other_tools_wrote_is_shown_as_text(left: Callable[[Brief], Brief], brief: Brief) -> None:
    harmless = html.render(hostile_brief(left(brief), "harmless"))
    for evil in HOSTILE:
        inert(html.render(hostile_brief(left(brief), evil)), harmless)
    hostile = hostile_brief(left(brief), *HOSTILE)
    assert memory(hostile).find("body") is not None
    assert "alert(1)" in "".join(document(hostile))
    made = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown.render(hostile).decode())
    assert not re.search(r'<(?:script|img|svg|style|textarea)|href="(?!#|\.{1,2}/)', made)
    jsonschema.validate(json.loads(json_brief.render(hostile)), SCHEMA)


def test_a_translation_memory_tells_people_from_machines(brief: Brief) -> None:
    units = {unit.get("tuid"): unit for unit in memory(edited_brief(brief)).iter("tu")}
    edited, other = units["paragraph2-2"].findall("tuv")[1], units["paragraph2-1"].findall("tuv")[1]
    by = {"changeid": SAMI, "changedate": "20260302T070000Z"}
    assert {name: value for name, value in edited.items() if "}" not in name} == {
        "creationid": SAMI, "creationdate": "20260302T061000Z", **by,
    }  # fmt: skip
    assert {name: value for name, value in other.items() if "}" not in name} == {"creationid": "MT!", **by}
    told = {one.get("type"): one.text for one in units["paragraph2-2"].findall("prop")}
    assert (told["x-edited-by"], told["x-reviewed-by"]) == (SAMI, SAMI)
    assert "x-machine-translation" not in told
    assert {one.get("type"): one.text for one in units["paragraph2-1"].findall("prop")}[
        "x-machine-translation"
    ] == "reviewed"


@pytest.mark.parametrize("at", ["yesterday", "2026-03-02T09:10:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_is_left_out_of_a_translation_memory(at: str, brief: Brief) -> None:
    units = memory(replace(brief, review=Review("", SAMI, at))).iter("tu")
    assert all(unit.findall("tuv")[1].get("changedate") is None for unit in units)


def test_an_editor_without_a_name_is_an_editor(brief: Brief) -> None:
    assert review.mark(replace(brief, review=Review("", "", LATER))) == "[translation reviewed by an editor]"
    assert review.why_reopened(Reopened("summary", "Ann", AT)).startswith("A summary written by Ann on 2026-03-02")
    assert review.why_reopened(Reopened("name", " ", AT)).startswith("A name corrected by an editor on 2026-03-02")
