"""Which parts of an article a text draws on, told by the words they share. Pure; knows Arabic words, not their meanings."""

import re
from collections import Counter
from collections.abc import Sequence

from trans.phrases import words

# Folded words that say little of what a text is about.
_EMPTY = frozenset(
    "في من علي الي عن مع بين بعد قبل خلال عند لدي حتي منذ حول ضد نحو دون غير ان انه انها التي الذي الذين اللذين "
    "هذا هذه ذلك تلك هو هي هم كان كانت يكون تكون قد لقد لم لن لا ما ليس كما لكن او ثم اذا اي كل بعض اكثر اقل فيما "
    "بينما حيث عندما وهو وهي به بها له لها فيه فيها منه منها عليه عليها قال قالت اضاف اضافت".split()
)
_PREFIX = re.compile(r"[وف]?(?:[بكل]?ال|لل|[بلكس](?=\w{4}))")
_SUFFIX = re.compile(r"(?<=\w{3})(?:ات|ون|ين|ان|يه|ها|هم|ه|ا|ت|ي|وا|تين|يين|يون)$")
# Long vowels inside, and what marks the person of a verb: 'فروا' and 'يفرون' are one word.
_WEAK = re.compile(r"(?<=\w)[اويء]|^[يتنا](?=\w{3})")
# A further paragraph is drawn on where it adds so much of what is found in the article. In the project's 250 articles with their
# summaries, of 4.6 paragraphs on average, a summary then draws on 2.1 of them.
_ADDS = 0.12


def stems(text: str) -> list[str]:
    """Return the content words of an Arabic text as rough stems: clitics, endings and long vowels taken off."""
    found = []
    for word in words(text):
        form = word.form
        if form.isdigit():
            found.append(form)
        elif len(form) > 2 and form not in _EMPTY and form[1:] not in _EMPTY:
            form = _SUFFIX.sub("", _PREFIX.sub("", form, count=1) if _PREFIX.match(form) else form)
            bare = _WEAK.sub("", form)
            found.append(bare if len(bare) > 1 else form)
    return found


def draws_on(arabic_summary: str, paragraphs: Sequence[str]) -> tuple[int, ...]:
    """Return the 1-based numbers of the paragraphs that hold the summary's words, in order; rare words count more.

    The paragraph that holds most comes in, then each that adds a fair share; none where no word of the summary is found.
    """
    contents = [set(stems(paragraph)) for paragraph in paragraphs]
    spread = Counter(stem for content in contents for stem in content)
    left = {stem: 1 / spread[stem] for stem in stems(arabic_summary) if spread[stem]}
    total = sum(left.values())
    chosen: list[int] = []
    while left:
        gains = [sum(left[stem] for stem in left.keys() & content) for content in contents]
        best = max(range(len(gains)), key=gains.__getitem__)
        if chosen and gains[best] < _ADDS * total:
            break
        chosen.append(best + 1)
        left = {stem: weight for stem, weight in left.items() if stem not in contents[best]}
    return tuple(sorted(chosen))
