"""Put the real ``--help`` texts into README.md: ``make readme``. A test fails while they differ."""

import os
import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"
_BLOCK = re.compile(r"(<!-- help: (?P<command>[a-z ]+) -->\n```text\n).*?(\n```\n)", re.DOTALL)


def updated(text: str) -> str:
    """Return ``text`` with each help block as the installed command prints it, 100 columns wide."""
    return _BLOCK.sub(lambda match: match[1] + _help(match["command"]) + match[3], text)


def _help(command: str) -> str:
    trans = Path(sys.executable).with_name("trans")
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    result = subprocess.run(  # noqa: S603  (our own command)
        [trans, *command.split()[1:], "--help"], env=environment, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


if __name__ == "__main__":
    README.write_text(updated(README.read_text(encoding="utf-8")), encoding="utf-8")
