"""The wheel holds all that a run needs, and says what else has to be installed.

It is built from the sdist, as a release is, and installed by pip into an environment of its own, offline: what it depends on is
seen in the environment of the tests, through a path file, and not fetched. So this shows that files, entry point and data are in
the wheel, and that no import is left out of what it declares; it can't show that pip finds those packages. `make wheel` does: it
installs into an environment that has nothing.
"""

import ast
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from importlib import metadata
from pathlib import Path

import pytest
from console_script import complaint
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from texts import article

ROOT = Path(__file__).parents[1]

# Without the tests' own way to the source.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env={**ENVIRONMENT, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1", "PIP_NO_INDEX": "1", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dist = tmp_path_factory.mktemp("dist")
    built = run(sys.executable, "-m", "build", "--no-isolation", "--outdir", dist, ROOT, cwd=dist)
    assert built.returncode == 0, built.stdout + built.stderr
    assert len(list(dist.glob("*.tar.gz"))) == 1
    (made,) = dist.glob("*.whl")
    return made


@pytest.fixture(scope="session")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs' folder of an environment that has the wheel, and sees the tests' other packages behind it."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python)
    installed = run(*pip, "install", "--no-deps", "--quiet", wheel, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    asked = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    others = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    (Path(asked.stdout.strip()) / "others.pth").write_text("\n".join(sorted(others)), encoding="utf-8")
    return folder / "bin"


def described(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_all_of_the_package_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = ROOT / "src" / "trans"
    files = {
        f"trans/{path.relative_to(package).as_posix()}"
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == files | {"trans/models.yaml"}
    assert {"trans/py.typed", "trans/render/brief.schema.json"} <= names


def test_it_runs_from_elsewhere_with_what_is_in_it(clean: Path, tmp_path: Path) -> None:
    where = run(clean / "python", "-c", "import trans; print(trans.__file__)", cwd=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(clean.parent), where.stdout + where.stderr
    version = metadata.version("trans-briefs")
    assert run(clean / "trans", "--version", cwd=tmp_path).stdout == f"trans {version}\n"
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "news.txt").write_text(article(), encoding="utf-8")
    made = run(clean / "trans", "run", "inbox", "--profile", "tiny", "--out", "briefs", "--memory", "off", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert {path.name for path in (tmp_path / "briefs").iterdir()} >= {
        "news.html",
        "news.json",
        "news.md",
        "index.html",
    }
    # Settings and models are the package's own: there is no models.yaml here.
    assert "can run          --profile tiny" in run(clean / "trans", "doctor", cwd=tmp_path).stdout
    missing = run(clean / "trans", "run", "inbox", "--out", "others", cwd=tmp_path, HF_HOME=str(tmp_path / "hub"))
    assert "Helsinki-NLP/opus-mt-ar-en" in " ".join(complaint(missing, 3))


def imported(path: Path) -> Iterator[str]:
    """The top-level names that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def closure(requirements: list[str]) -> set[str]:
    """What pip installs for ``requirements``, by the metadata of what is installed here."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [(Requirement(text), frozenset({""})) for text in requirements]
    while waiting:
        requirement, extras = waiting.pop()
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in extras):
            continue
        one = canonicalize_name(requirement.name), frozenset({"", *requirement.extras})
        if one in seen:
            continue
        seen.add(one)
        try:
            needs = metadata.requires(requirement.name) or []
        except metadata.PackageNotFoundError:  # of an extra that is not installed here
            continue
        waiting += [(Requirement(text), one[1]) for text in needs]
    return {name for name, _ in seen}


def test_whatever_is_imported_is_declared(wheel: Path) -> None:
    declared = described(wheel).get_all("Requires-Dist") or []
    plain = [text for text in declared if "extra ==" not in text]
    optional = [text.partition(";")[0] for text in declared if "extra ==" in text]
    assert "torch>=2.13.0" in plain
    installed, optionally = closure(plain), closure(optional)
    known = metadata.packages_distributions()
    for path in sorted((ROOT / "src" / "trans").rglob("*.py")):
        for name in set(imported(path)) - sys.stdlib_module_names - {"trans", "__future__"}:
            by = {canonicalize_name(one) for one in known.get(name, [])}
            assert by & (installed | optionally), f"{path.relative_to(ROOT)} imports {name}, which nothing declares"
            if not by & installed:
                own = path.name.startswith("cluster_") or path.name == "cli_desk.py" or path.parent.name == "desk"
                assert own, f"{path.relative_to(ROOT)} imports {name}, which only an extra has"


def test_the_wheel_describes_itself(wheel: Path) -> None:
    about = described(wheel)
    assert about["Name"] == "trans-briefs"
    assert about["Requires-Python"] == ">=3.11"
    assert about["License-Expression"] == "Apache-2.0"
    assert str(about.get_payload()).startswith("# trans\n")
