"""The desk in a real browser: corrections, flags, names, reviews; two editors; a server that goes away; another origin."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from browser import NARROW, WIDE, axe
from browser import served as folder_served
from desks import BRIEF, english_of, log, served
from desks import made as made
from desks import out as out
from fakes import FakeEngine, FakeModels
from running import run
from texts import HEADLINE, LEAD, SECOND, THIRD, english

from trans.desk.security import Gate
from trans.glossary_file import load
from trans.render import json as json_brief

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

Opens = Callable[..., "Page"]
WRONG = "The Ministry of Water today announced a new plan to desalinate seawater at a cost of 800 million dollars."
RIGHT = WRONG.replace("800", "300")


@pytest.fixture
def opens(chromium: "Browser") -> Iterator[Opens]:
    """Open a brief at a desk in a profile of its own, as an editor who has given a name or, with none, hasn't yet.

    The test fails if a page writes an error, or asks any other server; what the server refuses a browser writes down too.
    """
    contexts, problems = list["BrowserContext"](), list[str]()

    def on_console(message: "ConsoleMessage") -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            problems.append(message.text)

    def opened(address: str, gate: Gate, name: str = "Sami", page: str = f"/brief/{BRIEF}") -> "Page":
        def on_request(request: "Request") -> None:
            if not request.url.startswith((f"{address}/", "data:")):
                problems.append(request.url)

        context = chromium.new_context(viewport={"width": WIDE["width"], "height": WIDE["height"]})
        contexts.append(context)
        if name:
            context.add_init_script(f"localStorage.setItem('trans-desk name', '{name}')")
        tab = context.new_page()
        tab.on("pageerror", lambda error: problems.append(f"error: {error}"))
        tab.on("dialog", lambda dialog: problems.append(f"dialog: {dialog.message}"))
        tab.on("console", on_console)
        context.on("request", on_request)
        tab.goto(f"{address}/?token={gate.token}")
        assert "token" not in tab.url
        tab.goto(f"{address}{page}")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not problems, problems


def said(tab: "Page", text: str) -> None:
    tab.locator("#said", has_text=text).wait_for()


def test_a_sentence_is_corrected_with_the_keyboard_alone(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk, name="")
        for _ in range(tab.locator("[data-flagged]").count()):
            if tab.evaluate("document.activeElement.id") != "p2-1":
                tab.keyboard.press("n")
        tab.keyboard.press("e")
        field = tab.get_by_role("textbox", name="English")
        assert field.input_value() == WRONG
        assert tab.locator(".desk-form .original").inner_text() == LEAD
        assert axe(tab) == []
        tab.keyboard.press("Control+a")
        tab.keyboard.type(RIGHT)
        tab.keyboard.press("Control+Enter")
        # Asked for once: the login name is what it begins with.
        assert tab.get_by_role("textbox", name="Name").input_value() == "Nobody"
        assert axe(tab) == []
        tab.keyboard.type("Rana")
        tab.keyboard.press("Enter")
        said(tab, "Saved.")
        assert tab.locator("#p2-1").inner_text() == RIGHT
        assert tab.evaluate("document.activeElement.id") == "p2-1"
        assert tab.locator("#p2 .mark.edited").is_visible()
        assert english_of(out, LEAD) == [RIGHT]
        assert [event.by for event in log(out)] == ["Rana"]
        tab.keyboard.press("r")
        said(tab, "Marked reviewed.")
        assert "Reviewed by Rana" in tab.locator(".banner.reviewed").inner_text()
        tab.set_viewport_size({"width": NARROW["width"], "height": NARROW["height"]})
        assert tab.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_the_key_that_asks_for_a_name_is_no_letter_of_it(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk, name="")
        tab.keyboard.press("r")
        assert tab.get_by_role("textbox", name="Name").input_value() == "Nobody"
        tab.keyboard.press("Enter")
        said(tab, "Marked reviewed.")


def test_enter_takes_the_name_and_asks_no_second_time(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk, name="")
        tab.get_by_role("button", name="Who are you?").press("Enter")
        tab.get_by_role("textbox", name="Name").fill("Rana")
        tab.keyboard.press("Enter")
        tab.get_by_role("button", name="Editor: Rana").wait_for()
        assert not tab.evaluate("document.getElementById('ask-name').open")


def test_the_mouse_does_it_too_and_the_machine_can_have_it_back(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk)
        tab.locator("#h-1").hover()
        tab.get_by_role("button", name="Edit: Ministry").click()
        tab.get_by_role("textbox", name="English").fill("Water: a plan")
        tab.get_by_role("button", name="Save").click()
        said(tab, "Saved.")
        assert english_of(out, HEADLINE) == ["Water: a plan"]
        tab.locator("#h-1").hover()
        tab.get_by_role("button", name="Edit: Water").click()
        tab.get_by_role("button", name="Back to the machine's").click()
        said(tab, "Here is the machine's text again.")
        assert english_of(out, HEADLINE) == ["Ministry announces new water plan"]
        # A summary is corrected as a whole.
        tab.locator('#s1 [data-s^="s1-"]').first.focus()
        tab.keyboard.press("e")
        tab.get_by_role("textbox", name="English").fill("In short: water.")
        tab.keyboard.press("Control+Enter")
        said(tab, "Saved.")
        assert tab.locator("#s1").inner_text().startswith("In short: water.")


def test_of_two_editors_the_second_sees_both_texts(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        first, second = opens(*desk), opens(*desk, name="Rana")
        for tab, text in ((first, "What Sami wrote."), (second, "What Rana wrote.")):
            tab.locator("#p2-1").focus()
            tab.keyboard.press("e")
            tab.get_by_role("textbox", name="English").fill(text)
        first.keyboard.press("Control+Enter")
        said(first, "Saved.")
        second.keyboard.press("Control+Enter")
        second.get_by_text("Here stands now:").wait_for()
        assert second.locator(".theirs q").inner_text() == "What Sami wrote."
        assert "Sami has changed this" in second.locator(".trouble").inner_text()
        assert second.get_by_role("textbox", name="English").input_value() == "What Rana wrote."
        assert axe(second) == []
        assert english_of(out, LEAD) == ["What Sami wrote."]
        # It outlives a reload, and is only saved when Rana wants it.
        second.reload()
        assert second.get_by_role("textbox", name="English").input_value() == "What Rana wrote."
        second.get_by_role("button", name="Save").click()
        said(second, "Saved.")
        assert english_of(out, LEAD) == ["What Rana wrote."]
        assert [event.kind for event in log(out)] == ["corrected", "conflict", "corrected"]


def test_what_is_typed_survives_a_reload_and_a_server_that_is_gone(out: Path, opens: Opens) -> None:
    with served(out) as (address, gate):
        tab = opens(address, gate)
        tab.locator("#p3-1").focus()
        tab.keyboard.press("e")
        tab.get_by_role("textbox", name="English").fill("Typed, not saved.")
        tab.reload()
        assert tab.get_by_role("textbox", name="English").input_value() == "Typed, not saved."
        assert "not saved yet" in tab.locator(".trouble").inner_text()
    tab.get_by_role("button", name="Save").click()
    tab.get_by_text("The desk can't be reached").wait_for()
    assert tab.get_by_role("textbox", name="English").input_value() == "Typed, not saved."
    with served(out, port=gate.port) as (address, newer):  # with a token of its own
        tab.get_by_role("button", name="Save").click()
        tab.get_by_text("This address is of an earlier start of the desk.").wait_for()
        tab.goto(f"{address}/?token={newer.token}")
        tab.goto(f"{address}/brief/{BRIEF}")
        tab.get_by_role("button", name="Save").click()
        said(tab, "Saved.")
        assert [event.new for event in log(out)] == ["Typed, not saved."]
        tab.reload()
        assert tab.locator(".desk-form").count() == 0


def test_what_is_typed_follows_to_a_version_in_another_file(
    tmp_path: Path, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels(FakeEngine(english)).install(monkeypatch)
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()

    def came(name: str, version: str, *paragraphs: str) -> str:
        item: dict[str, Any] = {"uri": "urn:example:7", "version": version, "headlines": [{"value": HEADLINE}]}
        item["bodies"] = [{"value": "\n\n".join(paragraphs)}]
        (inputs / name).write_text(json.dumps({**item, "standard": {"name": "ninjs"}}), encoding="utf-8")
        assert run(inputs, out, formats=("html",)).code == 0
        (brief,) = (out / name).glob("*.json")
        return f"/brief/{quote(json_brief.read(brief.read_bytes()).article.id, safe='')}"

    first = came("1.json", "1", LEAD, THIRD, SECOND)
    with served(out) as (address, gate):
        tab = opens(address, gate, page=first)
        for place in ("p2-1", "p3-1"):
            tab.locator(f"#{place}").focus()
            tab.keyboard.press("e")
            tab.locator(f".row:has(#{place}) textarea").fill(f"Typed at {place}.")
        second = came("2.json", "2", LEAD, SECOND)
        assert second != first
        tab.goto(f"{address}{second}")
        field = tab.get_by_role("textbox", name="English")
        assert field.input_value() == "Typed at p3-1."
        assert tab.locator(".row:has(#p2-1) textarea").count() == 1
        assert tab.locator("#drafts").is_visible()
        assert tab.locator("#drafts q").all_inner_texts() == ["Typed at p2-1."]
        tab.reload()
        assert field.input_value() == "Typed at p3-1."
        tab.get_by_role("button", name="Save").click()
        said(tab, "Saved.")
        assert [event.new for event in log(out)] == ["Typed at p3-1."]


def test_escape_does_not_throw_away_what_is_typed_at_once(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk)
        tab.locator("#p2-1").focus()
        tab.keyboard.press("e")
        tab.keyboard.type("More. ")
        tab.keyboard.press("Escape")
        assert "Cancel again" in tab.locator(".trouble").inner_text()
        tab.keyboard.press("Escape")
        assert tab.locator(".desk-form").count() == 0
        assert tab.evaluate("document.activeElement.id") == "p2-1"
        tab.reload()
        assert tab.locator(".desk-form").count() == 0
        assert log(out) == []


def test_a_flag_is_dismissed_with_a_reason_and_taken_up_again(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk)
        tab.locator("#p2").get_by_role("button", name="Dismiss: Error").press("Enter")
        tab.keyboard.press("Enter")
        assert "no reason" in tab.locator(".trouble").inner_text()
        assert axe(tab) == []
        tab.keyboard.type("<b>The agency</b> corrected it")
        tab.keyboard.press("Enter")
        said(tab, "Dismissed.")
        assert tab.locator("#p2 .flag").count() == 0
        tab.get_by_text("1 dismissed").click()
        told = tab.locator("[data-dismissed]")
        assert "dismissed by Sami" in told.inner_text()
        assert "<b>The agency</b> corrected it" in told.inner_text()
        told.get_by_role("button", name="Take up again").click()
        said(tab, "The flag is there again.")
        assert tab.locator("#p2 .flag").count() == 1


def test_a_name_is_corrected_and_goes_to_the_glossary_with_one_click(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk)
        row = tab.locator("tr[data-name]", has_text="دمشق")
        row.get_by_role("button", name="Correct").click()
        assert axe(tab) == []
        tab.get_by_role("textbox", name="is written").fill("Dimashq")
        tab.get_by_role("textbox", name="should be").fill("Damascus")
        tab.keyboard.press("Enter")
        said(tab, "The name is corrected.")
        assert "Dimashq" not in tab.locator("#p1 .en").inner_text()
        row = tab.locator("tr[data-name]", has_text="دمشق")
        assert "Damascus" in row.inner_text()
        row.get_by_role("button", name="To the glossary").click()
        said(tab, "Added to")
        (term,) = load(out / ".trans" / "glossary.csv", starter=False).terms
        assert (term.ar, term.en) == ("دمشق", "Damascus")
        # From a sentence, a form asks for both.
        tab.locator("#p2-1").focus()
        tab.keyboard.press("e")
        tab.get_by_role("button", name="Add a term").click()
        tab.get_by_role("textbox", name="Arabic").fill("تحلية")
        asked = tab.get_by_role("group", name="Add to the glossary")
        asked.get_by_role("textbox", name="English").fill("desalination")
        tab.keyboard.press("Enter")
        asked.wait_for(state="detached")
        assert len(load(out / ".trans" / "glossary.csv", starter=False).terms) == 2


def test_the_index_leads_to_the_briefs_and_back(out: Path, opens: Opens) -> None:
    with served(out) as desk:
        tab = opens(*desk, page="/")
        assert axe(tab) == []
        tab.get_by_role("link", name="Ministry announces").first.click()
        tab.get_by_role("link", name="All briefs").click()
        tab.get_by_role("heading", name="Briefs", exact=True).wait_for()
        tab.get_by_label("Search all texts").fill("دمشق")
        tab.keyboard.press("Enter")
        tab.locator("mark").first.wait_for()
        assert axe(tab) == []
        tab.get_by_role("link", name="paragraph 1").first.click()
        assert tab.url.startswith(f"{desk[0]}/brief/{BRIEF}#p1-")
        tab.goto(f"{desk[0]}/brief/none")
        assert tab.get_by_role("heading").inner_text() == "There is nothing here."


def test_a_page_of_another_origin_gets_nothing_and_changes_nothing(out: Path, chromium: "Browser") -> None:
    """A hostile page on another port of the same host, in the browser that has the desk's cookie."""
    evil = out.parent / "evil"
    evil.mkdir()
    (evil / "evil.html").write_text("<!doctype html><title>evil</title><iframe></iframe>", encoding="utf-8")
    attack = """async ([address, brief]) => {
        const body = JSON.stringify({kind: "unreviewed", article: brief, by: "Eve"});
        const tried = [];
        const send = (more) => fetch(address + "/api/events", {method: "POST", body, credentials: "include", ...more})
            .then((answer) => tried.push(answer.status), () => tried.push("refused"));
        await send({mode: "no-cors"});
        await send({headers: {"Content-Type": "application/json", "X-Trans-Desk": "1"}});
        await fetch(address + "/brief/" + brief, {credentials: "include"})
            .then(async (answer) => tried.push(await answer.text()), () => tried.push("refused"));
        const frame = document.querySelector("iframe");
        await new Promise((done) => { frame.onload = done; frame.src = address + "/brief/" + brief; });
        try { tried.push(frame.contentDocument?.title ?? "refused"); } catch { tried.push("refused"); }
        return tried;
    }"""
    with served(out) as (address, gate), folder_served(evil, "http") as elsewhere:
        context = chromium.new_context()
        tab = context.new_page()
        tab.goto(f"{address}/?token={gate.token}")
        tab.goto(f"{elsewhere}/evil.html")
        tried = tab.evaluate(attack, [address, BRIEF])
        context.close()
    assert tried == ["refused"] * 4
    assert log(out) == []
