"""Which language a model is told to read and to write: the codes that a checkpoint knows, and the one that the settings name.

Knows codes, the pieces that stand for them and where a checkpoint's files list them; not what a code means.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from trans.errors import TransError

# What a user meant is among the first few; all 202 of NLLB's would fill the terminal.
_MOST_NAMED = 12

# What is looked for where nothing is said: this project's own two languages.
_EXPECTED = {"source": "ar", "target": "en"}

# Where a checkpoint lists pieces beyond its vocabulary, and the keys that they stand under.
LISTS = ("tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.json")
_KEYS = ("additional_special_tokens", "extra_special_tokens")


@dataclass(frozen=True, slots=True)
class Languages:
    """The codes that the settings name; None where they say nothing."""

    source: str | None = None
    target: str | None = None

    @property
    def key(self) -> str:
        """What a fingerprint says of them; empty where there are none."""
        return f":{self.source or ''}>{self.target or ''}" if self.source or self.target else ""


def chosen(side: Literal["source", "target"], code: str | None, known: Mapping[str, str], folder: Path) -> list[str]:
    """Return the piece for ``code``; none where the model is not told, or knows one language and ``code`` is None.

    A piece (``>>eng<<``) may be given for its code (``eng``). Raises ``TransError`` for a code that the checkpoint lacks and for
    one that is needed or not taken.
    """
    setting = f"{side}_language"
    if not known:
        if code is None:
            return []
        raise TransError(
            f"{folder.name} takes no {setting} (it is '{code}')",
            f"Take '{setting}' out of models.yaml: the model has one {side} language, or finds out by itself.",
        )
    if code is None and len(known) == 1:
        return []
    if code is not None and code in known:
        return [known[code]]
    if code is not None and code in known.values():
        return [code]
    listed = near(code or _EXPECTED[side], known)
    named = ", ".join(listed[:_MOST_NAMED])
    more = f" and {len(listed) - _MOST_NAMED} more" if len(listed) > _MOST_NAMED else ""
    problem = f"has no {side} language '{code}'" if code else f"must be told the {side} language"
    raise TransError(f"{folder.name} {problem}", f"Set '{setting}' in models.yaml to one of: {named}{more}.")


def near(code: str, known: Mapping[str, str]) -> list[str]:
    """Return the known codes, the likeliest first: those that begin alike, then those that look alike."""
    wanted = code.strip("<>_").lower()

    def rank(other: str) -> tuple[bool, float, str]:
        return (other[:2].lower() != wanted[:2], -SequenceMatcher(None, wanted, other.lower()).ratio(), other)

    return sorted(known, key=rank)


def numbered(folder: Path, size: int) -> dict[int, str]:
    """Return the pieces whose ids a file of the checkpoint gives, some beyond the first ``size``; else an empty dict."""
    # The large file last, and only where the small ones say nothing: NLLB's has 17 MB.
    for name in LISTS:
        data = _read(folder / name)
        found: dict[int, str] = {}
        if name == "tokenizer_config.json":
            listed = data.get("added_tokens_decoder", {})
            if isinstance(listed, dict):
                found |= {int(index): _content(token) for index, token in listed.items() if index.isdecimal()}
        elif name == "added_tokens.json":
            found |= {index: token for token, index in data.items() if isinstance(index, int)}
        elif name == "tokenizer.json":
            listed = data.get("added_tokens", [])
            if isinstance(listed, list):
                found |= {token["id"]: _content(token) for token in listed if isinstance(token, dict) and "id" in token}
        if any(index >= size for index in found):
            return found
    return {}


def listed(folder: Path) -> list[str]:
    """Return the special pieces that the checkpoint's files list in order, without ids; an empty list where none does."""
    for name in LISTS[:2]:
        data = _read(folder / name)
        for key in _KEYS:
            tokens = data.get(key)
            if isinstance(tokens, list) and tokens:
                return [_content(token) for token in tokens]
    return []


def _content(token: object) -> str:
    return str(token.get("content", "")) if isinstance(token, dict) else str(token)


def _read(path: Path) -> dict[str, Any]:
    """Return the object in ``path``; an empty one where it is missing or broken: then the codes are missing, which is said."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
