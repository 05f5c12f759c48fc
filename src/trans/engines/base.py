"""What an engine is: texts in, hypotheses out. Translation and summarisation go through the same door.

Knows no article, no file and no library: the engines beside it do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from trans.translation import Decoding, Translation


@dataclass(slots=True)
class Stats:
    """Work done so far, for progress and reports; grows while an engine works.

    ``seconds`` is the time of all workers together: one of two at work for a second is half a second.
    """

    texts: int = 0
    source_tokens: int = 0
    target_tokens: int = 0
    padded_source_tokens: int = 0
    seconds: float = 0.0


class Tokenizer(Protocol):
    """Counts pieces without the weights."""

    limit: int
    """Most source pieces, end-of-sentence counted, that the model's position table takes."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Return the number of source pieces of each text, end-of-sentence counted."""


class Engine(Protocol):
    """A model ready to work. Loads its weights on first use."""

    fingerprint: str
    """Changes whenever the same input may give another output: weights, tokenizer, engine, quantisation, shortlist."""
    name: str
    """``ctranslate2``, ``transformers`` or ``extractive``."""
    quantization: str
    """The number format the weights really have (``int8``, ``float32``, ...); empty where there are none."""
    stats: Stats

    @property
    def tokenizer(self) -> Tokenizer: ...

    def submit(self, texts: Sequence[str], decoding: Decoding) -> Iterator[tuple[int, Translation]]:
        """Start decoding ``texts`` and return at once; yield ``(position in texts, result)`` as results finish.

        Texts are model input already (see ``arabic.for_model``). Raises ``ModelError`` when the weights can't be loaded,
        ``ValueError`` when a text is longer than ``tokenizer.limit``: nothing is ever cut here.
        """

    def load(self) -> None:
        """Load the weights now; the first ``submit`` does it otherwise. Raises ``ModelError``."""

    def cancel(self) -> None:
        """Give up what has not begun: iterators of ``submit`` raise ``CancelledError`` where they come to it."""

    def close(self) -> None:
        """Free the weights. The engine may be used again: it loads them again."""
