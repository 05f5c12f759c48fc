"""What the desk's search found, as a page: sentences in both languages, the words that were looked for marked in them.

Pure: findings in, bytes out. Knows no index and no server; where its links lead is handed in.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from trans.render.html_blocks import identity
from trans.render.labels import told_time
from trans.render.page import page
from trans.render.status import Place
from trans.search import Found, Hit, Hits, Span

Piece = tuple[str, bool]
"""A piece of a text, and whether it was looked for."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A sentence that was found: what its place is called, where it stands, and its texts in pieces."""

    place: str
    address: str
    edited: bool
    arabic: tuple[Piece, ...]
    english: tuple[Piece, ...]


def render(
    query: str, hits: Hits | None, notes: Sequence[str], address: Callable[[str], str], *, english: bool, since: str
) -> bytes:
    """Return the page as UTF-8; without ``hits`` nothing was looked for. ``address`` is that of a brief's page, by its id."""
    return page(
        "desk_search.html.j2",
        style=("index.css", "marks.css", "desk.css"),
        asks_server=True,
        query=query,
        english=english,
        since=since,
        hits=hits,
        notes=notes,
        found=[(one, address(one.id), told_time(one.at), list(_shown(one, address))) for one in hits.found]
        if hits
        else [],
    )


def _shown(found: Found, address: Callable[[str], str]) -> Iterator[Shown]:
    for hit in found.hits:
        at = hit.pair
        yield Shown(
            at.place,
            f"{address(found.id)}#{_anchor(hit)}",
            at.edited,
            _pieces(at.arabic, hit.arabic),
            _pieces(at.english, hit.english),
        )


def _anchor(hit: Hit) -> str:
    return identity(Place(hit.pair.where, hit.pair.paragraph, hit.pair.sentence))


def _pieces(text: str, spans: Sequence[Span]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    end = 0
    for start, stop in spans:
        pieces += [(text[end:start], False), (text[start:stop], True)]
        end = stop
    return tuple(piece for piece in (*pieces, (text[end:], False)) if piece[0])
