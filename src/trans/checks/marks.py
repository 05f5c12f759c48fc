"""Marks and letters that do not belong: Arabic left in the English, entities, brackets and quotation marks that do not match.

Knows characters and a list of speech verbs. What the words mean is no matter here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from trans.brief import Flag, Sentence
from trans.phrases import words
from trans.text import without_links

# Letters of the Arabic script in all its blocks; a run of them with what stands between.
_ARABIC = re.compile(
    r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"
    r"(?:[\s\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]*"
    r"[\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc])?"
)
_ARABIC_MARK = re.compile("[،؛؟٪٫٬۔٠-٩۰-۹]")

# sentencepiece's sign for a piece it has not; the replacement character; what leaks of a model's own markup.
_NOT_TEXT = re.compile(r"[\u2047\ufffd\ue000-\uf8ff]|</?(?:s|unk|pad)>|▁")
# Letters beyond Latin and Greek (μ, α): nothing that an editor reads. Letterlike signs (№, ™, Å) are none of these.
_FOREIGN = re.compile(
    r"[\u0400-\u05ff\u0700-\u074f\u0780-\u089f\u0900-\u1cff\u2c00-\u2dff\u3040-\ua6ff\uac00-\ud7ff\uf900-\ufaff]+"
)

_ENTITY = re.compile(r"&\s?(?:[A-Za-z]{2,8}|#\s?\d{1,6}|#\s?[xX][0-9A-Fa-f]{1,5})\s?;")
_TAG = re.compile(
    r"</?(?:br|p|b|i|u|em|strong|span|div|a|li|ul|td|tr|sup|sub|font|h[1-6])(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
)

_BRACKET = re.compile(r"[()\[\]{}]")
_BRACKETS = {")": "(", "]": "[", "}": "{"}
# What may stand before a closing bracket that was never opened: a list's number or letter ('1)', 'b)'), a face's eyes.
_CLOSES_NOTHING = re.compile(r"(?<!\w)\w{1,3}$|[:;]-?$")
_FACE = re.compile(r"(?<!\w)[:;]-?\((?!\w)")

_QUOTED_ARABIC = re.compile(r"«([^«»]*)»|“([^“”]*)”|\"([^\"]*)\"|''([^']*)''")
# Brackets count: Arabic papers put names into them where English has quotes.
_QUOTES_IN_ARABIC = re.compile("[\"«»“”„‟‹›‘’‚'`´()\\[\\]]")
_QUOTED_ENGLISH = re.compile(r"[“”\"«»]([^“”\"«»]*)[“”\"«»]")
_ANY_QUOTE_IN_ENGLISH = re.compile("[\"“”„«»‹›`´]|(?<!\\w)['‘]|['’](?!\\w)|''")
_INCHES = re.compile(r"(?<=\d)\"")
# So many words make a clause.
_CLAUSE_WORDS = 5
# The verb stands so few words before its quotation.
_VERB_REACH = 12
_SPEECH = frozenset(
    "قال قالت قالوا يقول تقول يقولون قائلا قائله قائلين القول قولها قوله اضاف اضافت اضافوا مضيفا مضيفه يضيف تضيف صرح صرحت "
    "تصريح تصريحات تصريحه اكد اكدت اكدوا مؤكدا مؤكده تاكيد يؤكد تؤكد اعلن اعلنت معلنا ذكر ذكرت ذكروا يذكر تذكر اوضح اوضحت "
    "موضحا موضحه اشار اشارت مشيرا مشيره كتب كتبت يكتب تكتب تابع تابعت متابعا شدد شددت مشددا اعتبر اعتبرت معتبرا راي ورد "
    "حذر حذرت محذرا علق علقت معلقا تساءل تساءلت نقل نقلت بيان جاء رد ردت اعرب اعربت وصف وصفت واصفا هتف هتفوا يهتف خاطب خاطبت "
    "اخبر اخبرت يخبر تخبر افاد افادت زعم زعمت ادعي ادعت لفت لفتت لافتا نفي نفت غرد غردت قيل يقال ختم ختمت استطرد".split()
)


@dataclass(frozen=True, slots=True)
class _Quotation:
    text: str
    start: int
    end: int


def copied(sentence: Sentence) -> Iterator[Flag]:
    """The Arabic in place of the English."""
    if _is_copied(sentence):
        yield Flag("copied", "error", "The English is the Arabic, copied: nothing is translated")


def arabic(sentence: Sentence) -> Iterator[Flag]:
    """Arabic letters in the English, or marks and digits that English does not use."""
    target = without_links(sentence.target)
    left = [match[0] for match in _ARABIC.finditer(target)]
    if left and not _is_copied(sentence):
        shown = "; ".join(left[:3]) + (" ..." if len(left) > 3 else "")
        yield Flag("arabic", "error", f"Left in Arabic: {shown}", target=left[0])
    elif not left and (marks := "".join(dict.fromkeys(_ARABIC_MARK.findall(target)))):
        yield Flag("arabic", "warning", f"The English has marks or digits of Arabic: {' '.join(marks)}")


def characters(sentence: Sentence) -> Iterator[Flag]:
    """Signs that stand for a character the model could not write, and letters of a third script."""
    if lost := [match for match in _NOT_TEXT.findall(sentence.target) if match not in sentence.source]:
        yield Flag("characters", "error", f"The English has a sign in place of something it could not write: {lost[0]}")
    foreign = [run for run in _FOREIGN.findall(sentence.target) if run not in sentence.source]
    if foreign:
        yield Flag(
            "characters", "warning", f"Neither Arabic nor Latin letters: {foreign[0][:40]}", target=foreign[0][:200]
        )


def entities(sentence: Sentence) -> Iterator[Flag]:
    """Escapes of web pages that should have become the signs they stand for. One that any program reads ('&quot;') is a note; one
    torn apart ('& quot ;') and a tag ('<br>') are not."""
    found = [match[0] for pattern in (_TAG, _ENTITY) for match in pattern.finditer(sentence.target)]
    left = [text for text in found if text not in sentence.source]
    torn = [text for text in left if text[0] == "<" or " " in text]
    for text in (torn or left)[:1]:
        yield Flag("entities", "warning" if torn else "info", f"Left from a web page: {text}", target=text)


def brackets(sentence: Sentence) -> Iterator[Flag]:
    """A bracket opened and not closed, or closed and not opened, where the Arabic has its brackets in order."""
    alone = _unmatched(sentence.target)
    if alone and not _unmatched(sentence.source):
        opened = alone in "([{"
        yield Flag(
            "brackets",
            "warning",
            f"A bracket is {'opened and not closed' if opened else 'closed and not opened'}: {alone}",
        )


def quotes(sentence: Sentence) -> Iterator[Flag]:
    """Somebody's words that have lost their quotation marks, words that have got some, and marks without their other."""
    source, target = sentence.source, sentence.target
    if not _ANY_QUOTE_IN_ENGLISH.search(target):
        for quotation in _spoken(source):
            yield Flag(
                "quotes",
                "warning",
                "The Arabic quotes someone here; the English has no quotation marks",
                source=source[quotation.start : quotation.end],
            )
            return
    if not _QUOTES_IN_ARABIC.search(source):
        for match in _QUOTED_ENGLISH.finditer(target):
            if len(match[1].split()) >= _CLAUSE_WORDS:
                yield Flag(
                    "quotes", "warning", "The English quotes words that the Arabic does not quote", target=match[0]
                )
                return
    # '24"' may be inches, or the end of a quotation: either way none is alone.
    if _alone(target) and _alone(_INCHES.sub("", target)) and not _alone(source):
        # People leave one open where a quotation runs on into the next sentence: 34 of 2,002 lines.
        yield Flag("quotes", "info", "A quotation mark of the English has no partner")


