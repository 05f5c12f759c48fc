"""Language identification for text in Arabic script: Modern Standard Arabic, an Arabic dialect, or no Arabic.

Letters, function words and verb forms decide (``language.txt``): Persian, Urdu, Pashto, Sorani Kurdish and Uyghur are told from
Arabic, and Egyptian, Levantine, Gulf or Iraqi, and North African dialect from the written language. Doubt is no finding: a text
of a few words, or of words that both have, passes for written Arabic. Pure; knows no meaning, no brief and no flag.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

# Those of ``language.txt``, as a message has them.
_OTHERS = {"persian": "Persian", "urdu": "Urdu", "pashto": "Pashto", "sorani": "Kurdish", "uyghur": "Uyghur"}
_REGIONS = {
    "egyptian": "Egyptian",
    "levantine": "Levantine",
    "gulf": "Gulf or Iraqi",
    "maghrebi": "North African",
}

# Letters that Arabic lacks, and who has them. ھ and ۀ are not among them: some keyboards give them for ه.
_OWN_LETTERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("ٹڈڑںےہ", ("urdu",)),
    **dict.fromkeys("ټډړږښګڼځڅۍ", ("pashto",)),
    **dict.fromkeys("ڕڵێ", ("sorani",)),
    **dict.fromkeys("ۇۈۋ", ("uyghur",)),
    **dict.fromkeys("ۆە", ("sorani", "uyghur")),
    "ې": ("pashto", "uyghur"),
}
_OWN_LETTER = re.compile(f"[{''.join(_OWN_LETTERS)}]")
# These write foreign names in Arabic too: پاريس, ڤيينا, گوگل, أڭادير.
_LOAN_LETTER = re.compile("[پچژگڤڨڥڭݣ]")

# Short vowels, tatweel, joiners and direction marks. A zero-width non-joiner parts two words of Persian: می‌شود.
_MARK = re.compile(
    "[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u200d-\u200f]"
)
_WORD = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9]+")
_KEYBOARD = str.maketrans("کیہھےںۀ", "كيههينه")
_ALEFS = str.maketrans("أإآٱى", "ااااي")
# The article, the feminine ending, an alef with hamza.
_WRITTEN = re.compile(r"[وفبكل]{0,2}ال\w{3}|لل\w{3}|\w{2,}ة$|[وفبكل]?[أإ]\w")

# Different words of another language, and their share of all; there must be more of them than of written Arabic. Of 38,156
# sentences of written Arabic none comes to that, in any spelling; of the samples of other languages each paragraph does.
_MIN_FOREIGN, _MIN_FOREIGN_SHARE = 2, 0.15
# What a dialect's words weigh together, and per word of the text. Of those sentences 1 weighs as much and 9 more weigh 1; of the
# samples of dialect 77 of 80 paragraphs of three sentences are found, and three sentences of five.
_MIN_SPOKEN, _MIN_SPOKEN_SHARE = 1.5, 0.1
# In a sentence that is not dialect as a whole: a quotation has so much, a title of a song or two do not.
_MIN_QUOTED = 2.5
# By so much a region must lead the next one to be named.
_LEAD = 1.5


@dataclass(frozen=True, slots=True)
class Language:
    """What a text probably is, as a message has it: 'Persian', or where it is ``arabic`` still, 'Egyptian dialect'."""

    name: str
    arabic: bool


def identify(text: str) -> Language | None:
    """Return what ``text`` as a whole is, or None for Modern Standard Arabic and for what is in no Arabic script."""
    signs = _signs(text)
    if signs.foreign > max(signs.written, _MIN_FOREIGN_SHARE * signs.words):
        return Language(_OTHERS[signs.others.most_common(1)[0][0]], arabic=False)
    if signs.spoken >= max(_MIN_SPOKEN, _MIN_SPOKEN_SHARE * signs.words):
        return Language(_dialect(signs.regions), arabic=True)
    return None


def identify_quoted(sentence: str) -> Language | None:
    """Return the dialect of which there are some words in ``sentence``, whatever the rest of it is, or None."""
    signs = _signs(sentence)
    return Language(_dialect(signs.regions), arabic=True) if signs.spoken >= _MIN_QUOTED else None


def count_words(text: str) -> int:
    """Return how many words of ``text`` are in Arabic script."""
    return _signs(text).words


def _dialect(regions: Counter[str]) -> str:
    (region, first), (_, second) = (*regions.most_common(2), ("", 0.0), ("", 0.0))[:2]
    return f"{_REGIONS[region]} dialect" if first > _LEAD * second else "a spoken dialect"


@dataclass(frozen=True, slots=True)
class _Signs:
    """What speaks for what in a text of so many ``words``. A dialect's words count once each: a name may come often."""

    words: int
    written: int
    foreign: int
    others: Counter[str]
    spoken: float
    regions: Counter[str]


