"""Arabic for tests, all of it our own."""

HEADLINE = "الوزارة تعلن خطة جديدة للمياه"
LEAD = "أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة 300 مليون دولار."
SECOND = "وقال الوزير إن العمل يبدأ في الربيع. وأضاف أن المشروع يخدم ثلاث مدن."
THIRD = "وتعاني المنطقة من شح الأمطار منذ سنوات، ويأمل السكان في حل قريب لهذه الأزمة الطويلة."


def article(*paragraphs: str, headline: str = HEADLINE) -> str:
    """A plain text article: headline, blank line, paragraphs between blank lines."""
    return "\n\n".join([headline, *(paragraphs or (LEAD, SECOND, THIRD))]) + "\n"


def long_article(paragraphs: int = 12) -> str:
    """Well over the 40 words below which a text stands for itself, and in several sections for a small limit."""
    return article(
        *[f"{LEAD} {SECOND} {THIRD} الفقرة رقم {number} من هذا الخبر الطويل." for number in range(1, paragraphs + 1)]
    )
