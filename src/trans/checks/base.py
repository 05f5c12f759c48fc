"""What a check is: a pure function from a text and its translation to flags. It knows no model and no file.

A check of a sentence sees that sentence only, so that it serves any translator's output, line by line; one of a passage sees
how sentences follow one another; one of a brief compares parts of an article.
"""

from collections.abc import Callable, Iterator

from trans.brief import Brief, Flag, Passage, Sentence

SentenceCheck = Callable[[Sentence], Iterator[Flag]]
"""Yields flags of one sentence. A flag that quotes nothing gets the whole sentence on both sides."""

PassageCheck = Callable[[Passage], Iterator[Flag]]
"""Yields flags with ``sentence`` set (1-based); the caller adds where the passage stands."""

BriefCheck = Callable[[Brief], Iterator[Flag]]
"""Yields flags with ``where``, ``paragraph`` and ``sentence`` set; ``sentence`` is None where a whole part, or the article, is
meant."""
