"""Was everything translated, to its end? Looks at what the decode says of itself, not at what the words mean."""

from collections.abc import Iterator
from itertools import groupby

from trans.brief import Flag, Passage, Sentence, Severity, Summary
from trans.text import without_links


def missing(sentence: Sentence) -> Flag | None:
    """An Arabic sentence with no English at all, or with nothing but marks."""
    if sentence.literal or any(character.isalnum() for character in sentence.target):
        return None
    return Flag("missing", "error", "This sentence has no translation")


def unfinished(sentence: Sentence) -> Flag | None:
    """The translation stopped at the length limit, so its end is missing."""
    if sentence.translation is None or sentence.translation.best.finished:
        return None
    return Flag("unfinished", "error", "The translation stopped before its end: the length limit was reached")


def unknown(sentence: Sentence) -> Flag | None:
    """The model has no piece for some characters and did not see them."""
    if sentence.translation is None or not sentence.translation.unknown:
        return None
    characters = " ".join(sentence.translation.unknown)
    return Flag("unknown", "warning", f"The model could not read these characters: {characters}")


def untranslated(sentence: Sentence) -> Flag | None:
    """Text that is not Arabic stands in the English as it is; an editor reads Latin script, not others."""
    if not sentence.literal:
        return None
    letters = [character for character in without_links(sentence.source) if character.isalpha()]
    if len(letters) < 2:  # a number with its unit, a list marker such as 'a.'
        return None
    latin = sum(character < "\u0250" for character in letters) * 2 > len(letters)
    severity: Severity = "info" if latin else "warning"
    return Flag("untranslated", severity, "This text is not Arabic and stands as it is in the source")


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


def summary(summary: Summary) -> Iterator[Flag]:
    """The Arabic summary itself: is there one, did it come to its end, did the model see the whole text?"""
    if not summary.arabic.strip():
        yield Flag("missing", "error", "The summariser wrote nothing")
    if summary.decode is None:
        return
    if not summary.decode.best.finished:
        yield Flag("unfinished", "error", "The Arabic summary stopped before its end", source=summary.arabic)
    if summary.decode.unknown:
        characters = " ".join(summary.decode.unknown)
        yield Flag("unknown", "warning", f"The summariser could not read these characters of the text: {characters}")
