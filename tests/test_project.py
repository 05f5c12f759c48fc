"""What stands around the program holds together: CI, releases, hooks before commits, images."""

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def steps(path: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def test_ci_lints_types_tests_on_each_python_and_tries_the_wheel() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert workflow["permissions"] == {"contents": "read"}
    run = " ; ".join(step.get("run", "") for step in steps(ROOT / ".github" / "workflows" / "ci.yml"))
    assert all(f"make {target}" in run for target in ("check", "docs", "test", "wheel"))


def test_a_release_is_published_without_a_token() -> None:
    path = ROOT / ".github" / "workflows" / "release.yml"
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    assert "secrets." not in path.read_text(encoding="utf-8")
    assert jobs["pypi"]["permissions"] == {"id-token": "write"}
    assert jobs["pypi"]["needs"] == "build"
    commands = [step.get("run", "") for step in jobs["build"]["steps"]]
    for needed in ("make check", "make test", "make wheel"):
        assert any(command.startswith(needed) for command in commands), needed


def test_known_vulnerabilities_are_looked_up_with_no_more_rights_than_reading() -> None:
    path = ROOT / ".github" / "workflows" / "audit.yml"
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow["jobs"].values())
    assert "secrets." not in path.read_text(encoding="utf-8")
    used = [step.get("uses", "") for step in steps(path)]
    assert any(name.startswith("actions/dependency-review-action@v") for name in used)
    commands = " ".join(step.get("run", "") for step in steps(path))
    assert "pip_audit --requirement constraints.txt" in commands
    assert "pip-audit==" in commands
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert {one["package-ecosystem"] for one in updates} == {"pip", "github-actions", "docker"}


def test_the_hooks_are_what_make_check_runs() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repository,) = config["repos"]
    assert repository["repo"] == "local"  # no second pin beside constraints.txt
    entries = [hook["entry"] for hook in repository["hooks"]]
    for tool in ("ruff check", "ruff format", "mypy", "lint-imports"):
        assert any(entry.startswith(f".venv/bin/{tool}") for entry in entries), tool


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_images_are_without_root_and_models(device: str) -> None:
    lines = (ROOT / "docker" / f"{device}.Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    last = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    assert [line for line in last if line.startswith("USER ")] == ["USER 1000:1000"]
    assert 'ENTRYPOINT ["trans"]' in last
    assert "VOLUME /cache" in last
    environment = " ".join(line for line in last if line.startswith("ENV "))
    assert "HF_HOME=/cache/" in environment
    assert "TRANS_CACHE=/cache/" in environment
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    }
    assert copied == kept
    assert all((ROOT / name).exists() for name in copied)


def test_the_compose_file_builds_an_image_that_is_there() -> None:
    (service,) = yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text(encoding="utf-8"))["services"].values()
    context = (ROOT / "docs" / service["build"]["context"]).resolve()
    assert (context / service["build"]["dockerfile"]).is_file()
