"""``trans eval``, by the installed console script; what it translates, on a fake engine and on the embedded models."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from console_script import called, complaint, trans
from fakes import FakeModels, fake_english
from rich.console import Console

from trans.bitext import read_lines
from trans.cli_eval_outputs import Wanted, refuse_empty, refuse_usage, translate, wanted
from trans.config import choose_profile, load_config
from trans.errors import TransError

ARABIC = "قتل 39 شخصا في انفجار وسط العاصمة يوم الأحد.\n\nوصل الوزير إلى المدينة صباح الأحد.\n"
HUMAN = "39 people were killed on Sunday in an explosion in central Baghdad.\n\nThe minister arrived in the city on Sunday.\n"
WRONG = "93 people were killed in an explosion in the capital on Sunday.\n\nThe minister arrived on Sunday morning.\n"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    found = {}
    for name, text in {"source": ARABIC, "reference": HUMAN, "hypothesis": WRONG}.items():
        found[name] = tmp_path / f"{name}.txt"
        found[name].write_text(text, encoding="utf-8")
    return found


def options(files: dict[str, Path], *names: str) -> list[str | Path]:
    return [part for name in names for part in (f"--{name}", files[name])]


def test_a_finished_text_is_scored_and_checked(files: dict[str, Path], tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    result = trans("eval", *options(files, "source", "reference", "hypothesis"), "--html", page)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("hypothesis.txt, 3 lines\n")
    for word in ("BLEU", "chrF", "TER", "95% interval", "numbers", "bs:1000|seed:12345"):
        assert word in result.stdout
    assert "tok:13a" in result.stdout
    text = page.read_text(encoding="utf-8")
    assert "Evaluation: <bdi>hypothesis.txt, 3 lines</bdi>" in text
    assert "39 people were killed" in text
    # A report is made anew; another's page is left alone.
    page.write_text("mine", encoding="utf-8")
    complaint(called("eval", *options(files, "reference", "hypothesis"), "--html", page), 2)
    assert page.read_text(encoding="utf-8") == "mine"


def test_json_has_the_figures(files: dict[str, Path]) -> None:
    result = called("eval", *options(files, "source", "reference", "hypothesis"), "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert (found["kind"], found["lines"], found["references"], found["differences"]) == ("translation", 3, 1, [])
    (system,) = found["systems"]
    assert [score["measure"] for score in system["scores"]] == ["BLEU", "chrF", "TER"]
    assert all(score["low"] <= score["score"] <= score["high"] for score in system["scores"])
    assert system["checks"]["flagged"]["error"] == 1
    assert system["checks"]["per_100_lines"]["numbers"]["error"] == pytest.approx(33.33)


def test_standard_input_and_several_references(files: dict[str, Path]) -> None:
    arguments = ("--hypothesis", "-", "--reference", files["reference"], "--reference", files["hypothesis"], "--json")
    result = called("eval", *arguments, stdin=WRONG)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["references"] == 2
    assert found["systems"][0]["name"] == "standard input"
    assert found["systems"][0]["scores"][0]["score"] == 100
    assert found["systems"][0]["checks"] is None


def test_two_files_are_compared(files: dict[str, Path]) -> None:
    arguments = ("--compare", files["hypothesis"], files["reference"], "--reference", files["reference"])
    result = called("eval", *arguments)
    assert result.returncode == 0, result.stderr
    assert "hypothesis.txt and reference.txt, 3 lines" in result.stdout
    assert "BLEU: " in result.stdout
    found = json.loads(called("eval", *arguments, "--json").stdout)
    assert [one["better"] for one in found["differences"]] == ["reference.txt"] * 3


def test_arabic_summaries_have_rouge(files: dict[str, Path]) -> None:
    files["reference"].write_text(ARABIC, encoding="utf-8")
    files["hypothesis"].write_text(ARABIC.replace("الأحد", "الاحد").replace("39", "٣٩"), encoding="utf-8")
    result = called("eval", "--summaries", *options(files, "reference", "hypothesis"), "--json")
    assert result.returncode == 0, result.stderr
    scores = json.loads(result.stdout)["systems"][0]["scores"]
    assert {score["measure"]: score["score"] for score in scores} == dict.fromkeys(
        ("ROUGE-1", "ROUGE-2", "ROUGE-L"),
        pytest.approx(100 * 2 / 3, abs=0.01),  # the empty one shares nothing
    )


def test_a_profile_is_translated_and_scored(files: dict[str, Path], tmp_path: Path) -> None:
    saved = tmp_path / "tiny.en"
    arguments = (*options(files, "source", "reference"), "--profile", "tiny", "--memory", "off", "--json")
    result = called("eval", *arguments, "--save", saved)
    assert result.returncode == 0, result.stderr
    assert "Demo models" in result.stderr
    (system,) = json.loads(result.stdout)["systems"]
    assert system["name"] == "tiny"
    assert system["model"]["model"].startswith("embedded:")
    lines = saved.read_text(encoding="utf-8").split("\n")
    assert len(lines) == 4
    assert lines[0]
    assert lines[1] == ""
    # What was saved has the same scores.
    files["hypothesis"] = saved
    again = called("eval", *options(files, "source", "reference", "hypothesis"), "--json")
    assert json.loads(again.stdout)["systems"][0]["scores"] == system["scores"]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--hypothesis", "short.txt"], "reference.txt has 3 lines and short.txt has 1"),
        (["--compare", "tiny", "none"], "no profile and no file 'none'"),
        (["--source", "source.txt", "--save", "./reference.txt"], "write over"),
    ],
)
def test_mistakes_end_in_two_lines(arguments: list[str], what: str, files: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("one\n", encoding="utf-8")
    lines = complaint(called("eval", *arguments, "--reference", "reference.txt", cwd=tmp_path), 2)
    assert what in lines[0]
    assert files["reference"].read_text(encoding="utf-8") == HUMAN


FILE, STDIN = Path("some.txt"), Path("-")
PROFILE, TEXT = Wanted("tiny", None), Wanted("some.txt", FILE)


@pytest.mark.parametrize(
    ("outputs", "source", "options", "what"),
    [
        ([PROFILE], None, {}, "nothing to score"),
        ([PROFILE], FILE, {"summaries": True}, "text that is there already"),
        ([TEXT], FILE, {"summaries": True}, "text that is there already"),
        ([TEXT], FILE, {"save": Path("new.txt")}, "--save keeps"),
        ([PROFILE, TEXT], FILE, {"save": Path("new.txt")}, "--save keeps"),
        ([PROFILE], FILE, {"save": Path("x/../some.txt")}, "write over"),
        ([Wanted("standard input", STDIN)], STDIN, {}, "given twice"),
    ],
)
def test_options_that_contradict(
    outputs: list[Wanted], source: Path | None, options: dict[str, Any], what: str
) -> None:
    with pytest.raises(TransError, match=what) as found:
        refuse_usage(outputs, source, [Path("reference.txt")], **{"summaries": False, "save": None, **options})
    assert found.value.exit_code == 2


def test_one_way_to_say_what_is_scored() -> None:
    config = load_config(None)
    with pytest.raises(TransError, match="Both --hypothesis and --compare"):
        wanted(config, FILE, "tiny", ("tiny", "news"))
    assert wanted(config, FILE, "tiny", None)[0].file == FILE, "the profile gives the checks' rules"
    with pytest.raises(TransError, match="'tiny' twice"):
        wanted(config, None, None, ("tiny", "tiny"))


def test_files_that_can_t_be_read(tmp_path: Path) -> None:
    with pytest.raises(TransError, match=r"none\.txt can't be read"):
        read_lines(tmp_path / "none.txt")
    latin = tmp_path / "latin.txt"
    latin.write_bytes(b"a\n\xe9\nb\n")
    with pytest.raises(TransError, match=r"not UTF-8 \(line 2\)"):
        read_lines(latin)
    with pytest.raises(TransError, match="has no lines"):
        refuse_empty({latin: []})


def test_a_missing_model_is_exit_3(files: dict[str, Path]) -> None:
    complaint(called("eval", *options(files, "source", "reference"), "--profile", "news"), 3)


def translated(monkeypatch: pytest.MonkeyPatch, sources: list[str], **settings: Any) -> tuple[FakeModels, list[str]]:
    models = FakeModels(**settings).install(monkeypatch)
    profile = choose_profile(load_config(None), "news", None)
    output = translate(profile, sources, device="cpu", engine="auto", memory="off", console=Console(file=io.StringIO()))
    assert output.name == "news"
    assert output.model["fingerprint"] == "fake"
    return models, list(output.texts)


def test_lines_keep_their_places_whatever_the_portion(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = [f"وصل الوزير رقم {number}." if number % 7 else "" for number in range(600)]
    models, texts = translated(monkeypatch, sources)
    assert texts == [fake_english(source) if source else "" for source in sources]
    assert len(models.translator.calls) == 3
    assert models.translator.closed
    # The summariser of the profile is not asked for.
    assert not models.summariser.loaded
    assert not models.summariser.calls


def test_options_mean_files_and_profiles(tmp_path: Path) -> None:
    config = load_config(None)
    (tmp_path / "a").mkdir()
    one, other = tmp_path / "out.en", tmp_path / "a" / "out.en"
    one.touch()
    other.touch()
    assert [item.name for item in wanted(config, one, None, None)] == ["out.en"]
    assert [(item.name, item.file) for item in wanted(config, None, None, None)] == [(config.default_profile, None)]
    # Files of one name are told apart by their folders.
    assert [item.name for item in wanted(config, None, None, (str(one), str(other)))] == [str(one), str(other)]
    assert [item.file for item in wanted(config, None, None, ("tiny", str(one)))] == [None, one]
