"""CTranslate2 behind the engine protocol: the fast one, int8 on CPUs.

Knows a converted folder and how to decode with it; making, checking and finding that folder is the models' business.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from trans.batching import Batch, shaped_batches
from trans.engines import threads
from trans.engines.gpu import no_room, out_of_memory
from trans.engines.pieced import Output, PiecesEngine
from trans.engines.pieces import BOS, EOS, UNKNOWN, Pieces, first_line
from trans.engines.placement import Placement
from trans.errors import ModelError, TransError, shortage
from trans.translation import Decoding

# What the wheels on PyPI can do; CTranslate2 falls back silently elsewhere, and other numbers would then be
# remembered under this format's name.
FORMATS = {"cpu": ("int8", "float32"), "cuda": ("float16", "bfloat16", "float32", "int8_float16")}

# A short text's matrix has a multiple of so many columns: then 32 articles give batches of thirty texts and not of eight.
# Long ones are alone in theirs whatever the multiple, and what fills it up would cost as much as they do.
_COLUMNS = 4
_SHORT = 128

SHAPES = f"columns={_COLUMNS}/{_SHORT}"
"""What int8 outputs depend on beside weights and text: part of the fingerprint on CPUs."""

# Each worker gets about so many batches of a window, so that none is left with one batch when the others are done.
_BATCHES_A_WORKER = 4
# Fewer tokens in a batch than these cost more than an even end saves.
_LEAST_TOKENS = 256


class CTranslate2Engine(PiecesEngine):
    """Decodes with CTranslate2: one worker a core on CPUs, so that batches run side by side.

    ``prepare`` returns the converted folder and is called at the first load: it may take a minute to make it.
    """

    name = "ctranslate2"

    def __init__(
        self,
        prepare: Callable[[], Path],
        pieces: Pieces,
        placement: Placement,
        *,
        fingerprint: str = "",
        quantization: str = "int8",
        batch_tokens: int | None = None,
    ) -> None:
        super().__init__(
            pieces, placement, fingerprint=fingerprint, quantization=quantization, batch_tokens=batch_tokens
        )
        self._prepare = prepare

    def score(self, texts: Sequence[str], targets: Sequence[Sequence[str]]) -> list[float]:
        """Return the log-probability a piece that the model gives to each text's target pieces, nothing banned."""
        self.load()
        forced = self.pieces.forced
        # CTranslate2 puts </s> after each target.
        written = [[*forced, *[piece for piece in target if piece != EOS]] for target in targets]
        results = self._model.score_batch(self.pieces.encode(texts), written, max_input_length=0)
        given = [result.log_probs[len(forced) :] for result in results]
        return [sum(log_probs) / max(1, len(log_probs)) for log_probs in given]

    def _load(self) -> Any:
        folder = self._prepare()
        import ctranslate2

        place = self.placement
        threads.require(place.workers * max(place.threads, len(place.gpus)))
        try:
            return ctranslate2.Translator(
                str(folder),
                device=place.device,
                device_index=list(place.gpus),
                compute_type=self.quantization,
                inter_threads=place.workers,
                intra_threads=place.threads,
            )
        except ValueError as error:
            raise TransError(
                f"CTranslate2 can't run {self.quantization} on {place.device} here: {first_line(error)}",
                f"Set 'quantization' in models.yaml to another of: {', '.join(FORMATS[place.device])}.",
            ) from error
        except RuntimeError as error:
            if out_of_memory(error):
                raise no_room(folder) from error
            if lacking := shortage(error):
                raise lacking from error
            raise ModelError(
                f"CTranslate2 can't load {folder}: {first_line(error)}", "Delete that folder; it is made again."
            ) from error

    def _plan(self, lengths: Sequence[int], decoding: Decoding) -> list[Batch]:
        """In int8 on CPUs, give each text a matrix whose shape depends on that text alone, in batches that keep all workers busy.

        In matrices of one shape a result does not depend on its batch: of 537 news sentences in batches of 512 and of 1,024
        tokens none differed on AVX2, to the last bit; padded to their longest neighbour, 59 did, two in words. Float
        formats differ by 1e-6 whatever the batch: there its size must not depend on the number of cores.
        """
        budget = self._budget(lengths, decoding)
        if not self._shaped:
            return super()._plan(lengths, decoding)
        even = -(-sum(lengths) // (self.placement.workers * _BATCHES_A_WORKER))
        return shaped_batches(lengths, min(budget, max(even, _LEAST_TOKENS)), _columns)

    @property
    def _shaped(self) -> bool:
        return self.placement.device == "cpu" and self.quantization == "int8"

    def _rows(self, sources: list[list[str]], length: int) -> list[list[str]]:
        if self._shaped and max(len(source) for source in sources) < length:
            return [*sources, _filler(sources[0], length)]
        return sources

    def _decode_batch(
        self,
        model: Any,
        rows: list[list[str]],
        length: int,  # noqa: ARG002  (that of the longest row)
        prefix: list[str],
        decoding: Decoding,
    ) -> list[list[Output]]:
        kind, restricted, forced = self.pieces.config["model_type"], self.pieces.restricted, self.pieces.forced
        # The unknown piece has a switch of its own; a converted Marian has no padding.
        absent = {UNKNOWN, self.pieces.pad} if kind == "marian" else {UNKNOWN}
        # To what vmap.txt lists CTranslate2 adds the unknown piece, that of the beginning, which T5's loader says is padding, and
        # what outputs are forced to begin with, in families that are.
        possible = dict.fromkeys([BOS, *forced] if forced else [self.pieces.pad, BOS])
        added = [piece for piece in possible if piece in self.pieces.ids]
        banned = added if restricted else [self.pieces.vocabulary[index] for index in self.pieces.banned]
        suppressed = [[piece] for piece in banned if piece not in absent]
        start = [*forced, *prefix]
        results = model.translate_batch(
            rows,
            target_prefix=[start] * len(rows) if start else None,
            beam_size=decoding.beam_size,
            num_hypotheses=decoding.hypotheses,
            length_penalty=decoding.length_penalty,
            repetition_penalty=decoding.repetition_penalty,
            no_repeat_ngram_size=decoding.no_repeat_ngram_size,
            use_vmap=restricted,
            disable_unk=True,
            suppress_sequences=suppressed or None,
            max_input_length=0,  # never cut a source
            max_decoding_length=decoding.max_tokens + len(forced),
            min_decoding_length=0,
            return_end_token=True,
            return_scores=True,
        )
        return [_outputs(result, decoding, len(forced)) for result in results]


def _columns(length: int) -> int:
    return -(-length // _COLUMNS) * _COLUMNS if length <= _SHORT else length


def _filler(source: list[str], length: int) -> list[str]:
    """Return a text of ``length`` pieces, to give a batch's matrix its shape where none of its texts does."""
    return [source[index % (len(source) - 1)] for index in range(length - 1)] + [EOS]


def _outputs(result: Any, decoding: Decoding, forced: int) -> list[Output]:
    """Return the hypotheses of ``result`` without their first ``forced`` pieces, which cost nothing."""
    outputs = []
    for pieces, score in zip(result.hypotheses, result.scores, strict=True):
        # CTranslate2 gives sum / length ** length_penalty, end-of-sentence and forced pieces counted in the length.
        score *= max(1, len(pieces)) ** (decoding.length_penalty - 1)
        if forced:
            score *= len(pieces) / max(1, len(pieces) - forced)
        outputs.append(Output(pieces[forced:], score))
    return outputs
