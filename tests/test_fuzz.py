"""Inputs that nobody would write: those that once broke something, and new ones each time (``fuzz/``).

A sample in every run; with ``TRANS_WHOLE=1`` many more. ``python -m fuzz.run`` searches further, guided by coverage.
"""

import contextlib
import hashlib
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeModels
from fuzz import made
from fuzz.briefs import holds
from fuzz.promises import TooSlow, characters, in_time, inside
from fuzz.shorten import shortened
from fuzz.targets import CORPUS, TARGETS, broken, inputs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sampling import whole
from texts import LEAD, SECOND

from trans import text as sentences
from trans.api import Translator
from trans.article import Metadata, Paragraph
from trans.outcome import Event, Outcome
from trans.run import Run
from trans.sources import discover, output_stem
from trans.sources.plain import article_from_text
from trans.sources.renditions import parts_of

# Of each target. A web page takes some 20 ms, most others a few: the sample is some 17 s of a core, the whole some minutes.
EXAMPLES = 250 if whole() else 12
BRIEFS = 300 if whole() else 15
RUNS = 40 if whole() else 3

# The corpus has the hard cases; a failure is shortened as hypothesis does, and its blob is printed.
searching = settings(
    max_examples=EXAMPLES,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("target", TARGETS)
def test_what_once_broke_it_breaks_it_no_more(target: str) -> None:
    kept = inputs(target)
    assert kept, f"{target} has no corpus"
    for path in kept:
        if error := broken(target, path.read_bytes()):
            raise AssertionError(f"{path.relative_to(CORPUS)} breaks it again") from error


@st.composite
def mutated(draw: st.DrawFn, target: str) -> bytes:
    """An input of the corpus with a few pieces of it, or of another, in other places; or any bytes at all."""
    kept = [path.read_bytes() for path in inputs(target)]
    data = draw(st.sampled_from(kept)) if draw(st.integers(0, 9)) else draw(st.binary(max_size=300))
    for _ in range(draw(st.integers(0, 4))):
        at, size = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
        other = draw(st.sampled_from(kept))
        start = draw(st.integers(0, len(other)))
        new = draw(st.binary(max_size=8)) if draw(st.booleans()) else other[start : start + draw(st.integers(0, 200))]
        data = data[:at] + new * draw(st.sampled_from((1, 1, 1, 2, 300))) + data[at + size :]
    return data


@pytest.mark.parametrize("target", TARGETS)
def test_no_input_breaks_a_promise(target: str) -> None:
    @searching
    @given(mutated(target))
    def search(data: bytes) -> None:
        if error := broken(target, data):
            raise AssertionError(f"{target} broke") from error

    search()


class Drawn:
    """Choices that hypothesis draws, and knows to make simpler."""

    def __init__(self, data: st.DataObject) -> None:
        self._data = data

    def number(self, most: int) -> int:
        return self._data.draw(st.integers(0, most))

    def text(self) -> str:
        return self._data.draw(st.sampled_from(made.HOSTILE) | st.text(max_size=20))


@settings(searching, max_examples=BRIEFS)
@given(st.data())
def test_any_brief_is_given_back_by_its_json_and_held_by_every_format(data: st.DataObject) -> None:
    with in_time():
        holds(made.brief(Drawn(data)), docx=True)


@settings(searching, max_examples=EXAMPLES * 4)
@given(st.text(), st.text(st.sampled_from("اب.،!؟«»()|\t\n -1")))
def test_no_character_of_a_text_is_lost_on_its_way_to_the_model(first: str, second: str) -> None:
    given_text = f"{first}\n\n{second}"
    article = article_from_text(given_text)
    body = (part for paragraph in article.paragraphs for part in (paragraph.marker, paragraph.text))
    assert characters([article.headline, *article.decks, *body]) == characters([given_text])
    for paragraph in article.paragraphs:
        found = sentences.segments(
            paragraph.text,
            limit=9,
            count=lambda texts: [len(one.split()) + 1 for one in texts],
            marker=paragraph.marker,
        )
        assert "".join(one.source + one.sep for one in found) == paragraph.marker + paragraph.text


# Ids that lead elsewhere, where ids are names: out of the folder, to its root, to devices, to a page of the folder itself.
LEADING_AWAY = (
    "../../escaped", "/etc/passwd", "..", ".", "a/../../b", "C:\\x", "con", "nul.txt", "index", ".trans/manifest", "\u202etxt",
    "a" * 300, "ب" * 200, "x\0y", "%2e%2e%2f", "~root", "a\nb", "-rf", " ", "é\u0301", "urn:newsml:x:1", "https://a.org/../x",
)  # fmt: skip


@settings(searching, max_examples=RUNS)
@given(
    ids=st.lists(st.sampled_from(LEADING_AWAY) | st.text(max_size=20), min_size=1, max_size=8),
    number=st.integers(0, 10**9),
)
def test_nothing_outside_the_output_folder_changes(
    ids: list[str], number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeModels().install(monkeypatch)
    folder = tmp_path / str(number)
    (folder / "in").mkdir(parents=True, exist_ok=True)
    records = [{"id": one, "title": LEAD, "body": f"{LEAD} {SECOND}"} for one in ids]
    data = "\n".join(map(json.dumps, records)).encode()
    (folder / "in" / "a.jsonl").write_bytes(data)
    out = folder / "deep" / "deeper" / "out"
    before = dict(_files(tmp_path, out))
    outcomes: list[Outcome] = []

    def note(event: Event) -> None:
        if isinstance(event, Outcome):
            outcomes.append(event)

    with Translator("news") as translator:
        Run(translator, out, ("md", "html"), on_event=note)(discover([folder / "in"], out).inputs)
    assert dict(_files(tmp_path, out)) == before
    assert len(outcomes) == len(ids)
    for outcome in outcomes:
        assert outcome.status in ("written", "skipped") or "the id of a record before it" in outcome.reason, outcome
        for file in outcome.files:
            inside(file.name)
            assert (out / file.name).resolve().is_relative_to(out.resolve())


def _files(root: Path, but: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(root.rglob("*")):
        if path.is_file() and not path.is_relative_to(but):
            yield str(path), hashlib.sha256(path.read_bytes()).hexdigest()


def test_names_of_pages_are_no_briefs() -> None:
    assert output_stem("index.txt") == "index.txt"


def test_two_forms_of_a_text_of_any_length_are_compared() -> None:
    first, second = (tuple(Paragraph(f"{name}{number} word") for number in range(30_000)) for name in "ab")
    with in_time():  # in quadratic time it takes half a minute
        parts = parts_of([first, second], ["headline"], [], Metadata())
    assert parts.body == (*first, *second)
    assert parts_of([first, first[:100]], ["headline"], [], Metadata()).body == first


def test_what_takes_too_long_is_stopped() -> None:
    def forever() -> None:
        while True:
            with contextlib.suppress(Exception):  # what such code does must not hide it
                os.getpid()

    with pytest.raises(TooSlow), in_time(0.05):
        forever()


@pytest.mark.parametrize("length", [0, 7, 4_000])
def test_an_input_that_breaks_something_is_made_shorter(length: int) -> None:
    def fault(data: bytes) -> BaseException | None:
        try:
            assert not (b"<" in data and b">" in data[data.index(b"<") :])
        except AssertionError as error:
            return error
        return None

    noise = random.Random(length).randbytes(length).replace(b"<", b"").replace(b">", b"")
    assert shortened(noise + b"<" + noise + b">" + noise, fault) == b"<>"


def test_the_corpus_is_small_and_every_part_of_it_is_used() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 300_000
