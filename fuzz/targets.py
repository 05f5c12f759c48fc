"""Every target by its name: a function of bytes that raises only where a promise is broken."""

from collections.abc import Callable
from pathlib import Path

from fuzz.briefs import BRIEFS
from fuzz.files import FILES
from fuzz.promises import MAX_BYTES, SECONDS, TooSlow, in_time
from fuzz.reading import READERS
from fuzz.texts import TEXTS

Target = Callable[[bytes], None]

TARGETS: dict[str, Target] = {**READERS, **TEXTS, **FILES, **BRIEFS}

CORPUS = Path(__file__).parent / "corpus"
"""A folder a target: what a search begins with, and as ``crash-…`` what once broke a promise."""


def inputs(target: str) -> list[Path]:
    """Return the kept inputs of a target, in a stable order."""
    folder = CORPUS / target
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []


def broken(target: str, data: bytes, seconds: float = SECONDS) -> BaseException | None:
    """Feed one input, cut to ``MAX_BYTES``; return what it raised, ``TooSlow`` among that, or None."""
    try:
        with in_time(seconds):
            TARGETS[target](data[:MAX_BYTES])
    except (Exception, TooSlow) as error:  # noqa: BLE001  whatever it is, it is a broken promise
        return error
    return None
