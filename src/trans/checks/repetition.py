"""Does the English turn in circles? Words or phrases said again and again, and sentences whose English is the same.

Looks at words only, not at what they mean. What the Arabic itself repeats ('لا، لا، لا') is no fault.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import eq

from trans.brief import Flag, Passage, Sentence
from trans.phrases import words

# Letters and digits with the apostrophes inside a word; punctuation between repeats does not hide them.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# Between repeats they do not make them other words: "the army and the army and the army".
_JOINERS = frozenset({"and", "or", "but", "then", "nor"})
# No loop of a longer phrase was seen; a sentence said twice is found by its long spans.
_LONGEST_PHRASE = 40
# Said three times is an error, one word four times: no line of 2,997 (human, machine, news) has either unless its Arabic does.
_TIMES_AN_ERROR = 3
_TIMES_AN_ERROR_ONE_WORD = 4
# People say three words twice ("all living organisms, and all living organisms"); with nothing between they don't say two.
_MIN_WORDS_TWICE = 2
_MIN_WORDS_TWICE_APART = 5
# A slip even as one word; "had had", "that that" and "in in" are not.
_NEVER_DOUBLED = frozenset({"the", "a", "an", "of", "and", "with", "from", "by", "for"})
# A span of so many words that comes again anywhere in the sentence.
_SPAN_WORDS = 5
_SPAN_TIMES_AN_ERROR = 3
# Nobody says eight words twice on end; no line of 2,997 human and good ones does.
_MIN_WORDS_TWICE_AN_ERROR = 8
_LONG_SPAN_WORDS = 9

# 'nananana' and words glued to themselves; letters drawn out ('goooal') are a writer's choice.
_LOOP_IN_WORD = re.compile(r"([^\W\d_]{2,30}?)\1{3,}")

# Shorter sentences may well be said again: "He said no."
_MIN_WORDS_SAME_SENTENCE = 4
_SURE_WORDS_SAME_SENTENCE = 6
# How many sentences back a repeated one is looked for.
_SENTENCES_BACK = 3
# Of the words that two Arabic sentences have together, the share they have in common: above it they say the same.
_SAME_ARABIC = 0.5


@dataclass(frozen=True, slots=True)
class Loop:
    """A stretch of words said ``times`` times on end: the words' numbers, ``end`` exclusive, and how many make a phrase."""

    start: int
    end: int
    phrase: int
    times: int


