"""Places of a brief as links within its Word file. Pure; knows the names of the file's blocks, and nothing of Word."""

from collections.abc import Iterator, Mapping, Sequence

from trans.render.blocks import Span
from trans.render.status import Place, at

Called = Mapping[Place, Sequence[str]]
"""What a reader calls the sentences of each part: what ``status.called`` gives."""


def links(numbers: Sequence[int]) -> Iterator[Span]:
    """Numbers of paragraphs, each a link to its own."""
    for position, number in enumerate(numbers):
        if position:
            yield Span(", ")
        yield Span(str(number), to=f"p{number}")


def link(place: Place, names_of: Called) -> Span:
    """A place by its name, as a link to its part."""
    if Place(place.where, place.paragraph) not in names_of:  # the whole article, or what it does not have
        return Span(str(place), to="text")
    prefix = {"headline": "headline", "deck": "deck", "summary": "s", "paragraph": "p"}[place.where]
    return Span(at(place, names_of), to=f"{prefix}{place.paragraph or ''}")
