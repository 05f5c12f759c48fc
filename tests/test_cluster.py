"""Runs on a Ray cluster, which is this machine: the same briefs; workers that are killed, die of an article or lack models."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import workers
from texts import article
from workers import POISON, Bare, Broken, DeadlyReader, DeadlyWriter, Killed, Poisonable, Unbuildable, WithoutLedger

from trans.api import Translator
from trans.cluster import ClusterRun
from trans.cluster_recipe import Recipe
from trans.cluster_session import session
from trans.cluster_stages import BriefMaker, Reader, Writer
from trans.config import Profile, choose_profile, load_config
from trans.errors import ExitCode, TransError
from trans.locations import location
from trans.manifest import Manifest
from trans.outcome import Decoded, Event, Outcome, Report
from trans.run import Run
from trans.sources import discover

# Ray leaves its sockets and processes to the end of the process.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray"),
    pytest.mark.filterwarnings("ignore::FutureWarning:ray"),
]

ARTICLES = 6

if TYPE_CHECKING:
    from s3_server import Server


pytest_plugins = ("s3_server",)


@pytest.fixture(scope="module", autouse=True)
def cluster(s3_server: "Server") -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        # Workers have the variables of the process that started Ray.
        patch.setenv("AWS_ENDPOINT_URL", s3_server.endpoint)
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        # Readers and writers of one test serve the next: to start one and import Ray and trans takes 5 s of a processor.
        patch.setenv("RAY_idle_worker_killing_time_threshold_ms", "600000")
        started = ExitStack()
        started.enter_context(session("local"))
    with started:
        from ray import cloudpickle

        cloudpickle.register_pickle_by_value(workers)  # type: ignore[no-untyped-call]
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for number in range(ARTICLES):
        (inputs / f"{number}.txt").write_text(article(headline=f"الخبر رقم {number}"), encoding="utf-8")
    return inputs


def tiny(*, workers: int | None = None, **settings: int) -> Profile:
    """The embedded models. One worker of each kind, where the test is not of several: each is a process that takes seconds."""
    config = load_config(None)
    cluster = config.run.cluster.model_copy(update={"workers": workers})
    run = config.run.model_copy(update={**settings, "cluster": cluster})
    return choose_profile(config.model_copy(update={"run": run}), "tiny", None)


def run(
    folder: Path,
    maker: type[BriefMaker] = BriefMaker,
    on_event: Callable[[Event], None] = lambda event: None,
    profile: Profile | None = None,
    address: str = "local",
    *,
    reader: type[Reader] = Reader,
    writer: type[Writer] = Writer,
) -> tuple[Report, Counter[tuple[str, str]]]:
    out = folder.parent / "out"
    told: Counter[tuple[str, str]] = Counter()

    def tell(event: Event) -> None:
        if isinstance(event, Outcome):
            told[event.id, event.status] += 1
        on_event(event)

    profile = profile or tiny()
    with Translator(profile) as translator:
        whole = ClusterRun(
            translator, Recipe(profile), out, ("md",), address, on_event=tell, reader=reader, maker=maker, writer=writer
        )
        return whole(discover([folder], out).inputs), told


def contents(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".trans" not in path.parts
    }


def alone(folder: Path, out: Path | None = None) -> dict[str, bytes]:
    """What a run on one machine makes of it."""
    out = out or folder.parent / "alone"
    with Translator(tiny()) as translator:
        Run(translator, out, ("md",))(discover([folder], out).inputs)
    return contents(out)


def all_of(status: str) -> Counter[tuple[str, str]]:
    return Counter((f"{number}.txt", status) for number in range(ARTICLES))


def test_the_briefs_are_those_of_one_machine_and_made_once(folder: Path) -> None:
    (folder / "empty.txt").touch()
    events: list[Event] = []
    report, told = run(folder, on_event=events.append)
    assert told == all_of("written") + Counter([("empty.txt", "failed")])
    assert report.counts == {"written": ARTICLES, "failed": 1}
    assert sum(event.texts for event in events if isinstance(event, Decoded)) > ARTICLES
    assert contents(folder.parent / "out") == alone(folder)
    (folder / "empty.txt").unlink()
    _, told = run(folder, Bare)
    assert told == all_of("skipped"), "no worker is asked"


def test_killed_workers_cost_nothing(folder: Path) -> None:
    report, told = run(folder, Killed, profile=tiny(window_articles=1))
    assert len(list((folder.parent / "killed").iterdir())) > 0
    assert told == all_of("written")
    assert not report.failures
    assert contents(folder.parent / "out") == alone(folder)


def test_an_article_that_workers_die_of_is_named_and_the_others_are_written(folder: Path) -> None:
    (folder / "poison.txt").write_text(article(headline=f"{POISON} هنا"), encoding="utf-8")
    report, told = run(folder, Poisonable, profile=tiny(window_articles=4))
    assert told == all_of("written") + Counter([("poison.txt", "failed")])
    assert report.failures[0].reason == "the worker died 3 times while working on it"
    # The next run does not die of it again.
    again, told = run(folder, Poisonable, profile=tiny(window_articles=4))
    assert told == all_of("skipped") + Counter([("poison.txt", "failed")])
    assert again.failures[0].reason == "trans died 3 times while working on it"
    (folder / "poison.txt").unlink()
    assert contents(folder.parent / "out") == alone(folder)


@pytest.mark.parametrize("stage", ["reader", "writer"])
def test_an_article_whose_reading_or_writing_kills_is_named_too(folder: Path, stage: str) -> None:
    (folder / "poison.txt").write_text(article(headline=f"{POISON} هنا"), encoding="utf-8")
    reader = DeadlyReader if stage == "reader" else Reader
    writer = DeadlyWriter if stage == "writer" else Writer
    report, told = run(folder, profile=tiny(workers=1, window_articles=4), reader=reader, writer=writer)
    assert told == all_of("written") + Counter([("poison.txt", "failed")])
    assert report.failures[0].reason == "the worker died 3 times while working on it"
    again, _ = run(folder, profile=tiny(workers=1, window_articles=4), reader=reader, writer=writer)
    assert again.failures[0].reason == "trans died 3 times while working on it"
    (folder / "poison.txt").unlink()
    assert contents(folder.parent / "out") == alone(folder)


@pytest.mark.parametrize(
    ("maker", "what"),
    [(Broken, "broke: ZeroDivisionError: it breaks"), (Unbuildable, "No module named 'trans'"), (WithoutLedger, "Ray")],
)
def test_what_breaks_in_the_cluster_ends_the_run_in_one_line(folder: Path, maker: type[BriefMaker], what: str) -> None:
    with pytest.raises(TransError, match=what) as raised:
        run(folder, maker, profile=tiny(workers=1))
    assert "\n" not in raised.value.message
    assert not contents(folder.parent / "out")


def test_a_worker_without_its_models_ends_the_run(folder: Path) -> None:
    with pytest.raises(TransError, match="not on this machine") as raised:
        run(folder, Bare, profile=tiny(workers=1))
    assert raised.value.exit_code == ExitCode.MODEL
    assert not Manifest(folder.parent / "out").unfinished()


def test_an_interrupted_run_keeps_what_is_finished_and_blames_no_article(folder: Path) -> None:
    def interrupt(event: Event) -> None:
        if isinstance(event, Outcome):
            raise KeyboardInterrupt

    report, _ = run(folder, on_event=interrupt, profile=tiny(window_articles=1))
    assert report.interrupted
    assert all(record.attempts == 0 for record in Manifest(folder.parent / "out").unfinished())
    assert contents(folder.parent / "out")
    assert report.counts["written"] < ARTICLES
    alone(folder, folder.parent / "out")
    assert contents(folder.parent / "out") == alone(folder)


def test_articles_and_briefs_in_a_remote_store(folder: Path, bucket: str) -> None:
    inputs, out = location(f"{bucket}/inputs"), location(f"{bucket}/out")
    for path in folder.iterdir():
        (inputs / path.name).write_bytes(path.read_bytes())
    profile = tiny(workers=1)
    with Translator(profile) as translator:
        report = ClusterRun(translator, Recipe(profile), out, ("md",), "local")(discover([inputs], out).inputs)
        assert report.counts == {"written": ARTICLES}
        again = ClusterRun(translator, Recipe(profile), out, ("md",), "local", maker=Bare)
        assert again(discover([inputs], out).inputs).counts == {"skipped": ARTICLES}
    assert {path.name for path in out.iterdir()} == {*alone(folder), ".trans"}
