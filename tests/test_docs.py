"""The documentation stays true: the site builds with every link right and loads nothing from elsewhere; every command and every
setting is in its references; the commands that pages show exist.
"""

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from pydantic import BaseModel
from typer.main import get_command

from trans.cli import app
from trans.config import Config
from trans.errors import ExitCode

ROOT = Path(__file__).parents[1]
GENERATE = ROOT / "docs" / "generate"

# Pages with commands for people to type.
SHOWN = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it; a warning ends the build."""
    folder = tmp_path_factory.mktemp("site")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"docs_{name}", GENERATE / f"{name}.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made  # dataclasses look their module up
    spec.loader.exec_module(made)
    return made


def commands(command: Any = None, name: str = "trans") -> Iterator[tuple[str, Any]]:
    """Every command by its full name, groups included."""
    command = command or get_command(app)
    yield name, command
    for inner, found in getattr(command, "commands", {}).items():
        yield from commands(found, f"{name} {inner}")


def options(command: Any) -> set[str]:
    found = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return {option for option in found if option.startswith("-")}


def test_links_and_pictures_lead_somewhere(site: Path) -> None:
    pages = {path: html.parse(path).getroot() for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(pages) >= 15
    anchors = {path: set(root.xpath("//@id")) for path, root in pages.items()}
    for path, root in pages.items():
        for target in [*root.xpath("//a/@href"), *root.xpath("//img/@src"), *root.xpath("//script/@src")]:
            address, anchor = urldefrag(target)
            if re.match(r"[a-z]+:", address) or not target.strip():
                continue
            file = (path.parent / unquote(address)).resolve() if address else path
            if file.is_dir():
                file /= "index.html"
            assert file.is_file(), f"{path.relative_to(site)} links to {target}"
            # '__...' are the theme's own, made by its script.
            if anchor and file in anchors and not anchor.startswith("__"):
                assert unquote(anchor) in anchors[file], f"{path.relative_to(site)} links to {target}"


def test_the_site_loads_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob("*.html"):
        root = html.parse(path).getroot()
        loaded = [
            *root.xpath("//script/@src"),
            *root.xpath("//link[not(@rel='canonical')]/@href"),
            *root.xpath("//img/@src"),
            *root.xpath("//iframe/@src"),
        ]
        assert not [target for target in loaded if target.startswith(("http:", "https:", "//"))], path
    for path in site.rglob("*.css"):
        styles = path.read_text(encoding="utf-8")
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", styles), path


def test_every_command_and_option_is_in_the_reference(site: Path) -> None:
    text = html.parse(site / "commands.html").getroot().text_content()
    known = dict(commands())
    assert {"trans run", "trans watch", "trans models list", "trans doctor"} <= set(known)
    for name, command in known.items():
        if command.hidden:
            continue
        assert f"Usage: {name} " in text, name
        for option in options(command):
            assert option in text, f"{name} {option}"
    for code in ExitCode:
        assert re.search(rf"^\s*{int(code)}\s*$", text, re.MULTILINE), code


def settings(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every setting below a model; a profile's name is NAME."""
    for name, field in model.model_fields.items():
        inner = [kind for kind in kinds(field.annotation) if isinstance(kind, type) and issubclass(kind, BaseModel)]
        if not inner:
            yield (*path, name)
        for kind in inner:
            yield from settings(kind, (*path, name, "NAME") if name == "profiles" else (*path, name))


