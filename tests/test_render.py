"""Briefs as bytes: the JSON holds everything and fits its schema, the Markdown shows all text as text."""

import hashlib
import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from briefs import hostile_brief
from fakes import FakeEngine, FakeModels, fake_english
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from texts import LEAD, SECOND, article, english, long_article

from trans import checks, glossary_file, names
from trans.api import Translator
from trans.article import Metadata
from trans.brief import Brief, Repair
from trans.render import RENDERERS, markdown
from trans.render import json as json_brief
from trans.render.labels import MACHINE_BANNER

GOLDEN = Path(__file__).parent / "golden"
SCHEMA = json.loads((resources.files("trans.render") / "brief.schema.json").read_text(encoding="utf-8"))


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> Brief:
    FakeModels(FakeEngine(unknown="ء", finished=False)).install(monkeypatch)
    text = article(f"القاهرة (رويترز) - {LEAD}", "- " + SECOND, "A paragraph in English.", f"{LEAD} ماء {SECOND}")
    return Translator("news").brief(text)


def document(brief: Brief) -> dict[str, object]:
    loaded: dict[str, object] = json.loads(json_brief.render(brief))
    return loaded


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_a_brief_fits_the_schema_and_nothing_is_outside_it(brief: Brief) -> None:
    jsonschema.validate(document(brief), SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**document(brief), "surprise": 1}, SCHEMA)


RULES = checks.Rules(glossary=glossary_file.load())


def test_anybody_can_tell_by_the_digest_whether_a_record_was_changed(brief: Brief) -> None:
    data = json_brief.render(brief)
    without = re.sub(rb',\n "digest": "[0-9a-f]{64}"\n}\n\Z', b"\n}\n", data)
    assert json.loads(data)["digest"] == hashlib.sha256(without).hexdigest()
    assert json.loads(without) == json_brief.document(brief)


def test_the_json_gives_the_brief_back(brief: Brief) -> None:
    data = json_brief.render(brief)
    again = json_brief.read(data)
    assert json_brief.render(again) == data
    assert again.article == brief.article
    assert checks.check(again, RULES).flags == brief.flags
    assert markdown.render(again) == markdown.render(brief)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200))
def test_any_text_round_trips_and_fits_the_schema(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FakeModels().install(monkeypatch)
    brief = Translator("news").brief(text)
    data = json_brief.render(brief)
    jsonschema.validate(json.loads(data), SCHEMA)
    assert json_brief.render(json_brief.read(data)) == data
    assert markdown.render(brief).decode()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"schema": "trans.brief/2"}', b'{"schema": "trans.brief/1"}', b"\xff"]
)
def test_what_is_no_brief_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        json_brief.read(data)


def test_paragraphs_stand_side_by_side_in_reading_order(brief: Brief) -> None:
    text = markdown.render(brief).decode()
    rows = [line for line in text.splitlines() if line.startswith("<td")]
    assert rows[0] == '<td id="p1">1</td>'
    assert fake_english(LEAD) in rows[1]
    assert rows[2].startswith('<td dir="rtl" lang="ar">')
    assert LEAD in rows[2]
    assert text.index("## Summary") < text.index("## What to check") < text.index("## Full translation")


def test_the_demo_banner_stands_on_demo_briefs_only(brief: Brief) -> None:
    demo = replace(brief, provenance=replace(brief.provenance, demo=True))
    assert "not a usable translation" in markdown.render(demo).decode()
    assert "not a usable translation" not in markdown.render(brief).decode()
    assert MACHINE_BANNER in markdown.render(brief).decode()


def test_flags_come_worst_first_with_their_place(brief: Brief) -> None:
    severities = [flag.severity for flag in brief.flags]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)
    text = markdown.render(brief).decode()
    assert "- **error**, headline:" in text
    assert "[paragraph 3](#p3)" in text


def test_a_brief_says_which_models_and_licences_made_it(brief: Brief) -> None:
    text = markdown.render(brief).decode()
    assert "Helsinki-NLP/opus-mt-ar-en" in text
    assert "CC BY-NC-SA 4.0" in text


