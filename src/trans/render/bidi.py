"""Direction controls in untrusted text: kept where they are in order, dropped where they would reach beyond their text.

A page puts each text into an element of its own direction, which holds only while the text closes just what it opened: one
stray U+2069 ends the isolation in a browser, and what follows is set in another order. Pure; knows no markup.
"""

import re

# Unicode Standard Annex 9, table of explicit directional formatting characters. The marks U+200E, U+200F and U+061C are
# left alone: they reach no further than their neighbours.
_EMBEDDINGS, _POP_EMBEDDING = "\u202a\u202b", "\u202c"
_ISOLATES, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"
_CONTROL = re.compile("[\u202a-\u202e\u2066-\u2069]")


def contained(text: str) -> str:
    """Return ``text`` with only those direction controls that are paired within it; overrides are never kept.

    An override shows letters and digits in another order than they are stored in: 39 for 93. Without it the reader sees what
    the model read. Embeddings and isolates, which Arabic texts set around a telephone number, stay.
    """
    if not _CONTROL.search(text):
        return text
    kept: set[int] = set()
    opened: list[int] = []
    isolates = 0  # of those opened
    for match in _CONTROL.finditer(text):
        position, control = match.start(), match[0]
        if control == _POP_ISOLATE:
            # The end of an isolate ends what was opened inside it, too.
            while isolates and text[opened[-1]] not in _ISOLATES:
                opened.pop()
            if isolates:
                isolates -= 1
                kept |= {opened.pop(), position}
        elif control == _POP_EMBEDDING:
            if opened and text[opened[-1]] not in _ISOLATES and text[opener := opened.pop()] in _EMBEDDINGS:
                kept |= {opener, position}
        else:
            opened.append(position)
            isolates += control in _ISOLATES
    return "".join(
        character for position, character in enumerate(text) if position in kept or not _CONTROL.match(character)
    )
