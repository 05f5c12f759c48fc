"""The console script beyond one machine: over S3, in shares, on a Ray cluster of this machine."""

import re
from pathlib import Path

import pytest
from console_script import called, complaint, trans
from texts import LEAD, SECOND, article

from trans.config import packaged_config

pytest_plugins = ("s3_server",)

NAMES = [f"{name}.txt" for name in ("one", "two", "three", "four", "five")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for number, name in enumerate(NAMES):
        (inputs / name).write_text(article(*(LEAD, SECOND)[: 1 + number % 2]), encoding="utf-8")
    return inputs


def briefs(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.json"))}


@pytest.fixture
def alone(folder: Path, tmp_path: Path) -> dict[str, bytes]:
    """What one machine makes of the folder."""
    result = called("run", folder, "--profile", "tiny", "--out", tmp_path / "alone", "--memory", "off")
    assert result.returncode == 0, result.stderr
    return briefs(tmp_path / "alone")


def test_an_archive_in_s3_becomes_briefs_in_s3(folder: Path, bucket: str, alone: dict[str, bytes]) -> None:
    import s3fs

    store = s3fs.S3FileSystem(use_listings_cache=False)
    name = bucket.removeprefix("s3://")
    for path in folder.iterdir():
        store.pipe_file(f"{name}/in/{path.name}", path.read_bytes())
    command = ("run", f"{bucket}/in", "--profile", "tiny", "--out", f"{bucket}/out", "--memory", "off")
    first = trans(*command)
    assert first.returncode == 0, first.stderr
    made = {Path(key).name: store.cat_file(key) for key in store.glob(f"{name}/out/*.json")}
    assert _without_receipt(made) == _without_receipt(alone)
    assert b"one.txt" in store.cat_file(f"{name}/out/index.html")
    second = called(*command)
    assert second.returncode == 0, second.stderr
    assert "5  done already" in second.stderr, second.stderr
    assert called("index", f"{bucket}/out").returncode == 0


def _without_receipt(made: dict[str, bytes]) -> dict[str, bytes]:
    """The copies in the store came later, and the digest is of that time too."""
    return {name: re.sub(rb'"(received|digest)": *"[^"]+"', b"", content) for name, content in made.items()}


def test_shares_together_make_what_one_run_does(folder: Path, tmp_path: Path, alone: dict[str, bytes]) -> None:
    out = tmp_path / "shares"
    for number in (1, 2, 3):
        share = called("run", folder, "--profile", "tiny", "--out", out, "--memory", "off", "--shard", f"{number}/3")
        assert share.returncode == 0, share.stderr
    assert briefs(out) == alone
    assert not (out / "index.html").exists()
    whole = called("index", out)
    assert (whole.returncode, whole.stdout.startswith("5 briefs")) == (0, True), whole.stderr
    after = called("run", folder, "--profile", "tiny", "--out", out, "--memory", "off")
    assert "5  done already" in after.stderr, after.stderr


def test_a_cluster_makes_what_one_machine_does(folder: Path, tmp_path: Path, alone: dict[str, bytes]) -> None:
    pytest.importorskip("ray")
    out, config = tmp_path / "cluster", tmp_path / "models.yaml"
    # One worker: each is a process that takes seconds, and test_cluster has several.
    assert "workers: auto " in packaged_config()
    config.write_text(packaged_config().replace("workers: auto ", "workers: 1 "), encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\x00\x01\x02")
    command = ("run", folder, "--profile", "tiny", "--out", out, "--memory", "off", "--config", config)
    result = trans(*command, "--cluster", "local")
    assert result.returncode == 1, result.stderr
    assert briefs(out) == alone
    assert "broken.txt" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("share", ["0/3", "4/3", "3", "a/b", "1/0", "-1/3"])
def test_shares_that_make_no_sense_are_refused(folder: Path, share: str) -> None:
    what, hint = complaint(called("run", folder, f"--shard={share}"), 2)
    assert share in what
    assert "3/16" in hint


@pytest.mark.parametrize(
    "arguments",
    [
        ("--shard", "1/2", "--cluster", "local"),
        ("--cluster", "nowhere"),
        ("--out", "s4://bucket/x"),
        ("--out", "s3://"),
    ],
)
def test_what_can_not_be_is_said_in_two_lines(folder: Path, arguments: tuple[str, ...]) -> None:
    complaint(called("run", folder, "--profile", "tiny", *arguments), 2)


@pytest.mark.parametrize("option", [("--shard", "1/2"), ("--cluster", "local")])
def test_one_article_is_not_divided(option: tuple[str, str]) -> None:
    complaint(called("run", "-", *option, stdin="نص"), 2)


def test_a_store_can_not_be_watched(tmp_path: Path) -> None:
    complaint(called("watch", "s3://bucket/in", "--out", tmp_path), 2)
    complaint(called("watch", tmp_path, "--out", "s3://bucket/out"), 2)
