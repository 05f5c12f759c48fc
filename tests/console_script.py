"""The installed console script, as tests run it: in a process of its own, or its entry point called in this one."""

import io
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

TRANS = Path(sys.executable).with_name("trans")


def trans(
    *arguments: str | Path, cwd: Path | None = None, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TRANS, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "HF_HUB_OFFLINE": "1", **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def called(
    *arguments: str | Path, cwd: Path | None = None, stdin: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Return what ``trans`` would, without its start, which takes a second or more: for tests of what a command says and does.

    Each command has a test of the script itself too, and signals are no business of this.
    """
    from huggingface_hub import close_session

    from trans.cli import main

    logger = logging.getLogger("trans")
    level = logger.level
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    given, out, errors = io.BytesIO((stdin or "").encode()), io.BytesIO(), io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"NO_COLOR": "1", "HF_HUB_OFFLINE": "1", **environment}.items():
            patch.setenv(name, value)
        _read_environment(patch)
        # What a program does to its own process, and no test wants of this one.
        patch.setattr("trans.heap.share", lambda: None)
        patch.setattr(sys, "unraisablehook", sys.unraisablehook)
        patch.setattr(logger, "handlers", [])
        patch.setattr(logger, "propagate", logger.propagate)
        if cwd:
            patch.chdir(cwd)
        patch.setattr(sys, "argv", ["trans", *map(str, arguments)])
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # click asks it for the program's name
        patch.setattr(sys, "stdin", io.TextIOWrapper(given, "utf-8"))
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", write_through=True))
        patch.setattr(sys, "stderr", io.TextIOWrapper(errors, "utf-8", "backslashreplace", write_through=True))
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        finally:
            close_session()
            logger.setLevel(level)
            for number, handler in signals.items():
                signal.signal(number, handler)
            said, told = out.getvalue().decode(), errors.getvalue().decode()
    return subprocess.CompletedProcess(["trans", *map(str, arguments)], code, said, told)


def _read_environment(patch: pytest.MonkeyPatch) -> None:
    """Let huggingface_hub go by the environment as it is now: it reads it once, when it is imported."""
    from huggingface_hub import close_session, constants

    close_session()
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co")
    patch.setattr(constants, "ENDPOINT", endpoint)
    patch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", endpoint + "/{repo_id}/resolve/{revision}/{filename}")
    patch.setattr(constants, "HF_HUB_OFFLINE", os.environ["HF_HUB_OFFLINE"] not in ("", "0"))
    patch.setattr(constants, "HF_HUB_CACHE", str(Path(os.environ["HF_HOME"]) / "hub"))


def complaint(result: subprocess.CompletedProcess[str], code: int) -> list[str]:
    """The two lines of a user's mistake: what is wrong, what to do; never a traceback."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert lines[-2].startswith("trans: "), result.stderr
    return lines[-2:]
