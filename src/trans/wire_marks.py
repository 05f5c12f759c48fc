"""The marks by which Arabic agencies and papers say that a text is a correction, or that it takes a story back. Pure.

'تصحيح-', '(إلغاء)', 'سحب خبر', a note to subscribers, a correction's line under the text. The same words are news everywhere else
('إلغاء رحلات', 'تصحيح المسار'): a word counts only as a label, with its colon, dash or brackets at the beginning, or together
with the word for a news item. Knows no status and no format.
"""

import re
from functools import lru_cache
from typing import Literal

from trans.article import Article
from trans.phrases import folded

Mark = Literal["kill notice", "correction"]

# A mark stands at the beginning; a text is looked at so far.
_LOOKED_AT_CHARS = 400
# A tatweel among spaces is a dash to writers; folding takes it off.
_TATWEEL_DASH = re.compile(r"(?<!\w)ـ+(?!\w)")


def _pattern(text: str) -> re.Pattern[str]:
    """Compile a pattern for folded texts, itself written in plain Arabic. '_' is white space."""
    return re.compile(folded(text).replace("_", r"\s+"))


_ITEM = r"(?:ال)?(?:خبر|نبأ)(?:نا|ها|ا)?\b"
_AGENCY = (
    r"(?:وكالة_)?(?:رويترز|فرانس_برس|ا_?ف_?ب|قنا|واس|وام|كونا|بنا|سانا|بترا|أ_?ش_?أ|د_?ب_?أ|الأناضول|وفا|سبأ|وال|وات|واج|ومع|الوكالة"
    r"|الأنباء|أنباء_\S+)"
)
# What may stand before a label: how urgent it is, who sends it, from where.
_BEFORE = (
    rf"(?:[\[(<*/]*\s*(?:عاجل|مستعجل|هام|مهم|خبر_عاجل|مستعجل_جدا|عاجل_جدا|تنويه|تنبيه|{_AGENCY})\s*[\])>*:|/\-]+\s*|[^:.()]{{0,40}}\([^()]{{1,25}}\)\s*[-:]+\s*"
    rf"|[^:.()/]{{0,40}}/\s*{_AGENCY}\s*/\s*-*\s*){{0,3}}"
)
_CORRECTION = (
    r"(?:(?:إعادة|تنويه|اعتذار|توضيح|خبر|نسخة)(?:_مع_|_و|_|-))?(?:تصحيح|تصويب|استدراك|مصححة?)"
    r"(?:_(?:و?(?:اعتذار|توضيح|تنويه)|رسمي|ثان|ثالث|لازم|واجب|مهم|هام|عاجل|(?:رقم_)?\d+|في_العنوان|في_الفقرة_\S+))*"
)
_KILL = r"إلغاء(?:_(?:عاجل|فوري|هام|مهم|رسمي))?"
# 'إلغاء/تأجيل': one thing or another, and no label.
_ELSE = "(?:تأجيل|تعليق|تعديل|وقف|إيقاف|خفض|تخفيض|تحديث|تمديد|تقليص|سحب|إلغاء|نقل|دمج|حذف|تغيير)"
_SET_APART = rf"\s*(?:[:|]|$|(?:-+|/+)(?!\s*{_ELSE}\b))"
_OPEN, _CLOSE = r"(?:[(\[<{*]+|/)\s*", r"\s*(?:[)\]>}*]+|/)"
_ABOUT_AN_ITEM = r"(?:العنوان|الفقر(?:ة|ات|تين)|المقدمة|السطر|الاستهلال|خبر_سابق|الخبر_السابق|خبرنا)"

# No mark is without one of these; of most texts nothing else is looked for: that takes half the time.
_HINT = _pattern("تصح|تصو|صحح|صحيح|صحت|صواب|استدراك|لغ|لاغ|سحب|حذف|شطب|معدل|عدم|إهمال|تجاهل|مشترك|[A-Z]{4}")

