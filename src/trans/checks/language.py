"""Is the article, or a part of it, something else than Modern Standard Arabic, which is all the translator knows?

What a text is, ``identify`` says; this says what an editor should hear of it. Other letters within an Arabic article are left to
``untranslated``.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from trans.brief import Brief, Flag, Passage
from trans.checks.identify import Language, count_words, identify, identify_quoted
from trans.text import is_arabic, without_links

# Fewer letters are a name, or an agency's initials.
_MIN_LETTERS = 20
_QUOTATION = re.compile('«[^«»]*+»|“[^“”]*+”|"[^"]*+"')


@dataclass(frozen=True, slots=True)
class _Found:
    """The language of a passage, or where it isn't ``whole``, of something in it: of one ``sentence``, if that is known."""

    language: Language
    whole: bool
    sentence: int | None = None


def language(brief: Brief) -> Iterator[Flag]:
    """One flag for the article where most of it is not Modern Standard Arabic, else one for each part where that is so.

    News quotes people as they speak: what stands in quotation marks makes no article dialect.
    """
    if letters := _other_letters(brief.article.text):
        yield Flag("language", "error", f"The text is in {letters} letters, not in Arabic: it stands untranslated")
        return
    parts = [(where, number, passage, _find(passage)) for where, number, passage in brief.parts() if where != "summary"]
    found = [(one, count_words(passage.source)) for _, _, passage, one in parts]
    foreign, dialect = _most(found, arabic=False), _most(found, arabic=True)
    if most := foreign or dialect:
        yield _flag(_Found(most, whole=True))
    for where, number, passage, one in parts:
        if one and not foreign and not (dialect and one.language.arabic):
            yield replace(_flag(one), where=where, paragraph=number, sentence=one.sentence, source=passage.source)


def _find(passage: Passage) -> _Found | None:
    language = identify(passage.source)
    if language and (not language.arabic or identify(_QUOTATION.sub(" ", passage.source))):
        return _Found(language, whole=True)
    found = [identify(sentence.source) or identify_quoted(sentence.source) for sentence in passage.sentences]
    # Of two the worse one: what is not Arabic at all.
    worst = min(filter(None, found), key=lambda one: one.arabic, default=language)
    if worst is None:
        return None
    return _Found(worst, whole=False, sentence=found.index(worst) + 1 if found.count(worst) == 1 else None)


def _most(found: Iterable[tuple[_Found | None, int]], *, arabic: bool) -> Language | None:
    """Return what more than half of the words are in, of no Arabic or of dialects. ``found`` has each part with its words."""
    words: Counter[Language] = Counter()
    total = 0
    for one, count in found:
        total += count
        if one and one.whole and one.language.arabic is arabic:
            words[one.language] += count
    return words.most_common(1)[0][0] if 2 * words.total() > total else None


def _flag(found: _Found) -> Flag:
    what = f"{'The' if found.whole else 'Part of the'} text is probably"
    if found.language.arabic:
        message = f"{what} in {found.language.name}: the translator knows Modern Standard Arabic only"
        return Flag("language", "warning", message)
    return Flag("language", "error", f"{what} {found.language.name}, not Arabic: do not use its translation")


def _other_letters(text: str) -> str:
    """Return the letters of a text that is not in Arabic ones, as 'Latin', or nothing."""
    if is_arabic(text):
        return ""
    letters = Counter(unicodedata.name(one, "OTHER").split()[0] for one in without_links(text) if one.isalpha())
    return letters.most_common(1)[0][0].capitalize() if letters.total() >= _MIN_LETTERS else ""