# A paragraph is looked at whole, then sentence by sentence.
@lru_cache(maxsize=256)
def _signs(text: str) -> _Signs:
    words = written = 0
    own: list[str] = []
    loans: list[str] = []
    others: Counter[str] = Counter()
    spoken: dict[str, _Dialect] = {}
    before = ""
    for found in _WORD.findall(_MARK.sub("", text.replace("\u200c", " "))):
        word = _word(found)
        words += 1
        if word.others:
            own.append(word.plain)
            others.update(word.others)
        elif word.written:
            written += 1
        elif word.loan:
            loans.append(word.plain)
        if dialect := word.dialect or (_together(before, word.plain) if before in _BEFORE else None):
            spoken.setdefault(word.plain, dialect)
        before = word.plain
    regions: Counter[str] = Counter()
    for dialect in spoken.values():
        regions.update({region: dialect.weight / len(dialect.regions) for region in dialect.regions})
    weight = sum(dialect.weight for dialect in spoken.values())
    foreign = len(own) + len(loans) if own and len({*own, *loans}) >= _MIN_FOREIGN else 0
    return _Signs(words, written, foreign, others, weight, regions)


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How much a word speaks for dialect, and for which; no region where all have it."""

    regions: tuple[str, ...]
    weight: float = 1.0


class _Word(NamedTuple):
    """A word with alef and yeh in one form, and what it says: written Arabic, a foreign name, one of the others, dialect."""

    plain: str
    written: bool = False
    loan: bool = False
    others: tuple[str, ...] = ()
    dialect: _Dialect | None = None


# By the word before.
_BEFORE = {
    "ما": (_Dialect(("egyptian", "maghrebi")), re.compile(r"\w{4,}ش$")),
    "عم": (_Dialect(("levantine",)), re.compile(r"[يتنب]\w{3}")),
}


# Of 400 news articles.
@lru_cache(maxsize=32_768)
def _word(word: str) -> _Word:
    known = _known()
    form = word.translate(_KEYBOARD)
    plain = form.translate(_ALEFS)
    if letters := _OWN_LETTER.findall(word):
        return _Word(plain, others=tuple({language: None for letter in letters for language in _OWN_LETTERS[letter]}))
    others = known.others.get(form, ())
    written = not others and (form in known.written or _WRITTEN.match(form) is not None)
    return _Word(plain, written, _LOAN_LETTER.search(word) is not None, others, _spoken(form, plain))


def _spoken(form: str, plain: str) -> _Dialect | None:
    known = _known()
    for start in (0, 1) if plain.startswith("و") else (0,):  # 'and'
        if found := known.spoken.get(form[start:]) or known.spoken.get(plain[start:]):
            return found
        if match := known.forms.match(plain, start):
            kinds = str(match.lastgroup).split("_")
            return _Dialect(tuple(one for one in kinds if one in _REGIONS), 0.5 if "weak" in kinds else 1.0)
    return None


def _together(before: str, word: str) -> _Dialect | None:
    """Return what two words say together: 'ما عندهمش', 'عم يسأل'."""
    says, found = _BEFORE[before]
    return says if found.match(word) else None


@dataclass(frozen=True, slots=True)
class _Known:
    """The words of ``language.txt``, and the forms of its verbs."""

    written: frozenset[str]
    others: dict[str, tuple[str, ...]]
    spoken: dict[str, _Dialect]
    forms: re.Pattern[str]


@cache
def _known() -> _Known:
    words: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("language.txt").read_text(encoding="utf-8").splitlines():
        which, colon, listed = line.partition(":")
        if colon and not line.startswith("#"):
            words.setdefault(which, []).extend(listed.split())
    written, verbs = frozenset(words.pop("arabic")), words.pop("verbs")
    others: dict[str, tuple[str, ...]] = {}
    for language in _OTHERS:
        for word in words.pop(language, ()):
            others[word] = (*others.get(word, ()), language)
    spoken = {
        word.lstrip("?"): _Dialect(
            tuple(region for region in which.split() if region in _REGIONS), 0.5 if word.startswith("?") else 1.0
        )
        for which, listed in words.items()
        for word in listed
    }
    return _Known(written, others, spoken, _spoken_forms("|".join(verbs)))


def _spoken_forms(verbs: str) -> re.Pattern[str]:
    """Return a pattern of forms that no written word has; its groups are called by the regions."""
    person = "(?:و|وا|ي|ك|كم|لي|لك|له|لنا|لهم|ها|ه|هم|ش)?$"
    return re.compile(
        # بيقولوا, بنعمل; not Baiji, a town
        rf"(?P<egyptian_levantine>ب(?!يجي$|ت(?:خلي|دخل|وقف|كلم|صدق|دور)$)[يتن](?:{verbs}){person}|ب[يت]\w{{2,}}وا$)"
        # هيعمل, حتكون; ميعرفش, مابيعملوش
        rf"|(?P<egyptian>[هح][يتن](?:{verbs}){person}|ما?ب?[يتن](?:{verbs})و?ش$)"
        r"|(?P<egyptian_maghrebi>ما(?:كان|عند|جا|شف|لقي|عرف|قدر)\w*ش$)"
        # هالناس, بهالسوق; not هالة, هاليفاكس. عالسوق; not عالمي, عالجت
        r"|(?P<levantine_gulf>[بلع]?هال(?![ةهكنيوفمس]|ا[تن]|ند)\w{3})"
        r"|(?P<levantine>عال(?![ميجقتنهةا])\w{3})"
        # يگول, گاعد, شنسوي
        r"|(?P<gulf>[يتنا]?گ(?:ول|ال|لت|لنا|لي|اعد|عد|در)|ش(?:[نتي]سو|نهو))"
        # كنقولو, كيمشيو, نمشيو; with a vowel after the first letter it is a name: كيوتو, نابولو
        rf"|(?P<maghrebi>كن(?![اوي])\w{{3,}}و$|كا?[يت](?:{verbs})و?$|كن(?:{verbs})$)"
        rf"|(?P<weak_maghrebi>ن(?![اوي]|تنياهو$)\w{{3,}}و$)"
        # قالولنا, يقولولك; يشوفوا, تشوفونه
        r"|(?P<spoken>(?:ب?[يتن]قول|قال)[وت]?ل(?:ي|ك|نا|هم|كم|كن|و|ها)$|ب?[ياتن]?شوف(?!ان|ي)\w{0,4}$)"
    )
