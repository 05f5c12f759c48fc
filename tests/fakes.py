"""A fake engine that carries most tests: no weights, instant, the same English for the same Arabic."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from trans.engines.base import Stats
from trans.translation import Decoding, Hypothesis, Translation


class WordTokenizer:
    """A piece is a word, and one more for the end of the sentence."""

    limit = 512

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 1 for text in texts]


def fake_english(text: str) -> str:
    """An English-looking text that depends on every character of ``text``."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"Sentence {digest[:12]} of {len(text.split())} words."


class FakeEngine:
    """Remembers what it was asked (``calls``: one list of texts a submit); ``answer`` makes its best
    hypothesis' text, or ``hypotheses`` all of them, as the decoding has it."""

    name = "fake"
    quantization = "none"

    def __init__(
        self,
        answer: Callable[[str], str] = fake_english,
        *,
        fingerprint: str = "fake",
        finished: bool = True,
        unknown: str = "",
        hypotheses: Callable[[str, Decoding], list[str]] | None = None,
    ) -> None:
        self.fingerprint = fingerprint
        self.tokenizer = WordTokenizer()
        self.stats = Stats()
        self.calls: list[list[str]] = []
        self.loaded = self.closed = False
        self.cancels = 0
        self._finished = finished
        self._unknown = unknown
        self._hypotheses = hypotheses or (lambda text, decoding: [answer(text)])

    def submit(self, texts: Sequence[str], decoding: Decoding) -> Iterator[tuple[int, Translation]]:
        self.calls.append(list(texts))
        return self._results(texts, decoding, self.cancels)

    def _results(self, texts: Sequence[str], decoding: Decoding, cancels: int) -> Iterator[tuple[int, Translation]]:
        # Longest first, as real engines answer: nothing may rely on the order.
        for position in sorted(range(len(texts)), key=lambda position: -len(texts[position])):
            if self.cancels > cancels:
                raise CancelledError
            made = tuple(
                Hypothesis(text, -0.5, len(text.split()), self._finished)
                for text in self._hypotheses(texts[position], decoding)
            )
            unknown = "".join(character for character in self._unknown if character in texts[position])
            yield position, Translation(made, unknown, decoding)

    def load(self) -> None:
        self.loaded = True

    def cancel(self) -> None:
        self.cancels += 1

    def close(self) -> None:
        self.closed = True


def fake_summary(text: str) -> str:
    """The first twelve words: what a summariser that copies the lead would write."""
    return " ".join(text.split()[:12])


class FakeModels:
    """Stands in for the models a profile names; ``translator`` and ``summariser`` are the engines it hands out."""

    def __init__(self, translator: FakeEngine | None = None, summariser: FakeEngine | None = None) -> None:
        self.translator = translator or FakeEngine()
        self.summariser = summariser or FakeEngine(fake_summary, fingerprint="fake-summary")

    def install(self, monkeypatch: pytest.MonkeyPatch, *, repair: bool = False) -> "FakeModels":
        """Put the engines in the models' place. Their English is full of faults: it is only decoded again with ``repair``."""
        monkeypatch.setattr("trans.api.locate", lambda model, revision, base, download: Path(model))
        if not repair:
            monkeypatch.setattr("trans.candidates.calls_for_repair", lambda flag: False)
        monkeypatch.setattr("trans.api.build_engine", self._build)
        return self

    def _build(self, folder: Path, **settings: object) -> FakeEngine:
        return self.summariser if "mT5" in folder.name else self.translator
