"""What a search found, as text for a terminal and as JSON. Pure; knows no folder and no stream."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from trans.phrases import fold
from trans.plainly import json_escaped, one_line
from trans.render.labels import told_time
from trans.search import Found, Hit, Hits, Span

SCHEMA = "trans.search/1"

Mark = Callable[[str], str]
"""Makes a text stand out."""

# Characters: a query is repeated in messages, and may be anything.
_LONGEST_SHOWN = 60


def lines(hits: Hits, folder: str, mark: Mark) -> Iterator[str]:
    """Yield the lines of what was found, a block a brief. Its page lies in ``folder``; ``mark`` is for the words found."""
    for number, found in enumerate(hits.found):
        if number:
            yield ""
        yield one_line(found.headline_english or found.headline_arabic or found.id)
        standing = "; reviewed" if found.reviewed else ""
        yield one_line(f"{found.dated} {told_time(found.at)}{standing}; {folder}/{found.page}")
        yield from (f"[{one_line(notice)}]" for notice in found.notices)
        for hit in found.hits:
            yield f"  {hit.pair.place}{', edited' if hit.pair.edited else ''}"
            for text, spans in ((hit.pair.arabic, hit.arabic), (hit.pair.english, hit.english)):
                if text.strip():
                    yield f"    {_marked(text, spans, mark)}"
        if found.more:
            yield f"  {found.more} more sentence{'s' if found.more > 1 else ''} in this brief"


def notes(hits: Hits, *, narrowed: bool) -> Iterator[str]:
    """Yield what is to be said beside the findings. ``narrowed``: not all briefs were looked through."""
    for wanted in hits.wanted:
        if wanted.read_as:
            too = _own_letters(wanted.term.text, wanted.read_as)
            yield f"{shown(wanted.term.text)} is looked for as {too} too; in quotation marks it is found as it stands"
    if hits.lacking:
        yield f"No sentence has {' or '.join(shown(text) for text in hits.lacking)}"
    elif not hits.briefs:
        words = " and ".join(shown(wanted.term.text) for wanted in hits.wanted)
        yield f"No brief {'that was looked through ' if narrowed else ''}has {words}"
    elif hits.briefs > len(hits.found):
        yield f"The newest {len(hits.found)} of {hits.briefs:,} briefs; --limit shows more"


def as_json(hits: Hits) -> str:
    """Return one JSON object. Spans count characters (Unicode code points) of the text that they are of."""
    told = {
        "schema": SCHEMA,
        "query": hits.query,
        "terms": [
            {
                "text": wanted.term.text,
                "quoted": wanted.term.literal,
                "read_as": wanted.read_as or None,
                "found_as": [" ".join(form) for form in wanted.forms],
            }
            for wanted in hits.wanted
        ],
        "briefs": hits.briefs,
        "found": [_found(found) for found in hits.found],
    }
    return json_escaped(json.dumps(told, ensure_ascii=False, indent=1))


def _own_letters(word: str, read_as: str) -> str:
    """Return the end of a query's word that is ``read_as``, as the query writes it: folded, 'رقة' would be 'رقه'."""
    return next((word[at:] for at in range(len(word)) if fold(word[at:]) == read_as), read_as)


def shown(text: str) -> str:
    """Return a query's words as a message has them: quoted, in one line, and not all of a page that was pasted."""
    line = one_line(text)
    return f"'{line if len(line) <= _LONGEST_SHOWN else f'{line[:_LONGEST_SHOWN]}…'}'"


def _found(found: Found) -> dict[str, Any]:
    return {
        "id": found.id,
        "headline": {"ar": found.headline_arabic, "en": found.headline_english},
        "file": found.file,
        "page": found.page,
        "dated": found.dated,
        "at": found.at,
        "reviewed": found.reviewed,
        "notices": list(found.notices),
        "sentences": [_sentence(hit) for hit in found.hits],
        "more": found.more,
    }


def _sentence(hit: Hit) -> dict[str, Any]:
    pair = hit.pair
    return {
        "where": pair.where,
        "paragraph": pair.paragraph,
        "sentence": pair.sentence,
        "ar": pair.arabic,
        "en": pair.english,
        "edited": pair.edited,
        "spans": {"ar": [list(span) for span in hit.arabic], "en": [list(span) for span in hit.english]},
    }


def _marked(text: str, spans: tuple[Span, ...], mark: Mark) -> str:
    parts, end = [], 0
    for start, stop in spans:
        parts += [one_line(text[end:start]), mark(one_line(text[start:stop]))]
        end = stop
    return "".join((*parts, one_line(text[end:])))
