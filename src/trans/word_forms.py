"""The forms in which a word that somebody looks for stands in texts: what Arabic writes onto its front, English plurals.

Pure. Words are compared as ``trans.phrases`` folds them, and without case and accents; endings of Arabic words are not known.
"""

import re
from functools import lru_cache
from itertools import product

from trans.composed import without_accents
from trans.phrases import Word, forms, words

# All that ``phrases.readings`` takes off a word, in the order of its length: '', 'و', 'ال', 'بال', 'وبال'.
_PROCLITICS = tuple(
    sorted(
        {
            before + after
            for before, after in product(
                ("", "و", "ف"), ("لل", *(a + b for a, b in product(("", "ب", "ك", "ل", "س"), ("", "ال"))))
            )
        },
        key=len,
    )
)
_ARABIC = re.compile("[\u0600-\u06ff]")
# Folding writes '10²' as '10^2' and '3½' as '3 1/2'; a token is letters and digits.
_SIGNS = re.compile("[\x00-/:-@\\[-`{-\x7f]+")
# The longest word of the inputs has 31 letters; longer than this are keys and addresses, which nobody looks for whole.
_LONGEST = 64
# What takes -es in English.
_HISSING = ("s", "x", "z", "ch", "sh")


def tokens(text: str) -> list[Word]:
    """Return the words of a text as they are compared: ``form`` has no case and no accents, and is letters and digits only."""
    return [Word(form, word.start, word.end) for word in words(text) if (form := _token(word.form))]


def row(text: str) -> list[str]:
    """Return the forms of ``tokens`` alone."""
    return [token for form in forms(text) if (token := _token(form))]


def is_arabic(text: str) -> bool:
    """Say whether there is an Arabic letter in a text."""
    return _ARABIC.search(text) is not None


def arabic_forms(token: str, *, article: bool = False) -> tuple[str, ...]:
    """Return the words that read as ``token`` behind what Arabic writes onto it, that itself first.

    ``article``: it begins with the article. Then it is that with the article only, and 'لل' is 'ل' and the article.
    """
    if len(token) < 2:  # one letter alone is no stem: any word could begin with it
        return (token,)
    found = [before + token for before in _PROCLITICS]
    if article:
        found += [before + "لل" + token.removeprefix("ال") for before in ("", "و", "ف")]
    return tuple(found)


def english_forms(token: str, *, singular: bool = False) -> tuple[str, ...]:
    """Return a word and its regular plural; with ``singular`` also what it may be the plural of. Any other script stays."""
    if not (token.isascii() and token.isalpha()) or len(token) < 3:
        return (token,)
    found = [token, f"{token}es" if token.endswith(_HISSING) else f"{token}s"]
    if token.endswith("y") and token[-2] not in "aeiou":
        found.append(f"{token[:-1]}ies")
    if singular and len(token) > 3 and token.endswith("s") and not token.endswith(("ss", "us", "is")):
        found.append(token[:-1])
        if token.endswith("ies"):
            found.append(f"{token[:-3]}y")
        elif token.removesuffix("es").endswith(_HISSING):
            found.append(token[:-2])
    return tuple(found)


# The words of a folder of briefs are the same again and again.
@lru_cache(maxsize=131_072)
def _token(form: str) -> str:
    token = form.lower() if form.isascii() or is_arabic(form) else without_accents(form.casefold())
    return _SIGNS.sub("", token)[:_LONGEST]
