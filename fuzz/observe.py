"""Searches one target in this process: ``python -m fuzz.observe TARGET SECONDS SEED``, as ``run`` calls it.

The process ends with the search. An input that breaks a promise is written into the working folder. Nothing of trans is loaded
before atheris can observe it.
"""

import sys
from pathlib import Path

# Under observation a target takes two to five times as long; what is slow there is timed again without it.
_SECONDS = 30.0
_LONGEST_BYTES = 8_192
_MEMORY_MB = 4_096
_HANGS_AFTER_S = 120  # code of libraries that no signal of Python reaches


def main(target: str, seconds: str, seed: str) -> None:
    """Search until the time is used up or a promise is broken."""
    import atheris

    folder = Path(__file__).parent
    folders = [folder / "found" / target, folder / "corpus" / target]
    for path in folders:
        path.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["trans"]):
        from fuzz.targets import broken, inputs

        for path in inputs(target):  # what is imported only on the way is observed too
            broken(target, path.read_bytes(), _SECONDS)

    def one(data: bytes) -> None:
        error = broken(target, data, _SECONDS)
        if error is not None:
            raise error

    options = {
        "max_total_time": seconds,
        "seed": seed,
        "max_len": _LONGEST_BYTES,
        "rss_limit_mb": _MEMORY_MB,
        "timeout": _HANGS_AFTER_S,
        "print_final_stats": 1,
    }
    atheris.Setup([sys.argv[0], *map(str, folders), *(f"-{name}={value}" for name, value in options.items())], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
