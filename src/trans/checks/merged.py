"""Sentences whose translation stands with their neighbour: merged into one, or off by one. Knows ``lost`` only."""

from collections.abc import Iterator

from trans.brief import Flag, Passage, Sentence
from trans.checks.coverage import English, cover
from trans.checks.lost import Lacking, lacking, shortened

# Evidence, in nats, that what one sentence has lost is in the next one's English, beside what that one's own Arabic needs.
_FOUND_FROM = 5.0


def merged(passage: Passage) -> Iterator[Flag]:
    """Text that a sentence has lost and a neighbour's English has."""
    for number, sentence in enumerate(passage.sentences, start=1):
        part = "" if sentence.literal else _lacking(sentence).part
        if not part:
            continue
        for other in (number + 1, number - 1):
            if not 1 <= other <= len(passage.sentences):
                continue
            neighbour = passage.sentences[other - 1]
            if _lacking(sentence).unrelated and _lacking(neighbour).unrelated:
                continue  # each is told so; where all is wrong, nothing stands with anything
            if _holds(neighbour, part, before=other < number):
                yield Flag(
                    "merged",
                    "error",
                    f"The translation of this seems to stand with sentence {other}: {shortened(part)}",
                    sentence=number,
                    source=part,
                    target=sentence.target,
                )
                break


def _lacking(sentence: Sentence) -> Lacking:
    return lacking(sentence.source, sentence.target)


def _holds(neighbour: Sentence, part: str, *, before: bool) -> bool:
    """Say whether the neighbour's English has ``part`` besides its own Arabic."""
    together = f"{neighbour.source} {part}" if before else f"{part} {neighbour.source}"
    start, end = (len(together) - len(part), len(together)) if before else (0, len(part))
    words = cover(together, English(neighbour.target))
    return -sum(word.evidence for word in words if start <= word.start < end) > _FOUND_FROM
