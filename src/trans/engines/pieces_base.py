"""What a tokenizer is to the engines: text into the pieces that a checkpoint was trained on, and back.

transformers' own tokenizers give the same pieces several times slower (Marian) or lose characters that the model knows as
bytes (T5). Knows sentencepiece, but no family of models, no weights, no engine and no article: one file a family beside
it, the table of families in ``pieces``.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from trans.engines.languages import Languages, chosen
from trans.errors import ModelError
from trans.plainly import redacted

BOS = "<s>"
EOS = "</s>"
UNKNOWN = "<unk>"
PAD = "<pad>"

# What a download of a damaged or foreign checkpoint says; the same for every broken file.
REPAIR_HINT = "Delete that checkpoint and fetch it again, or name another one as 'model' in models.yaml."


class Pieces(ABC):
    """A checkpoint's tokenizer. Files are read on first use and then kept.

    ``vocabulary`` is the piece of every id; ``banned`` the ids that must never be generated: unknown, padding, unused, language
    codes, and with ``restricted`` all that a text in the target language is not made of. ``before`` stands in front of each
    source; with ``forced`` each output begins, which is no part of its text, its length or its score.
    """

    FILES: ClassVar[tuple[str, ...]]
    """The tokenizer's files, without which there is none."""
    LOADER: ClassVar[str]
    """CTranslate2's class that reads such a model's weights."""
    limit: int

    def __init__(
        self,
        folder: Path,
        config: dict[str, Any],
        *,
        restricted: bool = True,
        languages: Languages = Languages(),  # noqa: B008  (frozen)
    ) -> None:
        self.folder = folder
        self.config = config
        self.restricted = restricted
        self.languages = languages

    @classmethod
    def files(cls, folder: Path) -> tuple[str, ...]:  # noqa: ARG003  (some families read more where it is there)
        """Return the names of the tokenizer's files in ``folder``, those among them that must be there and are not."""
        return cls.FILES

    @property
    def source_codes(self) -> Mapping[str, str]:
        """The pieces for the languages that a source may be in, by code; empty where the model is not told."""
        return {}

    @property
    def target_codes(self) -> Mapping[str, str]:
        """The pieces for the languages that the model may write, by code; empty where it can't choose."""
        return {}

    @cached_property
    def source_code(self) -> list[str]:
        """The piece of the source's language, if the model is told; raises ``TransError`` as ``check``."""
        return chosen("source", self.languages.source, self.source_codes, self.folder)

    @cached_property
    def target_code(self) -> list[str]:
        """The piece of the target's language, if the model is told; raises ``TransError`` as ``check``."""
        return chosen("target", self.languages.target, self.target_codes, self.folder)

    def check(self) -> None:
        """Raise ``TransError`` unless the languages are what the checkpoint asks for."""
        _ = (self.source_code, self.target_code)

    @property
    def before(self) -> list[str]:
        return []

    @property
    def forced(self) -> list[str]:
        return []

    @property
    def overhead(self) -> int:
        """How many pieces a source of no text has."""
        return len(self.before) + 1

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

    @property
    def pad(self) -> str:
        """The piece that fills up a batch's shorter rows."""
        return self.vocabulary[self.pad_id]

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
        """Return the source pieces of each text, ``before`` first, ``</s>`` last; a piece the model lacks is ``<unk>``."""
        known, before = self.ids, self.before
        return [
            [*before, *[piece if piece in known else UNKNOWN for piece in pieces], EOS] for pieces in self._cut(texts)
        ]

    def encode_prefix(self, text: str) -> list[str]:
        """Return the target pieces that ``text`` is written with. Raises ``ValueError`` for one that is banned."""
        (pieces,) = self._cut_target([text])
        allowed = set(self.allowed)
        lacking = [piece for piece in pieces if piece not in allowed]
        if lacking:
            raise ValueError(f"the model can't write the prefix {text!r}: it lacks {' '.join(lacking)}")
        return pieces

    def decode(self, pieces: Sequence[str]) -> str:
        """Return the text of target pieces; ``</s>`` and padding stand for nothing."""
        silent = (EOS, self.pad)
        return self._join([piece for piece in pieces if piece not in silent]).strip()

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

    def _cut(self, texts: Sequence[str]) -> list[list[str]]:
        pieces: list[list[str]] = self._source.encode(list(texts), out_type=str)
        return pieces

    def _cut_target(self, texts: Sequence[str]) -> list[list[str]]:
        pieces: list[list[str]] = self._target.encode(list(texts), out_type=str)
        return pieces

    def _join(self, pieces: list[str]) -> str:
        text: str = self._target.decode_pieces(pieces)
        # A piece that is not target.spm's own keeps its word mark.
        return text.replace("\u2581", " ")

    def _lacks(self, character: str) -> bool:
        return any(not self._has(piece) for piece in self._cut([character])[0])

    def _has(self, piece: str) -> bool:
        return self.ids.get(piece, -1) not in (-1, self.ids[UNKNOWN])

    def _config_int(self, key: str, default: int) -> int:
        value = self.config.get(key)
        return value if isinstance(value, int) else default

    def _unused(self) -> list[int]:
        """Return the ids that no text is written with."""
        codes = {*self.source_codes.values(), *self.target_codes.values()}
        return [self.ids[piece] for piece in codes]

    @abstractmethod
    def _target_pieces(self) -> Iterator[str]:
        """Yield the pieces of the target language; those that the vocabulary lacks do no harm."""

    @property
    @abstractmethod
    def vocabulary(self) -> list[str]: ...

    @property
    @abstractmethod
    def _source(self) -> Any:
        """What cuts, as sentencepiece does."""

    @property
    @abstractmethod
    def _target(self) -> Any:
        """What joins, as sentencepiece does."""


def complete(pieces: list[str], path: Path, needed: Sequence[str] = (EOS, UNKNOWN, PAD)) -> list[str]:
    """Return ``pieces``. Raises ``ModelError`` where one of those ``needed`` is missing."""
    missing = [piece for piece in needed if piece not in pieces]
    if missing:
        raise ModelError(f"{path} lacks {', '.join(missing)}", REPAIR_HINT)
    return pieces


def load_spm(path: Path) -> Any:
    """Return the sentencepiece model in ``path``. Raises ``ModelError`` when it can't be read."""
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError, ValueError) as error:
        raise ModelError(f"{path} can't be read: {first_line(error)}", REPAIR_HINT) from error


def first_line(error: BaseException, limit: int = 200) -> str:
    """Return an error's text in one line of at most ``limit`` characters, without the secrets of an address."""
    text = " ".join(redacted(str(error)).split()) or type(error).__name__
    return text if len(text) <= limit else text[: limit - 3] + "..."
