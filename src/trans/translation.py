"""What a model is asked and what it answers: plain data that flows between engines, memory and briefs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search for the best output. Every value is explicit: libraries' defaults differ and change.

    ``max_tokens`` bounds the output in target pieces, prefix and end-of-sentence counted; ``length_penalty`` is the exponent
    a hypothesis' summed log-probability is divided by ``length ** length_penalty`` with; ``prefix`` is a text the output
    must begin with.
    """

    beam_size: int = 4
    hypotheses: int = 1
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram_size: int = 0
    max_tokens: int = 256
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One output as the model wrote it, uncleaned.

    ``score`` is the sum of log-probabilities over ``tokens`` pieces (end-of-sentence counted), rounded to 3 decimals;
    ``finished`` is false where the length limit stopped it before the end-of-sentence piece.
    """

    text: str
    score: float
    tokens: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Translation:
    """What a model made of one text: at least one hypothesis, best first. Summaries are kept in it too.

    ``unknown`` holds the characters of the input that the model's vocabulary lacks, each once, in order of appearance.
    """

    hypotheses: tuple[Hypothesis, ...]
    unknown: str
    decoding: Decoding

    @property
    def best(self) -> Hypothesis:
        return self.hypotheses[0]
