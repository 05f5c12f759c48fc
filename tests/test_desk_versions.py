"""A brief that was open at the desk when a newer version of its article took its place, from another file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from desks import Editor, app_of, english_of, log
from fakes import FakeEngine, FakeModels
from test_revision import CHANGED, URI, ninjs, put, run
from texts import LEAD, THIRD, english

FIRST, SECOND = "1.json", "2.json"
GONE = "وقال الوزير إن العمل يبدأ في الربيع."
NEW = "The Ministry of Water announced today a plan to desalinate seawater for 300 million dollars."


@dataclass
class Open:
    """An editor, and what the page of the first version told, which is still open."""

    editor: Editor
    out: Path
    old: str
    targets: dict[str, Any]

    def corrects(self, place: str, arabic: str, new: str) -> Any:
        (told,) = [one for name, one in self.targets.items() if one["ar"] == arabic and name.startswith("p")]
        assert self.targets[place] == told
        about = {name: told[name] for name in ("where", "paragraph", "sentence", "arabic")}
        return self.editor.does("corrected", article=self.old, **about, old=told["en"], new=new)


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    FakeModels(FakeEngine(english)).install(monkeypatch)
    inputs, out = tmp_path / "in", tmp_path / "out"
    inputs.mkdir()
    put(inputs / FIRST, ninjs("1"))
    (old,) = run(inputs, out).outcomes
    editor = Editor(*app_of(out))
    told = editor.told(old)
    assert told["article"] == old
    put(inputs / SECOND, ninjs("2", "وصل الوفد.", LEAD, CHANGED, THIRD))
    run(inputs, out)
    assert not (out / FIRST).exists()
    return Open(editor, out, old, told["targets"])


def test_its_address_shows_the_newer_one_and_that_ones_files(opened: Open) -> None:
    assert opened.editor.told(opened.old)["article"] != opened.old
    page = opened.editor.get(f"/brief/{opened.old}").get_data(as_text=True)
    files = [part.partition('"')[0] for part in page.split('href="')[1:] if part.startswith("/file/")]
    assert len(files) == 3
    for address in (*files, f"/version/1/{opened.old}"):
        assert opened.editor.get(address).status_code == 200, address


def test_a_correction_finds_its_sentence_by_its_arabic(opened: Open) -> None:
    assert opened.corrects("p1-1", LEAD, NEW).get_json() == {"done": True}
    (newer,) = (opened.out / SECOND).glob("*.json")
    assert english_of(newer.parent, LEAD, newer.name) == [NEW]
    (event,) = log(opened.out)
    assert (event.kind, event.item, event.paragraph) == ("corrected", URI, 2)


def test_one_of_arabic_that_is_gone_is_kept(opened: Open) -> None:
    refused = opened.corrects("p2-1", GONE, "Work begins in spring.")
    assert refused.status_code == 409
    assert "Arabic has changed" in refused.get_json()["message"]
    (event,) = log(opened.out)
    assert (event.kind, event.item, event.new) == ("conflict", URI, "Work begins in spring.")


def test_a_review_of_the_old_text_is_none_of_the_new_one(opened: Open) -> None:
    assert opened.editor.does("reviewed", article=opened.old, text="0" * 64).status_code == 409
    assert log(opened.out) == []
