"""Library use: what docs/library.md shows runs as it stands there, and what ``trans`` offers is typed and light to import."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from console_script import called
from fakes import FakeModels
from texts import article

import trans
from trans import Brief, TransError, Translator
from trans.render import RENDERERS
from trans.sources import article_from_text

PAGE = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def test_every_block_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "story.txt").write_text(article(), encoding="utf-8")
    assert len(BLOCKS) >= 4
    names: dict[str, object] = {"text": article(), "list_of_texts": ["أعلنت الوزارة اليوم خطة جديدة.", ""]}
    for block in BLOCKS:
        # The demo models come with the package; else the page stands as it is.
        code = block.replace('"news"', '"tiny"')
        exec(compile(code, "docs/library.md", "exec"), names)  # noqa: S102  our own page
    brief = names["brief"]
    assert isinstance(brief, Brief)
    assert brief.headline.target
    assert len(names["english"]) == 2  # type: ignore[arg-type]
    assert {path.suffix for path in tmp_path.glob("story.*")} == {".json", ".html"}


def test_everything_that_is_offered_is_there() -> None:
    for name in trans.__all__:
        assert getattr(trans, name).__doc__ is not None
    assert set(trans.__all__) <= set(dir(trans))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        trans.nothing  # noqa: B018


def test_the_page_names_all_that_is_offered() -> None:
    missing = [name for name in trans.__all__ if f"`{name}`" not in PAGE and f"`trans.{name}`" not in PAGE]
    assert not missing


def test_importing_the_names_loads_no_model_library() -> None:
    code = (
        "import sys\nfrom trans import Article, Brief, ModelError, Profile, TransError, Translator\n"
        "print([name for name in ('torch', 'transformers', 'ctranslate2', 'huggingface_hub') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_bare_import_loads_nothing_of_ours() -> None:
    code = "import sys, trans\nprint(sorted(name for name in sys.modules if name.startswith('trans.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['trans._version']"


def test_the_librarys_brief_is_the_command_lines(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(article(), encoding="utf-8")
    done = called("run", tmp_path / "story.txt", "--profile", "tiny", "--out", tmp_path / "out", "--memory", "off")
    assert done.returncode == 0, done.stderr
    with Translator("tiny") as translator:
        brief = translator.brief(article_from_text(article(), "story.txt"))
    made, written = json.loads(RENDERERS["json"](brief)), json.loads((tmp_path / "out" / "story.json").read_bytes())
    assert written["source"].pop("metadata")["received"], "a text has no time of its own, a file has"
    made["source"].pop("metadata")
    assert made.pop("digest") != written.pop("digest"), "the digest is of that time too"
    assert made == written


def test_translating_a_list_gives_one_text_for_each_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    models = FakeModels().install(monkeypatch)
    with Translator("news") as translator:
        assert translator.translate([]) == []
        first, empty, again = translator.translate(["قال الوزير. وصل الرئيس.", "", "قال الوزير. وصل الرئيس."])
    assert first == again != empty == ""
    asked = [text for call in models.translator.calls for text in call]
    assert len(asked) == len(set(asked)), "a text is decoded once"


def test_a_wrong_profile_is_told_as_on_the_command_line() -> None:
    with pytest.raises(TransError, match="no profile 'nosuch'") as caught:
        Translator("nosuch")
    assert caught.value.hint
    assert caught.value.exit_code is trans.ExitCode.USAGE


def test_one_text_is_not_taken_for_its_letters() -> None:
    with Translator("tiny") as translator, pytest.raises(TypeError, match="a list of texts"):
        translator.translate("نص")
