"""M2M-100, NLLB and mBART: one vocabulary of many languages, numbered as fairseq does.

``sentencepiece.bpe.model`` cuts and joins. M2M-100 numbers its pieces in ``vocab.json``; the others shift sentencepiece's own
numbers by one. The language codes come behind, and other files of the checkpoint list them. A source begins with its
language's code, an output with its own.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from trans.engines import shortlist
from trans.engines.languages import LISTS, listed, numbered
from trans.engines.pieces_base import BOS, EOS, PAD, REPAIR_HINT, UNKNOWN, Pieces, complete, first_line, load_spm
from trans.errors import ModelError

_SPM = "sentencepiece.bpe.model"
_NUMBERS = "vocab.json"
_MASK = "<mask>"

# What fairseq numbers first, in place of sentencepiece's three: unknown, beginning, end.
_FIRST = (BOS, PAD, EOS, UNKNOWN)
_SPM_FIRST = 3

# M2M-100's '__ar__'; NLLB's 'arb_Arab'; mBART's 'ar_AR'.
_CODE = re.compile(r"__([a-z]{2,3})__|([a-z]{3}_[A-Z][a-z]{3}|[a-z]{2}_[A-Z]{2})")


class M2MPieces(Pieces):
    FILES = (_SPM,)
    LOADER = "M2M100Loader"

    @classmethod
    def files(cls, folder: Path) -> tuple[str, ...]:
        # Whatever the ids are taken from.
        return (*cls.FILES, *(name for name in (_NUMBERS, *LISTS) if (folder / name).is_file()))

    @property
    def limit(self) -> int:  # type: ignore[override]
        # M2M-100's positions are computed, and could go on: this is as far as it was trained.
        return self._config_int("max_position_embeddings", 1024)

    @property
    def start_id(self) -> int:
        return self._config_int("decoder_start_token_id", self.eos_id)

    @cached_property
    def vocabulary(self) -> list[str]:
        own = self._own
        size = self._config_int("vocab_size", len(own))
        if len(own) > size:
            raise ModelError(f"{self.folder} has {len(own)} pieces, config.json says {size}", REPAIR_HINT)
        pieces = own + [f"<unused_{index}>" for index in range(size - len(own))]
        for index, piece in self._special.items():
            if index >= size or (index < len(own) and pieces[index] != piece):
                raise ModelError(f"{self.folder} gives {piece} the number {index}, which is another's", REPAIR_HINT)
            pieces[index] = piece
        return pieces

    @cached_property
    def _own(self) -> list[str]:
        """What texts are cut into."""
        own = self._numbered_pieces() if (self.folder / _NUMBERS).is_file() else self._shifted_pieces()
        return complete(own, self.folder / _SPM)

    @cached_property
    def _special(self) -> dict[int, str]:
        """The pieces that other files list, by id: most lie beyond those that texts are cut into."""
        if given := numbered(self.folder, len(self._own)):
            return given
        own = set(self._own)
        return dict(enumerate([piece for piece in listed(self.folder) if piece not in own], len(own)))

    @cached_property
    def source_codes(self) -> Mapping[str, str]:
        found = {
            match[1] or match[2]: match[0] for piece in self._special.values() if (match := _CODE.fullmatch(piece))
        }
        if not found:
            raise ModelError(
                f"{self.folder} lists no language codes",
                "Fetch its tokenizer_config.json and special_tokens_map.json too.",
            )
        return found

    @property
    def target_codes(self) -> Mapping[str, str]:
        return self.source_codes

    @property
    def before(self) -> list[str]:
        return self.source_code

    @property
    def forced(self) -> list[str]:
        return self.target_code

    def _target_pieces(self) -> Iterator[str]:
        return shortlist.pieces(self._target, own_language=False)

    def _unused(self) -> list[int]:
        special = (BOS, _MASK)
        # Rows that only pad the matrix ('madeupword0' in M2M-100), what no text is written with, and the codes.
        unused = [
            index
            for index, piece in enumerate(self.vocabulary)
            if piece in special or piece.startswith(("<unused_", "madeupword"))
        ]
        return unused + super()._unused()

    def _numbered_pieces(self) -> list[str]:
        path = self.folder / _NUMBERS
        try:
            numbers = json.loads(path.read_text(encoding="utf-8"))
            pieces: list[str] = sorted(numbers, key=numbers.__getitem__)
            whole = [numbers[piece] for piece in pieces] == list(range(len(pieces)))
        except (OSError, ValueError, AttributeError, TypeError, RecursionError) as error:
            raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
        if not whole:
            raise ModelError(f"{path} doesn't number its pieces from 0", REPAIR_HINT)
        return pieces

    def _shifted_pieces(self) -> list[str]:
        own = self._source
        return [*_FIRST, *(own.id_to_piece(index) for index in range(_SPM_FIRST, own.get_piece_size()))]

    @cached_property
    def _source(self) -> Any:
        return load_spm(self.folder / _SPM)

    @property
    def _target(self) -> Any:
        return self._source


class MBartPieces(M2MPieces):
    """mBART-50; and BARThez and AraBART, which are mBARTs of one language: sentencepiece's own numbers, no codes."""

    LOADER = "MBartLoader"

    @property
    def one_language(self) -> bool:
        names = (self.config.get("tokenizer_class"), self._tokenizer_class)
        return any(str(name).startswith("Barthez") for name in names)

    @cached_property
    def _tokenizer_class(self) -> object:
        try:
            return json.loads((self.folder / LISTS[0]).read_text(encoding="utf-8")).get("tokenizer_class")
        except (OSError, ValueError, AttributeError, RecursionError):
            return None

    @cached_property
    def source_codes(self) -> Mapping[str, str]:
        if self.one_language:
            return {}
        if self.start_id != self.eos_id:
            # mBART-25 starts from the target's code, and has the source's behind the text.
            raise ModelError(
                f"{self.folder} is an mBART of the first kind, which is not supported", "Choose an mBART-50."
            )
        return super().source_codes

    @property
    def before(self) -> list[str]:
        return [BOS] if self.one_language else self.source_code

    @property
    def forced(self) -> list[str]:
        return [BOS] if self.one_language else self.target_code

    def _shifted_pieces(self) -> list[str]:
        if not self.one_language:
            return super()._shifted_pieces()
        own = self._source
        pieces = [own.id_to_piece(index) for index in range(own.get_piece_size())]
        return [*_FIRST, *pieces[len(_FIRST) : -1], _MASK]
