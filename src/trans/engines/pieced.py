"""What both neural engines share: texts to pieces, pieces to batches, batches to translations, in that order.

A subclass loads its library and decodes one batch; it sees pieces only.
"""

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import chain
from statistics import median_low
from typing import Any

from trans.batching import Batch, batches
from trans.engines import gpu
from trans.engines.base import Stats
from trans.engines.gpu import left_over, out_of_memory
from trans.engines.pieces import EOS, Pieces
from trans.engines.placement import LEAST_TOKENS, Placement, Size, tokens_that_fit
from trans.engines.pool import pool
from trans.errors import TransError, shortage
from trans.translation import Decoding, Hypothesis, Translation

_log = logging.getLogger("trans")

# Bytes a number of each format has while a model works: int8 is for weights alone.
_BYTES = {"float32": 4}
_HALF = 2

# On a CPU: half as many are slower (docs/performance.md).
_CPU_TOKENS = 2048

# What a GPU is taken to have free where its driver doesn't say: what does not fit is halved.
_UNKNOWN_FREE_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class Output:
    """A hypothesis in target pieces, ``</s>`` included where it was generated. ``score``: log-probability a piece.

    What every output is forced to begin with (a language's code) is in neither: it says nothing of the text.
    """

    pieces: Sequence[str]
    score: float


