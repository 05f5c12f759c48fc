"""T5, mT5 and MADLAD-400.

``spiece.model`` cuts, numbers and joins; the ids that its vocabulary does not reach are unused. ``config.json`` says which piece
is padding. MADLAD is told the target language by a first source piece, ``<2en>``.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from trans.engines import shortlist
from trans.engines.pieces_base import BOS, EOS, PAD, REPAIR_HINT, UNKNOWN, Pieces, complete, load_spm
from trans.errors import ModelError

# T5 and mT5 have relative positions and so no table that ends; attention's cost grows with the square of the
# length, and mT5 was trained on 1,024 pieces (Xue et al. 2021). Four times that is far outside of what it learned.
T5_LIMIT = 4096

# MADLAD-400's tags: '<2en>', '<2zh_Hant>'.
_CODE = re.compile(r"<2([a-z]{2,3}(?:_\w+)?)>")


class T5Pieces(Pieces):
    FILES = ("spiece.model",)
    LOADER = "T5Loader"
    limit = T5_LIMIT

    @cached_property
    def vocabulary(self) -> list[str]:
        own = self._source.get_piece_size()
        size = self._config_int("vocab_size", own)
        if own > size:
            raise ModelError(f"{self.folder / 'spiece.model'} has {own} pieces, config.json {size}", REPAIR_HINT)
        pieces = [self._source.id_to_piece(index) for index in range(own)]
        pieces += [f"<unused_{index}>" for index in range(size - own)]
        return complete(pieces, self.folder / "spiece.model", (EOS, UNKNOWN))

    @cached_property
    def pad_id(self) -> int:
        # MADLAD has no <pad>: it pads with <s>, and its decoder starts from <unk>.
        index = self._config_int("pad_token_id", self.ids.get(PAD, 0))
        if index not in range(len(self.vocabulary)) or index == self.eos_id:
            raise ModelError(f"{self.folder / 'config.json'}: nothing can be padded with piece {index}", REPAIR_HINT)
        return index

    def check(self) -> None:
        super().check()
        _ = self.pad_id

    @cached_property
    def target_codes(self) -> Mapping[str, str]:
        tags = (_CODE.fullmatch(piece) for piece in self.vocabulary if piece.startswith("<2"))
        return {tag[1]: tag[0] for tag in tags if tag}

    @property
    def before(self) -> list[str]:
        return self.target_code

    def _target_pieces(self) -> Iterator[str]:
        return shortlist.pieces(self._source, own_language=False)

    def _unused(self) -> list[int]:
        # Rows that only pad the matrix, and the sentinels of pre-training, which no text contains.
        unused = [
            index
            for index, piece in enumerate(self.vocabulary)
            if piece == BOS or "<unused_" in piece or "<extra_id_" in piece
        ]
        return unused + super()._unused()

    @cached_property
    def _source(self) -> Any:
        return load_spm(self.folder / "spiece.model")

    @property
    def _target(self) -> Any:
        return self._source


class MT5Pieces(T5Pieces):
    LOADER = "MT5Loader"