def test_what_an_article_says_of_itself_stands_under_its_headline(brief: Brief) -> None:
    metadata = Metadata(
        published="2026-03-01T14:05:00+03:00",
        received="2026-03-01T11:06:00+00:00",
        url="https://example.org/خبر_(1)",
        status="canceled",
        usage="For *subscribers* only",
    )
    text = markdown.render(replace(brief, article=replace(brief.article, metadata=metadata))).decode()
    assert "Published: <bdi>2026-03-01 14:05 UTC+03:00</bdi> · Received: <bdi>2026-03-01 11:06 UTC</bdi>" in text
    assert r"Status: <bdi>canceled</bdi> · Usage terms: <bdi>For \*subscribers\* only</bdi>" in text
    assert r"Link: [https://example.org/خبر\_(1)](<https://example.org/%D8%AE%D8%A8%D8%B1_(1)>)" in text
    other = replace(metadata, url="javascript:alert(1)")
    text = markdown.render(replace(brief, article=replace(brief.article, metadata=other))).decode()
    assert "Link: <bdi>javascript:alert(1)</bdi>" in text


def test_a_brief_of_before_usage_terms_is_read(brief: Brief) -> None:
    old = document(brief)
    del old["source"]["metadata"]["usage"], old["provenance"]["pub_status"]  # type: ignore[index]
    again = json_brief.read(json.dumps(old).encode())
    assert again.article.metadata.usage is None
    assert again.provenance.pub_status == "withheld"


@pytest.mark.parametrize(
    ("covers", "told"),
    [((1,), "(of paragraph 1"), ((1, 2, 3), "(of paragraphs 1–3"), ((1, 3, 4), "(of paragraphs 1, 3–4")],
)
def test_a_summary_claims_no_paragraph_it_was_not_made_from(brief: Brief, covers: tuple[int, ...], told: str) -> None:
    summary = replace(brief.summaries[0], covers=covers, method="model")
    assert told in markdown.render(replace(brief, summaries=(summary,))).decode()


def test_a_summary_leads_to_the_paragraphs_it_draws_on(brief: Brief) -> None:
    summary = replace(brief.summaries[0], covers=(1, 2, 3), draws_on=(1, 3), method="model")
    text = markdown.render(replace(brief, summaries=(summary,))).decode()
    assert "(of paragraphs 1–3; draws on [1](#p1), [3](#p3))" in text


def test_a_repaired_sentence_shows_its_first_translation(brief: Brief) -> None:
    first, *others = brief.paragraphs
    sentence = replace(first.sentences[-1], repair=Repair("another hypothesis", "The <b>first</b>", ("numbers",)))
    mended = replace(first, sentences=(*first.sentences[:-1], sentence))
    text = markdown.render(replace(brief, paragraphs=(mended, *others))).decode()
    assert "### Translated again (1)" in text
    assert "another hypothesis; the first translation was:\n  <div>The &lt;b&gt;first&lt;/b&gt;</div>" in text


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=1>",
        "</td></tr></table>",
        "# a\n\n- b",
        "`x` | y",
    ],
)
def test_markup_in_an_article_is_shown_as_text(hostile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from markdown_it import MarkdownIt

    FakeModels(FakeEngine(lambda text: f"English {hostile}"), FakeEngine(lambda text: f"ملخص {hostile}")).install(
        monkeypatch
    )
    brief = Translator("news").brief(long_article())
    clean = replace(
        brief, article=replace(brief.article, id=hostile, source=replace(brief.article.source, uri=hostile))
    )
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown.render(clean).decode())
    for tag in ("<script", "<img", 'href="javascript', "<code", "<h1>a", "<li>b"):
        assert tag not in page
    named = len(names.table(brief))
    assert page.count("<table>") == page.count("</table>") == 1 + bool(named)
    assert page.count("</tr>") == len(brief.paragraphs) + 1 + (named + 1 if named else 0)


@pytest.mark.parametrize("form", ["md", "html"])
def test_a_terminal_that_shows_a_brief_obeys_nothing(form: str, brief: Brief) -> None:
    text = RENDERERS[form](hostile_brief(brief, "\x1b[31mred\x1b]0;title\x07")).decode()
    assert "red" in text
    assert "\x1b" not in text
    assert "\x07" not in text


@pytest.mark.parametrize("name", ["brief.json", "brief.md"])
def test_the_golden_brief(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a brief looks like, as a file to read. After an intended change: delete the files, run twice, read the diff."""
    FakeModels(FakeEngine(english)).install(monkeypatch)
    brief = Translator("news").brief(long_article(3))
    golden = replace(brief, provenance=replace(brief.provenance, trans="0"))
    rendered = {"brief.json": json_brief.render, "brief.md": markdown.render}[name](golden)
    path = GOLDEN / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(rendered)
        pytest.fail(f"{path} was not there; it was written: read it and run again")
    assert rendered.decode() == path.read_text(encoding="utf-8")
