"""MarianMT: every ``opus-mt`` pair, and those that write several languages.

``source.spm`` cuts, ``vocab.json`` numbers the pieces of both languages, ``target.spm`` joins. A model of several target
languages is told which by a first source piece, ``>>eng<<``.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from trans.engines import shortlist
from trans.engines.pieces_base import EOS, PAD, REPAIR_HINT, UNKNOWN, Pieces, first_line, load_spm
from trans.errors import ModelError


class MarianPieces(Pieces):
    FILES = ("source.spm", "target.spm", "vocab.json")
    LOADER = "MarianMTLoader"

    @property
    def limit(self) -> int:  # type: ignore[override]
        return self._config_int("max_position_embeddings", 512)

    @cached_property
    def vocabulary(self) -> list[str]:
        path = self.folder / "vocab.json"
        try:
            numbered = json.loads(path.read_text(encoding="utf-8"))
            pieces = sorted(numbered, key=numbered.__getitem__)
        except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
            raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
        missing = [piece for piece in (EOS, UNKNOWN, PAD) if piece not in numbered]
        if missing:
            raise ModelError(f"{path} lacks {', '.join(missing)}", REPAIR_HINT)
        size = self._config_int("vocab_size", len(pieces))
        if [numbered[piece] for piece in pieces] != list(range(size)):
            raise ModelError(f"{path} doesn't number {size} pieces from 0, as config.json says", REPAIR_HINT)
        return pieces

    @cached_property
    def target_codes(self) -> Mapping[str, str]:
        return {
            piece[2:-2]: piece for piece in self.vocabulary if piece[:2] == ">>" and piece[-2:] == "<<" and piece[2:-2]
        }

    @property
    def before(self) -> list[str]:
        return self.target_code

    def _target_pieces(self) -> Iterator[str]:
        # The rest of the shared vocabulary is the source's, and was never a target in training.
        return shortlist.pieces(self._target, own_language=True)

    @cached_property
    def _source(self) -> Any:
        return load_spm(self.folder / "source.spm")

    @cached_property
    def _target(self) -> Any:
        return load_spm(self.folder / "target.spm")
