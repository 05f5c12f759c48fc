"""The installed console script, end to end, on the embedded models: what a newcomer and a cron job meet."""

import json
import os
import signal
import subprocess
import sys
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml
from console_script import TRANS, called, complaint, trans
from texts import LEAD, SECOND, article, long_article

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads((resources.files("trans.render") / "brief.schema.json").read_text(encoding="utf-8"))


def started(arguments: list[str], until: str) -> subprocess.Popen[str]:
    """Start a run and return when it told the event ``until``."""
    process = subprocess.Popen(
        [TRANS, *arguments, "--log-json", "/dev/stdout"],
        env={**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    for line in process.stdout:
        if json.loads(line)["event"] == until:
            return process
    raise AssertionError(process.communicate()[1])


def briefs(out: Path) -> dict[str, bytes]:
    """What was written of each article; the index page is the folder's, and says when it was made."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".trans" not in path.parts and path != out / "index.html"
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    (inputs / "one.txt").write_text(article(), encoding="utf-8")
    (inputs / "two.txt").write_bytes(article(SECOND, LEAD).encode("windows-1256"))
    return inputs


def test_the_sample_inputs_become_briefs_that_fit_the_schema(tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = trans("run", ROOT / "inputs", "--profile", "tiny", "--out", out, "--log-json", tmp_path / "log.jsonl")
    assert first.returncode == 0, first.stderr
    inputs = [path for path in (ROOT / "inputs").rglob("*") if path.suffix in (".txt", ".md") and path.stem != "README"]
    written = briefs(out)
    assert len(inputs) >= 5
    assert len(written) == 3 * len(inputs)
    assert "flash-tremor.txt" in (out / "index.html").read_text(encoding="utf-8")
    for name, data in written.items():
        if name.endswith(".json"):
            document = json.loads(data)
            jsonschema.validate(document, SCHEMA)
            assert document["provenance"]["demo"] is True
            assert document["summaries"][0]["en"]
            for paragraph in document["paragraphs"]:
                assert "".join(item["ar"] + item["sep"] for item in paragraph["sentences"]) == paragraph["ar"]
        else:
            assert "not a usable translation" in data.decode()
    assert "not a usable translation" in first.stderr
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [events[0]["event"], events[-1]["event"], events[-1]["exit_code"]] == ["start", "end", 0]
    assert events[-1]["written"] == len(inputs)

    second = called("run", ROOT / "inputs", "--profile", "tiny", "--out", out)
    assert second.returncode == 0
    assert "done already" in second.stderr
    assert briefs(out) == written


def test_a_kill_half_way_leaves_no_trace_in_the_outputs(tmp_path: Path) -> None:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for number in range(8):
        (inputs / f"{number}.txt").write_text(
            long_article(number + 1).replace("300", f"{300 + number}"), encoding="utf-8"
        )
    settings = yaml.safe_load((ROOT / "models.yaml").read_text(encoding="utf-8"))
    settings["run"]["window_articles"] = 2
    (tmp_path / "models.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    arguments = ["run", str(inputs), "--profile", "tiny", "--config", str(tmp_path / "models.yaml")]
    undisturbed, out = tmp_path / "undisturbed", tmp_path / "out"
    assert called(*arguments, "--out", undisturbed, "--memory", "off").returncode == 0

    memory = tmp_path / "memory.sqlite"
    process = started([*arguments, "--out", str(out), "--memory", str(memory)], until="written")
    process.kill()
    process.communicate()
    finished = briefs(out)
    assert 0 < len(finished) <= len(briefs(undisturbed))
    resumed = called(*arguments, "--out", out, "--memory", memory)
    assert resumed.returncode == 0, resumed.stderr
    assert briefs(out) == briefs(undisturbed)
    assert not list(out.rglob("*.tmp"))


def test_sigterm_ends_with_130_and_the_next_run_finishes(folder: Path, tmp_path: Path) -> None:
    for number in range(40):
        (folder / f"more{number}.txt").write_text(long_article(6).replace("300", str(number)), encoding="utf-8")
    arguments = ["run", str(folder), "--profile", "tiny", "--out", str(tmp_path / "out"), "--memory", "off"]
    process = started(arguments, until="start")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "Traceback" not in errors
    assert called("run", folder, "--profile", "tiny", "--out", tmp_path / "out", "--limit", "2").returncode == 0


def test_chosen_sentences_and_the_reference_engine(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text(
        "default_profile: mine\n"
        "profiles:\n"
        "  mine:\n"
        "    translation: {model: 'embedded:tiny-marian-ar-en', licence: Apache-2.0}\n"
        "    summarization: {method: extractive, min_words: 5}\n",
        encoding="utf-8",
    )
    result = called("run", folder, "--out", "out", "--engine", "transformers", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    document = json.loads(briefs(tmp_path / "out")["one.json"])
    assert document["summaries"][0]["method"] == "extractive"
    assert document["summaries"][0]["ar"] in article()
    assert document["provenance"]["translation"]["engine"] == "transformers"
    assert document["provenance"]["translation"]["quantization"] == "float32"
    assert document["provenance"]["demo"] is True  # whatever the profile is called: its model is an embedded one


def test_one_corrupt_file_among_ten_gives_nine_briefs_and_exit_1(folder: Path, tmp_path: Path) -> None:
    for number in range(7):
        (folder / f"more{number}.txt").write_text(article(f"{LEAD} {number}"), encoding="utf-8")
    (folder / "corrupt.txt").write_bytes(os.urandom(64) + b"\x00" * 64)
    result = called("run", folder, "--profile", "tiny", "--out", tmp_path / "out")
    assert result.returncode == 1
    assert "corrupt.txt" in result.stderr
    assert len([name for name in briefs(tmp_path / "out") if name.endswith(".md")]) == 9


def test_a_dry_run_writes_nothing(folder: Path, tmp_path: Path) -> None:
    result = called("run", folder, "--profile", "tiny", "--out", tmp_path / "out", "--dry-run")
    assert result.returncode == 0
    assert "translate: new" in result.stdout
    assert "tokens" in result.stdout
    assert not (tmp_path / "out").exists()


def test_flags_set_the_exit_code_only_when_asked(folder: Path, tmp_path: Path) -> None:
    (folder / "chinese.txt").write_text(article(LEAD, "这是一个中文段落，编辑看不懂。"), encoding="utf-8")
    arguments = ["run", str(folder), "--profile", "tiny", "--out", str(tmp_path / "out")]
    assert called(*arguments).returncode == 0
    assert called(*arguments, "--fail-on", "warning").returncode == 4


def test_a_missing_model_is_exit_3_with_the_ways_out(folder: Path, tmp_path: Path) -> None:
    result = called("run", folder, "--out", tmp_path / "out", HF_HOME=str(tmp_path / "hub"))
    message, hint = complaint(result, 3)
    assert "Helsinki-NLP/opus-mt-ar-en" in message
    assert "--profile tiny" in hint
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "nowhere"], "nowhere"),
        (["run", "inputs", "--profile", "nope"], "'nope'"),
        (["run", "inputs", "--format", "pdf"], "'pdf'"),
        (["run", "inputs", "--engine", "magic"], "magic"),
        (["run", "inputs", "--config", "none.yaml"], "none.yaml"),
        (["run", "inputs", "--limit", "0"], "--limit"),
        (["run", "inputs", "--unknown-option"], "--unknown-option"),
        (["run", "empty", "--profile", "tiny"], "No article"),
        (["run", "inputs", "--profile", "tiny", "--out", "inputs/one.txt"], "inputs/one.txt"),
        (["run", "inputs", "--profile", "tiny", "--memory", "empty"], "empty"),
        (["run", "inputs", "--profile", "tiny", "--log-json", "none/log"], "none/log"),
        (["nonsense"], "nonsense"),
        (["models", "path", "--profile", "nope"], "'nope'"),
    ],
)
def test_a_mistake_gets_two_lines_and_exit_2(arguments: list[str], told: str, folder: Path) -> None:
    (folder.parent / "empty").mkdir()
    assert any(told in line for line in complaint(called(*arguments, cwd=folder.parent), 2))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["search", ".", "x", "--only", "bla"], "Invalid value for '--only': 'bla' is not one of 'reviewed'."),
        (["search", ".", "x", "--limit", "bla"], "Invalid value for '--limit': it should be a valid integer"),
        (["digest", ".", "--order", "bla"], "Invalid value for '--order': 'bla' is not one of 'worst', 'newest'."),
    ],
)
def test_a_wrong_value_is_told_in_plain_words(arguments: list[str], told: str, tmp_path: Path) -> None:
    assert complaint(called(*arguments, cwd=tmp_path), 2)[0] == f"trans: {told}"


@pytest.mark.parametrize("arguments", [["run", "nowhere"], ["run", "--help"]])
def test_calling_the_entry_point_gives_what_the_script_gives(arguments: list[str], tmp_path: Path) -> None:
    """For the tests that only call it."""
    script, call = trans(*arguments, cwd=tmp_path), called(*arguments, cwd=tmp_path)
    assert (call.returncode, call.stdout, call.stderr) == (script.returncode, script.stdout, script.stderr)
    assert script.stdout or script.stderr


def test_every_command_has_help_and_the_version_is_told() -> None:
    for command in ([], ["run"], ["models"], ["models", "list"], ["models", "path"], ["doctor"]):
        result = called(*command, "--help")
        assert result.returncode == 0
        assert result.stdout.startswith("Usage: ")
    assert trans("--version").stdout.startswith("trans 0.")
    module = subprocess.run([sys.executable, "-m", "trans", "--version"], capture_output=True, text=True, check=True)
    assert module.stdout == trans("--version").stdout


def test_doctor_says_what_runs_and_how_to_mend_the_rest(tmp_path: Path) -> None:
    result = trans("doctor", HF_HOME=str(tmp_path), cwd=tmp_path)
    assert result.returncode == 0
    assert "can run          --profile tiny" in result.stdout
    assert "can NOT run      --profile news" in result.stdout
    for fact in ("Python", "torch", "ctranslate2", "cores", "memory", "device"):
        assert f"\n{fact}" in result.stdout


def test_models_are_listed_with_licence_and_state(tmp_path: Path) -> None:
    result = called("models", "list", HF_HOME=str(tmp_path), cwd=tmp_path, COLUMNS="200")
    assert "CC BY-NC-SA 4.0" in result.stdout
    assert "ready" in result.stdout
    paths = trans("models", "path", "--profile", "tiny").stdout.splitlines()
    assert len(paths) == 2
    assert all((Path(path) / "config.json").is_file() for path in paths)


def test_help_and_a_finished_run_load_no_model_library(folder: Path, tmp_path: Path) -> None:
    arguments = ["run", str(folder), "--profile", "tiny", "--out", str(tmp_path / "out")]
    assert called(*arguments).returncode == 0
    script = (
        "import sys\nfrom trans.cli import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "loaded = {'torch', 'transformers', 'ctranslate2'} & set(sys.modules)\nassert not loaded, loaded\n"
    )
    for command in (["--help"], ["run", "--help"], arguments):
        result = subprocess.run([sys.executable, "-c", script, *command], capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
