"""Names that stand in no list, found by their sound in sentences and their translations, and grouped over a text.

A pair of words counts where an Arabic word and a capitalised English word of one sentence sound alike. Spellings of one Arabic
name are one group: always in hamza, ي/ى, ة/ه, article and clitics; in consonants and vowels only where the words are long, as
short ones are different people (سلمان, سليمان). Pure; knows no brief.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice

from trans.composed import normalize
from trans.entities import Mention, in_arabic, in_english
from trans.entities.ordinary import is_ordinary, is_spelt_out
from trans.entities.sounds import Sounds
from trans.phrases import Word, words

_CAPITALISED = re.compile(r"[^\W\d_a-z][^\W\d_]*(?:['’](?!s\b)[^\W\d_]+)*")
_LOWER = re.compile(r"(?<![^\W_])[a-z]{3,}(?![^\W_])")
_ARABIC_WORD = re.compile("[\u0621-\u064a]{3,}")
_MOST_WORDS = 400  # of one sentence: a longer one is no sentence

# Endings that make another word of a name, not another spelling of it.
_DERIVED = re.compile(
    r"(?:e?s|i|is|y|n|an|ans|ian|ians|ite|ites|ish|ist|ists|ism|ic|ics|ese|er|ers|in|ine|stan|istan|ia|h)?"
)

# Given names that two people of one article often share, written as each of them has it ('Mohammed', 'Muhammad'); folded.
# They are told apart by the word that follows.
GIVEN_NAMES = frozenset(
    """
    محمد احمد محمود حمد علي حسن حسين مصطفي ابراهيم اسماعيل يوسف عمر عثمان خالد عبدالله سعيد سعد كريم جمال كمال عادل طارق سليم
    سالم سلمان سليمان نبيل ناصر نور فيصل فهد ماجد مجيد رشيد راشد حميد حامد جابر صالح فاطمه مريم عايشه خديجه ليلي ساره هدي
    جون جورج ديفيد دافيد مايكل ميخاييل جيمس بول بيتر بيار توماس ستيفن ستيفان مارك ماركو فيليب اريك كارل كارلوس الان شون
    نيكولا نيكولاس كاثرين كاترين ماري ماريا انا اليكس الكسندر جان جوزيف جوزيه دانيال دانيل روبرت ريتشارد
    """.split()
)

# Folded Arabic letters to one letter for each sound that newspapers spell two ways, vowels and weak letters to nothing.
_SOUND = str.maketrans("غقطصضظذثز", "جكتسدددتس", "اويهعءئؤ")
# 'سليمان' and 'سلمان' are two names: below this many letters a vowel or a consonant more is another name.
_LONG, _LONG_OTHER = 7, 6
# Latin letters for Arabic ones, to tell the better of two words that both may be it.
_ROMAN = str.maketrans("ابتثجحخدذرزسشصضطظعغفقكلمنهويء", "abttjhkddrzsssdtzagfkklmnhoia")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a name stands on both sides: the number of the sentence, the words, and the Arabic word that follows."""

    sentence: int
    arabic: str
    english: str
    next: str


@dataclass(frozen=True, slots=True)
class Group:
    """One name over a text."""

    stems: tuple[str, ...]
    occurrences: tuple[Occurrence, ...]


def groups(pairs: Iterable[tuple[str, str]]) -> list[Group]:
    """Return the unlisted names of sentences and their translations, in the order of their first occurrence."""
    by_stem: dict[str, list[Occurrence]] = defaultdict(list)
    pairs = list(pairs)
    lower = {word for _, english in pairs for word in _LOWER.findall(english)}
    for number, (arabic, english) in enumerate(pairs):
        for stem, occurrence in _occurrences(number, arabic, english, lower):
            by_stem[stem].append(occurrence)
    return [
        Group(stems, tuple(sorted(occurrences, key=lambda one: one.sentence)))
        for stems in _merged(by_stem)
        for occurrences in _people(stems, [one for stem in stems for one in by_stem[stem]])
    ]


def _people(stems: tuple[str, ...], occurrences: list[Occurrence]) -> Iterator[list[Occurrence]]:
    """Tell apart people who share a given name, where its English differs."""
    if GIVEN_NAMES.isdisjoint(stems) or len({plain(one.english) for one in occurrences}) == 1:
        yield occurrences
        return
    by_next: dict[str, list[Occurrence]] = defaultdict(list)
    for one in occurrences:
        by_next[one.next].append(one)
    yield from by_next.values()


