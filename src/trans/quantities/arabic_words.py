"""Arabic words that say how many or which in order, each with its part in the grammar. Folded as ``plain`` folds them.

A table; how the words combine is ``arabic``'s business.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Literal

Role = Literal[
    "unit",  # 1 to 9
    "weekday",  # one and two with the article: Sunday and Monday, unless more of a number follows
    "ten",  # 10, and the second half of 11 to 19
    "tens",  # 20 to 90
    "hundred",  # 100, which a unit before it multiplies
    "hundreds",  # 200 to 900 in one word
    "scale",  # a thousand and up, singular
    "scales",  # the same in the plural: with a number before it as the singular, alone as 'thousands of'
    "dual",  # two of a scale
    "dual?",  # two of a scale, or the scale itself with the ending of the accusative: الفا, مليونا
    "many",  # tens of, hundreds of
    "ordinal",
    "decade",
    "ageing",  # seventyish, of a person
    "fraction",
    "fractions",  # the plural: ثلاثه ارباع
    "two",  # the dual of a noun that is counted more often than not
    "loose",  # may stand for a number: مرتين, كلا, عقد
]


@dataclass(frozen=True, slots=True)
class Word:
    """``joined``: 'and' is written onto it; ``definite``: the article is."""

    role: Role
    value: Fraction
    joined: bool = False
    definite: bool = False


_UNITS = {
    1: "واحد واحده واحدا احد احدي",
    2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي",
    3: "ثلاثه ثلاث ثلاثا تلاته",
    4: "اربعه اربع اربعا",
    5: "خمسه خمس خمسا",
    6: "سته ست ستا",
    7: "سبعه سبع سبعا",
    8: "ثمانيه ثماني ثمان ثمانيا تمانيه",
    9: "تسعه تسع تسعا",
}
_TENS = {2: "عشر", 3: "ثلاث", 4: "اربع", 5: "خمس", 6: "ست", 7: "سبع", 8: "ثمان", 9: "تسع"}
_HUNDRED = ("مئه", "مائه")
_SCALES: dict[int, tuple[str, str, str]] = {  # singular, plural, stem of the dual
    1000: ("الف", "الاف الوف", "الف"),
    10**6: ("مليون", "ملايين مليونات", "مليون"),
    10**9: ("مليار بليون", "مليارات بلايين", "مليار بليون"),
    10**12: ("تريليون ترليون", "تريليونات ترليونات", "تريليون ترليون"),
}
_ORDINALS = {
    1: "اول اولي",
    2: "ثاني ثانيه ثان",
    3: "ثالث ثالثه",
    4: "رابع رابعه",
    5: "خامس خامسه",
    6: "سادس سادسه",
    7: "سابع سابعه",
    8: "ثامن ثامنه",
    9: "تاسع تاسعه",
    10: "عاشر عاشره",
}
_FRACTIONS = {
    2: ("نصف نص", "انصاف"),
    3: ("ثلث", "اثلاث"),
    4: ("ربع", "ارباع"),
    5: ("خمس", "اخماس"),
    6: ("سدس", "اسداس"),
    7: ("سبع", "اسباع"),
    8: ("", "اثمان"),  # the singular is 'price' too
    9: ("تسع", "اتساع"),
    10: ("عشر", "اعشار"),
}
_LOOSE: dict[Fraction | int, str] = {
    Fraction(1, 8): "ثمن",
    # Nouns that count what they name, and adverbs.
    2: "ضعف ضعفين ضعفا ضعفي كلا كلتا كلي كلتي كليهما كلاهما كلتاهما كلتيهما زوج زوجان زوجين زوجي توام توامان"
    " توامين ثنائي ثنائيه مزدوج مزدوجه مضاعف مضاعفه ثانيا مثني",
    0: "صفر صفرا نظيفه نظيف رد مقابل",
    1: "مره ذات وحيد وحيده مفرد اولا اولهما احداهما احدهما هدف هدفا لمثله لمثلها لمثلهما لمثليهما لمثلهم",
    3: "ثلاثي ثلاثيه هاتريك هاتريكا ثالوث ثالثا",
    4: "رباعي رباعيه رابعا",
    5: "خماسي خماسيه خمسيه خامسا",
    6: "سداسي سداسيه نصف_سنوي سادسا",
    7: "سباعي سباعيه اسبوع اسبوعا سابعا",
    10: "عقد عقدا عشريه عشري",
    12: "دزينه درزن",
    60: "ساعه دقيقه",
    24: "يوم يوما",
    100: "قرن قرنا",
    2000: "الفيه",
    10**6: "مليونيه",
}

_ITS = ("ه", "ها", "هم", "هما")

_PAIRS_OF_TIME = (
    "سنتين سنتان عامين عامان شهرين شهران يومين يومان ساعتين ساعتان دقيقتين دقيقتان ثانيتين اسبوعين اسبوعان عقدين عقدان"
    " قرنين قرنان مرتين مرتان ليلتين ليلتان"
)

_BEFORE = ("", "ب", "ل", "ك")
_BANNED = frozenset({"بالمئه", "بالمائه", "لست", "كالف", "كاول", "لمائه"})
"""Percent is no hundred, 'I am not' no six, and who is like a first is no first."""


@cache
def table() -> dict[str, Word]:
    """Return folded word, with what may be written onto its front, -> what it is."""
    stems = _stems()
    # Longer ways to read a front never hide a stem that stands as it is: والد is no و + الد.
    words: dict[str, Word] = {}
    for joined in ("", "و", "ف"):
        for before in _BEFORE:
            for definite in (False, True):
                front = joined + before[:-1] + "لل" if before == "ل" and definite else joined + before + "ال" * definite
                for stem, (role, value) in stems.items():
                    form = front + stem
                    if form not in _BANNED and form not in words:
                        part: Role = "weekday" if definite and stem in ("احد", "اثنين") else role
                        words[form] = Word(part, Fraction(value), joined == "و", definite)
    return words


def _stems() -> dict[str, tuple[Role, Fraction | int]]:
    stems: dict[str, tuple[Role, Fraction | int]] = {}

    def put(role: Role, value: Fraction | int, forms: str) -> None:
        for form in forms.split():
            stems.setdefault(form, (role, value))

    for value, forms in _UNITS.items():
        put("unit", value, forms)
    put("ten", 10, "عشره عشر عشرا")
    for value, stem in _TENS.items():
        put("tens", value * 10, f"{stem}ون {stem}ين")
        put("decade", value * 10, f"{stem}ينات {stem}ينيات")
        put("ageing", value * 10, f"{stem}يني {stem}ينيه {stem}ينيين {stem}ينيان {stem}ينيون")
    for form in _HUNDRED:
        put("hundred", 100, form)
        stem = form[:-1] + "ت"
        put("hundreds", 200, f"{stem}ان {stem}ين {stem}ا {stem}ي")
    for form in (*_HUNDRED, "ميه", "مايه"):  # the last two alone are water, or 'may'
        for value in range(3, 10):
            for unit in _UNITS[value].split():
                put("hundreds", value * 100, unit + form)
    put("many", 100, "مئات مئاتا")
    put("many", 10, "عشرات")
    for value, (singular, plural, dual) in _SCALES.items():
        put("scale", value, singular)
        put("scales", value, plural)
        for stem in dual.split():
            put("dual", value * 2, f"{stem}ين {stem}ان {stem}ي")
            put("dual?", value * 2, f"{stem}ا")
    for value, forms in _ORDINALS.items():
        put("ordinal", value, forms)
    put("ordinal", 1, "حادي حاديه")
    put("fraction", Fraction(2, 3), "ثلثي ثلثا ثلثين ثلثان")
    for value, (singular, plural) in _FRACTIONS.items():
        # With the ending of the accusative, and with 'its', 'their'.
        put(
            "fraction",
            Fraction(1, value),
            " ".join(form + end for form in singular.split() for end in ("", "ا", *_ITS)),
        )
        put("fractions", Fraction(1, value), " ".join(plural + end for end in ("", *_ITS)))
    put("two", 2, _PAIRS_OF_TIME)
    for number, forms in _LOOSE.items():
        put("loose", number, forms)
    return stems
