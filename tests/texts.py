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


ENGLISH = {
    HEADLINE: "Ministry announces new water plan",
    LEAD: "The Ministry of Water today announced a new plan to desalinate seawater at a cost of 800 million dollars.",
    "وقال الوزير إن العمل يبدأ في الربيع.": "The minister said that work would begin in the spring.",
    "وأضاف أن المشروع يخدم ثلاث مدن.": "He added that the project would serve three cities.",
    THIRD: "The region has been suffering from a lack of rain for years, and residents hope for an early solution to "
    "this long crisis.",
    "أعلنت وزارة المياه اليوم خطة جديدة لتحلية مياه البحر بكلفة 300 مليون": "The Ministry of Water today announced a new "
    "plan to desalinate seawater at a cost of 300 million",
}
"""Good English for the sentences of ``article``, but for one wrong number."""


def english(text: str) -> str:
    """The English of a sentence of ``long_article``."""
    number = "".join(character for character in text if character.isdigit())
    return ENGLISH.get(text, f"Paragraph number {number} of this long story.")
