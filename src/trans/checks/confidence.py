"""Was the model much less sure of a sentence than of the rest of the article?

Looks at scores only (mean log-probability a piece), so that it sees what is odd for this article and this model, not what is
wrong: a model can be sure of nonsense. Says nothing of texts without scores, nor of an article with few sentences.

Measured with the demo model on 52 news articles of eight sentences or more (872 sentences): 1% of the sentences are flagged. What
a good model's scores look like was not measured, so that the flag stays a hint.
"""

from collections.abc import Iterator
from statistics import median

from trans.brief import Brief, Flag, Sentence, Where

# Fewer scores make no distribution.
_FEWEST_SENTENCES = 8
# Of the robust standard deviation. At 2.5 twice as many sentences are flagged, at 3.5 less than half as many.
_DEVIATIONS = 3.0
# The median absolute deviation times this is the standard deviation, where scores are spread normally.
_TO_DEVIATION = 1.4826
# The lower quarter of the measured articles is at 0.12; an article that varies less has no outlier worth a look.
_LEAST_DEVIATION = 0.1
# e ** -0.7: the model gave the average piece less than an even chance. Above it a low score is low for this article only.
_UNSURE = -0.7
# A shorter output's score is its one or two pieces'.
_FEWEST_TOKENS = 4


def confidence(brief: Brief) -> Iterator[Flag]:
    """Sentences whose score lies far below the article's own scores."""
    scored = list(_scored(brief))
    scores = {sentence.source: score for score, sentence, *_ in scored}  # a sentence said twice counts once
    if len(scores) < _FEWEST_SENTENCES:
        return
    middle = median(scores.values())
    deviation = max(_LEAST_DEVIATION, _TO_DEVIATION * median(abs(score - middle) for score in scores.values()))
    lowest = min(_UNSURE, middle - _DEVIATIONS * deviation)
    for score, sentence, where, number, position in scored:
        if score < lowest:
            message = "The model was much less sure of this sentence than of the rest of the article"
            yield Flag("confidence", "info", message, where, number, position, sentence.source, sentence.target)


def _scored(brief: Brief) -> Iterator[tuple[float, Sentence, Where, int | None, int]]:
    for where, number, passage in brief.parts():
        for position, sentence in enumerate(passage.sentences, start=1):
            decode = sentence.translation
            if decode is not None and not sentence.literal and decode.best.tokens >= _FEWEST_TOKENS:
                yield decode.best.score, sentence, where, number, position
