"""models.yaml: all problems at once, each with its key and what it should be."""

import re
from pathlib import Path

import pytest
import yaml

from trans.config import choose_profile, find_config, load_config, packaged_config
from trans.errors import ExitCode, TransError


def write(folder: Path, **changes: object) -> Path:
    data = {**yaml.safe_load(packaged_config()), **changes}
    path = folder / "models.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


def complaint(path: Path) -> TransError:
    with pytest.raises(TransError) as raised:
        load_config(path)
    assert raised.value.exit_code == ExitCode.USAGE
    return raised.value


def test_the_packaged_file_has_the_four_profiles_and_their_licences() -> None:
    config = load_config(None)
    assert set(config.profiles) == {"news", "news-big", "extractive", "tiny"}
    news = config.profiles["news"]
    assert (news.translation.licence, news.summarization.licence) == ("Apache-2.0", "CC BY-NC-SA 4.0")
    assert config.profiles["news-big"].translation.licence == "CC BY 4.0"
    assert config.profiles["tiny"].demo
    assert config.default_profile == "news"


def test_the_defaults_are_what_the_packaged_file_says() -> None:
    written = yaml.safe_load(packaged_config())["profiles"]["news"]
    settings = load_config(None).profiles["news"]
    bare = settings.translation.model_validate({"model": "x/y", "licence": "Apache-2.0"})
    assert bare == settings.translation.model_copy(update={"model": "x/y"})
    assert set(written["translation"]) == set(settings.translation.model_dump())
    assert set(written["summarization"]) == set(settings.summarization.model_dump())


def test_what_the_machine_decides_can_be_set(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(
        packaged_config()
        .replace("inter_threads: auto", "inter_threads: 3")
        .replace("batch_tokens: auto", "batch_tokens: 99"),
        encoding="utf-8",
    )
    config = load_config(path)
    assert (config.run.inter_threads, config.run.intra_threads) == (3, None)
    assert config.profiles["news"].translation.batch_tokens == 99
    for wrong in ("fast", "0", "true", "1.5"):
        path.write_text(packaged_config().replace("intra_threads: auto", f"intra_threads: {wrong}"), encoding="utf-8")
        with pytest.raises(TransError, match="'auto' or a whole number"):
            load_config(path)


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        run={"window_articles": 0, "windows": 3},
        profiles={
            "a": {
                "translation": {"model": "x/y", "decoding": {"beam_size": "many"}},
                "summarization": {"method": "magic"},
            },
            "b": {"summarization": {"method": "extractive"}},
        },
    )
    message = complaint(path).message
    for key in (
        "run.window_articles",
        "run.windows: there is no such setting",
        "profiles.a.translation.decoding.beam_size",
        "profiles.a.summarization.method",
        "profiles.b.translation",
    ):
        assert key in message
    assert "'model' or 'extractive'" in message
    assert str(path) in message


def test_a_default_profile_that_is_not_there(tmp_path: Path) -> None:
    assert "'nowhere'" in complaint(write(tmp_path, default_profile="nowhere")).message


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "profiles: [", "\x00", "version: 2\n"])
def test_a_file_that_is_no_configuration(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(text, encoding="utf-8")
    assert str(path) in complaint(path).message


def test_a_missing_file(tmp_path: Path) -> None:
    assert "can't be read" in complaint(tmp_path / "none.yaml").message


def test_yaml_tags_run_no_code(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("version: !!python/object/apply:os.getcwd []\n", encoding="utf-8")
    assert "not valid YAML" in complaint(path).message


def test_an_unknown_profile_lists_the_known_ones() -> None:
    with pytest.raises(TransError) as raised:
        choose_profile(load_config(None), "nope", None)
    assert "'nope'" in raised.value.message
    assert "news-big" in raised.value.hint


def test_a_file_in_the_working_folder_comes_before_the_packaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_config(None) is None
    write(tmp_path)
    assert find_config(None) == Path("models.yaml")
    assert find_config(tmp_path / "other.yaml") == tmp_path / "other.yaml"


BARE = "profiles: {a: {translation: {model: x/y}, summarization: {method: extractive}}}\ndefault_profile: a\n"


def test_contradictions_are_reported_beside_wrong_fields(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        default_profile="nowhere",
        nonsense=1,
        profiles={"a": {"translation": {"model": "x/y"}, "summarization": {"min_words": -1, "engine": "steam"}}},
    )
    message = complaint(path).message
    for said in (
        "has 5 problems",
        "nonsense: there is no such setting",
        "'nowhere' is not one of the profiles: a",
        "profiles.a.summarization.min_words",
        "profiles.a.summarization.engine",
        "profiles.a.summarization: method 'model' needs a 'model'",
    ):
        assert said in message


@pytest.mark.parametrize(
    "text",
    [
        "x: 2024-13-45\n",
        "x: !!bool maybe\n",
        "x: !!timestamp soon\n",
        "x: !!int ''\n",
        f"x: {'9' * 5000}\n",
        "x: &a [*a]\n",
        "x: &a {<<: *a}\n",
        "[" * 50_000,
        "a: &a {k: 1}\n"
        + "".join(f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]}}\n" for n in range(12)),
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)),
        "x: 1\n" * 300_000,
    ],
    ids=range(11),
)
def test_yaml_that_breaks_its_reader(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(text + BARE, encoding="utf-8")
    error = complaint(path)
    assert str(path) in error.message
    assert len(error.message) < 1000


@pytest.mark.parametrize(
    "deep", ["[" * 101 + "]" * 101, "{a: " * 101 + "}" * 101, "".join(f"\n{' ' * n}a:" for n in range(1, 101)) + " 1"]
)
def test_values_that_are_too_deep_are_told_with_their_line(tmp_path: Path, deep: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(f"version: 1\nusage: any\nrun: {deep}\n", encoding="utf-8")
    assert re.search(r"nested too deeply, in line \d+$", complaint(path).message)


def test_brackets_in_text_are_no_levels(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text("# " + "[" * 300 + f"\n{BARE}default_profile: '{'[' * 300}'\n", encoding="utf-8")
    assert "is not one of the profiles" in complaint(path).message


@pytest.mark.parametrize(
    ("content", "hint"), [(b"a: \xe9\n", "Save it as UTF-8."), (b"#" * 250_001, "A models.yaml has at most 250 kB.")]
)
def test_a_file_that_is_no_text_or_too_large(tmp_path: Path, content: bytes, hint: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_bytes(content)
    assert complaint(path).hint == hint


def test_a_huge_value_is_shown_in_part(tmp_path: Path) -> None:
    aliases = "".join(f"  a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'x'] * 9)}]\n" for n in range(4))
    path = tmp_path / "models.yaml"
    path.write_text(BARE + f"memory:\n  max_mb: {'m' * 5000}\nrun:\n{aliases}", encoding="utf-8")
    assert len(complaint(path).message) < 1000


@pytest.mark.parametrize("value", [".inf", ".nan"])
def test_numbers_without_a_value(tmp_path: Path, value: str) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(BARE + f"run: {{max_file_mb: {value}}}\n", encoding="utf-8")
    assert "run.max_file_mb" in complaint(path).message


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "models.yaml"
    path.write_text(BARE + "memory: {max_mb: 1, max_mb: 2}\nversion: 1\nversion: 1\nnonsense: 3\n", encoding="utf-8")
    message = complaint(path).message
    assert "3 problems" in message
    assert "max_mb: stands twice" in message
    assert "version: stands twice, in lines 4 and 5" in message
    assert "nonsense" in message
