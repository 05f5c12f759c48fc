"""Runs an exported model folder on texts, as a user of the package would: through CTranslate2, in float32.

Knows the two layouts and their vocabularies; judges nothing (``training.evaluate`` does).
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ctranslate2
import torch
from ctranslate2.converters import TransformersConverter
from transformers import AutoModelForSeq2SeqLM, MT5Config

from training.vocabulary import EOS, UNK, load

# Reading and writing limits, in tokens: the translator's sentences never come near them, articles do.
MAX_SOURCE_TOKENS = 510
BATCH_TOKENS = 2048


class _Converter(TransformersConverter):  # type: ignore[misc]
    def load_model(self, *args: Any, **kwargs: Any) -> Any:
        model = super().load_model(*args, **kwargs)
        # transformers 5 sets True for mT5 whatever config.json says, and CTranslate2 would scale the logits for it.
        if isinstance(model.config, MT5Config):
            model.config.tie_word_embeddings = False
        return model


class Decoder:
    """One exported model, ready to decode with the settings of its ``generation_config.json``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation = json.loads((folder / "generation_config.json").read_text(encoding="utf-8"))
        self.is_summarizer = (folder / "spiece.model").exists()
        self._source = load(folder / ("spiece.model" if self.is_summarizer else "source.spm"))
        self._target = load(folder / ("spiece.model" if self.is_summarizer else "target.spm"))
        with tempfile.TemporaryDirectory() as temporary:
            converted = _Converter(str(folder)).convert(f"{temporary}/model")
            self._model = ctranslate2.Translator(converted, compute_type="float32")

    def decode(self, texts: Sequence[str]) -> list[str]:
        """Return the best output for each text."""
        outputs = self._run(self.tokens(texts), no_repeat=self._generation.get("no_repeat_ngram_size", 0))
        return [self._target.decode([piece for piece in output if piece not in (EOS, UNK)]) for output in outputs]

    def tokens(self, texts: Sequence[str]) -> list[list[str]]:
        """Return the model's input for each text."""
        return [[*row[:MAX_SOURCE_TOKENS], EOS] for row in self._source.encode(list(texts), out_type=str)]

    def count_same_as_torch(self, texts: Sequence[str]) -> int:
        """Return how many texts torch decodes to the very same pieces.

        Without ``no_repeat_ngram_size``, which the two libraries understand a little differently.
        """
        model = AutoModelForSeq2SeqLM.from_pretrained(self._folder, dtype=torch.float32).eval()
        numbers = self._numbers()
        names = {number: piece for piece, number in numbers.items()}
        same = 0
        rows = self.tokens(texts)
        for row, output in zip(rows, self._run(rows, no_repeat=0), strict=True):
            ids = torch.tensor([[numbers.get(piece, numbers[UNK]) for piece in row]])
            with torch.no_grad():
                generated = model.generate(ids, no_repeat_ngram_size=0)[0, 1:].tolist()
            same += [names[number] for number in generated] == output
        return same

    def _numbers(self) -> dict[str, int]:
        if self.is_summarizer:
            return {self._source.id_to_piece(i): i for i in range(self._source.get_piece_size())}
        vocabulary: dict[str, int] = json.loads((self._folder / "vocab.json").read_text(encoding="utf-8"))
        return vocabulary

    def _run(self, rows: list[list[str]], *, no_repeat: int) -> list[list[str]]:
        results = self._model.translate_batch(
            rows,
            beam_size=self._generation["num_beams"],
            length_penalty=self._generation["length_penalty"],
            # transformers counts the start token too.
            max_decoding_length=self._generation["max_length"] - 1,
            no_repeat_ngram_size=no_repeat,
            # 0: no silent cut; ``tokens`` has cut already.
            max_input_length=0,
            max_batch_size=BATCH_TOKENS,
            batch_type="tokens",
            return_end_token=True,
        )
        return [result.hypotheses[0] for result in results]
