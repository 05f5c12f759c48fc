"""What both neural engines share: texts to pieces, pieces to batches, batches to translations, in that order.

A subclass loads its library and decodes batches; it sees pieces only. Knows no checkpoint format and no device.
"""

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from trans.batching import batches
from trans.engines.base import Stats
from trans.engines.pieces import EOS, Pieces
from trans.errors import TransError
from trans.translation import Decoding, Hypothesis, Translation


@dataclass(frozen=True, slots=True)
class Output:
    """A hypothesis in target pieces, ``</s>`` included where it was generated. ``score``: log-probability a piece."""

    pieces: Sequence[str]
    score: float


class PiecesEngine(ABC):
    """An ``Engine`` over sentencepiece pieces. Subclasses give ``_load``, ``_unload`` and ``_decode``."""

    name: str

    def __init__(self, pieces: Pieces, *, fingerprint: str, device: str, quantization: str, batch_tokens: int) -> None:
        self.pieces = pieces
        self.fingerprint = fingerprint
        self.device = device
        self.quantization = quantization
        self.batch_tokens = batch_tokens
        self.stats = Stats()
        self._lock = threading.RLock()
        self._open = 0
        self._mark = 0.0

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
        empty = [index for index, length in enumerate(lengths) if length <= 1]
        filled = [index for index, length in enumerate(lengths) if length > 1]
        if not filled:
            return self._nothing(texts, empty, decoding)
        self.load()
        chosen = [lengths[index] for index in filled]
        plan = [[filled[position] for position in batch] for batch in self._plan(chosen)]
        with self._lock:
            if not self._open:
                self._mark = time.monotonic()
            self._open += 1
        outputs = self._decode([[sources[index] for index in batch] for batch in plan], prefix, decoding)
        return chain(self._nothing(texts, empty, decoding), self._translations(texts, lengths, plan, outputs, decoding))

    def outputs(self, texts: Sequence[str], decoding: Decoding) -> list[list[Output]]:
        """Return what the model makes of a few non-empty texts, in pieces and in the texts' order; one batch, now."""
        prefix = self._check(decoding)
        self.load()
        return next(self._decode([self.pieces.encode(texts)], prefix, decoding))

    def load(self) -> None:
        """Load the weights now, if they aren't loaded. Raises ``ModelError``."""
        with self._lock:
            self._load()

    def close(self) -> None:
        """Free the weights. Results not fetched yet are lost. The next ``submit`` loads the weights again."""
        with self._lock:
            self._unload()
            self._open = 0

    def _nothing(
        self, texts: Sequence[str], positions: Sequence[int], decoding: Decoding
    ) -> Iterator[tuple[int, Translation]]:
        for index in positions:
            yield index, Translation((Hypothesis("", 0.0, 0, True),), self.pieces.unknown(texts[index]), decoding)

    def _check(self, decoding: Decoding) -> list[str]:
        if not 1 <= decoding.hypotheses <= decoding.beam_size:
            raise ValueError(f"{decoding.hypotheses} hypotheses need at least as many beams, not {decoding.beam_size}")
        # The limit is the position table's size, of source and target alike.
        if decoding.max_tokens > self.pieces.limit:
            raise TransError(
                f"max_tokens {decoding.max_tokens} is more than the {self.pieces.limit} positions of {self.pieces.folder}",
                f"Set max_tokens to at most {self.pieces.limit} in models.yaml.",
            )
        prefix = self.pieces.encode_prefix(decoding.prefix) if decoding.prefix else []
        if len(prefix) >= decoding.max_tokens:
            raise ValueError(f"the prefix alone has {len(prefix)} pieces of max_tokens {decoding.max_tokens}")
        return prefix

    def _plan(self, lengths: Sequence[int]) -> list[list[int]]:
        """Return batches of positions in ``lengths``, longest first."""
        return batches(lengths, self.batch_tokens)

    def _translations(
        self,
        texts: Sequence[str],
        lengths: Sequence[int],
        plan: Sequence[Sequence[int]],
        outputs: Iterator[list[list[Output]]],
        decoding: Decoding,
    ) -> Iterator[tuple[int, Translation]]:
        """Yield translations as their batches finish. Errors of a worker come out here, at their batch."""
        try:
            for batch, results in zip(plan, outputs, strict=True):
                self._count(batch, lengths, results)
                for index, hypotheses in zip(batch, results, strict=True):
                    made = tuple(self._hypothesis(output) for output in hypotheses)
                    yield index, Translation(made, self.pieces.unknown(texts[index]), decoding)
        finally:
            with self._lock:
                self._open = max(0, self._open - 1)

    def _hypothesis(self, output: Output) -> Hypothesis:
        finished = bool(output.pieces) and output.pieces[-1] == EOS
        return Hypothesis(self.pieces.decode(output.pieces), round(output.score, 3), len(output.pieces), finished)

    def _count(self, batch: Sequence[int], lengths: Sequence[int], results: Sequence[Sequence[Output]]) -> None:
        with self._lock:
            now = time.monotonic()
            self.stats.seconds += now - self._mark
            self._mark = now
            self.stats.texts += len(batch)
            self.stats.source_tokens += sum(lengths[index] for index in batch)
            self.stats.padded_source_tokens += len(batch) * max(lengths[index] for index in batch)
            self.stats.target_tokens += sum(len(hypotheses[0].pieces) for hypotheses in results)

    @abstractmethod
    def _load(self) -> None:
        """Load the weights unless they are loaded."""

    @abstractmethod
    def _unload(self) -> None: ...

    @abstractmethod
    def _decode(
        self, sources: list[list[list[str]]], prefix: list[str], decoding: Decoding
    ) -> Iterator[list[list[Output]]]:
        """Start decoding the batches and return at once; yield each batch's outputs in the batches' order, best first."""
