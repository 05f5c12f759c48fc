"""The families of models that run here, each with its tokenizer: one table, and what reads it.

Knows ``config.json``; how a family cuts and joins is its own file's business.
"""

import json
from pathlib import Path
from typing import Any

from trans.engines.claims import problem_of
from trans.engines.languages import Languages
from trans.engines.pieces_bart import BartPieces
from trans.engines.pieces_base import BOS, EOS, PAD, REPAIR_HINT, UNKNOWN, Pieces, first_line, load_spm
from trans.engines.pieces_m2m import M2MPieces, MBartPieces
from trans.engines.pieces_marian import MarianPieces
from trans.engines.pieces_t5 import MT5Pieces, T5Pieces
from trans.errors import ModelError

__all__ = [
    "BOS",
    "EOS",
    "PAD",
    "PIECES",
    "REPAIR_HINT",
    "UNKNOWN",
    "Languages",
    "MarianPieces",
    "Pieces",
    "first_line",
    "load_pieces",
    "load_spm",
    "read_config",
]

# By config.json's model_type. NLLB's is M2M-100's, MADLAD's is T5's.
PIECES: dict[str, type[Pieces]] = {
    "marian": MarianPieces,
    "mt5": MT5Pieces,
    "t5": T5Pieces,
    "m2m_100": M2MPieces,
    "mbart": MBartPieces,
    "bart": BartPieces,
}


# Published ones have 2 kB, MADLAD-400's with its languages 10.
_MAX_CONFIG_BYTES = 1_000_000

_POSITIONS = "max_position_embeddings"
# Published models have 512 and more. With less than this a sentence could not be cut to fit.
_LEAST_POSITIONS = 8


def load_pieces(
    folder: Path,
    *,
    restricted: bool = True,
    languages: Languages = Languages(),  # noqa: B008  (frozen)
) -> Pieces:
    """Return the tokenizer of the checkpoint in ``folder``. Raises ``ModelError`` when ``config.json`` is no good."""
    config = read_config(folder)
    return PIECES[config["model_type"]](folder, config, restricted=restricted, languages=languages)


def read_config(folder: Path) -> dict[str, Any]:
    """Return ``config.json`` as it stands. Raises ``ModelError``: missing, broken, or a kind of model not supported."""
    path = folder / "config.json"
    try:
        if path.stat().st_size > _MAX_CONFIG_BYTES:
            raise ValueError(f"it is over {_MAX_CONFIG_BYTES / 1e6:.0f} MB")
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder} holds no model: there is no config.json", "Name a folder with a Hugging Face checkpoint in it."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
    kind = config.get("model_type") if isinstance(config, dict) else None
    if not isinstance(kind, str) or kind not in PIECES:
        raise ModelError(
            f"{path}: model_type {kind!r} is not supported", f"Choose a model of type {', '.join(PIECES)}."
        )
    if problem := problem_of(config):
        raise ModelError(f"{path}: {problem}", REPAIR_HINT)
    positions = config.get(_POSITIONS)
    if positions is not None and positions < _LEAST_POSITIONS:
        raise ModelError(f"{path}: {_POSITIONS} is {positions!r}, and no sentence is as short", REPAIR_HINT)
    return dict(config)
