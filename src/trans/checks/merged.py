"""Sentences whose translation stands with their neighbour: merged into one, or off by one. Knows ``lost`` only."""

from collections.abc import Iterator

from trans.brief import Flag, Passage, Sentence
from trans.checks.coverage import English, cover
from trans.checks.evidence import weigh
from trans.checks.lost import is_unrelated, lost, shortened

# Evidence, in nats, that what one sentence has lost is in the next one's English, beside what that one's own Arabic needs.
_FOUND_FROM = 5.0


def merged(passage: Passage) -> Iterator[Flag]:
    """Text that a sentence has lost and a neighbour's English has."""
    for number, sentence in enumerate(passage.sentences, start=1):
        part = _missing(sentence)
        if not part:
            continue
        for other in (number + 1, number - 1):
            if not 1 <= other <= len(passage.sentences):
                continue
            neighbour = passage.sentences[other - 1]
            if _are_both_unrelated(sentence, neighbour):
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


def _are_both_unrelated(one: Sentence, other: Sentence) -> bool:
    found = [weigh(sentence.source, sentence.target) for sentence in (one, other)]
    return all(evidence is not None and is_unrelated(evidence) for evidence in found)


def _missing(sentence: Sentence) -> str:
    """Return the Arabic that has no English."""
    if sentence.literal:
        return ""
    evidence = weigh(sentence.source, sentence.target)
    if evidence is None:
        return "" if any(map(str.isalnum, sentence.target)) else sentence.source
    if is_unrelated(evidence):
        return sentence.source
    return next((flag.source or sentence.source for flag in lost(sentence)), "")


def _holds(neighbour: Sentence, part: str, *, before: bool) -> bool:
    """Say whether the neighbour's English has ``part`` besides its own Arabic."""
    together = f"{neighbour.source} {part}" if before else f"{part} {neighbour.source}"
    start, end = (len(together) - len(part), len(together)) if before else (0, len(part))
    words = cover(together, English(neighbour.target))
    return -sum(word.evidence for word in words if start <= word.start < end) > _FOUND_FROM
