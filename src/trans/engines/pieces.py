"""Text into the pieces a checkpoint was trained on and back, by sentencepiece alone.

transformers' own tokenizers give the same pieces several times slower (Marian) or lose characters that the model knows as
bytes (T5). Knows the files of a checkpoint folder, but no weights, no engine and no article.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from trans.engines import shortlist
from trans.errors import ModelError

EOS = "</s>"
UNKNOWN = "<unk>"
PAD = "<pad>"

# T5 and mT5 have relative positions and so no table that ends; attention's cost grows with the square of the
# length, and mT5 was trained on 1,024 pieces (Xue et al. 2021). Four times that is far outside of what it learned.
T5_LIMIT = 4096

# What a download of a damaged or foreign checkpoint says; the same for every broken file.
REPAIR_HINT = "Delete that checkpoint and fetch it again, or name another one as 'model' in models.yaml."


class Pieces(ABC):
    """A checkpoint's tokenizer. Files are read on first use and then kept.

    ``vocabulary`` is the piece of every id; ``banned`` the ids that must never be generated: unknown, padding, unused, and with
    ``restricted`` all that a text in the target language is not made of.
    """

    def __init__(self, folder: Path, config: dict[str, Any], *, restricted: bool = True) -> None:
        self.folder = folder
        self.config = config
        self.restricted = restricted

    limit: int

    @property
    def start_id(self) -> int:
        """The id that the decoder starts from."""
        return self._config_int("decoder_start_token_id", self.pad_id)

    @cached_property
    def ids(self) -> dict[str, int]:
        return {piece: index for index, piece in enumerate(self.vocabulary)}

    @property
    def eos_id(self) -> int:
        return self.ids[EOS]

    @property
    def pad_id(self) -> int:
        return self.ids[PAD]

    @cached_property
    def banned(self) -> list[int]:
        banned = {self.ids[UNKNOWN], self.pad_id, *self._unused()}
        if self.restricted:
            target = {EOS, *self._target_pieces()}
            banned |= {index for index, piece in enumerate(self.vocabulary) if piece not in target}
        return sorted(banned)

    @cached_property
    def allowed(self) -> list[str]:
        """The pieces that may be generated, in the vocabulary's order, end-of-sentence among them."""
        banned = set(self.banned)
        return [piece for index, piece in enumerate(self.vocabulary) if index not in banned]

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(pieces) for pieces in self.encode(texts)]

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the source pieces of each text, ``</s>`` last; a piece the model lacks is ``<unk>``."""
        known = self.ids
        encoded: list[list[str]] = self._source.encode(list(texts), out_type=str)
        return [[piece if piece in known else UNKNOWN for piece in pieces] + [EOS] for pieces in encoded]

    def encode_prefix(self, text: str) -> list[str]:
        """Return the target pieces that ``text`` is written with. Raises ``ValueError`` for one that is banned."""
        pieces: list[str] = self._target.encode(text, out_type=str)
        allowed = set(self.allowed)
        lacking = [piece for piece in pieces if piece not in allowed]
        if lacking:
            raise ValueError(f"the model can't write the prefix {text!r}: it lacks {' '.join(lacking)}")
        return pieces

    def decode(self, pieces: Sequence[str]) -> str:
        """Return the text of target pieces; ``</s>`` and padding stand for nothing."""
        written = [piece for piece in pieces if piece not in (EOS, PAD)]
        text: str = self._target.decode_pieces(written)
        # A piece that is not target.spm's own keeps its word mark.
        return text.replace("\u2581", " ").strip()

    def unknown(self, text: str) -> str:
        """Return the characters of ``text`` that the model lacks, each once, in order of appearance.

        Looks at the text's own characters behind unknown pieces: sentencepiece's normaliser has replaced some (a full-width
        letter, say) before it looked them up, and those are not unknown.
        """
        found: dict[str, None] = {}
        mapped: dict[str, Any] = self._source.encode(text, return_type="offset_mapping")
        for piece, (start, end) in zip(mapped["pieces"], mapped["offsets"], strict=True):
            if self._has(piece):
                continue
            characters = [character for character in text[start:end] if not character.isspace()]
            # A piece of several characters may be unknown while each of them is not: then all of them are lost with it.
            lacking = [character for character in characters if self._lacks(character)] or characters
            found.update(dict.fromkeys(lacking))
        return "".join(found)

    def _lacks(self, character: str) -> bool:
        pieces: list[str] = self._source.encode(character, out_type=str)
        return any(not self._has(piece) for piece in pieces)

    def _has(self, piece: str) -> bool:
        return self.ids.get(piece, -1) not in (-1, self.ids[UNKNOWN])

    def _config_int(self, key: str, default: int) -> int:
        value = self.config.get(key)
        return value if isinstance(value, int) else default

    def _unused(self) -> list[int]:
        return []

    @abstractmethod
    def _target_pieces(self) -> Iterator[str]:
        """Yield the pieces of the target language; those that the vocabulary lacks do no harm."""

    @property
    @abstractmethod
    def vocabulary(self) -> list[str]: ...

    @property
    @abstractmethod
    def _source(self) -> Any: ...

    @property
    @abstractmethod
    def _target(self) -> Any: ...


class MarianPieces(Pieces):
    """``source.spm`` cuts, ``vocab.json`` numbers the pieces of both languages, ``target.spm`` joins."""

    FILES = ("source.spm", "target.spm", "vocab.json")

    @property
    def limit(self) -> int:  # type: ignore[override]
        return self._config_int("max_position_embeddings", 512)

    @cached_property
    def vocabulary(self) -> list[str]:
        path = self.folder / "vocab.json"
        try:
            numbered = json.loads(path.read_text(encoding="utf-8"))
            pieces = sorted(numbered, key=numbered.__getitem__)
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
        missing = [piece for piece in (EOS, UNKNOWN, PAD) if piece not in numbered]
        if missing:
            raise ModelError(f"{path} lacks {', '.join(missing)}", REPAIR_HINT)
        size = self._config_int("vocab_size", len(pieces))
        if [numbered[piece] for piece in pieces] != list(range(size)):
            raise ModelError(f"{path} doesn't number {size} pieces from 0, as config.json says", REPAIR_HINT)
        return pieces

    def _target_pieces(self) -> Iterator[str]:
        # The rest of the shared vocabulary is the source's, and was never a target in training.
        return shortlist.pieces(self._target, own_language=True)

    @cached_property
    def _source(self) -> Any:
        return load_spm(self.folder / "source.spm")

    @cached_property
    def _target(self) -> Any:
        return load_spm(self.folder / "target.spm")


class T5Pieces(Pieces):
    """``spiece.model`` cuts, numbers and joins; the ids that its vocabulary does not reach are unused."""

    FILES = ("spiece.model",)
    limit = T5_LIMIT

    @cached_property
    def vocabulary(self) -> list[str]:
        own = self._source.get_piece_size()
        size = self._config_int("vocab_size", own)
        if own > size:
            raise ModelError(f"{self.folder / 'spiece.model'} has {own} pieces, config.json {size}", REPAIR_HINT)
        pieces = [self._source.id_to_piece(index) for index in range(own)]
        pieces += [f"<unused_{index}>" for index in range(size - own)]
        missing = [piece for piece in (EOS, UNKNOWN, PAD) if piece not in pieces]
        if missing:
            raise ModelError(f"{self.folder / 'spiece.model'} lacks {', '.join(missing)}", REPAIR_HINT)
        return pieces

    def _target_pieces(self) -> Iterator[str]:
        return shortlist.pieces(self._source, own_language=False)

    def _unused(self) -> list[int]:
        # Rows that only pad the matrix, and the sentinels of pre-training, which no text contains.
        return [index for index, piece in enumerate(self.vocabulary) if "<unused_" in piece or "<extra_id_" in piece]

    @cached_property
    def _source(self) -> Any:
        return load_spm(self.folder / "spiece.model")

    @property
    def _target(self) -> Any:
        return self._source


PIECES: dict[str, type[MarianPieces] | type[T5Pieces]] = {"marian": MarianPieces, "mt5": T5Pieces, "t5": T5Pieces}


def load_pieces(folder: Path, *, restricted: bool = True) -> Pieces:
    """Return the tokenizer of the checkpoint in ``folder``. Raises ``ModelError`` when ``config.json`` is no good."""
    config = read_config(folder)
    return PIECES[config["model_type"]](folder, config, restricted=restricted)


def read_config(folder: Path) -> dict[str, Any]:
    """Return ``config.json`` as it stands. Raises ``ModelError``: missing, broken, or a kind of model not supported."""
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ModelError(
            f"{folder} holds no model: there is no config.json", "Name a folder with a Hugging Face checkpoint in it."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error
    kind = config.get("model_type") if isinstance(config, dict) else None
    if kind not in PIECES:
        raise ModelError(
            f"{path}: model_type {kind!r} is not supported", f"Choose a model of type {', '.join(PIECES)}."
        )
    return dict(config)


def load_spm(path: Path) -> Any:
    """Return the sentencepiece model in ``path``. Raises ``ModelError`` when it can't be read."""
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error


def first_line(error: BaseException, limit: int = 200) -> str:
    """Return an error's text in one line of at most ``limit`` characters."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= limit else text[: limit - 3] + "..."
