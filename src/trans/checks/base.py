"""What a check is: a pure function from a passage to flags. It knows no model, no file and no other passage."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from trans.brief import Flag, Passage, Sentence

Check = Callable[[Passage], Iterator[Flag]]
"""Yields flags with ``sentence`` set (1-based); the caller adds where the passage stands."""

SentenceCheck = Callable[[Sentence], Flag | None]


def each_sentence(check: SentenceCheck) -> Check:
    """Make a check of passages from a check of one sentence; it quotes the sentence on both sides."""

    def passage_check(passage: Passage) -> Iterator[Flag]:
        for number, sentence in enumerate(passage.sentences, start=1):
            flag = check(sentence)
            if flag is not None:
                yield replace(flag, sentence=number, source=sentence.source, target=sentence.target)

    return passage_check
