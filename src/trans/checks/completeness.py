"""Was everything translated, to its end? Looks at what the decode says of itself, not at what the words mean."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from trans.brief import Brief, Flag, Passage, Sentence, Severity, Summary
from trans.text import without_links


def missing(sentence: Sentence) -> Iterator[Flag]:
    """A sentence of which nothing, or nothing but marks, stands on one side. Marks alone need no translation."""
    arabic, english = (any(map(str.isalnum, text)) for text in (sentence.source, sentence.target))
    if sentence.literal or arabic == english:
        return
    if arabic:
        yield Flag("missing", "error", "This sentence has no translation")
    else:
        yield Flag("missing", "warning", "There is English here, but no Arabic")


def unfinished(sentence: Sentence) -> Iterator[Flag]:
    """The translation stopped at the length limit, so its end is missing."""
    if sentence.translation is None or sentence.translation.best.finished:
        return
    yield Flag("unfinished", "error", "The translation stopped before its end: the length limit was reached")


def unknown(sentence: Sentence) -> Iterator[Flag]:
    """The model has no piece for some characters and did not see them."""
    if sentence.translation is None or not sentence.translation.unknown:
        return
    characters = _shown(sentence.translation.unknown)
    yield Flag("unknown", "warning", f"The model could not read these characters: {characters}")


def _shown(characters: str) -> str:
    """Return the characters one by one; by its number one that can't be seen, or would end the line."""
    return " ".join(one if one.isprintable() and not one.isspace() else f"U+{ord(one):04X}" for one in characters)


def untranslated(sentence: Sentence) -> Iterator[Flag]:
    """Text that is not Arabic stands in the English as it is; an editor reads Latin script, not others."""
    if not sentence.literal:
        return
    letters = [character for character in without_links(sentence.source) if character.isalpha()]
    if len(letters) < 2:  # a number with its unit, a list marker such as 'a.'
        return
    latin = sum(character < "\u0250" for character in letters) * 2 > len(letters)
    severity: Severity = "info" if latin else "warning"
    yield Flag("untranslated", severity, "This text is not Arabic and stands as it is in the source")


def cut(passage: Passage) -> Iterator[Flag]:
    """A sentence too long for the model was translated in pieces; one flag for all of them."""
    numbered = enumerate(passage.sentences, start=1)
    for is_cut, run in groupby(numbered, key=lambda item: item[1].cut):
        if not is_cut:
            continue
        pieces = list(run)
        yield Flag(
            "cut",
            "warning",
            f"A sentence too long for the model was translated in {len(pieces)} pieces: compare how they join",
            sentence=pieces[0][0],
            source="".join(piece.source + piece.sep for _, piece in pieces).strip(),
            target="".join(piece.target + piece.sep for _, piece in pieces).strip(),
        )


def summaries(brief: Brief) -> Iterator[Flag]:
    """The summaries as they were made: is there one, did it come to its end, did the model see the whole text?"""
    for number, summary in enumerate(brief.summaries, start=1):
        for flag in _summary(summary):
            yield replace(flag, where="summary", paragraph=number)


def _summary(summary: Summary) -> Iterator[Flag]:
    of_translation = summary.method == "translation"
    if not (summary.english.target if of_translation else summary.arabic).strip():
        yield Flag("missing", "error", "The summariser wrote nothing")
    if summary.decode is None:
        return
    if not summary.decode.best.finished and of_translation:
        yield Flag("unfinished", "error", "The summary stopped before its end", target=summary.english.target)
    elif not summary.decode.best.finished:
        yield Flag("unfinished", "error", "The Arabic summary stopped before its end", source=summary.arabic)
    if summary.decode.unknown:
        characters = _shown(summary.decode.unknown)
        yield Flag("unknown", "warning", f"The summariser could not read these characters of the text: {characters}")