_LABELS: tuple[tuple[Mark, tuple[re.Pattern[str], ...]], ...] = (
    (
        "kill notice",
        (
            _pattern(rf"{_BEFORE}{_KILL}{_SET_APART}"),
            _pattern(rf"{_BEFORE}(?:(?:ملغى|ملغاة)\s*:|{_ITEM}_ملغى\s*(?:[:|-]|$))"),
            _pattern(rf"{_BEFORE}{_OPEN}(?:{_KILL}|يلغى|ملغى|ملغاة|سحب|حذف|شطب|مسحوب)(?:_{_ITEM})?{_CLOSE}"),
            _pattern(rf"{_BEFORE}إلغاء_{_ITEM}"),
            _pattern(
                rf"{_BEFORE}(?:سحب|حذف|شطب)_{_ITEM}(?:_(?:سابق|السابق|رقم|بعنوان|معنون|بثته|بثثناه|أوردناه|نشرناه)\b|\s*[:(\"|-]|\s*$)"
            ),
            _pattern(rf"{_BEFORE}(?:نلغي|نسحب)_(?:هذا_)?{_ITEM}"),
            _pattern(rf"{_BEFORE}(?:تلغي|تسحب)_{_AGENCY}_[^.]{{0,40}}?{_ITEM}"),
            _pattern(rf"{_BEFORE}(?:يلغى|يسحب|يحذف)_(?:هذا_)?(?:الخبر|خبرنا|النبأ)\b"),
            _pattern(rf"{_BEFORE}(?:يعتبر|يعد)_(?:هذا_)?(?:الخبر|خبرنا|النبأ)\b[^.]{{0,80}}\b(?:لاغيا|ملغى)"),
            _pattern(
                rf"{_BEFORE}(?:الرجاء|رجاء|برجاء|يرجى|نرجو|نأمل)_(?:من_(?:\S+_){{1,4}}?)?"
                r"(?:عدم_(?:استخدام|نشر|اعتماد|تداول)|إلغاء|سحب|حذف|شطب|إهمال|تجاهل)_(?:هذا_)?(?:الخبر|خبرنا|النبأ|خبر)\b"
            ),
            re.compile(r"(?:KILL(?:ED)?|WITHDRAWN|STORY (?:KILLED|WITHDRAWN)|RETRACT(?:ED|ION))\s*(?:[:|]|-+|$)"),
        ),
    ),
    (
        "correction",
        (
            _pattern(rf"{_BEFORE}{_CORRECTION}{_SET_APART}"),
            _pattern(rf"{_BEFORE}{_OPEN}(?:{_CORRECTION}|معدل|معدلة){_CLOSE}"),
            _pattern(
                rf"{_BEFORE}{_CORRECTION}_(?:لل?|ل_?|في_|على_)?{_ITEM}(?!_(?:كاذب|مضلل|زائف|متداول|مفبرك))"
                rf"|{_BEFORE}(?:تصحيح|تصويب|استدراك)_خطأ_(?:مطبعي|إملائي|لغوي|ورد|وارد|في_(?:العنوان|خبر|الخبر))\b"
                rf"|{_BEFORE}(?:تصحيح|تصويب|استدراك)\b[^:.]{{1,80}}\bفي_{_ABOUT_AN_ITEM}"
            ),
            _pattern(
                r"(?:ورد|جاء|وقع|ذكر)\b[^.]{0,60}\b(?:خبرنا|خبر|الخبر|النبأ|نسخة)\b[^.]{0,160}\b(?:والصحيح|والصواب|وصحته)\b"
            ),
            re.compile(r"(?:CORRECT(?:ED|ION)|REFILE)\s*(?:[:|]|-+|$)"),
        ),
    ),
)
_AT_THE_END = _pattern(r"(?:[(\[]\s*(?:تصحيح|تصويب|استدراك|مصححة?|معدل)\s*[)\]]|[-|]\s*(?:تصحيح|تصويب|استدراك))\s*$")
_KILLED_AT_THE_END = _pattern(r"[(\[]\s*(?:إلغاء|ملغى|ملغاة)\s*[)\]]\s*$")
# '(لتصحيح اسم الوزير في الفقرة الثانية)', as agencies say what they mended.
_EXPLAINED = _pattern(
    rf"\((?:[^()]{{0,40}}_)?[لو]?(?:تصحيح|تصويب|يصحح|تصحح|استدراك)\b[^()]{{0,160}}\b[بلو]?{_ABOUT_AN_ITEM}[^()]{{0,80}}\)"
)
_TO_SUBSCRIBERS = _pattern(
    r"(?:ملحوظة|ملاحظة|تنويه|تنبيه|عناية|نلفت_(?:عناية|انتباه|نظر)|إلى|السادة|رسالة)\b[^:.]{0,30}?(?:لل|ال)(?:مشتركين|سادة_المشتركين)\b"
)
_TAKES_BACK = _pattern(r"\b[وفب]?(?:ال|تم_)?(?:سحب|إلغاء|نلغي|نسحب|ألغي|ملغى|لاغيا|عدم_(?:استخدام|نشر|اعتماد))")
_NAMES_AN_ITEM = _pattern(r"\b[وفبل]{0,2}(?:ال)?(?:خبر|نبأ|قصة|تقرير|مستعجل|عاجل)")
_MENDS = _pattern(r"\b[وفبل]?(?:ال|ت)?(?:تصحيح|تصويب|خطأ)")
# Under a text a label alone may be its own last line ('تصحيح: أحمد علي', who marks papers); it must speak of the text.
_FOOTER = _pattern(
    rf"[(\[*\s]*{_CORRECTION}\s*(?:[:)\]*-]|$)[^\n]{{0,200}}?\b[ولبف]?(?:هذا_(?:الخبر|المقال|التقرير)|هذه_(?:المادة|القصة)|نسخة_سابقة|النسخة"
    r"|ورد|ذكر|ذكرت|خطأ|العنوان|الفقرة|سابقا)\b"
)


def marks(article: Article) -> tuple[Mark, ...]:
    """Return what an article's headline, decks and first and last paragraph are marked as, the gravest first."""
    texts = [paragraph.text for paragraph in article.paragraphs if paragraph.text.strip()]
    first = _folded(texts[0]) if texts else ""
    head = _folded(article.headline) if article.headline.strip() else first  # a flash is its headline
    starts = [text for text in (head, *map(_folded, article.decks), first) if text]
    last = _folded(texts[-1]) if len(texts) > 1 else ""
    found: set[Mark] = set()
    for mark, patterns in _LABELS:
        if any(pattern.match(text) for text in starts for pattern in patterns):
            found.add(mark)
    if _KILLED_AT_THE_END.search(head):
        found.add("kill notice")
    if _AT_THE_END.search(head) or any(map(_EXPLAINED.search, starts)) or _FOOTER.match(last):
        found.add("correction")
    if any(map(_TO_SUBSCRIBERS.match, starts)):
        told = f"{head}\n{first}"
        if _TAKES_BACK.search(told) and _NAMES_AN_ITEM.search(told):
            found.add("kill notice")
        elif _MENDS.search(told):
            found.add("correction")
    return tuple(mark for mark, _ in _LABELS if mark in found)


# Each format of a brief asks for the same few texts.
@lru_cache(maxsize=64)
def _folded(text: str) -> str:
    """Return the beginning of a text, folded; nothing of one that has no mark."""
    plain = folded(_TATWEEL_DASH.sub("-", text[:_LOOKED_AT_CHARS]))
    return plain if _HINT.search(plain) else ""
