"""Is each name written one way throughout an article? Compares the names of ``trans.names``; knows no other article."""

from collections.abc import Iterator

from trans.brief import Brief, Flag
from trans.names import Rendering, table


def spelling(brief: Brief) -> Iterator[Flag]:
    """One flag for each name that the English writes in two ways or more, at the first place of the rarest."""
    for name in table(brief):
        variants = name.variants
        if len(variants) < 2:
            continue
        written = ", ".join(f"{item.text} ({_places(item)})" for item in variants)
        count = {2: "two", 3: "three"}.get(len(variants), str(len(variants)))
        rarest = variants[-1]
        place = rarest.places[0]
        yield Flag(
            "spelling",
            "warning",
            f"One name is written {count} ways: {written}; the Arabic has {', '.join(name.arabic)}",
            where=place.where,
            paragraph=place.paragraph,
            sentence=place.sentence,
            source=name.arabic[0],
            target=rarest.text,
        )


def _places(rendering: Rendering) -> str:
    """Name at most three places, so that the message stays one line."""
    places = list(dict.fromkeys(str(place) for place in rendering.places))
    shown = ", ".join(places[:3])
    return f"{shown} and {len(places) - 3} more" if len(places) > 3 else shown
