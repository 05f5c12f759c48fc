"""The installed console script, as tests run it."""

import os
import subprocess
import sys
from pathlib import Path

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


def complaint(result: subprocess.CompletedProcess[str], code: int) -> list[str]:
    """The two lines of a user's mistake: what is wrong, what to do; never a traceback."""
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert lines[-2].startswith("trans: "), result.stderr
    return lines[-2:]