class PiecesEngine(ABC):
    """An ``Engine`` over sentencepiece pieces. Subclasses give ``_load`` and ``_decode_batch``.

    Batches are decoded in threads of the process' pool, ``placement.slots`` at once.
    """

    name: str

    def __init__(
        self, pieces: Pieces, placement: Placement, *, fingerprint: str, quantization: str, batch_tokens: int | None
    ) -> None:
        self.pieces = pieces
        self.placement = placement
        self.fingerprint = fingerprint
        self.quantization = quantization
        self.stats = Stats()
        self._batch_tokens = batch_tokens
        self._model: Any = None
        self._loading = threading.RLock()
        self._counting = threading.Lock()
        self._outstanding: set[Future[list[list[Output]]]] = set()
        # Padded tokens that a batch must stay under: set when one did not fit into the device's memory.
        self._fits = 0
        # How many workers may still stumble over the error of a batch that did not fit: see ``left_over``.
        self._left_over = 0
        self._free_bytes: int | None = None

    @property
    def tokenizer(self) -> Pieces:
        return self.pieces

    def submit(self, texts: Sequence[str], decoding: Decoding) -> Iterator[tuple[int, Translation]]:
        """Start decoding ``texts``; see ``Engine.submit``. Results come batch by batch, longest texts first.

        ``decoding.max_tokens`` counts the prefix and ``</s>``. Raises ``ValueError`` for more hypotheses than beams and for a
        prefix the model can't write, ``TransError`` for more tokens than the model has positions.
        """
        texts = list(texts)
        prefix = self._check(decoding)
        sources = self.pieces.encode(texts)
        lengths = [len(source) for source in sources]
        limit = self.pieces.limit
        for text, length in zip(texts, lengths, strict=True):
            if length > limit:
                raise ValueError(f"a text of {length} pieces is longer than the model's {limit}: {text[:60]!r}")
        # A text without pieces has nothing to decode; CTranslate2 would answer it without </s>, torch with anything.
        bare = self.pieces.overhead
        empty = [index for index, length in enumerate(lengths) if length <= bare]
        filled = [index for index, length in enumerate(lengths) if length > bare]
        if not filled:
            return self._nothing(texts, empty, decoding)
        self.load()
        planned = self._plan([lengths[index] for index in filled], decoding)
        plan = [Batch(tuple(filled[position] for position in batch.positions), batch.length) for batch in planned]
        started = [
            self._start([sources[index] for index in batch.positions], batch.length, prefix, decoding) for batch in plan
        ]
        outputs = _taken(started)
        # Up to its first yield, so that dropping it, even unused, cancels the batches that have not begun.
        next(outputs)
        return chain(self._nothing(texts, empty, decoding), self._translations(texts, plan, outputs, decoding))

    def outputs(self, texts: Sequence[str], decoding: Decoding) -> list[list[Output]]:
        """Return what the model makes of a few non-empty texts, in pieces and in the texts' order; one batch, now."""
        prefix = self._check(decoding)
        self.load()
        sources = self.pieces.encode(texts)
        return self._start(sources, max(len(source) for source in sources), prefix, decoding).result()

    def load(self) -> None:
        """Load the weights now, if they aren't loaded. Raises ``ModelError``."""
        with self._loading:
            if self._model is None:
                try:
                    self._model = self._load()
                except Exception as error:
                    if lacking := shortage(error):
                        raise lacking from error
                    raise

    def cancel(self) -> None:
        """Give up the batches that have not begun: where their results are asked for, ``CancelledError`` is raised."""
        for future in list(self._outstanding):
            future.cancel()

    def close(self) -> None:
        """Free the weights. Results not fetched yet are lost. The next ``submit`` loads the weights again."""
        with self._loading:
            self.cancel()
            self._model = None

    def _nothing(
        self, texts: Sequence[str], positions: Sequence[int], decoding: Decoding
    ) -> Iterator[tuple[int, Translation]]:
        for index in positions:
            yield index, Translation((Hypothesis("", 0.0, 0, True),), self.pieces.unknown(texts[index]), decoding)

    def _check(self, decoding: Decoding) -> list[str]:
        if not 1 <= decoding.hypotheses <= decoding.beam_size:
            raise ValueError(f"{decoding.hypotheses} hypotheses need at least as many beams, not {decoding.beam_size}")
        # The limit is the position table's size, of source and target alike.
        limit = self.pieces.limit - len(self.pieces.forced)
        if decoding.max_tokens > limit:
            raise TransError(
                f"max_tokens {decoding.max_tokens} is more than the {limit} positions of {self.pieces.folder}",
                f"Set max_tokens to at most {limit} in models.yaml.",
            )
        prefix = self.pieces.encode_prefix(decoding.prefix) if decoding.prefix else []
        if len(prefix) >= decoding.max_tokens:
            raise ValueError(f"the prefix alone has {len(prefix)} pieces of max_tokens {decoding.max_tokens}")
        return prefix

    def _plan(self, lengths: Sequence[int], decoding: Decoding) -> list[Batch]:
        """Return batches of positions in ``lengths``, longest first; on GPUs, one for each slot at least."""
        budget = self._budget(lengths, decoding)
        if self.placement.device == "cuda":
            even = -(-sum(lengths) // self.placement.slots)
            budget = min(budget, max(even, LEAST_TOKENS))
        return batches(lengths, budget)

    def _budget(self, lengths: Sequence[int], decoding: Decoding) -> int:
        """Return how many padded tokens a batch may have: as set, else what a CPU likes or a GPU has room for."""
        if self._batch_tokens or self.placement.device == "cpu":
            return self._batch_tokens or _CPU_TOKENS
        if self._free_bytes is None:
            # Once: what the allocator keeps for later batches would not count as free.
            self._free_bytes = gpu.free_bytes(self.placement.gpus)
        if self._free_bytes is None:
            _log.info("nvidia-smi doesn't say how much memory the GPU has free: batches are made for 4 GiB")
            self._free_bytes = _UNKNOWN_FREE_BYTES
        # A second batch in hand waits outside the GPU's memory.
        return tokens_that_fit(
            self._free_bytes,
            self.placement.workers,
            self._size(),
            max(lengths),
            median_low(lengths),
            decoding.beam_size,
        )

    def _size(self) -> Size:
        config = self.pieces.config
        t5 = config["model_type"] in ("t5", "mt5")
        layers = config.get("num_decoder_layers") or config["num_layers"] if t5 else config["decoder_layers"]
        heads = config["num_heads" if t5 else "encoder_attention_heads"]
        number = _BYTES.get(self.quantization, _HALF)
        return Size(layers, config["d_model"], heads, self._choices(), number)

    def _choices(self) -> int:
        """Return among how many pieces each step chooses."""
        return len(self.pieces.allowed)

    def _start(
        self, sources: list[list[str]], length: int, prefix: list[str], decoding: Decoding
    ) -> "Future[list[list[Output]]]":
        future = pool(self.placement.slots).submit(self._work, self._model, sources, length, prefix, decoding)
        self._outstanding.add(future)
        future.add_done_callback(self._outstanding.discard)
        return future

    def _work(
        self, model: Any, sources: list[list[str]], length: int, prefix: list[str], decoding: Decoding
    ) -> list[list[Output]]:
        """Decode a batch, in parts if it does not fit into the device's memory, and count it."""
        began = time.perf_counter()
        waiting = [sources]
        outputs: list[list[Output]] = []
        computed = 0
        while waiting:
            part = waiting.pop()
            rows = self._rows(part, length)
            size = len(rows) * length
            if len(part) == 1 or not self._fits or size < self._fits:
                try:
                    outputs += self._decode_batch(model, rows, length, prefix, decoding)[: len(part)]
                    computed += size
                    continue
                except RuntimeError as error:
                    if self._met_left_over(error):
                        waiting.append(part)
                        continue
                    too_large = out_of_memory(error)
                    with self._counting:
                        self._left_over += too_large
                    if len(part) == 1 or not too_large:
                        raise
                # Not while the error is at hand: it holds the batch that failed.
                self._free()
                self._fits = min(self._fits or size, size)
            half = len(part) // 2
            waiting += [part[half:], part[:half]]
        with self._counting:
            # Workers' time: one of two at work for a second is half a second of the engine's.
            self.stats.seconds += (time.perf_counter() - began) / self.placement.slots
            self.stats.texts += len(sources)
            self.stats.source_tokens += sum(len(source) for source in sources)
            self.stats.padded_source_tokens += computed
            self.stats.target_tokens += sum(len(hypotheses[0].pieces) for hypotheses in outputs)
        return outputs

    def _met_left_over(self, error: RuntimeError) -> bool:
        with self._counting:
            met = self._left_over > 0 and left_over(error)
            self._left_over -= met
        return met

    def _rows(self, sources: list[list[str]], length: int) -> list[list[str]]:  # noqa: ARG002
        """Return what is decoded for ``sources``: they themselves, and perhaps something behind them."""
        return sources

    def _translations(
        self, texts: Sequence[str], plan: Sequence[Batch], outputs: Iterator[list[list[Output]]], decoding: Decoding
    ) -> Iterator[tuple[int, Translation]]:
        """Yield translations as their batches finish. Errors of a worker come out here, at their batch."""
        for batch, results in zip(plan, outputs, strict=True):
            for index, hypotheses in zip(batch.positions, results, strict=True):
                made = tuple(self._hypothesis(output) for output in hypotheses)
                yield index, Translation(made, self.pieces.unknown(texts[index]), decoding)

    def _hypothesis(self, output: Output) -> Hypothesis:
        finished = bool(output.pieces) and output.pieces[-1] == EOS
        return Hypothesis(self.pieces.decode(output.pieces), round(output.score, 3), len(output.pieces), finished)

    def _free(self) -> None:  # noqa: B027  (CTranslate2 gives it back by itself)
        """Give back what a failed batch holds of the device's memory."""

    @abstractmethod
    def _load(self) -> Any:
        """Return the loaded weights. Raises ``ModelError``."""

    @abstractmethod
    def _decode_batch(
        self, model: Any, rows: list[list[str]], length: int, prefix: list[str], decoding: Decoding
    ) -> list[list[Output]]:
        """Return each row's outputs, best first, decoded in a matrix of ``length`` columns; called in several threads."""


def _taken(started: list["Future[list[list[Output]]]"]) -> Iterator[list[list[Output]]]:
    """Yield nothing once, then each batch's outputs in order; cancels the rest when it is closed or dropped."""
    waiting = started[::-1]
    try:
        yield []
        while waiting:
            # An error in the worker is raised here.
            yield waiting.pop().result()
    finally:
        for future in waiting:
            future.cancel()
