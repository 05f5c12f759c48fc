"""What a Markdown brief tells of its review and of its earlier versions. Pure; the words are those of ``review``."""

from collections.abc import Iterable, Iterator
from itertools import chain

from trans.brief import Brief, Dismissed, Reopened
from trans.render import review
from trans.render.markdown_text import address, in_block, inline, listed


def announced(brief: Brief) -> Iterator[str]:
    """Whether the article may be used at all: before everything else."""
    for one in review.announced(brief):
        yield f"> **{inline(one.word)}**: {inline(one.text)}"
        yield ""


def updated(brief: Brief) -> Iterator[str]:
    """How the article differs from its version before; in the full translation each sentence that is new is underlined."""
    pieces = review.updated_pieces(brief)
    told = "".join(f"[{text}](#p{number})" if number else text for text, number in pieces)
    if told:
        kept = ", ".join(f"[{inline(name)}](<{address}>)" for name, address in review.versions(brief))
        yield f"> {told}{f' Earlier: {kept}.' if kept else ''}"
        yield ""


def reviewed(brief: Brief) -> Iterator[str]:
    """What editors did with the brief, and what of it holds no longer."""
    parts = (
        ("Reopened", _reopened(review.reopened(brief))),
        ("Edited", _edited(review.edits(brief))),
        ("Dismissed", _dismissed(review.dismissed(brief))),
    )
    for name, items in parts:
        told = list(items)
        if told:
            yield f"### {name} ({len(told)})"
            yield ""
            yield from chain.from_iterable(told)
            yield ""


def _reopened(found: Iterable[Reopened]) -> Iterator[list[str]]:
    for one in found:
        arabic = [f'  <div dir="rtl" lang="ar">{in_block(one.source)}</div>'] if one.source else []
        english = [f"  <div>{in_block(one.text)}</div>"] if one.text else []
        yield [f"- {inline(review.why_reopened(one))}", *arabic, *english]


def _edited(found: Iterable[review.Edited]) -> Iterator[list[str]]:
    for one in found:
        place, machine = one.place, in_block(one.machine)
        at = address(place.where, place.paragraph, place.sentence)
        had = [f"  <div>{machine}</div>"] if machine else []
        yield [f"- {at}: by {inline(review.who(one.by, one.at))}; the machine had{':' if had else ' nothing'}", *had]


def _dismissed(found: Iterable[Dismissed]) -> Iterator[list[str]]:
    for one in found:
        why = f": {inline(one.reason)}" if one.reason else ""
        told, *quotes = listed([one.flag])
        yield [f"{told} (dismissed by {inline(review.who(one.by, one.at))}{why})", *quotes]
