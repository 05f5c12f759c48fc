"""Nothing is lost: killed at every file operation and at random moments, ``trans`` goes on to what an undisturbed run gives.

``TRANS_WHOLE=1`` tries all cases, hundreds of them; otherwise a seeded sample. On the embedded models in int8: the same bytes.
"""

import contextlib
import json
import os
import platform
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from console_script import TRANS, complaint
from crash import Bench, Ended, Scenario, bench, contents, damage, inputs, names, put, settings, with_cache
from sampling import sample, seed
from texts import HEADLINE, LEAD, SECOND, THIRD, article

from trans import scratch
from trans.manifest import Manifest
from trans.moves import move
from trans.render import json as json_brief
from trans.review_events import Event, new_id, sha256_of
from trans.review_log import ReviewLog


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with bench(tmp_path_factory.mktemp("crash")) as found:
        yield found


def run_arguments(place: Path) -> list[str | Path]:
    return ["run", place / "in", "--config", place / "models.yaml", "--out", place / "out", "--format", "md,html,docx"]


def fresh(place: Path, of: Bench) -> None:
    inputs(place / "in")
    settings(place)
    with_cache(place, of)


def changed(place: Path, of: Bench) -> None:
    """A folder that was finished; then a brief was edited, its source changed, another arrived, an item's newer version came in
    a file of its own, an editor corrected a sentence, and the manifest has grown.
    """
    fresh(place, of)
    put(place / "in" / "wire-1.json", wire("1", LEAD))
    ended = of.launch(run_arguments(place), place / "cache")
    assert ended.code == 0, ended.said
    (place / "out" / "0.md").write_text("an editor's own words", encoding="utf-8")
    put(place / "in" / "0.txt", article(THIRD, SECOND))
    put(place / "in" / "new.txt", article(SECOND, THIRD))
    put(place / "in" / "wire-2.json", wire("2", f"{LEAD} {SECOND}"))
    brief = json_brief.read((place / "out" / "deep" / "1.json").read_bytes())
    source = brief.paragraphs[0].sentences[0].source
    correction = Event(
        new_id(), "2026-03-01T12:00:00+03:00", "Mona", "deep/1.txt", "corrected", "paragraph", 1, 1, source
    )
    ReviewLog(place / "out").append(replace(correction, source_sha256=sha256_of(source), new="By an editor."))
    manifest = place / "out" / ".trans" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes() * 8)


def wire(version: str, text: str) -> str:
    bodies = [{"contenttype": "text/plain", "value": text}]
    item = {"uri": "urn:example:1", "version": version, "headlines": [{"value": HEADLINE}], "bodies": bodies}
    return json.dumps(item, ensure_ascii=False)


def watched(place: Path, of: Bench) -> None:
    inputs(place / "in", 2)
    settings(place)
    with_cache(place, of)


def unconverted(place: Path, of: Bench) -> None:
    inputs(place / "in", 1)
    settings(place)
    (place / "cache").mkdir()


def watch_arguments(place: Path) -> list[str | Path]:
    folders: list[str | Path]
    folders = ["--out", place / "out", "--done", place / "done", "--failed", place / "failed"]
    return ["watch", place / "in", "--config", place / "models.yaml", *folders, "--format", "md,json,html"]


def emptied(place: Path, of: Bench) -> dict[str, Any]:
    """The service is stopped once it has moved everything."""
    return {"inbox": str(place / "in")}


def emptied_onto_another_disk(place: Path, of: Bench) -> dict[str, Any]:
    return {**emptied(place, of), "disk": str(place / "in")}


FRESH = Scenario("fresh", fresh, run_arguments)
CHANGED = Scenario("changed", changed, run_arguments, counts=("out",))
MOVED = ("out", "in", "done", "failed")
WATCHED = Scenario("watched", watched, watch_arguments, emptied, MOVED, ("in", "out", "done"))
ACROSS = Scenario(
    "watched, onto another disk", watched, watch_arguments, emptied_onto_another_disk, MOVED, ("in", "done")
)
CONVERTED = Scenario(
    "converted", unconverted, run_arguments, lambda place, of: {"made": str(of.copies)}, counts=("cache/ctranslate2",)
)


