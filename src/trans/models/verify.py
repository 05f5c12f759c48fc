"""Is a converted model the same model? Compares what two engines make of a few sentences.

Knows engines only, not how the copy was made. Conversion libraries have been silently wrong (a forced weight tying scaled
mT5's logits): nothing converted is used before this has passed.
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from trans.engines.base import Engine
from trans.engines.ctranslate2 import CTranslate2Engine
from trans.engines.pieced import PiecesEngine
from trans.engines.pieces import Pieces
from trans.translation import Decoding, Hypothesis

# News of this project's own writing: figures, names, a quotation, short and long.
SAMPLES = (
    "أعلنت وزارة الصحة أمس افتتاح ثلاثة مستشفيات جديدة في جنوب البلاد.",
    "قال المتحدث باسم الحكومة إن الأسعار ارتفعت بنسبة 4.5 في المئة خلال عام 2023.",
    "نجا عشرون عاملا من انهيار منجم.",
    'وأضافت المديرة: "لن نغلق المدارس هذا الأسبوع" رغم تحذيرات الأرصاد من عاصفة قادمة.',
    "وقع الجانبان في القاهرة اتفاقا يسمح للسفن التجارية بعبور القناة ليلا بعد توقف دام ستة أشهر.",
    "فاز نادي الوحدة على ضيفه.",
)
# For models that read no Arabic, as those that summarise English: to them the above is one unknown piece after another.
ENGLISH_SAMPLES = (
    "The ministry of health opened three new hospitals in the south of the country yesterday.",
    "A government spokesman said prices had risen by 4.5 per cent in 2023.",
    "Twenty workers survived the collapse of a mine.",
    'The head teacher added: "We will not close the schools this week", despite warnings of a coming storm.',
    "Both sides signed an agreement in Cairo that lets merchant ships pass the canal at night after six months.",
    "The home side lost to its guests.",
)

# The commonest letter of Arabic: a model that lacks it reads no Arabic.
_ALEF = "ا"

# Short, so that a random or tiny model that never ends doesn't take long.
_MAX_TOKENS = 24
_BEAMS = (1, 4)

# Scores are rounded to 0.001 and differ by 1e-5 between the libraries in float32, so the last digit may turn.
_SCORE_TOLERANCE = 0.0021

# Mean difference, over the samples, in log-probability a piece between the formats. Random weights of opus-mt's size differ by
# 0.11 in int8 (bench/true_size.py), tiny random ones by up to 0.3; a broken quantisation by several units.
_FORMAT_TOLERANCE = 0.5


@dataclass(frozen=True, slots=True)
class Comparison:
    """``problem`` is empty when the models are the same; ``difference`` the largest difference in scores."""

    problem: str
    equal: int
    compared: int
    difference: float


def compare(reference: PiecesEngine, copy: Engine, samples: Sequence[str]) -> Comparison:
    """Decode the samples with both engines in float32, greedily and with beams; outputs and scores must be equal.

    Unequal outputs with equal scores are a tie that rounding broke, and pass.
    """
    equal = compared = 0
    largest = 0.0
    problem = ""
    limit = reference.tokenizer.limit - len(reference.tokenizer.forced)
    for beam_size in _BEAMS:
        decoding = Decoding(beam_size=beam_size, max_tokens=min(_MAX_TOKENS, limit))
        expected = dict(reference.submit(samples, decoding))
        for index, translation in copy.submit(samples, decoding):
            want, got = expected[index].best, translation.best
            compared += 1
            equal += _same(want, got)
            difference = abs(want.score - got.score)
            largest = max(largest, difference)
            # Written so that a score that is not a number fails.
            if not difference <= _SCORE_TOLERANCE and not problem:
                scores = f"it scores {got.score}, the checkpoint {want.score}"
                problem = f"at beam {beam_size} {scores} for {samples[index]!r}"
    return Comparison(problem, equal, compared, round(largest, 4))


def compare_formats(reference: CTranslate2Engine, copy: CTranslate2Engine, samples: Sequence[str]) -> Comparison:
    """Let ``copy``, in another number format, score what ``reference`` writes: on average nearly the same."""
    limit = reference.tokenizer.limit - len(reference.tokenizer.forced)
    decoding = Decoding(beam_size=_BEAMS[-1], max_tokens=min(_MAX_TOKENS, limit - 1))
    targets = [outputs[0].pieces for outputs in reference.outputs(samples, decoding)]
    before = reference.score(samples, targets)
    after = copy.score(samples, targets)
    differences = [abs(first - second) for first, second in zip(before, after, strict=True)]
    mean = statistics.fmean(differences)
    problem = ""
    if not mean <= _FORMAT_TOLERANCE:
        problem = f"in {copy.quantization} its scores differ by {mean:.3f} on average"
    return Comparison(
        problem, sum(value <= _SCORE_TOLERANCE for value in differences), len(differences), round(mean, 4)
    )


def fitting(tokenizer: Pieces) -> list[str]:
    """Return samples in a language that the model reads, words off their ends where it takes no more pieces."""
    samples = []
    for sample in ENGLISH_SAMPLES if tokenizer.unknown(_ALEF) else SAMPLES:
        words = sample.split()
        while len(words) > 1 and tokenizer.count([" ".join(words)])[0] > tokenizer.limit:
            words.pop()
        samples.append(" ".join(words))
    return samples


def _same(want: Hypothesis, got: Hypothesis) -> bool:
    return (want.text, want.tokens, want.finished) == (got.text, got.tokens, got.finished)
