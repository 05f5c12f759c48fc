"""Does the English use the words that the desk's glossary settles? Knows one sentence and the terms that concern it."""

from collections.abc import Iterator

from trans.brief import Flag, Sentence
from trans.glossary import Glossary


def terms(sentence: Sentence, glossary: Glossary) -> Iterator[Flag]:
    """A term of the glossary stands in the Arabic, and its English is not in the English."""
    if not any(map(str.isalnum, sentence.target)):
        return  # all of it is missing, and is told so
    told = set()
    for match in glossary.find(sentence.source):
        term = match.value
        if term in told or term.stands_in(sentence.target):
            continue
        told.add(term)
        yield Flag(
            "terms",
            "warning",
            f"The glossary calls {term.ar} “{term.en}”; the English does not",
            source=sentence.source[match.start : match.end],
        )
