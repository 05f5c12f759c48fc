"""Months: the two Arabic systems and North Africa's from CLDR through Babel, English ones, and the Islamic calendar's.

Knows names only, folded as ``plain`` folds them; whether مارس is a month or a verb is for the reader of the sentence to see.
"""

from functools import cache

from trans.quantities.plain import plain

_ARABIC_LOCALES = ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR")
"""Those of CLDR whose month names differ: Egypt and the Gulf; the Levant and Iraq; Algeria and Tunisia; Morocco; Mauritania."""

_SPELLINGS = {
    "فبرائر": 2, "ابريل": 4, "إبريل": 4, "يونيه": 6, "جوييه": 7, "يوليه": 7, "جويليه": 7, "جويليا": 7, "اوغسطس": 8,
    "اغسطوس": 8, "شتمبر": 9, "اوكتوبر": 10, "نوفنبر": 11, "دجنبر": 12, "ديسنبر": 12, "كانون ثاني": 1, "تشرين اول": 10,
    "تشرين ثاني": 11, "كانون اول": 12,
}  # fmt: skip
"""Spellings seen in newspapers that CLDR does not list."""

ALSO_WORDS = frozenset(
    {
        "اب",
        "مارس",
        "ماي",
        "اوت",
        "جوان",
        "غشت",
        "تموز",
        "نيسان",
        "اوغسطس",
        "صفر",
        "محرم",
        "رجب",
        "شعبان",
        "رمضان",
        "شوال",
    }
)
"""Arabic month names that are other words or names too (father, Nissan, Augustus): months only where a date is around them."""

HIJRI = {
    "محرم": 1, "المحرم": 1, "صفر": 2, "ربيع الاول": 3, "ربيع اول": 3, "ربيع الثاني": 4, "ربيع الاخر": 4, "ربيع ثاني": 4,
    "جمادي الاولي": 5, "جمادي الاول": 5, "جمادي الثانيه": 6, "جمادي الاخره": 6, "جمادي الثاني": 6, "رجب": 7, "شعبان": 8,
    "رمضان": 9, "شوال": 10, "ذو القعده": 11, "ذي القعده": 11, "ذو الحجه": 12, "ذي الحجه": 12,
}  # fmt: skip

HIJRI_ENGLISH = {
    "muharram": 1, "safar": 2, "rabi al-awwal": 3, "rabi i": 3, "rabi al-thani": 4, "rabi ii": 4, "jumada al-awwal": 5,
    "jumada al-ula": 5, "jumada i": 5, "jumada al-thani": 6, "jumada al-akhira": 6, "jumada ii": 6, "rajab": 7, "shaban": 8,
    "sha'ban": 8, "shaaban": 8, "ramadan": 9, "ramadhan": 9, "shawwal": 10, "shawal": 10, "dhu al-qadah": 11,
    "dhu al-qa'dah": 11, "dhul qadah": 11, "dhul-qadah": 11, "zul qadah": 11, "dhu al-hijjah": 12, "dhul hijjah": 12,
    "dhul-hijjah": 12, "dhu al-hijja": 12, "zul hijjah": 12,
}  # fmt: skip


@cache
def arabic() -> dict[str, int]:
    """Return folded Arabic name -> month of the Gregorian year."""
    from babel import Locale  # on first use: it takes 60 ms

    names = {
        plain(name).text: number
        for locale in _ARABIC_LOCALES
        for number, name in Locale.parse(locale).months["format"]["wide"].items()
    }
    return names | {plain(name).text: number for name, number in _SPELLINGS.items()}


@cache
def english() -> dict[str, int]:
    """Return lower-case English name -> month; abbreviations without their full stop."""
    from babel import Locale

    forms = Locale("en").months["format"]
    names = {name.lower(): number for width in ("wide", "abbreviated") for number, name in forms[width].items()}
    return names | {"sept": 9}


@cache
def english_name(month: int) -> str:
    """Return the English name of a month of the Gregorian year, 1 to 12."""
    from babel import Locale

    return str(Locale("en").months["format"]["wide"][month])