def told(name: str, tried: int, wrong: Sequence[object]) -> None:
    """Report the figures: ``pytest -s`` shows them."""
    sys.stdout.write(f"\ncrash: {name}: {tried} cases, {len(wrong)} failed\n")
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    ("scenario", "count"),
    [(FRESH, 5), (CHANGED, 4), (WATCHED, 2), (ACROSS, 2), (CONVERTED, 2)],
    ids=lambda value: value.name if isinstance(value, Scenario) else "",
)
def test_killed_at_every_file_operation_in_turn(here: Bench, scenario: Scenario, count: int) -> None:
    known = here.undisturbed(scenario)
    assert len(known.operations) > 20
    wrong: list[object] = []
    cases = sample(known.cases(), count)
    for turn, (number, when) in enumerate(cases):
        here.lay_out(scenario)
        died = here.dies(scenario, number, when)
        # Threads may have done one operation less than they did in peace: then the end was reached.
        if died.code not in (0, -signal.SIGKILL):
            wrong.append((number, when, known.told[number - 1], died.code, died.said))
        if found := here.wrong_after(scenario, again=turn % 4 == 0):
            wrong.append((number, when, known.told[number - 1], found))
    told(f"{scenario.name}, at each operation", len(cases), wrong)


@pytest.mark.parametrize(("scenario", "count"), [(FRESH, 2), (CHANGED, 1)], ids=["fresh", "changed"])
def test_killed_at_random_moments(here: Bench, scenario: Scenario, count: int) -> None:
    known = here.undisturbed(scenario)
    chance = random.Random(f"moments {scenario.name} {seed()}")
    wrong = []
    moments = sample([chance.uniform(0, known.seconds) for _ in range(60)], count)
    for moment_s in moments:
        here.lay_out(scenario)
        died = here.run(scenario, after_s=moment_s)
        if found := here.wrong_after(scenario):
            wrong.append((moment_s, died.code, found))
    told(f"{scenario.name}, at random moments", len(moments), wrong)


def test_killed_twice_in_a_row(here: Bench) -> None:
    known = here.undisturbed(FRESH)
    chance = random.Random(f"twice {seed()}")
    wrong = []
    pairs = sample([chance.sample(known.cases(), 2) for _ in range(40)], 1)
    for pair in pairs:
        here.lay_out(FRESH)
        for number, when in pair:
            here.dies(FRESH, number, when)
        if found := here.wrong_after(FRESH):
            wrong.append((pair, found))
    told("fresh, killed twice", len(pairs), wrong)


def test_after_three_kills_an_article_may_be_a_failure_that_says_how_to_try_again(here: Bench) -> None:
    known = here.undisturbed(FRESH)
    chance = random.Random(f"thrice {seed()}")
    wrong, named = [], 0
    rows = sample([chance.sample(known.cases(), 3) for _ in range(40)], 1)
    for row in rows:
        here.lay_out(FRESH)
        for number, when in row:
            here.dies(FRESH, number, when)
        ended = here.run(FRESH)
        if ended.code == 1 and "died 3 times" in ended.said and "--force tries it again" in ended.said:
            named += 1
            ended = here.launch([*run_arguments(here.place), "--force"], here.place / "cache")
        if ended.code or (found := here.wrong_after(FRESH)):
            wrong.append((row, ended.code, ended.said if ended.code else found))
    sys.stdout.write(f"\ncrash: {named} of {len(rows)} runs that were killed three times named an innocent article\n")
    told("fresh, killed three times", len(rows), wrong)


def floats(place: Path, of: Bench) -> None:
    inputs(place / "in", 8)
    path = settings(place)
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    for part in ("translation", "summarization"):
        found["profiles"]["tiny"][part]["quantization"] = {"cpu": "float32", "cuda": "float32"}
    path.write_text(yaml.safe_dump(found, allow_unicode=True), encoding="utf-8")
    with_cache(place, of)


@pytest.mark.long
@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_what_a_kill_changes_with_a_float_engine_is_measured(here: Bench, engine: str) -> None:
    scenario = Scenario(f"float32 {engine}", floats, lambda place: [*run_arguments(place), "--engine", engine])
    known = here.undisturbed(scenario)
    here.lay_out(scenario)
    started = here.run(scenario)  # the models' copies are there now
    chance = random.Random(f"{engine} {seed()}")
    briefs = texts = unequal = 0
    for _ in range(12):
        here.lay_out(scenario)
        here.run(scenario, after_s=chance.uniform(0.3, 1.0) * started.seconds)
        ended = here.run(scenario)
        assert ended.code == 0, ended.said
        found = contents(here.place, scenario.compares)
        assert found.keys() == known.contents.keys()
        for name, content in found.items():
            if name.endswith(".json"):
                briefs += 1
                unequal += content != known.contents[name]
                texts += english(content) != english(known.contents[name])
    sys.stdout.write(f"\ncrash: float32, {engine}: of {briefs} briefs {unequal} differ, {texts} in their English\n")


def english(brief: bytes) -> list[object]:
    document = json.loads(brief)
    return [document["headline"]["en"], *(part["en"] for part in (*document["paragraphs"], *document["summaries"]))]


# The installed console script, killed and stopped from outside.


