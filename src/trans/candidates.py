"""Candidates for a sentence with an error: what to decode again, and whether what comes is better. Pure; decodes nothing.

A candidate is taken only where the checks find fewer errors in it and nothing that they did not find before.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trans import english
from trans.brief import Flag, Repair, Sentence
from trans.glossary import Glossary
from trans.text import Segment
from trans.translation import Decoding, Hypothesis, Translation

Cut = Callable[[str, int], Sequence[Segment]]
"""Cuts a text into segments of at most so many pieces."""

# Fewer pieces are one clause; each part of a cut would be a fragment.
_MIN_TOKENS_TO_CUT = 16

_LOST = {"missing", "unfinished", "lost", "merged", "unrelated"}
_LOOPS = {"loop", "unfinished"}

# The score is the mean log-probability of a piece. Of 33 repairs in 32 NTREX documents by the embedded model none was more than
# 0.15 below the first translation, most above: what lies further down mends one word and spoils others.
_MOST_WORSE = 0.3

# What an English clause may go on with: never capitalised inside a sentence.
_GOES_ON = frozenset(
    "a an and as at but by during for from he her his in into it its of on or over she so than that the their then there they "
    "this to under until we when where which while who with".split()
)
_STOP = re.compile(r"(?<=\w)\.$")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to decode a sentence again: ``parts`` are decoded, each with ``decoding``, and joined."""

    how: str
    parts: tuple[Segment, ...]
    decoding: Decoding


def attempts(
    sentence: Sentence, flags: Sequence[Flag], decoding: Decoding, glossary: Glossary, tokens: int, cut: Cut
) -> Iterator[Attempt]:
    """Yield what to try, the likeliest first. ``tokens`` are the source's pieces, ``cut`` cuts it in clauses."""
    names = {flag.check for flag in flags if calls_for_repair(flag)}
    whole = Segment(sentence.source, "")
    if "terms" in names and (source := _with_terms(sentence, glossary)):
        yield Attempt("the glossary's English put into the Arabic", (Segment(source, ""),), decoding)
    if names & _LOOPS:
        size = min(4, decoding.no_repeat_ngram_size or 4)
        firm = replace(decoding, repetition_penalty=max(1.2, decoding.repetition_penalty), no_repeat_ngram_size=size)
        yield Attempt("with repeats held down", (whole,), firm)
    if names != {"terms"} and decoding.beam_size > 1:
        yield Attempt("another hypothesis", (whole,), replace(decoding, hypotheses=decoding.beam_size))
    if names & _LOST:
        yield Attempt(
            "with longer output preferred", (whole,), replace(decoding, length_penalty=decoding.length_penalty + 0.6)
        )
    if names != {"terms"} and tokens >= _MIN_TOKENS_TO_CUT:
        parts = tuple(part for part in cut(sentence.source, math.ceil(tokens / 2) + 1) if part.source)
        if len(parts) > 1:
            yield Attempt("clause by clause", parts, decoding)


def candidates(attempt: Attempt, decoded: Mapping[str, Translation]) -> Iterator[tuple[str, Translation]]:
    """Yield each cleaned English that an attempt gave, with its decode. ``decoded`` holds all its parts that are not literal."""
    made = [None if part.literal else decoded[part.source] for part in attempt.parts]
    if len(made) == 1 and made[0] is not None:
        for hypothesis in made[0].hypotheses:
            yield english.clean(hypothesis.text), replace(made[0], hypotheses=(hypothesis,))
        return
    texts = [
        part.source if one is None else english.clean(one.best.text)
        for part, one in zip(attempt.parts, made, strict=True)
    ]
    yield _in_one(attempt.parts, texts), _joined([one for one in made if one is not None], attempt.decoding)


def better(
    sentence: Sentence,
    tried: Iterable[tuple[str, str, Translation]],
    flags: Callable[[Sentence], Sequence[Flag]],
) -> Sentence:
    """Return ``sentence`` with the first of ``tried`` (how, English, decode) that is better, or as it is.

    Better has fewer errors and missing terms, no fault that was not there before, not even one in the place of another, and is
    about as likely to the model.
    """
    before = flags(sentence)
    score = sentence.translation.best.score if sentence.translation else 0.0
    for how, target, translation in tried:
        if target == sentence.target or translation.best.score < score - _MOST_WORSE:
            continue
        candidate = replace(sentence, target=target, translation=translation)
        after = flags(candidate)
        if _badness(after) < _badness(before) and not _faults(after) - _faults(before):
            checks = tuple(dict.fromkeys(flag.check for flag in before if calls_for_repair(flag)))
            return replace(candidate, repair=Repair(how, sentence.target, checks))
    return sentence


def calls_for_repair(flag: Flag) -> bool:
    """Say whether a flag is worth another decode: an error, or a term of the glossary that is missing."""
    return flag.severity == "error" or flag.check == "terms"


def _badness(flags: Sequence[Flag]) -> int:
    return sum(map(calls_for_repair, flags))


def _faults(flags: Sequence[Flag]) -> Counter[tuple[str, str, str]]:
    """What an editor would be told, by what is quoted: of the Arabic, or of the English where only that is at fault."""
    return Counter((flag.check, flag.severity, flag.source or flag.target) for flag in flags if flag.severity != "info")


def _with_terms(sentence: Sentence, glossary: Glossary) -> str:
    """The Arabic with the English of each missing term in the term's place; conjunctions and prepositions stay."""
    text = sentence.source
    for match in reversed(glossary.find(text)):
        if match.value.stands_in(sentence.target):
            continue
        before = match.proclitics.removesuffix("ال")
        before = before[:-1] if before.endswith("لل") else before
        text = f"{text[: match.start]}{before + ' ' if before else ''}{match.value.en}{text[match.end :]}"
    return text if text != sentence.source else ""


def _in_one(parts: Sequence[Segment], texts: Sequence[str]) -> str:
    """The English of a sentence's parts as one sentence: each was translated as if it were one of its own."""
    joined: list[str] = []
    for part, text in zip(parts, texts, strict=True):
        first, _, rest = text.partition(" ")
        if joined and parts[len(joined) - 1].cut and first.lower() in _GOES_ON:
            text = f"{first.lower()} {rest}".rstrip()
        last = len(joined) == len(parts) - 1
        if part.cut and not last and not part.source.rstrip().endswith("."):
            text = _STOP.sub("", text)
        joined.append(text + (part.sep or " "))
    return " ".join("".join(joined).split())


def _joined(parts: Sequence[Translation], decoding: Decoding) -> Translation:
    """The decodes of a text's parts as that of the text: its score is per piece, as theirs are."""
    best = [part.best for part in parts]
    tokens = sum(one.tokens for one in best)
    score = sum(one.score * one.tokens for one in best) / max(1, tokens)
    text = " ".join(one.text for one in best)
    unknown = "".join(dict.fromkeys("".join(part.unknown for part in parts)))
    return Translation(
        (Hypothesis(text, round(score, 3), tokens, all(one.finished for one in best)),), unknown, decoding
    )
