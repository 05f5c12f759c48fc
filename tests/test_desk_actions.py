"""What editors do at the desk: corrections, reviews, flags put aside, and what becomes of two who do it at once."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desks import BRIEF, HOST, PORT, Editor, app_of, article_of, english_of, log
from desks import editor as editor
from desks import made as made
from desks import out as out
from filelock import FileLock
from texts import HEADLINE, LEAD

from trans.brief import Brief
from trans.desk.app import Desk, make_app
from trans.desk.security import Gate
from trans.desk.terms import TermsFile
from trans.render import json as json_brief
from trans.review_log import ReviewLog
from trans.reviser import Reviser

NEW = "The Ministry of Water announced today a plan to desalinate seawater for 300 million dollars."


def brief_of(out: Path) -> Brief:
    return json_brief.read((out / "one.json").read_bytes())


def test_a_correction_is_in_the_log_in_the_brief_and_in_its_files(editor: Editor, out: Path) -> None:
    assert editor.corrects("p2-1", NEW).get_json() == {"done": True}
    (event,) = log(out)
    assert (event.kind, event.by, event.item, event.source, event.new) == ("corrected", "Sami", BRIEF, LEAD, NEW)
    assert english_of(out, LEAD) == [NEW]
    assert NEW in (out / "one.html").read_text(encoding="utf-8")
    assert NEW in (out / "one.md").read_text(encoding="utf-8")
    assert "edited" in editor.get(f"/brief/{BRIEF}").get_data(as_text=True)
    assert not any(flag.where == "paragraph" and flag.paragraph == 2 for flag in brief_of(out).flags)


def test_a_headline_and_a_summary_are_corrected_too(editor: Editor, out: Path) -> None:
    assert editor.corrects("h-1", "A new plan for water").status_code == 200
    assert english_of(out, HEADLINE) == ["A new plan for water"]
    assert editor.corrects("s1", "Water, in short. And nothing else.").status_code == 200
    assert brief_of(out).summaries[0].english.target == "Water, in short. And nothing else."


def test_what_is_saved_twice_is_kept_once(editor: Editor, out: Path) -> None:
    seen = editor.told()["targets"]["p2-1"]["en"]
    assert editor.corrects("p2-1", NEW).get_json() == {"done": True}
    # As a browser does whose answer was lost.
    assert editor.corrects("p2-1", NEW, old=seen).get_json() == {"done": False}
    assert len(log(out)) == 1


def test_a_correction_goes_back_to_the_machines(editor: Editor, out: Path) -> None:
    before = english_of(out, LEAD)
    editor.corrects("p2-1", NEW)
    told = editor.told()["targets"]["p2-1"]
    assert told["edited"]
    about = {name: told[name] for name in ("where", "paragraph", "sentence", "arabic")}
    assert editor.does("reverted", **about, old=NEW).get_json() == {"done": True}
    assert english_of(out, LEAD) == before
    assert [event.kind for event in log(out)] == ["corrected", "reverted"]


def test_of_two_editors_the_second_sees_the_others_text_and_loses_nothing(editor: Editor, out: Path) -> None:
    other = Editor(editor.app, editor.gate, "Rana")
    seen = editor.told()["targets"]["p2-1"]["en"]
    assert editor.corrects("p2-1", NEW).status_code == 200
    refused = other.corrects("p2-1", "Something else.", old=seen)
    assert refused.status_code == 409
    assert refused.get_json()["current"] == NEW
    assert english_of(out, LEAD) == [NEW]
    assert [(event.kind, event.by, event.new) for event in log(out)][1] == ("conflict", "Rana", "Something else.")
    # Having seen it, Rana may have the last word.
    assert other.corrects("p2-1", "Something else.", old=NEW).status_code == 200
    assert english_of(out, LEAD) == ["Something else."]


def test_editors_at_once_neither_overwrite_nor_lose(editor: Editor, out: Path) -> None:
    """Real threads at one application: all at one sentence, and each at one of its own."""
    other, _ = app_of(out, editor.gate)  # another process' desk: it shares the folder only
    editors = [Editor(app, editor.gate, f"Editor {n}") for n, app in enumerate((editor.app, editor.app, other, other))]
    told = editor.told()["targets"]
    own = [place for place in told if place.startswith("p") and place != "p2-1"][: len(editors)]
    begun = threading.Barrier(len(editors))
    codes: dict[str, tuple[int, int]] = {}

    def work(one: Editor, place: str) -> None:
        begun.wait()
        same = one.corrects("p2-1", f"{one.name} was here.", old=told["p2-1"]["en"]).status_code
        alone = one.corrects(place, f"{one.name} was alone.").status_code
        codes[one.name] = same, alone

    threads = [threading.Thread(target=work, args=pair) for pair in zip(editors, own, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(same for same, _ in codes.values()) == [200, 409, 409, 409]
    assert {alone for _, alone in codes.values()} == {200}
    winner = next(name for name, (same, _) in codes.items() if same == 200)
    assert english_of(out, LEAD) == [f"{winner} was here."]
    written = {event.new for event in log(out)}
    assert written == {f"{one.name} was {what}." for one in editors for what in ("here", "alone")}
    stands = brief_of(out)
    english = {one.target for _, _, part in stands.parts() for one in part.sentences}
    assert {f"{one.name} was alone." for one in editors} <= english


def test_a_correction_of_arabic_that_is_gone_is_kept(editor: Editor, out: Path) -> None:
    told = editor.told()["targets"]["p2-1"]
    about = {name: told[name] for name in ("where", "paragraph", "sentence")}
    refused = editor.does("corrected", **about, arabic="0" * 64, old=told["en"], new=NEW)
    assert refused.status_code == 409
    assert "Arabic has changed" in refused.get_json()["message"]
    assert [(event.kind, event.new) for event in log(out)] == [("conflict", NEW)]


def test_a_sentence_that_has_moved_is_found_by_its_arabic(editor: Editor, out: Path) -> None:
    told = editor.told()["targets"]["p2-1"]
    moved = editor.does(
        "corrected", where="paragraph", paragraph=9, sentence=1, arabic=told["arabic"], old=told["en"], new=NEW
    )
    assert moved.status_code == 200
    assert english_of(out, LEAD) == [NEW]


def test_a_name_is_corrected_wherever_its_arabic_stands(editor: Editor, out: Path) -> None:
    assert editor.does("name", source="دمشق", old="Dimashq", new="Damascus").get_json() == {"done": True}
    texts = [one.target for _, _, part in brief_of(out).parts() for one in part.sentences]
    assert any("Damascus" in text for text in texts)
    assert not any("Dimashq" in text for text in texts)
    assert editor.does("name", source="دمشق", old="Dimashq", new="Damascus").get_json() == {"done": False}
    assert editor.does("name", source="بيروت", old="x", new="y").status_code == 422
    late = editor.does("name", source="دمشق", old="Dimashq", new="Dimeshq")
    assert late.status_code == 409
    assert editor.does("reverted", source="دمشق").status_code == 200
    assert "Dimashq" in (out / "one.json").read_text(encoding="utf-8").replace("machine", "")


def test_a_flag_is_put_aside_with_a_reason_and_taken_up_again(editor: Editor, out: Path) -> None:
    flags = brief_of(out).flags
    key = editor.told()["flags"][0]
    assert editor.does("dismissed", flag=key, reason="  ").status_code == 422
    assert editor.does("dismissed", flag=key, reason="The agency corrected it").get_json() == {"done": True}
    assert editor.does("dismissed", flag=key, reason="Again").get_json() == {"done": False}
    stands = brief_of(out)
    assert stands.review
    assert [(one.by, one.reason, one.flag) for one in stands.review.dismissed] == [
        ("Sami", "The agency corrected it", flags[0])
    ]
    assert flags[0] not in stands.flags
    assert editor.told()["dismissed"] == [key]
    assert editor.does("restored", flag=key).get_json() == {"done": True}
    assert brief_of(out).flags == flags
    assert editor.does("dismissed", flag="0" * 32, reason="x").status_code == 409


def test_a_review_is_of_what_the_editor_saw(editor: Editor, out: Path) -> None:
    seen = editor.told()["text"]
    editor.corrects("p2-1", NEW)
    assert editor.does("reviewed", text=seen).status_code == 409
    assert editor.does("reviewed", text=editor.told()["text"]).get_json() == {"done": True}
    assert editor.does("reviewed", text=editor.told()["text"]).get_json() == {"done": False}
    assert "Reviewed by Sami" in (out / "one.html").read_text(encoding="utf-8")
    assert editor.does("unreviewed").get_json() == {"done": True}
    assert "Reviewed by Sami" not in (out / "one.html").read_text(encoding="utf-8")


def test_what_was_edited_since_its_review_can_be_reviewed_again(out: Path) -> None:
    gate, minutes = Gate.of(HOST, PORT), iter(range(60))
    terms = TermsFile.of(out, None)
    app = make_app(
        Desk(out, Reviser(out), gate, "", terms, now=lambda: datetime(2026, 3, 1, 12, next(minutes), tzinfo=UTC))
    )
    editor, other = Editor(app, gate), Editor(app, gate, "Cem")
    assert editor.does("reviewed", text=editor.told()["text"]).get_json() == {"done": True}
    assert editor.told()["reviewed"]
    other.corrects("p2-1", NEW)
    assert not editor.told()["reviewed"]
    assert "edited since by Cem" in editor.get(f"/brief/{BRIEF}").get_data(as_text=True)
    assert editor.does("reviewed", text=editor.told()["text"]).get_json() == {"done": True}
    assert editor.told()["reviewed"]
    assert "edited since" not in editor.get(f"/brief/{BRIEF}").get_data(as_text=True)


def test_who_gives_no_name_is_who_started_the_desk(editor: Editor, out: Path) -> None:
    editor.name = ""
    editor.corrects("p2-1", NEW)
    assert log(out)[0].by == "Nobody"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script></script><img src=x onerror=alert(1)>",
        "{{ 7 * 7 }} \"' onmouseover=alert(1) x='",
        "\u202emoc.live\u2069 \x00\x0b\x1f\u2028 and more",
        '=HYPERLINK("http://x")\r\n{"kind":"reviewed"}',
    ],
)
def test_a_hostile_correction_is_text(text: str, editor: Editor, out: Path) -> None:
    editor.name = f"<b>Eve</b>{text[:20]}"
    assert editor.corrects("p2-1", text).status_code == 200
    (line,) = (out / ".trans" / "review.jsonl").read_bytes().splitlines()
    assert json.loads(line)["kind"] == "corrected"
    for page in (editor.get(f"/brief/{BRIEF}").get_data(as_text=True), (out / "one.html").read_text(encoding="utf-8")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b>Eve" not in page
        assert "\u202e" not in page
        assert "\x00" not in page


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 422),
        (b"[" * 200_000, 422),
        (b'{"kind": "reviewed"', 422),
        (b"\xff\xfe", 422),
        (b"[]", 422),
        (b'{"kind": "conflict", "article": "one.txt"}', 422),
        (b'{"kind": "corrected", "article": "one.txt", "path": "/etc/passwd"}', 422),
        (b'{"kind": "corrected", "article": "one.txt", "new": 7}', 422),
        (b'{"kind": "corrected", "article": "one.txt", "new": "a \\ud800 b"}', 422),
        (b'{"kind": "corrected", "article": "one.txt", "new": " "}', 422),
        (b'{"kind": "corrected", "article": "one.txt", "paragraph": -1, "new": "x"}', 422),
        (b'{"kind": "reviewed", "article": "../../etc/passwd"}', 404),
        (b'{"kind": "corrected", "article": "one.txt", "new": "' + b"x" * 30_000 + b'"}', 422),
        (b'{"kind": "corrected", "article": "one.txt", "new": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
    ids=lambda value: value[:30].decode("latin-1") if isinstance(value, bytes) else str(value),
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(body: bytes, code: int, editor: Editor, out: Path) -> None:
    before = (out / "one.json").read_bytes()
    answer = editor.send(body)
    assert answer.status_code == code
    assert answer.get_json()["message"]
    assert (out / "one.json").read_bytes() == before
    assert log(out) == []


def test_a_disk_that_refuses_is_told_and_nothing_is_said_to_be_saved(
    editor: Editor, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ReviewLog, "append", full)
    answer = editor.corrects("p2-1", NEW)
    assert answer.status_code == 503
    assert "disk is full" in answer.get_json()["message"]


def test_a_desk_that_never_lets_go_is_told(editor: Editor, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trans.reviser._LOCK_S", 0.01)
    with FileLock(out / ".trans" / "review.lock"):
        answer = editor.corrects("p2-1", NEW)
    assert answer.status_code == 503
    assert "Another desk" in answer.get_json()["message"]
    assert editor.corrects("p2-1", NEW).status_code == 200


def test_a_folder_that_no_run_has_left_anything_in_works_too(made: Path, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_bytes((made / "one.json").read_bytes())
    (tmp_path / ".trans").mkdir()
    editor = Editor(*app_of(tmp_path))
    assert editor.get("/").status_code == 200
    assert editor.corrects("p2-1", NEW).status_code == 200
    assert english_of(tmp_path, LEAD) == [NEW]


def test_the_article_is_never_changed(editor: Editor, out: Path) -> None:
    before = article_of(out)
    editor.corrects("p2-1", NEW)
    editor.corrects("s1", "Short.")
    editor.does("name", source="دمشق", old="Dimashq", new="Damascus")
    assert article_of(out) == before
