"""The README stays true: its help texts are the program's, its file tree names every module, its files exist."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_help_texts_are_the_programs_own() -> None:
    spec = importlib.util.spec_from_file_location("update_readme", ROOT / "docs" / "update_readme.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert "<!-- help: trans run -->" in README
    assert module.updated(README) == README, "run: make readme"


def test_every_module_stands_in_the_file_tree() -> None:
    tree = README.split("## Where things are", 1)[1]
    for path in (ROOT / "src" / "trans").rglob("*.py"):
        if path.name != "__init__.py":
            assert path.name in tree, f"{path} is not in the README's file tree"


def test_linked_files_exist() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", README):
        assert (ROOT / target).exists(), target
