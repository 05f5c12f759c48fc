"""An evaluation in words: what terminal and page say alike. Pure."""

from trans.evaluation.evaluate import Evaluation
from trans.evaluation.resampling import LEVEL, Difference

TITLES = {
    "BLEU": "words and phrases shared with the reference",
    "chrF": "runs of letters shared with the reference",
    "TER": "edits that would make it the reference, of 100 words: less is better",
    "ROUGE-1": "words shared with the reference",
    "ROUGE-2": "pairs of words shared with the reference",
    "ROUGE-L": "longest run of words in the same order",
}
"""What each measure counts."""


def title(evaluation: Evaluation) -> str:
    """Return what was measured: 'news and news-big, 997 lines'."""
    names = " and ".join(system.output.name for system in evaluation.systems)
    count = len(evaluation.references[0])
    return f"{names}, {count:,} line{'' if count == 1 else 's'}"


def verdict(difference: Difference, evaluation: Evaluation) -> str:
    """Return what a difference means: 'news-big is better (significant at 0.05)'."""
    if difference.better is None:
        return "no difference"
    if not difference.significant:
        return f"not significant at {LEVEL}: chance alone may do this"
    return f"{evaluation.systems[difference.better].output.name} is better, significant at {LEVEL}"
