"""Does the English name the countries, capitals, peoples, currencies and organisations that the Arabic names, and no others?

Looks at the lists of ``trans.entities`` only. What a human translator may do is lawful: a capital for its country, an adjective
for the name, one mention for two. Does not know who or what is meant by 'there' or 'the country'.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import groupby

from trans.brief import Flag, Sentence, Severity
from trans.entities import Mention, in_arabic, in_english, stands_for
from trans.entities.arabic import has_glued
from trans.entities.sounds import Sounds
from trans.phrases import words

Spot = tuple[Mention, ...]
"""The readings of one span: more than one where its words have several."""

_WORD = re.compile(r"[^\W\d_]+")
# Names of one sentence; with more it is no sentence. Bounds the work on hostile text.
_MOST_SPOTS = 100
# How many consonants acquit a name of being another's. Two agree by chance: fine against a note that a name is lacking, but
# where another stands in its place they hide 2% of the faults (measured).
_ACQUITS, _ACQUITS_REPLACED = 2, 3
_PLACES = ("country", "capital", "nationality")


def names(sentence: Sentence) -> Iterator[Flag]:
    """Listed names that one side has and the other lacks; a name in place of another is an error."""
    source, target = sentence.source, sentence.target
    arabic = _spots([*in_arabic(source), *in_english(source)])
    english = _spots(in_english(target))
    missing = _once(_without(arabic, english))[:_MOST_SPOTS]
    strange = _once(spot for spot in _without(english, arabic) if _tells(spot))[:_MOST_SPOTS]
    if not missing and not strange:
        return
    texts = _Texts(source, target)
    missing = [spot for spot in missing if not texts.english_sounds_like(spot, _ACQUITS_REPLACED)]
    strange = [spot for spot in strange if not texts.arabic_hides(spot, _ACQUITS_REPLACED)]
    # A name that the English has too seldom is missing where a stranger may stand in its place; by itself that is lawful.
    rarer = [spot for spot in _once(_unmatched(arabic, english)) if spot not in missing] if strange else []
    for lost in [*missing, *rarer]:
        other = next((spot for spot in strange if _may_replace(lost[0], spot[0])), None)
        if other is not None:
            strange.remove(other)
            yield from _replaced(texts, lost[0], other[0])
        elif lost in missing and lost[0].certain and not texts.english_sounds_like(lost, _ACQUITS):
            yield _missing(texts, lost[0])
    for spot in strange:
        if spot[0].certain and not texts.arabic_hides(spot, _ACQUITS):
            yield _strange(texts, spot[0])


class _Texts:
    """A sentence and its translation, and what is found in them at need."""

    def __init__(self, source: str, target: str) -> None:
        self.source = source
        self.target = target

    @cached_property
    def _arabic(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word.form for word in words(self.source)))

    @cached_property
    def _english(self) -> Sounds:
        return _sounds(self.target)

    def english_sounds_like(self, spot: Spot, least: int) -> bool:
        """The English has the name in a spelling that no list has, or a person's name that it only looks like ('Keefe')."""
        said = words(self.source[spot[0].start : spot[0].end])
        return len(said) == 1 and bool(self._english.like(said[0].form, least))

    def arabic_hides(self, spot: Spot, least: int) -> bool:
        """The Arabic has the name in a spelling that no list has, or glued to its neighbours."""
        if any(has_glued(self._arabic, mention.entity) for mention in spot):
            return True
        sounds = _sounds(self.target[spot[0].start : spot[0].end])
        return any(sounds.like(form, least) for form in self._arabic)


def _replaced(texts: _Texts, lost: Mention, other: Mention) -> Iterator[Flag]:
    if not (lost.certain or other.certain):
        return
    said, has = texts.source[lost.start : lost.end], texts.target[other.start : other.end]
    severity: Severity = "error" if lost.certain else "warning"
    message = f"The Arabic says {said} ({lost.entity.english}); the English has {has}"
    yield Flag("names", severity, message, source=said, target=has)


def _missing(texts: _Texts, lost: Mention) -> Flag:
    said = texts.source[lost.start : lost.end]
    # People translate 'the American Senate' as 'the Senate', and call organisations by what they are.
    severity: Severity = "warning" if lost.form == "name" and lost.entity.kind in _PLACES else "info"
    return Flag(
        "names", severity, f"The Arabic names {lost.entity.english} ({said}); the English does not", source=said
    )


def _strange(texts: _Texts, other: Mention) -> Flag:
    has = texts.target[other.start : other.end]
    severity: Severity = "warning" if other.entity.kind == "country" else "info"
    return Flag("names", severity, f"The English has {has}; the Arabic does not name it", target=has)


def _may_replace(lost: Mention, other: Mention) -> bool:
    """A currency for a currency; and what may be no name at all ('فتح': Fatah, opening) only for a place, by a place."""
    if "currency" in (lost.entity.kind, other.entity.kind):
        return _sort(lost) == _sort(other)
    return lost.certain or _sort(lost) == _sort(other) == "place"


def _sort(mention: Mention) -> str:
    return "place" if mention.entity.kind in _PLACES else mention.entity.kind


def _tells(spot: Spot) -> bool:
    """Whether an English name is one beyond doubt. 'Georgia' may be a state and 'Jordan' a man, but hardly where the Arabic has
    a country that the English lacks.
    """
    return spot[0].certain or (spot[0].entity.kind == "country" and spot[0].form == "name")


def _spots(mentions: list[Mention]) -> list[Spot]:
    return [tuple(spot) for _, spot in groupby(mentions, key=lambda mention: (mention.start, mention.end))]


def _without(spots: list[Spot], others: list[Spot]) -> list[Spot]:
    """The spots of which no reading is named on the other side."""
    there = {mention.entity for spot in others for mention in spot}
    ids = {entity.id for entity in there}
    kin = frozenset().union(*(entity.kin for entity in there))
    return [
        spot
        for spot in spots
        if not any(
            mention.entity.id in ids or mention.entity.id in kin or not ids.isdisjoint(mention.entity.kin)
            for mention in spot
        )
    ]


def _unmatched(spots: list[Spot], others: list[Spot]) -> list[Spot]:
    """The spots that are left when each spot of the other side has answered for one of them: for its like if it can."""
    if max(len(spots), len(others)) > _MOST_SPOTS:
        return []
    left = list(others)
    for exactly in (True, False):
        unmatched = []
        for spot in spots:
            answer = next((other for other in left if _answers(spot, other, exactly)), None)
            if answer is None:
                unmatched.append(spot)
            else:
                left.remove(answer)
        spots = unmatched
    return spots


def _answers(spot: Spot, other: Spot, exactly: bool) -> bool:
    return any(
        one.entity.id == two.entity.id or (not exactly and stands_for(one.entity, two.entity))
        for one in spot
        for two in other
    )


def _once(spots: Iterable[Spot]) -> list[Spot]:
    """One spot for each entity, the certain one if there is one; those that are certain before those that are not."""
    kept: dict[str, Spot] = {}
    for spot in spots:
        name = spot[0].entity.id
        if name not in kept or (spot[0].certain and not kept[name][0].certain):
            kept[name] = spot
    return sorted(kept.values(), key=lambda spot: not spot[0].certain)


def _sounds(english: str) -> Sounds:
    return Sounds(word for word in _WORD.findall(english) if word[0].isupper())
