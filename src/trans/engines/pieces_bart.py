"""BART: byte-level pairs. No character is unknown, and a piece need not be whole characters.

The pairs stand in ``vocab.json`` and ``merges.txt``, or both in ``tokenizer.json``. The ``tokenizers`` library cuts and joins.
"""

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from trans.engines.languages import Languages
from trans.engines.pieces_base import BOS, EOS, PAD, REPAIR_HINT, UNKNOWN, Pieces, complete, first_line
from trans.errors import ModelError

_WHOLE = "tokenizer.json"
_PARTS = ("vocab.json", "merges.txt")
_SPECIAL = (BOS, PAD, EOS, UNKNOWN, "<mask>")


class BartPieces(Pieces):
    """Source and output begin with ``<s>``, as the tokenizer that BART was trained with has it."""

    FILES = _PARTS
    LOADER = "BartLoader"

    def __init__(
        self,
        folder: Path,
        config: dict[str, Any],
        *,
        restricted: bool = True,  # noqa: ARG002  (one language's own vocabulary: nothing to leave out)
        languages: Languages = Languages(),  # noqa: B008  (frozen)
    ) -> None:
        super().__init__(folder, config, restricted=False, languages=languages)

    @classmethod
    def files(cls, folder: Path) -> tuple[str, ...]:
        return (_WHOLE,) if (folder / _WHOLE).is_file() else cls.FILES

    @property
    def limit(self) -> int:  # type: ignore[override]
        return self._config_int("max_position_embeddings", 1024)

    @property
    def start_id(self) -> int:
        return self._config_int("decoder_start_token_id", self.eos_id)

    @cached_property
    def vocabulary(self) -> list[str]:
        numbers, _ = self._pairs
        pieces = sorted(numbers, key=numbers.__getitem__)
        size = self._config_int("vocab_size", len(pieces))
        # Some published models lack the row of <mask>, which is the last.
        if pieces[size:] not in ([], ["<mask>"]):
            raise ModelError(f"{self.folder} has {len(pieces)} pieces, config.json says {size}", REPAIR_HINT)
        pieces = pieces[:size] + [f"<unused_{index}>" for index in range(size - len(pieces))]
        return complete(pieces, self.folder)

    @property
    def before(self) -> list[str]:
        return [BOS]

    @property
    def forced(self) -> list[str]:
        return [BOS]

    def unknown(self, text: str) -> str:
        """Return the characters whose bytes the vocabulary lacks: in a whole one, none."""
        for character in set(text) - self._checked.keys():
            self._checked[character] = self._lacks(character)
        return "".join(dict.fromkeys(character for character in text if self._checked[character]))

    def _lacks(self, character: str) -> bool:
        written = self._tokenizer.decoder.decode(self._cut([character])[0])
        return bool(written != character) and not character.isspace()

    @cached_property
    def _checked(self) -> dict[str, bool]:
        return {}

    def _unused(self) -> list[int]:
        return [
            index
            for index, piece in enumerate(self.vocabulary)
            if (piece in _SPECIAL and piece != EOS) or piece.startswith(("<unused_", "madeupword"))
        ]

    def _target_pieces(self) -> Iterator[str]:
        return iter(self.vocabulary)

    def _cut(self, texts: Sequence[str]) -> list[list[str]]:
        # One by one: encode_batch starts threads of its own, which a process that forks later is warned of.
        return [self._tokenizer.encode(text, add_special_tokens=False).tokens for text in texts]

    def _cut_target(self, texts: Sequence[str]) -> list[list[str]]:
        return self._cut(texts)

    def _join(self, pieces: list[str]) -> str:
        text: str = self._tokenizer.decoder.decode(pieces)
        return text

    @cached_property
    def _pairs(self) -> tuple[dict[str, int], list[tuple[str, str]]]:
        """The number of each piece, and the pairs that are joined, in order."""
        path = self.folder / self.files(self.folder)[0]
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if path.name == _WHOLE:
                numbers = {
                    **data["model"]["vocab"],
                    **{token["content"]: token["id"] for token in data["added_tokens"]},
                }
                pairs = [tuple(pair.split(" ") if isinstance(pair, str) else pair) for pair in data["model"]["merges"]]
            else:
                numbers = dict(data)
                path = self.folder / _PARTS[1]
                lines = path.read_text(encoding="utf-8").splitlines()
                # The first line may name the format's version.
                pairs = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
            if any(len(pair) != 2 for pair in pairs) or sorted(numbers.values()) != list(range(len(numbers))):
                raise ValueError("its pieces are not numbered from 0, or a pair is none")
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
        return numbers, pairs

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers

        numbers, pairs = self._pairs
        try:
            # Made of the pairs alone: that which tokenizer.json describes would take '</s>' in an article for the end of one.
            made = Tokenizer(models.BPE(vocab=numbers, merges=pairs))
        except Exception as error:
            # The library has no exception of its own.
            raise ModelError(f"{self.folder} has pairs that don't fit its pieces: {error}", REPAIR_HINT) from error
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        made.decoder = decoders.ByteLevel()
        return made

    @property
    def _source(self) -> Any:
        return self._tokenizer

    @property
    def _target(self) -> Any:
        return self._tokenizer