def _alone(text: str) -> bool:
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”") or text.count("«") != text.count("»")


def _is_copied(sentence: Sentence) -> bool:
    plain = _plain(sentence.source)
    return plain == _plain(sentence.target) and bool(_ARABIC.search(plain))


def _plain(text: str) -> str:
    return "".join(word.form for word in words(text))


def _unmatched(text: str) -> str:
    """Return the first bracket that has no partner, or nothing."""
    opened: list[str] = []
    text = _FACE.sub("", text)
    for match in _BRACKET.finditer(text):
        bracket = match[0]
        if bracket not in _BRACKETS:
            opened.append(bracket)
        elif opened and opened[-1] == _BRACKETS[bracket]:
            opened.pop()
        elif opened or not _CLOSES_NOTHING.search(text[max(0, match.start() - 5) : match.start()]):
            return bracket
    return opened[0] if opened else ""


def _spoken(source: str) -> Iterator[_Quotation]:
    """Yield the quotations of a clause's length that follow a verb of speech."""
    for match in _QUOTED_ARABIC.finditer(source):
        text = next(group for group in match.groups() if group is not None)
        if len(text.split()) < _CLAUSE_WORDS:
            continue
        before = [word.form for word in words(source[max(0, match.start() - 200) : match.start()])][-_VERB_REACH:]
        if any(form in _SPEECH or (form[:1] in "وف" and form[1:] in _SPEECH) for form in before):
            yield _Quotation(text, *match.span())