def _merged(by_stem: dict[str, list[Occurrence]]) -> Iterator[tuple[str, ...]]:
    """Put the spellings of one name together. Two words of one sentence are two names ('غاليليو غاليلي')."""
    alike: dict[str, list[str]] = defaultdict(list)
    for stem in by_stem:
        alike[sound_of(stem)].append(stem)
    for stems in alike.values():
        together = [stem for stem in stems if len(stem) >= _LONG_OTHER]
        sentences = Counter(number for stem in together for number in {one.sentence for one in by_stem[stem]})
        if len(together) > 1 and max(map(len, together)) >= _LONG and max(sentences.values()) == 1:
            yield tuple(together)
            stems = [stem for stem in stems if stem not in together]
        yield from ((stem,) for stem in stems)


def sound_of(stem: str) -> str:
    """Return what two Arabic spellings of a long name have in common."""
    return stem.replace("تش", "ش").translate(_SOUND)


def plain(rendering: str) -> str:
    """Return an English name without case, accents, hyphens and apostrophes."""
    letters = normalize("NFKD", rendering.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def one_word(first: str, second: str) -> bool:
    """Whether two renderings differ in no more than case, accents, marks or a derived ending ('Houthi', 'Houthis')."""
    shorter, longer = sorted((plain(first), plain(second)), key=len)
    if longer.startswith(shorter):
        return _DERIVED.fullmatch(longer[len(shorter) :]) is not None
    stem = shorter[:-1]
    return (
        len(stem) >= 4
        and longer.startswith(stem)
        and bool(_DERIVED.fullmatch(longer[len(stem) :]))
        and shorter[-1] in "aeiy"
    )


def _occurrences(number: int, arabic: str, english: str, lower: set[str]) -> Iterator[tuple[str, Occurrence]]:
    """Yield the pairs of a sentence, each with its stem. ``lower`` are the words that the text writes in lower case too."""
    found = [word for word in words(arabic)[:_MOST_WORDS] if _ARABIC_WORD.fullmatch(word.form)]
    listed = _places(in_arabic(arabic))
    unlisted = [(place, word) for place, word in enumerate(found) if listed.isdisjoint(range(word.start, word.end))]
    capitalised = list(islice(_english_names(english), _MOST_WORDS))
    if not unlisted or not capitalised:
        return
    sounds = Sounds(capitalised)
    alike = [
        (likeness, place, stem, word)
        for place, arabic_word in unlisted
        for word, stem in sounds.like(arabic_word.form)
        if not is_ordinary(stem, word, likeness := _likeness(stem, word))
        # 'Strikes' at the head of a sentence of a text that has 'strikes' too; but a man is called Said.
        and (word.lower() not in lower or is_spelt_out(likeness))
    ]
    left = Counter(capitalised)
    taken: set[int] = set()
    for _, place, stem, word in sorted(alike, key=lambda item: (-item[0], item[1])):
        if place in taken or not left[word]:
            continue
        taken.add(place)
        left[word] -= 1
        following = found[place + 1].form if place + 1 < len(found) else ""
        yield stem, Occurrence(number, _as_written(arabic, found[place], stem), word, following)


def _english_names(text: str) -> Iterator[str]:
    listed = _places(in_english(text))
    for match in _CAPITALISED.finditer(text):
        if len(match[0]) > 2 and listed.isdisjoint(range(*match.span())):
            yield match[0]


def _places(mentions: list[Mention]) -> set[int]:
    return {place for mention in mentions for place in range(mention.start, mention.end)}


def _likeness(stem: str, word: str) -> float:
    return SequenceMatcher(None, stem.translate(_ROMAN), plain(word), autojunk=False).ratio()


def _as_written(text: str, word: Word, stem: str) -> str:
    """The word as the text has it, with the article, but without what else is written onto it."""
    before = word.form.removesuffix(stem)
    written = text[word.start : word.end]
    stem = written[len(before) :] if len(written) == len(word.form) else stem
    return f"ال{stem}" if before.endswith(("ال", "لل")) else stem
