"""Which licences allow commercial use, and what a stated usage refuses: in the table, in models.yaml, at the command line."""

import itertools
from pathlib import Path

import pytest
from console_script import called, complaint
from hypothesis import given
from hypothesis import strategies as st
from texts import article

from trans import doctor
from trans.api import Translator
from trans.config import choose_profile, load_config
from trans.errors import ExitCode, TransError
from trans.licences import commercial_use
from trans.usage import USAGES, notice, usage_in_force

TINY = "translation: {model: 'embedded:tiny-marian-ar-en', licence: %s}\n    summarization: {method: extractive}"


def settings(path: Path, *, top: str = "", free: str = "Apache-2.0", barred: str = "CC BY-NC-SA 4.0") -> Path:
    """Write a models.yaml with a profile that is free, the default one, and one that may not be, both of embedded models."""
    path.write_text(
        f"{top}default_profile: free\nprofiles:\n  free:\n    {TINY % free}\n  barred:\n    {TINY % barred}\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    folder = tmp_path / "inputs"
    folder.mkdir()
    (folder / "one.txt").write_text(article(), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("licence", "verdict"),
    [
        ("Apache-2.0", "yes"),
        ("apache 2.0", "yes"),
        ("Apache License 2.0", "yes"),
        ("MIT", "yes"),
        ("mit license", "yes"),
        ("BSD-3-Clause", "yes"),
        ("GPL-3.0-or-later", "yes"),
        ("LGPL-2.1-only", "yes"),
        ("CC BY 4.0", "yes"),
        ("cc-by-sa-3.0", "yes"),
        ("CC0-1.0", "yes"),
        ("CC BY-NC-SA 4.0", "no"),
        ("cc-by-nc-4.0", "no"),
        ("CC_BY_NC_ND_4.0", "no"),
        ("unknown", "unknown"),
        ("", "unknown"),
        ("other", "unknown"),
        ("openrail", "unknown"),
        ("llama3.1", "unknown"),
        ("MIT and CC BY-NC 4.0", "unknown"),
        ("CC BY 4.0, not for sale", "unknown"),
    ],
)
def test_the_table(licence: str, verdict: str) -> None:
    assert commercial_use(licence) == verdict


@given(st.text(max_size=40))
def test_what_is_not_in_the_table_is_not_guessed(licence: str) -> None:
    assert commercial_use(licence) in ("yes", "no", "unknown")
    assert commercial_use(f"{licence} NonCommercial") == "unknown"


@pytest.mark.parametrize(
    ("written", "verdict"),
    [("yes", "yes"), ("no", "no"), ("'no'", "no"), ("unknown", "unknown"), ("true", "yes"), ("auto", "no")],
)
def test_models_yaml_goes_over_the_table(tmp_path: Path, written: str, verdict: str) -> None:
    path = settings(tmp_path / "models.yaml", barred=f"CC BY-NC 4.0, commercial: {written}")
    assert load_config(path).profiles["barred"].translation.commercial_use == verdict


def test_another_word_is_refused_with_the_valid_ones(tmp_path: Path) -> None:
    path = settings(tmp_path / "models.yaml", top="usage: private\n", barred="X, commercial: perhaps")
    with pytest.raises(TransError, match="2 problems") as raised:
        load_config(path)
    for said in ("usage: ", "'any' or 'commercial'", "barred.translation.commercial: ", "'yes', 'no' or 'unknown'"):
        assert said in raised.value.message


def test_the_packaged_profiles() -> None:
    config = load_config(None)
    profile = choose_profile(config, "news", None)
    assert profile.allowed == ("extractive", "tiny")
    assert "csebuetnlp/mT5_multilingual_XLSum (CC BY-NC-SA 4.0)" in notice(profile.settings)
    assert notice(config.profiles["extractive"]) == ""
    assert [model.commercial_use for model in config.profiles["news-big"].models] == ["yes", "no"]


def test_the_environment_is_only_stricter() -> None:
    for configured, said in itertools.product(USAGES, ("", " ", *USAGES)):
        wanted = "commercial" if "commercial" in (configured, said) else "any"
        assert usage_in_force(configured, {"TRANS_USAGE": said}) == wanted
    assert usage_in_force("any", {}) == "any"
    with pytest.raises(TransError, match="TRANS_USAGE is 'Commercial'") as raised:
        usage_in_force("commercial", {"TRANS_USAGE": "Commercial"})
    assert "any, commercial" in raised.value.hint


def test_a_library_user_is_refused_before_anything_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRANS_USAGE", "commercial")
    monkeypatch.setattr("trans.api.locate", lambda *arguments, **options: pytest.fail("looked for a model"))
    with pytest.raises(TransError, match=r"'news' is not for commercial use: .*XLSum \(CC BY-NC-SA 4.0\)") as raised:
        Translator("news")
    assert raised.value.exit_code == ExitCode.USAGE
    assert "extractive, tiny" in raised.value.hint


def test_an_unknown_licence_is_refused_too_and_said_to_be_unknown(tmp_path: Path) -> None:
    path = settings(tmp_path / "models.yaml", top="usage: commercial\n", barred="Our own")
    with pytest.raises(TransError, match=r"whether embedded:tiny-marian-ar-en \(Our own\) allows any is not known"):
        Translator("barred", config=path)
    none = settings(tmp_path / "none.yaml", top="usage: commercial\n", free="Ours", barred="Theirs")
    with pytest.raises(TransError) as raised:
        Translator(config=none)
    assert "No profile here" in raised.value.hint
    with Translator("free", config=path) as translator:
        assert translator.profile.usage == "commercial"


def test_a_licence_changes_no_text(tmp_path: Path) -> None:
    """Finished briefs are told of it, not made anew."""
    hashes = []
    for barred in ("Apache-2.0", "Apache-2.0, commercial: no"):
        with Translator("barred", config=settings(tmp_path / "models.yaml", barred=barred)) as translator:
            hashes.append(translator.provenance.hashes)
    assert hashes[0] == hashes[1]


def test_runs_are_refused_or_say_what_is_forbidden(inputs: Path, tmp_path: Path) -> None:
    config = settings(tmp_path / "models.yaml")
    barred = ("run", inputs, "--out", tmp_path / "out", "--config", config, "--profile", "barred")
    wrong = complaint(called(*barred, TRANS_USAGE="commercial"), 2)
    assert "embedded:tiny-marian-ar-en (CC BY-NC-SA 4.0) allows none" in wrong[0]
    assert "free" in wrong[1]
    assert not (tmp_path / "out").exists()
    assert "any, commercial" in complaint(called(*barred, TRANS_USAGE="profit"), 2)[1]

    run = called(*barred)
    assert run.returncode == 0, run.stderr
    lines = run.stderr.splitlines()
    said = "Not for commercial use, by the licence of embedded:tiny-marian-ar-en (CC BY-NC-SA 4.0)."
    assert lines[0] == said
    assert said in lines[-3:]
    assert said not in called(*barred, "--quiet").stderr

    free = called("run", inputs, "--out", tmp_path / "free", "--config", config, TRANS_USAGE="commercial")
    assert free.returncode == 0, free.stderr
    assert "commercial" not in free.stderr


def test_the_report_on_this_machine_tells_of_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRANS_USAGE", "commercial")
    config = settings(tmp_path / "models.yaml")
    states = {state.profile: state for state in doctor.examine(config).profiles}
    assert (states["free"].ready, states["barred"].ready) == (True, False)
    assert any("not for commercial use" in problem for problem, _ in states["barred"].problems)
    listed = called("models", "list", "--config", config, TRANS_USAGE="any").stdout
    rows = {row.split()[0]: row for row in listed.splitlines() if " translate " in row}
    assert " no " in rows["barred"]
    assert " yes " in rows["free"]


def test_a_models_yaml_may_demand_it(inputs: Path, tmp_path: Path) -> None:
    config = settings(tmp_path / "models.yaml", top="usage: commercial\n")
    refused = called(
        "run", inputs, "--config", config, "--profile", "barred", "--out", tmp_path / "out", TRANS_USAGE="any"
    )
    assert "'barred'" in complaint(refused, 2)[0]
