"""Who wrote an article and where: recognises datelines and bylines in a line. Pure; conservative, for a sentence taken for a
dateline would be torn apart, while a dateline that is missed is only translated with its sentence.
"""

import re

_DASH = "[-–—−ـ]"
_AGENCY_NAME = (
    r"(?:[أا]\s?\.?\s?ف\s?\.?\s?ب\.?|د\s?\.?\s?ب\s?\.?\s?[أا]\.?|رويترز|وكالات|الوكالات|واس|وام|سانا|كونا|قنا|بترا|"
    r"وفا|واج|الأناضول|شينخوا|سبوتنيك|نوفوستي|CNN|BBC|AFP|AP|Reuters)"
)
_MONTH_OR_DAY = (
    r"يناير|فبراير|مارس|[أاإ]بريل|مايو|يونيو|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر|كانون|الثاني|ال[أا]ول|شباط|[آا]ذار|نيسان|"
    r"[أا]يار|حزيران|تموز|[آا]ب|[أا]يلول|تشرين|جانفي|فيفري|أفريل|ماي|جوان|جويلية|أوت|"
    r"ال[أا]حد|الاثنين|الإثنين|الثلاثاء|ال[أا]ربعاء|الخميس|الجمعة|السبت"
)
# 'القاهرة (رويترز) -', 'باريس 12 كانون الثاني/يناير ( ا ف ب) -', '(رويترز) -': what stands in the brackets is an agency.
_WITH_AGENCY = re.compile(rf"([^()«»\"“”:؛.!?؟]{{0,60}}\([^()«»\"“”:؛!?؟]{{2,40}}\))\s*(?:{_DASH}|:)\s*(?=\S)")
# 'بيروت - رويترز - ', 'دبي / وكالات - ', 'القاهرة - أ ف ب: '
_AGENCY_BARE = re.compile(rf"([^()«»\"“”:؛.!?؟]{{2,40}}?\s*[-–—−ـ/،,]\s*{_AGENCY_NAME})\s*(?:{_DASH}\s|:\s)\s*(?=\S)")
# 'القاهرة - قال'. The dash has white space after it: 'السورية-الروسية' is one word.
_PLACE = re.compile(rf"([^()«»\"“”:؛.!?؟\-–—−ـ]{{2,60}}?)(?:\s+{_DASH}|{_DASH}(?=\s))\s+(?=\S)")
_SECOND_DASH = re.compile(rf"[^.؟!]{{0,80}}?\s{_DASH}\s")

_MAX_WORDS = 6  # 'سان خوسيه ديل كابو' is a place of four; dates are not counted
_MAX_WORDS_BARE = 4

# What no dateline holds: particles, pronouns and the verbs that open news sentences.
_NEWS_VERB = (
    r"قال|قالت|أعلن|أعلنت|اعلن|اعلنت|أكد|أكدت|أضاف|أضافت|ذكر|ذكرت|كشف|كشفت|أفاد|أفادت|شهد|شهدت|بدأ|بدأت|يبدأ|تبدأ|وصل|وصلت|"
    r"قتل|قتلت|توفي|توفيت|عقد|عقدت|دعا|دعت|طالب|طالبت|نفى|نفت|يقول|تقول"
)
_NOT_A_PLACE = re.compile(
    r"(?:^|\s)(?:[وف]?(?:في|من|على|إلى|الى|عن|مع|إن|أن|ان|لا|لم|لن|قد|هو|هي|هذا|هذه|ذلك|تلك|الذي|التي|الذين|كان|كانت|كما|"
    rf"لكن|بعد|قبل|منذ|خلال|بين|حول|ضد|أو|ثم|كل|غير|ليس|ليست|{_NEWS_VERB}))(?=\s|$)"
)
_OPENS_NEWS = re.compile(rf"(?:{_NEWS_VERB})\b")
_GOES_ON_AS_APPOSITION = re.compile(r"(?:وهو|وهي|وهم|وهذا|وهذه|التي|الذي|والتي|والذي|أي|أو|خاصة|خصوصا|لا سيما|مثل)\b")

# The nouns open sentences and headlines too ('تقرير حقوقي جديد'), so they need a colon or a dash.
_BYLINE_OPENING = re.compile(
    r"[(\[*_]*(?:(?:كتب|كتبت|كتبه|كتبها|بقلم|مراسلنا|إعداد|اعداد|تقرير|تحرير|ترجمة|تصوير|حوار|حاوره|أجرى الحوار)"
    rf"(\s*[:/]|\s*{_DASH})|(?:كتب|كتبت|بقلم)(\s))\s*(?=\S)"
)
_BYLINE_CLOSING = re.compile(
    rf".{{2,50}}\s?{_DASH}\s?(?:مراسلنا|مراسلتنا|مراسل\s\S+|مراسلة\s\S+|خاص|وكالات|الوكالات|متابعات)[)\]]?"
)
_EDITORS = re.compile(r"\(\s*(?:إعداد|اعداد|تحرير|تغطية|شارك|شاركت|كتابة|ترجمة)\b[^()]{4,160}\)\.?")
_MAX_BYLINE_WORDS = 9
_MAX_BYLINE_WORDS_WITHOUT_COLON = 5


def find_dateline(text: str) -> str | None:
    """Return the dateline that ``text`` begins with, without the dash after it, or None."""
    for pattern, most, agency in (
        (_WITH_AGENCY, _MAX_WORDS, True),
        (_AGENCY_BARE, _MAX_WORDS, True),
        (_PLACE, _MAX_WORDS_BARE, False),
    ):
        match = pattern.match(text)
        if match and _is_place(match[1], most, agency) and (agency or not _is_aside(text, match)):
            return match[1].rstrip()
    return None


def is_byline(line: str) -> bool:
    """Say whether a whole line names the author or the editors."""
    if _EDITORS.fullmatch(line) or _BYLINE_CLOSING.fullmatch(line):
        return True
    match = _BYLINE_OPENING.match(line)
    if not match or line.rstrip(")]*_").endswith((".", "؟", "!", "،", "؛")):
        return False
    most = _MAX_BYLINE_WORDS if match[1] else _MAX_BYLINE_WORDS_WITHOUT_COLON
    return len(line.split()) <= most and not _NOT_A_PLACE.search(line[match.end() :])


def _is_place(prefix: str, most: int, agency: bool) -> bool:
    place = re.sub(r"\([^()]*\)", " ", prefix)
    if agency:
        place = re.sub(rf"[-–—−ـ/،,]\s*{_AGENCY_NAME}\s*$", " ", place)
    words = [
        word for word in re.split(r"[\s/،,]+", place) if word and not re.fullmatch(rf"\d{{1,4}}|{_MONTH_OR_DAY}", word)
    ]
    if re.search(r"\d", place) and not re.search(rf"\d\W*(?:{_MONTH_OR_DAY})", place):
        return False  # 'ريال مدريد 3 - 1 برشلونة'
    if not words and not (agency and "(" in prefix):
        return False
    return len(words) <= most and not _NOT_A_PLACE.search(place) and not any(re.search(r"\d", word) for word in words)


def _is_aside(text: str, match: re.Match[str]) -> bool:
    """Say whether the dash opens an aside ('الخطة - وهي الأولى - تشمل') or stands between two numbers."""
    if _OPENS_NEWS.match(text, match.end()):
        return False
    return bool(_GOES_ON_AS_APPOSITION.match(text, match.end()) or _SECOND_DASH.match(text, match.end()))
