"""CTranslate2 behind the engine protocol: the fast one, int8 on CPUs.

Knows a converted folder and how to decode with it; making, checking and finding that folder is the models' business.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from trans.batching import equal_length_batches
from trans.engines.cores import usable_cores
from trans.engines.pieced import Output, PiecesEngine
from trans.engines.pieces import EOS, PAD, UNKNOWN, Pieces, first_line
from trans.errors import ModelError, TransError
from trans.translation import Decoding

# What the wheels on PyPI can do; CTranslate2 falls back silently elsewhere, and other numbers would then be
# remembered under this format's name.
FORMATS = {"cpu": ("int8", "float32"), "cuda": ("float16", "bfloat16", "float32", "int8_float16")}

# Batches handed to CTranslate2 ahead, for each worker. It works off all that it was handed, even while the process exits: 1,300
# of a tiny model's batches kept it for two minutes. Three of 2,048 tokens are some ten seconds' work for a core.
_AHEAD = 3


class CTranslate2Engine(PiecesEngine):
    """Decodes in CTranslate2's own threads: one worker a core on CPUs, so that batches run side by side.

    ``prepare`` returns the converted folder and is called at the first load: it may take a minute to make it.
    """

    name = "ctranslate2"

    def __init__(
        self,
        prepare: Callable[[], Path],
        pieces: Pieces,
        *,
        fingerprint: str = "",
        device: str = "cpu",
        quantization: str = "int8",
        batch_tokens: int = 2048,
        workers: int | None = None,
    ) -> None:
        super().__init__(
            pieces, fingerprint=fingerprint, device=device, quantization=quantization, batch_tokens=batch_tokens
        )
        self._prepare = prepare
        self.workers = workers or (usable_cores() if device == "cpu" else 1)
        self._translator: Any = None

    def score(self, texts: Sequence[str], targets: Sequence[Sequence[str]]) -> list[float]:
        """Return the log-probability a piece that the model gives to each text's target pieces, nothing banned."""
        self.load()
        # CTranslate2 puts </s> after each target.
        written = [[piece for piece in target if piece != EOS] for target in targets]
        results = self._translator.score_batch(self.pieces.encode(texts), written, max_input_length=0)
        return [sum(result.log_probs) / max(1, len(result.log_probs)) for result in results]

    def _load(self) -> None:
        if self._translator is not None:
            return
        folder = self._prepare()
        import ctranslate2

        try:
            self._translator = ctranslate2.Translator(
                str(folder),
                device=self.device,
                compute_type=self.quantization,
                inter_threads=self.workers,
                intra_threads=1 if self.device == "cpu" else 0,
                # Unlimited: with a bounded queue translate_batch would block in submit. _AHEAD bounds it.
                max_queued_batches=-1,
            )
        except ValueError as error:
            raise TransError(
                f"CTranslate2 can't run {self.quantization} on {self.device} here: {first_line(error)}",
                f"Set 'quantization' in models.yaml to another of: {', '.join(FORMATS[self.device])}.",
            ) from error
        except RuntimeError as error:
            raise ModelError(
                f"CTranslate2 can't load {folder}: {first_line(error)}", "Delete that folder; it is made again."
            ) from error

    def _unload(self) -> None:
        self._translator = None

    def _plan(self, lengths: Sequence[int]) -> list[list[int]]:
        """In int8 on CPUs, batch equal lengths only, in batches small enough that every worker has one.

        Where there is no padding a result does not depend on its batch: of 236 news sentences in five other mixtures none
        differed on AVX2, to the last bit; padded, up to 4 of 147 did, in words too. Float formats differ by 1e-6 whatever
        the batch: there its size must not depend on the number of cores.
        """
        if self.device != "cpu" or self.quantization != "int8":
            return super()._plan(lengths)
        return equal_length_batches(lengths, min(self.batch_tokens, -(-sum(lengths) // self.workers)))

    def _decode(
        self, sources: list[list[list[str]]], prefix: list[str], decoding: Decoding
    ) -> Iterator[list[list[Output]]]:
        # The unknown piece has a switch of its own; a converted Marian has no padding.
        absent = {UNKNOWN, PAD} if self.pieces.config["model_type"] == "marian" else {UNKNOWN}
        restricted = self.pieces.restricted
        # To what vmap.txt lists CTranslate2 adds the unknown piece and that of the beginning, which T5's loader says is padding.
        added = [piece for piece in (PAD, "<s>") if piece in self.pieces.ids]
        banned = added if restricted else [self.pieces.vocabulary[index] for index in self.pieces.banned]
        suppressed = [[piece] for piece in banned if piece not in absent]
        translator = self._translator

        def start(batch: list[list[str]]) -> list[Any]:
            futures: list[Any] = translator.translate_batch(
                batch,
                target_prefix=[prefix] * len(batch) if prefix else None,
                asynchronous=True,
                beam_size=decoding.beam_size,
                num_hypotheses=decoding.hypotheses,
                length_penalty=decoding.length_penalty,
                repetition_penalty=decoding.repetition_penalty,
                no_repeat_ngram_size=decoding.no_repeat_ngram_size,
                use_vmap=restricted,
                disable_unk=True,
                suppress_sequences=suppressed or None,
                max_input_length=0,  # never cut a source
                max_decoding_length=decoding.max_tokens,
                min_decoding_length=0,
                return_end_token=True,
                return_scores=True,
            )
            return futures

        waiting = iter(sources)
        working = deque(start(batch) for batch in islice(waiting, _AHEAD * self.workers))
        return _results(working, (start(batch) for batch in waiting), decoding)


def _results(
    working: deque[list[Any]], waiting: Iterator[list[Any]], decoding: Decoding
) -> Iterator[list[list[Output]]]:
    """Yield results batch by batch; each that is taken lets the next of ``waiting`` start."""
    while working:
        results = [_outputs(future.result(), decoding) for future in working.popleft()]
        working.extend(islice(waiting, 1))
        yield results


def _outputs(result: Any, decoding: Decoding) -> list[Output]:
    return [
        # CTranslate2 gives sum / length ** length_penalty, end-of-sentence counted in the length.
        Output(pieces, score * max(1, len(pieces)) ** (decoding.length_penalty - 1))
        for pieces, score in zip(result.hypotheses, result.scores, strict=True)
    ]
