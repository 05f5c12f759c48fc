"""``python -m fuzz.run [TARGET ...] [--seconds N] [--seed S]``: searches for inputs that break a promise, guided by coverage.

Each target is searched in a process of its own (``observe``) by atheris, which is libFuzzer, from its corpus on. What covers
more is kept in ``fuzz/found/TARGET``, which git ignores; what breaks a promise is made shorter and kept as
``fuzz/corpus/TARGET/crash-…``. Mend what it shows, name it for that, and it stays as a test. Exit code 1 where anything broke.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from fuzz.shorten import place, shortened
from fuzz.targets import CORPUS, TARGETS, broken

ROOT = Path(__file__).parents[1]

# One fault is found again and again; what is more than these of a target is for after they are mended.
_MOST_FAULTS = 3
_EXECUTIONS = "stat::number_of_executed_units:"


@dataclass(slots=True)
class Searched:
    """What a search of one target came to."""

    target: str
    executions: int = 0
    seconds: float = 0.0
    faults: int = 0


def main() -> int:
    """Search, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description="Search for inputs that break a promise.")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"of: {', '.join(TARGETS)} [default: all]")
    parser.add_argument("--seconds", type=int, default=60, help="for each target [default: 60]")
    parser.add_argument("--seed", type=int, default=1, help="the same seed begins alike [default: 1]")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.targets if name not in TARGETS]
    if unknown:
        parser.error(f"there is no target {', '.join(unknown)}; there are: {', '.join(TARGETS)}")
    if find_spec("atheris") is None:
        parser.error("atheris is not installed: 'make fuzz' installs it, on Linux; elsewhere there is none")
    print("| target | executions | seconds | failures |\n|---|---:|---:|---:|", flush=True)
    every = []
    for target in arguments.targets or TARGETS:
        every.append(search(target, arguments.seconds, arguments.seed))
        print(_row(every[-1]), flush=True)
    whole = Searched("all")
    for one in every:
        whole.executions += one.executions
        whole.seconds += one.seconds
        whole.faults += one.faults
    print(_row(whole))
    return 1 if whole.faults else 0


def search(target: str, seconds: int, seed: int) -> Searched:
    """Search one target, again after each fault, until the time is used up."""
    done = Searched(target)
    known: set[tuple[str, str]] = set()
    until = time.monotonic() + seconds
    round_number = 0
    while (left := int(until - time.monotonic())) >= 1 and done.faults < _MOST_FAULTS:
        began = time.monotonic()
        said, raised = _observed(target, left, seed + round_number)
        round_number += 1
        done.seconds += time.monotonic() - began
        done.executions += sum(int(line.split()[1]) for line in said.splitlines() if line.startswith(_EXECUTIONS))
        if not raised:
            if _EXECUTIONS not in said:  # it did not end of itself
                print(said[-3000:], file=sys.stderr)
                done.faults += 1
            break
        for data in raised:
            error = broken(target, data)
            if error is not None and place(error) not in known:  # else it is slow under observation only
                known.add(place(error))
                done.faults += 1
                keep(target, shortened(data, lambda one: broken(target, one)), error)
    return done


def keep(target: str, data: bytes, error: BaseException) -> Path:
    """Keep an input that breaks a promise."""
    path = CORPUS / target / f"crash-{hashlib.sha256(data).hexdigest()[:12]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"{path.relative_to(ROOT)}: {type(error).__name__}: {error}", file=sys.stderr)
    return path


def _observed(target: str, seconds: int, seed: int) -> tuple[str, list[bytes]]:
    """Search in a process of its own; return what it said, and the inputs that broke a promise."""
    with tempfile.TemporaryDirectory(prefix="trans-fuzz-") as folder:
        paths = [str(ROOT), str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        result = subprocess.run(
            [sys.executable, "-m", "fuzz.observe", target, str(seconds), str(seed)],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        raised = [path.read_bytes() for path in sorted(Path(folder).iterdir()) if path.is_file()]
    return result.stdout.decode(errors="replace"), raised


def _row(one: Searched) -> str:
    return f"| {one.target} | {one.executions:,} | {one.seconds:.0f} | {one.faults} |"


if __name__ == "__main__":
    sys.exit(main())
