"""Which Latin letters transliterations write for an Arabic letter. The project's own list, after the spellings of news agencies.

Classes are coarse: what an Arabic letter and a group of English ones may have in common, so that two words can be compared by
one key. Within a class ``WRITTEN_AS`` says what goes with what.
"""

# B: ب; F: ف; K: velars and ج; L, M, N, R; S: sibilants; T: dentals.
_CLASSES = {
    "B": "ب",
    "F": "ف",
    "K": "ج خ غ ق ك",
    "L": "ل",
    "M": "م",
    "N": "ن",
    "R": "ر",
    "S": "ز س ش ص",
    "T": "ت د ض ط",
    "T S": "ث ذ ظ",
    "TS S K": "تش",
}
ARABIC = {letter: tuple(classes.split()) for classes, letters in _CLASSES.items() for letter in letters.split()}
"""An Arabic consonant and the classes it may stand for; weak letters (ا و ي ه ح ع ء) have none."""

# '-' is no class: the group may be silent, or a vowel.
_ENGLISH_CLASSES = {
    "B": "b p",
    "F": "f ph",
    "F -": "v",
    "- F": "w",
    "K": "k q g ck kh dj dg qu",
    "K -": "gh j",
    "K S TS": "c ch",
    "KS S K": "x",
    "L": "l",
    "M": "m",
    "N": "n",
    "NK N": "ng",
    "R": "r",
    "S": "s sh",
    "S K": "zh",
    "S SK": "sch",
    "S T TS": "z",
    "T": "t d",
    "T S": "th dh",
    "TS S": "tsch tch cz ts tz zz",
}
ENGLISH = {
    group: tuple("" if name == "-" else name for name in classes.split())
    for classes, groups in _ENGLISH_CLASSES.items()
    for group in groups.split()
}
"""A group of English consonants and the classes it may stand for; empty where it is silent."""

_WRITTEN = {
    "ت": "t th",
    "ط": "t th d",
    "د": "d dh",
    "ض": "d dh",
    "ذ": "d dh th z",
    "ظ": "d dh th z",
    "ث": "th t s",
    "ج": "j g dj dg ch zh c ng",
    "غ": "g gh ng",
    "ق": "k q g c gh ck qu",
    "ك": "k c q ck ch qu x ng",
    "خ": "kh ch k j x",
    "ش": "sh ch sch s tch c zh tsch",
    "س": "s c z x ts sch",
    "ص": "s z c ts",
    "ز": "z s zh x",
    "تش": "ch tch c cz tsch ts tz sch t s sh x zz",
}
WRITTEN_AS = {letter: frozenset(groups.split()) for letter, groups in _WRITTEN.items()}
"""What an Arabic letter is written as. Letters that are alone in their class have no entry."""

ARABIC_VOWELS = frozenset("اوي")
ENGLISH_VOWELS = frozenset("aeiouyw")
ENGLISH_WEAK = frozenset("aeiouywhj")
"""Letters that a name may begin with where the other language writes none, or another of them."""