def kinds(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from kinds(part)


def test_every_setting_is_in_the_reference_and_says_what_it_is(site: Path) -> None:
    root = html.parse(site / "configuration.html").getroot()
    told: dict[tuple[str, ...], list[str]] = {}
    for table in root.xpath("//table"):
        heading = table.xpath("(preceding::h2)[last()]")[0].text_content().rstrip("¶").strip()
        group = () if heading == "The file" else tuple(heading.split("."))
        for row in table.xpath(".//tbody/tr"):
            name, *cells = (cell.text_content().strip() for cell in row.xpath("td"))
            told[(*group, name)] = cells
    wanted = set(settings(Config))
    assert ("profiles", "NAME", "summarization", "decoding", "max_tokens") in wanted
    assert wanted <= told.keys(), wanted - told.keys()
    for path in wanted:
        values, default, what = told[path]
        assert values, path
        assert default, path
        assert what, f"{'.'.join(path)}: say what it is behind it in models.yaml, or in docs/generate/setting_pages.py"
    # The defaults of the place, which may be others than the model's own.
    assert told["profiles", "NAME", "translation", "quantization", "cuda"][1] == "float16"
    assert told["profiles", "NAME", "summarization", "quantization", "cuda"][1] == "bfloat16"
    assert told["profiles", "NAME", "translation", "decoding", "max_tokens"][1] == "320"
    assert told["profiles", "NAME", "summarization", "decoding", "max_tokens"][1] == "84"
    assert told["run", "inter_threads"][:2] == ["auto or a whole number from 1", "auto"]
    assert told["profiles", "NAME", "repair", "max_share"][0] == "number from 0 to 1"


def blocks(text: str) -> list[str]:
    """The blocks of code of a page that a shell is meant by, fenced or indented."""
    fenced = re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return fenced + re.findall(r"(?:^|\n\n)((?: {4}\S.*\n)+)", text)


def typed(path: Path) -> Iterator[list[str]]:
    """The words of every command of ours in a page's blocks of code."""
    for block in blocks(path.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|(?!\w)|;", line.partition(" #")[0]):
                words = part.replace("'", " ").split()
                named = words[:2] == ["docker", "build"]  # an image is called so, too
                if "trans" in words[:-1] and not named:
                    yield words[words.index("trans") :]


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: path.name)
def test_commands_that_pages_show_exist(path: Path) -> None:
    known = dict(commands())
    for words in typed(path):
        name = " ".join(words[:3]) if " ".join(words[:3]) in known else " ".join(words[:2])
        name = name if name in known else "trans"
        assert name != "trans" or words[1].startswith("-"), words
        shown = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert shown <= options(known[name]) | {"--help"}, words


def test_pages_show_commands() -> None:
    assert sum(len(list(typed(path))) for path in SHOWN) >= 20


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", [*SHOWN, ROOT / "CONTRIBUTING.md", *WORKFLOWS], ids=lambda path: path.name)
def test_targets_of_make_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    called = re.findall(r"(?:`|run: )make ([^`\n]+)", text)
    called += re.findall(r"^ *make (.+)", "".join(blocks(text)), re.MULTILINE)
    for line in called:
        wanted = set(takewhile(re.compile("[a-z][a-z-]*").fullmatch, line.split()))
        assert wanted <= targets(), line


def test_links_out_of_docs_become_links_within_the_site() -> None:
    relinked = module("site_links").relinked
    text = (
        "[a](../models.yaml) [b](checks.md#terms) [c](../CHANGELOG.md) [d](https://x.org/) [e](#here) [f](images/a.png)"
    )
    made, outside = relinked(text, "docs/faq.md", "faq.md")
    assert made == (
        "[a](files/models.yaml) [b](checks.md#terms) [c](changelog.md) [d](https://x.org/) [e](#here) [f](images/a.png)"
    )
    assert outside == {"models.yaml"}
    made, outside = relinked(
        "[x](docs/scale.md#a) [y](training/README.md) [z](LICENSE)", "CHANGELOG.md", "changelog.md"
    )
    assert made == "[x](scale.md#a) [y](training.md) [z](files/LICENSE)"
    assert outside == {"LICENSE"}


@given(st.text(st.characters(exclude_characters="]")))
def test_text_without_links_is_left_alone(text: str) -> None:
    assert module("site_links").relinked(text, "docs/a.md", "a.md") == (text, set())