def loop(sentence: Sentence) -> Iterator[Flag]:
    """Words or phrases again and again in one sentence."""
    target = sentence.target
    found = list(_WORD.finditer(target))
    tokens = [match[0].lower() for match in found]
    plain = [number for number, token in enumerate(tokens) if token not in _JOINERS]
    candidates = [*_loops(tokens), *(_numbered(one, plain) for one in _loops([tokens[number] for number in plain]))]
    candidates = [one for one in candidates if _counts(one, found, target)]
    worst = max(candidates, key=lambda one: (one.times, one.end - one.start), default=None)
    if worst:
        if not _arabic_does_too(sentence.source, worst):
            phrase = target[found[worst.start].start() : found[worst.start + worst.phrase - 1].end()]
            stretch = target[found[worst.start].start() : found[worst.end - 1].end()]
            limit = _TIMES_AN_ERROR_ONE_WORD if worst.phrase == 1 else _TIMES_AN_ERROR
            sure = worst.times >= limit or worst.phrase >= _MIN_WORDS_TWICE_AN_ERROR
            yield _flag(phrase, worst.times, stretch, sure=sure)
        return
    if glued := _LOOP_IN_WORD.search(target):
        if not _LOOP_IN_WORD.search(sentence.source):
            yield _flag(glued[1], len(glued[0]) // len(glued[1]), glued[0], sure=True)
        return
    yield from _spans(sentence, found, tokens)


def same_english(passage: Passage) -> Iterator[Flag]:
    """Neighbouring sentences that have the same English though their Arabic differs."""
    seen: list[tuple[int, list[str], frozenset[str]]] = []
    for number, sentence in enumerate(passage.sentences, start=1):
        if sentence.literal:
            continue
        english = [match[0].lower() for match in _WORD.finditer(sentence.target)]
        arabic = frozenset(word.form for word in words(sentence.source))
        if len(english) >= _MIN_WORDS_SAME_SENTENCE:
            for before, other_english, other_arabic in seen[-_SENTENCES_BACK:]:
                together = len(arabic | other_arabic)
                if other_english == english and len(arabic & other_arabic) <= _SAME_ARABIC * together:
                    yield Flag(
                        "repeated",
                        "error" if len(english) >= _SURE_WORDS_SAME_SENTENCE else "warning",
                        f"The English is the same as that of sentence {before}, but the Arabic is not",
                        sentence=number,
                        source=sentence.source,
                        target=sentence.target,
                    )
                    break
        seen.append((number, english, arabic))


def _flag(phrase: str, times: int, stretch: str, *, sure: bool) -> Flag:
    shown = phrase if len(phrase) <= 80 else phrase[:80].rsplit(" ", 1)[0] + " ..."
    count = "twice" if times == 2 else f"{times} times"
    stretch = stretch if len(stretch) <= 400 else stretch[:400] + "..."
    return Flag("loop", "error" if sure else "warning", f'The English says "{shown}" {count} on end', target=stretch)


def _loops(tokens: Sequence[str]) -> Iterator[Loop]:
    """Yield every stretch that is one phrase at least twice on end."""
    for phrase in range(1, min(_LONGEST_PHRASE, len(tokens) // 2) + 1):
        again = [*map(eq, tokens, tokens[phrase:]), False]
        if True not in again:
            continue
        run = 0
        for position, same in enumerate(again):
            if same:
                run += 1
                continue
            if run >= phrase:
                yield Loop(position - run, position + phrase, phrase, run // phrase + 1)
            run = 0


def _numbered(one: Loop, numbers: Sequence[int]) -> Loop:
    """Return a loop among some words by their numbers among all."""
    last_of_phrase = numbers[one.start + one.phrase - 1]
    return Loop(numbers[one.start], numbers[one.end - 1] + 1, last_of_phrase - numbers[one.start] + 1, one.times)


def _counts(one: Loop, found: Sequence[re.Match[str]], target: str) -> bool:
    if one.times > 2 or one.phrase >= _MIN_WORDS_TWICE_APART:
        return True
    if one.end - one.start != 2 * one.phrase:
        return False
    middle = one.start + one.phrase
    on_end = not target[found[middle - 1].end() : found[middle].start()].strip()
    said = sum(match[0].lower() not in _JOINERS for match in found[middle : one.end])
    return on_end and (said >= _MIN_WORDS_TWICE or (found[middle][0].lower() in _NEVER_DOUBLED and one.phrase == 1))


def _arabic_does_too(source: str, english: Loop) -> bool:
    """Say whether the Arabic repeats something as often; once less will do for a word ('no, no, no')."""
    times = english.times - (english.phrase == 1 and english.times > 2)
    return any(one.times >= times for one in _loops([word.form for word in words(source)]))


def _spans(sentence: Sentence, found: Sequence[re.Match[str]], tokens: Sequence[str]) -> Iterator[Flag]:
    """Spans of several words that come again, not on end."""
    places: dict[tuple[str, ...], list[int]] = {}
    for start in range(len(tokens) - _SPAN_WORDS + 1):
        at = places.setdefault(tuple(tokens[start : start + _SPAN_WORDS]), [])
        if not at or start >= at[-1] + _SPAN_WORDS:
            at.append(start)
    most = max(places.values(), key=len, default=[])
    if len(most) < 2:
        return
    end = _SPAN_WORDS
    first, second = most[:2]
    while first + end < second and second + end < len(tokens) and tokens[first + end] == tokens[second + end]:
        end += 1
    arabic = [word.form for word in words(sentence.source)]
    pairs = list(pairwise(arabic))
    arabic_times = max((pairs.count(pair) for pair in set(pairs)), default=1) if len(pairs) <= 200 else 1
    sure = len(most) >= _SPAN_TIMES_AN_ERROR
    if arabic_times >= len(most) or not (sure or end >= _LONG_SPAN_WORDS):
        return
    phrase = sentence.target[found[second].start() : found[second + end - 1].end()]
    yield Flag(
        "loop",
        "error" if sure else "warning",
        f'The English says "{phrase[:80]}" {"twice" if len(most) == 2 else f"{len(most)} times"}',
        target=phrase,
    )
