"""The user's cache folder: where it is, and how things are written there. Knows no model."""

import json
import os
from pathlib import Path
from typing import Any

import platformdirs

from trans import scratch
from trans.errors import TransError


def cache_folder() -> Path:
    """Return the folder for what can be made again: ``TRANS_CACHE``, else the user's cache folder. It may not exist yet.

    Raises ``TransError`` where the user has no home folder to hold it.
    """
    chosen = os.environ.get("TRANS_CACHE")
    try:
        return Path(chosen).expanduser() if chosen else platformdirs.user_cache_path("trans")
    except RuntimeError as error:  # no HOME, and the user is not in the system's list
        raise TransError(
            f"There is no cache folder: {error}",
            "Name a folder in the environment variable TRANS_CACHE or XDG_CACHE_HOME.",
        ) from error


def read_json(path: Path) -> dict[str, Any]:
    """Return the object in ``path``; an empty one when it is missing, unreadable or no object: a cache may be lost."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace ``path`` with ``data`` as JSON, as ``write_text``."""
    write_text(path, json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True))


def write_text(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replace ``path`` in one step: a reader sees the old or the new file whole. Raises ``OSError``.

    What processes left that died of writing it is deleted.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f"{path.name}."
    scratch.clear(path.parent, prefix)
    descriptor, temporary = scratch.begin(path.parent, prefix)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
