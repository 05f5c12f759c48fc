"""Targets: the program's own files, which a crash, an editor or an attacker may have changed, and the files of its users."""

import contextlib
import io
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import zstandard

from fuzz.promises import writable
from trans import corrections, search, watchlist
from trans.bitext import read_lines
from trans.config import choose_profile, load_config
from trans.decide import deaths
from trans.errors import TransError
from trans.eventlog import EventLog
from trans.glossary_file import load
from trans.index_file import Indexer
from trans.manifest import Manifest
from trans.models.bundle import load_manifest
from trans.models.bundle_reader import BundleReader
from trans.models.lock import read_lock, write_lock
from trans.outcome import Outcome
from trans.record import Record
from trans.review_events import Event, event_of, line_of, new_id
from trans.review_log import NAME, ReviewLog
from trans.store import STATE_FOLDER
from trans.watch_status import read_status, stuck

Function = Callable[[bytes], None]

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_HOUR_S = 3600.0


@cache
def _holder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="trans-fuzz-")


def _file(name: str, data: bytes) -> Path:
    path = Path(_holder().name) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def _told(error: TransError) -> None:
    writable(error.message)
    assert error.message.strip()
    assert error.hint.strip()
    assert len(error.hint.splitlines()) == 1


def settings(data: bytes) -> None:
    """models.yaml: each of its profiles can be chosen, or all that is wrong is said."""
    path = _file("models.yaml", data)
    try:
        config = load_config(path)
        for name in config.profiles:
            profile = choose_profile(config, name, path)
            assert profile.run.reading.max_bytes >= 0
            assert profile.settings.models
    except TransError as error:
        _told(error)


def glossary(data: bytes) -> None:
    """A glossary file, as CSV and as YAML: its terms are found in themselves."""
    for name in ("glossary.csv", "glossary.yaml"):
        try:
            terms = load(_file(name, data), starter=False)
        except TransError as error:
            _told(error)
            continue
        for term in terms.terms:
            assert terms.find(term.ar), term.ar
            for form in (term.en, *term.variants):
                terms.within(form)
        assert terms.hash or not terms.terms


def lock(data: bytes) -> None:
    """models.lock is read as it was written."""
    path = _file("models.lock", data)
    try:
        read = read_lock(path)
        write_lock(path, read.values())
    except TransError as error:
        _told(error)
        return
    assert read_lock(path) == read


def bundle(data: bytes) -> None:
    """A bundle of models: a broken one is refused. ``z`` begins one as it is, anything else the archive inside."""
    compressed = data[1:] if data.startswith(b"z") else zstandard.ZstdCompressor(level=1).compress(data)
    path = _file("models.bundle", compressed)
    with path.open("rb") as stream:
        reader = BundleReader(stream, path, lambda _done, _whole: None)
        try:
            for member, _, _, locked in reader.manifest().members():
                reader.member(member, locked, None)
            reader.end()
        except TransError as error:
            _told(error)
    try:
        load_manifest(data)
    except ValueError as error:
        writable(str(error))


def manifest(data: bytes) -> None:
    """The list of what is done: lines that make no sense are passed over, and more can be added."""
    out = Path(_holder().name) / "out"
    _file(f"out/{STATE_FOLDER}/manifest.jsonl", data)
    try:
        known = Manifest(out)
        for record in known.unfinished():
            assert known.get(record.id) == record
            assert deaths(record) >= 0
        known.append([Record("a.txt", "failed", reason="is empty")])
        known.compact()
    except TransError as error:
        _told(error)
        return
    again = Manifest(out)
    found = again.get("a.txt")
    assert found is not None
    assert found.status == "failed"


def index(data: bytes) -> None:
    """A folder in which a JSON file, and what the index kept of it, hold anything at all: the index page is made."""
    out = Path(_holder().name) / "indexed"
    first, _, second = data.partition(b"\0")
    _file("indexed/a.json", first)
    _file(f"indexed/{STATE_FOLDER}/index.jsonl", second)
    indexer = Indexer(out)
    found = indexer.read(_NOW)
    indexer.write(found)
    indexer.keep()
    assert not Indexer(out).read(_NOW).unreadable or found.unreadable


def status(data: bytes) -> None:
    """What a hot folder's service last said."""
    out = Path(_holder().name) / "watched"
    _file(f"watched/{STATE_FOLDER}/status.json", data)
    try:
        said = read_status(out)
        problem = stuck(said, _NOW, _HOUR_S)
    except TransError as error:
        _told(error)
        return
    for text in problem or ():
        assert text.strip()


def events(data: bytes) -> None:
    """A log line is a line of JSON, whatever an article is called."""
    path = _file("events.jsonl", b"")
    texts = [part.decode("utf-8", "surrogateescape") for part in data.split(b"\n")]
    with EventLog(path) as log:
        for text in texts:
            log(Outcome(text, "failed", text, text))
    lines = path.read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert len(lines) == len(texts)
    for line in lines:
        assert json.loads(line)["event"] == "failed"


def bitext(data: bytes) -> None:
    """A text a line: joined, they are the file."""
    path = _file("lines.txt", data)
    try:
        lines = read_lines(path)
    except TransError as error:
        _told(error)
        return
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="").read().replace("\r\n", "\n")
    assert "\n".join(lines) in (text, text.removesuffix("\n"))


def review(data: bytes) -> None:
    """What editors wrote: lines that make no sense stay, are passed over, and more can be added. Tables of corrections too."""
    out = Path(_holder().name) / "reviewed"
    path = _file(f"reviewed/{NAME}", data)
    log = ReviewLog(out)
    log.refresh()
    known = {item: log.of(item) for item in log.items()}
    added = Event(new_id(), "2026-03-01T12:00:00+03:00", "", "a.txt", "unreviewed")
    assert log.append(added)
    assert path.read_bytes().startswith(data)
    again = ReviewLog(out)
    again.refresh()
    for item, events in known.items():
        assert again.of(item)[: len(events)] == events
    assert again.of("a.txt")[-1] == log.of("a.txt")[-1]
    for name in ("corrections.csv", "corrections.jsonl"):
        try:
            for event in corrections.load(_file(name, data)):
                assert event_of(line_of(event)) == event
        except TransError as error:
            _told(error)


def watched(data: bytes) -> None:
    """A watch list: its terms are found in themselves. And anything may be searched for."""
    with contextlib.suppress(UnicodeDecodeError):
        query = data.decode()
        try:
            terms = search.parse(query)
            search.expression(
                (search.wanted(term, lambda forms: dict.fromkeys(forms, 1)) for term in terms), english=False
            )
        except TransError as error:
            _told(error)
    try:
        listed = watchlist.load(_file("watchlist.yaml", data))
    except TransError as error:
        _told(error)
        return
    for entry in listed.entries:
        for term in entry.ar:
            assert entry.name in listed.matches(term, ""), term
        for term in entry.en:
            assert entry.name in listed.matches("", term), term


FILES: dict[str, Function] = {
    "models-yaml": settings,
    "glossary": glossary,
    "lock": lock,
    "bundle": bundle,
    "manifest": manifest,
    "index": index,
    "status": status,
    "events": events,
    "bitext": bitext,
    "review": review,
    "watchlist": watched,
}
