"""The list of what to check as a page has it: each fault once, with links to its places and the flags that say it.

Pure data for ``templates/brief.html.j2``; knows no markup.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from trans.brief import Brief, Flag
from trans.render import status
from trans.render.html_blocks import Note, identity, note, on_top, place_of
from trans.render.status import Fault, Place

# Further places of a fault that repeats, as links; an editor who mends the first ones finds the others with a search.
_MOST_PLACES = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A fault in the list of what to check: its first place is where its text leads, the others follow it.

    ``whole`` is what ``said`` may cut; ``numbers`` are the places of its flags in the brief's, from 0.
    """

    id: str
    fault: Fault
    said: str
    whole: str
    anchor: str
    others: tuple[tuple[str, str], ...]
    more: int
    numbers: tuple[int, ...]


def item(name: str, fault: Fault, known: Set[str], numbers: Mapping[Flag, int]) -> Item:
    """Return a fault as the item ``name``; ``known`` are the ids of the page, ``numbers`` the places of the brief's flags."""
    places: dict[str, Place] = {}
    for place in fault.places:
        places.setdefault(str(place), place)
    (_, first), *others = places.items()
    links = tuple((other, anchor(place, known)) for other, place in others[:_MOST_PLACES])
    more = max(0, len(others) - _MOST_PLACES)
    said, whole = status.said(fault), status.said(fault, None)
    of_flags = tuple(sorted({numbers[flag] for flag in fault.flags}))
    return Item(name, fault, said, whole, anchor(first, known), links, more, of_flags)


def in_full(
    brief: Brief, called: Mapping[Place, Sequence[str]], known: Set[str], numbers: Mapping[Flag, int]
) -> Iterator[Note]:
    """Yield the errors and warnings with no text to stand under: of the first screen, of the whole article, of what is not there.

    The sentence in the first screen cuts them, and tells those that are alike once.
    """
    passages = {Place(where, number): passage for where, number, passage in brief.parts()}
    for count, flag in enumerate(brief.flags, start=1):
        part = Place(flag.where, flag.paragraph)
        if flag.severity == "info" or (part in passages and not on_top(part)):
            continue
        told = note(f"f{count}", flag, passages.get(part), called.get(part, ()), numbers[flag])
        at = f"{part}, {told.at}" if told.at else str(part)
        yield replace(told, anchor=anchor(place_of(flag), known), at=at)


def anchor(place: Place, known: Set[str]) -> str:
    """Return which of the ids ``known`` a place has: its own, that of its part, or else where the flags are told."""
    candidates = (identity(place), identity(Place(place.where, place.paragraph)))
    return next((one for one in candidates if one in known), "status")
