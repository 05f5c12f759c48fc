"""The glossary: Arabic terms whose English a desk has settled, and where both stand in a text.

Knows no file (``glossary_file`` reads them), no article, no model and no check.
"""

import hashlib
import re
from dataclasses import asdict, dataclass
from functools import cache, cached_property

from trans.phrases import Match, Phrases, fold, words

_DASHES = r"[\s\-\u2010-\u2013]+"
_APOSTROPHES = "['’‘ʼʻ`]"


@dataclass(frozen=True, slots=True)
class Term:
    """``ar`` is to be called ``en``; ``variants`` are as good. With ``context``, only in an article that has one of these words.

    An empty ``en`` takes a term of the starter list out. ``note`` is for those who keep the file: nothing reads it.
    """

    ar: str
    en: str
    variants: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    note: str = ""

    def stands_in(self, english: str) -> bool:
        """Say whether the wanted English, or a variant of it, stands in ``english``."""
        return any(_pattern(form).search(english) for form in (self.en, *self.variants))


@dataclass(frozen=True)
class Glossary:
    """Terms by their Arabic, no two alike. Of 'ناتو' and 'الناتو', which both fit a text, the one that stands first is found;
    otherwise the order is no matter.
    """

    terms: tuple[Term, ...] = ()

    @cached_property
    def hash(self) -> str:
        """Changes whenever what is found, or missing, may change; 16 hex digits, empty for no terms."""
        ordered = sorted(self.terms, key=lambda term: without_article(key_of(term.ar)))
        text = "\n".join(repr(asdict(term) | {"note": ""}) for term in ordered)
        return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""

    def find(self, arabic: str) -> list[Match[Term]]:
        """Return the terms that stand in ``arabic``, in order."""
        return self._matcher.find(arabic) if self.terms else []

    def within(self, arabic: str) -> "Glossary":
        """Return the part that concerns an article with this text: its terms stand in it, with a word of their context."""

        def applies(term: Term) -> bool:
            context = Phrases((context, True) for context in term.context)
            return not term.context or any(True for _ in context.find_in(words(arabic)))

        glossary = self
        while found := {match.value.ar: match.value for match in glossary.find(arabic)}:
            away = {ar for ar, term in found.items() if not applies(term)}
            if not away:
                return Glossary(tuple(term for term in glossary.terms if term.ar in found))
            # A longer term that does not apply must not hide a shorter one that does: look again without it.
            glossary = Glossary(tuple(term for term in glossary.terms if term.ar not in away))
        return Glossary()

    @cached_property
    def _matcher(self) -> Phrases[Term]:
        return Phrases((term.ar, term) for term in self.terms)


def key_of(arabic: str) -> str:
    """Return the folded Arabic of a term: what two lines for the same term share."""
    return " ".join(word.form for word in words(arabic)) or fold(arabic)


def without_article(key: str) -> str:
    """Return a key without its article: with and without it is one term."""
    return key.removeprefix("ال")


@cache
def _pattern(english: str) -> re.Pattern[str]:
    """Whole words, in any case unless the form is an abbreviation ('WHO' is not 'who'); hyphen and space are one."""
    parts = [re.sub(_APOSTROPHES, _APOSTROPHES, re.escape(part)) for part in re.split(_DASHES, english.strip())]
    flags = re.NOFLAG if english.isupper() and len(english) <= 5 else re.IGNORECASE
    whole = _DASHES.join(parts)
    return re.compile(rf"(?<!\w){whole}(?!\w)", flags)
