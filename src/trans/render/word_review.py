"""What a Word brief tells of an article's standing, its review and its versions. Pure; the words are those of ``review``."""

from collections.abc import Iterator

from trans.brief import Brief
from trans.render import review
from trans.render.blocks import Block, Span, block
from trans.render.labels import MACHINE_BANNER
from trans.render.status import Place
from trans.render.word_places import Called, link


def announced(brief: Brief) -> Iterator[Block]:
    """Whether the article may be used at all: before everything else."""
    for one in review.announced(brief):
        yield block(str(one), look="banner")


def standing(brief: Brief) -> Iterator[Block]:
    """Who reviewed it, how much of it editors wrote, how it differs from its version before."""
    by = " ".join(filter(None, (review.banner(brief), review.edited(brief))))
    if by != MACHINE_BANNER:  # which the mark above says
        yield block(by)
    pieces = review.updated_pieces(brief)
    if pieces:
        told = (Span(text, to=f"p{number}" if number else "") for text, number in pieces)
        underlined = " What is new is underlined." if brief.update and brief.update.spots else ""
        yield block(*told, underlined)


def reopened(brief: Brief) -> Iterator[Block]:
    """What editors did that holds no longer."""
    for one in review.reopened(brief):
        quotes = [Span(f" · {text}") for text in (one.source, one.text) if text]
        yield block(Span("Reopened: ", bold=True), review.why_reopened(one), *quotes, look="bullet")


def edited(brief: Brief, names_of: Called) -> Iterator[Block]:
    """Each sentence that an editor wrote: where, who and when, and what the machine had."""
    found = review.edits(brief)
    if found:
        yield block(f"Edited ({len(found)})", look="heading")
    for one in found:
        by = f": by {review.who(one.by, one.at)}; the machine had "
        yield block(link(one.place, names_of), by, Span(one.machine or "nothing", italic=True), look="bullet")


def dismissed(brief: Brief, names_of: Called) -> Iterator[Block]:
    """The flags that editors put aside, and why."""
    found = review.dismissed(brief)
    if found:
        yield block(f"Dismissed ({len(found)})", look="heading")
    for one in found:
        flag = one.flag
        place = link(Place(flag.where, flag.paragraph, flag.sentence), names_of)
        why = f": {one.reason}" if one.reason else ""
        by = f"; dismissed by {review.who(one.by, one.at)}{why}"
        yield block(
            Span(f"{flag.severity.capitalize()} ", bold=True), "in ", place, f": {flag.message}{by}", look="bullet"
        )