def start(place: Path, *more: str | Path) -> "subprocess.Popen[str]":
    """Start the script in the place. A shell's background jobs ignore SIGINT: not this one."""
    return subprocess.Popen(
        [TRANS, *map(str, run_arguments(place)), *map(str, more)],
        env={**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1", "TRANS_CACHE": str(place / "cache")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def passes(process: "subprocess.Popen[str]", seconds: float) -> None:
    """Let time pass, no longer than the process takes."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)


def test_the_script_is_killed_at_random_moments(here: Bench) -> None:
    here.undisturbed(FRESH)
    chance = random.Random(f"script {seed()}")
    wrong = []
    # The script's own start takes as long as its work here.
    moments = sample([chance.uniform(0.2, 4.0) for _ in range(30)], 1)
    for moment_s in moments:
        here.lay_out(FRESH)
        process = start(here.place)
        passes(process, moment_s)
        process.kill()
        process.communicate()
        if found := here.wrong_after(FRESH):
            wrong.append((moment_s, found))
    told("the script, at random moments", len(moments), wrong)


def test_stopped_at_a_random_moment_it_keeps_what_is_finished(here: Bench) -> None:
    known = here.undisturbed(FRESH)
    chance = random.Random(f"stopped {seed()}")
    wrong: list[object] = []
    cases = [(number, chance.uniform(0, 1.5)) for number in (signal.SIGINT, signal.SIGTERM) for _ in range(20)]
    cases = sample(cases, 2)
    for number, moment_s in cases:
        here.lay_out(FRESH)
        process = start(here.place, "--log-json", "/dev/stdout")
        assert process.stdout
        events = [json.loads(process.stdout.readline())]
        passes(process, moment_s)
        process.send_signal(number)
        said, errors = process.communicate(timeout=120)
        events += [json.loads(line) for line in said.splitlines()]
        finished = [name for event in events if event["event"] == "written" for name in event["files"]]
        there = contents(here.place, ["out"])
        lost = [name for name in finished if there.get(f"out/{name}") != known.contents[f"out/{name}"]]
        if process.returncode not in (130, 0) or "Traceback" in errors or lost:
            wrong.append((number, moment_s, process.returncode, errors, lost))
        if any(record.attempts for record in Manifest(here.place / "out").unfinished()):
            wrong.append((number, moment_s, "an attempt was not taken back"))
        if found := here.wrong_after(FRESH):
            wrong.append((number, moment_s, found))
    told("stopped by SIGINT or SIGTERM", len(cases), wrong)


def test_two_runs_into_one_folder_at_once_are_both_right(here: Bench) -> None:
    known = here.undisturbed(FRESH)
    chance = random.Random(f"two {seed()}")
    wrong: list[object] = []
    # When the second is started, and when, if at all, the first is killed.
    cases = [
        (chance.uniform(0, 1.5), chance.uniform(0.5, 3.0) if killed else None)
        for killed in (False, True)
        for _ in range(20)
    ]
    cases = sample(cases, 1)
    for offset_s, killed_s in cases:
        here.lay_out(FRESH)
        processes = [start(here.place)]
        passes(processes[0], offset_s)
        processes.append(start(here.place))
        if killed_s is not None:
            passes(processes[0], killed_s)
            processes[0].kill()
        said = [process.communicate(timeout=120) for process in processes]
        codes = [process.returncode for process in processes]
        if codes[1] or codes[0] not in ((0,) if killed_s is None else (0, -signal.SIGKILL)):
            wrong.append((offset_s, killed_s, codes, said))
        if contents(here.place, ["out"]).keys() != known.contents.keys() or damage(here.place / "cache/memory.sqlite"):
            wrong.append((offset_s, killed_s, "not all is there", sorted(names(here.place))))
        if found := here.wrong_after(FRESH):
            wrong.append((offset_s, killed_s, found))
    told("two runs at once", len(cases), wrong)


HOLDS = """
import sys
from pathlib import Path
from trans.live import alone
lock = alone(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_service_into_one_folder_is_refused_until_the_first_is_gone(here: Bench) -> None:
    here.lay_out(WATCHED)
    (here.place / "out" / ".trans").mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, here.place / "out"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == "held\n"
        environment = {**os.environ, "TRANS_CACHE": str(here.place / "cache"), "NO_COLOR": "1"}
        second = subprocess.run(
            [TRANS, *map(str, watch_arguments(here.place))],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = complaint(second, 2)
        assert "Another 'trans watch'" in said[0]
        first.kill()
    ended = here.run(WATCHED)
    assert ended.code == 0, ended.said


@pytest.mark.parametrize("name", ["0.html", "r1.html"])
def test_a_disk_that_is_full_in_the_midst_of_a_window_ends_with_the_table(here: Bench, name: str) -> None:
    here.undisturbed(FRESH)
    here.lay_out(FRESH)
    ended = here.run(FRESH, full=name)
    assert ended.code == 1, ended.said
    for said in ("written", "Briefs are in", "the disk is full", "Free some space"):
        assert said in ended.said
    assert not here.wrong_after(FRESH)


# What dies of reading.


@pytest.mark.parametrize("deadly", ["deadly.txt", "0-deadly.jsonl"])
def test_a_file_whose_reading_kills_is_a_failure_after_three_times_and_takes_nobody_along(
    here: Bench, deadly: str
) -> None:
    here.lay_out(FRESH)
    folder, out = here.place / "in", here.place / "out"

    def run(*more: str) -> Ended:
        return here.launch([*run_arguments(here.place), *more], here.place / "cache", deadly="DEADLY")

    is_text = deadly.endswith(".txt")
    if is_text:
        put(folder / deadly, article(f"DEADLY {LEAD}"))
    else:
        records = [{"id": name, "title": SECOND, "body": f"{name} {LEAD}"} for name in ("good", "DEADLY", "after")]
        put(folder / deadly, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
    assert [run().code for _ in range(3)] == [9, 9, 9]
    # From the second time on all else is made first: what is left is what kills.
    done = {path.relative_to(out).as_posix() for path in out.rglob("*.json") if ".trans" not in path.parts}
    good = {"0.json", "deep/1.json", "many.jsonl/r0.json", "many.jsonl/r1.json"}
    assert done == good | (set() if is_text else {f"{deadly}/good.json"})
    last = run()
    assert last.code == 1, last.said
    assert f"{deadly}: trans died 3 times" in last.said
    assert "--force tries it again" in last.said
    assert run("--force").code == 9, "asked to, it tries again"
    put(folder / deadly, article(LEAD) if is_text else '{"id": "mended", "title": "خبر", "body": "نص"}\n')
    mended = run()
    assert mended.code == 0, mended.said
    assert not [path.name for path in (out / ".trans").iterdir() if path.name.startswith("reading-")]


# Moves that a kill breaks off.


def test_without_the_systems_help_a_move_replaces_none_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: object, **named: object) -> None:
        raise OSError("no such library")

    monkeypatch.setattr("ctypes.CDLL", missing)
    for number, expected in enumerate(("a.txt", "a.2.txt")):
        put(tmp_path / "in" / "a.txt", f"content {number}")
        assert move(tmp_path / "in" / "a.txt", tmp_path / "done" / "a.txt").name == expected
    assert (tmp_path / "done" / "a.txt").read_text() == "content 0"


def test_a_copy_that_was_whole_when_a_kill_came_is_the_file(tmp_path: Path) -> None:
    for folder in ("in", "done"):
        put(tmp_path / folder / "a.txt", "content")
    assert move(tmp_path / "in" / "a.txt", tmp_path / "done" / "a.txt") == tmp_path / "done" / "a.txt"
    assert not (tmp_path / "in" / "a.txt").exists()
    put(tmp_path / "in" / "a.txt", "CONTENT")
    assert move(tmp_path / "in" / "a.txt", tmp_path / "done" / "a.txt").name == "a.2.txt"


def test_what_a_dead_process_left_goes_and_what_others_may_be_at_stays(tmp_path: Path) -> None:
    handle, mine = scratch.begin(tmp_path, "hashes.json.")
    os.close(handle)
    dead = tmp_path / mine.name.replace(f"{os.getpid()}_", "99999999_")
    elsewhere = tmp_path / mine.name.replace(platform.node(), "elsewhere")
    old = tmp_path / mine.name.replace(platform.node(), "gone-for-good")
    other = tmp_path / ".notes.tmp"
    for path in (dead, elsewhere, old, other):
        path.touch()
    os.utime(old, (0, 0))
    scratch.clear(tmp_path, "other.")
    assert dead.exists()
    scratch.clear(tmp_path, "hashes.json.")
    assert {path.name for path in tmp_path.iterdir()} == {mine.name, elsewhere.name, other.name}


def test_what_only_seems_to_be_left_stays_a_while(tmp_path: Path) -> None:
    handle, mine = scratch.begin(tmp_path)
    os.close(handle)
    if "~" not in mine.name:
        pytest.skip("the system doesn't tell where a process' number means something")
    before, after = mine.name.split("~")
    # Another machine of this name, or this one before it was started anew; another container; version 0.1.
    places = (f"~{'0' * 8}{after[8:]}", f"~{after[:8]}{'0' * 8}{after[16:]}", after[16:])
    paths = [tmp_path / (before.replace(f"{os.getpid()}_", "99999999_") + place) for place in places]
    for path in paths:
        path.touch()
    scratch.clear(tmp_path)
    assert all(path.exists() for path in paths)
    for path in (*paths, mine):
        os.utime(path, (time.time() - 700,) * 2)
    scratch.clear(tmp_path)
    assert list(tmp_path.iterdir()) == [mine]
