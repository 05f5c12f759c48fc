"""Ordinary words that sound alike in both languages and are no names: 'October', 'East' for الأوسط, 'Strikes' for ستتركز.

``trans.entities.spelled`` would take them for names that stand in no list. The lists are the project's own, written by hand after
false names seen in news and in the texts the checks are measured on, so those texts do not tell how many the lists miss. Most
Arabic names are words with a meaning too (سعيد, مصدر): an Arabic word is ordinary only where the English does not spell it out.
Knows no sentence.
"""

import re
from functools import lru_cache

# From this likeness on (0 to 1) English spells an Arabic word out: Masdar, Maaden, Said and Najah are above it, East for أوسط
# (0.75) and Truck for طريق (0.67) below.
_SPELT_OUT = 0.8

# Gregorian months, folded, in Egypt and the Gulf, the Levant, and North Africa. Not those that are names too: نيسان (Nissan),
# مايو (the Mayo Clinic), تشرين (the Tishrin Dam), جوان (Joan), مارس (Mars).
_MONTHS = frozenset(
    """
    يناير فبراير ابريل يونيو يونيه يوليو يوليه اغسطس سبتمبر اكتوبر نوفمبر ديسمبر شباط اذار ايار حزيران ايلول
    جانفي فيفري افريل جويليه اوت يوليوز غشت شتنبر نونبر دجنبر
    """.split()
)
# Words of the news, folded, without article and ending; hardly any has a namesake of low likeness.
_ARABIC = frozenset(
    """
    اوسط وسط ثنائي ثلاثي رباعي تاسع سابع عاشر تسع سبع عشرين تسعين سبعين مئه الف الذي التي الذين هذا هذه تلك ذلك انه انها
    تحرر تحرير تصريح تقرير تعاون تركيز تطور تعزيز تعيين تدخل تسليم دولي دولار محلي رسمي سياسي اقتصادي امني
    نووي طبي تجاري صحي جوي قانوني تاريخي بعيد ساخن ناري ضعيف كثير قليل جديد
    قناه قوه قوات قرار قرر قانون قضيه قطاع قرض قسم قمه قصه شرط شركه شريك شارع شارك شاحنه شروط شخص شرطي فريق فرق فرص فتره
    سباق سفينه سفن سعر سنه ساعه سارع سكان سيطره سلاح سبب سياق ظهور ظاهره ظرف حال حاله حاجز حكومه حركه حرب حزب حدود حصه
    مطار طريق طرق طاقه طائره طلب دوله دفاع دعم درجه رئيس رئاسه راتب رقم مزج مركز مصدر معادن موانئ منطقه منع مجلس مقعد
    برنامج بحث باحث بدون جريمه جزء جيش جلسه جهه صاحب صيد صاروخ صندوق صناعه عطله عمليه عدد عقوبه
    كثافه كلمه كميه كارثه لجنه لقاء نقص نسبه نظام نقاش نتيجه نجاح نصح هجوم هدف هيئه وجه وزير وزاره وفد وقت وكاله وقود
    انتهاء اجتماع اتفاق ازمه اثر ارض اسعار اصول ضحيه ضربه ضغط خطه خطر خرق خلاف خدمه غاره غرض ثمن ثقه
    """.split()
)
_ENDINGS = ("تها", "تهم", "يين", "يون", "ات", "ون", "ين", "ان", "يه", "ته", "ها", "هم", "وا", "ه", "ا", "ت", "ي")

# Present and future of verbs, where no name begins so: ستتركز, ستستمر, سيتعاون, يستخدم, تتراوح; not ستيفن, سيتروين, تتار.
_VERB = re.compile("ستت|ستست|سيست|سيت[^يرو]|سنت[^رياو]|يست|تست|يتح|يتع|يتم|تت(?!ار)")

_ENGLISH = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    november december sept oct nov dec
    the this that these those there then than they them their when where which while who whose why what with within without but
    although though because since until under over after before between during for from into onto upon and yet not nor
    you your our his her its she here how however has have had was were will would can could should given ever even each every
    one two three four five six seven eight nine ten eleven twelve twenty hundred first second third fourth last next
    middle northern southern eastern western central
    bank court cup city power street town real formula square palace crime radar ocean human humanity these soccer weather
    hotel truck convoy service services mother history health mount mountain heroes benefit leader capital energy transport
    civil technology economics minerals block camp television video film taxi flag desert mechanism signal port rally origin
    switch metro album nickel uranium carbon cotton cocoa phosphate oxygen influenza cholera malaria potato tuna couscous
    internet online radio opera orchestra symphony professor general doctor minister president captain marshal mufti
    academy electric daily cooking card cards space music service unit unite unity station strike strikes strait sanctions
    security state states council committee party parliament government president region sector season series source system
    support company corporation conference agreement article report review statement budget border bridge building business
    """.split()
)
"""Lower case. Words that begin a sentence or stand in headlines, titles and parts of names; nobody is often called so."""


def is_ordinary(stem: str, english: str, likeness: float) -> bool:
    """Say whether a folded Arabic ``stem`` and the English word that sounds like it are no name."""
    word = english.lower()
    if word in _ENGLISH or stem in _MONTHS:
        return True
    return likeness < _SPELT_OUT and _is_ordinary_arabic(stem)


def is_spelt_out(likeness: float) -> bool:
    """Say whether the English word spells the Arabic one letter by letter, so that chance is no explanation."""
    return likeness >= _SPELT_OUT


@lru_cache(maxsize=16_384)
def _is_ordinary_arabic(stem: str) -> bool:
    if stem in _ARABIC or _VERB.match(stem):
        return True
    for ending in _ENDINGS:
        root = stem.removesuffix(ending)
        # The feminine ending comes back where another has hidden it: حالته is of حاله.
        if root != stem and len(root) > 2 and (root in _ARABIC or ("ت" in ending and f"{root}ه" in _ARABIC)):
            return True
    return False
